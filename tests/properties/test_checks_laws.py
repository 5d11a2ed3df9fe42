"""Laws of checking that hold for every number, wording and pair of parties.

What belongs here: what must be true whatever is printed. What does not: single cases (`tests/unit/checks`).
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms import schemas
from transforms.checks import check_figures, formulas, tolerance

HEDGES = [hedge for hedge in schemas.HEDGES if hedge != "range"]
VALUES = st.floats(min_value=1e6, max_value=9e12)
EXPORTS, IMPORTS = 42_312_661_833.0, 69_895_322_999.0


def printed(value: float, digits: int, scale: float) -> tuple[float, float]:
    """`value` rounded as a newspaper rounds it, to `digits` decimals of `scale`, and one unit of its last digit."""
    unit = scale * 10.0**-digits
    return round(value / scale, digits) * scale, unit


def interval(**slots: Any) -> tuple[float, float]:
    usual = {
        "kind": "level",
        "value": 1.0,
        "value_high": None,
        "unit": "usd",
        "precision": None,
        "hedge": "exact",
        "hedge_word": None,
        "quote": "x",
    }
    schema = {name: schemas.FIGURES.schema[name] for name in usual}
    row = tolerance.intervals(pl.DataFrame([{**usual, **slots}], schema=schema)).row(0, named=True)
    return row["low"], row["high"]


@given(value=VALUES, digits=st.integers(0, 3), scale=st.sampled_from([1e6, 1e9]))
def test_a_true_value_is_within_its_own_print_at_any_precision(value: float, digits: int, scale: float) -> None:
    shown, unit = printed(value, digits, scale)
    low, high = interval(value=shown, precision=unit)
    assert low - 1e-9 * value <= value <= high + 1e-9 * value


@given(value=VALUES, unit=st.sampled_from([1e6, 1e7, 1e8, 1e9]), hedge=st.sampled_from(HEDGES))
def test_a_coarser_print_never_turns_within_into_outside(value: float, unit: float, hedge: str) -> None:
    fine = interval(value=value, precision=unit, hedge=hedge, quote="1.5")
    coarse = interval(value=value, precision=unit * 10, hedge=hedge, quote="1.5")
    assert coarse[0] <= fine[0]
    assert fine[1] <= coarse[1]


@given(value=VALUES, unit=st.sampled_from([1e6, 1e7, 1e8, 1e9]), hedge=st.sampled_from(HEDGES))
def test_every_interval_surrounds_the_printed_number(value: float, unit: float, hedge: str) -> None:
    low, high = interval(value=value, precision=unit, hedge=hedge)
    assert low <= value <= high
    assert math.isfinite(low)
    assert math.isfinite(high)


@given(value=VALUES, unit=st.sampled_from([1e7, 1e8, 1e9]))
def test_about_is_never_stricter_than_the_bare_number(value: float, unit: float) -> None:
    bare, about = interval(value=value, precision=unit), interval(value=value, precision=unit, hedge="about")
    assert about[0] <= bare[0]
    assert bare[1] <= about[1]


@given(
    a=st.floats(1e6, 1e12),
    b=st.floats(1e6, 1e12),
    name=st.sampled_from(sorted(formulas.FORMULAS)),
    spread=st.floats(0, 1e6),
)
def test_what_a_value_can_have_been_includes_what_it_is(a: float, b: float, name: str, spread: float) -> None:
    frame = pl.DataFrame({"formula": [name], "a": [a], "b": [b], "sa": [spread], "sb": [spread / 2]})
    low, high = formulas.reach("a", "b", "sa", "sb")
    row = frame.select(value=formulas.evaluate(), low=low, high=high).row(0, named=True)
    slack = 1e-9 * max(abs(row["value"]), 1.0)
    assert row["low"] - slack <= row["value"] <= row["high"] + slack


# --- the two sides of one trade -------------------------------------------------------------------------------------

SWAPPED_FLOW = {"exports": "imports", "imports": "exports", "balance": "balance", "total": "total"}
SWAPPED_SIGN = {"deficit": "surplus", "surplus": "deficit", "none": "none"}


def observations() -> pl.DataFrame:
    rows = [
        {
            "source": "census_country",
            "series_id": f"5800/{flow}/goods/nsa/A",
            "reporter": "US",
            "partner": "KR",
            "flow": flow,
            "scope": "goods",
            "basis": "census",
            "valuation": "fas" if flow == "exports" else "general_customs",
            "adjustment": "nsa",
            "frequency": "A",
            "period": year,
            "period_start": date(int(year), 1, 1),
            "value_usd": value * share,
            "vintage": "2018-10",
            "document_id": "d",
        }
        for flow, value in (("exports", EXPORTS), ("imports", IMPORTS))
        for year, share in (("2016", 1.0), ("2015", 0.9))
    ]
    return schemas.OBSERVATIONS.conform(pl.DataFrame(rows))


VINTAGES = schemas.VINTAGES.conform(
    pl.DataFrame(
        [
            {
                "source": "census_country",
                "vintage": "2018-10",
                "released_on": date(2018, 10, 18),
                "released_on_bound": "exact",
                "document_id": "d",
            }
        ]
    )
)
PARTNERS = schemas.PARTNERS.conform(pl.DataFrame([{"partner": "KR", "name": "Korea", "kind": "country"}]))
OBSERVATIONS = observations()

FIGURE: dict[str, Any] = {
    "article_id": "x",
    "published_on": date(2018, 11, 1),
    "start_char": 0,
    "end_char": 1,
    "quote": "27.6 billion",
    "sentence": "s",
    "unit": "usd",
    "precision": 1e8,
    "scope": "goods",
    "basis": "unknown",
    "adjustment": "unknown",
    "period": "2016",
    "status": "actual",
    "quoted": False,
}
SIDES = st.sampled_from(
    [("exports", "none"), ("imports", "none"), ("total", "none"), ("balance", "deficit"), ("balance", "surplus")]
)


def check(*figures: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [{**FIGURE, "figure_id": str(number), **figure} for number, figure in enumerate(figures)]
    frame = schemas.FIGURES.conform(pl.DataFrame(rows, schema=schemas.FIGURES.schema, infer_schema_length=None))
    return check_figures(frame, OBSERVATIONS, schemas.STATEMENTS.empty(), PARTNERS, VINTAGES).to_dicts()


@settings(max_examples=25, deadline=None)
@given(
    side=SIDES,
    change=st.sampled_from([None, "up", "down"]),
    value=st.floats(1e9, 2e11),
    hedge=st.sampled_from(HEDGES),
)
def test_the_same_trade_told_from_the_other_side(
    side: tuple[str, str], change: str | None, value: float, hedge: str
) -> None:
    """Reporter and partner swapped, with flow and sign: the amount is the same, a balance turned round; so is the
    judgement, but where only the other country's own statistics, which are not held, could have borne the print out."""
    flow, sign = side
    kind = {"kind": "level"} if change is None else {"kind": "change_abs", "base_period": "2015", "direction": change}
    figure = {**kind, "value": round(value, -8), "hedge": hedge, "flow": flow, "sign": sign}
    here, there = check(
        {**figure, "reporter": "US", "partner": "KR"},
        {**figure, "reporter": "KR", "partner": "US", "flow": SWAPPED_FLOW[flow], "sign": SWAPPED_SIGN[sign]},
    )
    turned = -1.0 if flow == "balance" and change is None else 1.0
    assert here["computed_value"] == turned * there["computed_value"]
    assert here["published_value"] == turned * there["published_value"]
    if here["verdict"] != there["verdict"]:
        assert (here["verdict"], there["reason"]) == ("outside_tolerance", "no_series")


@settings(max_examples=25, deadline=None)
@given(value=st.floats(1e9, 2e11), hedge=st.sampled_from(HEDGES), side=SIDES)
def test_a_verdict_says_where_the_value_lies(value: float, hedge: str, side: tuple[str, str]) -> None:
    flow, sign = side
    slots = {"kind": "level", "value": round(value, -8), "hedge": hedge, "flow": flow, "sign": sign}
    row = check({**slots, "reporter": "US", "partner": "KR"})[0]
    low, high = row["tolerance_low"], row["tolerance_high"]
    assert low <= row["published_value"] <= high
    assert row["difference"] == row["published_value"] - row["computed_value"]
    if row["verdict"] == "within_tolerance":
        assert low <= row["computed_value"] <= high
    else:
        assert not low <= row["computed_value"] <= high
