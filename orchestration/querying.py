"""Reading the warehouse for the command line: one figure with all that is known of it, and queries that only read.

What belongs here: opening the file so that a query can neither write nor reach other files nor run for ever. What does
not: layout (`rendering`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from orchestration.errors import TradecheckError
from warehouse import connect

SAFE: Final = (
    "SET enable_external_access = false",  # no other file, no ATTACH, COPY, INSTALL or network
    "SET memory_limit = '1GB'",
    "SET lock_configuration = true",
)

_FIGURE: Final = """
SELECT f.*, c.* EXCLUDE (figure_id), a.title, a.publisher, a.path, a.text
FROM main.figures f JOIN main.checks c USING (figure_id) JOIN main.articles a USING (article_id)
WHERE f.figure_id = ? OR (length(?) >= 4 AND starts_with(f.figure_id, ?))
ORDER BY f.figure_id = ? DESC LIMIT 2
"""


@dataclass(frozen=True, slots=True)
class Rows:
    """A query's answer, and whether there was more than was asked for."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    more: bool


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, read-only and shut off from everything else.

    Raises:
        TradecheckError: there is none yet, or it cannot be opened.
    """
    if not path.is_file():
        raise TradecheckError(f"{path}: no warehouse yet; make it with `tradecheck run`")
    try:
        connection = connect.connect(path, read_only=True)
    except (duckdb.Error, OSError) as error:
        cause = str(error).splitlines()[0]
        raise TradecheckError(f"{path}: cannot be opened ({cause}); `tradecheck run` builds it anew") from error
    try:
        yield connection
    finally:
        connection.close()


def query(path: Path, sql: str, *, limit: int | None, timeout_seconds: float) -> Rows:
    """The rows of `sql`, at most `limit`.

    Raises:
        TradecheckError: the query is wrong, is refused, or took too long.
    """
    with reading(path) as connection:
        for statement in SAFE:
            connection.execute(statement)
        interrupt = threading.Timer(timeout_seconds, connection.interrupt)
        interrupt.start()
        try:
            answer = connection.execute(sql)
            if answer is None or answer.description is None:
                raise TradecheckError("the query is empty; for example: from published_vs_computed limit 5")
            columns = [column[0] for column in answer.description]
            rows = answer.fetchmany(limit + 1) if limit is not None else answer.fetchall()
        except duckdb.InterruptException:
            told = f"the query took longer than {timeout_seconds:g} s; narrow it or give --timeout"
            raise TradecheckError(told) from None
        except duckdb.Error as error:
            raise TradecheckError(str(error).partition("\nLINE ")[0].strip()) from error
        finally:
            interrupt.cancel()
    return Rows(columns, rows[:limit], limit is not None and len(rows) > limit)


def figure(path: Path, figure_id: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """One figure with its check and article, and the documents that its computed value rests on.

    `figure_id` may be cut short as long as it stays the only one; four characters at least.

    Raises:
        TradecheckError: there is no such figure, or more than one begins like that.
    """
    with reading(path) as connection:
        found = _dicts(connection, _FIGURE, [figure_id] * 4)
        if not found:
            raise TradecheckError(f"no figure {figure_id} in {path}; `tradecheck sql` lists them: FROM figures")
        if len(found) > 1 and found[0]["figure_id"] != figure_id:
            raise TradecheckError(f"several figures begin with {figure_id}; give more of it")
        documents = _dicts(
            connection,
            "FROM main.documents WHERE list_contains(?, document_id) ORDER BY document_id",
            [found[0]["documents"] or []],
        )
    return found[0], documents


def _dicts(connection: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
    answer = connection.execute(sql, parameters)
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
