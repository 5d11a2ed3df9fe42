"""The record of verdicts: what is added after a run, what has moved, and which release moved it.

What belongs here: pure functions over `check_history`, `vintage_sets`, `checks` and `vintages`. What does not: reading
or writing them.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

import polars as pl

from transforms import schemas


def vintage_set(vintages: pl.DataFrame) -> str:
    """The data version: hash of the sorted (source, vintage) pairs that were held (contract)."""
    pairs = sorted(f"{source}\t{vintage}" for source, vintage in vintages.select("source", "vintage").iter_rows())
    return hashlib.sha256("\n".join(pairs).encode()).hexdigest()


def held(before: pl.DataFrame, vintages: pl.DataFrame, held_from: datetime) -> pl.DataFrame:
    """The releases of every data version so far, and those of this one where it is new.

    Args:
        before: schemas.VINTAGE_SETS so far.
        vintages: schemas.VINTAGES that are held now.
        held_from: when the run began, with a time zone.

    Returns:
        schemas.VINTAGE_SETS: `before` as it was, then the new rows.
    """
    name = vintage_set(vintages)
    if name in before["vintage_set"]:
        return before
    now = vintages.select(pl.lit(name).alias("vintage_set"), "source", "vintage", pl.lit(held_from).alias("held_from"))
    new = schemas.VINTAGE_SETS.conform(now.unique(["source", "vintage"]).sort("source", "vintage"))
    return pl.concat([before, new])


def added(history: pl.DataFrame, checks: pl.DataFrame, vintages: pl.DataFrame, checked_at: datetime) -> pl.DataFrame:
    """The rows that a run adds: one for each figure that is new, or whose data version, verdict or value changed.

    Args:
        history: schemas.CHECK_HISTORY so far.
        checks: schemas.CHECKS of this run.
        vintages: schemas.VINTAGES that were held.
        checked_at: when the run checked, with a time zone.

    Returns:
        schemas.CHECK_HISTORY rows; none where the same run is made again.
    """
    now = checks.select("figure_id", "verdict", "computed_value").with_columns(
        vintage_set=pl.lit(vintage_set(vintages)), checked_at=pl.lit(checked_at)
    )
    last = history.sort("checked_at", maintain_order=True).unique("figure_id", keep="last")
    same = ["figure_id", "vintage_set", "verdict", "computed_value"]
    return schemas.CHECK_HISTORY.conform(now.join(last.select(same), on=same, how="anti", nulls_equal=True))


def verdict_changes(history: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """What moved from one check of a figure to the next, and which releases had come in between.

    Args:
        history: schemas.CHECK_HISTORY.
        held: schemas.VINTAGE_SETS: one row for each release that a data version held.

    Returns:
        `figure_id, checked_at, verdict_was, verdict, value_was, value, releases`: one row a change of verdict, oldest
        first; `releases` lists `source vintage` of what was new, empty where the figure itself had changed or where it
        is not known what was held before.
    """
    was = pl.struct("verdict", "computed_value", "vintage_set").shift(1).over("figure_id")
    moved = (
        history.sort("checked_at", maintain_order=True)
        .with_columns(was=was)
        .filter(pl.col("was").is_not_null() & (pl.col("was").struct.field("verdict") != pl.col("verdict")))
    )
    steps = moved.select(
        "figure_id",
        "checked_at",
        "vintage_set",
        verdict_was=pl.col("was").struct.field("verdict"),
        verdict="verdict",
        value_was=pl.col("was").struct.field("computed_value"),
        value="computed_value",
        set_was=pl.col("was").struct.field("vintage_set"),
    )
    return steps.join(_releases(steps, held), on=["set_was", "vintage_set"], how="left", maintain_order="left").select(
        "figure_id",
        "checked_at",
        "verdict_was",
        "verdict",
        "value_was",
        "value",
        releases=pl.col("releases").fill_null(pl.lit([], dtype=pl.List(pl.String))),
    )


def _releases(steps: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """`set_was, vintage_set, releases`: what the later data version holds and the earlier does not."""
    pairs = steps.select("set_was", "vintage_set").unique()
    known = pairs.filter(pl.col("set_was").is_in(held["vintage_set"].unique().implode()))
    later = known.join(held, on="vintage_set")
    new = later.join(
        held, left_on=["set_was", "source", "vintage"], right_on=["vintage_set", "source", "vintage"], how="anti"
    )
    names = pl.format("{} {}", "source", "vintage").sort()
    return new.group_by("set_was", "vintage_set").agg(releases=names)
