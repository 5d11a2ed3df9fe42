"""How a series is named and what describes it, the same for every publisher and for the embedded snapshot.

What belongs here: the columns that identify an observation, units, and turning a publisher's codes into partners. What
does not: any one publisher's layout (a module each beside this one).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.schemas import OBSERVATIONS
from transforms.series.partners import codes_of, partner_codes


class SeriesError(Exception):
    """A publisher's document is not what is expected: says what, where in it, and what to do; one line."""


CONSUMPTION_CODES: Final = ("0005", "0006", "0021", "0022")
"""Rows "(Consump)" of the workbook: imports entered under NAFTA or USMCA, for consumption."""

GOODS_VALUATION: Final = pl.col("flow").replace_strict(
    {"exports": "fas", "imports": "general_customs"}, default=None, return_dtype=pl.String
)
"""How goods are valued on the Census basis; a balance mixes both and has none."""


def series_id(partner: str = "partner_code") -> pl.Expr:
    """`5800/exports/goods/nsa/M`, with `/consumption` where imports are meant as they clear customs."""
    tail = pl.when(pl.col("valuation") == "consumption_customs").then(pl.lit("/consumption")).otherwise(pl.lit(""))
    scope = pl.col("scope").str.strip_prefix("product:")
    return pl.format(
        "{}/{}/{}/{}/{}{}",
        pl.col(partner),
        pl.col("flow"),
        scope,
        pl.col("adjustment"),
        pl.col("frequency"),
        tail,
    ).alias("series_id")


def country_series(codes: pl.Series) -> pl.DataFrame:
    """What each monthly series of the country workbook is: one row a code and flow.

    Columns `partner_code, partner, scope, flow, valuation, adjustment`; a code that `partner_codes.csv` does not have
    has a null partner.
    """
    known = (
        partner_codes()
        .filter(pl.col("scheme") == "census")
        .select(partner_code="code", partner="partner", scope="scope")
    )
    frame = (
        pl.DataFrame({"partner_code": codes.unique().sort()})
        .join(known, on="partner_code", how="left", maintain_order="left")
        .join(pl.DataFrame({"flow": ["exports", "imports"]}), how="cross", maintain_order="left_right")
        .with_columns(pl.col("scope").fill_null("goods"))
    )
    programme = pl.col("partner_code").is_in(CONSUMPTION_CODES) & (pl.col("flow") == "imports")
    return frame.with_columns(
        valuation=pl.when(programme).then(pl.lit("consumption_customs")).otherwise(GOODS_VALUATION),
        adjustment=pl.when(pl.col("partner_code") == "0004").then(pl.lit("sa")).otherwise(pl.lit("nsa")),
    )


def dollars(value: str | pl.Expr, unit: float) -> pl.Expr:
    """Numbers in units of `unit` dollars as whole dollars (Int64): binary dust of the source goes, nothing else."""
    column = pl.col(value) if isinstance(value, str) else value
    return (column.cast(pl.Float64) * unit).round().cast(pl.Int64).alias("usd")


def with_partner(frame: pl.DataFrame, column: str, scheme: str) -> pl.DataFrame:
    """`frame` with `partner` looked up from the publisher's code or name in `column`.

    Raises:
        SeriesError: a code that the dimension does not have, named.
    """
    codes = codes_of(scheme)
    known = frame.with_columns(
        partner=pl.col(column).replace_strict(codes, default=None, return_dtype=pl.String),
    )
    strange = known.filter(pl.col("partner").is_null())[column].unique().sort().to_list()
    if strange:
        raise SeriesError(_unknown(scheme, strange))
    return known


def _unknown(scheme: str, codes: list[str | None]) -> str:
    named = ", ".join(repr(code) for code in codes[:5]) + (f" and {len(codes) - 5} more" if len(codes) > 5 else "")
    return f"partner(s) {named} that transforms/series/partner_codes.csv does not have under {scheme}; add a line each"


def refuse_unknown(series: pl.DataFrame, scheme: str) -> None:
    """Refuses series without a partner (columns `partner_code, partner`).

    Raises:
        SeriesError: names their codes.
    """
    strange = series.filter(pl.col("partner").is_null())["partner_code"].unique().sort().to_list()
    if strange:
        raise SeriesError(_unknown(scheme, strange))


def with_years(months: pl.DataFrame) -> pl.DataFrame:
    """`months` (with `period`, `usd`, `frequency`), and the sum of every year that has all twelve.

    Columns other than these must be the same in all rows, or describe the series.
    """
    others = [name for name in months.columns if name not in ("period", "usd", "frequency")]
    years = (
        months.group_by([*others, pl.col("period").str.head(4).alias("year")], maintain_order=True)
        .agg(pl.col("usd").sum(), held=pl.col("period").n_unique())
        .filter(pl.col("held") == 12)
        .select(*others, "usd", period="year", frequency=pl.lit("A"))
    )
    return pl.concat([months, years.select(months.columns)])


def period_start(period: pl.Expr) -> pl.Expr:
    """First day of `YYYY`, `YYYY-MM` or `YYYY-Qn`."""
    tail = period.str.slice(5)
    month = (
        pl.when(tail == "")
        .then(pl.lit(1))
        .when(tail.str.starts_with("Q"))
        .then(3 * tail.str.slice(1).cast(pl.Int32, strict=False) - 2)
        .otherwise(tail.cast(pl.Int32, strict=False))
    )
    return pl.date(period.str.head(4).cast(pl.Int32), month, 1).alias("period_start")


def as_observations(frame: pl.DataFrame, **constants: str | None) -> pl.DataFrame:
    """`frame` (with `usd`, or `value_usd`) as `schemas.OBSERVATIONS`, constant columns and first days added.

    Raises:
        SeriesError: two values for one series, period and vintage.
    """
    whole = frame.with_columns(pl.lit(value, dtype=pl.String).alias(name) for name, value in constants.items())
    if "value_usd" not in whole.columns:
        whole = whole.with_columns(value_usd=pl.col("usd").cast(pl.Float64))
    dated = whole.with_columns(period_start(pl.col("period")))
    conformed = OBSERVATIONS.conform(dated.select(name for name in OBSERVATIONS.schema if name in dated.columns))
    key = ["series_id", "period"]
    twice = conformed.filter(pl.struct(key).is_duplicated())
    if not twice.is_empty():
        raise SeriesError("two values for {} in {}".format(*twice.select(key).row(0)) + "; the form has changed")
    return conformed
