"""A home folder as one run of the main job leaves it, made once for all tests that only read it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Tradecheck = Callable[..., subprocess.CompletedProcess[str]]

_MAIN = "from orchestration.cli import main; main(prog_name='tradecheck')"
_STATUS = Path("/proc/self/status")
_WITH_PEAK = f"""
import atexit, os, pathlib
kept = pathlib.Path(os.environ["TRADECHECK_HOME"], "status.txt")
atexit.register(lambda: kept.write_bytes(pathlib.Path("{_STATUS}").read_bytes()))
{_MAIN}
"""
"""The command line, leaving what Linux says of its process; `getrusage` would count the parent's memory too."""


@pytest.fixture(scope="session")
def tradecheck() -> Tradecheck:
    """Run the command line in a process of its own: `tradecheck("sql", "…", home=…)`."""

    def run(
        *words: str, home: Path, timeout: float = 240, with_peak: bool = False, **more: str
    ) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
        command = [sys.executable, "-c", _WITH_PEAK if with_peak else _MAIN, *words]
        return subprocess.run(
            command,
            env={**environment, "TRADECHECK_HOME": str(home), "COLUMNS": "80", **more},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return run


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory, tradecheck: Tradecheck) -> Path:
    """The home folder after `tradecheck run` on the embedded samples. To be read, not changed."""
    folder = tmp_path_factory.mktemp("home")
    done = tradecheck("run", home=folder, with_peak=_STATUS.exists())
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "scorecard.txt").write_text(done.stdout, encoding="utf-8")
    shutil.copytree(folder / "lake", folder / "lake_of_the_scorecard")  # later runs of other tests change the lake
    return folder
