"""What Dagster shows about a table: column schema, rows, size, vintages, and the first rows as a table.

What belongs here: turning frames and schemas into Dagster's metadata, all of it plain text, since cells hold what
articles say. What does not: what the tables are (`transforms.schemas`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dagster as dg
import polars as pl

from orchestration.io import Lake
from orchestration.plain import plain
from transforms.schemas import TABLES, Table

PREVIEW_ROWS: Final = 8
CELL_CHARS: Final = 120


def schema_of(table: Table) -> dg.TableSchema:
    """The table's columns as Dagster shows them: polars type, description, closed list, and whether null may stand."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=str(column.dtype),
                description=column.description,
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable,
                    unique=table.key == (column.name,),
                    other=[f"one of {', '.join(column.values)}"] if column.values else [],
                ),
            )
            for column in table.columns
        ]
    )


def of_table(table: Table, lake: Lake) -> dict[str, Any]:
    """Rows, files, size, rows by vintage, source, verdict or kind where the table has them, and a preview."""
    frame = lake.scan(table)
    said: dict[str, Any] = {
        "dagster/row_count": frame.select(pl.len()).collect().item(),
        "files": len(lake.files(table)),
        "size_kilobytes": round(lake.size(table) / 1000, 1),
        "path": dg.MetadataValue.path(str(lake.root / table.name)),
        "preview": preview(frame.head(PREVIEW_ROWS).collect()),
    }
    for column in ("source", "vintage", "verdict", "kind"):
        if column in table.schema:
            said[f"rows_by_{column}"] = preview(frame.group_by(column).len("rows").sort(column).collect(), rows=60)
    return said


def rows_by_table(lake: Lake) -> dict[str, int]:
    """How many rows each table has: `rows_observations` and so on."""
    return {f"rows_{name}": lake.scan(table).select(pl.len()).collect().item() for name, table in TABLES.items()}


def preview(frame: pl.DataFrame, rows: int = PREVIEW_ROWS) -> dg.TableMetadataValue:
    """The first rows; long and nested cells are cut to a line of text."""
    records = [dg.TableRecord(_cells(row)) for row in frame.head(rows).iter_rows(named=True)]
    columns = [dg.TableColumn(name, _kind(dtype)) for name, dtype in frame.schema.items()]
    return dg.MetadataValue.table(records, dg.TableSchema(columns))


def _kind(dtype: pl.DataType) -> str:
    return "float" if dtype.is_float() else "int" if dtype.is_integer() else "bool" if dtype == pl.Boolean else "string"


def _cells(row: Mapping[str, Any]) -> dict[str, str | int | float | bool]:
    return {name: _cell(value) for name, value in row.items()}


def _cell(value: Any) -> str | int | float | bool:
    if isinstance(value, bool | int | float):
        return value
    text = "" if value is None else plain(str(value))
    return text if len(text) <= CELL_CHARS else f"{text[: CELL_CHARS - 1]}…"
