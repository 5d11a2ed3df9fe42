"""The record of verdicts: one more row for a figure whenever its verdict, or the data behind it, changed.

What belongs here: appending to `check_history`. What does not: the verdicts.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import polars as pl

from transforms.schemas import CHECK_HISTORY


def vintage_set(vintages: pl.DataFrame) -> str:
    """Hash of the sorted (source, vintage) pairs that were held: 16 hexadecimal digits."""
    pairs = vintages.select("source", "vintage").unique().sort("source", "vintage").rows()
    return hashlib.sha256("\n".join(" ".join(pair) for pair in pairs).encode()).hexdigest()[:16]


def history_of(
    before: pl.DataFrame, checks: pl.DataFrame, vintages: pl.DataFrame, checked_at: datetime
) -> pl.DataFrame:
    """`before`, and every check that differs from its figure's last row, dated `checked_at`."""
    now = checks.select(
        "figure_id",
        pl.lit(vintage_set(vintages)).alias("vintage_set"),
        pl.lit(checked_at).dt.cast_time_unit("us").alias("checked_at"),
        "verdict",
        "computed_value",
    )
    last = before.sort("checked_at").unique("figure_id", keep="last")
    same = ["figure_id", "vintage_set", "verdict", "computed_value"]
    return CHECK_HISTORY.conform(pl.concat([before, now.join(last, on=same, how="anti", nulls_equal=True)]))
