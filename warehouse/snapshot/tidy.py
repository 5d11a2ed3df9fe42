"""Tidy tables of official statistics, as the maker is given them, become observations, statements, vintages, documents.

What belongs here: which column of which tidy file means what, what is left out and why. What does not: how the snapshot
is laid out on disk (`panel`, `make`) and how it is read (`warehouse.snapshot`). Publishers' own files are read
elsewhere (`transforms.series`); these tables are third parties' copies of them, and their documents say whose.

Money is kept in whole dollars (Int64) until it is read: the Census prints millions with six decimals, so nothing is
lost and sums are exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from transforms.schemas import DOCUMENTS
from transforms.series import identity
from transforms.series.identity import GOODS_VALUATION, series_id
from transforms.series.partners import codes_of

FACTS: Final = (
    "source",
    "series_id",
    "reporter",
    "partner",
    "flow",
    "scope",
    "basis",
    "valuation",
    "adjustment",
    "frequency",
    "period",
    "usd",
    "vintage",
    "document_id",
)
"""Columns of an observation before it is given dates and dollars as floating point; `usd` is Int64."""

COUNTRY_VINTAGES: Final = (
    "2012-02",
    "2017-01",
    "2018-10",
    "2019-12",
    "2020-10",
    "2022-03",
    "2023-03",
    "2024-08",
    "2024-10",
)

API_GROUPS_LEFT_OUT: Final = "groups of the API are other groups than the workbook's of the same code, or end elsewhere"


class TidyError(Exception):
    """A tidy table is missing or is not what the maker expects: names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of tidy tables, and the documents that were read from it (name: row of `documents`)."""

    path: Path
    documents: dict[str, dict[str, object]] = field(default_factory=dict)

    def read(self, name: str, source: str, url: str | None, note: str) -> pl.DataFrame:
        """The table `name`, every cell text; its bytes become a document.

        Raises:
            TidyError: no such file, or no table.
        """
        file = self.path / name
        try:
            data = file.read_bytes()
            frame = pl.read_csv(data, infer_schema=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise TidyError(f"{file}: cannot be read as a tidy table: {error}") from error
        self.documents[name] = {
            "document_id": hashlib.sha256(data).hexdigest(),
            "source": source,
            "url": url,
            "fetched_at": None,
            "bytes": len(data),
            "media_type": "application/gzip" if name.endswith(".gz") else "text/csv",
            "name": name,
            "note": note,
        }
        return frame

    def id_of(self, name: str) -> str:
        """`document_id` of a table that was read."""
        return str(self.documents[name]["document_id"])

    def document_rows(self) -> pl.DataFrame:
        """All tables read so far, as `schemas.DOCUMENTS`, in the order of their names."""
        rows = [self.documents[name] for name in sorted(self.documents)]
        return DOCUMENTS.conform(pl.DataFrame(rows, infer_schema_length=None))


def usd(column: str, unit: float) -> pl.Expr:
    """Text in units of `unit` dollars as whole dollars."""
    return (pl.col(column).cast(pl.Float64, strict=True) * unit).round().cast(pl.Int64).alias("usd")


def month_text() -> pl.Expr:
    """`YYYY-MM` from columns `year` and `month`."""
    return pl.format("{}-{}", pl.col("year"), pl.col("month").str.zfill(2)).alias("period")


def mapped(column: str, scheme: str, file: Path) -> pl.Expr:
    """Partner of a publisher's code or name; one that the dimension does not have is an error, not a null."""
    codes = codes_of(scheme)
    return (
        pl.col(column).replace_strict(codes, default=pl.lit(f"\0{file.name}"), return_dtype=pl.String).alias("partner")
    )


def facts(frame: pl.DataFrame, **constants: str | None) -> pl.DataFrame:
    """`frame` with constant columns added, in the order of `FACTS`.

    Raises:
        TidyError: a partner's code that `partner_codes.csv` does not have.
    """
    whole = frame.with_columns(pl.lit(value, dtype=pl.String).alias(name) for name, value in constants.items())
    lost = whole.filter(pl.col("partner").str.starts_with("\0"))
    if not lost.is_empty():
        raise TidyError(f"{lost['partner'][0][1:]}: a partner that transforms/series/partner_codes.csv does not have")
    return whole.select(FACTS)


# --- the country workbook ------------------------------------------------------------------------------------------


def country_months(folder: Folder) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every month of every vintage of the workbook, and every year that it prints.

    Returns `partner_code, flow, year (Int16), month (Int8), usd, vintage` and `partner_code, flow, year, usd, vintage`;
    of printed years only the complete ones.
    """
    sources = {row["vintage"]: row for row in _provenance(folder, "goods_vintages.csv").iter_rows(named=True)}
    parts = []
    for vintage in COUNTRY_VINTAGES:
        row = sources[vintage]
        name = f"goods_by_partner_monthly_{vintage}.csv.gz"
        frame = folder.read(name, "census_country", _page(row), _third_party(row))
        parts.append(
            frame.select(
                "partner_code",
                "flow",
                pl.col("year").cast(pl.Int16),
                pl.col("month").cast(pl.Int8),
                usd("value_musd", 1e6),
                pl.lit(vintage).alias("vintage"),
            )
        )
    name = "goods_by_partner_annual_all_vintages.csv.gz"
    printed = folder.read(name, "census_country", None, "the years as the nine workbooks print them")
    years = (
        printed.filter(pl.col("months_covered") == "12")
        .unpivot(["exports_musd", "imports_musd"], index=["vintage", "partner_code", "year"], variable_name="flow")
        .select(
            "partner_code",
            pl.col("flow").str.strip_suffix("_musd"),
            pl.col("year").cast(pl.Int16),
            usd("value", 1e6),
            "vintage",
        )
    )
    return pl.concat(parts), years


def country_series(codes: pl.Series) -> pl.DataFrame:
    """What each monthly series of the workbook is: one row a code and flow, all columns of `FACTS` but the values."""
    return identity.country_series(codes).with_columns(pl.col("partner").fill_null("\0goods_by_partner_monthly"))


# --- everything else -----------------------------------------------------------------------------------------------


def api_goods(folder: Folder) -> pl.DataFrame:
    """The Census API's months of all goods, 2013 to 2024, and its years; countries, residuals and the world."""
    name = "goods_by_partner_api_monthly_2025-10.csv.gz"
    row = _product_source(folder, name)
    frame = folder.read(name, "census_api", _page(row), _third_party(row))
    # Groups: see API_GROUPS_LEFT_OUT; the members are all there.
    frame = frame.filter(~pl.col("partner_code").str.starts_with("0") | (pl.col("partner_code") == "0015"))
    months = frame.select(
        "partner_code",
        "flow",
        "year",
        month_text(),
        usd("value_musd", 1e6),
        mapped("partner_code", "census", folder.path / name),
    )
    both = pl.concat(
        [months.with_columns(frequency=pl.lit("M")).drop("year"), _years(months, {"partner_code", "flow", "partner"})],
        how="diagonal",
    )
    return _census(both, "census_api", "2025-10", folder.id_of(name))


def hs_chapters(folder: Folder) -> pl.DataFrame:
    """Trade by HS chapter, partner and complete year: exports, imports for consumption, general imports."""
    parts = []
    for name, flow, valuation, vintage in (
        ("goods_by_hs2_exports_monthly_2026-07.csv.gz", "exports", "fas", "2026-07"),
        ("goods_by_hs2_imports_consumption_monthly_2021-09.csv.gz", "imports", "consumption_customs", "2021-09"),
        ("goods_by_hs2_imports_general_monthly_2025-10.csv.gz", "imports", "general_customs", "2025-10"),
    ):
        row = _product_source(folder, name)
        months = folder.read(name, "census_api", _page(row), _third_party(row)).select(
            "partner_code",
            "year",
            month_text(),
            usd("value_usd", 1.0),
            mapped("partner_code", "census", folder.path / name),
            scope=pl.format("product:hs{}", pl.col("hs2")),
            flow=pl.lit(flow),
            valuation=pl.lit(valuation),
        )
        years = _years(months, {"partner_code", "partner", "scope", "flow", "valuation"})
        parts.append(_census(years, "census_api", vintage, folder.id_of(name)))
    return pl.concat(parts)


def _years(months: pl.DataFrame, by: set[str]) -> pl.DataFrame:
    """Sums of the years of which all twelve months are published for somebody; a missing month is no trade."""
    complete = months.group_by("year").agg(pl.col("period").n_unique().alias("months")).filter(pl.col("months") == 12)
    return (
        months.join(complete, on="year", how="semi")
        .group_by([*sorted(by), "year"])
        .agg(pl.col("usd").sum())
        .rename({"year": "period"})
        .with_columns(frequency=pl.lit("A"))
    )


def _census(frame: pl.DataFrame, source: str, vintage: str, document: str) -> pl.DataFrame:
    """Goods on the Census basis, not seasonally adjusted, reported by the United States."""
    missing = {"scope": pl.lit("goods"), "valuation": GOODS_VALUATION}
    named = frame.with_columns(
        *(value.alias(name) for name, value in missing.items() if name not in frame.columns),
        adjustment=pl.lit("nsa"),
    ).with_columns(series_id())
    return facts(named, source=source, reporter="US", basis="census", vintage=vintage, document_id=document)


def balance_pages(folder: Folder) -> pl.DataFrame:
    """Three snapshots (2026) of the Census balance pages of five partners: exports, imports and the printed balance."""
    name = "goods_recent_snapshots.csv"
    frame = folder.read(
        name,
        "census_pages",
        "https://www.census.gov/foreign-trade/balance/",
        "third-party copies of the balance pages (c5800.html and others), three days of 2026",
    )
    last = frame.filter(pl.col("month").is_not_null()).group_by("fetched").agg(last=month_text().max())
    # The running year has an annual-looking line that is the year to date.
    whole = frame.join(last, on="fetched").filter(
        pl.col("month").is_not_null()
        | (pl.col("year") < pl.col("last").str.head(4))
        | pl.col("last").str.ends_with("-12")
    )
    tidy = whole.unpivot(
        ["exports_musd", "imports_musd", "balance_musd"],
        index=["fetched", "partner_code", "year", "month"],
        variable_name="flow",
    ).select(
        pl.col("fetched").alias("vintage"),
        "partner_code",
        pl.col("flow").str.strip_suffix("_musd"),
        pl.when(pl.col("month").is_null()).then(pl.col("year")).otherwise(month_text()).alias("period"),
        pl.when(pl.col("month").is_null()).then(pl.lit("A")).otherwise(pl.lit("M")).alias("frequency"),
        usd("value", 1e6),
        mapped("partner_code", "census", folder.path / name),
        scope=pl.lit("goods"),
        adjustment=pl.lit("nsa"),
    )
    named = tidy.with_columns(valuation=GOODS_VALUATION).with_columns(series_id())
    return facts(named, source="census_pages", reporter="US", basis="census", document_id=folder.id_of(name))


_MEASURES: Final = {"goods": "goods", "services": "services", "total": "goods_services"}


def bop_by_partner(folder: Folder) -> pl.DataFrame:
    """BEA's goods and services by partner, by year and by quarter (seasonally adjusted), one vintage."""
    page = "https://www.bea.gov/data/intl-trade-investment/international-trade-goods-and-services"
    note = (
        "third-party copies of trad-geo-time-series-0125.xlsx, last updated 2025-03-06: "
        "github.com/vmijat/us_world_trade, github.com/EIG-Research/trade-policy-targets-tracker"
    )
    parts = []
    for name, frequency, adjustment in (
        ("goods_services_bop_annual.csv", "A", "nsa"),
        ("goods_services_bop_quarterly.csv", "Q", "sa"),
    ):
        frame = folder.read(name, "bea_geo", page, note)
        period = pl.col("year") if frequency == "A" else pl.format("{}-Q{}", pl.col("year"), pl.col("quarter"))
        named = frame.select(
            pl.col("partner").alias("partner_code"),
            "flow",
            period.alias("period"),
            usd("value_musd", 1e6),
            mapped("partner", "bea", folder.path / name),
            scope=pl.col("measure").replace_strict(_MEASURES),
            adjustment=pl.lit(adjustment),
            frequency=pl.lit(frequency),
            valuation=pl.lit("bop"),
        ).with_columns(series_id())
        parts.append(
            facts(
                named,
                source="bea_geo",
                reporter="US",
                basis="bop",
                vintage="2025-03-06",
                document_id=folder.id_of(name),
            )
        )
    return pl.concat(parts)


def bop_totals(folder: Folder) -> pl.DataFrame:
    """U.S. totals on the balance-of-payments basis: years from 1960, months (seasonally adjusted) from 1992.

    The Census rows of the same table are codes 0015 and 0004 of the workbook and stand there.
    """
    name = "us_totals.csv"
    note = (
        "third-party copy of trad-time-series-0325.xlsx, last updated 2025-05-06: "
        "github.com/EIG-Research/trade-policy-targets-tracker"
    )
    frame = folder.read(
        name,
        "bea_totals",
        "https://www.bea.gov/data/intl-trade-investment/international-trade-goods-and-services",
        note,
    )
    annual = pl.col("month").is_null()
    named = (
        frame.filter(pl.col("basis") == "bop")
        .select(
            "flow",
            pl.when(annual).then(pl.col("year")).otherwise(month_text()).alias("period"),
            usd("value_musd", 1e6),
            partner=pl.lit("world"),
            scope=pl.col("measure").replace_strict(_MEASURES),
            adjustment=pl.when(annual).then(pl.lit("nsa")).otherwise(pl.lit("sa")),
            frequency=pl.when(annual).then(pl.lit("A")).otherwise(pl.lit("M")),
            valuation=pl.lit("bop"),
        )
        .with_columns(series_id("partner"))
    )
    return facts(
        named, source="bea_totals", reporter="US", basis="bop", vintage="2025-05-06", document_id=folder.id_of(name)
    )


def korea_reports(folder: Folder) -> pl.DataFrame:
    """South Korea as reporter: Comtrade in three vintages, and KOSIS with China. Exports f.o.b., imports c.i.f."""
    name = "korea_reporter.csv"
    note = (
        "third-party copies: World Bank WITS trade summaries of UN Comtrade (github.com/swigman/TrueEmissions, "
        "github.com/mpawliuk/Statistical-Ramsey-Economic-Data, github.com/listenzcc/World-trade-data-I); KOSIS table "
        "DT_1R11006_FRM101 (github.com/mizydorczyk/relationship-between-trade-and-the-exchange-rate)"
    )
    frame = folder.read(name, "comtrade", "https://wits.worldbank.org/", note)
    named = frame.select(
        pl.col("partner").alias("partner_code"),
        "flow",
        pl.col("year").alias("period"),
        usd("value_musd", 1e6),
        "vintage",
        mapped("partner", "comtrade", folder.path / name),
        source=pl.when(pl.col("source").str.starts_with("KOSIS")).then(pl.lit("kosis")).otherwise(pl.lit("comtrade")),
        scope=pl.lit("goods"),
        adjustment=pl.lit("nsa"),
        frequency=pl.lit("A"),
        # Exports are f.o.b., which is none of the valuations that are told apart.
        valuation=pl.when(pl.col("flow") == "imports").then(pl.lit("cif")),
    ).with_columns(series_id())
    return facts(named, reporter="KR", basis="national_customs", document_id=folder.id_of(name))


def revision_prints(folder: Folder) -> pl.DataFrame:
    """Exhibit 13 of the annual revision of 2000 to 2014: each year as known about June of the next.

    Left out: `Net Adjustments` (the step between the two bases, no trade with anybody) and six blank cells.
    """
    name = "goods_annual_revision_prints_2000-2014.csv.gz"
    row = _product_source(folder, name)
    frame = folder.read(name, "ft900", _page(row), _third_party(row)).filter(pl.col("partner") != "Net Adjustments")
    bop = pl.col("partner").str.to_lowercase() == "total, bop basis"
    codes = codes_of("census") | codes_of("ft900")
    tidy = (
        frame.with_columns(code=pl.coalesce("partner_code", "partner"))
        .unpivot(
            ["exports_musd", "imports_musd", "balance_musd"],
            index=["year", "code", "partner"],
            variable_name="flow",
        )
        .filter(pl.col("value").is_not_null())
        .select(
            pl.col("year").alias("period"),
            pl.col("flow").str.strip_suffix("_musd"),
            usd("value", 1e6),
            pl.col("code").replace_strict(codes, default=pl.lit(f"\0{name}"), return_dtype=pl.String).alias("partner"),
            "code",
            basis=pl.when(bop).then(pl.lit("bop")).otherwise(pl.lit("census")),
            vintage=pl.format("{}-06", pl.col("year").cast(pl.Int32) + 1),
            scope=pl.lit("goods"),
            adjustment=pl.lit("nsa"),
            frequency=pl.lit("A"),
        )
    )
    # Names are cut and re-spelt from year to year, so a series is named by code, and without one by partner.
    series = pl.when(pl.col("code").is_in(list(codes_of("census")))).then(pl.col("code")).otherwise(pl.col("partner"))
    named = tidy.with_columns(
        valuation=pl.when(pl.col("basis") == "bop").then(pl.lit("bop")).otherwise(GOODS_VALUATION),
        printed_as=pl.when(pl.col("basis") == "bop").then(pl.lit("0015-bop")).otherwise(series),
    ).with_columns(series_id("printed_as"))
    # Two lines of one report can lead to one code: Gaza and the West Bank, Sudan before and after July 2011.
    line = pl.int_range(1, pl.len() + 1).over("vintage", "flow", "printed_as")
    named = named.with_columns(
        series_id=pl.when(line == 1)
        .then(pl.col("series_id"))
        .otherwise(pl.format("line {} of {}", line, pl.col("series_id")))
    )
    return facts(named, source="ft900", reporter="US", document_id=folder.id_of(name))


def fred_first_print(folder: Folder) -> pl.DataFrame:
    """China, Germany and Mexico by month to December 2016, as first released in February 2017, and the years."""
    name = "goods_monthly_first_print_2016_fred.csv"
    row = _product_source(folder, name)
    months = folder.read(name, "fred", _page(row), _third_party(row)).select(
        "partner_code",
        "flow",
        "year",
        month_text(),
        usd("value_musd", 1e6),
        mapped("partner_code", "census", folder.path / name),
    )
    both = pl.concat(
        [months.with_columns(frequency=pl.lit("M")).drop("year"), _years(months, {"partner_code", "flow", "partner"})],
        how="diagonal",
    )
    return _census(both, "fred", "2017-02", folder.id_of(name))


# --- provenance ----------------------------------------------------------------------------------------------------


def _provenance(folder: Folder, name: str) -> pl.DataFrame:
    return folder.read(name, "provenance", None, "where the copies were found, and how they were dated")


def _product_source(folder: Folder, name: str) -> Mapping[str, str | None]:
    rows = _provenance(folder, "product_sources.csv").filter(pl.col("file") == name)
    if rows.is_empty():
        raise TidyError(f"{folder.path / 'product_sources.csv'}: has no line for {name}")
    return rows.row(0, named=True)


def _page(row: Mapping[str, str | None]) -> str:
    return f"https://{row['found_in_repository']}"


def _third_party(row: Mapping[str, str | None]) -> str:
    agency, where = row["agency"], row["found_in_repository"]
    return f"third party's copy of {agency}: {where}, {row['path']}, commit {row['commit']}; {row['how_dated']}"
