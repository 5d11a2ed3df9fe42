"""FRED and ALFRED: CSVs of one vintage, JSON of all, and what is refused."""

import json
from datetime import UTC, date, datetime

import pytest

from transforms.series import fred
from transforms.series.identity import SeriesError
from transforms.series.reading import Document, Reading


def read(text: str, name: str = "EXPKR.csv") -> Reading:
    return fred.read(Document("cd" * 32, text.encode(), "https://x/y", name, datetime(2018, 2, 8, tzinfo=UTC)))


def year(header: str = "observation_date,EXPKR_20180206", value: str = "3166.9") -> str:
    return "\n".join([header, *(f"2017-{month:02d}-01,{value}" for month in range(1, 13))])


@pytest.mark.parametrize("header", ["observation_date,EXPKR_20180206", "DATE,EXPKR_20180206"])
def test_csv_of_a_vintage(header: str) -> None:
    reading = read(year(header))
    (row,) = reading.vintages.rows(named=True)
    assert (row["vintage"], row["released_on"], row["last_period"]) == ("2018-02-06", date(2018, 2, 6), "2017-12")
    months = reading.observations.filter(frequency="M")
    assert set(months["value_usd"]) == {3_166_900_000.0}
    (whole,) = reading.observations.filter(frequency="A").rows(named=True)
    assert whole["value_usd"] == pytest.approx(12 * 3_166_900_000)
    assert (whole["series_id"], whole["partner"], whole["source"]) == ("5800/exports/goods/nsa/A", "KR", "fred")


def test_csv_without_a_vintage_is_dated_by_its_fetching() -> None:
    assert read(year("observation_date,EXPKR")).vintages["vintage"].item() == "2018-02-07"  # evening in Washington


def test_missing_values_are_left_out_and_a_year_with_a_gap_is_none() -> None:
    reading = read(year().replace("2017-03-01,3166.9", "2017-03-01,.").replace("2017-05-01,3166.9", "2017-05-01,"))
    assert reading.observations.height == 10
    assert set(reading.observations["frequency"]) == {"M"}


def test_adjusted_totals_have_no_years() -> None:
    reading = read(year("DATE,BOPGSTB_20180206", "-45000"), "BOPGSTB.csv")
    assert set(reading.observations["series_id"]) == {"world/balance/goods_services/sa/M"}
    assert reading.observations["value_usd"].max() == -45e9


def reply(*rows: tuple[str, str, str, str], count: int | None = None) -> str:
    names = ("realtime_start", "realtime_end", "date", "value")
    observations = [dict(zip(names, row, strict=True)) for row in rows]
    return json.dumps({"count": len(rows) if count is None else count, "observations": observations})


def test_json_holds_every_vintage() -> None:
    reading = read(
        reply(
            ("2016-03-04", "2016-06-02", "2016-01-01", "3166.9"),
            ("2016-06-03", "9999-12-31", "2016-01-01", "3170.0"),
            ("2016-04-05", "9999-12-31", "2016-02-01", "3000.0"),
        ),
        "EXPKR-vintages.json",
    )
    known = {(row["vintage"], row["period"]): row["value_usd"] / 1e6 for row in reading.observations.rows(named=True)}
    assert known == {
        ("2016-03-04", "2016-01"): 3166.9,
        ("2016-04-05", "2016-01"): 3166.9,
        ("2016-04-05", "2016-02"): 3000.0,
        ("2016-06-03", "2016-01"): 3170.0,
        ("2016-06-03", "2016-02"): 3000.0,
    }
    assert reading.vintages["vintage"].to_list() == ["2016-03-04", "2016-04-05", "2016-06-03"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("date,EXPKR\n2017-01-01,1", "has the header 'date,EXPKR' instead of observation_date"),
        ("DATE,EXPKR,IMPKR\n2017-01-01,1,2", "has the header 'DATE,EXPKR,IMPKR'"),
        ("DATE,EXP5800\n2017-01-01,1", "the series 'EXP5800', which transforms/series/fred_series.csv does not list"),
        (year(value="n/a"), "EXPKR: 'n/a' at '2017-01-01'"),
        ("DATE,EXPKR\n2017-01-15,1", "EXPKR: '1' at '2017-01-15' where a month's number should be"),
        ("DATE,EXPKR\n2017-01-01,.", "holds no values"),
        ("DATE,EXPKR_20170105\n2017-01-01,1", "holds 2017-01, which had not ended on 2017-01-05"),
        ('{"observations": [{"date": "2017-01-01"}]}', r"is no reply with observations \(KeyError"),
        ('{"obs": []}', "is no reply with observations"),
        (reply(("2016-03-04", "9999-12-31", "2016-01-01", "1"), count=2), "holds 1 of 2 observations"),
    ],
)
def test_what_is_not_as_expected_is_refused(text: str, told: str) -> None:
    with pytest.raises(SeriesError, match=told):
        read(text)
