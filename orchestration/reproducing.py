"""Every check's own query, run on the lake as it is now: what the suite of checks compares with the computed values.

What belongs here: the lake's tables and the warehouse's views in one connection that can read nothing else, before
there is a new warehouse to ask. What does not: judging the answers (`expectations`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import duckdb
import polars as pl

from orchestration.io import Lake
from transforms.schemas import CHECKS, TABLES
from warehouse.build import sql_type
from warehouse.views import views


def reproduced(lake: Lake) -> pl.DataFrame:
    """`figure_id` and `value`: what the query of each check returns; null where it fails or returns nothing."""
    asked = lake.scan(CHECKS).filter(pl.col("sql").is_not_null()).select("figure_id", "sql").collect()
    with _tables(lake) as connection:
        answer = cache(lambda sql: _value(connection, sql))
        values = pl.Series("value", [answer(sql) for sql in asked["sql"]], dtype=pl.Float64)
    return asked.select("figure_id", values)


def _value(connection: duckdb.DuckDBPyConnection, sql: str) -> float | None:
    try:
        row = connection.execute(sql).fetchone()
    except duckdb.Error:
        return None
    return float(row[0]) if row and isinstance(row[0], int | float) else None


@contextmanager
def _tables(lake: Lake) -> Iterator[duckdb.DuckDBPyConnection]:
    """The lake under the names of the warehouse, its views included."""
    with duckdb.connect() as connection:
        connection.execute(f"SET allowed_directories = [{_text(str(lake.root))}]")
        connection.execute("SET enable_external_access = false")
        for name, table in TABLES.items():
            columns = ", ".join(f"NULL::{sql_type(column.dtype)} AS {column.name}" for column in table.columns)
            files = ", ".join(_text(str(path)) for path in lake.files(table))
            rows = f"SELECT * FROM read_parquet([{files}])" if files else f"SELECT {columns} LIMIT 0"  # noqa: S608 — ours
            connection.execute(f"CREATE VIEW {name} AS {rows}")
        for view in views():
            connection.execute(view.create)
        connection.execute("SET lock_configuration = true")
        yield connection


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
