"""The BEA's API, data set ITA (international transactions): goods and services by area, year and quarter.

What belongs here: one reply (JSON) in, observations out. A value is `DataValue` times ten to the power of `UNIT_MULT`;
it can hold commas, and in its place a symbol: `(D)` withheld to protect a firm, `(*)` within half a million of zero,
`n.a.`, `n.s.`, `(NM)`. None of them is a number, so none becomes one; how many of which were left out is told by
`symbols`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from typing import Any, Final

import polars as pl

from transforms.series import identity
from transforms.series.identity import SeriesError
from transforms.series.reading import Document, Reading, of_observations

SOURCE: Final = "bea_ita"

INDICATORS: Final = {
    "ExpGds": ("exports", "goods"),
    "ImpGds": ("imports", "goods"),
    "BalGds": ("balance", "goods"),
    "ExpServ": ("exports", "services"),
    "ImpServ": ("imports", "services"),
    "BalServ": ("balance", "services"),
    "ExpGdsServ": ("exports", "goods_services"),
    "ImpGdsServ": ("imports", "goods_services"),
    "BalGdsServ": ("balance", "goods_services"),
    "BalCurrAcct": ("balance", "current_account"),
}
_ADJUSTMENTS: Final = {"A": "nsa", "QSA": "sa", "QNSA": "nsa"}
_SYMBOLS: Final = frozenset({"", "(d)", "(*)", "n.a.", "(na)", "n.s.", "(nm)", "---", "....."})
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_NEEDED: Final = ("Indicator", "AreaOrCountry", "Frequency", "TimePeriod", "CL_UNIT", "UNIT_MULT", "DataValue")


@cache
def areas() -> pl.DataFrame:
    """Areas that are asked for: `area, partner, printed_as, comment`."""
    return pl.read_csv((files("transforms.series") / "bea_areas.csv").read_bytes(), infer_schema=False)


def results(said: Any) -> dict[str, Any]:
    """The part of a reply that holds data or errors: a list of one, an object, or `BEAAPI` itself.

    Raises:
        SeriesError: there is none.
    """
    outer = said.get("BEAAPI") if isinstance(said, dict) else None
    inner = outer.get("Results", outer) if isinstance(outer, dict) else None
    if isinstance(inner, list) and inner:
        inner = inner[0]
    if not isinstance(inner, dict):
        raise SeriesError("is no reply of the BEA (BEAAPI and Results are missing)")
    return inner


def read(document: Document) -> Reading:
    """All values of one reply that are numbers.

    Raises:
        SeriesError: no data, a row without what is needed, an unknown indicator, area, unit or symbol.
    """
    rows = [_named(row) for row in _rows(document.data)]
    held = [row for row in rows if row["usd"] is not None]
    if not held:
        raise SeriesError("holds no value that is a number")
    named = pl.DataFrame(held, infer_schema_length=None).with_columns(valuation=pl.lit("bop"))
    frame = named.with_columns(identity.series_id())
    return of_observations(
        SOURCE,
        document,
        identity.as_observations(
            frame,
            source=SOURCE,
            reporter="US",
            basis="bop",
            vintage="",
            document_id=document.document_id,
        ),
    )


def symbols(data: bytes) -> dict[str, int]:
    """How often which symbol stands in the place of a number."""
    values = [str(row.get("DataValue", "")).strip() for row in _rows(data)]
    return dict(Counter(value for value in values if value.lower() in _SYMBOLS))


def _rows(data: bytes) -> list[dict[str, Any]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # some replies are
    try:
        found = results(json.loads(text)).get("Data")
    except ValueError:
        raise SeriesError("is no JSON; ask again") from None
    rows = [found] if isinstance(found, dict) else found
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise SeriesError("is a reply without data")
    return rows


def _named(row: dict[str, Any]) -> dict[str, Any]:
    missing = [name for name in _NEEDED if row.get(name) is None]
    if missing:
        raise SeriesError(f"has a row without {', '.join(missing)}; the form has changed")
    known = {
        area: (partner, printed) for area, partner, printed in areas().select("area", "partner", "printed_as").rows()
    }
    area, indicator, frequency = row["AreaOrCountry"], row["Indicator"], row["Frequency"]
    if area not in known:
        raise SeriesError(f"has the area {area!r} that transforms/series/bea_areas.csv does not list")
    if indicator not in INDICATORS or frequency not in _ADJUSTMENTS:
        raise SeriesError(f"has {indicator!r} with frequency {frequency!r}, which are not among those asked for")
    if row["CL_UNIT"] != "USD":
        raise SeriesError(f"{indicator}: in {row['CL_UNIT']!r} instead of USD")
    flow, scope = INDICATORS[indicator]
    period = str(row["TimePeriod"])
    return {
        "partner": known[area][0],
        "partner_code": known[area][1],
        "flow": flow,
        "scope": scope,
        "adjustment": _ADJUSTMENTS[frequency],
        "frequency": frequency[0],
        "period": period if frequency == "A" else f"{period[:4]}-{period[4:]}",
        "usd": _usd(str(row["DataValue"]), str(row["UNIT_MULT"]), f"{indicator} {area} {period}"),
    }


def _usd(value: str, power: str, where: str) -> int | None:
    """Whole dollars, or None for a symbol."""
    bare = value.strip().replace(",", "")
    if bare.lower() in _SYMBOLS:
        return None
    if not _NUMBER.fullmatch(bare) or not power.isdigit():
        raise SeriesError(f"{where}: the value {value[:40]!r} is neither a number nor a known symbol")
    return round(float(bare) * 10.0 ** int(power))
