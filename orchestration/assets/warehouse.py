"""The warehouse: one DuckDB file made of the lake's tables, for people and their tools."""

import dagster as dg

from orchestration.assets.tables import OWNERS
from orchestration.resources import Home
from transforms.schemas import TABLES


@dg.asset(group_name="warehouse", deps=list(TABLES), kinds={"duckdb", "sql"}, owners=OWNERS["warehouse"])
def warehouse(home: dg.ResourceParam[Home]) -> dg.MaterializeResult:
    """One DuckDB file of all tables and the views over them, built beside the old one and swapped in."""
    lake = {name: home.lake.files(table) for name, table in TABLES.items()}
    rows = home.rooms.build_warehouse(lake, home.settings.warehouse)
    size = home.settings.warehouse.stat().st_size
    path = dg.MetadataValue.path(str(home.settings.warehouse))
    return dg.MaterializeResult(metadata={"path": path, "size_megabytes": round(size / 1e6, 1), **rows})
