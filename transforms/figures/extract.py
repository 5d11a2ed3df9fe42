"""Articles in, figures out: the way of one article through sentences, mentions, slots and times, and the table made of it.

What belongs here: the order of the work, what an article's beginning tells about the rest (main parties, period), what
figures of one article tell about each other, and the frame. What does not: the rules themselves (`slots`, `when`, …).
"""

from __future__ import annotations

import gc
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final

import polars as pl

from transforms import schemas
from transforms.figures import attach, slots, voice, when
from transforms.figures.claims import read_claims
from transforms.figures.lexicon import AGREEMENTS
from transforms.figures.mentions import Sentence, fold, scan
from transforms.figures.ranks import read_rank
from transforms.figures.slots import Figure, State, Topic
from transforms.text import Quantity, find_quantities, furniture_spans, sentence_spans

BATCH: Final = 500
"""Articles a batch: the rows of one batch are Python objects, so this bounds memory."""

_PARAGRAPH: Final = re.compile(r"\n[ \t\r]*\n|\n[ \t]{2,}(?=\S)")
_INNER_BREAK: Final = re.compile(r"[.!?][\"'\u201d]?[ \t\r]*\n[ \t]{2,}(?=[A-Z\"\u201c])")
_TRADE: Final = re.compile(
    r"\b(?:exports?|imports?|exported|imported|deficits?|surplus(?:es)?|gap|shortfall|imbalance|trade|shipments|goods s[eo]\w+)\b"
)
_LOOKS_BACK: Final = re.compile(
    r"(?:it|its|they|their|but it|and it|he|she)\b|in [^.]{0,20}\bit\b|(?:exports|imports|sales) (?:to|from)? ?(?:it|there)\b"
)
_LINE: Final = re.compile(r"\n")
_WIDEST_WRAPPED: Final = 100
_REACH: Final = 3
_CLAIM: Final = re.compile(r"\b(?:than|since|before|compared)\b")
_LEAD_SENTENCES: Final = 3
_LEAD_TIMES: Final = frozenset(
    ("month", "months", "quarter", "half", "first_months", "year", "calendar", "offset_month")
)


# --- one article ---------------------------------------------------------------------------------------------------


def _sentences(text: str) -> list[tuple[int, int]]:
    """Sentence spans, cut where a paragraph of a wire story begins inside one."""
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(text):
        for match in _INNER_BREAK.finditer(text, start, end):
            spans.append((start, match.start() + 1))
            start = match.end()
        spans.append((start, end))
    return spans


def _outside(quantities: Iterable[Quantity], spans: Sequence[tuple[int, int]]) -> list[Quantity]:
    if not spans:
        return list(quantities)
    return [q for q in quantities if not any(start < q.end and q.start < end for start, end in spans)]


def read_article(text: str, published_on: date | None, title: str | None = None) -> list[Figure]:
    """The figures of one article, in order."""
    quantities = _outside(find_quantities(text), furniture_spans(text))
    folded = fold(text)
    if not quantities and not _TRADE.search(folded):
        return []
    state = State(published_on)
    spans = _sentences(text)
    breaks = [match.start() for match in (_PARAGRAPH if _is_wrapped(text) else _LINE).finditer(text)]
    sentences = _scanned(text, folded, spans, quantities, breaks)
    if published_on is not None and published_on < _SOVIET_UNTIL and ("russia" in folded or "moscow" in folded):
        _as_of_the_time(sentences)
    _story(sentences, title, state)
    statement = _statement(folded)
    figures: list[Figure] = []
    for index, sentence in sentences:
        state.sentence = index
        state.heads = {}
        figures += _read_sentence(sentence, state, statement, index)
    _own_dollars(figures, text, state.reporter)
    _headline(figures, text)
    _same_figure(figures)
    _goods_printed(figures)
    _operands(figures)
    _voices(figures, text)
    return figures


_OWN_FRANCS: Final = {"CH": "CHF", "BE": "BEF"}
_OWN_DOLLARS: Final = {"CA": "CAD", "AU": "AUD", "HK": "HKD", "TW": "TWD", "SG": "SGD", "NZ": "NZD"}
_FOREIGN: Final = re.compile(r"U\.?S|\$", re.IGNORECASE)


def _own_dollars(figures: list[Figure], text: str, reporter: str | None) -> None:
    """`1.3 billion Canadian dlrs … 482 mln dlrs`: bare dollars of an article that counts in its country's own."""
    for figure in figures:
        if figure.unit == "FRF" and (reporter in _OWN_FRANCS or figure.reporter in _OWN_FRANCS):
            figure.unit = _OWN_FRANCS.get(reporter or "") or _OWN_FRANCS[figure.reporter or ""]
    own = _OWN_DOLLARS.get(reporter or "")
    if own is None or not any(figure.unit == own for figure in figures):
        return
    for figure in figures:
        if figure.unit == "usd" and not _FOREIGN.search(text, figure.start, figure.end):
            figure.unit = own


_SOVIET_UNTIL: Final = date(1991, 12, 26)


def _as_of_the_time(sentences: list[tuple[int, Sentence]]) -> None:
    """Until the end of 1991 Moscow and the Russians stand for the Soviet Union."""
    for _, sentence in sentences:
        for step, mention in enumerate(sentence.mentions):
            if mention.kind == "P" and mention.data[0] == "RU":
                sentence.mentions[step] = mention._replace(data=("SU", mention.data[1]))


def _is_wrapped(text: str) -> bool:
    """Wire copy with hard line breaks, where a new line alone begins no paragraph."""
    lines = text[:2000].split("\n")
    return max(map(len, lines)) < _WIDEST_WRAPPED and len(lines) > 3


def _scanned(
    text: str, folded: str, spans: list[tuple[int, int]], quantities: list[Quantity], breaks: list[int]
) -> list[tuple[int, Sentence]]:
    """The sentences that hold quantities or speak of trade, with their mentions, numbered among all sentences."""
    scanned: list[tuple[int, Sentence]] = []
    at, count = 0, len(quantities)
    for index, (start, end) in enumerate(spans):
        first = at
        while at < count and quantities[at].start < end:
            at += 1
        # The next figure stands in one of the three sentences after this one: what is said here may lead to it.
        leads_on = at < count and quantities[at].start < spans[min(index + _REACH, len(spans) - 1)][1]
        if (
            at > first
            or index < _LEAD_SENTENCES
            or (leads_on and _TRADE.search(folded, start, end))
            or (leads_on and _next_is_scanned(folded, spans, index, quantities, at))
            or (_CLAIM.search(folded, start, end) and _TRADE.search(folded, start, end))
        ):
            sentence = Sentence(text, start, end, bisect_right(breaks, start))
            scan(sentence, quantities[first:at], folded)
            scanned.append((index, sentence))
    return scanned


def _next_is_scanned(
    folded: str, spans: list[tuple[int, int]], index: int, quantities: list[Quantity], at: int
) -> bool:
    """The sentence before one with a figure: `it` and `its` may look back to its subject."""
    return (
        index + 1 < len(spans)
        and at < len(quantities)
        and quantities[at].start < spans[index + 1][1]
        and _LOOKS_BACK.match(folded, spans[index + 1][0]) is not None
    )


def _story(sentences: list[tuple[int, Sentence]], title: str | None, state: State) -> None:
    """What headline and first sentences tell: the main parties, whether trade is the subject, the agreement meant."""
    leads = [sentence for index, sentence in sentences if index < _LEAD_SENTENCES]
    if title:
        head = Sentence(title, 0, len(title), -1)
        scan(head, find_quantities(title))
        leads.insert(0, head)
    institutions: list[str] = []
    for sentence in leads:
        for mention in sentence.mentions:
            if mention.kind == "P" and mention.data[0] != "world":
                codes = institutions if mention.data[1] == "institution" else state.pair
                if mention.data[0] not in codes:
                    codes.append(mention.data[0])
            elif mention.kind == "F":
                state.trade_story = True
    state.pair += [code for code in institutions if code not in state.pair]
    _main_parties(leads, state)
    if len(state.pair) < 2:
        found = (code for _, sentence in sentences for code in _countries(sentence) if code not in state.pair)
        state.pair += [code for code in (next(found, None),) if code]
    state.story_scope = _story_scope(leads[0]) if leads else None
    times = (m.data for sentence in leads for m in sentence.mentions if m.kind == "T")
    state.lead_time = next((time for time in times if time.kind in _LEAD_TIMES), None)
    state.heads = {}
    partner = state.story_partner
    pair = [state.reporter, partner] if state.reporter and partner not in (None, "world") else state.pair
    state.agreement = when.agreement_for([code for code in pair if code], state.published_on)
    for _, sentence in sentences:
        for mention in sentence.mentions:
            if mention.kind == "G" and AGREEMENTS[mention.data[0]].in_force_on and state.agreement is None:
                state.agreement = mention.data[0]


def _main_parties(leads: list[Sentence], state: State) -> None:
    """The article's main reporter and partner: the first flow of headline or lead that names them, else its two countries.

    A flow that names its country alone makes an article on that country's trade with all (partner `world`), unless the
    headline names a second country.
    """
    for number, sentence in enumerate(leads):
        found = _first_flow(sentence, state, number == 0)
        if found is not None:
            reporter, partner = found
            others = [code for code in _countries(leads[0]) if code != reporter] if number else []
            state.reporter = reporter
            state.story_partner = partner or (others[0] if len(others) == 1 and reporter else "world")
            break
    if state.reporter is None:
        ordered = sorted(state.pair[:2], key=lambda code: code != "US")
        state.reporter = next((code for code in ordered if code != state.story_partner), None)
    if state.story_partner is None and len(state.pair) > 1:
        state.story_partner = next((code for code in state.pair if code != state.reporter), None)


def _story_scope(sentence: Sentence) -> str | None:
    """The product that the headline is about, where it names one, and no flow of anything else."""
    products = {m.data[0] for m in sentence.mentions if m.kind == "S" and m.data[0].startswith("product:")}
    if len(products) != 1:
        return None
    for number, mention in enumerate(sentence.mentions):
        if (
            mention.kind == "F"
            and attach.is_flow(sentence, number)
            and slots.build(sentence, number).scope not in products
        ):
            return None
    return str(next(iter(products)))


def _countries(sentence: Sentence) -> list[str]:
    codes: list[str] = []
    for mention in sentence.mentions:
        if mention.kind == "P" and mention.data[0] != "world" and mention.data[1] != "institution":
            if mention.data[0] not in codes:
                codes.append(mention.data[0])
    return codes


def _first_flow(sentence: Sentence, state: State, headline: bool) -> tuple[str | None, str | None] | None:
    """(reporter, partner) of the first flow noun of the sentence that names one of them."""
    state.heads = {}
    for number, mention in enumerate(sentence.mentions):
        if mention.kind != "F" or not attach.is_flow(sentence, number):
            continue
        if mention.data[3] in ("verb", "takes") and sentence.words[mention.first] not in (
            "exported",
            "imported",
            "shipped",
        ):
            continue
        head = slots.head_at(sentence, number, state)
        if head.scope == "current_account" or (headline and head.partner and head.scope.startswith("product:")):
            continue
        subject = slots.subject(sentence, head.first, head.partner)
        reporter = head.reporter or (sentence.mentions[subject].data[0] if subject >= 0 else None)
        if reporter is not None or head.partner is not None:
            return reporter, head.partner
    return None


def _statement(folded: str) -> dict[str, str]:
    """What the article says of its figures as a whole: `figures are not seasonally adjusted`."""
    if "seasonally adjusted" not in folded:
        return {}
    if re.search(
        r"(?:figures|data)\s+(?:are|were)\s+(?:not\s+seasonally|unadjusted)|\(not\s+seasonally\s+adjusted\)", folded
    ) or re.search(r"neither\s.{0,60}\sfigures\s+are\s+seasonally\s+adjusted", folded, re.DOTALL):
        return {"adjustment": "nsa"}
    if re.search(r"(?:figures|data)\s+(?:are|were)\s+(?:all\s+)?seasonally\s+adjusted", folded):
        return {"adjustment": "sa"}
    return {}


def _read_sentence(sentence: Sentence, state: State, statement: dict[str, str], index: int) -> list[Figure]:
    """The figures of one sentence; leaves in `state` what it was about."""
    figures: list[Figure] = []
    previous: Figure | None = None
    for number in [number for number, mention in enumerate(sentence.mentions) if mention[0] == "Q"]:
        mention = sentence.mentions[number]
        if mention.data.form == "rank":
            figure = read_rank(sentence, number, previous, state)
        else:
            figure = slots.read_figure(sentence, number, previous, state, statement)
        figures.append(figure)
        previous = _chain(figure, previous)
    trade = [figure for figure in figures if figure.kind != "other"]
    if trade:
        _time_and_status(sentence, trade, state)
    claims = read_claims(sentence, trade, state, statement)
    _remember(sentence, trade + claims, state, index)
    state.before = sentence
    return sorted(figures + claims, key=_by_start) if claims else figures


_by_start: Final = attrgetter("start")


def _time_and_status(sentence: Sentence, trade: list[Figure], state: State) -> None:
    """Status first (a forecast's June is the next one), then times, then status again: a dated past is no forecast."""
    when.set_roles(sentence, trade)
    for figure in trade:
        slots.set_status(figure, False)
    when.assign(sentence, trade, state)
    for figure in trade:
        if figure.status != "actual" and when.is_past(figure, state):
            figure.status = "actual"
            slots.set_status(figure, True)


def _chain(figure: Figure, previous: Figure | None) -> Figure | None:
    """The figure that the next one of the sentence may take slots from: the last that is of trade, or of another account."""
    if figure.kind != "other" or previous is None or "account" in figure.trace.get("kind", ("",))[0]:
        return figure
    return previous


def _remember(sentence: Sentence, figures: list[Figure], state: State, index: int) -> None:
    """Keep what the sentence was about for the sentences after it."""
    for figure in figures:
        if figure.kind == "rank" or (figure.status != "actual" and state.last is not None and figure.flow == "none"):
            continue
        topic = Topic(figure, index, sentence.paragraph)
        state.overall = topic.overall or (state.overall and topic.partner == "world")
        state.last = topic
        if figure.flow == "balance":
            state.balance = topic
        if figure.kind == "share":
            state.share = figure
    if figures:
        return
    for number in range(len(sentence.mentions) - 1, -1, -1):
        mention = sentence.mentions[number]
        if (
            mention.kind == "F"
            and mention.data[3] in ("head", "bare")
            and _remember_flow(sentence, number, state, index)
        ):
            return


def _remember_flow(sentence: Sentence, number: int, state: State, index: int) -> bool:
    """Keep a flow that is spoken of without a figure, where its phrase names a party."""
    if not attach.is_flow(sentence, number):
        return False
    head = slots.head_at(sentence, number, state)
    if not (head.partner or head.reporter or head.bilateral) or (head.role == "bare" and not head.trade):
        return False
    figure = Figure(sentence, number)
    figure.flow, figure.sign = head.flow, head.sign or "none"
    slots.set_parties(figure, head, None, state)
    slots.set_scope(figure, head, None, state)
    state.last = Topic(figure, index, sentence.paragraph)
    if head.flow == "balance":
        state.balance = state.last
    return True


# --- what figures of one article tell about each other ---------------------------------------------------------------

_SHARED: Final = (
    "flow",
    "sign",
    "scope",
    "scope_stated",
    "reporter",
    "partner",
    "basis",
    "adjustment",
    "period",
    "base_period",
)


def _headline(figures: list[Figure], text: str) -> None:
    """A figure of the headline takes what the headline leaves out from the same figure in the text."""
    for figure in figures:
        sentence = figure.sentence
        if sentence.paragraph > 0 or sentence.start > 0 or text[sentence.end - 1 : sentence.end] == ".":
            return
        if figure.kind == "other" or figure.timed:
            continue
        for other in figures:
            if other.sentence is not sentence and (other.value, other.kind, other.unit) == (
                figure.value,
                figure.kind,
                figure.unit,
            ):
                for slot in _SHARED:
                    setattr(figure, slot, getattr(other, slot))
                figure.open = list(other.open)
                figure.note("period", "the same figure in the text", other.mention)
                break


def _same_figure(figures: list[Figure]) -> None:
    """An undated level takes the period of the same level, dated, elsewhere in the article."""
    dated = {
        (f.value, f.unit, f.flow, f.reporter, f.partner): f for f in reversed(figures) if f.kind == "level" and f.timed
    }
    for figure in figures:
        if figure.kind != "level" or figure.timed or figure.status != "actual":
            continue
        twin = dated.get((figure.value, figure.unit, figure.flow, figure.reporter, figure.partner))
        if twin is not None and twin.status == "actual":
            figure.period = twin.period
            figure.note("period", "the same figure elsewhere in the text", twin.mention)


def _goods_printed(figures: list[Figure]) -> None:
    """Where the article prints a goods figure for the same parties and period, another bare figure is not goods."""
    stated = {
        (f.flow, f.reporter, f.partner, f.period): f
        for f in figures
        if f.kind == "level" and f.scope_stated and f.scope == "goods" and f.value
    }
    if not stated:
        return
    for figure in figures:
        twin = stated.get((figure.flow, figure.reporter, figure.partner, figure.period))
        if twin is None or figure.kind != "level" or figure.scope_stated or figure.scope != "goods" or not figure.value:
            continue
        if abs(figure.value - twin.value) > 0.02 * twin.value:
            figure.scope = "goods_services"
            figure.note("scope", "the article prints another figure for goods", twin.mention)
            figure.open = [item for item in figure.open if item[0] != "scope"]
            figure.open.append(("scope", ["goods_services", "goods"], "bare, beside another figure for goods"))


def _operands(figures: list[Figure]) -> None:
    """Link a change, ratio or share to the levels of its sentence that it relates."""
    for figure in figures:
        if figure.kind in ("change_abs", "change_pct", "ratio", "direction"):
            for other in figures:
                if other.sentence is not figure.sentence or other.kind != "level" or other.flow != figure.flow:
                    continue
                if other.role == "base" and other.period == figure.base_period:
                    figure.links.setdefault("from", other)
                elif other.role == "main" and other.period == figure.period and other.partner == figure.partner:
                    figure.links.setdefault("to", other)
        elif figure.kind == "share":
            for other in figures:
                if (
                    other.sentence is figure.sentence
                    and other.kind == "level"
                    and other.flow == figure.flow
                    and other.start > figure.start
                ):
                    figure.links.setdefault("whole", other)


def _voices(figures: list[Figure], text: str) -> None:
    spans = voice.quoted_spans(text)
    starts = [start for start, _ in spans]
    spoken: dict[int, tuple[str, Any] | None] = {}
    for figure in figures:
        at = bisect_right(starts, figure.start) - 1
        figure.quoted = at >= 0 and figure.end <= spans[at][1]
        if figure.kind == "other":
            continue
        key = figure.sentence.start
        if key not in spoken:
            spoken[key] = voice.speaker(figure.sentence)
        found = spoken[key]
        if found is not None:
            figure.attributed_to = found[0]
            figure.note("attributed_to", "who says it", found[1])


# --- the table -----------------------------------------------------------------------------------------------------

_OF_FIGURE: Final = (
    "kind",
    "value",
    "value_high",
    "unit",
    "flow",
    "sign",
    "direction",
    "scope",
    "basis",
    "adjustment",
    "reporter",
    "partner",
    "period",
    "base_period",
    "status",
    "attributed_to",
    "quoted",
)
_OF_QUANTITY: Final = ("unit_noun", "precision", "hedge", "hedge_word")
_get_figure: Final = attrgetter(*_OF_FIGURE)
_get_quantity: Final = attrgetter(*_OF_QUANTITY)
_NO_QUANTITY: Final = (None, None, "exact", None)
_OPERANDS: Final = ("from", "to", "part", "whole")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


class _Rows:
    """The rows of one batch as plain columns, with the lists of open slots and traces laid flat beside them."""

    def __init__(self) -> None:
        self.heads: list[tuple[Any, ...]] = []
        self.slots: list[tuple[Any, ...]] = []
        self.quantities: list[tuple[Any, ...]] = []
        self.operands: list[dict[str, str | None] | None] = []
        self.traces: list[tuple[Any, ...]] = []
        self.opens: list[tuple[Any, ...]] = []

    def add(self, article: str, published_on: date | None, text: str, figures: list[Figure]) -> None:
        """Append the figures of one article."""
        ids, sentences = _ids(article, figures, text)
        for figure, sentence in zip(figures, sentences, strict=True):
            row = len(self.heads)
            start, end = figure.start, figure.end
            self.heads.append((ids[id(figure)], article, published_on, start, end, text[start:end], sentence))
            self.slots.append(_get_figure(figure))
            self.quantities.append(_NO_QUANTITY if figure.quantity is None else _get_quantity(figure.quantity))
            self.operands.append(
                {name: ids[id(figure.links[name])] if name in figure.links else None for name in _OPERANDS}
                if figure.links
                else None
            )
            for slot, (rule, first, last) in figure.trace.items():
                spot = (None, None) if first < 0 else (first, last)
                self.traces.append((row, slot, _told(getattr(figure, slot)), rule, *spot))
            for slot, values, why in figure.open:
                self.opens.append((row, slot, values, why))

    def frame(self) -> pl.DataFrame:
        """The batch in the schema of the figures table."""
        if not self.heads:
            return schemas.FIGURES.empty()
        schema = schemas.FIGURES.schema
        names = ("figure_id", "article_id", "published_on", "start_char", "end_char", "quote", "sentence")
        columns: dict[str, Any] = dict(zip(names, zip(*self.heads, strict=True), strict=True))
        columns |= dict(zip(_OF_FIGURE, zip(*self.slots, strict=True), strict=True))
        columns |= dict(zip(_OF_QUANTITY, zip(*self.quantities, strict=True), strict=True))
        frame = pl.DataFrame(
            [pl.Series(name, values, dtype=schema[name], strict=False) for name, values in columns.items()]
            + [pl.Series("operands", self.operands, dtype=schema["operands"])]
        ).with_row_index("row")
        traces = _gathered(
            self.traces,
            "trace",
            {"slot": pl.String, "value": pl.String, "rule": pl.String, "start": pl.Int64, "end": pl.Int64},
        )
        opens = _gathered(self.opens, "open", {"slot": pl.String, "values": pl.List(pl.String), "why": pl.String})
        joined = frame.join(traces, on="row", how="left").join(opens, on="row", how="left").sort("row")
        lists = [pl.col(name).fill_null(pl.lit([], dtype=schema[name])) for name in ("trace", "open")]
        return joined.with_columns(lists).select(pl.col(name).cast(kind) for name, kind in schema.items())


def _told(value: object) -> str | None:
    return None if value is None else str(value)


def _gathered(rows: list[tuple[Any, ...]], name: str, fields: dict[str, Any]) -> pl.DataFrame:
    """Flat rows (the row number first) as one list of structs a row."""
    schema = {"row": pl.UInt32, **fields}
    columns = zip(*rows, strict=True) if rows else [[] for _ in schema]
    flat = pl.DataFrame(
        [pl.Series(key, values, dtype=kind) for (key, kind), values in zip(schema.items(), columns, strict=True)]
    )
    return flat.group_by("row", maintain_order=True).agg(pl.struct(*fields).alias(name))


def _ids(article: str, figures: list[Figure], text: str) -> tuple[dict[int, str], list[str]]:
    """Hash of article, kind, quote and sentence (white space and case folded) and the ordinal among equals, by `id`.

    Also each figure's sentence as printed.
    """
    seen: dict[str, int] = {}
    ids: dict[int, str] = {}
    sentences: list[str] = []
    last, sentence, plain = None, "", ""
    for figure in figures:
        if figure.sentence is not last:
            last = figure.sentence
            sentence = text[last.start : last.end]
            plain = _plain(sentence)
        sentences.append(sentence)
        key = f"{article}\x1f{figure.kind}\x1f{_plain(text[figure.start : figure.end])}\x1f{plain}"
        ordinal = seen[key] = seen.get(key, -1) + 1
        ids[id(figure)] = blake2b(f"{key}\x1f{ordinal}".encode("utf-8", "replace"), digest_size=16).hexdigest()
    return ids, sentences


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Pauses the cycle collector: reading makes many small objects and no cycles, so reference counts free them all.

    Measured: a fifth of the time of a batch goes into looking for cycles that are not there.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _batch(articles: pl.DataFrame, titled: bool) -> pl.DataFrame:
    rows = _Rows()
    columns = ["article_id", "published_on", "text", *(["title"] if titled else [])]
    for article, published_on, text, *title in articles.select(columns).iter_rows():
        if text and (figures := read_article(text, published_on, title[0] if title else None)):
            rows.add(article, published_on, text, figures)
    return rows.frame()


def extract_figures(articles: pl.DataFrame) -> pl.DataFrame:
    """Every figure that `articles` publish, with its slots.

    Args:
        articles: columns `article_id`, `published_on` (date or null), `text`, and `title` where known; one row an article.

    Returns:
        One row a figure, schema `transforms.schemas.FIGURES`, articles in the order given and figures in that of the text.
    """
    titled = "title" in articles.columns
    with _collector_paused():
        frames = [_batch(batch, titled) for batch in articles.iter_slices(BATCH)]
    return pl.concat(frames) if frames else schemas.FIGURES.empty()
