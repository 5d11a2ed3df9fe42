"""What the archived documents of the live sources say: read once each, merged into vintages, no network needed.

What belongs here: reading every document of the ledger (and remembering the result, until the code that reads changes),
and making vintages of the readings. What does not: fetching, and what a document means.

A document whose content is that of an earlier one of the same name makes no new vintage, whatever its bytes. A
document that cannot be read is told and left out: the vintage before it stays in use.
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import polars as pl

import transforms.series
from orchestration.io import replacing
from orchestration.live import Source
from orchestration.marks import code_of, hash_of
from transforms.schemas import OBSERVATIONS, STATEMENTS, VINTAGES, Table
from transforms.series.identity import SeriesError
from transforms.series.reading import Document
from warehouse.archive import Archive, ArchiveError
from warehouse.ledger import Fetch, Ledger

_TABLES: Mapping[str, Table] = {"observations": OBSERVATIONS, "statements": STATEMENTS, "vintages": VINTAGES}


@dataclass(frozen=True, slots=True)
class Part:
    """One document's share of one vintage: where its tables lie, and the label that its vintage has in its table."""

    folder: Path
    written_as: str
    vintage: str


@dataclass(slots=True)
class Merged:
    """All readings: the parts of each (source, vintage), documents with statements, and failures in one line each."""

    parts: dict[tuple[str, str], list[Part]] = field(default_factory=dict)
    folders: list[Path] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class Readings:
    """The documents that `ledger` names, read by `sources`; results are kept under `folder`.

    `held` are the (source, vintage) pairs of the embedded snapshot: a document of the same release adds nothing.
    """

    def __init__(
        self,
        folder: Path,
        archive: Archive,
        ledger: Ledger,
        sources: Mapping[str, Source],
        held: frozenset[tuple[str, str]],
    ) -> None:
        self.folder, self.archive, self.ledger, self.sources, self.held = folder, archive, ledger, sources, held

    @cached_property
    def merged(self) -> Merged:
        """Every reading, in vintages; computed once a run."""
        merged = Merged()
        for source in self.sources.values():
            self._of_source(source, merged)
        self._forget_other_code()
        return merged

    def vintages(self) -> pl.DataFrame:
        """`schemas.VINTAGES` of everything read: one row a vintage, with the last period of its latest part."""
        frames = []
        for (_, label), parts in self.merged.parts.items():
            rows = pl.concat(
                _load(part.folder, "vintages").filter(vintage=part.written_as).with_columns(vintage=pl.lit(label))
                for part in parts
            )
            frames.append(rows.with_columns(last_period=pl.col("last_period").max()).head(1))
        return pl.concat([VINTAGES.empty(), *frames])

    def statements(self) -> pl.DataFrame:
        """`schemas.STATEMENTS` of everything read, each statement once."""
        frames = [_load(folder, "statements") for folder in self.merged.folders]
        return pl.concat([STATEMENTS.empty(), *frames]).unique("statement_id", keep="first", maintain_order=True)

    def observations(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Name of a partition and its rows of `schemas.OBSERVATIONS`, a vintage at a time."""
        for (source, label), parts in self.merged.parts.items():
            frames = [_load(part.folder, "observations").filter(vintage=part.written_as) for part in parts]
            whole = pl.concat(frames).with_columns(vintage=pl.lit(label))
            if len(frames) > 1:  # two documents of one release can print the same figure
                whole = whole.unique(["series_id", "period"], keep="first", maintain_order=True)
            yield f"{source}_{label}", whole

    def mark(self) -> str:
        """What the observations are made from: equal as long as nothing is read that was not before."""
        told = [f"{key} {part}" for key, parts in self.merged.parts.items() for part in parts]
        return hash_of([_code(), *told])

    def documents(self) -> pl.DataFrame:
        """`schemas.DOCUMENTS` of the archived documents of the live sources."""
        named = {fetch.document_id for source in self.sources for fetch in self.ledger.fetches(source)}
        return self.archive.documents().filter(pl.col("document_id").is_in(list(named)))

    def _of_source(self, source: Source, merged: Merged) -> None:
        seen: dict[str, set[str]] = {}  # by name of the document: the contents that it has had
        taken: dict[str, set[str]] = {}  # by label: the documents that have a part of it
        for fetch in self.ledger.fetches(source.name):
            folder = self._read(source, fetch)
            said = json.loads((folder / "said.json").read_bytes())
            if said["failure"]:
                merged.failures.append(said["failure"])
                continue
            merged.folders.append(folder)
            before = seen.setdefault(fetch.name, set())
            for label, content in said["vintages"].items():
                if content in before or (said["source"][label], label) in self.held:
                    continue
                before.add(content)
                name = _free(label, fetch.name, taken)
                merged.parts.setdefault((said["source"][label], name), []).append(Part(folder, label, name))

    def _read(self, source: Source, fetch: Fetch) -> Path:
        """The folder with what a document says, read now unless that was done before by the same code."""
        folder = self.folder / _code() / source.name / fetch.document_id
        if (folder / "said.json").is_file():
            return folder
        folder.mkdir(parents=True, exist_ok=True)
        said: dict[str, Any] = {"failure": None, "vintages": {}, "source": {}}
        try:
            said |= self._written(source, fetch, folder)
        except (SeriesError, ArchiveError) as error:
            said["failure"] = f"{source.name}: {fetch.name} of {fetch.fetched_at:%Y-%m-%d} {error}"
        if isinstance(said["failure"], str) and fetch.document_id not in self.archive:
            shutil.rmtree(folder)  # not the document's own fault: look again next time
            folder.mkdir(parents=True)
        with replacing(folder / "said.json") as draft:
            draft.write_text(json.dumps(said), encoding="utf-8")
        return folder

    def _written(self, source: Source, fetch: Fetch, folder: Path) -> dict[str, Any]:
        data = self.archive.get(fetch.document_id)
        reading = source.read(
            Document(fetch.document_id, data, fetch.url, fetch.name, fetch.fetched_at, fetch.last_modified)
        )
        for name in _TABLES:
            with replacing(folder / f"{name}.parquet") as draft:
                getattr(reading, name).write_parquet(draft)
        rows = reading.vintages.select("source", "vintage").rows()
        return {
            "vintages": {label: _content(reading.observations.filter(vintage=label)) for _, label in rows},
            "source": {label: name for name, label in rows},
        }

    def _forget_other_code(self) -> None:
        for folder in self.folder.glob("*"):
            if folder.is_dir() and folder.name != _code():
                shutil.rmtree(folder, ignore_errors=True)


def _free(label: str, document: str, taken: dict[str, set[str]]) -> str:
    """`label`, or `label.2` and so on where a document of the same name had that label already."""
    name, count = label, 1
    while document in taken.setdefault(name, set()):
        count += 1
        name = f"{label}.{count}"
    taken[name].add(document)
    return name


def _load(folder: Path, table: str) -> pl.DataFrame:
    return _TABLES[table].conform(pl.read_parquet(folder / f"{table}.parquet", hive_partitioning=False, glob=False))


def _content(frame: pl.DataFrame) -> str:
    """Hash of what is said, whatever the day, the document and the order of its rows."""
    file = io.BytesIO()
    frame.select("series_id", "period", "value_usd").sort("series_id", "period").write_ipc(file)
    return hashlib.sha256(file.getvalue()).hexdigest()


@cache
def _code() -> str:
    """Hash of everything that decides how documents are read: parsers, their tables, the data dictionary, polars."""
    schemas = [str(table.schema) for table in _TABLES.values()]
    return hash_of([code_of(transforms.series), pl.__version__, *schemas])[:16]
