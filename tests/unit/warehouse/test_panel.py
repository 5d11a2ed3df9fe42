"""The compact form loses nothing: what is packed comes back, whatever was revised, added or missing."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from warehouse.snapshot.panel import Panel, expand, pack_months, period_number

VINTAGES = ("2012-02", "2017-01", "2018-10")

months = st.dictionaries(
    st.tuples(st.integers(0, 1), st.integers(2010, 2011), st.integers(1, 12)),
    st.lists(st.none() | st.integers(-(10**12), 10**13), min_size=3, max_size=3),
    max_size=40,
)


def panel(values):
    """A panel of two monthly series and the years of the first, from dollars by series, year, month and vintage."""
    rows = [
        {"series": series, "year": year, "month": month, "usd": usd, "vintage": vintage}
        for (series, year, month), row in values.items()
        for vintage, usd in zip(VINTAGES, row, strict=True)
        if usd is not None
    ]
    # A vintage has at least one month, as a real one has.
    rows += [{"series": 1, "year": 1990, "month": 1, "usd": 0, "vintage": vintage} for vintage in VINTAGES]
    schema = {"series": pl.UInt16, "year": pl.Int16, "month": pl.Int8, "usd": pl.Int64, "vintage": pl.String}
    attributes = {
        "source": "census_country",
        "reporter": "US",
        "scope": "goods",
        "basis": "census",
        "valuation": "fas",
        "adjustment": "nsa",
    }
    series = pl.DataFrame(
        {
            "series": [0, 1, 2],
            "series_id": ["a/M", "b/M", "a/A"],
            "partner": ["KR", "CN", "KR"],
            "flow": ["exports"] * 3,
            "frequency": ["M", "M", "A"],
            "sums_of": [None, None, 0],
        },
        schema_overrides={"series": pl.UInt16, "sums_of": pl.UInt16},
    ).with_columns(**{name: pl.lit(value) for name, value in attributes.items()})
    nothing = {"series": pl.UInt16, "period": pl.UInt16, "vintage": pl.String, "usd": pl.Int64}
    return Panel(
        series=series,
        months=pack_months(pl.DataFrame(rows, schema=schema), VINTAGES),
        years=pl.DataFrame(schema=nothing),
        values=pl.DataFrame(schema=nothing | {"document_id": pl.String}),
        vintages=VINTAGES,
        documents=("x", "y", "z"),
    )


@given(months)
def test_every_month_of_every_vintage_comes_back(values):
    frame = expand(panel(values), {"frequency": ["M"]}).filter(pl.col("period") != "1990-01")
    found = {
        (row["series_id"], row["period"], row["vintage"]): (row["value_usd"], row["document_id"])
        for row in frame.iter_rows(named=True)
    }
    assert found == {
        ("ab"[series] + "/M", f"{year}-{month:02d}", vintage): (float(usd), document)
        for (series, year, month), row in values.items()
        for vintage, document, usd in zip(VINTAGES, "xyz", row, strict=True)
        if usd is not None
    }


@given(months, st.lists(st.lists(st.integers(0, 10**9), min_size=12, max_size=12), min_size=3, max_size=3))
def test_a_year_is_the_sum_of_its_twelve_months_in_that_vintage(values, whole):
    values |= {(0, 2012, month + 1): [row[month] for row in whole] for month in range(12)}
    values = {key: row for key, row in values.items() if key[1] != 2011 or key[2] != 5}  # 2011 never is complete
    frame = expand(panel(values), {"frequency": ["A"]})
    for vintage, row in zip(VINTAGES, whole, strict=True):
        assert frame.filter(vintage=vintage, period="2012")["value_usd"].to_list() == [float(sum(row))]
    assert frame.filter(period="2011").is_empty()
    assert set(frame["series_id"]) <= {"a/A"}


@given(st.integers(1900, 2099), st.integers(0, 16))
def test_periods_are_numbers_and_back(year, part):
    text = f"{year}" if part == 0 else f"{year}-{part:02d}" if part < 13 else f"{year}-Q{part - 12}"
    number = pl.DataFrame({"p": [text]}).select(period_number(pl.col("p")))["p"].item()
    assert number == (year - 1900) * 17 + part
