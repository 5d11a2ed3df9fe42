"""The slots of a figure: what kind it is, which flow, whose trade with whom, of what, and whether it has happened.

What belongs here: the ordered rules that fill the slots from the clause, then the sentence, then the discourse. What
does not: attachment by position (`attach`), the noun phrase (`heads`), times (`when`) and ranks (`ranks`).
"""

from __future__ import annotations

from datetime import date
from typing import Final

from transforms.figures import attach
from transforms.figures.heads import Head, build, is_object, join, partner_list
from transforms.figures.mentions import Mention, Sentence
from transforms.figures.times import Time
from transforms.text import Quantity

Evidence = tuple[str, int, int]
"""A rule and the span of the text that is its evidence (-1, -1: none)."""

GOODS_AND_SERVICES_SINCE: Final = date(1994, 1, 1)
"""The monthly U.S. release gives goods and services since 1994 (FT-900 of January 1994): the national headline."""


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


# --- the governing flow --------------------------------------------------------------------------------------------


def head_at(sentence: Sentence, number: int, state: State) -> Head:
    """The head at mention `number`, built once a sentence."""
    head = state.heads.get(number)
    if head is None:
        head = state.heads[number] = build(sentence, number)
    return head


_ANAPHORS: Final = frozenset(("it", "this", "that", "these", "those", "they", "both", "up", "down", "figure", "total"))


def _speaks_of_last(sentence: Sentence, state: State) -> bool:
    """`This compared with …`, `With Japan it was …`: the sentence goes on about what was spoken of last."""
    if state.last is None or state.sentence - state.last.sentence > 1:
        return False
    first = sentence.mentions[0] if sentence.mentions else None
    if first is not None and first.kind == "R" and first.data[0] in ("with", "against") and first.first == 0:
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


# --- kinds ---------------------------------------------------------------------------------------------------------

_INTO_LEVEL: Final = frozenset(("below", "above", "beneath", "past", "under", "beyond", "beneath", "through"))
_CHANGE_FORMS: Final = frozenset(("verb", "noun", "particle"))


def _next(sentence: Sentence, number: int) -> Mention | None:
    mentions = sentence.mentions
    return mentions[number + 1] if number + 1 < len(mentions) else None


def movement(sentence: Sentence, number: int, link: attach.Link) -> int:
    """The movement that makes the quantity a change (`rose`, `up`, `a rise of`, `higher than`), or -1."""
    mentions = sentence.mentions
    quantity = mentions[number].data
    if link.change >= 0:
        return link.change
    step = attach.before(sentence, number)
    if step >= 0 and not (link.rule == "before its noun" and quantity.form in ("money", "count")):
        mention = mentions[step]
        if mention.kind == "D" and mention.data[1] in _CHANGE_FORMS and quantity.hedge_word not in _INTO_LEVEL:
            return step
        if mention.kind == "R" and mention.data[0] in ("by", "of"):
            return _movement_before(sentence, step, mention.data[0])
    following = _next(sentence, number)
    if following is not None and following.kind == "D":
        near = all(attach.is_adjective(w) for w in sentence.words[mentions[number].last : following.first])
        if near and following.data[1] in ("noun", "comparative"):
            return number + 1
    return -1


def _movement_before(sentence: Sentence, step: int, role: str) -> int:
    """`by`: the nearest movement before it in the clause; `of`: only a noun straight before (`a rise of`)."""
    mentions = sentence.mentions
    for earlier in range(step - 1, max(-1, step - 9), -1):
        mention = mentions[earlier]
        if mention.kind == "D":
            return earlier if role == "by" or (mention.data[1] in ("noun", "verb") and earlier == step - 1) else -1
        if role == "of" or mention.kind == "Q" or (mention.kind == "," and mention.data != ","):
            return -1
    return -1


def _is_share(sentence: Sentence, number: int, link: attach.Link, moved: int) -> bool:
    mentions = sentence.mentions
    step = attach.before(sentence, number)
    if step >= 0 and mentions[step].kind == "R" and mentions[step].data[0] == "share":
        return True
    if step >= 0 and mentions[step].kind == "R" and mentions[step].data[0] == "level":
        if any(m.kind == "R" and m.data[0] == "shareof" for m in mentions[:step]) and moved < 0:
            return True
    if moved >= 0:
        return False
    if link.rule == "of" or mentions[number].data.sense == "share":
        return True
    following = _next(sentence, number)
    if (
        following is not None
        and following.kind == "R"
        and following.data[0] == "of"
        and following.first == mentions[number].last
    ):
        then = mentions[number + 2] if number + 2 < len(mentions) else None
        near = sentence.words[following.last : (then.first if then else following.last + 2)]
        return (then is not None and then.kind in "SXP" and len(near) < 3) or bool(
            {"total", "all", "that", "them", "it"} & set(near)
        )
    return False


def _kind(sentence: Sentence, number: int, link: attach.Link, moved: int, previous: Figure | None) -> tuple[str, str]:
    """The kind and the rule, for a quantity that a flow governs."""
    quantity = sentence.mentions[number].data
    form = quantity.form
    if (
        form == "money"
        and previous is not None
        and previous.kind == "change_pct"
        and _in_bracket(sentence, previous, number)
    ):
        return "change_abs", "the change in money"
    if form in ("money", "count"):
        return ("change_abs", "amount of a movement") if moved >= 0 else ("level", "amount")
    if form == "multiple":
        return "ratio", "multiple"
    if form == "points":
        return ("change_abs", "percentage points") if moved >= 0 or quantity.direction else ("other", "points")
    if _is_share(sentence, number, link, moved):
        return "share", "part of a whole"
    if moved >= 0 or quantity.sense == "change" or _said_twice(sentence, previous, number):
        return "change_pct", "percent of a movement"
    if link.number > number and "growth" in sentence.words[sentence.mentions[link.number].last - 1]:
        return "change_pct", "percent of growth"
    if previous is not None and previous.kind == "share" and _listed_part(sentence, previous, number):
        return "share", "parallel to the share before"
    if previous is not None and previous.kind in ("change_pct", "share") and _is_parallel(sentence, previous, number):
        return previous.kind, "parallel to the figure before"
    if previous is not None and previous.kind == "level" and previous.movement_before and _after_flow(sentence, number):
        return "change_pct", "parallel to the change before"
    return "other", "percent without movement or whole"


def _said_twice(sentence: Sentence, previous: Figure | None, number: int) -> bool:
    """`rose by 8.5 billion, or 15.9 per cent`: the same movement as a percentage."""
    if previous is None or previous.kind != "change_abs" or number - previous.number > 3:
        return False
    before = sentence.mentions[number - 1]
    return before.kind == "R" and before.data[0] == "and" and sentence.words[before.first] == "or"


def _listed_part(sentence: Sentence, previous: Figure, number: int) -> bool:
    """`followed by Brazil with 13 percent, Korea with 10 percent`."""
    between = sentence.mentions[previous.number + 1 : number]
    if len(between) < 2 or any(m.kind in "FXD" for m in between):
        return False
    before, partner = between[-1], between[-2]
    return partner.kind == "P" and before.kind == "R" and before.data[0] in ("with", "at")


def _in_bracket(sentence: Sentence, previous: Figure, number: int) -> bool:
    """`up 2.2% (585 million)`: a bracket straight after the figure before."""
    return previous.number == number - 2 and sentence.mentions[number - 1].data == "("


def _after_flow(sentence: Sentence, number: int) -> bool:
    """`exports grew 11.6 per cent to $86 billion and imports 7.4 per cent`: the flow stands straight before."""
    before = sentence.mentions[number - 1] if number else None
    return before is not None and before.kind == "F" and before.last == sentence.mentions[number].first


def _is_parallel(sentence: Sentence, previous: Figure, number: int) -> bool:
    between = sentence.mentions[previous.number + 1 : number]
    return all(m.kind in "RPSTF," for m in between) and not any(
        m.kind == "R" and m.data[0] in ("level", "clause", "relative") for m in between
    )


# --- parties -------------------------------------------------------------------------------------------------------


def subject(sentence: Sentence, first: int, exclude: str | None, verb: bool = False) -> int:
    """The nearest partner before token `first` that is a subject or owner, and not `exclude`; else -1."""
    mentions = sentence.mentions
    for step in range(len(mentions) - 1, -1, -1):
        mention = mentions[step]
        if mention.last > first or mention.kind != "P":
            continue
        code, form = mention.data
        if code in ("world", exclude) or form == "institution" or (verb and form == "adjective"):
            continue
        if not mention.possessive and form != "adjective" and is_object(sentence, step):
            continue
        if _is_ranked(mentions, step, first):
            continue
        return step
    return -1


def _is_ranked(mentions: list[Mention], step: int, first: int) -> bool:
    """`The EU stayed the largest partner, though trade with it …`: the one who is ranked is not whose trade it is."""
    if mentions[step].possessive:
        return False
    return any(
        m.kind == "Q" and m.data.form == "rank" and m.last <= first and m.first - mentions[step].last < 5
        for m in mentions[step + 1 : step + 5]
    )


def opening_subject(sentence: Sentence) -> str | None:
    """The country that the sentence is about: its first partner that is no object, unless it opens with a pronoun."""
    if sentence.words[:1] in (["it"], ["its"], ["they"], ["their"], ["he"], ["she"]):
        return None
    for step, mention in enumerate(sentence.mentions[:8]):
        if mention.kind == "P" and mention.data[0] != "world" and mention.data[1] != "institution":
            return None if is_object(sentence, step) else str(mention.data[0])
    return None


def _opening_partner(sentence: Sentence) -> tuple[str, Mention] | None:
    """`With South Korea, the goal is …`: a partner that opens the sentence."""
    mentions = sentence.mentions
    step = 0
    if mentions and mentions[0].kind == "R" and mentions[0].data[0] == "clause":
        step = 1
    if len(mentions) < step + 2:
        return None
    first, second = mentions[step], mentions[step + 1]
    if first.kind == "R" and first.data[0] == "with" and first.first <= 1 and second.kind == "P":
        codes, _ = partner_list(sentence, step + 1)
        joined = join(codes)
        return (joined, second) if joined else None
    return None


def _between_partner(sentence: Sentence, start: int, number: int) -> tuple[str, str, Mention] | None:
    """A partner of its own for a quantity in a list: `with Japan to $6.2 billion`, `Korea 7.1`, `from Mexico 3 percent`."""
    mentions = sentence.mentions
    for step in range(number - 1, start, -1):
        mention = mentions[step]
        if mention.kind in "FX":
            return None
        if mention.kind == "P" and mention.data[0] != "world" and mention.data[1] != "institution":
            if mention.possessive or mention.data[1] == "adjective":
                rule = "owner" if mention.possessive and mention.data[1] == "name" else ""
                return (mention.data[0], rule, mention) if rule else None
            first = step
            while (first - 1 > start and mentions[first - 1].kind in ("P", ",")) or (
                first - 1 > start and mentions[first - 1].kind == "R" and mentions[first - 1].data[0] == "and"
            ):
                first -= 1
            while mentions[first].kind != "P":
                first += 1
            codes, _ = partner_list(sentence, first)
            before = mentions[first - 1] if first > 0 else None
            related = before is not None and before.kind == "R" and before.data[0] in ("with", "to", "from")
            close = mentions[number].first - mention.last <= 2
            if related or close:
                return join(codes) or mention.data[0], "list", mention
            return None
    return None


def _set_reporter(figure: Figure, head: Head, subject: int, chain: Figure | None, state: State) -> None:
    """The reporter where the noun phrase names none."""
    sentence, partner = figure.sentence, figure.partner
    if head.pronoun == "possessive_we" and state.reporter and state.reporter != partner:
        figure.reporter = state.reporter
        figure.note("reporter", "the speaker's country")
        return
    if head.pronoun == "possessive" and chain is not None and chain.reporter not in (None, partner):
        figure.reporter = chain.reporter
        figure.note("reporter", "its: as the figure before")
        return
    if subject >= 0:
        mention = sentence.mentions[subject]
        figure.reporter = mention.data[0]
        figure.note("reporter", "subject of the sentence", mention)
        return
    spoken_of = state.subject() if head.pronoun or sentence.words[:1] in (["it"], ["its"]) else None
    if spoken_of not in (None, partner, "world"):
        figure.reporter = spoken_of
        figure.note("reporter", "its: subject of the sentence before")
        return
    if chain is not None and chain.kind == "share":
        chain = None
    for rule, source in (("figure before", chain), ("what was spoken of last", state.last)):
        if source is not None and source.reporter:
            other = source.partner if source.reporter == partner else source.reporter
            if other and other not in ("world", partner):
                figure.reporter = other
                figure.note("reporter", rule)
                return
    candidates = [state.reporter, *state.pair]
    figure.reporter = next((code for code in candidates if code and code != partner), None)
    figure.note("reporter", "the article's main country")


def _world(figure: Figure, rule: str) -> None:
    figure.partner = "world"
    figure.note("partner", rule)


def _other_of_pair(state: State, reporter: str | None) -> str | None:
    return next((code for code in state.pair if code != reporter), None)


def _inherit_partner(figure: Figure, head: Head, chain: Figure | None, named: bool, state: State) -> None:
    """The partner where the noun phrase names none: frame, coordination, `bilateral`, discourse, else the world."""
    opening = _opening_partner(figure.sentence)
    if opening is not None and opening[0] != figure.reporter:
        figure.partner = opening[0]
        figure.note("partner", "opens the sentence", opening[1])
    elif head.bilateral:
        near = _facing(state.last, figure.reporter)
        figure.partner = near or _other_of_pair(state, figure.reporter)
        figure.note("partner", "bilateral: the article's pair")
    elif head.scope == "current_account":
        _world(figure, "a current account is with the world")
    elif chain is not None and chain.kind == "share" and head.index >= 0 and chain.head is head:
        _world(figure, "the whole")
    elif chain is not None and chain.partner == "world" and chain.kind != "share" and figure.reporter == chain.reporter:
        _world(figure, "figure before")
    elif chain is not None and (found := _facing(chain, figure.reporter)) and _joined(head, chain, named):
        figure.partner = found
        figure.note("partner", "figure before")
    elif (found := _facing(state.last, figure.reporter)) and _goes_on(figure, head, named, state):
        figure.partner = found
        figure.note("partner", "what was spoken of last")
    elif (
        not head.trade
        and state.balance is not None
        and state.balance is state.last
        and figure.reporter == state.balance.reporter
    ):
        figure.partner = state.balance.partner
        figure.note("partner", "the balance spoken of")
    elif state.overall and not named:
        _world(figure, "overall, as before")
    elif _story_holds(figure, head, named, state):
        figure.partner = state.story_partner if state.story_partner != figure.reporter else state.reporter
        figure.note("partner", "the article's pair")
    if not figure.partner or figure.partner == figure.reporter:
        _world(figure, "no partner named")


_PLACE_WORDS: Final = frozenset(("it", "them", "there"))


def _anaphoric_place(figure: Figure, head: Head, chain: Figure | None, state: State) -> str | None:
    """`exports there`, `trade with it`, `imports from the country`: the country named before."""
    sentence = figure.sentence
    words = sentence.words
    after = words[head.last : head.last + 3]
    place = after[:1] == ["there"] or (
        len(after) > 1
        and after[0] in ("to", "from", "with")
        and (after[1] in _PLACE_WORDS or after[1] in ("the", "that"))
    )
    if not place or (len(after) > 2 and after[1] in ("the", "that") and after[2] not in _COUNTRY_WORDS):
        return None
    teller = (
        chain.reporter if chain is not None else (state.last.reporter if state.last is not None else state.reporter)
    )
    if chain is not None and (facing := _facing(chain, figure.reporter or teller)):
        return facing
    for step in range(len(sentence.mentions) - 1, -1, -1):
        mention = sentence.mentions[step]
        if (
            mention.kind == "P"
            and mention.last <= head.first
            and mention.data[0] not in ("world", figure.reporter, teller)
        ):
            if mention.data[1] != "institution":
                return str(mention.data[0])
    for code in (state.subject(), state.last.partner if state.last else None, state.story_partner):
        if code and code not in ("world", figure.reporter, teller):
            return code
    return None


_COUNTRY_WORDS: Final = frozenset(("country", "neighbor", "neighbour", "nation", "bloc", "kingdom", "island", "market"))


def _facing(source: Topic | Figure | None, reporter: str | None) -> str | None:
    """With whom `reporter` trades in what was spoken of, where that is one of its two parties and no whole world."""
    if source is None or source.partner in (None, "world"):
        return None
    if reporter in (source.reporter, None):
        return source.partner
    return source.reporter if reporter == source.partner else None


def _joined(head: Head, chain: Figure, named: bool) -> bool:
    """Whether a flow goes on about the pair of the figure before in its sentence.

    A balance whose country is named anew is that with all: `… with Japan and the record U.S. trade deficit`.
    """
    if chain.head is not None and chain.head.index == head.index:
        return True
    if chain.kind == "rank":
        before = attach.before(chain.sentence, chain.number)
        with_it = (
            before >= 0
            and chain.sentence.mentions[before].kind == "R"
            and chain.sentence.mentions[before].data[0] == "with"
        )
        return with_it or not named
    if not named or head.reporter is None:
        return True
    return head.flow != "balance" or head.scope.startswith(("product", "services"))


def _indefinite(sentence: Sentence, head: Head) -> bool:
    """`ran a trade surplus`: a new one is spoken of, not that of before."""
    at = head.first - 1
    return sentence.word(at) in ("a", "an") or sentence.word(head.first) in ("a", "an")


def _goes_on(figure: Figure, head: Head, named: bool, state: State) -> bool:
    """Whether a flow without a partner goes on about the pair that was spoken of last."""
    last = state.last
    if last is None:
        return False
    distance = state.sentence - last.sentence
    bilateral_story = state.story_partner not in (None, "world")
    if not head.trade and not _indefinite(figure.sentence, head):
        return figure.sentence.paragraph == last.paragraph or state.story_partner != "world"
    if named and head.role == "verb" and _whole_trade(figure.sentence, head):
        return False
    if named:
        if head.flow == "balance":
            return head.scope.startswith(("product", "services")) and distance <= 1
        return distance <= 1 or bilateral_story
    if figure.sentence.paragraph == last.paragraph:
        return distance <= 2 or bilateral_story
    return bilateral_story and state.story_partner in (last.partner, last.reporter)


def _whole_trade(sentence: Sentence, head: Head) -> bool:
    """`exported goods worth`, `imported 278 million barrels` say nothing of a partner; `bought`, `sold` do of a pair."""
    return sentence.words[sentence.mentions[head.index].first] in ("exported", "imported", "exports", "imports")


def _story_holds(figure: Figure, head: Head, named: bool, state: State) -> bool:
    """Whether the article's pair is meant where nothing nearer tells: not where a country's whole balance is named."""
    partner = state.story_partner
    if partner in (None, "world") or state.reporter is None:
        return False
    if figure.reporter not in (None, state.reporter, partner):
        return False
    if named and head.role == "verb" and _whole_trade(figure.sentence, head):
        return False
    return not named or head.flow != "balance" or head.scope.startswith(("product", "services"))


def _pair_as_subject(figure: Figure, head: Head, state: State) -> bool:
    """Two-way trade of `the United States and Canada` or of `the two countries`."""
    if head.flow != "total" or figure.partner not in (None, "world") or head.reporter is not None:
        return False
    mentions = figure.sentence.mentions
    for step in range(min(figure.number, len(mentions)) - 1, -1, -1):
        mention = mentions[step]
        if mention.kind == "R" and mention.data[0] == "two" and len(state.pair) > 1:
            figure.reporter, figure.partner = state.pair[0], state.pair[1]
            figure.note("partner", "the two countries", mention)
            return True
        if mention.kind == "P" and step and not mention.possessive:
            first = step
            while first and (mentions[first - 1].kind == "P" or mentions[first - 1].data[0] == "and"):
                first -= 1
            codes, _ = partner_list(figure.sentence, first) if mentions[first].kind == "P" else ([], 0)
            if len(set(codes)) == 2 and "world" not in codes:
                figure.reporter, figure.partner = codes
                figure.note("partner", "both", mention)
                return True
            return False
    return False


def set_parties(figure: Figure, head: Head, chain: Figure | None, state: State) -> None:
    """Reporter and partner: from the noun phrase, the subject, a list, the figure before, the discourse."""
    sentence = figure.sentence
    figure.reporter, figure.partner = head.reporter, head.partner
    for slot in ("reporter", "partner"):
        if slot in head.evidence:
            figure.trace[slot] = head.evidence[slot]
    if figure.reporter == figure.partner:
        figure.partner = None
    own = _own_parties(figure, head, chain)
    if own is None and chain is not None and chain.head is head and chain.reporter and chain.kind != "share":
        figure.reporter, figure.partner = chain.reporter, chain.partner
        figure.note("reporter", "figure before")
        figure.note("partner", "figure before")
        return
    if _pair_as_subject(figure, head, state):
        return
    place = _anaphoric_place(figure, head, chain, state) if figure.partner is None else None
    if place is not None and place != figure.reporter:
        figure.partner = place
        figure.note("partner", "there: the country spoken of")
    owner = (
        subject(sentence, head.first, figure.partner, head.role in ("verb", "takes")) if figure.reporter is None else -1
    )
    if figure.reporter is None:
        _set_reporter(figure, head, owner, chain, state)
    if figure.partner is None and (head.world or _opens_overall(sentence)):
        _world(figure, "overall")
    if figure.partner is None:
        named = head.reporter is not None or (owner >= 0 and not head.pronoun and not _is_source(sentence, owner))
        _inherit_partner(figure, head, chain, named, state)


def _opens_overall(sentence: Sentence) -> bool:
    """`Overall, the deficit …`."""
    return sentence.words[:1] == ["overall"] or sentence.words[:2] in (["in", "all"], ["in", "total"])


_SOURCES: Final = frozenset(
    ("data", "figures", "statistics", "numbers", "officials", "government", "ministry", "customs")
)


def _is_source(sentence: Sentence, step: int) -> bool:
    """`U.S. data put the gap at …`, `the White House says …`: who tells, not whose whole trade is meant."""
    mention = sentence.mentions[step]
    following = sentence.mentions[step + 1] if step + 1 < len(sentence.mentions) else None
    if sentence.word(mention.last) in _SOURCES:
        return True
    return following is not None and following.kind == "V" and following.first - mention.last < 2


def _own_parties(figure: Figure, head: Head, chain: Figure | None) -> str | None:
    """A partner or owner of the figure's own in a list; sets it and says which."""
    mentions = figure.sentence.mentions
    if figure.number <= head.index:
        return None
    start = max(head.index, chain.number if chain else -1)
    while start + 1 < figure.number and mentions[start + 1].first < head.last:
        start += 1
    own = _between_partner(figure.sentence, start, figure.number)
    if own is None or own[0] in (figure.reporter, figure.partner):
        return None
    if own[1] == "owner":
        figure.reporter = own[0]
        figure.note("reporter", "owner", own[2])
        return "owner"
    if figure.partner == "world":
        return None
    figure.partner = own[0]
    figure.note("partner", "list", own[2])
    return "list"


# --- scope, basis, adjustment --------------------------------------------------------------------------------------


def set_scope(figure: Figure, head: Head, chain: Figure | None, state: State) -> None:
    """What is traded: said in the phrase, carried on from the same flow before, else the default with its alternative."""
    if head.scope:
        figure.scope, figure.scope_stated = head.scope, True
        figure.trace["scope"] = head.evidence.get("scope", ("scope word", -1, -1))
        return
    if (own := _own_product(figure, head)) is not None:
        figure.scope, figure.scope_stated = own.data[0], True
        figure.note("scope", "goods named before it", own)
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


def _own_product(figure: Figure, head: Head) -> Mention | None:
    """`Machinery (5.5 billion)`, `Beef led, at 2.3 billion`, `72 pct of its electrical appliances`, `in services a surplus of`."""
    sentence, number = figure.sentence, figure.number
    mentions = sentence.mentions
    if figure.kind == "share" and number + 2 < len(mentions) and mentions[number + 2].kind == "S":
        relation = mentions[number + 1]
        if relation.kind == "R" and relation.data[0] == "of" and mentions[number + 2].first - relation.last < 2:
            return mentions[number + 2]
    for step in range(number - 1, -1, -1):
        mention = mentions[step]
        if mention.kind in "QX" or (mention.kind == "F" and step != head.index):
            return None
        if mention.kind == "S":
            related = step > 0 and mentions[step - 1].kind == "R" and mentions[step - 1].data[0] == "in"
            if head.flow == "balance":
                opens = mention.first == 0 and mention.data[0] in ("services", "goods")
                return mention if (related or opens) and step < head.index else None
            near = figure.mention.first - mention.last <= 3
            return mention if near and (head.index < step or head.index > number) else None
    return None


def _carried_scope(figure: Figure, head: Head, chain: Figure | None, state: State) -> tuple[str, str, bool] | None:
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


def set_basis(figure: Figure, head: Head, state: State, statement: dict[str, str]) -> None:
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


# --- status --------------------------------------------------------------------------------------------------------

_DEALS: Final = frozenset(
    ("accord", "agreement", "pact", "treaty", "plan", "deal", "protocol", "communique", "memorandum")
)


def set_status(figure: Figure, past: bool) -> None:
    """Forecast, target or proposal where a word of that kind governs the figure; a dated past in a comparison is actual."""
    sentence, number = figure.sentence, figure.number
    found = _status_before(sentence, number)
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


# --- one figure ----------------------------------------------------------------------------------------------------


def read_figure(
    sentence: Sentence, number: int, previous: Figure | None, state: State, statement: dict[str, str]
) -> Figure:
    """The figure of the quantity at mention `number`, but for its times; `previous` is the one before in the sentence."""
    figure = Figure(sentence, number)
    quantity = sentence.mentions[number].data
    figure.value, figure.value_high, figure.unit = quantity.value, quantity.value_high, quantity.unit
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
    head, chain = _head_of(figure, link, moved, previous, state)
    if head is None:
        return figure
    excess = _excess(sentence, number, link)
    kind, rule = ("level", "more bought than sold") if excess else _kind(sentence, number, link, moved, previous)
    figure.note("kind", rule)
    if kind == "other":
        return figure
    figure.kind = kind
    _set_flow(figure, head)
    if excess:
        figure.flow, figure.sign = "balance", excess
        figure.note("sign", "more bought than sold")
    figure.head = head
    own, kept = _own_product(figure, head), head.scope
    if own is not None and not kept:
        head.scope = own.data[0]
    set_parties(figure, head, chain, state)
    head.scope = kept
    if kind == "share":
        _set_share(figure, head, link, previous, state)
    if head.flow == "balance":
        _in_favour(figure)
    set_scope(figure, head, chain, state)
    set_basis(figure, head, state, statement)
    _set_direction(figure, previous)
    if previous is not None:
        figure.movement_before = previous.direction or previous.movement_before
    return figure


def _as_before(figure: Figure, previous: Figure) -> Figure:
    """The level that an excess is compared with: `$59 billion more than it sold, down from $65 billion in 1994`."""
    figure.kind, figure.head = "level", previous.head
    for slot in ("flow", "sign", "scope", "scope_stated", "reporter", "partner", "basis", "adjustment"):
        setattr(figure, slot, getattr(previous, slot))
    figure.open = list(previous.open)
    figure.note("kind", "compared with the excess before")
    return figure


_OPPOSITE: Final = {"exports": "imports", "imports": "exports"}


def _excess(sentence: Sentence, number: int, link: attach.Link) -> str:
    """`bought $99 billion more from China than it sold there`: a deficit, printed as a comparison of the two flows."""
    mentions = sentence.mentions
    following = _next(sentence, number)
    if (
        link.number < 0
        or following is None
        or following.kind != "D"
        or sentence.words[following.first] not in ("more", "less")
    ):
        return ""
    first = mentions[link.number]
    if first.kind != "F" or first.data[0] not in _OPPOSITE or mentions[number].data.form != "money":
        return ""
    than = False
    for mention in mentions[number + 2 : number + 10]:
        than = than or (mention.kind == "R" and mention.data[0] == "than")
        if mention.kind in "Q,":
            return ""
        if than and mention.kind == "F" and mention.data[0] == _OPPOSITE[first.data[0]]:
            more = sentence.words[following.first] == "more"
            return "deficit" if (first.data[0] == "imports") == more else "surplus"
    return ""


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
    if figure.quantity.negative:
        figure.sign = "deficit"
        figure.note("sign", "negative amount")


_ALLOWED: Final = frozenset(("can", "may", "allowed", "permitted", "could"))


def _in_favour(figure: Figure) -> None:
    """`amounted to 51 billion dlrs in Japan's favour`: Japan's surplus."""
    following = figure.sentence.mentions[figure.number + 1 : figure.number + 4]
    for owner, favour in zip(following, following[1:], strict=False):
        if owner.kind == "P" and favour.kind == "R" and favour.data[0] == "favour":
            if figure.partner == owner.data[0] or figure.partner in (None, "world"):
                figure.partner = figure.reporter
            figure.reporter, figure.sign = owner.data[0], "surplus"
            figure.note("sign", "in favour of", favour)
            figure.note("reporter", "in favour of", owner)
            return


def _head_of(
    figure: Figure, link: attach.Link, moved: int, previous: Figure | None, state: State
) -> tuple[Head | None, Figure | None]:
    """The head that governs the figure and the figure before it in the sentence that it may take parties from."""
    sentence = figure.sentence
    chain = previous
    if link.number < 0:
        return _head_from_discourse(figure, moved, previous, state), chain
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
    if any(m.kind == "X" and m.data[0] in ("mission", "company") for m in sentence.mentions[: figure.number]):
        if head.role in ("verb", "weak"):
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


def _head_from_discourse(figure: Figure, moved: int, previous: Figure | None, state: State) -> Head | None:
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
    if last is None or not (parallel or _speaks_of_last(sentence, state)):
        _other_topic(figure, "no flow in reach", None)
        return None
    if quantity.form not in ("money", "percent", "count", "fraction", "multiple"):
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


def _head_of_rank(rank: Figure) -> Head:
    """`The United States was the top destination with $936 million`: the amount is of what is ranked."""
    head = Head(-1, Mention("F", -1, -1, 0, 0, (rank.flow, rank.sign if rank.sign != "none" else "", "", "head")))
    head.reporter, head.partner = rank.reporter, rank.partner
    head.scope = rank.scope if rank.scope_stated else ""
    head.evidence["flow"] = ("what is ranked", rank.start, rank.end)
    for slot in ("reporter", "partner"):
        head.evidence[slot] = ("as the rank", rank.start, rank.end)
    return head


def _set_share(figure: Figure, head: Head, link: attach.Link, previous: Figure | None, state: State) -> None:
    """A share: the whole's owner is the reporter, the part is the partner."""
    sentence = figure.sentence
    part = _share_part(sentence, figure, previous)
    if part is not None:
        codes, mention = part
        owner = head.reporter if head.reporter and head.reporter not in codes else None
        if owner is None:
            sources = [state.share, state.last]
            known = [s.reporter for s in sources if s is not None] + [state.reporter, *state.pair]
            owner = next((code for code in known if code and code not in codes and code != "world"), None)
        figure.reporter, figure.partner = owner, join(codes)
        figure.note("partner", "the part", mention)
        if "reporter" not in head.evidence:
            figure.note("reporter", "owner of the whole")
    elif (product := _product_part(sentence, figure)) is not None:
        head.scope = product.data[0]
        head.evidence["scope"] = ("the part", product.start, product.end)
    elif previous is not None and previous.kind == "share":
        figure.reporter, figure.partner = previous.reporter, previous.partner
        if previous.flow and link.number < 0:
            figure.flow, figure.sign = previous.flow, previous.sign
    if figure.flow == "none" and state.share is not None:
        figure.flow, figure.sign = state.share.flow, state.share.sign


def _product_part(sentence: Sentence, figure: Figure) -> Mention | None:
    """`Dairy products make up 1 percent of …`: goods that are the part."""
    mentions = sentence.mentions
    step = attach.before(sentence, figure.number)
    if step < 1 or mentions[step].kind != "R" or mentions[step].data[0] not in ("share", "level"):
        return None
    before = mentions[step - 1]
    return before if before.kind == "S" and before.last >= mentions[step].first - 1 else None


def _share_part(sentence: Sentence, figure: Figure, previous: Figure | None) -> tuple[list[str], Mention] | None:
    """`China accounts for`, `the U.S. takes`, `the share of Germany in`: the partners that are the part."""
    mentions = sentence.mentions
    start = previous.number if previous is not None and previous.kind == "share" else -1
    closing = attach.before(sentence, figure.number) - 1
    dashed = closing > 0 and mentions[closing].data in ("--", "\u2014")
    opening = (
        next((i for i in range(closing - 1, -1, -1) if mentions[i].data == mentions[closing].data), -1)
        if dashed
        else -1
    )
    for step in range(figure.number - 1, start, -1):
        if opening > 0 and opening <= step <= closing:
            continue
        mention = mentions[step]
        if mention.kind != "P" or mention.data[0] == "world" or mention.data[1] in ("adjective", "institution"):
            continue
        if mention.possessive:
            continue
        first = step
        while first > start + 1 and (
            mentions[first - 1].kind == "P" or mentions[first - 1].data == "," or mentions[first - 1].data[0] == "and"
        ):
            first -= 1
        while mentions[first].kind != "P":
            first += 1
        codes, _ = partner_list(sentence, first)
        return codes or [mention.data[0]], mention
    following = mentions[figure.number + 1 :]
    for relation, mention in zip(following, following[1:], strict=False):
        if relation.kind == "Q":
            break
        if relation.kind == "R" and relation.data[0] == "to" and mention.kind == "P" and mention.data[1] == "name":
            return [mention.data[0]], mention
    return None


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
