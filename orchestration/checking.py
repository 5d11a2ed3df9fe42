"""Articles checked without any orchestration: what `tradecheck check` does.

What belongs here: getting the official tables from the warehouse, or from the embedded snapshot where there is none,
and the two calls that read figures and judge them. Nothing is written. What does not: finding files (`intake`) and
printing (`rendering`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb
import polars as pl

from orchestration.intake import Intake
from orchestration.settings import Settings
from transforms.checks import check_figures
from transforms.figures import extract_figures
from transforms.schemas import CHECKS, FIGURES, TABLES
from transforms.series.partners import partners
from warehouse import connect, snapshot

OFFICIAL: Final = ("observations", "statements", "partners", "vintages")


@dataclass(frozen=True, slots=True)
class Checked:
    """Articles with their figures and checks; `notes` are lines for a person about the data that were used."""

    articles: pl.DataFrame
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
    articles = intake.frame()
    figures = extract_figures(articles)
    if figures.is_empty():
        return Checked(articles, FIGURES.empty(), CHECKS.empty())
    official, notes = _official(settings)
    return Checked(articles, figures, check_figures(figures, *official), notes)


def _official(settings: Settings) -> tuple[list[pl.DataFrame], list[str]]:
    """The tables that `check_figures` wants, in its order, and what a person has to know of them."""
    notes: list[str] = []
    if settings.warehouse.is_file():
        try:
            return _of_warehouse(settings), notes
        except (duckdb.Error, OSError, ValueError) as error:
            cause = str(error).splitlines()[0]
            notes.append(
                f"{settings.warehouse}: cannot be read ({cause}); used the embedded data: run `tradecheck run`"
            )
    load: dict[str, Callable[[], pl.DataFrame]] = {"partners": partners}
    return [load.get(name, lambda name=name: snapshot.load(name))() for name in OFFICIAL], notes


def _of_warehouse(settings: Settings) -> list[pl.DataFrame]:
    with connect.connect(settings.warehouse, read_only=True) as connection:
        return [TABLES[name].conform(connection.sql(f"from main.{name}").pl()) for name in OFFICIAL]
