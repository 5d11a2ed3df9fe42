"""Raw documents: what every other table was read from, byte-exact."""

import dagster as dg
import polars as pl

from orchestration import intake
from orchestration.assets.tables import table_asset
from orchestration.resources import Home
from orchestration.samples import sources
from transforms.schemas import DOCUMENTS


@table_asset(DOCUMENTS, kinds={"file"})
def documents(context: dg.AssetExecutionContext, home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """Provenance of the embedded series, and the files of the articles, archived."""
    found = intake.from_sources(sources(home.settings, home.rooms.article_paths()))
    for failure in found.failures:
        context.log.warning(str(failure))
    archived = intake.archive(found, home.archive, home.now)
    return pl.concat([home.rooms.load_snapshot("documents"), archived]).unique(
        "document_id", keep="first", maintain_order=True
    )
