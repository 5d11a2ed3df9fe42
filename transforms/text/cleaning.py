"""Page furniture: the lines of a page that are not the article.

What belongs here: which lines offer subscriptions, navigate, share, sign off, disclaim or list other stories, told by
the structure of lines and by the phrases of `lexicons/furniture.csv`. What does not: changing the text. Spans are
given, nothing is cut, so that every offset stays what it was.
"""

from __future__ import annotations

import re
from typing import Final

from transforms.text.lexer import SIGN_CHARS, lexicon, normalise

LONGEST_FURNITURE: Final = 240
"""Code points of the longest line that a phrase can make furniture: a longer one is a paragraph of prose."""

_ROWS: Final = lexicon("furniture")
_EXACT: Final = {row["pattern"]: row["starts_block"] == "yes" for row in _ROWS if row["scope"] == "exact"}
_STARTS: Final[dict[str, list[tuple[str, bool]]]] = {}
for _row in _ROWS:
    if _row["scope"] == "start":
        _STARTS.setdefault(_row["pattern"].split()[0], []).append((_row["pattern"], _row["starts_block"] == "yes"))
_ANYWHERE: Final = {row["pattern"]: row["starts_block"] == "yes" for row in _ROWS if row["scope"] == "anywhere"}
_PERIODS: Final = "|".join(row["pattern"] for row in _ROWS if row["scope"] == "price")
_PRICE: Final = re.compile(
    rf"[{SIGN_CHARS}][ ]?[0-9][0-9,.]{{0,6}}[ ]?(?:/[ ]?|a[ ]|per[ ]|for[ ](?:the[ ])?(?:first[ ])?(?:[0-9]{{1,2}}[ ])?)(?:{_PERIODS})s?(?![a-z])"
)
_BRACES: Final = ("{{", "}}", "{%", "%}", "<%", "%>", "${")
_LINE: Final = re.compile(r"[^\r\n]*[^\s]")
_BYLINE: Final = re.compile(r"By(?: (?:[A-Z][\w.'’-]*|and|de|van|von|der|in|the|of|for)|,| \||&)*")
_STRIP: Final = " \t\"'()[]{}*|>»›·•-—:.!…→+"
_PROSE_WORDS: Final = 8
"""A line with at least so many words and a full stop is a sentence: it ends a block of furniture."""


def furniture_spans(text: str) -> list[tuple[int, int]]:
    """Spans of `text` that are page furniture, in order, without overlap; neighbouring lines are one span."""
    low = normalise(text)
    marked = _phrases_anywhere(low)
    spans: list[tuple[int, int]] = []
    in_block = False
    for match in _LINE.finditer(low):
        start, end = match.span()
        verdict = _judge(text, low, start, end, marked)
        if verdict is None and in_block and not _is_prose(low, start, end):
            verdict = True
        in_block = bool(verdict) or (in_block and verdict is not None)
        if verdict is not None:
            if spans and not low[spans[-1][1] : start].strip():
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
    return spans


def _phrases_anywhere(low: str) -> bool:
    """Whether any phrase that may stand inside a line occurs at all: most articles have none, and are done sooner."""
    return (
        any(phrase in low for phrase in _ANYWHERE) or any(brace in low for brace in _BRACES) or bool(_PRICE.search(low))
    )


def _judge(text: str, low: str, start: int, end: int, marked: bool) -> bool | None:
    """None: not furniture by itself. Otherwise whether it opens a block of furniture."""
    if end - start > LONGEST_FURNITURE:
        return None
    line = low[start:end].strip(_STRIP)
    if not line:
        return None
    exact = _EXACT.get(line)
    if exact is not None:
        return exact
    begins = _STARTS.get(line.split(None, 1)[0])
    if begins:
        verdict = _begins(text, start, end, line, begins)
        if verdict is not None:
            return verdict
    return _inside(low[start:end]) if marked else None


def _begins(text: str, start: int, end: int, line: str, begins: list[tuple[str, bool]]) -> bool | None:
    for phrase, opens in begins:
        if line.startswith(phrase.strip(_STRIP)):
            if phrase == "by " and not (end - start <= 80 and _BYLINE.fullmatch(text[start:end].strip(" \t()[]*|-—"))):
                continue
            return opens
    return None


def _inside(line: str) -> bool | None:
    for phrase, opens in _ANYWHERE.items():
        if phrase in line:
            return opens
    if any(brace in line for brace in _BRACES):
        return False
    if _PRICE.search(line) and not _is_prose(line, 0, len(line)):
        return True
    return None


def _is_prose(low: str, start: int, end: int) -> bool:
    """Whether a line reads as a sentence, or as part of a paragraph that was wrapped."""
    line = low[start:end]
    if line.startswith("    ") or (
        end - start > 50
        and low[end : end + 2].strip("\r") == "\n" + low[end + 1 : end + 2].strip()
        and low[end + 1 : end + 2].islower()
    ):
        return True
    return line.rstrip("\"')")[-1:] in (".", "!", "?") and line.count(" ") >= _PROSE_WORDS - 1
