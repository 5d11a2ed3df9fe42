"""The compact form of observations on disk, and its expansion: small files, whole tables.

What belongs here: the layout of the snapshot's files. What does not: where the figures come from (`tidy`, `make`).

Three frames hold all observations:

- `series`: one row a series (`series` is its number), with everything that does not change with period and vintage.
- `months`: the country workbook in all vintages. One row a series and month; `newest` holds dollars in the newest
  vintage, each earlier vintage a column with the step back from the vintage after it, nearly always zero; `held` is a
  bit mask of the vintages that have the month. The years of this workbook are sums of its months and are made on
  reading; `years` holds the few that are printed otherwise.
- `values`: everything else, one row a value: series, period, vintage, document, dollars.

A period is a number in all of them (`period_number`): text is made of it once for each distinct period.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import polars as pl

from transforms.schemas import OBSERVATIONS

ATTRIBUTES: Final = (
    "source",
    "series_id",
    "reporter",
    "partner",
    "flow",
    "scope",
    "basis",
    "valuation",
    "adjustment",
    "frequency",
)
"""What describes a series whatever the period and vintage."""

FILTERS: Final = (*ATTRIBUTES, "period", "vintage")
"""Columns by which observations can be chosen before anything is expanded."""

PRINTED_OTHERWISE_USD: Final = 1_000
"""A printed year stands where it is further than this from the sum of its months; below it is binary dust of the
source (its sums are right to 0.001 million)."""


@dataclass(frozen=True, slots=True)
class Panel:
    """All observations in compact form; `vintages` and `documents` are those of the country workbook, oldest first."""

    series: pl.DataFrame
    months: pl.DataFrame
    years: pl.DataFrame
    values: pl.DataFrame
    vintages: tuple[str, ...]
    documents: tuple[str, ...]


_FIRST_YEAR: Final = 1900
_PARTS: Final = 17  # the whole year, twelve months, four quarters


def period_number(period: pl.Expr) -> pl.Expr:
    """`2016`, `2016-03`, `2016-Q1` as a number: years since 1900 times 17, plus 0, the month, or 12 and the quarter."""
    rest = period.str.slice(5)
    part = (
        pl.when(rest == "")
        .then(pl.lit(0))
        .when(rest.str.starts_with("Q"))
        .then(12 + rest.str.slice(1).cast(pl.Int32, strict=False))
        .otherwise(rest.cast(pl.Int32, strict=False))
    )
    return _number(period.str.head(4).cast(pl.Int32), part)


def _number(year: pl.Expr, part: pl.Expr) -> pl.Expr:
    return ((year.cast(pl.Int32) - _FIRST_YEAR) * _PARTS + part).cast(pl.UInt16)


@cache
def _periods() -> pl.DataFrame:
    """Text and first day of every period number from 1900 to 2100: `period, period_start`, placed by the number."""
    year = (_FIRST_YEAR + pl.col("number") // _PARTS).cast(pl.Int32)
    part = (pl.col("number") % _PARTS).cast(pl.Int32)
    whole, month = part == 0, part <= 12
    tail = pl.when(month).then(part.cast(pl.String).str.zfill(2)).otherwise(pl.format("Q{}", part - 12))
    first = pl.when(whole).then(pl.lit(1)).when(month).then(part).otherwise(3 * (part - 12) - 2)
    return pl.DataFrame({"number": range(200 * _PARTS)}).select(
        period=pl.when(whole).then(year.cast(pl.String)).otherwise(pl.format("{}-{}", year, tail)),
        period_start=pl.date(year, first, 1),
    )


def pack_months(long: pl.DataFrame, vintages: tuple[str, ...]) -> pl.DataFrame:
    """`series, year, month, usd, vintage` in long form as the compact `months`, sorted by series and month."""
    wide = long.pivot(on="vintage", index=["series", "year", "month"], values="usd").sort("series", "year", "month")
    held = sum((pl.col(name).is_not_null().cast(pl.UInt16) * 2**at for at, name in enumerate(vintages)), pl.lit(0))
    steps, after = [], pl.lit(0, dtype=pl.Int64)
    for at in reversed(range(len(vintages))):
        value = pl.coalesce(pl.col(vintages[at]), after)
        steps.append((value - after).alias(f"step_{at}"))
        after = value
    number = _number(pl.col("year"), pl.col("month")).alias("period")
    return wide.select("series", number, held.cast(pl.UInt16).alias("held"), *steps)


def _unpacked(months: pl.DataFrame, count: int) -> pl.DataFrame:
    """`months` with one column of dollars a vintage (`usd_0` the oldest) instead of the steps."""
    columns, value = [], pl.lit(0, dtype=pl.Int64)
    for at in reversed(range(count)):
        value = value + pl.col(f"step_{at}")
        columns.append(value.alias(f"usd_{at}"))
    return months.select("series", "period", "held", *columns)


def yearly_sums(months: pl.DataFrame, count: int) -> list[pl.DataFrame]:
    """For each vintage `series, period, usd` of the years of which it has all twelve months."""
    wide = _unpacked(months, count).with_columns(period=pl.col("period") - pl.col("period") % _PARTS)
    has = [_holds(at).sum().alias(f"has_{at}") for at in range(count)]
    sums = wide.group_by("series", "period", maintain_order=True).agg(*has, pl.col("^usd_.*$").sum())
    return [
        sums.filter(pl.col(f"has_{at}") == 12).select("series", "period", pl.col(f"usd_{at}").alias("usd"))
        for at in range(count)
    ]


def _holds(vintage: int) -> pl.Expr:
    """Whether the vintage of this place, oldest 0, has the month."""
    return (pl.col("held") // (1 << vintage) % 2).eq(1)


def expand(panel: Panel, where: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """Observations, as `schemas.OBSERVATIONS`, of the series, periods and vintages that `where` names.

    `where` maps columns of `FILTERS` to the values wanted; an empty mapping is everything.
    """
    series = panel.series
    for name in set(where).intersection(ATTRIBUTES):
        series = series.filter(pl.col(name).is_in(list(where[name])))
    panel = _within(panel, series, where)
    # One chunk, because columns of unequal chunks would all be copied when they are put side by side.
    long = pl.concat([*_workbook(panel, series), _others(panel)], rechunk=True)
    return _named(long, panel.series, where)


def _within(panel: Panel, series: pl.DataFrame, where: Mapping[str, Collection[str]]) -> Panel:
    """The panel without the rows that none of the chosen series and vintages needs."""
    vintages = where.get("vintage")
    months, years, values = panel.months, panel.years, panel.values
    if series.height < panel.series.height:
        needed = pl.concat([series["series"], series["sums_of"].drop_nulls()]).unique().to_list()
        months = months.filter(pl.col("series").is_in(needed))
        values = values.filter(pl.col("series").is_in(needed))
    if vintages is not None:
        values = values.filter(pl.col("vintage").is_in(list(vintages)))
    kept = [name if vintages is None or name in vintages else "" for name in panel.vintages]
    return Panel(panel.series, months, years, values, tuple(kept), panel.documents)


def _workbook(panel: Panel, series: pl.DataFrame) -> list[pl.DataFrame]:
    """The country workbook's chosen months and years, a frame each: `series, period, usd, vintage, document_id`."""
    chosen = series.filter(pl.col("source") == "census_country")
    yearly = chosen.filter(pl.col("sums_of").is_not_null()).select("series", monthly="sums_of")
    monthly = chosen.filter(pl.col("sums_of").is_null())["series"]
    count = len(panel.vintages)
    wide = _unpacked(panel.months, count).filter(pl.col("series").is_in(monthly.to_list()))
    sums = yearly_sums(panel.months, count) if not yearly.is_empty() else []
    parts = []
    for at, vintage in enumerate(panel.vintages):
        if not vintage:
            continue
        parts.append(_stamped(wide.filter(_holds(at)).select("series", "period", usd=f"usd_{at}"), panel, at))
        if sums:
            printed = panel.years.filter(pl.col("vintage") == vintage)
            parts.append(_stamped(_printed(sums[at], yearly, printed), panel, at))
    return parts


def _printed(sums: pl.DataFrame, yearly: pl.DataFrame, printed: pl.DataFrame) -> pl.DataFrame:
    """Years of the annual series: the sum of the months, or what is printed where that is something else."""
    said = printed.select("series", "period", said="usd")
    return (
        sums.join(yearly, left_on="series", right_on="monthly", maintain_order="left")
        .select("period", "usd", series="series_right")
        .join(said, on=["series", "period"], how="left", maintain_order="left")
        .select("series", "period", usd=pl.coalesce("said", "usd"))
    )


def _stamped(frame: pl.DataFrame, panel: Panel, at: int) -> pl.DataFrame:
    return frame.with_columns(vintage=pl.lit(panel.vintages[at]), document_id=pl.lit(panel.documents[at]))


def _others(panel: Panel) -> pl.DataFrame:
    """Values of all sources but the country workbook."""
    return panel.values.select("series", "period", "usd", "vintage", "document_id")


def _named(long: pl.DataFrame, series: pl.DataFrame, where: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """Numbers turned into what they stand for; dollars and dates as the data dictionary has them.

    Series and periods are numbered by their place in their tables, so looking one up is a gather, not a join.
    """
    if "period" in where:
        wanted = _periods().with_row_index("number").filter(pl.col("period").is_in(list(where["period"])))
        long = long.filter(pl.col("period").is_in(wanted["number"].to_list()))
    described = series.select(ATTRIBUTES)[long["series"]]
    dated = _periods()[long["period"]]
    rest = long.select("vintage", "document_id", value_usd=pl.col("usd").cast(pl.Float64))
    return pl.concat([described, dated, rest], how="horizontal").select(OBSERVATIONS.schema.names())
