"""An article's own figures against each other: levels, changes, shares and balances, with no series at all (contract,
rule 8).

What belongs here: which printed figures belong together, and whether what one prints can be true beside what the
others print. It also says how exact a printed change can be where it was worked out from two rounded levels.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.checks import formulas

_CHANGES: Final = ("change_abs", "change_pct", "ratio", "direction")


def internal_checks(figures: pl.DataFrame) -> pl.DataFrame:
    """Each figure against the others of its article.

    Args:
        figures: schemas.FIGURES with `row`, `formula`, and `low`, `high` (the unsigned interval of
        `tolerance.intervals`).

    Returns:
        `row, internal_check` (consistent, inconsistent, none), `implied_low, implied_high` (what the article's own
        printed levels allow a change, ratio or share to be, on the scale of the named quantity; null where it prints
        none).
    """
    levels = _levels(figures)
    changes = _related(figures, levels)
    balances = _balances(levels)
    # a figure that agrees with some of the others is not blamed for one that agrees with none
    told = pl.concat([changes.select("row", "holds"), balances])
    verdict = told.group_by("row").agg(holds=pl.col("holds").any())
    implied = changes.filter(pl.col("holds")).unique("row").select("row", "implied_low", "implied_high")
    word = pl.when(pl.col("holds")).then(pl.lit("consistent")).otherwise(pl.lit("inconsistent"))
    return (
        figures.select("row")
        .join(verdict.select("row", internal_check=word), on="row", how="left", maintain_order="left")
        .join(implied, on="row", how="left", maintain_order="left")
        .with_columns(pl.col("internal_check").fill_null("none"))
    )


def _levels(figures: pl.DataFrame) -> pl.DataFrame:
    """Printed levels with the interval that their wording allows, on the signed scale; a mere threshold is no level."""
    sign = pl.when(pl.col("sign") == "deficit").then(-1.0).otherwise(1.0)
    stated = pl.col("hedge").is_in(["exact", "record", "about", "range"]) & pl.col("low").is_not_null()
    return figures.filter((pl.col("kind") == "level") & (pl.col("status") == "actual") & stated).select(
        "row",
        "figure_id",
        "article_id",
        "reporter",
        "partner",
        "flow",
        "scope",
        "period",
        "unit",
        "adjustment",
        middle=(pl.col("low") + pl.col("high")) / 2 * sign,
        half=(pl.col("high") - pl.col("low")) / 2,
    )


def _related(figures: pl.DataFrame, levels: pl.DataFrame) -> pl.DataFrame:
    """Changes, ratios and shares beside the two levels that they relate: those named as operands, else by their
    slots."""
    derived = figures.filter(pl.col("kind").is_in([*_CHANGES, "share"]) & (pl.col("status") == "actual"))
    named = derived.unnest("operands", separator="_") if "operands" in derived.columns else derived
    first = pl.coalesce("operands_to", "operands_part")
    second = pl.coalesce("operands_from", "operands_whole")
    side = levels.select("figure_id", "middle", "half", "unit")
    pointed = (
        named.with_columns(a_id=first, b_id=second)
        .join(side, left_on="a_id", right_on="figure_id", suffix="_a")
        .join(side, left_on="b_id", right_on="figure_id", suffix="_b")
        .filter((pl.col("row") >= 0) & (pl.col("unit_a") == pl.col("unit_b")))
    )
    keys = ["article_id", "reporter", "partner", "flow", "scope"]
    by_slot = levels.select(*keys, "period", "middle", "half", unit_a="unit")
    matched = (
        named.filter(pl.col("kind") != "share")
        .join(by_slot, on=[*keys, "period"])
        .join(
            by_slot.rename({"unit_a": "unit_b"}),
            left_on=[*keys, "base_period"],
            right_on=[*keys, "period"],
            suffix="_b",
        )
        .filter(pl.col("unit_a") == pl.col("unit_b"))
    )
    world = by_slot.filter(pl.col("partner") == "world").drop("partner").rename({"unit_a": "unit_b"})
    of_world = (
        named.filter((pl.col("kind") == "share") & (pl.col("partner") != "world"))
        .join(by_slot, on=[*keys, "period"])
        .join(world, on=[*(key for key in keys if key != "partner"), "period"], suffix="_b")
    )
    by_slots = pl.concat([matched, of_world], how="diagonal_relaxed")
    by_slots = by_slots.filter(~pl.col("row").is_in(pointed["row"].implode()))
    both = pl.concat([pointed, by_slots], how="diagonal_relaxed")
    return _judged(both)


def _judged(pairs: pl.DataFrame) -> pl.DataFrame:
    named = (
        pl.when(pl.col("flow") != "balance")
        .then(1.0)
        .when(pl.col("sign") == "deficit")
        .then(-1.0)
        .when(pl.col("sign") == "surplus")
        .then(1.0)
        .otherwise(pl.when(pl.col("middle") < 0).then(-1.0).otherwise(1.0))
    )
    frame = pairs.with_columns(a=pl.col("middle") * named, b=pl.col("middle_b") * named)
    low, high = formulas.reach("a", "b", "half", "half_b")
    frame = frame.with_columns(implied_low=low, implied_high=high)
    down = pl.col("direction") == "down"
    turned = down & pl.col("kind").is_in(["change_abs", "change_pct"])
    lower = pl.when(turned).then(-pl.col("high")).otherwise("low")
    upper = pl.when(turned).then(-pl.col("low")).otherwise("high")
    same_way = pl.when(down).then(pl.col("implied_low") < 0).otherwise(pl.col("implied_high") > 0)
    overlap = (pl.col("implied_high") >= lower) & (pl.col("implied_low") <= upper)
    holds = pl.when(pl.col("kind") == "direction").then(same_way).otherwise(overlap)
    return frame.with_columns(holds=holds).drop_nulls("holds")


def _balances(levels: pl.DataFrame) -> pl.DataFrame:
    """Exports, imports and balance (or total) of the same parties, scope and period: they have to add up."""
    keys = ["article_id", "reporter", "partner", "scope", "period", "unit", "adjustment"]
    sides = {
        flow: levels.filter(pl.col("flow") == flow).select(*keys, "row", "middle", "half")
        for flow in ("exports", "imports", "balance", "total")
    }
    told = []
    for result, weight in (("balance", -1.0), ("total", 1.0)):
        joined = (
            sides["exports"]
            .join(sides["imports"], on=keys, suffix="_imports")
            .join(sides[result], on=keys, suffix="_result")
        )
        gap = pl.col("middle") + weight * pl.col("middle_imports") - pl.col("middle_result")
        slack = pl.col("half") + pl.col("half_imports") + pl.col("half_result")
        holds = joined.with_columns(holds=gap.abs() <= slack * (1 + 1e-9))
        told += [holds.select(pl.col(name).alias("row"), "holds") for name in ("row", "row_imports", "row_result")]
    return pl.concat([*told, *_goods_and_services(levels)])


def _goods_and_services(levels: pl.DataFrame) -> list[pl.DataFrame]:
    """Goods and services of the same flow beside the two together. A miss blames nobody: goods have two bases."""
    keys = ["article_id", "reporter", "partner", "flow", "period", "unit", "adjustment"]
    part = {
        scope: levels.filter(pl.col("scope") == scope).select(*keys, "row", "middle", "half")
        for scope in ("goods", "services", "goods_services")
    }
    joined = part["goods"].join(part["services"], on=keys, suffix="_services")
    joined = joined.join(part["goods_services"], on=keys, suffix="_result")
    gap = pl.col("middle") + pl.col("middle_services") - pl.col("middle_result")
    slack = pl.col("half") + pl.col("half_services") + pl.col("half_result")
    holds = joined.filter(gap.abs() <= slack * (1 + 1e-9)).with_columns(holds=pl.lit(True))
    return [holds.select(pl.col(name).alias("row"), "holds") for name in ("row", "row_services", "row_result")]
