"""Suite files are read strictly: whatever is not understood is an error that names the file and the entry."""

from __future__ import annotations

import subprocess
import sys

import pytest

from expectations.loader import load_suite, parse_suite, suite_names
from expectations.suite import Condition, SuiteError
from expectations.vocabulary import TYPES
from transforms.schemas import FLOWS, TABLES

GOOD = """
suite: figures
title: Figures
about: What was read from the articles.
count: 2
expectations:
  - id: flows_are_known
    type: expect_column_values_to_be_in_set
    kwargs: {column: flow, value_set: closed_list}
    row_condition: {kind: {not_in: [other]}, value: is_not_null}
    severity: error
    title: Flows are from the list
    note: A flow outside of the list
      has no series.
    show: [figure_id, flow]
  - id: quotes_stand_at_their_spans
    profile: spans
    type: expect_column_pair_values_to_be_equal
    kwargs: {column_A: quote, column_B: held}
    severity: warning
    title: Quotes stand where they say
    note: A span that is shifted marks what nobody wrote.
    show: [figure_id, held]
"""


def parse(text: str) -> object:
    return parse_suite(text, "suites/figures.yml", table="figures")


def test_a_suite_is_read_as_it_is_written() -> None:
    suite = parse_suite(GOOD, "suites/figures.yml", table="figures")
    flows, spans = suite.entries
    assert flows.kwargs == {"column": "flow", "value_set": list(FLOWS)}
    assert flows.row_condition == (Condition("kind", "not_in", ("other",)), Condition("value", "is_not_null"))
    assert flows.note == "A flow outside of the list has no series."
    assert (flows.blocking, spans.blocking) == (True, False)
    assert spans.profile == "spans"
    assert suite.needs == ("articles",)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("_to_be_in_set", "_to_be_in_sett", r"figures.yml, entry 1 \(flows_are_known\): unknown expectation type"),
        ("note: A span that is shifted marks what nobody wrote.", "note: ''", r"entry 2 .*missing: note"),
        ("note: A span that is shifted marks what nobody wrote.", "note: so", "in plain words why"),
        ("id: quotes_stand_at_their_spans", "id: flows_are_known", "used twice: flows_are_known"),
        ("id: flows_are_known", "id: Flows are known", "an id is lower case"),
        ("column: flow,", "column: flows,", r"unknown column\(s\): flows"),
        ("row_condition: {kind:", "row_condition: {kinds:", r"unknown column\(s\): kinds"),
        ("{not_in: [other]}", "other", "row_condition of kind"),
        ("show: [figure_id, held]", "show: [figure_id, sentence]", r"unknown column\(s\): sentence"),
        ("show: [figure_id, held]", "show: []", "missing: show"),
        ("count: 2", "count: 3", "says count: 3, but 2 expectations are written"),
        ("severity: warning", "severity: warn", "severity 'warn' is neither"),
        ("column_B: held}", "column_C: held}", "does not take: column_C"),
        (", column_B: held}", "}", "needs: column_B"),
        ("profile: spans", "profile: span", "no profile 'span' of figures; there are: .*spans"),
        ("profile: spans", "on: spans", "unknown key"),
        ("suite: figures", "suite: figure", "name of its file"),
        ("severity: error", "severity: error\n    severity: warning", "key written twice: severity"),
        ("closed_list", "closed_list, mostly: 0.9", "does not take: mostly"),
        ("column: flow,", "column: quote,", "no closed list for figures.quote"),
        ("about:", "abuot:", "unknown or missing key"),
        ("title: Figures", "title: [Figures]", "title has to be text"),
        ("suite: figures", "suite: [figures", "not readable as YAML"),
    ],
)
def test_what_is_not_understood_is_an_error(right: str, wrong: str, told: str) -> None:
    assert right in GOOD
    with pytest.raises(SuiteError, match=told):
        parse(GOOD.replace(right, wrong, 1))


@pytest.mark.parametrize("text", ["", "- figures", GOOD.split("  - id", 1)[0]])
def test_an_empty_suite_is_an_error(text: str) -> None:
    with pytest.raises(SuiteError, match=r"figures\.yml"):
        parse(text)


def test_an_unknown_suite_lists_the_known_ones() -> None:
    with pytest.raises(SuiteError, match=r"no suite 'figurs'; there are: .*figures"):
        load_suite("figurs")
    with pytest.raises(SuiteError, match="no suite"):
        load_suite("../suites/figures")


def test_every_suite_of_the_house_loads_and_names_only_frames_that_there_are() -> None:
    for name in suite_names():
        suite = load_suite(name)
        assert set(suite.needs) <= set(TABLES)
        assert set(suite.computed) <= {"reproduced"}
        assert all(entry.type in TYPES for entry in suite.entries)


def test_a_press_figure_never_blocks_and_a_fault_of_ours_always_does() -> None:
    checks = load_suite("checks")
    findings = {entry.id for entry in checks.entries if not entry.blocking}
    assert findings == {"published_within_tolerance", "holds_on_the_first_reading"}


def test_loading_suites_loads_neither_great_expectations_nor_pandas() -> None:
    code = (
        "import sys; import expectations.runner, expectations.docs; from expectations.loader import *;"
        "[load_suite(name) for name in suite_names()];"
        "print(sorted({'great_expectations', 'pandas', 'jinja2'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
