"""Profiles that every table has, made from the data dictionary: keys written twice, and what the dictionary forbids."""

from __future__ import annotations

from typing import Final

import polars as pl

from expectations.profiles.base import Context, Profile
from transforms.schemas import Column, Table

MOST_ROWS: Final = 1_000
"""At most this many violating rows are listed; `found` says how many there are."""

DICTIONARY: Final = pl.Schema(
    {"rule_on": pl.String(), "rule": pl.String(), "violations": pl.Int64(), "example": pl.String()}
)


def name_of(*columns: str, separator: str = " ") -> pl.Expr:
    """The row's name: the given columns in words, a missing one as `–`."""
    return pl.concat_str([pl.col(column).cast(pl.String).fill_null("–") for column in columns], separator=separator)


def cap(frame: pl.DataFrame) -> pl.DataFrame:
    """The first rows of `frame`, with `found`, how many it had."""
    return frame.with_columns(found=pl.lit(frame.height, pl.Int64)).head(MOST_ROWS)


def newest_periods(observations: pl.DataFrame) -> pl.DataFrame:
    """The newest period of each release: `source, vintage, newest`."""
    by = ["source", "vintage"]
    # distinct periods first: sorting two million texts within their groups takes half a gigabyte
    held = observations.lazy().select(*by, "period", "period_start").unique().collect()
    return held.group_by(by).agg(newest=pl.col("period").max_by("period_start"))


def keys_of(table: Table) -> Profile:
    """One row for each key of `table` that is written more than once: `row, rows, found`."""

    def compute(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
        key = list(table.key)
        held = frame.select(key)
        # as many hashes as rows means as many keys, and hashes are counted ten times faster than texts
        if held.is_empty() or held.hash_rows().n_unique() == held.height:
            held = held.clear()
        twice = held.filter(pl.struct(key).is_duplicated())
        counted = twice.group_by(key, maintain_order=True).agg(rows=pl.len().cast(pl.Int64))
        return cap(counted.select(name_of(*key).alias("row"), "rows"))

    return Profile(
        "keys",
        f"Keys ({', '.join(table.key)}) that are written more than once.",
        pl.Schema({"row": pl.String(), "rows": pl.Int64(), "found": pl.Int64()}),
        compute,
        violations_only=True,
    )


def dictionary_of(table: Table) -> Profile:
    """One row for each rule that the data dictionary sets on a column of `table`, with how many rows break it."""

    def compute(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
        rules = [rule for column in table.columns for rule in _rules(column)]
        suspected = frame.select(
            quick.fill_null(value=False).any().alias(str(number)) for number, (_, _, quick, _) in enumerate(rules)
        ).row(0)
        made = [
            (name, rule, *(_count_and_example(frame, name, broken) if suspect else (0, None)))
            for (name, rule, _, broken), suspect in zip(rules, suspected, strict=True)
        ]
        return pl.DataFrame(made, schema=DICTIONARY, orient="row")

    return Profile("dictionary", "What the data dictionary says of each column.", DICTIONARY, compute)


def _rules(column: Column) -> list[tuple[str, str, pl.Expr, pl.Expr]]:
    """Rules as name of the column, the rule in words, where it may be broken (quick to tell), and where it is."""
    value = pl.col(column.name)
    rules: list[tuple[str, str, pl.Expr, pl.Expr]] = []
    if not column.nullable:
        rules.append((column.name, "given", value.is_null(), value.is_null()))
        if column.dtype == pl.String:
            # what is blank sorts before "!", the first character after the space
            rules.append((column.name, "not blank", value < "!", value.str.strip_chars().str.len_bytes() == 0))
    if column.values:
        foreign = ~value.is_in(list(column.values))
        rules.append((column.name, "from the closed list", foreign, foreign))
    if column.dtype == pl.Float64:
        rules.append((column.name, "a finite number", ~value.is_finite(), ~value.is_finite()))
    return rules


def _count_and_example(frame: pl.DataFrame, name: str, broken: pl.Expr) -> tuple[int, str | None]:
    found = frame.filter(broken.fill_null(value=False))[name]
    return len(found), (str(found[0])[:80] if len(found) else None)
