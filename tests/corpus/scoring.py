"""The corpus of articles with their expected figures: how its files read, and how well a reading agrees with them.

What belongs here: loading and checking `dev_*.yml` and `heldout_*.yml`, the measures, and a small command that prints
them. What does not: the floors (`test_corpus.py`) and anything about how figures are read (`transforms.figures`).

    python tests/corpus/scoring.py [dev|heldout] [--misses N] [--files]

A corpus file is a list of articles under `articles`, each with `title`, `published_on`, `manner`, `text`, `figures`
and, where it has any, `furniture`. All texts were written for this corpus. Every scalar is read as plain text (so
Norway's `NO` stays `NO`, and a period `2016` is no number). What an editor may leave out of a figure:

    kind         level
    value        never left out, but for a direction: `27.6 bn`, `543 mn`, `2.5`, a range `[30 bn, 40 bn]`; for a rank 1
    unit         by kind: usd for level and change_abs, percent for change_pct and share, ratio, rank, direction
    hedge        exact (range where the value is one)
    flow         balance where `sign` is given, else none
    sign         none
    reporter, partner, scope, period, unit, flow, sign, status: the article's `defaults`, where it states them;
                 else null, null, unknown, unknown, as above, none, none, actual
    direction, base_period, note: null
    scope_open   false; true where the text itself does not say goods or goods and services
    nth          1; needed where the quote occurs more than once in the text

`null` in a figure takes a default of the article back. White space in a quote stands for any white space in the text,
so wire copy with hard line breaks needs no care. A figure of kind `other` needs a quote and a value alone. Figures
stand in the order of the text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

FOLDER: Final = Path(__file__).resolve().parent
SETS: Final = ("dev", "heldout")
SCALES: Final = {"k": 1e3, "mn": 1e6, "bn": 1e9, "tn": 1e12}
UNIT_OF_KIND: Final = {
    "level": "usd",
    "change_abs": "usd",
    "change_pct": "percent",
    "ratio": "ratio",
    "share": "percent",
    "rank": "rank",
    "direction": "direction",
}
INHERITED: Final = ("reporter", "partner", "scope", "period", "unit", "flow", "sign", "status")
FIGURE_KEYS: Final = frozenset(
    [
        "quote",
        "nth",
        "kind",
        "value",
        "unit",
        "hedge",
        "flow",
        "sign",
        "direction",
        "scope",
        "scope_open",
        "reporter",
        "partner",
        "period",
        "base_period",
        "status",
        "note",
    ]
)
ARTICLE_KEYS: Final = frozenset(["title", "published_on", "manner", "text", "defaults", "figures", "furniture"])
MONEY_UNITS: Final = frozenset({"level", "change_abs"})


class CorpusError(ValueError):
    """A corpus file that cannot be read; the message names the file, the article and the entry."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One expected figure: `start` and `end` count code points of the article's text, values are in base units."""

    start: int
    end: int
    quote: str
    kind: str
    value: float | tuple[float, float] | None
    unit: str | None
    hedge: str
    flow: str
    sign: str
    direction: str | None
    scope: str
    scope_open: bool
    reporter: str | None
    partner: str | None
    period: str
    base_period: str | None
    status: str
    note: str | None

    @property
    def is_trade(self) -> bool:
        """Whether it counts for recall and precision; a tariff or a reserve does not."""
        return self.kind != "other"


@dataclass(frozen=True, slots=True)
class Article:
    """One text of the corpus; `furniture` are spans that no figure may come from."""

    name: str
    title: str
    published_on: str
    manner: str
    text: str
    figures: tuple[Figure, ...]
    furniture: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Tally:
    """Hits and totals by measure, and one line for each miss."""

    counts: dict[str, list[int]] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    def count(self, measure: str, hit: bool) -> None:
        """One more case of `measure`."""
        pair = self.counts.setdefault(measure, [0, 0])
        pair[0] += hit
        pair[1] += 1

    def value(self, measure: str) -> float:
        """The measure as a share of its cases; 1.0 where there was none."""
        hits, total = self.counts.get(measure, (0, 0))
        return hits / total if total else 1.0


# --- reading the files ---------------------------------------------------------------------------------------------


def load(which: str) -> list[Article]:
    """The articles of the set `dev` or `heldout`, in the order of the files' names.

    Raises:
        CorpusError: a file is not as the head of this module says.
    """
    return [article for path in sorted(FOLDER.glob(f"{which}_*.yml")) for article in load_file(path)]


def load_file(path: Path) -> list[Article]:
    """The articles of one file.

    Raises:
        CorpusError: the file is not as the head of this module says.
    """
    # BaseLoader constructs nothing but text, lists and mappings: it is the safe loader with fewer surprises.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml's, where it was built in: ten times as fast
    page = yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
    return [_article(f"{path.stem}/{number:02d}", entry) for number, entry in enumerate(page["articles"], 1)]


def _article(name: str, entry: Mapping[str, Any]) -> Article:
    if unknown := set(entry) - ARTICLE_KEYS:
        raise CorpusError(f"{name}: unknown key(s) {', '.join(sorted(unknown))}")
    text, defaults = entry["text"], entry.get("defaults") or {}
    if unknown := set(defaults) - set(INHERITED):
        raise CorpusError(f"{name}: no defaults for {', '.join(sorted(unknown))}")
    return Article(
        name,
        entry["title"],
        entry["published_on"],
        entry["manner"],
        text,
        tuple(_figure(name, text, defaults, row) for row in entry["figures"]),
        tuple(_span(name, text, item, None) for item in entry.get("furniture", ())),
    )


def _figure(name: str, text: str, defaults: Mapping[str, str], row: Mapping[str, Any]) -> Figure:
    if unknown := set(row) - FIGURE_KEYS:
        raise CorpusError(f"{name}: {row.get('quote')!r}: unknown key(s) {', '.join(sorted(unknown))}")
    kind = row.get("kind", "level")
    start, end = _span(name, text, row["quote"], row.get("nth"))
    slots: dict[str, Any] = dict(row) if kind == "other" else {**defaults, **row}
    slots = {slot: stated for slot, stated in slots.items() if stated != "null"}
    if kind not in MONEY_UNITS and "unit" not in row:
        slots.pop("unit", None)
    if "flow" in row and "sign" not in row:
        slots.pop("sign", None)
    if "sign" in row and "flow" not in row:
        slots["flow"] = "balance"
    value = _value(name, kind, row)
    return Figure(
        start,
        end,
        text[start:end],
        kind,
        value,
        slots.get("unit", UNIT_OF_KIND.get(kind)),
        slots.get("hedge", "range" if isinstance(value, tuple) else "exact"),
        slots.get("flow", "balance" if slots.get("sign", "none") != "none" else "none"),
        slots.get("sign", "none"),
        slots.get("direction"),
        slots.get("scope", "unknown"),
        slots.get("scope_open", "false") == "true",
        slots.get("reporter"),
        slots.get("partner"),
        slots.get("period", "unknown"),
        slots.get("base_period"),
        slots.get("status", "actual"),
        slots.get("note"),
    )


def _value(name: str, kind: str, row: Mapping[str, Any]) -> float | tuple[float, float] | None:
    if kind == "direction":
        return None
    stated = row.get("value", "1" if kind == "rank" else None)
    if stated is None:
        raise CorpusError(f"{name}: {row['quote']!r} has no value")
    if isinstance(stated, list):
        low, high = (_number(name, part) for part in stated)
        return low, high
    return _number(name, stated)


def _number(name: str, stated: str) -> float:
    number, _, scale = stated.partition(" ")
    try:
        return round(float(number) * (SCALES[scale] if scale else 1.0), 6)
    except (KeyError, ValueError):
        raise CorpusError(f"{name}: {stated!r} is no number; write 27.6 bn, 543 mn, 12 k or 2.5") from None


def occurrences(text: str, quote: str) -> list[tuple[int, int]]:
    """Where `quote` stands in `text` as whole words and whole numbers, white space alike: `7 bn` is not in `1.7 bn`."""
    words = r"\s+".join(re.escape(word) for word in quote.split())
    pattern = rf"(?<!\w)(?<!\d[.,]){words}(?!\w)(?![.,]\d)"
    return [match.span() for match in re.finditer(pattern, text)]


def _span(name: str, text: str, quote: str, nth: str | None) -> tuple[int, int]:
    spans = occurrences(text, quote)
    if not spans:
        raise CorpusError(f"{name}: {quote!r} is not in the text")
    if (nth is None) != (len(spans) == 1):
        raise CorpusError(f"{name}: {quote!r} occurs {len(spans)} times, nth is {nth or 'not given'}")
    if int(nth or 1) > len(spans):
        raise CorpusError(f"{name}: {quote!r} occurs {len(spans)} times, nth is {nth}")
    return spans[int(nth or 1) - 1]


# --- measures ------------------------------------------------------------------------------------------------------

MEASURES: Final = (
    "recall",
    "precision",
    "kind",
    "unit",
    "flow_sign",
    "parties",
    "period",
    "base_period",
    "hedge",
    "scope",
    "status",
    "direction",
    "joint",
    "not_actual",
    "furniture",
)
"""What is measured, in the order of the printed table.

recall       expected trade figures that were found as trade figures: spans overlap, values agree, one to one
precision    found trade figures that are expected ones; an unexpected `direction` is not counted, since directions are
             annotated sparsely
kind … direction
             of the figures found, those with the slot right. Reporter and partner may stand the other way round if flow
             and sign do too (not for ranks and shares); what the text leaves open is not scored; product names are
             free; where the scope is open `unknown` is right too
joint        kind, unit, flow and sign, parties and period all right
not_actual   expected forecasts, targets and proposals that were found with that status
furniture    spans of page furniture that no figure was read from
"""
JOINT: Final = ("kind", "unit", "flow_sign", "parties", "period")
OPEN_PERIODS: Final = frozenset({None, "unknown", "current"})
_MIRRORED_FLOW: Final = {"exports": "imports", "imports": "exports"}
_MIRRORED_SIGN: Final = {"deficit": "surplus", "surplus": "deficit"}


def score(articles: Iterable[Article], found: Mapping[str, Sequence[Mapping[str, Any]]]) -> Tally:
    """How well the figures `found` (rows of the figures table by article name) agree with the expected ones."""
    tally = Tally()
    for article in articles:
        rows = list(found.get(article.name, ()))
        pairs = _pair(article.figures, rows)
        for expected in article.figures:
            if expected.is_trade:
                _score_figure(tally, article, expected, pairs.get(expected.start))
        _score_found(tally, article, rows, pairs)
        for start, end in article.furniture:
            clean = not any(_overlap(start, end, row) for row in rows)
            tally.count("furniture", clean)
            if not clean:
                tally.misses.append(f"furniture {article.name} [{start}] {article.text[start:end]!r}")
    return tally


def _pair(expected: Sequence[Figure], rows: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """Expected figure (by its start) to the first row not yet taken that overlaps it and has its value."""
    taken: set[int] = set()
    pairs: dict[int, Mapping[str, Any]] = {}
    for figure in expected:
        for index, row in enumerate(rows):
            if index not in taken and _overlap(figure.start, figure.end, row) and _values_agree(figure, row):
                taken.add(index)
                pairs[figure.start] = row
                break
    return pairs


def _overlap(start: int, end: int, row: Mapping[str, Any]) -> bool:
    return bool(row["start_char"] < end and start < row["end_char"])


def _values_agree(figure: Figure, row: Mapping[str, Any]) -> bool:
    if figure.kind == "direction" or figure.value is None:
        return bool(row["kind"] == "direction")
    if row["value"] is None:
        return False
    wanted = figure.value if isinstance(figure.value, tuple) else (figure.value,)
    scale = 100.0 if row["kind"] == "share" and row["unit"] == "ratio" else 1.0
    got = [abs(row[key]) * scale for key in ("value", "value_high") if row[key] is not None]
    near = 1.5e-3 if figure.unit in ("percent", "ratio") else 1e-5
    return len(wanted) == len(got) and all(abs(a - b) <= near * max(a, b) for a, b in zip(wanted, got, strict=True))


def _score_figure(tally: Tally, article: Article, figure: Figure, row: Mapping[str, Any] | None) -> None:
    hit = row is not None and row["kind"] != "other"
    tally.count("recall", hit)
    where = f"{article.name} [{figure.start}] {figure.quote!r}"
    if figure.status != "actual":
        tally.count("not_actual", hit and row is not None and row["status"] == figure.status)
    if row is None or not hit:
        tally.misses.append(f"missed {where}: {_told(figure)}")
        return
    right = slots_right(figure, row)
    for slot, good in right.items():
        tally.count(slot, good)
    tally.count("joint", all(right.get(slot, True) for slot in JOINT))
    if bad := [slot for slot, good in right.items() if not good]:
        tally.misses.append(f"wrong {','.join(bad)} {where}: want {_told(figure)} got {_told(row)}")


def _score_found(
    tally: Tally, article: Article, rows: Sequence[Mapping[str, Any]], pairs: Mapping[int, Mapping[str, Any]]
) -> None:
    wanted = {id(pairs[figure.start]) for figure in article.figures if figure.is_trade and figure.start in pairs}
    for row in rows:
        if row["kind"] == "other" or (row["kind"] == "direction" and id(row) not in wanted):
            continue
        tally.count("precision", id(row) in wanted)
        if id(row) not in wanted:
            quote = article.text[row["start_char"] : row["end_char"]]
            tally.misses.append(f"extra {article.name} [{row['start_char']}] {quote!r}: {_told(row)}")


def slots_right(figure: Figure, row: Mapping[str, Any]) -> dict[str, bool]:
    """Which slots of a found figure are right; a slot that the text leaves open is left out."""
    parties, flow_sign = _parties_and_flow(figure, row)
    right = {
        "kind": row["kind"] == figure.kind,
        "unit": row["unit"] == figure.unit or (figure.kind == row["kind"] == "share" and row["unit"] == "ratio"),
        "hedge": row["hedge"] == figure.hedge,
        "status": row["status"] == figure.status,
    }
    if figure.flow != "none":
        right["flow_sign"] = flow_sign
    if figure.reporter and figure.partner:
        right["parties"] = parties
    if figure.period not in OPEN_PERIODS:
        right["period"] = _whole_months(row["period"]) == _whole_months(figure.period)
    if figure.base_period not in OPEN_PERIODS:
        right["base_period"] = _whole_months(row["base_period"]) == _whole_months(figure.base_period)
    if figure.scope != "unknown":
        right["scope"] = _scopes_agree(figure, str(row["scope"]))
    if figure.direction:
        right["direction"] = row["direction"] == figure.direction
    return right


def _parties_and_flow(figure: Figure, row: Mapping[str, Any]) -> tuple[bool, bool]:
    """Whether reporter and partner agree, and flow and sign seen from the same side."""
    wanted = (_folded(figure.reporter), _folded(figure.partner))
    got = (_folded(row["reporter"]), _folded(row["partner"]))
    flow, sign = row["flow"], row["sign"]
    mirrored = got != wanted and got[::-1] == wanted and figure.kind not in ("rank", "share")
    if mirrored:
        flow, sign = _MIRRORED_FLOW.get(flow, flow), _MIRRORED_SIGN.get(sign, sign)
    agree = flow == figure.flow and figure.sign in ("none", sign)
    return got == wanted or mirrored, agree


def _scopes_agree(figure: Figure, scope: str) -> bool:
    both_products = scope.startswith("product:") and figure.scope.startswith("product:")
    return scope == figure.scope or both_products or (figure.scope_open and scope == "unknown")


def _folded(name: str | None) -> str | None:
    return re.sub(r"[^a-z0-9+]", "", name.lower()) if name is not None else None


def _whole_months(period: str | None) -> str | None:
    """`1986-Q4` and `1986-10..1986-12` are one period."""
    quarter = re.fullmatch(r"(\d{4})-Q([1-4])", period or "")
    if not quarter:
        return period
    last = 3 * int(quarter[2])
    return f"{quarter[1]}-{last - 2:02d}..{quarter[1]}-{last:02d}"


def _told(figure: Figure | Mapping[str, Any]) -> str:
    """The slots that a person compares, on one line."""
    slots = [
        "kind",
        "value",
        "unit",
        "hedge",
        "flow",
        "sign",
        "direction",
        "scope",
        "reporter",
        "partner",
        "period",
        "base_period",
        "status",
    ]
    values = [getattr(figure, slot) if isinstance(figure, Figure) else figure.get(slot) for slot in slots]
    return " ".join(
        "-" if value is None else f"{value:g}" if isinstance(value, float) else str(value) for value in values
    )


# --- on top of the reader ------------------------------------------------------------------------------------------


def read(articles: Sequence[Article]) -> dict[str, list[dict[str, Any]]]:
    """What `transforms.figures.extract_figures` finds, by article name."""
    # Imported here: a corpus file can be loaded and checked without the reader, and `main` sets the path first.
    import polars as pl  # noqa: PLC0415

    from transforms.figures import extract_figures  # noqa: PLC0415

    frame = pl.DataFrame(
        {
            "article_id": [article.name for article in articles],
            "published_on": [article.published_on for article in articles],
            "text": [article.text for article in articles],
            "title": [article.title for article in articles],
        }
    ).with_columns(pl.col("published_on").str.to_date())
    found: dict[str, list[dict[str, Any]]] = {article.name: [] for article in articles}
    for row in extract_figures(frame).iter_rows(named=True):
        found[row["article_id"]].append(row)
    return found


def main(arguments: Sequence[str]) -> int:
    """Prints the measures of the sets named (both where none is), with `--misses N` the first misses of each before
    them, with `--files` recall, precision and joint of each file after them."""
    words = list(arguments)
    shown = 0
    if "--misses" in words:
        at = words.index("--misses")
        shown = int(words[at + 1])
        del words[at : at + 2]
    by_file = "--files" in words
    sets = [word for word in words if word != "--files"]
    if unknown := set(sets) - set(SETS):
        sys.stderr.write(f"{__doc__}\nunknown set {', '.join(sorted(unknown))}\n")
        return 2
    for which in sets or SETS:
        _print_set(which, shown, by_file)
    return 0


def _print_set(which: str, shown: int, by_file: bool) -> None:
    articles = load(which)
    found = read(articles)
    tally = score(articles, found)
    lines = [*tally.misses[:shown], f"{which}: {len(articles)} articles"]
    for measure in MEASURES:
        hits, total = tally.counts.get(measure, (0, 0))
        lines.append(f"  {measure:12s} {tally.value(measure):6.3f}  {hits}/{total}")
    if by_file:
        names = sorted({article.name.partition("/")[0] for article in articles})
        lines.append("  recall, precision and joint by file:")
        for name in names:
            part = score([article for article in articles if article.name.startswith(f"{name}/")], found)
            told = "  ".join(f"{part.value(measure):6.3f}" for measure in ("recall", "precision", "joint"))
            lines.append(f"  {name:24s} {told}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.path.insert(0, str(FOLDER.parents[1]))
    sys.exit(main(sys.argv[1:]))
