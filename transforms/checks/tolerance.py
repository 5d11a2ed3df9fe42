"""From a printed number and its wording to the interval of values that it could stand for.

What belongs here: the arithmetic of `tolerances.yml`, as expressions over a frame of figures. What does not: which
value is compared (`compute`) and what follows from a miss (`verdicts`).
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from typing import Final

import polars as pl
import yaml

_KEYS: Final = {
    "low_factor": 1.0,
    "high_factor": 1.0,
    "low_units": 0.0,
    "high_units": 0.0,
    "low_percent": 0.0,
    "high_percent": 0.0,
    "low_points": 0.0,
    "high_points": 0.0,
    "understated_above": None,
    "overstated_below": None,
}

TABLES: Final = ("hedges", "words", "ratio_words", "fraction_words")
ROUND_STEP: Final = 10.0
"""A number is round where it is a whole multiple of ten of its last printed units: 170 billion, 30 percent; not
13.0."""


@lru_cache(maxsize=1)
def rules() -> pl.DataFrame:
    """`tolerances.yml` as a frame: `table`, `wording`, and one column for each parameter (docs in that file).

    Raises:
        ValueError: the file has a table or a parameter that is not known.
    """
    text = resources.files("transforms.checks").joinpath("tolerances.yml").read_text(encoding="utf-8")
    tables = {name: rows for name, rows in yaml.safe_load(text).items() if name != "version"}
    rows = []
    for table, wordings in tables.items():
        if table not in TABLES:
            raise ValueError(f"tolerances.yml: unknown table {table}; known are {', '.join(TABLES)}")
        for wording, given in wordings.items():
            unknown = set(given) - set(_KEYS)
            if unknown:
                raise ValueError(f"tolerances.yml: {table}.{wording}: unknown parameter {', '.join(sorted(unknown))}")
            rows.append({"table": table, "wording": wording, **_KEYS, **{k: float(v) for k, v in given.items()}})
    schema = {"table": pl.String, "wording": pl.String, **dict.fromkeys(_KEYS, pl.Float64)}
    return pl.DataFrame(rows, schema=schema)


def printed_unit() -> pl.Expr:
    """One unit of the last printed digit; for a whole number in words that of the same number in digits.

    "Six billion" claims no more and no less than 6 billion would, "seven pct" than 7 pct. A fraction ("a third") has
    none.
    """
    scale = pl.lit(1000.0).pow((pl.col("value").log10() / 3).floor())
    whole = (pl.col("value") / scale - (pl.col("value") / scale).round(0)).abs() < 1e-9
    in_words = pl.when(whole).then(scale).otherwise(scale / 10)
    percent = pl.col("quote").str.contains(r"(?i)per\s?cent|pct|%|points?")
    worded = (
        pl.when(
            pl.col("unit").is_in(["percent", "ratio", "rank", "direction"]) & ~((pl.col("unit") == "percent") & percent)
        )
        .then(None)
        .when(pl.col("value") > 0)
        .then(in_words)
    )
    return pl.coalesce(pl.when(pl.col("precision") > 0).then("precision"), worded)


def is_round() -> pl.Expr:
    """Whether a printed number ends in zeros at its own precision: a bare round number is read as approximate."""
    steps = pl.col("value") / (pl.col("precision") * ROUND_STEP)
    whole = (steps - steps.round(0)).abs() < 1e-6
    # 13.0 and 20.00 are printed with decimals on purpose: only whole units of money or percent can be round
    in_digits = (pl.col("precision") >= 1) & ~pl.col("quote").str.contains(r"\d\.\d")
    return (whole & (steps >= 1) & in_digits).fill_null(False)


def _table() -> pl.Expr:
    words = pl.col("precision").is_null()
    return (
        pl.when(words & (pl.col("kind") == "ratio"))
        .then(pl.lit("ratio_words"))
        .when(words & (pl.col("unit") == "percent"))
        .then(pl.lit("fraction_words"))
        .when(pl.col("hedge_word").is_in(rules().filter(pl.col("table") == "words")["wording"].implode()))
        .then(pl.lit("words"))
        .otherwise(pl.lit("hedges"))
    )


def _wording() -> pl.Expr:
    return (
        pl.when(pl.col("table") == "words")
        .then(pl.col("hedge_word"))
        .when((pl.col("table") == "hedges") & (pl.col("hedge") == "exact") & is_round())
        .then(pl.lit("exact_round"))
        .otherwise(pl.col("hedge"))
    )


def intervals(figures: pl.DataFrame) -> pl.DataFrame:
    """The interval of each figure, unsigned as the figure is printed.

    Args:
        figures: columns `kind, value, value_high, unit, precision, hedge, hedge_word, quote` (schemas.FIGURES).

    Returns:
        `figures` with `low`, `high` (base units, both ends included; null where there is no value) and
        `understated_above`, `overstated_below` (base units; null where there is nothing to warn of).
    """
    x, u = pl.col("value"), pl.col("precision").fill_null(0.0)
    top = pl.coalesce("value_high", "value")
    low = pl.col("low_factor") * x - pl.max_horizontal(pl.col("low_units") * u, pl.col("low_percent") / 100 * x)
    high = pl.col("high_factor") * top + pl.max_horizontal(pl.col("high_units") * u, pl.col("high_percent") / 100 * top)
    rank = pl.col("kind") == "rank"
    return (
        figures.with_columns(printed=pl.col("precision"), precision=printed_unit())
        .with_columns(table=_table())
        .with_columns(wording=_wording())
        .join(rules(), on=["table", "wording"], how="left", maintain_order="left")
        .with_columns(
            low=pl.when(rank).then(x).otherwise(low - pl.col("low_points")),
            high=pl.when(rank).then(top).otherwise(high + pl.col("high_points")),
            understated_above=pl.col("understated_above") * x,
            overstated_below=pl.col("overstated_below") * x,
        )
        .with_columns(precision="printed")
        .drop("table", "wording", "printed", *(key for key in _KEYS if not key.startswith(("under", "over"))))
    )
