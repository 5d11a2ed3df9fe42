"""Readers and writers at once: nobody is locked out, nobody sees half a warehouse."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.xdist_group("home"), pytest.mark.slow]

READER = """
import sys, duckdb
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print(connection.execute("SELECT count(*) FROM articles").fetchone()[0], flush=True)
    for line in sys.stdin:
        print(connection.execute("SELECT count(*) FROM articles").fetchone()[0], flush=True)
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print(connection.execute("SELECT count(*) FROM articles").fetchone()[0], flush=True)
"""

HOLDER = """
import sys
from pathlib import Path
from orchestration import lock
with lock.hold(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""


def talking(script: str, path: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, str(path)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_reader_neither_blocks_nor_breaks_a_run_and_keeps_what_it_opened(home: Path, tradecheck: Any) -> None:
    article = home / "articles" / "while-read.txt"
    with talking(READER, home / "tradecheck.duckdb") as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        before = int(reader.stdout.readline())
        article.write_text("Exports rose to $5 billion.", encoding="utf-8")
        try:
            done = tradecheck("run", home=home)
            assert done.returncode == 0, done.stderr
            reader.stdin.write("again\n")
            reader.stdin.flush()
            assert int(reader.stdout.readline()) == before, "what was opened stays as it was"
            reader.stdin.close()
            assert int(reader.stdout.readline()) == before + 1, "what is opened now is new"
        finally:
            article.unlink()


def test_second_writer_says_whom_it_waits_for_and_then_runs(home: Path, tradecheck: Any) -> None:
    with talking(HOLDER, home / ".lock") as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        answers: list[Any] = []
        second = threading.Thread(target=lambda: answers.append(tradecheck("run", home=home)))
        second.start()
        time.sleep(5)
        assert not answers, "it waits"
        holder.stdin.write("go\n")
        holder.stdin.flush()
        second.join(240)
    assert answers[0].returncode == 0, answers[0].stderr
    assert f"another process writes to {home}: pid {holder.pid}" in answers[0].stdout.replace("\n", " ")


def test_reading_commands_do_not_wait_for_a_writer(home: Path, tradecheck: Any) -> None:
    with talking(HOLDER, home / ".lock") as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            assert tradecheck("sql", "from articles limit 1", home=home, timeout=60).returncode == 0
            (home / "mine.txt").write_text("Exports rose to $5 billion in 2016.", encoding="utf-8")
            assert tradecheck("check", str(home / "mine.txt"), home=home, timeout=60).returncode == 0
        finally:
            (home / "mine.txt").unlink(missing_ok=True)
            holder.stdin.write("go\n")
            holder.stdin.flush()
