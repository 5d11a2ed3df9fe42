"""Profiles of statements, vintages, partners and documents: is what we know of releases and sources consistent?

What belongs here: dates, roundings, memberships and archived documents against one another. What does not: long series
(`series`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from expectations.profiles.base import Context, Profile
from expectations.profiles.common import cap, name_of, newest_periods
from expectations.profiles.series import known_fault, table, unknown
from transforms import periods

_TEXT, _NUMBER, _INT = pl.String(), pl.Float64(), pl.Int64()


def _rows(**columns: pl.DataType) -> pl.Schema:
    return pl.Schema({"row": pl.String(), **columns, "found": pl.Int64()})


def _last_day(period: str) -> object:
    span = periods.bounds(period)
    return span[1] if span else None


# --- statements -----------------------------------------------------------------------------------------------------

_TOGETHER: Final = (
    "publisher",
    "url",
    "known_from",
    "release_status",
    "reporter",
    "partner",
    "scope",
    "basis",
    "adjustment",
    "period",
)


def _triples(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Exports, imports and balance that one page states together: half a printed unit of each is allowed."""
    one_each = frame.filter(pl.len().over(*_TOGETHER, "flow") == 1)
    sides = {
        flow: one_each.filter(flow=flow).select(
            *_TOGETHER, pl.col("value_usd").alias(flow), pl.col("rounded_to_usd").alias(f"{flow}_unit"), "statement_id"
        )
        for flow in ("exports", "imports", "balance")
    }
    joined = (
        sides["balance"]
        .join(sides["exports"].drop("statement_id"), on=_TOGETHER, nulls_equal=True)
        .join(sides["imports"].drop("statement_id"), on=_TOGETHER, nulls_equal=True)
    )
    units = pl.sum_horizontal("balance_unit", "exports_unit", "imports_unit")
    compared = joined.with_columns(
        compared_with=pl.col("exports") - pl.col("imports"),
        # a thousandth of a unit for binary fractions: 27.6, 42.3 and 69.9 are none exactly
        tolerance=0.5 * units + 0.001 * pl.col("balance_unit"),
    ).with_columns(difference=(pl.col("balance") - pl.col("compared_with")).abs())
    worst_first = compared.sort(pl.col("difference") / pl.col("tolerance"), "statement_id", descending=[True, False])
    broken = worst_first.filter(pl.col("difference") > pl.col("tolerance"))
    shown = pl.concat([broken, worst_first.filter(pl.col("difference") <= pl.col("tolerance")).head(1)])
    return cap(
        shown.select(
            pl.col("statement_id").alias("row"),
            "publisher",
            "partner",
            "period",
            pl.col("balance").alias("value"),
            "compared_with",
            "difference",
            "tolerance",
        )
    )


_STATED_WITHIN: Final = 2.5
"""First prints and today's values of one flow differ by up to 20 percent (services of 2015: 227 printed, 271 now)."""
_STATED_FLOOR_USD: Final = 1e9


def _stated_and_series(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Stated exports, imports and totals against any series of the same flow, scope, partner and period."""
    by = ["reporter", "partner", "flow", "scope", "period"]
    stated = frame.filter(
        pl.col("flow").is_in(["exports", "imports", "total"]), pl.col("value_usd").abs() >= _STATED_FLOOR_USD
    )
    series = (
        context["observations"]
        .lazy()
        .join(stated.lazy().select(by).unique(), on=by, how="semi")
        .group_by(by)
        .agg(low=pl.col("value_usd").min(), high=pl.col("value_usd").max())
        .collect()
    )
    low, high = pl.col("low") / _STATED_WITHIN, pl.col("high") * _STATED_WITHIN
    joined = (
        stated.join(series, on=by)
        .with_columns(lowest=low, highest=high, row="statement_id", value="value_usd")
        .with_columns(known_fault("stated_and_series"), out=~pl.col("value").is_between("lowest", "highest"))
    )
    shown = joined.filter(pl.col("out") | pl.col("known_fault").is_not_null())
    columns = (
        "row",
        "publisher",
        "partner",
        "flow",
        "scope",
        "period",
        "value",
        "lowest",
        "highest",
        "known_fault",
        "out",
    )
    return cap(shown.select(columns))


def _statement_dates(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Statements known before they could be: before their period began, or `known_by` before `known_from`."""
    wrong = frame.filter(
        (pl.col("known_by") < pl.col("known_from")) | (pl.col("known_from") < pl.col("period_start"))
    ).with_columns(
        days_between=(pl.col("known_by") - pl.col("known_from")).dt.total_days(),
        days_after_start=(pl.col("known_from") - pl.col("period_start")).dt.total_days(),
    )
    return cap(wrong.select(pl.col("statement_id").alias("row"), "publisher", "days_between", "days_after_start"))


def _documents_known(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Documents that are named and not archived."""
    missing = unknown(frame["document_id"], context["documents"]["document_id"], "document")
    return cap(missing.with_columns(known=pl.lit(value=False)))


_UNKNOWN: Final = _rows(what=_TEXT, known=pl.Boolean())

DOCUMENTS_KNOWN: Final = Profile(
    "documents_known",
    _documents_known.__doc__ or "",
    _UNKNOWN,
    _documents_known,
    needs=("documents",),
    violations_only=True,
)

STATEMENTS_PROFILES: Final = (
    Profile(
        "triples",
        _triples.__doc__ or "",
        _rows(
            publisher=_TEXT,
            partner=_TEXT,
            period=_TEXT,
            value=_NUMBER,
            compared_with=_NUMBER,
            difference=_NUMBER,
            tolerance=_NUMBER,
        ),
        _triples,
    ),
    Profile(
        "stated_and_series",
        _stated_and_series.__doc__ or "",
        _rows(
            publisher=_TEXT,
            partner=_TEXT,
            flow=_TEXT,
            scope=_TEXT,
            period=_TEXT,
            value=_NUMBER,
            lowest=_NUMBER,
            highest=_NUMBER,
            known_fault=_TEXT,
            out=pl.Boolean(),
        ),
        _stated_and_series,
        needs=("observations",),
        violations_only=True,
    ),
    Profile(
        "statement_dates",
        _statement_dates.__doc__ or "",
        _rows(publisher=_TEXT, days_between=_INT, days_after_start=_INT),
        _statement_dates,
        violations_only=True,
    ),
    DOCUMENTS_KNOWN,
)


# --- vintages -------------------------------------------------------------------------------------------------------


def _release_lag(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """For every vintage the days from the end of its last period to its release."""
    ends = pl.col("last_period").map_elements(_last_day, return_dtype=pl.Date)
    lagged = frame.filter(pl.col("last_period").is_not_null()).with_columns(ends_on=ends)
    return lagged.sort("source", "vintage").select(
        name_of("source", "vintage").alias("row"),
        "source",
        "last_period",
        pl.col("released_on").cast(pl.String),
        days=(pl.col("released_on") - pl.col("ends_on")).dt.total_days(),
    )


def _last_periods(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Vintages that hold something newer than their last period, or whose months do not reach it."""
    by = ["source", "vintage"]
    joined = frame.join(newest_periods(context["observations"]), on=by, how="left").with_columns(
        said_ends=pl.col("last_period").map_elements(_last_day, return_dtype=pl.Date),
        newest_ends=pl.col("newest").map_elements(_last_day, return_dtype=pl.Date),
    )
    monthly = pl.col("newest").str.len_chars() == pl.col("last_period").str.len_chars()
    short = (pl.col("newest_ends") < pl.col("said_ends")) & monthly
    beyond = pl.col("newest_ends") > pl.col("said_ends")
    wrong = joined.filter((short | beyond | pl.col("newest").is_null()).fill_null(value=True)).sort(by)
    return cap(wrong.select(name_of(*by).alias("row"), "last_period", "newest"))


def _freshness(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """For every source that is fetched, the days since the release that should have followed the newest one held.

    A source is fetched where the document of one of its vintages says when it was; embedded copies are as old as they
    are. What should have followed is the next period of the same length, `lag_days` after its end (calendar.csv).
    """
    fetched = context["documents"].filter(pl.col("fetched_at").is_not_null())
    ran_on = context["run"]["ran_at"][0].date()
    newest = (
        frame.join(fetched, on="document_id", how="semi")
        .filter(pl.col("last_period").is_not_null())
        .group_by("source")
        .agg(last_period=pl.col("last_period").max(), vintage=pl.col("vintage").max())
    )
    due = newest.join(
        table("calendar.csv").select("source", pl.col("lag_days").cast(pl.Int64)), on="source", how="inner"
    ).with_columns(
        due_on=pl.col("last_period").map_elements(_end_of_the_next, return_dtype=pl.Date)
        + pl.duration(days=pl.col("lag_days"))
    )
    return due.sort("source").select(
        pl.col("source").alias("row"),
        "vintage",
        "last_period",
        pl.col("due_on").cast(pl.String),
        days_late=(pl.lit(ran_on) - pl.col("due_on")).dt.total_days(),
    )


def _end_of_the_next(period: str) -> object:
    """Last day of the period of the same length that follows `period`."""
    span = periods.bounds(period)
    if span is None:
        return None
    start = span[1] + timedelta(days=1)
    months = {"A": 12, "Q": 3, "M": 1}.get(periods.frequency(period) or "M", 1)
    last = start.month + months - 1
    following = periods.bounds(f"{start.year:04d}-{last:02d}")
    return following[1] if following else None


VINTAGES_PROFILES: Final = (
    Profile(
        "freshness",
        _freshness.__doc__ or "",
        pl.Schema({"row": _TEXT, "vintage": _TEXT, "last_period": _TEXT, "due_on": _TEXT, "days_late": _INT}),
        _freshness,
        needs=("documents", "run"),
    ),
    Profile(
        "release_lag",
        _release_lag.__doc__ or "",
        pl.Schema({"row": _TEXT, "source": _TEXT, "last_period": _TEXT, "released_on": _TEXT, "days": _INT}),
        _release_lag,
    ),
    Profile(
        "last_periods",
        _last_periods.__doc__ or "",
        _rows(last_period=_TEXT, newest=_TEXT),
        _last_periods,
        needs=("observations",),
        violations_only=True,
    ),
    DOCUMENTS_KNOWN,
)


# --- partners and documents -----------------------------------------------------------------------------------------


def _memberships(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Members that are no partner of the table, or that are groups themselves."""
    members = frame.select("partner", member="members").explode("member").drop_nulls().unique(maintain_order=True)
    kinds = frame.select(member="partner", kind="kind").unique(subset="member")
    wrong = members.join(kinds, on="member", how="left").filter(pl.col("kind").ne_missing("country"))
    return cap(wrong.select(name_of("partner", "member").alias("row"), pl.col("kind").fill_null("unknown")))


def _spans(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Spans of one partner that end before they begin, or overlap the next one."""
    start = pl.col("valid_from").fill_null(pl.date(1, 1, 1))
    end = pl.col("valid_to").fill_null(pl.date(9999, 12, 31))
    spans = frame.select("partner", start=start, end=end).sort("partner", "start")
    following = spans.with_columns(following=pl.col("start").shift(-1).over("partner"))
    wrong = following.filter(
        (pl.col("end") < pl.col("start")) | (pl.col("following") <= pl.col("end")).fill_null(value=False)
    )
    return cap(
        wrong.select(
            name_of("partner", "start").alias("row"),
            days=(pl.col("end") - pl.col("start")).dt.total_days(),
            days_to_next=(pl.col("following") - pl.col("end")).dt.total_days(),
        )
    )


PARTNERS_PROFILES: Final = (
    Profile("memberships", _memberships.__doc__ or "", _rows(kind=_TEXT), _memberships, violations_only=True),
    Profile("spans", _spans.__doc__ or "", _rows(days=_INT, days_to_next=_INT), _spans, violations_only=True),
)
