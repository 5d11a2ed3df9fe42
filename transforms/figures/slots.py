"""The slots of a figure, filled in a fixed order: what governs it, its kind, its flow, its parties, its scope.

What belongs here: the order of the rules, and what follows where the sentence names no flow. What does not: the rules
for each slot (`kinds`, `parties`, `scope`, `status`, `shares`), attachment (`attach`) and times (`when`).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from transforms.figures import attach
from transforms.figures.figure import Figure, State, head_at, opening_subject
from transforms.figures.heads import Head, build
from transforms.figures.kinds import excess_sign, kind_of, movement
from transforms.figures.lexicon import PHRASES
from transforms.figures.mentions import Mention, Sentence
from transforms.figures.parties import keep_pair, set_parties
from transforms.figures.scope import own_product, set_basis, set_scope
from transforms.figures.shares import set_share

_ANAPHORS: Final = frozenset(("it", "this", "that", "these", "those", "they", "both", "up", "down", "figure", "total"))


def _speaks_of_last(sentence: Sentence, state: State) -> bool:
    """`This compared with …`, `With Japan it was …`: the sentence goes on about what was spoken of last."""
    if state.last is None or state.sentence - state.last.sentence > 1:
        return False
    first = sentence.mentions[0] if sentence.mentions else None
    if first is not None and first.kind == "R" and first.data[0] in ("with", "against") and first.first == 0:
        return True
    expected = any(m.kind == "U" and m.data[0] == "forecast" for m in sentence.mentions)
    if expected and sentence.paragraph == state.last.paragraph and not any(m.kind in "FX" for m in sentence.mentions):
        return True
    return any(word in _ANAPHORS for word in sentence.words[:5])


def _other_topic(figure: Figure, rule: str, mention: Mention | None) -> None:
    figure.kind = "other"
    figure.note("kind", rule, mention)


def _trade_context(head: Head, state: State) -> bool:
    """A bare `gap`, `deficit`, `surplus` is about trade where its phrase or what went before says so."""
    if head.trade or head.partner or head.scope or (head.reporter and state.trade_story):
        return True
    return state.balance is not None or state.trade_story


def _topic_between(sentence: Sentence, link: attach.Link, number: int) -> Mention | None:
    """For `X posted a 3 billion deficit`: the topic X that a bare deficit belongs to, where it is no trade."""
    before = attach.left(sentence, number)
    if before.number >= 0 and sentence.mentions[before.number].kind == "X" and before.number < link.number:
        return sentence.mentions[before.number]
    return None


def read_figure(  # noqa: C901 - one rule a line, in their order
    sentence: Sentence, number: int, previous: Figure | None, state: State, statement: dict[str, str]
) -> Figure:
    """The figure of the quantity at mention `number`, but for its times; `previous` stands before it."""
    figure = Figure(sentence, number)
    quantity = sentence.mentions[number].data
    figure.value, figure.value_high, figure.unit = quantity.value, quantity.value_high, quantity.unit
    if quantity.form == "money" and (scale := table_scale(figure)) > 1:
        figure.value = quantity.value * scale
        figure.note("value", "scale stated once for the list")
    if quantity.form == "count" and _counts_no_goods(quantity.unit_noun):
        _other_topic(figure, "a count of no goods", sentence.mentions[number])
        return figure
    link = attach.after(sentence, number)
    if link is attach.OTHER_NOUN:
        _other_topic(figure, "stands before another noun", None)
        return figure
    moved = movement(sentence, number, link)
    figure.movement = moved
    if previous is not None and link.number < 0 and previous.trace.get("kind", ("",))[0] == "more bought than sold":
        return _as_before(figure, previous)
    if link.number < 0:
        link = attach.left(sentence, number)
    head, chain = _head_of(figure, link, previous, state)
    if head is None:
        return figure
    more = excess_sign(sentence, number, link)
    kind, rule = ("level", "more bought than sold") if more else kind_of(sentence, number, link, moved, previous)
    figure.note("kind", rule)
    if kind == "other":
        return figure
    figure.kind = kind
    _set_flow(figure, head)
    if more:
        figure.flow, figure.sign = "balance", more
        figure.note("sign", "more bought than sold")
    figure.head = head
    own, kept = own_product(figure, head), head.scope
    if own is not None and not kept:
        head.scope = own.data[0]
    set_parties(figure, head, chain, state)
    head.scope = kept
    keep_pair(figure, state)
    if kind == "share" and (link.number < 0 or sentence.mentions[link.number].kind == "F"):
        set_share(figure, head, link, previous, state)
    if head.flow == "balance":
        _in_favour(figure)
    set_scope(figure, head, chain, state)
    set_basis(figure, head, statement)
    _set_direction(figure, previous)
    if previous is not None:
        figure.movement_before = previous.direction or previous.movement_before
    return figure


_SCALE: Final = re.compile(r"\b(?:in|,)\s+(billions|millions)\s+of\s+[a-z.]+", re.IGNORECASE)
_SCALES: Final = {"billions": 1e9, "millions": 1e6}
_SMALL: Final = 100_000
"""A printed amount at or above it has its scale already."""


_LIST_REACH: Final = 4_000
"""Code points over which a scale holds that was stated once: it bounds the time that looking back for it takes."""


def table_scale(figure: Figure) -> float:
    """`in billions of dollars … Hong Kong ($23.6)`: the scale that the paragraph states once for its list, else 1."""
    if figure.value is None or abs(figure.value) >= _SMALL:
        return 1.0
    sentence = figure.sentence
    bottom = max(figure.start - _LIST_REACH, 0)
    begin = max(sentence.text.rfind("\n\n", bottom, figure.start), bottom)
    if (
        sentence.text.find("illions", begin, figure.start) < 0
        and sentence.text.find("ILLIONS", begin, figure.start) < 0
    ):
        return 1.0
    stated = None
    for stated in _SCALE.finditer(sentence.text, begin, figure.start):  # noqa: B007 - the last one counts
        pass
    return _SCALES[stated[1].lower()] if stated else 1.0


def _counts_no_goods(noun: str | None) -> bool:
    """People, jobs, companies: what is counted is a topic of its own."""
    return any(phrase[1] == 1 and phrase[2].kind == "X" for phrase in PHRASES.get(noun or "", ()))


def _as_before(figure: Figure, previous: Figure) -> Figure:
    """The level that an excess is compared with: `$59 billion more than it sold, down from $65 billion in 1994`."""
    figure.kind, figure.head = "level", previous.head
    for slot in ("flow", "sign", "scope", "scope_stated", "reporter", "partner", "basis", "adjustment"):
        setattr(figure, slot, getattr(previous, slot))
    figure.open = list(previous.open)
    figure.note("kind", "compared with the excess before")
    return figure


def _set_flow(figure: Figure, head: Head) -> None:
    figure.flow = head.flow
    figure.sign = head.sign or "none"
    figure.trace["flow"] = head.evidence["flow"]
    if figure.flow == "balance":
        figure.trace["sign"] = head.evidence["flow"]
        if not head.sign:
            _sign_from_sentence(figure)


def _sign_from_sentence(figure: Figure) -> None:
    for mention in figure.sentence.mentions:
        if mention.kind == "F" and mention.data[0] == "balance" and mention.data[1]:
            figure.sign = mention.data[1]
            figure.note("sign", "said in the sentence", mention)
            return
    if figure.quantity is not None and figure.quantity.negative:
        figure.sign = "deficit"
        figure.note("sign", "negative amount")


_ALLOWED: Final = frozenset(("can", "may", "allowed", "permitted", "could"))


def _in_favour(figure: Figure) -> None:
    """`amounted to 51 billion dlrs in Japan's favour`: Japan's surplus."""
    after = figure.sentence.mentions[figure.number + 1 : figure.number + 4]
    for owner, favour in pairwise(after):
        if owner.kind == "P" and favour.kind == "R" and favour.data[0] == "favour":
            if figure.partner == owner.data[0] or figure.partner in (None, "world"):
                figure.partner = figure.reporter
            figure.reporter, figure.sign = owner.data[0], "surplus"
            figure.note("sign", "in favour of", favour)
            figure.note("reporter", "in favour of", owner)
            return


def _head_of(  # noqa: PLR0911 - one rule a line, in their order
    figure: Figure, link: attach.Link, previous: Figure | None, state: State
) -> tuple[Head | None, Figure | None]:
    """The head that governs the figure and the figure before it in the sentence that it may take parties from."""
    sentence = figure.sentence
    chain = previous
    if link.number < 0:
        return _head_from_discourse(figure, previous, state), chain
    mention = sentence.mentions[link.number]
    if mention.kind == "X":
        if (mention.data[0] == "gdp" and link.rule in ("of", "before its noun")) or mention.data[0] == "gdp":
            return _share_of_output(figure, link, state), chain
        _other_topic(
            figure,
            "another account or topic" if link.rule == "of another topic" else f"another topic ({link.rule})",
            mention,
        )
        return None, None
    head = head_at(sentence, link.number, state)
    if head.role == "weak" and not head.partner and state.last is None:
        _other_topic(figure, "sales of a company", mention)
        return None, None
    if head.role == "verb" and sentence.word(sentence.mentions[link.number].first - 1) in _ALLOWED:
        _other_topic(figure, "what is allowed, no flow", mention)
        return None, None
    buyers = (m for m in sentence.mentions[: figure.number] if m.kind == "X" and m.data[0] in ("mission", "company"))
    if head.role in ("verb", "weak") and any(buyers):
        _other_topic(figure, "orders of a mission or company", mention)
        return None, None
    if head.role in ("bare", "state") and not head.trade:
        topic = _topic_between(sentence, link, figure.number) if link.number > figure.number else None
        after_other = (
            previous is not None
            and previous.kind == "other"
            and not head.partner
            and "account" in previous.trace.get("kind", ("",))[0]
        )
        if topic is not None or after_other or not _trade_context(head, state):
            _other_topic(figure, "a deficit or surplus of another account", topic or mention)
            return None, None
        _subject_scope(figure, head, state)
    return head, chain


def _subject_scope(figure: Figure, head: Head, state: State) -> None:
    """`the services account had a 300 mln marks deficit`: the subject says of what."""
    before = attach.left(figure.sentence, min(figure.number, head.index) if head.index >= 0 else figure.number)
    if before.number < 0 or head.scope:
        return
    mention = figure.sentence.mentions[before.number]
    between = figure.sentence.mentions[before.number + 1 : max(head.index, 0)]
    if any(m.data == ";" for m in between):
        return
    if mention.kind == "F" and before.number != head.index and mention.data[0] in ("balance", "total"):
        subject_head = head_at(figure.sentence, before.number, state)
        if subject_head.scope:
            head.scope = subject_head.scope
            head.evidence["scope"] = ("subject", mention.start, mention.end)
        head.reporter = head.reporter or subject_head.reporter
        head.partner = head.partner or subject_head.partner
        head.trade = head.trade or subject_head.trade


def _share_of_output(figure: Figure, link: attach.Link, state: State) -> Head | None:
    """`a surplus of 4 percent of GNP`: a share, of the balance that governs it; without one no trade figure."""
    sentence = figure.sentence
    governing = attach.left(sentence, figure.number)
    if governing.number >= 0 and sentence.mentions[governing.number].kind == "F":
        head = head_at(sentence, governing.number, state)
        if head.trade or _trade_context(head, state):
            before = sentence.mentions[link.number - 1]
            if head.reporter is None and before.kind == "P" and link.number > figure.number:
                head.reporter = before.data[0]
                head.evidence["reporter"] = ("owner of the output", before.start, before.end)
            return head
    _other_topic(figure, "part of national output", sentence.mentions[link.number])
    return None


def _head_from_discourse(figure: Figure, previous: Figure | None, state: State) -> Head | None:  # noqa: PLR0911 - one rule a line, in their order
    """No flow in the sentence: a parallel share or an anaphor takes the flow of what was spoken of last."""
    sentence, last = figure.sentence, state.last
    quantity = figure.quantity
    step = attach.before(sentence, figure.number)
    share = step >= 0 and sentence.mentions[step].kind == "R" and sentence.mentions[step].data[0] == "share"
    parallel = share and state.share is not None
    if previous is not None and previous.kind == "rank":
        return _head_of_rank(previous)
    if previous is not None and previous.kind != "other" and previous.head is not None:
        return previous.head
    if (told := _flow_before(sentence, state)) is not None:
        return told
    if (listed := _goods_listed(figure, state)) is not None:
        return listed
    if last is None or not (parallel or _speaks_of_last(sentence, state)):
        _other_topic(figure, "no flow in reach", None)
        return None
    if quantity is None or quantity.form not in ("money", "percent", "count", "fraction", "multiple"):
        _other_topic(figure, "no flow in reach", None)
        return None
    mention = Mention("F", -1, -1, 0, 0, (last.flow, last.sign if last.sign != "none" else "", "", "head"))
    head = Head(-1, mention)
    head.trade = False
    head.evidence["flow"] = ("what was spoken of last", -1, -1)
    if last.stated:
        head.scope = last.scope
        head.evidence["scope"] = ("what was spoken of last", -1, -1)
    return head


def _goods_listed(figure: Figure, state: State) -> Head | None:
    """`Machinery ($5.5 billion), Vehicles ($3.4 billion)`, `Beef led, at $2.3 billion`: what was sold.

    Goods without a flow word, next to a figure of the paragraph on exports or imports: parts of that flow.
    """
    last, mentions = state.last, figure.sentence.mentions
    if last is None or last.flow not in ("exports", "imports") or figure.quantity is None:
        return None
    if state.sentence - last.sentence > 1 or figure.quantity.form != "money" or any(m.kind in "FX" for m in mentions):
        return None
    before = mentions[figure.number - 1] if figure.number else None
    bracket = before is not None and before.data == "(" and figure.number > 1
    goods = mentions[figure.number - 2] if bracket else mentions[0]
    if goods.kind != "S" or not (bracket or goods.first < _FIRST_GOODS):
        return None
    mention = Mention("F", -1, -1, 0, 0, (last.flow, "", goods.data[0], "head"))
    head = Head(-1, mention)
    head.evidence["flow"] = ("goods of the flow spoken of last", goods.start, goods.end)
    head.evidence["scope"] = ("scope word", goods.start, goods.end)
    return head


_FIRST_GOODS: Final = 2


def _flow_before(sentence: Sentence, state: State) -> Head | None:
    """`Imports did not flood in. They rose by a third`: a pronoun for the flow of the sentence before."""
    before = state.before
    if before is None or sentence.words[:1] not in (["it"], ["they"]) or sentence.start - before.end > _APART:
        return None
    if any(m.kind == "Q" for m in before.mentions):
        return None
    first = next((n for n, m in enumerate(before.mentions) if m.kind == "F" and attach.is_flow(before, n)), -1)
    subject = opening_subject(before)
    if first < 0 or (subject is not None and before.mentions[first].first > _FIRST_WORDS):
        return None
    head = build(before, first)
    head.index, head.first, head.last, head.times = -1, 0, 0, []
    return head


_APART: Final = 4
_FIRST_WORDS: Final = 4


def _head_of_rank(rank: Figure) -> Head:
    """`The United States was the top destination with $936 million`: the amount is of what is ranked."""
    head = Head(-1, Mention("F", -1, -1, 0, 0, (rank.flow, rank.sign if rank.sign != "none" else "", "", "head")))
    head.reporter, head.partner = rank.reporter, rank.partner
    head.scope = rank.scope if rank.scope_stated else ""
    head.evidence["flow"] = ("what is ranked", rank.start, rank.end)
    for slot in ("reporter", "partner"):
        head.evidence[slot] = ("as the rank", rank.start, rank.end)
    return head


def _set_direction(figure: Figure, previous: Figure | None) -> None:
    if figure.kind not in ("change_abs", "change_pct", "ratio"):
        return
    quantity, direction = figure.quantity, None
    if figure.movement >= 0:
        mention = figure.sentence.mentions[figure.movement]
        direction = mention.data[0]
        if direction in ("worse", "better"):
            grows = (direction == "worse") == (figure.sign == "deficit")
            direction = "up" if grows else "down"
        figure.note("direction", "movement", mention)
    if not direction and quantity is not None and quantity.direction:
        direction = quantity.direction
        figure.note("direction", "said with the number", figure.mention)
    if (
        not direction
        and previous is not None
        and (previous.kind in (figure.kind, "change_pct") or previous.movement_before)
    ):
        direction = previous.direction or previous.movement_before
        figure.note("direction", "parallel to the figure before")
    if not direction and figure.kind == "ratio" and quantity is not None:
        direction = None
    figure.direction = direction or None
