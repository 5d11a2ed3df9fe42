"""The Census workbooks by country: one file each, no key, overwritten in place on the day of the monthly release.

What belongs here: their addresses and that the reply is a workbook. What they hold: `transforms.series.census_country`
and `census_seasonal`.
"""

from __future__ import annotations

from orchestration.clients import judging
from orchestration.clients.http import Ask
from orchestration.clients.publishers import Publisher


def asks(publisher: Publisher) -> list[Ask]:
    """All partners, not adjusted."""
    return [Ask(publisher, publisher.address, "country.xlsx", judging.workbook)]


def seasonal(publisher: Publisher) -> list[Ask]:
    """The seasonally adjusted one."""
    return [Ask(publisher, publisher.address, "ctyseasonal.xlsx", judging.workbook)]
