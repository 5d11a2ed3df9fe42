"""Scope, basis and adjustment: what is traded, and how it is counted.

What belongs here: what the phrase, the sentence or the discourse says of them, and the readings that stay open. What
does not: which series that is (`transforms.checks`).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from transforms.figures.figure import Figure, State
from transforms.figures.heads import Head
from transforms.figures.mentions import Mention, Sentence

GOODS_AND_SERVICES_SINCE: Final = date(1994, 1, 1)
"""The monthly U.S. release gives goods and services since 1994 (FT-900 of January 1994): the national headline."""


def set_scope(figure: Figure, head: Head, chain: Figure | None, state: State) -> None:
    """What is traded: said in the phrase, carried on from before, else the default with its alternative."""
    if head.scope:
        figure.scope, figure.scope_stated = head.scope, True
        figure.trace["scope"] = head.evidence.get("scope", ("scope word", -1, -1))
        return
    if (own := own_product(figure, head)) is not None:
        figure.scope, figure.scope_stated = own.data[0], True
        figure.note("scope", "goods named before it", own)
        return
    if (opening := opening_scope(figure.sentence)) is not None:
        figure.scope, figure.scope_stated = opening.data[0], True
        figure.note("scope", "opens the sentence", opening)
        return
    carried = _carried_scope(figure, head, chain, state)
    if carried is not None:
        figure.scope, rule, figure.scope_stated = carried
        figure.note("scope", rule)
        return
    if state.story_scope and figure.flow != "balance":
        figure.scope, figure.scope_stated = state.story_scope, False
        figure.note("scope", "the article's product")
        return
    national = figure.reporter == "US" and figure.partner == "world"
    modern = state.published_on is not None and state.published_on >= GOODS_AND_SERVICES_SINCE
    if national and modern:
        figure.scope, other = "goods_services", "goods"
        figure.note("scope", "national U.S. headline since 1994")
    else:
        figure.scope, other = "goods", "goods_services"
        figure.note("scope", "bare: first reading goods")
    figure.open.append(
        ("scope", [figure.scope, other], f"bare {head.flow}: the text does not say goods or goods and services")
    )


def own_product(figure: Figure, head: Head) -> Mention | None:  # noqa: PLR0911 - one rule a line, in their order
    """`Machinery (5.5 billion)`, `72 pct of its electrical appliances`, `in services a surplus of …`."""
    sentence, number = figure.sentence, figure.number
    mentions = sentence.mentions
    if figure.kind == "share" and number + 2 < len(mentions) and mentions[number + 2].kind == "S":
        relation = mentions[number + 1]
        if relation.kind == "R" and relation.data[0] == "of" and mentions[number + 2].first - relation.last < 2:
            return mentions[number + 2]
    if (after := _said_after(figure, head)) is not None:
        return after
    if head.index < 0 and mentions[0].kind == "S" and mentions[0].first == 0:
        return mentions[0]
    for step in range(number - 1, -1, -1):
        mention = mentions[step]
        if mention.kind in "QX" or (mention.kind == "F" and step != head.index):
            return None
        if mention.kind == "S":
            related = step > 0 and mentions[step - 1].kind == "R" and mentions[step - 1].data[0] == "in"
            if head.flow == "balance":
                opens = mention.first == 0 and mention.data[0] in ("services", "goods")
                wide = mention.data[0] == "goods_services" and mention.last - mention.first > _PHRASE
                return mention if (related or opens or wide) and (step < head.index or head.index < 0) else None
            near = figure.mention.first - mention.last <= 3
            return mention if near and (head.index < step or head.index > number) else None
    return None


_PHRASE: Final = 3
"""`once services are counted`: a clause of its own, not the noun of another flow."""


def _said_after(figure: Figure, head: Head) -> Mention | None:
    """`It was $35.7 billion in goods and services`: said straight after the number."""
    after = figure.sentence.mentions[figure.number + 1 : figure.number + 3]
    if figure.kind != "level" or head.index > figure.number or len(after) < 2:
        return None
    joined = after[0].kind == "R" and after[0].data[0] == "in" and after[0].first == figure.mention.last
    wide = after[1].kind == "S" and after[1].data[0] in ("goods", "services", "goods_services")
    return after[1] if joined and wide and after[1].first == after[0].last else None


def opening_scope(sentence: Sentence) -> Mention | None:
    """`In goods alone, exports …`, `Counting goods and services, …`: what the whole sentence is about."""
    for mention in sentence.mentions[:3]:
        if mention.first > 2 or mention.kind not in "RS":
            return None
        if mention.kind == "S":
            wide = mention.data[0] in ("goods", "services", "goods_services")
            return mention if wide and "," in sentence.words[mention.last : mention.last + 3] else None
    return None


def _carried_scope(figure: Figure, head: Head, chain: Figure | None, state: State) -> tuple[str, str, bool] | None:  # noqa: PLR0911 - one rule a line, in their order
    if (
        chain is not None
        and chain.flow == figure.flow
        and chain.scope_stated
        and (not head.trade or chain.head is head)
    ):
        return chain.scope, "figure before", True
    last = state.balance if figure.flow == "balance" and not head.trade else state.last
    if last is state.balance and state.last is not None and state.last.stated and last is not None:
        newer = state.last.sentence > last.sentence and not state.last.scope.startswith("product")
        last = state.last if newer else last
    last = last or state.last
    if last is None or not last.stated:
        return None
    if last.partner == "world" and figure.partner != "world" and last.scope in ("goods_services", "services"):
        return None  # The monthly releases give partners for goods alone.
    if figure.flow == "balance" and not head.trade:
        if last.flow != "balance" and last.scope.startswith("product:"):
            return None
        if head.partner is not None and head.partner != last.partner and last.scope != "goods":
            return None
        return last.scope, "what was spoken of last", True
    near = state.sentence - last.sentence <= 1
    same = (last.reporter, last.partner) == (figure.reporter, figure.partner)
    joined = figure.sentence.paragraph == last.paragraph
    if (
        last.flow == figure.flow
        and near
        and joined
        and (head.partner is not None or same)
        and last.scope.startswith("product:")
    ):
        return last.scope, "same flow as before", True
    if same and last.scope in ("goods", "goods_services") and not last.scope.startswith("product"):
        return last.scope, "same parties as before", False
    return None


def set_basis(figure: Figure, head: Head, statement: dict[str, str]) -> None:
    """Basis and adjustment: from the phrase, the sentence, or a statement on the article's figures as a whole."""
    for slot in ("basis", "adjustment"):
        value = getattr(head, slot)
        if value:
            setattr(figure, slot, value)
            figure.trace[slot] = head.evidence[slot]
            continue
        for mention in figure.sentence.mentions:
            if mention.kind == "B" and mention.data[0] == slot:
                setattr(figure, slot, mention.data[1])
                figure.note(slot, "said in the sentence", mention)
                break
        else:
            if slot in statement:
                setattr(figure, slot, statement[slot])
                figure.note(slot, "said of the article's figures")
