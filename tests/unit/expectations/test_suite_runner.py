"""A run is never green by accident: crashes, lost expectations and missing frames raise; results are plain data."""

from __future__ import annotations

import importlib
import warnings
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from expectations import profiles, runner
from expectations.loader import load_suite, suite_names
from expectations.profiles.base import Profile, ProfileError
from expectations.suite import Entry, Suite, SuiteError
from expectations.vocabulary import OWN_TYPE, TYPES
from expectations.wording import sentence
from transforms.schemas import CHECKS, DOCUMENTS


def entry(**given: Any) -> Entry:
    plain = {
        "id": "sizes_are_given",
        "table": "documents",
        "type": "expect_column_values_to_not_be_null",
        "kwargs": {"column": "url"},
        "severity": "error",
        "title": "Sizes are given",
        "note": "A file has a size.",
        "show": ("document_id", "bytes"),
    }
    return Entry(**(plain | given))


def suite(*entries: Entry) -> Suite:
    return Suite("documents", "Documents", "Bytes.", entries)


def documents(*rows: dict[str, Any]) -> pl.DataFrame:
    base = {"document_id": "d1", "source": "ft900", "bytes": 1, "url": "https://example.org"}
    return DOCUMENTS.conform(pl.DataFrame([base | row for row in rows]))


def test_results_come_in_the_order_of_the_suite_and_are_plain_python() -> None:
    entries = [
        entry(
            id=f"number_{number}",
            profile="keys" if number % 2 else None,
            kwargs={"column": column},
            show=("row",) if number % 2 else ("document_id", "bytes"),
        )
        for number, column in enumerate(["url", "row", "bytes", "rows", "source"])
    ]
    result = runner.run_suite(suite(*entries), documents({"bytes": 7, "url": None}, {"document_id": "d2"}))
    assert [each.id for each in result.results] == [each.id for each in entries]
    failed = result.results[0]
    assert (failed.checked, failed.unexpected, failed.observed) == (2, 1, "1 of 2 rows fail")
    assert failed.failing.to_dicts() == [{"document_id": "d1", "bytes": 7}]
    assert type(failed.failing_ids("bytes")[0]) is int
    assert result.blocks
    assert result.ran_at.tzinfo is UTC


def test_a_warning_does_not_block() -> None:
    result = runner.run_suite(suite(entry(severity="warning")), documents({"url": None}))
    assert not result.success
    assert not result.blocks


def test_a_crash_inside_an_expectation_is_raised_and_named() -> None:
    broken = entry(type="expect_column_values_to_match_regex", kwargs={"column": "url", "regex": "("})
    with pytest.raises(SuiteError, match="documents, sizes_are_given crashed"):
        runner.run_suite(suite(broken), documents({}))


def test_an_unknown_type_is_raised_even_past_the_loader() -> None:
    with pytest.raises(SuiteError, match="unknown expectation type"):
        runner.run_suite(suite(entry(type="expect_nothing")), documents({}))


def test_an_expectation_that_great_expectations_drops_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_validate", lambda *_: {})
    with pytest.raises(SuiteError, match="no result for sizes_are_given"):
        runner.run_suite(suite(entry()), documents({}))


def test_missing_and_mistyped_columns_are_raised() -> None:
    with pytest.raises(SuiteError, match=r"lacks the column\(s\) bytes, note"):
        runner.run_suite(suite(entry()), documents({}).drop("bytes", "note"))
    with pytest.raises(SuiteError, match="bytes is String, not Int64"):
        runner.run_suite(suite(entry()), documents({}).cast({"bytes": pl.String}))


def test_a_missing_frame_of_the_context_is_raised_and_named() -> None:
    checks = load_suite("checks")
    alone = replace(checks, entries=(checks.entry("sql_reproduces_the_value"),))
    with pytest.raises(SuiteError, match=r"sql_reproduces_the_value: .*needs the frame\(s\) reproduced"):
        runner.run_suite(alone, CHECKS.empty())


def test_a_profile_keeps_its_promise_of_columns() -> None:
    promised = pl.Schema({"row": pl.String()})
    profile = Profile("odd", "Odd.", promised, lambda frame, _: frame.select("bytes"))
    with pytest.raises(ProfileError, match="promised"):
        profile.run(documents({}), {})


def test_more_faults_than_are_listed_are_still_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = documents(*({"document_id": f"d{number // 2}"} for number in range(2 * profiles.MOST_ROWS + 20)))
    keys = load_suite("documents").entry("keys_are_unique")
    result = runner.run_suite(suite(keys), frame).result("keys_are_unique")
    assert result.unexpected == profiles.MOST_ROWS + 10
    assert result.failing.height == profiles.MOST_ROWS
    assert result.observed == f"{profiles.MOST_ROWS + 10:,} found"


def test_runs_are_dated_by_whoever_runs_them() -> None:
    when = datetime(2020, 1, 2, tzinfo=UTC)
    assert runner.run_suite(suite(entry()), documents({}), ran_at=when).ran_at == when


# --- the vocabulary against Great Expectations itself ---------------------------------------------------------------


@pytest.fixture(scope="module")
def registry() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("expectations.within_tolerance")
        return importlib.import_module("great_expectations.expectations.registry")


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_of_the_vocabulary_is_registered_with_its_arguments(name: str, registry: Any) -> None:
    kind = registry.get_expectation_impl(name)
    spec = TYPES[name]
    assert {*spec.columns, *spec.column_lists, *spec.values} <= set(kind.__fields__)


@pytest.mark.parametrize("name", suite_names())
def test_every_entry_has_its_sentence(name: str) -> None:
    for each in load_suite(name).entries:
        assert len(sentence(each).split()) >= 3
        assert "{" not in sentence(each).replace(str(each.kwargs.get("regex", "")), "")


def test_our_own_expectation_tells_data_docs_what_it_prescribes(registry: Any) -> None:
    from great_expectations.core import ExpectationValidationResult  # noqa: PLC0415  seconds, in this test only
    from great_expectations.expectations.expectation_configuration import (  # noqa: PLC0415
        ExpectationConfiguration,
    )

    columns = ["computed_value", "tolerance_low", "tolerance_high"]
    configuration = ExpectationConfiguration(type=OWN_TYPE, kwargs={"column_list": columns})
    rendered = registry.get_renderer_impl(OWN_TYPE, "renderer.prescriptive")[1](configuration=configuration)
    template = rendered[0].to_json_dict()["string_template"]
    assert template["template"].startswith("$computed has to lie between $low and $high, both ends included")
    assert template["params"] == {"computed": columns[0], "low": columns[1], "high": columns[2]}
    answer = ExpectationValidationResult(success=True, expectation_config=configuration, result={})
    answer.render()
    atomic = answer.expectation_config.rendered_content[0]
    assert "$computed has to lie between" in atomic.value.template


@pytest.mark.parametrize(
    ("computed", "low", "high", "holds"),
    [
        (1.0, 1.0, 2.0, True),
        (2.0, 1.0, 2.0, True),
        (2.0000001, 1.0, 2.0, False),
        (-27.6e9, -27.65e9, -27.55e9, True),
        (27.6e9, -27.65e9, -27.55e9, False),
        (None, 1.0, 2.0, False),
        (1.5, None, 2.0, False),
        (1.5, 1.0, None, False),
        (None, None, None, False),
    ],
)
def test_both_ends_are_included_and_nothing_missing_ever_holds(
    computed: float | None, low: float | None, high: float | None, holds: bool
) -> None:
    own = entry(
        table="checks", type=OWN_TYPE, kwargs={"column_list": ["computed_value", "tolerance_low", "tolerance_high"]}
    )
    row = {"figure_id": "f", "verdict": "outside_tolerance", "internal_check": "none", "explanation": "e"}
    numbers = {"computed_value": computed, "tolerance_low": low, "tolerance_high": high}
    frame = CHECKS.conform(pl.DataFrame([row | numbers], schema_overrides=dict.fromkeys(numbers, pl.Float64)))
    result = runner.run_suite(Suite("checks", "t", "a", (replace(own, show=("figure_id",)),)), frame)
    assert result.success is holds
