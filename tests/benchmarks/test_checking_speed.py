"""How fast and in how much memory figures are checked: a million at once, ten thousand again after a new vintage.

What belongs here: wall time and memory of `check_figures` on the embedded snapshot. The figures are of every kind, with
ever other partners, years, amounts and wordings, so that questions differ as they do in an archive.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from transforms import schemas
from transforms.checks import check_figures
from transforms.series.partners import partners
from warehouse import snapshot

ROOT = Path(__file__).parents[2]
PARTNERS = ["KR", "CN", "JP", "CA", "MX", "DE", "GB", "TW", "IN", "VN", "FR", "IT", "BR", "NL", "CH", "IE", "TH", "MY"]
PARTNERS += ["SG", "BE", "AU", "IL", "CO", "ES", "TR"]
SHAPES = (
    # kind, unit, flow, sign, direction, hedge, value, precision, scope
    ("level", "usd", "balance", "deficit", None, "exact", 27.6e9, 1e8, "goods"),
    ("level", "usd", "exports", "none", None, "about", 42.3e9, 1e8, "goods"),
    ("level", "usd", "imports", "none", None, "more_than", 69.9e9, 1e8, "goods"),
    ("level", "usd", "balance", "deficit", None, "exact", 17e9, 1e9, "unknown"),
    ("change_abs", "usd", "imports", "none", "up", "nearly", 20e9, 1e9, "goods"),
    ("change_pct", "percent", "exports", "none", "down", "exact", 2.7, 0.1, "goods"),
    ("ratio", "ratio", "balance", "deficit", "up", "exact", 2.0, None, "goods"),
    ("share", "percent", "total", "none", None, "about", 3.0, 1.0, "goods"),
    ("rank", "rank", "exports", "none", None, "exact", 7.0, None, "goods"),
    ("direction", "direction", "exports", "none", "down", "exact", None, None, "goods"),
)


def many(count: int) -> pl.DataFrame:
    """`count` figures: each shape with each partner, year and publication year, at ever other amounts."""
    n = pl.int_range(count, eager=True)
    shape = pl.DataFrame(
        SHAPES,
        schema=["kind", "unit", "flow", "sign", "direction", "hedge", "value", "precision", "scope"],
        orient="row",
    )
    rows = pl.DataFrame({"n": n}).with_columns(
        partner=pl.Series(PARTNERS).gather(n // len(SHAPES) % len(PARTNERS)),
        year=1990 + n // 250 % 33,
        pub=n // 8250 % 3,
        stretch=0.5 + (n % 9973) / 9973,
    )
    frame = pl.concat([rows, shape[n % len(SHAPES)]], how="horizontal")
    return schemas.FIGURES.conform(
        frame.select(
            "kind",
            "unit",
            "flow",
            "sign",
            "direction",
            "hedge",
            "precision",
            "scope",
            "partner",
            figure_id=pl.format("f{}", "n"),
            article_id=pl.format("a{}", pl.col("n") // 10),
            published_on=pl.date(pl.col("year") + 1 + pl.col("pub"), 3, 15),
            start_char=pl.lit(0),
            end_char=pl.lit(5),
            quote=pl.lit("27.6 billion"),
            sentence=pl.lit("A sentence."),
            value=pl.when(pl.col("kind") == "rank").then("value").otherwise(pl.col("value") * pl.col("stretch")),
            basis=pl.lit("unknown"),
            adjustment=pl.lit("unknown"),
            reporter=pl.lit("US"),
            period=pl.col("year").cast(pl.String),
            base_period=pl.when(pl.col("kind").is_in(["change_abs", "change_pct", "ratio", "direction"])).then(
                (pl.col("year") - 1).cast(pl.String)
            ),
            status=pl.lit("actual"),
            quoted=pl.lit(False),
        )
    )


def measure(count: int) -> dict[str, float]:
    """Seconds of the check alone, and the peak resident memory of the process in GB, series included."""
    held = [snapshot.load(name) for name in ("observations", "statements")]
    figures = many(count)
    started = time.perf_counter()
    checks = check_figures(figures, *held, partners(), snapshot.load("vintages"))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    return {
        "seconds": seconds,
        "gigabytes": peak,
        "rows": checks.height,
        "computed": checks["computed_value"].count() / checks.height,
    }


def in_a_process(count: int) -> dict[str, float]:
    """`measure` in a process of its own, so that its peak memory is its own."""
    code = f"import runpy, json; print(json.dumps(runpy.run_path({str(Path(__file__))!r})['measure']({count})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


@pytest.mark.slow
def test_a_million_figures() -> None:
    told = in_a_process(1_000_000)
    assert told["rows"] == 1_000_000
    assert told["computed"] > 0.8
    assert told["seconds"] < 60, told
    assert told["gigabytes"] < 3, told


def test_ten_thousand_again_after_a_new_vintage() -> None:
    told = in_a_process(10_000)
    assert told["rows"] == 10_000
    assert told["seconds"] < 3, told


def test_one_article() -> None:
    figures = many(50)
    held = [snapshot.load(name) for name in ("observations", "statements")]
    others = [partners(), snapshot.load("vintages")]
    check_figures(figures, *held, *others)
    started = time.perf_counter()
    checks = check_figures(figures, *held, *others)
    assert checks.height == 50
    assert date(1991, 3, 15) in figures["published_on"].to_list()
    assert time.perf_counter() - started < 0.5
