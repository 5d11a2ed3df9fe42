"""The Census country workbook (`country.xlsx`): goods by partner and month since 1985, Census basis, in millions.

What belongs here: bytes of the workbook in, observations out. What does not: fetching it.

One sheet `country`, 29 columns: `year`, `CTY_CODE`, `CTYNAME`, imports `IJAN`…`IDEC`, `IYR`, exports `EJAN`…`EDEC`,
`EYR`. Months that are not published yet stand as zero, so the last published month is read from the world's row (0015)
of the last year; in that year the annual column is a year to date and is left out. Codes that begin with 0 are
aggregates; 0004 is the world seasonally adjusted, whose years are those of 0015 and are left out.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.series import identity
from transforms.series.identity import SeriesError
from transforms.series.reading import Document, Reading, of_observations
from transforms.series.workbooks import table

SOURCE: Final = "census_country"
SHEET: Final = "country"

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_LABELS: Final = ("year", "CTY_CODE", "CTYNAME")
_VALUES: Final = tuple(f"{flow}{month}" for flow in "IE" for month in (*_MONTHS, "YR"))
COLUMNS: Final = (*_LABELS, *_VALUES)

_FLOWS: Final = {"I": "imports", "E": "exports"}
_WORLD: Final = "0015"
PRINTED_OTHERWISE_USD: Final = 1_000
"""A printed year stands where it is further than this from the sum of its months; below it is binary dust of the
source, and the sum of the months is the year."""


def read(document: Document) -> Reading:
    """All months of all partners, and the complete years, of one vintage.

    Raises:
        SeriesError: another sheet, other columns, a text where a number should be, a partner that is not known, a year
            that is no year, the world's row missing, or a release before its last month ended.
    """
    wide = _checked(table(document.data, SHEET, _LABELS))
    last_year, last_month = _last_published(wide)
    long = _long(wide)
    published = (pl.col("year") < last_year) | (pl.col("month") <= last_month)
    months = long.filter((pl.col("month") > 0) & published)
    complete = pl.col("year") < last_year if last_month < len(_MONTHS) else pl.col("year") <= last_year
    years = _years(months.filter(complete), long.filter((pl.col("month") == 0) & complete))
    series = identity.country_series(wide["CTY_CODE"])
    identity.refuse_unknown(series, "census")
    named = pl.concat(
        [
            months.select("partner_code", "flow", "usd", period=_period(), frequency=pl.lit("M")),
            years.select("partner_code", "flow", "usd", period=pl.col("year").cast(pl.String), frequency=pl.lit("A")),
        ]
    ).join(series, on=["partner_code", "flow"], how="left", maintain_order="left")
    kept = named.filter((pl.col("frequency") == "M") | (pl.col("adjustment") == "nsa"))
    stamped = kept.with_columns(identity.series_id())
    frame = identity.as_observations(
        stamped, source=SOURCE, reporter="US", basis="census", vintage="", document_id=document.document_id
    )
    return of_observations(SOURCE, document, frame)


def _period() -> pl.Expr:
    return pl.format("{}-{}", pl.col("year"), pl.col("month").cast(pl.String).str.zfill(2))


def _checked(sheet: pl.DataFrame) -> pl.DataFrame:
    """The sheet with text labels and numbers, rows without a year dropped where they hold nothing but zeros.

    Such rows stood at the end of the copy of October 2018.
    """
    if tuple(sheet.columns) != COLUMNS:
        raise SeriesError(_other_columns(sheet.columns))
    for name in _VALUES:
        _refuse_text(sheet, name)
    numbers = sheet.with_columns(pl.col(_VALUES).cast(pl.Float64)).with_columns(
        pl.col("year").str.strip_chars().str.strip_suffix(".0"), pl.col("CTY_CODE").str.strip_chars().str.zfill(4)
    )
    blank = pl.col("year").fill_null("") == ""
    filled = numbers.filter(~blank | (pl.sum_horizontal(pl.col(_VALUES).abs()) > 0))
    wrong = filled.filter(blank | ~pl.col("year").str.contains(r"^(19|20)\d\d$"))
    if not wrong.is_empty():
        row = wrong.row(0, named=True)
        raise SeriesError(f"a row of {row['CTY_CODE']} has the year {row['year']!r}; the form has changed")
    missing = filled.filter(pl.any_horizontal(pl.col(_VALUES).is_null()))
    if not missing.is_empty():
        row = missing.row(0, named=True)
        empty = next(name for name in _VALUES if row[name] is None)
        raise SeriesError(f"{row['CTY_CODE']} {row['year']}: no number in {empty}; the form has changed")
    return filled.with_columns(pl.col("year").cast(pl.Int32))


def _other_columns(columns: list[str]) -> str:
    missing = [name for name in COLUMNS if name not in columns]
    strange = [name for name in columns if name not in COLUMNS]
    told = [f"{len(columns)} columns instead of {len(COLUMNS)}"] if len(columns) != len(COLUMNS) else []
    told += [f"no {', '.join(missing[:3])}"] if missing else []
    told += [f"an unknown {', '.join(map(repr, strange[:3]))}"] if strange else []
    return f"has {'; '.join(told) or 'its columns in another order'}: the form has changed, nothing was read"


def _refuse_text(sheet: pl.DataFrame, name: str) -> None:
    """A column with a text in it is read as text: name the first cell that is no number."""
    if sheet[name].dtype.is_numeric():
        return
    odd = sheet.with_row_index("row", offset=2).filter(
        pl.col(name).is_not_null() & pl.col(name).cast(pl.String).cast(pl.Float64, strict=False).is_null()
    )
    if not odd.is_empty():
        row = odd.row(0, named=True)
        raise SeriesError(f"row {row['row']}, {name}: {str(row[name])[:40]!r} where a number should be")


def _last_published(wide: pl.DataFrame) -> tuple[int, int]:
    """Last year and, by the world's row, its last month that is not zero."""
    last_year = int(wide.select(pl.col("year").max()).item())
    world = wide.filter(pl.col("CTY_CODE") == _WORLD, pl.col("year") == last_year)
    if world.height != 1:
        raise SeriesError(
            f"has {world.height} rows of {_WORLD} (the world) for {last_year}: cannot tell what is published"
        )
    row = world.row(0, named=True)
    filled = [at for at, month in enumerate(_MONTHS, 1) if row[f"I{month}"] > 0 or row[f"E{month}"] > 0]
    if not filled:
        raise SeriesError(f"the world's row has no month of {last_year}: cannot tell what is published")
    return last_year, filled[-1]


def _long(wide: pl.DataFrame) -> pl.DataFrame:
    """`partner_code, flow, year, month, usd`; month 0 is the annual column."""
    long = wide.unpivot(_VALUES, index=["CTY_CODE", "year"], variable_name="cell", value_name="millions")
    numbers = {f"{flow}{name}": at % 13 for flow in "IE" for at, name in enumerate((*_MONTHS, "YR"), 1)}
    return long.select(
        pl.col("CTY_CODE").alias("partner_code"),
        pl.col("cell").str.head(1).replace_strict(_FLOWS, return_dtype=pl.String).alias("flow"),
        "year",
        pl.col("cell").replace_strict(numbers, return_dtype=pl.Int32).alias("month"),
        identity.dollars("millions", 1e6),
    )


def _years(months: pl.DataFrame, printed: pl.DataFrame) -> pl.DataFrame:
    """Complete years: the sum of the twelve months, or what is printed where that is something else."""
    key = ["partner_code", "flow", "year"]
    sums = months.group_by(key).agg(summed=pl.col("usd").sum())
    other = (pl.col("usd") - pl.col("summed")).abs() > PRINTED_OTHERWISE_USD
    both = printed.select(*key, "usd").join(sums, on=key, how="left", maintain_order="left")
    return both.select(*key, usd=pl.when(other).then("usd").otherwise("summed"))
