"""Every query that a check hands over returns its computed value from the tables as they stand.

What belongs here: running `checks.sql` on a DuckDB that holds the same frames. The figures take every formula, kind
of period, group and evidence; what the values should be is the business of `test_truth_tables`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

import duckdb
import polars as pl
import pytest

from transforms import schemas
from transforms.checks import check_figures
from transforms.checks.formulas import FORMULAS
from transforms.series.partners import partners
from warehouse import snapshot

USUAL: dict[str, Any] = {
    "article_id": "x",
    "published_on": date(2018, 10, 22),
    "start_char": 0,
    "end_char": 1,
    "quote": "27.6 billion",
    "sentence": "s",
    "kind": "level",
    "value": 27.6e9,
    "unit": "usd",
    "precision": 1e8,
    "hedge": "exact",
    "flow": "balance",
    "sign": "none",
    "scope": "goods",
    "basis": "unknown",
    "adjustment": "unknown",
    "reporter": "US",
    "partner": "KR",
    "period": "2016",
    "status": "actual",
    "quoted": False,
}
DEFICIT = {"sign": "deficit"}
EARLY = {"published_on": date(2018, 1, 5)}
CASES: dict[str, dict[str, Any]] = {
    "deficit": DEFICIT,
    "exports": {"flow": "exports"},
    "imports": {"flow": "imports"},
    "two-way trade": {"flow": "total"},
    "statement": {**DEFICIT, **EARLY, "value": 27.7e9},
    "services, statement": {**EARLY, "scope": "services", "sign": "surplus", "value": 10.7e9},
    "change of a deficit": {**DEFICIT, "kind": "change_abs", "base_period": "2011", "direction": "up"},
    "change, way unsaid": {**DEFICIT, "kind": "change_abs", "base_period": "2011"},
    "growth": {"flow": "exports", "kind": "change_pct", "unit": "percent", "base_period": "2011", "direction": "down"},
    "growth, way unsaid": {"flow": "exports", "kind": "change_pct", "unit": "percent", "base_period": "2011"},
    "growth between statements": {
        **EARLY,
        "scope": "services",
        "sign": "surplus",
        "kind": "change_pct",
        "unit": "percent",
        "value": 33.3,
        "precision": None,
        "base_period": "2011",
        "direction": "up",
    },
    "multiple": {**DEFICIT, "kind": "ratio", "unit": "ratio", "value": 2.0, "base_period": "2011", "direction": "up"},
    "multiple downwards": {
        **DEFICIT,
        "kind": "ratio",
        "unit": "ratio",
        "value": 2.0,
        "period": "2011",
        "base_period": "2016",
        "direction": "down",
    },
    "share": {"flow": "total", "kind": "share", "unit": "percent", "value": 3.0},
    "share of two": {"flow": "total", "kind": "share", "unit": "percent", "value": 29.4, "partner": "CA+MX"},
    "rank": {"flow": "exports", "kind": "rank", "unit": "rank", "value": 7.0},
    "rank of a deficit": {**DEFICIT, "kind": "rank", "unit": "rank", "value": 8.0},
    "rank in the statistics of Korea": {
        "flow": "total",
        "kind": "rank",
        "unit": "rank",
        "value": 2.0,
        "reporter": "KR",
        "partner": "US",
    },
    "direction": {"flow": "exports", "kind": "direction", "direction": "down", "base_period": "2011", "value": None},
    "months": {**DEFICIT, "period": "2016-01..2016-07"},
    "quarter": {"scope": "services", "sign": "surplus", "period": "2016-Q2"},
    "years together": {**DEFICIT, "period": "2012..2016"},
    "group's own row": {**DEFICIT, "partner": "EU"},
    "members": {**DEFICIT, "partner": "ASEAN"},
    "world, adjusted": {**DEFICIT, "partner": "world", "period": "2016-05", "scope": "goods_services"},
    "the world before its total": {**DEFICIT, "partner": "world", "period": "1986-10", "adjustment": "nsa"},
    "other side": {"reporter": "KR", "partner": "US", "sign": "surplus", "value": 23.4e9, "basis": "national_customs"},
    "seen from there": {"reporter": "JP", "partner": "US", "sign": "surplus", "value": 68.8e9},
    "a chapter, from two vintages": {**DEFICIT, "scope": "product:vehicles"},
    "no date": {**DEFICIT, "published_on": None},
}


def figure(name: str) -> dict[str, Any]:
    return {**USUAL, "figure_id": name, "article_id": name, **CASES[name]}


@lru_cache(maxsize=1)
def held() -> dict[str, pl.DataFrame]:
    frames = {name: snapshot.load(name) for name in ("observations", "statements", "vintages")}
    return {**frames, "partners": partners()}


@lru_cache(maxsize=1)
def checks() -> dict[str, dict[str, Any]]:
    rows = pl.DataFrame([figure(name) for name in CASES], schema=schemas.FIGURES.schema)
    tables = held()
    found = check_figures(
        schemas.FIGURES.conform(rows),
        tables["observations"].lazy(),
        tables["statements"],
        tables["partners"],
        tables["vintages"],
    )
    return {row["figure_id"]: row for row in found.iter_rows(named=True)}


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    try:
        for name in ("observations", "statements", "partners"):
            connection.register("given", held()[name].to_arrow())
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")  # noqa: S608  # a name of this file
            connection.unregister("given")
        yield connection
    finally:
        connection.close()


@pytest.mark.parametrize("name", CASES)
def test_the_query_returns_the_computed_value(name: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    check = checks()[name]
    assert check["computed_value"] is not None, check["explanation"]
    result = warehouse.execute(check["sql"])
    assert [column[0] for column in result.description] == ["computed_value"]
    rows = result.fetchall()
    assert len(rows) == 1
    assert rows[0][0] == pytest.approx(check["computed_value"], rel=1e-9)


def test_every_formula_is_among_the_cases() -> None:
    assert {check["formula"] for check in checks().values()} == {formula.words for formula in FORMULAS.values()}


def test_text_from_outside_cannot_end_a_literal(warehouse: duckdb.DuckDBPyConnection) -> None:
    tables = held()
    odd = "Côte d'Or'; DROP TABLE observations; --"
    some = tables["observations"].filter((pl.col("partner") == "KR") & (pl.col("period") == "2016"))
    renamed = some.with_columns(partner=pl.lit(odd), vintage=pl.lit("it's")).unique(["source", "series_id", "period"])
    vintages = tables["vintages"].with_columns(vintage=pl.lit("it's")).unique("source")
    land = pl.DataFrame({"partner": [odd], "name": [odd], "kind": ["country"]})
    row = pl.DataFrame([{**figure("deficit"), "partner": odd}], schema=schemas.FIGURES.schema)
    check = check_figures(row, renamed, schemas.STATEMENTS.empty(), schemas.PARTNERS.conform(land), vintages).row(
        0, named=True
    )
    assert check["computed_value"] is not None
    warehouse.execute("CREATE OR REPLACE TEMP TABLE kept AS SELECT count(*) AS rows FROM observations")
    warehouse.execute(check["sql"]).fetchall()
    assert warehouse.execute("SELECT rows = (SELECT count(*) FROM observations) FROM kept").fetchall() == [(True,)]
