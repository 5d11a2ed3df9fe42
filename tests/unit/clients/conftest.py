"""A publisher on loopback for every test of the clients, and a fetcher that notes its waits instead of waiting."""

from collections.abc import Iterator

import pytest

from orchestration.clients.http import Fetcher, Policy
from tests.loopback.server import SECRET, Server


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def waits() -> list[float]:
    """The seconds that a fetcher would have waited between tries."""
    return []


@pytest.fixture
def fetcher(waits: list[float]) -> Iterator[Fetcher]:
    policy = Policy(connect_seconds=2.0, attempts=3, first_wait_seconds=1.0)
    with Fetcher([SECRET], contact="desk@example.org", policy=policy, sleep=waits.append) as made:
        yield made
