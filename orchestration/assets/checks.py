"""Checks: each figure against the official series, and the record of what came out and when."""

import dagster as dg
import polars as pl

from orchestration.assets.tables import table_asset
from orchestration.history import history_of
from orchestration.resources import Home
from transforms.schemas import CHECK_HISTORY, CHECKS


@table_asset(CHECKS, kinds={"polars"})
def checks(
    figures: pl.DataFrame,
    observations: pl.LazyFrame,
    statements: pl.DataFrame,
    partners: pl.DataFrame,
    vintages: pl.DataFrame,
    home: dg.ResourceParam[Home],
) -> pl.DataFrame:
    """Published against computed."""
    return home.rooms.check_figures(figures, observations, statements, partners, vintages)


@table_asset(CHECK_HISTORY, kinds={"polars"})
def check_history(checks: pl.DataFrame, vintages: pl.DataFrame, home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """The record so far, and a row for each figure that is new, or whose data or verdict changed."""
    return history_of(home.lake.read(CHECK_HISTORY), checks, vintages, home.now)
