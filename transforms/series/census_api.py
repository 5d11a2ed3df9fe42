"""The Census International Trade API: goods by product (HS, end use), partner and month, in whole dollars.

What belongs here: one reply (JSON, an array of rows whose first is the header) in, observations out. Which products are
asked for stands in `products.csv`.

Every condition of the query comes back as one more column, so a name can occur twice: columns are taken by their first
place. Codes that are no partners are left out: `-` (the world), groups (beginning with 0 or ending in XXX); the groups
of the API are not those of the country workbook. A partner without a row traded nothing that month.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl

from transforms.series import identity
from transforms.series.identity import SeriesError
from transforms.series.reading import Document, Reading, of_observations

SOURCE: Final = "census_api"

VALUES: Final = {
    # flow and valuation by the variable that holds the month's value
    "ALL_VAL_MO": ("exports", "fas"),
    "GEN_VAL_MO": ("imports", "general_customs"),
    "CON_VAL_MO": ("imports", "consumption_customs"),
}
_CODES: Final = ("E_COMMODITY", "I_COMMODITY", "E_ENDUSE", "I_ENDUSE")


@cache
def products() -> pl.DataFrame:
    """What is asked for: `product, classification, level, code, name, synonyms, comment`."""
    return pl.read_csv((files("transforms.series") / "products.csv").read_bytes(), infer_schema=False)


def read(document: Document) -> Reading:
    """The months, and complete years, of the products in one reply.

    Raises:
        SeriesError: no array of rows, a column missing, a value that is no whole number, a code that is neither partner
            nor group, or no product that `products.csv` lists.
    """
    rows = _rows(document.data)
    held = {name: VALUES[name] for name in VALUES if name in rows.columns}
    code = next((name for name in _CODES if name in rows.columns), None)
    if not held or code is None or not {"CTY_CODE", "time"} <= set(rows.columns):
        raise SeriesError(
            f"has the columns {', '.join(rows.columns)[:120]}: CTY_CODE, time, a code and a value are needed"
        )
    kind = "enduse" if code.endswith("ENDUSE") else "hs"
    months = pl.concat(_months(rows, kind, code, value, *held[value]) for value in held)
    named = identity.with_partner(months, "partner_code", "census")
    frame = _with_years(named).with_columns(identity.series_id())
    return of_observations(
        SOURCE,
        document,
        identity.as_observations(
            frame, source=SOURCE, reporter="US", basis="census", vintage="", document_id=document.document_id
        ),
    )


def _with_years(months: pl.DataFrame) -> pl.DataFrame:
    """`months` and their years: complete where all twelve months are there for somebody; a missing row is no trade."""
    of = ["scope", "flow", "valuation"]
    year = pl.col("period").str.head(4).alias("year")
    complete = months.group_by(*of, year).agg(held=pl.col("period").n_unique()).filter(pl.col("held") == 12)
    sums = (
        months.with_columns(year)
        .join(complete, on=[*of, "year"], how="semi", maintain_order="left")
        .group_by("partner_code", "partner", *of, "adjustment", "year", maintain_order=True)
        .agg(pl.col("usd").sum())
        .rename({"year": "period"})
        .with_columns(frequency=pl.lit("A"))
    )
    return pl.concat([months, sums.select(months.columns)])


def _rows(data: bytes) -> pl.DataFrame:
    """The reply as text, each column by the first place of its name."""
    try:
        said = json.loads(data)
        header, *body = said
        if not all(isinstance(row, list) and len(row) == len(header) for row in body):
            raise SeriesError("has rows of other lengths than its header; ask again")
        first = {str(name): at for at, name in reversed(list(enumerate(header)))}
        places = sorted(first.items(), key=lambda item: item[1])
        columns = {name: [None if row[at] is None else str(row[at]) for row in body] for name, at in places}
        return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    except (ValueError, TypeError, AttributeError) as error:
        raise SeriesError(f"is no array of rows ({type(error).__name__}); ask again") from None


def _months(rows: pl.DataFrame, kind: str, code: str, value: str, flow: str, valuation: str) -> pl.DataFrame:
    country = pl.col("CTY_CODE")
    group = (country == "-") | country.str.starts_with("0") | country.str.ends_with("XXX")
    of_country = rows.filter(~group)
    odd = of_country.filter(
        ~pl.col(value).str.contains(r"^\d+$").fill_null(value=False) | ~pl.col("time").str.contains(r"^\d{4}-\d{2}$")
    )
    if not odd.is_empty():
        row = odd.row(0, named=True)
        raise SeriesError(f"{row['CTY_CODE']} {row['time']}: {value} is {row[value]!r}, no whole number of dollars")
    known = products().filter(classification=kind).select(pl.col("code").alias(code), "product")
    joined = of_country.join(known, on=code, how="inner", maintain_order="left")
    if joined.is_empty() and not of_country.is_empty():
        raise SeriesError(f"holds no product that transforms/series/products.csv lists ({code} {of_country[code][0]})")
    return joined.select(
        pl.col("CTY_CODE").alias("partner_code"),
        pl.col("time").alias("period"),
        pl.col(value).cast(pl.Int64).alias("usd"),
        frequency=pl.lit("M"),
        scope=pl.format("product:{}", "product"),
        flow=pl.lit(flow),
        valuation=pl.lit(valuation),
        adjustment=pl.lit("nsa"),
    )
