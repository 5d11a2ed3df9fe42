"""How long all suites take on the embedded data, import and all, and the central one on a million checks.

What belongs here: seconds and memory of `expectations.runner`, in a process of its own. Held to the bound is the lesser
of wall and processor seconds: a busy machine stretches the one, two cores the other.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow

SERIES = """
import json, resource, time
from warehouse.snapshot import load
from transforms.series.partners import partners
frames = {name: load(name) for name in ("observations", "statements", "vintages", "documents")}
frames["partners"] = partners()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started, worked = time.perf_counter(), time.process_time()
from expectations.runner import run_suite
results = [run_suite(name, frames[name], context=frames) for name in frames]
seconds, processor = time.perf_counter() - started, time.process_time() - worked
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({
    "seconds": seconds,
    "processor": processor,
    "gigabytes": after / 1e6,
    "more_gigabytes": (after - before) / 1e6,
    "ran": sum(len(result.results) for result in results),
    "failed": [each.id for result in results for each in result.results if not each.success],
}))
"""

MILLION = """
import json, resource, time
import polars as pl
from transforms.schemas import ARTICLES, CHECKS, DOCUMENTS, FIGURES
count = 1_000_000
number = pl.int_range(count, eager=True)
name = pl.format("f{}", pl.col("number"))
outside = pl.col("number") % 20 == 0
rows = pl.DataFrame({"number": number})
checks = CHECKS.conform(rows.select(
    figure_id=name,
    verdict=pl.when(outside).then(pl.lit("outside_tolerance")).otherwise(pl.lit("within_tolerance")),
    formula=pl.lit("level"), published_value=-2.76e10 - pl.col("number"),
    computed_value=pl.when(outside).then(-2.3e10).otherwise(-2.76e10) - pl.col("number"),
    tolerance_low=-2.765e10 - pl.col("number"), tolerance_high=-2.755e10 - pl.col("number"),
    difference=pl.when(outside).then(-4.6e9).otherwise(0.0), computed_basis=pl.lit("goods, Census basis"),
    vintage=pl.lit("census_country 2018-10"), internal_check=pl.lit("none"),
    explanation=pl.format("Published: {}.", name), sql=pl.format("select {}", pl.col("number")),
))
figures = FIGURES.conform(rows.select(
    figure_id=name, article_id=pl.format("a{}", pl.col("number") // 20), start_char=pl.lit(0), end_char=pl.lit(13),
    quote=pl.lit("$27.6 billion"), sentence=pl.lit("s"), kind=pl.lit("level"), value=2.76e10 + pl.col("number"),
    unit=pl.lit("usd"), precision=pl.lit(1e8), hedge=pl.lit("exact"), flow=pl.lit("balance"), sign=pl.lit("deficit"),
    scope=pl.lit("goods"), basis=pl.lit("unknown"), adjustment=pl.lit("unknown"), reporter=pl.lit("US"),
    partner=pl.lit("KR"), period=pl.lit("2016"), status=pl.lit("actual"), quoted=pl.lit(False),
))
articles = ARTICLES.conform(figures.select("article_id").unique().with_columns(
    article_version=pl.lit(1), title=pl.lit("Deficit"), text=pl.lit("t"), document_id=pl.lit("d1")))
context = {"figures": figures, "articles": articles, "documents": DOCUMENTS.empty(),
           "reproduced": checks.select("figure_id", value="computed_value")}
started, worked = time.perf_counter(), time.process_time()
from expectations.runner import run_suite
result = run_suite("checks", checks, context=context)
print(json.dumps({
    "seconds": time.perf_counter() - started,
    "processor": time.process_time() - worked,
    "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    "failed": {each.id: each.unexpected for each in result.results if not each.success},
}))
"""


def run(code: str) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert ran.returncode == 0, ran.stderr
    measured: dict[str, Any] = json.loads(ran.stdout)
    return measured


def test_suites_of_the_embedded_series() -> None:
    measured = run(SERIES)
    assert measured["ran"] == 44
    assert measured["failed"] == []
    assert min(measured["seconds"], measured["processor"]) < 8, measured
    assert measured["gigabytes"] < 1.5, measured


def test_a_million_checks() -> None:
    measured = run(MILLION)
    assert measured["failed"] == {"published_within_tolerance": 50_000}
    assert min(measured["seconds"], measured["processor"]) < 30, measured
    assert measured["gigabytes"] < 1.5, measured
