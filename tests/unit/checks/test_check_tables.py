"""The tables that a journalist can amend: in the house's words, and complete for what is held.

What belongs here: the CSV and YAML files of `transforms.checks`. What does not: what follows from them.
"""

from __future__ import annotations

import re

import polars as pl
import pytest

from transforms import schemas
from transforms.checks import tolerance
from transforms.checks.readings import table
from warehouse import snapshot

FILES = ("readings.csv", "scopes_open.csv", "bounds.csv", "mirror_bounds.csv", "products.csv", "sources.csv")


@pytest.mark.parametrize("name", FILES)
def test_every_row_is_whole_and_none_is_there_twice(name: str) -> None:
    frame = table(name)
    assert frame.height
    assert frame.is_duplicated().sum() == 0
    assert not any(column.startswith("_") or not column for column in frame.columns)


def test_readings_use_the_closed_vocabularies() -> None:
    rows = table("readings.csv")
    assert set(rows["scope"]) <= {*schemas.SCOPES, "product"}
    assert set(rows["basis"]) <= {*schemas.BASES, "national"}
    assert set(rows["adjustment"]) <= set(schemas.ADJUSTMENTS)
    assert set(rows["frequency"]) <= {*schemas.FREQUENCIES, "any", "part", "span"}
    assert set(rows["meant"]) == {"yes", "no"}
    assert rows["why"].str.len_chars().min() > 10


def test_every_scope_has_one_first_reading_at_any_time() -> None:
    """Which series is tried first is never left to chance: one row for each scope, parties, kind of period and year."""
    rows = table("readings.csv").filter((pl.col("statistics") == "us") & (pl.col("order") == 1))
    for scope in ("goods", "services", "goods_services"):
        for parties in ("bilateral", "world"):
            for frequency in ("A", "Q", "M", "span"):
                for year in (1986, 1993, 1994, 2024):
                    fits = rows.filter(
                        (pl.col("scope_said") == scope)
                        & pl.col("parties").is_in(["any", parties])
                        & pl.col("frequency").is_in(
                            ["any", frequency] if frequency == "A" else ["any", "part", frequency]
                        )
                        & (pl.col("from_year").fill_null(0) <= year)
                        & (pl.col("to_year").fill_null(9999) >= year)
                    )
                    assert fits.height == 1, (scope, parties, frequency, year)


def test_every_source_that_is_held_is_known() -> None:
    held = set(snapshot.load("observations")["source"].unique())
    assert held <= set(table("sources.csv")["source"])
    assert set(table("sources.csv")["ranks"]) == {"yes", "no"}


def test_bounds_are_declared_for_everything_that_is_held() -> None:
    """By series and decade, each with its source: no value falls back on a number that nobody gave a reason for."""
    bounds = table("bounds.csv")
    assert bounds["source"].null_count() == 0
    assert ((bounds["percent"] > 0) | (bounds["plus_million"] > 0)).all()
    for basis, scope in (("census", "goods"), ("bop", "goods"), ("bop", "services"), ("bop", "goods_services")):
        for parties in ("country", "world"):
            for flow in ("exports", "imports"):
                for year in range(1985, 2027):
                    fits = bounds.filter(
                        (pl.col("basis") == basis)
                        & (pl.col("scope") == scope)
                        & (pl.col("parties") == parties)
                        & (pl.col("flow") == flow)
                        & (pl.col("from_year") <= year)
                        & (pl.col("to_year") >= year)
                        & (pl.col("frequency") == "any")
                    )
                    assert fits.height >= 1, (basis, scope, parties, flow, year)


def test_products_name_chapters_or_what_is_missing() -> None:
    for row in table("products.csv").iter_rows(named=True):
        if row["codes"]:
            assert all(re.fullmatch(r"hs\d\d", code) for code in row["codes"].split("+")), row["product"]
        assert row["exact"] in ("yes", "no"), row["product"]
        assert (row["exact"] == "yes") == (not row["missing"]), row["product"]
        assert row["product"] == row["product"].lower()


def test_tolerances_know_every_hedge() -> None:
    rules = tolerance.rules()
    for name in ("hedges", "ratio_words", "fraction_words"):
        assert set(schemas.HEDGES) <= set(rules.filter(pl.col("table") == name)["wording"])
    assert (rules["low_factor"] <= 1).all()
    assert (rules["high_factor"] >= 1).all()
