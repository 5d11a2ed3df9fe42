"""Mentions: what the words of one sentence name, in order: partners, flows, topics, times, movements, relations.

What belongs here: the one pass over a sentence's tokens against the lexicons, the time grammar and the quantities. What
does not: which mention belongs to which figure (`slots`).

The kinds of mention, one letter each, with their data:

    P partner (code, form)          F flow (flow, sign, scope, role)     X other topic (role)
    S scope (scope)                 B basis or adjustment (slot, value)  D movement (direction, form)
    T time (times.Time)             R relation word (role, tense)        G agreement (name)
    U status word (status, kind)    V verb of saying ()                  Q quantity (text.Quantity)
    , punctuation that parts clauses
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from transforms.figures.lexicon import ADJECTIVES, PHRASES, TOKEN, Entry
from transforms.figures.times import MONTHS, STARTS, Time, read_time
from transforms.text import Quantity


class Mention(NamedTuple):
    """One mention: its kind, its span in the text, its tokens `[first, last)` in the sentence, and its data."""

    kind: str
    start: int
    end: int
    first: int
    last: int
    data: Any
    possessive: bool = False


class Sentence:
    """One sentence: span in the text, tokens with their spans, mentions in order."""

    __slots__ = ("end", "ends", "mentions", "paragraph", "start", "starts", "text", "words")

    def __init__(self, text: str, start: int, end: int, paragraph: int) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.paragraph = paragraph
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.mentions: list[Mention] = []

    def word(self, at: int) -> str:
        """Token `at`, or an empty string outside the sentence."""
        return self.words[at] if 0 <= at < len(self.words) else ""


def _folding() -> dict[int, str]:
    """One character for one: capitals to small letters, accents off, quotes and dashes plain, white space blank."""
    table: dict[int, str] = dict.fromkeys((*range(9, 14), 160, 8201, 8202, 8239, 12288, 8203, 65279), " ")
    for code in [*range(0x41, 0x5B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        base = unicodedata.normalize("NFD", chr(code))[0].lower()
        if len(base) == 1:
            table[code] = base
    table |= dict.fromkeys((0x2018, 0x2019, 0x02BC, 0x60, 0xB4), "'")
    table |= dict.fromkeys((0x2010, 0x2011, 0x2013, 0x2212), "-")
    table[0x2014] = table[0x2015] = "\u2014"
    return table


_FOLD: Final = _folding()
_INSTITUTES: Final = frozenset(("bank", "university", "gulf", "bay", "sea", "port", "institute", "college", "embassy"))
_NOT_CITY_AFTER: Final = frozenset(("in", "at", "near", "outside"))


def fold(text: str) -> str:
    """`text` in small letters without accents, character for character: offsets do not move."""
    return text.translate(_FOLD)


def _cased(entry: Entry, text: str, start: int, end: int) -> bool:
    if entry.cased == "initial":
        return text[start].isupper()
    if entry.cased == "upper":
        return text[start:end].isupper()
    return text[start].islower() if entry.cased == "lower" else True


def _is_place(entry: Entry, words: Sequence[str], at: int) -> bool:
    """A city where something happens, or a bank named after a country: no partner."""
    before = words[at - 1] if at else ""
    if entry.data[1] == "city" and before in _NOT_CITY_AFTER:
        return True
    return before == "of" and at > 1 and words[at - 2] in _INSTITUTES


def _month_means_time(words: Sequence[str], at: int, text: str, start: int) -> bool:
    word = words[at]
    if text[start].islower():
        return False
    if word not in ("may", "march", "mar", "dec", "jan", "sep", "second"):
        return True
    if text[start + 1].isupper() and at == 0:
        return False
    return at > 0 or word == "march"


def scan(sentence: Sentence, quantities: Sequence[Quantity]) -> None:
    """Fill the tokens and mentions of `sentence`; `quantities` are those that begin inside it, in order."""
    text, words, starts, ends, found = (
        sentence.text,
        sentence.words,
        sentence.starts,
        sentence.ends,
        sentence.mentions,
    )
    offset = sentence.start
    for match in TOKEN.finditer(fold(text[offset : sentence.end])):
        words.append(match.group())
        starts.append(match.start() + offset)
        ends.append(match.end() + offset)
    at, count, pending = 0, len(words), iter(quantities)
    quantity = next(pending, None)
    while at < count:
        start = starts[at]
        while quantity is not None and quantity.end <= start:
            quantity = next(pending, None)
        if quantity is not None and ends[at] > quantity.start:
            first = at
            while at < count and starts[at] < quantity.end:
                at += 1
            found.append(Mention("Q", quantity.start, quantity.end, first, at, quantity))
            quantity = next(pending, None)
            continue
        limit = quantity.start if quantity is not None else sentence.end
        mention = _mention(sentence, at, start, limit)
        if mention is None:
            at += 1
        else:
            found.append(mention)
            at = mention.last


def _mention(sentence: Sentence, at: int, start: int, limit: int) -> Mention | None:
    """The mention that begins at token `at` and ends before `limit`, the longest one."""
    words, ends, text = sentence.words, sentence.ends, sentence.text
    word = words[at]
    if not word[0].isalnum():
        return Mention(",", start, ends[at], at, at + 1, word) if word[0] != "'" else None
    if (word in STARTS or word[:2] in ("19", "20")) and (
        word not in MONTHS or _month_means_time(words, at, text, start)
    ):
        read = read_time(words, at)
        if read is not None and ends[read[0] - 1] <= limit:
            return _owned(sentence, "T", start, at, read[0], read[1])
    for phrase, length, entry in PHRASES.get(word, ()):
        if length > 1 and tuple(words[at : at + length]) != phrase:
            continue
        last = at + length
        if ends[last - 1] > limit or not _cased(entry, text, start, ends[last - 1]):
            continue
        if entry.kind == "P" and _is_place(entry, words, at):
            return None
        return _owned(sentence, entry.kind, start, at, last, entry.data)
    return None


def _owned(sentence: Sentence, kind: str, start: int, first: int, last: int, data: object) -> Mention:
    """The mention with the possessive that follows it, if any, among its tokens."""
    end = sentence.ends[last - 1]
    if last < len(sentence.words) and sentence.words[last][0] == "'":
        return Mention(kind, start, end, first, last + 1, data, True)
    return Mention(kind, start, end, first, last, data)


def is_adjective(word: str) -> bool:
    """Whether `word` may stand between a determiner and a noun without being a noun or verb itself."""
    return word in ADJECTIVES or word.endswith("ly")


__all__ = ["Mention", "Sentence", "Time", "fold", "is_adjective", "scan"]
