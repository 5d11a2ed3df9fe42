"""Files that are there whole or not at all: written beside, flushed to the disk, moved into place.

What belongs here: the steps of a safe replacement and the removal of what a killed writer left. What does not: what the
files hold.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path
from typing import Final

_BESIDE: Final = re.compile(r"\.(?P<name>.+)\.(?P<pid>\d+)-[0-9a-f]{8}\.new(?P<rest>\..*)?")


def beside(path: Path) -> Path:
    """A new hidden name in the folder of `path`, which says whose it is and who writes it."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.new")


def replace_file(path: Path, data: bytes) -> None:
    """Write `data` as `path`, whole or not at all; folders on the way are made.

    Raises:
        OSError: it cannot be written; what was there stays, and nothing is left beside it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    new = beside(path)
    try:
        with new.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        swap(new, path)
    finally:
        new.unlink(missing_ok=True)


def swap(new: Path, path: Path) -> None:
    """Move the finished file `new` to `path` in one step and make the move last."""
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(path)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    """Flush the folder's entries, where the system lets a folder be opened (Windows does not)."""
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(path: Path) -> list[Path]:
    """Remove what killed writers of `path` left beside it; files of a living process stay. Returns what was removed."""
    removed = []
    for other in path.parent.glob(f".{path.name}.*"):
        found = _BESIDE.fullmatch(other.name)
        if found and found["name"] == path.name and not _is_alive(int(found["pid"])):
            with contextlib.suppress(OSError):
                other.unlink()
                removed.append(other)
    return removed


def _is_alive(pid: int) -> bool:
    """Whether a process of that number runs: this one, or another that can be signalled or is somebody else's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
