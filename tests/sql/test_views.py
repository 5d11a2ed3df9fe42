"""Each view answers what its header says: small tables in, a query, rows out.

The cases are YAML files beside this one, that a person who knows SQL and trade can read and add to. A case has `rows`
by table (columns left out get the plain value below), a `query`, and the rows it `expect`s, in order. Cases with
`snapshot: true` ask the embedded snapshot itself.
"""

import math
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from transforms.schemas import TABLES
from transforms.series.partners import partners
from warehouse import snapshot
from warehouse.build import build
from warehouse.connect import connect

PLAIN = {
    "observations": {
        "source": "census_country",
        "reporter": "US",
        "scope": "goods",
        "basis": "census",
        "adjustment": "nsa",
        "frequency": "A",
        "document_id": "d",
    },
    "vintages": {"source": "census_country", "released_on_bound": "exact", "document_id": "d"},
    "statements": {
        "source": "ft900",
        "series_id": "s",
        "reporter": "US",
        "scope": "goods",
        "basis": "census",
        "adjustment": "nsa",
        "frequency": "A",
        "period": "2016",
        "period_start": date(2016, 1, 1),
        "rounded_to_usd": 1e8,
        "nature": "statistical_release",
        "publisher": "Census",
        "document_id": "d",
    },
    "partners": {"kind": "country"},
    "articles": {"article_version": 1, "text": "", "document_id": "d"},
    "figures": {
        "start_char": 0,
        "end_char": 1,
        "quote": "q",
        "sentence": "s",
        "kind": "level",
        "hedge": "exact",
        "flow": "balance",
        "sign": "deficit",
        "scope": "goods",
        "basis": "unknown",
        "adjustment": "unknown",
        "period": "2016",
        "status": "actual",
        "quoted": False,
    },
    "checks": {"internal_check": "none", "explanation": "because"},
}


def cases():
    for path in sorted(Path(__file__).parent.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{path.stem}: {case['case']}")


def completed(table, row):
    """A row with the plain values for what it leaves out, and the columns that follow from others."""
    whole = PLAIN.get(table, {}) | row
    if table == "observations":
        whole.setdefault("series_id", f"{whole['partner']}/{whole['flow']}/{whole['scope']}/{whole['frequency']}")
        whole.setdefault("period_start", date.fromisoformat(f"{whole['period']}-01-01"[:10]))
        whole.setdefault("valuation", {"exports": "fas", "imports": "general_customs"}.get(whole["flow"]))
    if table == "statements":
        whole.setdefault("known_by", whole["known_from"])
    return whole


@pytest.fixture(scope="session")
def embedded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("embedded")
    frames = {name: snapshot.load(name) for name in ("statements", "vintages", "documents")}
    # Years are all that the cases ask for; with the months there are eight times as many rows.
    frames |= {"partners": partners(), "observations": snapshot.load("observations", frequency=["A"])}
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    build({name: folder / f"{name}.parquet" for name in frames}, folder / "tradecheck.duckdb")
    return folder / "tradecheck.duckdb"


@pytest.fixture
def warehouse(request, tmp_path):
    """The warehouse that a case asks: the snapshot's, or one of its own rows."""
    case = request.param
    if case.get("snapshot"):
        return case, request.getfixturevalue("embedded")
    lake = {}
    for name, rows in case["rows"].items():
        table = TABLES[name]
        frame = pl.DataFrame([completed(name, row) for row in rows], schema_overrides=dict(table.schema), strict=False)
        lake[name] = tmp_path / f"{name}.parquet"
        table.conform(frame).write_parquet(lake[name])
    build(lake, tmp_path / "tradecheck.duckdb")
    return case, tmp_path / "tradecheck.duckdb"


def same(found, wanted):
    """Equal, floating-point numbers to nine digits."""
    if isinstance(found, list | tuple) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(found, float) and isinstance(wanted, int | float):
        return math.isclose(found, wanted, rel_tol=1e-9)
    return type(found) is type(wanted) and found == wanted


@pytest.mark.parametrize("warehouse", list(cases()), indirect=True)
def test_case(warehouse):
    case, path = warehouse
    with connect(path) as connection:
        answer = connection.execute(case["query"]).fetchall()
    assert same(answer, case["expect"]), answer
