"""The warehouse: one DuckDB file made of the lake's tables, for people and their tools."""

from typing import Any

import dagster as dg

from orchestration import metadata
from orchestration.assets.tables import OWNERS
from orchestration.resources import Home
from transforms.schemas import TABLES


@dg.asset(group_name="warehouse", deps=list(TABLES), kinds={"duckdb", "sql"}, owners=OWNERS["warehouse"])
def warehouse(home: dg.ResourceParam[Home]) -> dg.MaterializeResult:
    """One DuckDB file of all tables and the views over them, built beside the old one and swapped in."""
    built, path = home.build_warehouse(), home.settings.warehouse
    size = round(path.stat().st_size / 1e6, 1)
    told: dict[str, Any] = {"path": dg.MetadataValue.path(str(path)), "size_megabytes": size}
    return dg.MaterializeResult(metadata=told | {"built": built} | metadata.rows_by_table(home.lake))
