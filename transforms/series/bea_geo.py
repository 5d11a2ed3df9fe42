"""The workbook of BEA and Census, "U.S. trade in goods and services by selected countries and areas" (1999 on).

What belongs here: bytes of `trad-geo-time-series-MMYY.xlsx` in, observations out. Tables 1 to 9 hold exports, imports
and balance of goods and services, of goods, and of services, in millions on the balance-of-payments basis. Each has a
few title rows, a header row that begins with `Period`, a column for each country or area, years, then quarters
(seasonally adjusted). The workbook says when it was last updated; where it does not, its vintage is bounded.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

import polars as pl

from transforms.series import identity
from transforms.series.identity import SeriesError
from transforms.series.partners import codes_of
from transforms.series.reading import Dated, Document, Reading, dated, vintage_row
from transforms.series.workbooks import cells, sheet_names

SOURCE: Final = "bea_geo"

TABLES: Final = {
    f"Table {3 * at + to + 1}": (flow, scope)
    for at, scope in enumerate(("goods_services", "goods", "services"))
    for to, flow in enumerate(("exports", "imports", "balance"))
}
_WORDS: Final = {"exports": "export", "imports": "import", "balance": "balance"}
_PERIOD: Final = re.compile(r"(?P<year>(?:19|20)\d\d)(?:\.0)?(?:[\s:\-]*Q?(?P<quarter>[1-4]|I{1,3}|IV))?")
_ROMAN: Final = {"I": "1", "II": "2", "III": "3", "IV": "4"}
_MARK: Final = re.compile(r"\s*(?:[\[(/]\d+[\])/]|\((?:R|r)\))+$")
_UPDATED: Final = re.compile(r"(?i)updated[:\s]+(?:on\s+)?([A-Z][a-z]+ \d{1,2}, \d{4})")
_NOTHING: Final = frozenset({"", "(D)", "(*)", "n.a.", "(NA)", "n.s.", "(X)", "(-)", "--", "---"})
_TOTALS: Final = frozenset({"Total", "Total all countries", "All countries", "All countries and areas"})
"""Columns of totals: they stand in the U.S. totals (bea_totals), with months."""


def read(document: Document) -> Reading:
    """All years and quarters of all nine tables.

    Raises:
        SeriesError: a table missing, a title that says something else than its number, no header row, a column that is
            no known partner, a period or value that is none.
    """
    names = sheet_names(document.data)
    missing = [name for name in TABLES if name not in names]
    if missing:
        raise SeriesError(f"has no {', '.join(missing)}; sheets: {', '.join(names[:12])}")
    sheets = {name: cells(document.data, name) for name in TABLES}
    tables = pl.concat(_table(name, sheet) for name, sheet in sheets.items())
    frame = tables.with_columns(valuation=pl.lit("bop")).with_columns(identity.series_id())
    observed = identity.as_observations(
        frame, source=SOURCE, reporter="US", basis="bop", vintage="", document_id=document.document_id
    )
    last = str(observed.filter(frequency="Q")["period"].max() or observed["period"].max())
    when = _stated(sheets) or dated(document, last)
    label = when.released_on.isoformat()
    stamped = observed.with_columns(vintage=pl.lit(label))
    return Reading(stamped, vintages=vintage_row(SOURCE, label, when, last, document))


def _stated(sheets: dict[str, pl.DataFrame]) -> Dated | None:
    """The day that the workbook itself says it was last updated on."""
    for sheet in sheets.values():
        for text in sheet.unpivot()["value"].drop_nulls():
            if found := _UPDATED.search(text):
                try:
                    day = datetime.strptime(found[1], "%B %d, %Y").date()
                except ValueError:
                    continue
                return Dated(day, "exact", f"stamped: last updated {found[1]}")
    return None


def _table(name: str, sheet: pl.DataFrame) -> pl.DataFrame:
    """Values of one table: `partner_code, partner, period, frequency, adjustment, flow, scope, usd`."""
    flow, scope = TABLES[name]
    rows = sheet.rows()
    at = next((at for at, row in enumerate(rows) if str(row[0] or "").strip() == "Period"), None)
    if at is None:
        raise SeriesError(f"{name}: no header row that begins with Period; the form has changed")
    _check_title(name, flow, scope, " ".join(str(cell) for row in rows[:at] for cell in row if cell))
    header = [_MARK.sub("", str(cell or "")).strip() for cell in rows[at]]
    known = codes_of("bea")
    strange = [title for title in header[1:] if title and title not in known and title not in _TOTALS]
    if strange:
        raise SeriesError(
            f"{name}: column {strange[0]!r} that transforms/series/partner_codes.csv does not have under bea"
        )
    values = [
        {"partner_code": title, "partner": known[title], "flow": flow, "scope": scope, **when, "usd": usd}
        for row in rows[at + 1 :]
        if (when := _period(str(row[0] or ""))) is not None
        for title, cell in zip(header[1:], row[1:], strict=True)
        if title in known and (usd := _usd(cell, f"{name} {when['period']} {title}")) is not None
    ]
    if not values:
        raise SeriesError(f"{name}: no rows of values; the form has changed")
    return pl.DataFrame(values, infer_schema_length=None)


def _check_title(name: str, flow: str, scope: str, title: str) -> None:
    """The words over a table have to name what its number stands for."""
    low = title.lower()
    services, goods = "services" in low, "goods" in low
    fits = {"goods": goods, "services": services, "goods_services": goods and services}[scope]
    if low and not (fits and _WORDS[flow] in low):
        raise SeriesError(f"{name}: is titled {title[:80]!r}, expected {flow} of {scope}; the form has changed")


def _period(text: str) -> dict[str, str] | None:
    """Period, frequency and adjustment of a row; None where its first cell is no period (a heading, a note)."""
    found = _PERIOD.fullmatch(text.strip())
    if not found:
        return None
    if not found["quarter"]:
        return {"period": found["year"], "frequency": "A", "adjustment": "nsa"}
    quarter = _ROMAN.get(found["quarter"], found["quarter"])
    return {"period": f"{found['year']}-Q{quarter}", "frequency": "Q", "adjustment": "sa"}


def _usd(cell: str | None, where: str) -> int | None:
    bare = _MARK.sub("", str(cell or "")).strip().replace(",", "")
    if bare in _NOTHING:
        return None
    try:
        return round(float(bare) * 1e6)
    except ValueError:
        raise SeriesError(f"{where}: {str(cell)[:40]!r} where a number should be") from None
