"""Status: what has happened, and what is forecast, aimed at or proposed.

What belongs here: how far a word of expectation governs. What does not: the words (`lexicons/status.csv`).
"""

from __future__ import annotations

from typing import Final

from transforms.figures.figure import Figure
from transforms.figures.mentions import Mention, Sentence

_DEALS: Final = frozenset(
    ("accord", "agreement", "pact", "treaty", "plan", "deal", "protocol", "communique", "memorandum")
)


def set_status(figure: Figure, past: bool) -> None:
    """Forecast, target or proposal where a word of that kind governs the figure; a dated past is actual."""
    sentence, number = figure.sentence, figure.number
    if _without(sentence, number):
        return
    found = _status_before(sentence, number)
    if found is None and (first := _joined_to(sentence, number)) >= 0:
        found = _status_before(sentence, first)
        if found is not None:
            figure.status = found.data[0]
            figure.note("status", "joined to a figure so governed", found)
            return
    if found is None:
        found = _status_after(sentence, number)
    if found is None:
        return
    status, kind = found.data
    direct = kind != "modal" and sentence.mentions[max(0, number - 2)].start <= found.start
    if past and not direct:
        return
    if figure.role == "base" and figure.timed and past:
        return
    if status == "forecast" and kind == "modal" and _deal_says(sentence):
        status = "target"
    figure.status = status
    figure.note("status", "governed by", found)


_ABSENT: Final = frozenset(("without", "despite"))


def _without(sentence: Sentence, number: int) -> bool:
    """`would have been bigger without a surplus of $62 billion`: what is thought away is a fact."""
    first = sentence.mentions[number].first
    near = sentence.words[max(0, first - 7) : first]
    return bool(_ABSENT & set(near)) and "," not in near


def _joined_to(sentence: Sentence, number: int) -> int:
    """`a surplus of 4.4 billion for the year, and five billion in 1987`: the quantity it is joined to, or -1."""
    mentions = sentence.mentions
    before = mentions[number - 1] if number else None
    if before is None or before.kind != "R" or before.data[0] != "and":
        return -1
    for step in range(number - 2, max(-1, number - 8), -1):
        mention = mentions[step]
        if mention.kind == "Q":
            return step
        if mention.kind not in "T," and not (mention.kind == "R" and mention.data[0] in ("for", "in", "of")):
            return -1
    return -1


def _status_before(sentence: Sentence, number: int) -> Mention | None:
    """The nearest word of expectation before the figure that governs it, with nothing between that says otherwise."""
    mentions = sentence.mentions
    target: Mention | None = None
    moved = crossed = False
    step = number
    while step > 0:
        step -= 1
        mention = mentions[step]
        if mention.kind == "U" and mention.data[1] != "seen":
            if mention.data[1] != "modal":
                return mention if not crossed else target
            target = target or (mention if not crossed else None)
        elif mention.kind == ",":
            if mention.data in ("--", "\u2014"):
                step = max((i for i in range(max(0, step - 9), step) if mentions[i].data == mention.data), default=-1)
                if step < 0:
                    break
            elif mention.data == ";":
                break
            crossed = crossed or not moved
        elif _ends_expectation(sentence, step, target):
            break
        moved = moved or mention.kind in "DU" or (mention.kind == "R" and mention.data[0] in ("level", "worth"))
    return target


def _ends_expectation(sentence: Sentence, step: int, target: Mention | None) -> bool:
    """A clause word, or a verb in the past or present that no expectation stands before."""
    mention = sentence.mentions[step]
    if mention.kind == "D":
        past = mention.data[1] == "verb" and _is_past(sentence.words[mention.first])
        return past and target is None and not _auxiliary(sentence, step)
    if mention.kind != "R":
        return False
    role, tense = mention.data
    if role in ("clause", "relative", "when"):
        return True
    if (target is not None and tense == "past") or _auxiliary(sentence, step):
        return False
    if tense == "past":
        return role in ("level", "swing", "share")
    return bool(tense == "present" and sentence.words[mention.first] in ("running", "is", "are"))


def _is_past(word: str) -> bool:
    return word.endswith("ed") or word in ("rose", "fell", "grew", "sank", "slid", "shrank", "leapt", "went", "came")


def _auxiliary(sentence: Sentence, step: int) -> bool:
    """`had widened`, `have narrowed` after a forecast word: `is expected to have widened`."""
    previous = sentence.mentions[step - 1] if step else None
    return previous is not None and previous.kind in ("R", "U") and previous.last == sentence.mentions[step].first


def _status_after(sentence: Sentence, number: int) -> Mention | None:
    """`the $44 billion economists had expected`: a forecast word straight after the figure."""
    mention = sentence.mentions[number]
    for following in sentence.mentions[number + 1 : number + 4]:
        if following.kind in ("Q", ",", "F", "T") or following.first - mention.last > 4:
            return None
        if following.kind == "R" and following.data[0] not in ("have", "that"):
            return None
        if following.kind == "U":
            return following if following.data[1] == "verb" and following.data[0] == "forecast" else None
    return None


def _deal_says(sentence: Sentence) -> bool:
    words = sentence.words
    return any(m.kind == "V" and m.first and words[m.first - 1] in _DEALS for m in sentence.mentions)
