"""What headline and first sentences tell of the whole article: whose trade with whom, of what, and when.

What belongs here: the article's main parties, product, agreement and period. What does not: what single sentences say.
"""

from __future__ import annotations

from typing import Final

from transforms.figures import attach, when
from transforms.figures.figure import State, head_at
from transforms.figures.heads import build
from transforms.figures.lexicon import AGREEMENTS
from transforms.figures.mentions import Sentence, scan
from transforms.figures.parties import subject_before
from transforms.text import find_quantities

LEAD_SENTENCES: Final = 3
"""How many sentences are an article's beginning."""

_LEAD_TIMES: Final = frozenset(
    ("month", "months", "quarter", "half", "first_months", "year", "calendar", "offset_month")
)


def tell(sentences: list[tuple[int, Sentence]], title: str | None, state: State) -> None:  # noqa: C901 - one rule a line, in their order
    """What headline and first sentences tell: the main parties, whether trade is the subject, the agreement meant."""
    leads = [sentence for index, sentence in sentences if index < LEAD_SENTENCES]
    if title:
        head = Sentence(title, 0, len(title), -1)
        scan(head, find_quantities(title))
        leads.insert(0, head)
    institutions: list[str] = []
    for sentence in leads:
        for mention in sentence.mentions:
            if mention.kind == "P" and mention.data[0] != "world":
                codes = institutions if mention.data[1] == "institution" else state.pair
                if mention.data[0] not in codes:
                    codes.append(mention.data[0])
            elif mention.kind == "F":
                state.trade_story = True
    state.pair += [code for code in institutions if code not in state.pair]
    _main_parties(leads, state)
    if len(state.pair) < 2:
        found = (code for _, sentence in sentences for code in _countries(sentence) if code not in state.pair)
        state.pair += [code for code in (next(found, None),) if code]
    state.story_scope = _story_scope(leads[0]) if leads else None
    state.lead_time = next(
        (
            m.data
            for sentence in leads
            for m in sentence.mentions
            if m.kind == "T" and m.data.kind in _LEAD_TIMES and not when.began(sentence, m)
        ),
        None,
    )
    state.heads = {}
    partner = state.story_partner
    pair = [state.reporter, partner] if state.reporter and partner not in (None, "world") else state.pair
    state.agreement = when.agreement_for([code for code in pair if code], state.published_on)
    for _, sentence in sentences:
        for mention in sentence.mentions:
            if mention.kind == "G" and AGREEMENTS[mention.data[0]].in_force_on and state.agreement is None:
                state.agreement = mention.data[0]


def _main_parties(leads: list[Sentence], state: State) -> None:
    """The article's main reporter and partner: from the first flow of headline or lead, else its two countries.

    A flow that names its country alone makes an article on that country's trade with all (partner `world`), unless the
    headline names a second country.
    """
    for number, sentence in enumerate(leads):
        found = _first_flow(sentence, state, number == 0)
        if found is not None:
            reporter, partner = found
            others = [code for code in _countries(leads[0]) if code != reporter] if number else []
            state.reporter = reporter
            if number == 0 and partner is None:
                partner = _partner_in_lead(leads[1:], state, reporter)
            state.story_partner = partner or (others[0] if len(others) == 1 and reporter else "world")
            break
    if state.reporter is None:
        ordered = sorted(state.pair[:2], key=lambda code: code != "US")
        state.reporter = next((code for code in ordered if code != state.story_partner), None)
    if state.story_partner is None and len(state.pair) > 1:
        state.story_partner = next((code for code in state.pair if code != state.reporter), None)


def _story_scope(sentence: Sentence) -> str | None:
    """The product that the headline is about, where it names one, and no flow of anything else."""
    products = {m.data[0] for m in sentence.mentions if m.kind == "S" and m.data[0].startswith("product:")}
    if len(products) != 1:
        return None
    for number, mention in enumerate(sentence.mentions):
        if mention.kind == "F" and attach.is_flow(sentence, number) and build(sentence, number).scope not in products:
            return None
    return str(next(iter(products)))


def _partner_in_lead(leads: list[Sentence], state: State, reporter: str | None) -> str | None:
    """Where the headline names one country's balance and the text begins with whom: that partner."""
    for sentence in leads[:2]:
        found = _first_flow(sentence, state, False)
        if found is not None:
            if reporter not in found or None in found:
                return None
            return found[1] if found[0] == reporter else found[0]
    return None


def _countries(sentence: Sentence) -> list[str]:
    codes: list[str] = []
    for mention in sentence.mentions:
        if mention.kind == "P" and mention.data[1] != "institution" and mention.data[0] not in ("world", *codes):
            codes.append(mention.data[0])
    return codes


def _does(sentence: Sentence, number: int) -> bool:
    """`the United States bought more from Mexico`: a country straight before the verb, not `cars sold to America`."""
    before = sentence.mentions[number - 1] if number else None
    return before is not None and before.kind == "P" and sentence.mentions[number].first - before.last < 2


def _first_flow(sentence: Sentence, state: State, headline: bool) -> tuple[str | None, str | None] | None:
    """(reporter, partner) of the first flow noun of the sentence that names one of them."""
    state.heads = {}
    for number, mention in enumerate(sentence.mentions):
        if mention.kind != "F" or not (mention.data[3] == "verb" or attach.is_flow(sentence, number)):
            continue
        head = head_at(sentence, number, state)
        whole = mention.data[3] == "verb" and sentence.words[mention.first] in ("exported", "imported", "shipped")
        trades = head.evidence.get("partner", ("",))[0] in ("to", "from", "to whom")
        if mention.data[3] in ("verb", "takes") and not trades and not (whole and attach.is_flow(sentence, number)):
            continue
        if head.scope == "current_account" or (headline and head.partner and head.scope.startswith("product:")):
            continue
        subject = subject_before(sentence, head.first, head.partner)
        reporter = head.reporter or (sentence.mentions[subject].data[0] if subject >= 0 else None)
        if trades and mention.data[3] == "verb" and not _does(sentence, number):
            continue
        if reporter is not None or head.partner is not None:
            return reporter, head.partner
    return None
