"""Making a snapshot from tidy tables: the same bytes twice, every value back, a clear word where a table is wrong.

The small tables here have the columns of the real ones and lines made up for the test.
"""

# ruff: noqa: E501 — lines of tables

import gzip

import polars as pl
import pytest

from warehouse import snapshot
from warehouse.snapshot import make, tidy

VINTAGES = tidy.COUNTRY_VINTAGES

PAGE = "https://example.org/page"

SMALL = {
    "goods_by_partner_annual_all_vintages.csv.gz": """\
        vintage,partner_code,partner,year,months_covered,exports_musd,imports_musd,balance_musd
        2012-02,5800,"Korea, South",2010,12,78,156,-78
        2012-02,0007,Advance Technology Products,2010,12,80,156,-76
        2012-02,5800,"Korea, South",2011,1,1,2,-1
    """,
    "product_sources.csv": """\
        file,agency,how_dated,found_in_repository,path,commit
        goods_by_partner_api_monthly_2025-10.csv.gz,Census,d,github.com/a/b,p,c
        goods_by_hs2_exports_monthly_2026-07.csv.gz,Census,d,github.com/a/b,p,c
        goods_by_hs2_imports_consumption_monthly_2021-09.csv.gz,Census,d,github.com/a/b,p,c
        goods_by_hs2_imports_general_monthly_2025-10.csv.gz,Census,d,github.com/a/b,p,c
        goods_annual_revision_prints_2000-2014.csv.gz,Census,d,github.com/a/b,p,c
        goods_monthly_first_print_2016_fred.csv,Census,d,github.com/a/b,p,c
    """,
    "goods_recent_snapshots.csv": """\
        fetched,partner_code,partner,year,month,exports_musd,imports_musd,balance_musd
        2026-02-07,5800,"Korea, South",2024,,65586.4,131553.1,-65966.8
        2026-02-07,5800,"Korea, South",2025,,62911.7,113384.8,-50473.0
        2026-02-07,5800,"Korea, South",2025,11,5000.0,10000.0,-5000.0
    """,
    "goods_services_bop_annual.csv": """\
        partner,partner_kind,year,measure,flow,value_musd,basis,seasonal_adjustment,agency,vintage
        "Korea, South",country,2016,services,balance,13227,bop,annual total,BEA,2025-03-06
    """,
    "goods_services_bop_quarterly.csv": """\
        partner,partner_kind,year,quarter,measure,flow,value_musd
        "Korea, South",country,2016,4,total,balance,-3000
    """,
    "us_totals.csv": """\
        year,month,measure,flow,value_musd,basis,seasonal_adjustment,source,vintage
        2016,,total,balance,-500000,bop,annual total,BEA,2025-05-06
        2016,2,goods,exports,120000,bop,seasonally adjusted,BEA,2025-05-06
        2016,,goods,exports,1451023.5,census,annual total,Census country.xlsx code 0015,2018-10
    """,
    "korea_reporter.csv": """\
        reporter,partner,year,flow,value_musd,source,basis,vintage,found_in_repository,path
        "Korea, Rep.",United States,2015,imports,44000.5,UN Comtrade via World Bank,x,2022-11,r,p
        "Korea, Rep.",China,2015,exports,137000.1,KOSIS table,x,2025-05-23,r,p
    """,
    "goods_annual_revision_prints_2000-2014.csv.gz": """\
        vintage,census_release,year,partner_code,partner,kind,exports_musd,imports_musd,balance_musd
        annual revision for 2011,CB-12-103,2011,5800,"Korea, South",country,43414.5,56661.2,-13246.7
        annual revision for 2011,CB-12-103,2011,7321,Sudan,country,14.7,6.2,8.6
        annual revision for 2011,CB-12-103,2011,7321,Sudan,country,59.9,4.2,55.8
        annual revision for 2011,CB-12-103,2011,,"Total, BOP Basis",aggregate_or_total,1,,
        annual revision for 2011,CB-12-103,2011,,Net Adjustments,aggregate_or_total,1,2,-1
    """,
    "stated_figures.csv": f"""\
        partner,year,period,measure,flow,value_busd_as_printed,basis,publisher,published,page,note,nature,known_from,known_by
        "Korea, South",2016,annual,goods,total trade,112.0,census,USTR,2017,{PAGE},,agency_fact_page,2017-03-07,2018-01-08
        "Korea, South",2018,Jan-Jul,goods,balance,-9.9,census,KBS,2018,{PAGE},,release_quoted,2018-09-19,2018-09-19
        "Korea, South",2016,annual,goods,balance,-24.0,census,An institute,2017,{PAGE},,advocacy,2017-03-07,2017-03-07
        "Korea, South",2012,annual,services (private),balance,9,bop,USTR,2014,{PAGE},,agency_fact_page,2014-02-06,2015-02-05
    """,
    "stated_product_figures.csv": f"""\
        partner,year,period,product,measure,flow,value_busd_as_printed,basis,publisher,published,page,note
        "Korea, South",2017,annual,,services,Korean balance with U.S.,-15.38,bop (Korea as reporter),Korea JoongAng Daily citing Bank of Korea,2018-06-21,{PAGE},
        "Korea, South",2017,annual,Machinery (USITC sector),goods,exports,8.7,census,"USITC Shifts in U.S. Merchandise Trade 2017, table KR.1",2018,{PAGE},printed in million USD
        "Korea, South",2016,annual,cars,goods,exports,1.6,census,A trade association,2017,{PAGE},
    """,
    "automotive_korea_annual.csv": f"""\
        year,period,flow,value_busd_as_printed,definition,publisher,published,page,note
        2016,annual,exports,1.6,autos (passenger vehicles by the size of the figure),SteelOrbis citing Census,2017-06-29,{PAGE},
        2016,annual,balance,-24.0,"autos sector (definition not given)",USTR statement,2017-12-28,{PAGE},
    """,
    "release_headlines.csv": f"""\
        reference_period,release_date,partner,measure,flow,value_busd_as_printed,decimals,basis,seasonal_adjustment,status,page,note,nature
        2016-12,2017-02-07,world,goods_services,balance,-44.3,1,bop,sa,first,{PAGE},,statistical_release
        2007-06,,world,goods,exports,99.0,1,census,sa,first,{PAGE},a note,statistical_release
        2007-06,,world,goods,exports,99.5,1,census,sa,revised_previous_month,{PAGE},,release_quoted
        2005,,world,goods,balance,-781.6,1,bop,annual,restated_earlier_period,{PAGE},,statistical_release
    """,
}


def months(code, flow, year, last, step=1.0):
    return "".join(f"{code},x,{year},{month},{flow},{month * step}\n" for month in range(1, last + 1))


def write(folder, name, text):
    data = "\n".join(line.strip() for line in text.splitlines()).encode()
    (folder / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)


@pytest.fixture
def tables(tmp_path):
    """A folder with every tidy table, a few lines each; Korea's exports of 2010 are revised once, in 2018-10."""
    folder = tmp_path / "tidy"
    folder.mkdir()
    for name, text in SMALL.items():
        write(folder, name, text)
    lines = ["vintage,file,agency,last_month,as_of,how_dated,found_in_repository,path,commit"]
    for vintage in VINTAGES:
        lines.append(f'{vintage},f,Census,2011-01,"after it, not later than 2012-02-16",commit,github.com/a/b,p,c')
        step = 1.0 if vintage < "2018-10" else 1.5
        body = months("5800", "exports", 2010, 12, step) + months("5800", "imports", 2010, 12, 2)
        body += months("5800", "exports", 2011, 1) + months("5800", "imports", 2011, 1)
        body += months("0004", "exports", 2010, 12) + months("0007", "exports", 2010, 12)
        header = "partner_code,partner,year,month,flow,value_musd\n"
        write(folder, f"goods_by_partner_monthly_{vintage}.csv.gz", header + body)
    write(folder, "goods_vintages.csv", "\n".join(lines))
    header = "partner_code,partner,year,month,flow,value_musd\n"
    api = months("5800", "exports", 2023, 12) + months("0003", "exports", 2023, 12) + months("5800", "exports", 2024, 2)
    write(folder, "goods_by_partner_api_monthly_2025-10.csv.gz", header + api)
    write(folder, "goods_monthly_first_print_2016_fred.csv", header + months("5700", "imports", 2016, 12))
    hs2 = "".join(f"5800,2016,{month},87,{month}\n" for month in range(1, 13)) + "5800,2017,1,87,5\n"
    for name in SMALL["product_sources.csv"].split():
        if name.startswith("goods_by_hs2"):
            write(folder, name.partition(",")[0], "partner_code,year,month,hs2,value_usd\n" + hs2)
    return folder


@pytest.fixture
def made(tables, tmp_path):
    make.make(tables, tmp_path / "made")
    return tmp_path / "made"


def value(made, **where):
    frame = snapshot.load("observations", made, **{name: [one] for name, one in where.items()})
    return frame["value_usd"].item()


def test_same_tables_same_bytes(tables, made, tmp_path):
    make.make(tables, tmp_path / "again")
    names = sorted(path.name for path in made.iterdir())
    assert len(names) == 8
    assert all((tmp_path / "again" / name).read_bytes() == (made / name).read_bytes() for name in names)


def test_months_and_years_of_every_vintage(made):
    for vintage, january in (("2012-02", 1e6), ("2017-01", 1e6), ("2018-10", 1.5e6), ("2024-10", 1.5e6)):
        where = {"source": "census_country", "partner": "KR", "flow": "exports", "vintage": vintage}
        assert value(made, period="2010-01", **where) == january
        assert value(made, period="2010", **where) == 78 * january
    frame = snapshot.load("observations", made, source=["census_country"], partner=["KR"])
    assert frame.height == 9 * (2 * 12 + 2 + 2)
    assert frame.filter(period="2011").is_empty()


def test_a_printed_year_stands_and_the_adjusted_world_has_no_year(made):
    where = {"source": "census_country", "flow": "exports", "period": "2010"}
    assert value(made, scope="product:atp", vintage="2012-02", **where) == 80e6
    assert value(made, scope="product:atp", vintage="2017-01", **where) == 78e6
    assert snapshot.load("observations", made, adjustment=["sa"], frequency=["A"]).is_empty()


def test_other_sources(made):
    assert value(made, source="census_api", period="2023", scope="goods") == 78e6
    assert snapshot.load("observations", made, source=["census_api"], partner=["EU"]).is_empty()
    assert value(made, source="fred", period="2016") == 78e6
    assert value(made, source="bea_geo", period="2016-Q4") == -3e9
    assert value(made, source="bea_totals", period="2016-02") == 120e9
    assert value(made, source="kosis") == 137_000.1e6
    assert value(made, source="census_pages", period="2024", flow="balance") == -65_966.8e6
    assert snapshot.load("observations", made, source=["census_pages"], period=["2025"]).is_empty()
    chapters = snapshot.load("observations", made, scope=["product:hs87"])
    assert sorted(chapters["valuation"]) == ["consumption_customs", "fas", "general_customs"]
    assert set(chapters["value_usd"]) == {78.0}
    assert set(chapters["period"]) == {"2016"}  # of 2017 one month is published
    sudan = snapshot.load("observations", made, source=["ft900"], partner=["SD"], flow=["exports"])
    assert sorted(sudan["value_usd"]) == [14.7e6, 59.9e6]
    assert value(made, source="ft900", partner="world") == 1e6


def test_statements(made):
    frame = snapshot.load("statements", made)
    assert frame.height == 8
    assert not frame["publisher"].str.contains("institute|association").any()
    ustr = frame.row(by_predicate=pl.col("publisher") == "USTR", named=True)
    assert (ustr["flow"], ustr["value_usd"], ustr["rounded_to_usd"]) == ("total", 112e9, 1e8)
    kbs = frame.row(by_predicate=pl.col("publisher") == "KBS", named=True)
    assert (kbs["period"], kbs["period_start"].isoformat()) == ("2018-01..2018-07", "2018-01-01")
    bank = frame.row(by_predicate=pl.col("reporter") == "KR", named=True)
    assert (bank["partner"], bank["scope"], bank["value_usd"]) == ("US", "services", -15.38e9)
    assert frame.row(by_predicate=pl.col("scope") == "product:usitc_machinery", named=True)["rounded_to_usd"] == 1e6
    undated = frame.filter(period="2007-06").sort("known_from")
    assert [day.isoformat() for day in undated["known_from"]] == ["2007-10-03", "2007-11-03"]
    assert undated["note"].str.contains("release day not on the page").all()
    assert frame.filter(period="2005").is_empty()


def test_a_missing_table_is_named(tables, tmp_path):
    (tables / "us_totals.csv").unlink()
    with pytest.raises(tidy.TidyError, match=r"us_totals\.csv: cannot be read"):
        make.make(tables, tmp_path / "made")


def test_an_unknown_partner_is_an_error_not_a_gap(tables, tmp_path):
    write(tables, "korea_reporter.csv", SMALL["korea_reporter.csv"].replace("China", "Atlantis"))
    with pytest.raises(tidy.TidyError, match=r"korea_reporter\.csv: a partner that .*partner_codes\.csv"):
        make.make(tables, tmp_path / "made")
    write(tables, "korea_reporter.csv", SMALL["korea_reporter.csv"])
    write(tables, "stated_figures.csv", SMALL["stated_figures.csv"].replace('"Korea, South"', "Atlantis"))
    with pytest.raises(tidy.TidyError, match="Atlantis"):
        make.make(tables, tmp_path / "made")


def test_two_values_for_one_thing(tables, tmp_path):
    text = SMALL["goods_services_bop_annual.csv"]
    write(tables, "goods_services_bop_annual.csv", text + text.splitlines()[1])
    with pytest.raises(tidy.TidyError, match="two values for"):
        make.make(tables, tmp_path / "made")


def test_command_line(tables, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(make, "FOLDER", tmp_path / "made")
    assert make.main([]) == 2
    assert "usage" in capsys.readouterr().err
    assert make.main([str(tmp_path / "nowhere")]) == 1
    assert "goods_vintages.csv: cannot be read" in capsys.readouterr().err
    assert make.main([str(tables)]) == 0
    assert "months.parquet" in capsys.readouterr().out
