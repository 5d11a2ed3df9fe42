"""Data Docs pages: complete, relative, inert and kept, whatever the rows say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from expectations import docs
from expectations.suite import Result, SuiteResult

PLANTED = "<script>document.title='planted'</script>"
RAN_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def result(entry_id: str, *, success: bool, severity: str = "error", failing: pl.DataFrame | None = None) -> Result:
    rows = pl.DataFrame({"figure_id": []}, schema={"figure_id": pl.String}) if failing is None else failing
    return Result(
        id=entry_id,
        table="checks",
        success=success,
        severity=severity,  # type: ignore[arg-type]
        title=f"Title of {entry_id}",
        note="Because of arithmetic & sense.",
        observed="1 of 3 rows fail" if not success else "all 3 rows hold",
        expected="computed_value lies between tolerance_low and tolerance_high",
        failing=rows,
        checked=3,
        unexpected=rows.height,
        type="expect_published_within_tolerance_of_computed",
    )


FAILING = pl.DataFrame(
    {
        "figure_id": ["f1", "f2"],
        "article": [f"Trade {PLANTED}", None],
        "quote": ['a "$27.6 billion" deficit', "&lt;"],
        "published_value": [-27.6e9, 2.7],
        "computed_value": [-23.12e9, float("inf")],
        "computed_basis": ["goods, Census basis", "goods"],
        "vintage": ["census_country 2018-10", None],
        "explanation": [f"Published 27.6, computed 23.1. {PLANTED}", ""],
    }
)


def checks(ran_at: datetime = RAN_AT) -> SuiteResult:
    results = [
        result("holds_well", success=True),
        result("published_within_tolerance", success=False, severity="warning", failing=FAILING),
        result("keys_are_unique", success=False),
    ]
    return SuiteResult("checks", "Published against computed", "About figures.", ran_at, 0.5, 3, results)


class _Page(HTMLParser):
    """Tags, links and text of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.said = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        self.said += data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    docs.write_docs([checks()], tmp_path)
    return tmp_path


def test_a_page_shows_the_failing_rows_with_what_an_editor_needs(folder: Path) -> None:
    page = _Page(folder / "checks.html")
    for shown in (
        "f1",
        'a "$27.6 billion" deficit',
        "−27.6 bn",
        "−23.12 bn",
        "goods, Census basis",
        "census_country 2018-10",
    ):
        assert shown in page.said
    assert "2 failing rows" in page.said
    assert "Because of arithmetic & sense." in page.said
    assert "1 March 2026, 12:00 UTC" in page.said
    assert page.said.index("published_within_tolerance") < page.said.index("holds_well")


def test_a_planted_script_stays_text(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        assert "script" not in _Page(path).tags
        assert PLANTED not in path.read_text(encoding="utf-8")
    assert _Page(folder / "checks.html").said.count(PLANTED) == 2


def test_pages_load_nothing_and_lead_nowhere_else(folder: Path) -> None:
    for path in folder.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert not re.search(r"url\(|@import|https?:|//", text.replace("<!doctype", ""))
        for link in _Page(path).links:
            target, _, anchor = link.partition("#")
            linked = (path.parent / target).resolve() if target else path
            assert linked.is_file(), link
            assert not anchor or anchor in _Page(linked).ids


def test_the_index_lists_suites_and_what_does_not_hold_worst_first(folder: Path) -> None:
    page = _Page(folder / "index.html")
    assert "checks.html#published_within_tolerance" in page.links
    assert page.said.index("Title of keys_are_unique") < page.said.index("Title of published_within_tolerance")
    assert "Title of holds_well" not in page.said


def test_a_run_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no suite results"):
        docs.write_docs([], tmp_path)


def test_runs_are_kept_up_to_a_number_and_strangers_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "runs" / "notes").mkdir(parents=True)
    (tmp_path / "mine.txt").write_text("mine")
    for day in range(docs.RUNS_KEPT + 2):
        docs.write_docs([checks(RAN_AT + timedelta(days=day))], tmp_path)
    kept = sorted(path.name for path in (tmp_path / "runs").iterdir())
    assert len(kept) == docs.RUNS_KEPT + 1
    assert kept[0] == "2026-03-03T120000Z"
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert not list(tmp_path.rglob("*.part"))
    older = _Page(tmp_path / "runs" / kept[0] / "index.html")
    assert "checks.html#keys_are_unique" in older.links


def test_long_tables_are_cut_and_say_so(tmp_path: Path) -> None:
    many = pl.DataFrame({"figure_id": [f"f{number}" for number in range(docs.ROWS_SHOWN + 50)]})
    long = SuiteResult("checks", "T", "A", RAN_AT, 0.1, 9, [result("keys_are_unique", success=False, failing=many)])
    docs.write_docs([long], tmp_path)
    page = _Page(tmp_path / "checks.html")
    assert f"{docs.ROWS_SHOWN + 50} failing rows, the first {docs.ROWS_SHOWN} of them" in page.said
    assert page.tags.count("tr") == docs.ROWS_SHOWN + 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-27.6e9, "−27.6 bn"),
        (1234567.0, "1,234,567"),
        (1.25, "1.25"),
        (3, "3"),
        (0.0, "0"),
        (float("nan"), "not a number"),
    ],
)
def test_numbers_can_be_read(value: float, shown: str) -> None:
    assert docs._number(value) == shown
