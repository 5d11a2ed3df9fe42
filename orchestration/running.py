"""The main job from the command line: everything materialized in this process, with its progress shown.

What belongs here: running Dagster quietly, turning its events into lines for a person, and saying in one line why a run
failed. What does not: what is run (`build`) and how results are shown (`rendering`).
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import dagster as dg
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from orchestration import lock
from orchestration.build import LIVE, OFFLINE, build_defs
from orchestration.errors import TradecheckError
from orchestration.plain import plain
from orchestration.settings import Settings, hand_on, prepare

_OURS: Final = re.compile(r"(?:orchestration|warehouse|expectations)\.[\w.]+: ")


@dataclass(slots=True)
class Outcome:
    """What became of a run: warnings for a person, failed steps with their cause, and checks that did not pass."""

    success: bool = False
    warnings: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    seconds: float = 0.0


class Show(Protocol):
    """How progress is shown: a step begins, a step has ended."""

    def begin(self, step: str) -> None:
        """The step of this name has begun."""

    def end(self, step: str) -> None:
        """The step of this name has ended, well or not."""


def run(settings: Settings, out: Console, *, verbose: bool = False, live: bool = False, **overrides: Any) -> Outcome:
    """Materialize everything under the lock of the home folder; never raises for a step that failed.

    With `live` the publishers are asked first; without it nothing leaves this machine.

    Raises:
        TradecheckError: the home folder cannot be used, or another process holds it for too long.
    """
    prepare(settings)
    hand_on(settings)
    outcome, started = Outcome(), time.perf_counter()
    with lock.hold(settings.lock, waiting=lambda told: out.print(plain(told), soft_wrap=True)):
        loggers = {} if verbose else {"console": _listening(outcome, show := _Steps())}
        definitions = build_defs(settings=settings, loggers=loggers, **overrides)
        job = definitions.resolve_job_def(LIVE if live else OFFLINE)
        instance = dg.DagsterInstance.from_config(str(settings.dagster_home))
        try:
            with _shown(out, show, len(job.graph.node_dict)) if not verbose else _nothing():
                result = job.execute_in_process(
                    run_config={"loggers": {name: {} for name in loggers}}, instance=instance, raise_on_error=False
                )
        finally:
            instance.dispose()
    outcome.success, outcome.seconds = result.success, time.perf_counter() - started
    return outcome


# --- listening to Dagster ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Steps:
    """Passes steps on to whatever shows them, once there is something that does."""

    to: Show | None = None

    def begin(self, step: str) -> None:
        if self.to:
            self.to.begin(step)

    def end(self, step: str) -> None:
        if self.to:
            self.to.end(step)


class _Listener(logging.Handler):
    """Dagster's records, of which a person needs few: steps, warnings of assets, failures, checks that did not pass."""

    def __init__(self, outcome: Outcome, show: Show) -> None:
        super().__init__()
        self.outcome, self.show = outcome, show

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_event", None)
        said = getattr(record, "dagster_meta", {})
        if event is None:
            if record.levelno == logging.WARNING:
                self.outcome.warnings.append(plain(str(said.get("orig_message", record.getMessage()))))
        elif event.event_type_value == "STEP_START":
            self.show.begin(event.step_key)
        elif event.event_type_value in ("STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED"):
            self.show.end(event.step_key)
            if event.event_type_value == "STEP_FAILURE":
                self.outcome.failures.append(f"{event.step_key}: {_cause(event.step_failure_data.error)}")
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            self._check(event.asset_check_evaluation_data)
        elif event.event_type_value in ("PIPELINE_FAILURE", "RESOURCE_INIT_FAILURE") and not self.outcome.failures:
            error = getattr(event.event_specific_data, "error", None)
            self.outcome.failures.append(_cause(error) if error else plain(str(event.message)))

    def _check(self, evaluation: Any) -> None:
        if not evaluation.passed:
            observed = evaluation.metadata.get("observed")
            told = f"{evaluation.asset_key.path[-1]}.{evaluation.check_name}: {evaluation.description}"
            self.outcome.findings.append(plain(f"{told} ({observed.value if observed else 'did not pass'})"))


def _cause(error: Any) -> str:
    """What a step failed of, in one line: what Dagster wraps, and of our own errors, which say all, the words alone."""
    while error.cause is not None and str(error.cls_name).startswith("Dagster"):
        error = error.cause
    lines = [line for line in str(error.message).strip().splitlines() if line.strip()] or [str(error.cls_name)]
    return plain(_OURS.sub("", " ".join(lines), count=1))


def _listening(outcome: Outcome, show: Show) -> dg.LoggerDefinition:
    def listening(_: dg.InitLoggerContext) -> logging.Logger:
        made = logging.Logger("tradecheck.run", level=logging.DEBUG)
        made.addHandler(_Listener(outcome, show))
        return made

    return dg.LoggerDefinition(listening, description="Progress for the command line")


# --- showing -------------------------------------------------------------------------------------------------------


@contextmanager
def _nothing() -> Iterator[None]:
    yield


@contextmanager
def _shown(out: Console, steps: _Steps, total: int) -> Iterator[None]:
    """A bar on a terminal; a line a step elsewhere, so that a log says where a run stood."""
    if not out.is_terminal:
        steps.to = _Lines(out, total)
        yield
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out, transient=True) as progress:
        steps.to = _Bar(progress, total)
        yield


class _Lines:
    def __init__(self, out: Console, total: int) -> None:
        self.out, self.total, self.done, self.started = out, total, 0, time.perf_counter()

    def begin(self, step: str) -> None:  # noqa: ARG002 — the line comes when it has ended
        self.started = time.perf_counter()

    def end(self, step: str) -> None:
        self.done += 1
        self.out.print(f"[{self.done:2}/{self.total}] {step:24} {time.perf_counter() - self.started:5.1f} s")


class _Bar:
    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.task = progress, progress.add_task("starting", total=total)

    def begin(self, step: str) -> None:
        self.progress.update(self.task, description=f"{step:24}")

    def end(self, step: str) -> None:  # noqa: ARG002
        self.progress.advance(self.task)


def refused(outcome: Outcome, settings: Settings) -> TradecheckError:
    """Why the run failed, and that nothing was replaced."""
    first = outcome.failures[0] if outcome.failures else "the run failed"
    kept = f"; {settings.warehouse} is as it was" if settings.warehouse.exists() else ""
    return TradecheckError(f"{first}{kept}")
