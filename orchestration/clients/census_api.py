"""The Census International Trade API: one request a product, flow and year, and how it says that something is wrong.

What belongs here: addresses, parameters and errors. The meaning of a reply: `transforms.series.census_api`.

A missing or wrong key is answered by a redirect to a page; followed, it would be 200 and HTML, so none is followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from orchestration.clients import judging
from orchestration.clients.http import Ask, Refused, Reply
from orchestration.clients.publishers import Publisher
from transforms.series.census_api import products

FIRST_YEAR: Final = 2013
"""Monthly values by HS are there from 2010 or 2013, as one asks; earlier ones are answered by 204."""

_FLOWS: Final = {
    # value variables and name of the code, by flow; dimensions that are left out are added up, so none is named
    "exports": ("ALL_VAL_MO", "E"),
    "imports": ("GEN_VAL_MO", "I"),
}
_CODE: Final = {"hs": "COMMODITY", "enduse": "ENDUSE"}


def asks(publisher: Publisher, keys: Mapping[str, str], today: date, years: int = 3) -> list[Ask]:
    """Each product of `products.csv` in both flows, all partners, this year and those that are still revised."""
    rows = products().select("product", "classification", "level", "code").rows()
    return [
        _ask(publisher, keys, flow, year, *row)
        for row in rows
        for flow in _FLOWS
        for year in range(max(FIRST_YEAR, today.year - years), today.year + 1)
    ]


def _ask(
    publisher: Publisher,
    keys: Mapping[str, str],
    flow: str,
    year: int,
    product: str,
    classification: str,
    level: str,
    code: str,
) -> Ask:
    value, letter = _FLOWS[flow]
    name = f"{letter}_{_CODE[classification]}"
    params = (
        ("get", f"CTY_CODE,CTY_NAME,{value}"),
        (name, code),
        ("COMM_LVL", level),
        ("time", f"from {year}-01 to {year}-12"),
    )
    return Ask(
        publisher,
        f"{publisher.address}/{flow}/{classification}",
        f"{flow}-{product}-{year}.json",
        _judge,
        params,
        secret_params={"key": keys["census"]},
        redirects=False,
    )


def _judge(reply: Reply) -> None:
    """Refuses redirects (a key that is not accepted), errors in text, and everything that is no array."""
    if 300 <= reply.status < 400:
        raise Refused("the Census API does not accept the key", "check TRADECHECK_CENSUS_KEY")
    if reply.status == 400:
        said = judging.decoded(reply.data[:300]).strip()
        raise Refused(f"the Census API refuses: {said}", "check transforms/series/products.csv; asking again is no use")
    if reply.status != 200:
        return
    if b"There was an error while running your query" in reply.data:
        raise Refused("the Census API failed on this query", "run again later, or ask for less", again=True)
    said = judging.parsed(reply)
    if not (isinstance(said, list) and said and isinstance(said[0], list)):
        raise Refused("JSON that is no array of rows", "the form has changed; look for an update")
