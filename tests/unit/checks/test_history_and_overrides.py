"""The record of verdicts and an editor's pins: nothing twice, nothing lost, everything told.

What belongs here: `transforms.checks.history` and `transforms.checks.overrides` on frames small enough to read.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest

from transforms import schemas
from transforms.checks import history, overrides

MONDAY, TUESDAY = datetime(2024, 1, 1, 12, tzinfo=UTC), datetime(2024, 1, 2, 12, tzinfo=UTC)


def vintages(*pairs: tuple[str, str]) -> pl.DataFrame:
    rows = [
        {"source": s, "vintage": v, "released_on": date(2024, 1, 1), "released_on_bound": "exact", "document_id": "d"}
        for s, v in pairs
    ]
    return schemas.VINTAGES.conform(pl.DataFrame(rows))


def checks(**verdicts: tuple[str, float | None]) -> pl.DataFrame:
    rows = [
        {
            "figure_id": name,
            "verdict": verdict,
            "computed_value": value,
            "internal_check": "none",
            "explanation": "Computed.",
        }
        for name, (verdict, value) in verdicts.items()
    ]
    return schemas.CHECKS.conform(pl.DataFrame(rows))


OLD = vintages(("census_country", "2017-01"))
NEW = vintages(("census_country", "2018-10"), ("census_country", "2017-01"))
FIRST = checks(a=("within_tolerance", 1.0), b=("not_checkable", None))


def test_the_data_version_does_not_depend_on_the_order_of_the_releases() -> None:
    turned = NEW.reverse()
    assert history.vintage_set(NEW) == history.vintage_set(turned)
    assert history.vintage_set(NEW) != history.vintage_set(OLD)


def test_the_same_run_again_adds_nothing() -> None:
    start = history.added(schemas.CHECK_HISTORY.empty(), FIRST, OLD, MONDAY)
    assert start["figure_id"].to_list() == ["a", "b"]
    assert history.added(start, FIRST, OLD, TUESDAY).is_empty()


def test_a_verdict_that_changes_on_the_same_data_is_added_alone() -> None:
    start = history.added(schemas.CHECK_HISTORY.empty(), FIRST, OLD, MONDAY)
    second = checks(a=("outside_tolerance", 1.0), b=("not_checkable", None))
    assert history.added(start, second, OLD, TUESDAY)["figure_id"].to_list() == ["a"]


def test_a_change_of_verdict_names_the_release_that_came_between() -> None:
    start = history.added(schemas.CHECK_HISTORY.empty(), FIRST, OLD, MONDAY)
    second = checks(a=("outside_tolerance", 2.0), b=("not_checkable", None))
    record = pl.concat([start, history.added(start, second, NEW, TUESDAY)])
    held = history.held(history.held(schemas.VINTAGE_SETS.empty(), OLD, MONDAY), NEW, TUESDAY)
    moved = history.verdict_changes(record, held)
    assert moved.height == 1
    row = moved.row(0, named=True)
    assert (row["verdict_was"], row["verdict"], row["value_was"], row["value"]) == (
        "within_tolerance",
        "outside_tolerance",
        1.0,
        2.0,
    )
    assert row["releases"] == ["census_country 2018-10"]
    without = history.verdict_changes(record, held.filter(vintage_set=history.vintage_set(NEW)))
    assert without["releases"].to_list() == [[]], "what was held before is not known, so nothing is called new"


def test_a_data_version_is_recorded_once_and_for_good() -> None:
    first = history.held(schemas.VINTAGE_SETS.empty(), OLD, MONDAY)
    assert first.rows() == [(history.vintage_set(OLD), "census_country", "2017-01", MONDAY)]
    assert history.held(first, OLD, TUESDAY).equals(first)
    second = history.held(first, NEW, TUESDAY)
    assert second.head(1).equals(first)
    assert second.filter(held_from=TUESDAY)["vintage"].to_list() == ["2017-01", "2018-10"]
    assert history.held(second, OLD, TUESDAY).equals(second)


def test_a_verdict_that_changes_back_is_added() -> None:
    record = schemas.CHECK_HISTORY.empty()
    for day, verdict in enumerate(("within_tolerance", "outside_tolerance", "within_tolerance"), start=1):
        found = checks(a=(verdict, 1.0))
        record = pl.concat([record, history.added(record, found, OLD, datetime(2024, 1, day, tzinfo=UTC))])
    assert record["verdict"].to_list() == ["within_tolerance", "outside_tolerance", "within_tolerance"]


def test_new_data_adds_every_figure_and_takes_nothing_away() -> None:
    start = history.added(schemas.CHECK_HISTORY.empty(), FIRST, OLD, MONDAY)
    assert history.added(start, FIRST, NEW, TUESDAY)["figure_id"].to_list() == ["a", "b"]
    of_another_length = start.with_columns(vintage_set=pl.lit("0123456789abcdef"))
    again = history.added(of_another_length, FIRST, OLD, TUESDAY)
    record = pl.concat([of_another_length, again])
    assert record.head(2).equals(of_another_length)
    assert history.added(record, FIRST, OLD, TUESDAY).is_empty(), "once"


FIGURE = {
    "figure_id": "a",
    "article_id": "x",
    "start_char": 0,
    "end_char": 12,
    "quote": "$17 billion",
    "sentence": "s",
    "kind": "level",
    "value": 17e9,
    "unit": "usd",
    "precision": 1e9,
    "hedge": "exact",
    "flow": "balance",
    "sign": "deficit",
    "scope": "goods",
    "basis": "unknown",
    "adjustment": "unknown",
    "reporter": "US",
    "partner": "KR",
    "period": "2016",
    "status": "actual",
    "quoted": False,
}
FIGURES = schemas.FIGURES.conform(pl.DataFrame([FIGURE]))


def pin(**change: str) -> pl.DataFrame:
    row = {
        "figure_id": "a",
        "quote": "$17 billion",
        "slot": "scope",
        "value": "goods_services",
        "decided_by": "A. Editor",
        "decided_on": "2024-02-03",
        "reason": "the page quotes goods and services",
    }
    return pl.DataFrame([row | change])


def test_a_pinned_slot_replaces_what_was_read_and_stands_in_the_trace() -> None:
    figure = overrides.apply_to_figures(FIGURES, pin()).row(0, named=True)
    assert figure["scope"] == "goods_services"
    assert figure["trace"][-1]["slot"] == "scope"
    assert figure["trace"][-1]["rule"] == "override by A. Editor on 2024-02-03: the page quotes goods and services"


def test_a_pinned_number_is_a_number() -> None:
    assert overrides.apply_to_figures(FIGURES, pin(slot="value", value="1.8e10"))["value"].item() == 1.8e10


def test_a_pin_on_a_text_that_has_changed_does_nothing_and_is_reported() -> None:
    changed = pin(quote="$16 billion")
    assert overrides.apply_to_figures(FIGURES, changed).equals(FIGURES)
    assert overrides.stale(changed, FIGURES)["quote_now"].to_list() == ["$17 billion"]
    assert overrides.stale(pin(), FIGURES).is_empty()


def test_of_two_pins_on_one_slot_the_later_row_holds_and_line_ends_do_not_matter() -> None:
    both = pl.concat([pin(value="services"), pin(quote=" $17\nbillion", value="goods_services")])
    figure = overrides.apply_to_figures(FIGURES, both).row(0, named=True)
    assert figure["scope"] == "goods_services"
    assert len(figure["trace"]) == 1


def test_what_is_pinned_can_be_told_from_what_was_read() -> None:
    for slot, value in (("scope", "goods_services"), ("verdict", "within_tolerance")):
        pinned = overrides.apply_to_figures(FIGURES, pin(slot=slot, value=value))
        assert pinned.select(overrides.is_pinned(slot)).to_series().to_list() == [True]
        assert pinned.select(overrides.is_pinned("flow")).to_series().to_list() == [False]
        assert pinned.drop("trace", "scope").equals(FIGURES.drop("trace", "scope"))


def test_a_pinned_verdict_keeps_what_was_computed_in_sight() -> None:
    judged = checks(a=("outside_tolerance", -27.6e9))
    pinned = overrides.apply_to_checks(judged, pin(slot="verdict", value="within_tolerance"), FIGURES).row(
        0, named=True
    )
    assert pinned["verdict"] == "within_tolerance"
    assert pinned["computed_value"] == -27.6e9
    assert "A. Editor" in pinned["explanation"]
    assert "computed: outside_tolerance" in pinned["explanation"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"slot": "colour"}, "row 2: unknown slot colour"),
        ({"slot": "flow", "value": "sales"}, "row 2: flow cannot be sales"),
        ({"slot": "verdict", "value": "wrong"}, "row 2: verdict cannot be wrong"),
        ({"reason": ""}, "row 2: reason is empty"),
        ({"slot": "value", "value": "27.6 billion"}, "row 2: value is a number in base units"),
        ({"slot": "value", "value": "nan"}, "row 2: value is a number in base units"),
        ({"slot": "period", "value": "last year"}, "row 2: period is YYYY"),
        ({"slot": "scope", "value": ""}, "row 2: scope cannot be empty"),
        ({"slot": "verdict", "value": ""}, "row 2: verdict cannot be empty"),
        ({"decided_on": "last week"}, "row 2: decided_on is a day"),
    ],
)
def test_a_pin_that_cannot_be_meant_is_refused_with_its_row(change: dict[str, str], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        overrides.checked_list(pin(**change))
