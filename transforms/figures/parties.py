"""Parties: whose trade it is, and with whom.

What belongs here: reporter and partner from the noun phrase, the subject, a list, the figure before, and the discourse,
in that order. What does not: the noun phrase itself (`heads`) and ranks (`ranks`).
"""

from __future__ import annotations

from typing import Final

from transforms.figures import attach, places
from transforms.figures.figure import Figure, State, Topic
from transforms.figures.heads import Head, is_object, join, partner_list
from transforms.figures.mentions import Mention, Sentence

_JOINTS: Final = {"balance": ("with",), "total": ("with",), "exports": ("to",), "imports": ("from",)}


def subject_before(sentence: Sentence, first: int, exclude: str | None, verb: bool = False) -> int:
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
        if _is_ranked(sentence.words, mentions, step, first):
            continue
        return step
    return -1


_RANKED: Final = frozenset(
    ("customer", "supplier", "destination", "outlet", "buyer", "partner", "market", "source", "importer", "exporter")
)


def _is_ranked(words: list[str], mentions: list[Mention], step: int, first: int) -> bool:
    """`The EU stayed the largest partner, though trade with it …`: the one who is ranked is not whose trade it is."""
    if mentions[step].possessive:
        return False
    if _RANKED & set(words[mentions[step].last : mentions[step].last + 8]) & set(words[:first]):
        return True
    return any(
        m.kind == "Q" and m.data.form == "rank" and m.last <= first and m.first - mentions[step].last < 5
        for m in mentions[step + 1 : step + 5]
    )


def _opening_partner(sentence: Sentence, joints: tuple[str, ...]) -> tuple[str, Mention] | None:
    """`With South Korea, the goal is …`: a partner that opens the sentence."""
    mentions = sentence.mentions
    step = 0
    if mentions and mentions[0].kind == "R" and mentions[0].data[0] == "clause":
        step = 1
    if len(mentions) < step + 2:
        return None
    first, second = mentions[step], mentions[step + 1]
    if (
        first.kind == "R"
        and first.data[0] in (*joints, *(("against",) if "with" in joints else ()))
        and first.first <= 1
        and second.kind == "P"
    ):
        codes, _ = partner_list(sentence, step + 1)
        joined = join(codes)
        return (joined, second) if joined else None
    return None


def _between_partner(sentence: Sentence, start: int, number: int) -> tuple[str, str, Mention] | None:
    """A partner of its own in a list: `with Japan to $6.2 billion`, `Korea 7.1`, `from Mexico 3 percent`."""
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


def _set_reporter(figure: Figure, head: Head, subject: int, chain: Figure | None, state: State) -> None:  # noqa: C901, PLR0911 - one rule a line, in their order
    """The reporter where the noun phrase names none."""
    sentence, partner = figure.sentence, figure.partner
    if head.pronoun == "possessive_we" and state.reporter and state.reporter != partner:
        figure.reporter = state.reporter
        figure.note("reporter", "the speaker's country")
        return
    if head.pronoun == "possessive" and chain is not None and chain.reporter not in (None, partner):
        figure.reporter = chain.reporter
        figure.note_as("reporter", "its: as the figure before", chain)
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
    if chain is None and _home_again(figure, head, state):
        figure.reporter = state.reporter
        figure.note("reporter", "the article's main country")
        return
    for rule, source in (("figure before", chain), ("what was spoken of last", state.last)):
        if source is not None and source.reporter:
            if rule != "figure before" and _new_partner(figure, source, state):
                figure.reporter = state.reporter
                figure.note("reporter", "the article's main country")
                return
            other = source.partner if source.reporter == partner else source.reporter
            if other and other not in ("world", partner):
                figure.reporter = other
                figure.note("reporter", rule)
                return
    candidates = [state.reporter, *state.pair]
    figure.reporter = next((code for code in candidates if code and code != partner), None)
    figure.note("reporter", "the article's main country")


def _new_partner(figure: Figure, last: Topic | Figure, state: State) -> bool:
    """A partner that is new after another country's trade with the article's own: it faces the article's own."""
    opening = _opening_partner(figure.sentence, _JOINTS.get(figure.flow, ()))
    partner = figure.partner or (opening[0] if opening else None)
    if partner in (None, "world", last.partner, last.reporter) or state.reporter in (None, partner):
        return False
    return state.reporter == last.partner


def _home_again(figure: Figure, head: Head, state: State) -> bool:
    """A new paragraph, or an overall figure, after another country's: the article's own country is meant again."""
    last = state.last
    if last is None or state.reporter in (None, figure.partner) or last.reporter == state.reporter:
        return False
    if last.partner == state.reporter and figure.partner is None and not head.world:
        return False
    return head.world or figure.sentence.paragraph != last.paragraph


def _world(figure: Figure, rule: str) -> None:
    figure.partner = "world"
    figure.note("partner", rule)


def _other_of_pair(state: State, reporter: str | None) -> str | None:
    return next((code for code in state.pair if code != reporter), None)


def _inherit_partner(figure: Figure, head: Head, chain: Figure | None, named: bool, state: State) -> None:  # noqa: C901, PLR0912 - one rule a line, in their order
    """The partner where the noun phrase names none: frame, coordination, `bilateral`, discourse, else the world."""
    opening = _opening_partner(figure.sentence, _JOINTS.get(figure.flow, ()))
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
        slot = "partner" if found == chain.partner else "reporter"
        _, start, end = chain.trace.get(slot, ("", -1, -1))
        figure.trace["partner"] = "figure before", start, end
    elif (found := _facing(state.last, figure.reporter)) and _goes_on(figure, head, named, state):
        figure.partner = found
        figure.note("partner", "what was spoken of last")
    elif (
        not head.trade
        and state.balance is not None
        and state.balance is state.last
        and figure.reporter == state.balance.reporter
        and _same_talk(figure, head, state.balance, state)
    ):
        figure.partner = state.balance.partner
        figure.note("partner", "the balance spoken of")
    elif _world_goes_on(figure, named, state):
        _world(figure, "the world spoken of last")
    elif state.overall and not named:
        _world(figure, "overall, as before")
    elif _story_holds(figure, head, named, state):
        figure.partner = state.story_partner if state.story_partner != figure.reporter else state.reporter
        figure.note("partner", "the article's pair")
    elif (found := _only_pair(figure, head, named, state)) is not None:
        figure.partner = found
        figure.note("partner", "the only pair spoken of")
    if not figure.partner or figure.partner == figure.reporter:
        _world(figure, "no partner named")


def _point_back(figure: Figure, head: Head, chain: Figure | None, state: State) -> None:
    place = _anaphoric_place(figure, head, chain, state) if figure.partner is None else None
    if place is not None and place[0] != figure.reporter:
        figure.partner = place[0]
        figure.trace["partner"] = ("there: the country spoken of", *place[1:])


def _anaphoric_place(figure: Figure, head: Head, chain: Figure | None, state: State) -> places.Place | None:
    """`exports there`, `trade with it`, `imports from the island`: the country named before."""
    if not places.points_back(figure.sentence, head, figure.mention):
        return None
    last = state.last
    teller = next((source.reporter for source in (chain, last) if source is not None and source.reporter), None)
    teller = teller or state.reporter
    if chain is not None and (facing := _facing(chain, figure.reporter or teller)):
        return facing, *chain.trace.get("partner", ("", -1, -1))[1:]
    own = {figure.reporter, teller}
    named = places.named_before(figure.sentence, head, own)
    if named is not None:
        return named
    if last is not None and state.sentence - last.sentence == 1 and "+" not in (last.partner or "+"):
        near = _facing(last, figure.reporter or teller)
        if near is not None and figure.sentence.paragraph != last.paragraph:
            return near, -1, -1
    known = (state.subject(), last.partner if last is not None else None, state.story_partner)
    return next(((code, -1, -1) for code in known if code and code not in ("world", *own)), None)


def _world_goes_on(figure: Figure, named: bool, state: State) -> bool:
    """`Switzerland exported goods worth … Imports sank`: the next sentence goes on about trade with all."""
    last = state.last
    if last is None or named or last.partner != "world" or last.reporter != figure.reporter:
        return False
    return last.paragraph == figure.sentence.paragraph and state.sentence - last.sentence == 1


def _only_pair(figure: Figure, head: Head, named: bool, state: State) -> str | None:
    """An article that has spoken of one pair alone goes on about it; a country's whole balance is another matter."""
    pair = state.story
    if pair is None or pair.overall or head.world or head.scope == "current_account":
        return None
    if named and (head.flow == "balance" or _whole_trade(figure.sentence, head)):
        return None
    return _facing(pair, figure.reporter)


def keep_pair(figure: Figure, state: State) -> None:
    """Keep the first pair that the article speaks of; `overall` where it has spoken of another, or of all trade."""
    told = figure.trace.get("partner", ("",))[0]
    if figure.partner is None or told == "the only pair spoken of":
        return
    pair = state.story
    if pair is None:
        state.story = Topic(figure, state.sentence, figure.sentence.paragraph)
        state.story.overall = figure.partner == "world"
    elif {pair.reporter, pair.partner} != {figure.reporter, figure.partner}:
        pair.overall = True


def _same_talk(figure: Figure, head: Head, last: Topic, state: State) -> bool:
    """A balance goes on about the pair before: in its paragraph, in an article on a pair, or as `the surplus` next."""
    if state.story_partner not in (None, "world") or figure.sentence.paragraph == last.paragraph:
        return True
    definite = figure.sentence.word(head.first) == "the" or figure.sentence.word(head.first - 1) == "the"
    return definite and state.sentence - last.sentence == 1 and not head.scope


def _facing(source: Topic | Figure | None, reporter: str | None) -> str | None:
    """With whom `reporter` trades in what was spoken of, where that is one of its two parties and no whole world."""
    if source is None or source.partner in (None, "world"):
        return None
    if reporter in (source.reporter, None):
        return source.partner
    return source.reporter if reporter == source.partner else None


def _joined(head: Head, chain: Figure, named: bool) -> bool:
    """Whether a flow goes on about the pair of the figure before in its sentence.

    A balance whose country is named anew is that with all: `… with Japan and the record U.S. trade deficit`, but one
    beside flows of a pair is what they leave: `trade between the two came to …, and the U.S. deficit was …`.
    """
    if chain.head is not None and chain.head.index == head.index:
        return True
    if head.flow == "balance" and chain.flow in _JOINTS and chain.flow != "balance" and chain.kind != "rank":
        return True
    if chain.kind == "rank":
        if head.flow == "total":
            return True
        before = attach.before(chain.sentence, chain.number)
        with_it = (
            before >= 0
            and chain.sentence.mentions[before].kind == "R"
            and chain.sentence.mentions[before].data[0] == "with"
        )
        return bool(with_it or not named)
    if not named or head.reporter is None:
        return True
    return bool(head.flow != "balance" or head.scope.startswith(("product", "services")))


def _indefinite(sentence: Sentence, head: Head) -> bool:
    """`ran a trade surplus`: a new one is spoken of, not that of before."""
    at = head.first - 1
    return sentence.word(at) in ("a", "an") or sentence.word(head.first) in ("a", "an")


def _goes_on(figure: Figure, head: Head, named: bool, state: State) -> bool:  # noqa: PLR0911 - one rule a line, in their order
    """Whether a flow without a partner goes on about the pair that was spoken of last."""
    last = state.last
    if last is None:
        return False
    distance = state.sentence - last.sentence
    bilateral_story = state.story_partner not in (None, "world")
    if not head.trade and not _indefinite(figure.sentence, head):
        return figure.sentence.paragraph == last.paragraph or state.story_partner != "world"
    if named and _whole_trade(figure.sentence, head):
        return False
    if named:
        if head.flow == "balance" and _results(figure.sentence, last) and distance <= 1:
            return True
        if head.flow == "balance":
            return head.scope.startswith(("product", "services")) and distance <= 1
        same = figure.sentence.paragraph == last.paragraph or figure.reporter == last.reporter
        return (distance <= 1 and same) or bilateral_story
    if figure.sentence.paragraph == last.paragraph:
        return distance <= 2 or bilateral_story
    return bilateral_story and state.story_partner in (last.partner, last.reporter)


def _results(sentence: Sentence, last: Topic) -> bool:
    """`That left the United States with a deficit`, or a balance after the flows of one pair: what those leave."""
    leaves = sentence.words[:2] in (["that", "left"], ["this", "left"], ["that", "leaves"], ["this", "leaves"])
    return leaves or (sentence.paragraph == last.paragraph and last.flow == "total")


def _whole_trade(sentence: Sentence, head: Head) -> bool:
    """`exported goods worth …` says nothing of a partner; `bought` and `sold` speak of a pair."""
    if head.index < 0:
        return False
    word = sentence.words[sentence.mentions[head.index].first]
    return word in ("exported", "imported") or (head.role == "verb" and word in ("exports", "imports"))


def _story_holds(figure: Figure, head: Head, named: bool, state: State) -> bool:
    """Whether the article's pair is meant where nothing nearer tells: not where a country's whole balance is named."""
    partner = state.story_partner
    if partner in (None, "world") or state.reporter is None:
        return False
    if figure.reporter not in (None, state.reporter, partner):
        return False
    if named and _whole_trade(figure.sentence, head):
        return False
    if state.story is not None and state.story.overall and head.flow == "balance" and head.scope == "goods_services":
        return False  # The national headline in an article on several partners.
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


def _from_list(figure: Figure, head: Head, chain: Figure | None) -> bool:
    """Whether a figure of a list, or a further one of the same phrase, has its parties from the figure before."""
    own = _own_parties(figure, head, chain)
    if own == "list" and chain is not None and chain.head is head and chain.trace.get("partner", ("",))[0] == _OTHER:
        figure.flow, figure.reporter = chain.flow, chain.reporter
        figure.note_as("reporter", "figure before", chain)
        return True
    if own is None and chain is not None and chain.head is head and chain.reporter and chain.kind != "share":
        figure.reporter, figure.partner = chain.reporter, chain.partner
        figure.note_as("reporter", "figure before", chain)
        figure.note_as("partner", "figure before", chain)
        return True
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
    if _from_list(figure, head, chain):
        return
    if _pair_as_subject(figure, head, state):
        return
    _point_back(figure, head, chain, state)
    owner = (
        subject_before(sentence, head.first, figure.partner, head.role in ("verb", "takes"))
        if figure.reporter is None
        else -1
    )
    if figure.reporter is None:
        _set_reporter(figure, head, owner, chain, state)
    if figure.partner is None and (head.world or _opens_overall(sentence)):
        _world(figure, "overall")
    if figure.partner is None and _mirrored(figure, head, chain, state):
        return
    if figure.partner is None:
        named = head.reporter is not None or (owner >= 0 and not head.pronoun and not _is_source(sentence, owner))
        _inherit_partner(figure, head, chain, named, state)


_OTHER: Final = "the other side bought or sold"
_OTHER_SIDE: Final = {"imports": "exports", "exports": "imports"}


def _mirrored(figure: Figure, head: Head, chain: Figure | None, state: State) -> bool:
    """`Mexico took $3 billion`, `China bought a third`, in an article on one country: that country's exports to it.

    Verbs of buying and selling speak of two sides; where only the other side is named, the article's own is meant.
    """
    home, other = state.reporter, figure.reporter
    if head.role not in ("verb", "takes") or home is None or other in (None, home, "world") or head.world:
        return False
    stated = figure.trace.get("reporter", ("",))[0]
    if stated not in _STATED or _whole_trade(figure.sentence, head) or figure.flow not in _OTHER_SIDE:
        return False
    if chain is not None and chain.reporter == other and chain.partner != "world":
        return False
    if _opens_overall(figure.sentence) or _opening_partner(figure.sentence, _JOINTS[figure.flow]) is not None:
        return False
    figure.flow = _OTHER_SIDE[figure.flow]
    figure.reporter, figure.partner = home, other
    figure.trace["partner"] = (_OTHER, *figure.trace["reporter"][1:])
    figure.note("reporter", "the article's main country")
    return True


_STATED: Final = frozenset(("name", "subject of the sentence", "its: subject of the sentence before"))


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


def _partner_after(figure: Figure, head: Head) -> tuple[str, Mention] | None:
    """`1.6 billion with Taiwan, 1.5 billion with Germany`: a list whose numbers stand before their partners."""
    mentions, at = figure.sentence.mentions, figure.number
    after = mentions[at + 1 : at + 3]
    if len(after) < 2 or after[0].kind != "R" or after[1].kind != "P" or after[1].possessive:
        return None
    if after[0].data[0] not in _JOINTS.get(head.flow, ()) or after[0].first != mentions[at].last:
        return None
    codes, _ = partner_list(figure.sentence, at + 2)
    joined = join(codes)
    return (joined, after[1]) if joined and joined != figure.reporter else None


def _own_parties(figure: Figure, head: Head, chain: Figure | None) -> str | None:  # noqa: PLR0911 - one rule a line, in their order
    """A partner or owner of the figure's own in a list; sets it and says which."""
    mentions = figure.sentence.mentions
    if figure.number <= head.index:
        return None
    if (after := _partner_after(figure, head)) is not None:
        if figure.partner == after[0]:
            return None
        figure.partner = after[0]
        figure.note("partner", "list: named after the number", after[1])
        return "list"
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
