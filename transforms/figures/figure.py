"""What is kept while an article is read: figures with their slots, and what the article has told so far.

What belongs here: the records that the rules fill. What does not: the rules.
"""

from __future__ import annotations

from datetime import date

from transforms.figures.heads import Head, build, is_object
from transforms.figures.mentions import Mention, Sentence
from transforms.figures.times import Time
from transforms.text import Quantity

Evidence = tuple[str, int, int]
"""A rule and the span of the text that is its evidence (-1, -1: none)."""


class Topic:
    """What a figure was about, kept for the sentences that follow."""

    __slots__ = (
        "adjustment",
        "basis",
        "flow",
        "overall",
        "paragraph",
        "partner",
        "reporter",
        "scope",
        "sentence",
        "sign",
        "stated",
    )

    def __init__(self, figure: Figure, sentence: int, paragraph: int) -> None:
        self.flow, self.sign, self.scope = figure.flow, figure.sign, figure.scope
        self.reporter, self.partner = figure.reporter, figure.partner
        self.basis, self.adjustment = figure.basis, figure.adjustment
        self.stated = figure.scope_stated
        self.overall = figure.partner == "world" and figure.trace.get("partner", ("",))[0] == "overall"
        self.sentence, self.paragraph = sentence, paragraph


class Figure:
    """One figure while it is being read. What no rule fills keeps the value that stands here."""

    kind = "other"
    value: float | None = None
    value_high: float | None = None
    unit = ""
    flow = sign = "none"
    direction: str | None = None
    scope = basis = adjustment = "unknown"
    scope_stated = False
    reporter: str | None = None
    partner: str | None = None
    period = "unknown"
    base_period: str | None = None
    status = "actual"
    role = "main"
    attributed_to: str | None = None
    quoted = False
    head: Head | None = None
    movement = -1
    movement_before: str | None = None
    timed = False

    def __init__(self, sentence: Sentence, number: int) -> None:
        mention = sentence.mentions[number]
        self.sentence, self.number, self.mention = sentence, number, mention
        self.start, self.end = mention.start, mention.end
        self.quantity: Quantity | None = mention.data if mention.kind == "Q" else None
        self.links: dict[str, Figure] = {}
        self.open: list[tuple[str, list[str], str]] = []
        self.trace: dict[str, Evidence] = {}

    def note(self, slot: str, rule: str, mention: Mention | None = None) -> None:
        """Keep the rule and the evidence of a slot."""
        self.trace[slot] = (rule, mention.start, mention.end) if mention else (rule, -1, -1)

    def note_as(self, slot: str, rule: str, source: Figure) -> None:
        """Keep the rule of a slot that another figure of the article gave, with that figure's evidence."""
        _, start, end = source.trace.get(slot, ("", -1, -1))
        self.trace[slot] = rule, start, end


class State:
    """What the article has told so far."""

    __slots__ = (
        "agreement",
        "balance",
        "base",
        "before",
        "future",
        "future_sentence",
        "heads",
        "lag",
        "last",
        "lead_time",
        "main",
        "main_paragraph",
        "overall",
        "pair",
        "published_on",
        "reporter",
        "sentence",
        "share",
        "story",
        "story_partner",
        "story_period",
        "story_scope",
        "trade_story",
    )

    def __init__(self, published_on: date | None) -> None:
        self.published_on = published_on
        self.pair: list[str] = []
        self.reporter: str | None = None
        self.story_partner: str | None = None
        self.trade_story = False
        self.last: Topic | None = None
        self.balance: Topic | None = None
        self.share: Figure | None = None
        self.main: str | None = None
        self.main_paragraph = -1
        self.story: Topic | None = None
        self.story_period: str | None = None
        self.story_scope: str | None = None
        self.overall = False
        self.base: str | None = None
        self.lag: tuple[str, int] | None = None
        self.agreement: str | None = None
        self.sentence = 0
        self.future: str | None = None
        self.future_sentence = -9
        self.before: Sentence | None = None
        self.lead_time: Time | None = None
        self.heads: dict[int, Head] = {}

    def subject(self) -> str | None:
        """The country that the sentence before was about."""
        return opening_subject(self.before) if self.before is not None else None


def head_at(sentence: Sentence, number: int, state: State) -> Head:
    """The head at mention `number`, built once a sentence."""
    head = state.heads.get(number)
    if head is None:
        head = state.heads[number] = build(sentence, number)
    return head


def opening_subject(sentence: Sentence) -> str | None:
    """The country that the sentence is about: its first partner that is no object, unless it opens with a pronoun."""
    if sentence.words[:1] in (["it"], ["its"], ["they"], ["their"], ["he"], ["she"]):
        return None
    for step, mention in enumerate(sentence.mentions[:8]):
        if mention.kind == "P" and mention.data[0] != "world" and mention.data[1] != "institution":
            return None if is_object(sentence, step) else str(mention.data[0])
    return None
