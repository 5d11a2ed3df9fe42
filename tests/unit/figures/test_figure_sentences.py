"""Sentences beside their figures: every rule of reading, shown on a sentence that an editor can follow."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from transforms.figures import extract_figures

TEXT = Path(__file__).with_name("sentences.yml").read_text(encoding="utf-8")
CASES = yaml.load(TEXT, Loader=yaml.BaseLoader)  # noqa: S506 - it makes only strings, lists and mappings


def read(case: dict[str, Any]) -> list[dict[str, Any]]:
    frame = pl.DataFrame(
        {
            "article_id": ["a"],
            "published_on": [date.fromisoformat(case["on"])],
            "text": [case["text"]],
            "title": [case.get("title")],
        },
        schema_overrides={"title": pl.String},
    )
    return extract_figures(frame).to_dicts()


def folded(text: str) -> str:
    return " ".join(text.split())


def slot(row: dict[str, Any], name: str, rows: list[dict[str, Any]]) -> Any:
    """The value of a slot as the file writes it."""
    if name.startswith("open_"):
        wanted = {"open_scope": "scope", "open_base": "base_period", "open_period": "period"}[name]
        return next((item["values"] for item in row["open"] if item["slot"] == wanted), None)
    if name == "operands":
        quotes = {other["figure_id"]: folded(other["quote"]) for other in rows}
        return {key: quotes[value] for key, value in row["operands"].items() if value} if row["operands"] else None
    return row[name]


@pytest.mark.parametrize("case", CASES, ids=[case["rule"] for case in CASES])
def test_sentence(case: dict[str, Any]) -> None:
    rows = read(case)
    trade = [row for row in rows if row["kind"] != "other"]
    if case.get("none"):
        assert not [(row["quote"], row["kind"], row["flow"]) for row in trade]
        return
    left = list(trade)
    for figure in case["figures"]:
        row = next((row for row in left if folded(row["quote"]) == figure["quote"]), None)
        assert row is not None, f"{figure['quote']!r} not among {[row['quote'] for row in trade]}"
        left.remove(row)
        wanted = {name: value for name, value in figure.items() if name != "quote"}
        if "value" in wanted:
            wanted["value"] = float(wanted["value"])
        assert {name: slot(row, name, rows) for name in wanted} == wanted
