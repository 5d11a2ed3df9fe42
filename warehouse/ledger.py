"""The ledger of fetches: what was asked where and when, and which archived document came back.

What belongs here: one small JSON file for each address and document, and one a source with how its last try ended; all
written whole or not at all. What does not: the bytes (`archive`) and the fetching (`orchestration.clients`).

Layout beside the archive's objects: `fetches/<source>/<hash of address and document>.json`, `fetches/<source>.json`.
From ledger and archive together every observation can be made again without a network.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from warehouse.archive import ArchiveError, without_secrets
from warehouse.files import replace_file


@dataclass(frozen=True, slots=True)
class Fetch:
    """One address that once answered with one document; `checked_at` is the last time that it still did."""

    source: str
    url: str
    name: str
    document_id: str
    media_type: str
    fetched_at: datetime
    checked_at: datetime
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """How the last try at a source ended: `error` is one line, or None where all went well."""

    tried_at: datetime
    succeeded_at: datetime | None
    error: str | None


class Ledger:
    """Fetches under one folder, which is made on the first record."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def record(self, fetch: Fetch) -> Fetch:
        """Keep `fetch`; the same document from the same address again keeps the first `fetched_at`."""
        clean = replace(fetch, url=without_secrets(fetch.url))
        path = self._path(clean)
        before = self._read(path) if path.is_file() else None
        kept = replace(clean, fetched_at=before.fetched_at) if before else clean
        _write(path, asdict(kept))
        return kept

    def fetches(self, source: str) -> list[Fetch]:
        """All fetches of a source, oldest first.

        Raises:
            ArchiveError: a record cannot be read.
        """
        found = [self._read(path) for path in sorted((self.folder / "fetches" / source).glob("*.json"))]
        return sorted(found, key=lambda fetch: (fetch.fetched_at, fetch.url, fetch.document_id))

    def latest(self, source: str, url: str) -> Fetch | None:
        """The fetch of this address that was seen last; None where there is none."""
        clean = without_secrets(url)
        same = [fetch for fetch in self.fetches(source) if fetch.url == clean]
        return max(same, key=lambda fetch: fetch.checked_at, default=None)

    def state(self, source: str) -> State | None:
        """How the last try ended; None before the first one."""
        try:
            said = json.loads((self.folder / "fetches" / f"{source}.json").read_bytes())
            succeeded = said["succeeded_at"]
            return State(
                datetime.fromisoformat(said["tried_at"]),
                datetime.fromisoformat(succeeded) if succeeded else None,
                said["error"],
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def tried(self, source: str, at: datetime, error: str | None) -> State:
        """Record how a try ended; a failure keeps the time of the last success."""
        before = self.state(source)
        state = State(at, at if error is None else before.succeeded_at if before else None, error)
        _write(self.folder / "fetches" / f"{source}.json", asdict(state))
        return state

    def _path(self, fetch: Fetch) -> Path:
        told = hashlib.sha256(f"{fetch.url}\n{fetch.document_id}".encode()).hexdigest()[:32]
        return self.folder / "fetches" / fetch.source / f"{told}.json"

    def _read(self, path: Path) -> Fetch:
        try:
            said = json.loads(path.read_bytes())
            instants = {name: datetime.fromisoformat(said[name]) for name in ("fetched_at", "checked_at")}
            return Fetch(**{**said, **instants})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"{path}: cannot be read; delete it and fetch the document again") from error


def _write(path: Path, said: Mapping[str, Any]) -> None:
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in said.items()}
    replace_file(path, json.dumps(plain, ensure_ascii=False, sort_keys=True).encode())
