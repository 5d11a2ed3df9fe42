"""Official series: observations at every vintage, dated statements, releases, and the partners they are about."""

from itertools import chain

import dagster as dg
import polars as pl

from orchestration.assets.sources import FETCHED
from orchestration.assets.tables import table_asset
from orchestration.marks import hash_of
from orchestration.resources import Home, Parts
from transforms.schemas import OBSERVATIONS, PARTNERS, STATEMENTS, VINTAGES


@table_asset(STATEMENTS, kinds={"polars", "parquet"}, deps=FETCHED)
def statements(home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """From the embedded snapshot and the archived documents."""
    both = pl.concat([home.rooms.load_snapshot("statements"), home.readings.statements()])
    return both.unique("statement_id", keep="first", maintain_order=True)


@table_asset(VINTAGES, kinds={"polars", "parquet"}, deps=FETCHED)
def vintages(context: dg.AssetExecutionContext, home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """From the embedded snapshot and the archived documents; what cannot be read is told here."""
    for failure in home.readings.merged.failures:
        context.log.warning(f"{failure}; the vintage before it stays in use")
    return pl.concat([home.rooms.load_snapshot("vintages"), home.readings.vintages()])


@table_asset(OBSERVATIONS, kinds={"polars", "parquet"}, deps=FETCHED)
def observations(home: dg.ResourceParam[Home]) -> Parts:
    """From the embedded snapshot and the archived documents, a file for each vintage of each source."""
    load = home.rooms.load_snapshot
    releases = load("vintages").select("source", "vintage").rows()
    embedded = (
        (f"{source}_{name}", load("observations", source=[source], vintage=[name])) for source, name in releases
    )
    snapshot = home.snapshot_mark()
    return Parts(chain(embedded, home.readings.observations()), snapshot and hash_of([snapshot, home.readings.mark()]))


@table_asset(PARTNERS, kinds={"polars", "csv"})
def partners(home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """From the tables of the package."""
    return home.rooms.partners()
