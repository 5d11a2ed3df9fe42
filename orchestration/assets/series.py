"""Official series: observations at every vintage, dated statements, releases, and the partners they are about."""

import dagster as dg
import polars as pl

from orchestration.assets.tables import table_asset
from orchestration.resources import Home, Parts
from transforms.schemas import OBSERVATIONS, PARTNERS, STATEMENTS, VINTAGES


@table_asset(STATEMENTS, kinds={"polars", "parquet"})
def statements(home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """From the embedded snapshot."""
    return home.rooms.load_snapshot("statements")


@table_asset(VINTAGES, kinds={"polars", "parquet"})
def vintages(home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """From the embedded snapshot."""
    return home.rooms.load_snapshot("vintages")


@table_asset(OBSERVATIONS, kinds={"polars", "parquet"})
def observations(home: dg.ResourceParam[Home]) -> Parts:
    """From the embedded snapshot, a file for each vintage of each source."""
    load = home.rooms.load_snapshot
    releases = load("vintages").select("source", "vintage").rows()
    parts = ((f"{source}_{name}", load("observations", source=[source], vintage=[name])) for source, name in releases)
    return Parts(parts, home.snapshot_mark())


@table_asset(PARTNERS, kinds={"polars", "csv"})
def partners(home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """From the tables of the package."""
    return home.rooms.partners()
