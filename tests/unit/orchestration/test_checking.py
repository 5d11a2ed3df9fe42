"""`check` reads a small part of the official tables, and the verdicts are those of all of them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from orchestration import checking
from transforms.checks import check_figures, needs
from transforms.figures import extract_figures
from warehouse import reading, snapshot

RANKED = (
    "South Korea was the seventh-largest export market of the United States in 2016. "
    "U.S. goods exports to South Korea came to $42.3 billion in 2016."
)
PLAIN = "U.S. goods exports to South Korea came to $42.3 billion in 2016."


def figures_of(text: str) -> pl.DataFrame:
    row = {"article_id": "a", "published_on": date(2017, 5, 1), "text": text}
    return extract_figures(pl.DataFrame([row]))


@pytest.fixture(scope="module")
def everything() -> list[pl.DataFrame]:
    return [reading.table(name, None) for name in ("observations", "statements", "partners", "vintages")]


def test_place_among_countries_needs_everybody_of_its_year_and_nothing_else(everything: list[pl.DataFrame]) -> None:
    figures = figures_of(RANKED)
    assert "rank" in figures["kind"].to_list()
    observations, _, partners, vintages = everything
    wanted = needs.of_everybody(figures, ["US"], partners, vintages)
    assert (wanted["reporter"], wanted["frequency"], wanted["period"]) == (["US"], ["A"], ["2016"])
    read = checking._read(figures, None)[0]
    assert read["partner"].n_unique() > 200, "everybody's year"
    assert read.filter(~pl.col("partner").is_in(["KR", "US", "world"]))["period"].unique().to_list() == ["2016"]
    assert read.height < observations.height / 20


def test_level_needs_nobody_but_its_parties(everything: list[pl.DataFrame]) -> None:
    assert needs.of_everybody(figures_of(PLAIN), ["US"], *everything[2:]) == {}
    read = checking._read(figures_of(PLAIN), None)[0]
    assert set(read["partner"].unique()) <= {"KR", "US", "world"}


@pytest.mark.parametrize("texts", [[RANKED], [path.read_text("utf-8") for path in snapshot.article_paths()]])
def test_verdicts_are_those_of_the_whole_tables(everything: list[pl.DataFrame], texts: list[str]) -> None:
    figures = figures_of("\n\n".join(texts))
    whole = check_figures(figures, *everything)
    part = check_figures(figures, *checking._read(figures, None))
    assert whole["verdict"].n_unique() > 1 or texts == [RANKED]
    assert whole["computed_value"].drop_nulls().len() > 0
    differing = [name for name in whole.columns if name != "documents" and not whole[name].equals(part[name])]
    assert differing == []
    assert whole["documents"].list.sort().equals(part["documents"].list.sort())
