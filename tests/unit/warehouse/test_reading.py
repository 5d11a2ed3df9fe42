"""Official tables come the same from the warehouse and from the snapshot, and no more of them than asked for."""

import pytest

from transforms.schemas import OBSERVATIONS, TABLES
from transforms.series.partners import partners
from warehouse import reading, snapshot
from warehouse.build import build


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reading")
    frames = {name: snapshot.load(name) for name in ("statements", "vintages", "documents")}
    frames |= {"partners": partners(), "observations": snapshot.load("observations", partner=["KR", "CN"])}
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    build({name: folder / f"{name}.parquet" for name in frames}, folder / "tradecheck.duckdb")
    return folder / "tradecheck.duckdb"


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("observations", {"partner": ["KR"], "frequency": ["A"]}),
        ("statements", {"partner": ["KR", "world"]}),
        ("vintages", {}),
        ("documents", {"source": ["bea_geo"]}),
        ("partners", {"kind": ["group"]}),
        ("partners", {"partner": ["Cote d'Ivoire'; DROP TABLE partners --"]}),
        ("statements", {"partner": []}),
    ],
)
def test_both_ways_give_the_same(warehouse, name, where):
    table = TABLES[name]
    stored, embedded = (reading.table(name, path, **where) for path in (warehouse, None))
    assert stored.schema == embedded.schema == table.schema
    assert stored.sort(table.key).equals(embedded.sort(table.key))


def test_only_what_is_asked_for(warehouse):
    for path in (warehouse, None):
        frame = reading.table("observations", path, partner=["KR"], vintage=["2018-10"], period=["2016"])
        assert set(frame["period"]) == {"2016"}
        assert frame.schema == OBSERVATIONS.schema
        assert frame.height == 2


def test_unknown_column(warehouse):
    for path in (warehouse, None):
        with pytest.raises(KeyError, match="has no column colour"):
            reading.table("observations", path, colour=["red"])
