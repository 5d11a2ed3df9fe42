"""Articles checked without any orchestration: what `tradecheck check` does.

What belongs here: getting the official tables from the warehouse, or from the embedded snapshot where there is none,
and the two calls that read figures and judge them. Nothing is written. What does not: finding files (`intake`) and
printing (`rendering`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from orchestration import overrides
from orchestration.errors import TradecheckError
from orchestration.intake import Intake
from orchestration.settings import Settings
from transforms.checks import check_figures, needs
from transforms.checks.overrides import COLUMNS, apply_to_checks, apply_to_figures
from transforms.figures import extract_figures
from transforms.schemas import CHECKS, FIGURES
from warehouse import reading

Official = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]
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
    read = extract_figures(intake.frame())
    if read.is_empty():
        return Checked(FIGURES.empty(), CHECKS.empty())
    pins, faults = _overrides(settings.home)
    figures = apply_to_figures(read, pins)
    official, notes = _official(figures, settings.warehouse)
    checks = apply_to_checks(check_figures(figures, *official), pins, figures)
    return Checked(figures, checks, [*faults, *notes, *_stale(pins, read)])


def _overrides(home: Path) -> tuple[pl.DataFrame, list[str]]:
    """The editor's list; none, and why, where it cannot be read: the articles are checked all the same."""
    try:
        return overrides.load(home), []
    except TradecheckError as error:
        return pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String())), [f"{error}; none of it was applied"]


def _stale(pins: pl.DataFrame, read: pl.DataFrame) -> list[str]:
    """Overrides of these articles' figures that no longer hold; most of the list is about other articles."""
    return overrides.stale(pins.filter(pl.col("figure_id").is_in(read["figure_id"].implode())), read)


def _official(figures: pl.DataFrame, warehouse: Path) -> tuple[Official, list[str]]:
    """The tables, and what a person has to know of where they are from."""
    if not warehouse.is_file():
        return _read(figures, None), []
    try:
        return _read(figures, warehouse), []
    except (duckdb.Error, OSError, ValueError) as error:
        cause = str(error).splitlines()[0]
        remedy = "used the embedded series instead; `tradecheck run` builds it anew"
        return _read(figures, None), [f"{warehouse}: cannot be read ({cause}); {remedy}"]


def _read(figures: pl.DataFrame, warehouse: Path | None) -> Official:
    """From the warehouse, or from the snapshot for None; of the observations those that the figures need.

    These are all of the figures' parties and, for a place among countries, everybody's of the periods that it is about.
    """
    statements, dimension, vintages = (
        reading.table(name, warehouse) for name in ("statements", "partners", "vintages")
    )
    parties = _parties(figures, dimension)
    theirs = reading.table("observations", warehouse, partner=parties)
    wanted = needs.of_everybody(figures, theirs["reporter"].unique().to_list(), dimension, vintages)
    if wanted:
        everybody = reading.table("observations", warehouse, **wanted)
        theirs = pl.concat([theirs, everybody.filter(~pl.col("partner").is_in(parties))])
    return theirs, statements, dimension, vintages


def _parties(figures: pl.DataFrame, dimension: pl.DataFrame) -> list[str]:
    """Everybody whose trade the figures can be about, from either side: parties, members of groups, and the world."""
    named = pl.concat([figures["reporter"], figures["partner"]]).drop_nulls().str.split("+").explode().unique()
    members = dimension.filter(pl.col("partner").is_in(named.implode()))["members"].explode().drop_nulls()
    return sorted({"world", *named, *members})
