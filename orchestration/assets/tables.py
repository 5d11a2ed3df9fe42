"""How a table of the data dictionary becomes an asset: one name, group, description and column schema for both."""

from collections.abc import Callable
from typing import Any, Final

import dagster as dg

from orchestration.metadata import schema_of
from transforms.schemas import Table

OWNERS: Final = {
    "sources": ["team:series"],
    "series": ["team:series"],
    "articles": ["team:desk"],
    "figures": ["team:desk"],
    "checks": ["team:desk"],
    "warehouse": ["team:analysis"],
    "publication": ["team:analysis"],
}
"""Who answers for a layer: the people of the series, of the desk that reads articles, and of the analysis."""


def table_asset(table: Table, *, kinds: set[str], deps: list[str] | None = None) -> Callable[..., Any]:
    """Decorator: the function's frame is `table`, kept in the lake under its name."""
    return dg.asset(
        name=table.name,
        group_name=table.group,
        description=table.description,
        kinds=kinds,
        owners=OWNERS[table.group],
        deps=deps,
        metadata={"dagster/column_schema": schema_of(table)},
        io_manager_key="io_manager",
    )
