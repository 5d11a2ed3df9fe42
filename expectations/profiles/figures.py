"""Profiles of figures: does each one stand in its article as it says, and do its slots hang together?

What belongs here: a figure against the text, the partners and the other figures of its article. What does not: whether
the figure is right (`checks`).
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from expectations.profiles.base import Context, Profile
from expectations.profiles.common import cap
from expectations.profiles.series import unknown
from transforms import periods
from transforms.checks.overrides import is_pinned

_TEXT, _NUMBER, _INT = pl.String(), pl.Float64(), pl.Int64()
_FIGURE: Final = {"figure_id": _TEXT, "article_id": _TEXT, "quote": _TEXT}


def _rows(**columns: pl.DataType) -> pl.Schema:
    return pl.Schema({**_FIGURE, **columns, "found": pl.Int64()})


def _spans(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Figures whose quote is not what stands at their span of the article; without an article nothing stands there."""
    texts = context["articles"].select("article_id", "text")
    length = pl.col("end_char") - pl.col("start_char")
    valid = (pl.col("start_char") >= 0) & (length > 0)
    held = frame.join(texts, on="article_id", how="left", maintain_order="left").with_columns(
        held=pl.when(valid).then(pl.col("text").str.slice(pl.col("start_char").clip(0), length.clip(0).cast(pl.UInt64)))
    )
    wrong = held.filter(~pl.col("held").eq_missing(pl.col("quote")))
    return cap(wrong.select(*_FIGURE, "start_char", "end_char", held=pl.col("held").fill_null("")))


def _values(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Figures whose value is missing or given against their kind, or whose range is none."""
    direction = pl.col("kind") == "direction"
    value, high = pl.col("value"), pl.col("value_high")
    fault = (
        pl.when(direction & value.is_not_null())
        .then(pl.lit("a direction with a value"))
        .when(~direction & value.is_null())
        .then(pl.lit("no value"))
        .when(value < 0)
        .then(pl.lit("a value below zero: the sign is a slot"))
        .when(high.is_not_null() & (pl.col("hedge") != "range"))
        .then(pl.lit("an upper end without a range"))
        .when(high.is_null() & (pl.col("hedge") == "range"))
        .then(pl.lit("a range without an upper end"))
        .when(high < value)
        .then(pl.lit("a range that ends below its start"))
        .when(direction & pl.col("direction").is_null())
        .then(pl.lit("a direction that says neither up nor down"))
        .otherwise(pl.lit("none"))
    )
    wrong = frame.with_columns(fault=fault).filter(pl.col("fault") != "none")
    return cap(wrong.select(*_FIGURE, "kind", "value", "value_high", "hedge", "fault"))


def _reread(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Figures whose value is not among those that reading their quote again gives, where the quote reads alone.

    Left out: values that an editor pinned, which the figure's trace tells.
    """
    from transforms.text import find_quantities  # noqa: PLC0415  loads the lexicons, which only this profile needs

    stated = frame.filter(pl.col("value").is_not_null(), pl.col("kind") != "other", ~is_pinned("value"))
    quotes = stated.select("quote").unique()
    read = {
        quote: sorted({float(q.value) for q in find_quantities(quote) if q.value is not None})
        for quote in quotes["quote"]
    }

    def nearest(row: dict[str, Any]) -> float | None:
        return min(read[row["quote"]], key=lambda value: abs(value - row["value"]), default=None)

    known = [quote for quote, values in read.items() if values]
    asked = stated.filter(pl.col("quote").is_in(known))
    compared = asked.with_columns(
        read_again=pl.struct("quote", "value").map_elements(nearest, return_dtype=pl.Float64)
    ).with_columns(difference=(pl.col("read_again") - pl.col("value")).abs(), tolerance=1e-9 * pl.col("value").abs())
    wrong = compared.filter(pl.col("difference") > pl.col("tolerance"))
    return cap(wrong.select(*_FIGURE, "value", "read_again", "difference", "tolerance"))


def _periods(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Figures whose period or base period is none of the forms of the contract."""
    long = pl.concat(
        frame.select(*_FIGURE, slot=pl.lit(slot), period=pl.col(slot)).filter(pl.col("period").is_not_null())
        for slot in ("period", "base_period")
    )
    distinct = long["period"].unique()
    bad = [text for text in distinct if text not in ("current", "unknown") and periods.bounds(text) is None]
    return cap(long.filter(pl.col("period").is_in(bad)))


def _partners(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Reporters and partners of figures that the partners table does not have."""
    named = pl.concat(
        frame.select(name=pl.col(slot).str.split("+")).explode("name") for slot in ("reporter", "partner")
    )
    missing = unknown(named["name"], context["partners"]["partner"], "partner")["row"].to_list()
    pieces = pl.concat(
        frame.select(*_FIGURE, slot=pl.lit(slot), code=pl.col(slot).str.split("+")).explode("code")
        for slot in ("reporter", "partner")
    )
    return cap(pieces.filter(pl.col("code").is_in(missing)).with_columns(known=pl.lit(value=False)))


def _operands(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Operands that are no figure of the same article, or the figure itself."""
    roles = [field.name for field in frame.schema["operands"].fields]  # type: ignore[attr-defined]
    long = pl.concat(
        frame.select(*_FIGURE, role=pl.lit(role), operand=pl.col("operands").struct.field(role)) for role in roles
    ).filter(pl.col("operand").is_not_null())
    same = frame.select(operand="figure_id", its_article="article_id")
    joined = long.join(same, on="operand", how="left", maintain_order="left")
    wrong = joined.filter(
        pl.col("its_article").ne_missing(pl.col("article_id")) | (pl.col("operand") == pl.col("figure_id"))
    )
    own = pl.col("operand") == pl.col("figure_id")
    return cap(
        wrong.select(*_FIGURE, "role", "operand", its_article=pl.col("its_article").fill_null("unknown"), own=own)
    )


FIGURES_PROFILES: Final = (
    Profile(
        "spans",
        _spans.__doc__ or "",
        _rows(start_char=_INT, end_char=_INT, held=_TEXT),
        _spans,
        needs=("articles",),
        violations_only=True,
    ),
    Profile(
        "values",
        _values.__doc__ or "",
        _rows(kind=_TEXT, value=_NUMBER, value_high=_NUMBER, hedge=_TEXT, fault=_TEXT),
        _values,
        violations_only=True,
    ),
    Profile(
        "reread",
        _reread.__doc__ or "",
        _rows(value=_NUMBER, read_again=_NUMBER, difference=_NUMBER, tolerance=_NUMBER),
        _reread,
        violations_only=True,
    ),
    Profile("periods", _periods.__doc__ or "", _rows(slot=_TEXT, period=_TEXT), _periods, violations_only=True),
    Profile(
        "partners",
        _partners.__doc__ or "",
        _rows(slot=_TEXT, code=_TEXT, known=pl.Boolean()),
        _partners,
        needs=("partners",),
        violations_only=True,
    ),
    Profile(
        "operands",
        _operands.__doc__ or "",
        _rows(role=_TEXT, operand=_TEXT, its_article=_TEXT, own=pl.Boolean()),
        _operands,
        violations_only=True,
    ),
)
