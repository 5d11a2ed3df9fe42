"""Fetching over HTTP: the one place where a request leaves this machine, and where its bytes are let in or refused.

What belongs here: sessions, time limits, repeats, pace, redirects, size limits, conditional requests, and keeping keys
out of everything that can be read later. What does not: which address holds what (a module a publisher beside this
one), and what the bytes mean (`transforms.series`).

A fetch ends in a `Reply` whose body is whole and looks like what was asked for, or in a `FetchError` of one line that
names the source, the request (without keys) and what to do. Proxies and certificates come from the usual environment
variables, which requests reads itself.
"""

from __future__ import annotations

import logging
import re
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import IO, Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

import requests
import tenacity
import urllib3
from pyrate_limiter import InMemoryBucket, Limiter, Rate
from pyrate_limiter.limiter import SingleBucketFactory

from orchestration.clients.publishers import Publisher
from orchestration.errors import TradecheckError
from orchestration.plain import plain
from warehouse.archive import SECRET_PARAMETERS, without_secrets

CHUNK: Final = 64 * 1024
MOST_REDIRECTS: Final = 4
BOMB_FLOOR: Final = 8_000_000
BOMB_RATIO: Final = 200
"""A compressed reply that unpacks to more than 8 MB and 200 times its size is no statistics."""

PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses after which the same request can succeed."""


class FetchError(TradecheckError):
    """A publisher could not be asked, or its answer is not what was asked for; one line, no keys in it."""


class Refused(Exception):  # noqa: N818 — a verdict on a reply, raised by judges
    """What is wrong with a reply and what to do; `again` where the same request can succeed a little later."""

    def __init__(self, what: str, remedy: str, *, again: bool = False, wait_seconds: float | None = None) -> None:
        super().__init__(what)
        self.what, self.remedy, self.again, self.wait_seconds = what, remedy, again, wait_seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: status, headers in lower case, body as decoded from its transfer coding, when it came."""

    status: int
    headers: Mapping[str, str]
    data: bytes
    fetched_at: datetime

    @property
    def media_type(self) -> str:
        """`application/json`, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def etag(self) -> str | None:
        """The publisher's tag of these bytes."""
        return self.headers.get("etag")

    @property
    def last_modified(self) -> str | None:
        """When the publisher says that the file last changed."""
        return self.headers.get("last-modified")


Judge = Callable[[Reply], None]
"""Looks at a reply before it is archived; raises `Refused` where it is an error, a torn file or a page of HTML."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: address, parameters and headers, those with keys apart, the file name to archive it under, and what
    judges the reply. `etag` and `last_modified` of an earlier reply make it conditional.
    """

    publisher: Publisher
    url: str
    name: str
    judge: Judge
    params: tuple[tuple[str, str], ...] = ()
    secret_params: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    redirects: bool = True
    etag: str | None = None
    last_modified: str | None = None

    @property
    def shown(self) -> str:
        """The address with its parameters and without keys."""
        query = urlencode(self.params, safe=":,*")
        return without_secrets(f"{self.url}?{query}" if query else self.url)


@dataclass(frozen=True, slots=True)
class Policy:
    """How patient a fetch is."""

    connect_seconds: float = 10.0
    attempts: int = 5
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 120.0
    total_seconds: float = 900.0


class Fetcher:
    """One session: connections are kept, the pace of each host is held, keys are known so that they can be hidden."""

    def __init__(
        self,
        secrets: Collection[str] = (),
        *,
        contact: str | None = None,
        policy: Policy | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.policy = policy or Policy()
        self._secrets = tuple(sorted((secret for secret in secrets if secret), key=len, reverse=True))
        self._sleep = sleep
        self._pace: dict[str, Limiter] = {}
        self._session = requests.Session()
        self._session.headers["User-Agent"] = user_agent(contact)
        self._hush = _Hush(self.hidden)
        for logger in _LOGGERS:
            logger.addFilter(self._hush)

    def close(self) -> None:
        """Give back connections and the filter on the libraries' logs."""
        self._session.close()
        for logger in _LOGGERS:
            logger.removeFilter(self._hush)

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def hidden(self, text: str) -> str:
        """`text` on one line without any key: known keys wherever they stand, and values of parameters for keys."""
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return _KEY_IN_TEXT.sub(r"\1…", plain(text))

    def get(self, ask: Ask) -> Reply:
        """The judged reply to `ask`; status 304 with an empty body where it was conditional and nothing changed.

        Raises:
            FetchError: the last of a bounded number of tries failed, or the first one in a way that no repeat mends.
        """
        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, Refused) and error.again),
            stop=tenacity.stop_after_attempt(self.policy.attempts)
            | tenacity.stop_before_delay(self.policy.total_seconds),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return tries(self._once, ask)
        except Refused as refused:
            tried = tries.statistics.get("attempt_number", 1)
            after = f" after {tried} tries" if tried > 1 else ""
            told = f"{ask.publisher.source}: {refused.what}{after} ({ask.shown}); {refused.remedy}"
            raise FetchError(self.hidden(told)) from None  # the cause quotes the address, and the address the key

    def _wait(self, state: tenacity.RetryCallState) -> float:
        """What the publisher asks for, else exponentially longer with jitter."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Refused) and error.wait_seconds is not None:
            return error.wait_seconds
        first = self.policy.first_wait_seconds
        jittered = tenacity.wait_exponential(multiplier=first, max=60.0) + tenacity.wait_random(0, first)
        return float(jittered(state))

    def _once(self, ask: Ask) -> Reply:
        try:
            reply = self._followed(ask)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise _of_transport(error) from None
        self._status(ask, reply)
        if reply.status != 304:
            ask.judge(reply)
        return reply

    def _followed(self, ask: Ask) -> Reply:
        """The reply at the end of at most a few redirects, none of which leaves the site."""
        url: str | None = ask.url
        for hop in range(MOST_REDIRECTS + 1):
            with self._answer(ask, url or "", first=hop == 0) as response:
                target = response.headers.get("location") if response.is_redirect and ask.redirects else None
                if target is None:
                    return self._body(ask, response)
                url = _same_site(url or "", target)
        raise Refused(f"more than {MOST_REDIRECTS} redirects", "the address is wrong or the site is in disorder")

    @contextmanager
    def _answer(self, ask: Ask, url: str, *, first: bool) -> Iterator[requests.Response]:
        self._keep_pace(url, ask.publisher.seconds_between)
        conditions = {"If-None-Match": ask.etag, "If-Modified-Since": ask.last_modified}
        headers = {name: value for name, value in conditions.items() if value} | dict(ask.secret_headers)
        response = self._session.get(
            url,
            params=[*ask.params, *ask.secret_params.items()] if first else None,
            headers=headers,
            timeout=(self.policy.connect_seconds, ask.publisher.read_seconds),
            allow_redirects=False,
            stream=True,
        )
        try:
            yield response
        finally:
            response.close()

    def _keep_pace(self, url: str, seconds: float) -> None:
        if seconds <= 0:
            return
        host = urlsplit(url).netloc
        if host not in self._pace:
            bucket = InMemoryBucket([Rate(1, int(seconds * 1000))])
            self._pace[host] = Limiter(SingleBucketFactory(bucket, schedule_leak=False))
        self._pace[host].try_acquire(host)

    def _body(self, ask: Ask, response: requests.Response) -> Reply:
        """The whole body by way of a temporary file, within the size limit."""
        headers = {name.lower(): value for name, value in response.headers.items()}
        declared = headers.get("content-length", "")
        if declared.isdigit() and int(declared) > ask.publisher.most_bytes:
            raise _too_large(int(declared), ask.publisher)
        began = time.monotonic()
        with tempfile.SpooledTemporaryFile(max_size=4_000_000) as file:
            for chunk in response.iter_content(CHUNK):
                file.write(chunk)
                self._within_limits(ask, response, file, time.monotonic() - began)
            file.seek(0)
            data = file.read()
        _whole(declared, headers, data)
        return Reply(response.status_code, headers, data, datetime.now(UTC))

    def _within_limits(self, ask: Ask, response: requests.Response, file: IO[bytes], seconds: float) -> None:
        size, packed = file.tell(), response.raw.tell()
        if size > ask.publisher.most_bytes:
            raise _too_large(size, ask.publisher)
        if size > BOMB_FLOOR and packed and size > BOMB_RATIO * packed:
            raise Refused(
                f"a compressed reply grows to more than {BOMB_RATIO} times its size",
                "nothing was kept; look at the address in a browser",
            )
        if seconds > self.policy.total_seconds:
            raise Refused(f"the reply was not complete after {seconds:.0f} s", "try again later", again=True)

    def _status(self, ask: Ask, reply: Reply) -> None:
        status = reply.status
        if status in (200, 204) or (status == 304 and (ask.etag or ask.last_modified)):
            return
        if status in PASSING:
            wait = retry_after(reply)
            if wait is not None and wait > self.policy.longest_wait_seconds:
                raise Refused(f"HTTP {status}, asks to wait {wait:.0f} s", "run again after that")
            remedy = "too many requests; run again later" if status == 429 else "the publisher is in trouble; run later"
            raise Refused(f"HTTP {status}{_said(reply)}", remedy, again=True, wait_seconds=wait)
        if 300 <= status < 400:
            ask.judge(reply)  # a publisher that answers bad keys with a redirect says so in its own judge
            raise Refused(f"HTTP {status}, a redirect where none is expected", "check the address")
        ask.judge(reply)
        remedy = _REMEDIES.get(status, "the request is wrong for this publisher; check address and parameters")
        raise Refused(f"HTTP {status}{_said(reply)}", remedy)


_REMEDIES: Final = {
    401: "the key is missing or not accepted; check it",
    403: "access is refused: the key is not accepted, its quota is used up, or the User-Agent is blocked",
    404: "nothing is at this address; the publisher may have moved it: set TRADECHECK_ADDRESS_… or wait for an update",
    410: "the publisher withdrew it",
}


def user_agent(contact: str | None) -> str:
    """`tradecheck/0.1.0 (checks published trade figures; contact …)`: who asks, why, and whom to write to."""
    whom = f"; contact {plain(contact)}" if contact else ""
    return f"tradecheck/{version('tradecheck')} (checks published trade figures{whom})".encode(
        "latin-1", "replace"
    ).decode("latin-1")


def retry_after(reply: Reply, now: datetime | None = None) -> float | None:
    """Seconds that `Retry-After` asks to wait, given as seconds or as a date (RFC 9110); None where it says nothing."""
    said = reply.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def _same_site(url: str, target: str) -> str:
    """The absolute target of a redirect from `url`, if it stays on the site and on https."""
    absolute = urljoin(url, target)
    old, new = urlsplit(url), urlsplit(absolute)
    if new.scheme not in ("http", "https") or (old.scheme == "https" and new.scheme != "https"):
        raise Refused(f"a redirect to {new.scheme or 'nothing'}:", "nothing was followed; check the address")
    if _site(old.hostname) != _site(new.hostname):
        raise Refused(
            f"a redirect to another site ({new.hostname})",
            "nothing was followed; if it moved, set TRADECHECK_ADDRESS_…",
        )
    if _site(old.hostname) == old.hostname and old.port != new.port and _IS_ADDRESS.fullmatch(old.hostname or ""):
        raise Refused("a redirect to another port", "nothing was followed; check the address")
    return absolute


_IS_ADDRESS: Final = re.compile(r"[\d.]+|.*:.*|localhost")


def _site(host: str | None) -> str:
    """What owns a host: the last two labels of its name (`www.census.gov` → `census.gov`), or the whole address."""
    name = (host or "").lower().rstrip(".")
    return name if _IS_ADDRESS.fullmatch(name) else ".".join(name.split(".")[-2:])


def _too_large(size: int, publisher: Publisher) -> Refused:
    return Refused(
        f"the reply has more than {publisher.most_bytes / 1e6:.0f} MB ({size / 1e6:.0f} MB)",
        "nothing was kept; look at the address in a browser",
    )


def _whole(declared: str, headers: Mapping[str, str], data: bytes) -> None:
    """A body shorter than announced is torn; where it was compressed, the decoder has noticed already."""
    if declared.isdigit() and "content-encoding" not in headers and len(data) != int(declared) and data:
        raise Refused(f"only {len(data)} of {declared} bytes came", "the connection is unstable; run again", again=True)


def _said(reply: Reply) -> str:
    """The first words of an error's text, where it is text and not a page."""
    if reply.media_type not in ("text/plain", "application/json"):
        return ""
    text = reply.data[:300].decode("utf-8", "replace").strip()
    return f" ({text})" if text else ""


def _of_transport(error: Exception) -> Refused:
    """A failure below HTTP, without the address that the libraries put into their messages."""
    for kinds, what, remedy, again in _TRANSPORT:
        if isinstance(error, kinds):
            return Refused(what, remedy, again=again)
    return Refused(f"the request failed ({type(error).__name__})", "check the address and the network")


_ONLINE: Final = "check that this machine is online"
_TRANSPORT: Final[tuple[tuple[Any, str, str, bool], ...]] = (
    (requests.exceptions.SSLError, "its certificate is not accepted", "check clock and REQUESTS_CA_BUNDLE", False),
    (requests.exceptions.ProxyError, "the proxy refuses", "check HTTPS_PROXY and NO_PROXY", True),
    (requests.exceptions.ConnectTimeout, "no connection within the time limit", _ONLINE, True),
    (
        requests.exceptions.ReadTimeout,
        "no answer within the time limit",
        "the publisher is slow; run again later",
        True,
    ),
    (requests.exceptions.ContentDecodingError, "a compressed reply that cannot be unpacked", "run again later", True),
    (requests.exceptions.ChunkedEncodingError, "the connection broke off in the middle", "run again later", True),
    (requests.exceptions.ConnectionError, "no connection", _ONLINE, True),
    (
        (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema),
        "the address is none",
        "check TRADECHECK_ADDRESS_…",
        False,
    ),
    ((urllib3.exceptions.HTTPError, OSError), "the connection broke off", _ONLINE, True),
)

_KEY_IN_TEXT: Final = re.compile(rf"(?i)\b((?:{'|'.join(sorted(map(re.escape, SECRET_PARAMETERS)))})=)[^&\s'\"]+")

_LOGGERS: Final = tuple(logging.getLogger(name) for name in ("urllib3.connectionpool", "urllib3.util.retry"))
"""The libraries' loggers that quote whole addresses."""


class _Hush(logging.Filter):
    """Takes keys out of the libraries' log records."""

    def __init__(self, hidden: Callable[[str], str]) -> None:
        super().__init__()
        self.hidden = hidden

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self.hidden(record.getMessage()), ()
        return True
