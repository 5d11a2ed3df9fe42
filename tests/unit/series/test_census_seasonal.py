"""The Census workbook of seasonally adjusted trade by country: dollars, exports first, months alone."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.loopback.workbooks import MONTHS, Cell, workbook
from transforms.series import census_seasonal
from transforms.series.identity import SeriesError
from transforms.series.reading import Document, Reading

HEADER: list[Cell] = ["year", "cty_code", "cty_desc", *(f"{flow}{month}" for flow in "EI" for month in MONTHS)]


def row(code: Cell, year: Cell, exports: float, last: int = 12) -> list[Cell]:
    values = [*([exports] * last + [0] * (12 - last)), *([2 * exports] * last + [0] * (12 - last))]
    return [year, code, "SOMEBODY", *values]


def good() -> list[list[Cell]]:
    return [
        HEADER,
        row("5800", "2017", 4_000_000_123),
        row("5800", "2018", 4_100_000_000, 8),
        row("1220", "2018", 9e9, 8),
    ]


def read(rows: list[list[Cell]]) -> Reading:
    data = workbook(Sheet1=rows)
    return census_seasonal.read(Document("cc" * 32, data, "https://x/y", "a", datetime(2018, 10, 6, tzinfo=UTC)))


def test_dollars_stay_dollars_and_flows_their_own() -> None:
    rows = read(good()).observations
    found = dict(rows.filter(partner="KR", period="2017-03").select("series_id", "value_usd").rows())
    assert found == {"5800/exports/goods/sa/M": 4_000_000_123, "5800/imports/goods/sa/M": 8_000_000_246}
    assert set(rows["source"]) == {"census_seasonal"}
    assert set(rows["frequency"]) == {"M"}


def test_months_to_come_are_left_out() -> None:
    assert read(good()).observations["period"].max() == "2018-08"


def test_numbers_as_labels_and_annual_columns_are_taken_as_they_come() -> None:
    rows = [[*HEADER, "EYR"], [*row(5800, 2017, 5e9), 6e10]]
    assert read(rows).observations.height == 24


def changed(at: int, to: int, value: Cell) -> list[list[Cell]]:
    rows = good()
    rows[at] = [*rows[at][:to], value, *rows[at][to + 1 :]]
    return rows


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: good()[1:], "has no header row that begins with year"),
        (lambda: changed(0, 3, "XJAN"), "has no EJAN: the form has changed"),
        (lambda: [[*line, "note"] for line in good()], "has an unknown 'NOTE'"),
        (lambda: changed(1, 5, "(S)"), r"5800 2017 EMAR: '\(S\)' where a number should be"),
        (lambda: changed(1, 0, "total"), "a row of 5800 has the year 'total'"),
        (lambda: changed(1, 1, "9999"), r"partner\(s\) '9999'"),
        (lambda: [HEADER, row("5800", "2017", 0)], "holds no value above zero"),
        (lambda: [*good(), good()[1]], "two values for 5800/exports/goods/sa/M"),
        (lambda: [HEADER, row("5800", "2018", 5e9, 10)], "holds 2018-10, which had not ended"),
    ],
)
def test_workbook_that_is_not_as_expected_is_refused(make: Callable[[], list[list[Cell]]], told: str) -> None:
    with pytest.raises(SeriesError, match=told):
        read(make())
