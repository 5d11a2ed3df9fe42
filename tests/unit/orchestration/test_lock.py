"""The lock of the home folder: between processes, after a death, and within one process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orchestration import lock
from orchestration.errors import TradecheckError

HOLD = """
import sys, time
from pathlib import Path
from orchestration import lock
with lock.hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def holding(path: Path, seconds: float) -> subprocess.Popen[str]:
    """Another process that holds the lock; returns once it does."""
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(path), str(seconds)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def test_second_writer_is_told_who_holds_it(tmp_path: Path) -> None:
    path, heard = tmp_path / ".lock", []
    with holding(path, 60) as other:
        with (
            pytest.raises(TradecheckError, match=f"held by pid {other.pid} on .* since 20"),
            lock.hold(path, wait_seconds=0.2, waiting=heard.append),
        ):
            pytest.fail("two writers at once")
        other.kill()
    assert len(heard) == 1
    assert f"pid {other.pid}" in heard[0]


def test_second_writer_waits_until_the_first_has_finished(tmp_path: Path) -> None:
    path, started = tmp_path / ".lock", time.monotonic()
    with holding(path, 0.5) as other, lock.hold(path, wait_seconds=30):
        assert other.wait(10) == 0
        mine = lock.holder(path)
        assert mine is not None
        assert mine.pid == os.getpid()
    assert time.monotonic() - started >= 0.5


def test_lock_of_a_killed_process_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with holding(path, 60) as other:
        os.kill(other.pid, signal.SIGKILL)
        other.wait(10)
    left = lock.holder(path)
    assert left is not None, "its note is still there"
    assert left.pid == other.pid
    with lock.hold(path, wait_seconds=0):
        mine = lock.holder(path)
        assert mine is not None
        assert mine.pid == os.getpid()


def test_one_process_may_hold_it_twice_and_lets_go_once(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with lock.hold(path):
        with lock.hold(path, wait_seconds=0):
            pass
        with pytest.raises(subprocess.TimeoutExpired):
            subprocess.run([sys.executable, "-c", HOLD, str(path), "0"], timeout=2, check=False, capture_output=True)
    assert lock.holder(path) is None
    with holding(path, 0) as other:
        assert other.wait(10) == 0


def test_unreadable_note_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    path.with_name(".lock.json").write_text("{half", encoding="utf-8")
    assert lock.holder(path) is None
    with lock.hold(path, wait_seconds=0):
        assert lock.holder(path) is not None


def test_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(TradecheckError, match="file"), lock.hold(tmp_path / "file" / ".lock"):
        pass
