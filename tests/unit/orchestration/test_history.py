"""The record of verdicts grows when something changed, and only then."""

from datetime import UTC, date, datetime

import polars as pl

from orchestration.history import history_of, vintage_set
from transforms.schemas import CHECK_HISTORY, CHECKS, VINTAGES

MONDAY, TUESDAY, WEDNESDAY = (datetime(2026, 6, day, 12, tzinfo=UTC) for day in (1, 2, 3))


def checks(**values: tuple[str, float | None]) -> pl.DataFrame:
    rows = [
        {"figure_id": name, "verdict": verdict, "computed_value": value, "internal_check": "none", "explanation": "x"}
        for name, (verdict, value) in values.items()
    ]
    return CHECKS.conform(pl.DataFrame(rows, schema_overrides={"computed_value": pl.Float64}))


def vintages(*names: str) -> pl.DataFrame:
    rows = [
        {
            "source": "census_country",
            "vintage": name,
            "released_on": date(2018, 1, 1),
            "released_on_bound": "exact",
            "document_id": "d",
        }
        for name in names
    ]
    return VINTAGES.conform(pl.DataFrame(rows))


def test_first_run_records_every_figure() -> None:
    history = history_of(CHECK_HISTORY.empty(), checks(a=("not_checkable", None)), vintages("2018-10"), MONDAY)
    assert history.rows() == [("a", vintage_set(vintages("2018-10")), MONDAY, "not_checkable", None)]


def test_run_that_finds_the_same_adds_nothing() -> None:
    found = checks(a=("not_checkable", None), b=("outside_tolerance", 1e9))
    first = history_of(CHECK_HISTORY.empty(), found, vintages("2018-10"), MONDAY)
    assert history_of(first, found, vintages("2018-10"), TUESDAY).equals(first)


def test_changed_verdict_value_or_data_adds_a_row_for_what_changed() -> None:
    first = history_of(
        CHECK_HISTORY.empty(),
        checks(a=("within_tolerance", 1.0), b=("within_tolerance", 1.0)),
        vintages("2018-10"),
        MONDAY,
    )
    now = checks(a=("within_tolerance", 1.0), b=("outside_tolerance", 1.0))
    second = history_of(first, now, vintages("2018-10"), TUESDAY)
    assert second.filter(checked_at=TUESDAY)["figure_id"].to_list() == ["b"]
    third = history_of(second, now, vintages("2018-10", "2019-12"), WEDNESDAY)
    assert third.filter(checked_at=WEDNESDAY)["figure_id"].to_list() == ["a", "b"]


def test_verdict_that_changes_back_is_recorded() -> None:
    history = CHECK_HISTORY.empty()
    for day, verdict in ((MONDAY, "within_tolerance"), (TUESDAY, "outside_tolerance"), (WEDNESDAY, "within_tolerance")):
        history = history_of(history, checks(a=(verdict, 1.0)), vintages("2018-10"), day)
    assert history["verdict"].to_list() == ["within_tolerance", "outside_tolerance", "within_tolerance"]


def test_set_of_vintages_does_not_depend_on_their_order() -> None:
    assert vintage_set(vintages("2018-10", "2019-12")) == vintage_set(vintages("2019-12", "2018-10"))
    assert vintage_set(vintages("2018-10")) != vintage_set(vintages("2019-12"))
