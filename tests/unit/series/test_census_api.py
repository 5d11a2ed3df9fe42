"""The Census International Trade API: rows as it sends them, and what is refused."""

import json
from datetime import UTC, datetime

import pytest

from transforms.series import census_api
from transforms.series.identity import SeriesError
from transforms.series.reading import Document, Reading

HEADER = ["CTY_CODE", "CTY_NAME", "ALL_VAL_MO", "E_COMMODITY", "COMM_LVL", "time", "CTY_CODE"]


def read(rows: object) -> Reading:
    data = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    return census_api.read(Document("ef" * 32, data, "https://x/y", "a.json", datetime(2018, 3, 8, tzinfo=UTC)))


def row(code: str, value: str | None, month: str = "2017-01", product: str = "87") -> list[str | None]:
    return [code, "SOMEBODY", value, product, "HS2", month, code]


def test_countries_are_kept_and_world_and_groups_left_out() -> None:
    reading = read([HEADER, *(row(code, "184466744073") for code in ("-", "5800", "0003", "5XXX", "1220"))])
    rows = reading.observations
    assert set(rows["partner"]) == {"KR", "CA"}
    assert set(rows["value_usd"]) == {184_466_744_073.0}
    korea = rows.filter(partner="KR").row(0, named=True)
    assert korea["series_id"] == "5800/exports/hs87/nsa/M"
    assert (korea["scope"], korea["valuation"], korea["basis"]) == ("product:hs87", "fas", "census")


def test_year_of_twelve_months_is_added_up_and_no_other() -> None:
    reading = read([HEADER, *(row("5800", "10", f"2017-{month:02d}") for month in range(1, 13)), row("1220", "5")])
    years = reading.observations.filter(frequency="A")
    # a month without a row is a month without trade, once the months are there for somebody
    assert sorted(years.select("partner", "period", "value_usd").rows()) == [("CA", "2017", 5.0), ("KR", "2017", 120.0)]
    part = read([HEADER, *(row("5800", "10", f"2017-{month:02d}") for month in range(1, 12))])
    assert part.observations.filter(frequency="A").is_empty()


def test_general_imports_and_those_for_consumption_are_two_series() -> None:
    header = ["CTY_CODE", "GEN_VAL_MO", "CON_VAL_MO", "I_ENDUSE", "time"]
    reading = read([header, ["5800", "7", "5", "3", "2017-01"]])
    found = dict(reading.observations.select("series_id", "value_usd").rows())
    assert found == {"5800/imports/enduse3/nsa/M": 7.0, "5800/imports/enduse3/nsa/M/consumption": 5.0}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (b"[[", "is no array of rows"),
        ({"a": 1}, "has the columns|is no array of rows"),
        ([], "is no array of rows"),
        ([HEADER, ["5800"]], "has rows of other lengths than its header"),
        ([["CTY_CODE", "X"], ["5800", "1"]], "has the columns CTY_CODE, X: CTY_CODE, time, a code and a value"),
        ([HEADER, row("5800", "(D)")], r"5800 2017-01: ALL_VAL_MO is '\(D\)', no whole number of dollars"),
        ([HEADER, row("5800", None)], "5800 2017-01: ALL_VAL_MO is None"),
        ([HEADER, row("5800", "1", "2017")], "5800 2017: ALL_VAL_MO is '1'"),
        ([HEADER, row("9876", "1")], r"partner\(s\) '9876' that transforms/series/partner_codes.csv does not have"),
        ([HEADER, row("5800", "1", product="01")], r"no product that transforms/series/products.csv lists \(E_COMM"),
        ([HEADER, row("5800", "1"), row("5800", "2")], "two values for 5800/exports/hs87/nsa/M in 2017-01"),
        ([HEADER], "holds no values"),
    ],
)
def test_what_is_not_as_expected_is_refused(rows: object, told: str) -> None:
    with pytest.raises(SeriesError, match=told):
        read(rows)


def test_products_are_configured_once_each() -> None:
    table = census_api.products()
    assert table["product"].is_unique().all()
    assert table["name"].null_count() == 0
    wanted = {("hs", "87"), ("enduse", "3")}
    assert wanted <= set(table.select("classification", "code").rows())
