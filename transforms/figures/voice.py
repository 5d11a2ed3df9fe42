"""Who says it: the speaker of a sentence, and whether words stand in quotation marks.

What belongs here: attribution as the text names it. What does not: whether what is said is true, or a forecast.
"""

from __future__ import annotations

import re
from typing import Final

from transforms.figures.mentions import Mention, Sentence

_MARKS: Final = re.compile('["\u201c\u201d\u00ab\u00bb]|\n[ \t]*\n|\n[ \t]{2,}')
_TRIM: Final = " \t\r\n,;:\"'\u201c\u201d\u2018\u2019()-\u2014"
_LONGEST: Final = 90
_STOP_WORDS: Final = frozenset(
    ("that", "which", "who", "but", "and", "while", "because", "although", "he", "she", "it", "they")
)
_PRONOUNS: Final = frozenset(("he", "she", "it", "they", "this", "that", "which", "who"))
_DATES: Final = frozenset(
    (
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "today",
        "yesterday",
        "on",
        "in",
        "earlier",
    )
)


def quoted_spans(text: str) -> list[tuple[int, int]]:
    """Spans inside quotation marks; a mark that is not closed ends with its paragraph."""
    spans: list[tuple[int, int]] = []
    opened = -1
    for match in _MARKS.finditer(text):
        mark = match.group()
        if mark[0] == "\n":
            if opened >= 0:
                spans.append((opened, match.start()))
            opened = -1
        elif mark in "\u201c\u00ab":
            opened = match.end()
        elif opened >= 0:
            spans.append((opened, match.start()))
            opened = -1
        elif mark == '"':
            opened = match.end()
    return spans


def speaker(sentence: Sentence) -> tuple[str, Mention] | None:
    """Who speaks, as named in the sentence: `the ministry said`, `according to Mr. Kim`; None where nobody."""
    for mention in sentence.mentions:
        if mention.kind != "V":
            continue
        word = sentence.words[mention.first]
        if word == "according":
            name = _after(sentence, mention)
        else:
            name = _before(sentence, mention) or _after(sentence, mention)
        if name:
            return name, mention
    return None


def _before(sentence: Sentence, mention: Mention) -> str | None:
    """The words before the verb, back to the comma or the start of the clause."""
    words, at = sentence.words, mention.first
    if at and words[at - 1] in ("also", "had", "has", "have", "later", "further"):
        at -= 1
    first = at
    while first > 0 and at - first < 12:
        word = words[first - 1]
        if word in _STOP_WORDS or not (word[0].isalnum() or word[0] == "'"):
            break
        first -= 1
    if first == at or words[at - 1] in _PRONOUNS:
        return None
    return _slice(sentence, sentence.starts[first], sentence.ends[at - 1])


def _after(sentence: Sentence, mention: Mention) -> str | None:
    """The words after the verb, up to the next comma: `said Robert Chandross`, `according to the ministry`."""
    words, first = sentence.words, mention.last
    last = first
    while last < len(words) and last - first < 10:
        word = words[last]
        if word in _STOP_WORDS or word in _DATES or not (word[0].isalnum() or word[0] == "'"):
            break
        last += 1
    if last == first or (
        not sentence.text[sentence.starts[first]].isupper() and words[first] not in ("the", "a", "an", "data")
    ):
        return None
    return _slice(sentence, sentence.starts[first], sentence.ends[last - 1])


def _slice(sentence: Sentence, start: int, end: int) -> str | None:
    name = " ".join(sentence.text[start:end].split()).strip(_TRIM)
    return name if 1 < len(name) <= _LONGEST else None
