"""How long the nine country workbooks take from archived bytes to the lake, and that no decimal is lost on the way.

What belongs here: time, memory and fidelity of the whole way: laid out as the Census Bureau lays them out, fetched
from a server on loopback by the real client, archived, read, written as observations, equal to the embedded ones.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from orchestration.clients import census_workbook
from orchestration.clients.http import Fetcher, Policy
from orchestration.clients.keeping import keep
from orchestration.io import Lake
from orchestration.live import SOURCES
from orchestration.readings import Readings
from tests.loopback.server import Answer, Server, publisher
from tests.loopback.workbooks import country_workbook, workbook
from transforms.schemas import OBSERVATIONS
from warehouse import snapshot
from warehouse.archive import Archive
from warehouse.ledger import Ledger

ROOT = Path(__file__).parents[2]
MOST_SECONDS, MOST_BYTES = 60.0, 2_000_000_000
DESCRIBED = [name for name in OBSERVATIONS.schema.names() if name not in ("vintage", "document_id")]


def laid_out(vintage: pl.DataFrame) -> bytes:
    """One embedded vintage as the workbook that it once was."""
    code = pl.col("series_id").str.head(4).alias("code")
    year = pl.col("period").str.head(4).cast(pl.Int32).alias("year")
    months = vintage.filter(frequency="M").select(
        code,
        code.alias("name"),
        "flow",
        year,
        pl.col("period").str.slice(5).cast(pl.Int32).alias("month"),
        usd="value_usd",
    )
    years = vintage.filter(frequency="A").select(code, "flow", year, usd="value_usd")
    return workbook(country=country_workbook(months, years))


def released(vintage: pl.DataFrame) -> str:
    """A time stamp after the vintage's last month, as the server would send it."""
    last = vintage["period_start"].max()
    day = datetime(last.year + last.month // 11, (last.month + 1) % 12 + 1, 7, 13, 30, tzinfo=UTC)
    return f"{day:%a, %d %b %Y %H:%M:%S} GMT"


def held(vintage: str) -> pl.DataFrame:
    return snapshot.load("observations", source=["census_country"], vintage=[vintage])


def archived(folder: Path) -> list[str]:
    """All nine workbooks fetched into an archive under `folder`, oldest first; their names."""
    server, archive, ledger = Server(), Archive(folder), Ledger(folder)
    names = snapshot.load("vintages", source=["census_country"])["vintage"].sort().to_list()
    of = publisher(server, address=f"{server.url}/country.xlsx", read_seconds=30.0, most_bytes=60_000_000)
    with Fetcher(policy=Policy(attempts=1)) as fetcher:
        for name in names:
            vintage = held(name)
            server.scripts["/country.xlsx"] = Answer(laid_out(vintage), headers={"Last-Modified": released(vintage)})
            kept = keep(census_workbook.asks(of), fetcher, archive, ledger)
            assert (len(kept.new), kept.failures) == (1, [])
    server.close()
    return names


def load(folder: Path) -> dict[str, float]:
    """From the archive to observations in the lake: seconds, rows, peak of memory in bytes; run in its own process."""
    began = time.perf_counter()
    source = {"census_country": SOURCES["census_country"]}
    readings = Readings(folder / "readings", Archive(folder), Ledger(folder), source, frozenset())
    lake = Lake(folder / "lake")
    lake.replace(OBSERVATIONS, readings.observations())
    seconds = time.perf_counter() - began
    assert readings.merged.failures == []
    rows = lake.scan(OBSERVATIONS).select(pl.len()).collect().item()
    return {"seconds": seconds, "rows": rows, "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


@pytest.mark.slow
def test_nine_workbooks_reach_the_lake_whole_and_in_time(tmp_path: Path) -> None:
    names = archived(tmp_path)
    told = subprocess.run(
        [sys.executable, "-c", f"from tests.benchmarks.test_loading_speed import main; main({str(tmp_path)!r})"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(told.stdout.splitlines()[-1])
    lake = Lake(tmp_path / "lake")
    labels = sorted(lake.scan(OBSERVATIONS).select(pl.col("vintage").unique()).collect()["vintage"])
    assert len(labels) == len(names)
    months = 0
    for name, label in zip(names, labels, strict=True):
        key = ["series_id", "period"]
        before, after = (
            frame.select(DESCRIBED).sort(key)
            for frame in (held(name), lake.scan(OBSERVATIONS).filter(vintage=label).collect())
        )
        assert after.equals(before), name
        months += after.filter(frequency="M").height
    assert months == 1_636_032
    print(f"nine workbooks: {said['seconds']:.1f} s, {said['bytes'] / 1e9:.2f} GB, {said['rows']:,} rows")  # noqa: T201
    assert said["seconds"] < MOST_SECONDS
    assert said["bytes"] < MOST_BYTES


def main(folder: str) -> None:
    sys.stdout.write(json.dumps(load(Path(folder))) + "\n")
