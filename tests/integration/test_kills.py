"""Killed at any moment, the next run succeeds and no table is torn."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from orchestration.io import Lake
from transforms.schemas import TABLES

pytestmark = [pytest.mark.xdist_group("kills"), pytest.mark.slow]

RUN = """
import os, signal, sys
from warehouse import files, snapshot
import warehouse.build

moment, part = sys.argv[1:]
real = files.swap

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def swap(new, path):
    if part in str(path) and moment == "before":
        die()
    real(new, path)
    if part in str(path) and moment == "after":
        die()

def half_a_view(connection, view):
    die()

files.swap = swap
if moment == "inside":
    warehouse.build._create_view = half_a_view

def some(table, **where):
    return snapshot.load(table, **({"partner": ["KR", "CN", "world"], **where} if table == "observations" else where))

def docs(results, folder, **more):
    if moment == "docs":
        folder.mkdir(exist_ok=True)
        (folder / "half.html").write_text("<html>")
        die()
    from expectations.docs import write_docs
    return write_docs(results, folder, **more)

from orchestration import rendering, running
from orchestration.settings import from_environment
outcome = running.run(from_environment(), rendering.console(), load_snapshot=some, write_docs=docs)
print(*outcome.failures, sep="\\n", file=sys.stderr)
sys.exit(0 if outcome.success else 1)
"""

MOMENTS = [
    ("before", "archive/objects"),
    ("after", "archive/objects"),
    *(("before", f"lake/{name}/") for name in TABLES),
    ("after", "lake/observations/"),
    ("after", "lake/figures/"),
    ("inside", "-"),
    ("before", "tradecheck.duckdb"),
    ("after", "tradecheck.duckdb"),
    ("docs", "-"),
]


def run(home: Path, moment: str, part: str) -> int:
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    done = subprocess.run(
        [sys.executable, "-c", RUN, moment, part],
        env={**environment, "TRADECHECK_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stdout + done.stderr
    return done.returncode


def state(home: Path) -> dict[str, Any]:
    """Every table of the lake read in full, and the warehouse opened and counted: neither works on a torn file."""
    lake = Lake(home / "lake")
    tables: dict[str, Any] = {name: lake.read(table) for name, table in TABLES.items()}
    with duckdb.connect(str(home / "tradecheck.duckdb"), read_only=True) as connection:
        for name in TABLES:
            tables[f"warehouse {name}"] = connection.table(name).count("*").fetchall()
    return tables


def test_killed_run_leaves_whole_tables_and_the_next_one_succeeds(tmp_path: Path) -> None:
    assert run(tmp_path, "never", "-") == 0
    whole = state(tmp_path)
    for moment, part in MOMENTS:
        (tmp_path / "articles" / "new.md").write_text(f"The {moment} {part}: exports of $5 billion.", encoding="utf-8")
        assert run(tmp_path, moment, part) == -signal.SIGKILL, f"the run never came {moment} {part}"
        left = state(tmp_path)
        for name in ("observations", "statements", "vintages", "partners"):
            assert left[name].equals(whole[name]), f"killed {moment} {part}: {name} changed"
        assert left["check_history"].height >= whole["check_history"].height
    (tmp_path / "articles" / "new.md").unlink()
    assert run(tmp_path, "never", "-") == 0
    after = state(tmp_path)
    for name in TABLES:
        assert sorted(after[name].columns) == sorted(whole[name].columns)
        if name not in ("documents", "check_history"):
            assert after[name].equals(whole[name]), name
            assert after[f"warehouse {name}"] == whole[f"warehouse {name}"]
    debris = [path for path in (tmp_path / "lake").rglob("*") if path.name.startswith(".")]
    assert debris == []


def test_kill_between_two_runs_is_not_a_lock(tmp_path: Path) -> None:
    assert run(tmp_path, "before", "lake/documents/") == -signal.SIGKILL
    assert (tmp_path / ".lock").exists()
    assert run(tmp_path, "never", "-") == 0
    assert isinstance(Lake(tmp_path / "lake").read(TABLES["checks"]), pl.DataFrame)
