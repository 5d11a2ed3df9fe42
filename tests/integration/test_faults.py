"""Bad input and a bad machine: one line that names the path, the rest goes on, the old warehouse stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from rich.console import Console

from expectations.loader import load_suite
from expectations.runner import run_suite
from expectations.suite import Result, SuiteResult
from orchestration import running
from orchestration.errors import TradecheckError
from orchestration.settings import Settings
from transforms import checks
from warehouse import snapshot

pytestmark = [pytest.mark.xdist_group("faults"), pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
# Warnings are other people's here: the run is Dagster's and Great Expectations' code from end to end.


def few(table: str, **where: Any) -> pl.DataFrame:
    """The snapshot of two partners, so that a run is short."""
    return snapshot.load(table, **({"partner": ["KR", "CN"], **where} if table == "observations" else where))


def on_checks_alone(name: str, frame: pl.DataFrame, *, context: Any, ran_at: datetime) -> SuiteResult:
    """The suite of checks as it is; the others hold, since two partners are less than they ask for."""
    if name == "checks":
        return run_suite(name, frame, context=context, ran_at=ran_at)
    suite = load_suite(name)
    results = [
        Result(e.id, name, True, e.severity, e.title, e.note, "", "", pl.DataFrame(), 0, 0, e.type)
        for e in suite.entries
    ]
    return SuiteResult(name, suite.title, suite.about, ran_at, 0.0, frame.height, results)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home folder with a finished run behind it."""
    folder = tmp_path_factory.mktemp("faults")
    made = Settings(home=folder, dagster_home=folder / "dagster")
    assert attempt(made).failures == []
    return made


def attempt(settings: Settings, **overrides: Any) -> running.Outcome:
    return running.run(
        settings, Console(quiet=True), **{"load_snapshot": few, "run_suite": on_checks_alone, **overrides}
    )


def refused(settings: Settings, **overrides: Any) -> str:
    """The one line of a run that failed and left the warehouse as it was."""
    before = settings.warehouse.read_bytes()
    outcome = attempt(settings, **overrides)
    assert not outcome.success
    assert settings.warehouse.read_bytes() == before
    line = str(running.refused(outcome, settings))
    assert "\n" not in line
    assert f"{settings.warehouse} is as it was" in line
    return line


@pytest.mark.parametrize("name", ["series.parquet", "manifest.json", "vintages.parquet"])
@pytest.mark.parametrize("fault", ["missing", "corrupt"])
def test_snapshot_file_that_is_missing_or_corrupt(settings: Settings, tmp_path: Path, name: str, fault: str) -> None:
    for path in snapshot.FOLDER.iterdir():
        if path.suffix in (".parquet", ".json"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
    if fault == "missing":
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-9] + b"corrupted")
    line = refused(settings, load_snapshot=lambda table, **where: snapshot.load(table, tmp_path, **where))
    assert str(tmp_path / name) in line


def test_fault_of_our_data_blocks_the_warehouse_and_is_written_down(settings: Settings) -> None:
    def without_reasons(*frames: Any) -> pl.DataFrame:
        return checks.check_figures(*frames).with_columns(reason=pl.lit(None, pl.String))

    (settings.data_docs / "index.html").unlink()
    line = refused(settings, check_figures=without_reasons)
    assert "checks_suite" in line
    assert (settings.data_docs / "index.html").is_file(), "the pages say why, though nothing downstream ran"


def test_press_figure_outside_tolerance_is_a_finding_and_blocks_nothing(settings: Settings) -> None:
    article = settings.articles / "wrong.md"
    article.write_text(
        "---\npublished_on: 2018-03-01\n---\n"
        "Goods exports from the United States to South Korea came to $99.9 billion in 2017.\n",
        encoding="utf-8",
    )
    try:
        outcome = attempt(settings)
        assert outcome.success, outcome.failures
        assert outcome.findings
    finally:
        article.unlink()


def test_crash_in_a_room_is_one_line(settings: Settings) -> None:
    def crash(_: pl.DataFrame) -> pl.DataFrame:
        raise RuntimeError("first line\nsecond line")

    assert "figures: RuntimeError: first line second line" in refused(settings, extract_figures=crash)


def test_damaged_table_of_the_lake_is_named(settings: Settings) -> None:
    history = settings.lake / "check_history" / "all.parquet"
    kept = history.read_bytes()
    history.write_bytes(b"torn")
    try:
        assert str(history) in refused(settings)
    finally:
        history.write_bytes(kept)


def test_home_that_cannot_be_used(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    unusable = replace(settings, home=tmp_path / "file" / "home", dagster_home=tmp_path / "d")
    with pytest.raises(TradecheckError, match=r"file/home.*set TRADECHECK_HOME"):
        attempt(unusable)


def test_unreadable_articles_are_told_and_the_others_checked(settings: Settings) -> None:
    settings.articles.mkdir(exist_ok=True)
    bad = {"empty.txt": b"", "binary.txt": b"\0\1\2", "latin.txt": b"caf\xe9", "long.txt": b"x" * 50_000_000}
    for name, content in bad.items():
        (settings.articles / name).write_bytes(content)
    (settings.articles / "good.txt").write_text("Exports to South Korea rose to $5 billion in 2016.", "utf-8")
    try:
        outcome = attempt(settings)
        assert outcome.success, outcome.failures
        for name in bad:
            assert len([line for line in outcome.warnings if f"{name}: " in line]) == 1
        assert len([line for line in outcome.warnings if "good.txt: no publication date" in line]) == 1
    finally:
        for name in [*bad, "good.txt"]:
            (settings.articles / name).unlink()
