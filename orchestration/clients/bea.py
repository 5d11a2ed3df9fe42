"""The BEA: its API with a key (most errors come at HTTP 200), and without one its workbook by selected countries.

What belongs here: addresses, parameters and errors. The meaning: `transforms.series.bea_ita` and `bea_geo`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from orchestration.clients import judging
from orchestration.clients.http import Ask, Refused, Reply
from orchestration.clients.publishers import Publisher
from transforms.periods import released_on
from transforms.series.bea_ita import INDICATORS, areas
from transforms.series.reading import release_days

QUARTER_MONTHS = (1, 4, 7, 10)
"""Statistical months whose release (March, June, September, December) brings a new quarter by country."""


def ita(publisher: Publisher, keys: Mapping[str, str]) -> list[Ask]:
    """Every indicator that is read, of each area, by year and by quarter: one area at a time, as the API demands."""
    return [
        Ask(
            publisher,
            f"{publisher.address}/",
            f"ita-{area}-{indicator}-{frequency}.json",
            _judge,
            (
                ("method", "GetData"),
                ("DataSetName", "ITA"),
                ("Indicator", indicator),
                ("AreaOrCountry", area),
                ("Frequency", frequency),
                ("Year", "ALL"),
                ("ResultFormat", "JSON"),
            ),
            secret_params={"UserID": keys["bea"]},
        )
        for area in areas()["area"]
        for indicator in INDICATORS
        for frequency in ("A", "QSA")
    ]


def geo(publisher: Publisher, today: date) -> list[Ask]:
    """The workbook of the latest quarter that is out: in the folder of its release, named by the month of its data."""
    month, day = latest_quarter(today)
    name = f"trad-geo-time-series-{month[5:]}{month[2:4]}.xlsx"
    return [Ask(publisher, f"{publisher.address}/{day:%Y-%m}/{name}", name, judging.workbook)]


def latest_quarter(today: date) -> tuple[str, date]:
    """The newest such statistical month that is out, and the day of its release: by the calendar, else as usual."""
    year, found = today.year, None
    for at in (year - 1, year):
        for month in QUARTER_MONTHS:
            name = f"{at}-{month:02d}"
            usual = released_on(name)
            # outside the calendar a release may be a few days late: ask only for a folder that is there for certain
            day = release_days().get(name) or (usual + timedelta(days=5) if usual else None)
            if day is not None and day <= today:
                found = (name, day)
    if found is None:
        raise ValueError(f"no statistical month was out on {today}")
    return found


def _judge(reply: Reply) -> None:
    """Refuses the errors that come at HTTP 200, wherever they stand."""
    if reply.status != 200:
        return
    said: Any = judging.parsed(reply)
    outer = said.get("BEAAPI") if isinstance(said, dict) else None
    if not isinstance(outer, dict):
        raise Refused("a reply that is none of the BEA's", "the form has changed; look for an update")
    inner = outer.get("Results")
    for place in (outer, inner[0] if isinstance(inner, list) and inner else inner):
        error = place.get("Error") if isinstance(place, dict) else None
        if error:
            raise Refused(f"the BEA refuses: {_told(error)}", "check TRADECHECK_BEA_KEY and bea_areas.csv")


def _told(error: Any) -> str:
    """Code and description, and the detail where there is one."""
    first = error[0] if isinstance(error, list) and error else error
    if not isinstance(first, dict):
        return str(first)[:200]
    told = f"{first.get('APIErrorDescription', 'no description')} (code {first.get('APIErrorCode', '?')})"
    detail = first.get("ErrorDetail")
    return f"{told}: {str(detail)[:150]}" if detail else told
