"""The contract's rules, each on a series small enough to hold in the head.

What belongs here: `rules.yml` (its head shows the whole series), the order of readings, and what one article's figures
say of each other. Cases from the real series stand in `test_truth_tables`.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
import yaml

from transforms import schemas
from transforms.checks import check_figures

CASES: Final[list[dict[str, Any]]] = yaml.load(
    Path(__file__).with_name("rules.yml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,  # noqa: S506  # constructs text, lists and mappings alone
)["cases"]

RELEASES: Final = {"a": date(2017, 2, 10), "b": date(2018, 6, 20), "c": date(2020, 6, 20)}
IMPORTS: Final = {
    "a": {"2015": 14e9, "2016": 16e9},
    "b": {"2015": 14e9, "2016": 17e9, "2017": 20e9},
    "c": {"2015": 14e9, "2016": 17e9, "2017": 25e9},
}
TOTALS: Final = {"a": {"2015", "2016"}, "b": {"2015", "2016", "2017"}, "c": {"2015", "2016", "2017"}}


def observation(vintage: str, flow: str, period: str, value: float) -> dict[str, Any]:
    monthly = "-" in period
    return {
        "source": "census_country",
        "series_id": f"9999/{flow}/goods/nsa/{'M' if monthly else 'A'}",
        "reporter": "US",
        "partner": "FD",
        "flow": flow,
        "scope": "goods",
        "basis": "census",
        "valuation": "fas" if flow == "exports" else "general_customs",
        "adjustment": "nsa",
        "frequency": "M" if monthly else "A",
        "period": period,
        "period_start": date(int(period[:4]), int(period[5:]) if monthly else 1, 1),
        "value_usd": value,
        "vintage": vintage,
        "document_id": f"document {vintage}",
    }


def observations() -> pl.DataFrame:
    rows = []
    for vintage, imports in IMPORTS.items():
        for year, value in imports.items():
            rows += [observation(vintage, "imports", year, value), observation(vintage, "exports", year, 10e9)]
        rows += [observation(vintage, "imports", "2016-05", 1.5e9), observation(vintage, "exports", "2016-05", 1e9)]
    return schemas.OBSERVATIONS.conform(pl.DataFrame(rows))


def statement(value: float, known_from: date, known_by: date) -> dict[str, Any]:
    row = observation("-", "balance", "2016", value)
    del row["vintage"]
    return row | {
        "statement_id": f"{value}",
        "rounded_to_usd": 1e8,
        "known_from": known_from,
        "known_by": known_by,
        "nature": "agency_fact_page",
        "publisher": "Agency",
    }


def statements() -> pl.DataFrame:
    told = [
        statement(-6.4e9, date(2017, 3, 1), date(2017, 3, 1)),
        statement(-6.6e9, date(2017, 5, 1), date(2017, 12, 31)),
    ]
    return schemas.STATEMENTS.conform(pl.DataFrame(told))


def vintages() -> pl.DataFrame:
    rows = [
        {
            "source": "census_country",
            "vintage": vintage,
            "released_on": day,
            "released_on_bound": "exact",
            "document_id": f"document {vintage}",
        }
        for vintage, day in RELEASES.items()
    ]
    return schemas.VINTAGES.conform(pl.DataFrame(rows))


def partners() -> pl.DataFrame:
    rows = [
        {"partner": code, "name": name, "kind": "country"} for code, name in (("FD", "Freedonia"), ("SY", "Sylvania"))
    ]
    return schemas.PARTNERS.conform(pl.DataFrame(rows))


def number(stated: str | None, default: float | None = None) -> float | None:
    return default if stated is None else float(stated) * 1e9


def figure(name: str, stated: dict[str, Any], published_on: date | None) -> dict[str, Any]:
    slots = {
        "kind": "level",
        "unit": "usd",
        "hedge": "exact",
        "flow": "balance",
        "sign": "deficit",
        "scope": "goods",
        "basis": "unknown",
        "adjustment": "unknown",
        "reporter": "US",
        "partner": "FD",
        "status": "actual",
    }
    return slots | {
        "figure_id": name,
        "article_id": name,
        "published_on": published_on,
        "start_char": 0,
        "end_char": 1,
        "quote": "$6.0 billion",
        "sentence": "s",
        "quoted": False,
        **stated,
        "value": number(stated.get("value")),
        "precision": number(stated.get("precision"), 1e8),
    }


def check(figures: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    frame = schemas.FIGURES.conform(pl.DataFrame(figures, schema=schemas.FIGURES.schema, infer_schema_length=None))
    found = check_figures(frame, observations(), statements(), partners(), vintages())
    return {row["figure_id"]: row for row in found.iter_rows(named=True)}


@lru_cache(maxsize=1)
def checks() -> dict[str, dict[str, Any]]:
    figures = []
    for case in CASES:
        day = None if case["published_on"] == "null" else date.fromisoformat(case["published_on"])
        figures.append(figure(case["name"], case["figure"], day))
    return check(figures)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_rule(case: dict[str, Any]) -> None:
    found = checks()[case["name"]]
    assert found["verdict"] == case["expected"], found["explanation"]
    assert found["reason"] == case.get("reason"), found["explanation"]
    if "computed" in case:
        assert found["computed_value"] == pytest.approx(number(case["computed"])), found["explanation"]
    for slot in ("vintage", "vintage_choice"):
        if slot in case:
            assert case[slot] in found[slot], found["explanation"]
    if "revised_since" in case:
        assert found["revised_since"] is True, found["explanation"]
    if "says" in case:
        assert case["says"] in found["explanation"]


def test_every_rule_that_judges_has_its_cases() -> None:
    told = {rule.strip() for case in CASES for rule in case["rule"].split(",")}
    assert told >= {"2", "3", "4", "5", "6", "7"}


BARE = [{"slot": "scope", "values": ["goods", "goods_services"], "why": "a bare trade deficit"}]


def test_a_bare_figure_is_goods_first() -> None:
    bare = figure("bare", {"value": "6.0", "period": "2016"}, date(2017, 2, 20)) | {"open": BARE}
    found = check([bare])["bare"]
    assert found["verdict"] == "within_tolerance"
    assert found["computed_basis"].startswith("goods, Census basis")


def test_a_bare_figure_beside_another_that_is_plainly_goods_is_not_goods() -> None:
    """Rule 1: the article prints 6.0 as goods, so its bare 4.0 means something else, whatever fits."""
    day = date(2017, 2, 20)
    bare = figure("bare", {"value": "4.0", "period": "2016"}, day) | {"open": BARE, "article_id": "one"}
    goods = figure("goods", {"value": "6.0", "period": "2016"}, day) | {"article_id": "one"}
    found = check([bare, goods])
    assert found["goods"]["verdict"] == "within_tolerance"
    # goods and services are held by no series here, and goods are ruled out
    assert (found["bare"]["verdict"], found["bare"]["reason"]) == ("not_checkable", "no_series")
    alone = check([bare])["bare"]
    assert alone["verdict"] == "outside_tolerance"


def test_the_order_of_readings_does_not_depend_on_which_one_fits() -> None:
    """The same slots with ever other values list the same readings in the same order."""
    listed = set()
    for value in ("4.0", "6.0", "6.4", "60"):
        bare = figure("bare", {"value": value, "period": "2016"}, date(2017, 3, 20)) | {"open": BARE}
        found = check([bare])["bare"]
        rows = [(row["reading"], row["vintage"]) for row in found["other_readings"]]
        shown = (found["computed_basis"], found["vintage"])
        listed.add(tuple(sorted({row[1] for row in rows} | {shown[1]})))
    assert len(listed) == 1


def test_a_change_beside_two_printed_levels_may_be_as_exact_as_those_allow() -> None:
    """From 10.0 to 10.0 is nothing; from 4.0 to 6.0 is 50 percent, and 3.95..4.05 to 5.95..6.05 allow 46.9 to 53.2."""
    day = date(2017, 2, 20)
    change = figure("change", {"period": "2016", "base_period": "2015", "direction": "up"}, day) | {
        "kind": "change_pct",
        "unit": "percent",
        "value": 51.9,
        "precision": 0.1,
    }
    alone = check([change])["change"]
    assert (alone["verdict"], alone["internal_check"]) == ("outside_tolerance", "none")
    levels = [
        figure(year, {"value": value, "period": year}, day) | {"article_id": "change"}
        for year, value in (("2016", "6.0"), ("2015", "4.0"))
    ]
    beside = check([change, *levels])["change"]
    assert (beside["verdict"], beside["internal_check"]) == ("within_tolerance", "consistent")
    assert beside["tolerance_low"] == pytest.approx(100 * (5.95 / 4.05 - 1))
    assert beside["tolerance_high"] == pytest.approx(100 * (6.05 / 3.95 - 1))


def test_the_documents_behind_a_value_are_named() -> None:
    found = check([figure("a", {"value": "6.0", "period": "2016"}, date(2017, 2, 20))])["a"]
    assert found["documents"] == ["document a"]


def test_figures_come_back_in_their_order_and_each_once() -> None:
    names = [f"figure {number}" for number in range(7, 0, -1)]
    found = check([figure(name, {"value": "6.0", "period": "2016"}, date(2017, 2, 20)) for name in names])
    assert list(found) == names


def test_nothing_to_check_is_an_empty_table() -> None:
    found = check_figures(schemas.FIGURES.empty(), observations(), statements(), partners(), vintages())
    assert found.schema == schemas.CHECKS.schema
    assert found.is_empty()


def test_a_forecast_with_the_slots_of_a_figure_that_is_tried_is_not_tried() -> None:
    day = date(2017, 2, 20)
    actual = figure("actual", {"value": "6.0", "period": "2016"}, day)
    forecast = figure("forecast", {"value": "6.0", "period": "2016", "status": "forecast"}, day)
    found = check([actual, forecast])
    assert found["actual"]["verdict"] == "within_tolerance"
    assert (found["forecast"]["verdict"], found["forecast"]["computed_value"]) == ("not_checkable", None)
