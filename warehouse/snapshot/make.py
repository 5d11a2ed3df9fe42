"""Makes the embedded snapshot: `python -m warehouse.snapshot.make FOLDER_OF_TIDY_CSVS`.

What belongs here: putting the tables together, dating the vintages, writing the files and their manifest. What does
not: what the tidy tables mean (`tidy`, `statements`) and how the files are laid out (`panel`). The same tables make the
same bytes, with the same version of polars; nothing is taken from a clock.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import polars as pl

from transforms.periods import released_on
from transforms.schemas import VINTAGES
from transforms.series.identity import series_id
from warehouse.snapshot import FOLDER, MANIFEST, tidy
from warehouse.snapshot import statements as stated
from warehouse.snapshot.panel import ATTRIBUTES, PRINTED_OTHERWISE_USD, pack_months, period_number

_COUNTRY: Final = {"source": "census_country", "reporter": "US", "basis": "census"}

OTHER_VINTAGES: Final = (
    # source, vintage, released_on, bound, last period, evidence, tidy table
    (
        "census_api",
        "2021-09",
        date(2021, 9, 2),
        "not later than",
        "2021-07",
        "commit date of the copies",
        "goods_by_hs2_imports_consumption_monthly_2021-09.csv.gz",
    ),
    (
        "census_api",
        "2025-10",
        date(2025, 10, 18),
        "not later than",
        "2024-12",
        "commit date of the copies",
        "goods_by_partner_api_monthly_2025-10.csv.gz",
    ),
    (
        "census_api",
        "2026-07",
        date(2026, 7, 7),
        "not later than",
        "2026-05",
        "commit date of the copy",
        "goods_by_hs2_exports_monthly_2026-07.csv.gz",
    ),
    (
        "bea_geo",
        "2025-03-06",
        date(2025, 3, 6),
        "exact",
        "2024-Q4",
        "stamped: last updated March 6, 2025",
        "goods_services_bop_annual.csv",
    ),
    (
        "bea_totals",
        "2025-05-06",
        date(2025, 5, 6),
        "exact",
        "2025-03",
        "stamped: last updated May 6, 2025",
        "us_totals.csv",
    ),
    ("comtrade", "2017-11", date(2017, 11, 30), "not later than", "2015", "month of the copy", "korea_reporter.csv"),
    ("comtrade", "2018-02", date(2018, 2, 28), "not later than", "2015", "month of the copy", "korea_reporter.csv"),
    ("comtrade", "2022-11", date(2022, 11, 30), "not later than", "2019", "month of the copy", "korea_reporter.csv"),
    ("kosis", "2025-05-23", date(2025, 5, 23), "not later than", "2019", "date of the copy", "korea_reporter.csv"),
    (
        "fred",
        "2017-02",
        date(2017, 2, 7),
        "inferred",
        "2016-12",
        "data end in December 2016; that month was released on 2017-02-07",
        "goods_monthly_first_print_2016_fred.csv",
    ),
)


def observations(folder: tidy.Folder) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The frames `series`, `months`, `years` and `values` of `panel`, from the tidy tables."""
    long, printed = tidy.country_months(folder)
    monthly = tidy.country_series(long["partner_code"])
    constants = {name: pl.lit(value) for name, value in _COUNTRY.items()}
    country = pl.concat(
        [monthly.with_columns(frequency=pl.lit(name), **constants).with_columns(series_id()) for name in "MA"]
    ).filter((pl.col("frequency") == "M") | (pl.col("adjustment") == "nsa"))
    values = pl.concat(
        [
            tidy.api_goods(folder),
            tidy.hs_chapters(folder),
            tidy.balance_pages(folder),
            tidy.bop_by_partner(folder),
            tidy.bop_totals(folder),
            tidy.korea_reports(folder),
            tidy.revision_prints(folder),
            tidy.fred_first_print(folder),
        ]
    )
    series = _numbered(pl.concat([country, values.select(ATTRIBUTES).unique()], how="diagonal"))
    key = ["partner_code", "flow"]
    of_code = series.filter(pl.col("source") == "census_country")
    monthly_of = of_code.filter(pl.col("frequency") == "M").select(*key, "series")
    annual_of = of_code.filter(pl.col("frequency") == "A").select(*key, "series")
    months = pack_months(long.join(monthly_of, on=key).drop(key), tidy.COUNTRY_VINTAGES)
    years = (
        _printed_otherwise(long, printed)
        .join(annual_of, on=key)
        .select("series", period="year", usd="usd", vintage="vintage")
    )
    sums_of = annual_of.join(monthly_of, on=key, suffix="_of").select("series", sums_of="series_of")
    series = series.join(sums_of, on="series", how="left", maintain_order="left").drop("partner_code")
    numbered = values.join(series.select(*ATTRIBUTES, "series"), on=ATTRIBUTES, nulls_equal=True)
    if numbered.height != values.height:
        raise tidy.TidyError(f"{folder.path}: {values.height} values, {numbered.height} of them in a series")
    _unique(numbered, ("source", "series_id", "period", "vintage"), folder.path)
    return (
        series.select("series", *ATTRIBUTES, "sums_of"),
        months,
        years.with_columns(period_number(pl.col("period"))).sort("series", "period", "vintage"),
        numbered.select("series", period_number(pl.col("period")), "vintage", "document_id", "usd").sort(
            "series", "vintage", "period"
        ),
    )


def _numbered(series: pl.DataFrame) -> pl.DataFrame:
    return series.sort(*ATTRIBUTES).with_row_index("series").with_columns(pl.col("series").cast(pl.UInt16))


def _printed_otherwise(long: pl.DataFrame, printed: pl.DataFrame) -> pl.DataFrame:
    """Printed years that are not the sum of their months: `partner_code, flow, year, usd, vintage`."""
    key = ["partner_code", "flow", "year", "vintage"]
    sums = long.group_by(key).agg(summed=pl.col("usd").sum())
    return (
        printed.join(sums, on=key)
        .filter((pl.col("usd") - pl.col("summed")).abs() > PRINTED_OTHERWISE_USD, pl.col("partner_code") != "0004")
        .select(*key, "usd")
        .with_columns(pl.col("year").cast(pl.String))
    )


def _unique(frame: pl.DataFrame, key: tuple[str, ...], path: Path) -> None:
    twice = frame.filter(pl.struct(key).is_duplicated())
    if not twice.is_empty():
        raise tidy.TidyError(f"{path}: two values for {twice.select(key).row(0)}")


def vintages(folder: tidy.Folder) -> pl.DataFrame:
    """Every vintage with the day on which it counts as known: a bound where the copies give nothing better."""
    provenance = folder.read("goods_vintages.csv", "provenance", None, "where the copies were found, and how dated")
    rows = [_country_vintage(row, folder) for row in provenance.iter_rows(named=True)]
    rows += [(*row[:-1], folder.id_of(row[-1])) for row in OTHER_VINTAGES]
    fetched = folder.read("goods_recent_snapshots.csv", "census_pages", None, "")
    for day, last in _page_days(fetched):
        document = folder.id_of("goods_recent_snapshots.csv")
        rows.append(("census_pages", day, date.fromisoformat(day), "not later than", last, "day of the copy", document))
    for year in range(2000, 2015):
        rows.append(_revision_vintage(year, folder))
    return VINTAGES.conform(pl.DataFrame(rows, schema=_VINTAGE_COLUMNS, orient="row")).sort("source", "vintage")


_VINTAGE_COLUMNS: Final = [
    "source",
    "vintage",
    "released_on",
    "released_on_bound",
    "last_period",
    "how_dated",
    "document_id",
]


def _country_vintage(row: dict[str, str], folder: tidy.Folder) -> tuple[object, ...]:
    """A workbook's release: not later than the day its provenance names, else before the next month's release."""
    said, last = row["as_of"], row["last_month"]
    if "not later than " in said:
        day, bound = date.fromisoformat(said.rpartition("not later than ")[2]), "not later than"
    else:  # it holds no later month, so it is older than the release of the next one
        day, bound = _day_before_next_release(last, folder), "inferred"
    document = folder.id_of(f"goods_by_partner_monthly_{row['vintage']}.csv.gz")
    return ("census_country", row["vintage"], day, bound, last, f"{said}: {row['how_dated']}", document)


def _day_before_next_release(last_month: str, folder: tidy.Folder) -> date:
    """The day before the month after `last_month` was released: as a headline dates it, else by the usual lag."""
    year, month = int(last_month[:4]), int(last_month[5:])
    following = f"{year + month // 12:04d}-{month % 12 + 1:02d}"
    headlines = folder.read("release_headlines.csv", "ft900", None, "copied by hand from the page that each row names")
    days = headlines.filter(pl.col("reference_period") == following, pl.col("status") == "first")["release_date"]
    known = days.drop_nulls().min()
    usual = released_on(following)
    day = date.fromisoformat(str(known)) if known else usual
    if day is None:
        raise tidy.TidyError(f"{folder.path / 'goods_vintages.csv'}: last_month {last_month!r} is no month")
    return day - timedelta(days=1)


def _page_days(fetched: pl.DataFrame) -> list[tuple[str, str]]:
    """Days of the balance pages' copies with the last month that each has."""
    months = fetched.filter(pl.col("month").is_not_null())
    return months.group_by("fetched").agg(tidy.month_text().max()).sort("fetched").rows()


def _revision_vintage(year: int, folder: tidy.Folder) -> tuple[object, ...]:
    """The annual revision that printed `year`: in June of the next, so by its end."""
    document = folder.id_of("goods_annual_revision_prints_2000-2014.csv.gz")
    how = "the annual revision comes with the release of June; the day is not on the page"
    return ("ft900", f"{year + 1}-06", date(year + 1, 6, 30), "inferred", str(year), how, document)


def _statements(folder: tidy.Folder) -> pl.DataFrame:
    parts = [
        stated.stated_figures(folder),
        stated.product_figures(folder),
        stated.car_figures(folder),
        stated.release_headlines(folder),
    ]
    return pl.concat(parts).unique("statement_id", maintain_order=True).sort("known_from", "statement_id")


def make(source: Path, target: Path) -> dict[str, int]:
    """Writes the snapshot's files and manifest into `target`; returns their sizes in bytes.

    Raises:
        TidyError: a table is missing or is not what is expected.
    """
    folder = tidy.Folder(source)
    series, months, years, values = observations(folder)
    frames = {
        "series": series,
        "months": months,
        "years": years,
        "values": values,
        "statements": _statements(folder),
        "vintages": vintages(folder),
    }
    frames["documents"] = folder.document_rows()
    target.mkdir(parents=True, exist_ok=True)
    files: dict[str, dict[str, str | int]] = {}
    for name, frame in frames.items():
        path = target / f"{name}.parquet"
        frame.write_parquet(path, compression="zstd", compression_level=22, statistics=False)
        data = path.read_bytes()
        files[path.name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data), "rows": frame.height}
    manifest = {
        "files": files,
        "workbook": [
            {"vintage": vintage, "document_id": folder.id_of(f"goods_by_partner_monthly_{vintage}.csv.gz")}
            for vintage in tidy.COUNTRY_VINTAGES
        ],
    }
    (target / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return {name: int(file["bytes"]) for name, file in files.items()}


def main(arguments: list[str]) -> int:
    """Command line: one folder of tidy tables; exit status 2 on wrong usage, 1 where a table is wrong."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m warehouse.snapshot.make FOLDER_OF_TIDY_CSVS\n")
        return 2
    try:
        sizes = make(Path(arguments[0]), FOLDER)
    except tidy.TidyError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for name, size in sizes.items():
        sys.stdout.write(f"{name:24} {size:>9,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
