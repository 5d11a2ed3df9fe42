"""When: the period of each figure of a sentence, and what a change is measured from.

What belongs here: which time expression belongs to which figure, comparison periods, agreements as periods, and what an
undated figure takes from the discourse. What does not: the grammar and arithmetic of time expressions (`times`).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from transforms import periods
from transforms.figures import attach, places
from transforms.figures.figure import Figure, State
from transforms.figures.lexicon import AGREEMENTS
from transforms.figures.mentions import Mention, Sentence
from transforms.figures.times import MONTHS, Clock, Time, resolve, shift_period

_BASE_ROLES: Final = frozenset(("from", "than", "against", "after"))
_STOPS: Final = frozenset(("from", "than", "against", "after", "since", "until", "clause", "relative", "and", "before"))
_STEP_OVER: Final = frozenset(
    ("in", "for", "at", "on", "of", "level", "to", "with", "by", "over", "both", "annual", "have")
)
_SUPERLATIVES: Final = frozenset(
    [
        "largest",
        "biggest",
        "smallest",
        "lowest",
        "highest",
        "widest",
        "narrowest",
        "worst",
        "best",
        "steepest",
        "sharpest",
        "most",
        "least",
        "first",
        "fastest",
        "weakest",
    ]
)
_SHORTEST: Final = 3
_RELATIVE: Final = frozenset(
    ("earlier_year", "earlier_month", "earlier_quarter", "earlier_period", "earlier_half", "earlier_level", "before")
)
_SPANS: Final = frozenset(("past_years", "past_months", "years_since"))
_AHEAD: Final = 12
"""How many mentions after the figure `since …` or `before …` may stand."""
_ACCORDS: Final = frozenset(("deal", "agreement", "pact", "accord", "treaty", "fta", "deals"))


class Times:
    """The times of one sentence and which of them have been given to a figure."""

    def __init__(self, sentence: Sentence) -> None:
        self.sentence = sentence
        self.used: set[int] = set()
        mentions = sentence.mentions
        for step, mention in enumerate(mentions):
            if mention.kind == "T" and _is_speech_time(sentence, mentions, step):
                self.used.add(step)


def _is_speech_time(sentence: Sentence, mentions: list[Mention], step: int) -> bool:
    """`said last month`, `estimated in 2007 that`: when somebody spoke, not what about."""
    before = step - 1
    if before >= 0 and mentions[before].kind == "R" and mentions[before].data[0] in ("in", "on"):
        before -= 1
    if before < 0 or mentions[before].kind != "V" or mentions[step].first - mentions[before].last > 1:
        return False
    follows = mentions[step + 1] if step + 1 < len(mentions) else None
    if follows is not None and follows.kind in "FS" and follows.first == mentions[step].last:
        return False
    word = sentence.words[mentions[before].first]
    if word in ("showed", "show", "shows", "reported"):
        return False
    return mentions[step].data.kind not in _RELATIVE


# --- roles ---------------------------------------------------------------------------------------------------------


def set_roles(sentence: Sentence, figures: list[Figure]) -> None:
    """Mark the levels that a comparison is made with: `from`, `against`, `compared with`, `than`, `after` …"""
    previous: Figure | None = None
    for figure in figures:
        if figure.kind in ("level", "share") and figure.mention.kind == "Q":
            figure.role = "base" if _is_base(sentence, figure, previous) else "main"
        previous = figure


def _is_base(sentence: Sentence, figure: Figure, previous: Figure | None) -> bool:  # noqa: C901, PLR0911 - one rule a line, in their order
    mentions = sentence.mentions
    if previous is not None and _is_comparison(previous) and figure.number - previous.number < 6:
        return True
    if _turns(sentence, figure):
        return True
    step = attach.before(sentence, figure.number)
    if step < 0:
        return False
    mention = mentions[step]
    if mention.kind == "R":
        role = mention.data[0]
        if role in _BASE_ROLES:
            return not _contrasts(figure, previous)
        if role in ("on", "over") and step and mentions[step - 1].kind in ("D", "Q"):
            return True
        if role == "and":
            return (
                previous is not None
                and previous.role == "base"
                and _plain_between(mentions, previous.number, figure.number)
            )
        if role == "of":
            return _of_a_base(sentence, step)
        return False
    if mention.kind == "D" and mention.data[1] == "comparative":
        return step > 0 and mentions[step - 1].kind == "Q"
    if mention.kind == "," and mention.data == "(":
        return _compared_in_brackets(sentence, step, previous)
    if mention.kind == ",":
        return (
            previous is not None
            and previous.role == "base"
            and not any(m.kind == "P" for m in mentions[previous.number + 1 : figure.number])
            and _plain_between(mentions, previous.number, figure.number)
        )
    return (
        mention.kind == "U"
        and step > 0
        and mentions[step - 1].kind == "R"
        and mentions[step - 1].data[0] in _BASE_ROLES
    )


def _turns(sentence: Sentence, figure: Figure) -> bool:
    """`a deficit of $3.32 billion in April turned into a surplus of …`: what a swing starts from."""
    mentions = sentence.mentions
    for step in range(figure.number + 1, min(figure.number + 5, len(mentions))):
        mention = mentions[step]
        if mention.kind == "R" and mention.data[0] == "swing":
            return any(m.kind == "Q" for m in mentions[step + 1 : step + 5])
        if mention.kind not in "TR," or (
            mention.kind == "R" and mention.data[0] not in ("in", "have", "before", "for")
        ):
            return False
    return False


def _contrasts(figure: Figure, previous: Figure | None) -> bool:
    """`a deficit in manufactures compared to a surplus in services`: another flow, no earlier time."""
    if previous is None or figure.head is None or figure.head is previous.head:
        return False
    return figure.scope_stated and previous.scope_stated and figure.scope != previous.scope


def _compared_in_brackets(sentence: Sentence, step: int, previous: Figure | None) -> bool:
    """`than it did before the agreement (43.5 billion)`."""
    first = previous.number if previous is not None else -1
    if previous is not None and first == step - 1 and previous.kind == "level":
        return True
    return any(
        m.kind == "R" and m.data[0] in ("than", "before", "against") for m in sentence.mentions[first + 1 : step]
    )


def _of_a_base(sentence: Sentence, step: int) -> bool:
    """`compared with a deficit of 1.76 billion`, `than the 2012 deficit of $16.6 billion`."""
    mentions = sentence.mentions
    for earlier in range(step - 1, max(-1, step - 6), -1):
        mention = mentions[earlier]
        if mention.kind == "R":
            if mention.data[0] == "from" and earlier and mentions[earlier - 1].kind == "F":
                return bool(mentions[earlier - 1].data[0] != "imports")
            if mention.data[0] in ("against", "than", "from", "after"):
                return True
            if mention.data[0] not in ("in", "with"):
                return False
        elif mention.kind not in "FSTP":
            return False
    return False


def _plain_between(mentions: list[Mention], first: int, last: int) -> bool:
    return all(
        m.kind in "TP," or (m.kind == "R" and m.data[0] in ("in", "and", "of", "for"))
        for m in mentions[first + 1 : last]
    )


# --- finding -------------------------------------------------------------------------------------------------------


def _right(sentence: Sentence, figure: Figure) -> int:  # noqa: C901 - one rule a line, in their order
    """The time that follows the quantity in its own phrase, or -1."""
    mentions = sentence.mentions
    change = figure.kind in ("change_abs", "change_pct", "ratio")
    at, step = figure.mention.last, figure.number + 1
    if figure.head is not None and figure.head.index > figure.number:
        for own in figure.head.times:
            if own > figure.number:
                return own
    while step < len(mentions):
        mention = mentions[step]
        if mention.first - at > 5:
            return -1
        if mention.kind == "T":
            return -1 if _premodifies_flow(mentions, step) else step
        if mention.kind == "R":
            role = mention.data[0]
            if (
                (change and role in ("on", "over"))
                or role in _STOPS
                or (role not in _STEP_OVER and role not in ("including", "worth", "bring"))
            ):
                return -1
            if role == "to" and change and step + 1 < len(mentions) and mentions[step + 1].kind == "Q":
                step += 1
        elif (
            (mention.kind == "," and mention.data == "(")
            or mention.kind in "SBPFX"
            or (mention.kind == "D" and step == figure.movement and mention.data[1] == "noun")
            or (mention.kind == "D" and figure.kind == "level" and step == figure.number + 1)
        ):
            pass
        else:
            return -1
        at = mentions[step].last
        step += 1
    return -1


def _premodifies_flow(mentions: list[Mention], step: int) -> bool:
    """`1985 surplus`: the time of the flow after it, unless a preposition stands before it."""
    after = mentions[step + 1] if step + 1 < len(mentions) else None
    before = mentions[step - 1] if step else None
    if before is not None and before.kind == "R" and before.last >= mentions[step].first - 1:
        return False
    return after is not None and after.kind in "FS" and after.first == mentions[step].last


def _premodifier(sentence: Sentence, figure: Figure) -> int:
    """The time straight before the quantity: `January's 23.5 billion`, `the 1985 deficit of`, or -1."""
    mentions = sentence.mentions
    at, step = figure.mention.first, figure.number - 1
    while step >= 0 and mentions[step].last <= at and at - mentions[step].last < 3:
        mention = mentions[step]
        if mention.kind == "T":
            return step if figure.mention.first - mention.last < 4 or mention.possessive else -1
        if mention.kind not in "SPFBR" or (mention.kind == "R" and mention.data[0] != "of"):
            return -1
        at, step = mention.first, step - 1
    return -1


def _before_bracket(sentence: Sentence, figure: Figure) -> int:
    """`in 2016 (42.3 billion)`: the time that the bracket follows, or -1."""
    mentions = sentence.mentions
    step = figure.number - 1
    if step > 0 and mentions[step].kind == "," and mentions[step].data == "(" and mentions[step - 1].kind == "T":
        return step - 1 if mentions[step - 1].last == mentions[step].first else -1
    return -1


def _left(times: Times, figure: Figure) -> int:
    """The nearest time before the quantity that is no other figure's and in no comparison, or -1."""
    mentions = times.sentence.mentions
    for step in range(figure.number - 1, -1, -1):
        mention = mentions[step]
        if mention.kind != "T" or step in times.used or mention.data.kind in _SPANS or mention.data.kind == "day":
            continue
        own = mention.possessive and step == figure.number - 1 and mention.last == figure.mention.first
        if mention.data.kind in _RELATIVE and step > 1 and not own:
            continue
        if mention.data.kind == "calendar" and times.sentence.word(mention.first - 1) == "the":
            continue
        if mention.data.kind == "current" and figure.status != "actual":
            continue
        if not _in_comparison(times.sentence, step):
            return step
    return -1


def _after_amount(mention: Mention) -> bool:
    """A quantity, or the bracket that repeats it: `up 2.2% ($585 million) on 2013`."""
    return mention.kind == "Q" or (mention.kind == "," and mention.data == ")")


def _in_comparison(sentence: Sentence, step: int) -> bool:  # noqa: PLR0911 - one rule a line, in their order
    mentions = sentence.mentions
    for before in range(step - 1, max(-1, step - 4), -1):
        mention = mentions[before]
        if mention.last < mentions[step].first - 3:
            return False
        if mention.kind == "R" and mention.data[0] in ("than", "against", "since", "before", "until", "after", "when"):
            return True
        if mention.kind == "R" and mention.data[0] == "from":
            return before > 0
        if mention.kind == "D" and mention.data[1] == "comparative":
            return before > 0
        if mention.kind == "R" and mention.data[0] in ("on", "over") and before and _after_amount(mentions[before - 1]):
            return True
        if mention.kind != "R" or mention.data[0] not in ("in", "for", "of"):
            return False
    return False


# --- bases of a change ---------------------------------------------------------------------------------------------


def _base_time(sentence: Sentence, figure: Figure) -> tuple[int, int]:
    """For a change: (the time it is measured from, or -1; the level it is measured from, or -1), as mention numbers."""
    mentions = sentence.mentions
    compared = _is_comparison(figure)
    step = figure.number + 1
    while step < len(mentions):
        mention = mentions[step]
        if mention.kind == "T" and (compared or mention.data.kind in _RELATIVE or mention.data.kind == "same"):
            return step, -1
        if mention.kind == "Q" and compared:
            return _right_or_own(sentence, step), step
        verdict = _on_the_way(sentence, figure, step, compared)
        if verdict == "stop":
            return -1, -1
        compared = compared or verdict == "compared"
        step += 3 if verdict == "twice" else 1
    return -1, -1


def _is_comparison(figure: Figure) -> bool:
    """`twice the level of June 1999`, `three times as wide as in 1990`: what follows is what it is compared with."""
    quantity = figure.quantity
    if quantity is None or quantity.form != "multiple":
        return False
    words = figure.sentence.words[figure.mention.first : figure.mention.last]
    return bool(_COMPARING & set(words))


_COMPARING: Final = frozenset(("twice", "thrice", "times", "double", "triple", "treble", "quadruple", "half"))


def _on_the_way(sentence: Sentence, figure: Figure, step: int, compared: bool) -> str:  # noqa: PLR0911 - one rule a line, in their order
    """What the mention at `step` means for a comparison after the change: `compared`, `twice`, `stop` or nothing."""
    mentions = sentence.mentions
    mention = mentions[step]
    if mention.kind == "R":
        role = mention.data[0]
        if role in _BASE_ROLES or (role in ("over", "on") and not compared):
            return "compared"
        ends = role in ("clause", "relative", "since", "before") and sentence.words[mention.first] != "as"
        return "stop" if ends or (role == "when" and not _comparison_follows(mentions, step)) else ""
    if mention.kind == "D":
        if mention.data[1] == "comparative" and step <= figure.number + 2:
            return "compared"
        return "stop" if step > figure.number + 1 else ""
    if mention.kind == "F" and not compared and figure.head is not None and step != figure.head.index:
        return "stop"
    if mention.kind == "Q":
        return "stop" if mention.data.form not in ("money", "count") else ""
    if mention.kind == ",":
        if mention.data == "," and _or_amount(mentions, step):
            return "twice"
        return "" if mention.data == "," and _comparison_follows(mentions, step) else "stop"
    return ""


def _or_amount(mentions: list[Mention], step: int) -> bool:
    """`rose by 8.5 billion, or 15.9 per cent, on the quarter`: the same change said twice."""
    follow = mentions[step + 1 : step + 3]
    return len(follow) == 2 and follow[0].kind == "R" and follow[0].data[0] == "and" and follow[1].kind == "Q"


def _comparison_follows(mentions: list[Mention], step: int) -> bool:
    follow = mentions[step + 1] if step + 1 < len(mentions) else None
    if follow is None or follow.kind != "R":
        return False
    then = mentions[step + 2] if step + 2 < len(mentions) else None
    return follow.data[0] in _BASE_ROLES or (follow.data[0] in ("on", "over") and then is not None and then.kind == "T")


def _right_or_own(sentence: Sentence, number: int) -> int:
    probe = Figure(sentence, number)
    probe.kind = "level"
    own = _premodifier(sentence, probe)
    return own if own >= 0 else _right(sentence, probe)


def _since(sentence: Sentence, figure: Figure) -> tuple[int, str] | None:
    """The mention of `since`, `before`, `after`, `under` that a change or a comparison starts from, and which it is."""
    mentions = sentence.mentions
    found: tuple[int, str] | None = None
    if "since" not in sentence.roles and "before" not in sentence.roles:
        return None
    for step, mention in enumerate(mentions):
        if mention.kind != "R" or mention.data[0] not in ("since", "before"):
            continue
        if mention.data[0] == "since" and _SUPERLATIVES & set(
            sentence.words[max(0, mention.first - 5) : mention.first]
        ):
            continue
        if mention.data[0] == "before" and not _starts_a_period(sentence, step):
            continue
        if mention.data[0] == "since" and _first_time(sentence.words, mention.first):
            continue
        if step < figure.number or figure.number + _AHEAD >= step:
            found = (step, mention.data[0])
            if step > figure.number:
                break
    return found


def _starts_a_period(sentence: Sentence, step: int) -> bool:
    """`before 2012`, `before the agreement`: a time or an agreement follows."""
    last = sentence.mentions[step].last
    following = sentence.mentions[step + 1] if step + 1 < len(sentence.mentions) else None
    near = following is not None and following.first - last < 3
    return (near and following is not None and following.kind in "TG") or bool(
        _ACCORDS & set(sentence.words[last : last + 5])
    )


def _first_time(words: list[str], at: int) -> bool:
    return "time" in words[max(0, at - 3) : at] and "first" in words[max(0, at - 5) : at]


def agreement_of(sentence: Sentence, step: int, state: State) -> str | None:
    """The agreement that `since …` or `before …` speaks of, by its name or as `the deal`."""
    mentions = sentence.mentions
    for mention in mentions[step + 1 : step + 5]:
        if mention.kind == "G":
            return str(mention.data[0])
        if mention.kind in "Q,;":
            break
    start = mentions[step].last
    if _ACCORDS & set(sentence.words[start : start + 6]):
        return state.agreement
    return None


def agreement_for(codes: list[str], on: date | None) -> str | None:
    """The agreement between the article's main parties that was signed by its date, the latest one."""
    if len(codes) < 2:
        return None
    wanted = set(codes[:2])
    fitting = [
        item
        for item in AGREEMENTS.values()
        if wanted <= item.parties
        and len(item.parties) <= 3
        and item.in_force_on is not None
        and (on is None or item.in_force_on <= on)
        and "war" not in item.name
    ]
    exact = [item for item in fitting if item.parties == wanted] or fitting
    return max(exact, key=lambda item: item.in_force_on or date.min).name if exact else None


def agreement_periods(name: str) -> tuple[str, str] | None:
    """(the year before it took effect, the year in which it did)."""
    day = AGREEMENTS[name].in_force_on if name in AGREEMENTS else None
    return (f"{day.year - 1:04d}", f"{day.year:04d}") if day else None


# --- assigning -----------------------------------------------------------------------------------------------------


def _clock(figure: Figure, state: State, anchor: str | None, base: bool) -> Clock | None:
    if state.published_on is None:
        return None
    return Clock(state.published_on, figure.reporter, anchor, figure.status != "actual", base)


def _resolve(time: Time, figure: Figure, state: State, anchor: str | None, base: bool) -> str | None:
    clock = _clock(figure, state, anchor, base)
    if clock is None:
        if time.year and time.kind in ("year", "month", "quarter", "months", "half", "first_months"):
            clock = Clock(date(time.year + 1, 12, 31), figure.reporter, anchor, False, base)
        else:
            return "current" if time.kind == "current" else None
    return resolve(time, clock)


def assign(sentence: Sentence, figures: list[Figure], state: State) -> None:
    """Fill period and base period of the figures of one sentence, in order."""
    times = Times(sentence)
    for figure in figures:
        found = -1 if _is_comparison(figure) else _right(sentence, figure)
        if found >= 0 and sentence.mentions[found].data.kind not in _SPANS:
            times.used.add(found)
    times.used |= _in_force_times(sentence)
    chain_main: str | None = None
    if figures and all(figure.role == "base" for figure in figures):
        chain_main = _spoken_of(times, figures[0], state)
    chain_base: str | None = None
    for figure in figures:
        if figure.role == "base":
            _assign_base_level(sentence, figure, state, chain_main)
            chain_base = figure.period if figure.period != "unknown" else chain_base
        else:
            _assign_main(sentence, figure, times, state, chain_main)
            if figure.kind in ("change_abs", "change_pct", "ratio", "direction"):
                _assign_base(sentence, figure, figures, state, chain_main, chain_base)
                chain_base = figure.base_period or chain_base
            undated_rank = figure.kind == "rank" and not figure.timed
            if (
                figure.period != "unknown"
                and figure.role != "base"
                and not _is_undated_now(figure)
                and not undated_rank
            ):
                chain_main = figure.period
        _remember(figure, state)
    _year_after_base(figures, state)


def _year_after_base(figures: list[Figure], state: State) -> None:
    """`grew to $918 billion, 17 percent more than in 2023`, undated: the year after, if it is out."""
    base = next((f.period for f in figures if f.role == "base" and f.timed), "")
    if periods.frequency(base) != "A" or state.published_on is None:
        return
    year = int(base) + 1
    if year > periods.latest_full_year(state.published_on):
        return
    for figure in figures:
        guessed = figure.trace.get("period", ("",))[0] in ("the article's period", "figure before")
        if guessed and (figure.role, figure.status, figure.period) == ("main", "actual", base):
            _set_period(figure, f"{year:04d}", "the year after the one compared with")


_IN_FORCE: Final = frozenset(("effect", "force", "signed", "ratified", "enacted", "launched", "concluded", "joined"))


def _in_force_times(sentence: Sentence) -> set[int]:
    """Times that say when an agreement began: `took effect in March 2012`, `was signed in 2011`."""
    found: set[int] = set()
    for step, mention in enumerate(sentence.mentions):
        if mention.kind == "T" and began(sentence, mention):
            found.add(step)
    return found


def began(sentence: Sentence, mention: Mention) -> bool:
    """Whether the time says when something took effect: `the tariffs that took effect this month`."""
    return bool(_IN_FORCE & set(sentence.words[max(0, mention.first - 3) : mention.first]))


def _spoken_of(times: Times, figure: Figure, state: State) -> str | None:
    """The period of `The February surplus was well up on …`: the sentence has no figure for it, only its time."""
    left = _left(times, figure)
    return _resolve(times.sentence.mentions[left].data, figure, state, state.main, False) if left >= 0 else None


def _is_undated_now(figure: Figure) -> bool:
    return figure.trace.get("period", ("",))[0].startswith("present tense")


def _remember(figure: Figure, state: State) -> None:
    if figure.period == "unknown" or _is_undated_now(figure) or (figure.kind == "rank" and not figure.timed):
        return
    if figure.status != "actual":
        state.future, state.future_sentence = figure.period, state.sentence
    if figure.role == "base":
        state.base = figure.period
        turns = _turns(figure.sentence, figure)
        if state.main and not turns and (lag := _lag(state.main, figure.period)):
            state.lag = lag
        return
    looks_back = (
        state.story_period is not None
        and state.main == state.story_period
        and len(figure.period) == len(state.main)
        and figure.period < state.main
        and state.main_paragraph == figure.sentence.paragraph
    )
    if looks_back:
        state.base = figure.period
        return
    if figure.status == "actual" or state.main is None:
        state.main = figure.period
        state.main_paragraph = figure.sentence.paragraph
        if state.story_period is None and figure.status == "actual" and figure.timed:
            state.story_period = figure.period
    if figure.base_period:
        state.base = figure.base_period
        if lag := _lag(figure.period, figure.base_period):
            state.lag = lag


def _lag(main: str, base: str) -> tuple[str, int] | None:
    for unit, count in (("year", 1), ("period", 1)):
        if shift_period(main, unit, count) == base:
            return unit, count
    return None


def _set_period(figure: Figure, period: str, rule: str, mention: Mention | None = None) -> None:
    figure.period = period
    figure.note("period", rule, mention)


def _assign_main(sentence: Sentence, figure: Figure, times: Times, state: State, chain: str | None) -> None:
    anchor = chain or state.main
    right = -1 if _is_comparison(figure) else _right(sentence, figure)
    if right >= 0 and _may_date(figure, sentence.mentions[right].data) and _date(figure, right, "after", state, anchor):
        return
    if (when := _when_clause(sentence, figure)) >= 0 and _date(figure, when, "before `when`,", state, anchor):
        figure.role = "base"
        return
    if figure.kind == "level" and (before := _before_agreement(sentence, figure, state)) is not None:
        _set_period(figure, before[0], before[1])
        figure.open += [("period", values, why) for _, values, why in before[2]]
        return
    left = _left(times, figure)
    if left < 0:
        left = _before_bracket(sentence, figure)
    if left >= 0 and _date(figure, left, "before", state, anchor):
        return
    _undated(sentence, figure, state, chain)


def _may_date(figure: Figure, time: Time) -> bool:
    """Whether a time after the number can be its period: for a change, `a year earlier` is what it is measured from."""
    relative = time.kind in _RELATIVE or time.kind == "same"
    return time.kind not in _SPANS and (figure.kind == "level" or not relative)


def _date(figure: Figure, step: int, where: str, state: State, anchor: str | None) -> bool:
    """Give the figure the period of the time at mention `step`, which stands `where`; False where it names none."""
    mention = figure.sentence.mentions[step]
    time: Time = mention.data
    period = _resolve(time, figure, state, anchor, time.kind in _RELATIVE)
    if period is None:
        return False
    figure.timed = True
    if time.kind in _RELATIVE:
        figure.role = "base"
    _set_period(figure, period, f"time {where} it: {time.kind}", mention)
    _open_current(figure, time, state)
    return True


def _when_clause(sentence: Sentence, figure: Figure) -> int:
    """`since 2014, when it was $24.9 billion`: the time straight before `when`, or -1."""
    if "when" not in sentence.roles:
        return -1
    mentions = sentence.mentions
    for step in range(figure.number - 1, 0, -1):
        mention = mentions[step]
        if mention.kind in "QF" or mention.data == ";":
            return -1
        if mention.kind == "R" and mention.data[0] == "when":
            before = step - 1 - (mentions[step - 1].kind == ",")
            return before if before >= 0 and mentions[before].kind == "T" else -1
    return -1


def _before_agreement(
    sentence: Sentence, figure: Figure, state: State
) -> tuple[str, str, list[tuple[str, list[str], str]]] | None:
    """`it was $8.8 billion before the agreement`."""
    following = sentence.mentions[figure.number + 1] if figure.number + 1 < len(sentence.mentions) else None
    if (
        following is None
        or following.kind != "R"
        or following.data[0] != "before"
        or following.first > figure.mention.last
    ):
        return None
    return _frame_base(sentence, figure, state)


def _undated(sentence: Sentence, figure: Figure, state: State, chain: str | None) -> None:  # noqa: C901, PLR0912 - one rule a line, in their order
    """No time in the clause: the figure before, the tense, then what the discourse is about."""
    if figure.status != "actual":
        if chain is not None and _is_future(chain, state):
            _set_period(figure, chain, "figure before")
        elif state.future is not None and state.sentence - state.future_sentence <= 3:
            _set_period(figure, state.future, "forecast before")
        return
    if chain is not None:
        _set_period(figure, chain, "figure before")
        return
    tense = _tense(sentence, figure)
    since = _since(sentence, figure) is not None or any(
        m.kind == "T" and m.data.kind in _SPANS for m in sentence.mentions
    )
    same_paragraph = sentence.paragraph == state.main_paragraph
    if not same_paragraph and (opened := _paragraph_time(sentence)) is not None:
        period = _resolve(opened, figure, state, state.main, False)
        if period is not None:
            _set_period(figure, period, "time that opens the paragraph")
            return
    if tense == "perfect" and state.main and same_paragraph and not since:
        _set_period(figure, state.main, "what was spoken of last")
    elif (tense in ("present", "perfect") or since) and state.published_on is not None:
        _current(figure, state, "present tense, undated")
    elif state.main and same_paragraph:
        _set_period(figure, state.main, "what was spoken of last")
    elif state.story_period or state.main:
        _set_period(figure, state.story_period or state.main or "unknown", "the article's period")
    elif tense in ("present", "perfect"):
        _set_period(figure, "current", "present tense, undated")
    elif state.lead_time is not None:
        period = _resolve(state.lead_time, figure, state, None, False)
        if period is not None:
            _set_period(figure, period, "the article's period")
            state.story_period = state.story_period or period


_LONG_MONTHS: Final = "|".join(month for month in MONTHS if len(month) > _SHORTEST)
_OPENS_WITH_TIME: Final = re.compile(
    rf"\s*(?:{_LONG_MONTHS}|may|in|the (?:first|second|third|fourth))\b", re.IGNORECASE
).match
"""A quick no for most paragraphs."""
_OPENING: Final = frozenset(("month", "quarter", "year", "first_months", "months", "half"))


def _paragraph_time(sentence: Sentence) -> Time | None:
    """`December brought some relief. The monthly gap …`: the time that begins the sentence before."""
    if not _OPENS_WITH_TIME(sentence.text, places.paragraph_start(sentence)):
        return None
    earlier = places.before_in_paragraph(sentence)
    if earlier is None or any(word[0].isdigit() and len(word) != _YEAR for word in earlier.words):
        return None
    for mention in earlier.mentions[:2]:
        if mention.kind == "T" and mention.first < 2 and mention.data.kind in _OPENING:
            return mention.data if isinstance(mention.data, Time) else None
    return None


_YEAR: Final = 4


def _is_future(period: str, state: State) -> bool:
    span = periods.bounds(period)
    return span is not None and state.published_on is not None and span[1] >= state.published_on


def _current(figure: Figure, state: State, rule: str, mention: Mention | None = None) -> None:
    """Now: the latest full year released by then; trailing twelve months and year to date stay open."""
    on = state.published_on
    if on is None:
        _set_period(figure, "current", rule, mention)
        return
    year = f"{periods.latest_full_year(on):04d}"
    _set_period(figure, year, rule, mention)
    to_date = resolve(Time("to_date", 0, 0, 0, 0), Clock(on, figure.reporter, None, False, False)) or year
    last = to_date.rpartition("..")[2]
    trailing = (
        resolve(Time("window", 12, int(last[5:7]), int(last[:4])), Clock(on, figure.reporter, None, False, False))
        if len(last) == 7
        else None
    )
    values = [year, *(item for item in (trailing, to_date) if item and item != year)]
    figure.open.append(
        ("period", values, "now: the latest full year released by then, the last twelve months, the year to date")
    )


def _open_current(figure: Figure, time: Time, state: State) -> None:
    if time.kind == "current":
        mention = figure.trace.get("period")
        _current(figure, state, "now")
        if mention is not None:
            figure.trace["period"] = ("now", mention[1], mention[2])


def _tense(sentence: Sentence, figure: Figure) -> str:
    """Tense of the verb that governs the figure: present, perfect, past or unknown."""
    mentions = sentence.mentions
    for step in range(figure.number - 1, -1, -1):
        mention = mentions[step]
        if mention.kind == "R" and mention.data[1]:
            if mention.data[0] == "have" and mention.data[1] == "present":
                following = mentions[step + 1] if step + 1 < len(mentions) else None
                moved = following is not None and (
                    following.kind == "D" or (following.kind == "Q" and following.data.form == "multiple")
                )
                return "perfect" if moved else "present"
            return str(mention.data[1])
        if mention.kind == "D" and mention.data[1] == "verb":
            word = sentence.words[mention.first]
            if step and mentions[step - 1].kind == "R" and mentions[step - 1].data[0] == "have":
                continue
            if word.endswith("s"):
                return "present"
            if not word.endswith("ing"):
                return "past"
        if mention.kind == "F" and mention.data[3] in ("verb", "takes"):
            word = sentence.words[mention.first]
            return "past" if word.endswith(("ed", "ld", "nt", "ght", "ook")) else "present"
    return "unknown"


def _assign_base_level(sentence: Sentence, figure: Figure, state: State, chain: str | None) -> None:
    """A level that something is compared with."""
    mentions = sentence.mentions
    anchor = chain or state.main
    own = _premodifier(sentence, figure)
    if own < 0:
        own = _right(sentence, figure)
    if own < 0:
        own = _before_bracket(sentence, figure)
    if own >= 0 and mentions[own].data.kind not in _SPANS:
        period = _resolve(mentions[own].data, figure, state, anchor, True)
        if period is not None:
            figure.timed = True
            _set_period(figure, period, f"time of the comparison: {mentions[own].data.kind}", mentions[own])
            return
    expected = any(m.kind == "U" for m in mentions[max(0, figure.number - 3) : figure.number + 3])
    if expected and chain is not None:
        _set_period(figure, chain, "expectation for the same period")
        return
    frame = _frame_base(sentence, figure, state)
    if frame is not None:
        _set_period(figure, frame[0], frame[1])
        figure.open += frame[2]
        return
    if state.base and anchor == state.main and len(state.base) == len(anchor or ""):
        _set_period(figure, state.base, "compared with the same period as before")
        return
    if anchor:
        lag = (_lag(state.main, state.base) if state.main and state.base else None) or ("period", 1)
        period = shift_period(anchor, *(("year", 1) if ".." in anchor else lag))
        _set_period(figure, period or "unknown", "compared as before, else the period before")


def _frame_base(
    sentence: Sentence, figure: Figure, state: State
) -> tuple[str, str, list[tuple[str, list[str], str]]] | None:
    """The start of `since …`, `before …`, `in five years`: (period, rule, what stays open)."""
    since = _since(sentence, figure)
    mentions = sentence.mentions
    if since is not None:
        step, word = since
        name = agreement_of(sentence, step, state)
        if name is not None and (years := agreement_periods(name)) is not None:
            day = AGREEMENTS[name].in_force_on
            why = f"{word} {name}, in force since {day}: the year before, or that year"
            return years[0], f"{word} {name}", [("base_period", list(years), why)]
        for then in mentions[step + 1 : step + 4]:
            if then.kind == "T" and then.data.kind not in _SPANS:
                period = _resolve(then.data, figure, state, state.main, True)
                if period is not None:
                    return period, f"{word} {then.data.kind}", []
            if then.kind in "Q,":
                break
    anchor = figure.period if figure.role != "base" and figure.period != "unknown" else state.main
    for mention in mentions:
        if mention.kind == "T" and mention.data.kind == "from_to":
            return f"{mention.data.number:04d}", "from one year to another", []
        if mention.kind == "T" and mention.data.kind == "past_years" and anchor and len(anchor) == 4:
            return f"{int(anchor) - mention.data.number:04d}", "over a span of years", []
    return None


def _assign_base(
    sentence: Sentence, figure: Figure, figures: list[Figure], state: State, chain: str | None, chain_base: str | None
) -> None:
    """What a change is measured from."""
    mentions = sentence.mentions
    main = figure.period if figure.period != "unknown" else (chain or state.main)
    time, level = _base_time(sentence, figure)
    if time >= 0:
        period = _resolve(mentions[time].data, figure, state, main, True)
        if period is not None:
            figure.base_period = period
            figure.note("base_period", f"compared with: {mentions[time].data.kind}", mentions[time])
            return
    if chain_base is not None and chain_base != figure.period and _after_levels(figure, figures):
        figure.base_period = chain_base
        figure.note("base_period", "the level that it follows")
        return
    frame = _frame_base(sentence, figure, state)
    if frame is not None:
        figure.base_period = frame[0]
        figure.note("base_period", frame[1])
        figure.open += frame[2]
        return
    for step in range(figure.number - 1, -1, -1):
        if mentions[step].kind == "T" and _in_comparison(sentence, step):
            period = _resolve(mentions[step].data, figure, state, main, True)
            if period is not None and period != figure.period and not _after_since(mentions, step):
                figure.base_period = period
                figure.note("base_period", "compared with, before it", mentions[step])
                return
    if figure.period == "unknown":
        return
    _assume_base(figure, state, level)


def _after_since(mentions: list[Mention], step: int) -> bool:
    return step > 0 and mentions[step - 1].kind == "R" and mentions[step - 1].data[0] == "since"


def _after_levels(figure: Figure, figures: list[Figure]) -> bool:
    """`from $23.1 billion in 2011 to $13.8 billion, a decline of 40 percent`: a base level of the flow before."""
    return any(f.role == "base" and f.number < figure.number and f.flow == figure.flow for f in figures)


def _headline_again(figure: Figure, state: State) -> bool:
    """The U.S. monthly headline after a partner: against the month before, whatever the partner was compared with."""
    national = (figure.reporter, figure.partner, periods.frequency(figure.period)) == ("US", "world", "M")
    return (
        national and not figure.scope.startswith("product") and state.last is not None and state.last.partner != "world"
    )


def _assume_base(figure: Figure, state: State, level: int) -> None:
    """No comparison in the sentence: as the article compared before, else the period or year before."""
    kind = periods.frequency(figure.period)
    if kind == "A" or (".." in figure.period and len(figure.period) == 10):
        figure.base_period = shift_period(figure.period, "year", 1)
        figure.note("base_period", "the year before")
        return
    if state.lag is not None and level < 0 and not _headline_again(figure, state):
        figure.base_period = shift_period(figure.period, *(("year", 1) if ".." in figure.period else state.lag))
        figure.note("base_period", "compared as before")
        return
    unit = "period" if figure.reporter == "US" and ".." not in figure.period else "year"
    other = "year" if unit == "period" else "period"
    values = [item for item in (shift_period(figure.period, unit, 1), shift_period(figure.period, other, 1)) if item]
    if values:
        figure.base_period = values[0]
        figure.note("base_period", "usual comparison")
        figure.open.append(("base_period", values, "the text does not say what the change is measured from"))


def is_past(figure: Figure, state: State) -> bool:
    """Whether the figure's own dated period had ended when the article appeared."""
    span = periods.bounds(figure.period)
    year = int(figure.period[:4]) if periods.frequency(figure.period) == "A" else 0
    if figure.status == "forecast" and state.published_on and year > periods.latest_full_year(state.published_on):
        return False
    told = (figure.timed and figure.trace.get("period", ("",))[0] != "now") or figure.role == "base"
    return told and span is not None and state.published_on is not None and span[1] < state.published_on


def assign_claim(sentence: Sentence, figure: Figure, figures: list[Figure], state: State) -> None:
    """Period and base of a stated rise or fall: as for a change, but only a base that the text gives."""
    times = Times(sentence)
    chain = next((f.period for f in reversed(figures) if f.role == "main" and f.period != "unknown"), None)
    _assign_main(sentence, figure, times, state, chain)
    time, _ = _base_time(sentence, figure)
    frame = _frame_base(sentence, figure, state)
    if frame is not None:
        figure.base_period = frame[0]
        figure.note("base_period", frame[1])
        figure.open += frame[2]
    elif time >= 0:
        figure.base_period = _resolve(sentence.mentions[time].data, figure, state, figure.period, True)
        figure.note("base_period", "compared with", sentence.mentions[time])


def look_ahead(sentence: Sentence, state: State) -> None:
    """`Taiwan is expected to boost imports in 1987`: without a figure, its time holds for those that follow."""
    if not any(m.kind == "U" for m in sentence.mentions) or state.published_on is None:
        return
    for mention in sentence.mentions:
        if mention.kind == "T" and mention.data.kind in ("year", "calendar", "fiscal", "next_years"):
            period = resolve(mention.data, Clock(state.published_on, state.reporter, None, True, False))
            if period is not None and _is_future(period, state):
                state.future, state.future_sentence = period, state.sentence
                return
