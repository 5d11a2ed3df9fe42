"""Profiles: small frames computed in polars, on which Great Expectations asserts.

What belongs here: the registry of profiles by table. A profile turns a table (and other frames it needs) into few rows,
each with what an expectation compares, mostly `difference` and `tolerance`; it judges nothing. Great Expectations
reads pandas only and takes seconds and gigabytes for millions of rows, so bulk invariants are computed here first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import polars as pl

from expectations.profiles.articles import ARTICLES_PROFILES
from expectations.profiles.base import Context, Profile, ProfileError
from expectations.profiles.checks import CHECK_HISTORY_PROFILES, CHECKS_PROFILES
from expectations.profiles.common import MOST_ROWS, dictionary_of, keys_of
from expectations.profiles.figures import FIGURES_PROFILES
from expectations.profiles.releases import (
    DOCUMENTS_KNOWN,
    PARTNERS_PROFILES,
    STATEMENTS_PROFILES,
    VINTAGES_PROFILES,
)
from expectations.profiles.series import OBSERVATIONS_PROFILES, YEARS_OF_PARTS, years_of_parts
from expectations.suite import Entry
from transforms.schemas import TABLES

__all__ = ["DERIVED", "MOST_ROWS", "PROFILES", "Context", "Profile", "ProfileError", "derive", "find"]

_OF_TABLE: Final[dict[str, tuple[Profile, ...]]] = {
    "observations": OBSERVATIONS_PROFILES,
    "statements": STATEMENTS_PROFILES,
    "vintages": VINTAGES_PROFILES,
    "partners": PARTNERS_PROFILES,
    "articles": (*ARTICLES_PROFILES, DOCUMENTS_KNOWN),
    "figures": FIGURES_PROFILES,
    "checks": CHECKS_PROFILES,
    "check_history": CHECK_HISTORY_PROFILES,
}

PROFILES: Final[dict[str, dict[str, Profile]]] = {
    name: {profile.name: profile for profile in (keys_of(table), dictionary_of(table), *_OF_TABLE.get(name, ()))}
    for name, table in TABLES.items()
}
"""Table → name → profile; `keys` and `dictionary` every table has."""


def find(table: str, name: str) -> Profile | None:
    """The profile called `name` of `table`; None where there is none."""
    return PROFILES.get(table, {}).get(name)


DERIVED: Final[dict[str, Callable[[pl.DataFrame], pl.DataFrame]]] = {YEARS_OF_PARTS: years_of_parts}
"""Frames that several profiles of a table read and that are made of the table alone, once a run."""


def derive(entries: Iterable[Entry], frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The derived frames that the profiles of `entries` need, computed from `frame`."""
    named = {need for entry in entries if (profile := find(entry.table, entry.profile or "")) for need in profile.needs}
    return {name: compute(frame) for name, compute in DERIVED.items() if name in named}
