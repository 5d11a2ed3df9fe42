"""The Data Docs in a real headless browser with no network: what they show, in light and dark, wide and narrow."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import zlib
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from expectations import docs
from expectations.suite import Result, SuiteResult

BROWSER = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--proxy-server=127.0.0.1:9",  # nobody listens there: no request can leave
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed"),
]

PLANTED = "<script>document.title='planted'</script><img src=x onerror=\"document.title='planted'\">"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs")
    failing = pl.DataFrame(
        {
            "figure_id": ["4ae7255a09b670a0"],
            "article": [f"Gap widens {PLANTED}"],
            "quote": ["$27.6 billion"],
            "published_value": [-27.6e9],
            "computed_value": [-23.118e9],
            "computed_basis": ["goods, Census basis, not seasonally adjusted"],
            "vintage": ["census_country 2018-10"],
            "explanation": ["Published a deficit of 27.6 billion; computed 23.1 billion."],
        }
    )
    finding = Result(
        id="published_within_tolerance",
        table="checks",
        success=False,
        severity="warning",
        title="Published figures are within tolerance of the computed ones",
        note="The interval is what the printed number could have been rounded from.",
        observed="1 of 9 rows fail",
        expected="computed_value lies between tolerance_low and tolerance_high",
        failing=failing,
        checked=9,
        unexpected=1,
        type="expect_published_within_tolerance_of_computed",
    )
    ran_at = datetime(2026, 3, 1, tzinfo=UTC)
    docs.write_docs(
        [SuiteResult("checks", "Published against computed", "Figures.", ran_at, 0.1, 9, [finding])], folder
    )
    return folder / "checks.html"


def browse(*options: str, page: Path, profile: Path) -> str:
    command = [str(BROWSER), *QUIET, f"--user-data-dir={profile}", *options, page.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def colours(png: bytes) -> tuple[int, int, set[bytes]]:
    """Width, height and the distinct colours of a screenshot (8-bit RGB or RGBA, as Chromium writes them)."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    size = {2: 3, 6: 4}[kind]
    data, at = b"", 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += 12 + length
    rows, before = zlib.decompress(data), bytearray(width * size)
    found: set[bytes] = set()
    for number in range(height):
        start = number * (width * size + 1)
        before = unfiltered(rows[start], bytearray(rows[start + 1 : start + 1 + width * size]), before, size)
        found |= {bytes(before[pixel : pixel + 3]) for pixel in range(0, width * size, size)}
    return width, height, found


def unfiltered(kind: int, row: bytearray, above: bytearray, size: int) -> bytearray:
    """One row of a PNG with its filter undone (sections 9.2 to 9.4 of the PNG specification)."""
    for at in range(len(row)):
        left, corner = (row[at - size], above[at - size]) if at >= size else (0, 0)
        guess = (0, left, above[at], (left + above[at]) // 2, paeth(left, above[at], corner))[kind]
        row[at] = (row[at] + guess) % 256
    return row


def paeth(left: int, above: int, corner: int) -> int:
    estimate = left + above - corner
    return min((left, above, corner), key=lambda value: abs(estimate - value))


def test_the_rendered_page_shows_the_failing_figure_and_runs_nothing(page: Path, tmp_path: Path) -> None:
    dom = browse("--dump-dom", page=page, profile=tmp_path)
    text = re.sub(r"<[^>]+>", " ", dom.split("</style>")[1])
    for shown in (
        "$27.6 billion",
        "−27.6 bn",
        "−23.118 bn",
        "census_country 2018-10",
        "! finding",
        "Published a deficit",
    ):
        assert shown in text
    assert "<title>Published against computed: expectations</title>" in dom
    assert "&lt;script&gt;" in dom
    assert "<script" not in dom
    assert "<img" not in dom


@pytest.mark.parametrize(
    ("mode", "width", "ground", "mark"),
    [("light", 1200, "fbfbf9", "7a4b00"), ("dark", 1200, "16181b", "f0c674"), ("light", 420, "fbfbf9", "7a4b00")],
)
def test_the_page_is_styled_with_no_network(
    page: Path, tmp_path: Path, mode: str, width: int, ground: str, mark: str
) -> None:
    picture = tmp_path / "page.png"
    scheme = f"--blink-settings=preferredColorScheme={0 if mode == 'dark' else 1}"
    browse(f"--screenshot={picture}", f"--window-size={width},700", scheme, page=page, profile=tmp_path / "profile")
    shown_width, height, found = colours(picture.read_bytes())
    assert (shown_width, height) == (width, 700)
    assert bytes.fromhex(ground) in found, "the page's ground comes from its own style sheet"
    assert bytes.fromhex(mark) in found, "a finding is marked at the edge of its card"
    assert len(found) > 20, "text is drawn"
