"""The editor's list: read strictly, applied, and reported where it no longer holds."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from orchestration import checking, intake, overrides
from orchestration.errors import TradecheckError
from orchestration.settings import Settings
from transforms.checks.overrides import COLUMNS

HEADER = ",".join(COLUMNS)
TEXT = "---\npublished_on: 2018-03-01\n---\nU.S. goods exports to South Korea came to $99.9 billion in 2017.\n"


def written(home: Path, *rows: str, header: str = HEADER) -> Path:
    (home / overrides.NAME).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return home


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.md"
    path.write_text(TEXT, encoding="utf-8")
    return path


def checked(home: Path, article: Path) -> checking.Checked:
    settings = Settings(home=home, dagster_home=home / "dagster")
    return checking.check(intake.from_paths([str(article)]), settings)


def test_no_list_and_an_empty_one_are_the_same(tmp_path: Path) -> None:
    assert overrides.load(tmp_path).is_empty()
    overrides.offer(tmp_path)
    assert (tmp_path / overrides.NAME).read_text("utf-8") == HEADER + "\n"
    assert overrides.load(tmp_path).is_empty()


def test_list_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    home = written(tmp_path, "a,$1,scope,goods,A. Editor,2024-02-03,why")
    before = (home / overrides.NAME).read_bytes()
    overrides.offer(home)
    assert (home / overrides.NAME).read_bytes() == before


def test_cells_are_text_as_they_stand(tmp_path: Path) -> None:
    home = written(tmp_path, 'a, $1 ,value,1.8e10,A. Editor,2024-02-03,"first, then second"', ",,,,,,")
    assert overrides.load(home).rows() == [
        ("a", "$1", "value", "1.8e10", "A. Editor", "2024-02-03", "first, then second")
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"figure_id,quote\n", "row 1: the header has to be figure_id,quote,slot"),
        (b"", "row 1: the header has to be"),
        (f"{HEADER}\na,b\n".encode(), "row 2: 2 cells instead of 7"),
        (f"{HEADER}\na,q,scope,goods,A,2024-02-03,one, two\n".encode(), "row 2: 8 cells instead of 7"),
        (f"{HEADER}\na,q,scope,goods,A,2024-02-03,x\na,q,colour,red,A,2024-02-03,x\n".encode(), "row 3: unknown slot"),
        (f'{HEADER}\na,q,scope,goods,A,2024-02-03,"x\n'.encode(), "row 2: no valid CSV"),
        (f"{HEADER}\na,q,scope,goods,A,2024-02-03,caf\xe9\n".encode("latin-1"), "is not UTF-8"),
        (b"x" * 5_000_001, "is longer than 5 MB"),
    ],
)
def test_malformed_list_is_one_line_that_names_file_and_row(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / overrides.NAME).write_bytes(content)
    with pytest.raises(TradecheckError) as error:
        overrides.load(tmp_path)
    assert str(tmp_path / overrides.NAME) in str(error.value)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_check_applies_pinned_slot_and_verdict_and_the_trace_says_who(tmp_path: Path, article: Path) -> None:
    before = checked(tmp_path, article)
    (figure,) = before.figures.to_dicts()
    assert before.checks["verdict"].to_list() == ["outside_tolerance"]
    name, quote = figure["figure_id"], figure["quote"]
    home = written(
        tmp_path,
        f"{name},{quote},period,2016,A. Editor,2024-02-03,the year is in the headline",
        f"{name},{quote},verdict,not_checkable,B. Editor,2024-02-04,a typing error of the paper",
    )
    after = checked(home, article)
    assert after.notes == []
    assert after.figures["period"].to_list() == ["2016"]
    told = {step["slot"]: step["rule"] for step in after.figures["trace"].item().to_list()}
    assert told["period"] == "override by A. Editor on 2024-02-03: the year is in the headline"
    assert told["verdict"] == "override by B. Editor on 2024-02-04: a typing error of the paper"
    (check,) = after.checks.to_dicts()
    assert check["verdict"] == "not_checkable"
    assert "by B. Editor on 2024-02-04" in check["explanation"]
    assert check["computed_value"] == pytest.approx(42.3e9, rel=0.01), "computed for the pinned year"


def test_check_says_what_no_longer_holds_and_does_not_apply_it(tmp_path: Path, article: Path) -> None:
    before = checked(tmp_path, article)
    name = before.figures["figure_id"].item()
    home = written(
        tmp_path,
        f"{name},$98.9 billion,period,2016,A. Editor,2024-02-03,why",
        "0123,$1 billion,period,2016,A. Editor,2024-02-03,of another article",
    )
    after = checked(home, article)
    (note,) = after.notes
    assert "was pinned on “$98.9 billion”, which now says “$99.9 billion”" in note
    assert after.figures.equals(before.figures)
    assert after.checks.equals(before.checks)


def test_check_with_a_malformed_list_says_so_and_checks_all_the_same(tmp_path: Path, article: Path) -> None:
    before = checked(tmp_path, article)
    after = checked(written(tmp_path, "a,b"), article)
    (note,) = after.notes
    assert "row 2: 2 cells instead of 7" in note
    assert after.checks.equals(before.checks)


def test_lines_for_a_person_are_plain_text() -> None:
    row = dict.fromkeys(COLUMNS, "\x1b[31mred\n")
    (line,) = overrides.stale(pl.DataFrame([row]), pl.DataFrame({"figure_id": ["a"], "quote": ["b"]}))
    assert "\x1b" not in line
    assert "\n" not in line
