"""What the assets are given: the home folder with its lake and archive, and the rooms' functions that they call.

What belongs here: resources and Dagster's IO manager over the lake. What does not: the lake itself (`io`), settings,
and anything about trade.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

import transforms.checks
import transforms.figures
import warehouse.build
import warehouse.snapshot
from expectations import docs, runner
from orchestration import lock, metadata
from orchestration.io import WHOLE, Lake
from orchestration.settings import Settings, prepare
from orchestration.suite_results import SuiteResults
from transforms.schemas import TABLES, Table
from transforms.series import partners
from warehouse.archive import Archive


@dataclass(frozen=True, slots=True)
class Parts:
    """A table as named parts, made and written one at a time, so that it never has to be in memory whole."""

    parts: Iterable[tuple[str, pl.DataFrame]]


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


@dataclass(frozen=True, slots=True)
class Home:
    """The home folder of one run, held by its lock from the run's first step to its last."""

    settings: Settings
    rooms: Rooms
    lake: Lake
    archive: Archive
    suites: SuiteResults
    now: datetime
    """When the run began: the one instant that everything it makes is dated with."""


def home(settings: Settings, rooms: Rooms, lake: Lake) -> dg.ResourceDefinition:
    """The resource `home`: prepares the folder, takes its lock, sweeps what killed writers left."""

    @dg.resource(description="The home folder, locked for the length of the run")
    def locked_home(context: dg.InitResourceContext) -> Iterator[Home]:
        prepare(settings)
        with lock.hold(settings.lock, waiting=context.log.warning if context.log else print):
            lake.sweep()
            now = rooms.now()
            suites = SuiteResults(settings.suite_results, lake, rooms.run_suite, now)
            yield Home(settings, rooms, lake, Archive(settings.archive), suites, now)

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
        self.lake.replace(table, [(WHOLE, obj)] if isinstance(obj, pl.DataFrame) else obj.parts)
        context.add_output_metadata(metadata.of_table(table, self.lake))

    def load_input(self, context: dg.InputContext) -> pl.DataFrame | pl.LazyFrame:
        """The upstream asset's table: whole, or not read before it is asked for where the asset takes a LazyFrame."""
        lazy = context.dagster_type.typing_type is pl.LazyFrame
        return self.lake.scan(_table(context)) if lazy else self.lake.read(_table(context))


def _table(context: dg.OutputContext | dg.InputContext) -> Table:
    return TABLES[context.asset_key.path[-1]]
