"""Verdicts: what the candidates of all readings together say about a printed number (contract, rules 1 to 8).

What belongs here: comparing, choosing the value that is shown, and the four verdicts. What does not: values,
intervals, wording.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms import schemas
from transforms.checks import accusations, compute, explain, formulas, internal, readings, sql, tolerance
from transforms.checks.candidates import CLASSES, candidates

CHUNK: Final = 50_000
"""Figures that are compared at a time: bounds the memory, since each has a dozen candidates."""

_MIRROR_MISSING: Final = "the other country's own customs statistics, which differ from the U.S. ones that are shown"

MOST_TOLD: Final = 6
"""How many of them the explanation tells."""

RECORD_MARGIN: Final = 0.002
"""An earlier value has to go further by this part of the amount before it beats a record: revisions move both."""

MOST_OTHERS: Final = 12
"""How many other readings a check lists."""

ADJUSTED_COUNTRY_MONTHS_FROM: Final = 2014
"""Since about 2014 the monthly release gives country balances by month, quarter and year to date seasonally adjusted
(contract, rule 4); those series are not held."""

_ADJUSTED_MISSING: Final = (
    "goods by country, Census basis, seasonally adjusted, as the monthly release has given months, quarters and the "
    "year to date since about 2014 (Census workbook ctyseasonal.xlsx, FT-900 exhibit 19)"
)


def check(
    figures: pl.DataFrame,
    observations: pl.DataFrame | pl.LazyFrame,
    statements: pl.DataFrame,
    partners: pl.DataFrame,
    vintages: pl.DataFrame,
) -> pl.DataFrame:
    """Every figure checked, in the order given; see `transforms.checks.check_figures`."""
    figures = schemas.FIGURES.conform(figures).with_row_index("row")
    prepared = _prepare(figures)
    tried = prepared.filter(pl.col("reason").is_null())
    asked = tried.select(readings.SLOTS).unique(maintain_order=True).with_row_index("q")
    rows = prepared.join(asked, on=list(readings.SLOTS), how="left", nulls_equal=True, maintain_order="left")
    # a forecast can have the slots of a figure that is tried: it asks nothing all the same
    rows = rows.with_columns(q=pl.when(pl.col("reason").is_null()).then("q"))
    plan = _plan(asked, observations, statements, partners, vintages)
    names = explain.party_names(partners)

    def plan_of(others: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        other = _plan(others, observations, statements, partners, vintages)
        return other.readings, other.candidates

    parts = []
    for start in range(0, max(rows.height, 1), CHUNK):
        frame = _check_chunk(rows.slice(start, CHUNK), plan)
        parts.append(_finished(accusations.weighed(frame, figures, plan_of, names), names))
    return schemas.CHECKS.conform(pl.concat(parts))


def _prepare(figures: pl.DataFrame) -> pl.DataFrame:
    """Figures (with `row`) and `reason` (why one cannot be tried), formula, interval, the article's own evidence."""
    frame = figures.with_columns(readings.goods_printed(figures))
    frame = tolerance.intervals(readings.questions(frame))
    frame = frame.join(internal.internal_checks(frame), on="row", how="left", maintain_order="left")
    down = (pl.col("direction") == "down") & pl.col("kind").is_in(["change_abs", "change_pct", "direction"])
    sign = (
        pl.when(pl.col("kind").is_in(["change_abs", "change_pct", "direction"]))
        .then(pl.when(down).then(-1.0).otherwise(1.0))
        .when((pl.col("kind") == "level") & (pl.col("flow") == "balance"))
        .then(pl.col("sign").replace_strict({"deficit": -1.0, "surplus": 1.0, "none": None}, return_dtype=pl.Float64))
        .otherwise(1.0)
    )
    spare = ["sentence", "trace", "open", "operands", "attributed_to", "article_id", "start_char", "end_char"]
    return frame.with_columns(pub_sign=sign).drop(spare)


# --- the plan: everything that does not depend on the printed number -------------------------------------------------


class Plan:
    """Readings and candidates of every question, and the queries behind them."""

    def __init__(
        self,
        told: pl.DataFrame,
        found: pl.DataFrame,
        queries: pl.DataFrame,
        nothing: pl.DataFrame,
        records: pl.DataFrame,
    ) -> None:
        self.readings = told
        self.candidates = found
        self.queries = queries
        self.nothing = nothing
        self.records = records


def _plan(
    asked: pl.DataFrame,
    observations: pl.DataFrame | pl.LazyFrame,
    statements: pl.DataFrame,
    partners: pl.DataFrame,
    vintages: pl.DataFrame,
) -> Plan:
    reporters = observations.lazy().select(pl.col("reporter").unique()).collect()["reporter"].to_list()
    newest = vintages["released_on"].max()
    told = readings.readings(asked, partners, reporters, newest)  # type: ignore[arg-type]
    wanted, told = compute.amounts(told)
    needed = compute.atoms(wanted, partners)
    statements = compute.dated(statements)
    values = compute.values(needed, observations, partners, vintages)
    pairs = (
        pl.concat([told.select(pl.col(side).alias("i"), "published_on") for side in ("a", "b")])
        .drop_nulls("i")
        .unique()
    )
    days = compute.last_days(wanted, statements)
    evidence = compute.evidence(pairs, values, days)
    known = compute.statements_known(pairs, wanted, statements)
    found, undefined = candidates(told, evidence, known, values)
    told = told.with_columns(
        reporter_name=explain.name_parties("reporter", explain.party_names(partners)),
    ).with_columns(computed_basis=explain.basis_words())
    nothing = _why_nothing(asked, told, days, undefined, reporters)
    found = found.with_columns(label_told=explain.source_names(pl.col("label")))
    return Plan(told, found, sql.amount_conditions(needed), nothing, _records(told, needed, observations))


def _records(told: pl.DataFrame, needed: pl.DataFrame, observations: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """The values that amounts said to be a record have to beat; the lowest where the record is a deficit."""
    deficit = pl.when("swap").then(pl.lit("surplus")).otherwise(pl.lit("deficit"))
    lowest = (pl.col("flow") == "balance") & (pl.col("sign") == deficit)
    asked = told.filter(pl.col("record") & pl.col("first")).select("a", lowest=lowest).drop_nulls("a").unique()
    return compute.records(asked, needed, observations)


def _why_nothing(
    asked: pl.DataFrame, told: pl.DataFrame, days: pl.DataFrame, undefined: pl.Series, reporters: list[str]
) -> pl.DataFrame:
    """For each question the reason that holds where no reading has a value."""
    spans = days.select("i", "ends_on", "available_on")
    out = (
        told.join(spans, left_on="a", right_on="i", how="left")
        .group_by("q")
        .agg(
            unpublished=(pl.col("available_on") > pl.col("published_on")).fill_null(False).all(),
            unreadable=pl.col("ends_on").is_null().all(),
            unmapped=(pl.col("product").is_not_null() & pl.col("codes").is_null()).any(),
            undefined=pl.col("r").is_in(undefined.implode()).any(),
        )
    )
    frame = asked.join(out, on="q", how="left")
    other_side = ~(
        pl.col("reporter").is_in(reporters) | ((pl.col("partner") == "US") & ~pl.col("kind").is_in(readings.ONE_SIDED))
    )
    missing = told.group_by("q").agg(missing_of=pl.col("missing").drop_nulls().first())
    return frame.join(missing, on="q", how="left").select(
        "q",
        "missing_of",
        nothing=pl.when(other_side)
        .then(pl.lit("partner_not_covered"))
        .when(pl.col("unreadable") & ~pl.col("unmapped"))
        .then(pl.lit("reading_unresolved"))
        .when("unmapped")
        .then(pl.lit("product_not_mapped"))
        .when("undefined")
        .then(pl.lit("formula_not_supported"))
        .when("unpublished")
        .then(pl.lit("period_not_published_yet"))
        .otherwise(pl.lit("no_series")),
    )


# --- comparing -------------------------------------------------------------------------------------------------------


def _check_chunk(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    everything = _compared(rows, plan)
    compared = everything.filter(~pl.col("partial"))
    judged = _judged(compared)
    shown = _shown(compared.join(judged, on="row"))
    others = _others(everything, shown, judged)
    frame = (
        rows.join(judged, on="row", how="left", maintain_order="left")
        .join(shown, on="row", how="left", maintain_order="left")
        .join(others, on="row", how="left", maintain_order="left")
        .join(plan.nothing, on="q", how="left", maintain_order="left")
        .join(_queries(shown, plan), on="row", how="left", maintain_order="left")
        .join(_beaten(shown, plan.records), on="row", how="left", maintain_order="left")
    )
    within = pl.col("verdict").is_in(["within_tolerance", "within_tolerance_other_reading"])
    beaten = (pl.col("record") & within & pl.col("beaten").fill_null(False)).fill_null(False)
    return frame.with_columns(record_beaten=beaten).with_columns(
        verdict=pl.when("record_beaten").then(pl.lit("outside_tolerance")).otherwise("verdict")
    )


def _compared(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Every candidate of every figure: whether it lies inside the tolerance, and whether it could have."""
    mine = rows.filter(pl.col("q").is_not_null()).select(
        "row", "q", "kind", "low", "high", "pub_sign", "implied_low", "implied_high", "hedge", "precision", "direction"
    )
    told = plan.readings.select(
        "r",
        "q",
        "order",
        "first",
        "meant",
        "partial",
        "reading",
        "why",
        "computed_basis",
        "formula",
        "a",
        "b",
        "exact",
        "missing",
        "statistics",
        "mirror_percent",
        "parties",
        "frequency_asked",
        "year",
        "adjustment",
        "text_reporter",
        "period",
        "base_period",
    )
    frame = mine.join(told, on="q").join(plan.candidates, on="r").with_columns(computed_basis=explain.stated_basis())
    sign = pl.coalesce("pub_sign", pl.when(pl.col("value") < 0).then(-1.0).otherwise(1.0))
    frame = frame.with_columns(
        tolerance_low=pl.when(sign < 0).then(-pl.col("high")).otherwise("low"),
        tolerance_high=pl.when(sign < 0).then(-pl.col("low")).otherwise("high"),
        low=pl.col("low_right"),
        high=pl.col("high_right"),
        sign_shown=sign,
    )
    # a change that was worked out from two printed, rounded levels may be as exact as those allow
    wide = (
        pl.col("kind").is_in(["change_abs", "change_pct", "ratio"])
        & (pl.col("hedge") == "exact")
        & pl.col("precision").is_not_null()
        & pl.col("implied_low").is_finite()
        & pl.col("implied_high").is_finite()
    )
    upward = pl.col("kind") == "direction"
    up = pl.col("direction") == "up"
    frame = frame.with_columns(
        tolerance_low=pl.when(upward)
        .then(pl.when(up).then(1e-9).otherwise(float("-inf")))
        .when(wide)
        .then(pl.min_horizontal("tolerance_low", "implied_low"))
        .otherwise("tolerance_low"),
        tolerance_high=pl.when(upward)
        .then(pl.when(up).then(float("inf")).otherwise(-1e-9))
        .when(wide)
        .then(pl.max_horizontal("tolerance_high", "implied_high"))
        .otherwise("tolerance_high"),
    )
    dust = pl.col("value").abs() * 1e-9
    return frame.with_columns(
        inside=(pl.col("value") >= pl.col("tolerance_low") - dust)
        & (pl.col("value") <= pl.col("tolerance_high") + dust),
        reaches=(pl.col("high") >= pl.col("tolerance_low")) & (pl.col("low") <= pl.col("tolerance_high")),
        of_the_time=pl.col("class") <= CLASSES["statement"],
    )


def _judged(compared: pl.DataFrame) -> pl.DataFrame:
    """`row, verdict, reason, only_revised` of every figure that has a value."""
    inside, first, then = pl.col("inside"), pl.col("first"), pl.col("of_the_time")
    hits = compared.group_by("row").agg(
        supported=(inside & first & then).any(),
        revised=(inside & first & (pl.col("class") == CLASSES["later"])).any(),
        elsewhere=inside.any(),
        inexact=(pl.col("exact") == "no").any(),
        missing_product=pl.col("missing").drop_nulls().first(),
        mirrored=(first & (pl.col("mirror_percent") > 0)).any(),
        stated=(first & (pl.col("class") == CLASSES["statement"]) & pl.col("current")).any(),
        adjusted_press=(
            first
            & (pl.col("statistics") == "us")
            & (pl.col("parties") == "bilateral")
            & (pl.col("frequency_asked") != "A")
            & (pl.col("year") >= ADJUSTED_COUNTRY_MONTHS_FROM)
            & (pl.col("adjustment") == "nsa")
        ).any(),
    )
    verdict = (
        pl.when("inexact")
        .then(pl.lit("not_checkable"))
        .when("supported")
        .then(pl.lit("within_tolerance"))
        .when("elsewhere")
        .then(pl.lit("within_tolerance_other_reading"))
        .when((pl.col("adjusted_press") & ~pl.col("stated")) | pl.col("could_be").fill_null(True))
        .then(pl.lit("not_checkable"))
        .otherwise(pl.lit("outside_tolerance"))
    )
    reason = (
        pl.when(pl.col("verdict") != "not_checkable")
        .then(None)
        .when(pl.col("inexact") | pl.col("adjusted_press") | pl.col("mirrored") | pl.col("could_be").is_null())
        .then(pl.lit("no_series"))
        .otherwise(pl.lit("no_vintage_of_that_time"))
    )
    missing = (
        pl.when(pl.col("inexact"))
        .then("missing_product")
        .when(pl.col("adjusted_press") & (pl.col("verdict") == "not_checkable"))
        .then(pl.lit(_ADJUSTED_MISSING))
        .when(pl.col("mirrored") & (pl.col("verdict") == "not_checkable"))
        .then(pl.lit(_MIRROR_MISSING))
    )
    return (
        hits.join(_could_be(compared), on="row", how="left")
        .with_columns(verdict=verdict)
        .with_columns(reason_found=reason, missing=missing)
        .with_columns(only_revised=~pl.col("supported") & pl.col("revised") & (pl.col("verdict") != "not_checkable"))
        .select("row", "verdict", "reason_found", "missing", "only_revised", "supported", "mirrored")
    )


def _could_be(compared: pl.DataFrame) -> pl.DataFrame:
    """Rule 4: whether the print can have been right by what was in print then.

    Of each reading that the text leaves open only the best evidence speaks: values that were current on the day; else
    values that were known; else later ones, moved by what revision, valuation and definition can make.
    """
    meant = compared.filter(pl.col("meant") & pl.col("of_the_time"))
    strength = (
        pl.when(pl.col("current") & (pl.col("choice") != "latest"))
        .then(0)
        .when(pl.col("choice") == "as_published")
        .then(1)
        .when(pl.col("choice") == "latest")
        .then(0)
        .otherwise(2)
    )
    ranked = meant.with_columns(strength=strength)
    best = ranked.filter(pl.col("strength") == pl.col("strength").min().over("row", "order"))
    # the first reading without evidence leaves open what was in print
    judged = best.group_by("row").agg(could_be=pl.col("reaches").any(), begun=pl.col("first").any())
    return judged.select("row", could_be=pl.when("begun").then("could_be"))


def _shown(compared: pl.DataFrame) -> pl.DataFrame:
    """The candidate that `computed_value` shows: the one that supports the print, else the best evidence of the first
    reading."""
    hit = pl.col("inside")
    place = (
        pl.when(pl.col("supported") & hit & pl.col("first") & pl.col("of_the_time"))
        .then(0)
        .when(~pl.col("supported") & hit & (pl.col("verdict") != "not_checkable"))
        .then(1)
        .otherwise(2)
    )
    # for a miss, what was known then comes before what was first held later
    weight = (
        pl.col("order") * 10
        + pl.col("class")
        + pl.when((place == 2) & (pl.col("choice") == "first_held")).then(2).otherwise(0)
    )
    best = (
        compared.with_columns(shown_place=place, weight=weight, choice_place=_choice_place())
        .sort("row", "shown_place", "weight", "choice_place", "standing", maintain_order=True)
        .unique("row", keep="first", maintain_order=True)
    )
    newest = _newest(compared)
    shown = best.join(newest, on=["row", "r"], how="left").with_columns(
        revised_since=pl.when(pl.col("verdict") == "within_tolerance")
        .then(~pl.col("newest_inside").fill_null(True))
        .otherwise("only_revised")
    )
    return shown.select(
        "row",
        "r",
        "formula",
        "class",
        "a",
        "b",
        "a_ref",
        "b_ref",
        "scale",
        "sign_shown",
        "computed_basis",
        "tolerance_low",
        "tolerance_high",
        "revised_since",
        "documents",
        computed_value="value",
        vintage="label",
        vintage_told="label_told",
        vintage_choice="choice",
        reading_told=_reading_words(),
        period_shown="period",
        reach_low="low",
        reach_high="high",
    )


def _beaten(shown: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """`row, beaten, best, best_period, since` where an earlier value of the series goes further than the one shown."""
    newest = records.sort("vintage").unique(["a", "lowest"], keep="last")
    ref = pl.concat_str(pl.lit("v"), "source", "vintage", separator="|")
    columns = ["a", "lowest", "best", "best_period", "since"]
    told = records.with_columns(a_ref=ref).select(*columns, "a_ref")
    # a statement has no series of its own: the newest vintage speaks for the years before
    of_series = shown.join(told, on=["a", "a_ref"])
    stated = shown.filter(pl.col("a_ref").str.starts_with("s|")).join(newest.select(columns), on="a")
    both = pl.concat([of_series, stated.select(of_series.columns)])
    amount = pl.col("computed_value") * pl.col("scale")
    further = pl.when("lowest").then(pl.col("best") < amount).otherwise(pl.col("best") > amount)
    clearly = (pl.col("best") - amount).abs() > RECORD_MARGIN * amount.abs()
    return both.select("row", "best", "best_period", "since", beaten=further & clearly)


def _newest(compared: pl.DataFrame) -> pl.DataFrame:
    """Whether the newest vintage of each reading lies inside the tolerance."""
    series = compared.filter(pl.col("class") != CLASSES["statement"]).sort("known", maintain_order=True)
    return series.group_by("row", "r").agg(newest_inside=pl.col("inside").last())


def _reading_words() -> pl.Expr:
    since = (
        pl.when(pl.col("base_period").is_not_null()).then(pl.format(" against {}", "base_period")).otherwise(pl.lit(""))
    )
    return pl.concat_str(pl.col("reading"), pl.lit(", "), pl.col("period"), since)


_WHY_CLASS: Final = {
    CLASSES["series"]: None,
    CLASSES["statement"]: "as officials stated it at the time",
    CLASSES["first_base"]: "the base as first printed",
    CLASSES["same_vintage"]: "both ends from one vintage",
    CLASSES["later"]: "as revised later",
}


def _others(compared: pl.DataFrame, shown: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """`row, other_readings, others_told`: every other candidate with its value, verdict and why."""
    picked = shown.select("row", r_shown="r", a_shown="a_ref", b_shown="b_ref", value_shown="computed_value")
    frame = compared.join(picked, on="row", how="left")
    itself = (
        (pl.col("r") == pl.col("r_shown"))
        & (pl.col("a_ref") == pl.col("a_shown"))
        & pl.col("b_ref").eq_missing(pl.col("b_shown"))
    )
    rest = (
        frame.filter(~itself.fill_null(False))
        .join(judged.select("row", overall="verdict"), on="row", how="left")
        .with_columns(choice_place=_choice_place())
        .sort("row", "order", "class", "choice_place", "standing", "known", maintain_order=True)
        .unique(["row", "r", "class", "value"], keep="first", maintain_order=True)
        .with_columns(verdict=_verdict_of_other(), why=_why_of_other(), reading=_reading_words())
    )
    listed = rest.group_by("row", maintain_order=True).agg(
        other_readings=pl.struct(
            "reading", "computed_basis", vintage="label", computed_value="value", verdict="verdict", why="why"
        ).head(MOST_OTHERS)
    )
    return listed.join(_told(rest), on="row", how="left")


def _choice_place() -> pl.Expr:
    """What was known comes before what is held from later."""
    return pl.col("choice").replace_strict({"as_published": 0, "latest": 0, "first_held": 1}, return_dtype=pl.Int8)


def _verdict_of_other() -> pl.Expr:
    own = pl.col("inside")
    later = pl.col("class") == CLASSES["later"]
    return (
        pl.when((pl.col("exact") == "no") | pl.col("partial"))
        .then(pl.lit("not_checkable"))
        .when(own & pl.col("first") & pl.col("of_the_time"))
        .then(pl.lit("within_tolerance"))
        .when(own)
        .then(pl.lit("within_tolerance_other_reading"))
        .when((pl.col("overall") != "outside_tolerance") & pl.col("reaches") & ~later)
        .then(pl.lit("not_checkable"))
        .otherwise(pl.lit("outside_tolerance"))
    )


def _why_of_other() -> pl.Expr:
    of_class = pl.col("class").replace_strict(_WHY_CLASS, return_dtype=pl.String)
    return pl.when("partial").then("why").otherwise(pl.coalesce(of_class, "why"))


def _told(rest: pl.DataFrame) -> pl.DataFrame:
    """`row, others_told`: of each reading one value a class of evidence, the newest of the later vintages, in few
    words."""
    later = pl.col("class") == CLASSES["later"]
    place = pl.int_range(pl.len()).over("row", "r", "class")
    back = pl.int_range(pl.len(), 0, -1).over("row", "r", "class") - 1
    few = rest.with_columns(
        place=pl.when(later).then(back).otherwise(place),
        same=(pl.col("r") == pl.col("r_shown")).fill_null(False),
        figure=explain.spelled(pl.col("value")),
    )
    stated_twice = (pl.col("class") == CLASSES["statement"]) & pl.col("same")
    few = few.filter((pl.col("place") == 0) | (stated_twice & (pl.col("place") == 1)))
    few = few.unique(["row", "r", "figure"], keep="first", maintain_order=True)
    told = pl.format("{} ({})", "figure", _short_words())
    return (
        few.with_columns(told=told)
        .group_by("row", maintain_order=True)
        .agg(others_told=pl.col("told").head(MOST_TOLD).str.join("; "))
    )


def _short_words() -> pl.Expr:
    how = pl.col("class").replace_strict(
        {CLASSES["later"]: "as revised, ", CLASSES["first_base"]: "base as first printed, "},
        default="",
        return_dtype=pl.String,
    )
    reading = pl.when(pl.col("same")).then(pl.lit("")).otherwise(pl.concat_str("reading", pl.lit(", ")))
    return pl.concat_str(reading, how, "label_told")


def _queries(shown: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    pointed = (
        pl.concat(
            [
                shown.select(pl.col("a").alias("i"), pl.col("a_ref").alias("ref")),
                shown.select(pl.col("b").alias("i"), pl.col("b_ref").alias("ref")),
            ]
        )
        .drop_nulls()
        .unique()
    )
    texts = sql.operand_sql(pointed, plan.queries)
    # one text for each distinct query: rows that share it then share its memory
    keys = ["formula", "scale", "a", "a_ref", "b", "b_ref"]
    whole = (
        shown.select(keys)
        .unique()
        .join(texts.rename({"query": "query_a"}), left_on=["a", "a_ref"], right_on=["i", "ref"], how="left")
        .join(texts.rename({"query": "query_b"}), left_on=["b", "b_ref"], right_on=["i", "ref"], how="left")
        .select(*keys, sql=sql.full_query())
    )
    return shown.select("row", *keys).join(whole, on=keys, nulls_equal=True).select("row", "sql")


# --- the row that is written -----------------------------------------------------------------------------------------


def _finished(frame: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    formula_words = {name: formula.words for name, formula in formulas.FORMULAS.items()}
    sign = pl.coalesce("sign_shown", "pub_sign", pl.lit(1.0))
    has_value = pl.col("computed_value").is_not_null()
    reason = pl.coalesce("reason", pl.when(has_value).then("reason_found").otherwise("nothing"))
    infinite = pl.col("kind") == "direction"
    down = sign < 0
    frame = frame.with_columns(
        tolerance_low=pl.coalesce("tolerance_low", pl.when(down).then(-pl.col("high")).otherwise("low")),
        tolerance_high=pl.coalesce("tolerance_high", pl.when(down).then(-pl.col("low")).otherwise("high")),
    ).with_columns(
        verdict=pl.col("verdict").fill_null("not_checkable"),
        reason=reason,
        missing=pl.coalesce("missing", pl.when(~has_value).then("missing_of")),
        published_value=pl.when(infinite).then(None).otherwise(pl.col("value") * sign),
        tolerance_low=pl.when(infinite | pl.col("q").is_null()).then(None).otherwise("tolerance_low"),
        tolerance_high=pl.when(infinite | pl.col("q").is_null()).then(None).otherwise("tolerance_high"),
        formula_name=pl.col("formula"),
        reporter_name=explain.name_parties("reporter", names),
        partner_name=explain.name_parties("partner", names),
    )
    frame = frame.with_columns(
        difference=pl.col("published_value") - pl.col("computed_value"),
        subject=pl.concat_str(
            pl.lit("Published: "),
            pl.col("quote").str.replace_all(r"\s+", " "),
            explain.subject_words(),
            ignore_nulls=True,
        ),
        reason_told=explain.reason_words(),
        warning=_warning(),
        internal_told=pl.when(pl.col("internal_check") == "inconsistent").then(
            pl.lit(" The article's own figures do not agree with one another here.")
        ),
        others_told=pl.col("others_told").fill_null(""),
        only_revised=pl.col("only_revised").fill_null(False),
        revised_since=pl.when(has_value).then(pl.col("revised_since").fill_null(False)),
    )
    return frame.with_columns(
        explanation=explain.explanation(),
        formula=pl.when(pl.col("q").is_not_null()).then(
            pl.col("formula_name").replace_strict(formula_words, default=None, return_dtype=pl.String)
        ),
    ).select(schemas.CHECKS.schema.names())


def _warning() -> pl.Expr:
    size = pl.col("computed_value").abs()
    return (
        pl.when(size > pl.col("understated_above"))
        .then(pl.lit(" True, and understated: the value is well above."))
        .when(size < pl.col("overstated_below"))
        .then(pl.lit(" True, and overstated: the value is well below."))
    )
