"""What came out, in plain English: what was published, what was computed, on which basis and vintage, what else holds.

What belongs here: wording, as expressions over whole columns. What does not: any decision; every fact told here is a
column that `verdicts` worked out.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms import schemas
from transforms.checks import compute
from transforms.checks.readings import table

_SCOPES: Final = {
    "goods": "goods",
    "services": "services",
    "goods_services": "goods and services",
    "current_account": "current account",
}
_BASES: Final = {
    "census": "Census basis",
    "bop": "balance-of-payments basis",
    "national_customs": "customs statistics",
    "national": "its own statistics",
}

_STATED: Final = {
    "mixed": " (as stated: goods on Census basis with services of the balance of payments)",
    "unknown": " (the statement does not name its basis)",
}


def _digits(x: pl.Expr, places: int) -> pl.Expr:
    return x.round(places).cast(pl.String)


def money(value: pl.Expr) -> pl.Expr:
    """Dollars in words: $27.58 billion, $843.2 million; a minus sign for a deficit."""
    size = value.abs()
    words = (
        pl.when(size >= 999.95e9)
        .then(pl.format("${} trillion", _digits(size / 1e12, 3)))
        .when(size >= 999.95e6)
        .then(pl.format("${} billion", _digits(size / 1e9, 2)))
        .otherwise(pl.format("${} million", _digits(size / 1e6, 1)))
    )
    return pl.when(value < 0).then(pl.concat_str(pl.lit("-"), words)).otherwise(words)


def spelled(value: pl.Expr) -> pl.Expr:
    """A value in the unit of its formula (column `formula`): dollars, percent, times, or a place."""
    formula = pl.col("formula")
    return (
        pl.when(formula.is_in(["level", "change_abs", "change_size", "direction"]))
        .then(money(value))
        .when(formula.is_in(["change_pct", "change_pct_size", "share"]))
        .then(pl.format("{} percent", _digits(value, 2)))
        .when(formula == "rank")
        .then(pl.format("place {}", value.cast(pl.Int64)))
        .otherwise(pl.format("{} times", _digits(value, 2)))
    )


def party_names(partners: pl.DataFrame) -> dict[str, str]:
    """Short English names by code."""
    names = dict(partners.sort("valid_from", nulls_last=False).select("partner", "name").iter_rows())
    return {**names, "US": "the United States", "world": "the world"}


def name_parties(column: str, names: dict[str, str]) -> pl.Expr:
    """The name of a party; the parts of `CA+MX` joined by "and"."""
    parts = pl.col(column).str.split("+")
    return parts.list.eval(pl.element().replace(names)).list.join(" and ")


def basis_words() -> pl.Expr:
    """`checks.computed_basis` of a reading: "goods, Census basis, not seasonally adjusted, U.S. exports minus
    imports"."""
    scope = (
        pl.when(pl.col("scope").str.starts_with("product:"))
        .then(
            pl.concat_str(pl.lit("HS chapters "), pl.col("scope").str.replace("product:", "").str.replace_all("hs", ""))
        )
        .otherwise(pl.col("scope").replace(_SCOPES))
    )
    adjusted = (
        pl.when(pl.col("adjustment") == "sa")
        .then(pl.lit("seasonally adjusted"))
        .otherwise(pl.lit("not seasonally adjusted"))
    )
    whose = pl.when(pl.col("reporter") == "US").then(pl.lit("U.S.")).otherwise(pl.col("reporter_name"))
    general = (
        pl.when(pl.col("valuation") == "consumption")
        .then(pl.lit("imports for consumption"))
        .when(pl.col("basis") == "census")
        .then(pl.lit("general imports"))
        .otherwise(pl.lit("imports"))
    )
    flow = pl.col("flow")
    flows = (
        pl.when(flow == "exports")
        .then(pl.format("{} exports", whose))
        .when(flow == "imports")
        .then(pl.format("{} {}", whose, general))
        .when(flow == "balance")
        .then(pl.format("{} exports minus {}", whose, general))
        .otherwise(pl.format("{} exports plus {}", whose, general))
    )
    members = pl.col("how").replace_strict(
        {"members": ", sum of the members", "listed": ", sum of the countries then listed"}, default=""
    )
    return pl.concat_str(
        scope, pl.lit(", "), pl.col("basis").replace(_BASES), pl.lit(", "), adjusted, pl.lit(", "), flows, members
    )


def stated_basis() -> pl.Expr:
    """`computed_basis`, with what a statement that is used says, or does not say, about its own basis."""
    said = pl.col("basis_said").replace_strict(_STATED, default="", return_dtype=pl.String).fill_null("")
    return pl.concat_str("computed_basis", said)


def source_names(text: pl.Expr) -> pl.Expr:
    """`text` with the sources' short names as a reader knows them: "Census country workbook 2018-10"."""
    known = table("sources.csv")
    return text.str.replace_many([f"{name} " for name in known["source"]], [f"{label}, " for label in known["label"]])


def subject_words() -> pl.Expr:
    """What a figure is about, from its slots: ", U.S. goods deficit with South Korea, 2016"; empty where they do not
    say."""
    whose = (
        pl.when(pl.col("reporter") == "US")
        .then(pl.lit("U.S."))
        .otherwise(pl.concat_str(pl.col("reporter_name"), pl.lit("'s")))
    )
    scope = (
        pl.when(pl.col("scope").str.starts_with("product:"))
        .then(pl.col("scope").str.replace("product:", ""))
        .otherwise(pl.col("scope").replace({**_SCOPES, "unknown": "trade"}))
    )
    flow = (
        pl.when((pl.col("flow") == "balance") & (pl.col("sign") != "none"))
        .then("sign")
        .when(pl.col("flow") == "total")
        .then(pl.lit("two-way trade"))
        .otherwise("flow")
    )
    link = (
        pl.when(pl.col("flow") == "exports")
        .then(pl.lit("to"))
        .when(pl.col("flow") == "imports")
        .then(pl.lit("from"))
        .otherwise(pl.lit("with"))
    )
    since = (
        pl.when(pl.col("base_period").is_not_null()).then(pl.format(" against {}", "base_period")).otherwise(pl.lit(""))
    )
    said = (pl.col("flow") != "none") & pl.col("reporter").is_not_null() & pl.col("partner").is_not_null()
    words = pl.concat_str(
        whose,
        pl.lit(" "),
        scope,
        pl.lit(" "),
        flow,
        pl.lit(" "),
        link,
        pl.lit(" "),
        pl.col("partner_name"),
        pl.lit(", "),
        _period_words(),
        since,
        ignore_nulls=True,
    )
    return pl.when(said).then(pl.concat_str(pl.lit(", "), words)).otherwise(pl.lit(""))


def _period_words() -> pl.Expr:
    """The period; "now" with the period that it was taken for."""
    now = pl.concat_str(pl.lit("now, taken as "), "period_shown")
    return pl.when(pl.col("period") == "current").then(pl.coalesce(now, pl.lit("now"))).otherwise("period")


def _evidence_words() -> pl.Expr:
    first_held = (
        pl.when(pl.col("vintage_choice") == "first_held")
        .then(pl.lit("; no vintage of that time is held, this is the first that is"))
        .otherwise(pl.lit(""))
    )
    return pl.concat_str(pl.col("computed_basis"), pl.lit("; "), pl.col("vintage_told"), first_held)


def _direction_words(value: str) -> pl.Expr:
    return pl.when(pl.col(value) < 0).then(pl.lit("down")).otherwise(pl.lit("up"))


def right_wording() -> pl.Expr:
    """A wording that would be right for a figure that misses: "up $13.23 billion", "2.09 times", "place 6"."""
    value = pl.col("computed_value")
    moves = pl.col("formula").is_in(["change_abs", "change_pct", "direction"])
    return (
        pl.when(moves)
        .then(pl.format("{} {}", _direction_words("computed_value"), spelled(value.abs())))
        .otherwise(spelled(value))
    )


def slip_words() -> pl.Expr:
    """Slips that would explain a miss, said aloud and never passed: units, sign, percent for points, digits cut off."""
    value, low, high = pl.col("computed_value"), pl.col("tolerance_low"), pl.col("tolerance_high")
    near = value.abs() * 0.1
    slips = []
    for factor, words in ((1e3, "a thousand times too small"), (1e-3, "a thousand times too large")):
        hit = (value >= low * factor - near) & (value <= high * factor + near)
        slips.append(pl.when(hit).then(pl.lit(f" The printed number looks {words} (million for billion?).")))
    turned = (-value >= low - near) & (-value <= high + near) & (value != 0)
    slips.append(
        pl.when(turned).then(pl.lit(" The amount fits with the opposite sign (deficit for surplus, up for down?)."))
    )
    published = pl.col("published_value")
    cut = (
        (published.abs() < value.abs())
        & (value.abs() < published.abs() + pl.col("precision"))
        & (published.sign() == value.sign())
        & (pl.col("hedge") == "exact")
    )
    slips.append(pl.when(cut).then(pl.lit(" The digits agree but were cut off instead of rounded.")))
    percent = pl.col("formula").is_in(["change_pct", "change_pct_size", "share"])
    fraction = percent & (value / 100 >= low) & (value / 100 <= high)
    slips.append(pl.when(fraction).then(pl.lit(" A fraction seems to have been printed as percent.")))
    return pl.coalesce(*slips, pl.lit(""))


def _record_value() -> pl.Expr:
    return money(pl.col("best") * pl.col("scale"))


def _gap_words() -> pl.Expr:
    """Where no vintage of the time, or no series of the other side, is held: how far off the print is, and why."""
    gap = spelled(pl.col("difference").abs())
    room = spelled((pl.col("reach_high") - pl.col("reach_low")) / 2)
    cif = pl.col("computed_basis").str.contains("Census basis", literal=True) & (
        pl.col("period_shown").str.slice(0, 4).cast(pl.Int32, strict=False) <= compute.MONTHLY_REVISIONS_UNTIL
    )
    ours = (
        pl.when(cif)
        .then(pl.lit("revision and c.i.f. valuation of imports"))
        .otherwise(pl.lit("revision and changed definitions"))
    )
    theirs = pl.when(pl.col("mirrored").fill_null(False)).then(pl.lit(", with the other side's own counting,"))
    what = pl.concat_str(ours, theirs.otherwise(pl.lit("")))
    finite = (pl.col("reach_high") - pl.col("reach_low")).is_finite() & (pl.col("formula") != "rank")
    mirrored = pl.col("mirrored").fill_null(False)
    open_reason = (pl.col("reason") == "no_vintage_of_that_time") | ((pl.col("reason") == "no_series") & mirrored)
    known = open_reason & pl.col("difference").is_not_null() & finite
    return (
        pl.when("withheld")
        .then(pl.concat_str(_fits_words(", so the figure may be about that"), _apart_words(gap)))
        .when(known)
        .then(pl.format(" The gap is {}; {} can make {}.", gap, what, room))
        .otherwise(pl.lit(""))
    )


def _fits_words(then: str) -> pl.Expr:
    """What else that the article names the printed number is right of."""
    told = pl.format(" The printed number is the value of: {}" + then + ".", "fits_told")
    return pl.when(pl.col("fits_told").is_not_null()).then(told).otherwise(pl.lit(""))


def _apart_words(gap: pl.Expr) -> pl.Expr:
    told = pl.format(" The print and this value are {} apart.", gap)
    return pl.when(pl.col("difference").is_not_null() & (pl.col("formula") != "rank")).then(told).otherwise(pl.lit(""))


def explanation() -> pl.Expr:
    """`checks.explanation` from the columns of `verdicts.check`."""
    verdict = pl.col("verdict")
    known = pl.format("{}. Computed: {} ({}).", "subject", spelled(pl.col("computed_value")), _evidence_words())
    low, high = pl.col("tolerance_low"), pl.col("tolerance_high")
    down = pl.col("published_value") < 0
    ends = (
        pl.when(pl.col("hedge") == "more_than")
        .then(pl.format("{} or more", spelled(pl.when(down).then(high).otherwise(low))))
        .when(pl.col("hedge") == "less_than")
        .then(pl.format("{} or less", spelled(pl.when(down).then(low).otherwise(high))))
        .otherwise(pl.format("{} to {}", spelled(low), spelled(high)))
    )
    tolerance = (
        pl.when(low.is_not_null() & (pl.col("formula") != "rank")).then(pl.format(" ({})", ends)).otherwise(pl.lit(""))
    )
    outcome = (
        pl.when(verdict == "within_tolerance")
        .then(pl.format(" It agrees with the print{}.", tolerance))
        .when(pl.col("only_revised"))
        .then(pl.format(" Right only as revised: the evidence of the time does not give the print{}.", tolerance))
        .when(verdict == "within_tolerance_other_reading")
        .then(pl.format(" It agrees with the print{} on another reading: {}.", tolerance, "reading_told"))
        .when(pl.col("record_beaten") & ~pl.col("withheld"))
        .then(
            pl.format(
                " The amount agrees{}, but it was no record: {} in {}.", tolerance, _record_value(), "best_period"
            )
        )
        .when(verdict == "outside_tolerance")
        .then(
            pl.format(
                " It lies outside what the print allows{}. Right would be: {}.{}",
                tolerance,
                right_wording(),
                _fits_words(""),
            )
        )
        .otherwise(pl.format(" No verdict: {}.{}", "reason_told", _gap_words()))
    )
    slips = pl.when(verdict.is_in(["outside_tolerance", "not_checkable"])).then(slip_words()).otherwise(pl.lit(""))
    revised = (
        pl.when(pl.col("revised_since") & (verdict == "within_tolerance"))
        .then(pl.lit(" Right when printed, revised since."))
        .otherwise(pl.lit(""))
    )
    others = pl.when(pl.col("others_told") != "").then(pl.format(" Also: {}.", "others_told")).otherwise(pl.lit(""))
    partial = (
        pl.when(pl.col("others_told") != "").then(pl.format(" What is held: {}.", "others_told")).otherwise(pl.lit(""))
    )
    unchecked = pl.concat_str(
        pl.col("subject"), pl.lit(". Not checkable: "), pl.col("reason_told"), pl.lit("."), partial
    )
    record = (
        pl.when(pl.col("record_beaten").not_() & pl.col("since").is_not_null())
        .then(pl.format(" No earlier value of this series, from {} on, goes further.", "since"))
        .otherwise(pl.lit(""))
    )
    full = pl.concat_str(
        known,
        outcome,
        record,
        pl.col("warning").fill_null(""),
        slips,
        revised,
        pl.col("internal_told").fill_null(""),
        others,
    )
    return pl.when(pl.col("computed_value").is_null()).then(unchecked).otherwise(full)


def reason_words() -> pl.Expr:
    """The sentence of `reason`, with what is missing where a table names it."""
    told = pl.col("reason").replace_strict(schemas.REASONS, default=None, return_dtype=pl.String)
    missing = pl.when(pl.col("missing").is_not_null()).then(pl.format(": {}", "missing")).otherwise(pl.lit(""))
    return pl.concat_str(told, missing)
