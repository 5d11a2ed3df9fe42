"""Articles checked without any orchestration: what `tradecheck check` does.

What belongs here: getting the official tables from the warehouse, or from the embedded snapshot where there is none,
and the two calls that read figures and judge them. Nothing is written. What does not: finding files (`intake`) and
printing (`rendering`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars as pl

from orchestration.intake import Intake
from orchestration.settings import Settings
from transforms.checks import check_figures
from transforms.figures import extract_figures
from transforms.schemas import CHECKS, FIGURES
from transforms.series.partners import partners
from warehouse import connect, snapshot

Official = tuple[pl.DataFrame | pl.LazyFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]
"""Observations, statements, partners, vintages: what `check_figures` wants after the figures, in its order."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Articles with their figures and checks; `notes` are lines for a person about the data that were used."""

    figures: pl.DataFrame
    checks: pl.DataFrame
    notes: list[str] = field(default_factory=list)

    def rows_of(self, article_id: str) -> list[dict[str, Any]]:
        """One article's figures in the order of the text, each with every column of its check."""
        mine = self.figures.filter(pl.col("article_id") == article_id)
        return mine.join(self.checks, on="figure_id", how="left").sort("start_char", "end_char").to_dicts()


def check(intake: Intake, settings: Settings) -> Checked:
    """Read the figures of every article that came in, and judge them.

    Raises:
        SnapshotError: the embedded snapshot is damaged; names the path and the remedy.
    """
    figures = extract_figures(intake.frame())
    if figures.is_empty():
        return Checked(FIGURES.empty(), CHECKS.empty())
    notes: list[str] = []
    if settings.warehouse.is_file():
        try:
            with _of_warehouse(settings) as official:
                return Checked(figures, check_figures(figures, *official))
        except (duckdb.Error, OSError) as error:
            cause = str(error).splitlines()[0]
            remedy = "used the embedded series instead; `tradecheck run` builds it anew"
            notes.append(f"{settings.warehouse}: cannot be read ({cause}); {remedy}")
    return Checked(figures, check_figures(figures, *_of_snapshot(figures)), notes)


@contextmanager
def _of_warehouse(settings: Settings) -> Iterator[Official]:
    """The tables as they stand in the warehouse; of the observations only those are read that are asked for."""
    with connect.connect(settings.warehouse, read_only=True) as connection:
        statements, dimension, vintages = (
            connection.table(f"main.{name}").pl() for name in ("statements", "partners", "vintages")
        )
        yield connection.table("main.observations").pl(lazy=True), statements, dimension, vintages


def _of_snapshot(figures: pl.DataFrame) -> Official:
    """The embedded tables; of the observations those of the figures' parties, unless a rank needs everybody's."""
    dimension = partners()
    where = {} if "rank" in figures["kind"] else {"partner": _parties(figures, dimension)}
    observations = snapshot.load("observations", **where)
    return observations, snapshot.load("statements"), dimension, snapshot.load("vintages")


def _parties(figures: pl.DataFrame, dimension: pl.DataFrame) -> list[str]:
    """Everybody whose trade the figures can be about, from either side: parties, members of groups, and the world."""
    named = pl.concat([figures["reporter"], figures["partner"]]).drop_nulls().str.split("+").explode().unique()
    members = dimension.filter(pl.col("partner").is_in(named.implode()))["members"].explode().drop_nulls()
    return sorted({"world", *named, *members})
