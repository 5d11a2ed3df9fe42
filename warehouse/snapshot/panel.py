"""The compact form of observations on disk, and its expansion: small files, whole tables.

What belongs here: the layout of the snapshot's files. What does not: where the figures come from (`tidy`, `make`).

Three frames hold all observations:

- `series`: one row a series (`series` is its number), with everything that does not change with period and vintage.
- `months`: the country workbook in all vintages. One row a series and month; `newest` holds dollars in the newest
  vintage, each earlier vintage a column with the step back from the vintage after it, nearly always zero; `held` is a
  bit mask of the vintages that have the month. The years of this workbook are sums of its months and are made on
  reading; `years` holds the few that are printed otherwise.
- `values`: everything else, one row a value: series, period, vintage, document, dollars.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
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


def pack_months(long: pl.DataFrame, vintages: tuple[str, ...]) -> pl.DataFrame:
    """`series, year, month, usd, vintage` in long form as the compact `months`, sorted by series and month."""
    wide = long.pivot(on="vintage", index=["series", "year", "month"], values="usd").sort("series", "year", "month")
    held = sum((pl.col(name).is_not_null().cast(pl.UInt16) * 2**at for at, name in enumerate(vintages)), pl.lit(0))
    steps, after = [], pl.lit(0, dtype=pl.Int64)
    for at in reversed(range(len(vintages))):
        value = pl.coalesce(pl.col(vintages[at]), after)
        steps.append((value - after).alias(f"step_{at}"))
        after = value
    return wide.select("series", "year", "month", held.cast(pl.UInt16).alias("held"), *steps)


def _unpacked(months: pl.DataFrame, count: int) -> pl.DataFrame:
    """`months` with one column of dollars a vintage (`usd_0` the oldest) instead of the steps."""
    columns, value = [], pl.lit(0, dtype=pl.Int64)
    for at in reversed(range(count)):
        value = value + pl.col(f"step_{at}")
        columns.append(value.alias(f"usd_{at}"))
    return months.select("series", "year", "month", "held", *columns)


def yearly_sums(months: pl.DataFrame, count: int) -> list[pl.DataFrame]:
    """For each vintage `series, year, usd` of the years of which it has all twelve months."""
    wide = _unpacked(months, count)
    has = [((pl.col("held").cast(pl.Int32) // 2**at) % 2).sum().alias(f"has_{at}") for at in range(count)]
    sums = wide.group_by("series", "year", maintain_order=True).agg(*has, pl.col("^usd_.*$").sum())
    return [
        sums.filter(pl.col(f"has_{at}") == 12).select("series", "year", pl.col(f"usd_{at}").alias("usd"))
        for at in range(count)
    ]


def expand(panel: Panel, where: Mapping[str, Collection[str]]) -> pl.DataFrame:
    """Observations, as `schemas.OBSERVATIONS`, of the series, periods and vintages that `where` names.

    `where` maps columns of `FILTERS` to the values wanted; an empty mapping is everything.
    """
    series = panel.series
    for name in ATTRIBUTES:
        if name in where:
            series = series.filter(pl.col(name).is_in(list(where[name])))
    parts = [*_workbook(panel, series, where), _others(panel, series)]
    long = pl.concat(parts)
    for name in ("period", "vintage"):
        if name in where:
            long = long.filter(pl.col(name).is_in(list(where[name])))
    return _named(long, panel.series)


def _workbook(panel: Panel, series: pl.DataFrame, where: Mapping[str, Collection[str]]) -> list[pl.DataFrame]:
    """The country workbook's chosen months and years, a frame each: `series, period, usd, vintage, document_id`."""
    chosen = series.filter(pl.col("source") == "census_country")
    if chosen.is_empty():
        return []
    yearly = chosen.filter(pl.col("frequency") == "A").select("series", monthly="sums_of")
    both = pl.concat([chosen.filter(pl.col("frequency") == "M")["series"], yearly["monthly"]]).unique()
    months = panel.months
    if both.len() < panel.months["series"].n_unique():
        months = months.filter(pl.col("series").is_in(both.to_list()))
    count = len(panel.vintages)
    wide = _unpacked(months, count).filter(
        pl.col("series").is_in(chosen.filter(pl.col("frequency") == "M")["series"].to_list())
    )
    month = pl.col("year").cast(pl.String) + "-" + pl.col("month").cast(pl.String).str.zfill(2)
    wide = wide.with_columns(period=month)
    parts = []
    for at, sums in enumerate(yearly_sums(months, count) if not yearly.is_empty() else [pl.DataFrame()] * count):
        vintage = panel.vintages[at]
        if "vintage" in where and vintage not in where["vintage"]:
            continue
        held = wide.filter((pl.col("held").cast(pl.Int32) // 2**at) % 2 == 1)
        parts.append(_stamped(held.select("series", "period", pl.col(f"usd_{at}").alias("usd")), panel, at))
        if not yearly.is_empty():
            parts.append(_stamped(_printed(sums, yearly, panel.years.filter(pl.col("vintage") == vintage)), panel, at))
    return parts


def _printed(sums: pl.DataFrame, yearly: pl.DataFrame, printed: pl.DataFrame) -> pl.DataFrame:
    """Years of the annual series: the sum of the months, or what is printed where that is something else."""
    named = sums.join(yearly, left_on="series", right_on="monthly", maintain_order="left").select(
        series="series_right", period=pl.col("year").cast(pl.String), usd="usd"
    )
    if printed.is_empty():
        return named
    return (
        named.join(printed.select("series", "period", said="usd"), on=["series", "period"], how="left")
        .with_columns(usd=pl.coalesce("said", "usd"))
        .drop("said")
    )


def _stamped(frame: pl.DataFrame, panel: Panel, at: int) -> pl.DataFrame:
    return frame.with_columns(vintage=pl.lit(panel.vintages[at]), document_id=pl.lit(panel.documents[at]))


def _others(panel: Panel, series: pl.DataFrame) -> pl.DataFrame:
    """Chosen values of all sources but the country workbook."""
    values = panel.values
    if series.height < panel.series.height:
        values = values.filter(pl.col("series").is_in(series["series"].to_list()))
    return values.select("series", "period", "usd", "vintage", "document_id")


def _named(long: pl.DataFrame, series: pl.DataFrame) -> pl.DataFrame:
    """Series numbers turned into what they stand for; dollars and dates as the data dictionary has them."""
    # Series are numbered by their place in the table, so looking one up is a gather, not a join.
    described = series.select(ATTRIBUTES)[long["series"]]
    period = pl.col("period")
    quarter = period.str.slice(6, 1).cast(pl.Int32, strict=False)
    month = (
        pl.when(period.str.len_chars() == 4)
        .then(pl.lit(1))
        .when(period.str.contains("Q", literal=True))
        .then(3 * quarter - 2)
        .otherwise(period.str.slice(5, 2).cast(pl.Int32, strict=False))
    )
    starts = long.select(pl.col("period").unique()).with_columns(
        period_start=pl.date(period.str.head(4).cast(pl.Int32), month, 1)
    )
    dated = long.select("period", "usd", "vintage", "document_id").join(starts, on="period", maintain_order="left")
    whole = pl.concat([described, dated], how="horizontal").with_columns(value_usd=pl.col("usd").cast(pl.Float64))
    return whole.select(OBSERVATIONS.schema.names())
