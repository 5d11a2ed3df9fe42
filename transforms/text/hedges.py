"""What stands straight before and after a number phrase: hedges, prepositions, signs.

What belongs here: the words that say how exact a number is meant ("nearly", "more than", "or so") and the word that
leads it in ("from", "by"). What does not: the number itself (`numerals`), words further away (`transforms.figures`).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from transforms.text.lexer import GAP, context, lexicon, trie

REACH: Final = 40
"""Code points before a number within which its hedge must stand."""


Before = tuple[int, str, str | None, str | None, str | None, bool]
"""What stands before a phrase: where it begins with its hedge, the hedge, its words, preposition, direction, minus."""


class _Hedge(NamedTuple):
    words: tuple[str, ...]
    meaning: str


def _hedges() -> dict[str, tuple[_Hedge, ...]]:
    table: dict[str, list[_Hedge]] = {}
    for row in lexicon("hedges"):
        if row["position"] == "before":
            words = tuple(re.split(r"[ -]", row["phrase"]))
            table.setdefault(words[-1], []).append(_Hedge(words, row["hedge"]))
    return {last: tuple(sorted(found, key=lambda hedge: -len(hedge.words))) for last, found in table.items()}


HEDGES: Final = _hedges()
"""Hedges by their last word, the longest first."""

_AFTER: Final = {row["phrase"]: row["hedge"] for row in lexicon("hedges") if row["position"] == "after"}
_AFTER_PATTERN: Final = re.compile(
    rf"(?:{GAP}({trie(phrase for phrase, hedge in _AFTER.items() if hedge != 'record' and phrase != '+')})(?![a-z])"
    r"|(\+))"
)
_AFTER_STARTS: Final = frozenset("op-+")
_RECORD: Final = re.compile(
    rf",?{GAP}({trie(phrase for phrase, hedge in _AFTER.items() if hedge == 'record')})"
    rf"(?=[ ]?(?:[,.;:)\"]|--|—|$)|{GAP}(?:{trie(context('after_record'))})(?![a-z]))"
)
_RECORD_STARTS: Final = frozenset(",aw")
_LEADS: Final = context("lead")
_UP_TO: Final = ("up", "to")
_UP_TO_VERBS: Final = context("up_to_verb")
_COMPARATORS: Final = context("comparator")
_DIRECTIONS: Final = {**dict.fromkeys(context("up"), "up"), **dict.fromkeys(context("down"), "down")}


def words_before(low: str, floor: int, start: int) -> list[str]:
    """The words in front of `start`, none of them before `floor`, a blank line, or further away than `REACH`."""
    bottom = start - REACH
    window = low[bottom if bottom > floor else floor : start]
    if "\n" in window:
        window = window[max(window.rfind("\n\n"), window.rfind("\n\r\n"), 0) :]
    if "-" in window or '"' in window or "(" in window:
        window = window.replace("-", " ").replace('"', " ").replace("(", " ")
    return window.split()


def read_before(low: str, floor: int, start: int, after_quantity: bool) -> Before:
    """Hedge, lead and sign before the number at `start`; `floor` is where the phrase before ended.

    `after_quantity`: a phrase ends at `floor`, so that "42 pct above 16.98 billion" compares and does not hedge.
    """
    words = words_before(low, floor, start)
    if not words:
        return start, "exact", None, None, None, _minus(low, start)
    if words[-1] in ("a", "an") and len(words) > 1:
        words.pop()
    hedge, hedge_word = "exact", None
    found = HEDGES.get(words[-1])
    if found:
        for words_of, meaning in found:
            size = len(words_of)
            if size > 1 and tuple(words[-size:]) != words_of:
                continue
            if words_of == _UP_TO and len(words) > 2 and words[-3] in _UP_TO_VERBS:
                break  # "edged up to 290 million" tells where it got
            if after_quantity and size == len(words) and words_of[-1] in _COMPARATORS and start - floor < REACH:
                break
            hedge, hedge_word = meaning, " ".join(words_of)
            if meaning != "record":  # a record is what happened, the others are part of the number
                start = _begin(low, floor, start, words_of)
            del words[-size:]
            break
    lead = words[-1] if words and words[-1] in _LEADS else None
    direction = "up" if low[start - 1 : start] == "+" else None
    if lead is not None:
        direction = _DIRECTIONS.get(lead) or (_DIRECTIONS.get(words[-2]) if lead == "by" and len(words) > 1 else None)
    return start, hedge, hedge_word, lead, direction, lead == "minus" or _minus(low, start)


def _begin(low: str, floor: int, start: int, words: tuple[str, ...]) -> int:
    for word in reversed(words):
        start = low.rindex(word, floor, start)
    return start


def _minus(low: str, start: int) -> bool:
    return low[start - 1 : start] == "-" and not low[start - 2 : start - 1].isalnum()


def read_after(low: str, end: int) -> tuple[int, str, str] | None:
    """A hedge behind the number ("or so", "-plus", "+"): where it ends, what it says, its words.

    A record ("another record", "was a record") is what happened and no part of the number: that ends where it ended.
    """
    begins = low[end : end + 2].lstrip()[:1]
    if begins in _RECORD_STARTS:
        record = _RECORD.match(low, end)
        return (end, "record", " ".join(record[1].split())) if record else None
    match = _AFTER_PATTERN.match(low, end) if begins in _AFTER_STARTS else None
    if match is None:
        return None
    phrase = " ".join((match[1] or match[2]).split())
    return match.end(), _AFTER[phrase], phrase
