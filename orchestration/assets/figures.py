"""Figures: every number, or stated rise or fall, that the articles publish about trade."""

import dagster as dg
import polars as pl

from orchestration import overrides
from orchestration.assets.tables import table_asset
from orchestration.resources import Home
from transforms.checks.overrides import apply_to_figures
from transforms.figures import versions
from transforms.schemas import FIGURES


@table_asset(FIGURES, kinds={"python", "polars"})
def figures(context: dg.AssetExecutionContext, articles: pl.DataFrame, home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """Read from the articles' text, with the editor's overrides.

    A figure that was known before keeps its id, though the text was corrected.
    """
    read = versions.with_kept_ids(home.rooms.extract_figures(articles), home.lake.read(FIGURES))
    overrides.offer(home.settings.home)
    pins = overrides.load(home.settings.home)
    for line in (stale := overrides.stale(pins, read)):
        context.log.warning(line)
    context.add_output_metadata({"overrides": pins.height, "overrides_not_applied": stale})
    return apply_to_figures(read, pins)
