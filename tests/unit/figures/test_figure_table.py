"""The figures table: schema, offsets, identity, order, open readings, traces, and that no input makes it raise."""

from __future__ import annotations

import gc
from datetime import date

import polars as pl
import pytest

from transforms import schemas
from transforms.figures import extract_figures
from transforms.figures.lexicon import AGREEMENTS, PHRASES, read, words_of
from transforms.series.partners import partners

STORY = """\
The U.S. goods deficit with Mexico rose 5.3 percent to $80.7 billion in 2018, the Census
Bureau said.

\u201cOur exports to Mexico were $265 billion,\u201d said Ana Ruiz, an economist. Imports were $346 billion.
"""


def articles(*texts: str | None, published_on: date | None = date(2019, 3, 7)) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "article_id": [f"a{number}" for number in range(len(texts))],
            "published_on": pl.Series([published_on] * len(texts), dtype=pl.Date),
            "text": pl.Series(list(texts), dtype=pl.String),
        }
    )


def test_schema_offsets_and_order() -> None:
    found = extract_figures(articles(STORY, "no figures here", STORY))
    assert found.schema == schemas.FIGURES.schema
    assert schemas.FIGURES.conform(found).height == found.height
    assert found["article_id"].unique(maintain_order=True).to_list() == ["a0", "a2"]
    for row in found.iter_rows(named=True):
        assert STORY[row["start_char"] : row["end_char"]] == row["quote"]
        assert row["quote"] in row["sentence"]
    assert found.filter(pl.col("article_id") == "a0")["start_char"].is_sorted()


def test_vocabularies_are_closed() -> None:
    found = extract_figures(articles(STORY))
    for name, values in (
        ("kind", schemas.KINDS),
        ("flow", schemas.FLOWS),
        ("sign", schemas.SIGNS),
        ("hedge", schemas.HEDGES),
    ):
        assert set(found[name].to_list()) <= set(values)
    assert set(found["status"].to_list()) <= set(schemas.STATUSES)
    assert set(found["adjustment"].to_list()) <= set(schemas.ADJUSTMENTS)


def test_identity_survives_layout_case_and_new_paragraphs() -> None:
    first = extract_figures(articles(STORY))
    moved = extract_figures(articles("A paragraph more.\n\n" + STORY.replace("rose 5.3", "rose  5.3")))
    assert first["figure_id"].to_list() == moved["figure_id"].to_list()
    assert first["figure_id"].n_unique() == first.height


def test_equal_figures_of_one_sentence_differ_by_their_ordinal() -> None:
    text = "U.S. exports to Chile were $15 billion in 2018 and imports were $15 billion."
    assert extract_figures(articles(text))["figure_id"].n_unique() == 2


def test_who_says_it_and_quotation_marks() -> None:
    rows = {row["quote"]: row for row in extract_figures(articles(STORY)).iter_rows(named=True)}
    assert rows["$265 billion"]["quoted"]
    assert rows["$265 billion"]["attributed_to"] == "Ana Ruiz"
    assert not rows["$80.7 billion"]["quoted"]
    assert rows["$80.7 billion"]["attributed_to"] == "the Census Bureau"


def test_every_filled_slot_has_its_rule_and_the_words_of_the_text() -> None:
    row = extract_figures(articles(STORY)).row(1, named=True)
    assert row["quote"] == "$80.7 billion"
    evidence = {item["slot"]: item for item in row["trace"]}
    for slot in ("kind", "flow", "sign", "scope", "reporter", "partner", "period"):
        assert evidence[slot]["value"] == str(row[slot])
        assert evidence[slot]["rule"]
    assert STORY[evidence["partner"]["start"] : evidence["partner"]["end"]] == "Mexico"
    assert STORY[evidence["flow"]["start"] : evidence["flow"]["end"]] == "deficit"
    assert STORY[evidence["period"]["start"] : evidence["period"]["end"]] == "2018"


def test_the_first_open_value_stands_in_the_slot() -> None:
    text = "The U.S. trade deficit with Italy is $31 billion."
    row = extract_figures(articles(text)).row(0, named=True)
    for item in row["open"]:
        assert row[item["slot"]] == item["values"][0]
        assert len(item["values"]) > 1
    assert {item["slot"] for item in row["open"]} == {"scope", "period"}


def test_without_a_date_only_dated_periods_are_told() -> None:
    text = "The U.S. trade deficit with Italy was $31 billion in 2018. It now stands at $33 billion."
    found = extract_figures(articles(text, published_on=None))
    assert found["period"].to_list() == ["2018", "current"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        " \n\t",
        "$",
        "$1 " * 400,
        "from " * 400 + "$1 billion",
        "((((" * 200 + "$5 billion" + "))))" * 200,
        "exports " * 500,
        "the year the year the year the month of the same period of the",
        "\u202e\u0301$5\u00a0billion\u200b in \U0001f4b8 exports to Jap\u0301an",
        "<p>Exports <b>rose</b> 5&nbsp;percent to&nbsp;$3bn</p>",
        "Die Ausfuhren stiegen um 5,3 Prozent auf 109,2 Milliarden Euro.",
        "2016 2017 2018\n42.3 43.5 48.3\n69.9 71.4 74.2",
        "in 0000 and 9999 the deficit was $1 billion in month 13 of February 31, 2018",
        "China's 's 's's exports' 's to 's Japan's rose 's 5 percent's",
    ],
)
def test_no_text_makes_it_raise(text: str | None) -> None:
    found = extract_figures(articles(text))
    assert found.schema == schemas.FIGURES.schema


def test_no_rows() -> None:
    assert extract_figures(articles()).equals(schemas.FIGURES.empty())


def test_the_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()
    extract_figures(articles(STORY))
    assert gc.isenabled()


# --- lexicons ------------------------------------------------------------------------------------------------------


def test_every_country_of_the_lexicon_is_a_partner() -> None:
    known = set(partners()["partner"].to_list())
    codes = {row["partner"] for row in read("countries")} | {
        row["partner"] for row in read("institutions") if row["partner"]
    }
    assert codes - known <= {"PR"}, "Puerto Rico is part of the U.S. customs territory"


def test_no_name_stands_for_two_countries() -> None:
    seen: dict[str, str] = {}
    for row in read("countries"):
        for phrase in filter(None, [*row["names"].split("|"), *row["cities"].split("|")]):
            assert seen.setdefault(phrase, row["partner"]) == row["partner"], phrase


def test_agreements_took_effect_after_they_were_signed() -> None:
    for agreement in AGREEMENTS.values():
        if agreement.signed_on and agreement.in_force_on and agreement.name not in ("CER",):
            assert agreement.signed_on <= agreement.in_force_on, agreement.name


@pytest.mark.parametrize("name", ["flows", "movements", "status", "scopes", "topics"])
def test_lexicons_keep_to_their_vocabulary(name: str) -> None:
    allowed = {
        "flows": ("flow", set(schemas.FLOWS)),
        "movements": ("direction", {"up", "down", "worse", "better", ""}),
        "status": ("status", set(schemas.STATUSES)),
        "scopes": ("scope", {*schemas.SCOPES, ""}),
        "topics": ("role", {"head", "gdp", "tariff", "weak", "mission", "company", "survey", "real"}),
    }
    column, values = allowed[name]
    for row in read(name):
        assert row[column] in values, row
        assert words_of(row["words"])[0] in PHRASES or name == "scopes", row
