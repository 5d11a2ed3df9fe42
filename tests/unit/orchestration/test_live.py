"""Live sources from the publisher's server to the lake: vintages, what stays in use when one fails, no key anywhere."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from orchestration import live, standing
from orchestration.assets import series, sources
from orchestration.build import LIVE, OFFLINE, build_defs
from orchestration.clients.http import Policy
from orchestration.io import Lake
from orchestration.resources import LakeIOManager, Rooms, home
from orchestration.settings import Network, Settings, hand_on, prepare
from tests.loopback.server import SECRET, Answer, Server
from tests.loopback.workbooks import country_workbook, workbook
from transforms.schemas import DOCUMENTS, OBSERVATIONS, STATEMENTS, TABLES, VINTAGES
from warehouse import snapshot
from warehouse.archive import Archive
from warehouse.build import build
from warehouse.connect import connect
from warehouse.ledger import Ledger

XLSX = {"Content-Type": "application/octet-stream"}
NOW = datetime(2026, 10, 7, 14, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def settings(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("TRADECHECK_HOME", "TRADECHECK_SAMPLES", "DAGSTER_HOME"):
        monkeypatch.setenv(name, "")
    network = Network(
        keys=dict.fromkeys(("census", "bea", "fred", "comtrade"), SECRET),
        addresses={name: f"{server.url}/{name}" for name in live.SOURCES},
        pace_seconds=0.0,
    )
    made = Settings(tmp_path, tmp_path / "dagster", samples=False, network=network)
    prepare(made)
    hand_on(made)
    return made


def small(table: str, **where: Any) -> pl.DataFrame:
    """A snapshot of one source alone."""
    asked = where | {"source": ["kosis"]} if table in ("observations", "vintages") else {"source": ["none"]}
    if where.get("source", ["kosis"]) != ["kosis"]:
        return TABLES[table].empty()
    return snapshot.load(table, **asked)


def run(
    settings: Settings, *, asking: bool = True, now: datetime = NOW, keeping_events: bool = False
) -> tuple[dg.ExecuteInProcessResult, list[str]]:
    """Sources and series materialized; and what was told of publishers that did not answer as they should."""
    quick = Policy(attempts=2, first_wait_seconds=0.0)
    rooms, lake = Rooms(load_snapshot=small, now=lambda: now, patience=quick), Lake(settings.lake)
    resources = {"home": home(settings, rooms, lake), "io_manager": LakeIOManager(lake)}
    assets = [sources.documents, series.statements, series.vintages, series.observations]
    kept = dg.DagsterInstance.from_config(str(settings.dagster_home)) if keeping_events else None
    with kept or dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [*(sources.asked_publishers if asking else []), *assets], instance=instance, resources=resources
        )
    checks = [found for found in result.get_asset_check_evaluations() if found.check_name == sources.ANSWERED]
    return result, [str(found.metadata["observed"].value) for found in checks if not found.passed]


def sheet(korea_exports: float = 5_000_000_123.0, last_month: int = 8, korea: str = "5800") -> bytes:
    rows = [
        {"code": code, "name": code, "flow": flow, "year": year, "month": month, "usd": usd}
        for code, usd in (("0015", 9e9), (korea, korea_exports))
        for flow in ("exports", "imports")
        for year, last in ((2025, 12), (2026, last_month))
        for month in range(1, last + 1)
    ]
    none = pl.DataFrame(schema={"code": pl.String, "flow": pl.String, "year": pl.Int64, "usd": pl.Float64})
    return workbook(country=country_workbook(pl.DataFrame(rows), none))


def of_workbook(settings: Settings) -> pl.DataFrame:
    return Lake(settings.lake).read(OBSERVATIONS).filter(source="census_country")


def labels(settings: Settings) -> list[str]:
    return Lake(settings.lake).read(VINTAGES).filter(source="census_country")["vintage"].sort().to_list()


def standing_of(settings: Settings, source: str) -> standing.Standing:
    vintages = Lake(settings.lake).read(VINTAGES)
    found = standing.standings(vintages, small("vintages"), Ledger(settings.archive), NOW.date())
    return next(one for one in found if one.source == source)


def test_live_run_makes_a_vintage_beside_the_embedded_ones(settings: Settings, server: Server) -> None:
    server.scripts["/census_country"] = Answer(
        sheet(), headers=XLSX | {"Last-Modified": "Tue, 06 Oct 2026 12:30:00 GMT"}
    )
    run(settings)
    (vintage,) = Lake(settings.lake).read(VINTAGES).filter(source="census_country").rows(named=True)
    assert (vintage["vintage"], vintage["released_on"], vintage["released_on_bound"]) == (
        "2026-10-06",
        date(2026, 10, 6),
        "exact",
    )
    rows = of_workbook(settings)
    assert rows.filter(partner="KR", flow="exports", period="2026-08")["value_usd"].item() == 5_000_000_123
    assert set(rows["vintage"]) == {"2026-10-06"}
    assert Lake(settings.lake).read(OBSERVATIONS).filter(source="kosis").height > 0
    known = Lake(settings.lake).read(DOCUMENTS)["document_id"]
    assert set(rows["document_id"]) <= set(known)
    assert str(standing_of(settings, "census_country")).startswith(
        "census_country   to 2026-08  known 2026-10-06, 1 days ago  fetched"
    )
    assert standing_of(settings, "kosis").embedded


def test_everything_can_be_made_again_from_the_archive_without_a_network(settings: Settings, server: Server) -> None:
    server.scripts["/census_country"] = Answer(sheet(), headers=XLSX)
    run(settings)
    before = {table.name: Lake(settings.lake).read(table) for table in (OBSERVATIONS, STATEMENTS, VINTAGES, DOCUMENTS)}
    asked = len(server.asked)
    shutil.rmtree(settings.lake)
    server.close()
    prepare(settings)
    run(settings, asking=False)
    for name, frame in before.items():
        assert Lake(settings.lake).read(TABLES[name]).equals(frame), name
    assert len(server.asked) == asked


def test_same_content_in_other_bytes_is_no_new_vintage(settings: Settings, server: Server) -> None:
    server.scripts["/census_country"] = [Answer(sheet(), headers=XLSX), Answer(sheet() + b"\0" * 8, headers=XLSX)]
    run(settings)
    run(settings, now=datetime(2026, 11, 1, tzinfo=UTC))
    assert len(Ledger(settings.archive).fetches("census_country")) == 2, "both documents are archived"
    assert len(labels(settings)) == 1


def test_correction_of_the_same_day_is_a_vintage_of_its_own(settings: Settings, server: Server) -> None:
    stamp = {"Last-Modified": "Tue, 06 Oct 2026 12:30:00 GMT"}
    later = {"Last-Modified": "Tue, 06 Oct 2026 19:30:00 GMT"}
    server.scripts["/census_country"] = [
        Answer(sheet(), headers=XLSX | stamp),
        Answer(sheet(5_100_000_000.0), headers=XLSX | later),
    ]
    run(settings)
    run(settings)
    assert labels(settings) == ["2026-10-06", "2026-10-06.2"]
    korea = of_workbook(settings).filter(partner="KR", flow="exports", period="2026-08").sort("vintage")
    assert korea["value_usd"].to_list() == [5_000_000_123, 5_100_000_000]


FAILING: dict[str, Callable[[], Answer]] = {
    "down": lambda: Answer(b"<html></html>", 503),
    "page": lambda: Answer(b"<html>We have moved</html>", headers=XLSX),
    "reset": lambda: Answer(before=True),
}


@pytest.mark.parametrize("fault", FAILING)
def test_last_good_vintage_stays_in_use_and_is_shown_as_stale(settings: Settings, server: Server, fault: str) -> None:
    server.scripts["/census_country"] = Answer(sheet(), headers=XLSX)
    run(settings)
    before = of_workbook(settings)
    server.scripts["/census_country"] = FAILING[fault]()
    result, troubles = run(settings)
    assert result.success
    assert any(trouble.startswith("census_country: ") for trouble in troubles)
    assert of_workbook(settings).equals(before)
    stale = standing_of(settings, "census_country")
    assert str(stale).endswith("  fetched, STALE")
    assert str(stale.trouble).startswith("census_country: ")


def test_document_whose_form_has_changed_is_archived_told_and_left_out(
    settings: Settings, server: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    server.scripts["/census_country"] = [Answer(sheet(), headers=XLSX), Answer(sheet(korea="9999"), headers=XLSX)]
    run(settings)
    before = of_workbook(settings)
    result, _ = run(settings)
    assert result.success
    assert of_workbook(settings).equals(before)
    told = "partner(s) '9999' that transforms/series/partner_codes.csv does not have under census"
    assert told in capfd.readouterr().err
    assert len(Ledger(settings.archive).fetches("census_country")) == 2, "it can be read later, once the code is known"


def test_one_failing_source_stops_no_other(settings: Settings, server: Server) -> None:
    for name in live.SOURCES:
        server.scripts[f"/{name}"] = Answer(b"", 503)
    server.scripts["/census_country"] = Answer(sheet(), headers=XLSX)
    result, _ = run(settings)
    assert result.success
    assert len(labels(settings)) == 1


def test_source_without_its_key_is_not_asked(settings: Settings, server: Server) -> None:
    keyless = replace(settings.network, keys={})
    source = replace(live.SOURCES["census_country"], name="census_api", keyed=True)
    found = live.ask(source, keyless, Archive(settings.archive), Ledger(settings.archive), NOW, Policy())
    assert found.told == "not asked: it needs a free key, to be set in TRADECHECK_CENSUS_KEY"
    assert server.asked == []
    assert found.state is None


def test_keys_are_nowhere_in_the_home_folder(
    settings: Settings, server: Server, capfd: pytest.CaptureFixture[str]
) -> None:
    server.scripts["/census_country"] = [Answer(sheet(), headers=XLSX), Answer(SECRET.encode(), 400, XLSX)]
    run(settings, keeping_events=True)
    run(settings, keeping_events=True)
    told = capfd.readouterr()
    assert SECRET not in told.out + told.err
    files = [path for path in settings.home.rglob("*") if path.is_file()]
    assert any("dagster" in path.parts for path in files), "runs and events are among them"
    for path in files:
        assert SECRET.encode() not in path.read_bytes(), path


def test_offline_run_asks_nobody(settings: Settings, server: Server) -> None:
    run(settings, asking=False)
    assert server.asked == []
    assert set(Lake(settings.lake).read(VINTAGES)["source"]) == {"kosis"}


def test_job_without_network_is_everything_but_asking(settings: Settings) -> None:
    defs = build_defs(settings=settings)
    nodes = {name: set(defs.resolve_job_def(name).graph.node_dict) for name in (LIVE, OFFLINE)}
    assert nodes[LIVE] - nodes[OFFLINE] == set(sources.FETCHED)
    assert nodes[OFFLINE] <= nodes[LIVE]
    (schedule,) = defs.schedules or []
    assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED


def test_warehouse_tells_what_was_known_when(settings: Settings, server: Server) -> None:
    server.scripts["/census_country"] = [
        Answer(sheet(4e9), headers=XLSX | {"Last-Modified": "Tue, 06 Oct 2026 12:30:00 GMT"}),
        Answer(sheet(4.5e9, 9), headers=XLSX | {"Last-Modified": "Wed, 04 Nov 2026 13:30:00 GMT"}),
    ]
    run(settings)
    run(settings, now=datetime(2026, 11, 5, tzinfo=UTC))
    lake = Lake(settings.lake)
    build({name: lake.files(table) for name, table in TABLES.items()}, settings.warehouse)
    query = "SELECT value_usd FROM trade_as_of('{}') WHERE source = 'census_country' AND partner = 'KR' AND flow = 'exports' AND period = '2026-08'"  # noqa: E501
    with connect(settings.warehouse, read_only=True) as connection:
        assert connection.sql(query.format("2026-10-06")).fetchall() == [(4e9,)]
        assert connection.sql(query.format("2026-11-04")).fetchall() == [(4.5e9,)]
        assert connection.sql(query.format("2026-10-05")).fetchall() == []
