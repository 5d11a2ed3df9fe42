"""Periods as text: `2016`, `2016-03`, `2016-Q1`, `2016-01..2016-08`, and when official data on them appear.

What belongs here: arithmetic on periods and the release habit of the U.S. monthly trade release. What does not:
reading periods from prose (`transforms.figures`) and choosing vintages (`transforms.checks`).
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_YEAR: Final = re.compile(r"(\d{4})")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_QUARTER: Final = re.compile(r"(\d{4})-Q([1-4])")
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")

RELEASE_LAG_DAYS: Final = 35
"""Days from the end of a month to the U.S. monthly trade release (FT-900): "about 35 days after month end, normally
first week". So a full year is out about 5 February of the next year."""


@lru_cache(maxsize=65_536)
def bounds(period: str) -> tuple[date, date] | None:
    """First and last day of `period`, both included; None for `current`, `unknown` or anything that is no period."""
    if ".." in period:
        first, _, last = period.partition("..")
        low, high = bounds(first), bounds(last)
        return (low[0], high[1]) if low and high and low[0] <= high[1] else None
    try:
        return _simple_bounds(period)
    except ValueError:  # a month 13, a day 31 February
        return None


def _simple_bounds(period: str) -> tuple[date, date] | None:
    if match := _YEAR.fullmatch(period):
        year = int(match[1])
        return date(year, 1, 1), date(year, 12, 31)
    if match := _MONTH.fullmatch(period):
        return _months(int(match[1]), int(match[2]), 1)
    if match := _QUARTER.fullmatch(period):
        return _months(int(match[1]), 3 * int(match[2]) - 2, 3)
    if match := _DAY.fullmatch(period):
        day = date(int(match[1]), int(match[2]), int(match[3]))
        return day, day
    return None


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    last = month + count - 1
    return date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1])


def months(period: str) -> list[str]:
    """The months of `period` as `YYYY-MM`; empty where it does not consist of whole months."""
    span = bounds(period)
    if span is None or span[0].day != 1 or (span[1] + timedelta(days=1)).day != 1:
        return []
    first, last = (day.year * 12 + day.month - 1 for day in span)
    return [f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(first, last + 1)]


def frequency(period: str) -> str | None:
    """`A`, `Q` or `M` of a simple period; None for a span, a day, `current` or `unknown`."""
    for pattern, name in ((_YEAR, "A"), (_QUARTER, "Q"), (_MONTH, "M")):
        if pattern.fullmatch(period):
            return name
    return None


def previous(period: str) -> str | None:
    """The period of the same length just before: the year, quarter or month before; None where there is none."""
    kind, span = frequency(period), bounds(period)
    if kind is None or span is None:
        return None
    day = span[0] - timedelta(days=1)
    if kind == "A":
        return f"{day.year:04d}"
    return f"{day.year:04d}-{day.month:02d}" if kind == "M" else f"{day.year:04d}-Q{(day.month + 2) // 3}"


def year_before(period: str) -> str | None:
    """The same period one year earlier: `2017-01` → `2016-01`, `2017-01..2017-02` → `2016-01..2016-02`."""
    if ".." in period:
        ends = [year_before(part) for part in period.split("..")]
        return f"{ends[0]}..{ends[1]}" if len(ends) == 2 and all(ends) else None
    if bounds(period) is None:
        return None
    return f"{int(period[:4]) - 1:04d}{period[4:]}"


def released_on(period: str) -> date | None:
    """About the day on which U.S. goods data on the whole of `period` first appeared; None where it is no period."""
    span = bounds(period)
    return span[1] + timedelta(days=RELEASE_LAG_DAYS) if span else None


def latest_full_year(known_on: date) -> int:
    """The latest calendar year whose data were out on `known_on`: 2016 on 5 January 2018, 2017 on 6 February 2018."""
    year = known_on.year - 1
    released = released_on(f"{year:04d}")
    return year if released is not None and released <= known_on else year - 1
