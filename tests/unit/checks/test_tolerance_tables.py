"""The interval of a printed number against cases reasoned out by hand, through the checks' public entry.

What belongs here: `tolerance_cases.yml` (its head says how a case reads). What does not: formulas and evidence
(`test_truth_tables`).
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
import yaml

from transforms import schemas
from transforms.checks import check_figures
from transforms.series.partners import partners
from warehouse import snapshot

FILE: Final = Path(__file__).with_name("tolerance_cases.yml")
CASES: Final[list[dict[str, Any]]] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)["cases"]  # noqa: S506
SCALES: Final = {"": 1.0, "mn": 1e6, "bn": 1e9, "tn": 1e12}
UNITS: Final = {"level": "usd", "change_abs": "usd", "change_pct": "percent", "share": "percent"}


def number(stated: str) -> float:
    digits, _, scale = stated.partition(" ")
    return float(digits) * SCALES[scale]


def row(position: int, case: dict[str, Any]) -> dict[str, Any]:
    """The case as U.S. exports to Korea, where every kind of figure can be computed; the true value plays no part."""
    kind, stated = case.get("kind", "level"), case["value"]
    ends = [number(end) for end in (stated if isinstance(stated, list) else [stated])]
    changes = kind in ("change_abs", "change_pct", "ratio")
    return {
        "figure_id": str(position),
        "article_id": str(position),
        "published_on": date(2018, 10, 22),
        "start_char": 0,
        "end_char": len(case["printed"]),
        "quote": case["printed"],
        "sentence": case["printed"],
        "kind": kind,
        "value": ends[0],
        "value_high": ends[1] if len(ends) > 1 else None,
        "unit": UNITS.get(kind, kind),
        "precision": number(case["precision"]) if "precision" in case else None,
        "hedge": case.get("hedge", "exact"),
        "hedge_word": case.get("hedge_word"),
        "flow": "exports",
        "sign": "none",
        "direction": case.get("direction", "up") if changes else None,
        "scope": "goods",
        "basis": "unknown",
        "adjustment": "unknown",
        "reporter": "US",
        "partner": "KR",
        "period": "2016",
        "base_period": "2011" if changes else None,
        "status": "actual",
        "quoted": False,
        "open": [],
    }


@lru_cache(maxsize=1)
def intervals() -> dict[str, tuple[float, float]]:
    """Both ends of every case."""
    figures = pl.DataFrame([row(*pair) for pair in enumerate(CASES)], schema=schemas.FIGURES.schema)
    held = [snapshot.load(table) for table in ("observations", "statements")]
    found = check_figures(schemas.FIGURES.conform(figures), *held, partners(), snapshot.load("vintages"))
    ends = ("tolerance_low", "tolerance_high")
    return {check["figure_id"]: tuple(check[end] for end in ends) for check in found.iter_rows(named=True)}


every_case = pytest.mark.parametrize("position", range(len(CASES)), ids=[case["printed"] for case in CASES])
EXPECTED: Final = [
    pytest.param(
        position, marks=[pytest.mark.xfail(reason=case["not_yet"], raises=AssertionError)] if "not_yet" in case else []
    )
    for position, case in enumerate(CASES)
]


def test_the_table_is_as_long_as_promised() -> None:
    assert len(CASES) >= 40
    assert {case.get("hedge", "exact") for case in CASES} == set(schemas.HEDGES)
    for case in CASES:
        assert case["why"].strip()
        assert ("low" in case and "high" in case) or ("holds" in case and "misses" in case), case["printed"]


@pytest.mark.parametrize("position", EXPECTED, ids=[case["printed"] for case in CASES])
def test_interval(position: int) -> None:
    case, (low, high) = CASES[position], intervals()[str(position)]
    told = f"{case['printed']}: [{low}, {high}]; {case['why']}"
    if "low" in case:
        assert (low, high) == (pytest.approx(number(case["low"])), pytest.approx(number(case["high"]))), told
    dust = 1e-9 * max(abs(low), abs(high))
    for value in case.get("holds", ()):
        assert low - dust <= number(value) <= high + dust, f"{value} should be within; {told}"
    for value in case.get("misses", ()):
        assert not low <= number(value) <= high, f"{value} should be outside; {told}"


@every_case
def test_the_interval_surrounds_what_was_printed(position: int) -> None:
    case, (low, high) = CASES[position], intervals()[str(position)]
    stated = case["value"]
    ends = [number(end) for end in (stated if isinstance(stated, list) else [stated])]
    assert low <= min(ends) <= max(ends) <= high
