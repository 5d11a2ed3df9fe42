"""The figures of many articles as one table.

What belongs here: columns, traces, open readings and ids of figures that have been read. What does not: reading them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final

import polars as pl

from transforms import schemas
from transforms.figures.figure import Evidence, Figure

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
_HEADS: Final = ("figure_id", "article_id", "published_on", "start_char", "end_char", "quote", "sentence")
_OF_QUANTITY: Final = ("unit_noun", "precision", "hedge", "hedge_word")
_get_figure: Final = attrgetter(*_OF_FIGURE)
_get_quantity: Final = attrgetter(*_OF_QUANTITY)
_NO_QUANTITY: Final = (None, None, "exact", None)
_BETWEEN: Final = "\x1f"
"""Parts the values of an open slot while they are laid flat: a series of Python lists costs ten times as much."""

_OPERANDS: Final = ("from", "to", "part", "whole")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


class Rows:
    """The rows of one batch as plain columns, with the lists of open slots and traces laid flat beside them."""

    def __init__(self) -> None:
        self.heads: list[tuple[Any, ...]] = []
        self.slots: list[tuple[Any, ...]] = []
        self.quantities: list[tuple[Any, ...]] = []
        self.operands: list[tuple[Any, ...]] = []
        self.traced: list[int] = []
        self.trace_slots: list[str] = []
        self.trace_values: list[Any] = []
        self.evidence: list[Evidence] = []
        self.opens: list[tuple[Any, ...]] = []

    def add(self, article: str, published_on: date | None, text: str, figures: list[Figure]) -> None:
        """Append the figures of one article."""
        row = len(self.heads)
        linked: list[tuple[int, dict[str, Figure]]] = []
        ids, sentences = _ids(article, figures, text)
        for figure, own, sentence in zip(figures, ids, sentences, strict=True):
            start, end = figure.start, figure.end
            self.heads.append((own, article, published_on, start, end, text[start:end], sentence))
            self.slots.append(_get_figure(figure))
            self.quantities.append(_NO_QUANTITY if figure.quantity is None else _get_quantity(figure.quantity))
            trace = figure.trace
            self.traced += [row] * len(trace)
            self.trace_slots += trace
            self.trace_values += [getattr(figure, slot) for slot in trace]
            self.evidence += trace.values()
            if figure.links:
                linked.append((row, figure.links))
            for slot, values, why in figure.open:
                self.opens.append((row, slot, _BETWEEN.join(values), why))
            row += 1
        if linked:
            by_figure = {id(figure): own for figure, own in zip(figures, ids, strict=True)}
            for at, links in linked:
                found = {name: by_figure[id(other)] for name, other in links.items()}
                self.operands.append((at, *map(found.get, _OPERANDS)))

    def frame(self) -> pl.DataFrame:
        """The batch in the schema of the figures table."""
        if not self.heads:
            return schemas.FIGURES.empty()
        schema = schemas.FIGURES.schema
        columns: dict[str, Any] = dict(zip(_HEADS, zip(*self.heads, strict=True), strict=True))
        columns |= dict(zip(_OF_FIGURE, zip(*self.slots, strict=True), strict=True))
        columns |= dict(zip(_OF_QUANTITY, zip(*self.quantities, strict=True), strict=True))
        frame = pl.DataFrame(
            [pl.Series(name, values, dtype=schema[name], strict=False) for name, values in columns.items()]
        ).with_row_index("row")
        joined = (
            frame.join(self._operands(), on="row", how="left", maintain_order="left")
            .join(self._traces(), on="row", how="left", maintain_order="left")
            .join(self._opens(), on="row", how="left", maintain_order="left")
        )
        lists = [pl.col(name).fill_null(pl.lit([], dtype=schema[name])) for name in ("trace", "open")]
        return joined.with_columns(lists).select(pl.col(name).cast(kind) for name, kind in schema.items())

    def _traces(self) -> pl.DataFrame:
        rules, starts, ends = zip(*self.evidence, strict=True) if self.evidence else ((), (), ())
        values = [value if value is None or type(value) is str else str(value) for value in self.trace_values]
        flat = pl.DataFrame(
            [
                pl.Series("row", self.traced, dtype=pl.UInt32),
                pl.Series("slot", self.trace_slots, dtype=pl.String),
                pl.Series("value", values, dtype=pl.String),
                pl.Series("rule", rules, dtype=pl.String),
                pl.Series("start", starts, dtype=pl.Int64),
                pl.Series("end", ends, dtype=pl.Int64),
            ]
        )
        without = pl.col("start") < 0  # a rule whose evidence is no single span
        spots = [pl.when(~without).then(pl.col(name)).alias(name) for name in ("start", "end")]
        return _gathered(flat.with_columns(spots), "trace")

    def _opens(self) -> pl.DataFrame:
        flat = _flat(self.opens, ("row", "slot", "values", "why"))
        return _gathered(flat.with_columns(pl.col("values").str.split(_BETWEEN)), "open")

    def _operands(self) -> pl.DataFrame:
        return _flat(self.operands, ("row", *_OPERANDS)).select("row", pl.struct(*_OPERANDS).alias("operands"))


def _flat(rows: list[tuple[Any, ...]], names: Sequence[str]) -> pl.DataFrame:
    """Rows of a number and texts as a frame, made column by column, which costs a fraction of making it by rows."""
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    kinds = [pl.UInt32, *[pl.String] * (len(names) - 1)]
    return pl.DataFrame([pl.Series(*each) for each in zip(names, columns, kinds, strict=True)])


def _gathered(flat: pl.DataFrame, name: str) -> pl.DataFrame:
    """Flat rows (the row number first) as one list of structs a row."""
    return flat.group_by("row", maintain_order=True).agg(pl.struct(pl.exclude("row")).alias(name))


def _ids(article: str, figures: list[Figure], text: str) -> tuple[list[str], list[str]]:
    """Hash of article, kind, quote and sentence (white space and case folded) and the ordinal among equals.

    Also each figure's sentence as printed.
    """
    seen: dict[str, int] = {}
    ids: list[str] = []
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
        ids.append(blake2b(f"{key}\x1f{ordinal}".encode("utf-8", "replace"), digest_size=16).hexdigest())
    return ids, sentences
