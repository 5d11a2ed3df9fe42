"""Dated official statements from tidy tables: what was printed on the day, with its rounding and when it was known.

What belongs here: which stated figure is evidence, of which nature, from which day. What does not: series (`tidy`).

Left out, because it is no evidence or no total: rows of nature `press` or `advocacy`; domestic exports without
re-exports; "private services", which are less than services; single products of a page that counts only domestic
exports of them; rows whose basis or definition the source leaves open ("census?", "auto trade", "autos sector");
figures of trade associations; restated figures without a release day, which nothing bounds.
"""

from __future__ import annotations

import calendar
import hashlib
from datetime import date, timedelta
from typing import Final

import polars as pl

from transforms.schemas import STATEMENTS
from transforms.series.identity import GOODS_VALUATION, series_id
from transforms.series.partners import codes_of
from warehouse.snapshot.tidy import Folder, TidyError

NATURES: Final = ("statistical_release", "agency_fact_page", "release_quoted")

UNDATED_BOUND_DAYS: Final = 95
"""Days after the end of its period by which a first print certainly was out: the month after, and 65 days more. The
dated first prints of the same table, 1986 to 2025, came 30 to 78 days after theirs, shutdowns included.
A later day than the true one only means that the statement is not used as early as it might be."""

_MEASURES: Final = {"goods": "goods", "services": "services", "goods+services": "goods_services"}

_PRODUCT_PUBLISHERS: Final = {
    "USITC Shifts in U.S. Merchandise Trade 2017, table KR.1": ("agency_fact_page", "2018-12-31", "2018-12-31"),
    "USITC Shifts in U.S. Merchandise Trade 2016, table US.1": ("agency_fact_page", "2017-12-31", "2017-12-31"),
    "USTR Korea country page (third-party copy)": ("agency_fact_page", "2017-03-07", "2018-01-08"),
    "CRS R45285": ("agency_fact_page", "2018-08-08", "2018-08-08"),
    "Korea JoongAng Daily citing Bank of Korea": ("release_quoted", "2018-06-21", "2018-06-21"),
    "Global Times citing Bank of Korea": ("release_quoted", "2018-06-21", "2018-06-21"),
    "USTR Korea page (third-party copy) and Steel Market Update": ("agency_fact_page", "2018-01-08", "2018-01-08"),
    "USTR figures quoted by Steel Market Update": ("release_quoted", "2018-01-08", "2018-01-08"),
    "SteelOrbis citing Census": ("release_quoted", "2017-06-29", "2017-06-29"),
    "Hankyoreh citing USITC DataWeb (accessed 2017-09-05)": ("release_quoted", "2017-09-06", "2017-09-06"),
}
"""Publishers of product figures whose nature is established: nature, known_from, known_by. The same publications have
that nature in `stated_figures.csv`; the USITC's reports are dated by year only, so they count from the year's end."""

_PRODUCTS: Final = {
    "All goods": "goods",
    "machinery": "product:hs84",
    "electrical machinery": "product:hs85",
    "aircraft": "product:hs88",
    "optical and medical instruments": "product:hs90",
    "agricultural products": "product:agricultural",
    "agricultural products, total": "product:agricultural",
    "passenger cars": "product:cars",
    "autos (passenger vehicles by the size of the figure)": "product:cars",
    '"vehicles" (USTR category; two-digit HS heading 87 inferred)': "product:hs87",
}
"""Scope by the product's name as printed. USTR's product lists are HS chapters; USITC sectors have their own scopes."""


def stated_figures(folder: Folder) -> pl.DataFrame:
    """Statements of agencies and of those who reproduce a named release, from `stated_figures.csv`."""
    name = "stated_figures.csv"
    frame = folder.read(name, "statements", None, "transcribed by hand from the page that each row names")
    kept = frame.filter(
        pl.col("nature").is_in(NATURES),
        pl.col("measure") != "services (private)",
        ~pl.col("basis").str.contains("DOMESTIC"),
    )
    rows = kept.select(
        "partner",
        pl.col("flow").replace({"total trade": "total"}),
        scope=pl.col("measure").replace_strict(_MEASURES),
        # "bop?" and "bop (inferred …)" are judgements, and the note says so.
        basis=pl.col("basis").str.extract(r"^(\w+)"),
        adjustment=pl.lit("nsa"),
        period=_stated_period(),
        printed=pl.col("value_busd_as_printed"),
        known_from=pl.col("known_from").str.to_date(),
        known_by=pl.col("known_by").str.to_date(),
        nature="nature",
        publisher="publisher",
        url="page",
        note=_joined(
            pl.when(pl.col("basis").str.contains(r"[?(]")).then(pl.format("basis: {}", pl.col("basis"))),
            pl.col("note"),
        ),
    )
    return _finished(rows, folder, name, "US")


def product_figures(folder: Folder) -> pl.DataFrame:
    """Stated figures on products, and Bank of Korea figures on trade with the United States."""
    name = "stated_product_figures.csv"
    frame = folder.read(name, "statements", None, "transcribed by hand from the page that each row names")
    korean = pl.col("flow") == "Korean balance with U.S."
    known = frame.filter(
        pl.col("publisher").is_in(list(_PRODUCT_PUBLISHERS)),
        # Passenger cars of DataWeb are plain; everything else marked "?" is open.
        ~pl.col("basis").str.contains(r"\?") | (pl.col("product") == "passenger cars"),
        ~pl.col("note").fill_null("").str.contains("the single products domestic exports"),
    )
    scope = (
        pl.when(korean)
        .then(pl.col("measure").str.replace(" ", "_"))
        .when(pl.col("product").str.ends_with(" (USITC sector)"))
        .then(_usitc_scope("product"))
        .otherwise(pl.col("product").replace_strict(_PRODUCTS, default=None, return_dtype=pl.String))
    )
    rows = known.select(
        pl.when(korean).then(pl.lit("United States")).otherwise(pl.col("partner")).alias("partner"),
        pl.when(korean).then(pl.lit("balance")).otherwise(pl.col("flow")).alias("flow"),
        scope=scope,
        basis=pl.col("basis").str.extract(r"^(\w+)"),
        adjustment=pl.lit("nsa"),
        period=_stated_period(),
        printed=pl.col("value_busd_as_printed"),
        **_established(),
        url="page",
        note=_joined(pl.when(pl.col("basis").str.contains(r"\?")).then(pl.lit("basis inferred")), pl.col("note")),
        reporter=pl.when(korean).then(pl.lit("KR")).otherwise(pl.lit("US")),
    ).filter(pl.col("flow") != "domestic exports")
    return _finished(rows, folder, name, None)


def car_figures(folder: Folder) -> pl.DataFrame:
    """Stated figures on U.S.-Korea trade in vehicles (HS 87) and passenger cars, where the definition is plain."""
    name = "automotive_korea_annual.csv"
    frame = folder.read(name, "statements", None, "transcribed by hand from the page that each row names")
    rows = frame.filter(
        pl.col("publisher").is_in(list(_PRODUCT_PUBLISHERS)),
        pl.col("definition").is_in(list(_PRODUCTS)),
        pl.col("period") == "annual",
    ).select(
        "flow",
        partner=pl.lit("Korea, South"),
        scope=pl.col("definition").replace_strict(_PRODUCTS),
        basis=pl.lit("census"),
        adjustment=pl.lit("nsa"),
        period="year",
        printed=pl.col("value_busd_as_printed"),
        **_established(),
        url="page",
        note=_joined(pl.lit("basis inferred"), pl.col("definition"), pl.col("note")),
    )
    return _finished(rows, folder, name, "US")


def release_headlines(folder: Folder) -> pl.DataFrame:
    """Headlines of the monthly releases as first printed. An undated one counts from a bound, and says so."""
    name = "release_headlines.csv"
    frame = folder.read(name, "ft900", None, "copied by hand from the page that each row names")
    dated = pl.col("release_date").str.to_date()
    bound = pl.struct("reference_period", "status").map_elements(
        lambda row: _bound(row["reference_period"], row["status"]), return_dtype=pl.Date
    )
    kept = frame.filter(dated.is_not_null() | (pl.col("status") != "restated_earlier_period"))
    undated = pl.when(pl.col("release_date").is_null()).then(
        pl.lit("release day not on the page: counts from a day by which it certainly was out")
    )
    rows = kept.select(
        "partner",
        "flow",
        scope="measure",
        basis=pl.col("basis").replace({"fas": "census"}),
        adjustment=pl.col("seasonal_adjustment").replace({"annual": "nsa"}),
        period="reference_period",
        printed=pl.col("value_busd_as_printed"),
        decimals=pl.col("decimals").cast(pl.Int8),
        known_from=pl.coalesce(dated, bound),
        known_by=pl.coalesce(dated, bound),
        nature="nature",
        release_status="status",
        publisher=pl.lit("U.S. Census Bureau and BEA, monthly trade release"),
        url="page",
        note=_joined(undated, pl.col("note")),
    )
    return _finished(rows, folder, name, "US", source="ft900")


def _established() -> dict[str, pl.Expr]:
    """Nature, days and publisher from `_PRODUCT_PUBLISHERS`."""
    columns = {}
    for index, column in enumerate(("nature", "known_from", "known_by")):
        values = {publisher: row[index] for publisher, row in _PRODUCT_PUBLISHERS.items()}
        text = pl.col("publisher").replace_strict(values, default=None, return_dtype=pl.String)
        columns[column] = text if column == "nature" else text.str.to_date()
    return columns | {"publisher": pl.col("publisher")}


def _usitc_scope(column: str) -> pl.Expr:
    """`product:usitc_transportation_equipment` from `Transportation equipment (USITC sector)`."""
    bare = pl.col(column).str.strip_suffix(" (USITC sector)").str.to_lowercase().str.replace_all(r"[^a-z]+", "_")
    return pl.format("product:usitc_{}", bare)


def _stated_period() -> pl.Expr:
    """`2016`, or `2018-01..2018-07` from year `2018` and period `Jan-Jul`."""
    number = {calendar.month_abbr[month]: f"{month:02d}" for month in range(1, 13)}
    ends = pl.col("period").str.split("-")
    first, last = (ends.list.get(at, null_on_oob=True).replace_strict(number, default=None) for at in (0, 1))
    span = pl.format("{}-{}..{}-{}", pl.col("year"), first, pl.col("year"), last)
    return pl.when(pl.col("period") == "annual").then(pl.col("year")).otherwise(span).alias("period")


def _bound(period: str, status: str) -> date:
    """Day by which an undated headline certainly was out; a restated month came one release later."""
    year, month = (int(period[:4]), int(period[5:]) if len(period) > 4 else 12)
    end = date(year, month, calendar.monthrange(year, month)[1])
    later = 31 if status == "revised_previous_month" else 0
    return end + timedelta(days=UNDATED_BOUND_DAYS + later)


def _joined(*parts: pl.Expr) -> pl.Expr:
    """The parts that are not null, joined by `; `; null where there is none."""
    whole = pl.concat_str(parts, separator="; ", ignore_nulls=True)
    return pl.when(whole != "").then(whole)


def _finished(
    rows: pl.DataFrame, folder: Folder, name: str, reporter: str | None, source: str = "statements"
) -> pl.DataFrame:
    """`rows` as `schemas.STATEMENTS`: partner, value, rounding, valuation, period start, series and row identities."""
    schemes = codes_of("statements") | codes_of("comtrade")
    kept = rows.filter(pl.col("scope").is_not_null())
    unknown = set(kept["partner"]) - set(schemes)
    if unknown:
        raise TidyError(f"{folder.path / name}: partner(s) not in partner_codes.csv: {', '.join(sorted(unknown))}")
    seen = pl.col("printed").str.extract(r"\.(\d+)$").str.len_chars().fill_null(0)
    # A billion with fewer than three decimals lost its last zeros where the page prints millions.
    millions = pl.col("note").fill_null("").str.contains("printed in million USD", literal=True)
    decimals = pl.col("decimals") if "decimals" in kept.columns else pl.when(millions).then(pl.lit(3)).otherwise(seen)
    annual = pl.col("period").str.len_chars() == 4
    whole = kept.with_columns(
        source=pl.lit(source),
        reporter=pl.lit(reporter) if reporter else pl.col("reporter"),
        printed_partner=pl.col("partner"),
        partner=pl.col("partner").replace_strict(schemes),
        frequency=pl.when(annual).then(pl.lit("A")).otherwise(pl.lit("M")),
        value_usd=(pl.col("printed").cast(pl.Float64) * 1e9).round(),
        rounded_to_usd=pl.lit(10.0).pow(9 - decimals.cast(pl.Int8)),
        period_start=(
            pl.when(annual).then(pl.col("period") + "-01").otherwise(pl.col("period").str.head(7)) + "-01"
        ).str.to_date(),
        document_id=pl.lit(folder.id_of(name)),
        valuation=pl.when(pl.col("basis") == "bop")
        .then(pl.lit("bop"))
        .when(pl.col("basis") == "census", pl.col("scope") != "services")
        .then(GOODS_VALUATION),
    ).with_columns(series_id("printed_partner"))
    named = whole.with_columns(statement_id=_identity(whole)).drop("printed", "printed_partner")
    return STATEMENTS.conform(named.drop("decimals", strict=False).unique("statement_id", maintain_order=True))


def _identity(rows: pl.DataFrame) -> pl.Series:
    """Hash of what is stated, by whom, where and when; the same statement twice has one identity."""
    columns = ("reporter", "series_id", "basis", "period", "printed", "known_from", "known_by", "publisher", "url")
    extra = [name for name in ("release_status",) if name in rows.columns]
    text = rows.select(pl.concat_str([*columns, *extra], separator="|", ignore_nulls=True).alias("text"))["text"]
    return pl.Series("statement_id", [hashlib.sha256(line.encode()).hexdigest()[:16] for line in text])
