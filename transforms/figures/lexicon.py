"""The lexicons of trade English, read once: which words name a partner, a flow, a movement, an agreement …

What belongs here: reading `lexicons/*.csv` and putting every phrase into one dictionary by its first word. What does
not: what a phrase means in its sentence (`mentions`, `slots`).
"""

from __future__ import annotations

import csv
import re
from datetime import date
from importlib import resources
from typing import Any, Final, NamedTuple

TOKEN: Final = re.compile(
    r"[a-z0-9]++(?:\.[a-z0-9]++)*+|[,;:()\u2014]|'(?:s?(?![a-z0-9]))?|-(?:-+|(?<= -)(?= ))|\.\.\."
)
"""Words (with inner full stops: `u.s`), the possessive, and the punctuation that parts clauses; on lower-cased text."""


SPLIT: Final = re.compile(f"({TOKEN.pattern})").split
"""Cuts folded text into gap, token, gap, token …"""


class Entry(NamedTuple):
    """What a phrase of the lexicons means: `kind` is one letter (see `mentions`), `data` what that kind needs."""

    kind: str
    data: Any
    cased: str  # "": any; "initial": only with a capital; "upper": only in capitals


class Agreement(NamedTuple):
    """A trade agreement, or an event that articles count from."""

    name: str
    parties: frozenset[str]
    signed_on: date | None
    in_force_on: date | None


Phrases = dict[str, tuple[tuple[tuple[str, ...], int, Entry], ...]]


def read(name: str) -> list[dict[str, str]]:
    """Rows of `lexicons/<name>.csv`, empty cells as empty strings."""
    text = (resources.files("transforms.figures") / "lexicons" / f"{name}.csv").read_text(encoding="utf-8")
    return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(text.splitlines())]


def words_of(phrase: str) -> tuple[str, ...]:
    """The tokens of a phrase, as the scan sees them in a text."""
    return tuple(TOKEN.findall(phrase.lower().replace("-", " ")))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _agreements() -> dict[str, Agreement]:
    return {
        row["agreement"]: Agreement(
            row["agreement"],
            frozenset(row["parties"].split("+")) - {""},
            _day(row["signed_on"]),
            _day(row["in_force_on"]),
        )
        for row in read("agreements")
    }


def _partner_entries() -> list[tuple[str, Entry]]:
    entries: list[tuple[str, Entry]] = []
    for row in read("countries"):
        for column, form in (("names", "name"), ("adjectives", "adjective"), ("cities", "city")):
            for phrase in filter(None, row[column].split("|")):
                cased = "upper" if phrase in ("us", "prc", "rok") else "initial"
                entries += [(phrase, Entry("P", (row["partner"], form), cased))]
    for row in read("groups"):
        for column, form in (("names", "name"), ("adjectives", "adjective")):
            for phrase in filter(None, row[column].split("|")):
                entries += [(phrase, Entry("P", (row["partner"], form), "upper" if phrase == "ec" else ""))]
    for row in read("institutions"):
        if row["partner"]:
            entries += [(row["words"], Entry("P", (row["partner"], "institution"), "initial"))]
    return entries


def _entries() -> list[tuple[str, Entry]]:
    """Every phrase with its meaning; where two lexicons hold one phrase, the later one here has it."""
    entries: list[tuple[str, Entry]] = []
    entries += [(row["words"], Entry("R", (row["role"], row["tense"]), "")) for row in read("relations")]
    entries += [(row["words"], Entry("V", (), "")) for row in read("speech")]
    entries += [(row["words"], Entry("D", (row["direction"], row["form"]), "")) for row in read("movements")]
    entries += [(row["words"], Entry("S", ("product:" + row["product"],), "")) for row in read("products")]
    entries += [(row["words"], Entry("S", (row["scope"],), "")) for row in read("scopes") if row["scope"]]
    entries += [(row["words"], Entry("B", (row["slot"], row["value"]), "")) for row in read("basis")]
    entries += [(row["words"], Entry("X", (row["role"],), "")) for row in read("topics")]
    entries += [
        (row["words"], Entry("U", (row["status"], row["kind"]), "lower" if row["words"] == "may" else ""))
        for row in read("status")
    ]
    entries += [
        (row["words"], Entry("F", (row["flow"], row["sign"], row["scope"], row["role"]), "")) for row in read("flows")
    ]
    entries += _partner_entries()
    for row in read("agreements"):
        entries += [(phrase, Entry("G", (row["agreement"],), "")) for phrase in row["names"].split("|")]
    return entries


def _phrases() -> Phrases:
    merged: dict[tuple[str, ...], Entry] = {}
    for phrase, entry in _entries():
        if words := words_of(phrase):
            merged[words] = entry
    by_first: dict[str, list[tuple[tuple[str, ...], int, Entry]]] = {}
    for words, entry in merged.items():
        by_first.setdefault(words[0], []).append((words, len(words), entry))
    return {first: tuple(sorted(found, key=lambda item: -item[1])) for first, found in by_first.items()}


def _roles() -> dict[tuple[str, ...], tuple[str, str]]:
    return {words_of(row["words"]): (row["flow"], row["relation"]) for row in read("roles")}


def _words(*roles: str) -> frozenset[str]:
    return frozenset(row["words"] for row in read("words") if row["role"] in roles)


PHRASES: Final = _phrases()
AGREEMENTS: Final = _agreements()
ROLES: Final = _roles()
"""What a rank is a rank of: `trading partner`, `export market` …"""
ADJECTIVES: Final = _words("adjective", "adverb")
"""Words that may stand before a noun of trade without changing what it is."""
DETERMINERS: Final = _words("article", "definite", "possessive", "possessive_we", "demonstrative")
PRONOUNS: Final = {row["words"]: row["role"] for row in read("words") if row["role"].startswith(("pro", "poss"))}
