"""Official amounts at every vintage, and what was known of them on a day.

What belongs here: adding observations up to the amounts that readings ask for, all at once; choosing the vintage by the
publication date (contract, rules 2 and 3); the statements known by then (rule 5); how far a value can have moved
(rule 4). What does not: formulas, tolerances and verdicts.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Final

import polars as pl

from transforms import periods, schemas
from transforms.checks.readings import split, table

AMOUNT: Final = [
    "measure",
    "reporter",
    "partner",
    "how",
    "flow",
    "scope",
    "basis",
    "adjustment",
    "finest",
    "valuation",
    "period",
    "sign_ranked",
]
"""What identifies one official amount (or rank) that a reading needs."""

_KEYS: Final = ["reporter", "scope", "basis", "adjustment", "frequency", "period", "flow"]
_WEIGHTS: Final = {
    "exports": (("exports", 1.0),),
    "imports": (("imports", 1.0),),
    "balance": (("exports", 1.0), ("imports", -1.0)),
    "total": (("exports", 1.0), ("imports", 1.0)),
}

_STANDING: Final = {nature: place for place, nature in enumerate(schemas.STATEMENT_NATURES)}
"""Of statements that differ, the release itself speaks first, then an agency's page, then a release as others quote
it."""

FEWEST_LISTED: Final = 60
"""A sum of the countries that a source lists stands for the world only where it lists nearly all; about 80 before
1992."""

LISTED_IN_FULL_FROM: Final = "1992"
FEWEST_OF_A_GROUP: Final = 8
ENOUGH_OF_A_GROUP: Final = 0.9
"""About 80 partners stand in the series before 1992: a group of eight or more counts as whole with nine tenths of its
members."""

FIRST_REVISION_MONTH: Final = 6
"""Country months are not revised month to month; each June, with April data, the three years before are (sources.md,
1.3)."""
REVISED_YEARS: Final = 3
DAYS_BETWEEN_RELEASES: Final = 35
HAIR: Final = 1e-4
"""Part of the flows by which the annual sums of adjusted months, which releases print, differ from those of unadjusted
ones (China 2017: 505.4 printed, 505.47 held): no print is called wrong for a hair's breadth."""
MONTHLY_REVISIONS_UNTIL: Final = 1988
"""Until 1988 each monthly release restated the month before and the year so far (release headlines as printed)."""


def amounts(readings: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The distinct amounts that `readings` need, and `readings` with `a` and `b` pointing at them.

    Returns:
        Amounts: `i` and AMOUNT. Readings: with `a`, and `b` for formulas over two amounts (else null).
    """
    share = pl.col("kind") == "share"
    product_whole = share & pl.col("scope").str.starts_with("product:")
    with_measure = readings.with_columns(
        measure=pl.when(pl.col("kind") == "rank").then(pl.lit("rank")).otherwise(pl.lit("amount")),
        sign_ranked=pl.when((pl.col("kind") == "rank") & (pl.col("flow") == "balance")).then("sign"),
    )
    base = with_measure.with_columns(
        period=pl.when(share).then("period").otherwise("base_period"),
        partner=pl.when(share & ~product_whole).then(pl.lit("world")).otherwise("partner"),
        how=pl.when(share & ~product_whole).then(pl.lit("own")).otherwise("how"),
        scope=pl.when(product_whole).then(pl.lit("goods")).otherwise("scope"),
        finest=pl.when(share & ~product_whole).then(pl.lit("M")).otherwise("finest"),
    )
    other = pl.col("other_partner")
    base = base.with_columns(
        partner=pl.coalesce("other_partner", "partner"),
        flow=pl.coalesce("other_flow", "flow"),
        scope=pl.coalesce("other_scope", "scope"),
        how=pl.when(other.str.contains("+", literal=True))
        .then(pl.lit("members"))
        .when(other.is_not_null())
        .then(pl.lit("own"))
        .otherwise("how"),
        finest=pl.when(other == "world").then(pl.lit("M")).otherwise("finest"),
    ).filter(share | pl.col("base_period").is_not_null())
    wanted = pl.concat([with_measure.select(AMOUNT), base.select(AMOUNT)]).unique(maintain_order=True)
    wanted = wanted.drop_nulls(["period", "scope"]).with_row_index("i")
    pointed = with_measure.join(wanted.rename({"i": "a"}), on=list(AMOUNT), how="left", nulls_equal=True)
    bases = base.join(wanted.rename({"i": "b"}), on=list(AMOUNT), how="left", nulls_equal=True).select("r", "b")
    return wanted, pointed.join(bases, on="r", how="left").sort("r")


# --- atoms: the observations that make up an amount ----------------------------------------------------------------


def atoms(wanted: pl.DataFrame, partners: pl.DataFrame) -> pl.DataFrame:
    """One row an observation that an amount needs: `i, measure`, the keys of observations, `weight`, `percent`,
    `plus_usd`.

    The last two are how far revision, c.i.f. valuation or definition can move such a value (`bounds.csv`).
    """
    spans = wanted.select("period", "finest").unique()
    found = [split(period, finest) for period, finest in spans.iter_rows()]
    spans = spans.with_columns(
        frequency=pl.Series([f[0] if f else None for f in found], dtype=pl.String),
        part=pl.Series([list(f[1]) if f else [] for f in found], dtype=pl.List(pl.String)),
    )
    flows = pl.DataFrame(
        [(name, flow, weight) for name, rows in _WEIGHTS.items() for flow, weight in rows],
        schema=["flow", "part_flow", "weight"],
        orient="row",
    )
    frame = (
        wanted.join(spans, on=["period", "finest"])
        .drop_nulls("frequency")
        .join(flows, on="flow")
        .join(_members(wanted, partners), on=["partner", "how", "period"])
        .with_columns(part_scope=pl.col("scope").str.split("+"))
        .explode("part", empty_as_null=True, keep_nulls=True)
        .explode("member", empty_as_null=True, keep_nulls=True)
        .explode("part_scope", empty_as_null=True, keep_nulls=True)
    )
    frame = frame.with_columns(
        span=pl.col("period"),
        period=pl.col("part"),
        flow=pl.col("part_flow"),
        measure=pl.when(pl.col("how") == "listed").then(pl.lit("listed")).otherwise("measure"),
        partner=pl.when((pl.col("measure") == "rank") | (pl.col("how") == "listed"))
        .then(pl.lit(None, pl.String))
        .otherwise("member"),
        wanted_partner=pl.col("partner"),
        scope=pl.when(pl.col("part_scope").str.starts_with("hs"))
        .then("product:" + pl.col("part_scope"))
        .otherwise("part_scope"),
        adjustment=pl.when(pl.col("frequency") == "A").then(pl.lit("nsa")).otherwise("adjustment"),
    )
    return _with_percent(frame).select(
        "i", "measure", "wanted_partner", "sign_ranked", "partner", "valuation", *_KEYS, "weight", "percent", "plus_usd"
    )


def _members(wanted: pl.DataFrame, partners: pl.DataFrame) -> pl.DataFrame:
    groups: dict[str, list[tuple[date | None, date | None, list[str]]]] = {}
    for name, first, last, members in partners.select("partner", "valid_from", "valid_to", "members").iter_rows():
        if members:
            groups.setdefault(name, []).append((first, last, members))
    asked = wanted.select("partner", "how", "period").unique()
    found = [_members_of(name, how, period, groups) for name, how, period in asked.iter_rows()]
    return asked.with_columns(member=pl.Series(found, dtype=pl.List(pl.String)))


def _members_of(
    name: str, how: str, period: str, groups: dict[str, list[tuple[date | None, date | None, list[str]]]]
) -> list[str]:
    if how == "own":
        return [name]
    members: list[str] = []
    day = (periods.bounds(period) or (date(1900, 1, 1),))[0]
    for part in name.split("+"):
        spans = groups.get(part, [])
        valid = [m for first, last, m in spans if (first is None or first <= day) and (last is None or day <= last)]
        members.extend(sorted(member for member in valid[0] if member != "US") if valid else [part])
    return list(dict.fromkeys(members))


def _with_percent(frame: pl.DataFrame) -> pl.DataFrame:
    kind = pl.when(pl.col("partner") == "world").then(pl.lit("world")).otherwise(pl.lit("country"))
    broad = pl.when(pl.col("scope").str.starts_with("product:")).then(pl.lit("goods")).otherwise("scope")
    frame = frame.with_columns(
        parties=kind, broad=broad, year=pl.col("period").str.slice(0, 4).cast(pl.Int32, strict=False)
    )
    keys = ["basis", "broad", "parties", "flow", "frequency", "year"]
    cases = frame.select(keys).unique()
    room = [_room(*case) for case in cases.iter_rows()]
    found = cases.with_columns(
        percent=pl.Series([percent for percent, _ in room], dtype=pl.Float64),
        plus_usd=pl.Series([plus for _, plus in room], dtype=pl.Float64),
    )
    return frame.join(found, on=keys, how="left")


@lru_cache(maxsize=4096)
def _room(basis: str, scope: str, parties: str, flow: str, frequency: str, year: int) -> tuple[float, float]:
    """What revision, c.i.f. valuation and definition can make together: percent, and dollars besides.

    Five percent where the table does not say.
    """
    fits = table("bounds.csv").filter(
        (pl.col("basis") == basis)
        & (pl.col("scope") == scope)
        & (pl.col("parties") == parties)
        & (pl.col("flow") == flow)
        & pl.col("frequency").is_in(["any", frequency])
        & (pl.col("from_year") <= year)
        & (pl.col("to_year") >= year)
    )
    if not fits.height:
        return 5.0, 0.0
    return float(fits["percent"].sum()), float(fits["plus_million"].sum()) * 1e6


# --- values --------------------------------------------------------------------------------------------------------


def values(
    needed: pl.DataFrame, observations: pl.DataFrame | pl.LazyFrame, partners: pl.DataFrame, vintages: pl.DataFrame
) -> pl.DataFrame:
    """Each amount at each vintage at which it is complete.

    Args:
        needed: what `atoms` returned.

    Returns:
        `i, source, vintage, released_on, value` (U.S. dollars, a balance is exports minus imports; a rank is a number),
        `spread` (how far it can have moved), `gross` (the flows behind it, added up), `documents`; sorted by
        `released_on`, the better source last among equals.
    """
    held = _relevant(needed, observations)
    sources = table("sources.csv").select("source", "priority", ranks=pl.col("ranks") == "yes")
    summed = pl.concat([_sums(needed, held), _listed(needed, held, partners), _ranks(needed, held, partners, sources)])
    days = vintages.select("source", "vintage", "released_on")
    dated = pl.concat([summed.join(days, on=["source", "vintage"]), _sums_of_two_vintages(needed, held, days)])
    return (
        dated.join(sources.select("source", "priority"), on="source", how="left")
        .sort("released_on", pl.col("priority").fill_null(99.0) * -1, maintain_order=True)
        .drop("priority")
    )


def _relevant(needed: pl.DataFrame, observations: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """The observations that can matter: a filter on few values first, so that the join meets a small frame."""
    everyone = needed["partner"].null_count() > 0
    some = pl.col("period").is_in(needed["period"].unique().implode())
    some &= pl.col("reporter").is_in(needed["reporter"].unique().implode())
    some &= pl.col("scope").is_in(needed["scope"].unique().implode())
    if not everyone:
        some &= pl.col("partner").is_in(needed["partner"].unique().implode())
    columns = ["source", "vintage", "partner", "valuation", "value_usd", "document_id", *_KEYS]
    return observations.lazy().filter(some).select(columns).collect()


def _fits_valuation() -> pl.Expr:
    """Imports for consumption are their own series; general imports stand for everything else."""
    consumption = pl.col("valuation_right") == "consumption_customs"
    wanted = pl.col("valuation") == "consumption"
    return (pl.col("flow") == "exports") | (consumption.fill_null(False) == wanted)


def _spread() -> pl.Expr:
    return (pl.col("value_usd").abs() * pl.col("percent") / 100 + pl.col("plus_usd")).sum()


def _sums(needed: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    amounts_ = needed.filter(pl.col("measure") == "amount")
    # before 1992 small partners are in no row, or in that of a neighbour (Luxembourg in Belgium's)
    early = (pl.col("partner").n_unique() >= FEWEST_OF_A_GROUP) & (pl.col("period").max() < LISTED_IN_FULL_FROM)
    size = amounts_.group_by("i").agg(parts=pl.len(), early_group=early)
    enough = pl.col("found") >= ENOUGH_OF_A_GROUP * pl.col("parts")
    joined = amounts_.join(held, on=[*_KEYS, "partner"]).filter(_fits_valuation())
    weighted = pl.col("weight") * pl.col("value_usd")
    return (
        joined.group_by("i", "source", "vintage")
        .agg(
            value=weighted.sum(),
            spread=_spread(),
            gross=pl.col("value_usd").abs().sum(),
            documents=pl.col("document_id").unique(),
            found=pl.len(),
        )
        .join(size, on="i")
        .filter((pl.col("found") == pl.col("parts")) | (pl.col("early_group") & enough))
        .drop("found", "parts", "early_group")
    )


def _sums_of_two_vintages(needed: pl.DataFrame, held: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """Balances and totals by product whose exports and imports were published apart: each flow from its own vintage.

    `source` and `vintage` then name both, exports first: `2026-07-07+2021-09`.
    """
    apart = needed.filter((pl.col("measure") == "amount") & pl.col("scope").str.starts_with("product:"))
    size = apart.group_by("i", "flow").agg(parts=pl.len())
    sums = (
        apart.join(held, on=[*_KEYS, "partner"])
        .filter(_fits_valuation())
        .group_by("i", "flow", "source", "vintage")
        .agg(
            value=(pl.col("weight") * pl.col("value_usd")).sum(),
            spread=_spread(),
            gross=pl.col("value_usd").abs().sum(),
            documents=pl.col("document_id").unique(),
            found=pl.len(),
        )
        .join(size, on=["i", "flow"])
        .filter(pl.col("found") == pl.col("parts"))
        .join(days, on=["source", "vintage"])
    )
    pairs = sums.filter(pl.col("flow") == "exports").join(sums.filter(pl.col("flow") == "imports"), on="i")
    pairs = pairs.filter((pl.col("source") != pl.col("source_right")) | (pl.col("vintage") != pl.col("vintage_right")))
    return pairs.select(
        "i",
        source=pl.when(pl.col("source") == pl.col("source_right"))
        .then("source")
        .otherwise(pl.format("{}+{}", "source", "source_right")),
        vintage=pl.format("{}+{}", "vintage", "vintage_right"),
        value=pl.col("value") + pl.col("value_right"),
        spread=pl.col("spread") + pl.col("spread_right"),
        gross=pl.col("gross") + pl.col("gross_right"),
        documents=pl.col("documents").list.set_union("documents_right"),
        released_on=pl.max_horizontal("released_on", "released_on_right"),
    )


def _listed(needed: pl.DataFrame, held: pl.DataFrame, partners: pl.DataFrame) -> pl.DataFrame:
    """The world as the sum of the countries and residuals that a source listed, where it gives no total."""
    asked = needed.filter(pl.col("measure") == "listed").drop("partner")
    single = partners.filter(pl.col("kind") != "group")["partner"].unique()
    parts = asked.group_by("i").agg(parts=pl.len())
    return (
        asked.join(held.filter(pl.col("partner").is_in(single.implode())), on=_KEYS)
        .filter(_fits_valuation())
        .group_by("i", "source", "vintage")
        .agg(
            value=(pl.col("weight") * pl.col("value_usd")).sum(),
            spread=_spread(),
            gross=pl.col("value_usd").abs().sum(),
            documents=pl.col("document_id").unique(),
            found=pl.struct("period", "flow").n_unique(),
            countries=pl.col("partner").n_unique(),
        )
        .join(parts, on="i")
        .filter((pl.col("found") == pl.col("parts")) & (pl.col("countries") >= FEWEST_LISTED))
        .drop("found", "parts", "countries")
    )


def records(recorded: pl.DataFrame, needed: pl.DataFrame, observations: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """The most extreme earlier value of the same series, for amounts that are said to be a record.

    Args:
        recorded: distinct `a` and `lowest` (whether the record is the lowest value: a deficit).
        needed: what `atoms` returned.

    Returns:
        `a, source, vintage, lowest, best` (U.S. dollars), `best_period`, `since` (the first period held). Amounts of
        several published periods have no record.
    """
    single = needed.group_by("i").agg(spans=pl.col("period").n_unique()).filter(pl.col("spans") == 1)["i"]
    parts = needed.filter((pl.col("measure") == "amount") & pl.col("i").is_in(single.implode())).join(
        recorded.select(pl.col("a").alias("i"), "lowest"), on="i"
    )
    keys = [*(key for key in _KEYS if key != "period"), "partner"]
    some = pl.col("partner").is_in(parts["partner"].unique().implode())
    some &= pl.col("reporter").is_in(parts["reporter"].unique().implode())
    some &= pl.col("scope").is_in(parts["scope"].unique().implode())
    columns = ["source", "vintage", "valuation", "value_usd", "period", *keys]
    held = observations.lazy().filter(some).select(columns).collect()
    size = parts.group_by("i").agg(parts=pl.len())
    sums = (
        parts.rename({"period": "until"})
        .join(held, on=keys)
        .filter((pl.col("period") < pl.col("until")) & _fits_valuation())
        .group_by("i", "lowest", "source", "vintage", "period")
        .agg(value=(pl.col("weight") * pl.col("value_usd")).sum(), found=pl.len())
        .join(size, on="i")
        .filter(pl.col("found") == pl.col("parts"))
        .with_columns(height=pl.when("lowest").then(-pl.col("value")).otherwise("value"))
        .sort("height", "period")
    )
    return sums.group_by(pl.col("i").alias("a"), "source", "vintage", "lowest").agg(
        best=pl.col("value").last(), best_period=pl.col("period").last(), since=pl.col("period").min()
    )


def _ranks(needed: pl.DataFrame, held: pl.DataFrame, partners: pl.DataFrame, sources: pl.DataFrame) -> pl.DataFrame:
    """Places among countries: groups and residuals are no partners, and a source must list partners widely enough."""
    asked = needed.filter(pl.col("measure") == "rank")
    countries = partners.filter(pl.col("kind") == "country")["partner"].unique()
    able = sources.filter(pl.col("ranks"))["source"]
    field = held.filter(pl.col("partner").is_in(countries.implode()) & pl.col("source").is_in(able.implode()))
    contest = ["reporter", "scope", "basis", "adjustment", "frequency", "valuation", "sign_ranked", "flows", "periods"]
    shape = asked.group_by("i").agg(
        parts=pl.len(),
        flows=pl.concat_str("flow", "weight", separator=":").sort().str.join(","),
        periods=pl.col("period").sort().str.join(","),
    )
    entries = asked.join(shape, on="i")
    one = entries.unique(["i"]).unique(contest, maintain_order=True).select("i", *contest).rename({"i": "contest"})
    rows = entries.filter(pl.col("i").is_in(one["contest"].implode())).drop("partner")
    best = pl.when(pl.col("sign_ranked") == "deficit").then(-1.0).otherwise(1.0)
    scores = (
        rows.join(field, on=_KEYS)
        .filter(_fits_valuation())
        .group_by("i", "source", "vintage", "partner", "parts")
        .agg(
            score=(pl.col("weight") * pl.col("value_usd") * best).sum(),
            documents=pl.col("document_id").unique(),
            found=pl.len(),
        )
        .filter(pl.col("found") == pl.col("parts"))
        .with_columns(
            value=pl.col("score").rank("min", descending=True).over("i", "source", "vintage").cast(pl.Float64)
        )
    )
    places = entries.unique(["i"]).join(one, on=contest, nulls_equal=True).select("i", "contest", "wanted_partner")
    return places.join(
        scores.rename({"i": "contest"}), left_on=["contest", "wanted_partner"], right_on=["contest", "partner"]
    ).select("i", "source", "vintage", "value", pl.lit(1.0).alias("spread"), pl.lit(0.0).alias("gross"), "documents")


# --- evidence of the time ------------------------------------------------------------------------------------------


def evidence(pairs: pl.DataFrame, found: pl.DataFrame, days: pl.DataFrame) -> pl.DataFrame:
    """For each amount and publication date the vintage that contract rule 2 prescribes.

    Args:
        pairs: distinct `i, published_on` (null: no date).
        found: what `values` returned.
        days: what `last_days` returned.

    Returns:
        `i, published_on, choice, value, spread, gross, current, source, vintage, released_on, documents,
        early`. `current` says that no revision lay between the vintage and the article; then `spread` is a hair;
        `early`
        marks a period that had ended but was not released. Pairs without evidence are left out.
    """
    asked = pairs.join(days, on="i", how="left")
    dated = asked.drop_nulls("published_on").sort("published_on")
    published = dated.join_asof(
        found,
        left_on="published_on",
        right_on="released_on",
        by="i",
        strategy="backward",
        coalesce=False,
        check_sortedness=False,
    ).with_columns(choice=pl.lit("as_published"))
    missing = published.filter(pl.col("value").is_null()).select(dated.columns)
    released = pl.col("available_on") <= pl.col("published_on")
    # the other side's own statistics may have been out before the U.S. release: those readings ask for what is held all
    # the same
    ended = pl.col("ends_on") <= pl.col("published_on")
    first = (
        missing.with_columns(early=~released)
        .filter(ended)
        .join(found.unique("i", keep="first", maintain_order=True), on="i")
    )
    last = asked.filter(pl.col("published_on").is_null()).join(
        found.unique("i", keep="last", maintain_order=True), on="i"
    )
    columns = [
        "i",
        "published_on",
        "choice",
        "value",
        "spread",
        "gross",
        "source",
        "vintage",
        "released_on",
        "documents",
    ]
    columns += ["ends_on", "early", "basis"]
    parts = [
        published.drop_nulls("value").with_columns(early=pl.lit(False)).select(columns),
        first.with_columns(choice=pl.lit("first_held")).select(columns),
        last.with_columns(choice=pl.lit("latest"), early=pl.lit(False)).select(columns),
    ]
    together = pl.concat(parts).with_columns(current=_current("released_on"))
    hair = pl.col("gross") * HAIR
    return together.with_columns(spread=pl.when("current").then(hair).otherwise("spread")).drop("ends_on", "basis")


def dated(statements: pl.DataFrame) -> pl.DataFrame:
    """`statements`, those of a bounded date not known before their period was usually released."""
    spans = statements.select("period").unique()
    outs = [periods.released_on(period) for period in spans["period"]]
    usual = statements.join(
        spans.with_columns(usually_on=pl.Series(outs, dtype=pl.Date)), on="period", how="left", maintain_order="left"
    )
    bounded = pl.col("known_from") < pl.col("known_by")
    later = pl.max_horizontal("known_from", pl.min_horizontal("usually_on", "known_by"))
    return usual.with_columns(known_from=pl.when(bounded).then(later).otherwise("known_from")).drop("usually_on")


def last_days(wanted: pl.DataFrame, statements: pl.DataFrame) -> pl.DataFrame:
    """`i, basis, ends_on, available_on` of each amount: its period's last day, and about the day of its release.

    A period counts as released as soon as an official statement about it, by the same reporter, is known.
    """
    spans = wanted.select("period").unique()
    ends = [(periods.bounds(period) or (None, None))[1] for period in spans["period"]]
    outs = [periods.released_on(period) for period in spans["period"]]
    spans = spans.with_columns(ends_on=pl.Series(ends, dtype=pl.Date), usually_on=pl.Series(outs, dtype=pl.Date))
    told = statements.group_by("reporter", "period").agg(told_on=pl.col("known_from").min())
    dated = wanted.select("i", "reporter", "basis", "period").join(spans, on="period")
    dated = dated.join(told, on=["reporter", "period"], how="left")
    early = pl.when(pl.col("told_on") > pl.col("ends_on")).then("told_on")
    return dated.select("i", "basis", "ends_on", available_on=pl.min_horizontal("usually_on", early))


def _current(known: str) -> pl.Expr:
    """Whether a value known on `known` was still the newest on `published_on`, or, being later, is as first printed.

    No annual revision that touches the year may lie between the two days; of the balance of payments, and until 1988 of
    all trade, no monthly release either, since each restates the months before.
    """
    day = pl.col("published_on").fill_null(pl.col(known))
    early, late = pl.min_horizontal(pl.col(known), day), pl.max_horizontal(pl.col(known), day)
    after_june = early.dt.month() >= FIRST_REVISION_MONTH
    june_year = early.dt.year() + after_june.cast(pl.Int32)
    june = pl.date(june_year, FIRST_REVISION_MONTH, 1)
    revised = (june <= late) & (pl.col("ends_on").dt.year() >= june_year - REVISED_YEARS)
    restated = (pl.col("basis") == "bop") | (early.dt.year() <= MONTHLY_REVISIONS_UNTIL)
    open_year = pl.col("ends_on").dt.year() >= early.dt.year() - 1
    monthly = restated & open_year & ((late - early).dt.total_days() > DAYS_BETWEEN_RELEASES)
    return ~(revised | monthly)


def statements_known(pairs: pl.DataFrame, wanted: pl.DataFrame, statements: pl.DataFrame) -> pl.DataFrame:
    """The official statements about each amount that were known on each publication date.

    Args:
        pairs: distinct `i, published_on`; a pair without a date knows every statement.
        wanted: what `amounts` returned.
        statements: schemas.STATEMENTS.

    Returns:
        `i, published_on, value, rounding` (half a unit of the last printed digit), `current, statement_id, publisher,
        basis_said, standing, known_from, known_by, documents`. Statements that print the same value count once, the
        newest stands for them.
    """
    keys = ["reporter", "partner", "flow", "scope", "period"]
    plain = wanted.filter((pl.col("measure") == "amount") & (pl.col("valuation") == "general")).select(
        "i", *keys, "basis", "adjustment"
    )
    told = statements.select(
        *keys,
        "value_usd",
        "rounded_to_usd",
        "known_from",
        "known_by",
        "publisher",
        "statement_id",
        "document_id",
        "nature",
        basis_said="basis",
        adjustment_said="adjustment",
    )
    annual = pl.col("period").str.contains(r"^\d{4}$")
    same_basis = (
        (pl.col("basis_said") == pl.col("basis"))
        | ((pl.col("basis_said") == "unknown") & (pl.col("basis") == "census"))
        | ((pl.col("basis_said") == "mixed") & (pl.col("scope") == "goods_services"))
    )
    same_adjustment = (
        (pl.col("adjustment_said") == "sa") & (pl.col("partner") != "world") & (pl.col("basis") == "census")
        | annual
        | (pl.col("adjustment_said") == pl.col("adjustment"))
        | (pl.col("adjustment_said") == "unknown")
    )
    about = plain.join(told, on=keys).filter(same_basis & same_adjustment)
    known = (
        pairs.join(about.drop(*keys[:4], "basis", "adjustment"), on="i")
        .filter(pl.col("published_on").is_null() | (pl.col("known_from") <= pl.col("published_on")))
        .join(last_days(wanted, statements), on="i")
        .sort("known_from", "known_by", "statement_id")
        .unique(["i", "published_on", "value_usd"], keep="last", maintain_order=True)
    )
    return known.select(
        "i",
        "published_on",
        value="value_usd",
        rounding=pl.col("rounded_to_usd") / 2,
        current=_current("known_from"),
        statement_id="statement_id",
        publisher="publisher",
        basis_said="basis_said",
        standing=pl.col("nature").replace_strict(_STANDING, return_dtype=pl.Int32),
        known_from="known_from",
        known_by="known_by",
        documents=pl.concat_list("document_id"),
    )
