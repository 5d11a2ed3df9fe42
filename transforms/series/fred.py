"""FRED and ALFRED: copies of the Census and BEA series, with the day on which each value was first there.

What belongs here: the keyless CSV of one vintage and the API's JSON of all vintages in, observations out; which series
mean what stands in `fred_series.csv`. Values are millions of dollars; a missing one is `.` or empty, never zero.

A vintage is named by the day on which FRED had it, usually the day of the release, sometimes the next: an upper bound.
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

import polars as pl

from transforms.schemas import OBSERVATIONS, VINTAGES
from transforms.series import identity
from transforms.series.identity import SeriesError
from transforms.series.reading import Dated, Document, Reading, eastern_day, vintage_row

SOURCE: Final = "fred"
HEADERS: Final = ("observation_date", "DATE")
_VINTAGE: Final = re.compile(r"(?P<series>[A-Z0-9]+?)(?:_(?P<day>\d{8}))?")


@cache
def series() -> pl.DataFrame:
    """What each series of FRED is: `series, code, partner, flow, scope, basis, valuation, adjustment, comment`."""
    return pl.read_csv((files("transforms.series") / "fred_series.csv").read_bytes(), infer_schema=False)


def read(document: Document) -> Reading:
    """One vintage from a CSV, or all of them from the API's JSON.

    Raises:
        SeriesError: neither of both, a series that is not in `fred_series.csv`, a text where a number should be, or
            observations that are no months.
    """
    return _of_json(document) if document.data.lstrip()[:1] == b"{" else _of_csv(document)


def _of_csv(document: Document) -> Reading:
    try:
        frame = pl.read_csv(document.data, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise SeriesError(f"is no readable CSV ({str(error).splitlines()[0]})") from None
    if frame.width != 2 or frame.columns[0] not in HEADERS:
        raise SeriesError(f"has the header {','.join(frame.columns)[:80]!r} instead of observation_date and one series")
    found = _VINTAGE.fullmatch(frame.columns[1])
    name, day = (found["series"], found["day"]) if found else (frame.columns[1], None)
    known = date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}") if day else eastern_day(document.fetched_at)
    rows = frame.select(date=pl.col(frame.columns[0]), value=pl.col(frame.columns[1]))
    return _vintage(document, _described(rows, name), known)


def _of_json(document: Document) -> Reading:
    try:
        said = json.loads(document.data)
        rows = pl.DataFrame(
            [
                {key: str(row[key]) for key in ("realtime_start", "realtime_end", "date", "value")}
                for row in said["observations"]
            ],
            schema=dict.fromkeys(("realtime_start", "realtime_end", "date", "value"), pl.String),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SeriesError(f"is no reply with observations ({type(error).__name__}: {error})") from None
    if int(said.get("count", 0)) > rows.height:
        raise SeriesError(f"holds {rows.height} of {said['count']} observations: ask with a larger limit")
    name = document.name.partition(".")[0].partition("-")[0]
    readings = [
        _vintage(
            document, _described(rows.filter(_known_on(day)).select("date", "value"), name), date.fromisoformat(day)
        )
        for day in rows["realtime_start"].unique().sort()
    ]
    return Reading(
        pl.concat([OBSERVATIONS.empty(), *(reading.observations for reading in readings)]),
        vintages=pl.concat([VINTAGES.empty(), *(reading.vintages for reading in readings)]),
    )


def _known_on(day: str) -> pl.Expr:
    return (pl.col("realtime_start") <= day) & (pl.col("realtime_end") >= day)


def _described(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    """Months, and for unadjusted series complete years, of one series; `date, value` as text in."""
    if name not in series()["series"]:
        raise SeriesError(f"holds the series {name[:40]!r}, which transforms/series/fred_series.csv does not list")
    held = rows.filter(pl.col("value").is_not_null(), ~pl.col("value").str.strip_chars().is_in([".", ""]))
    odd = held.filter(
        pl.col("value").cast(pl.Float64, strict=False).is_null() | ~pl.col("date").str.contains(r"^\d{4}-\d{2}-01$")
    )
    if not odd.is_empty():
        row: dict[str, Any] = odd.row(0, named=True)
        raise SeriesError(f"{name}: {row['value'][:40]!r} at {row['date'][:20]!r} where a month's number should be")
    months = held.select(period=pl.col("date").str.head(7), usd=identity.dollars("value", 1e6), frequency=pl.lit("M"))
    said = series().filter(series=name).row(0, named=True)
    whole = identity.with_years(months) if said["adjustment"] == "nsa" else months
    constants = {key: said[key] for key in ("partner", "flow", "scope", "basis", "valuation", "adjustment")}
    named = whole.with_columns(
        *(pl.lit(value).alias(key) for key, value in constants.items()), partner_code=pl.lit(said["code"])
    )
    return named.with_columns(identity.series_id())


def _vintage(document: Document, rows: pl.DataFrame, known: date) -> Reading:
    if rows.is_empty():
        raise SeriesError("holds no values")
    label = known.isoformat()
    last = str(rows.filter(frequency="M")["period"].max())
    if last >= label[:7]:
        raise SeriesError(f"holds {last}, which had not ended on {known}; the form of the document has changed")
    frame = identity.as_observations(
        rows, source=SOURCE, reporter="US", vintage=label, document_id=document.document_id
    )
    when = Dated(known, "not later than", "the day on which FRED had it: that of the release, or a day later")
    return Reading(frame, vintages=vintage_row(SOURCE, label, when, last, document))
