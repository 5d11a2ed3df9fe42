"""Killed at any moment, the next run succeeds and no table is torn."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.io import Lake
from transforms.schemas import TABLES

pytestmark = pytest.mark.slow

# In the order in which a run writes: what it finds written alike it does not write again. The two lists together name
# every asset; a first run leaves nothing behind it, a later one an old warehouse.
FIRST_RUN = [
    ("before", "archive/objects"),
    ("before", "lake/documents/"),
    ("after", "lake/observations/"),
    *(("before", f"lake/{name}/") for name in ("partners", "statements", "vintages", "articles", "vintage_sets")),
    ("before", "tradecheck.duckdb"),
]
LATER_RUN = [
    *(("before", f"lake/{name}/") for name in ("articles", "figures", "checks", "check_history")),
    ("inside", "-"),
    ("after", "tradecheck.duckdb"),
    ("docs", "-"),
]


def run(home: Path, moment: str, part: str) -> int:
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("killed_run.py"), moment, part],
        env={**environment, "TRADECHECK_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stdout + done.stderr
    return done.returncode


def lake_of(home: Path) -> dict[str, Any]:
    """Every table of the lake, read in full: that does not work on a torn file."""
    return {name: Lake(home / "lake").read(table) for name, table in TABLES.items()}


def warehouse_of(home: Path) -> dict[str, int]:
    """Rows of every table of the warehouse."""
    with duckdb.connect(str(home / "tradecheck.duckdb"), read_only=True) as connection:
        return {name: connection.table(name).count("*").fetchall()[0][0] for name in TABLES}


def debris(home: Path) -> list[Path]:
    return [*(home / "lake").glob("*/.*.new*"), *home.glob(".tradecheck.duckdb.*")]


def test_first_run_killed_again_and_again_comes_to_its_end(tmp_path: Path) -> None:
    for moment, part in FIRST_RUN:
        assert run(tmp_path, moment, part) == -signal.SIGKILL, f"the run never came {moment} {part}"
        lake_of(tmp_path)
        assert not (tmp_path / "tradecheck.duckdb").exists()
    assert run(tmp_path, "never", "-") == 0
    whole = lake_of(tmp_path)
    assert warehouse_of(tmp_path) == {name: frame.height for name, frame in whole.items()}
    assert min(warehouse_of(tmp_path).values()) > 0
    assert debris(tmp_path) == []


def test_later_run_killed_leaves_the_old_warehouse_or_the_new(tmp_path: Path) -> None:
    assert run(tmp_path, "never", "-") == 0
    whole, before = lake_of(tmp_path), warehouse_of(tmp_path)
    new = tmp_path / "articles" / "new.md"
    for moment, part in LATER_RUN:
        new.write_text(f"Killed {moment} {part}: exports of $5 billion.", encoding="utf-8")
        assert run(tmp_path, moment, part) == -signal.SIGKILL, f"the run never came {moment} {part}"
        left = lake_of(tmp_path)
        for name in ("observations", "statements", "vintages", "partners"):
            assert left[name].equals(whole[name]), f"killed {moment} {part}: {name} changed"
        assert left["check_history"].head(whole["check_history"].height).equals(whole["check_history"])
        swapped = (moment, part) in (("after", "tradecheck.duckdb"), ("docs", "-"))
        assert warehouse_of(tmp_path)["articles"] == before["articles"] + swapped
    new.unlink()
    assert run(tmp_path, "never", "-") == 0
    after = lake_of(tmp_path)
    for name in set(TABLES) - {"documents", "check_history"}:
        assert after[name].equals(whole[name]), name
    assert warehouse_of(tmp_path) == {name: frame.height for name, frame in after.items()}
    assert debris(tmp_path) == []
