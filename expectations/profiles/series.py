"""Profiles of observations, statements, vintages and partners: do official values agree with one another?

What belongs here: reconciliations that hold because of what the numbers are: months and years, partners and world,
exports, imports and balance, one vintage and the next, one source and another. Tolerances are data with their reason
(`expectations/tolerances.csv`), faults of the sources are declared (`expectations/known_faults.csv`) and checked to be
still there. What does not belong here: computing checks of articles.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Final

import polars as pl

from expectations.profiles.base import Context, Profile
from expectations.profiles.common import MOST_ROWS, cap, name_of, newest_periods
from transforms import periods

COMPARISON: Final = pl.Schema(
    {
        "row": pl.String(),
        "source": pl.String(),
        "vintage": pl.String(),
        "series": pl.String(),
        "period": pl.String(),
        "value": pl.Float64(),
        "compared_with": pl.Float64(),
        "difference": pl.Float64(),
        "tolerance": pl.Float64(),
        "known_fault": pl.String(),
        "found": pl.Int64(),
    }
)
"""Two values that should agree. `series` is the series_id without its frequency (and without its flow in balances)."""

_NAMED_BY: Final = ("source", "vintage", "series", "period")
_FLOWS: Final = ("exports", "imports")
_FIRST_COMPLETE_YEAR: Final = "1992"
"""Before 1992 only about 80 partners are listed, and they fall short of the world by up to 9.5 billion a year."""
_ANNUAL_REVISION_MONTH: Final = 4
"""The annual revision comes with the data for April (in June): until then the year before is provisional too."""


@cache
def table(name: str) -> pl.DataFrame:
    """A CSV file of this room, every cell text."""
    return pl.read_csv(files("expectations").joinpath(name).read_bytes(), infer_schema=False)


def known_fault(rule: str) -> pl.Expr:
    """The reason of the declared fault of a source that a row (column `row`) falls under, else null.

    A fault names its rows; `*` in it stands for any text.
    """
    declared = table("known_faults.csv").filter(rule=rule).select("row", "reason").rows()
    if not declared:
        return pl.lit(None, pl.String).alias("known_fault")
    return pl.coalesce(
        pl.when(pl.col("row").str.contains(f"^{'.*'.join(map(re.escape, row.split('*')))}$")).then(pl.lit(reason))
        for row, reason in declared
    ).alias("known_fault")


def _tolerances(rule: str) -> pl.DataFrame:
    numbers = ("tolerance_usd", "tolerance_share")
    return table("tolerances.csv").filter(rule=rule).select("source", pl.col(numbers).cast(pl.Float64))


def _with_tolerance(frame: pl.DataFrame, rule: str) -> pl.DataFrame:
    """`tolerance` of each row: the larger of dollars and share of the larger value, by source (`*`: all others)."""
    declared = _tolerances(rule)
    general = declared.row(by_predicate=pl.col("source") == "*", named=True)
    larger = pl.max_horizontal(pl.col("value").abs(), pl.col("compared_with").abs()).fill_null(0.0)
    return (
        frame.join(declared, on="source", how="left")
        .with_columns(pl.col(name).fill_null(general[name]) for name in ("tolerance_usd", "tolerance_share"))
        .with_columns(tolerance=pl.max_horizontal("tolerance_usd", pl.col("tolerance_share") * larger))
        .drop("tolerance_usd", "tolerance_share")
    )


def _comparison(frame: pl.DataFrame, rule: str, *, tolerance_rule: str | None = None) -> pl.DataFrame:
    """The rows worth showing: all that differ by more than the tolerance (worst first), the worst of each declared
    fault, and for each source the row that comes nearest to its tolerance, so that a pass shows by how much.

    A value missing on one side differs by the whole of the other (at least by more than the tolerance).
    """
    with_tolerance = frame if "tolerance" in frame.columns else _with_tolerance(frame, tolerance_rule or rule)
    judged = (
        with_tolerance.with_columns(
            name_of(*_NAMED_BY).alias("row"),
            difference=(pl.col("value") - pl.col("compared_with")).abs().fill_null(float("inf")),
        )
        .with_columns(nearness=pl.col("difference") / pl.col("tolerance"))
        .with_columns(known_fault(rule))
    )
    broken = judged.filter(pl.col("difference") > pl.col("tolerance"), pl.col("known_fault").is_null())
    declared = judged.filter(pl.col("known_fault").is_not_null()).sort("nearness", "row", descending=[True, False])
    holding = judged.filter(pl.col("difference") <= pl.col("tolerance"), pl.col("known_fault").is_null())
    nearest = holding.sort("nearness", descending=True).group_by("source", maintain_order=True).first()
    worst = broken.sort("nearness", "row", descending=[True, False]).head(MOST_ROWS)
    worst_declared = declared.group_by("known_fault", maintain_order=True).first()
    rows = pl.concat([frame.select(judged.columns) for frame in (worst, worst_declared, nearest)])
    return rows.with_columns(found=pl.lit(broken.height, pl.Int64)).select(COMPARISON.names()).cast(COMPARISON)


# --- observations ---------------------------------------------------------------------------------------------------


def _stem() -> pl.Expr:
    """The series without adjustment and frequency: `5800/exports/goods/nsa/M` → `5800/exports/goods`.

    A year is the sum of its months or quarters, adjusted or not: BEA makes its years from adjusted months.
    """
    return pl.col("series_id").str.replace(r"/n?sa/[AQM](/consumption)?$", "$1").alias("series")


def _year() -> pl.Expr:
    return pl.col("period").str.head(4)


YEARS_OF_PARTS: Final = "years_of_parts"


def years_of_parts(frame: pl.DataFrame) -> pl.DataFrame:
    """Months and quarters of each series by year: one pass over the millions for all profiles that compare them.

    Columns `source, vintage, series_id, year, flow, frequency, total, parts, first, last, low, high`; `first` and
    `last` are the first days of the first and last month.
    """
    value, start = pl.col("value_usd"), pl.col("period_start")
    grouped = (
        frame.lazy()
        .filter(pl.col("frequency") != "A")
        .group_by("source", "vintage", "series_id", start.dt.year().alias("year"))
        .agg(
            flow=pl.col("flow").first(),
            frequency=pl.col("frequency").first(),
            total=value.sum(),
            parts=pl.len().cast(pl.Int64),
            first=start.min(),
            last=start.max(),
            low=value.min(),
            high=value.max(),
        )
        .collect(engine="streaming")
    )
    return grouped.with_columns(pl.col("year").cast(pl.String))


_NO_ROW_MEANS_NONE: Final = ("census_api",)
"""Sources that leave out months without trade; elsewhere a year is compared only where it has its twelve months."""


def _months_and_years(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Printed years against the sum of their twelve months (or four quarters), from a series' first whole year on."""
    by = ["source", "vintage", "series"]
    sums = context[YEARS_OF_PARTS].with_columns(_stem())
    spans = sums.group_by(by).agg(first=pl.col("first").min())
    years = frame.filter(frequency="A").select(*by[:2], _stem(), value="value_usd", year="period")
    printed = years.join(spans, on=by).filter(
        pl.col("first") <= pl.date(pl.col("year").cast(pl.Int32, strict=False), 1, 1)
    )
    whole = pl.when(pl.col("frequency") == "M").then(12).otherwise(4)
    complete = sums.filter((pl.col("parts") == whole) | pl.col("source").is_in(_NO_ROW_MEANS_NONE))
    compared = printed.join(complete.select(*by, "year", compared_with="total"), on=[*by, "year"], how="left")
    return _comparison(compared.rename({"year": "period"}), "months_and_years")


def _months_missing(_: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Series and years of the country workbook that lack a month: a year has twelve, the last one those published."""
    ends = context["vintages"].select("source", "vintage", "last_period")
    by = ["source", "vintage", "series_id", "year"]
    counted = context[YEARS_OF_PARTS].filter(source="census_country").join(ends, on=by[:2], how="left")
    last_month = pl.col("last_period").str.slice(5, 2).cast(pl.Int64, strict=False)
    expected = pl.when(pl.col("last_period").str.head(4) == pl.col("year")).then(last_month).otherwise(12)
    missing = counted.with_columns(expected=expected).filter(pl.col("parts") != pl.col("expected")).sort(by)
    held = pl.concat_str(pl.col("first", "last").cast(pl.String).str.head(7), separator=" to ")
    return cap(missing.select(name_of(*by).alias("row"), "expected", months="parts", held=held))


def _partners_and_world(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Countries of a Census vintage added up, by printed year and by sum of months, against its world row.

    Codes that begin with 0 are totals and groups; the others add up to 0015, the world. The year that has had no annual
    revision yet is given a wider tolerance.
    """
    by = ["source", "vintage", "flow", "frequency", "period"]
    keep = ["source", "vintage", "series_id", "flow", "frequency"]
    printed = frame.filter(frequency="A").select(*keep, "period", value="value_usd")
    summed = context[YEARS_OF_PARTS].select(*keep, period="year", value="total")
    goods = pl.concat([printed, summed]).filter(
        pl.col("source").is_in(["census_country", "census_api"]),
        pl.col("series_id").str.contains("/goods/nsa/", literal=True),
        pl.col("flow").is_in(_FLOWS),
        pl.col("period") >= _FIRST_COMPLETE_YEAR,
    )
    world = goods.filter(pl.col("series_id").str.starts_with("0015/")).select(*by, "value")
    countries = goods.filter(~pl.col("series_id").str.starts_with("0"))
    parts = countries.group_by(by).agg(compared_with=pl.col("value").sum())
    joined = parts.join(world, on=by, how="full", coalesce=True).with_columns(
        series=pl.format("0015/{}/{}", "flow", "frequency")
    )
    settled = joined.join(_provisional_from(context), on=["source", "vintage"], how="left").with_columns(
        provisional=(_year().cast(pl.Int32) >= pl.col("provisional_from")).fill_null(value=False)
    )
    judged = [
        _with_tolerance(settled.filter(pl.col("provisional") == flag), rule)
        for flag, rule in ((False, "partners_and_world"), (True, "partners_and_world_provisional"))
    ]
    return _comparison(pl.concat(judged), "partners_and_world")


def _provisional_from(context: Context) -> pl.DataFrame:
    """The first year of each vintage that has not had its annual revision."""
    year = pl.col("last_period").str.head(4).cast(pl.Int32, strict=False)
    month = pl.col("last_period").str.slice(5, 2).cast(pl.Int32, strict=False)
    return context["vintages"].select(
        "source", "vintage", provisional_from=year - (month < _ANNUAL_REVISION_MONTH).cast(pl.Int32)
    )


def _exports_minus_imports(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Every printed balance against printed exports minus printed imports of the same source, vintage and period."""
    by = ["source", "vintage", "series", "period"]
    no_flow = pl.col("series_id").str.replace(r"/(exports|imports|balance)/", "/").alias("series")
    printing = frame.filter(flow="balance").select("source", "vintage").unique()
    of_these = frame.filter(pl.col("source").is_in(printing["source"].unique().implode())).join(
        printing, on=["source", "vintage"], how="semi"
    )
    named = of_these.with_columns(no_flow).select("source", "vintage", "series", "period", "flow", "value_usd")
    balances = named.filter(flow="balance").drop("flow").rename({"value_usd": "value"})
    sides = [named.filter(flow=flow).drop("flow").rename({"value_usd": flow}) for flow in _FLOWS]
    joined = balances.join(sides[0], on=by).join(sides[1], on=by)
    return _comparison(
        joined.with_columns(compared_with=pl.col("exports") - pl.col("imports")), "exports_minus_imports"
    )


def _revisions(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Every complete year of a flow against the vintage of the same source before."""
    years = frame.filter(pl.col("frequency") == "A", pl.col("flow").is_in(_FLOWS))
    order = years.select("source", "vintage").unique().sort("source", "vintage")
    previous = order.with_columns(previous=pl.col("vintage").shift(1).over("source")).drop_nulls()
    earlier = years.select("source", "series_id", "period", previous="vintage", compared_with="value_usd")
    revised = years.join(previous, on=["source", "vintage"]).join(
        earlier, on=["source", "series_id", "period", "previous"]
    )
    return _comparison(
        revised.select("source", "vintage", _stem(), "period", "compared_with", value="value_usd"), "revision"
    )


_UNIT_FACTOR: Final = 300.0
"""A slip between thousands and millions is a factor of 1000; a month 300 times its year's median may be one."""
_STEADY_WITHIN: Final = 10.0
"""A slip is told from lumpy trade (a war, one aircraft) by the other months: all within ten times their median."""
_FEWEST_MONTHS: Final = 3
"""A slip is told by the other months: two of them at least."""
_UNIT_FLOOR_USD: Final = 1e7
"""Series whose median month is below ten million are lumpy by nature."""
_UNIT_FLOOR_DOWN_USD: Final = 3e8
"""A month of almost nothing is real up to here: oil from Azerbaijan came in ten months of 2011, median 243 million."""


def _lost_factors(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Months of a steady year that lie a factor of hundreds above or below the median of that year."""
    by = ["source", "vintage", "series_id", "year"]
    value, median = pl.col("value_usd"), pl.col("median")
    months_of_flows = (pl.col("frequency") == "M") & pl.col("flow").is_in(_FLOWS)
    ranges = context[YEARS_OF_PARTS].filter(months_of_flows, pl.col("parts") >= _FEWEST_MONTHS)
    suspect = ranges.filter(_far_from_the_rest("high") | _far_from_the_rest("low"))
    months = (
        frame.filter(pl.col("series_id").is_in(suspect["series_id"].unique().implode()), pl.col("frequency") == "M")
        .with_columns(year=_year())
        .join(suspect, on=by, how="semi")
        .with_columns(median=value.median().over(by))
    )
    above = (value > _UNIT_FACTOR * median) & (median >= _UNIT_FLOOR_USD)
    # a zero is "none" or "not reported" in the source: no slip of units makes one
    below = (value * _UNIT_FACTOR < median) & (value > 0) & (median >= _UNIT_FLOOR_DOWN_USD)
    steady = (value <= _STEADY_WITHIN * median) & (value * _STEADY_WITHIN >= median)
    far = above | below
    slips = months.filter(far, (far | steady).all().over(by), far.sum().over(by) <= 2).sort(*by, "period")
    named = slips.with_columns(name_of("source", "vintage", "series_id", "period").alias("row"))
    return cap(named.select("row", value="value_usd", median="median", factor=value / median))


def _far_from_the_rest(extreme: str) -> pl.Expr:
    """Whether the largest or smallest month lies far from the mean of the others: a cheap net, wider than the rule."""
    value = pl.col(extreme)
    others = (pl.col("total") - value) / (pl.col("parts") - 1)
    if extreme == "high":  # half of the others are at most the median, none is more than ten times it
        return (value * _STEADY_WITHIN > _UNIT_FACTOR * others) & (value > _UNIT_FACTOR * _UNIT_FLOOR_USD)
    # half of the others are at least the median
    return (value > 0) & (value * _UNIT_FACTOR < 2 * others) & (2 * others > _UNIT_FLOOR_DOWN_USD)


_AGREE_WITHIN: Final = 3.0
"""Different bases, vintages and valuations of one flow differ by tens of percent, never by a factor of three."""
_AGREE_FLOOR_USD: Final = 1e9


def _sources_agree(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Years of one flow that two sources, bases or vintages hold: largest against smallest value."""
    by = ["reporter", "partner", "flow", "scope", "period"]
    years = frame.filter(pl.col("frequency") == "A", pl.col("flow").is_in(_FLOWS), pl.col("value_usd") > 0)
    spread = years.group_by(by).agg(
        smallest=pl.col("value_usd").min(),
        largest=pl.col("value_usd").max(),
        smallest_in=pl.concat_str("source", "vintage", separator=" ").sort_by("value_usd").first(),
        largest_in=pl.concat_str("source", "vintage", separator=" ").sort_by("value_usd").last(),
    )
    far = spread.filter(
        pl.col("largest") >= _AGREE_FLOOR_USD, pl.col("largest") > _AGREE_WITHIN * pl.col("smallest")
    ).sort(by)
    columns = ("smallest", "smallest_in", "largest", "largest_in")
    return cap(far.with_columns(name_of(*by).alias("row")).select("row", *columns))


def _negative(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Exports, imports or two-way trade below zero."""
    below = frame.filter(pl.col("flow").is_in(["exports", "imports", "total"]), pl.col("value_usd") < 0)
    return cap(below.select(name_of("source", "vintage", "series_id", "period").alias("row"), value="value_usd"))


def _periods(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Periods whose form, frequency and first day do not say the same."""
    held = frame.select("frequency", "period", "period_start").unique(maintain_order=True)
    wrong = held.filter(
        pl.struct("frequency", "period", "period_start").map_elements(_period_is_wrong, return_dtype=pl.Boolean)
    )
    return cap(wrong.select(name_of("period", "frequency", "period_start").alias("row")))


def _period_is_wrong(row: dict[str, object]) -> bool:
    span = periods.bounds(str(row["period"]))
    return span is None or periods.frequency(str(row["period"])) != row["frequency"] or span[0] != row["period_start"]


def _known_before(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Periods that had not ended when the vintage that holds them was released."""
    by = ["source", "vintage"]
    released = newest_periods(frame).join(context["vintages"].select(*by, "released_on"), on=by)
    ends = pl.col("newest").map_elements(_last_day, return_dtype=pl.Date)
    early = released.with_columns(ends_on=ends).filter(pl.col("ends_on") > pl.col("released_on")).sort(by)
    columns = [pl.col(name).cast(pl.String) for name in ("newest", "ends_on", "released_on")]
    return cap(early.select(name_of(*by).alias("row"), *columns))


def _last_day(period: str) -> object:
    span = periods.bounds(period)
    return span[1] if span else None


def _references(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Vintages, documents and partners that observations name and no table has."""
    pairs = frame.select("source", "vintage").unique().join(context["vintages"], on=["source", "vintage"], how="anti")
    named = [
        pairs.select(name_of("source", "vintage").alias("row"), what=pl.lit("vintage")),
        *(unknown(frame[column], context[table][column], column) for column, table in _POINTS_TO.items()),
    ]
    return cap(pl.concat(named).sort("what", "row").with_columns(known=pl.lit(value=False)))


_POINTS_TO: Final = {"document_id": "documents", "partner": "partners"}


def unknown(named: pl.Series, known: pl.Series, what: str) -> pl.DataFrame:
    """The distinct values of `named` that are not among `known`: `row, what`."""
    distinct = named.drop_nulls().unique()
    missing = distinct.filter(~distinct.is_in(known.drop_nulls().unique().implode())).sort()
    return pl.DataFrame({"row": missing.cast(pl.String), "what": [what] * len(missing)}, schema=_UNKNOWN)


_UNKNOWN: Final = pl.Schema({"row": pl.String(), "what": pl.String()})
_REFERENCES: Final = pl.Schema({"row": pl.String(), "what": pl.String(), "known": pl.Boolean(), "found": pl.Int64()})


def _control_totals(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Values that were written down from the printed source against what is held; none held where the vintage is: a
    difference without end.
    """
    by = ["source", "series_id", "period", "vintage"]
    numbers = ("value_usd", "within_usd")
    written = table("control_totals.csv").with_columns(pl.col(numbers).cast(pl.Float64))
    held = written.join(frame.select("source", "vintage").unique(), on=["source", "vintage"], how="semi")
    named = frame.filter(pl.col("series_id").is_in(held["series_id"].unique().implode()))
    values = named.join(held, on=by, how="semi").select(*by, value="value_usd")
    joined = held.join(values, on=by, how="left").with_columns(
        difference=(pl.col("value") - pl.col("value_usd")).abs().fill_null(float("inf"))
    )
    return joined.select(
        name_of(*by).alias("row"),
        "value",
        "difference",
        "told_by",
        printed="value_usd",
        tolerance="within_usd",
    )


def _rows(**columns: pl.DataType) -> pl.Schema:
    return pl.Schema({"row": pl.String(), **columns, "found": pl.Int64()})


_NUMBER, _TEXT, _INT = pl.Float64(), pl.String(), pl.Int64()

OBSERVATIONS_PROFILES: Final = (
    Profile(
        "months_and_years", _months_and_years.__doc__ or "", COMPARISON, _months_and_years, needs=(YEARS_OF_PARTS,)
    ),
    Profile(
        "months_missing",
        _months_missing.__doc__ or "",
        _rows(expected=_INT, months=_INT, held=_TEXT),
        _months_missing,
        needs=("vintages", YEARS_OF_PARTS),
        violations_only=True,
    ),
    Profile(
        "partners_and_world",
        _partners_and_world.__doc__ or "",
        COMPARISON,
        _partners_and_world,
        needs=("vintages", YEARS_OF_PARTS),
    ),
    Profile("exports_minus_imports", _exports_minus_imports.__doc__ or "", COMPARISON, _exports_minus_imports),
    Profile("revisions", _revisions.__doc__ or "", COMPARISON, _revisions),
    Profile(
        "lost_factors",
        _lost_factors.__doc__ or "",
        _rows(value=_NUMBER, median=_NUMBER, factor=_NUMBER),
        _lost_factors,
        needs=(YEARS_OF_PARTS,),
        violations_only=True,
    ),
    Profile(
        "sources_agree",
        _sources_agree.__doc__ or "",
        _rows(smallest=_NUMBER, smallest_in=_TEXT, largest=_NUMBER, largest_in=_TEXT),
        _sources_agree,
        violations_only=True,
    ),
    Profile("negative", _negative.__doc__ or "", _rows(value=_NUMBER), _negative, violations_only=True),
    Profile("periods", _periods.__doc__ or "", _rows(), _periods, violations_only=True),
    Profile(
        "known_before",
        _known_before.__doc__ or "",
        _rows(newest=_TEXT, ends_on=_TEXT, released_on=_TEXT),
        _known_before,
        needs=("vintages",),
        violations_only=True,
    ),
    Profile(
        "references",
        _references.__doc__ or "",
        _REFERENCES,
        _references,
        needs=("documents", "partners", "vintages"),
        violations_only=True,
    ),
    Profile(
        "control_totals",
        _control_totals.__doc__ or "",
        pl.Schema(
            {
                "row": _TEXT,
                "value": _NUMBER,
                "printed": _NUMBER,
                "difference": _NUMBER,
                "tolerance": _NUMBER,
                "told_by": _TEXT,
            }
        ),
        _control_totals,
    ),
)
