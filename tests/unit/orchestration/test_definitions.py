"""The code location: which assets there are, what hangs on what, and which checks stop what follows."""

from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from expectations.loader import load_suite, suite_names
from orchestration.assets.sources import ANSWERED, FETCHED
from orchestration.build import build_defs
from orchestration.io import Lake
from orchestration.metadata import of_table, preview, schema_of
from orchestration.settings import Settings
from transforms.schemas import FIGURES, PARTNERS, TABLES

GRAPH = {
    **{name: set() for name in FETCHED},
    "documents": set(FETCHED),
    "vintages": set(FETCHED),
    "statements": set(FETCHED),
    "partners": set(),
    "observations": set(FETCHED),
    "articles": {"documents"},
    "figures": {"articles"},
    "checks": {"figures", "observations", "statements", "partners", "vintages"},
    "vintage_sets": {"vintages"},
    "check_history": {"checks", "vintages", "vintage_sets"},
    "warehouse": set(TABLES),
    "data_docs": {"warehouse"},
}


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    folder = tmp_path_factory.mktemp("home")
    return build_defs(settings=Settings(home=folder, dagster_home=folder / "dagster"))


@pytest.fixture(scope="module")
def assets(defs: dg.Definitions) -> dict[str, dg.AssetSpec]:
    return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


def test_graph_is_as_drawn(assets: dict[str, dg.AssetSpec]) -> None:
    drawn = {name: {dep.asset_key.to_user_string() for dep in spec.deps} for name, spec in assets.items()}
    assert drawn == GRAPH


def test_table_and_asset_are_one_thing(assets: dict[str, dg.AssetSpec]) -> None:
    for name, table in TABLES.items():
        spec = assets[name]
        assert (spec.group_name, spec.description) == (table.group, table.description)
        columns = spec.metadata["dagster/column_schema"].columns
        assert [column.name for column in columns] == table.schema.names()


def test_every_asset_has_group_description_kinds_and_owner(assets: dict[str, dg.AssetSpec]) -> None:
    for name, spec in assets.items():
        assert spec.group_name in {"sources", "series", "articles", "figures", "checks", "warehouse", "publication"}
        assert spec.description, name
        assert spec.kinds, name
        assert spec.owners, name


def test_every_expectation_is_a_check_and_faults_alone_block(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    found = {(key.asset_key.to_user_string(), key.name): graph.get(key) for key in graph.asset_check_keys}
    entries = {(name, entry.id): entry for name in suite_names() for entry in load_suite(name).entries}
    asked = {(name, ANSWERED) for name in FETCHED}
    assert set(found) == set(entries) | asked
    for key, node in found.items():
        if key in asked:
            assert not node.blocking, "a publisher that fails stops nobody"
            continue
        assert node.blocking == (entries[key].severity == "error"), key
        assert entries[key].note in str(node.description)


def test_definitions_validate(defs: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(defs)


def test_column_schema_tells_types_lists_and_nulls() -> None:
    columns = {column.name: column for column in schema_of(FIGURES).columns}
    assert columns["figure_id"].constraints.unique
    assert not columns["figure_id"].constraints.nullable
    assert columns["hedge"].constraints.other == [
        "one of exact, about, nearly, more_than, less_than, up_to, range, record"
    ]
    assert columns["value"].type == "Float64"


def test_metadata_of_a_table_is_plain_text(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    row = {"partner": ["KR"], "name": ["\x1b[31mKorea " + "x" * 200], "kind": ["country"], "members": [["a"]]}
    lake.write(PARTNERS, PARTNERS.conform(pl.DataFrame(row)))
    said = of_table(PARTNERS, lake)
    assert said["dagster/row_count"] == 1
    assert said["files"] == 1
    (record,) = said["preview"].records
    assert record.data["name"].startswith("\N{REPLACEMENT CHARACTER}[31mKorea")
    assert len(record.data["name"]) == 120
    assert record.data["census_code"] == ""
    assert said["rows_by_kind"].records[0].data == {"kind": "country", "rows": 1}


def test_metadata_of_an_empty_table(tmp_path: Path) -> None:
    assert of_table(FIGURES, Lake(tmp_path))["dagster/row_count"] == 0
    assert preview(FIGURES.empty()).records == []
