"""The Census country workbook: one file, no key, overwritten in place on the day of the monthly release.

What belongs here: its address and that the reply is a workbook. What it holds: `transforms.series.census_country`.
"""

from __future__ import annotations

from orchestration.clients import judging
from orchestration.clients.http import Ask
from orchestration.clients.publishers import Publisher


def asks(publisher: Publisher) -> list[Ask]:
    """The one request."""
    return [Ask(publisher, publisher.address, "country.xlsx", judging.workbook)]
