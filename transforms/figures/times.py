"""Time expressions: reading them from the words of a sentence, and resolving them against the publication date.

What belongs here: the grammar of dates in trade prose (`in the first two months of this year`, `a year earlier`,
`fiscal 2017`) and the arithmetic that makes periods of them. What does not: which figure a time belongs to (`slots`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from transforms import periods


class Time(NamedTuple):
    """A time expression as read: `kind` says which of the forms below, the rest what it names.

    `number`: month, quarter, half, count of months, offset or count of years, by `kind`; `last`: last month of a range
    of months; `year`: as printed; `shift`: `last year` is -1, `this year` 0, `next year` 1.
    """

    kind: str
    number: int = 0
    last: int = 0
    year: int = 0
    shift: int | None = None


MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
_ORDINALS: Final = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "final": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
_COUNTS: Final = {
    word: number
    for number, word in enumerate(
        [
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
        ],
        1,
    )
} | {str(number): number for number in range(1, 61)}
_OFFSETS: Final = {
    "last": -1,
    "previous": -1,
    "preceding": -1,
    "prior": -1,
    "this": 0,
    "current": 0,
    "next": 1,
    "coming": 1,
}
_BEFORE: Final = frozenset(("earlier", "ago", "before", "previously", "prior", "back"))
_SPANS: Final = {"year": "year", "years": "year", "month": "month", "months": "month", "quarter": "quarter"} | {
    "period": "period",
    "half": "half",
    "time": "period",
    "quarters": "quarter",
    "level": "level",
    "levels": "level",
}
_FULL: Final = frozenset(("full", "whole", "entire", "calendar", "all", "complete"))
_ON: Final = {"year": "year", "month": "month", "quarter": "quarter"}

Words = Sequence[str]
Found = tuple[int, Time] | None


def _year(words: Words, at: int) -> int:
    """The year that stands at `at`, else 0."""
    if at < len(words):
        word = words[at]
        if len(word) == 4 and word[:2] in ("19", "20") and word.isdigit():
            return int(word)
    return 0


def _at(words: Words, at: int) -> str:
    return words[at] if at < len(words) else ""


def _of_year(words: Words, at: int) -> tuple[int, int, int | None]:
    """`of 1986`, `1986`, `last year`, `of this year`, `of the year`: (next position, year, shift)."""
    after = at + 1 if _at(words, at) in ("of", "in", "for") else at
    if _at(words, after) == "fiscal" and (year := _year(words, after + 1)):
        return after + 2, year, None
    if _at(words, after) in ("calendar", "the") and (year := _year(words, after + 1)):
        return after + 2, year, None
    if year := _year(words, after):
        return after + 1, year, None
    offset = _OFFSETS.get(_at(words, after))
    if offset is not None and _at(words, after + 1) == "year":
        return after + 2, 0, offset
    if after > at and _at(words, after) == "the" and _at(words, after + 1) == "year":
        return after + 2, 0, None
    return at, 0, None


def _month(words: Words, at: int) -> Found:
    first = MONTHS[words[at]]
    after, joint = at + 1, _at(words, at + 1)
    second = MONTHS.get(_at(words, at + 2) if joint in ("to", "through", "and", "until", "till") else joint, 0)
    if second and not (joint == "to" and second == first + 1 and at and words[at - 1] == "from"):
        between = at > 0 and words[at - 1] == "between"
        if joint != "and" or between or second in (first + 1, first - 11):
            after = at + 2 + (joint in ("to", "through", "and", "until", "till"))
            if _at(words, after) in _ORDINALS and _at(words, after + 1) == "quarter":
                after += 2
            elif _at(words, after) in ("period", "quarter", "half"):
                after += 1
            after, year, shift = _of_year(words, after)
            return after, Time("months", first, second, year, shift)
    if (day := _at(words, after)).isdigit() and 1 <= int(day) <= 31 and len(day) < 3:
        after += 1
        comma = _at(words, after) == "," and _year(words, after + 1) > 0
        year = _year(words, after + comma)
        return after + comma + bool(year) if year else after, Time("day", first, int(day), year)
    if _at(words, after) == "quarter" and first % 3 == 0:
        after, year, shift = _of_year(words, after + 1)
        return after, Time("quarter", first // 3, 0, year, shift)
    after, year, shift = _of_year(words, after)
    return after, Time("month", first, 0, year, shift)


def _plain_year(words: Words, at: int) -> Found:
    year, after = _year(words, at), at + 1
    following = _at(words, after)
    if following in _ORDINALS and _at(words, after + 1) == "quarter":
        return after + 2, Time("quarter", _ORDINALS[following], 0, year)
    if following in _ORDINALS and _at(words, after + 1) == "half":
        return after + 2, Time("half", _ORDINALS[following], 0, year)
    before = words[at - 1] if at else ""
    joint = after + 1 + (following == "and" and _at(words, after + 1) == "in")
    if following in ("to", "through", "and") and (last := _year(words, joint)) > year:
        if before in ("from", "between"):
            return joint + 1, Time("from_to", year, last)
        if following != "and" or last == year + 1:
            return joint + 1, Time("years", year, last)
    if following.isdigit() and len(following) == 2 and int(following) == (year + 1) % 100:
        return after + 1, Time("fiscal_span", 0, 0, year)
    return after, Time("year", 0, 0, year)


def _ordinal(words: Words, at: int) -> Found:
    """`first quarter`, `first half`, `first two months` and what year follows."""
    number, after = _ORDINALS[words[at]], at + 1
    noun = _at(words, after)
    if noun in ("calendar", "fiscal"):
        after, noun = after + 1, _at(words, after + 1)
    if noun == "semester":
        noun = "half"
    if noun in ("quarter", "half"):
        after, year, shift = _of_year(words, after + 1)
        return after, Time(noun, number, 0, year, shift)
    if number == 1 and (count := _COUNTS.get(noun)) and _at(words, after + 1) in ("months", "month", "quarters"):
        months = count * (3 if words[after + 1] == "quarters" else 1)
        after, year, shift = _of_year(words, after + 2)
        return after, Time("first_months", months, 0, year, shift)
    return None


def _last_of_year(words: Words, at: int) -> Found:
    """`last quarter of 1988`, `last three months of 2021`: counted from the end of that year."""
    if words[at] not in ("last", "final"):
        return None
    after, count = at + 1, 3
    if months := _COUNTS.get(_at(words, after)):
        after, count = after + 1, months
    if _at(words, after) not in (("months",) if months else ("quarter",)) or _at(words, after + 1) != "of":
        return None
    year = _year(words, after + 2)
    if not year:
        return None
    return after + 3, Time("quarter", 4, 0, year) if count == _QUARTER else Time("window", count, 12, year)


_QUARTER: Final = 3


def _offset(words: Words, at: int) -> Found:  # noqa: C901, PLR0911 - one rule a line, in their order
    """`last year`, `this month`, `previous quarter`, `last January`, `next two years`, `past five years`."""
    word, noun = words[at], _at(words, at + 1)
    offset = _OFFSETS.get(word, -1)
    if noun in ("fiscal", "financial") and _at(words, at + 2) == "year":
        return at + 3, Time("fiscal", offset)
    if noun == "calendar":
        noun, at = _at(words, at + 2), at + 1
    if (count := _COUNTS.get(noun)) and _at(words, at + 2) in ("years", "year"):
        return at + 3, Time("next_years" if word in ("next", "coming") else "past_years", count)
    if found := _last_of_year(words, at):
        return found
    if (count := _COUNTS.get(noun)) and _at(words, at + 2) in ("months", "quarters"):
        return at + 3, Time("past_months", count * (3 if words[at + 2] == "quarters" else 1))
    if noun == "decade":
        return at + 2, Time("past_years", 10)
    if word in ("previous", "preceding", "prior") and noun in _SPANS:
        return at + 2, Time("before", 1, 0, 0, None) if noun == "period" else Time("earlier_" + _SPANS[noun], 1)
    if noun == "year":
        if _at(words, at + 2) == "so" and _at(words, at + 3) == "far":
            return at + 4, Time("to_date", 0, 0, 0, offset)
        if _at(words, at + 2) in ("to", "through") and MONTHS.get(_at(words, at + 3)):
            return at + 4, Time("to_date", MONTHS[words[at + 3]], 0, 0, offset)
        return at + 2, Time("calendar", offset)
    if noun in ("month", "quarter"):
        return at + 2, Time("offset_" + noun, offset)
    if noun in MONTHS and word in ("last", "this", "next"):
        after, year, _ = _of_year(words, at + 2)
        return after, Time("month", MONTHS[noun], 0, year, None)
    return None


def _earlier(words: Words, at: int) -> Found:  # noqa: PLR0911 - one rule a line, in their order
    """`a year earlier`, `the month before`, `year ago period`, `year earlier`, `two years ago`, `year on year`."""
    count = 1
    if words[at] in _COUNTS and words[at] not in ("a", "the"):
        count, at = _COUNTS[words[at]], at + 1
    elif words[at] in ("a", "the"):
        at += 1
    noun = _at(words, at)
    if noun in ("financial", "calendar"):
        at, noun = at + 1, _at(words, at + 1)
    if noun not in ("year", "years", "month", "months", "quarter", "quarters"):
        return None
    if _at(words, at + 1) in _BEFORE:
        after = at + 2
        if words[at + 1] == "before" and _at(words, after) == "last":
            return after + 1, Time("calendar", -2)
        if words[at + 1] == "before" and _at(words, after) in ("the", "a", "it"):
            return None
        after += _at(words, after) in _SPANS
        return after, Time("earlier_" + _SPANS[noun], count)
    if noun == "year" and _at(words, at + 1) in ("to", "ended", "ending", "through"):
        return _window(words, at + 2, 12)
    if noun == "months" and count > 1 and _at(words, at + 1) in ("to", "ended", "ending", "through", "until"):
        return _window(words, at + 2, count)
    return None


def _window(words: Words, at: int, months: int) -> Found:
    """`(the year / twelve months) to June 1987`, `ended March 31`, `to date`."""
    if _at(words, at) == "date":
        return at + 1, Time("to_date", 0, 0, 0, 0)
    at += _at(words, at) in ("end", "in", "last")
    if not (month := MONTHS.get(_at(words, at), 0)):
        return None
    at += 1
    if _at(words, at).isdigit() and len(words[at]) < 3:
        at += 1
    after, year, shift = _of_year(words, at)
    return after, Time("window", months, month, year, shift)


def _same(words: Words, at: int) -> Found:  # noqa: PLR0911 - one rule a line, in their order
    """`same month of 1986`, `same 1986 period`, `same period last year`, `corresponding months`."""
    after = at + 1
    year = _year(words, after)
    after += bool(year)
    if _COUNTS.get(_at(words, after)) and _at(words, after + 1) in _SPANS:
        after += 1
    if _at(words, after) in _ORDINALS and _at(words, after + 1) in _SPANS:
        after += 1
    if _at(words, after) in MONTHS:
        month = MONTHS[words[after]]
        after, year, shift = _of_year(words, after + 1)
        return after, Time("month", month, 0, year, shift)
    if _SPANS.get(_at(words, after)) is None:
        return None
    after += 1
    if _at(words, after) == "period":
        after += 1
    if year:
        return after, Time("same", 0, 0, year)
    after, year, shift = _of_year(words, after)
    if not year and shift is None:
        step = after + (_at(words, after) in ("of", "in"))
        if (found := _earlier(words, step) if _at(words, step) in ("a", "the", "one", "year") else None) is not None:
            return found[0], Time("same", 0, 0, 0, -found[1].number)
        step += _at(words, step) == "the"
        if _at(words, step) in ("previous", "preceding", "prior") and _at(words, step + 1) == "year":
            return step + 2, Time("same", 0, 0, 0, -1)
        return after, Time("that", 0)
    return after, Time("same", 0, 0, year, shift)


def _fiscal(words: Words, at: int) -> Found:
    after = at + 1
    after += _at(words, after) == "year"
    if _at(words, after) == "that" and _at(words, after + 1) in ("ended", "closed"):
        after += 1
    if _at(words, after) in ("ended", "ending", "to", "closed"):
        after += _at(words, after + 1) in ("on", "in")
        found = _window(words, after + 1, 12)
        if found:
            return found
    if year := _year(words, after):
        following = _at(words, after + 1)
        if following.isdigit() and len(following) == 2 and int(following) == (year + 1) % 100:
            return after + 2, Time("fiscal_span", 0, 0, year)
        return after + 1, Time("fiscal", 0, 0, year)
    return (
        (after, Time("fiscal", 0))
        if words[at] == "fiscal" and after > at + 1 and at and words[at - 1] == "this"
        else None
    )


def _on(words: Words, at: int) -> Found:
    """`on year`, `on the month`: measured from the year or month before."""
    after = at + 1 + (_at(words, at + 1) == "the")
    noun = _ON.get(_at(words, after))
    return (after + 1, Time("earlier_" + noun, 1, 1)) if noun else None


def _year_word(words: Words, at: int) -> Found:
    """`year on year`, `year to date`, `year earlier`, `year ago`, `year end`, and the month's likes."""
    noun = words[at]
    if _at(words, at + 1) in ("on", "over") and _at(words, at + 2) == noun:
        return at + 3, Time("earlier_" + noun, 1, 1)
    if noun == "year" and _at(words, at + 1) == "to" and _at(words, at + 2) == "date":
        return at + 3, Time("to_date", 0, 0, 0, 0)
    if noun == "year" and _at(words, at + 1) == "end":
        return at + 2, Time("calendar", 0)
    return _earlier(words, at)


def _the(words: Words, at: int) -> Found:  # noqa: PLR0911 - one rule a line, in their order
    """`the month`, `the year` (the one spoken of), `the year 1986`, `the full year`, `the month before`."""
    noun = _at(words, at + 1)
    if noun in _FULL and _at(words, at + 2) == "year":
        if year := _year(words, at + 3):
            return at + 4, Time("year", 0, 0, year)
        return at + 3, Time("that_year")
    if noun == "year" and (year := _year(words, at + 2)):
        return at + 3, Time("year", 0, 0, year)
    if noun == "calendar" and _at(words, at + 2) == "year" and (year := _year(words, at + 3)):
        return at + 4, Time("year", 0, 0, year)
    if found := _earlier(words, at):
        return found
    if noun == "half" and _at(words, at + 2) == "year":
        return at + 3, Time("half", 1)
    if noun in ("year", "month", "quarter", "period") and _at(words, at + 2) != "of":
        if noun == "year" and _at(words, at + 2) == "as":
            return at + 2, Time("that_year")
        return at + 2, Time("that_year") if noun == "year" else Time("that", int(noun == "month"))
    return None


def _that(words: Words, at: int) -> Found:
    noun = _at(words, at + 1)
    if noun in ("year", "month", "quarter", "period"):
        return at + 2, Time("that_year") if noun == "year" else Time("that", int(noun == "month"))
    return None


def _so_far(words: Words, at: int) -> Found:
    if _at(words, at + 1) == "far" and _at(words, at + 2) in ("this", "in"):
        if _at(words, at + 3) == "year":
            return at + 4, Time("to_date", 0, 0, 0, 0)
        if year := _year(words, at + 3):
            return at + 4, Time("to_date", 0, 0, year)
    return None


def _through(words: Words, at: int) -> Found:
    month = MONTHS.get(_at(words, at + 1), 0)
    if not month:
        return None
    after, year, shift = _of_year(words, at + 2)
    return after, Time("to_date", month, 0, year, shift)


def _part(words: Words, at: int) -> Found:
    """`early 1987`, `mid-1984`, `end-1986`, `end of 1986`, `calendar 1987`, `full year 1986`, `all of 1986`."""
    after = at + 1
    if at and words[at - 1] in ("last", "first", "next", "previous"):
        return None
    after += _at(words, after) == "year"
    after += _at(words, after) == "of"
    after += _at(words, after) == "calendar"
    if year := _year(words, after):
        return after + 1, Time("year", 0, 0, year)
    if words[at] in _FULL and _at(words, at + 1) == "year":
        return at + 2, Time("that_year")
    offset = _OFFSETS.get(_at(words, after))
    if offset is not None and _at(words, after + 1) == "year":
        return after + 2, Time("calendar", offset)
    if (
        words[at] in ("end", "all")
        and _at(words, after) == "the"
        and _at(words, after + 1) in ("year", "century", "decade")
    ):
        return after + 2, Time("that_year" if words[at] == "all" else "calendar", 0)
    return None


def _now(words: Words, at: int) -> Found:
    if words[at] == "at":
        return (at + 2, Time("current")) if _at(words, at + 1) == "present" else None
    return at + 1, Time("current")


def _q(words: Words, at: int) -> Found:
    after, year, shift = _of_year(words, at + 1)
    return after, Time("quarter", int(words[at].strip("q")), 0, year, shift)


def _count(words: Words, at: int) -> Found:
    """`five years` (in, over, within), `two years ago`, `12 months to June`, `eleven months`."""
    if found := _earlier(words, at):
        return found
    noun = _at(words, at + 1)
    if at and words[at - 1] in ("in", "within", "over") and noun in ("years", "year"):
        return at + 2, Time("past_years", _COUNTS[words[at]])
    if at and words[at - 1] in ("the", "those", "these", "same") and noun == "months":
        return at + 2, Time("the_months", _COUNTS[words[at]])
    if noun == "years" and _at(words, at + 2) == "since":
        return at + 2, Time("years_since", _COUNTS[words[at]])
    return None


_GRAMMAR: Final[dict[str, Callable[[Words, int], Found]]] = (
    dict[str, Callable[[Words, int], Found]]()
    | dict.fromkeys(_COUNTS, _count)
    | dict.fromkeys(MONTHS, _month)
    | dict.fromkeys(_ORDINALS, _ordinal)
    | dict.fromkeys((*_OFFSETS, "past", "latest"), _offset)
    | dict.fromkeys(("a", "one"), _earlier)
    | dict.fromkeys(("year", "month", "quarter"), _year_word)
    | dict.fromkeys(("same", "corresponding", "comparable", "equivalent", "like"), _same)
    | dict.fromkeys(("fiscal", "fy", "financial"), _fiscal)
    | dict.fromkeys(("early", "late", "mid", "end", "full", "whole", "entire", "calendar", "all", "beginning"), _part)
    | dict.fromkeys(("now", "currently", "presently", "nowadays", "at"), _now)
    | dict.fromkeys(("q1", "q2", "q3", "q4", "1q", "2q", "3q", "4q"), _q)
    | {"the": _the, "that": _that, "so": _so_far, "thus": _so_far, "through": _through, "on": _on}
)


def read_time(words: Words, at: int) -> Found:
    """The time expression that begins at token `at`: (position after it, Time), or None.

    `words` are lower-case tokens (`lexicon.TOKEN`); months must have been checked for their capital by the caller.
    """
    grammar = _GRAMMAR.get(words[at])
    if grammar is not None:
        return grammar(words, at)
    return _plain_year(words, at) if _year(words, at) else None


def may_begin(word: str) -> bool:
    """Whether a time expression may begin with `word`: a quick refusal for the scan."""
    return word in _GRAMMAR or (len(word) == 4 and word[:2] in ("19", "20") and word.isdigit())


STARTS: Final = frozenset(_GRAMMAR)


# --- resolving -----------------------------------------------------------------------------------------------------

FISCAL_STARTS: Final = {
    "US": (-1, 10),
    "JP": (0, 4),
    "IN": (0, 4),
    "GB": (0, 4),
    "AU": (-1, 7),
    "PK": (-1, 7),
    "BD": (-1, 7),
}
"""First month of the fiscal year that a government calls Y, and the year's offset: U.S. fiscal 2017 is October 2016 to
September 2017, Japan's fiscal 2017 is April 2017 to March 2018. Other countries: the calendar year."""


def _months_span(first_year: int, first: int, count: int) -> str:
    index = first_year * 12 + first - 1
    last = index + count - 1
    low, high = (f"{i // 12:04d}-{i % 12 + 1:02d}" for i in (index, last))
    return low if count == 1 else f"{low}..{high}"


def _latest_month(known_on: date) -> tuple[int, int]:
    """The latest month whose trade data were out on `known_on`."""
    day = known_on - timedelta(days=periods.RELEASE_LAG_DAYS)
    index = day.year * 12 + day.month - 2 + ((day + timedelta(days=1)).day == 1)
    return index // 12, index % 12 + 1


def _recent(month: int, on: date, future: bool) -> int:
    """The year of a month named without one: the most recent past, or the next to come for a forecast."""
    if future:
        return on.year + (month < on.month)
    return on.year - (month > on.month)


def shift_period(period: str, unit: str, count: int) -> str | None:
    """`period` moved back by `count` years, or by `count` of its own length (`period`), months or quarters."""
    result: str | None = period
    for _ in range(count):
        if result is None:
            return None
        result = periods.year_before(result) if unit == "year" else _previous(result, unit)
    return result


def _previous(period: str, unit: str) -> str | None:
    if ".." not in period:
        if unit == "month" and periods.frequency(period) != "M":
            return None
        return periods.previous(period)
    first, _, last = period.partition("..")
    if len(first) == 4:
        return f"{int(first) - 1}..{int(last) - 1}" if last.isdigit() else None
    months = periods.months(period)
    if not months:
        return None
    year, month = int(months[0][:4]), int(months[0][5:7])
    index = year * 12 + month - 1 - len(months)
    return _months_span(index // 12, index % 12 + 1, len(months))


class Clock(NamedTuple):
    """What a time is resolved against: the publication date, and whose fiscal year is meant."""

    published_on: date
    reporter: str | None
    anchor: str | None
    """The period that the sentence is about: `a year earlier` is measured from it."""
    future: bool
    """The figure is a forecast or target: `in June` is the next June."""
    base: bool
    """The time is what a comparison is measured from: it lies before the anchor."""


@lru_cache(maxsize=65_536)
def resolve(time: Time, clock: Clock) -> str | None:
    """The period that `time` names, or None where that cannot be told."""
    resolver = _RESOLVERS.get(time.kind)
    return resolver(time, clock) if resolver else None


def _base_year(time: Time, clock: Clock) -> int | None:
    """The year that the expression itself gives: printed, or `last year`."""
    if time.year:
        return time.year
    if time.shift is not None:
        return clock.published_on.year + time.shift
    return None


def _anchored(month: int, clock: Clock) -> int:
    """The year of a bare month: the latest before the anchor in a comparison, else the most recent."""
    span = periods.bounds(clock.anchor) if clock.base and clock.anchor else None
    if span is not None:
        return span[1].year - (month >= span[1].month)
    return _recent(month, clock.published_on, clock.future)


def _r_month(time: Time, clock: Clock) -> str:
    year = _base_year(time, clock)
    return f"{_anchored(time.number, clock) if year is None else year:04d}-{time.number:02d}"


def _r_months(time: Time, clock: Clock) -> str:
    count = (time.last - time.number) % 12 + 1
    year = _base_year(time, clock)
    if year is None:
        year = _recent(time.last, clock.published_on, clock.future)
        if clock.base and clock.anchor and (span := periods.bounds(clock.anchor)):
            year = span[1].year - (time.last >= span[1].month)
        year -= time.last < time.number
    return _months_span(year, time.number, count)


def _r_quarter(time: Time, clock: Clock) -> str:
    year = _base_year(time, clock)
    if year is None:
        year = _anchored(3 * time.number, clock)
        if not clock.base and 3 * time.number - 2 <= clock.published_on.month <= 3 * time.number:
            year = clock.published_on.year
    return f"{year:04d}-Q{time.number}"


def _r_half(time: Time, clock: Clock) -> str:
    year = _base_year(time, clock)
    if year is None:
        year = _anchored(6 * time.number, clock)
    return _months_span(year, 6 * time.number - 5, 6)


def _r_first_months(time: Time, clock: Clock) -> str:
    year = _base_year(time, clock)
    if year is None:
        year = _anchored(time.number, clock) if time.number <= 12 else clock.published_on.year
    return _months_span(year, 1, time.number)


def _r_day(time: Time, clock: Clock) -> str | None:
    year = time.year or _recent(time.number, clock.published_on, clock.future)
    try:
        return date(year, time.number, time.last).isoformat()
    except ValueError:
        return None


def _r_year(time: Time, _: Clock) -> str:
    return f"{time.year:04d}"


def _r_years(time: Time, _: Clock) -> str:
    return f"{time.number:04d}..{time.last:04d}"


def _r_from_to(time: Time, clock: Clock) -> str:
    return f"{time.number if clock.base else time.last:04d}"


def _r_calendar(time: Time, clock: Clock) -> str:
    return f"{clock.published_on.year + time.number:04d}"


def _r_window(time: Time, clock: Clock) -> str:
    year = _base_year(time, clock)
    if year is None:
        year = _recent(time.last, clock.published_on, clock.future)
    index = year * 12 + time.last - time.number
    return _months_span(index // 12, index % 12 + 1, time.number)


def _r_the_months(time: Time, clock: Clock) -> str:
    """`the four months`: the span of that length that was spoken of, else the first months of the year."""
    if clock.anchor and len(periods.months(clock.anchor) or ()) == time.number:
        return clock.anchor
    return _months_span(_recent(time.number % 12 or 12, clock.published_on, False), 1, min(time.number, 12))


def _r_to_date(time: Time, clock: Clock) -> str:
    year, month = _latest_month(clock.published_on)
    asked = _base_year(time, clock)
    if time.number:
        return _months_span(_recent(time.number, clock.published_on, False) if asked is None else asked, 1, time.number)
    if clock.anchor and periods.frequency(clock.anchor) == "M":
        year, month = int(clock.anchor[:4]), int(clock.anchor[5:7])
    if asked is not None and asked != year:
        year, month = asked, 12 if asked < year else 1
    return _months_span(year, 1, month)


def _r_offset_month(time: Time, clock: Clock) -> str:
    index = clock.published_on.year * 12 + clock.published_on.month - 1 + time.number
    return _months_span(index // 12, index % 12 + 1, 1)


def _r_offset_quarter(time: Time, clock: Clock) -> str:
    index = clock.published_on.year * 4 + (clock.published_on.month - 1) // 3 + time.number
    return f"{index // 4:04d}-Q{index % 4 + 1}"


def fiscal_year(year: int, reporter: str | None) -> str:
    """The fiscal year that `reporter` calls `year`, as months; the calendar year where none is known."""
    offset, month = FISCAL_STARTS.get(reporter or "", (0, 1))
    return f"{year:04d}" if month == 1 else _months_span(year + offset, month, 12)


def _r_fiscal(time: Time, clock: Clock) -> str:
    if time.year:
        return fiscal_year(time.year, clock.reporter)
    offset, month = FISCAL_STARTS.get(clock.reporter or "", (0, 1))
    running = clock.published_on.year - offset - (clock.published_on.month < month)
    return fiscal_year(running + time.number, clock.reporter)


def _r_fiscal_span(time: Time, clock: Clock) -> str:
    month = FISCAL_STARTS.get(clock.reporter or "", (0, 4))[1]
    return _months_span(time.year, 4 if month == 1 else month, 12)


def _r_earlier_year(time: Time, clock: Clock) -> str | None:
    if clock.anchor:
        return shift_period(clock.anchor, "year", time.number)
    return f"{clock.published_on.year - time.number:04d}"


def _r_earlier(time: Time, clock: Clock) -> str | None:
    unit = time.kind.removeprefix("earlier_")
    return shift_period(clock.anchor, unit, time.number) if clock.anchor else None


def _r_same(time: Time, clock: Clock) -> str | None:
    if not clock.anchor:
        return None
    if time.year:
        low = periods.bounds(clock.anchor)
        return shift_period(clock.anchor, "year", max(low[1].year - time.year, 0)) if low else None
    year = clock.published_on.year + (time.shift or 0)
    low = periods.bounds(clock.anchor)
    back = low[1].year - year if low else 0
    return shift_period(clock.anchor, "year", max(back, 1))


def _r_that(time: Time, clock: Clock) -> str | None:
    """The period spoken of; `the month` after one of several months is its last."""
    months = periods.months(clock.anchor) if clock.anchor and time.number == 1 else None
    return months[-1] if months and len(months) < _YEAR_MONTHS else clock.anchor


_YEAR_MONTHS: Final = 12


def _r_that_year(_: Time, clock: Clock) -> str | None:
    if clock.future:
        return f"{periods.latest_full_year(clock.published_on) + 1:04d}"
    span = periods.bounds(clock.anchor) if clock.anchor else None
    return f"{span[1].year:04d}" if span else None


def _r_current(_: Time, clock: Clock) -> str:
    return f"{periods.latest_full_year(clock.published_on):04d}"


def _r_next_years(time: Time, clock: Clock) -> str:
    first = periods.latest_full_year(clock.published_on) + 1
    return f"{first:04d}..{first + time.number - 1:04d}"


_RESOLVERS: Final[dict[str, Callable[[Time, Clock], str | None]]] = {
    "month": _r_month,
    "months": _r_months,
    "quarter": _r_quarter,
    "half": _r_half,
    "first_months": _r_first_months,
    "day": _r_day,
    "year": _r_year,
    "years": _r_years,
    "from_to": _r_from_to,
    "calendar": _r_calendar,
    "window": _r_window,
    "the_months": _r_the_months,
    "to_date": _r_to_date,
    "offset_month": _r_offset_month,
    "offset_quarter": _r_offset_quarter,
    "fiscal": _r_fiscal,
    "fiscal_span": _r_fiscal_span,
    "earlier_year": _r_earlier_year,
    "earlier_month": _r_earlier,
    "earlier_quarter": _r_earlier,
    "earlier_half": _r_earlier,
    "earlier_period": _r_earlier,
    "earlier_level": _r_earlier,
    "before": _r_earlier,
    "same": _r_same,
    "that": _r_that,
    "that_year": _r_that_year,
    "current": _r_current,
    "next_years": _r_next_years,
}
