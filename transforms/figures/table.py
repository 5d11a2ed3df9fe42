"""The figures of many articles as one table.

What belongs here: columns, traces, open readings and ids of figures that have been read. What does not: reading them.
"""

from __future__ import annotations

from datetime import date
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final

import polars as pl

from transforms import schemas
from transforms.figures.figure import Figure

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


class Rows:
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
