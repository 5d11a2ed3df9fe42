"""Time expressions beside the periods they name."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from transforms.figures.lexicon import words_of
from transforms.figures.times import Clock, Time, fiscal_year, read_time, resolve

CASES = list(csv.DictReader(Path(__file__).with_name("times.csv").read_text(encoding="utf-8").splitlines()))


def first_time(words: tuple[str, ...]) -> Time | None:
    for at in range(len(words)):
        found = read_time(words, at)
        if found is not None:
            return found[1]
    return None


@pytest.mark.parametrize("case", CASES, ids=[f"{case['expression']} {case['anchor']} {case['base']}" for case in CASES])
def test_period(case: dict[str, str]) -> None:
    time = first_time(words_of(case["expression"]))
    assert time is not None
    clock = Clock(date.fromisoformat(case["on"]), "US", case["anchor"] or None, False, case["base"] == "yes")
    assert resolve(time, clock) == case["period"]


@pytest.mark.parametrize(
    "words", ["the council", "a trade deficit", "on the island", "first of all", "that country", "at home"]
)
def test_small_words_are_no_times(words: str) -> None:
    assert first_time(words_of(words)) is None


@pytest.mark.parametrize(
    ("reporter", "period"),
    [("US", "2016-10..2017-09"), ("JP", "2017-04..2018-03"), ("AU", "2016-07..2017-06"), ("DE", "2017")],
)
def test_fiscal_year(reporter: str, period: str) -> None:
    assert fiscal_year(2017, reporter) == period


def test_a_forecast_looks_ahead() -> None:
    june = Time("month", 6)
    assert resolve(june, Clock(date(2018, 9, 1), "US", None, True, False)) == "2019-06"
    assert resolve(june, Clock(date(2018, 9, 1), "US", None, False, False)) == "2018-06"
