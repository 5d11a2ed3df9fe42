"""What the command line prints: tables for people, JSON for programs.

What belongs here: layout, marks and words, within 80 columns; everything from outside goes through `plain`. What does
not: computing anything that is shown.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from orchestration.intake import Intake
from orchestration.plain import plain
from orchestration.standing import Standing
from transforms.schemas import REASONS, VERDICTS

MARKS: Final = {
    "within_tolerance": ("✓", "green"),
    "within_tolerance_other_reading": ("~", "yellow"),
    "outside_tolerance": ("✗", "red"),
    "not_checkable": ("?", "bright_black"),
}
"""Verdict → mark and colour. The colour only repeats what the mark says."""

ASCII_MARKS: Final = {"✓": "v", "✗": "x"}
WORDS: Final = {
    "within_tolerance": "within tolerance",
    "within_tolerance_other_reading": "within tolerance on another reading",
    "outside_tolerance": "outside tolerance",
    "not_checkable": "not checkable",
}

MOST_OUTSIDE: Final = 40
"""Figures outside tolerance that a scorecard lists."""

_SCALES: Final = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))


def console(*, stderr: bool = False) -> Console:
    """Where people read: colours only on a terminal, 80 columns where there is none."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=False)
    if not made.is_terminal:
        made.width = 80
    return made


# --- words for values ----------------------------------------------------------------------------------------------


def amount(value: float | None, unit: str | None) -> str:
    """A value in words of its unit: `-27.6 bn`, `2.7 %`, `1.33 x`, `no. 7`; a dash where there is none."""
    if value is None:
        return "–"
    if unit == "percent":
        return f"{value:,.2f}".rstrip("0").rstrip(".") + " %"
    if unit == "ratio":
        return f"{value:,.3f}".rstrip("0").rstrip(".") + " x"
    if unit == "rank":
        return f"no. {value:.0f}"
    for scale, name in _SCALES:
        if abs(value) >= scale:
            return f"{value / scale:,.2f} {name}"
    return f"{value:,.2f}"


def reading(figure: Mapping[str, Any]) -> str:
    """What the figure is taken to be: `US–KR goods balance 2016`."""
    parties = "–".join(str(figure[side]) for side in ("reporter", "partner") if figure.get(side))
    scope = str(figure["scope"]).removeprefix("product:").replace("_", " and ")
    what = "two-way trade" if figure["flow"] == "total" else figure["flow"]
    words = [parties, scope if scope != "unknown" else "", what if what != "none" else "", figure["period"]]
    kind = "" if figure["kind"] == "level" else f"({str(figure['kind']).replace('_', ' ')})"
    return plain(" ".join(str(word) for word in [*words, kind] if word and word != "unknown"))


def evidence(row: Mapping[str, Any]) -> str:
    """What the computed value rests on, or why there is none; both where there is a value and still no verdict."""
    why = REASONS.get(row["reason"] or "", "" if row["vintage"] else row["explanation"] or "")
    return plain("; ".join(said for said in (row["vintage"], why) if said))


def mark(verdict: str | None, out: Console) -> Text:
    """The verdict's sign, in ASCII where the output cannot take another."""
    sign, colour = MARKS.get(verdict or "", ("?", "bright_black"))
    try:
        sign.encode(out.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        sign = ASCII_MARKS.get(sign, sign)
    return Text(sign, style=colour)


# --- check ---------------------------------------------------------------------------------------------------------


def check_table(out: Console, shown: str, article: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """One article: its heading, a line for each figure, and the count of verdicts."""
    day = article["published_on"] or "no date"
    out.print(Text(plain(f"{shown} · {day}"), style="bold"), soft_wrap=True)
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=bool(rows), header_style="bright_black", width=out.width)
    table.add_column("", width=1)
    table.add_column("published", ratio=3, overflow="fold")
    table.add_column("taken as", ratio=5, overflow="fold")
    table.add_column("computed", no_wrap=True, justify="right")
    table.add_column("by", ratio=5, overflow="fold")
    for row in rows:
        computed = amount(row["computed_value"], row["unit"]) if row["computed_value"] is not None else ""
        cells = (plain(row["quote"]), reading(row), computed, evidence(row))
        table.add_row(mark(row["verdict"], out), *(Text(cell) for cell in cells))
    out.print(table)
    out.print(Text(f"  {tally(row['verdict'] for row in rows) or 'no figure on trade found'}\n"))


def tally(verdicts: Iterable[str]) -> str:
    """`3 within tolerance, 1 outside tolerance`: in the order of the vocabulary, none left out but zeros."""
    found = list(verdicts)
    return ", ".join(f"{found.count(name)} {WORDS[name]}" for name in VERDICTS if name in found)


def check_json(intake: Intake, rows_of: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """The array that the contract describes; ASCII only, so that it passes through any terminal or pipe unharmed."""
    articles = [
        {
            "article": article.shown,
            "article_id": article.row["article_id"],
            "published_on": article.row["published_on"],
            "figures": [_figure(row) for row in rows_of[article.row["article_id"]]],
        }
        for article in intake.articles
    ]
    return json.dumps(articles, indent=1, default=_json)


def _figure(row: Mapping[str, Any]) -> dict[str, Any]:
    figure = {name: value for name, value in row.items() if name not in ("article_id", "published_on")}
    figure["start"], figure["end"] = figure.pop("start_char"), figure.pop("end_char")
    if (high := figure.pop("value_high")) is not None:
        figure["value"] = [figure["value"], high]
    return figure


def _json(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"not for JSON: {type(value).__name__}")


# --- run -----------------------------------------------------------------------------------------------------------


def scorecard(out: Console, articles: pl.DataFrame, figures: pl.DataFrame, checks: pl.DataFrame) -> None:
    """What a run found: how many articles and figures, the verdicts, and each figure outside tolerance."""
    rows = figures.join(checks, on="figure_id").join(articles.select("article_id", "title", "path"), on="article_id")
    counted = dict(rows.group_by("verdict").len().iter_rows())
    out.print(Text(f"\n{articles.height} articles, {figures.height} figures", style="bold"))
    for name in VERDICTS:
        out.print(Text.assemble(" ", mark(name, out), f" {counted.get(name, 0):5} {WORDS[name]}"))
    outside = rows.filter(pl.col("verdict") == "outside_tolerance").sort("published_on", "article_id", "start_char")
    if not outside.is_empty():
        out.print(Text("\nOutside tolerance", style="bold"))
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=False, width=out.width)
    table.add_column(width=2, justify="right")
    table.add_column(overflow="fold")
    for row in outside.head(MOST_OUTSIDE).iter_rows(named=True):
        value = amount(row["computed_value"], row["unit"])
        found = f"computed {value}: {row['computed_basis']}; vintage {row['vintage']}"
        where = f"{row['title'] or row['path']} ({row['published_on'] or 'no date'}), figure {row['figure_id'][:12]}"
        heading = Text(f"{plain(row['quote'])}: {reading(row)}", style="bold")
        table.add_row(mark(row["verdict"], out), Text("\n").join([heading, Text(plain(found)), Text(plain(where))]))
    out.print(table)
    if outside.height > MOST_OUTSIDE:
        out.print(Text(f" … and {outside.height - MOST_OUTSIDE} more, all in the view published_vs_computed"))


def places(out: Console, lines: Mapping[str, Path | str]) -> None:
    """Where things lie, one a line, never wrapped, so that a path can be copied."""
    out.print()
    for name, place in lines.items():
        out.print(Text(f"{name:10} {plain(str(place))}"), soft_wrap=True)


def official(out: Console, standings: Sequence[Standing]) -> None:
    """Which official series the checks rest on: embedded or fetched, how far they reach, how old they are."""
    out.print("\nOfficial series")
    for standing in standings:
        out.print(Text(f"  {plain(str(standing))}"), soft_wrap=True)
        if standing.trouble:
            out.print(Padding(Text(plain(standing.trouble), overflow="fold"), (0, 0, 0, 4)))


# --- explain and sql -----------------------------------------------------------------------------------------------


def explanation(out: Console, row: Mapping[str, Any], documents: Sequence[Mapping[str, Any]]) -> None:
    """One figure from its sentence to the documents behind the computed value."""
    heading = f"{row['title'] or row['path']} · {row['publisher'] or 'unknown publisher'} · {row['published_on']}"
    out.print(Text(plain(heading), style="bold"))
    out.print(_marked(row), soft_wrap=False)
    out.print(
        Text.assemble("\n", mark(row["verdict"], out), f" {WORDS[row['verdict']]}: {plain(row['explanation'])}\n")
    )
    facts = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    facts.add_column(no_wrap=True, style="bright_black")
    facts.add_column(overflow="fold")
    for name, value in _facts(row):
        facts.add_row(name, Text(plain(value)))
    out.print(facts)
    _list(
        out,
        "How it was read (slot: value, rule, evidence)",
        [_traced(step, row["text"]) for step in row["trace"] or []],
    )
    _list(out, "Other readings", [_other(other, row["unit"]) for other in row["other_readings"] or []])
    _list(out, "Documents", [_document(document) for document in documents])
    if row["sql"]:
        out.print(Text("\nSQL", style="bold"))
        out.print(Text("\n".join(plain(line) for line in str(row["sql"]).splitlines())), soft_wrap=True)


def _marked(row: Mapping[str, Any]) -> Text:
    """The sentence, with the figure in bold and every other span that a slot rests on underlined."""
    start = row["text"].find(row["sentence"])
    text = Text(row["sentence"])
    for step in row["trace"] or []:
        if start >= 0 and step["start"] is not None:
            text.stylize("underline", max(0, step["start"] - start), max(0, step["end"] - start))
    at = row["start_char"] - start if start >= 0 else row["sentence"].find(row["quote"])
    text.stylize("bold", max(0, at), max(0, at) + len(row["quote"]))
    return _plain_text(text)


def _plain_text(text: Text) -> Text:
    """`text` with unsafe characters replaced one by one, so that its spans stay where they are."""
    safe = Text("".join(plain(character) for character in text.plain))
    safe.spans = list(text.spans)
    return safe


def _facts(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    unit = row["unit"]
    interval = f"{amount(row['tolerance_low'], unit)} to {amount(row['tolerance_high'], unit)}"
    said = [
        ("taken as", reading(row)),
        ("published", amount(row["published_value"], unit)),
        ("tolerance", interval if row["tolerance_low"] is not None else ""),
        ("computed", amount(row["computed_value"], unit) if row["computed_value"] is not None else ""),
        ("difference", amount(row["difference"], unit) if row["difference"] is not None else ""),
        ("basis", row["computed_basis"]),
        ("vintage", f"{row['vintage']} ({row['vintage_choice']})" if row["vintage"] else ""),
        ("formula", row["formula"]),
        ("revised", "the newest vintage would change the verdict" if row["revised_since"] else ""),
        ("internal", row["internal_check"] if row["internal_check"] != "none" else ""),
        ("said by", row["attributed_to"]),
        ("figure", row["figure_id"]),
    ]
    return [(name, str(value)) for name, value in said if value]


def _traced(step: Mapping[str, Any], text: str) -> str:
    evidence = f" “{text[step['start'] : step['end']]}”" if step["start"] is not None else ""
    return f"{step['slot']}: {step['value']}  [{step['rule']}]{evidence}"


def _other(other: Mapping[str, Any], unit: str | None) -> str:
    value = amount(other["computed_value"], unit)
    verdict = WORDS.get(other["verdict"], other["verdict"] or "")
    return f"{other['reading']}: {value} ({other['vintage']}), {verdict}. {other['why'] or ''}"


def _document(document: Mapping[str, Any]) -> str:
    return f"{document['document_id']}  {document['name'] or ''}  {document['url'] or ''}"


def _list(out: Console, heading: str, lines: Sequence[str]) -> None:
    if lines:
        out.print(Text(f"\n{heading}", style="bold"))
    for line in lines:
        out.print(Text(f"  {plain(line)}"))


def query_result(out: Console, columns: Sequence[str], rows: Sequence[Sequence[Any]], more: bool) -> None:
    """A query's rows as a table, cells on one line each; too wide for the terminal, as names and values."""
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    if rows and sum(widths) + 2 * len(widths) > out.width:
        _records(out, columns, cells)
    else:
        _table(out, columns, rows)
    if more:
        out.print(Text(f"… more than {len(rows)} rows; --limit N shows more, --format csv all of them"))


def _records(out: Console, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    margin = max(map(len, columns))
    for number, row in enumerate(rows, start=1):
        out.print(Text(f"row {number}", style="bold"))
        for name, cell in zip(columns, row, strict=True):
            out.print(Text(f"  {plain(name):<{margin}}  {cell}"))


def _table(out: Console, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for index, name in enumerate(columns):
        numeric = any(isinstance(row[index], int | float) for row in rows)
        table.add_column(Text(plain(name)), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(value)) for value in row))
    out.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) >= 1000 else f"{value:g}"
    return plain(str(value))


def rows_as(form: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A query's rows for a program: `csv` with a header, or `json` as an array of objects."""
    if form == "json":
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        return json.dumps(objects, indent=1, default=str) + "\n"
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([columns, *rows])
    return text.getvalue()
