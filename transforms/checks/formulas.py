"""The closed algebra: every formula that a figure can stand for, as data, with its polars evaluation and its SQL text.

What belongs here: how one or two official amounts become the number that an article prints. What does not: which
amounts (`readings`), where they come from (`compute`) and how near is near enough (`tolerance`, `verdicts`).

An *amount* is exports, imports, exports minus imports (balance) or exports plus imports (total) of one pair of
parties in one period. The *named quantity* of a deficit is the amount turned round, so that a deficit that grows goes
up (contract, rule 7).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula.

    `words` is what `checks.formula` shows; `sql` has the places `{a}` and `{b}` for two numbers on the scale of the
    named quantity; `evaluate` does the same over columns.
    """

    name: str
    words: str
    operands: int
    sql: str
    evaluate: Callable[[pl.Expr, pl.Expr], pl.Expr]


def _share(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    return pl.when(b != 0).then(100.0 * a / b)


def _ratio(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """A multiple of a quantity that was on the other side of zero, or was nothing, has no meaning: null."""
    return pl.when((b > 0) & (a >= 0)).then(a / b)


def _growth(a: pl.Expr, b: pl.Expr) -> pl.Expr:
    """Growth from a quantity that was on the other side of zero, or was nothing, has no meaning: null."""
    return pl.when(b > 0).then(100.0 * (a / b - 1.0))


FORMULAS: Final = {
    formula.name: formula
    for formula in (
        Formula("level", "amount in the period", 1, "{a}", lambda a, _: a),
        Formula("rank", "place of the partner, 1 the largest, countries only", 1, "{a}", lambda a, _: a),
        Formula("change_abs", "amount minus amount of the base period", 2, "{a} - {b}", lambda a, b: a - b),
        Formula(
            "change_size",
            "difference between the amounts of the two periods, either way",
            2,
            "abs({a} - {b})",
            lambda a, b: (a - b).abs(),
        ),
        Formula("direction", "amount minus amount of the base period", 2, "{a} - {b}", lambda a, b: a - b),
        Formula(
            "change_pct", "100 * (amount / amount of the base period - 1)", 2, "100.0 * ({a} / {b} - 1.0)", _growth
        ),
        Formula(
            "change_pct_size",
            "100 * |amount / amount of the base period - 1|",
            2,
            "abs(100.0 * ({a} / {b} - 1.0))",
            lambda a, b: _growth(a, b).abs(),
        ),
        Formula("ratio", "amount / amount of the base period", 2, "{a} / {b}", _ratio),
        Formula("ratio_down", "amount of the base period / amount", 2, "{b} / {a}", lambda a, b: _ratio(b, a)),
        Formula("share", "100 * part / whole", 2, "100.0 * {a} / {b}", _share),
    )
}
"""Every formula by name. `change_size` and `change_pct_size` serve changes whose direction the text does not say."""


def name_of() -> pl.Expr:
    """The formula of a figure from its slots `kind, direction, value`."""
    unsaid = pl.col("direction").is_null()
    kind = pl.col("kind")
    return (
        pl.when((kind == "change_abs") & unsaid)
        .then(pl.lit("change_size"))
        .when((kind == "change_pct") & unsaid)
        .then(pl.lit("change_pct_size"))
        .when((kind == "ratio") & (pl.col("direction") == "down") & (pl.col("value") > 1))
        .then(pl.lit("ratio_down"))
        .otherwise(kind)
    )


def by_formula(pick: Callable[[Formula], pl.Expr]) -> pl.Expr:
    """One expression that takes for each row what `pick` returns for the row's `formula`."""
    chosen: pl.Expr = pl.lit(None, dtype=pl.Float64)
    for name, formula in FORMULAS.items():
        chosen = pl.when(pl.col("formula") == name).then(pick(formula)).otherwise(chosen)
    return chosen


def evaluate(a: str = "a", b: str = "b") -> pl.Expr:
    """The value of each row's formula over the columns `a` and `b` (named quantity, signed)."""
    return by_formula(lambda formula: formula.evaluate(pl.col(a), pl.col(b)))


def _applied(a: pl.Expr, b: pl.Expr) -> Callable[[Formula], pl.Expr]:
    return lambda formula: formula.evaluate(a, b)


def reach(a: str, b: str, spread_a: str, spread_b: str) -> tuple[pl.Expr, pl.Expr]:
    """Lowest and highest value of each row's formula while `a` and `b` move within their spreads.

    Where the base can cross zero, a ratio or a rate can be anything: both ends are infinite.
    """
    corners = []
    for sign_a in (-1, 1):
        for sign_b in (-1, 1):
            moved_a = pl.col(a) + sign_a * pl.col(spread_a)
            moved_b = pl.col(b) + sign_b * pl.col(spread_b)
            corners.append(by_formula(_applied(moved_a, moved_b)))
    upside_down = pl.col("formula") == "ratio_down"
    divisor, room = pl.when(upside_down).then(a).otherwise(b), pl.when(upside_down).then(spread_a).otherwise(spread_b)
    divides = upside_down | pl.col("formula").is_in(["change_pct", "change_pct_size", "ratio", "share"])
    wild = divides & (divisor.abs() <= room) & (room > 0)
    # a size is least where the two amounts can meet, between the corners
    sized = pl.col("formula").is_in(["change_size", "change_pct_size"])
    meet = sized & ((pl.col(a) - pl.col(b)).abs() <= pl.col(spread_a) + pl.col(spread_b))
    low = pl.when(wild).then(float("-inf")).when(meet).then(0.0).otherwise(pl.min_horizontal(corners))
    high = pl.when(wild).then(float("inf")).otherwise(pl.max_horizontal(corners))
    return low, high
