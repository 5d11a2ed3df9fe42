"""Workbooks (.xlsx, and .xls of old) as polars frames, their size checked before they are opened.

What belongs here: opening bytes as a sheet, safely. What does not: what a sheet means.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

import fastexcel
import polars as pl

from transforms.series.identity import SeriesError

MOST_UNPACKED_BYTES: Final = 600_000_000
"""The country workbook of 2026 (2 MB) unpacks to about 30 MB; an exhibit to less than one."""

_BIFF: Final = b"\xd0\xcf\x11\xe0"


def members(data: bytes) -> dict[str, bytes]:
    """The files of a zip by name, folders left out.

    Raises:
        SeriesError: no zip, damaged, or larger unpacked than anything a publisher sends.
    """
    with _opened(data) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MOST_UNPACKED_BYTES:
            raise SeriesError(f"unpacks to {unpacked / 1e6:.0f} MB: no workbook of a publisher; it is not opened")
        broken = archive.testzip()  # reads every member to the size that it declares, and no further
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as error:
        raise SeriesError(f"is no readable workbook ({error}); fetch it again") from None
    if broken:
        raise SeriesError(f"is a damaged workbook (at {broken}); fetch it again")
    return archive


def _reader(data: bytes) -> fastexcel.ExcelReader:
    if not data.startswith(_BIFF):
        _opened(data).close()
    try:
        return fastexcel.read_excel(data)
    except fastexcel.FastExcelError as error:
        raise SeriesError(f"is no readable workbook ({str(error).splitlines()[0]}); fetch it again") from None


def sheet_names(data: bytes) -> list[str]:
    """The names of the sheets, in their order.

    Raises:
        SeriesError: the bytes are no readable workbook.
    """
    return list(_reader(data).sheet_names)


def table(data: bytes, sheet: str, texts: tuple[str, ...]) -> pl.DataFrame:
    """A sheet with one header row; the columns `texts` stay text, whatever they look like.

    Raises:
        SeriesError: no readable workbook, or no such sheet (those that there are, are named).
    """
    reader = _reader(data)
    if sheet not in reader.sheet_names:
        raise SeriesError(f"has no sheet {sheet!r}, only {', '.join(map(repr, reader.sheet_names[:8]))}")
    try:
        loaded = reader.load_sheet(sheet, dtypes=dict.fromkeys(texts, "string"), dtype_coercion="coerce")
    except fastexcel.FastExcelError as error:
        raise SeriesError(f"sheet {sheet!r} cannot be read ({str(error).splitlines()[0]})") from None
    return pl.DataFrame(loaded)


def cells(data: bytes, sheet: str | int) -> pl.DataFrame:
    """A sheet as it is printed: every cell text, no header, columns `c0`, `c1` …; empty cells null.

    Raises:
        SeriesError: as `table`.
    """
    reader = _reader(data)
    try:
        loaded = reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string", dtype_coercion="coerce")
    except fastexcel.FastExcelError as error:
        raise SeriesError(f"sheet {sheet!r} cannot be read ({str(error).splitlines()[0]})") from None
    frame = pl.DataFrame(loaded)
    return frame.rename({old: f"c{at}" for at, old in enumerate(frame.columns)})
