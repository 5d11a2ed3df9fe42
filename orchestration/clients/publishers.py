"""The publishers' addresses, pace and limits: a table of the package (`publishers.csv`), amended by the settings.

What belongs here: reading that table. What does not: asking anybody for anything (`http`).
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from orchestration.settings import KEYS, Network


@dataclass(frozen=True, slots=True)
class Publisher:
    """One source: where it is asked, how often, how long and how much; `key` names its key in the settings."""

    source: str
    address: str
    key: str | None
    seconds_between: float
    read_seconds: float
    most_bytes: int
    title: str

    @property
    def key_setting(self) -> str | None:
        """The environment variable that holds its key."""
        return KEYS[self.key] if self.key else None


@cache
def _rows() -> tuple[dict[str, str], ...]:
    text = files("orchestration.clients").joinpath("publishers.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(io.StringIO(text)))


def publishers(network: Network) -> dict[str, Publisher]:
    """Every publisher by source, at the address and pace that the settings give where they give one."""
    return {row["source"]: _publisher(row, network) for row in _rows()}


def _publisher(row: dict[str, str], network: Network) -> Publisher:
    pace = network.pace_seconds
    return Publisher(
        source=row["source"],
        address=network.addresses.get(row["source"], row["address"]).rstrip("/"),
        key=row["key"] or None,
        seconds_between=float(row["seconds_between"]) if pace is None else pace,
        read_seconds=float(row["read_seconds"]),
        most_bytes=int(float(row["megabytes"]) * 1_000_000),
        title=row["title"],
    )
