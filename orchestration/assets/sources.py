"""Raw documents: what every other table was read from, byte-exact; and one asset a publisher that is asked for them."""

from typing import Any, Final

import dagster as dg
import polars as pl

from orchestration import intake, live
from orchestration.assets.tables import OWNERS, table_asset
from orchestration.resources import Home
from orchestration.samples import sources
from transforms.schemas import DOCUMENTS

ANSWERED: Final = "answered"
"""Name of the check whether a publisher answered with what was asked for."""

NOT_ANSWERED: Final = "the publisher did not answer as it should; the last good vintage stays in use"


def _asked_of(source: live.Source) -> dg.AssetsDefinition:
    """The asset that asks one publisher; never fails for the publisher's sake, the last good vintage stays in use."""
    name = fetched(source.name)

    @dg.asset(
        name=name,
        group_name="sources",
        description=f"Documents of {source.name}, asked for and archived; nothing is read here.",
        kinds={"http"},
        owners=OWNERS["sources"],
        check_specs=[dg.AssetCheckSpec(ANSWERED, asset=name, description="The publisher answered as it should")],
        pool=source.name,
    )
    def asked(home: dg.ResourceParam[Home]) -> dg.MaterializeResult:
        found = live.ask(source, home.settings.network, home.archive, home.ledger, home.now, home.rooms.patience)
        answered = dg.AssetCheckResult(
            passed=not found.kept.failures,
            check_name=ANSWERED,
            severity=dg.AssetCheckSeverity.WARN,
            description=NOT_ANSWERED if found.kept.failures else "the publisher answered as it should",
            metadata={"observed": found.told},
        )
        said: dict[str, Any] = {"told": found.told, "new": len(found.kept.new), "unchanged": len(found.kept.same)}
        return dg.MaterializeResult(metadata=said, check_results=[answered])

    return asked


def fetched(source: str) -> str:
    """Name of the asset that asks `source`."""
    return f"fetched_{source}"


FETCHED = [fetched(name) for name in live.SOURCES]
asked_publishers = [_asked_of(source) for source in live.SOURCES.values()]


@table_asset(DOCUMENTS, kinds={"file"}, deps=FETCHED)
def documents(context: dg.AssetExecutionContext, home: dg.ResourceParam[Home]) -> pl.DataFrame:
    """Provenance of the embedded series, and the files of the articles, archived."""
    found = intake.from_sources(sources(home.settings, home.rooms.article_paths()))
    for failure in found.failures:
        context.log.warning(str(failure))
    archived = intake.archive(found, home.archive, home.now)
    return pl.concat([home.rooms.load_snapshot("documents"), home.readings.documents(), archived]).unique(
        "document_id", keep="first", maintain_order=True
    )
