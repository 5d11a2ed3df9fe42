"""What a suite is and what comes out of running one: plain frozen data, with no Great Expectations in it.

What belongs here: the shapes that the loader makes, the runner fills and Dagster, the Data Docs and the tests read.
What does not: reading files (`loader`), computing profiles (`profiles`), running (`runner`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import polars as pl

Severity = Literal["error", "warning"]

SEVERITIES: Final = ("error", "warning")
"""`error`: a fault of our data or code, which blocks what follows. `warning`: a finding that an editor should see, such
as a press figure outside tolerance; it never blocks. The policy in full: expectations/README.md."""


class SuiteError(Exception):
    """A suite that cannot be trusted: badly written, given too little, or crashed. Never to be read as a pass."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Which rows an expectation is about: `column` `operator` `values`; all conditions of an entry hold at once."""

    column: str
    operator: Literal["in", "not_in", "is_null", "is_not_null"]
    values: tuple[Any, ...] = ()

    def __str__(self) -> str:
        words = {"in": "is one of", "not_in": "is none of", "is_null": "is empty", "is_not_null": "is given"}
        return " ".join([self.column, words[self.operator], ", ".join(map(str, self.values))]).strip()


@dataclass(frozen=True, slots=True)
class Entry:
    """One expectation of a suite.

    `id` is stable: it names the Dagster asset check. `profile` names the small frame that is asserted on (None: the
    table itself). `show` are the columns of a failing row that a person needs to act.
    """

    id: str
    table: str
    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    title: str
    note: str
    show: tuple[str, ...]
    profile: str | None = None
    row_condition: tuple[Condition, ...] = ()

    @property
    def blocking(self) -> bool:
        """Whether a failure stops what follows."""
        return self.severity == "error"


@dataclass(frozen=True, slots=True)
class Suite:
    """The expectations on one table.

    `needs` are the other tables that its profiles read, `computed` the frames that no table holds and that whoever runs
    it has to make; both go into the `context` of the runner by name. Frames that may be computed:

    - `reproduced`: `figure_id` and `value`, what each check's SQL returned from the warehouse (null where it failed).
    """

    name: str
    title: str
    about: str
    entries: tuple[Entry, ...]
    needs: tuple[str, ...] = ()
    computed: tuple[str, ...] = ()

    def entry(self, entry_id: str) -> Entry:
        """The entry called `entry_id`; KeyError where there is none."""
        for entry in self.entries:
            if entry.id == entry_id:
                return entry
        raise KeyError(entry_id)


@dataclass(frozen=True, slots=True)
class Result:
    """One expectation after a run.

    `failing` holds the failing rows, in the entry's `show` columns (no rows where it passed, or where the expectation
    is about the table as a whole). `checked` and `unexpected` count rows. `observed` and `expected` are sentences.
    """

    id: str
    table: str
    success: bool
    severity: Severity
    title: str
    note: str
    observed: str
    expected: str
    failing: pl.DataFrame
    checked: int
    unexpected: int
    type: str

    @property
    def blocks(self) -> bool:
        """Whether this failure stops what follows."""
        return not self.success and self.severity == "error"

    def failing_ids(self, column: str | None = None) -> list[Any]:
        """The failing rows' values in `column` (default: the first one shown, which is the row's name)."""
        if self.failing.is_empty():
            return []
        return self.failing[column or self.failing.columns[0]].to_list()


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """One run of one suite, results in the order in which the suite is written."""

    suite: str
    title: str
    about: str
    ran_at: datetime
    seconds: float
    rows: int
    results: list[Result] = field(default_factory=list)

    @property
    def success(self) -> bool:
        """Every expectation held."""
        return all(result.success for result in self.results)

    @property
    def blocks(self) -> bool:
        """Some failure stops what follows."""
        return any(result.blocks for result in self.results)

    def result(self, entry_id: str) -> Result:
        """The result of the entry called `entry_id`; KeyError where there is none."""
        for result in self.results:
            if result.id == entry_id:
                return result
        raise KeyError(entry_id)
