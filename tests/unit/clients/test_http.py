"""HTTP against a real server on loopback: every fault of a connection or a reply, and the line that a person reads."""

import gzip
import itertools
import logging
import re
import time
import zlib
from datetime import UTC, datetime

import pytest

from orchestration.clients import judging
from orchestration.clients.http import Ask, Fetcher, FetchError, Policy, Reply, retry_after, user_agent
from tests.loopback.server import SECRET, Answer, Server, gzipped, publisher

JSON = {"Content-Type": "application/json"}
HTML = {"Content-Type": "text/html"}
GOOD = Answer(b'{"data": [1]}', headers=JSON)
PAGE = b"<!DOCTYPE html><html><body>We will be back</body></html>"


def parsed(reply: Reply) -> None:
    if reply.status == 200:
        judging.parsed(reply)


def ask(server: Server, path: str = "/data", **changes: object) -> Ask:
    given = {"publisher": publisher(server), "url": f"{server.url}{path}", "name": "data.json", "judge": parsed}
    return Ask(**(given | changes))  # type: ignore[arg-type]


def refused(fetcher: Fetcher, asked: Ask) -> str:
    with pytest.raises(FetchError) as caught:
        fetcher.get(asked)
    told = str(caught.value)
    assert "\n" not in told
    assert told.startswith("census_country: ")
    assert asked.publisher.address in told, "names the request"
    assert "; " in told, "says what to do"
    assert caught.value.__cause__ is None, "a cause would quote the address with its key"
    return told


# --- what goes well ------------------------------------------------------------------------------------------------


def test_good_reply_comes_whole(server: Server, fetcher: Fetcher) -> None:
    server.scripts["/data"] = Answer(b'{"data": [1]}', headers={**JSON, "ETag": '"a"', "Last-Modified": "x"})
    reply = fetcher.get(ask(server, params=(("time", "from 2017-01"),)))
    assert (reply.status, reply.data, reply.media_type) == (200, b'{"data": [1]}', "application/json")
    assert (reply.etag, reply.last_modified) == ('"a"', "x")
    (asked,) = server.asked
    assert asked.query == {"time": "from 2017-01"}
    assert re.fullmatch(r"tradecheck/\S+ \(.*; contact desk@example\.org\)", asked.headers["User-Agent"])


def test_user_agent_takes_any_contact() -> None:
    assert "contact" not in user_agent(None)
    assert "\n" not in user_agent("a\nX-Evil: 1")
    assert user_agent("Redaktion „Süd“ 東京").isprintable()


def test_compressed_reply_is_unpacked(server: Server, fetcher: Fetcher) -> None:
    server.scripts["/data"] = gzipped(b'{"data": [1]}', **JSON)
    assert fetcher.get(ask(server)).data == b'{"data": [1]}'


def test_conditional_request_is_answered_by_304(server: Server, fetcher: Fetcher) -> None:
    server.scripts["/data"] = Answer(status=304)
    reply = fetcher.get(ask(server, etag='"a"', last_modified="Tue, 05 May 2026 12:30:00 GMT"))
    assert (reply.status, reply.data) == (304, b"")
    headers = server.asked[0].headers
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"a"', "Tue, 05 May 2026 12:30:00 GMT")


def test_redirect_within_the_site_is_followed(server: Server, fetcher: Fetcher) -> None:
    server.scripts["/data"] = Answer(status=301, headers={"Location": "/moved"})
    server.scripts["/moved"] = GOOD
    assert fetcher.get(ask(server)).data == GOOD.body


def test_pace_of_a_host_is_kept(server: Server, fetcher: Fetcher) -> None:
    server.scripts["/data"] = GOOD
    paced = publisher(server, seconds_between=0.15)
    for _ in range(3):
        fetcher.get(ask(server, publisher=paced))
    times = [asked.at for asked in server.asked]
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) > 0.14


# --- what passes and is tried again --------------------------------------------------------------------------------

PASSING = {
    "reset before an answer": Answer(before=True),
    "reset in the middle": Answer(b'{"data": [1]}', headers=JSON, cut=5),
    "reset in the middle of a chunk": Answer(b'{"data": [1]}', headers=JSON, cut=5, chunked=True),
    "error 500": Answer(b"oops", 500),
    "error 502": Answer(PAGE, 502, HTML),
    "error 503": Answer(PAGE, 503, HTML),
    "error 504": Answer(b"", 504),
    "time-out 408": Answer(b"", 408),
    "too many requests": Answer(b"", 429),
    "empty body": Answer(b"", 200, JSON),
    "truncated JSON": Answer(b'{"data": [1', headers=JSON),
    "too slow": Answer(b'{"data": [1]}', headers=JSON, delay=1.3),
}


@pytest.mark.parametrize("fault", PASSING)
def test_passing_fault_is_tried_again_and_nothing_is_lost(server: Server, fetcher: Fetcher, fault: str) -> None:
    server.scripts["/data"] = [PASSING[fault], GOOD]
    assert fetcher.get(ask(server)).data == GOOD.body
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("reset before an answer", "no connection after 3 tries"),
        ("reset in the middle", "the connection broke off in the middle after 3 tries"),
        ("error 500", "HTTP 500 after 3 tries"),
        ("error 503", "HTTP 503 after 3 tries"),
        ("too many requests", "HTTP 429 after 3 tries"),
        ("empty body", "an empty reply after 3 tries"),
        ("truncated JSON", "JSON that breaks off or is torn after"),
    ],
)
def test_tries_are_bounded(server: Server, fetcher: Fetcher, fault: str, told: str) -> None:
    server.scripts["/data"] = PASSING[fault]
    assert told in refused(fetcher, ask(server))
    assert len(server.asked) == 3


def test_waits_grow_and_jitter(server: Server, waits: list[float]) -> None:
    server.scripts["/data"] = Answer(b"", 503)
    with Fetcher(policy=Policy(attempts=6), sleep=waits.append) as patient:
        refused(patient, ask(server))
    assert len(waits) == 5
    assert all(2**at <= wait <= 2**at + 1 for at, wait in enumerate(waits))
    assert any(wait != round(wait) for wait in waits), "no two clients come back at the same instant"


def test_retry_after_in_seconds_is_obeyed(server: Server, fetcher: Fetcher, waits: list[float]) -> None:
    server.scripts["/data"] = [Answer(b"", 429, {"Retry-After": "7"}), GOOD]
    fetcher.get(ask(server))
    assert waits == [7.0]


def test_retry_after_that_is_too_long_ends_the_try(server: Server, fetcher: Fetcher, waits: list[float]) -> None:
    server.scripts["/data"] = Answer(b"", 429, {"Retry-After": "3600"})
    assert "HTTP 429, asks to wait 3600 s" in refused(fetcher, ask(server))
    assert (len(server.asked), waits) == (1, [])


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        ("Sun, 22 Nov 2026 12:01:00 GMT", 60.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_retry_after(said: str, seconds: float | None) -> None:
    reply = Reply(429, {"retry-after": said}, b"", datetime.now(UTC))
    assert retry_after(reply, datetime(2026, 11, 22, 12, tzinfo=UTC)) == seconds


# --- what no repeat mends ------------------------------------------------------------------------------------------

BOMB = gzip.compress(b"0" * 30_000_000)

FINAL = {
    "bad request": (
        Answer(b"error: unknown variable 'X'", 400, {"Content-Type": "text/plain"}),
        "HTTP 400 (error: unk",
    ),
    "no key": (Answer(b"", 401), "HTTP 401; the key is missing or not accepted"),  # the address stands between
    "refused": (Answer(b"", 403), "HTTP 403"),
    "gone": (Answer(PAGE, 404, HTML), "HTTP 404"),
    "withdrawn": (Answer(b"", 410), "HTTP 410"),
    "page instead of data": (Answer(PAGE, 200, HTML), "a page of HTML instead of JSON"),
    "page that says it is data": (Answer(PAGE, 200, JSON), "a page of HTML instead of JSON"),
    "text instead of data": (Answer(b"Rate limit is exceeded", 200), "a text instead of JSON"),
    "not modified though not asked": (Answer(status=304), "HTTP 304"),
    "redirect to another site": (
        Answer(status=302, headers={"Location": "https://evil.example/x"}),
        "a redirect to another site (evil.example)",
    ),
    "redirect to a file": (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "a redirect to file:"),
    "redirect to another port": (
        Answer(status=302, headers={"Location": "http://127.0.0.1:9/x"}),
        "a redirect to another port",
    ),
    "redirect in a circle": (Answer(status=302, headers={"Location": "/data"}), "more than 4 redirects"),
    "larger than allowed": (Answer(b"0" * 2_100_000), "the reply has more than 2 MB"),
    "larger than allowed, undeclared": (Answer(b"0" * 2_100_000, chunked=True), "the reply has more than 2 MB"),
    "unpacks beyond all bounds": (Answer(BOMB, headers={"Content-Encoding": "gzip"}), "the reply has more than 2 MB"),
}


@pytest.mark.parametrize("fault", FINAL)
def test_fault_that_no_repeat_mends_is_told_at_once(
    server: Server, fetcher: Fetcher, waits: list[float], fault: str
) -> None:
    answer, told = FINAL[fault]
    server.scripts["/data"] = answer
    said = refused(fetcher, ask(server))
    assert told.partition(";")[0] in said
    assert told.partition("; ")[2] in said
    assert waits == []


def test_decompression_bomb_is_stopped_by_its_ratio(server: Server, fetcher: Fetcher) -> None:
    server.scripts["/data"] = Answer(BOMB, headers={"Content-Encoding": "gzip"})
    roomy = publisher(server, most_bytes=100_000_000)
    assert "grows to more than 200 times its size" in refused(fetcher, ask(server, publisher=roomy))


def test_broken_compression_is_told(server: Server, fetcher: Fetcher) -> None:
    server.scripts["/data"] = Answer(zlib.compress(b"x" * 500)[:20], headers={"Content-Encoding": "gzip"})
    assert "cannot be unpacked after 3 tries" in refused(fetcher, ask(server))


def test_server_that_never_answers_is_given_up(server: Server, waits: list[float]) -> None:
    server.scripts["/data"] = Answer(b"", delay=0.6)
    with Fetcher(policy=Policy(attempts=2), sleep=waits.append) as fetcher:
        hasty = ask(server, publisher=publisher(server, read_seconds=0.2))
        assert "no answer within the time limit after 2 tries" in refused(fetcher, hasty)


def test_nobody_listening(server: Server, fetcher: Fetcher) -> None:
    server.close()
    assert "no connection after 3 tries" in refused(fetcher, ask(server))


def test_address_that_is_none(server: Server, fetcher: Fetcher) -> None:
    told = ask(server, url="htp:/nowhere")
    with pytest.raises(FetchError, match=r"the address is none .*TRADECHECK_ADDRESS_"):
        fetcher.get(told)


def test_time_spent_on_all_tries_is_bounded(server: Server) -> None:
    server.scripts["/data"] = Answer(b"", 503, {"Retry-After": "100"})
    waits: list[float] = []

    def slept(seconds: float) -> None:
        waits.append(seconds)

    with Fetcher(policy=Policy(attempts=50, total_seconds=0.05), sleep=slept) as fetcher:
        began = time.monotonic()
        refused(fetcher, ask(server))
    assert time.monotonic() - began < 5
    assert len(waits) < 3


# --- keys ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        Answer(f"error: key {SECRET} is unknown".encode(), 400, {"Content-Type": "text/plain"}),
        Answer(b"", 503),
        Answer(before=True),
        Answer(status=302, headers={"Location": f"https://evil.example/?key={SECRET}"}),
        Answer(status=302, headers={"Location": f"http://{SECRET}.example/"}),
    ],
    ids=["quoted in a body", "status", "reset", "in a redirect", "in a host"],
)
def test_keys_stay_out_of_errors_and_logs(
    server: Server, fetcher: Fetcher, caplog: pytest.LogCaptureFixture, answer: Answer
) -> None:
    caplog.set_level(logging.DEBUG)
    server.scripts["/data"] = answer
    keyed = ask(server, params=(("get", "A"),), secret_params={"key": SECRET}, secret_headers={"X-Key": SECRET})
    told = refused(fetcher, keyed)
    assert server.asked[0].query["key"] == SECRET
    assert server.asked[0].headers["X-Key"] == SECRET
    logged = "\n".join(f"{record.getMessage()} {record.args} {record.exc_text}" for record in caplog.records)
    assert "get=A" in told
    assert SECRET not in told + logged + repr(keyed) + repr(fetcher)
    if answer.status == 400:
        assert "GET /data?get=A" in logged, "the library's own log is there, without the key"


def test_keys_of_others_are_hidden_by_the_name_of_their_parameter(fetcher: Fetcher) -> None:
    said = fetcher.hidden("GET /api?UserID=ABC-1&x=1&api_key=zzz&Subscription-Key=q")
    assert said == "GET /api?UserID=…&x=1&api_key=…&Subscription-Key=…"


def test_redirect_carries_no_key_in_its_address(server: Server, fetcher: Fetcher) -> None:
    server.scripts["/data"] = Answer(status=301, headers={"Location": "/moved"})
    server.scripts["/moved"] = GOOD
    fetcher.get(ask(server, secret_params={"key": SECRET}))
    assert "key" not in server.of("/moved")[0].query
