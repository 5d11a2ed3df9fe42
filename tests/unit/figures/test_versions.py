"""An article is corrected after publication: its figures stay the same figures."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.checks import overrides
from transforms.figures import extract_figures
from transforms.figures.versions import with_kept_ids
from transforms.schemas import FIGURES

FIRST = "U.S. goods exports to South Korea came to $42.3 billion in 2016, and imports to $69.9 billion."
SECOND = "U.S. goods exports to Japan were $63.2 billion in 2016."
THIRD = "The deficit with China grew to $347 billion."


def read(*paragraphs: str, article: str = "a") -> pl.DataFrame:
    row = {"article_id": article, "published_on": date(2017, 5, 1), "text": "\n\n".join(paragraphs)}
    return extract_figures(pl.DataFrame([row]))


def ids(figures: pl.DataFrame) -> dict[str, str]:
    assert figures["figure_id"].is_unique().all()
    return dict(figures.select("quote", "figure_id").iter_rows())


def test_inserted_paragraph_changes_no_id() -> None:
    before = read(FIRST, THIRD)
    after = with_kept_ids(read(FIRST, SECOND, THIRD), before)
    assert {quote: ids(after)[quote] for quote in ids(before)} == ids(before)
    assert after.height == before.height + 1


def test_corrected_number_stays_the_figure_that_it_was_and_so_does_its_neighbour() -> None:
    before = read(FIRST, SECOND, THIRD)
    now = read(FIRST.replace("42.3", "42.2"), SECOND, THIRD)
    assert "$42.2 billion" in ids(now)
    assert ids(now)["$69.9 billion"] != ids(before)["$69.9 billion"], "its sentence is another now"
    after = ids(with_kept_ids(now, before))
    assert after["$42.2 billion"] == ids(before)["$42.3 billion"]
    assert after["$69.9 billion"] == ids(before)["$69.9 billion"]
    assert after["$63.2 billion"] == ids(before)["$63.2 billion"]


def test_kept_id_is_kept_in_every_run_that_follows_and_when_the_old_text_comes_back() -> None:
    before, now = read(FIRST, THIRD), read(FIRST.replace("42.3", "42.2"), THIRD)
    once = with_kept_ids(now, before)
    again = with_kept_ids(now, once)
    assert again.equals(once)
    assert with_kept_ids(before, again).equals(before)


def test_removed_sentence_closes_its_figures_and_gives_their_ids_to_nobody() -> None:
    before = read(FIRST, SECOND, THIRD)
    after = with_kept_ids(read(FIRST, THIRD), before)
    assert ids(after) == {quote: name for quote, name in ids(before).items() if quote != "$63.2 billion"}


def test_sentence_of_another_story_in_its_place_is_a_new_figure() -> None:
    before = read(FIRST, SECOND)
    other = "Services sold to Canadians by American firms brought in $54.5 billion a year later, officials said."
    now = read(FIRST, other)
    assert ids(with_kept_ids(now, before)) == ids(now)


def test_of_two_equal_sentences_each_keeps_its_own_and_one_that_goes_closes_one() -> None:
    before = read(SECOND, THIRD, SECOND)
    assert before.height == 3
    assert with_kept_ids(read(SECOND, THIRD, SECOND), before).equals(before)
    corrected = with_kept_ids(read(SECOND, THIRD, SECOND.replace("63.2", "63.3")), before)
    assert corrected["figure_id"].to_list() == before["figure_id"].to_list()
    one = with_kept_ids(read(SECOND, THIRD), before)
    assert one["figure_id"].to_list() == before["figure_id"].to_list()[:2]


def test_amount_does_not_become_a_percentage_of_the_same_sentence() -> None:
    before = read("U.S. goods exports to South Korea rose by $2.0 billion in 2017.")
    now = read("U.S. goods exports to South Korea rose by 2.0 percent in 2017.")
    assert before["kind"].to_list() != now["kind"].to_list()
    assert with_kept_ids(now, before).equals(now)


def test_articles_do_not_lend_each_other_ids() -> None:
    before = read(FIRST, article="a")
    now = read(FIRST, article="b")
    assert with_kept_ids(now, before).equals(now)


def test_operands_follow() -> None:
    text = (
        "The deficit with South Korea grew from $13.2 billion in 2011 to $27.6 billion in 2016, "
        "an increase of $14.4 billion."
    )
    before, now = read(text), read(text.replace("27.6", "27.7"))
    after = with_kept_ids(now, before)
    named = {name for row in after["operands"].drop_nulls() for name in row.values() if name}
    assert named
    assert named <= set(after["figure_id"])
    assert named == {name for row in before["operands"].drop_nulls() for name in row.values() if name}


def test_pinned_kind_does_not_part_a_figure_from_its_id() -> None:
    before, now = read(FIRST), read(FIRST.replace("42.3", "42.2"))
    once = with_kept_ids(now, before)
    pin = {"figure_id": ids(once)["$42.2 billion"], "quote": "$42.2 billion", "slot": "kind", "value": "change_abs"}
    pin |= {"decided_by": "A. Editor", "decided_on": "2024-02-03", "reason": "it is the change"}
    pinned = overrides.apply_to_figures(once, pl.DataFrame([pin]))
    assert "change_abs" in pinned["kind"].to_list()
    assert with_kept_ids(now, pinned).equals(once)


def test_article_rewritten_from_end_to_end_takes_no_time() -> None:
    before = read(*(f"U.S. goods exports to South Korea came to ${n}.3 billion in 2016." for n in range(400)))
    now = read(*(f"U.S. goods exports to South Korea came to ${n}.4 billion in 2016." for n in range(400)))
    after = with_kept_ids(now, before)
    assert after["figure_id"].to_list() == before["figure_id"].to_list()


def test_nothing_before() -> None:
    now = read(FIRST)
    assert with_kept_ids(now, FIGURES.empty()).equals(now)
    assert with_kept_ids(FIGURES.empty(), now).equals(FIGURES.empty())
