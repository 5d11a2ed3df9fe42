"""What is printed: fits 80 columns, carries marks, and lets nothing from outside through."""

import io
import json
from datetime import date
from typing import Any

import pytest
from rich.console import Console

from orchestration import rendering
from orchestration.intake import from_paths
from transforms.schemas import CHECKS, FIGURES

ROW: dict[str, Any] = {
    **dict.fromkeys([*FIGURES.schema, *CHECKS.schema]),
    "figure_id": "f1",
    "article_id": "a1",
    "published_on": date(2018, 1, 5),
    "start_char": 9,
    "end_char": 22,
    "quote": "$27.6 billion",
    "sentence": "A gap of $27.6 billion",
    "kind": "level",
    "value": 27.6e9,
    "unit": "usd",
    "flow": "balance",
    "scope": "goods",
    "reporter": "US",
    "partner": "KR",
    "period": "2016",
    "verdict": "outside_tolerance",
    "computed_value": -27571.2e6,
    "vintage": "census_country 2017-01",
}


def printed(encoding: str = "utf-8") -> tuple[Console, io.TextIOWrapper]:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Console(file=file, width=80, markup=False, highlight=False), file


def text_of(file: io.TextIOWrapper) -> str:
    file.flush()
    return file.buffer.getvalue().decode(file.encoding)  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (-27571.2e6, "usd", "-27.57 bn"),
        (1.5e12, "usd", "1.50 tn"),
        (950.0, "usd", "950.00"),
        (2.7, "percent", "2.7 %"),
        (33.0, "percent", "33 %"),
        (2.0, "ratio", "2 x"),
        (7.0, "rank", "no. 7"),
        (None, "usd", "–"),
    ],
)
def test_amount(value: float | None, unit: str, expected: str) -> None:
    assert rendering.amount(value, unit) == expected


def test_check_table_fits_and_marks() -> None:
    out, file = printed()
    long = {**ROW, "quote": "“" + "very " * 40 + "long”", "verdict": "within_tolerance"}
    rendering.check_table(out, "a.txt", {"published_on": date(2018, 1, 5)}, [ROW, long])
    text = text_of(file)
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "✗ $27.6 billion" in text
    assert "US–KR goods balance" in text
    assert "-27.57 bn" in text
    assert "1 within tolerance, 1 outside tolerance" in text


def test_terminal_that_cannot_show_marks_gets_letters() -> None:
    out, _ = printed("ascii")
    assert rendering.mark("outside_tolerance", out).plain == "x"
    assert rendering.mark("within_tolerance", out).plain == "v"


def test_escapes_in_an_article_do_not_reach_the_terminal() -> None:
    out, file = printed()
    hostile = {**ROW, "quote": "\x1b[2J$5", "partner": "\x1b[31m", "vintage": "[red]x\x9b"}
    rendering.check_table(out, "\x1b]0;pwned\x07.txt", {"published_on": None}, [hostile])
    text = text_of(file)
    assert "\x1b" not in text
    assert "\x9b" not in text
    assert "[red]x" in text, "brackets are text, not markup"


def test_explanation_marks_the_figure_in_its_sentence() -> None:
    out, file = printed()
    row = {
        **ROW,
        "title": "T",
        "publisher": "P",
        "path": "a.txt",
        "text": "So. A gap of $27.6 billion in 2016.",
        "start_char": 13,
        "end_char": 26,
        "trace": [{"slot": "period", "value": "2016", "rule": "in_year", "start": 30, "end": 34}],
        "other_readings": [],
        "explanation": "Off by a lot.",
        "published_value": -27.6e9,
        "sql": "select 1\x1b[0m",
        "internal_check": "none",
    }
    rendering.explanation(out, row, [{"document_id": "d1", "name": "country.xlsx", "url": None}])
    text = text_of(file)
    assert "period: 2016  [in_year] “2016”" in text
    assert "Off by a lot." in text
    assert "country.xlsx" in text
    assert "\x1b" not in text


def test_json_has_the_words_of_the_contract(tmp_path: Any) -> None:
    (tmp_path / "a.txt").write_text("A gap of $27.6 billion", encoding="utf-8")
    came = from_paths([str(tmp_path / "a.txt")])
    rows = [{**ROW, "value": 20e9, "value_high": 25e9}, ROW]
    (article,) = json.loads(rendering.check_json(came, {came.articles[0].row["article_id"]: rows}))
    assert set(article) == {"article", "article_id", "published_on", "figures"}
    assert article["published_on"] is None
    ranged, single = article["figures"]
    assert ranged["value"] == [20e9, 25e9]
    assert single["value"] == 27.6e9
    assert (single["start"], single["end"]) == (9, 22)
    expected = set(FIGURES.schema) | set(CHECKS.schema) | {"start", "end"}
    assert set(single) == expected - {"start_char", "end_char", "value_high", "article_id", "published_on"}


@pytest.mark.parametrize("form", ["csv", "json"])
def test_query_for_programs(form: str) -> None:
    text = rendering.rows_as(form, ["a", "b"], [(1, 'x,"y"'), (None, date(2018, 1, 5))])
    if form == "csv":
        assert text == 'a,b\n1,"x,""y"""\n,2018-01-05\n'
    else:
        assert json.loads(text) == [{"a": 1, "b": 'x,"y"'}, {"a": None, "b": "2018-01-05"}]


def test_query_for_people_is_a_table_where_it_fits_and_records_where_not() -> None:
    narrow, wide = io.StringIO(), io.StringIO()
    rendering.query_result(Console(file=narrow, width=80), ["year", "deficit"], [(2016, -27.6)], more=False)
    assert narrow.getvalue().splitlines()[0].split() == ["year", "deficit"]
    columns = [f"column_{number}" for number in range(12)]
    rendering.query_result(Console(file=wide, width=80), columns, [range(12)], more=True)
    lines = wide.getvalue().splitlines()
    assert lines[0] == "row 1"
    assert lines[12].split() == ["column_11", "11"]
    assert "more than 1 rows" in lines[13]
