"""Data Docs: one page a suite and run, that looks right with no network and keeps what articles say inert.

What belongs here: turning `SuiteResult`s into HTML by the templates beside this module. What does not: running suites
(`runner`), and the report on articles (`warehouse.report`).

Why not Great Expectations' own site: it loads its styles and scripts from six hosts of the network, so offline it is
bare; it does not escape the values of failing rows, so a `<script>` in an article's quote runs in the reader's browser
(seen in 1.24.1); and it shows twenty unexpected values, not the rows with figure, article, basis and vintage that an
editor needs. So the results are Great Expectations', the pages are ours, instead of the stock site and not beside it.

The pages hold no script at all and say so in a content security policy; links are relative, so that they work from a
file, from any folder of a server, and from the Dagster UI's links.

    <folder>/index.html                  the newest run: all suites, and what does not hold
    <folder>/<suite>.html#<entry id>     the newest run of a suite
    <folder>/runs/<run>/<suite>.html     the same pages, kept for the last runs
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from expectations.suite import Result, SuiteResult

if TYPE_CHECKING:
    from jinja2 import Environment

ROWS_SHOWN: Final = 200
"""Failing rows a table shows; the caption says how many there are."""
RUNS_KEPT: Final = 20
"""Runs whose pages are kept."""

_RUN_FORMAT: Final = "%Y-%m-%dT%H%M%SZ"
_RUN_NAME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}Z")
_LABELS: Final = {
    "figure_id": "figure",
    "published_value": "published",
    "computed_value": "computed",
    "computed_basis": "basis",
    "tolerance_low": "from",
    "tolerance_high": "to",
    "found": "found in all",
}
_LONG: Final = frozenset({"computed_basis", "vintage", "explanation", "known_fault", "sql", "told_by"})
"""Phrases, sentences and queries: shown across the table, below the row that they belong to."""
_ID_SHOWN: Final = 12
"""Digits shown of a long name made of a hash, as many as the command line shows and takes."""
_WORST_FIRST: Final = ("fault", "finding", "holds")


def write_docs(results: Sequence[SuiteResult], folder: Path) -> Path:
    """Write the pages of one run into `folder`, and keep those of earlier runs.

    Args:
        results: the suites of the run, in the order in which they are listed.
        folder: made where it is missing; what else is in it is left alone.

    Returns:
        The path of `index.html`, written last.

    Raises:
        ValueError: no results: an empty page would look like a run in which everything held.
        OSError: the folder cannot be written; pages are replaced whole, so none is torn.
    """
    if not results:
        raise ValueError("no suite results to write: run a suite first")
    ran_at = min(result.ran_at for result in results).astimezone(UTC)
    kept = folder / "runs" / ran_at.strftime(_RUN_FORMAT)
    kept.mkdir(parents=True, exist_ok=True)
    _drop_old_runs(folder / "runs")
    for result in results:
        _write(folder / f"{result.suite}.html", _suite_page(result, results))
        _write(kept / f"{result.suite}.html", _suite_page(result, results))
    runs = sorted((path.name for path in (folder / "runs").iterdir() if _RUN_NAME.fullmatch(path.name)), reverse=True)
    _write(kept / "index.html", _index_page(results, ran_at, runs, to_runs="../"))
    index = folder / "index.html"
    _write(index, _index_page(results, ran_at, runs, to_runs="runs/"))
    return index


def kind_of(result: Result) -> str:
    """`holds`, `finding` (a warning) or `fault` (an error, which blocks)."""
    if result.success:
        return "holds"
    return "fault" if result.blocks else "finding"


# --- pages ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    css: str = ""
    label: str = ""
    full: str = ""


@dataclass(frozen=True, slots=True)
class _Column:
    label: str
    number: bool


def _suite_page(result: SuiteResult, results: Sequence[SuiteResult]) -> str:
    entries = [_entry(each) for each in result.results]
    parts = [
        {"title": title, "entries": [entry for entry in entries if (entry["kind"] == "holds") == holds]}
        for title, holds in (("What does not hold", False), ("What holds", True))
    ]
    return _render(
        "suite.html",
        page_title=f"{result.title}: expectations",
        nav=[_row(each) for each in results],
        root="",
        suite=result,
        kind=_worst(result.results),
        entries=entries,
        parts=parts,
    )


def _index_page(results: Sequence[SuiteResult], ran_at: datetime, runs: Sequence[str], *, to_runs: str) -> str:
    broken = [
        {
            "kind": kind_of(each),
            "page": f"{result.suite}.html#{each.id}",
            "title": f"{result.title}: {each.title}",
            "observed": each.observed,
        }
        for result in results
        for each in result.results
        if not each.success
    ]
    return _render(
        "index.html",
        page_title="Expectations",
        kind=_worst([each for result in results for each in result.results]),
        suites=[_row(each) for each in results],
        open=sorted(broken, key=lambda item: _WORST_FIRST.index(item["kind"])),
        ran_at=ran_at,
        runs=[{"page": f"{to_runs}{name}/index.html", "label": _label_of_run(name)} for name in runs],
    )


def _worst(results: Sequence[Result]) -> str:
    return min((kind_of(result) for result in results), key=_WORST_FIRST.index, default="holds")


def _row(result: SuiteResult) -> dict[str, Any]:
    kinds = [kind_of(each) for each in result.results]
    return {
        "name": result.suite,
        "title": result.title,
        "about": result.about,
        "page": f"{result.suite}.html",
        "kind": _worst(result.results),
        "rows": result.rows,
        "expectations": len(kinds),
        "findings": kinds.count("finding"),
        "faults": kinds.count("fault"),
    }


def _entry(result: Result) -> dict[str, Any]:
    shown = result.failing.head(ROWS_SHOWN)
    numbers = {name: kind.is_numeric() for name, kind in shown.schema.items() if name not in _LONG}
    more = f", the first {shown.height:,} of them" if result.unexpected > shown.height else ""
    return {
        "id": result.id,
        "title": result.title,
        "note": result.note,
        "expected": result.expected,
        "observed": result.observed,
        "type": result.type,
        "kind": kind_of(result),
        "caption": f"{result.unexpected:,} failing row{'' if result.unexpected == 1 else 's'}{more}",
        "columns": [_Column(_label(name), number) for name, number in numbers.items()],
        "rows": [_record(row) for row in shown.iter_rows(named=True)],
    }


def _label(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " "))


def _record(row: Mapping[str, Any]) -> dict[str, list[_Cell]]:
    """A failing row: its cells, and its long texts as `label: text` lines below them."""
    return {
        "cells": [_cell(name, value) for name, value in row.items() if name not in _LONG],
        "details": [_Cell(str(value), label=_label(name)) for name, value in row.items() if name in _LONG and value],
    }


def _cell(name: str, value: Any) -> _Cell:
    if value is None:
        return _Cell("–", "nothing")
    if isinstance(value, bool):
        return _Cell("yes" if value else "no", "")
    if isinstance(value, int | float):
        return _Cell(_number(value), "number")
    if isinstance(value, list | pl.Series):
        return _Cell(", ".join(map(str, value)), "text")
    if name.endswith("_id"):
        return _Cell(str(value)[:_ID_SHOWN], "id", full=str(value))
    return _Cell(str(value), "text")


def _number(value: float) -> str:
    """A number that can be read: `−27.583 bn` (to the million), thousands set off, no digits that are noise."""
    if value != value:  # noqa: PLR0124  NaN
        return "not a number"
    if value in (float("inf"), float("-inf")):
        return "none"
    if abs(value) >= 1e9:
        shown = f"{value / 1e9:,.3f}".rstrip("0").rstrip(".") + " bn"
    elif abs(value) >= 1000 or float(value).is_integer():
        shown = f"{value:,.0f}"
    else:
        shown = f"{value:,.4g}"
    return shown.replace("-", "−")


def _when(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%d %B %Y, %H:%M UTC").lstrip("0")


def _label_of_run(name: str) -> str:
    return _when(datetime.strptime(name, _RUN_FORMAT).replace(tzinfo=UTC))


@cache
def _environment() -> Environment:
    """Templates of this package; everything is escaped, and a name that is missing is an error."""
    from jinja2 import DictLoader, Environment, StrictUndefined  # noqa: PLC0415  only who writes pages needs it

    folder = files("expectations").joinpath("templates")
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.name.endswith(".html")}
    return Environment(loader=DictLoader(texts), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _render(template: str, **values: Any) -> str:
    from markupsafe import Markup  # noqa: PLC0415  comes with jinja2

    style = files("expectations").joinpath("templates", "style.css").read_text(encoding="utf-8")
    known: Mapping[str, Any] = {"style": Markup(style), "when": _when, **values}  # noqa: S704  our own style sheet
    return _environment().get_template(template).render(known)


# --- files ----------------------------------------------------------------------------------------------------------


def _write(path: Path, text: str) -> None:
    """Replace `path` whole: a reader, or a killed run, sees the old page or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _drop_old_runs(folder: Path) -> None:
    names = sorted((path for path in folder.iterdir() if _RUN_NAME.fullmatch(path.name)), reverse=True)
    for old in names[RUNS_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
