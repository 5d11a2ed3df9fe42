"""Where the official series stand: for each source its newest vintage, how old that is, and whether it is embedded,
fetched or stale.

What belongs here: putting that together from vintages, snapshot and ledger. What does not: printing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from orchestration.io import Lake
from orchestration.settings import Settings
from transforms.schemas import VINTAGES
from warehouse import snapshot
from warehouse.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Standing:
    """One source: its newest vintage, the last period in it, the day it counts as known from, and where it comes from.

    `trouble` says why the last try at the publisher failed, so that this vintage may be older than what there is.
    """

    source: str
    vintage: str
    last_period: str
    known_on: date
    days_old: int
    embedded: bool
    trouble: str | None

    def __str__(self) -> str:
        """`census_country   to 2024-08  known 2024-11-03, 749 days ago  embedded`: fits a line of 80 columns."""
        origin = "embedded" if self.embedded else "fetched"
        stale = ", STALE" if self.trouble else ""
        return (
            f"{self.source:16} to {self.last_period:8} known {self.known_on}, {self.days_old} days ago  {origin}{stale}"
        )


def of_home(settings: Settings) -> list[Standing]:
    """As the last run left them."""
    vintages = Lake(settings.lake).read(VINTAGES)
    return standings(vintages, snapshot.load("vintages"), Ledger(settings.archive), datetime.now(UTC).date())


def standings(vintages: pl.DataFrame, embedded: pl.DataFrame, ledger: Ledger, today: date) -> list[Standing]:
    """One row a source of `vintages`, in the order of their names."""
    pairs = set(embedded.select("source", "vintage").rows())
    newest = vintages.sort("released_on", "vintage").group_by("source", maintain_order=True).last().sort("source")
    return [_of(row, pairs, ledger, today) for row in newest.iter_rows(named=True)]


def _of(row: dict[str, Any], embedded: set[tuple[object, ...]], ledger: Ledger, today: date) -> Standing:
    source, known = str(row["source"]), row["released_on"]
    state = ledger.state(source)
    return Standing(
        source=source,
        vintage=str(row["vintage"]),
        last_period=str(row["last_period"] or "?"),
        known_on=known,
        days_old=(today - known).days,
        embedded=(source, row["vintage"]) in embedded,
        trouble=state.error if state else None,
    )
