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
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple

from transforms.figures.lexicon import ADJECTIVES, PHRASES, SPLIT, Entry
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

    __slots__ = ("end", "ends", "mentions", "paragraph", "roles", "start", "starts", "text", "words")

    def __init__(self, text: str, start: int, end: int, paragraph: int) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.paragraph = paragraph
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.mentions: list[Mention] = []
        self.roles: set[str] = set()
        """Which relation words the sentence has at all: a quick no for rules that look for one."""

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
_BEFORE_PLACES: Final = _NOT_CITY_AFTER | {"of"}


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


def _second_words() -> dict[str, frozenset[str]]:
    """For the small words that begin times, the words that may follow: `the` is no time nine times in ten."""
    nouns = {"year", "month", "quarter", "years", "months", "half", "period"}
    wholes = {"full", "whole", "entire", "calendar", "financial", "fiscal"}
    counts = {
        word for word in STARTS if word.isdigit() or word in ("two", "three", "four", "five", "six", "seven", "eight")
    }
    return {
        "the": frozenset(nouns | wholes),
        "a": frozenset({"year", "month", "quarter", "financial", "calendar"}),
        "one": frozenset({"year", "month", "quarter"}),
        "that": frozenset({"year", "month", "quarter", "period"}),
        "on": frozenset({"year", "month", "quarter", "the"}),
        "at": frozenset({"present"}),
        "all": frozenset({"of", "calendar", "year"}),
        "end": frozenset({"of"}),
        "so": frozenset({"far"}),
        "through": frozenset(MONTHS),
        "this": frozenset(nouns | wholes | set(MONTHS) | {"decade"}),
        "last": frozenset(nouns | wholes | set(MONTHS) | counts | {"decade", "few"}),
        "first": frozenset({"quarter", "half", "semester", "calendar", "fiscal"} | set(_NUMBERS)),
    }


_NUMBERS: Final = frozenset(
    [
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "10",
        "11",
    ]
)


Phrase = tuple[tuple[str, ...], int, Entry]


class _Action(NamedTuple):
    """What the scan does at a word.

    `single`: the mention that the word makes alone; `longer`: the phrases that begin with it, by their second word;
    `second`: the words that may follow in a time (None: this word begins no time; empty: any word may follow); `plain`:
    its own meaning needs no look at case or possessive.
    """

    single: Entry | None
    longer: dict[str, tuple[Phrase, ...]]
    second: frozenset[str] | None
    plain: bool


def _actions() -> dict[str, _Action]:
    second = _second_words()
    years = frozenset(str(year) for year in range(1900, 2100))
    actions: dict[str, _Action] = {}
    for word in {*PHRASES, *STARTS, *years}:
        longer: dict[str, list[Phrase]] = {}
        single: Entry | None = None
        for phrase in PHRASES.get(word, ()):
            if phrase[1] == 1:
                single = phrase[2]
            else:
                longer.setdefault(phrase[0][1], []).append(phrase)
        begins = word in STARTS or word in years
        actions[word] = _Action(
            single,
            {following: tuple(phrases) for following, phrases in longer.items()},
            second.get(word, frozenset()) if begins else None,
            single is not None and not single.cased and single.kind in _NEVER_OWNERS,
        )
    for mark in _PUNCTUATION:
        actions[mark] = _Action(Entry(",", mark, ""), {}, None, True)
    return actions


_NEVER_OWNERS: Final = frozenset("RVDSBU")
_PUNCTUATION: Final = (",", ";", ":", "(", ")", "\u2014", "--", "-", "...")
_ACTIONS: Final = _actions()
_new_mention: Final = tuple.__new__


def _tokens(
    sentence: Sentence, quantities: Sequence[Quantity], folded: str
) -> tuple[list[str], dict[int, tuple[Quantity, int]]]:
    """Fill the tokens of `sentence`; what the scan looks up for each of them, and the quantities by their first token.

    The tokens of a quantity are marks there, that no phrase and no time matches. An empty one closes the list.
    """
    # Splitting at the tokens gives gap, token, gap, token …: their lengths added up are the offsets.
    parts = SPLIT(folded[sentence.start : sentence.end])
    words = sentence.words = parts[1::2]
    bounds = list(accumulate(map(len, parts), initial=sentence.start))
    starts = sentence.starts = bounds[1::2]
    ends = sentence.ends = bounds[2::2]
    keys = [*words, ""]
    spans: dict[int, tuple[Quantity, int]] = {}
    for quantity in quantities:
        first, last = bisect_right(ends, quantity.start), bisect_left(starts, quantity.end)
        if last > first and keys[first] != _MASK:
            spans[first] = quantity, last
            keys[first:last] = [_MASK] * (last - first)
    return keys, spans


def scan(sentence: Sentence, quantities: Sequence[Quantity], folded: str | None = None) -> None:
    """Fill the tokens and mentions of `sentence`; `quantities` are those that begin inside it, in order.

    `folded` is the whole text as `fold` gives it, where the caller has it.
    """
    keys, spans = _tokens(sentence, quantities, fold(sentence.text) if folded is None else folded)
    found, starts, ends, text = sentence.mentions, sentence.starts, sentence.ends, sentence.text
    at, actions, append, new = 0, _ACTIONS, found.append, _new_mention
    for hit in [number for number, word in enumerate(keys) if word in actions]:
        if hit < at:
            continue
        single, longer, second, plain = actions[keys[hit]]
        following = keys[hit + 1]
        mention: Mention | None = None
        if following in longer or (second is not None and (not second or following in second)):
            mention = _mention(sentence, keys, hit)
        elif plain and single is not None:
            # Most words: one meaning whatever their case, and nothing longer begins here.
            append(new(Mention, (single[0], starts[hit], ends[hit], hit, hit + 1, single[1], False)))
        elif single is not None:
            if _stands(single, text, keys, hit, starts[hit], ends[hit]):
                mention = _owned(sentence, single[0], starts[hit], hit, hit + 1, single[1])
        elif hit in spans:
            quantity, last = spans[hit]
            mention = new(Mention, ("Q", quantity.start, quantity.end, hit, last, quantity, False))
        if mention is not None:
            append(mention)
            at = mention[4]
    sentence.roles = {mention[5][0] for mention in found if mention[0] == "R"}


_MASK: Final = "\x00"
_ACTIONS[_MASK] = _Action(None, {}, None, False)


def _mention(sentence: Sentence, keys: list[str], at: int) -> Mention | None:
    """The mention that begins at token `at`, the longest one."""
    word, start = keys[at], sentence.starts[at]
    single, longer, second, _ = _ACTIONS[word]
    following = keys[at + 1]
    begins_time = second is not None and (not second or following in second)
    if begins_time and (word not in MONTHS or _month_means_time(keys, at, sentence.text, start)):
        read = read_time(keys, at)
        if read is not None:
            return _owned(sentence, "T", start, at, read[0], read[1])
    if following in longer:
        for phrase, length, entry in longer[following]:
            last = at + length
            found = length == 2 or tuple(keys[at:last]) == phrase
            if found and (not entry.cased or _cased(entry, sentence.text, start, sentence.ends[last - 1])):
                return _owned(sentence, entry.kind, start, at, last, entry.data)
    if single is None or not _stands(single, sentence.text, keys, at, start, sentence.ends[at]):
        return None
    return _owned(sentence, single.kind, start, at, at + 1, single.data)


def _stands(single: Entry, text: str, keys: Sequence[str], at: int, start: int, end: int) -> bool:
    """Whether the word at token `at` means `single` here: its case is right, and it is no mere place."""
    if single[2] and not _cased(single, text, start, end):
        return False
    return single[0] != "P" or keys[at - 1] not in _BEFORE_PLACES or not _is_place(single, keys, at)


def _owned(sentence: Sentence, kind: str, start: int, first: int, last: int, data: object) -> Mention:
    """The mention with the possessive that follows it, if any, among its tokens."""
    words = sentence.words
    end = sentence.ends[last - 1]
    if last < len(words) and words[last][0] == "'":
        return _new_mention(Mention, (kind, start, end, first, last + 1, data, True))
    return _new_mention(Mention, (kind, start, end, first, last, data, False))


def is_adjective(word: str) -> bool:
    """Whether `word` may stand between a determiner and a noun without being a noun or verb itself."""
    return word in ADJECTIVES or word.endswith("ly")


__all__ = ["Mention", "Sentence", "Time", "fold", "is_adjective", "scan"]
