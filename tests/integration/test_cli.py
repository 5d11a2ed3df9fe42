"""The commands that read: check, explain, sql; their exit statuses, and what they load."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.io import Lake
from transforms.schemas import CHECKS, FIGURES

pytestmark = [pytest.mark.xdist_group("home"), pytest.mark.slow]

ARTICLE = (
    "---\ntitle: Korea\npublished_on: 2018-03-01\n---\n"
    "Goods exports from the United States to South Korea came to $48.3 billion in 2017.\r\n"
)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "korea.md"
    path.write_bytes(ARTICLE.encode())
    return path


# --- check ---------------------------------------------------------------------------------------------------------


def test_check_reads_the_warehouse_and_the_snapshot_alike(
    home: Path, tradecheck: Any, tmp_path: Path, article: Path
) -> None:
    samples = Path("warehouse/snapshot/articles").resolve()
    with_warehouse = tradecheck("check", "--format", "json", str(article), str(samples), home=home)
    without = tradecheck("check", "--format", "json", str(article), str(samples), home=tmp_path / "nowhere")
    assert with_warehouse.returncode == without.returncode == 0, with_warehouse.stderr + without.stderr
    assert json.loads(with_warehouse.stdout) == json.loads(without.stdout)
    assert not (tmp_path / "nowhere").exists(), "check writes nothing"


def test_check_says_the_same_as_the_run(home: Path, tradecheck: Any) -> None:
    samples = Path("warehouse/snapshot/articles").resolve()
    checked = json.loads(tradecheck("check", "--format", "json", str(samples), home=home).stdout)
    lake = Lake(home / "lake")
    run = lake.read(FIGURES).join(lake.read(CHECKS), on="figure_id")
    verdicts = sorted((figure["quote"], figure["verdict"]) for article in checked for figure in article["figures"])
    assert verdicts == sorted(run.select("quote", "verdict").iter_rows())


def test_json_counts_code_points_of_the_text_without_front_matter(home: Path, tradecheck: Any, article: Path) -> None:
    done = tradecheck("check", "--format", "json", str(article), home=home)
    (only,) = json.loads(done.stdout)
    assert only["article"] == str(article)
    assert only["published_on"] == "2018-03-01"
    text = ARTICLE.split("---\n", 2)[2]
    assert [text[figure["start"] : figure["end"]] for figure in only["figures"]] == ["$48.3 billion"]
    assert only["figures"][0]["value"] == 48.3e9


def test_failures_go_to_standard_error_and_the_rest_is_checked(home: Path, tradecheck: Any, article: Path) -> None:
    (article.parent / "empty.txt").write_bytes(b"")
    done = tradecheck("check", "--format", "json", str(article.parent), "missing.txt", "https://a.org/1", home=home)
    assert done.returncode == 1
    assert len(json.loads(done.stdout)) == 1
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == [
        str(article.parent / "empty.txt"),
        "missing.txt",
        "https://a.org/1",
    ]


def test_table_fits_and_says_what_was_found(home: Path, tradecheck: Any, article: Path) -> None:
    done = tradecheck("check", str(article), home=home)
    assert done.returncode == 0, done.stderr
    assert "✓ $48.3 billion" in done.stdout
    assert max(len(line) for line in done.stdout.splitlines()[1:]) <= 80
    assert "\x1b" not in done.stdout


def test_date_option(home: Path, tradecheck: Any, tmp_path: Path) -> None:
    path = tmp_path / "undated.txt"
    path.write_text("Goods exports from the United States to South Korea came to $48.3 billion in 2017.", "utf-8")
    undated = tradecheck("check", "--format", "json", str(path), home=home)
    assert undated.returncode == 0
    assert "undated.txt: no publication date" in undated.stderr
    dated = tradecheck("check", "--format", "json", "--published-on", "2017-06-01", str(path), home=home)
    assert dated.stderr == ""
    (figure,) = json.loads(dated.stdout)[0]["figures"]
    assert (figure["verdict"], figure["reason"]) == ("not_checkable", "period_not_published_yet")


@pytest.mark.parametrize(
    "words",
    [["check"], ["check", "--format", "xml", "x"], ["check", "--published-on", "soon", "x"], ["nonsense"], ["explain"]],
)
def test_wrong_usage_is_two(home: Path, tradecheck: Any, words: list[str]) -> None:
    assert tradecheck(*words, home=home).returncode == 2


def test_damaged_warehouse_is_named_and_the_snapshot_used(tmp_path: Path, tradecheck: Any, article: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "tradecheck.duckdb").write_bytes(b"not a database" * 1000)
    done = tradecheck("check", "--format", "json", str(article), home=tmp_path / "home")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert str(tmp_path / "home" / "tradecheck.duckdb") in done.stderr
    assert json.loads(done.stdout)[0]["figures"][0]["verdict"] == "within_tolerance"


# --- what is loaded ------------------------------------------------------------------------------------------------

LOADED = """
import sys
before = set(sys.modules)
{code}
print(*sorted(name for name in ("dagster", "great_expectations", "pandas") if name in sys.modules))
"""


def loaded(code: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(code=code)], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout.splitlines()[-1].split()


def test_definitions_load_neither_great_expectations_nor_pandas() -> None:
    assert loaded("import orchestration.definitions") == ["dagster"]


def test_check_loads_neither_dagster_nor_great_expectations(home: Path, article: Path) -> None:
    code = (
        "import os; os.environ['TRADECHECK_HOME'] = {home!r}\n"
        "from orchestration.cli import main\n"
        "main(['check', {article!r}], standalone_mode=False)"
    )
    for folder in (home, home / "nowhere"):
        assert loaded(code.format(home=str(folder), article=str(article))) == []


# --- explain and sql -----------------------------------------------------------------------------------------------


def test_explain_goes_from_sentence_to_document(home: Path, tradecheck: Any) -> None:
    lake = Lake(home / "lake")
    rows = lake.read(FIGURES).join(lake.read(CHECKS), on="figure_id").filter(verdict="within_tolerance")
    row = rows.filter(rows["documents"].list.len() > 0).row(0, named=True)
    done = tradecheck("explain", row["figure_id"][:12], home=home)
    assert done.returncode == 0, done.stderr
    flat = " ".join(done.stdout.split())
    assert " ".join(row["sentence"].split()) in flat
    assert row["explanation"] in flat
    for document_id in row["documents"]:
        assert document_id in flat
    for line in str(row["sql"]).splitlines():
        assert line in done.stdout
    for step in row["trace"]:
        assert step["rule"] in flat


@pytest.mark.parametrize(("figure_id", "told"), [("nonesuch", "no figure nonesuch"), ("", "no figure")])
def test_unknown_figure(home: Path, tradecheck: Any, figure_id: str, told: str) -> None:
    done = tradecheck("explain", figure_id, home=home)
    assert done.returncode == 1
    assert told in done.stderr


def test_no_warehouse_yet(tmp_path: Path, tradecheck: Any) -> None:
    for words in (["explain", "x"], ["sql", "from figures"]):
        done = tradecheck(*words, home=tmp_path)
        assert done.returncode == 1
        assert done.stderr.splitlines() == [
            f"tradecheck: {tmp_path / 'tradecheck.duckdb'}: no warehouse yet; make it with `tradecheck run`"
        ]


def test_sql_answers_people_and_programs(home: Path, tradecheck: Any) -> None:
    query = "SELECT verdict, count(*) AS figures FROM checks GROUP BY ALL ORDER BY ALL"
    as_table = tradecheck("sql", query, home=home).stdout
    rows = json.loads(tradecheck("sql", "--format", "json", query, home=home).stdout)
    assert list(csv.DictReader(io.StringIO(tradecheck("sql", "--format", "csv", query, home=home).stdout))) == [
        {name: str(value) for name, value in row.items()} for row in rows
    ]
    for row in rows:
        assert row["verdict"] in as_table


@pytest.mark.parametrize(
    "query",
    [
        "CREATE TABLE x (i INT)",
        "DELETE FROM checks",
        "ATTACH '{other}' AS other",
        "COPY checks TO '{other}'",
        "SELECT * FROM read_text('{secret}')",
        "FROM '{secret}'",
        "FROM glob('{folder}/*')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "EXPORT DATABASE '{other}'",
        "FROM read_csv('https://example.org/x.csv')",
        "",
        "not sql",
    ],
)
def test_sql_refuses_what_is_not_reading_the_warehouse(home: Path, tradecheck: Any, tmp_path: Path, query: str) -> None:
    secret, other = tmp_path / "secret.csv", tmp_path / "other"
    secret.write_text("secret\n1\n", encoding="utf-8")
    before = (home / "tradecheck.duckdb").read_bytes()
    done = tradecheck("sql", query.format(secret=secret, other=other, folder=tmp_path), home=home)
    assert done.returncode == 1, done.stdout
    assert len(done.stderr.splitlines()) == 1
    assert "secret" not in done.stdout
    assert not other.exists()
    assert (home / "tradecheck.duckdb").read_bytes() == before


def test_sql_has_a_timeout(home: Path, tradecheck: Any) -> None:
    query = "SELECT count(*) FROM range(1000000000000) a, range(1000000) b"
    done = tradecheck("sql", "--timeout", "1", query, home=home, timeout=60)
    assert done.returncode == 1
    assert "took longer than 1 s" in done.stderr


def test_version(home: Path, tradecheck: Any) -> None:
    assert tradecheck("--version", home=home).stdout.startswith("tradecheck 0.")
