"""Each publisher's client: what it asks, that keys are shown to the publisher alone, and the publisher's own errors."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from orchestration.clients import fred
from orchestration.clients.http import Ask, Fetcher, FetchError
from tests.loopback.server import SECRET, Answer, Server, publisher

JSON = {"Content-Type": "application/json"}
TEXT = {"Content-Type": "text/plain"}
PAGE = Answer(b"<!DOCTYPE html><html></html>", headers={"Content-Type": "text/html"})
DAY = date(2026, 11, 22)
KEYS = dict.fromkeys(("census", "bea", "fred", "comtrade"), SECRET)

ASKS: dict[str, Callable[[Server], list[Ask]]] = {
    "fred": lambda server: fred.keyless(publisher(server, "fred", address=f"{server.url}/fred"), DAY),
    "fred_api": lambda server: fred.with_key(publisher(server, "fred_api", address=f"{server.url}/fred_api"), KEYS),
}


def answer(said: object, status: int = 200) -> Answer:
    return Answer(json.dumps(said).encode(), status, JSON)


FAULTS: list[tuple[str, Answer, str]] = [
    ("fred", PAGE, "a page of HTML instead of a CSV"),
    ("fred", Answer(b"", headers=TEXT), "an empty reply after 3 tries"),
    ("fred", Answer(b"when,EXPKR\n", headers=TEXT), "a CSV with the header 'when,EXPKR'"),
    ("fred_api", answer({"error_code": 400, "error_message": "Bad Request.  The series does not exist."}, 400),
     "FRED refuses: Bad Request. The series does not exist."),
    ("fred_api", answer({"error_code": 400, "error_message": f"{SECRET}: api_key is not registered"}, 400),
     "api_key is not registered after 3 tries"),
    ("fred_api", answer({"observations": None}), "a reply without observations"),
    ("fred_api", Answer(b"<observations/>", headers={"Content-Type": "text/xml"}), "a text instead of JSON"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "reply", "told"), FAULTS, ids=[f"{name}: {told[:40]}" for name, _, told in FAULTS])
def test_publishers_own_errors_are_told_in_their_words_without_keys(
    server: Server, fetcher: Fetcher, source: str, reply: Answer, told: str
) -> None:
    first = ASKS[source](server)[0]
    server.scripts[first.url.removeprefix(server.url)] = reply
    with pytest.raises(FetchError) as caught:
        fetcher.get(first)
    said = " ".join(str(caught.value).split())
    assert said.startswith(f"{source}: ")
    assert told in said
    assert SECRET not in said


def test_fred_asks_for_todays_vintage(server: Server, fetcher: Fetcher) -> None:
    asks = ASKS["fred"](server)
    server.scripts["/fred"] = Answer(b"observation_date,EXPKR_20261122\n2026-01-01,1\n", headers=TEXT)
    fetcher.get(asks[0])
    assert server.asked[0].query == {"id": "EXPKR", "vintage_date": "2026-11-22"}
    assert len({ask.name for ask in asks}) == len(asks)


def test_fred_api_asks_for_the_whole_real_time_in_json(server: Server, fetcher: Fetcher) -> None:
    path = "/fred_api/series/observations"
    refused = {"error_code": 400, "error_message": "Bad Request. The value for variable api_key is not registered."}
    server.scripts[path] = [answer(refused, 400), answer({"observations": []})]
    fetcher.get(ASKS["fred_api"](server)[0])
    query = server.of(path)[0].query
    assert query["api_key"] == SECRET
    assert (query["file_type"], query["realtime_start"], query["series_id"]) == ("json", "1776-07-04", "EXPKR")
    assert len(server.asked) == 2, "a key that is refused once may be accepted a moment later"
