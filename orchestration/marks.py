"""What derived things were made from, so that a run that finds nothing new does not make them again.

What belongs here: hashes of code and inputs, and a note of the hash beside what was made. A note that is missing, torn
or of another version only means that the work is done again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

from orchestration.io import replacing

_MATTERS: Final = {".py", ".yml", ".csv", ".sql", ".json"}


@cache
def code_of(*packages: ModuleType) -> str:
    """Hash of all code and data files of `packages` but Parquet: any of them can change what they make."""
    told = hashlib.sha256()
    for package in packages:
        folder = Path(str(package.__file__)).parent
        for path in sorted(path for path in folder.rglob("*") if path.suffix in _MATTERS):
            told.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return told.hexdigest()


def hash_of(parts: Iterable[str]) -> str:
    """One hash of several texts."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class Mark:
    """A small file that says what something was made from."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def says(self, key: str) -> bool:
        """Whether the thing was made from just this."""
        try:
            return self.path.read_text(encoding="utf-8") == key
        except (OSError, ValueError):
            return False

    def write(self, key: str) -> None:
        """Note it, after the thing itself is whole."""
        with replacing(self.path) as draft:
            draft.write_text(key, encoding="utf-8")
