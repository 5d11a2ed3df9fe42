"""Partners: one dimension for every publisher's codes and names, and groups with dated membership.

What belongs here: countries, groups and residuals as tables of the package (`partners.csv`, `group_members.csv`,
`partner_codes.csv`, `series_breaks.csv`), and looking things up in them. What does not: how articles name countries
(`transforms.text.lexicons`), and adding members up (`transforms.checks`).

A partner is named by ISO 3166 alpha-2; historic states keep the two letters they had (`SU`, `CS` for Czechoslovakia,
`YU` through Serbia and Montenegro); Kosovo is `XK`. Groups and residuals have plain names, the closed list of
`partners.csv`. A group's members include the reporter where it is one (NAFTA holds US): leave it out when adding up.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import polars as pl

from transforms.schemas import PARTNERS

_DATES = ("valid_from", "valid_to")


def _read(name: str) -> pl.DataFrame:
    """One table of the package, every cell text, empty cells null."""
    data = (files("transforms.series") / name).read_bytes()
    return pl.read_csv(data, infer_schema=False)


@cache
def memberships() -> pl.DataFrame:
    """Who belonged to which group, and when: `partner, member, valid_from, valid_to, note`, both days included.

    A null `valid_from` or `valid_to` means: for as long as anything is held.
    """
    return _read("group_members.csv").with_columns(pl.col(_DATES).str.to_date())


@cache
def partner_codes() -> pl.DataFrame:
    """Each publisher's codes and names: `scheme, code, source_name, partner, scope, note`.

    `scheme` is `census` (Schedule C, four digits), `bea`, `comtrade`, `ft900` or `statements` (there the code is the
    printed name). `scope` is set where a row of the partner column is a product: 0007, advanced technology products.
    """
    return _read("partner_codes.csv")


@cache
def series_breaks() -> pl.DataFrame:
    """Where a series changes what it covers: `scheme, code, partner, from_period, what, note`."""
    return _read("series_breaks.csv")


@cache
def partners() -> pl.DataFrame:
    """All partners, shaped as `schemas.PARTNERS`; a group has one row for each span of constant membership.

    Countries and residuals have one row each and null `members`; so have groups whose members nobody listed.
    """
    plain = _read("partners.csv").with_columns(pl.col(_DATES).str.to_date()).drop("note")
    spans = pl.DataFrame(
        [
            {"partner": group, "valid_from": first, "valid_to": last, "members": members}
            for group in memberships()["partner"].unique(maintain_order=True)
            for first, last, members in _spans(group)
        ],
        schema_overrides={"valid_from": pl.Date, "valid_to": pl.Date},
    )
    names = plain.drop(_DATES)
    dated = spans.join(names, on="partner", validate="m:1")
    return PARTNERS.conform(
        pl.concat([plain.join(spans, on="partner", how="anti"), dated], how="diagonal").sort(
            "kind", "partner", "valid_from"
        )
    )


def _spans(group: str) -> list[tuple[date | None, date | None, list[str]]]:
    """First day, last day and sorted members of each span in which `group` did not change; spans without any left out.

    Null days mean always; a change on a day starts a span on that day, a departure the day after its last day.
    """
    rows = memberships().filter(pl.col("partner") == group).select("member", *_DATES).rows()
    starts = {first for _, first, _ in rows if first} | {last + timedelta(days=1) for _, _, last in rows if last}
    edges: list[date | None] = [None, *sorted(starts)]
    spans: list[tuple[date | None, date | None, list[str]]] = []
    for index, first in enumerate(edges):
        following = edges[index + 1] if index + 1 < len(edges) else None
        last = following - timedelta(days=1) if following else None
        inside = sorted({member for member, low, high in rows if _covers(low, high, first)})
        if inside:
            spans.append((first, last, inside))
    return spans


def _covers(low: date | None, high: date | None, day: date | None) -> bool:
    """Whether the closed span `low..high` holds `day`; a null day is the beginning of time."""
    if day is None:
        return low is None
    return (low is None or low <= day) and (high is None or day <= high)


def members(group: str, on: date) -> tuple[str, ...]:
    """Members of `group` on that day, sorted; empty where it had none or nobody listed them.

    Raises:
        KeyError: no group of this name (the closed list is the `group` rows of `partners.csv`).
    """
    if group not in group_names():
        raise KeyError(f"no group {group!r}; transforms/series/partners.csv lists them")
    rows = memberships().filter(pl.col("partner") == group).select("member", *_DATES).rows()
    return tuple(sorted({member for member, low, high in rows if _covers(low, high, on)}))


@cache
def group_names() -> frozenset[str]:
    """The closed list of groups, `world` and `EU` included."""
    return _of_kind("group")


@cache
def countries() -> frozenset[str]:
    """Every partner that is a country: what ranks and adds up to the world."""
    return _of_kind("country")


def _of_kind(kind: str) -> frozenset[str]:
    return frozenset(_read("partners.csv").filter(pl.col("kind") == kind)["partner"])


@cache
def codes_of(scheme: str) -> dict[str, str]:
    """Partner by code (or printed name) of one scheme.

    Raises:
        KeyError: no such scheme.
    """
    rows = partner_codes().filter(pl.col("scheme") == scheme)
    if rows.is_empty():
        raise KeyError(f"no scheme {scheme!r} in transforms/series/partner_codes.csv")
    return dict(rows.select("code", "partner").rows())
