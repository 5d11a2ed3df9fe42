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
from expectations.suite import Entry, Result
from orchestration import metadata
from orchestration.resources import Home

AS_OF_LAST_RUN: Final = frozenset({"check_history"})
"""Tables that a suite reads as the last run left them: they are made after what it judges."""

TOGETHER: Final = ("observations", "statements", "vintages", "partners")
"""Tables whose suites look at each other's rows: they run as one step, once all of them are made."""

MOST_SHOWN: Final = 100


def suite_checks() -> list[dg.AssetChecksDefinition]:
    """One step a suite, or a set of suites that belong together, with one check for each expectation."""
    held = suite_names()
    series = [name for name in held if name in TOGETHER]
    alone = [[name] for name in held if name not in TOGETHER]
    return [_checks_of("series", series), *(_checks_of(names[0], names) for names in alone)]


def _checks_of(step: str, names: list[str]) -> dg.AssetChecksDefinition:
    suites = [load_suite(name) for name in names]
    read = {*names, *(need for suite in suites for need in suite.needs)} - AS_OF_LAST_RUN
    specs = [_spec(entry, read) for suite in suites for entry in suite.entries]

    @dg.multi_asset_check(name=f"{step}_suite", specs=specs, description=" ".join(suite.about for suite in suites))
    def suite_step(home: dg.ResourceParam[Home]) -> Iterator[dg.AssetCheckResult]:
        outcomes = home.suites.of(suites)
        if any(outcome.blocks for outcome in outcomes):  # nothing downstream will run, and pages say why
            home.rooms.write_docs(list(home.suites.done.values()), home.settings.data_docs)
        yield from (_result(result) for outcome in outcomes for result in outcome.results)

    return suite_step


def _spec(entry: Entry, read: set[str]) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        entry.id,
        asset=entry.table,
        description=f"{entry.title}. {entry.note}",
        blocking=entry.blocking,
        additional_deps=sorted(read - {entry.table}),
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
