"""Page furniture: the lines of a page that are not the article.

What belongs here: which lines offer subscriptions, navigate, share, sign off, disclaim or list other stories, told by
the structure of lines and by the phrases of `lexicons/furniture.csv`. What does not: changing the text. Spans are
given, nothing is cut, so that every offset stays what it was.
"""

from __future__ import annotations

import re
from typing import Final

from transforms.text.lexer import CODES, SIGNS, lexicon, normalise, trie

LONGEST_FURNITURE: Final = 240
"""Code points of the longest line that a phrase can make furniture: a longer one is a paragraph of prose."""

LONGEST_BYLINE: Final = 80
PROSE_WORDS: Final = 8
"""A line of at least so many words that ends like a sentence is prose: it ends a block of furniture."""

WRAPPED_LINE: Final = 50
"""A line of at least this length that goes on in lower case on the next line is wrapped prose."""

_ROWS: Final = lexicon("furniture")
_EXACT: Final = {row["pattern"]: row["starts_block"] == "yes" for row in _ROWS if row["scope"] == "exact"}
_ANYWHERE: Final = {row["pattern"]: row["starts_block"] == "yes" for row in _ROWS if row["scope"] == "anywhere"}
_BUTTONS: Final = frozenset(row["pattern"] for row in _ROWS if row["scope"] == "word")
_PERIODS: Final = "|".join(row["pattern"] for row in _ROWS if row["scope"] == "price")
_PRICE: Final = re.compile(
    rf"[0-9][0-9,.]{{0,6}}[ ]?(/[ ]?|a[ ]|per[ ]|for[ ](?:the[ ])?(?:first[ ])?(?:[0-9]{{1,2}}[ ])?)"
    rf"(?:{_PERIODS})s?(?![a-z])"
)
"""What a price for a time ends with: $4 a month, ₹300/month, R99.00/month, £1 for 4 weeks. An amount with a scale is
none, and before it there has to be a currency."""

LONGEST_BAR: Final = 80
"""Code points of the longest bar of buttons: Share  Tweet  Post  12 comments."""

_BRACES: Final = ("{{", "}}", "{%", "%}", "<%", "%>", "${")
_BYLINE: Final = re.compile(r"By(?: (?:[A-Z][\w.'’-]{0,30}|and|de|van|von|der|in|the|of|for)|,| \||&){1,12}")
_STRIP: Final = " \t\r\"'()[]{}*|>·•-—:.!…→+"


def _starts() -> dict[str, list[tuple[str, bool]]]:
    """Beginnings of lines by their first word, as it stands before the next blank."""
    table: dict[str, list[tuple[str, bool]]] = {}
    for row in _ROWS:
        if row["scope"] == "start":
            phrase = row["pattern"].lstrip(_STRIP)
            table.setdefault(phrase.split()[0], []).append((phrase, row["starts_block"] == "yes"))
    return table


_STARTS: Final = _starts()
_SUSPECT: Final = re.compile(
    rf"\n[{re.escape(_STRIP)}]*+(?:(?:"
    + trie({*_EXACT, *_BUTTONS, *(phrase.rstrip() for begins in _STARTS.values() for phrase, _ in begins)})
    + r")(?![a-z])|[0-9]|[^\x00-\x7f])"
)
"""A line that may be furniture by how it begins. The lines of most articles are not looked at any further."""


def furniture_spans(text: str) -> list[tuple[int, int]]:
    """Spans of `text` that are page furniture, in order, without overlap; neighbouring lines are one span."""
    low = normalise(text)
    marked = _has_phrases(low)
    spans: list[tuple[int, int]] = []
    in_block = False
    start, size = 0, len(low)
    while start <= size:
        if start and not marked and not in_block:
            suspect = _SUSPECT.search(low, start - 1)
            if suspect is None:
                break
            start = suspect.start() + 1
        end = low.find("\n", start)
        end = size if end < 0 else end
        line = low[start:end]
        if line and not line.isspace():
            verdict = _judge(text, line, start, marked)
            if verdict is None and in_block and not _is_prose(line, low[end + 1 : end + 2]):
                verdict = True
            if verdict is not None:
                _add(spans, low, start, start + len(line.rstrip()))
            in_block = verdict is not None and (verdict or in_block)
        start = end + 1
    return spans


def _add(spans: list[tuple[int, int]], low: str, start: int, end: int) -> None:
    if spans and low[spans[-1][1] : start].isspace():
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))


def _has_phrases(low: str) -> bool:
    """Whether any phrase that may stand inside a line occurs at all: most articles have none, and are done sooner."""
    for phrase in _ANYWHERE:
        if phrase in low:
            return True
    if "{" in low or "}" in low or "%" in low:
        for brace in _BRACES:
            if brace in low:
                return True
    return _has_price(low)


def _has_price(low: str) -> bool:
    return any(
        match[1][0] == "/" or low[match.start() - 1 : match.start()] in SIGNS or _names_currency(low, match.start())
        for match in _PRICE.finditer(low)
    )


def _names_currency(low: str, start: int) -> bool:
    letters = re.search(r"(?<![a-z])([a-z]{1,3})[. ]?$", low[max(0, start - 5) : start])
    return letters is not None and letters[1] in CODES


def _judge(text: str, line: str, start: int, marked: bool) -> bool | None:
    """None: not furniture by itself. Otherwise whether it opens a block of furniture."""
    if len(line) > LONGEST_FURNITURE:
        return None
    bare = line.strip(_STRIP)
    exact = _EXACT.get(bare)
    if exact is not None:
        return exact
    words = bare.split(None, 1)  # none where only separators are left, which strip() by characters keeps
    begins = _STARTS.get(words[0]) if words else None
    if begins:
        for phrase, opens in begins:
            whole = line.lstrip(_STRIP).rstrip()  # keeps the colon of "Related:"
            if (whole + " ").startswith(phrase) and (phrase != "by " or _is_byline(text, start, len(line))):
                return opens
    if marked:
        return _inside(line)
    return False if _is_bar(bare) else None


def _is_bar(bare: str) -> bool:
    """Whether a line holds nothing but the words of buttons and numbers."""
    first = bare.partition(" ")[0]
    if len(bare) > LONGEST_BAR or not (first in _BUTTONS or first.isdigit()):
        return False
    words = [word for word in re.split(r"[^a-z-]+", bare) if word.strip("-")]
    return bool(words) and all(word in _BUTTONS for word in words)


def _is_byline(text: str, start: int, length: int) -> bool:
    line = text[start : start + length].strip(" \t\r()[]*|-—")
    return length <= LONGEST_BYLINE and _BYLINE.fullmatch(line) is not None


def _inside(line: str) -> bool | None:
    for phrase, opens in _ANYWHERE.items():
        if phrase in line:
            return opens
    if any(brace in line for brace in _BRACES):
        return False
    if _has_price(line) and not _is_prose(line, ""):
        return True
    return False if _is_bar(line.strip(_STRIP)) else None


def _is_prose(line: str, next_char: str) -> bool:
    """Whether a line reads as a sentence, or as part of a paragraph that was wrapped or indented."""
    if line.startswith("    ") or (len(line) >= WRAPPED_LINE and next_char.islower()):
        return True
    return line.rstrip("\"') \t\r")[-1:] in (".", "!", "?") and line.count(" ") >= PROSE_WORDS - 1
