"""UN Comtrade: what other countries report about their trade with whom, by year or month, in dollars.

What belongs here: one reply (JSON with a list `data`) in, observations out. Imports are c.i.f., exports f.o.b., so they
never equal the partner's own figures. Only totals are read: rows of one partner, without breakdown by second partner,
customs procedure or transport. Comtrade has no vintages: a reply is what was there on the day of its fetching.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

import polars as pl

from transforms.series import identity
from transforms.series.identity import SeriesError
from transforms.series.partners import codes_of
from transforms.series.reading import Document, Reading, of_observations

SOURCE: Final = "comtrade"
_FLOWS: Final = {"X": "exports", "M": "imports"}
_TOTALS: Final = {"cmdCode": "TOTAL", "partner2Code": 0, "customsCode": "C00", "motCode": 0}
_NEEDED: Final = ("reporterCode", "partnerCode", "flowCode", "period", "freqCode", "primaryValue")


@cache
def areas() -> pl.DataFrame:
    """Comtrade's area codes: `code, partner, reporter, name, comment`; `reporter` is yes where it is asked for."""
    return pl.read_csv((files("transforms.series") / "comtrade_areas.csv").read_bytes(), infer_schema=False)


def read(document: Document) -> Reading:
    """Exports and imports of one reporter, annual or monthly.

    Raises:
        SeriesError: no list of rows, a row without what is needed, a value that is no number, an area that
            `comtrade_areas.csv` does not have, or rows broken down so that they would be counted twice.
    """
    rows = _rows(document.data)
    if not rows:
        raise SeriesError("holds no rows: nothing reported, or the query is wrong (Comtrade does not tell them apart)")
    codes = dict(areas().select("code", "partner").rows())
    named = [_named(row, codes) for row in rows if row.get("flowCode") in _FLOWS]
    frame = pl.DataFrame(named).with_columns(identity.series_id())
    return of_observations(
        SOURCE,
        document,
        identity.as_observations(
            frame, source=SOURCE, basis="national_customs", vintage="", document_id=document.document_id
        ),
    )


def _rows(data: bytes) -> list[dict[str, Any]]:
    try:
        rows = json.loads(data)["data"]
    except (ValueError, KeyError, TypeError) as error:
        raise SeriesError(f"is no reply with data ({type(error).__name__})") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SeriesError("is no reply with a list of rows")
    return rows


def _named(row: dict[str, Any], codes: dict[str, str]) -> dict[str, Any]:
    missing = [name for name in _NEEDED if row.get(name) is None]
    if missing:
        raise SeriesError(f"has a row without {', '.join(missing)}; the form has changed")
    broken = [name for name, total in _TOTALS.items() if name in row and str(row[name]) != str(total)]
    if broken:
        raise SeriesError(f"has rows broken down by {', '.join(broken)}, which would be counted twice")
    unknown = [str(row[name]) for name in ("reporterCode", "partnerCode") if str(row[name]) not in codes]
    if unknown:
        raise SeriesError(f"area(s) {', '.join(unknown)} that transforms/series/comtrade_areas.csv does not have")
    value, period = row["primaryValue"], str(row["period"])
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise SeriesError(f"{period}: the value {str(value)[:40]!r} is no number")
    flow = _FLOWS[row["flowCode"]]
    partner = codes[str(row["partnerCode"])]
    return {
        "reporter": codes[str(row["reporterCode"])],
        "partner": partner,
        "partner_code": _printed(codes[str(row["reporterCode"])], partner),
        "flow": flow,
        "scope": "goods",
        "valuation": "cif" if flow == "imports" else None,
        "adjustment": "nsa",
        "frequency": "A" if row["freqCode"] == "A" else "M",
        "period": period if row["freqCode"] == "A" else f"{period[:4]}-{period[4:]}",
        "usd": round(float(value)),
    }


def _printed(reporter: str, partner: str) -> str:
    """The partner's name as the embedded series of Korea have it; other reporters go before it: `CN: Japan`."""
    name = next((name for name, code in codes_of(SOURCE).items() if code == partner), partner)
    return name if reporter == "KR" else f"{reporter}: {name}"
