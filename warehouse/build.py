"""Builds the warehouse: one DuckDB file of the lake's tables and views over them, beside the old one, then swapped in.

What belongs here: tables made from the data dictionary, views made from `views/*.sql`, comments on all of it, and a
swap that a reader never notices. What does not: what the tables hold, and the queries themselves.

The file is written in the storage format of DuckDB 1.4, so that people can open it with the client they have.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
from polars.datatypes import DataTypeClass

from transforms.schemas import TABLES, Table
from warehouse import files
from warehouse.views import View, views

STORAGE_VERSION: Final = "v1.4.0"

BUILD_MEMORY: Final = "400MB"
"""What DuckDB may use for building before it writes to the disk: two million observations fit, and a run beside it
stays under 1.5 GB."""

Paths = Path | Sequence[Path]

_TYPES: Final = {
    pl.String: "VARCHAR",
    pl.Float64: "DOUBLE",
    pl.Int64: "BIGINT",
    pl.Boolean: "BOOLEAN",
    pl.Date: "DATE",
    pl.Datetime: "TIMESTAMP WITH TIME ZONE",
}


class BuildError(Exception):
    """The warehouse could not be built; the old one is untouched. One line that names the file and what to do."""


def build(lake: Mapping[str, Paths], target: Path) -> dict[str, int]:
    """Build `target` from Parquet files by table; returns the number of rows of each table.

    A table of the data dictionary that `lake` does not have, or has without files, is there and empty.

    Raises:
        BuildError: a Parquet file does not fit its table, two rows have one key, or the disk is full or read-only.
    """
    strange = sorted(set(lake) - set(TABLES))
    if strange:
        raise BuildError(f"{target}: no table(s) {', '.join(strange)} in the data dictionary")
    if "?" in str(target):
        raise BuildError(
            f"{target}: DuckDB takes what follows a `?` for options; set TRADECHECK_HOME to another folder"
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        told = (
            f"{target.parent}: cannot be made ({error.strerror}); set TRADECHECK_HOME to a folder that can be written"
        )
        raise BuildError(told) from error
    try:
        _swept(target)
        new = files.beside(target)
        with _debris_of(new):
            rows = _written(lake, new)
            files.swap(new, target)
    except duckdb.Error as error:
        raise _explained(target, str(error).splitlines()[0]) from error
    except OSError as error:
        raise _explained(target, error.strerror or str(error)) from error
    return rows


def _swept(target: Path) -> None:
    """Remove what killed builds left beside `target`."""
    files.sweep(target)
    for spill in target.parent.glob(f".{target.name}.*.spill"):
        if not spill.with_suffix("").exists():
            shutil.rmtree(spill, ignore_errors=True)


def _explained(target: Path, cause: str) -> BuildError:
    full = any(sign in cause for sign in ("No space left", "File too large", "Disk quota"))
    shut = any(sign in cause for sign in ("Read-only file system", "Permission denied", "Not a directory"))
    if full:
        remedy = "free some space"
    elif shut:
        remedy = "make its folder writable, or set TRADECHECK_HOME to another"
    else:
        remedy = "mend the input named there and run again"
    kept = "; the old warehouse is as it was" if target.is_file() else ""
    return BuildError(f"{target}: not built: {cause}; {remedy}{kept}")


@contextlib.contextmanager
def _debris_of(new: Path) -> Iterator[None]:
    """Remove a half-built file and what DuckDB put beside it, however the build ended."""
    try:
        yield
    finally:
        shutil.rmtree(_spill(new), ignore_errors=True)
        for path in new.parent.glob(f"{new.name}*"):
            with contextlib.suppress(OSError):
                path.unlink()


def _spill(new: Path) -> Path:
    """Where DuckDB puts what does not fit into BUILD_MEMORY."""
    return new.with_name(f"{new.name}.spill")


def _written(lake: Mapping[str, Paths], new: Path) -> dict[str, int]:
    """The whole database in the file `new`, closed and checkpointed."""
    config = {"memory_limit": BUILD_MEMORY, "temp_directory": str(_spill(new))}
    with duckdb.connect(config=config) as connection:
        connection.execute(f"ATTACH {_text(str(new))} AS building (STORAGE_VERSION {_text(STORAGE_VERSION)})")
        connection.execute("USE building")
        # One transaction for all definitions: each on its own would be flushed to the disk on its own.
        connection.execute("BEGIN")
        for table in TABLES.values():
            for statement in ddl(table):
                connection.execute(statement)
        for view in views():
            _create_view(connection, view)
        connection.execute("COMMIT")
        rows = {name: _load(connection, table, _listed(lake.get(name, ()))) for name, table in TABLES.items()}
        connection.execute("CHECKPOINT building")
        connection.execute("USE memory")
        connection.execute("DETACH building")
    return rows


def _listed(paths: Paths) -> list[str]:
    return [str(path) for path in ([paths] if isinstance(paths, Path) else paths)]


def _load(connection: duckdb.DuckDBPyConnection, table: Table, paths: list[str]) -> int:
    """Fill `table`; the number of its rows."""
    if paths:
        missing = [path for path in paths if not Path(path).is_file()]
        if missing:
            raise FileNotFoundError(errno.ENOENT, f"table {table.name}: no file {missing[0]}")
        try:
            connection.execute(f"INSERT INTO {table.name} BY NAME FROM read_parquet($1, union_by_name = true)", [paths])
        except duckdb.Error as error:
            raise _at_table(table, error) from error
    _check_key(connection, table)
    return int(_one(connection, f"SELECT count(*) FROM {table.name}"))  # noqa: S608 — names of the data dictionary


def _at_table(table: Table, error: duckdb.Error) -> duckdb.Error:
    """The same error, with the name of the table that it happened at."""
    return type(error)(f"table {table.name}: {str(error).splitlines()[0]}")


def _check_key(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """No two rows of one key. A key constraint would keep an index over millions of rows in the file for it."""
    key = ", ".join(table.key)
    query = f"SELECT {key} FROM {table.name} GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT 1"  # noqa: S608 — as above
    twice = connection.execute(query).fetchone()
    if twice:
        raise duckdb.ConstraintException(f"table {table.name}: two rows with {key} = {', '.join(map(str, twice))}")


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def ddl(table: Table) -> list[str]:
    """Statements that create `table` and comment on it and on each of its columns."""
    columns = ", ".join(
        f"{column.name} {sql_type(column.dtype)}{'' if column.nullable else ' NOT NULL'}" for column in table.columns
    )
    return [
        f"CREATE TABLE {table.name} ({columns})",
        f"COMMENT ON TABLE {table.name} IS {_text(table.description)}",
        *(f"COMMENT ON COLUMN {table.name}.{column.name} IS {_text(column.description)}" for column in table.columns),
    ]


def sql_type(dtype: DataTypeClass | pl.DataType) -> str:
    """DuckDB's type for a type of the data dictionary.

    Raises:
        TypeError: a type that the data dictionary does not use.
    """
    if isinstance(dtype, pl.List):
        return f"{sql_type(dtype.inner)}[]"
    if isinstance(dtype, pl.Struct):
        fields = ", ".join(f'"{field.name}" {sql_type(field.dtype)}' for field in dtype.fields)
        return f"STRUCT({fields})"
    for known, name in _TYPES.items():
        if dtype == known:
            return name
    raise TypeError(f"no DuckDB type for {dtype}")


def _create_view(connection: duckdb.DuckDBPyConnection, view: View) -> None:
    """Create a view or table macro and comment on it and on every column of it."""
    try:
        connection.execute(view.create)
        for statement in view.comments(_columns(connection, view)):
            connection.execute(statement)
    except duckdb.Error as error:
        raise type(error)(f"views/{view.name}.sql: {str(error).splitlines()[0]}") from error


def _columns(connection: duckdb.DuckDBPyConnection, view: View) -> list[str]:
    if view.is_macro:
        return []
    return [str(row[0]) for row in connection.execute(f"DESCRIBE {view.name}").fetchall()]


def _text(value: str) -> str:
    """`value` as a quoted SQL text."""
    return "'" + value.replace("'", "''") + "'"
