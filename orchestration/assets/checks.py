"""Checks: each figure against the official series, and the record of what came out and when."""

import dagster as dg
import polars as pl

from orchestration import overrides
from orchestration.assets.tables import table_asset
from orchestration.resources import Home
from transforms.checks import history
from transforms.checks.overrides import apply_to_checks
from transforms.schemas import CHECK_HISTORY, CHECKS, VINTAGE_SETS


@table_asset(CHECKS, kinds={"polars"})
def checks(
    figures: pl.DataFrame,
    observations: pl.LazyFrame,
    statements: pl.DataFrame,
    partners: pl.DataFrame,
    vintages: pl.DataFrame,
    home: dg.ResourceParam[Home],
) -> pl.DataFrame:
    """Published against computed, with the verdicts that an editor pinned."""
    judged = home.rooms.check_figures(figures, observations, statements, partners, vintages)
    return apply_to_checks(judged, overrides.load(home.settings.home), figures)


@table_asset(VINTAGE_SETS, kinds={"polars"})
def vintage_sets(vintages: pl.DataFrame, home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """The record so far, and this run's releases where just these were never held before."""
    return history.held(home.lake.read(VINTAGE_SETS), vintages, home.now)


@table_asset(CHECK_HISTORY, kinds={"polars"}, deps=["vintage_sets"])
def check_history(checks: pl.DataFrame, vintages: pl.DataFrame, home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """The record so far, and a row for each figure that is new, or whose data or verdict changed."""
    before = home.lake.read(CHECK_HISTORY)
    return pl.concat([before, history.added(before, checks, vintages, home.now)])
