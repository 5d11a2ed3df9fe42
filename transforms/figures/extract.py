"""Articles in, figures out: the way of one article through sentences, mentions, slots and times.

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
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import polars as pl

from transforms import schemas
from transforms.figures import attach, story, voice, when
from transforms.figures.claims import read_claims
from transforms.figures.figure import Figure, State, Topic, head_at
from transforms.figures.mentions import Sentence, fold, scan
from transforms.figures.parties import set_parties
from transforms.figures.ranks import read_rank
from transforms.figures.scope import set_scope
from transforms.figures.slots import read_figure
from transforms.figures.status import set_status
from transforms.figures.table import Rows
from transforms.text import Quantity, find_quantities, furniture_spans, sentence_spans

BATCH: Final = 500
"""Articles a batch: the rows of one batch are Python objects, so this bounds memory."""

_PARAGRAPH: Final = re.compile(r"\n[ \t\r]*\n|\n[ \t]{2,}(?=\S)")
_INNER_BREAK: Final = re.compile(r"[.!?][\"'\u201d]?[ \t\r]*\n[ \t]{2,}(?=[A-Z\"\u201c])")
_TRADE: Final = re.compile(
    r"\b(?:exports?|imports?|exported|imported|deficits?|surplus(?:es)?|gap|shortfall|imbalance|trade|shipments"
    r"|goods s[eo]\w+)\b"
)
_LOOKS_BACK: Final = re.compile(
    r"(?:it|its|they|their|but it|and it|he|she)\b|in [^.]{0,20}\bit\b"
    r"|(?:exports|imports|sales) (?:to|from)? ?(?:it|there)\b"
)
_LINE: Final = re.compile(r"\n")
_WIDEST_WRAPPED: Final = 100
_LONGEST_SENTENCE: Final = 1_500
_REACH: Final = 3
_CLAIM: Final = re.compile(r"\b(?:than|since|before|compared)\b")


# --- one article ---------------------------------------------------------------------------------------------------


def _sentences(text: str) -> list[tuple[int, int]]:
    """Sentence spans, cut where a paragraph of a wire story begins inside one."""
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(text):
        if text.find("\n  ", start, end) < 0:
            spans.append((start, end))
            continue
        at = start
        for match in _INNER_BREAK.finditer(text, start, end):
            spans.append((at, match.start() + 1))
            at = match.end()
        spans.append((at, end))
    if any(end - start > _LONGEST_SENTENCE for start, end in spans):
        return [piece for span in spans for piece in _pieces(text, *span)]
    return spans


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A span cut at blanks into pieces that no sentence of prose exceeds: tables and noise stay linear in time."""
    while end - start > _LONGEST_SENTENCE:
        cut = max(text.rfind(" ", start, start + _LONGEST_SENTENCE), text.rfind("\n", start, start + _LONGEST_SENTENCE))
        cut = cut if cut > start else start + _LONGEST_SENTENCE
        yield start, cut
        start = cut
    yield start, end


def _outside(quantities: Iterable[Quantity], spans: Sequence[tuple[int, int]]) -> list[Quantity]:
    if not spans:
        return list(quantities)
    ends = [end for _, end in spans]

    def furniture(quantity: Quantity) -> bool:
        at = bisect_right(ends, quantity.start)
        return at < len(spans) and spans[at][0] < quantity.end

    return [quantity for quantity in quantities if not furniture(quantity)]


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
    story.tell(sentences, title, state)
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
            or index < story.LEAD_SENTENCES
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
            figure = read_figure(sentence, number, previous, state, statement)
        figures.append(figure)
        previous = _chain(figure, previous)
    trade = [figure for figure in figures if figure.kind != "other"]
    if trade:
        _time_and_status(sentence, trade, state)
    else:
        when.look_ahead(sentence, state)
    claims = read_claims(sentence, trade, state, statement)
    _remember(sentence, trade + claims, state, index)
    state.before = sentence
    return sorted(figures + claims, key=_by_start) if claims else figures


_by_start: Final = attrgetter("start")


def _time_and_status(sentence: Sentence, trade: list[Figure], state: State) -> None:
    """Status first (a forecast's June is the next one), then times, then status again: a dated past is no forecast."""
    when.set_roles(sentence, trade)
    for figure in trade:
        set_status(figure, False)
    when.assign(sentence, trade, state)
    for figure in trade:
        if figure.status != "actual" and when.is_past(figure, state):
            figure.status = "actual"
            set_status(figure, True)


def _chain(figure: Figure, previous: Figure | None) -> Figure | None:
    """The figure that the next one may take slots from: the last that is of trade, or of another account."""
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
    head = head_at(sentence, number, state)
    if not (head.partner or head.reporter or head.bilateral) or (head.role == "bare" and not head.trade):
        return False
    figure = Figure(sentence, number)
    figure.flow, figure.sign = head.flow, head.sign or "none"
    set_parties(figure, head, None, state)
    set_scope(figure, head, None, state)
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
        if abs(figure.value - (twin.value or 0.0)) > 0.02 * (twin.value or 0.0):
            figure.scope = "goods_services"
            figure.note("scope", "the article prints another figure for goods", twin.mention)
            figure.open = [item for item in figure.open if item[0] != "scope"]
            figure.open.append(("scope", ["goods_services", "goods"], "bare, beside another figure for goods"))


def _operands(figures: list[Figure]) -> None:
    """Link a change, ratio or share to the levels of its sentence that it relates."""
    for _, together in groupby(figures, key=_get_sentence):
        sentence = list(together)
        levels = [figure for figure in sentence if figure.kind == "level"]
        for figure in sentence:
            if not levels:
                break
            if figure.kind in ("change_abs", "change_pct", "ratio", "direction"):
                _link_change(figure, levels)
            elif figure.kind == "share":
                whole = next((f for f in levels if f.flow == figure.flow and f.start > figure.start), None)
                if whole is not None:
                    figure.links["whole"] = whole


_QUOTES: Final = ('"', "\u201c", "\u201d", "\u00ab", "\u00bb")
_get_sentence: Final = attrgetter("sentence.start")


def _link_change(figure: Figure, levels: list[Figure]) -> None:
    for other in levels:
        if other.flow != figure.flow:
            continue
        if other.role == "base" and other.period == figure.base_period:
            figure.links.setdefault("from", other)
        elif other.role == "main" and other.period == figure.period and other.partner == figure.partner:
            figure.links.setdefault("to", other)


def _voices(figures: list[Figure], text: str) -> None:
    spans = voice.quoted_spans(text) if any(mark in text for mark in _QUOTES) else []
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


# --- many articles -------------------------------------------------------------------------------------------------


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
    rows = Rows()
    columns = ["article_id", "published_on", "text", *(["title"] if titled else [])]
    for article, published_on, text, *title in articles.select(columns).iter_rows():
        if text and (figures := read_article(text, published_on, title[0] if title else None)):
            rows.add(article, published_on, text, figures)
    return rows.frame()


def extract_batches(articles: pl.DataFrame, size: int = BATCH) -> Iterator[pl.DataFrame]:
    """The figures of `articles`, `size` articles at a time: for more of them than their figures fit into memory.

    Args:
        articles: as for `extract_figures`.
        size: articles a batch, 1 or more.

    Yields:
        Frames of schema `transforms.schemas.FIGURES`, one a batch, in order; together they are what `extract_figures`
        returns.

    Raises:
        ValueError: `size` is less than 1.
    """
    if size < 1:
        raise ValueError(f"a batch of {size} articles holds none: give a size of 1 or more")
    titled = "title" in articles.columns
    for batch in articles.iter_slices(size):
        with _collector_paused():
            frame = _batch(batch, titled)
        yield frame


def extract_figures(articles: pl.DataFrame) -> pl.DataFrame:
    """Every figure that `articles` publish, with its slots.

    Args:
        articles: columns `article_id`, `published_on` (date or null), `text`, and `title` where known.

    Returns:
        One row a figure, schema `transforms.schemas.FIGURES`, articles and figures in their order. A figure takes about
        a kilobyte: for many articles see `extract_batches`.
    """
    frames = list(extract_batches(articles))
    return pl.concat(frames) if frames else schemas.FIGURES.empty()
