"""What a parser is given and what it gives back, the same for every publisher.

What belongs here: the two records, how a release is dated, and what its last period is. What does not: any layout.

Parsers are pure: bytes and what is known of their origin in, frames out. Where a publisher does not say when it
released something, the day is bounded by what the document shows, and `how_dated` says so.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import polars as pl

from transforms import periods
from transforms.schemas import OBSERVATIONS, STATEMENTS, VINTAGES
from transforms.series.identity import SeriesError

EASTERN = ZoneInfo("America/New_York")
"""Where U.S. agencies keep their clocks: a release of 8:30 in the morning there belongs to that day."""


@dataclass(frozen=True, slots=True)
class Document:
    """An archived document as a parser sees it; `last_modified` is the header as the publisher sent it."""

    document_id: str
    data: bytes
    url: str
    name: str
    fetched_at: datetime
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document holds, in the tables of the data dictionary."""

    observations: pl.DataFrame = field(default_factory=OBSERVATIONS.empty)
    statements: pl.DataFrame = field(default_factory=STATEMENTS.empty)
    vintages: pl.DataFrame = field(default_factory=VINTAGES.empty)


@cache
def release_days() -> dict[str, date]:
    """Day of the monthly release by its statistical month (`2026-08`), where it is known: `releases.csv`."""
    text = files("transforms.series").joinpath("releases.csv").read_text(encoding="utf-8")
    return {row["month"]: date.fromisoformat(row["released_on"]) for row in csv.DictReader(io.StringIO(text))}


def eastern_day(instant: datetime) -> date:
    """The day that it was in Washington."""
    return instant.astimezone(EASTERN).date()


@dataclass(frozen=True, slots=True)
class Dated:
    """A release day, how sure it is (`exact`, `not later than`), and the evidence."""

    released_on: date
    bound: str
    how: str


def dated(document: Document, last_period: str) -> Dated:
    """When a document that covers `last_period` became known: by the file's own time stamp, else by its fetching.

    A stamp on the day that the release calendar has for that month is exact; every other day is an upper bound.

    Raises:
        SeriesError: it would have been known before its last period had ended.
    """
    stamp = _stamped(document.last_modified)
    if stamp is not None and stamp <= document.fetched_at:
        day, evidence = eastern_day(stamp), f"Last-Modified of the file: {stamp:%Y-%m-%d %H:%M} UTC"
    else:
        day, evidence = eastern_day(document.fetched_at), f"fetched on {document.fetched_at:%Y-%m-%d %H:%M} UTC"
    span = periods.bounds(last_period)
    if span is None or span[1] >= day:
        raise SeriesError(f"holds {last_period}, which had not ended on {day}; the form of the document has changed")
    calendar = release_days().get(last_period)
    if calendar == day:
        return Dated(day, "exact", f"{evidence}, the day of the release for {last_period}")
    return Dated(day, "not later than", evidence)


def _stamped(header: str | None) -> datetime | None:
    try:
        stamp = parsedate_to_datetime(header or "")
    except (ValueError, TypeError):
        return None
    return stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)


def vintage_row(source: str, label: str, when: Dated, last_period: str, document: Document) -> pl.DataFrame:
    """One row of `schemas.VINTAGES`."""
    row = {
        "source": source,
        "vintage": label,
        "released_on": when.released_on,
        "released_on_bound": when.bound,
        "last_period": last_period,
        "how_dated": when.how,
        "document_id": document.document_id,
    }
    return VINTAGES.conform(pl.DataFrame([row]))


def of_observations(source: str, document: Document, frame: pl.DataFrame) -> Reading:
    """A reading whose one vintage is named by the day on which it counts as known (`2026-10-06`).

    `frame` has all of `schemas.OBSERVATIONS` but vintage and document_id, which are added.

    Raises:
        SeriesError: no rows at all, or a release before its last period ended.
    """
    if frame.is_empty():
        raise SeriesError("holds no values")
    newest = frame.sort("period_start", pl.col("period").str.len_chars())["period"][-1]
    when = dated(document, newest)
    label = when.released_on.isoformat()
    stamped = frame.with_columns(vintage=pl.lit(label), document_id=pl.lit(document.document_id))
    return Reading(OBSERVATIONS.conform(stamped), vintages=vintage_row(source, label, when, newest, document))
