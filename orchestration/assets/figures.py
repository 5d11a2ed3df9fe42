"""Figures: every number, or stated rise or fall, that the articles publish about trade."""

import dagster as dg
import polars as pl

from orchestration.assets.tables import table_asset
from orchestration.resources import Home
from transforms.figures import versions
from transforms.schemas import FIGURES


@table_asset(FIGURES, kinds={"python", "polars"})
def figures(articles: pl.DataFrame, home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """Read from the articles' text; a figure that was known before keeps its id, though the text was corrected."""
    return versions.with_kept_ids(home.rooms.extract_figures(articles), home.lake.read(FIGURES))
