"""The data dictionary: every table's columns, types, keys, closed vocabularies and descriptions, kept once.

What belongs here: what a table *is*. The lake's Parquet folders, the warehouse's DDL and comments, Dagster's column
schemas and the expectation suites are all made from it. What does not: how a table is computed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

# --- closed vocabularies -------------------------------------------------------------------------------------------

KINDS: Final = ("level", "change_abs", "change_pct", "ratio", "share", "rank", "direction", "other")
HEDGES: Final = ("exact", "about", "nearly", "more_than", "less_than", "up_to", "range", "record")
FLOWS: Final = ("exports", "imports", "balance", "total", "none")
SIGNS: Final = ("deficit", "surplus", "none")
DIRECTIONS: Final = ("up", "down")
SCOPES: Final = ("goods", "services", "goods_services", "current_account", "unknown")  # and `product:<name>`
BASES: Final = ("census", "bop", "national_customs", "cif", "mixed", "unknown")
VALUATIONS: Final = ("fas", "general_customs", "consumption_customs", "cif", "bop")
ADJUSTMENTS: Final = ("nsa", "sa", "unknown")
STATUSES: Final = ("actual", "forecast", "target", "proposal")
FREQUENCIES: Final = ("A", "Q", "M")
PARTNER_KINDS: Final = ("country", "group", "residual")
STATEMENT_NATURES: Final = ("statistical_release", "agency_fact_page", "release_quoted")
VERDICTS: Final = ("within_tolerance", "within_tolerance_other_reading", "outside_tolerance", "not_checkable")
VINTAGE_CHOICES: Final = ("as_published", "first_held", "latest")
INTERNAL_CHECKS: Final = ("consistent", "inconsistent", "none")

REASONS: Final = {
    "forecast": "a forecast: nothing to compare it with when it was made",
    "target": "a target or promise, not an observation",
    "proposal": "a proposal, not an observation",
    "not_a_trade_statistic": "no figure on trade flows (a tariff, cap, price, reserve …)",
    "reading_unresolved": "the text does not say enough to choose a series (flow, partner or period is open)",
    "no_series": "the series that the wording fits is not held",
    "product_not_mapped": "the product is not mapped to a classification code",
    "partner_not_covered": "no series of this reporter with this partner is held",
    "currency_not_held": "printed in a currency in which no series is held",
    "period_not_published_yet": "the period had not been released when the article appeared",
    "no_vintage_of_that_time": "only later vintages are held, and revision or definition can explain the gap",
    "formula_not_supported": "this kind of figure is read, but not computed yet",
}
"""Why a figure is `not_checkable`: the closed list, each with the sentence that a person reads."""


# --- columns and tables --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its polars type, what it holds and, where the list is closed, its values."""

    name: str
    dtype: pl.DataType
    description: str
    values: tuple[str, ...] = ()
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """One table = one asset = one Parquet folder = one suite. `key` names the columns that make a row unique."""

    name: str
    group: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def schema(self) -> pl.Schema:
        """Column names and polars types, in order."""
        return pl.Schema({column.name: column.dtype for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """A frame of this table with no rows."""
        return pl.DataFrame(schema=self.schema)

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` with this table's columns in order and type; a column that is missing is null.

        Raises:
            ValueError: a column that this table does not have, or a null where none may be.
        """
        unknown = [name for name in frame.columns if name not in self.schema]
        if unknown:
            raise ValueError(f"table {self.name}: unknown column(s) {', '.join(unknown)}")
        ordered = frame.select(
            pl.col(column.name).cast(column.dtype).alias(column.name)
            if column.name in frame.columns
            else pl.lit(None, dtype=column.dtype).alias(column.name)
            for column in self.columns
        )
        required = [column.name for column in self.columns if not column.nullable]
        nulls = {name: ordered[name].null_count() for name in required}
        if any(nulls.values()):
            told = ", ".join(f"{name} ({count} rows)" for name, count in nulls.items() if count)
            raise ValueError(f"table {self.name}: null where none may be: {told}")
        return ordered


_TEXT, _DATE, _FLOAT, _INT, _BOOL = pl.String(), pl.Date(), pl.Float64(), pl.Int64(), pl.Boolean()
_INSTANT = pl.Datetime("us", "UTC")

OPERANDS: Final = pl.Struct({"from": _TEXT, "to": _TEXT, "part": _TEXT, "whole": _TEXT})
"""Figures that this one relates, by `figure_id`: a rise *from* one level *to* another, a *part* of a *whole*."""

TRACE: Final = pl.List(pl.Struct({"slot": _TEXT, "value": _TEXT, "rule": _TEXT, "start": _INT, "end": _INT}))
"""For each slot the rule that filled it and the span of the article that is its evidence (null: no span)."""

OPEN: Final = pl.List(pl.Struct({"slot": _TEXT, "values": pl.List(_TEXT), "why": _TEXT}))
"""What the text leaves open: the slot, its possible values with the first reading first, and why it is open."""

OTHER_READINGS: Final = pl.List(
    pl.Struct(
        {
            "reading": _TEXT,
            "computed_basis": _TEXT,
            "vintage": _TEXT,
            "computed_value": _FLOAT,
            "verdict": _TEXT,
            "why": _TEXT,
        }
    )
)


def _series_columns() -> tuple[Column, ...]:
    return (
        Column("source", _TEXT, "who publishes it and where: census_country, bea_geo, ft900 …", nullable=False),
        Column("series_id", _TEXT, "the series within its source; with period and vintage unique", nullable=False),
        Column("reporter", _TEXT, "whose statistics: ISO 3166 alpha-2", nullable=False),
        Column(
            "partner",
            _TEXT,
            "with whom: ISO 3166 alpha-2, `world`, `EU` or a group of the partners table",
            nullable=False,
        ),
        Column(
            "flow",
            _TEXT,
            "exports, imports; balance and total only where the source prints them",
            FLOWS,
            nullable=False,
        ),
        Column("scope", _TEXT, "goods, services, goods_services, current_account or product:<name>", nullable=False),
        Column("basis", _TEXT, "census, bop, national_customs, cif, mixed or unknown", BASES, nullable=False),
        Column("valuation", _TEXT, "fas, general_customs (general imports), consumption_customs, cif, bop", VALUATIONS),
        Column("adjustment", _TEXT, "nsa, sa or unknown; annual totals are nsa", ADJUSTMENTS, nullable=False),
        Column(
            "frequency",
            _TEXT,
            "A, Q or M: both annual and monthly rows stand, never add them up",
            FREQUENCIES,
            nullable=False,
        ),
        Column("period", _TEXT, "YYYY, YYYY-Qn or YYYY-MM", nullable=False),
        Column("period_start", _DATE, "first day of the period", nullable=False),
        Column("value_usd", _FLOAT, "value in U.S. dollars; a balance is exports minus imports", nullable=False),
    )


OBSERVATIONS: Final = Table(
    "observations",
    "series",
    "One official value at one vintage: what period it is about, and at which vintage it was known.",
    (
        *_series_columns(),
        Column("vintage", _TEXT, "the source's label of the release: 2018-10, 2025-03-06", nullable=False),
        Column("document_id", _TEXT, "sha256 of the document that it was read from", nullable=False),
    ),
    ("source", "series_id", "period", "vintage"),
)

STATEMENTS: Final = Table(
    "statements",
    "series",
    "One dated official statement of a figure, as printed: what the press quotes and no series keeps.",
    (
        Column("statement_id", _TEXT, "hash of the row", nullable=False),
        *_series_columns(),
        Column(
            "rounded_to_usd", _FLOAT, "one unit of the last printed digit, in dollars (27.6 bn: 1e8)", nullable=False
        ),
        Column("known_from", _DATE, "first day on which it counts as known", nullable=False),
        Column(
            "known_by",
            _DATE,
            "day by which it certainly was public; later than known_from where the page is undated",
            nullable=False,
        ),
        Column("nature", _TEXT, "what kind of evidence it is", STATEMENT_NATURES, nullable=False),
        Column(
            "release_status",
            _TEXT,
            "first, revised_previous_month, restated_earlier_period, or null where it is no release",
        ),
        Column("publisher", _TEXT, "who stated it", nullable=False),
        Column("url", _TEXT, "the page"),
        Column("note", _TEXT, "what has to be known to use it"),
        Column("document_id", _TEXT, "sha256 of the document that it was read from", nullable=False),
    ),
    ("statement_id",),
)

VINTAGES: Final = Table(
    "vintages",
    "series",
    "One release of one source.",
    (
        Column("source", _TEXT, "as in observations", nullable=False),
        Column("vintage", _TEXT, "as in observations", nullable=False),
        Column("released_on", _DATE, "day on which it counts as known", nullable=False),
        Column(
            "released_on_bound",
            _TEXT,
            "exact, or how the day was bounded (`not later than`, `inferred`)",
            nullable=False,
        ),
        Column("last_period", _TEXT, "last period that it covers"),
        Column("how_dated", _TEXT, "the evidence for the day"),
        Column("document_id", _TEXT, "sha256 of the document", nullable=False),
    ),
    ("source", "vintage"),
)

PARTNERS: Final = Table(
    "partners",
    "series",
    "One country, group or residual.",
    (
        Column("partner", _TEXT, "ISO 3166 alpha-2, `world`, `EU`, historic `SU`, or a group's name", nullable=False),
        Column("name", _TEXT, "English name", nullable=False),
        Column("census_code", _TEXT, "four-digit code of the U.S. Census Bureau (Schedule C)"),
        Column("kind", _TEXT, "country, group or residual", PARTNER_KINDS, nullable=False),
        Column("valid_from", _DATE, "first day of its existence or of this membership; null: always"),
        Column("valid_to", _DATE, "last day; null: still"),
        Column("members", pl.List(_TEXT), "a group's members in this span of time"),
    ),
    ("partner", "valid_from"),
)

DOCUMENTS: Final = Table(
    "documents",
    "sources",
    "One archived raw document: the bytes that everything else was read from.",
    (
        Column("document_id", _TEXT, "sha256 of the bytes", nullable=False),
        Column("source", _TEXT, "as in observations, or `articles`", nullable=False),
        Column(
            "url", _TEXT, "where it came from, without keys; for embedded copies the page that its provenance names"
        ),
        Column("fetched_at", _INSTANT, "when it was fetched or read"),
        Column("bytes", _INT, "size", nullable=False),
        Column("media_type", _TEXT, "as served or as recognised"),
        Column("name", _TEXT, "file name"),
        Column("note", _TEXT, "for example that it is a third party's copy, and whose"),
    ),
    ("document_id",),
)

ARTICLES: Final = Table(
    "articles",
    "articles",
    "One article.",
    (
        Column(
            "article_id",
            _TEXT,
            "hash of the canonical address, else of the path under its source folder",
            nullable=False,
        ),
        Column("article_version", _INT, "1, and one more each time its content changed", nullable=False),
        Column("title", _TEXT, "headline, where known"),
        Column("publisher", _TEXT, "who published it"),
        Column("published_on", _DATE, "publication date; null: unknown, and then only undated readings are offered"),
        Column("url", _TEXT, "address, where known"),
        Column("path", _TEXT, "path of the file under its source folder"),
        Column("text", _TEXT, "decoded text that the spans of its figures count in", nullable=False),
        Column("duplicate_of", _TEXT, "article_id of the article that this one repeats"),
        Column("document_id", _TEXT, "sha256 of the bytes that it was read from", nullable=False),
    ),
    ("article_id",),
)

FIGURES: Final = Table(
    "figures",
    "figures",
    "One published figure: a number, or a stated rise or fall, that an article publishes about trade.",
    (
        Column(
            "figure_id",
            _TEXT,
            "hash of article, kind, quote and sentence, and its ordinal among equals",
            nullable=False,
        ),
        Column("article_id", _TEXT, "the article", nullable=False),
        Column("published_on", _DATE, "the article's publication date"),
        Column("start_char", _INT, "first code point of the quote in the article's text", nullable=False),
        Column("end_char", _INT, "one past its last code point", nullable=False),
        Column("quote", _TEXT, "text[start_char:end_char]", nullable=False),
        Column("sentence", _TEXT, "the sentence that it stands in", nullable=False),
        Column("kind", _TEXT, "what sort of figure", KINDS, nullable=False),
        Column(
            "value", _FLOAT, "base units, unsigned as printed: dollars not billions, percent as 2.7; null for direction"
        ),
        Column("value_high", _FLOAT, "upper end, for a range only"),
        Column("unit", _TEXT, "usd, an ISO 4217 code, percent, ratio, rank, count; `direction` for a direction"),
        Column("unit_noun", _TEXT, "what is counted, for a count"),
        Column(
            "precision", _FLOAT, "one unit of the last printed digit, in base units (27.6 billion: 1e8); null for words"
        ),
        Column("hedge", _TEXT, "exact, about, nearly …", HEDGES, nullable=False),
        Column("hedge_word", _TEXT, "the words that hedge, lower case: `nearly`, `just under`"),
        Column("flow", _TEXT, "exports, imports, balance, total (two-way trade), none", FLOWS, nullable=False),
        Column("sign", _TEXT, "deficit, surplus or none, from the reporter's side", SIGNS, nullable=False),
        Column("direction", _TEXT, "up or down of the named quantity; a deficit that grows is up", DIRECTIONS),
        Column(
            "scope", _TEXT, "goods, services, goods_services, current_account, product:<name>, unknown", nullable=False
        ),
        Column("basis", _TEXT, "what the text says, else unknown", BASES, nullable=False),
        Column("adjustment", _TEXT, "what the text says, else unknown", ADJUSTMENTS, nullable=False),
        Column("reporter", _TEXT, "whose trade; null where the text does not say"),
        Column("partner", _TEXT, "with whom; several joined by +; null where the text does not say"),
        Column("period", _TEXT, "YYYY, YYYY-MM, YYYY-Qn, A..B inclusive, current or unknown", nullable=False),
        Column("base_period", _TEXT, "what a change or ratio is measured from; null where there is none"),
        Column("status", _TEXT, "actual, forecast, target or proposal", STATUSES, nullable=False),
        Column("attributed_to", _TEXT, "who says it, as named in the text"),
        Column("quoted", _BOOL, "inside quotation marks", nullable=False),
        Column("operands", OPERANDS, "the figures that this one relates"),
        Column("open", OPEN, "what the text leaves open, first reading first"),
        Column("trace", TRACE, "the rule and the span behind each slot"),
    ),
    ("figure_id",),
)

CHECKS: Final = Table(
    "checks",
    "checks",
    "One figure, checked against what is held now.",
    (
        Column("figure_id", _TEXT, "the figure", nullable=False),
        Column("verdict", _TEXT, "what came out", VERDICTS, nullable=False),
        Column("reason", _TEXT, "why it is not checkable, from the closed list", tuple(REASONS)),
        Column("formula", _TEXT, "the computation in words of the closed algebra"),
        Column("published_value", _FLOAT, "the published value on the signed scale: balance = exports - imports"),
        Column("computed_value", _FLOAT, "the same from the series or statement"),
        Column("tolerance_low", _FLOAT, "lower end of the interval around the published value, included"),
        Column("tolerance_high", _FLOAT, "upper end, included"),
        Column("difference", _FLOAT, "published_value - computed_value"),
        Column("computed_basis", _TEXT, "flow, scope, basis and adjustment that were used, and of whose statistics"),
        Column("vintage", _TEXT, "vintage (`source vintage`) or statement that was used"),
        Column("vintage_choice", _TEXT, "as_published, first_held or latest", VINTAGE_CHOICES),
        Column("revised_since", _BOOL, "the newest vintage would change the verdict"),
        Column(
            "internal_check",
            _TEXT,
            "this article's own printed figures against each other",
            INTERNAL_CHECKS,
            nullable=False,
        ),
        Column("explanation", _TEXT, "one or two plain sentences", nullable=False),
        Column("other_readings", OTHER_READINGS, "what else it could mean or has been, with its value and verdict"),
        Column("sql", _TEXT, "query that returns computed_value from the warehouse as it stands"),
        Column("documents", pl.List(_TEXT), "document_id of every document that the computed value rests on"),
    ),
    ("figure_id",),
)

VINTAGE_SETS: Final = Table(
    "vintage_sets",
    "checks",
    "One release that was held at one data version: tells which release came in when a verdict changed.",
    (
        Column("vintage_set", _TEXT, "as in check_history", nullable=False),
        Column("source", _TEXT, "as in vintages", nullable=False),
        Column("vintage", _TEXT, "as in vintages", nullable=False),
        Column("held_from", _INSTANT, "when a run first held just these releases", nullable=False),
    ),
    ("vintage_set", "source", "vintage"),
)

CHECK_HISTORY: Final = Table(
    "check_history",
    "checks",
    "One figure at one data version: what the verdict was, whenever the data or the figure changed.",
    (
        Column("figure_id", _TEXT, "the figure", nullable=False),
        Column("vintage_set", _TEXT, "hash of the sorted (source, vintage) pairs that were held", nullable=False),
        Column("checked_at", _INSTANT, "when it was checked", nullable=False),
        Column("verdict", _TEXT, "as in checks", VERDICTS, nullable=False),
        Column("computed_value", _FLOAT, "as in checks"),
    ),
    ("figure_id", "vintage_set", "checked_at"),
)

TABLES: Final = {
    table.name: table
    for table in (
        DOCUMENTS,
        OBSERVATIONS,
        STATEMENTS,
        VINTAGES,
        PARTNERS,
        ARTICLES,
        FIGURES,
        CHECKS,
        VINTAGE_SETS,
        CHECK_HISTORY,
    )
}
"""Every table of the house by name, in the order in which they are built."""
