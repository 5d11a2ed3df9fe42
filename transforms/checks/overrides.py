"""Overrides: slots or verdicts of single figures that an editor pinned, with name, date and reason.

What belongs here: applying a reviewed list and saying what could not be applied. What does not: reading the file.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from transforms import periods, schemas

COLUMNS: Final = ("figure_id", "quote", "slot", "value", "decided_by", "decided_on", "reason")
"""Header of the reviewed CSV. `quote` is the text that was pinned, white space aside; `slot` one of SLOTS or `verdict`;
all are text. Of several rows for one slot of one figure the last holds."""

SLOTS: Final = (
    *("kind", "value", "value_high", "unit", "hedge", "flow", "sign", "direction", "scope", "basis", "adjustment"),
    *("reporter", "partner", "period", "base_period", "status"),
)

NEVER_EMPTY: Final = frozenset(column.name for column in schemas.FIGURES.columns if not column.nullable) | {"verdict"}

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
    if slot in NEVER_EMPTY and not value:
        raise ValueError(f"overrides: row {number}: {slot} cannot be empty; say what it is")
    form = _form(str(slot), value or "") or (
        "" if _is_day(str(row["decided_on"])) else "decided_on is a day: 2024-02-03"
    )
    if form:
        raise ValueError(f"overrides: row {number}: {form}")


def _form(slot: str, value: str) -> str:
    """What form the value of `slot` has to have, where it has another; empty where it is right."""
    if slot in ("value", "value_high") and value and not _is_number(value):
        return f"{slot} is a number in base units without commas, not {value}: 27.6 billion is 27600000000"
    if slot in ("period", "base_period") and value not in ("", "current", "unknown") and not periods.bounds(value):
        return f"{slot} is YYYY, YYYY-MM, YYYY-Qn, A..B, current or unknown, not {value}"
    return ""


def _is_number(value: str) -> bool:
    try:
        return 0 <= float(value) < float("inf")
    except ValueError:
        return False


def _is_day(value: str) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except ValueError:
        return False


_RULE: Final = "override by "


def _rule() -> pl.Expr:
    return pl.format(_RULE + "{} on {}: {}", "decided_by", "decided_on", "reason")


def is_pinned(slot: str) -> pl.Expr:
    """Whether an editor pinned `slot` of the figure, as its trace tells; for a frame of schemas.FIGURES."""
    step = pl.element().struct
    pinned = (step.field("slot") == slot) & step.field("rule").str.starts_with(_RULE)
    return pl.col("trace").list.eval(pinned).list.any().fill_null(value=False)


def stale(overrides: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """The overrides whose figure is gone or whose pinned text has changed, with `quote_now` (null: gone)."""
    found = overrides.join(
        figures.select("figure_id", quote_now="quote"), on="figure_id", how="left", maintain_order="left"
    )
    return found.filter((_plain("quote_now") == _plain("quote")).fill_null(value=False).not_())


def _plain(name: str) -> pl.Expr:
    return pl.col(name).str.replace_all(r"\s+", " ").str.strip_chars()


def _live(overrides: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """The overrides whose figure still says what was pinned: of each slot the last."""
    told = figures.select("figure_id", told=_plain("quote"))
    same = overrides.with_columns(told=_plain("quote")).join(told, on=["figure_id", "told"], how="semi")
    return same.drop("told").unique(["figure_id", "slot"], keep="last", maintain_order=True)


def apply_to_figures(figures: pl.DataFrame, overrides: pl.DataFrame) -> pl.DataFrame:
    """`figures` with pinned slots put in their place and told in `trace`; overrides that are stale change nothing.

    A pinned verdict is told in `trace` too, as slot `verdict`.
    """
    live = _live(overrides, figures)
    frame = figures
    for slot in live["slot"].unique().sort():
        pinned = live.filter(pl.col("slot") == slot)
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
    changed = figures.join(pinned, on="figure_id", how="left", maintain_order="left").with_columns(
        trace=pl.when(is_pinned).then(trace).otherwise("trace")
    )
    if slot in figures.schema:
        value = pl.col("pinned").cast(figures.schema[slot])
        changed = changed.with_columns(pl.when(is_pinned).then(value).otherwise(slot).alias(slot))
    return changed.drop("pinned", "rule")


def apply_to_checks(checks: pl.DataFrame, overrides: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """`checks` with pinned verdicts put in their place; the explanation says by whom, when and why, and what was
    computed."""
    pinned = (
        _live(overrides, figures).filter(pl.col("slot") == "verdict").select("figure_id", pinned="value", rule=_rule())
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
