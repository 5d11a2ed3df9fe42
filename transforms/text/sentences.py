"""Where sentences begin and end.

What belongs here: full stops that end a sentence told apart from those that do not ("U.S.", "No. 2", initials), and
line breaks that end one (paragraphs, headlines) told apart from those of a wrapped line. What does not: what a sentence
says.
"""

from __future__ import annotations

import re
from typing import Final

from transforms.text.lexer import context, lexicon

WRAPPED_WIDTH: Final = 100
"""A text none of whose lines is longer was wrapped by hand or by the wire: its single line breaks mean nothing."""

BROKEN_LINE: Final = 40
"""A line of at least this length that ends in mid-sentence was broken by whoever set the page."""

_KINDS: Final = {row["form"]: row["kind"] for row in lexicon("abbreviations")}
_MID_SENTENCE: Final = context("mid_sentence")
_OPENERS: Final = frozenset(row["word"] for row in lexicon("sentence_openers"))

_SPACE: Final = r"[ \t\u00a0\u2002-\u200a\u202f\u3000]"
_STOP: Final = r"(?<!\n)(?<![.!?…][.!?…])[.!?…]*+[\"'”’»)\]]*+(?=\s)"
"""What follows the first character of a stop. Both patterns begin with one class of characters, which is looked for
fast, and tell afterwards which of them it was."""

_NEXT: Final = r"(?=[\"'“‘«(\[—–-]{0,4}[A-Z0-9À-ÖØ-ÞĀ-Ž$€£¥₩₹])"
_PARAGRAPH: Final = r"(?<=\n)(?=[ \t]*+\r?\n|[ \t]++\S)"
_WRAPPED: Final = re.compile(rf"[.!?…\n](?:{_STOP}{_SPACE}*+(?:\r?\n)?+{_SPACE}*+{_NEXT}|{_PARAGRAPH})")
_FLOWING: Final = re.compile(rf"[.!?…\n](?:{_STOP}{_SPACE}*+{_NEXT}|(?<=\n)(?!{_SPACE}*+[a-zß-öø-ÿ]))")
_INDENTED: Final = re.compile(r"\n[ \t]")
"""How a paragraph of a wire begins."""

_WORD: Final = re.compile(r"[\"'“‘«(\[—–-]*([A-Za-z']+)")
_LAST_WORD: Final = re.compile(r"[^\s\"'“‘(\[—–/-]*")
_INITIALS: Final = re.compile(r"(?:[a-z]\.)*[a-z]")
_ADVERBIAL: Final = re.compile(
    r"[\"'“]?(?:In|At|On|For|By|With|From|During|After|Before|Under|Since|As|Among)\b[^.,;\n]{1,40},"
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of `text` in order, without the white space around them; headlines are sentences."""
    pattern = _WRAPPED if _is_wrapped(text) else _FLOWING
    spans: list[tuple[int, int]] = []
    start = 0
    for match in pattern.finditer(text):
        begin, end = match.span()
        if _breaks(text, start, begin) if text[begin] == "\n" else _ends_sentence(text, begin, end):
            _add(spans, text, start, end)
            start = end
    _add(spans, text, start, len(text))
    return spans


def _is_wrapped(text: str) -> bool:
    return "\n" in text and max(map(len, text.split("\n"))) <= WRAPPED_WIDTH


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def _breaks(text: str, start: int, begin: int) -> bool:
    """Whether the line break at `begin` ends what began at `start`: no sentence and no headline ends with `of`.

    A short line may: `Log in` is a button.
    """
    if text[begin + 1 : begin + 2].isspace() or text.find("\n", max(start, begin - BROKEN_LINE), begin) >= 0:
        return True
    if begin - start < BROKEN_LINE:
        return True
    line = text[max(start, begin - 16) : begin].rsplit(None, 1)
    return not line or line[-1] not in _MID_SENTENCE


def _ends_sentence(text: str, begin: int, end: int) -> bool:
    """Whether the stop at `begin` ends a sentence; the next one would begin at `end` with a capital or a digit."""
    if text[begin] != "." or text[begin + 1] == "." or _INDENTED.search(text, begin, end):
        return True
    back = _LAST_WORD.match(text[max(0, begin - 16) : begin][::-1])
    word = back[0][::-1].lower() if back else ""
    kind = _KINDS.get(word)
    if len(word) == 1 and text[begin - 1].isupper():
        kind = "name"
    elif kind is None:
        if not _INITIALS.fullmatch(word):
            return True
        kind = "name"
    if kind in ("title", "always"):
        return False
    if kind == "number":
        return not text[end : end + 1].isdigit() and word not in ("no", "nos", "approx", "rs")
    following = _WORD.match(text, end)
    if following and following[1].lower() in _OPENERS:
        return True
    return _ADVERBIAL.match(text, end) is not None
