"""Candidates: for each reading every value that the evidence gives it, in the order in which evidence counts.

What belongs here: pairing the operands' evidence (vintage of the time, statements known by then, later vintages) and
applying the reading's formula. What does not: the printed number, which no candidate depends on.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.checks import formulas

OF_THE_TIME: Final = ("series", "statement")
"""Candidates that contract rule 2 counts as evidence of the time."""

CLASSES: Final = {"series": 0, "statement": 1, "first_base": 2, "same_vintage": 3, "later": 4}
"""Classes of evidence in their order: the vintage of the time; official statements known by then; the base as first
printed; both operands from one vintage; later vintages, listed and never preferred."""

MOST_STATEMENTS: Final = 6
"""How many different values of statements about one amount are tried: more are never printed within one period."""

_SAME: Final = 1e-6
"""Values that differ by less, relatively, count as the same: the dust of sums."""

_ASKED: Final = ["r", "a", "b", "published_on", "formula", "flow", "sign", "swap", "mirror_percent"]
_ONE: Final = ["level", "rank"]

_OPTION: Final = [
    "class",
    "value",
    "spread",
    "rounding",
    "gross",
    "current",
    "choice",
    "label",
    "ref",
    "known",
    "documents",
    "standing",
    "early",
    "basis_said",
]


def candidates(
    readings: pl.DataFrame, evidence: pl.DataFrame, statements: pl.DataFrame, values: pl.DataFrame
) -> tuple[pl.DataFrame, pl.Series]:
    """Every candidate of every reading.

    Args:
        readings: with `r, a, b, published_on, formula, flow, sign, swap`.
        evidence: what `compute.evidence` returned.
        statements: what `compute.statements_known` returned.
        values: what `compute.values` returned.

    Returns:
        `r, class, value` (contract rule 7's scale), `low, high` (how far it may have moved), `current` (known, and
        not revised in between), `standing` (of statements: 0 the release itself), `basis_said` (what a statement
        names as its basis), `choice, label, a_ref, b_ref, scale` (the sign that turns `a` and `b` into the named
        quantity), `documents`.
    """
    options = _options(evidence, statements)
    later = _later(readings, evidence, values)
    pairs = pl.concat([_with_first_base(_paired(readings, options), values), later], how="diagonal_relaxed")
    told = _evaluated(pairs)
    found = told.drop_nulls("value")
    undefined = told.filter(pl.col("value").is_null())["r"].unique()
    return found, undefined.filter(~undefined.is_in(found["r"].unique().implode()))


def _options(evidence: pl.DataFrame, statements: pl.DataFrame) -> pl.DataFrame:
    series = evidence.select(
        "i",
        "published_on",
        "value",
        "spread",
        "gross",
        "current",
        "choice",
        "documents",
        "early",
        label=pl.format("{} {}", "source", "vintage"),
        ref=pl.concat_str(pl.lit("v"), "source", "vintage", separator="|"),
        rounding=pl.lit(0.0),
        standing=pl.lit(0, dtype=pl.Int32),
        basis_said=pl.lit(None, dtype=pl.String),
        known=pl.col("released_on"),
        **{"class": pl.lit(CLASSES["series"])},
    )
    until = (
        pl.when(pl.col("known_by") > pl.col("known_from"))
        .then(pl.format("{} to {}", "known_from", "known_by"))
        .otherwise(pl.col("known_from").cast(pl.String))
    )
    told = statements.filter(pl.int_range(pl.len(), 0, -1).over("i", "published_on") <= MOST_STATEMENTS).select(
        "i",
        "published_on",
        "value",
        "rounding",
        "current",
        "documents",
        "standing",
        "basis_said",
        early=pl.lit(False),
        gross=pl.col("value").abs(),
        spread=pl.when("current").then(0.0).otherwise(pl.col("value").abs() * 0.02),
        choice=pl.when(pl.col("published_on").is_null()).then(pl.lit("latest")).otherwise(pl.lit("as_published")),
        label=pl.format("statement: {}, known {}", "publisher", until),
        ref=pl.concat_str(pl.lit("s"), "statement_id", separator="|"),
        known=pl.col("known_from"),
        **{"class": pl.lit(CLASSES["statement"])},
    )
    keys = ["i", "published_on", *_OPTION]
    return pl.concat([series.select(keys), told.select(keys)])


def _paired(readings: pl.DataFrame, options: pl.DataFrame) -> pl.DataFrame:
    """One operand: its options. Two: each option of the one with each of the other."""
    asked = readings.select(_ASKED)
    side = options.rename({name: f"{name}_a" for name in _OPTION})
    other = options.rename({name: f"{name}_b" for name in _OPTION})
    with_a = asked.join(side, left_on=["a", "published_on"], right_on=["i", "published_on"], nulls_equal=True)
    single = with_a.filter(pl.col("formula").is_in(_ONE))
    double = with_a.filter(~pl.col("formula").is_in(_ONE)).join(
        other, left_on=["b", "published_on"], right_on=["i", "published_on"], nulls_equal=True
    )
    both = pl.concat([single, double], how="diagonal_relaxed").with_columns(
        **{"class": pl.max_horizontal("class_a", "class_b")}
    )
    early = pl.col("early_a") | pl.col("early_b").fill_null(False)
    return both.filter(~early | (pl.col("mirror_percent") > 0))


def _with_first_base(pairs: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """The amount of the time over its base as first printed: what a writer with an old release beside a new one works
    out."""
    first = values.unique("i", keep="first", maintain_order=True).select(
        "i",
        first_value="value",
        first_label=pl.format("{} {}", "source", "vintage"),
        first_ref=pl.concat_str(pl.lit("v"), "source", "vintage", separator="|"),
        first_on="released_on",
        first_documents="documents",
    )
    series = pairs.filter((pl.col("class") == CLASSES["series"]) & pl.col("value_b").is_not_null())
    old = series.join(first, left_on="b", right_on="i").filter(
        ((pl.col("first_value") - pl.col("value_b")).abs() > _SAME * pl.col("value_b").abs())
        & (pl.col("published_on").is_null() | (pl.col("first_on") <= pl.col("published_on")))
    )
    told = old.with_columns(
        **{"class": pl.lit(CLASSES["first_base"])},
        value_b="first_value",
        label_b="first_label",
        ref_b="first_ref",
        known_b="first_on",
        documents_b="first_documents",
    )
    return pl.concat([pairs, told.select(pairs.columns)], how="vertical_relaxed")


def _later(readings: pl.DataFrame, evidence: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Later vintages whose value differs, and for two operands every vintage that holds both."""
    moved = values.with_columns(
        before=pl.col("value").shift(1).over("i"),
    ).filter(pl.col("before").is_null() | ((pl.col("value") - pl.col("before")).abs() > _SAME * pl.col("value").abs()))
    asked = readings.select(_ASKED)
    chosen = evidence.select(
        "i", "published_on", "early", since="released_on", held="value", vintage_of="vintage", source_of="source"
    )
    with_a = asked.join(chosen, left_on=["a", "published_on"], right_on=["i", "published_on"], nulls_equal=True)
    with_a = with_a.filter(~pl.col("early") | (pl.col("mirror_percent") > 0))
    one = pl.col("formula").is_in(_ONE)
    single = (
        with_a.filter(one)
        .join(moved, left_on="a", right_on="i")
        .filter(
            (pl.col("released_on") > pl.col("since"))
            & ((pl.col("value") - pl.col("held")).abs() > _SAME * pl.col("held").abs())
        )
    )
    other = evidence.select("i", "published_on", early_b="early", vintage_b="vintage", source_b="source")
    both = with_a.filter(~one).join(
        other, left_on=["b", "published_on"], right_on=["i", "published_on"], nulls_equal=True
    )
    both = both.filter(~pl.col("early_b") | (pl.col("mirror_percent") > 0))
    same = both.join(values, left_on="a", right_on="i").join(
        values.select("i", "source", "vintage", value_b="value", documents_b="documents"),
        left_on=["b", "source", "vintage"],
        right_on=["i", "source", "vintage"],
    )
    as_chosen = (
        (pl.col("vintage") == pl.col("vintage_of"))
        & (pl.col("source") == pl.col("source_of"))
        & (pl.col("vintage") == pl.col("vintage_b"))
        & (pl.col("source") == pl.col("source_b"))
    )
    same = same.filter(~as_chosen).unique(["r", "value", "value_b"], keep="first", maintain_order=True)
    then = pl.col("released_on") <= pl.col("since")
    refs = pl.concat_str(pl.lit("v"), "source", "vintage", separator="|")
    common = {
        "label_a": pl.format("{} {}", "source", "vintage"),
        "ref_a": refs,
        "choice_a": pl.lit("latest"),
        "current_a": pl.lit(False),
        "value_a": pl.col("value"),
        "documents_a": pl.col("documents"),
        "known_a": pl.col("released_on"),
        "spread_a": pl.lit(0.0),
        "gross_a": pl.lit(0.0),
        "rounding_a": pl.lit(0.0),
    }
    base = _ASKED
    singles = single.with_columns(**common).select(*base, *common, pl.lit(CLASSES["later"]).alias("class"))
    doubles = same.with_columns(
        **common,
        **{"class": pl.when(then).then(CLASSES["same_vintage"]).otherwise(CLASSES["later"])},
        label_b=pl.format("{} {}", "source", "vintage"),
        ref_b=refs,
        choice_b=pl.lit("latest"),
        current_b=pl.lit(False),
        spread_b=pl.lit(0.0),
        gross_b=pl.lit(0.0),
        rounding_b=pl.lit(0.0),
        known_b=pl.col("released_on"),
    ).select(
        *base,
        *common,
        "class",
        "label_b",
        "ref_b",
        "choice_b",
        "current_b",
        "value_b",
        "documents_b",
        "spread_b",
        "gross_b",
        "rounding_b",
        "known_b",
    )
    return pl.concat([singles, doubles], how="diagonal_relaxed")


def _evaluated(pairs: pl.DataFrame) -> pl.DataFrame:
    balance = pl.col("flow") == "balance"
    is_level = pl.col("formula") == "level"
    two = ~pl.col("formula").is_in(_ONE)
    turned = pl.when(balance & pl.col("swap")).then(-1.0).otherwise(1.0)
    # the named quantity: a deficit is the balance turned round; where the text names neither side, the side it is on
    named = (
        pl.when(~balance | is_level)
        .then(1.0)
        .when(pl.col("sign") == "deficit")
        .then(-1.0)
        .when(pl.col("sign") == "surplus")
        .then(1.0)
        .otherwise(pl.when(pl.col("value_a") * turned < 0).then(-1.0).otherwise(1.0))
    )
    scale = pl.when(pl.col("formula") == "rank").then(1.0).otherwise(turned * named)
    frame = pairs.with_columns(pl.col("standing_a", "standing_b").fill_null(0), scale=scale).with_columns(
        qa=pl.col("value_a") * pl.col("scale"),
        qb=pl.col("value_b") * pl.col("scale"),
        slack_a=pl.col("spread_a")
        + pl.when(is_level).then("rounding_a").otherwise(0.0)
        + pl.col("gross_a") * pl.col("mirror_percent") / 100,
        slack_b=(pl.col("spread_b") + pl.col("gross_b") * pl.col("mirror_percent") / 100).fill_null(0.0),
    )
    low, high = formulas.reach("qa", "qb", "slack_a", "slack_b")
    value = formulas.evaluate("qa", "qb")
    first = {"as_published": 0, "first_held": 1, "latest": 2}
    worse = pl.max_horizontal(
        pl.col("choice_a").replace_strict(first, return_dtype=pl.Int8),
        pl.col("choice_b").replace_strict(first, return_dtype=pl.Int8),
    )
    apart = two & (pl.col("label_a") != pl.col("label_b"))
    return frame.with_columns(value=value, low=low, high=high).select(
        "r",
        "class",
        "value",
        "low",
        "high",
        "scale",
        current=pl.col("current_a") & pl.col("current_b").fill_null(True),
        choice=worse.replace_strict({v: k for k, v in first.items()}, return_dtype=pl.String),
        label=pl.when(apart).then(pl.format("{} over {}", "label_a", "label_b")).otherwise("label_a"),
        basis_said=pl.coalesce("basis_said_a", "basis_said_b"),
        a_ref="ref_a",
        b_ref="ref_b",
        known=pl.max_horizontal("known_a", "known_b"),
        standing=pl.col("standing_a") + pl.col("standing_b"),
        documents=pl.when(two).then(pl.col("documents_a").list.set_union("documents_b")).otherwise("documents_a"),
    )
