"""Profiles: small frames computed in polars, on which Great Expectations asserts.

What belongs here: the registry of profiles by table. A profile turns a table (and other frames it needs) into few rows,
each with what an expectation compares, mostly `difference` and `tolerance`; it judges nothing. Great Expectations
reads pandas only and takes seconds and gigabytes for millions of rows, so bulk invariants are computed here first.
"""

from __future__ import annotations

from typing import Final

from expectations.profiles.base import Context, Profile, ProfileError

__all__ = ["PROFILES", "Context", "Profile", "ProfileError", "find"]

PROFILES: Final[dict[str, dict[str, Profile]]] = {}
"""Table → name → profile."""


def find(table: str, name: str) -> Profile | None:
    """The profile called `name` of `table`; None where there is none."""
    return PROFILES.get(table, {}).get(name)
