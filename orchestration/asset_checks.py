"""Expectation suites as asset checks: one run of a suite, one result an expectation.

What belongs here: which frames a suite is given, and its results in Dagster's form. What does not: what is expected
(`expectations/suites`) and how it is found out (`expectations.runner`).

A fault of our data or code is an ERROR and stops what follows, so that the old warehouse stays; a press figure outside
tolerance is a WARN and stops nothing.
"""

from collections.abc import Iterator
from typing import Any, Final

import dagster as dg

from expectations.loader import load_suite, suite_names
from expectations.suite import Entry, Result, SuiteResult
from orchestration import metadata
from orchestration.resources import Home
from transforms.schemas import TABLES

AS_OF_LAST_RUN: Final = frozenset({"check_history"})
"""Tables that a suite reads as the last run left them: they are made after what it judges."""

MOST_SHOWN: Final = 100


def suite_checks() -> list[dg.AssetChecksDefinition]:
    """One definition for each suite, with one spec for each of its expectations."""
    return [_checks_of(name) for name in suite_names()]


def run_suite(name: str, home: Home) -> SuiteResult:
    """The suite of table `name`, put to the lake as it is now; remembered for the pages that are made of it."""
    context = {need: home.lake.read(TABLES[need]) for need in load_suite(name).needs}
    result = home.rooms.run_suite(name, home.lake.read(TABLES[name]), context=context)
    home.suites[name] = result
    return result


def _checks_of(name: str) -> dg.AssetChecksDefinition:
    deps = sorted(set(load_suite(name).needs) - AS_OF_LAST_RUN - {name})
    specs = [_spec(entry, deps) for entry in load_suite(name).entries]

    @dg.multi_asset_check(name=f"{name}_suite", specs=specs, description=load_suite(name).about)
    def suite(home: dg.ResourceParam[Home]) -> Iterator[dg.AssetCheckResult]:
        outcome = run_suite(name, home)
        if outcome.blocks:  # nothing downstream will run, and the pages are where a person looks for why
            home.rooms.write_docs(list(home.suites.values()), home.settings.data_docs)
        yield from (_result(result) for result in outcome.results)

    return suite


def _spec(entry: Entry, deps: list[str]) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        entry.id,
        asset=entry.table,
        description=f"{entry.title}. {entry.note}",
        blocking=entry.blocking,
        additional_deps=deps,
    )


def _result(result: Result) -> dg.AssetCheckResult:
    severity = dg.AssetCheckSeverity.ERROR if result.severity == "error" else dg.AssetCheckSeverity.WARN
    said: dict[str, Any] = {"expected": result.expected, "observed": result.observed, "rows": result.checked}
    if not result.success:
        said |= {"unexpected": result.unexpected, "failing": metadata.preview(result.failing, MOST_SHOWN)}
    return dg.AssetCheckResult(
        asset_key=result.table,
        check_name=result.id,
        passed=result.success,
        severity=severity,
        description=result.title,
        metadata=said,
    )
