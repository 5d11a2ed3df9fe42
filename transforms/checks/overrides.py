"""Overrides: slots or verdicts of single figures that an editor pinned, with name, date and reason.

What belongs here: applying a reviewed list and saying what could not be applied. What does not: reading the file.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms import schemas

COLUMNS: Final = ("figure_id", "quote", "slot", "value", "decided_by", "decided_on", "reason")
"""Header of the reviewed CSV. `quote` is the text that was pinned; `slot` one of SLOTS or `verdict`; all are text."""

SLOTS: Final = (
    *("kind", "value", "value_high", "unit", "hedge", "flow", "sign", "direction", "scope", "basis", "adjustment"),
    *("reporter", "partner", "period", "base_period", "status"),
)

_CLOSED: Final = {column.name: column.values for column in schemas.FIGURES.columns if column.values}


def checked_list(overrides: pl.DataFrame) -> pl.DataFrame:
    """`overrides` with every row's form checked.

    Raises:
        ValueError: a column is missing, a slot or value is not in the vocabulary, or name, date or reason is empty.
        The message
            names the row (2 is the first after the header) and the remedy.
    """
    missing = [name for name in COLUMNS if name not in overrides.columns]
    if missing:
        raise ValueError(f"overrides: column(s) {', '.join(missing)} missing; the header is {','.join(COLUMNS)}")
    for number, row in enumerate(overrides.iter_rows(named=True), start=2):
        _check_row(number, row)
    return overrides


def _check_row(number: int, row: dict[str, str | None]) -> None:
    slot, value = row["slot"], row["value"]
    empty = [name for name in ("figure_id", "quote", "slot", "decided_by", "decided_on", "reason") if not row[name]]
    if empty:
        raise ValueError(f"overrides: row {number}: {', '.join(empty)} is empty; fill it in")
    if slot != "verdict" and slot not in SLOTS:
        raise ValueError(f"overrides: row {number}: unknown slot {slot}; use verdict or one of {', '.join(SLOTS)}")
    allowed = schemas.VERDICTS if slot == "verdict" else _CLOSED.get(str(slot), ())
    if allowed and value and value not in allowed:
        raise ValueError(f"overrides: row {number}: {slot} cannot be {value}; use one of {', '.join(allowed)}")


def _rule() -> pl.Expr:
    return pl.format("override by {} on {}: {}", "decided_by", "decided_on", "reason")


def stale(overrides: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """The overrides whose figure is gone or whose pinned text has changed, with `quote_now` (null: gone)."""
    found = overrides.join(figures.select("figure_id", quote_now="quote"), on="figure_id", how="left")
    return found.filter(pl.col("quote_now").is_null() | (pl.col("quote_now") != pl.col("quote")))


def apply_to_figures(figures: pl.DataFrame, overrides: pl.DataFrame) -> pl.DataFrame:
    """`figures` with pinned slots put in their place and told in `trace`; overrides that are stale change nothing."""
    live = overrides.join(figures.select("figure_id", "quote"), on=["figure_id", "quote"]).filter(
        pl.col("slot") != "verdict"
    )
    frame = figures
    for slot in live["slot"].unique().sort():
        pinned = live.filter(pl.col("slot") == slot).unique("figure_id", keep="last", maintain_order=True)
        pinned = pinned.select("figure_id", pinned=pl.col("value").replace("", None), rule=_rule())
        frame = _pin(frame, slot, pinned)
    return schemas.FIGURES.conform(frame)


def _pin(figures: pl.DataFrame, slot: str, pinned: pl.DataFrame) -> pl.DataFrame:
    told = pl.concat_list(
        pl.struct(
            slot=pl.lit(slot),
            value="pinned",
            rule="rule",
            start=pl.lit(None, dtype=pl.Int64),
            end=pl.lit(None, dtype=pl.Int64),
        )
    )
    is_pinned = pl.col("rule").is_not_null()
    trace = pl.concat_list(pl.col("trace").fill_null(pl.lit([], dtype=schemas.TRACE)), told)
    return (
        figures.join(pinned, on="figure_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(is_pinned).then(pl.col("pinned").cast(figures.schema[slot])).otherwise(slot).alias(slot),
            trace=pl.when(is_pinned).then(trace).otherwise("trace"),
        )
        .drop("pinned", "rule")
    )


def apply_to_checks(checks: pl.DataFrame, overrides: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """`checks` with pinned verdicts put in their place; the explanation says by whom, when and why, and what was
    computed."""
    pinned = (
        overrides.join(figures.select("figure_id", "quote"), on=["figure_id", "quote"])
        .filter(pl.col("slot") == "verdict")
        .unique("figure_id", keep="last", maintain_order=True)
        .select("figure_id", pinned="value", rule=_rule())
    )
    is_pinned = pl.col("pinned").is_not_null()
    not_checkable = pl.col("pinned") == "not_checkable"
    told = pl.format("Verdict {} by {} (computed: {}). {}", "pinned", "rule", "verdict", "explanation")
    return schemas.CHECKS.conform(
        checks.join(pinned, on="figure_id", how="left", maintain_order="left")
        .with_columns(
            explanation=pl.when(is_pinned).then(told).otherwise("explanation"),
            reason=pl.when(is_pinned & not_checkable)
            .then(pl.coalesce("reason", pl.lit("reading_unresolved")))
            .when(is_pinned)
            .then(None)
            .otherwise("reason"),
            verdict=pl.coalesce("pinned", "verdict"),
        )
        .drop("pinned", "rule")
    )
