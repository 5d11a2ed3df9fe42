"""The one lock on the home folder: whoever writes there holds it, whoever else would write waits or is told by whom.

What belongs here: taking the lock, saying who holds it, letting it go. The lock itself is the operating system's
(`flock`), so that it ends with its holder, however that one ends; the note beside it only says who it is, and is
never what decides. Readers take no lock.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from orchestration.errors import TradecheckError, of_system

WAIT_SECONDS: Final = 600.0
"""How long a second writer waits unless told otherwise: a full run takes well under a minute."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock, as it said itself."""

    pid: int
    host: str
    command: str
    since: str

    def __str__(self) -> str:
        """For a person: `pid 123 on desk (tradecheck run) since 2026-11-22 09:30:00`."""
        return f"pid {self.pid} on {self.host} ({self.command}) since {self.since}"


def holder(lock: Path) -> Holder | None:
    """Who holds `lock`, if that is written beside it; None where nobody said so or the note is unreadable."""
    try:
        note = json.loads(_note(lock).read_text(encoding="utf-8"))
        return Holder(int(note["pid"]), str(note["host"]), str(note["command"]), str(note["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextmanager
def hold(
    lock: Path, *, wait_seconds: float = WAIT_SECONDS, waiting: Callable[[str], None] = lambda _: None
) -> Iterator[None]:
    """Hold `lock` for the length of the block; once more within the same process is free.

    `waiting` is told once, in a sentence, when somebody else holds it and the wait begins.

    Raises:
        TradecheckError: still held after `wait_seconds`, with who holds it; or the folder cannot be written.
    """
    # One object a path and process, so that the command line and the run that it starts share one hold.
    mutex = FileLock(lock, is_singleton=True, thread_local=False, fallback_to_soft=False)
    again = mutex.is_locked
    try:
        _acquire(mutex, lock, wait_seconds, waiting)
        if not again:
            _sign(lock)
    except OSError as error:
        raise of_system(error, lock) from error
    try:
        yield
    finally:
        if not again:
            _note(lock).unlink(missing_ok=True)
        mutex.release()


def _acquire(mutex: FileLock, lock: Path, wait_seconds: float, waiting: Callable[[str], None]) -> None:
    try:
        mutex.acquire(blocking=False)
    except Timeout:
        waiting(f"another process writes to {lock.parent}: {_who(lock)}; waiting for it to finish")
    else:
        return
    try:
        mutex.acquire(timeout=wait_seconds)
    except Timeout:
        raise TradecheckError(
            f"{lock.parent}: held by {_who(lock)}; wait until it has finished, or end that process"
        ) from None


def _who(lock: Path) -> str:
    return str(holder(lock) or "a process that did not say who it is")


def _sign(lock: Path) -> None:
    """Write who holds the lock; whole or not at all, since others read it while it is written."""
    me = Holder(os.getpid(), socket.gethostname(), _command(), f"{datetime.now(UTC).astimezone():%Y-%m-%d %H:%M:%S}")
    draft = lock.with_name(f"{lock.name}.{me.pid}.tmp")
    draft.write_text(json.dumps(asdict(me)), encoding="utf-8")
    draft.replace(_note(lock))


def _command() -> str:
    """The command of this process without its folder, short enough for one line."""
    words = [Path(sys.argv[0] or "python").name, *sys.argv[1:]]
    return " ".join(words)[:80]


def _note(lock: Path) -> Path:
    return lock.with_name(f"{lock.name}.json")
