"""Periods as text, and when official data on them appear."""

from datetime import date

import pytest

from transforms import periods


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2016", date(2016, 1, 1), date(2016, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        ("1986-Q4", date(1986, 10, 1), date(1986, 12, 31)),
        ("1987-01..1987-02", date(1987, 1, 1), date(1987, 2, 28)),
        ("2012-03-15..2017", date(2012, 3, 15), date(2017, 12, 31)),
        ("2010-12-31", date(2010, 12, 31), date(2010, 12, 31)),
    ],
)
def test_bounds_include_both_ends(period: str, first: date, last: date) -> None:
    assert periods.bounds(period) == (first, last)


@pytest.mark.parametrize("period", ["current", "unknown", "", "2016-13", "2016-Q5", "2017..2016", "2016-02-30", "16"])
def test_what_is_no_period_has_no_bounds(period: str) -> None:
    assert periods.bounds(period) is None
    assert periods.months(period) == []
    assert periods.released_on(period) is None


def test_months_of_whole_months_only() -> None:
    assert periods.months("1986-Q4") == ["1986-10", "1986-11", "1986-12"]
    assert periods.months("2016-11..2017-02") == ["2016-11", "2016-12", "2017-01", "2017-02"]
    assert len(periods.months("2016")) == 12
    assert periods.months("2016-03-15..2016-12") == []


@pytest.mark.parametrize(
    ("period", "before", "year_before"),
    [
        ("2016", "2015", "2015"),
        ("2016-01", "2015-12", "2015-01"),
        ("2016-Q1", "2015-Q4", "2015-Q1"),
        ("1987-01..1987-02", None, "1986-01..1986-02"),
        ("current", None, None),
    ],
)
def test_the_period_before_and_the_same_a_year_before(period: str, before: str | None, year_before: str | None) -> None:
    assert periods.previous(period) == before
    assert periods.year_before(period) == year_before


@pytest.mark.parametrize(
    ("known_on", "year"),
    [(date(2018, 1, 5), 2016), (date(2018, 2, 3), 2016), (date(2018, 2, 4), 2017), (date(2018, 12, 31), 2017)],
)
def test_a_full_year_is_out_in_early_february(known_on: date, year: int) -> None:
    assert periods.latest_full_year(known_on) == year
