"""The archive of raw documents: content-addressed files, a row of provenance each, every byte checked on reading.

What belongs here: keeping bytes and giving them back unchanged. What does not: fetching them (`orchestration.clients`)
and reading meaning into them (`transforms.series`).

Layout under the archive's folder: `objects/ab/abcd…` holds the bytes, named by their sha256; `documents/ab/abcd….json`
the row of `schemas.DOCUMENTS`. Both are written beside and moved into place, the bytes first: a killed writer leaves at
most bytes without a row, which the next `put` of the same bytes completes.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import polars as pl

from transforms.schemas import DOCUMENTS
from warehouse.files import replace_file

_ID: Final = re.compile(r"[0-9a-f]{64}")

SECRET_PARAMETERS: Final = frozenset(
    {"key", "api_key", "apikey", "userid", "token", "access_token", "subscription-key", "password", "signature"}
)
"""Query parameters that carry keys at the Census, BEA, FRED, Comtrade and others: they never reach the manifest."""


class ArchiveError(Exception):
    """A document is not in the archive, or its bytes are not those that were put there: names the file and a remedy."""


class Archive:
    """Documents under one folder, which is made on the first `put`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(
        self,
        data: bytes,
        *,
        source: str,
        url: str | None = None,
        media_type: str | None = None,
        name: str | None = None,
        fetched_at: datetime | None = None,
        note: str | None = None,
    ) -> dict[str, Any]:
        """Keep `data`; returns its row of `schemas.DOCUMENTS`. The same bytes again keep the row of the first time.

        Keys in the query or before the host of `url` are left out. Bytes that were damaged on disk are written anew.

        Raises:
            OSError: the folder cannot be written.
        """
        document_id = hashlib.sha256(data).hexdigest()
        path, sidecar = self._object(document_id), self._row(document_id)
        if not _is_intact(path, document_id):
            replace_file(path, data)
        row = _read_row(sidecar)
        if row is None:
            row = {
                "document_id": document_id,
                "source": source,
                "url": None if url is None else without_secrets(url),
                "fetched_at": (fetched_at or datetime.now(UTC)).astimezone(UTC),
                "bytes": len(data),
                "media_type": media_type,
                "name": name,
                "note": note,
            }
            text = json.dumps(row | {"fetched_at": row["fetched_at"].isoformat()}, ensure_ascii=False)
            replace_file(sidecar, text.encode())
        return row

    def get(self, document_id: str) -> bytes:
        """The bytes of a document, their hash checked.

        Raises:
            ArchiveError: no such document, or its bytes were changed.
        """
        if not _ID.fullmatch(document_id):
            raise ArchiveError(f"{document_id!r} is no document_id: 64 hexadecimal digits")
        path = self._object(document_id)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ArchiveError(f"{path}: cannot be read ({error.strerror}); fetch the document again") from error
        if hashlib.sha256(data).hexdigest() != document_id:
            raise ArchiveError(f"{path}: its bytes were changed (the hash differs); fetch the document again")
        return data

    def __contains__(self, document_id: object) -> bool:
        return isinstance(document_id, str) and bool(_ID.fullmatch(document_id)) and self._row(document_id).is_file()

    def documents(self) -> pl.DataFrame:
        """The manifest: every document, as `schemas.DOCUMENTS`, by the time of its fetching.

        Raises:
            ArchiveError: a line of the manifest cannot be read.
        """
        rows = []
        for path in sorted(self.folder.glob("documents/*/*.json")):
            row = _read_row(path)
            if row is None:
                raise ArchiveError(f"{path}: cannot be read; delete it and fetch the document again")
            rows.append(row)
        frame = pl.DataFrame(rows, schema=DOCUMENTS.schema)
        return DOCUMENTS.conform(frame).sort("fetched_at", "document_id")

    def _object(self, document_id: str) -> Path:
        return self.folder / "objects" / document_id[:2] / document_id

    def _row(self, document_id: str) -> Path:
        return self.folder / "documents" / document_id[:2] / f"{document_id}.json"


def without_secrets(url: str) -> str:
    """`url` without user and password before the host, and without query parameters that carry keys."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in query if name.lower() not in SECRET_PARAMETERS]
    host = parts.netloc.rpartition("@")[2]
    if host == parts.netloc and len(kept) == len(query):
        return url
    return urlunsplit((parts.scheme, host, parts.path, urlencode(kept, safe=":,*"), parts.fragment))


def _is_intact(path: Path, document_id: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == document_id
    except OSError:
        return False


def _read_row(path: Path) -> dict[str, Any] | None:
    """A row of the manifest; None where there is none or it is torn."""
    try:
        row = json.loads(path.read_bytes())
        return {**row, "fetched_at": datetime.fromisoformat(row["fetched_at"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None
