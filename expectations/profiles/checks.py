"""Profiles of checks and their history: does each verdict follow from its numbers, and can it be computed again?

What belongs here: a check against its figure, its interval, its SQL and what it was before. What does not: choosing
readings, vintages and tolerances (`transforms.checks`).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from expectations.profiles.base import Context, Profile
from expectations.profiles.common import cap
from expectations.profiles.series import unknown
from transforms.checks.overrides import is_pinned

_TEXT, _NUMBER, _INT = pl.String(), pl.Float64(), pl.Int64()

_JUDGED: Final = pl.Schema(
    {
        "figure_id": _TEXT,
        "article": _TEXT,
        "published_on": _TEXT,
        "quote": _TEXT,
        "kind": _TEXT,
        "verdict": _TEXT,
        "published_value": _NUMBER,
        "computed_value": _NUMBER,
        "tolerance_low": _NUMBER,
        "tolerance_high": _NUMBER,
        "difference": _NUMBER,
        "computed_basis": _TEXT,
        "vintage": _TEXT,
        "explanation": _TEXT,
    }
)


def _judged(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Every check beside its figure's words and its article's title."""
    articles = context["articles"].select(
        "article_id", "published_on", article=pl.coalesce("title", "path", "article_id")
    )
    figures = context["figures"].select("figure_id", "article_id", "quote")
    joined = (
        _with_directions(frame, context)
        .join(figures, on="figure_id", how="left", maintain_order="left")
        .join(articles, on="article_id", how="left", maintain_order="left")
    )
    return joined.with_columns(pl.col("published_on").cast(pl.String)).select(_JUDGED.names())


_NO_CHANGE: Final = 1e-9


def _with_directions(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Checks with `kind` and `direction` of their figures; a stated rise or fall has an interval too, open to one side.

    "Fell" publishes no number, so it has no interval of its own: every change below zero is what it says.
    """
    stated = context["figures"].select("figure_id", "kind", "direction")
    joined = frame.join(stated, on="figure_id", how="left", maintain_order="left")
    up, down = ((pl.col("kind") == "direction") & (pl.col("direction") == which) for which in ("up", "down"))
    endless = pl.lit(float("inf"))
    return joined.with_columns(
        tolerance_low=pl.when(up).then(_NO_CHANGE).when(down).then(-endless).otherwise("tolerance_low"),
        tolerance_high=pl.when(up).then(endless).when(down).then(-_NO_CHANGE).otherwise("tolerance_high"),
    )


def _inside() -> pl.Expr:
    return pl.col("computed_value").is_between("tolerance_low", "tolerance_high")


def _other_inside() -> pl.Expr:
    """Some other reading holds, by its own verdict."""
    held = pl.element().struct.field("verdict").is_in(["within_tolerance", "within_tolerance_other_reading"])
    return pl.col("other_readings").list.eval(held).list.any().fill_null(value=False)


def _verdicts(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Checks whose verdict says something else than their interval, computed value and other readings.

    Left out: verdicts that an editor pinned, which the figure's trace tells.
    """
    inside = _inside().fill_null(value=False)
    has_value = pl.col("computed_value").is_not_null()
    verdict = pl.col("verdict")
    says = (
        pl.when(verdict == "within_tolerance")
        .then(inside)
        .when(verdict == "outside_tolerance")
        .then(has_value & ~inside)
        .when(verdict == "within_tolerance_other_reading")
        .then(_other_inside() | inside)
        .otherwise(pl.lit(value=True))
    )
    by_numbers = (
        pl.when(~has_value)
        .then(pl.lit("nothing computed"))
        .when(inside)
        .then(pl.lit("inside"))
        .when(_other_inside())
        .then(pl.lit("outside; another reading holds"))
        .otherwise(pl.lit("outside; no other reading holds"))
    )
    pinned = context["figures"].filter(is_pinned("verdict"))
    computed = frame.filter(~pl.col("figure_id").is_in(pinned["figure_id"].implode()))
    judged = _with_directions(computed, context).with_columns(by_numbers=by_numbers, agrees=says)
    wrong = judged.filter(~pl.col("agrees"))
    return cap(wrong.select("figure_id", "verdict", "by_numbers", "agrees", *_NUMBERS))


_NUMBERS: Final = ("published_value", "computed_value", "tolerance_low", "tolerance_high")


def _arithmetic(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Checks whose difference is not published minus computed, or whose interval leaves the published value out."""
    published, computed = pl.col("published_value"), pl.col("computed_value")
    scale = pl.max_horizontal(published.abs(), computed.abs(), 1e-9)
    gap = (pl.col("difference") - (published - computed)).abs()
    broken = (gap > 1e-9 * scale) | (pl.col("difference").is_null() & (published - computed).is_not_null())
    left_out = ~published.is_between("tolerance_low", "tolerance_high") & pl.col("tolerance_low").is_not_null()
    fault = (
        pl.when(broken)
        .then(pl.lit("difference is not published minus computed"))
        .when(left_out)
        .then(pl.lit("published value outside its own interval"))
        .otherwise(pl.lit("none"))
    )
    wrong = frame.with_columns(fault=fault).filter(pl.col("fault") != "none")
    return cap(wrong.select("figure_id", "fault", *_NUMBERS, "difference"))


_REPRODUCED_WITHIN: Final = 1e-9
"""Relative: the same numbers added in another order differ by some units of the last binary digit."""


def _reproduced(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Computed values against what their SQL returned from the warehouse; no answer: a difference without end."""
    answers = context["reproduced"].select("figure_id", reproduced="value")
    joined = frame.filter(pl.col("computed_value").is_not_null()).join(
        answers, on="figure_id", how="left", maintain_order="left"
    )
    gap = (pl.col("reproduced") - pl.col("computed_value")).abs()
    compared = joined.with_columns(
        difference=pl.when(gap.is_finite()).then(gap).otherwise(float("inf")),
        tolerance=_REPRODUCED_WITHIN * pl.max_horizontal(pl.col("computed_value").abs(), 1e-9),
    )
    return compared.select("figure_id", "computed_value", "reproduced", "difference", "tolerance", "sql")


def _one_each(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Figures without exactly one check, and checks without a figure."""
    figures = context["figures"].group_by("figure_id", maintain_order=True).agg(figures=pl.len().cast(pl.Int64))
    checks = frame.group_by("figure_id", maintain_order=True).agg(checks=pl.len().cast(pl.Int64))
    both = figures.join(checks, on="figure_id", how="full", coalesce=True, maintain_order="left_right")
    wrong = both.with_columns(pl.col("figures", "checks").fill_null(0)).filter(pl.col("figures") != pl.col("checks"))
    return cap(wrong)


def _counts(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Figures of each article, and the sum of its checks over the four verdicts."""
    of_article = context["figures"].select("figure_id", "article_id")
    figures = of_article.group_by("article_id", maintain_order=True).agg(figures=pl.len().cast(pl.Int64))
    known = frame.filter(pl.col("verdict").is_in(_VERDICTS))
    verdicts = (
        known.join(of_article, on="figure_id", how="left").group_by("article_id").agg(checks=pl.len().cast(pl.Int64))
    )
    both = figures.join(verdicts, on="article_id", how="full", coalesce=True, nulls_equal=True)
    return both.with_columns(pl.col("figures", "checks").fill_null(0), pl.col("article_id").fill_null("no article"))


_VERDICTS: Final = ("within_tolerance", "within_tolerance_other_reading", "outside_tolerance", "not_checkable")


_WIDTH_SLACK: Final = 1.001
"""Widths are differences of large numbers: a thousandth for rounding."""


def _as_worded(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Intervals wider than the printed wording allows, read again from `tolerances.yml`.

    Left out: changes and ratios between two printed levels, whose interval may be as wide as those levels' rounding.
    """
    from transforms.checks.tolerance import intervals  # noqa: PLC0415  reads tolerances.yml

    figures = context["figures"].with_columns(
        related=pl.any_horizontal(pl.col("operands").struct.unnest().is_not_null())
    )
    worded = intervals(figures).select("figure_id", "quote", "related", allowed=pl.col("high") - pl.col("low"))
    joined = frame.join(worded, on="figure_id", maintain_order="left").with_columns(
        width=pl.col("tolerance_high") - pl.col("tolerance_low"), allowed=pl.col("allowed") * _WIDTH_SLACK
    )
    wide = joined.filter(pl.col("width") > pl.col("allowed"), ~pl.col("related").fill_null(value=False))
    return cap(wide.select("figure_id", "quote", "tolerance_low", "tolerance_high", "width", "allowed"))


def _documents(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Documents that a computed value rests on and that are not archived."""
    named = frame.select("figure_id", document="documents").explode("document").drop_nulls("document")
    missing = unknown(named["document"], context["documents"]["document_id"], "document")["row"]
    return cap(named.filter(pl.col("document").is_in(missing.implode())).with_columns(known=pl.lit(value=False)))


def _rows(**columns: pl.DataType) -> pl.Schema:
    return pl.Schema({"figure_id": _TEXT, **columns, "found": _INT})


_NUMBER_COLUMNS: Final = dict.fromkeys(_NUMBERS, _NUMBER)

CHECKS_PROFILES: Final = (
    Profile("judged", _judged.__doc__ or "", _JUDGED, _judged, needs=("articles", "figures")),
    Profile(
        "verdicts",
        _verdicts.__doc__ or "",
        _rows(verdict=_TEXT, by_numbers=_TEXT, agrees=pl.Boolean(), **_NUMBER_COLUMNS),
        _verdicts,
        needs=("figures",),
        violations_only=True,
    ),
    Profile(
        "arithmetic",
        _arithmetic.__doc__ or "",
        _rows(fault=_TEXT, **_NUMBER_COLUMNS, difference=_NUMBER),
        _arithmetic,
        violations_only=True,
    ),
    Profile(
        "reproduced",
        _reproduced.__doc__ or "",
        pl.Schema(
            {
                "figure_id": _TEXT,
                "computed_value": _NUMBER,
                "reproduced": _NUMBER,
                "difference": _NUMBER,
                "tolerance": _NUMBER,
                "sql": _TEXT,
            }
        ),
        _reproduced,
        needs=("reproduced",),
    ),
    Profile(
        "one_each",
        _one_each.__doc__ or "",
        _rows(figures=_INT, checks=_INT),
        _one_each,
        needs=("figures",),
        violations_only=True,
    ),
    Profile(
        "counts",
        _counts.__doc__ or "",
        pl.Schema({"article_id": _TEXT, "figures": _INT, "checks": _INT}),
        _counts,
        needs=("figures",),
    ),
    Profile(
        "as_worded",
        _as_worded.__doc__ or "",
        _rows(quote=_TEXT, tolerance_low=_NUMBER, tolerance_high=_NUMBER, width=_NUMBER, allowed=_NUMBER),
        _as_worded,
        needs=("figures",),
        violations_only=True,
    ),
    Profile(
        "documents",
        _documents.__doc__ or "",
        _rows(document=_TEXT, known=pl.Boolean()),
        _documents,
        needs=("documents",),
        violations_only=True,
    ),
)


# --- check_history --------------------------------------------------------------------------------------------------


def _in_time(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Rows dated after this run."""
    run = context["run"].select("ran_at")
    late = frame.join(run, how="cross").filter(pl.col("checked_at") > pl.col("ran_at"))
    return cap(
        late.select(
            "figure_id",
            seconds_ahead=(pl.col("checked_at") - pl.col("ran_at")).dt.total_seconds(fractional=True),
            checked_at=pl.col("checked_at").cast(pl.String),
        )
    )


def _last_rows(history: pl.DataFrame) -> pl.DataFrame:
    return history.sort("checked_at").group_by("figure_id", maintain_order=True).last()


def _newest_and_before(frame: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every figure's last row after the newest batch, and before it; a row is only written where something moved."""
    before = frame.filter(pl.col("checked_at") < pl.col("checked_at").max())
    return _last_rows(frame), _last_rows(before)


def _left(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Figures that the newest batch of the record takes out of tolerance although the vintages are the same."""
    now, before = _newest_and_before(frame)
    moved = now.join(before, on=["figure_id", "vintage_set"], suffix="_before", maintain_order="left").filter(
        pl.col("verdict_before") == "within_tolerance", pl.col("verdict") != "within_tolerance"
    )
    return cap(
        moved.select(
            "figure_id",
            "verdict_before",
            "verdict",
            "computed_value",
            computed_before="computed_value_before",
            checked_at=pl.col("checked_at").cast(pl.String),
        )
    )


_MARGIN: Final = 0.05
"""Articles differ from run to run; one in twenty more figures without an answer is more than new articles make."""


def _unanswered(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """The share of figures that are not checkable, after and before the newest batch of the record."""
    shares = [state.select((pl.col("verdict") == "not_checkable").mean()).item() for state in _newest_and_before(frame)]
    now = 0.0 if shares[0] is None else shares[0]
    before = now if shares[1] is None else shares[1]
    return pl.DataFrame([("all figures", now, before, before + _MARGIN)], schema=_UNANSWERED, orient="row")


_UNANSWERED: Final = pl.Schema({"row": _TEXT, "share": _NUMBER, "share_before": _NUMBER, "most": _NUMBER})

CHECK_HISTORY_PROFILES: Final = (
    Profile(
        "left",
        _left.__doc__ or "",
        _rows(verdict_before=_TEXT, verdict=_TEXT, computed_before=_NUMBER, computed_value=_NUMBER, checked_at=_TEXT),
        _left,
        violations_only=True,
    ),
    Profile("unanswered", _unanswered.__doc__ or "", _UNANSWERED, _unanswered),
    Profile(
        "in_time",
        _in_time.__doc__ or "",
        _rows(seconds_ahead=_NUMBER, checked_at=_TEXT),
        _in_time,
        needs=("run",),
        violations_only=True,
    ),
)
