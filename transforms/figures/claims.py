"""Figures without a number: `U.S. goods exports have actually gone down`.

What belongs here: a stated rise or fall with no amount, where flow, parties and comparison are clear. What does not:
movements that belong to a quantity (`slots`).
"""

from __future__ import annotations

from typing import Final

from transforms.figures import attach, when
from transforms.figures.figure import Figure, State, head_at
from transforms.figures.mentions import Mention, Sentence
from transforms.figures.parties import set_parties
from transforms.figures.scope import set_basis, set_scope
from transforms.figures.status import set_status

_COMPARING: Final = frozenset(("since", "before", "than", "against"))
_FORMS: Final = frozenset(("verb", "comparative"))


def read_claims(sentence: Sentence, figures: list[Figure], state: State, statement: dict[str, str]) -> list[Figure]:
    """The direction claims of a sentence."""
    if not sentence.roles & _COMPARING:
        return []
    mentions = sentence.mentions
    claims: list[Figure] = []
    for number, mention in enumerate(mentions):
        if mention.kind != "D" or mention.data[1] not in _FORMS or mention.data[0] not in ("up", "down"):
            continue
        if any(figure.movement == number for figure in figures) or _has_amount(mentions, number):
            continue
        claim = _claim(sentence, number, figures, state, statement)
        if claim is not None:
            claims.append(claim)
    return claims


def _has_amount(mentions: list[Mention], number: int) -> bool:
    """A quantity follows that the movement leads to."""
    for mention in mentions[number + 1 : number + 5]:
        if mention.kind == "Q":
            return mention.data.form != "rank" and mention.first - mentions[number].last < 6
        if mention.kind in ",F" or (mention.kind == "R" and mention.data[0] in ("clause", "than", "relative", "in")):
            return False
    return False


def _claim(
    sentence: Sentence, number: int, figures: list[Figure], state: State, statement: dict[str, str]
) -> Figure | None:
    mentions = sentence.mentions
    head_number = _verb_head(sentence, number)
    if head_number < 0:
        head_number = attach.left(sentence, number).number
    if head_number < 0 or mentions[head_number].kind != "F":
        return None
    if mentions[number].data[1] == "comparative" and not _is_predicate(mentions, number, head_number):
        return None
    head = head_at(sentence, head_number, state)
    if head.role in ("bare", "trade") and not head.trade:
        return None
    figure = Figure(sentence, number)
    chain = next((f for f in reversed(figures) if f.number < number), None)
    figure.kind, figure.unit = "direction", "direction"
    figure.flow, figure.sign = head.flow, head.sign or "none"
    figure.head, figure.movement = head, number
    figure.start, figure.end = _span(mentions, number, head_number)
    set_parties(figure, head, chain, state)
    set_scope(figure, head, chain, state)
    set_basis(figure, head, statement)
    figure.direction = mentions[number].data[0]
    figure.note("direction", "movement without an amount", mentions[number])
    figure.note("kind", "stated rise or fall", mentions[number])
    set_status(figure, False)
    when.assign_claim(sentence, figure, figures, state)
    return figure if figure.partner and figure.reporter and figure.base_period and figure.status == "actual" else None


def _verb_head(sentence: Sentence, number: int) -> int:
    """`exported less to South Korea`: the verb straight before the comparative."""
    if number and sentence.mentions[number - 1].kind == "F" and sentence.mentions[number - 1].data[3] == "verb":
        word = sentence.words[sentence.mentions[number - 1].first]
        return number - 1 if word in ("exported", "imported", "shipped", "sold", "bought") else -1
    return -1


def _is_predicate(mentions: list[Mention], number: int, head_number: int) -> bool:
    """`was lower than`: a comparative counts only after a verb, or straight after a verb of trade."""
    before = mentions[number - 1] if number else None
    if before is None or before.last != mentions[number].first:
        return False
    return (before.kind == "R" and before.data[0] == "level") or number - 1 == head_number


def _span(mentions: list[Mention], number: int, head_number: int) -> tuple[int, int]:
    start = mentions[number].start
    before = mentions[number - 1] if number else None
    if (
        before is not None
        and before.last == mentions[number].first
        and (before.kind == "R" or number - 1 == head_number)
    ):
        start = before.start
    return start, mentions[number].end
