"""An article is corrected and an editor decides: from the files in the home folder to the warehouse."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from rich.console import Console

from expectations.loader import load_suite
from expectations.runner import run_suite
from expectations.suite import Result, SuiteResult
from orchestration import running
from orchestration.io import Lake
from orchestration.settings import Settings
from transforms import checks
from transforms.checks import history
from transforms.checks.overrides import COLUMNS
from transforms.schemas import ARTICLES, CHECK_HISTORY, CHECKS, FIGURES, VINTAGE_SETS
from warehouse import snapshot

pytestmark = [pytest.mark.xdist_group("corrections"), pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
# Warnings are other people's here: the run is Dagster's and Great Expectations' code from end to end.

HEAD = "---\npublished_on: 2018-03-01\n---\n"
EXPORTS = "U.S. goods exports to South Korea came to $99.9 billion in 2017."
IMPORTS = "Imports of goods from South Korea were $71.4 billion in 2017."
CORRECTED = EXPORTS.replace("99.9", "48.3")
INSERTED = "U.S. goods exports to China came to $129.9 billion in 2017."


def few(table: str, **where: Any) -> pl.DataFrame:
    """The snapshot of two partners, so that a run is short."""
    return snapshot.load(table, **({"partner": ["KR", "CN"], **where} if table == "observations" else where))


def of_figures_and_checks(name: str, frame: pl.DataFrame, *, context: Any, ran_at: datetime) -> SuiteResult:
    """The suites that judge what an override can touch; the others hold, as two partners are less than they ask for."""
    if name in ("figures", "checks"):
        return run_suite(name, frame, context=context, ran_at=ran_at)
    suite = load_suite(name)
    results = [
        Result(e.id, name, True, e.severity, e.title, e.note, "", "", pl.DataFrame(), 0, 0, e.type)
        for e in suite.entries
    ]
    return SuiteResult(name, suite.title, suite.about, ran_at, 0.0, frame.height, results)


class Desk:
    """A home folder with one article and the editor's list."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(home=folder, dagster_home=folder / "dagster", samples=False)
        self.lake = Lake(self.settings.lake)
        self.settings.articles.mkdir()

    def article(self, *paragraphs: str) -> None:
        (self.settings.articles / "korea.md").write_text(HEAD + "\n\n".join(paragraphs) + "\n", encoding="utf-8")

    def overrides(self, *rows: str) -> None:
        (self.settings.home / "overrides.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", "utf-8")

    def run(self, **rooms: Any) -> running.Outcome:
        rooms = {"load_snapshot": few, "run_suite": of_figures_and_checks, **rooms}
        return running.run(self.settings, Console(quiet=True), **rooms)

    def figures(self) -> dict[str, dict[str, Any]]:
        """Figures with their checks, by quote."""
        rows = self.lake.read(FIGURES).join(self.lake.read(CHECKS), on="figure_id")
        return {row["quote"]: row for row in rows.iter_rows(named=True)}

    def version(self) -> int:
        return int(self.lake.read(ARTICLES)["article_version"].item())

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.warehouse), read_only=True) as connection:
            return connection.execute(query).fetchall()


def test_correction_keeps_the_history_and_an_override_holds_until_its_text_changes(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.article(EXPORTS, IMPORTS)
    first = desk.run()
    assert first.success, first.failures
    assert desk.version() == 1
    assert (tmp_path / "overrides.csv").read_text("utf-8") == ",".join(COLUMNS) + "\n"
    before = desk.figures()
    exports, imports = before["$99.9 billion"]["figure_id"], before["$71.4 billion"]["figure_id"]
    assert before["$99.9 billion"]["verdict"] == "outside_tolerance"

    # The paper corrects the number and adds a paragraph.
    desk.article(INSERTED, CORRECTED, IMPORTS)
    assert desk.run().success
    assert desk.version() == 2
    after = desk.figures()
    assert after["$48.3 billion"]["figure_id"] == exports
    assert after["$71.4 billion"]["figure_id"] == imports
    assert after["$48.3 billion"]["verdict"] == "within_tolerance"
    moved = f"SELECT was, verdict, releases, quote FROM verdict_changes WHERE figure_id = '{exports}'"  # noqa: S608
    assert desk.ask(moved) == [("outside_tolerance", "within_tolerance", [], "$48.3 billion")]
    sets, so_far = desk.lake.read(VINTAGE_SETS), desk.lake.read(CHECK_HISTORY)
    assert set(so_far["vintage_set"]) == set(sets["vintage_set"])
    assert sets["vintage_set"].n_unique() == 1

    # An editor decides otherwise, about a verdict and about a value that was printed wrong.
    desk.overrides(
        f"{exports},$48.3 billion,verdict,outside_tolerance,A. Editor,2018-03-05,the wrong series",
        f"{imports},$71.4 billion,value,71.5e9,A. Editor,2018-03-05,a misprint",
    )
    decided = desk.run()
    assert decided.success, decided.failures
    pinned = desk.figures()
    assert desk.version() == 2
    assert [row["figure_id"] for row in pinned.values()] == [row["figure_id"] for row in after.values()]
    assert desk.lake.read(VINTAGE_SETS).equals(sets)
    assert desk.lake.read(CHECK_HISTORY).head(so_far.height).equals(so_far)
    assert pinned["$48.3 billion"]["verdict"] == "outside_tolerance"
    assert pinned["$71.4 billion"]["value"] == 71.5e9
    told = [step["rule"] for step in pinned["$48.3 billion"]["trace"] if step["slot"] == "verdict"]
    assert told == ["override by A. Editor on 2018-03-05: the wrong series"]
    assert desk.ask(f"SELECT verdict FROM checks WHERE figure_id = '{exports}'") == [("outside_tolerance",)]  # noqa: S608
    assert len(desk.ask(moved)) == 2

    # The pinned text changes: the decision is no longer applied, and that is said.
    desk.article(INSERTED, CORRECTED.replace("48.3", "48.4"), IMPORTS)
    stale = desk.run()
    assert stale.success, stale.failures
    assert desk.version() == 3
    assert desk.figures()["$48.4 billion"]["figure_id"] == exports
    assert desk.figures()["$48.4 billion"]["verdict"] != "outside_tolerance"
    assert [line for line in stale.warnings if exports in line and "now says “$48.4 billion”" in line]

    # A list that cannot be read stops the run before anything is replaced.
    kept, recorded = desk.settings.warehouse.read_bytes(), desk.lake.read(CHECK_HISTORY)
    desk.overrides("a,b")
    refused = desk.run()
    assert not refused.success
    assert f"{tmp_path / 'overrides.csv'}: row 2: 2 cells instead of 7" in str(running.refused(refused, desk.settings))
    assert desk.settings.warehouse.read_bytes() == kept
    assert desk.lake.read(CHECK_HISTORY).equals(recorded)
    assert set(desk.figures()) == {"$129.9 billion", "$48.4 billion", "$71.4 billion"}


def test_release_that_came_in_before_a_verdict_moved_is_named(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.article(EXPORTS)
    newest = snapshot.load("vintages").filter(source="census_country")["vintage"].max()

    def without_newest(table: str, **where: Any) -> pl.DataFrame:
        frame = few(table, **where)
        is_newest = (pl.col("source") == "census_country") & (pl.col("vintage") == newest)
        return frame.filter(~is_newest) if table in ("vintages", "observations") else frame

    def once_right(*frames: Any) -> pl.DataFrame:
        found = checks.check_figures(*frames)
        return found.with_columns(verdict=pl.lit("not_checkable"), reason=pl.lit("no_series"))

    before = desk.run(load_snapshot=without_newest, check_figures=once_right)
    assert before.success, before.failures
    assert desk.ask("FROM verdict_changes") == []
    after = desk.run()
    assert after.success, after.failures
    moved = desk.ask("SELECT was, verdict, releases FROM verdict_changes")
    assert moved == [("not_checkable", "outside_tolerance", [f"census_country {newest}"])]
    record = history.verdict_changes(desk.lake.read(CHECK_HISTORY), desk.lake.read(VINTAGE_SETS))
    assert record["releases"].to_list() == [[f"census_country {newest}"]]
