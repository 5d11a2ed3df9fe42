"""The embedded snapshot: complete, exact, checked on every load, and quick where little is wanted."""

import hashlib
import json
import shutil
from datetime import date, timedelta

import polars as pl
import pytest

from transforms.schemas import OBSERVATIONS, STATEMENT_NATURES, TABLES
from transforms.series.partners import partners
from warehouse import snapshot


@pytest.fixture(scope="module")
def everything():
    return snapshot.load("observations")


def millions(frame, **where):
    """The one value that `where` leaves, in million dollars."""
    return frame.filter(**where)["value_usd"].item() / 1e6


def korea(**where):
    return snapshot.load(
        "observations", reporter=["US"], partner=["KR"], frequency=["A"], **{k: [v] for k, v in where.items()}
    )


def test_tables_are_as_the_data_dictionary_has_them(everything):
    assert everything.schema == OBSERVATIONS.schema
    for name in ("statements", "vintages", "documents"):
        frame = snapshot.load(name)
        assert frame.schema == TABLES[name].schema
        assert not frame.select(TABLES[name].key).is_duplicated().any()
    assert not everything.select(OBSERVATIONS.key).is_duplicated().any()
    for column in OBSERVATIONS.columns:
        assert column.nullable or everything[column.name].null_count() == 0
        if column.values:
            assert set(everything[column.name].drop_nulls().unique()) <= set(column.values)


def test_every_row_leads_to_a_partner_a_vintage_and_a_document(everything):
    documents = set(snapshot.load("documents")["document_id"])
    vintages = snapshot.load("vintages").select("source", "vintage")
    assert set(everything["partner"].unique()) <= set(partners()["partner"])
    assert set(everything["document_id"].unique()) <= documents
    assert (
        everything.select("source", "vintage").unique().join(vintages, on=["source", "vintage"], how="anti").is_empty()
    )
    for name in ("statements", "vintages"):
        assert set(snapshot.load(name)["document_id"]) <= documents


def test_documents_say_whose_copy_they_are():
    frame = snapshot.load("documents")
    assert frame["document_id"].str.contains("^[0-9a-f]{64}$").all()
    workbooks = frame.filter(pl.col("name").str.contains("goods_by_partner_monthly_"))
    assert workbooks.height == 9
    assert workbooks["note"].str.contains("third party's copy of U.S. Census Bureau", literal=True).all()
    assert workbooks["url"].str.starts_with("https://github.com/").all()


def test_all_months_of_the_nine_workbooks_are_there(everything):
    """1,636,032 monthly values in nine vintages, 130,968 to 207,416 each: as many as its tidy tables say they have."""
    months = everything.filter(source="census_country", frequency="M")
    counts = months.group_by("vintage").len().sort("vintage")["len"]
    assert (months.height, counts.len(), counts.min(), counts.max()) == (1_636_032, 9, 130_968, 207_416)


def test_size_on_disk():
    sizes = {path.name: path.stat().st_size for path in snapshot.FOLDER.glob("*.parquet")}
    assert sum(sizes[f"{name}.parquet"] for name in ("series", "months", "years")) < 3_000_000
    assert sum(sizes.values()) < 8_000_000


# Published totals to verify a load against, and values that the agencies' pages show; million dollars.


def test_korea_2011_exports_and_imports():
    frame = korea(source="census_country", period="2011", vintage="2018-10")
    assert millions(frame, flow="exports") == pytest.approx(43_461.636035, abs=1e-6)
    assert millions(frame, flow="imports") == pytest.approx(56_661.359461, abs=1e-6)
    first = korea(source="census_country", period="2011", vintage="2012-02")
    assert millions(first, flow="exports") == pytest.approx(43_505.0, abs=0.05)


def test_world_2016():
    world = snapshot.load(
        "observations", source=["census_country"], partner=["world"], frequency=["A"], period=["2016"], scope=["goods"]
    )
    assert millions(world, vintage="2018-10", flow="exports") == pytest.approx(1_451_023.5, abs=0.05)
    assert millions(world, vintage="2018-10", flow="imports") == pytest.approx(2_187_600.1, abs=0.05)


@pytest.mark.parametrize(("vintage", "balance"), [("2018-10", -375_576), ("2022-03", -375_168), ("2024-10", -375_168)])
def test_china_2017(vintage, balance):
    china = snapshot.load("observations", source=["census_country"], partner=["CN"], period=["2017"], vintage=[vintage])
    assert millions(china, flow="exports") - millions(china, flow="imports") == pytest.approx(balance, abs=0.5)


@pytest.mark.parametrize(
    ("year", "vintage", "exports", "imports"),
    [
        ("2010", "2012-02", 38_845.7, 48_874.6),
        ("2011", "2012-02", 43_505.0, 56_635.5),
        ("2014", "2017-01", 44_625.1, 69_679.8),
        ("2014", "2018-10", 44_649.6, 69_676.9),
        ("2016", "2018-10", 42_312.7, 69_895.3),
        ("2016", "2019-12", 42_262.2, 69_886.8),
        ("2017", "2024-10", 48_356.3, 71_416.5),
        ("2018", "2020-10", 56_310.3, 74_244.1),
        ("2018", "2024-10", 56_318.3, 74_238.9),
    ],
)
def test_korea_by_vintage(year, vintage, exports, imports):
    frame = korea(source="census_country", period=year, vintage=vintage)
    assert millions(frame, flow="exports") == pytest.approx(exports, abs=0.05)
    assert millions(frame, flow="imports") == pytest.approx(imports, abs=0.05)


def test_an_incomplete_year_is_no_year():
    """2016 ended in November in the vintage 2017-01, 2018 in August in 2018-10; the months are there."""
    for vintage, year, months in (("2017-01", "2016", 11), ("2018-10", "2018", 8)):
        frame = snapshot.load("observations", source=["census_country"], partner=["KR"], vintage=[vintage])
        assert frame.filter(period=year).is_empty()
        assert frame.filter(pl.col("period").str.starts_with(f"{year}-"), flow="exports").height == months
    eleven = snapshot.load("observations", source=["census_country"], partner=["KR"], vintage=["2017-01"])
    part = eleven.filter(pl.col("period").str.starts_with("2016-")).group_by("flow").agg(pl.col("value_usd").sum())
    assert millions(part, flow="exports") == pytest.approx(37_997.1, abs=0.05)
    assert millions(part, flow="imports") == pytest.approx(64_465.1, abs=0.05)


def test_printed_year_stands_where_it_is_not_the_sum_of_its_months():
    """Advanced technology products in 2011 as printed in February 2012 are a million off their months."""
    frame = snapshot.load("observations", scope=["product:atp"], vintage=["2012-02"], flow=["exports"])
    months = frame.filter(pl.col("period").str.starts_with("2011-"))["value_usd"].sum()
    assert abs(frame.filter(period="2011")["value_usd"].item() - months) == pytest.approx(1e6, rel=0.05)


def test_partners_add_up_to_the_world(everything):
    """From 1992 on countries and residuals meet the world within a million, once a year's first June revision is over.

    Before it timing differences stand in the world's row alone: up to 222 million (exports of 2022 in March 2023).
    """
    country = everything.filter(source="census_country", frequency="A", scope="goods")
    kinds = partners().select("partner", "kind").unique()
    own = country.join(kinds, on="partner").filter(
        (pl.col("kind") == "country") | pl.col("partner").is_in(["unidentified", "international organizations"])
    )
    key = ["vintage", "period", "flow"]
    sums = own.group_by(key).agg(parts=pl.col("value_usd").sum())
    gaps = sums.join(country.filter(partner="world"), on=key).filter(pl.col("period") >= "1992")
    gaps = gaps.with_columns(gap=(pl.col("parts") - pl.col("value_usd")).abs() / 1e6)
    fresh = pl.col("vintage") < pl.format("{}-06", pl.col("period").cast(pl.Int32) + 1)
    assert gaps.filter(~fresh).height > 400
    assert gaps.filter(~fresh)["gap"].max() <= 1.0
    assert sorted(gaps.filter(fresh)["vintage"].unique()) == ["2012-02", "2022-03", "2023-03"]
    assert gaps.filter(fresh)["gap"].max() == pytest.approx(221.9, abs=0.1)


def test_continents_are_the_members_listed(everything):
    rows = everything.filter(source="census_country", frequency="A", vintage="2024-10", period="2017")
    for group in ("Asia", "Africa", "Europe", "Australia and Oceania", "North America", "Pacific Rim", "CAFTA-DR"):
        members = partners().filter(partner=group)["members"].item()
        for flow in ("exports", "imports"):
            parts = rows.filter(pl.col("partner").is_in(members.to_list()), flow=flow)["value_usd"].sum()
            assert parts == pytest.approx(rows.filter(partner=group, flow=flow)["value_usd"].item(), abs=1)


@pytest.mark.parametrize(
    ("year", "values"),
    [
        ("2008", (36_740, 49_402, -12_662, 13_012, 7_733, 5_278, -7_383)),
        ("2011", (45_226, 57_587, -12_361, 17_887, 9_867, 8_020, -4_341)),
        ("2016", (42_914, 70_389, -27_475, 22_489, 9_262, 13_227, -14_248)),
        ("2018", (57_375, 75_054, -17_680, 23_404, 10_274, 13_131, -4_549)),
    ],
)
def test_bea_goods_and_services_with_korea(year, values):
    frame = korea(source="bea_geo", period=year)
    series = [("goods", flow) for flow in ("exports", "imports", "balance")]
    series += [("services", flow) for flow in ("exports", "imports", "balance")] + [("goods_services", "balance")]
    assert [round(millions(frame, scope=scope, flow=flow)) for scope, flow in series] == list(values)


@pytest.mark.parametrize(
    ("year", "exports", "imports", "balance"),
    [
        ("2010", 38_845.7, 48_874.6, -10_028.9),
        ("2011", 43_414.5, 56_661.2, -13_246.7),
        ("2014", 44_471.3, 69_518.4, -25_047.1),
    ],
)
def test_annual_revision_as_printed(year, exports, imports, balance):
    frame = korea(source="ft900", period=year)
    assert frame["vintage"].unique().to_list() == [f"{int(year) + 1}-06"]
    for flow, value in (("exports", exports), ("imports", imports), ("balance", balance)):
        assert millions(frame, flow=flow) == pytest.approx(value, abs=0.05)


@pytest.mark.parametrize(
    ("partner", "exports", "imports"),
    [("CN", 115_775.2, 462_813.1), ("MX", 230_959.3, 294_151.0), ("DE", 49_362.1, 114_227.3)],
)
def test_first_print_of_2016(partner, exports, imports):
    frame = snapshot.load("observations", source=["fred"], partner=[partner], period=["2016"])
    assert millions(frame, flow="exports") == pytest.approx(exports, abs=0.05)
    assert millions(frame, flow="imports") == pytest.approx(imports, abs=0.05)


def test_vehicles_with_korea_are_told_apart_by_valuation():
    frame = korea(scope="product:hs87")
    exports = frame.filter(flow="exports").sort("period")
    assert [round(v / 1e6) for v in exports["value_usd"][:4]] == [1_281, 1_599, 1_873, 2_196]
    cleared = frame.filter(valuation="consumption_customs").sort("period")
    assert [round(v / 1e6) for v in cleared["value_usd"]] == [
        16_726, 19_364, 20_976, 23_001, 20_058, 18_401, 21_193, 20_450,
    ]  # fmt: skip
    arrived = frame.filter(valuation="general_customs").sort("period")
    assert [round(v / 1e6) for v in arrived["value_usd"]] == [37_521, 44_467]
    assert cleared["series_id"].str.ends_with("/consumption").all()
    assert not arrived["series_id"].str.ends_with("/consumption").any()


def test_chapters_add_up_to_all_goods():
    chapters = snapshot.load("observations", source=["census_api"], partner=["KR"], period=["2021"], flow=["exports"])
    parts = chapters.filter(pl.col("scope").str.starts_with("product:hs"))["value_usd"].sum()
    whole = korea(source="census_country", vintage="2024-10", period="2021", flow="exports")["value_usd"].item()
    assert parts == pytest.approx(whole, abs=1_000)


@pytest.mark.parametrize(
    ("partner", "year", "bn"),
    [("CN", "2015", 227.4), ("US", "2015", 114.3), ("JP", "2015", 71.4), ("US", "2017", 119.8), ("JP", "2017", 81.9)],
)
def test_korea_as_reporter(partner, year, bn):
    frame = snapshot.load(
        "observations", source=["comtrade"], reporter=["KR"], partner=[partner], period=[year], vintage=["2022-11"]
    )
    assert frame["value_usd"].sum() / 1e9 == pytest.approx(bn, abs=0.05)
    assert set(frame["basis"]) == {"national_customs"}
    assert frame.filter(flow="imports")["valuation"].item() == "cif"


def test_chapters_of_2025_add_up_to_the_year_of_the_balance_page():
    chapters = korea(source="census_api", period="2025", flow="exports")
    assert chapters["scope"].str.starts_with("product:hs").all()
    page = korea(source="census_pages", period="2025", vintage="2026-06-17", flow="exports")["value_usd"].item()
    assert chapters["value_usd"].sum() == pytest.approx(page, abs=0.5e6)


def test_recent_years():
    frame = korea(source="census_api", period="2024", scope="goods")
    assert millions(frame, flow="exports") == pytest.approx(65_586.3, abs=0.05)
    assert millions(frame, flow="imports") == pytest.approx(131_553.2, abs=0.05)
    pages = korea(source="census_pages", period="2025")
    assert sorted(pages["vintage"].unique()) == ["2026-03-22", "2026-06-17"]  # in February 2026 it had eleven months
    assert millions(pages, vintage="2026-06-17", flow="balance") == pytest.approx(-56_477.4, abs=0.05)


def test_days_of_the_vintages():
    frame = snapshot.load("vintages").filter(source="census_country")
    days = dict(frame.select("vintage", "released_on").rows())
    assert days["2012-02"] == date(2012, 2, 16)
    assert days["2017-01"] == date(2017, 2, 6)  # the day before December 2016 came out, on 2017-02-07
    assert set(frame["released_on_bound"]) == {"not later than", "inferred"}
    ends = snapshot.load("vintages").with_columns(year=pl.col("last_period").str.head(4).cast(pl.Int32))
    assert (ends["released_on"].dt.year() >= ends["year"]).all()


# Statements.


def test_statements_are_evidence_only():
    frame = snapshot.load("statements")
    assert set(frame["nature"]) <= set(STATEMENT_NATURES)
    assert (frame["known_from"] <= frame["known_by"]).all()
    assert (frame["known_from"] > frame["period_start"]).all()
    assert set(frame["partner"]) <= set(partners()["partner"])
    assert not frame["publisher"].str.contains("EPI|PIIE|Lighthizer").any()


def test_what_was_said_of_services_with_korea_in_2017():
    frame = snapshot.load("statements", partner=["KR"], scope=["services"], flow=["balance"], period=["2016"])
    assert set(frame["value_usd"]) == {10.7e9}
    assert set(frame["rounded_to_usd"]) == {1e8}
    assert frame["known_from"].min() == date(2017, 3, 7)


def test_rounding_is_the_last_printed_digit():
    frame = snapshot.load("statements", partner=["KR"], period=["2011"], scope=["goods"])
    page = frame.filter(pl.col("publisher").str.contains("web archive"))
    assert dict(page.select("flow", "rounded_to_usd").rows()) == {
        "exports": 1e8,  # printed as 43.5
        "imports": 1e9,  # printed as 57
        "balance": 1e9,
        "total": 1e9,
    }
    sectors = snapshot.load("statements", scope=["product:usitc_machinery"])
    assert set(sectors["rounded_to_usd"]) == {1e6}  # printed in millions, whatever zeros a billion drops


def test_an_undated_headline_counts_from_a_bound_and_says_so():
    frame = snapshot.load("statements", source=["ft900"]).filter(pl.col("note").str.contains("counts from a day"))
    assert frame.height > 200
    assert not (frame["release_status"] == "restated_earlier_period").any()
    months = frame.filter(pl.col("frequency") == "M")
    ends = months["period_start"].dt.offset_by("1mo").dt.offset_by("-1d")
    late = months["release_status"] == "revised_previous_month"
    gaps = zip(months["known_from"] - ends, late, strict=True)
    assert all(gap == timedelta(days=126 if revised else 95) for gap, revised in gaps)


def test_dated_first_prints_come_within_the_bound():
    """What the bound of undated headlines rests on: dated first prints come after their period, none as late as it."""
    frame = snapshot.load("statements", source=["ft900"], release_status=["first"])
    dated = frame.filter(~pl.col("note").fill_null("").str.contains("counts from a day"))
    year = dated["frequency"] == "A"
    ends = dated["period_start"].dt.offset_by("1mo").dt.offset_by("-1d")
    lag = (dated["known_from"] - ends).dt.total_days() - year.cast(pl.Int64) * 334
    assert dated.height > 800
    assert lag.min() >= 29
    assert lag.max() <= 80


def test_headlines_of_the_release_of_the_year_2016():
    frame = snapshot.load("statements", source=["ft900"], period=["2016"], partner=["world"], flow=["balance"])
    first = frame.filter(scope="goods_services", release_status="first", known_from=date(2017, 2, 7))
    assert set(first["value_usd"]) == {-502.3e9}


# Reading.


def test_a_choice_is_what_filtering_everything_gives(everything):
    chosen = snapshot.load(
        "observations", partner=["KR", "world"], frequency=["A", "Q"], vintage=["2018-10", "2025-03-06"]
    )
    same = everything.filter(
        pl.col("partner").is_in(["KR", "world"]),
        pl.col("frequency").is_in(["A", "Q"]),
        pl.col("vintage").is_in(["2018-10", "2025-03-06"]),
    )
    assert chosen.height > 1_000
    assert chosen.sort(OBSERVATIONS.key).equals(same.sort(OBSERVATIONS.key))
    assert (
        snapshot.load("observations", period=["2016", "2016-Q1", "2016-03"], partner=["DE"])
        .sort(OBSERVATIONS.key)
        .equals(
            everything.filter(pl.col("period").is_in(["2016", "2016-Q1", "2016-03"]), partner="DE").sort(
                OBSERVATIONS.key
            )
        )
    )
    assert snapshot.load("observations", partner=["nowhere"]).is_empty()


def test_unknown_table_or_column():
    with pytest.raises(KeyError, match="no table 'prices'"):
        snapshot.load("prices")
    with pytest.raises(KeyError, match="cannot be chosen by colour"):
        snapshot.load("observations", colour=["red"])


@pytest.fixture
def copy(tmp_path):
    for name in [*(path.name for path in snapshot.FOLDER.glob("*.parquet")), snapshot.MANIFEST]:
        shutil.copy(snapshot.FOLDER / name, tmp_path / name)
    return tmp_path


def test_manifest_lists_every_file():
    files = json.loads((snapshot.FOLDER / snapshot.MANIFEST).read_text())["files"]
    for path in snapshot.FOLDER.glob("*.parquet"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == files[path.name]["sha256"]


def test_a_changed_byte_is_found(copy):
    path = copy / "months.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(snapshot.SnapshotError, match=r"months\.parquet: not the file that was shipped.*reinstall"):
        snapshot.load("observations", copy)
    assert snapshot.load("statements", copy).height > 1_000


@pytest.mark.parametrize("name", ["values.parquet", "statements.parquet", "manifest.json"])
def test_a_missing_file_is_named(copy, name):
    (copy / name).unlink()
    with pytest.raises(snapshot.SnapshotError, match=f"{name}: cannot be read.*git checkout"):
        snapshot.load("statements" if name.startswith("s") else "observations", copy)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"files": {}, "workbook": []}'])
def test_a_broken_manifest_is_named(copy, text):
    (copy / snapshot.MANIFEST).write_text(text)
    with pytest.raises(snapshot.SnapshotError, match=r"manifest\.json: .*reinstall"):
        snapshot.load("vintages", copy)
