"""FRED and ALFRED: one CSV a series without a key, or all vintages of it in JSON with one.

What belongs here: addresses, parameters, and how these two say that something is wrong. What the series hold:
`transforms.series.fred`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from orchestration.clients import judging
from orchestration.clients.http import Ask, Refused, Reply
from orchestration.clients.publishers import Publisher
from transforms.series.fred import HEADERS, series

FIRST_DAY, LAST_DAY = "1776-07-04", "9999-12-31"
"""The whole of the real time that ALFRED knows."""


def keyless(publisher: Publisher, today: date) -> list[Ask]:
    """Every series as it is known today."""
    judge = judging.csv_with(*HEADERS)
    return [
        Ask(publisher, publisher.address, f"{name}.csv", judge, (("id", name), ("vintage_date", today.isoformat())))
        for name in series()["series"]
    ]


def with_key(publisher: Publisher, keys: Mapping[str, str]) -> list[Ask]:
    """Every series in every vintage."""
    real_time = (("realtime_start", FIRST_DAY), ("realtime_end", LAST_DAY))
    return [
        Ask(
            publisher,
            f"{publisher.address}/series/observations",
            f"{name}-vintages.json",
            _judge,
            (("series_id", name), ("file_type", "json"), ("limit", "100000"), *real_time),
            secret_params={"api_key": keys["fred"]},
        )
        for name in series()["series"]
    ]


def _judge(reply: Reply) -> None:
    """Refuses errors in JSON, and what has no observations. A key refused once is accepted a moment later."""
    if reply.status not in (200, 400):
        return
    said: Any = judging.parsed(reply)
    if isinstance(said, dict) and "error_message" in said:
        told = f"FRED refuses: {str(said['error_message'])[:200]}"
        again = "api_key" in told
        raise Refused(told, "check TRADECHECK_FRED_KEY" if again else "check fred_series.csv", again=again)
    if not isinstance(said, dict) or not isinstance(said.get("observations"), list):
        raise Refused("a reply without observations", "the form has changed; look for an update")
