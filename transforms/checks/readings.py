"""Readings: what a figure can mean, most likely first, in an order that is fixed before any value is looked at.

What belongs here: turning slots, and what the text leaves open, into formulas over official amounts. What does not:
values. The order is data: `readings.csv` (which series, by scope, parties and period), `scopes_open.csv` (which
scope, where the text names none) and `products.csv` (which classification codes a product name stands for).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Final

import polars as pl

from transforms import periods
from transforms.checks import formulas

SLOTS: Final = [
    "kind",
    "flow",
    "sign",
    "direction",
    "scope",
    "basis",
    "adjustment",
    "reporter",
    "partner",
    "period",
    "base_period",
    "published_on",
    "open_scope",
    "open_period",
    "open_base",
    "formula",
    "record",
    "other_partner",
    "other_flow",
    "other_scope",
]
"""What decides the readings of a figure. Figures that agree in all of them share one computation."""

BASED: Final = ("change_abs", "change_pct", "ratio", "direction")
"""Kinds that relate a period to an earlier one."""

ONE_SIDED: Final = ("rank", "share")
"""Kinds that belong to one side's statistics: a partner's place, or part, is not the same seen from the other side."""

SUFFIX_SEPARATOR: Final = "|"


@lru_cache(maxsize=8)
def table(name: str) -> pl.DataFrame:
    """One of this package's CSV files as a frame; columns that end in `year`, `order` or `percent` are numbers."""
    path = resources.files("transforms.checks").joinpath(name)
    frame = pl.read_csv(path.read_bytes(), infer_schema=False)
    numbers = [
        c for c in frame.columns if c in ("order", "from_year", "to_year", "percent", "plus_million", "priority")
    ]
    return frame.with_columns(pl.col(numbers).cast(pl.Float64))


# --- questions -----------------------------------------------------------------------------------------------------


def questions(figures: pl.DataFrame) -> pl.DataFrame:
    """`figures` (one row each) with `open_scope`, `open_period`, `open_base` (joined by `|`), `formula` and `reason`.

    `reason` is why a figure cannot be checked whatever is held; null where it can be tried. See schemas.REASONS.
    """
    frame = _other_operand(_open_slots(figures))
    # Rule 1: where the article itself prints a goods figure for the same parties and period, a different bare figure is
    # not goods.
    bare = pl.col("goods_printed") & pl.col("open_scope").is_not_null()
    scopes = pl.col("open_scope").str.split(SUFFIX_SEPARATOR)
    without = scopes.list.filter(pl.element() != "goods").list.join(SUFFIX_SEPARATOR)
    frame = frame.with_columns(open_scope=pl.when(bare & (without != "")).then(without).otherwise("open_scope"))
    return frame.with_columns(
        formula=formulas.name_of(),
        reason=_reason(),
        record=(pl.col("hedge") == "record") & (pl.col("kind") == "level"),
    )


def _open_slots(figures: pl.DataFrame) -> pl.DataFrame:
    opened = (
        figures.select("row", "open")
        .explode("open", empty_as_null=True, keep_nulls=True)
        .unnest("open")
        .drop_nulls("slot")
        .with_columns(values=pl.col("values").list.join(SUFFIX_SEPARATOR))
    )
    frame = figures
    for slot, name in (("scope", "open_scope"), ("period", "open_period"), ("base_period", "open_base")):
        some = opened.filter(pl.col("slot") == slot).unique("row").select("row", pl.col("values").alias(name))
        frame = frame.join(some, on="row", how="left", maintain_order="left")
    return frame


def _other_operand(figures: pl.DataFrame) -> pl.DataFrame:
    """`other_partner, other_flow, other_scope`: what a share is a part of, or a multiple is a multiple of, where the
    article prints that amount and it is not the usual one (the world; the same amount in the base period)."""
    levels = figures.filter(pl.col("kind") == "level").select(
        "article_id",
        "reporter",
        other_id="figure_id",
        whole_partner="partner",
        whole_flow="flow",
        whole_scope="scope",
        whole_period="period",
    )
    share = pl.col("kind") == "share"
    operand = pl.col("operands").struct
    pointed = figures.with_columns(
        other_id=pl.when(share).then(operand.field("whole")).when(pl.col("kind") == "ratio").then(operand.field("from"))
    ).join(levels, on=["article_id", "reporter", "other_id"], how="left", maintain_order="left")
    same_side = (pl.col("whole_flow") == "balance") == (pl.col("flow") == "balance")
    usable = same_side & (pl.col("partner") != "US") & ~pl.col("whole_scope").str.starts_with("product:")
    usual = pl.when(share).then(pl.lit("world")).otherwise("partner")
    differs = (
        (pl.col("whole_partner") != usual)
        | (pl.col("whole_flow") != pl.col("flow"))
        | (pl.col("whole_scope") != pl.col("scope"))
    )
    taken = (usable & differs & (share | pl.col("base_period").is_null())).fill_null(False)
    return pointed.with_columns(
        other_partner=pl.when(taken).then("whole_partner"),
        other_flow=pl.when(taken).then("whole_flow"),
        other_scope=pl.when(taken & (pl.col("whole_scope") != "unknown")).then("whole_scope"),
        base_period=pl.when(taken & ~share).then("whole_period").otherwise("base_period"),
    ).drop("other_id", "whole_partner", "whole_flow", "whole_scope", "whole_period")


def goods_printed(figures: pl.DataFrame) -> pl.Series:
    """Whether the article itself prints another number for the same parties, flow and period that is plainly goods."""
    pair = pl.min_horizontal("reporter", "partner") + "/" + pl.max_horizontal("reporter", "partner")
    level = figures.with_columns(pair=pair).filter(pl.col("kind") == "level")
    opened = pl.col("open").list.eval(pl.element().struct.field("slot") == "scope").list.any().fill_null(False)
    plain = level.filter((pl.col("scope") == "goods") & ~opened)
    keys = ["article_id", "pair", "flow", "period"]
    other = plain.select(*keys, other=pl.col("value"), unit_of_other=pl.col("precision").fill_null(0.0))
    differs = (pl.col("value") - pl.col("other")).abs() > pl.max_horizontal("precision", "unit_of_other")
    hit = level.filter(opened).join(other, on=keys).filter(differs.fill_null(False))["row"].unique()
    return figures.select(pl.col("row").is_in(hit.implode()).alias("goods_printed")).to_series()


def _reason() -> pl.Expr:
    """Why a figure cannot be tried at all, in the order in which a reader would notice it."""
    kind, scope = pl.col("kind"), pl.col("scope")
    held_currency = pl.col("unit").is_in(["usd", "percent", "ratio", "rank", "direction", "count"])
    said = pl.col("reporter").is_not_null() & pl.col("partner").is_not_null() & (pl.col("flow") != "none")
    clear = (
        said & (pl.col("period") != "unknown") & (pl.col("partner") != "unknown") & (pl.col("reporter") != "unknown")
    )
    # without a number, or for a direction the way, there is nothing to compare; without a date there is no "now"
    stated = pl.when(kind == "direction").then(pl.col("direction").is_not_null()).otherwise(pl.col("value").is_finite())
    undated = (pl.col("period") == "current") & pl.col("published_on").is_null()
    readable = stated.fill_null(False) & ~undated
    return (
        pl.when(kind == "other")
        .then(pl.lit("not_a_trade_statistic"))
        .when(pl.col("status") != "actual")
        .then(pl.col("status"))
        .when(~held_currency)
        .then(pl.lit("currency_not_held"))
        .when(~clear | ~readable)
        .then(pl.lit("reading_unresolved"))
        .when((scope == "current_account") | (pl.col("unit") == "count"))
        .then(pl.lit("no_series"))
    )


# --- readings ------------------------------------------------------------------------------------------------------


def readings(asked: pl.DataFrame, partners: pl.DataFrame, reporters: list[str], newest: date) -> pl.DataFrame:
    """Every reading of every question.

    Args:
        asked: columns `q` and SLOTS, one row a question.
        partners: schemas.PARTNERS.
        reporters: whose statistics are held.
        newest: day of the newest vintage: "now" for an article without a date.

    Returns:
        One row a reading: `q, order` (0 first), `reporter, swap` (the other side's statistics, seen the other way
        round), `partner, flow, scope, basis, adjustment, finest, valuation, how, period, base_period, reading, why`;
        `first` (the first reading), `meant` (what the text can mean: the first series of each scope and period that
        it leaves open), `partial` (no answer, but something to tell); and the slots `formula, kind, sign,
        published_on`.
    """
    frame = _with_sides(asked, reporters)
    frame = _with_scopes(frame)
    frame = _with_periods(frame, newest)
    frame = _with_series(frame)
    frame = _with_partial_answers(_with_groups(frame, partners))
    # the other side's own statistics are not held: how far they may lie from the U.S. ones is declared
    foreign = (pl.col("statistics") == "us") & pl.col("swap") & ~pl.col("text_reporter").is_in(reporters)
    percent = table("mirror_bounds.csv")["percent"].item(0)
    ranked = frame.sort("q", "place").with_columns(
        order=pl.int_range(pl.len()).over("q"),
        first=(pl.col("place") - pl.col("group_place")) == pl.col("place").min().over("q"),
        # "now" can be several periods, and each is tried; what the text is held to is the first
        meant=(pl.col("period") == pl.col("period").first().over("q"))
        & (pl.col("side") == pl.col("side").min().over("q"))
        & (pl.col("meant") == "yes")
        & ~pl.col("partial"),
        mirror_percent=pl.when(foreign).then(percent).otherwise(0.0),
    )
    return ranked.with_row_index("r")


def _with_sides(asked: pl.DataFrame, reporters: list[str]) -> pl.DataFrame:
    us_reports, us_partner = pl.col("reporter") == "US", pl.col("partner") == "US"
    one_sided = pl.col("kind").is_in(ONE_SIDED)
    held = [reporter for reporter in reporters if reporter != "US"]
    sides = [
        # U.S. statistics of the same pair come first, whichever side the text names first
        (us_reports | (us_partner & ~one_sided), "us", us_partner, 0),
        (~us_reports & pl.col("reporter").is_in(held), "national", pl.lit(False), 1),
        (~one_sided & ~us_partner & pl.col("partner").is_in(held), "national", pl.lit(True), 2),
    ]
    parts = [
        asked.filter(wanted).with_columns(statistics=pl.lit(name), swap=swap, side=pl.lit(side))
        for wanted, name, swap, side in sides
    ]
    frame = pl.concat(parts)
    turned = {"exports": "imports", "imports": "exports"}
    return frame.with_columns(
        text_reporter=pl.col("reporter"),
        reporter=pl.when("swap").then("partner").otherwise("reporter"),
        partner=pl.when("swap").then("reporter").otherwise("partner"),
        flow=pl.when("swap").then(pl.col("flow").replace(turned)).otherwise("flow"),
        parties=pl.when(pl.when("swap").then("reporter").otherwise("partner") == "world")
        .then(pl.lit("world"))
        .otherwise(pl.lit("bilateral")),
    )


def _with_scopes(frame: pl.DataFrame) -> pl.DataFrame:
    """One row a scope: the figure's own, or those that the reader left open, or (`unknown`) those of the table."""
    named = frame.filter(pl.col("scope") != "unknown").with_columns(
        scope_said=pl.coalesce("open_scope", "scope").str.split(SUFFIX_SEPARATOR),
        open=pl.col("open_scope").is_not_null(),
    )
    named = named.with_columns(scope_place=pl.int_ranges(pl.col("scope_said").list.len()).cast(pl.List(pl.Int64)))
    named = named.explode("scope_said", "scope_place", empty_as_null=True, keep_nulls=True)
    year = pl.col("period").str.slice(0, 4).cast(pl.Int32, strict=False).fill_null(2000)
    bare = frame.filter(pl.col("scope") == "unknown").join(
        table("scopes_open.csv").select("parties", "from_year", "to_year", "order", scope_said="scope"), on="parties"
    )
    bare = bare.filter(
        (year >= pl.col("from_year").fill_null(0)) & (year <= pl.col("to_year").fill_null(9999))
    ).with_columns(open=pl.lit(True), scope_place=pl.col("order").cast(pl.Int64) - 1)
    both = pl.concat([named, bare.select(named.columns)])
    products = table("products.csv").select(product="product", codes="codes", exact="exact", missing="missing")
    chapter = r"^(?:hs )?(?:chapter )?(\d\d)$|^hs(\d\d)$"
    name = pl.col("scope_said").str.strip_prefix("product:").str.to_lowercase().str.replace_all(r"[_-]", " ")
    is_product = pl.col("scope_said").str.starts_with("product:")
    return (
        both.with_columns(product=pl.when(is_product).then(name), scope=pl.col("scope_said"))
        .with_columns(scope_said=pl.when(is_product).then(pl.lit("product")).otherwise("scope_said"))
        .join(products, on="product", how="left", maintain_order="left")
        .with_columns(
            named=pl.coalesce(pl.col("product").str.extract(chapter, 1), pl.col("product").str.extract(chapter, 2))
        )
        .with_columns(
            codes=pl.coalesce("codes", pl.format("hs{}", "named")),
            exact=pl.coalesce("exact", pl.when(pl.col("named").is_not_null()).then(pl.lit("yes"))),
        )
        .drop("named")
    )


def _with_periods(frame: pl.DataFrame, newest: date) -> pl.DataFrame:
    """One row a pair of period and base period: what the text says, else what `current` and an open base can be."""
    keys = ["period", "base_period", "published_on", "open_period", "open_base", "based"]
    frame = frame.with_columns(based=pl.col("kind").is_in(BASED))
    rows: list[tuple[object, ...]] = []
    for period, base, day, open_period, open_base, based in frame.select(keys).unique().iter_rows():
        spans = tuple(open_period.split(SUFFIX_SEPARATOR)) if open_period else (period,)
        bases = tuple(open_base.split(SUFFIX_SEPARATOR)) if open_base else (base,)
        for place, (when, since, why) in enumerate(_period_pairs(spans, bases, day or newest, based)):
            rows.append((period, base, day, open_period, open_base, based, place, when, since, why))
    told = {"period_place": pl.Int64(), "when": pl.String(), "since": pl.String(), "period_why": pl.String()}
    pairs = pl.DataFrame(rows, orient="row", schema={**frame.select(keys).schema, **told})
    joined = frame.join(pairs, on=keys, nulls_equal=True, maintain_order="left")
    return joined.with_columns(period=pl.col("when"), base_period=pl.col("since")).drop("when", "since")


@lru_cache(maxsize=65_536)
def _period_pairs(
    spans: tuple[str, ...], bases: tuple[str | None, ...], day: date, based: bool
) -> tuple[tuple[str, str | None, str], ...]:
    pairs: list[tuple[str, str | None, str]] = []
    for span in spans:
        for when, why in _now(day) if span == "current" else ((span, ""),):
            if not based:
                pairs.append((when, None, why))
                continue
            for base in bases:
                pairs.extend((when, _as_long(when, since), told or why) for since, told in _bases(when, base))
    return tuple(dict.fromkeys(pairs))


def _as_long(when: str, since: str | None) -> str | None:
    """The base period as long as the period: part of a year is compared with the same months of the base year."""
    if since is None or periods.frequency(since) != "A" or len(periods.months(when)) in (0, 12):
        return since
    if len(periods.months(when)) > 12 or periods.months(when)[0][:4] != periods.months(when)[-1][:4]:
        return since
    return "..".join(f"{since}{part[4:]}" for part in when.split(".."))


def _now(day: date) -> tuple[tuple[str, str], ...]:
    """What "now" can be on `day`: the latest full year that was out, the last twelve months, the year so far."""
    year = periods.latest_full_year(day)
    last = (day - timedelta(days=periods.RELEASE_LAG_DAYS)).replace(day=1) - timedelta(days=1)
    twelve = f"{last.year - 1 + last.month // 12:04d}-{last.month % 12 + 1:02d}..{last.year:04d}-{last.month:02d}"
    found = [(f"{year:04d}", "now: the latest full year that was out")]
    if last.month != 12:
        found.append((twelve, "now: the last twelve months that were out"))
        so_far = f"{last.year:04d}-01" if last.month == 1 else f"{last.year:04d}-01..{last.year:04d}-{last.month:02d}"
        found.append((so_far, "now: the year so far"))
    return tuple(found)


def _bases(when: str, base: str | None) -> tuple[tuple[str | None, str], ...]:
    """The base period: as said, else the one before, and for months and quarters the year before as well."""
    if base is not None and base not in ("unknown", "current"):
        return ((base, ""),)
    if periods.frequency(when) in ("M", "Q"):
        return (
            (periods.previous(when), "the text names no base: the period before"),
            (periods.year_before(when), "the text names no base: a year earlier"),
        )
    before = periods.previous(when) or periods.year_before(when)
    return ((before, "the text names no base: a year earlier"),)


def _frequency(period: str) -> str:
    """`A` also for a span of whole years, `M` also for a span of one month; else `Q`, `M` or `span`."""
    components = split(period, "M")
    if components and components[0] == "A":
        return "A"
    return periods.frequency(period) or "span"


@lru_cache(maxsize=65_536)
def split(period: str, finest: str) -> tuple[str, tuple[str, ...]] | None:
    """The published periods that add up to `period`: years, else quarters (`finest` Q), else months.

    Returns:
        Frequency and periods, or None where `period` does not consist of whole months (quarters).
    """
    months = periods.months(period)
    if not months:
        return None
    if months[0].endswith("-01") and months[-1].endswith("-12"):
        return "A", tuple(sorted({month[:4] for month in months}))
    if finest == "M":
        return "M", tuple(months)
    if len(months) % 3 or int(months[0][5:]) % 3 != 1:
        return None
    return "Q", tuple(f"{month[:4]}-Q{(int(month[5:]) + 2) // 3}" for month in months[::3])


def _with_series(frame: pl.DataFrame) -> pl.DataFrame:
    """One row a series: `readings.csv` for this scope, these parties, this kind of period and this time."""
    spans = frame.select("period").unique()
    spans = spans.with_columns(
        frequency_asked=pl.col("period").map_elements(_frequency, return_dtype=pl.String),
        year=pl.col("period").str.slice(0, 4).cast(pl.Int32, strict=False).fill_null(0),
    )
    rows = table("readings.csv").rename(
        {"scope": "scope_of", "basis": "basis_of", "adjustment": "adjustment_of", "parties": "parties_of"}
    )
    part = pl.col("frequency_asked") != "A"
    fits = (pl.col("parties_of").is_in(["any"]) | (pl.col("parties_of") == pl.col("parties"))) & (
        (pl.col("frequency") == "any")
        | (pl.col("frequency") == pl.col("frequency_asked"))
        | ((pl.col("frequency") == "part") & part)
    )
    in_time = (pl.col("year") >= pl.col("from_year").fill_null(0)) & (
        pl.col("year") <= pl.col("to_year").fill_null(9999)
    )
    # A reading that contradicts the text is never tried.
    said = (pl.col("basis").is_in(["unknown", "mixed"])) | (pl.col("basis") == pl.col("basis_of"))
    adjusted = (pl.col("adjustment") == "unknown") | (pl.col("adjustment") == pl.col("adjustment_of")) | ~part
    joined = (
        frame.join(spans, on="period")
        .join(rows, on=["statistics", "scope_said"])
        .filter(fits & in_time & said & adjusted)
    )
    scope = pl.when(pl.col("scope_of") == "product").then("product:" + pl.col("codes")).otherwise("scope_of")
    return joined.with_columns(
        scope=scope,
        basis=pl.col("basis_of"),
        adjustment=pl.when(part).then("adjustment_of").otherwise(pl.lit("nsa")),
        series_place=pl.col("order"),
    ).drop("order", "basis_of", "adjustment_of", "scope_of", "parties_of", "frequency", "from_year", "to_year")


def _with_groups(frame: pl.DataFrame, partners: pl.DataFrame) -> pl.DataFrame:
    """A group is read from its own published row, else as the sum of its members at that time; `A+B` always as a
    sum."""
    groups = partners.filter((pl.col("kind") == "group") & (pl.col("partner") != "world"))["partner"].unique()
    several = pl.col("partner").str.contains("+", literal=True)
    is_group = pl.col("partner").is_in(groups.implode())
    own = frame.with_columns(
        how=pl.when(several).then(pl.lit("members")).otherwise("how_summed"), group_place=pl.lit(0)
    )
    summed = frame.filter(is_group & ~several).with_columns(how=pl.lit("members"), group_place=pl.lit(1))
    place = (
        pl.col("side") * 100_000
        + pl.col("scope_place") * 10_000
        + pl.col("period_place") * 100
        + pl.col("series_place") * 10
        + pl.col("group_place")
    )
    return pl.concat([own, summed]).with_columns(place=place)


def _with_partial_answers(frame: pl.DataFrame) -> pl.DataFrame:
    """For a product also the amount in the period alone: what can be told where the base period is not held."""
    frame = frame.with_columns(partial=pl.lit(False))
    alone = frame.filter((pl.col("scope_said") == "product") & pl.col("based") & pl.col("codes").is_not_null())
    alone = alone.with_columns(
        formula=pl.lit("level"),
        base_period=pl.lit(None, pl.String),
        why=pl.lit("partial answer: the amount in the period alone"),
        place=pl.col("place") + 1_000_000,
        partial=pl.lit(True),
    )
    return pl.concat([frame, alone])
