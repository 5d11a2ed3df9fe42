"""Runs a suite: profiles in polars, expectations in Great Expectations, results as plain data in the suite's order.

What belongs here: the one place that talks to Great Expectations, and the guards that keep a suite from being green by
accident. What does not: what is asserted (`suites/*.yml`), how profiles are computed (`profiles`), pages (`docs`).

Great Expectations and pandas take seconds and 290 MB to load, so they are imported inside functions only. Its
analytics and progress bars are off. It drops what it does not know and reports a crash as a mere failure; here a lost
expectation, a crash, a missing frame or a missing column raises `SuiteError`.
"""

from __future__ import annotations

import math
import os
import time
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import ModuleType
from typing import Any, Final

import polars as pl

from expectations import profiles
from expectations.loader import load_suite
from expectations.suite import Condition, Entry, Result, Suite, SuiteError, SuiteResult
from expectations.vocabulary import TYPES
from expectations.wording import sentence
from transforms.schemas import TABLES

_ROW: Final = "_row"


def run_suite(
    suite: Suite | str,
    frame: pl.DataFrame,
    *,
    context: Mapping[str, pl.DataFrame] | None = None,
    ran_at: datetime | None = None,
) -> SuiteResult:
    """Put the expectations of `suite` to `frame`, the table of that name.

    Args:
        suite: a suite, or the name of one.
        frame: the table, with the columns and types of `transforms.schemas`.
        context: the other frames that its profiles read (`Suite.needs` and `Suite.computed`), by name.
        ran_at: the instant that the run is dated with; now where it is not given.

    Returns:
        One result an expectation, in the order in which the suite is written.

    Raises:
        SuiteError: the frame or context is not what the suite needs, or an expectation crashed or got lost.
    """
    started, ran_at = time.perf_counter(), ran_at or datetime.now(UTC)
    chosen = load_suite(suite) if isinstance(suite, str) else suite
    _check_form(chosen, frame)
    run = pl.DataFrame({"ran_at": [ran_at]}, schema={"ran_at": pl.Datetime("us", "UTC")})
    frames = _frames(chosen, frame, {**(context or {}), "run": run})
    found: dict[str, Result] = {}
    for profile, asserted_on in frames.items():
        entries = [entry for entry in chosen.entries if entry.profile == profile]
        found.update(_validate(chosen, entries, asserted_on))
    lost = [entry.id for entry in chosen.entries if entry.id not in found]
    if lost:
        raise SuiteError(f"suite {chosen.name}: no result for {', '.join(lost)}: Great Expectations dropped it")
    return SuiteResult(
        suite=chosen.name,
        title=chosen.title,
        about=chosen.about,
        ran_at=ran_at,
        seconds=time.perf_counter() - started,
        rows=frame.height,
        results=[found[entry.id] for entry in chosen.entries],
    )


def _check_form(suite: Suite, frame: pl.DataFrame) -> None:
    unknown = [f"{entry.id} ({entry.type})" for entry in suite.entries if entry.type not in TYPES]
    if unknown:
        raise SuiteError(f"suite {suite.name}: unknown expectation type: {', '.join(unknown)}")
    wanted = TABLES[suite.name].schema
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise SuiteError(f"suite {suite.name}: the table lacks the column(s) {', '.join(missing)}")
    wrong = [
        f"{name} is {frame.schema[name]}, not {kind}" for name, kind in wanted.items() if frame.schema[name] != kind
    ]
    if wrong:
        raise SuiteError(f"suite {suite.name}: {'; '.join(wrong)}")


def _frames(suite: Suite, frame: pl.DataFrame, context: Mapping[str, pl.DataFrame]) -> dict[str | None, pl.DataFrame]:
    """What each entry asserts on: the table itself under None, and each profile once."""
    frames: dict[str | None, pl.DataFrame] = {}
    context = {**context, **profiles.derive(suite.entries, frame)}
    for entry in suite.entries:
        if entry.profile in frames:
            continue
        if entry.profile is None:
            frames[None] = frame
            continue
        profile = profiles.find(suite.name, entry.profile)
        if profile is None:
            raise SuiteError(f"suite {suite.name}, {entry.id}: no profile {entry.profile!r}")
        try:
            frames[entry.profile] = profile.run(frame, context)
        except (profiles.ProfileError, pl.exceptions.PolarsError) as error:
            raise SuiteError(f"suite {suite.name}, {entry.id}: {error}") from error
    return frames


@cache
def _great_expectations() -> ModuleType:
    """Great Expectations, loaded once, quiet; its own import warns of what it uses in Python."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # nothing here may report home; read when it is imported
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx  # noqa: PLC0415

        import expectations.within_tolerance  # noqa: F401, PLC0415  registers our own type
    return gx  # type: ignore[no-any-return]


@cache
def _batches() -> Any:
    """Where pandas frames become batches: a context that lives in memory only and draws no progress bars.

    One for the process: a context and its asset take longer to make than most suites to run, and keep nothing.
    """
    context = _great_expectations().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas(name="tradecheck").add_dataframe_asset(name="frame")
    return asset.add_batch_definition_whole_dataframe("whole")


_ROWS_ONLY: Final = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
    "partial_unexpected_count": 0,
}
"""Great Expectations names failing rows by the index of the pandas frame, which is the position in ours. Asked for
values, or for columns to name them by, it takes twenty times as long (31 s for 190,000 failing rows).
"""


def _validate(suite: Suite, entries: Sequence[Entry], frame: pl.DataFrame) -> dict[str, Result]:
    gx = _great_expectations()
    batch = _batches().get_batch({"dataframe": _pandas(entries, frame)})
    written = gx.ExpectationSuite(name=suite.name, expectations=[_expectation(entry) for entry in entries])
    if len(written.expectations) != len(entries):
        raise SuiteError(f"suite {suite.name}: {len(entries)} expectations written, {len(written.expectations)} loaded")
    outcome = batch.validate(written, result_format=_ROWS_ONLY)
    by_id = {entry.id: entry for entry in entries}
    return {
        name: _result(by_id[name], answer, frame)
        for answer in outcome.results
        if (name := answer.expectation_config.meta["id"]) in by_id
    }


def _pandas(entries: Sequence[Entry], frame: pl.DataFrame) -> Any:
    """The columns that `entries` name, as pandas, in the order of `frame`, whose row numbers its index keeps.

    Of a column of which only is asked whether it is given, nothing but that is handed over: queries and explanations
    of a million checks are a gigabyte. Dates and lists stay behind, Great Expectations cannot compare them.
    """
    used = [_columns_used(entry) for entry in entries]
    compared = {column for by_value, _ in used for column in by_value}
    asked = {column for _, by_presence in used for column in by_presence} - compared
    columns = [
        pl.when(pl.col(name).is_not_null()).then(pl.lit(1.0)).alias(name) if name in asked else _plain_text(frame, name)
        for name in frame.columns
        if name in compared or name in asked
    ]
    # numbered, because a frame without columns would have no rows either
    return frame.with_row_index(_ROW).select(_ROW, *columns).to_pandas()


def _plain_text(frame: pl.DataFrame, name: str) -> pl.Expr:
    coded = isinstance(frame.schema[name], pl.Categorical | pl.Enum)
    return pl.col(name).cast(pl.String) if coded else pl.col(name)


def _columns_used(entry: Entry) -> tuple[set[str], set[str]]:
    """Columns of which `entry` compares the values, and columns of which it asks only whether they are given."""
    kind, kwargs = TYPES[entry.type], entry.kwargs
    single = {kwargs[name] for name in kind.columns if name in kwargs}
    several = {column for name in kind.column_lists for column in kwargs.get(name, ())}
    by_presence = {each.column for each in entry.row_condition if each.operator in ("is_null", "is_not_null")}
    by_value = {each.column for each in entry.row_condition} - by_presence
    if entry.type in _ASK_FOR_PRESENCE:
        return by_value, by_presence | single
    return by_value | single | several, by_presence


_ASK_FOR_PRESENCE: Final = ("expect_column_values_to_be_null", "expect_column_values_to_not_be_null")


def _expectation(entry: Entry) -> Any:
    from great_expectations.expectations.registry import get_expectation_impl  # noqa: PLC0415

    kind = get_expectation_impl(entry.type)
    condition = {"row_condition": _row_condition(entry.row_condition)} if entry.row_condition else {}
    return kind(**entry.kwargs, **condition, meta={"id": entry.id}, severity=_GX_SEVERITY[entry.severity])


_GX_SEVERITY: Final = {"error": "critical", "warning": "warning"}


def _row_condition(conditions: Sequence[Condition]) -> Any:
    from great_expectations.expectations.row_conditions import AndCondition, Column  # noqa: PLC0415

    def one(condition: Condition) -> Any:
        column = Column(condition.column)
        test = getattr(column, {"in": "is_in", "not_in": "is_not_in"}.get(condition.operator, condition.operator))
        return test(list(condition.values)) if condition.values else test()

    made = [one(condition) for condition in conditions]
    return made[0] if len(made) == 1 else AndCondition(conditions=made)


def _result(entry: Entry, answer: Any, frame: pl.DataFrame) -> Result:
    _raise_if_crashed(entry, answer)
    rows = [int(row) for row in answer.result.get("unexpected_index_list") or ()]
    unexpected = int(answer.result.get("unexpected_count") or 0)
    if TYPES[entry.type].of_rows and len(rows) != unexpected:
        raise SuiteError(f"{entry.table}, {entry.id}: {unexpected} failing rows counted, {len(rows)} named")
    unexpected = _all_found(frame, unexpected)
    checked = int(answer.result.get("element_count", frame.height)) - int(answer.result.get("missing_count") or 0)
    return Result(
        id=entry.id,
        table=entry.table,
        success=bool(answer.success),
        severity=entry.severity,
        title=entry.title,
        note=entry.note,
        observed=_observed(entry, answer, checked, unexpected),
        expected=_expected(entry),
        failing=frame.select(entry.show)[rows],
        checked=checked,
        unexpected=unexpected,
        type=entry.type,
    )


def _all_found(frame: pl.DataFrame, unexpected: int) -> int:
    """Profiles list at most `MOST_ROWS` violations; beyond that their column `found` knows how many there are."""
    if unexpected < profiles.MOST_ROWS or "found" not in frame.columns:
        return unexpected
    return max(unexpected, int(frame["found"][0]))


def _raise_if_crashed(entry: Entry, answer: Any) -> None:
    """Great Expectations turns a crash into `success=False`; its message is dug out of one of two shapes."""
    info = answer.exception_info or {}
    details = [info] if "raised_exception" in info else list(info.values())
    for detail in details:
        if detail.get("raised_exception"):
            raise SuiteError(f"{entry.table}, {entry.id} crashed: {detail.get('exception_message')}")
    if not answer.success and not answer.result:
        raise SuiteError(f"{entry.table}, {entry.id} failed without a result")


def _observed(entry: Entry, answer: Any, checked: int, unexpected: int) -> str:
    if "observed_value" in answer.result:
        return f"observed {_plain(answer.result['observed_value'])}"
    if _lists_faults(entry):
        return f"{unexpected:,} found" if unexpected else "none found"
    return f"{unexpected:,} of {checked:,} rows fail" if unexpected else f"all {checked:,} rows hold"


def _lists_faults(entry: Entry) -> bool:
    """Whether the entry's profile lists only what is wrong, so that no rows means: looked through, nothing found."""
    profile = profiles.find(entry.table, entry.profile) if entry.profile else None
    return profile is not None and profile.violations_only


def _plain(value: Any) -> Any:
    """A numpy scalar as the Python value it stands for; NaN, which is pandas' missing value, as None."""
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and math.isnan(value) else value


def _expected(entry: Entry) -> str:
    """The sentence of what is expected; of a list of faults that has to be empty, what would be listed."""
    profile = profiles.find(entry.table, entry.profile) if entry.profile else None
    if profile and profile.violations_only and entry.type == "expect_column_values_to_be_null":
        return f"none of these: {' '.join(profile.about.split())}"
    return sentence(entry)
