"""A figure is called wrong only where its own sentence says what it is about."""

from datetime import date

import polars as pl
import pytest

from transforms.checks import check_figures
from transforms.figures import extract_figures
from transforms.series.partners import partners
from warehouse import snapshot

TEXT = (
    "In 2017 the U.S. goods deficit with China was $375.6 billion. "
    "In 2016 the U.S. goods deficit with Mexico was $120.4 billion."
)
CHINA_2016 = TEXT.replace("$120.4 billion", "$347.0 billion")


@pytest.fixture(scope="module")
def held() -> tuple[pl.DataFrame, ...]:
    observations = snapshot.load("observations", partner=["CN", "MX", "world"])
    return observations, snapshot.load("statements"), partners(), snapshot.load("vintages")


def _figures(text: str, weak: str | None) -> pl.DataFrame:
    """The figures of `text`; those with Mexico with the partner's evidence replaced by the rule `weak`."""
    articles = pl.DataFrame({"article_id": ["a"], "published_on": [date(2018, 10, 22)], "text": [text]})
    figures = extract_figures(articles)
    if weak is None:
        return figures
    rows = figures.to_dicts()
    for row in rows:
        for step in row["trace"] if row["partner"] == "MX" else ():
            if step["slot"] == "partner":
                step.update(rule=weak, start=None, end=None)
    return pl.DataFrame(rows, schema=figures.schema)


def _last(text: str, weak: str | None, held: tuple[pl.DataFrame, ...]) -> dict[str, object]:
    figures = _figures(text, weak)
    checks = figures.select("figure_id", "start_char").join(check_figures(figures, *held), on="figure_id")
    return checks.sort("start_char").to_dicts()[-1]


def test_said_in_the_sentence_it_is_called_wrong(held: tuple[pl.DataFrame, ...]) -> None:
    check = _last(TEXT, None, held)
    assert check["verdict"] == "outside_tolerance"


@pytest.mark.parametrize("rule", ["figure before", "a rule that nobody has judged yet"])
def test_carried_from_elsewhere_it_is_not(rule: str, held: tuple[pl.DataFrame, ...]) -> None:
    check = _last(TEXT, rule, held)
    assert (check["verdict"], check["reason"]) == ("not_checkable", "reading_unresolved")
    assert check["computed_value"] is not None
    assert "the sentence does not say with whom" in str(check["explanation"])


def test_right_of_another_country_that_the_article_names_is_said(held: tuple[pl.DataFrame, ...]) -> None:
    check = _last(CHINA_2016, "figure before", held)
    assert (check["verdict"], check["reason"]) == ("not_checkable", "reading_unresolved")
    assert "China" in str(check["explanation"])
