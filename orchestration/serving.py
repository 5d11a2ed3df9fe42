"""The Dagster UI with its daemon, as one command that ends whole.

What belongs here: starting `dagster dev` on the home folder, saying where it answers, and ending both on Ctrl-C.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Final

from orchestration.errors import TradecheckError
from orchestration.settings import Settings, hand_on, prepare

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
READY_SECONDS: Final = 120.0
STOP_SECONDS: Final = 20.0


def serve(settings: Settings, host: str, port: int, *, verbose: bool, say: Callable[[str], None]) -> int:
    """Run until Ctrl-C, SIGTERM or the end of the server; its exit status, 0 when it was asked to end.

    Raises:
        TradecheckError: the port is taken, or the home folder cannot be used.
    """
    prepare(settings)
    hand_on(settings)
    chosen = _port(host, port)
    command = [sys.executable, "-m", "dagster", "dev", "-m", "orchestration.definitions", "-h", host, "-p", str(chosen)]
    command += ["--log-level", "info" if verbose else "warning"]
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _as_interrupt)  # SIGINT too: a shell starts background jobs with it ignored
    # A session of its own: Ctrl-C reaches us alone, and we end the server, its daemon and its code server once.
    with subprocess.Popen(  # noqa: S603 — our own interpreter and arguments
        command,
        start_new_session=True,
        stderr=None if verbose else subprocess.DEVNULL,
        stdout=None if verbose else subprocess.DEVNULL,
    ) as server:
        try:
            _announce(server, host, chosen, say)
            return server.wait()
        except KeyboardInterrupt:
            say("stopping")
            return 0
        finally:
            _end(server)


def _port(host: str, port: int) -> int:
    """`port`, or a free one for 0; refused early where it is taken, before a long start."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise TradecheckError(f"{host}:{port}: {reason}; choose another with --port (0: any free one)") from error
        return int(probe.getsockname()[1])


def _announce(server: subprocess.Popen[bytes], host: str, port: int, say: Callable[[str], None]) -> None:
    """Say where the server is as soon as it answers."""
    say("starting the Dagster UI and its daemon …")
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection((host if host not in ("0.0.0.0", "::") else "127.0.0.1", port), 1).close()  # noqa: S104
        except OSError:
            time.sleep(0.2)
            continue
        shown = f"[{host}]" if ":" in host else host
        say(f"the Dagster UI is at http://{shown}:{port}  (Ctrl-C stops it)")
        return
    if server.poll() is not None:
        raise TradecheckError("the Dagster UI did not start; `tradecheck -v ui` shows why")


def _as_interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _end(server: subprocess.Popen[bytes]) -> None:
    """Ask the server to end, which ends its children in order; whatever of them is left after that is killed."""
    with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            server.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
