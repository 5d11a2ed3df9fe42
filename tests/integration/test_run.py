"""The main job from end to end, as a person runs it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from orchestration.io import Lake
from transforms.schemas import ARTICLES, CHECK_HISTORY, CHECKS, FIGURES, TABLES

pytestmark = [pytest.mark.xdist_group("home"), pytest.mark.slow]


def test_scorecard_says_what_was_found_and_where_it_lies(home: Path) -> None:
    lake, text = Lake(home / "lake_of_the_scorecard"), (home / "scorecard.txt").read_text(encoding="utf-8")
    figures, checks = lake.read(FIGURES), lake.read(CHECKS)
    assert f"{lake.read(ARTICLES).height} articles, {figures.height} figures" in text
    assert figures.height >= 50
    outside = checks.filter(verdict="outside_tolerance")
    assert f"{outside.height} outside tolerance" in text
    for figure_id, vintage in outside.select("figure_id", "vintage").iter_rows():
        assert figure_id[:12] in text
        assert str(vintage).split()[0] in text
    assert str(home / "tradecheck.duckdb") in text
    assert str(home / "data_docs" / "index.html") in text
    assert (home / "data_docs" / "index.html").is_file()
    assert max(len(line) for line in text.splitlines() if str(home) not in line) <= 80


def test_memory_stays_under_a_gigabyte_and_a_half(home: Path) -> None:
    status = home / "status.txt"
    if not status.is_file():
        pytest.skip("this system has no /proc to ask for the peak of a process")
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))
    assert int(peak) < 1.5e9 / 1024


def test_every_table_of_the_data_dictionary_is_in_the_warehouse_and_full(home: Path) -> None:
    with duckdb.connect(str(home / "tradecheck.duckdb"), read_only=True) as connection:
        for name, table in TABLES.items():
            columns = [row[0] for row in connection.execute(f"DESCRIBE {name}").fetchall()]
            assert columns == table.schema.names()
            rows = connection.table(name).count("*").fetchall()[0][0]
            assert rows == Lake(home / "lake").read(table).height > 0


def test_revision_of_korea_2011_shows_by_vintage(home: Path) -> None:
    query = """
        SELECT vintage, sum(value_usd) / 1e6 FROM observations
        WHERE source = 'census_country' AND partner = 'KR' AND flow = 'exports' AND frequency = 'A' AND period = '2011'
        GROUP BY ALL ORDER BY ALL
    """
    with duckdb.connect(str(home / "tradecheck.duckdb"), read_only=True) as connection:
        found = connection.execute(query).fetchall()
    assert found[0] == ("2012-02", pytest.approx(43_505.0, abs=0.06))
    assert [value for _, value in found[1:]] == pytest.approx([43_461.6] * (len(found) - 1), abs=0.06)
    assert len(found) == 9


def test_sql_of_every_check_returns_its_computed_value(home: Path) -> None:
    checks = Lake(home / "lake").read(CHECKS).filter(pl.col("sql").is_not_null())
    assert checks.height > 20
    with duckdb.connect(str(home / "tradecheck.duckdb"), read_only=True) as connection:
        for row in checks.iter_rows(named=True):
            (value,) = connection.execute(row["sql"]).fetchone() or (None,)
            assert value == pytest.approx(row["computed_value"], rel=1e-9), row["sql"]


def test_documents_hold_every_source_and_article(home: Path) -> None:
    lake = Lake(home / "lake")
    held = set(lake.read(TABLES["documents"])["document_id"])
    for name in ("observations", "statements", "vintages", "articles"):
        assert set(lake.scan(TABLES[name]).select("document_id").unique().collect()["document_id"]) <= held


def test_second_run_with_own_articles_and_without_samples(home: Path, tradecheck: Any, tmp_path: Path) -> None:
    (home / "articles").mkdir(exist_ok=True)
    own = home / "articles" / "own.md"
    own.write_text(
        "---\ntitle: Own\npublished_on: 2018-03-01\n---\n"
        "The United States exported goods worth $48.3 billion to South Korea in 2017.\n",
        encoding="utf-8",
    )
    (home / "articles" / "broken.txt").write_bytes(b"\x00\x01")
    before = Lake(home / "lake").read(CHECK_HISTORY)
    try:
        done = tradecheck("run", home=home, TRADECHECK_SAMPLES="0")
        assert done.returncode == 0, done.stderr
        assert "broken.txt: is binary" in done.stderr
        lake = Lake(home / "lake")
        assert lake.read(ARTICLES)["title"].to_list() == ["Own"]
        history = lake.read(CHECK_HISTORY)
        assert history.head(before.height).equals(before), "the record only grows"
        assert history.height == before.height + lake.read(CHECKS).height
    finally:
        own.unlink()
        (home / "articles" / "broken.txt").unlink()
    again = tradecheck("run", home=home)
    assert again.returncode == 0, again.stderr
    assert Lake(home / "lake").read(CHECK_HISTORY).equals(history), "nothing changed, so nothing is added"
