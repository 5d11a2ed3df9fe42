"""How firmly a reading stands in its own sentence: said there, or taken from elsewhere in the article.

What belongs here: the strength of each slot's evidence (`evidence_rules.csv`), and whether a slot that is not said can
be anything else in its article. What does not: verdicts; a weak reading only keeps `verdicts` from accusing.

Strengths in `evidence_rules.csv`: `said` (firm where the evidence stands in the figure's own sentence), `implied` (firm
without a span), `open` (firm where `figures.open` lists what it can be, since all of it is tried), `carried` (points
back: firm only where nothing else has been told so far), `default` (assumed: firm only where the whole article tells
nothing else), `guessed` (never firm). A `rule` that ends in `*` stands for all that begin so; the longest counts, and
`any,*` for rules that are not listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import polars as pl

from transforms.checks.readings import BASED, table

NEEDED: Final = ("flow", "sign", "reporter", "partner", "period", "base_period")
"""Slots that a verdict rests on, in the order in which an explanation names the first that is weak."""

STRENGTHS: Final = ("said", "implied", "open", "carried", "default", "guessed")

_YEAR: Final = r"\b(?:1[89]|20)\d\d\b"
_NO_PERIOD: Final = ("unknown", "current")
_PARTIES: Final = ("reporter", "partner")


@lru_cache(maxsize=1)
def _rules() -> dict[str, list[tuple[str, str, str]]]:
    """By slot its rows (`rule, strength, told`), exact ones first, then the longest prefix."""
    rows: dict[str, list[tuple[str, str, str]]] = {slot: [] for slot in (*NEEDED, "any")}
    for slot, rule, strength, told in table("evidence_rules.csv").select("slot", "rule", "strength", "told").rows():
        if slot not in rows or strength not in STRENGTHS:
            raise ValueError(f"evidence_rules.csv: {slot},{rule}: unknown slot or strength {strength}")
        rows[slot].append((rule, strength, told))
    return {slot: sorted(found, key=lambda row: (row[0].endswith("*"), -len(row[0]))) for slot, found in rows.items()}


@lru_cache(maxsize=4096)
def strength_of(slot: str, rule: str) -> tuple[str, str, bool]:
    """Strength of `rule` for `slot`, how its value was come by in words, and whether the rule is listed."""
    for name, strength, told in (*_rules()[slot], *_rules()["any"]):
        if name == rule or (name.endswith("*") and rule.startswith(name[:-1])):
            return strength, told, name != "*"
    raise ValueError("evidence_rules.csv: the row `any,*` is missing")


# --- what an article has told ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure as it was read: its slots, and for each slot the rule and whether its evidence is in its sentence."""

    row: int
    start: int
    kind: str
    slots: Mapping[str, str | None]
    rules: Mapping[str, tuple[str, bool]]
    opened: frozenset[str]
    sentence: str

    @property
    def pair(self) -> frozenset[str]:
        """The two parties, whichever side reports."""
        return frozenset(str(self.slots[side]) for side in _PARTIES)


@dataclass(frozen=True, slots=True)
class Doubt:
    """The first weak slot that can be something else in its article, with how its value was come by."""

    slot: str
    value: str | None
    how: str


def readings_of(figures: pl.DataFrame) -> list[Reading]:
    """The trade figures of one article (schemas.FIGURES with `row`), in their order."""
    rows = figures.filter(pl.col("kind") != "other").sort("start_char", maintain_order=True).to_dicts()
    begins: dict[str, int] = {}
    for row in rows:
        begin = row["start_char"] - max(row["sentence"].find(row["quote"]), 0)
        begins[row["sentence"]] = min(begin, begins.get(row["sentence"], begin))
    return [_reading(row, begins[row["sentence"]]) for row in rows]


def _reading(row: dict[str, Any], begin: int) -> Reading:
    end = begin + len(row["sentence"])
    rules = {
        step["slot"]: (step["rule"], step["start"] is not None and begin <= step["start"] and step["end"] <= end)
        for step in row["trace"] or ()
    }
    return Reading(
        row["row"],
        begin,
        row["kind"],
        {slot: row[slot] for slot in NEEDED},
        rules,
        frozenset(step["slot"] for step in row["open"] or ()),
        row["sentence"],
    )


def _needed(figure: Reading) -> list[str]:
    """The slots that a figure's verdict rests on: a sign of balances alone, a base of changes alone."""
    skipped = set()
    if figure.slots["flow"] != "balance":
        skipped.add("sign")
    if figure.kind not in BASED:
        skipped.add("base_period")
    return [slot for slot in NEEDED if slot not in skipped]


def _weak(figure: Reading) -> Iterator[tuple[str, str, str]]:
    """`slot, strength, how` of the slots that the figure's own sentence does not say."""
    for slot in _needed(figure):
        rule, here = figure.rules.get(slot, ("", False))
        strength, how, _ = strength_of(slot, rule)
        firm = strength == "implied" or (strength == "said" and here) or (strength == "open" and slot in figure.opened)
        if not firm:
            yield slot, "carried" if strength in ("said", "open") else strength, how


# --- can a weak slot be anything else? -------------------------------------------------------------------------------


def _alone(figure: Reading, slot: str, told: Sequence[Reading], names: Mapping[str, str]) -> bool:
    """Whether `told` (the figures that the slot may point to) and the figure's own sentence know nothing else."""
    if slot in _PARTIES:
        return _party_alone(figure, slot, told, names)
    own = figure.slots[slot]
    if slot == "period":
        others = {other.slots[name] for other in told for name in ("period", "base_period")}
        others -= {own, figure.slots["base_period"], None, *_NO_PERIOD}
        said = f"{own} {figure.slots['base_period']}"
        return not others and all(year in said for year in re.findall(_YEAR, figure.sentence))
    return {other.slots[slot] for other in told} - {None, *_NO_PERIOD, "none"} <= {own}


def _party_alone(figure: Reading, slot: str, told: Sequence[Reading], names: Mapping[str, str]) -> bool:
    if any(name in figure.sentence for code, name in names.items() if code not in figure.pair):
        return False
    complete = [other for other in told if all(other.slots[party] for party in _PARTIES)]
    pairs, sides = {other.pair for other in complete}, {other.slots[slot] for other in complete}
    return pairs <= {figure.pair} or sides <= {figure.slots[slot]}


def doubt(figure: Reading, article: Sequence[Reading], names: Mapping[str, str]) -> tuple[bool, Doubt | None]:
    """Whether a slot of `figure` is weak, and the first that can be something else in its `article`.

    Args:
        figure: one of `article`; without any trace it is given, not read, and nothing is weak.
        article: what `readings_of` returned.
        names: English names of countries by code.
    """
    if not figure.rules:
        return False, None
    weak = list(_weak(figure))
    so_far = [other for other in article if other.start <= figure.start]
    for slot, strength, how in weak:
        told = so_far if strength == "carried" else article
        if strength == "guessed" or not _alone(figure, slot, told, names):
            return True, Doubt(slot, figure.slots[slot], how)
    return bool(weak), None
