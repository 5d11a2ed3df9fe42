"""BEA: replies of its API with every symbol and shape, the workbook by countries, and what is refused."""

import json
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from tests.loopback.workbooks import Cell, workbook
from transforms.series import bea_geo, bea_ita
from transforms.series.identity import SeriesError
from transforms.series.reading import Document, Reading
from warehouse import snapshot


def document(data: bytes) -> Document:
    return Document("bb" * 32, data, "https://x/y", "a", datetime(2025, 6, 30, tzinfo=UTC))


# --- the API -------------------------------------------------------------------------------------------------------


def row(**changes: Any) -> dict[str, Any]:
    return {
        "Indicator": "BalGds", "AreaOrCountry": "KoreaRepOf", "Frequency": "A", "Year": "2016", "TimePeriod": "2016",
        "CL_UNIT": "USD", "UNIT_MULT": "6", "DataValue": "-27,500", "NoteRef": " ",
    } | changes  # fmt: skip


def ita(data: Any, *, results: Any = None) -> Reading:
    said = {"BEAAPI": {"Request": {}, "Results": {"Data": data} if results is None else results}}
    return bea_ita.read(document(json.dumps(said).encode()))


def test_value_is_scaled_and_commas_go() -> None:
    (one,) = ita([row()]).observations.rows(named=True)
    assert one["value_usd"] == -27_500_000_000
    assert (one["partner"], one["flow"], one["scope"], one["basis"]) == ("KR", "balance", "goods", "bop")
    assert one["series_id"] == "Korea, South/balance/goods/nsa/A"


def test_quarters_are_adjusted_or_not_as_asked() -> None:
    rows = [row(Frequency=name, TimePeriod="2016Q1") for name in ("QSA", "QNSA")]
    found = ita(rows).observations.select("period", "adjustment", "frequency").rows()
    assert found == [("2016-Q1", "sa", "Q"), ("2016-Q1", "nsa", "Q")]


def test_symbols_are_no_numbers_and_are_counted() -> None:
    rows = [
        row(),
        *(row(TimePeriod=str(year), DataValue=value) for year, value in ((2015, "(D)"), (2014, "n.a."), (2013, ""))),
    ]
    assert ita(rows).observations.height == 1
    said = {"BEAAPI": {"Results": {"Data": rows}}}
    assert bea_ita.symbols(json.dumps(said).encode()) == {"(D)": 1, "n.a.": 1, "": 1}


def test_zero_is_a_number() -> None:
    assert ita([row(DataValue="0")]).observations["value_usd"].item() == 0


@pytest.mark.parametrize("results", [[{"Data": [row()]}], {"Data": row()}], ids=["list of one", "one row as an object"])
def test_shapes_of_replies(results: Any) -> None:
    assert ita(None, results=results).observations.height == 1


def test_data_directly_under_the_root_and_latin_1() -> None:
    said = json.dumps({"BEAAPI": {"Data": [row(NoteRef="é")]}}, ensure_ascii=False).encode("latin-1")
    assert bea_ita.read(document(said)).observations.height == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ([], "is a reply without data"),
        (None, "is a reply without data"),
        ([row(DataValue="1e9x")], "BalGds KoreaRepOf 2016: the value '1e9x' is neither a number nor a known symbol"),
        ([row(DataValue="(Z)")], "neither a number nor a known symbol"),
        ([row(UNIT_MULT=None)], "has a row without UNIT_MULT"),
        ([row(CL_UNIT="EUR")], "in 'EUR' instead of USD"),
        ([row(AreaOrCountry="Atlantis")], "has the area 'Atlantis' that transforms/series/bea_areas.csv does not list"),
        ([row(Indicator="BalX")], "has 'BalX' with frequency 'A'"),
        ([row(DataValue="(D)")], "holds no value that is a number"),
        ([row(), row(DataValue="1")], "two values for Korea, South/balance/goods/nsa/A in 2016"),
    ],
)
def test_reply_that_is_not_as_expected_is_refused(data: Any, told: str) -> None:
    with pytest.raises(SeriesError, match=told.replace("(", r"\(").replace(")", r"\)")):
        ita(data)


# --- the workbook --------------------------------------------------------------------------------------------------

TITLES = {"exports": "Exports of {}", "imports": "Imports of {}", "balance": "Balance on {}"}
SCOPES = {"goods_services": "Goods and Services", "goods": "Goods", "services": "Services"}


def sheets(rows: pl.DataFrame) -> dict[str, list[list[Cell]]]:
    """The nine tables as BEA lays them out, from observations of the snapshot."""
    made: dict[str, list[list[Cell]]] = {}
    for name, (flow, scope) in bea_geo.TABLES.items():
        mine = rows.filter(flow=flow, scope=scope).with_columns(printed=pl.col("series_id").str.split("/").list.first())
        wide = mine.pivot(on="printed", index="period", values="value_usd").sort("period")
        quarterly = pl.col("period").str.contains("Q")
        title = f"{name}. U.S. {TITLES[flow].format(SCOPES[scope])} by Selected Countries and Areas"
        body = [
            [period, *(None if value is None else round(value / 1e6) for value in values)]
            for part in (wide.filter(~quarterly), wide.filter(quarterly))
            for period, *values in part.rows()
        ]
        made[name] = [
            [title], ["[Millions of dollars]"], ["Last updated March 6, 2025"], [None],
            ["Period", *wide.columns[1:]], ["Annual"], *body, ["Notes: quarters are seasonally adjusted"],
        ]  # fmt: skip
    return made


def held() -> pl.DataFrame:
    """Embedded values of countries (a residual of theirs with a slash in its name would need more than a split)."""
    rows = snapshot.load("observations", source=["bea_geo"], partner=["KR", "CN", "EU", "all other countries"])
    return rows.sort("series_id", "period")


def geo(made: dict[str, list[list[Cell]]]) -> Reading:
    return bea_geo.read(document(workbook(**made)))


def test_embedded_values_come_back_from_the_workbook() -> None:
    reading = geo(sheets(held()))
    names = [name for name in held().columns if name != "document_id"]
    assert reading.observations.sort("series_id", "period").select(names).equals(held().select(names))
    (vintage,) = reading.vintages.rows(named=True)
    assert (vintage["vintage"], vintage["released_on"]) == ("2025-03-06", date(2025, 3, 6))
    assert (vintage["released_on_bound"], vintage["last_period"]) == ("exact", "2024-Q4")


def changed(name: str, at: tuple[int, int], value: Cell) -> dict[str, list[list[Cell]]]:
    made = sheets(held())
    made[name][at[0]][at[1]] = value
    return made


def test_marks_and_withheld_values_are_no_names_and_no_numbers() -> None:
    made = changed("Table 4", (4, 1), f"{sheets(held())['Table 4'][4][1]} (1)")
    made["Table 4"][6][1] = "(D)"
    assert geo(made).observations.height == held().height - 1


def test_workbook_that_says_no_day_is_bounded_by_its_fetching() -> None:
    made = sheets(held())
    for rows in made.values():
        rows[2][0] = None
    (vintage,) = geo(made).vintages.rows(named=True)
    assert (vintage["vintage"], vintage["released_on_bound"]) == ("2025-06-29", "not later than")


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda: {key: value for key, value in sheets(held()).items() if key != "Table 7"}, "has no Table 7; sheets"),
        (
            lambda: changed("Table 4", (0, 0), "Table 4. U.S. Imports of Goods"),
            "Table 4: is titled .* expected exports",
        ),
        (lambda: changed("Table 5", (4, 0), "Time"), "Table 5: no header row that begins with Period"),
        (lambda: changed("Table 6", (4, 1), "Atlantis"), "Table 6: column 'Atlantis' that .* does not have under bea"),
        (lambda: changed("Table 6", (6, 1), "1.2.3"), r"Table 6 1999 .*: '1\.2\.3' where a number should be"),
    ],
    ids=["table gone", "titled otherwise", "no header", "new column", "text for a number"],
)
def test_workbook_that_is_not_as_expected_is_refused(made: Any, told: str) -> None:
    with pytest.raises(SeriesError, match=told):
        geo(made())
