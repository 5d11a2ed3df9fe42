"""What a check has to read: the observations of everybody that some figures need.

What belongs here: saying it in values of columns, so that whoever reads can leave the rest where it is. What does not:
reading, and the observations of the figures' own parties, which every check needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from transforms import schemas
from transforms.checks import compute, readings

COLUMNS: Final = ("reporter", "scope", "frequency", "period")
"""What the observations of everybody are chosen by."""


def of_everybody(
    figures: pl.DataFrame, reporters: Sequence[str], partners: pl.DataFrame, vintages: pl.DataFrame
) -> dict[str, list[str]]:
    """Values of COLUMNS whose observations are needed with every partner: for places, and for a world that is a sum.

    Args:
        figures: schemas.FIGURES.
        reporters: whose statistics are held.
        partners: schemas.PARTNERS.
        vintages: schemas.VINTAGES.

    Returns:
        For each of COLUMNS its values in order; empty where no figure needs everybody's.
    """
    frame = schemas.FIGURES.conform(figures).with_row_index("row")
    asked = readings.questions(frame.with_columns(readings.goods_printed(frame))).filter(pl.col("reason").is_null())
    asked = asked.select(readings.SLOTS).unique(maintain_order=True).with_row_index("q")
    if asked.is_empty():
        return {}
    newest = vintages["released_on"].max()
    told = readings.readings(asked, partners, list(reporters), newest)  # type: ignore[arg-type]
    wanted, _ = compute.amounts(told)
    needed = compute.atoms(wanted, partners).filter(pl.col("partner").is_null())
    if needed.is_empty():
        return {}
    return {name: needed[name].drop_nulls().unique().sort().to_list() for name in COLUMNS}
