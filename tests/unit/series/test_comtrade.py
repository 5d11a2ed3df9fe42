"""UN Comtrade: rows as it sends them, and what is refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from transforms.series import comtrade
from transforms.series.identity import SeriesError
from transforms.series.reading import Document, Reading


def row(**changes: Any) -> dict[str, Any]:
    return {
        "typeCode": "C", "freqCode": "A", "refYear": 2016, "refMonth": 52, "period": "2016", "reporterCode": 410,
        "flowCode": "X", "partnerCode": 842, "partner2Code": 0, "cmdCode": "TOTAL", "customsCode": "C00", "motCode": 0,
        "cifvalue": None, "fobvalue": 66745700000.0, "primaryValue": 66745700000.0,
    } | changes  # fmt: skip


def read(said: Any) -> Reading:
    data = said if isinstance(said, bytes) else json.dumps(said).encode()
    return comtrade.read(Document("aa" * 32, data, "https://x/y", "KR-2016.json", datetime(2018, 3, 8, tzinfo=UTC)))


def test_korea_is_the_reporter_and_imports_are_cif() -> None:
    rows = [row(), row(flowCode="M", primaryValue=43e9), row(partnerCode=0, primaryValue=495e9), row(flowCode="RX")]
    reading = read({"count": 4, "data": rows, "error": ""})
    found = {(one["partner"], one["flow"]): one for one in reading.observations.rows(named=True)}
    assert set(found) == {("US", "exports"), ("US", "imports"), ("world", "exports")}
    exports = found["US", "exports"]
    assert (exports["reporter"], exports["basis"], exports["valuation"]) == ("KR", "national_customs", None)
    assert exports["value_usd"] == 66_745_700_000
    assert exports["series_id"] == "United States/exports/goods/nsa/A"
    assert found["US", "imports"]["valuation"] == "cif"
    assert reading.vintages["vintage"].item() == "2018-03-07"


def test_months_are_months() -> None:
    assert read({"data": [row(freqCode="M", period="201601")]}).observations["period"].to_list() == ["2016-01"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"{", "is no reply with data"),
        ({"error": "x"}, "is no reply with data"),
        ({"data": {}}, "is no reply with a list of rows"),
        ({"data": []}, "holds no rows: nothing reported, or the query is wrong"),
        ({"data": [row(primaryValue=None)]}, "has a row without primaryValue"),
        ({"data": [row(primaryValue="6,6")]}, "2016: the value '6,6' is no number"),
        ({"data": [row(partnerCode=999)]}, "area.s. 999 that transforms/series/comtrade_areas.csv does not have"),
        ({"data": [row(motCode=1000)]}, "has rows broken down by motCode, which would be counted twice"),
        ({"data": [row(), row()]}, "two values for United States/exports/goods/nsa/A in 2016"),
    ],
)
def test_what_is_not_as_expected_is_refused(said: Any, told: str) -> None:
    with pytest.raises(SeriesError, match=told):
        read(said)
