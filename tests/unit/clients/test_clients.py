"""Each publisher's client: what it asks, that keys are shown to the publisher alone, and the publisher's own errors."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from orchestration.clients import bea, census_api, comtrade, fred
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
    "census_api": lambda server: census_api.asks(publisher(server, "census_api", address=server.url), KEYS, DAY),
    "bea_ita": lambda server: bea.ita(publisher(server, "bea_ita", address=f"{server.url}/api"), KEYS),
    "bea_geo": lambda server: bea.geo(publisher(server, "bea_geo", address=server.url), DAY),
    "comtrade": lambda server: comtrade.asks(publisher(server, "comtrade", address=server.url), KEYS, DAY),
}


def answer(said: object, status: int = 200) -> Answer:
    return Answer(json.dumps(said).encode(), status, JSON)


MISSING = {"APIErrorCode": "4", "APIErrorDescription": "Parameters were missing."}

FAULTS: list[tuple[str, Answer, str]] = [
    ("fred", PAGE, "a page of HTML instead of a CSV"),
    ("fred", Answer(b"", headers=TEXT), "an empty reply after 3 tries"),
    ("fred", Answer(b"when,EXPKR\n", headers=TEXT), "a CSV with the header 'when,EXPKR'"),
    ("fred_api", answer({"error_code": 400, "error_message": "Bad Request.  The series does not exist."}, 400),
     "FRED refuses: Bad Request. The series does not exist."),
    ("fred_api", answer({"error_code": 400, "error_message": f"{SECRET}: api_key is not registered"}, 400),
     "api_key is not registered after 3 tries"),
    ("fred_api", answer({"observations": None}), "a reply without observations"),
    ("census_api", Answer(status=302, headers={"Location": "/data/invalid_key.html", "X-DataWebAPI-KeyError": "1"}),
     "the Census API does not accept the key"),
    ("census_api", Answer(b"error: unknown variable 'X'", 400, TEXT),
     "the Census API refuses: error: unknown variable 'X'"),
    ("census_api", Answer(b"<html>There was an error while running your query. Try again</html>"),
     "the Census API failed on this query after 3 tries"),
    ("census_api", PAGE, "a page of HTML instead of JSON"),
    ("census_api", Answer(b'[["CTY_CODE","time"],["58', headers=JSON), "JSON that breaks off"),
    ("census_api", answer({"error": "x"}), "JSON that is no array of rows"),
    ("census_api", Answer(b"gateway", 504), "HTTP 504 after 3 tries"),
    ("census_api", Answer(b"<html></html>", 404), "HTTP 404"),
    ("comtrade", Answer(b"", 401), "HTTP 401: Comtrade refuses"),
    ("comtrade", answer({"message": "quota"}, 403), "HTTP 403: Comtrade refuses"),
    ("comtrade", Answer(b"Rate limit is exceeded. Try again in 9 seconds.", headers=TEXT),
     "Comtrade's rate limit is exceeded after 3 tries"),
    ("comtrade", answer({"errorObject": {"errorMessage": "wrong period"}}, 400), "Comtrade refuses: wrong period"),
    ("comtrade", answer({"error": "bad reporter", "data": []}), "Comtrade refuses: bad reporter"),
    ("comtrade", answer({"message": "not found"}), "Comtrade refuses: not found"),
    ("comtrade", answer({"count": 0}), "a reply without data"),
    ("comtrade", answer({"data": [{}] * 500}), "a reply cut off at 500 rows"),
    ("bea_ita", answer({"BEAAPI": {"Results": {"Error": MISSING}}}),
     "the BEA refuses: Parameters were missing. (code 4)"),
    ("bea_ita", answer({"BEAAPI": {"Error": MISSING | {"ErrorDetail": {"Description": "Year"}}}}), "(code 4): {'Desc"),
    ("bea_ita", answer({"BEAAPI": {"Results": [{"Error": [MISSING]}]}}), "the BEA refuses: Parameters were missing."),
    ("bea_ita", answer({"BEAAPI": {"Error": "no such user"}}), "the BEA refuses: no such user"),
    ("bea_ita", answer([1]), "a reply that is none of the BEA's"),
    ("bea_ita", Answer(b"", 429, {"Retry-After": "3600"}), "HTTP 429, asks to wait 3600 s"),
    ("bea_ita", Answer(b'{"BEAAPI":{"Results":{}}}<html></html>', headers=JSON), "a page of HTML instead of JSON"),
    ("bea_geo", PAGE, "a page of HTML instead of a workbook"),
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


def test_census_api_asks_for_one_product_flow_and_year_at_a_time(server: Server, fetcher: Fetcher) -> None:
    asks = ASKS["census_api"](server)
    server.scripts["/exports/hs"] = Answer(status=204)
    assert fetcher.get(asks[0]).status == 204, "no rows: a future month, or no trade"
    query = server.asked[0].query
    assert query.pop("key") == SECRET
    assert query == {
        "get": "CTY_CODE,CTY_NAME,ALL_VAL_MO",
        "E_COMMODITY": "87",
        "COMM_LVL": "HS2",
        "time": "from 2023-01 to 2023-12",
    }
    assert len({ask.name for ask in asks}) == len(asks)
    assert any(ask.url.endswith("/imports/enduse") for ask in asks)


def test_comtrade_sends_its_key_in_a_header_and_takes_the_preview_without_one(server: Server, fetcher: Fetcher) -> None:
    server.scripts["/data/v1/get/C/A/HS"] = server.scripts["/public/v1/preview/C/A/HS"] = answer({"data": []})
    fetcher.get(ASKS["comtrade"](server)[0])
    fetcher.get(comtrade.asks(publisher(server, "comtrade", address=server.url), {}, DAY)[0])
    keyed, preview = server.asked
    assert keyed.headers["Ocp-Apim-Subscription-Key"] == SECRET
    assert "Ocp-Apim-Subscription-Key" not in preview.headers
    assert (keyed.query["reporterCode"], keyed.query["period"], keyed.query["motCode"]) == ("410", "2022", "0")
    assert "410" not in keyed.query["partnerCode"].split(",")


def test_bea_is_asked_for_one_area_at_a_time_with_its_key_in_the_query(server: Server, fetcher: Fetcher) -> None:
    asks = ASKS["bea_ita"](server)
    server.scripts["/api/"] = answer({"BEAAPI": {"Results": {"Data": []}}})
    fetcher.get(asks[0])
    query = server.asked[0].query
    assert (query["UserID"], query["method"], query["ResultFormat"]) == (SECRET, "GetData", "JSON")
    assert {dict(ask.params)["AreaOrCountry"] for ask in asks} >= {"KoreaRepOf", "China", "AllCountries"}


@pytest.mark.parametrize(
    ("day", "address"),
    [
        (date(2026, 11, 22), "/2026-09/trad-geo-time-series-0726.xlsx"),
        (date(2026, 3, 11), "/2026-01/trad-geo-time-series-1025.xlsx"),  # October 2025 came late, after the shutdown
        (date(2026, 3, 12), "/2026-03/trad-geo-time-series-0126.xlsx"),
        (date(2025, 3, 20), "/2025-03/trad-geo-time-series-0125.xlsx"),
    ],
)
def test_workbook_of_bea_is_looked_for_where_its_release_put_it(server: Server, day: date, address: str) -> None:
    (ask,) = bea.geo(publisher(server, "bea_geo", address=server.url), day)
    assert ask.url == f"{server.url}{address}"
