"""The Census workbook of seasonally adjusted trade by country (`ctyseasonal.xlsx`): goods by month from 2009.

What belongs here: bytes of the workbook in, observations out. Exports come first and values are whole dollars, other
than in `country.xlsx`. Countries are adjusted one by one, so they do not add up to the world, and months of an adjusted
series make no year: only months are read. Columns: `year`, `cty_code`, `cty_desc`, `EJAN`…`EDEC`, `IJAN`…`IDEC`; annual
columns may stand beside them. Months that are not published yet are zero or empty for everybody.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.series import identity
from transforms.series.identity import SeriesError
from transforms.series.reading import Document, Reading, of_observations
from transforms.series.workbooks import cells

SOURCE: Final = "census_seasonal"

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_LABELS: Final = ("YEAR", "CTY_CODE", "CTY_DESC")
_VALUES: Final = tuple(f"{flow}{month}" for flow in "EI" for month in _MONTHS)
_IGNORED: Final = frozenset({"EYR", "IYR", ""})
_FLOWS: Final = {"E": "exports", "I": "imports"}


def read(document: Document) -> Reading:
    """All months of all countries in the workbook.

    Raises:
        SeriesError: other columns, a text where a number should be, an unknown country, or a year that is none.
    """
    long = _long(_checked(cells(document.data, 0)))
    traded = long.filter(pl.col("usd") > 0)
    if traded.is_empty():
        raise SeriesError("holds no value above zero")
    months = long.filter(pl.col("period") <= traded["period"].max())
    series = identity.country_series(months["partner_code"])
    identity.refuse_unknown(series, "census")
    named = (
        months.join(series.drop("adjustment"), on=["partner_code", "flow"], how="left", maintain_order="left")
        .with_columns(adjustment=pl.lit("sa"), frequency=pl.lit("M"))
        .with_columns(identity.series_id())
    )
    frame = identity.as_observations(
        named, source=SOURCE, reporter="US", basis="census", vintage="", document_id=document.document_id
    )
    return of_observations(SOURCE, document, frame)


def _checked(sheet: pl.DataFrame) -> pl.DataFrame:
    """The rows under the header, with the header's names in capitals; every cell text."""
    rows = sheet.rows()
    at = next((at for at, row in enumerate(rows) if str(row[0] or "").strip().upper() == "YEAR"), None)
    if at is None:
        raise SeriesError("has no header row that begins with year; the form has changed")
    header = [str(cell or "").strip().upper() for cell in rows[at]]
    missing = [name for name in (*_LABELS, *_VALUES) if name not in header]
    strange = [name for name in header if name not in (*_LABELS, *_VALUES) and name not in _IGNORED]
    if missing or strange:
        told = f"no {', '.join(missing[:3])}" if missing else f"an unknown {', '.join(map(repr, strange[:3]))}"
        raise SeriesError(f"has {told}: the form has changed, nothing was read")
    places = {name: header.index(name) for name in (*_LABELS, *_VALUES)}
    body = [row for row in rows[at + 1 :] if any(str(cell or "").strip() for cell in row)]
    columns = {name: [row[place] for row in body] for name, place in places.items()}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _long(wide: pl.DataFrame) -> pl.DataFrame:
    """`partner_code, flow, period, usd`; an empty cell is no row."""
    year = pl.col("YEAR").str.strip_chars().str.strip_suffix(".0")
    wrong = wide.filter(~year.str.contains(r"^(19|20)\d\d$").fill_null(value=False))
    if not wrong.is_empty():
        raise SeriesError(f"a row of {wrong['CTY_CODE'][0]} has the year {wrong['YEAR'][0]!r}; the form has changed")
    code = pl.col("CTY_CODE").str.strip_chars().str.strip_suffix(".0").str.zfill(4)
    long = wide.with_columns(year.alias("YEAR"), code.alias("CTY_CODE")).unpivot(
        _VALUES, index=["YEAR", "CTY_CODE"], variable_name="cell", value_name="text"
    )
    held = long.filter(pl.col("text").fill_null("").str.strip_chars() != "")
    odd = held.filter(pl.col("text").cast(pl.Float64, strict=False).is_null())
    if not odd.is_empty():
        row = odd.row(0, named=True)
        raise SeriesError(
            f"{row['CTY_CODE']} {row['YEAR']} {row['cell']}: {row['text'][:40]!r} where a number should be"
        )
    numbers = {f"{flow}{name}": f"{at:02d}" for flow in "EI" for at, name in enumerate(_MONTHS, 1)}
    return held.select(
        pl.col("CTY_CODE").alias("partner_code"),
        pl.col("cell").str.head(1).replace_strict(_FLOWS, return_dtype=pl.String).alias("flow"),
        pl.format("{}-{}", "YEAR", pl.col("cell").replace_strict(numbers, return_dtype=pl.String)).alias("period"),
        identity.dollars("text", 1.0),
    )
