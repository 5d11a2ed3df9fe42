"""Faults seeded into the real data of the snapshot, one at a time: each is caught by the expectation it breaks."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
import yaml

from expectations.loader import load_suite, parse_suite
from expectations.runner import run_suite
from expectations.suite import Result, SuiteError
from transforms.checks import check_figures
from transforms.figures import extract_figures
from transforms.schemas import ARTICLES, CHECK_HISTORY, DOCUMENTS
from transforms.series.partners import partners
from warehouse.snapshot import article_paths, load

Frames = dict[str, pl.DataFrame]
RAN_AT = datetime(2026, 12, 1, tzinfo=UTC)


# --- the real data: every source, of the country workbook two vintages and the years from 2010 ----------------------


def articles_and_documents() -> tuple[pl.DataFrame, pl.DataFrame]:
    articles, documents = [], []
    for path in sorted(article_paths()):
        raw = path.read_bytes()
        _, front, text = raw.decode("utf-8").split("---\n", 2)
        said, name = yaml.safe_load(front), hashlib.sha256(raw).hexdigest()
        articles.append(
            {
                "article_id": name[:32],
                "article_version": 1,
                "title": said["title"],
                "publisher": said["publisher"],
                "published_on": date.fromisoformat(str(said.get("published_on") or said.get("date"))),
                "path": path.name,
                "text": text,
                "document_id": name,
            }
        )
        documents.append({"document_id": name, "source": "articles", "bytes": len(raw), "name": path.name})
    return (
        pl.DataFrame(articles, schema=ARTICLES.schema, strict=False),
        pl.DataFrame(documents, schema=DOCUMENTS.schema, strict=False),
    )


@pytest.fixture(scope="module")
def official() -> Frames:
    """The official data and the sample articles, as they come."""
    workbook = pl.col("source") == "census_country"
    recent = pl.col("vintage").is_in(["2018-10", "2019-12"]) & (pl.col("period_start") >= date(2010, 1, 1))
    frames = {name: load(name) for name in ("observations", "statements", "vintages", "documents")}
    frames["observations"] = frames["observations"].filter(~workbook | recent)
    frames["vintages"] = frames["vintages"].join(
        frames["observations"].select("source", "vintage").unique(), on=["source", "vintage"], how="semi"
    )
    frames["partners"] = partners()
    frames["articles"], of_articles = articles_and_documents()
    frames["documents"] = pl.concat([frames["documents"], of_articles])
    return frames


@pytest.fixture(scope="module")
def judged(official: Frames) -> Frames:
    """With what is made of them: figures, checks, what their queries would return, and a history of one run."""
    frames = dict(official)
    frames["figures"] = extract_figures(frames["articles"])
    frames["checks"] = check_figures(
        *(frames[name] for name in ("figures", "observations", "statements", "partners", "vintages"))
    )
    frames["reproduced"] = frames["checks"].select("figure_id", value="computed_value")
    frames["check_history"] = CHECK_HISTORY.conform(
        frames["checks"].select(
            "figure_id", "verdict", "computed_value", vintage_set=pl.lit("v1"), checked_at=pl.lit(RAN_AT - DAY)
        )
    )
    return frames


DAY = timedelta(days=1)


# --- faults ---------------------------------------------------------------------------------------------------------


def where(**wanted: object) -> pl.Expr:
    return pl.all_horizontal(pl.col(name) == value for name, value in wanted.items())


KOREA = {"source": "census_country", "vintage": "2018-10", "partner": "KR", "flow": "exports"}
MAY = where(**KOREA, period="2016-05")
YEAR = where(**KOREA, period="2016")
BEA_KOREA = where(source="bea_geo", partner="KR", frequency="A", scope="goods", period="2016")


def put(table: str, rows: pl.Expr, **values: object) -> Callable[[Frames], Frames]:
    """In the rows of `table` for which `rows` holds, set columns to a value or an expression."""

    def fault(frames: Frames) -> Frames:
        frame = frames[table]
        assert frame.filter(rows).height, "the fault would be seeded nowhere"
        made = {
            name: pl.when(rows).then(value if isinstance(value, pl.Expr) else pl.lit(value)).otherwise(pl.col(name))
            for name, value in values.items()
        }
        return frames | {table: frame.with_columns(**made).cast(frame.schema)}

    return fault


def drop(table: str, rows: pl.Expr) -> Callable[[Frames], Frames]:
    def fault(frames: Frames) -> Frames:
        kept = frames[table].filter(~rows)
        assert kept.height < frames[table].height, "the fault would be seeded nowhere"
        return frames | {table: kept}

    return fault


def again(table: str, rows: pl.Expr, **values: object) -> Callable[[Frames], Frames]:
    """The rows for which `rows` holds a second time, with other values."""

    def fault(frames: Frames) -> Frames:
        frame = frames[table]
        extra = frame.filter(rows).with_columns(**{name: pl.lit(value) for name, value in values.items()})
        assert extra.height, "the fault would be seeded nowhere"
        return frames | {table: pl.concat([frame, extra.cast(frame.schema)])}

    return fault


def first(table: str, rows: pl.Expr, **values: object) -> Callable[[Frames], Frames]:
    """As `put`, in the first such row only."""
    return put(table, rows & (rows.cum_sum() == 1), **values)


def swapped_vintages(frames: Frames) -> Frames:
    other = {"2018-10": "2019-12", "2019-12": "2018-10"}
    return put("observations", where(source="census_country"), vintage=pl.col("vintage").replace(other))(frames)


def month_of_another_vintage(frames: Frames) -> Frames:
    late = frames["observations"].filter(where(**(KOREA | {"vintage": "2019-12"}), period="2016-05"))
    return put("observations", MAY, value_usd=late["value_usd"].item())(frames)


def repaired_fault(frames: Frames) -> Frames:
    quarter = where(source="bea_geo", series_id="Israel/balance/services/sa/Q", period="2014-Q2")
    first_quarter = {"period": "2014-Q1", "period_start": date(2014, 1, 1), "value_usd": -1e6}
    return again("observations", quarter, **first_quarter)(frames)


def rounded(column: str) -> pl.Expr:
    return pl.col(column) * 1000


JUDGED = pl.col("verdict") == "within_tolerance"
NOT = pl.col("verdict") == "not_checkable"
DOLLARS = (pl.col("kind") == "level") & (pl.col("unit") == "usd") & (pl.col("hedge") == "exact")
PLAIN = JUDGED & (pl.col("formula") == pl.col("formula"))
WIDTH = pl.col("tolerance_high") - pl.col("tolerance_low")


@dataclass(frozen=True)
class Fault:
    """What is done to the real data, and the expectation of which suite that has to fail."""

    what: str
    suite: str
    caught_by: str
    seed: Callable[[Frames], Frames]


def obs(what: str, caught_by: str, seed: Callable[[Frames], Frames]) -> Fault:
    return Fault(what, "observations", caught_by, seed)


FAULTS = (
    obs("the table is empty", "not_empty", lambda frames: frames | {"observations": frames["observations"].clear()}),
    obs("a month dropped", "months_are_complete", drop("observations", MAY)),
    obs("the last month dropped", "months_are_complete", drop("observations", where(**KOREA, period="2018-08"))),
    obs(
        "a month doubled in value",
        "months_add_up_to_years",
        put("observations", MAY, value_usd=2 * pl.col("value_usd")),
    ),
    obs(
        "the months of a year lost",
        "months_add_up_to_years",
        drop("observations", where(**KOREA, frequency="M") & pl.col("period").str.starts_with("2016")),
    ),
    obs("a month taken from another vintage", "months_add_up_to_years", month_of_another_vintage),
    obs(
        "a partner doubled in value",
        "partners_add_up_to_the_world",
        put("observations", YEAR, value_usd=2 * pl.col("value_usd")),
    ),
    obs(
        "a partner lost",
        "partners_add_up_to_the_world",
        drop("observations", where(source="census_country", vintage="2018-10", partner="DE")),
    ),
    obs(
        "a month of the running year doubled",
        "partners_add_up_to_the_world",
        put("observations", where(**KOREA, period="2018-08"), value_usd=2 * pl.col("value_usd")),
    ),
    obs("rows written twice", "keys_are_unique", again("observations", YEAR)),
    obs("a sign flipped", "no_negative_flows", put("observations", YEAR, value_usd=-pl.col("value_usd"))),
    obs("a month times 1000", "no_lost_factor_of_a_thousand", put("observations", MAY, value_usd=rounded("value_usd"))),
    obs(
        "a month divided by 1000",
        "no_lost_factor_of_a_thousand",
        put("observations", MAY, value_usd=pl.col("value_usd") / 1000),
    ),
    obs(
        "a source read in thousands",
        "sources_agree_on_the_order_of_size",
        put("observations", where(source="bea_geo"), value_usd=pl.col("value_usd") / 1000),
    ),
    obs("two vintages swapped", "control_totals_are_met", swapped_vintages),
    obs(
        "a vintage labelled too early",
        "nothing_is_known_before_it_happened",
        put("observations", where(source="census_pages", vintage="2026-06-17"), vintage="2026-02-07"),
    ),
    obs(
        "a series renamed",
        "control_totals_are_held",
        put("observations", YEAR, series_id="580/exports/goods/nsa/A"),
    ),
    obs(
        "exports and imports swapped",
        "exports_less_imports_is_the_balance",
        put(
            "observations",
            where(source="ft900", vintage="2012-06", partner="KR") & pl.col("flow").is_in(["exports", "imports"]),
            series_id=pl.when(pl.col("flow") == "exports")
            .then(pl.lit("5800/imports/goods/nsa/A"))
            .otherwise(pl.lit("5800/exports/goods/nsa/A")),
            flow=pl.col("flow").replace({"exports": "imports", "imports": "exports"}),
        ),
    ),
    obs(
        "a balance with its sign flipped",
        "exports_less_imports_is_the_balance",
        put("observations", BEA_KOREA & (pl.col("flow") == "balance"), value_usd=-pl.col("value_usd")),
    ),
    obs(
        "a year replaced by another",
        "revisions_are_of_usual_size",
        put("observations", where(**(KOREA | {"vintage": "2019-12"}), period="2016"), value_usd=6.0e10),
    ),
    obs(
        "a declared fault repaired by the source",
        "months_and_years_faults_are_still_there",
        repaired_fault,
    ),
    obs("a value that is no number", "as_the_dictionary_says", put("observations", YEAR, value_usd=float("nan"))),
    obs("a flow misspelt", "as_the_dictionary_says", put("observations", YEAR, flow="export")),
    obs(
        "a first day one month off",
        "periods_are_what_they_say",
        put("observations", MAY, period_start=date(2016, 6, 1)),
    ),
    obs("an unknown document", "references_are_known", put("observations", YEAR, document_id="0" * 64)),
    obs("a partner that nobody knows", "references_are_known", put("observations", YEAR, partner="South Korea")),
    obs(
        "a vintage lost from the vintages",
        "references_are_known",
        drop("vintages", where(source="census_country", vintage="2018-10")),
    ),
    Fault(
        "a statement in millions for billions",
        "statements",
        "agrees_with_the_series_in_size",
        first(
            "statements",
            where(partner="KR", flow="exports", scope="goods", period="2016", frequency="A"),
            value_usd=rounded("value_usd"),
        ),
    ),
    Fault(
        "a stated balance with its sign flipped",
        "statements",
        "exports_less_imports_is_the_balance",
        put(
            "statements",
            where(flow="balance", partner="world", scope="goods_services"),
            value_usd=-pl.col("value_usd"),
        ),
    ),
    Fault(
        "a statement from before its period",
        "statements",
        "known_after_the_period_began",
        first("statements", where(partner="KR"), known_from=date(1970, 1, 1)),
    ),
    Fault(
        "the days of a statement swapped",
        "statements",
        "dates_are_in_order",
        put(
            "statements",
            pl.col("known_from") < pl.col("known_by"),
            known_from=pl.col("known_by"),
            known_by=pl.col("known_from"),
        ),
    ),
    Fault(
        "an advocate's claim among the evidence",
        "statements",
        "as_the_dictionary_says",
        first("statements", where(partner="KR"), nature="advocacy"),
    ),
    Fault(
        "a release day a year too early",
        "vintages",
        "released_after_the_last_period",
        put("vintages", where(source="fred"), released_on=date(2016, 2, 7)),
    ),
    Fault(
        "a source that stopped coming",
        "vintages",
        "sources_are_fresh",
        put("documents", where(source="census_country"), fetched_at=RAN_AT),
    ),
    Fault(
        "a last period that is not held yet",
        "vintages",
        "covers_what_it_says",
        put("vintages", where(source="census_country", vintage="2018-10"), last_period="2018-09"),
    ),
    Fault(
        "a leading zero eaten",
        "partners",
        "codes_have_four_digits",
        put("partners", pl.col("census_code").str.starts_with("0"), census_code=pl.col("census_code").str.slice(1)),
    ),
    Fault("a country held twice", "partners", "keys_are_unique", again("partners", where(partner="KR"))),
    Fault(
        "members of two times at once",
        "partners",
        "spans_do_not_overlap",
        put("partners", where(partner="EU") & pl.col("valid_to").is_not_null(), valid_to=date(2030, 1, 1)),
    ),
    Fault("a member lost", "partners", "members_are_countries", drop("partners", where(partner="BE"))),
    Fault(
        "an archived file emptied",
        "documents",
        "not_empty_files",
        first("documents", where(source="articles"), bytes=0),
    ),
    Fault(
        "a key left in an address",
        "documents",
        "addresses_hold_no_keys",
        first("documents", where(source="articles"), url="https://api.example.org/data?key=0123"),
    ),
    Fault(
        "an article without text",
        "articles",
        "as_the_dictionary_says",
        first("articles", where(article_version=1), text=" \n"),
    ),
    Fault(
        "an article from the future",
        "articles",
        "not_from_the_future",
        first("articles", where(article_version=1), published_on=date(2062, 1, 5)),
    ),
    Fault(
        "an article under two names",
        "articles",
        "copies_are_linked",
        again("articles", where(path="2017-01-mexico.md"), article_id="copy"),
    ),
    Fault(
        "a span shifted by one",
        "figures",
        "quotes_stand_at_their_spans",
        first("figures", DOLLARS, start_char=pl.col("start_char") + 1, end_char=pl.col("end_char") + 1),
    ),
    Fault("a figure in millions for billions", "figures", "values_parse_back", first("figures", DOLLARS, value=1.0e3)),
    Fault("a hedge misspelt", "figures", "as_the_dictionary_says", first("figures", DOLLARS, hedge="almost")),
    Fault("a period in words", "figures", "periods_are_periods", first("figures", DOLLARS, period="last year")),
    Fault("a figure read twice", "figures", "spans_are_used_once", again("figures", DOLLARS, figure_id="copy")),
    Fault("a value lost", "figures", "values_fit_their_kind", first("figures", DOLLARS, value=None)),
    Fault("a partner by its name", "figures", "partners_are_known", first("figures", DOLLARS, partner="Mexico")),
    Fault(
        "a tolerance widened",
        "checks",
        "intervals_are_as_worded",
        put(
            "checks",
            JUDGED,
            tolerance_low=pl.col("tolerance_low") - 5 * WIDTH,
            tolerance_high=pl.col("tolerance_high") + 5 * WIDTH,
        ),
    ),
    Fault(
        "a query altered, so that it returns something else",
        "checks",
        "sql_reproduces_the_value",
        first("reproduced", pl.col("value").is_not_null(), value=pl.col("value") * 1.00001),
    ),
    Fault(
        "a query that fails",
        "checks",
        "sql_reproduces_the_value",
        first("reproduced", pl.col("value") != 0, value=None),
    ),
    Fault("a query lost", "checks", "values_come_with_their_query", first("checks", JUDGED, sql=None)),
    Fault("a vintage not said", "checks", "values_say_basis_and_vintage", first("checks", JUDGED, vintage=None)),
    Fault(
        "a miss called a hit",
        "checks",
        "verdicts_follow_from_the_numbers",
        first("checks", JUDGED, computed_value=pl.col("computed_value") * 3 + 1),
    ),
    Fault(
        "a hit called a miss",
        "checks",
        "verdicts_follow_from_the_numbers",
        first("checks", JUDGED, verdict="outside_tolerance"),
    ),
    Fault(
        "a published value with its sign flipped",
        "checks",
        "differences_add_up",
        first("checks", JUDGED & (pl.col("published_value") < 0), published_value=-pl.col("published_value")),
    ),
    Fault("a check lost", "checks", "every_figure_is_checked", drop("checks", JUDGED)),
    Fault("a check that nobody asked for", "checks", "every_figure_is_checked", again("checks", NOT, figure_id="x")),
    Fault("a reason lost", "checks", "not_checkable_says_why", first("checks", NOT, reason=None)),
    Fault("a reason invented", "checks", "reasons_are_from_the_list", first("checks", NOT, reason="too hard")),
    Fault(
        "a figure outside tolerance",
        "checks",
        "published_within_tolerance",
        first("checks", JUDGED, verdict="outside_tolerance", computed_value=0.0),
    ),
    Fault(
        "a figure that left tolerance on the same data",
        "check_history",
        "within_tolerance_stays",
        again("check_history", JUDGED, verdict="outside_tolerance", checked_at=RAN_AT),
    ),
    Fault(
        "a reader that broke: half the figures without an answer",
        "check_history",
        "unanswered_share_does_not_jump",
        again("check_history", JUDGED, verdict="not_checkable", checked_at=RAN_AT, vintage_set="v2"),
    ),
)


def asked(frames: Mapping[str, pl.DataFrame], fault: Fault) -> Result:
    """What the expectation that has to catch `fault` says of `frames`."""
    suite = load_suite(fault.suite)
    alone = replace(suite, entries=(suite.entry(fault.caught_by),))
    return run_suite(alone, frames[fault.suite], context=frames, ran_at=RAN_AT).result(fault.caught_by)


HOLDS_ON_ARTICLES: frozenset[str] = frozenset({"published_within_tolerance", "holds_on_the_first_reading"})
"""What articles and readings decide, not we: it may fail on the real data."""


MADE_OF_ARTICLES = ("figures", "checks", "check_history")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_the_seeded_fault_is_caught(request: pytest.FixtureRequest, fault: Fault) -> None:
    real = request.getfixturevalue("judged" if fault.suite in MADE_OF_ARTICLES else "official")
    after = asked(fault.seed(real), fault)
    assert not after.success
    if fault.caught_by in HOLDS_ON_ARTICLES:
        assert set(after.failing_ids()) - set(asked(real, fault).failing_ids())


@pytest.mark.parametrize("name", ["observations", "statements", "vintages", "partners", "documents", "articles"])
def test_the_real_data_hold(official: Frames, name: str) -> None:
    result = run_suite(name, official[name], context=official, ran_at=RAN_AT)
    assert [each.id for each in result.results if not each.success] == []


@pytest.mark.parametrize("name", MADE_OF_ARTICLES)
def test_what_is_made_of_the_real_articles_has_no_fault(judged: Frames, name: str) -> None:
    result = run_suite(name, judged[name], context=judged, ran_at=RAN_AT)
    assert {each.id for each in result.results if not each.success} <= HOLDS_ON_ARTICLES


def test_there_are_enough_faults_and_each_is_one() -> None:
    assert len(FAULTS) >= 30
    assert len({fault.what for fault in FAULTS}) == len(FAULTS)


SUITE = """
suite: figures
title: Figures
about: What was read.
count: 1
expectations:
  - id: units_are_known
    type: expect_column_values_to_not_be_null
    kwargs: {column: unit}
    severity: error
    title: Units are given
    note: A value of an unknown unit cannot be compared.
    show: [figure_id]
"""


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("expect_column_values_to_not_be_null", "expect_column_values_to_not_be_nul", "unknown expectation type"),
        ("count: 1", "count: 2", "1 expectations are written"),
        ("column: unit", "column: units", "unknown column"),
    ],
    ids=["an entry misspelt", "an entry lost", "a column misspelt"],
)
def test_a_fault_in_a_suite_is_no_pass(right: str, wrong: str, told: str) -> None:
    assert parse_suite(SUITE, "figures.yml", table="figures").entries
    with pytest.raises(SuiteError, match=told):
        parse_suite(SUITE.replace(right, wrong), "figures.yml", table="figures")
