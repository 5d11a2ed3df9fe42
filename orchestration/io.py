"""The lake: a folder of Parquet files a table, one file a partition, each replaced whole or not at all.

What belongs here: names and places of files, writing so that a kill at any moment leaves the old or the new file and
never half of one, sweeping what killed writers left, reading back, and Dagster's view of it (an IO manager). What does
not: what a table means (`transforms.schemas`), and the lock (whoever writes holds it already).
"""

from __future__ import annotations

import contextlib
import filecmp
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import polars as pl

from orchestration.errors import TradecheckError, of_system, told_by_system
from transforms.schemas import TABLES, Table
from warehouse import files

WHOLE: Final = "all"
"""Name of the only partition of a table that has no partitions."""

REBUILT: Final = frozenset(TABLES) - {"vintage_sets", "check_history"}
"""Tables that a run makes again from scratch; the others are a record that cannot be made again."""

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")


class Lake:
    """Tables under `root`, by name. Frames come back with the table's columns in order and type."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def files(self, table: Table) -> list[Path]:
        """The table's Parquet files in the order of their names; empty before the first write."""
        return sorted(path for path in (self.root / table.name).glob("*.parquet") if not path.name.startswith("."))

    def read(self, table: Table) -> pl.DataFrame:
        """All rows, in the order of the partitions' names; no rows before the first write.

        Raises:
            TradecheckError: a file is damaged or has other columns.
        """
        return pl.concat([table.empty(), *(self._read_file(table, path) for path in self.files(table))], rechunk=False)

    def scan(self, table: Table) -> pl.LazyFrame:
        """All rows, of which only those that are asked for are read."""
        files = self.files(table)
        return pl.scan_parquet(files, hive_partitioning=False, glob=False) if files else table.empty().lazy()

    def write(self, table: Table, frame: pl.DataFrame, partition: str = WHOLE) -> Path:
        """Replace one partition by `frame`, which is brought into the table's schema first.

        Raises:
            TradecheckError: the disk refuses.
            ValueError: the frame does not fit the table.
        """
        target = self.root / table.name / f"{_UNSAFE.sub('-', partition)}.parquet"
        with replacing(target) as draft:
            table.conform(frame).write_parquet(draft, compression="zstd", statistics=True)
        return target

    def replace(self, table: Table, partitions: Iterable[tuple[str, pl.DataFrame]]) -> list[Path]:
        """Replace the whole table by named partitions, taken one at a time; files of those that are no more go last."""
        written = [self.write(table, frame, name) for name, frame in partitions]
        for path in set(self.files(table)) - set(written):
            path.unlink()
        return written

    def size(self, table: Table) -> int:
        """Bytes on disk."""
        return sum(path.stat().st_size for path in self.files(table))

    def fingerprint(self, table: Table) -> str:
        """Hash of the table's files, names and bytes: equal as long as nothing in the table has changed."""
        told = hashlib.sha256()
        for path in self.files(table):
            told.update(path.name.encode() + b"\0")
            with path.open("rb") as file:
                told.update(hashlib.file_digest(file, "sha256").digest())
        return told.hexdigest()

    def sweep(self) -> list[Path]:
        """Remove what killed writers left; only for the holder of the lock, when nobody else can be writing."""
        debris = list(self.root.glob("*/.*.new"))
        for path in debris:
            path.unlink(missing_ok=True)
        return debris

    def _read_file(self, table: Table, path: Path) -> pl.DataFrame:
        try:
            return table.conform(pl.read_parquet(path, hive_partitioning=False, glob=False))
        except (OSError, ValueError, pl.exceptions.PolarsError) as error:
            remedy = (
                "delete it and run again, it is made anew"
                if table.name in REBUILT
                else "restore it from a backup, or move it away to begin a new record"
            )
            cause = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise TradecheckError(f"{path}: not a readable file of table {table.name} ({cause}); {remedy}") from error


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A draft beside `target` that takes its place when the block ends well, flushed to disk first; else it goes.

    Raises:
        TradecheckError: the disk refuses (full, read-only, no permission); `target` is as it was.
    """
    draft = files.beside(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        if not (target.is_file() and filecmp.cmp(draft, target, shallow=False)):  # an equal file needs no flush
            files.swap(draft, target)
    except (OSError, pl.exceptions.PolarsError) as error:
        if (cause := told_by_system(error)) is None:
            raise
        raise of_system(cause, target) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
