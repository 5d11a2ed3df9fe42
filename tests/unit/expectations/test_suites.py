"""Every expectation of every suite: one frame on which it holds, one on which it names exactly the rows that fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from expectations.loader import load_suite, suite_names
from expectations.runner import run_suite
from transforms.schemas import TABLES

CASES = Path(__file__).parent / "cases"
RAN_AT = datetime(2020, 3, 1, tzinfo=UTC)
REPRODUCED = pl.Schema({"figure_id": pl.String(), "value": pl.Float64()})


@cache
def cases_of(name: str) -> dict[str, Any]:
    return yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))


def frame_of(name: str, base: dict[str, Any], rows: list[dict[str, Any]]) -> pl.DataFrame:
    """`rows` over `base`, as the table `name`; a row with `months` stands for the months of that year."""
    schema = TABLES[name].schema if name in TABLES else REPRODUCED
    full = [base | row for written in rows for row in months_of(written)]
    made = pl.DataFrame([{column: row.get(column) for column in schema} for row in full], schema=schema, strict=False)
    unknown = {column for row in full for column in row} - set(schema)
    assert not unknown, f"cases/{name}.yml: unknown column(s) {unknown}"
    return made


def months_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    if "months" not in row:
        return [row]
    row = dict(row)
    year, upto, without, but = row.pop("months"), row.pop("upto", 12), row.pop("without", 0), row.pop("but", {})
    return [
        row
        | {"period": f"{year}-{month:02d}", "period_start": date(year, month, 1)}
        | ({"value_usd": but[month]} if month in but else {})
        for month in range(1, upto + 1)
        if month != without
    ]


def outcome(name: str, entry_id: str, which: str) -> Any:
    cases = cases_of(name)
    case = cases["cases"][entry_id][which]
    context = {other: frame_of(other, written["base"], written["rows"]) for other, written in cases["context"].items()}
    suite = load_suite(name)
    alone = replace(suite, entries=(suite.entry(entry_id),))
    result = run_suite(alone, frame_of(name, cases["base"], case["rows"]), context=context, ran_at=RAN_AT)
    return result.result(entry_id), case


ENTRIES = [(name, entry.id) for name in suite_names() for entry in load_suite(name).entries]


def test_every_table_has_a_suite_and_every_suite_its_cases() -> None:
    assert suite_names() == list(TABLES)
    for name in suite_names():
        assert set(cases_of(name)["cases"]) == {entry.id for entry in load_suite(name).entries}, name


@pytest.mark.parametrize(("name", "entry_id"), ENTRIES)
def test_holds_on_the_good_frame(name: str, entry_id: str) -> None:
    result, _ = outcome(name, entry_id, "passes")
    assert result.success, result.failing
    assert result.unexpected == 0
    assert result.failing.is_empty()


@pytest.mark.parametrize(("name", "entry_id"), ENTRIES)
def test_names_exactly_the_failing_rows(name: str, entry_id: str) -> None:
    result, case = outcome(name, entry_id, "fails")
    assert not result.success
    assert result.failing_ids() == case["ids"]
    assert result.failing.columns == list(load_suite(name).entry(entry_id).show)
    assert result.blocks is (load_suite(name).entry(entry_id).severity == "error")
