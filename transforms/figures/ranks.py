"""Ranks: `China's third-largest trading partner`, `the fourth largest importer of U.S. farm products`.

What belongs here: what a rank is a rank of, whose list it is and who stands on it. What does not: times (`when`).
"""

from __future__ import annotations

from typing import Final

from transforms.figures import attach
from transforms.figures.figure import Figure, State, head_at
from transforms.figures.heads import Head, join, partner_list
from transforms.figures.lexicon import ROLES
from transforms.figures.mentions import Mention, Sentence, is_adjective

_LONGEST: Final = max(len(words) for words in ROLES)
_TRADE_WORDS: Final = frozenset(
    ("exports", "imports", "goods", "products", "exporters", "shipments", "produce", "merchandise")
)


def read_rank(sentence: Sentence, number: int, previous: Figure | None, state: State) -> Figure:
    """The rank at mention `number`; kind `other` where it ranks no partner of trade."""
    figure = Figure(sentence, number)
    quantity = sentence.mentions[number].data
    figure.value, figure.unit = quantity.value, "rank"
    at = sentence.mentions[number].last
    found = _role(sentence, at)
    owner, owner_mention = _owner(sentence, number)
    if owner is None and sentence.word(sentence.mentions[number].first - 1) in ("its", "their"):
        owner = state.reporter
    if found is None and (ranked := _ranked_balance(sentence, number, previous, state)) is not None:
        return _rank_of(figure, ranked)
    if found is None:
        if previous is not None and previous.kind == "rank" and _ends(sentence, at):
            return _elliptic(figure, previous, sentence, number)
        figure.note("kind", "a rank of something else")
        return figure
    flow, relation, after, scope, origin = found
    if relation == "market" and not _trade_follows(sentence, after) and origin is None:
        figure.note("kind", "a rank of something else")
        return figure
    if relation == "with":
        return _largest_balance(figure, sentence, number, owner, state, previous)
    subject = _subject(sentence, number, after, owner, state)
    place = _place(sentence, after)
    figure.kind, figure.flow = "rank", flow
    figure.note("kind", "rank among partners", sentence.mentions[number])
    figure.note("flow", "what is ranked", sentence.mentions[number])
    _parties(figure, relation, owner, place, subject, state, origin)
    if owner_mention is not None:
        figure.note("reporter", "owner of the list", owner_mention)
    figure.scope = scope or "goods"
    if not scope:
        figure.open.append(("scope", ["goods", "goods_services"], "the rank does not say of what"))
    figure.scope_stated = bool(scope)
    figure.note("scope", "what is ranked" if scope else "bare: first reading goods")
    return figure


def _ends(sentence: Sentence, at: int) -> bool:
    return sentence.word(at) in ("", ",", ";", "and", "after", "behind", ")")


def _role(sentence: Sentence, at: int) -> tuple[str, str, int, str, str | None] | None:
    """What is ranked: (flow, relation, position after it, scope, origin partner of the goods), or None."""
    scope = ""
    origin: str | None = None
    words = sentence.words
    starts = {m.first: m for m in sentence.mentions}
    for _ in range(5):
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            role = ROLES.get(tuple(words[at : at + length]))
            if role is not None:
                return role[0], role[1], at + length, *_of_what(sentence, at + length, scope, origin)
        mention = starts.get(at)
        if mention is not None and mention.kind == "S":
            scope = mention.data[0]
            at = mention.last
        elif mention is not None and mention.kind == "P":
            origin = mention.data[0]
            at = mention.last
        elif at < len(words) and (
            is_adjective(words[at]) or words[at] in ("single", "individual", "country", "national")
        ):
            at += 1
        else:
            return None
    return None


def _of_what(sentence: Sentence, at: int, scope: str, origin: str | None) -> tuple[str, str | None]:
    """The goods after `of` or `for`: (scope, origin)."""
    if sentence.word(at) not in ("of", "for", "in"):
        return scope, None if scope else origin
    for mention in sentence.mentions:
        if mention.first < at + 1:
            continue
        if mention.first > at + 5 or mention.kind in ",Q" or (mention.kind == "R" and mention.first > at):
            break
        if mention.kind == "S" and not scope:
            scope = mention.data[0]
        elif mention.kind == "P" and mention.data[0] != "world":
            origin = mention.data[0]
    return scope, origin


def _trade_follows(sentence: Sentence, at: int) -> bool:
    if sentence.word(at) not in ("for", "of"):
        return False
    return bool(_TRADE_WORDS & set(sentence.words[at : at + 6]))


def _owner(sentence: Sentence, number: int) -> tuple[str | None, Mention | None]:
    """`China's third largest …`, `the U.S.'s seventh-largest`, `the U.S. third biggest`: whose list it is."""
    mentions = sentence.mentions
    quantity = mentions[number]
    if number:
        before = mentions[number - 1]
        gap = sentence.words[before.last : quantity.first]
        if before.kind == "P" and not gap and (before.possessive or before.data[1] == "adjective"):
            return before.data[0], before
    if sentence.word(quantity.first - 1) in ("its", "their"):
        for step in range(number - 1, -1, -1):
            mention = mentions[step]
            beside = (
                mention.last < quantity.first
                and sentence.word(mention.last) == ","
                and quantity.first - mention.last < 3
            )
            if (
                beside
                or mention.kind != "P"
                or mention.data[0] == "world"
                or mention.data[1] in ("institution", "city")
            ):
                continue
            return mention.data[0], mention
    if (
        sentence.word(quantity.first - 1) == "world"
        or "world" in sentence.words[max(0, quantity.first - 3) : quantity.first]
    ):
        return "world", None
    return None, None


def _place(sentence: Sentence, at: int) -> str | None:
    """`to the U.S.`, `of Australia`, `for China` after what is ranked."""
    for step, mention in enumerate(sentence.mentions):
        if mention.first < at:
            continue
        if mention.kind == "R" and mention.data[0] in ("to", "of", "for") and mention.first == at:
            follow = sentence.mentions[step + 1] if step + 1 < len(sentence.mentions) else None
            if follow is not None and follow.kind == "P" and follow.first - mention.last < 2:
                codes, _ = partner_list(sentence, step + 1)
                return join(codes)
        return None
    return None


def _subject(sentence: Sentence, number: int, after: int, owner: str | None, state: State) -> str | None:  # noqa: C901 - one rule a line, in their order
    """Who holds the rank: the subject or the noun it stands beside, then what was spoken of last."""
    mentions = sentence.mentions
    for step in range(number - 1, -1, -1):
        mention = mentions[step]
        if mention.kind == ";" or (mention.kind == "R" and mention.data[0] in ("after", "since")):
            break
        if (
            mention.kind != "P"
            or mention.data[0] in (owner, "world")
            or mention.data[1] in ("institution", "adjective")
        ):
            continue
        if mention.possessive:
            continue
        first = step
        while first and (
            mentions[first - 1].kind == "P"
            or (
                mentions[first - 1].kind == "R"
                and mentions[first - 1].data[0] == "and"
                and first > 1
                and mentions[first - 2].kind == "P"
            )
        ):
            first -= 1
        while mentions[first].kind != "P":
            first += 1
        codes, _ = partner_list(sentence, first)
        return join([code for code in codes if code != owner]) or mention.data[0]
    quantity = mentions[number]
    for mention in mentions[number + 1 :]:
        if mention.kind == "," and mention.first - after < 2:
            continue
        if mention.kind == "P" and mention.first - after < 3 and mention.first >= after and not mention.possessive:
            return str(mention.data[0])
        if mention.kind == "R" and mention.data == ("level", "present") and mention.first == after:
            continue
        break
    del quantity
    if state.last is not None and owner in (state.last.reporter, state.last.partner):
        return state.last.partner if owner == state.last.reporter else state.last.reporter
    return next((code for code in state.pair if code != owner), None)


def _parties(
    figure: Figure,
    relation: str,
    owner: str | None,
    place: str | None,
    subject: str | None,
    state: State,
    origin: str | None,
) -> None:
    """Whose trade with whom, by what is ranked."""
    lister = place or origin or (owner if owner != "world" else None)
    if relation == "world" or (owner == "world" and lister is None):
        both = (subject or "").split("+")
        if relation == "of" and figure.flow == "total" and len(both) == 2:
            figure.reporter, figure.partner = _ordered(both, state)
            return
        if figure.flow == "imports" and relation == "to":
            figure.flow = "exports"
        elif figure.flow == "exports" and relation == "of":
            figure.flow = "imports"
        figure.reporter, figure.partner = subject, "world"
        return
    both = (subject or "").split("+")
    if lister is None and len(both) == 2 and figure.flow == "total":
        figure.reporter, figure.partner = _ordered(both, state)
        return
    if lister is None:
        if relation == "to":
            figure.flow, figure.reporter, figure.partner = "exports", subject, "world"
            return
        known = [state.reporter, *state.pair]
        lister = next((code for code in known if code and code not in (subject, "world")), None)
    figure.reporter, figure.partner = lister, subject


def _ordered(both: list[str], state: State) -> tuple[str, str]:
    first, second = both
    return (
        (second, first) if state.reporter == second or (second == "US" and state.reporter != first) else (first, second)
    )


def _largest_balance(
    figure: Figure, sentence: Sentence, number: int, owner: str | None, state: State, previous: Figure | None
) -> Figure:
    """`its largest trade deficit is with China`: a rank among partners only where a partner stands beside it."""
    mentions = sentence.mentions
    words = sentence.words[mentions[number].last : mentions[number].last + 12]
    if {"since", "ever", "record", "history"} & set(words) and "with" not in words:
        figure.note("kind", "a rank over time")
        return figure
    partner: str | None = None
    for step in range(number, min(len(mentions) - 1, number + 6)):
        mention = mentions[step]
        if mention.kind == "R" and mention.data[0] == "with" and mentions[step + 1].kind == "P":
            codes, _ = partner_list(sentence, step + 1)
            partner = join(codes)
            break
    for step in range(number - 1, max(-1, number - 7), -1):
        mention = mentions[step]
        if partner and partner != "world":
            break
        if mention.kind == "P" and step and mentions[step - 1].kind == "R" and mentions[step - 1].data[0] == "with":
            partner = mention.data[0]
    if not partner and "bilateral" in words[:3]:
        partner = _subject(sentence, number, mentions[number].last, owner, state)
    if (not partner or partner == "world") and (
        ranked := _ranked_balance(sentence, number, previous, state)
    ) is not None:
        return _rank_of(figure, ranked)
    if not partner or partner == "world":
        figure.note("kind", "a rank over time")
        return figure
    figure.kind, figure.flow = "rank", "balance"
    figure.sign = "surplus" if any(w.startswith("surplus") for w in words) else "deficit"
    figure.reporter, figure.partner = owner or state.reporter, partner
    figure.scope = "goods"
    figure.note("kind", "rank among partners", mentions[number])
    figure.open.append(("scope", ["goods", "goods_services"], "the rank does not say of what"))
    return figure


def _elliptic(figure: Figure, previous: Figure, sentence: Sentence, number: int) -> Figure:
    """`Taiwan is the third biggest exporter to the U.S., while Korea is the seventh largest`."""
    figure.kind, figure.flow, figure.sign = "rank", previous.flow, previous.sign
    figure.scope, figure.scope_stated = previous.scope, previous.scope_stated
    figure.open = [item for item in previous.open if item[0] == "scope"]
    figure.reporter, figure.partner = previous.reporter, previous.partner
    for mention in reversed(sentence.mentions[previous.number + 1 : number]):
        if mention.kind == "P" and not mention.possessive and mention.data[1] != "adjective":
            figure.partner = mention.data[0]
            figure.note("partner", "subject", mention)
            break
    figure.note("kind", "as the rank before")
    return figure


_OVER_TIME: Final = frozenset(("since", "ever", "record", "history", "years", "year", "month", "months", "time"))
_AMONG: Final = frozenset(("of", "anywhere", "after", "behind", "with", "among", "in", "on", "one"))


def _ranked_balance(sentence: Sentence, number: int, previous: Figure | None, state: State) -> Figure | Head | None:
    """`$55.8 billion, the fifth-largest of all`, `made the deficit with Japan the fourth-largest`: what is ranked.

    A rank among partners, so not `the largest since 1998`; a bare `largest` needs a word that says among whom.
    """
    mention = sentence.mentions[number]
    after = sentence.words[mention.last : mention.last + 6]
    if _OVER_TIME & set(after) or (mention.data.value == 1 and not _AMONG & set(after[:1])):
        return None
    if not (_ends(sentence, mention.last) or _AMONG & set(after[:1]) or after[:1] == ["as"]):
        return None
    if previous is not None and previous.kind == "level":
        ranked = previous.flow == "balance" and previous.partner not in (None, "world")
        return previous if ranked and previous.role == "main" else None
    found = attach.left(sentence, number)
    if found.number < 0 or sentence.mentions[found.number].kind != "F":
        return None
    head = head_at(sentence, found.number, state)
    if head.flow != "balance" or not head.partner or head.world:
        return None
    head.reporter = head.reporter or (state.last.reporter if state.last else None) or state.reporter
    return head if head.reporter and head.reporter != head.partner else None


def _rank_of(figure: Figure, ranked: Figure | Head) -> Figure:
    """The rank of a balance, with the parties and the scope of what is ranked."""
    mention = figure.mention
    figure.kind, figure.flow, figure.sign = "rank", "balance", ranked.sign or "deficit"
    figure.reporter, figure.partner = ranked.reporter, ranked.partner
    figure.scope = ranked.scope if ranked.scope and ranked.scope != "unknown" else "goods"
    figure.note("kind", "rank of a balance among partners", mention)
    for slot in ("flow", "reporter", "partner", "scope"):
        figure.trace[slot] = ("the balance that is ranked", -1, -1)
    if figure.scope == "goods":
        figure.open.append(("scope", ["goods", "goods_services"], "the rank does not say of what"))
    return figure
