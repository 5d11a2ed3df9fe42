"""Official tables for a check: from the warehouse file, or from the embedded snapshot where there is none.

What belongs here: choosing between the two and taking only the rows that are wanted. What does not: what is done with
them (`transforms.checks`) and what a person is told (`orchestration.checking`).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl

from transforms.schemas import TABLES
from transforms.series.partners import partners
from warehouse import snapshot
from warehouse.connect import connect


def table(name: str, path: Path | None, **where: Collection[str]) -> pl.DataFrame:
    """One official table (`observations`, `statements`, `vintages`, `documents`, `partners`) as its schema has it.

    `path` is the warehouse file; None reads what the package holds. `where` keeps rows by their columns, each with the
    values wanted: `partner=["KR", "world"]`. Only those are read, which makes a check of a few partners quick.

    Raises:
        SnapshotError, FileNotFoundError, duckdb.Error: the snapshot or the warehouse cannot be read.
        KeyError: no such table or column.
    """
    schema = TABLES[name].schema
    strange = sorted(set(where) - set(schema.names()))
    if strange:
        raise KeyError(f"{name}: has no column {', '.join(strange)}")
    if path is not None:
        return _from_warehouse(name, path, where)
    if name != "partners":
        return snapshot.load(name, snapshot.FOLDER, **where)
    frame = partners()
    for column, values in where.items():
        frame = frame.filter(pl.col(column).is_in(list(values)))
    return frame


def _from_warehouse(name: str, path: Path, where: dict[str, Collection[str]]) -> pl.DataFrame:
    with connect(path) as connection:
        relation = connection.table(name)
        for column, values in where.items():
            texts = ", ".join("'" + value.replace("'", "''") + "'" for value in values) or "NULL"
            relation = relation.filter(f'"{column}" IN ({texts})')
        return TABLES[name].conform(relation.pl())
