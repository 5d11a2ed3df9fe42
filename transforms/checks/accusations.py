"""Before a figure is called wrong: whether its reading stands firmly enough, and whether it is right of something else.

What belongs here: turning `outside_tolerance` into `not_checkable` (reason `reading_unresolved`) where a weak slot can
be something else, where the article itself names another reading that fits, or where the gap is absurd. What does not:
finding values, and any way from a miss to `within`: nothing here ever calls a figure right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from transforms.checks import explain, firmness, readings
from transforms.checks.candidates import CLASSES

DIGITS: Final = 3
"""Printed digits from which a number is told from its neighbours: two digits fit something by chance too often."""

MOST_NAMED: Final = 24
"""Pairs, and periods, of one article that are tried, in their order: a closed, small set."""

ABSURD: Final = 3.0
"""A level that is off by more than this factor is more likely misread than misprinted, unless by a slip of units."""

_UNIT_SLIPS: Final = (1e3, 1e6)
_SLIP_ROOM: Final = 1.1
_CLOSE_HEDGES: Final = ("exact", "record", "about", "nearly", "range", "up_to")
_NO_PERIOD: Final = ("unknown", "current")

_SILENT: Final = {
    "reporter": "the sentence does not say whose trade",
    "partner": "the sentence does not say with whom",
    "flow": "the sentence does not say which flow",
    "sign": "the sentence does not say deficit or surplus",
    "period": "the sentence does not date it",
    "base_period": "the sentence does not say compared with when",
}


def weighed(
    frame: pl.DataFrame,
    figures: pl.DataFrame,
    plan_of: Callable[[pl.DataFrame], tuple[pl.DataFrame, pl.DataFrame]],
    names: dict[str, str],
) -> pl.DataFrame:
    """`frame` with accusations that do not stand taken back.

    Args:
        frame: figures with `row, verdict, reason_found, missing, computed_value, low, high` (unsigned) and SLOTS.
        figures: schemas.FIGURES with `row`: all figures, for what their articles name.
        plan_of: for a frame of `q` and SLOTS its readings and candidates.
        names: English names of parties by code.

    Returns:
        `frame` with `verdict`, `reason_found`, `missing` changed, and `withheld` (an accusation was taken back) and
        `fits_told` (what the printed number is right of; null: nothing that the article names).
    """
    accused = frame.filter(pl.col("verdict") == "outside_tolerance")
    if accused.is_empty():
        return frame.with_columns(withheld=pl.lit(False), fits_told=pl.lit(None, pl.String))
    articles = figures.select("row", "article_id")
    accused = accused.join(articles, on="row", how="left", maintain_order="left")
    doubts = _doubts(accused, figures, names)
    fits = _fits(accused, figures, plan_of, names)
    told = (
        frame.join(doubts, on="row", how="left", maintain_order="left")
        .join(fits, on="row", how="left", maintain_order="left")
        .with_columns(pl.col("weak").fill_null(False))
    )
    absurd = pl.when(pl.col("weak") & _absurd()).then(
        pl.lit("part of the reading is not said in the sentence, and the gap is too large for a misprint")
    )
    other = pl.when(pl.col("weak") & pl.col("fits_told").is_not_null()).then(
        pl.lit("part of the reading is not said in the sentence")
    )
    told = told.with_columns(doubt=pl.coalesce("doubt", other, absurd))
    withheld = pl.col("doubt").is_not_null() & (pl.col("verdict") == "outside_tolerance")
    return told.with_columns(
        withheld=withheld,
        reason_found=pl.when(withheld).then(pl.lit("reading_unresolved")).otherwise("reason_found"),
        missing=pl.when(withheld).then("doubt").otherwise("missing"),
        verdict=pl.when(withheld).then(pl.lit("not_checkable")).otherwise("verdict"),
    ).drop("weak", "doubt")


def _absurd() -> pl.Expr:
    """A level more than threefold off, and not by a thousand or a million."""
    printed, computed = pl.col("value").abs(), pl.col("computed_value").abs()
    factor = pl.max_horizontal(printed / computed, computed / printed)
    slips = [(factor / slip).is_between(1 / _SLIP_ROOM, _SLIP_ROOM) for slip in _UNIT_SLIPS]
    return (pl.col("kind") == "level") & (factor > ABSURD) & ~pl.any_horizontal(slips)


# --- weak slots ----------------------------------------------------------------------------------------------------


def _doubts(accused: pl.DataFrame, figures: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """`row, weak` and `doubt` in words, of accused figures that were read from a text."""
    read = figures.filter(pl.col("row").is_in(accused["row"].implode()) & (pl.col("trace").list.len().fill_null(0) > 0))
    asked = set(read["row"])
    context = figures.filter(pl.col("article_id").is_in(read["article_id"].unique().implode())).sort("article_id")
    rows: list[tuple[int, bool, str | None]] = []
    for _, part in context.group_by("article_id", maintain_order=True):
        article = firmness.readings_of(part)
        for figure in article:
            if figure.row in asked:
                weak, found = firmness.doubt(figure, article, names)
                rows.append((figure.row, weak, _words(found, names) if found else None))
    schema = {"row": accused.schema["row"], "weak": pl.Boolean(), "doubt": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _words(found: firmness.Doubt, names: dict[str, str]) -> str:
    value = found.value or "it"
    name = " and ".join(names.get(part, part) for part in value.split("+"))
    return f"{_SILENT[found.slot]}; {name} is {found.how}"


# --- right of something else that the article names ------------------------------------------------------------------


def _fits(
    accused: pl.DataFrame,
    figures: pl.DataFrame,
    plan_of: Callable[[pl.DataFrame], tuple[pl.DataFrame, pl.DataFrame]],
    names: dict[str, str],
) -> pl.DataFrame:
    """`row, fits_told`: the first other parties and period of the article whose official value the print holds."""
    tried = _alternatives(accused, figures)
    if tried.is_empty():
        return pl.DataFrame(schema={"row": accused.schema["row"], "fits_told": pl.String})
    slots = list(readings.SLOTS)
    asked = tried.select(slots).unique(maintain_order=True).with_row_index("q")
    told, found = plan_of(asked)
    known = (
        told.filter(pl.col("first") | pl.col("meant"))
        .select("q", "r")
        .join(found.filter(pl.col("class") <= CLASSES["statement"]).select("r", computed="value"), on="r")
        .select("q", pl.col("computed").abs())
        .unique(maintain_order=True)
    )
    hits = (
        tried.join(asked, on=slots, nulls_equal=True)
        .join(known, on="q")
        .filter((pl.col("computed") >= pl.col("low")) & (pl.col("computed") <= pl.col("high")))
        .sort("row", "place")
        .unique("row", keep="first", maintain_order=True)
    )
    named = hits.with_columns(
        reporter_name=explain.name_parties("reporter", names),
        partner_name=explain.name_parties("partner", names),
        period_shown="period",
    )
    return named.select("row", fits_told=explain.subject_words().str.strip_prefix(", "))


def _alternatives(accused: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """Accused levels asked of each other pair and period of their article: `row, place, low, high`, SLOTS."""
    exact = pl.col("value") / pl.col("precision") >= 10.0 ** (DIGITS - 1) * (1 - 1e-9)
    close = (pl.col("kind") == "level") & exact & pl.col("hedge").is_in(_CLOSE_HEDGES)
    mine = accused.filter(close.fill_null(False)).select("row", "article_id", "low", "high", *readings.SLOTS)
    told = figures.filter(
        pl.col("article_id").is_in(mine["article_id"].unique().implode()) & (pl.col("kind") != "other")
    )
    pairs = told.select("article_id", "reporter", "partner").drop_nulls().unique(maintain_order=True)
    spans = pl.concat(
        [told.select("article_id", "row", span=name) for name in ("period", "base_period")], how="vertical"
    )
    spans = spans.drop_nulls().filter(~pl.col("span").is_in(_NO_PERIOD)).sort("row", maintain_order=True)
    spans = spans.select("article_id", "span").unique(maintain_order=True)
    few = pl.int_range(pl.len()).over("article_id")
    pairs = pairs.with_columns(pair_place=few).filter(pl.col("pair_place") < MOST_NAMED)
    spans = spans.with_columns(span_place=few).filter(pl.col("span_place") < MOST_NAMED)
    crossed = mine.join(pairs, on="article_id", suffix="_tried").join(spans, on="article_id")
    same_pair = pl.min_horizontal("reporter", "partner") == pl.min_horizontal("reporter_tried", "partner_tried")
    same_pair &= pl.max_horizontal("reporter", "partner") == pl.max_horizontal("reporter_tried", "partner_tried")
    nothing = pl.lit(None, pl.String)
    return (
        crossed.filter(~(same_pair & (pl.col("period") == pl.col("span"))))
        .with_columns(
            # the same parties at another time come first, then other parties at the same time
            place=(~same_pair).cast(pl.Int64) * 2 * MOST_NAMED**2
            + (pl.col("period") != pl.col("span")).cast(pl.Int64) * MOST_NAMED**2
            + pl.col("pair_place") * MOST_NAMED
            + pl.col("span_place"),
            reporter="reporter_tried",
            partner="partner_tried",
            period="span",
            base_period=nothing,
            open_period=nothing,
            open_base=nothing,
            record=pl.lit(False),
        )
        .select("row", "place", "low", "high", *readings.SLOTS)
    )
