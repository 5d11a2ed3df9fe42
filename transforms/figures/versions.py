"""Figures of an article that was changed keep their ids, so that what was found out about them is not lost.

What belongs here: which figure of the new text is which of the old. What does not: reading figures, ids themselves
(`table`), and the record of verdicts (`transforms.checks.history`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, NamedTuple

import polars as pl

from transforms import schemas

NEAREST: Final = 0.6
"""Least likeness of two sentences, word by word: what difflib calls a close match unless told otherwise."""

REACH: Final = 25
"""A figure is looked for among so many of the old ones before and behind its place: bounds the work on long lists."""

_OPERANDS: Final = ("from", "to", "part", "whole")


class Mention(NamedTuple):
    """What makes a figure the same one, with its place among the unmatched ones of its article."""

    figure_id: str
    kind: str
    quote: str
    sentence: str
    place: int


def with_kept_ids(figures: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """`figures` with the ids that they had in `before`, however the text around them was changed.

    A figure whose id is in `before` keeps it. Of the others each takes the id of the vanished figure of the same
    article and kind whose sentence is nearest, then whose quote is; none that is too far (NEAREST). Vanished figures
    that nobody takes are closed: they have no row any more. Operands follow.

    Args:
        figures: schemas.FIGURES as read from the articles now.
        before: schemas.FIGURES as it was, ids kept.

    Returns:
        schemas.FIGURES in the order of `figures`; ids stay unique.
    """
    new = figures.join(before.select("figure_id"), on="figure_id", how="anti", maintain_order="left")
    gone = before.join(figures.select("figure_id"), on="figure_id", how="anti", maintain_order="left")
    new = new.filter(pl.col("article_id").is_in(gone["article_id"].unique().implode()))
    if new.is_empty():
        return figures
    old = dict(gone.group_by("article_id", maintain_order=True).agg(pl.struct(_as_read())).iter_rows())
    kept: dict[str, str] = {}
    for article, rows in new.group_by("article_id", maintain_order=True).agg(pl.struct(_as_read())).iter_rows():
        kept |= pairs(_mentions(rows), _mentions(old[article]))
    return _renamed(figures, kept)


def pairs(new: Sequence[Mention], gone: Sequence[Mention]) -> dict[str, str]:
    """Ids of `new` → ids of `gone`, one to one, nearest pairs first; both of one article in the order of its text."""
    near = sorted(_near(new, gone), reverse=True)
    kept: dict[str, str] = {}
    taken = set[str]()
    for *_, mine, theirs in near:
        if mine not in kept and theirs not in taken:
            kept[mine] = theirs
            taken.add(theirs)
    return kept


def _near(new: Sequence[Mention], gone: Sequence[Mention]) -> Iterator[tuple[float, float, int, str, str]]:
    """Likeness of sentence, of quote, closeness in place, and the two ids, of every pair that may be one figure."""
    for mention in new:
        for other in gone[max(0, mention.place - REACH) : mention.place + REACH + 1]:
            alike = _alike(mention.sentence, other.sentence) if mention.kind == other.kind else 0.0
            if alike >= NEAREST:
                quote = SequenceMatcher(None, mention.quote, other.quote, autojunk=False).ratio()
                yield alike, quote, -abs(mention.place - other.place), mention.figure_id, other.figure_id


@lru_cache(maxsize=4096)
def _alike(sentence: str, other: str) -> float:
    """Part of the words that two sentences have in common, in their order: 1 for equal ones."""
    matcher = SequenceMatcher(None, sentence.split(), other.split(), autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= NEAREST and matcher.quick_ratio() >= NEAREST else 0.0


def _as_read() -> list[pl.Expr]:
    """Id, kind, quote and sentence; the kind as it was read, whatever an editor has pinned since."""
    read = pl.col("trace").list.eval(pl.element().filter(pl.element().struct.field("slot") == "kind")).list.first()
    kind = pl.coalesce(read.struct.field("value"), "kind").alias("kind")
    return [pl.col("figure_id"), kind, *(_plain(name) for name in ("quote", "sentence"))]


def _plain(name: str) -> pl.Expr:
    return pl.col(name).str.replace_all(r"\s+", " ").str.to_lowercase()


def _mentions(rows: list[dict[str, str]]) -> list[Mention]:
    return [Mention(**row, place=place) for place, row in enumerate(rows)]


def _renamed(figures: pl.DataFrame, kept: dict[str, str]) -> pl.DataFrame:
    operands = pl.col("operands")
    inside = [operands.struct.field(name).replace(kept).alias(name) for name in _OPERANDS]
    return schemas.FIGURES.conform(
        figures.with_columns(
            pl.col("figure_id").replace(kept),
            operands=pl.when(operands.is_not_null()).then(pl.struct(inside)),
        )
    )
