"""Building the warehouse: whole or not at all, described throughout, open to any client."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest

from transforms.schemas import OBSERVATIONS, TABLES, VINTAGES
from transforms.series.partners import partners
from warehouse import build as building
from warehouse import snapshot
from warehouse.build import BuildError, build, ddl, sql_type
from warehouse.connect import connect
from warehouse.views import views

ROOT = Path(building.__file__).parents[1]

OLD_CLIENT = os.environ.get("TRADECHECK_OLD_DUCKDB_PYTHON")
"""A Python that has duckdb 1.4 or 1.5, to see that people's own tools open the file."""


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """A small lake: Korea in all sources, and everything else whole."""
    folder = tmp_path_factory.mktemp("lake")
    frames = {name: snapshot.load(name) for name in ("statements", "vintages", "documents")}
    frames["partners"] = partners()
    halves = snapshot.load("observations", partner=["KR"]).with_row_index("row")
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    paths = []
    for half in (0, 1):
        paths.append(folder / f"observations-{half}.parquet")
        halves.filter(pl.col("row") % 2 == half).drop("row").write_parquet(paths[-1])
    return {name: folder / f"{name}.parquet" for name in frames} | {"observations": paths}


@pytest.fixture(scope="module")
def warehouse(lake, tmp_path_factory):
    path = tmp_path_factory.mktemp("home") / "tradecheck.duckdb"
    build(lake, path)
    return path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def ask(path, query):
    with connect(path) as connection:
        return connection.execute(query).fetchall()


def test_rows_by_table(lake, tmp_path):
    rows = build(lake, tmp_path / "tradecheck.duckdb")
    assert list(rows) == list(TABLES)
    assert rows["observations"] == snapshot.load("observations", partner=["KR"]).height
    assert rows["figures"] == 0
    assert names(tmp_path) == ["tradecheck.duckdb"]


def test_tables_have_the_columns_types_and_comments_of_the_data_dictionary(warehouse):
    described = ask(
        warehouse,
        "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() WHERE NOT internal",
    )
    found = {(row[0], row[1]): row[2:] for row in described}
    for table in TABLES.values():
        for column in table.columns:
            dtype, nullable, comment = found[table.name, column.name]
            assert dtype.replace('"', "") == sql_type(column.dtype).replace('"', "")
            assert (nullable, comment) == (column.nullable, column.description)


def test_everything_has_a_comment(warehouse):
    for source in ("duckdb_tables()", "duckdb_views()", "duckdb_columns()"):
        bare = ask(warehouse, f"SELECT * FROM {source} WHERE NOT internal AND (comment IS NULL OR comment = '')")  # noqa: S608
        assert bare == []
    macros = ask(warehouse, "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal")
    assert {name for name, _ in macros} == {"trade_as_of", "statements_as_of"}
    assert all(comment for _, comment in macros)


def test_all_views_of_the_contract_are_there(warehouse):
    named = {name for (name,) in ask(warehouse, "SELECT view_name FROM duckdb_views() WHERE NOT internal")}
    assert named == {
        "trade_balance",
        "trade_latest",
        "partner_rank",
        "partner_share",
        "revisions",
        "published_vs_computed",
        "verdict_changes",
        "article_scorecard",
        "publisher_scorecard",
    }
    for name in named:
        ask(warehouse, f"FROM {name} LIMIT 1")


def test_types_beyond_the_data_dictionary_are_refused():
    with pytest.raises(TypeError, match="no DuckDB type for Int8"):
        sql_type(pl.Int8())
    assert ddl(VINTAGES)[0].startswith("CREATE TABLE vintages (source VARCHAR NOT NULL, ")


def test_a_view_of_the_old_file_sees_the_old_data_and_a_new_reader_the_new(lake, tmp_path):
    target = tmp_path / "tradecheck.duckdb"
    build(lake, target)
    with connect(target) as reader:
        before = reader.execute("SELECT count(*) FROM observations").fetchone()
        build({}, target)
        assert reader.execute("SELECT count(*) FROM observations").fetchone() == before
    assert ask(target, "SELECT count(*) FROM observations") == [(0,)]


@pytest.fixture
def old(lake, tmp_path):
    """A warehouse that a failing build has to leave alone: its bytes and its folder's listing."""
    target = tmp_path / "tradecheck.duckdb"
    build({"vintages": lake["vintages"]}, target)
    return target, target.read_bytes()


def unchanged(old):
    target, data = old
    return target.read_bytes() == data and names(target.parent) == [target.name]


def test_parquet_of_another_table(lake, old):
    with pytest.raises(BuildError, match=r"table observations: .*statement_id.*the old warehouse is as it was"):
        build({"observations": lake["statements"]}, old[0])
    assert unchanged(old)


def test_parquet_that_is_none(old, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "partners.parquet"
    other.write_text("no parquet")
    with pytest.raises(BuildError, match=r"table partners: .*partners\.parquet"):
        build({"partners": other}, old[0])
    with pytest.raises(BuildError, match=r"table partners: no file .*nowhere"):
        build({"partners": other.with_name("nowhere")}, old[0])
    assert unchanged(old)


def test_a_null_where_none_may_be(old, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "vintages.parquet"
    snapshot.load("vintages").with_columns(released_on=None).write_parquet(other)
    with pytest.raises(BuildError, match=r"table vintages: .*released_on"):
        build({"vintages": other}, old[0])
    assert unchanged(old)


def test_two_rows_of_one_key(lake, old):
    with pytest.raises(BuildError, match=r"two rows with source, vintage = bea_geo, 2025-03-06"):
        build({"vintages": [lake["vintages"], lake["vintages"]]}, old[0])
    assert unchanged(old)


def test_unknown_table(old):
    with pytest.raises(BuildError, match=r"no table.s. prices in the data dictionary"):
        build({"prices": Path("x")}, old[0])


def test_no_folder_can_be_made(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(BuildError, match=r"cannot be made .*TRADECHECK_HOME"):
        build({}, tmp_path / "file" / "home" / "tradecheck.duckdb")


def test_folders_with_odd_names(lake, tmp_path):
    target = tmp_path / "it's [a] {new} *home" / "tradecheck.duckdb"
    build({"vintages": lake["vintages"]}, target)
    assert ask(target, "SELECT count(*) > 0 FROM vintages") == [(True,)]
    with pytest.raises(BuildError, match="TRADECHECK_HOME"):
        build({}, tmp_path / "why?" / "tradecheck.duckdb")


def run(script, *arguments, **options):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
        **options,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are POSIX")
def test_full_disk(lake, old):
    """A limit on the size of files stands in for a full disk: the same write fails, with another word for it."""
    done = run(
        """
        import resource, signal, sys
        from pathlib import Path
        from warehouse.build import BuildError, build
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        try:
            build({"observations": [Path(path) for path in sys.argv[2:]]}, Path(sys.argv[1]))
        except BuildError as error:
            print(error)
        """,
        old[0],
        *lake["observations"],
    )
    assert done.stdout.count("\n") == 1
    assert "File too large; free some space; the old warehouse is as it was" in done.stdout, done.stderr
    assert unchanged(old)


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_killed_build_leaves_the_old_file_and_is_swept(lake, old):
    target, data = old
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                """
                import sys, time
                from pathlib import Path
                from warehouse import build as building
                building.files.swap = lambda new, path: time.sleep(60)  # killed with the new file complete beside
                building.build({"vintages": Path(sys.argv[2])}, Path(sys.argv[1]))
                """
            ),
            str(target),
            str(lake["vintages"]),
        ],
        cwd=ROOT,
    )
    until = time.monotonic() + 30
    while len(names(target.parent)) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait(timeout=10)
    assert len(names(target.parent)) >= 2  # it was in the middle of it
    assert target.read_bytes() == data
    build(lake, target)
    assert names(target.parent) == [target.name]
    assert ask(target, "SELECT count(*) > 0 FROM observations") == [(True,)]


def test_no_reader_without_a_warehouse(tmp_path):
    with pytest.raises(FileNotFoundError, match="no warehouse here; `tradecheck run` builds it"):
        connect(tmp_path / "tradecheck.duckdb")


def test_a_reader_cannot_write(warehouse):
    with connect(warehouse) as connection, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        connection.execute("DELETE FROM observations")


def test_attached_under_another_name(warehouse):
    """People attach the file beside their own: views find their tables there."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{warehouse}' AS theirs (READ_ONLY)")
        assert connection.execute("SELECT count(*) > 0 FROM theirs.trade_balance").fetchone() == (True,)


QUESTIONS = (
    "SELECT round(balance_usd / 1e6, 1) FROM trade_balance WHERE partner = 'KR' AND period = '2016' "
    "AND vintage = '2018-10'",
    "SELECT round(sum(CASE flow WHEN 'exports' THEN value_usd ELSE -value_usd END) / 1e6, 1) FROM "
    "trade_as_of('2012-03-01') WHERE partner = 'KR' AND period = '2011' AND source = 'census_country'",
)


def test_answers(warehouse):
    assert [ask(warehouse, question) for question in QUESTIONS] == [[(-27_582.7,)], [(-13_130.5,)]]


@pytest.mark.skipif(not OLD_CLIENT, reason="TRADECHECK_OLD_DUCKDB_PYTHON names no Python with duckdb 1.4 or 1.5")
def test_an_older_client_opens_it_with_views_macros_and_comments(warehouse):
    script = """
    import sys, duckdb
    connection = duckdb.connect(sys.argv[1], read_only=True)
    print(duckdb.__version__)
    for question in sys.argv[2:]:
        print(connection.execute(question).fetchall())
    connection.close()
    """
    questions = [
        *QUESTIONS,
        "SELECT count(*) FROM duckdb_columns() WHERE NOT internal AND comment IS NULL",
        *(f"SELECT count(*) >= 0 FROM {view.name}" for view in views() if not view.is_macro),  # noqa: S608
        "SELECT count(*) > 0 FROM statements_as_of('2018-11-01')",
    ]
    done = subprocess.run(
        [str(OLD_CLIENT), "-c", textwrap.dedent(script), str(warehouse), *questions],
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    version, first, second, bare, *rest = done.stdout.splitlines()
    assert version < "2"
    assert (first, second, bare) == ("[(-27582.7,)]", "[(-13130.5,)]", "[(0,)]")
    assert set(rest) == {"[(True,)]"}


def test_loading_keeps_every_row_and_value(lake, warehouse):
    with connect(warehouse) as connection:
        frame = OBSERVATIONS.conform(connection.sql("FROM observations").pl())
    same = snapshot.load("observations", partner=["KR"])
    assert frame.sort(OBSERVATIONS.key).equals(same.sort(OBSERVATIONS.key))


def test_what_a_killed_build_wrote_to_the_disk_goes_with_the_next(tmp_path: Path) -> None:
    spilt = tmp_path / ".w.duckdb.999999.spill"
    spilt.mkdir()
    (spilt / "part").write_bytes(b"x")
    build({}, tmp_path / "w.duckdb")
    assert [path.name for path in tmp_path.iterdir()] == ["w.duckdb"]
