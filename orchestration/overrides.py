"""The editor's reviewed list of overrides in the home folder: reading it, and saying what of it no longer holds.

What belongs here: the file `overrides.csv`, its form, and lines for a person. What does not: what an override does to a
figure or a check (`transforms.checks.overrides`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl

from orchestration.errors import TradecheckError, of_system
from orchestration.plain import plain
from transforms.checks import overrides

NAME: Final = "overrides.csv"
MAX_BYTES: Final = 5_000_000
_SCHEMA: Final = dict.fromkeys(overrides.COLUMNS, pl.String())


def load(home: Path) -> pl.DataFrame:
    """The list of the home folder `home`, every row checked, all of it text; empty where there is none.

    Raises:
        TradecheckError: the file or a row of it cannot be used; names the file, the row and the remedy.
    """
    path = home / NAME
    try:
        if not path.is_file():
            return pl.DataFrame(schema=_SCHEMA)
        rows = list(_rows(_text(path)))
        return overrides.checked_list(pl.DataFrame(rows, schema=_SCHEMA))
    except OSError as error:
        raise of_system(error, path) from error
    except (ValueError, csv.Error) as error:
        cause = " ".join(str(error).removeprefix("overrides: ").split())
        raise TradecheckError(f"{path}: {cause}") from error


def _text(path: Path) -> str:
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"is longer than {MAX_BYTES // 1_000_000} MB; keep one row a decision")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8; save it as CSV in UTF-8") from None


def _rows(text: str) -> Iterator[dict[str, str]]:
    """The rows as they stand, cells trimmed; row 1 is the header."""
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = [name.strip() for name in next(table, [])]
    if sorted(header) != sorted(overrides.COLUMNS):
        raise ValueError(f"row 1: the header has to be {','.join(overrides.COLUMNS)}")
    number = 1
    try:
        for number, cells in enumerate(table, start=2):
            if any(cells) and len(cells) != len(header):
                told = "put cells that hold a comma in double quotes"
                raise ValueError(f"row {number}: {len(cells)} cells instead of {len(header)}; {told}")
            if any(cells):
                yield dict(zip(header, (cell.strip() for cell in cells), strict=True))
    except csv.Error as error:
        raise ValueError(f"row {number + 1}: no valid CSV ({error}); mend the quotes") from None


def offer(home: Path) -> None:
    """Put an empty list with its header into the home folder where there is none."""
    path = home / NAME
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(",".join(overrides.COLUMNS) + "\n")
    except FileExistsError:
        return
    except OSError as error:
        raise of_system(error, path) from error


def stale(pins: pl.DataFrame, figures: pl.DataFrame) -> list[str]:
    """A line for each override that changes nothing: its figure is gone, or says something else now."""
    return [_stale(row) for row in overrides.stale(pins, figures).iter_rows(named=True)]


def _stale(row: Mapping[str, Any]) -> str:
    what = f"{NAME}: figure {row['figure_id']}, {row['slot']} pinned by {row['decided_by']} on {row['decided_on']}"
    if row["quote_now"] is None:
        found = "no such figure now; look it up with `tradecheck explain` and give its whole id, or remove the row"
    else:
        found = f"was pinned on “{row['quote']}”, which now says “{row['quote_now']}”; review the row"
    return plain(f"{what}: not applied: {found}")


def notes_on(home: Path, figure: Mapping[str, Any]) -> list[str]:
    """What a person has to know of the list when looking at one figure: overrides of it that no longer hold.

    Raises:
        TradecheckError: see `load`.
    """
    pins = load(home).filter(pl.col("figure_id") == figure["figure_id"])
    return stale(pins, pl.DataFrame([{"figure_id": figure["figure_id"], "quote": figure["quote"]}]))
