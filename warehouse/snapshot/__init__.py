"""The embedded snapshot: official figures in every vintage held and sample articles, for use without a network.

What belongs here: reading it, with every byte checked against the manifest. What does not: how it is made
(`warehouse.snapshot.make`) and laid out (`warehouse.snapshot.panel`).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from transforms.schemas import TABLES
from warehouse.snapshot.panel import FILTERS, Panel, expand

FOLDER: Final = Path(__file__).parent
MANIFEST: Final = "manifest.json"
TABLE_NAMES: Final = ("observations", "statements", "vintages", "documents")


class SnapshotError(Exception):
    """A file of the snapshot is missing or not what was shipped: names the file and what to do."""


def load(table: str, folder: Path = FOLDER, /, **where: Collection[str]) -> pl.DataFrame:
    """One table of the snapshot, as `transforms.schemas` has it, every file checked against the manifest.

    `where` keeps rows by their columns, each with the values wanted (`partner=["KR", "world"], frequency=["A"]`);
    observations are then chosen before they are expanded, so a few partners take a fraction of the time of all.

    Raises:
        SnapshotError: a file is missing or was changed.
        KeyError: no such table, or a column that rows cannot be chosen by.
    """
    if table not in TABLE_NAMES:
        raise KeyError(f"the snapshot has no table {table!r}, only {', '.join(TABLE_NAMES)}")
    allowed = FILTERS if table == "observations" else TABLES[table].schema.names()
    strange = sorted(set(where) - set(allowed))
    if strange:
        raise KeyError(f"{table}: rows cannot be chosen by {', '.join(strange)}, only by {', '.join(allowed)}")
    if table == "observations":
        return expand(_panel(folder), where)
    frame = _frame(folder, f"{table}.parquet")
    for name, values in where.items():
        frame = frame.filter(pl.col(name).is_in(list(values)))
    return frame


def article_paths() -> list[Path]:
    """The sample articles, in the order of their names."""
    return sorted((FOLDER / "articles").glob("*.md"))


def identity(folder: Path = FOLDER) -> str:
    """One hash for everything that the snapshot holds: it changes when any of its data do."""
    return hashlib.sha256(_bytes(folder / MANIFEST)).hexdigest()


def _panel(folder: Path) -> Panel:
    workbook = _manifest(folder)["workbook"]
    return Panel(
        series=_frame(folder, "series.parquet"),
        months=_frame(folder, "months.parquet"),
        years=_frame(folder, "years.parquet"),
        values=_frame(folder, "values.parquet"),
        vintages=tuple(row["vintage"] for row in workbook),
        documents=tuple(row["document_id"] for row in workbook),
    )


@lru_cache(maxsize=8)
def _frame(folder: Path, name: str) -> pl.DataFrame:
    """A Parquet file whose bytes are those of the manifest."""
    path = folder / name
    listed = _manifest(folder)["files"].get(name)
    if listed is None:
        raise SnapshotError(f"{folder / MANIFEST}: does not list {name}; {_REMEDY}")
    data = _bytes(path)
    if hashlib.sha256(data).hexdigest() != listed["sha256"]:
        raise SnapshotError(f"{path}: not the file that was shipped (its hash differs); {_REMEDY}")
    return pl.read_parquet(io.BytesIO(data))


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    try:
        manifest = json.loads(_bytes(path))
    except ValueError as error:
        raise SnapshotError(f"{path}: cannot be read; {_REMEDY}") from error
    if not isinstance(manifest, dict) or not {"files", "workbook"} <= set(manifest):
        raise SnapshotError(f"{path}: is no manifest; {_REMEDY}")
    return manifest


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read ({error.strerror}); {_REMEDY}") from error


_REMEDY: Final = "reinstall tradecheck, or restore the file with `git checkout -- warehouse/snapshot`"
