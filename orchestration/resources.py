"""What the assets are given: the home folder with its lake and archive, and the rooms' functions that they call.

What belongs here: resources and Dagster's IO manager over the lake. What does not: the lake itself (`io`), settings,
and anything about trade.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

import transforms
import transforms.checks
import transforms.figures
import warehouse
import warehouse.build
import warehouse.snapshot
from expectations import docs, runner
from orchestration import live, lock, metadata
from orchestration.clients.http import Policy
from orchestration.io import WHOLE, Lake
from orchestration.marks import Mark, code_of, hash_of
from orchestration.readings import Readings
from orchestration.settings import Settings, prepare
from orchestration.suite_results import SuiteResults
from transforms.schemas import TABLES, Table
from transforms.series import partners
from warehouse.archive import Archive
from warehouse.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Parts:
    """A table as named parts, made and written one at a time, so that it never has to be in memory whole.

    `made_from` tells what they are made from: equal to the last time, they are not made again; empty: always.
    """

    parts: Iterable[tuple[str, pl.DataFrame]]
    made_from: str = ""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Rooms:
    """The functions of the other rooms, so that a test can put its own in the place of any."""

    load_snapshot: Callable[..., pl.DataFrame] = warehouse.snapshot.load
    article_paths: Callable[[], list[Path]] = warehouse.snapshot.article_paths
    partners: Callable[[], pl.DataFrame] = partners.partners
    extract_figures: Callable[[pl.DataFrame], pl.DataFrame] = transforms.figures.extract_figures
    check_figures: Callable[..., pl.DataFrame] = transforms.checks.check_figures
    build_warehouse: Callable[..., dict[str, int]] = warehouse.build.build
    run_suite: Callable[..., Any] = runner.run_suite
    write_docs: Callable[..., Path] = docs.write_docs
    now: Callable[[], datetime] = _now
    live_sources: Mapping[str, live.Source] = field(default_factory=lambda: live.SOURCES)
    patience: Policy = field(default_factory=Policy)


@dataclass(frozen=True, slots=True)
class Home:
    """The home folder of one run, held by its lock from the run's first step to its last."""

    settings: Settings
    rooms: Rooms
    lake: Lake
    archive: Archive
    suites: SuiteResults
    ledger: Ledger
    readings: Readings
    now: datetime
    """When the run began: the one instant that everything it makes is dated with."""

    def snapshot_mark(self) -> str:
        """What the embedded series are made from; empty where a test has put others in their place."""
        if self.rooms.load_snapshot is not warehouse.snapshot.load:
            return ""
        return f"{warehouse.snapshot.identity()} {code_of(transforms, warehouse)}"

    def build_warehouse(self) -> bool:
        """Build the warehouse from the lake, unless it was built from just this; whether it was built."""
        files = {name: self.lake.files(table) for name, table in TABLES.items()}
        prints = [self.lake.fingerprint(table) for table in TABLES.values()]
        target, mark = self.settings.warehouse, Mark(self.lake.root / ".marks" / "warehouse")
        key = hash_of([code_of(transforms, warehouse), *prints])
        if target.is_file() and mark.says(f"{key} {_identity(target)}"):
            return False
        self.rooms.build_warehouse(files, target)
        mark.write(f"{key} {_identity(target)}")
        return True


def _identity(path: Path) -> str:
    """Tells a file from any that takes its place: number, size and instant of its last change."""
    stat = path.stat()
    return f"{stat.st_ino} {stat.st_size} {stat.st_mtime_ns}"


def home(settings: Settings, rooms: Rooms, lake: Lake) -> dg.ResourceDefinition:
    """The resource `home`: prepares the folder, takes its lock, sweeps what killed writers left."""

    @dg.resource(description="The home folder, locked for the length of the run")
    def locked_home(context: dg.InitResourceContext) -> Iterator[Home]:
        prepare(settings)
        with lock.hold(settings.lock, waiting=context.log.warning if context.log else print):
            lake.sweep()
            now = rooms.now()
            suites = SuiteResults(settings.suite_results, lake, rooms.run_suite, now)
            archive, ledger = Archive(settings.archive), Ledger(settings.archive)
            held = frozenset(rooms.load_snapshot("vintages").select("source", "vintage").iter_rows())
            readings = Readings(settings.readings, archive, ledger, rooms.live_sources, held)
            yield Home(settings, rooms, lake, archive, suites, ledger, readings, now)

    return locked_home


class LakeIOManager(dg.IOManager):
    """An asset's frame is the Parquet folder of its name; what is loaded is the whole table."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake

    def handle_output(self, context: dg.OutputContext, obj: pl.DataFrame | Parts | None) -> None:
        """Replace the asset's table and say what it holds; an asset without a table has nothing to keep."""
        if obj is None:
            return
        table = _table(context)
        if isinstance(obj, pl.DataFrame):
            self.lake.replace(table, [(WHOLE, obj)])
        else:
            self._replace_parts(table, obj)
        context.add_output_metadata(metadata.of_table(table, self.lake))

    def _replace_parts(self, table: Table, obj: Parts) -> None:
        mark = Mark(self.lake.root / ".marks" / table.name)
        if not (obj.made_from and mark.says(f"{obj.made_from} {self.lake.fingerprint(table)}")):
            self.lake.replace(table, obj.parts)
            mark.write(f"{obj.made_from} {self.lake.fingerprint(table)}")

    def load_input(self, context: dg.InputContext) -> pl.DataFrame | pl.LazyFrame:
        """The upstream asset's table: whole, or not read before it is asked for where the asset takes a LazyFrame."""
        lazy = context.dagster_type.typing_type is pl.LazyFrame
        return self.lake.scan(_table(context)) if lazy else self.lake.read(_table(context))


def _table(context: dg.OutputContext | dg.InputContext) -> Table:
    return TABLES[context.asset_key.path[-1]]
