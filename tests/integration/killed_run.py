"""A run that kills itself: `python killed_run.py MOMENT PART`, with MOMENT before, after, inside, docs or never.

`before` and `after` are about the swap that puts a finished file whose path holds PART in its place; `inside` is half
way through building the warehouse, `docs` half way through its pages. Few partners, and suites that always hold: what
is tested is what a kill leaves, not what is judged.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

import warehouse.build
from expectations import docs
from expectations.loader import load_suite
from expectations.suite import Result, SuiteResult
from orchestration import rendering, running
from orchestration.settings import from_environment
from warehouse import files, snapshot

MOMENT, PART = sys.argv[1:]
SWAP = files.swap


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def swap(new: Path, path: Path) -> None:
    if MOMENT == "before" and PART in str(path):
        die()
    SWAP(new, path)
    if MOMENT == "after" and PART in str(path):
        die()


def some(table: str, **where: Any) -> pl.DataFrame:
    return snapshot.load(table, **({"partner": ["KR", "CN"], **where} if table == "observations" else where))


def holds(name: str, frame: pl.DataFrame, *, context: Any, ran_at: datetime) -> SuiteResult:
    suite = load_suite(name)
    results = [
        Result(e.id, name, True, e.severity, e.title, e.note, "", "", pl.DataFrame(), 0, 0, e.type)
        for e in suite.entries
    ]
    return SuiteResult(name, suite.title, suite.about, ran_at, 0.0, frame.height, results)


def write_docs(results: list[SuiteResult], folder: Path) -> Path:
    if MOMENT == "docs":
        folder.mkdir(exist_ok=True)
        (folder / "half.html").write_text("<html>", encoding="utf-8")
        die()
    return docs.write_docs(results, folder)


def main() -> int:
    files.swap = swap
    if MOMENT == "inside":
        warehouse.build._create_view = lambda *_: die()
    outcome = running.run(
        from_environment(), rendering.console(), load_snapshot=some, run_suite=holds, write_docs=write_docs
    )
    sys.stderr.write("\n".join(outcome.failures))
    return 0 if outcome.success else 1


sys.exit(main())
