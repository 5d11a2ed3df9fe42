"""Articles: the embedded samples and the user's own, decoded, dated and versioned."""

import dagster as dg
import polars as pl

from orchestration import intake
from orchestration.assets.tables import table_asset
from orchestration.resources import Home
from orchestration.samples import sources
from transforms.schemas import ARTICLES


@table_asset(ARTICLES, kinds={"file", "polars"})
def articles(documents: pl.DataFrame, home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """What is archived by now; a file that changed since waits for the next run."""
    found = intake.from_sources(sources(home.settings, home.rooms.article_paths())).frame()
    held = found.filter(pl.col("document_id").is_in(documents["document_id"].implode()))
    return intake.with_versions(held, home.lake.read(ARTICLES))
