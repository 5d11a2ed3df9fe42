"""Results of expectation suites: run where anything they depend on has changed, else taken from the last run.

What belongs here: knowing what a result depends on (the bytes of the tables it reads, the code and data files that
judge them, and the day, since some expectations are about freshness), and keeping results as JSON. What does not:
running suites.

A run that finds nothing new neither reads two million rows again nor loads Great Expectations.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

import expectations
import transforms
import warehouse
from expectations.suite import Result, Suite, SuiteResult
from orchestration.io import Lake, replacing
from orchestration.marks import code_of, hash_of
from orchestration.reproducing import reproduced
from transforms.schemas import TABLES

COMPUTED: Final[Mapping[str, Callable[[Lake], pl.DataFrame]]] = {"reproduced": reproduced}
"""What suites read that no table holds (`Suite.computed`), and how it is made of the lake."""

COMPUTED_FROM: Final = set(TABLES) - {"vintage_sets", "check_history"}
"""The tables that such a frame may rest on: all that are made before the checks are judged."""


class SuiteResults:
    """The results of one run, by suite, and those kept from the run before under `folder`."""

    def __init__(self, folder: Path, lake: Lake, run_suite: Callable[..., SuiteResult], now: datetime) -> None:
        self.folder, self.lake, self.run_suite, self.now = folder, lake, run_suite, now
        self.done: dict[str, SuiteResult] = {}

    def of(self, suites: Sequence[Suite]) -> list[SuiteResult]:
        """The results of `suites`; those of one call share the tables that they read, each read once."""
        read = cache(lambda name: self.lake.read(TABLES[name]))
        for suite in suites:
            if suite.name not in self.done:
                self.done[suite.name] = self._kept_or_run(suite, read)
        read.cache_clear()  # the frames are large, and a cycle of references would keep them for a while
        return [self.done[suite.name] for suite in suites]

    def _kept_or_run(self, suite: Suite, read: Callable[[str], pl.DataFrame]) -> SuiteResult:
        key = self._key(suite)
        kept = self._kept(suite.name, key)
        if kept is not None:
            return replace(kept, ran_at=self.now)  # the same question to the same data: the answer is today's too
        context = {name: read(name) for name in suite.needs}
        context |= {name: COMPUTED[name](self.lake) for name in suite.computed}
        result = self.run_suite(suite.name, read(suite.name), context=context, ran_at=self.now)
        with replacing(self.folder / f"{suite.name}.json") as draft:
            draft.write_text(json.dumps({"key": key, **_as_json(result)}), encoding="utf-8")
        return result

    def _key(self, suite: Suite) -> str:
        """Changes with anything that the result of `suite` depends on."""
        computed_from = COMPUTED_FROM if suite.computed else set()
        read = sorted({suite.name, *suite.needs} | computed_from)
        fingerprints = [f"{name} {self.lake.fingerprint(TABLES[name])}" for name in read]
        return hash_of([code_of(expectations, transforms, warehouse), f"{self.now:%Y-%m-%d}", *fingerprints])

    def _kept(self, name: str, key: str) -> SuiteResult | None:
        try:
            said = json.loads((self.folder / f"{name}.json").read_bytes())
            return _of_json(said) if said["key"] == key else None
        except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
            return None  # nothing kept, or not by this version: run it


def _as_json(result: SuiteResult) -> dict[str, Any]:
    """All fields; frames of failing rows as base64 of Arrow's file format, which keeps their types."""
    results = [{**_fields(one), "failing": _packed(one.failing)} for one in result.results]
    return {**_fields(result), "ran_at": result.ran_at.isoformat(), "results": results}


def _of_json(said: dict[str, Any]) -> SuiteResult:
    results = [Result(**{**one, "failing": _unpacked(one["failing"])}) for one in said["results"]]
    kept = {field.name: said[field.name] for field in fields(SuiteResult)}
    return SuiteResult(**{**kept, "ran_at": datetime.fromisoformat(said["ran_at"]), "results": results})


def _fields(result: Result | SuiteResult) -> dict[str, Any]:
    return {field.name: getattr(result, field.name) for field in fields(result)}


def _packed(frame: pl.DataFrame) -> str:
    file = io.BytesIO()
    frame.write_ipc(file)
    return base64.b64encode(file.getvalue()).decode("ascii")


def _unpacked(text: str) -> pl.DataFrame:
    return pl.read_ipc(io.BytesIO(base64.b64decode(text)))
