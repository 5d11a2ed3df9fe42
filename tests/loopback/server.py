"""A publisher on loopback: real sockets, scripted replies, and a record of what was asked."""

from __future__ import annotations

import gzip
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from orchestration.clients.publishers import Publisher


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    at: float


@dataclass(frozen=True)
class Answer:
    """One reply as the server gives it; `cut` breaks the connection after so many bytes of the body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    delay: float = 0.0
    before: bool = False  # reset before anything is said
    length: int | None = None  # what Content-Length says, if not the truth
    chunked: bool = False


Script = Callable[[Asked], Answer] | list[Answer] | Answer


class Server:
    """Answers each path by its script: one answer always, or a list whose last one repeats, or a function."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}
        self.asked: list[Asked] = []
        self._at: dict[str, int] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def of(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        asked = Asked(parts.path, dict(parse_qsl(parts.query)), dict(handler.headers.items()), time.monotonic())
        self.asked.append(asked)
        script = self.scripts.get(parts.path, Answer(b"<html>nothing here</html>", 404, {"Content-Type": "text/html"}))
        if callable(script):
            answer = script(asked)
        elif isinstance(script, list):
            at = self._at.get(parts.path, 0)
            self._at[parts.path] = at + 1
            answer = script[min(at, len(script) - 1)]
        else:
            answer = script
        self._say(handler, answer)

    def _say(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        if answer.before:
            _reset(handler)
            return
        if answer.delay:
            time.sleep(answer.delay)
        handler.send_response(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        if answer.chunked:
            handler.send_header("Transfer-Encoding", "chunked")
        else:
            handler.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
        handler.end_headers()
        body = answer.body if answer.cut is None else answer.body[: answer.cut]
        if answer.chunked:
            body = f"{len(answer.body):x}\r\n".encode() + body + (b"" if answer.cut is not None else b"\r\n0\r\n\r\n")
        handler.wfile.write(body)
        if answer.cut is not None:
            handler.wfile.flush()
            _reset(handler)


def _reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.close_connection = True
    handler.connection.close()


def gzipped(data: bytes, **headers: str) -> Answer:
    return Answer(gzip.compress(data), headers={"Content-Encoding": "gzip", **headers})


SECRET = "planted-key-0123456789abcdef"  # noqa: S105 — planted, to be looked for


def publisher(server: Server, source: str = "census_country", **changes: Any) -> Publisher:
    given: dict[str, Any] = {
        "source": source,
        "address": server.url,
        "key": None,
        "seconds_between": 0.0,
        "read_seconds": 1.0,
        "most_bytes": 2_000_000,
        "title": source,
    }
    return Publisher(**given | changes)
