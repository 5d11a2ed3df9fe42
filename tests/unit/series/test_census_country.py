"""The Census country workbook, laid out as the Census Bureau lays it out: what is read, and what is refused and why."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl
import pytest

from tests.loopback.workbooks import MONTHS, country_workbook, workbook
from transforms.series import census_country
from transforms.series.identity import SeriesError
from transforms.series.reading import Document, Reading

FETCHED = datetime(2018, 10, 18, 15, tzinfo=UTC)
NAMES = {"0015": "World, Not Seasonally Adjusted", "0004": "World, Seasonally Adjusted", "5800": "Korea, South"}
NAMES |= {"0005": "NAFTA with Mexico (Consump)", "8220": "Unidentified Countries"}


def sheet(last_month: int = 8) -> pl.DataFrame:
    """2017 whole and 2018 to `last_month`, dollars that tell code, flow and month; nobody traded with 8220 in 2018."""
    rows = [
        {"code": code, "name": name, "flow": flow, "year": year, "month": month, "usd": usd}
        for at, (code, name) in enumerate(NAMES.items(), 1)
        for flow, usd_of_flow in (("exports", 3_000_000_000), ("imports", 5_000_000_000))
        for year, last in ((2017, 12), (2018, last_month))
        for month in range(1, last + 1)
        for usd in [0 if (code, year) == ("8220", 2018) else usd_of_flow + at * 1_000_000 + month + (year - 2017) * 100]
    ]
    months = pl.DataFrame(rows).with_columns(pl.col("usd").cast(pl.Float64))
    years = pl.DataFrame(schema={"code": pl.String, "flow": pl.String, "year": pl.Int64, "usd": pl.Float64})
    return country_workbook(months, years)


def document(data: bytes, last_modified: str | None = None, fetched_at: datetime = FETCHED) -> Document:
    return Document("ab" * 32, data, "https://example.org/country.xlsx", "country.xlsx", fetched_at, last_modified)


def read(frame: pl.DataFrame, **changes: object) -> Reading:
    return census_country.read(document(workbook(country=frame), **changes))  # type: ignore[arg-type]


def value(reading: Reading, series: str, period: str) -> float:
    return reading.observations.filter(series_id=series, period=period)["value_usd"].item()


# --- what is read --------------------------------------------------------------------------------------------------


def test_dollars_months_and_flows_are_not_mixed_up() -> None:
    reading = read(sheet())
    assert value(reading, "5800/exports/goods/nsa/M", "2018-08") == 3_003_000_108
    assert value(reading, "5800/imports/goods/nsa/M", "2017-01") == 5_003_000_001
    assert value(reading, "5800/exports/goods/nsa/A", "2017") == 12 * 3_003_000_000 + sum(range(1, 13))
    row = reading.observations.filter(series_id="5800/imports/goods/nsa/M", period="2018-08").row(0, named=True)
    assert row["partner"] == "KR"
    assert (row["basis"], row["valuation"], row["adjustment"]) == ("census", "general_customs", "nsa")
    assert row["period_start"] == date(2018, 8, 1)
    assert row["document_id"] == "ab" * 32


def test_unpublished_months_are_left_out_and_real_zeros_stay() -> None:
    reading = read(sheet())
    assert reading.observations["period"].max() == "2018-08"
    assert value(reading, "8220/exports/goods/nsa/M", "2018-08") == 0.0


def test_year_to_date_is_no_year() -> None:
    assert set(read(sheet()).observations.filter(frequency="A")["period"]) == {"2017"}
    whole = read(sheet(12), fetched_at=datetime(2019, 3, 7, tzinfo=UTC))
    assert set(whole.observations.filter(frequency="A")["period"]) == {"2017", "2018"}


def test_seasonally_adjusted_world_has_months_and_no_years() -> None:
    adjusted = read(sheet()).observations.filter(pl.col("series_id").str.starts_with("0004"))
    assert set(adjusted["adjustment"]) == {"sa"}
    assert set(adjusted["frequency"]) == {"M"}


def test_entries_under_an_agreement_are_imports_for_consumption_of_their_own_partner() -> None:
    rows = read(sheet()).observations.filter(pl.col("series_id").str.starts_with("0005/imports"))
    assert set(rows["valuation"]) == {"consumption_customs"}
    assert set(rows["partner"]) == {"NAFTA entries from MX"}
    assert all(name.endswith("/consumption") for name in rows["series_id"])


def test_printed_year_stands_where_it_is_not_the_sum_of_its_months() -> None:
    korea = (pl.col("CTY_CODE") == "5800") & (pl.col("year") == "2017")
    frame = sheet().with_columns(EYR=pl.when(korea).then(36_099.0).otherwise("EYR"))
    assert value(read(frame), "5800/exports/goods/nsa/A", "2017") == 36_099_000_000


def test_binary_dust_of_the_source_is_rounded_to_dollars() -> None:
    frame = sheet().with_columns(IJAN=pl.lit(3861.7000000000003))
    assert value(read(frame), "5800/imports/goods/nsa/M", "2018-01") == 3_861_700_000


def test_rows_without_year_that_hold_only_zeros_are_no_rows() -> None:
    values = [name for name in sheet().columns if name not in ("year", "CTY_CODE", "CTYNAME")]
    placeholder = (
        sheet().head(1).with_columns(pl.lit(None, pl.String).alias("year"), *(pl.lit(0.0).alias(v) for v in values))
    )
    assert read(pl.concat([sheet(), placeholder])).observations.height == read(sheet()).observations.height


# --- when it was known ---------------------------------------------------------------------------------------------


def test_vintage_is_dated_by_the_files_own_stamp() -> None:
    reading = read(sheet(), last_modified="Fri, 05 Oct 2018 12:31:00 GMT")
    (row,) = reading.vintages.rows(named=True)
    assert (row["vintage"], row["released_on"], row["last_period"]) == ("2018-10-05", date(2018, 10, 5), "2018-08")
    assert row["released_on_bound"] == "not later than"
    assert "Last-Modified of the file: 2018-10-05 12:31 UTC" in row["how_dated"]
    assert set(reading.observations["vintage"]) == {"2018-10-05"}


def test_evening_in_washington_is_still_that_day() -> None:
    assert read(sheet(), last_modified="Sat, 06 Oct 2018 02:00:00 GMT").vintages["vintage"].item() == "2018-10-05"


@pytest.mark.parametrize("stamp", [None, "", "yesterday", "Fri, 05 Oct 2029 12:31:00 GMT"])
def test_without_a_usable_stamp_the_day_of_fetching_bounds_it(stamp: str | None) -> None:
    (row,) = read(sheet(), last_modified=stamp).vintages.rows(named=True)
    assert (row["vintage"], row["released_on_bound"]) == ("2018-10-18", "not later than")
    assert row["how_dated"].startswith("fetched on 2018-10-18")


def test_stamp_on_the_day_of_the_calendar_is_exact() -> None:
    later = sheet().with_columns((pl.col("year").cast(pl.Int32) + 8).cast(pl.String))
    reading = read(later, last_modified="Tue, 06 Oct 2026 12:30:00 GMT", fetched_at=datetime(2026, 10, 7, tzinfo=UTC))
    (row,) = reading.vintages.rows(named=True)
    assert (row["vintage"], row["released_on_bound"], row["last_period"]) == ("2026-10-06", "exact", "2026-08")


# --- what is refused -----------------------------------------------------------------------------------------------


def text_in(frame: pl.DataFrame, name: str, text: str) -> bytes:
    rows: list[list[object]] = [frame.columns, *(list(row) for row in frame.rows())]
    rows[4][frame.columns.index(name)] = text
    return workbook(country=rows)


def without_row(code: str) -> pl.DataFrame:
    return sheet().filter(pl.col("CTY_CODE") != code)


def nothing_for_korea(name: str) -> pl.Expr:
    return pl.when(pl.col("CTY_CODE") == "5800").then(None).otherwise(pl.col(name)).alias(name)


EMPTY_MONTHS = [pl.lit(0.0).alias(f"{flow}{month}") for flow in "IE" for month in MONTHS]

FAULTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "page of HTML": (lambda: b"<html>", "is no readable workbook"),
    "torn": (lambda: workbook(country=sheet())[:-200], "is no readable workbook"),
    "flipped bit": (lambda: flipped(workbook(country=sheet())), "damaged workbook|no readable workbook"),
    "zip of something else": (lambda: zipped({"a.txt": b"x"}), "is no readable workbook"),
    "bomb": (lambda: zipped({f"{n}.xml": bytes(150_000_000) for n in range(5)}), "unpacks to 750 MB"),
    "other sheet": (lambda: workbook(Sheet1=sheet()), "has no sheet 'country', only 'Sheet1'"),
    "column gone": (lambda: workbook(country=sheet().drop("EYR")), "has 28 columns instead of 29; no EYR"),
    "column renamed": (
        lambda: workbook(country=sheet().rename({"IJAN": "GJAN"})),
        "has no IJAN; an unknown 'GJAN': the form has changed",
    ),
    "column added": (
        lambda: workbook(country=sheet().with_columns(note=pl.lit("r"))),
        "has 30 columns instead of 29; an unknown 'note'",
    ),
    "exports first": (
        lambda: workbook(country=sheet().select(sheet().columns[:3] + sheet().columns[16:] + sheet().columns[3:16])),
        "has its columns in another order",
    ),
    "text for a number": (lambda: text_in(sheet(), "IMAR", "(D)"), r"row 5, IMAR: '\(D\)' where a number should be"),
    "empty cell": (
        lambda: workbook(country=sheet().with_columns(nothing_for_korea("EMAY"))),
        "5800 2017: no number in EMAY",
    ),
    "year that is none": (
        lambda: workbook(country=sheet().with_columns(pl.col("year").str.replace("2018", "2018 r"))),
        "has the year '2018 r'",
    ),
    "values without a year": (
        lambda: workbook(country=sheet().with_columns(nothing_for_korea("year"))),
        "a row of 5800 has the year None",
    ),
    "new partner": (
        lambda: workbook(country=sheet().with_columns(pl.col("CTY_CODE").replace("8220", "9999"))),
        r"partner\(s\) '9999' that transforms/series/partner_codes.csv does not have under census; add a line",
    ),
    "no world": (lambda: workbook(country=without_row("0015")), "has 0 rows of 0015"),
    "world without months": (
        lambda: workbook(country=sheet().with_columns(EMPTY_MONTHS)),
        "the world's row has no month of 2018",
    ),
    "row twice": (lambda: workbook(country=pl.concat([sheet(), sheet().tail(1)])), "two values for 8220/"),
    "months of the future": (lambda: workbook(country=sheet(11)), "holds 2018-11, which had not ended on 2018-10-18"),
}  # fmt: skip


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return file.getvalue()


def flipped(data: bytes) -> bytes:
    """One bit changed inside the sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 200
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("fault", FAULTS)
def test_document_that_is_not_what_is_expected_is_refused_in_one_line(fault: str) -> None:
    make, told = FAULTS[fault]
    with pytest.raises(SeriesError, match=told) as caught:
        census_country.read(document(make()))
    assert "\n" not in str(caught.value)
