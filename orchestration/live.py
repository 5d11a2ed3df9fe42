"""The live sources: for each what is asked and what reads the answer; and the steps of asking one.

What belongs here: the table of sources, and asking a source so that its failure stops nobody. What does not: HTTP and
addresses (`clients`), meaning (`transforms.series`), and what becomes of readings (`readings`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from orchestration.clients import bea, census_workbook
from orchestration.clients import census_api as census_api_client
from orchestration.clients import comtrade as comtrade_client
from orchestration.clients import fred as fred_client
from orchestration.clients.http import Ask, Fetcher, Policy
from orchestration.clients.keeping import Kept, keep
from orchestration.clients.publishers import Publisher, publishers
from orchestration.settings import Network
from transforms.series import bea_geo, bea_ita, census_api, census_country, census_seasonal, comtrade, fred
from transforms.series.reading import Document, Reading
from warehouse.archive import Archive
from warehouse.ledger import Ledger, State


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and with which keys a source is asked."""

    today: date
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Source:
    """One live source: its requests, and the pure function that reads one of its documents."""

    name: str
    asks: Callable[[Publisher, Occasion], list[Ask]]
    read: Callable[[Document], Reading]
    keyed: bool = False


_ALL: Final = (
    Source("census_country", lambda publisher, _: census_workbook.asks(publisher), census_country.read),
    Source("census_seasonal", lambda publisher, _: census_workbook.seasonal(publisher), census_seasonal.read),
    Source("fred", lambda publisher, on: fred_client.keyless(publisher, on.today), fred.read),
    Source("fred_api", lambda publisher, on: fred_client.with_key(publisher, on.keys), fred.read, keyed=True),
    Source(
        "census_api",
        lambda publisher, on: census_api_client.asks(publisher, on.keys, on.today),
        census_api.read,
        keyed=True,
    ),
    Source("bea_geo", lambda publisher, on: bea.geo(publisher, on.today), bea_geo.read),
    Source("bea_ita", lambda publisher, on: bea.ita(publisher, on.keys), bea_ita.read, keyed=True),
    Source("comtrade", lambda publisher, on: comtrade_client.asks(publisher, on.keys, on.today), comtrade.read),
)

SOURCES: Final = {source.name: source for source in _ALL}
"""Every live source by name, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How asking a source ended: `state` as recorded, or None where it was not asked, and then why."""

    kept: Kept
    state: State | None
    not_asked: str | None = None

    @property
    def told(self) -> str:
        """What happened, for a person, in one line."""
        if self.not_asked:
            return self.not_asked
        if self.kept.failures:
            return self.kept.failures[0] + (
                f" (and {len(self.kept.failures) - 1} more)" if self.kept.failures[1:] else ""
            )
        return f"{len(self.kept.new)} new, {len(self.kept.same)} unchanged, {len(self.kept.empty)} empty"


def ask(source: Source, network: Network, archive: Archive, ledger: Ledger, now: datetime, policy: Policy) -> Asked:
    """Ask one source for everything; a failure is told and recorded, never raised.

    Raises:
        OSError: the archive cannot be written.
    """
    publisher = publishers(network)[source.name]
    if source.keyed and publisher.key not in network.keys:
        return Asked(Kept(), None, f"not asked: it needs a free key, to be set in {publisher.key_setting}")
    with Fetcher(network.keys.values(), contact=network.contact, policy=policy) as fetcher:
        kept = keep(source.asks(publisher, Occasion(now.date(), network.keys)), fetcher, archive, ledger)
    state = ledger.tried(source.name, now, kept.failures[0] if kept.failures else None)
    return Asked(kept, state)
