"""Checks: figures against official series, with verdict, working and query.

What belongs here: formulas, readings, evidence of the time, tolerances, verdicts and their wording. What does not:
reading figures from text (`transforms.figures`), reading series from publishers (`transforms.series`), running SQL
(`warehouse`).
"""

from __future__ import annotations

import polars as pl

from transforms.checks import verdicts


def check_figures(
    figures: pl.DataFrame,
    observations: pl.DataFrame | pl.LazyFrame,
    statements: pl.DataFrame,
    partners: pl.DataFrame,
    vintages: pl.DataFrame,
) -> pl.DataFrame:
    """Check every figure against the official series and statements that are held.

    Args:
        figures: schemas.FIGURES; values in base units (dollars, percent).
        observations: schemas.OBSERVATIONS, every vintage; a LazyFrame is filtered before it is read.
        statements: schemas.STATEMENTS.
        partners: schemas.PARTNERS, with dated members of groups.
        vintages: schemas.VINTAGES: the day on which each vintage counts as known.

    Returns:
        schemas.CHECKS, one row a figure, in the order of `figures`. The rules are those of the public
        contract ("Rules that give a verdict its meaning"); the tolerances those of tolerances.yml.

    Raises:
        ValueError: `figures` has a column that the table does not have, or a null where none may be.
    """
    return verdicts.check(figures, observations, statements, partners, vintages)
