"""UN Comtrade: one request a configured reporter and year, without a key (preview) or with one.

What belongs here: addresses, parameters and errors. The meaning of a reply: `transforms.series.comtrade`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from orchestration.clients import judging
from orchestration.clients.http import Ask, Refused, Reply
from orchestration.clients.publishers import Publisher
from transforms.series.comtrade import areas

MOST_ROWS: Final = {"preview": 500, "keyed": 100_000}
"""A reply of exactly so many rows is cut off."""


def asks(publisher: Publisher, keys: Mapping[str, str], today: date, years: int = 4) -> list[Ask]:
    """Totals of each reporter with all configured partners, the last few years (a year takes months to be reported)."""
    table = areas()
    partners = ",".join(table["code"])
    reporters = table.filter(reporter="yes").select("code", "partner").rows()
    span = range(today.year - years, today.year)
    return [_ask(publisher, keys, code, name, year, partners) for code, name in reporters for year in span]


def _ask(publisher: Publisher, keys: Mapping[str, str], code: str, name: str, year: int, partners: str) -> Ask:
    key = keys.get("comtrade")
    path = "data/v1/get/C/A/HS" if key else "public/v1/preview/C/A/HS"
    others = ",".join(partner for partner in partners.split(",") if partner != code)
    params = (
        ("reporterCode", code),
        ("period", str(year)),
        ("partnerCode", others),
        ("flowCode", "X,M"),
        ("cmdCode", "TOTAL"),
        ("partner2Code", "0"),  # without these three a reply also holds breakdowns, which double every sum
        ("customsCode", "C00"),
        ("motCode", "0"),
    )
    headers = {"Ocp-Apim-Subscription-Key": key} if key else {}
    return Ask(publisher, f"{publisher.address}/{path}", f"{name}-{year}.json", _judge, params, secret_headers=headers)


def _judge(reply: Reply) -> None:
    """Refuses errors (in several forms, some at HTTP 200), replies that are cut off, and everything without `data`."""
    if reply.status in (401, 403):
        raise Refused(f"HTTP {reply.status}: Comtrade refuses", "check TRADECHECK_COMTRADE_KEY and its daily quota")
    if reply.status not in (200, 400):
        return
    if b"Rate limit is exceeded" in reply.data[:500]:
        raise Refused("Comtrade's rate limit is exceeded", "run again later", again=True)
    said = judging.parsed(reply)
    told = _error_of(said)
    if told:
        raise Refused(f"Comtrade refuses: {told[:200]}", "check transforms/series/comtrade_areas.csv")
    if not isinstance(said.get("data"), list):
        raise Refused("a reply without data", "the form has changed; look for an update")
    if len(said["data"]) in MOST_ROWS.values():
        raise Refused(f"a reply cut off at {len(said['data'])} rows", "ask for fewer partners or years")


def _error_of(said: object) -> str:
    """What Comtrade says is wrong, wherever it says it; empty where nothing is."""
    if not isinstance(said, dict):
        return "a reply that is no object"
    inner = said.get("errorObject")
    nested = inner.get("errorMessage") if isinstance(inner, dict) else None
    return str(nested or said.get("error") or (said.get("message") if "data" not in said else "") or "")
