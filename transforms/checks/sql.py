"""The query that returns a computed value from the warehouse as it stands.

What belongs here: SQL text, made of closed vocabularies and escaped literals, over the tables of transforms.schemas.
What does not: running it. One row, one column `computed_value`; it reads plain tables and names the vintage, so that
it gives the same answer after every later release.
"""

from __future__ import annotations

import polars as pl

from transforms.checks import formulas

_SIGNED = "CASE WHEN flow = 'imports' THEN {imports} * value_usd ELSE value_usd END"


def literal(text: pl.Expr) -> pl.Expr:
    """A text as an SQL literal: quotes doubled, so that nothing in it can end it."""
    return pl.concat_str(pl.lit("'"), text.str.replace_all("'", "''", literal=True), pl.lit("'"))


def _among(column: str) -> pl.Expr:
    return literal(pl.col(column)).unique().sort().str.join(", ")


def amount_conditions(needed: pl.DataFrame) -> pl.DataFrame:
    """For each amount the parts of its query that do not depend on the vintage.

    Args:
        needed: what `compute.atoms` returned.

    Returns:
        `i, measure, wanted_partner, summed` (the weighted sum), `conditions`, `parts`, `best` (DESC: the largest
        first).
    """
    grouped = needed.group_by("i").agg(
        pl.col("measure", "wanted_partner", "reporter", "basis", "adjustment", "frequency", "valuation").first(),
        parts=pl.len(),
        flows=_among("flow"),
        scopes=_among("scope"),
        spans=_among("period"),
        members=_among("partner"),
        minus=(pl.col("weight") < 0).any(),
        deficit=(pl.col("sign_ranked") == "deficit").any(),
    )
    where = [
        pl.format("reporter = {}", literal(pl.col("reporter"))),
        pl.format("flow IN ({})", "flows"),
        pl.format("scope IN ({})", "scopes"),
        pl.format("basis = {}", literal(pl.col("basis"))),
        pl.format("adjustment = {}", literal(pl.col("adjustment"))),
        pl.format("frequency = {}", literal(pl.col("frequency"))),
        pl.format("period IN ({})", "spans"),
        pl.when(pl.col("measure") == "rank")
        .then(pl.lit("partner IN (SELECT partner FROM partners WHERE kind = 'country')"))
        .when(pl.col("measure") == "listed")
        .then(pl.lit("partner IN (SELECT partner FROM partners WHERE kind <> 'group')"))
        .otherwise(pl.format("partner IN ({})", "members")),
        pl.when(pl.col("valuation") == "consumption")
        .then(pl.lit("(flow = 'exports' OR valuation = 'consumption_customs')"))
        .otherwise(pl.lit("(flow = 'exports' OR valuation IS DISTINCT FROM 'consumption_customs')")),
    ]
    weight = pl.when("minus").then(pl.lit("-1")).otherwise(pl.lit("1"))
    before, after = _SIGNED.split("{imports}")
    return grouped.select(
        "i",
        "measure",
        "wanted_partner",
        "parts",
        summed=pl.concat_str(pl.lit("sum(" + before), weight, pl.lit(after + ")")),
        conditions=pl.concat_str(where, separator=" AND "),
        best=pl.when("deficit").then(pl.lit("ASC")).otherwise(pl.lit("DESC")),
    )


def _of_flow(column: str) -> pl.Expr:
    """A literal, or where exports and imports come from two vintages (`a+b`) the one that belongs to the row's flow."""
    both = pl.col(column).str.splitn("+", 2).struct
    one = literal(pl.col(column))
    return (
        pl.when(pl.col(column).str.contains("+", literal=True))
        .then(pl.format("(CASE flow WHEN 'exports' THEN {} ELSE {} END)", literal(both[0]), literal(both[1])))
        .otherwise(one)
    )


def operand_sql(pointed: pl.DataFrame, conditions: pl.DataFrame) -> pl.DataFrame:
    """A scalar subquery for each pair of amount and evidence.

    Args:
        pointed: distinct `i, ref`; `ref` is `v|source|vintage` or `s|statement_id`.
        conditions: what `amount_conditions` returned.

    Returns:
        `i, ref, query`.
    """
    parts = pl.col("ref").str.splitn("|", 3).struct
    told = pointed.with_columns(kind=parts[0], first=parts[1], second=parts[2]).join(conditions, on="i", how="left")
    at = pl.format(
        "FROM observations WHERE source = {} AND vintage = {} AND {}",
        _of_flow("first"),
        _of_flow("second"),
        "conditions",
    )
    amount = pl.format("(SELECT {} {})", "summed", at)
    place = pl.format(
        "(SELECT place FROM (SELECT partner, rank() OVER (ORDER BY {} {}) AS place {} GROUP BY partner "
        "HAVING count(*) = {}) WHERE partner = {})",
        "summed",
        "best",
        at,
        "parts",
        literal(pl.col("wanted_partner")),
    )
    statement = pl.format(
        "(SELECT value_usd FROM statements WHERE statement_id = {} LIMIT 1)", literal(pl.col("first"))
    )
    return told.select(
        "i",
        "ref",
        query=pl.when(pl.col("kind") == "s")
        .then(statement)
        .when(pl.col("measure") == "rank")
        .then(place)
        .otherwise(amount),
    )


def full_query(a: str = "query_a", b: str = "query_b") -> pl.Expr:
    """The whole query of each row: its formula over the subqueries of its operands, with `scale` turning them round."""
    sign = pl.when(pl.col("scale") < 0).then(pl.lit("-1.0 * ")).otherwise(pl.lit(""))
    turned_a = pl.concat_str(pl.lit("("), sign, pl.col(a), pl.lit(")"))
    turned_b = pl.concat_str(pl.lit("("), sign, pl.col(b), pl.lit(")"))
    chosen = pl.lit(None, dtype=pl.String)
    for name, formula in formulas.FORMULAS.items():
        pattern = formula.sql.replace("{a}", "\0a\0").replace("{b}", "\0b\0")
        pieces = [
            turned_a if piece == "a" else turned_b if piece == "b" else pl.lit(piece) for piece in pattern.split("\0")
        ]
        chosen = pl.when(pl.col("formula") == name).then(pl.concat_str(pieces)).otherwise(chosen)
    return pl.concat_str(pl.lit("SELECT CAST("), chosen, pl.lit(" AS DOUBLE) AS computed_value"))
