"""Profiles of articles: is each one a text in English that somebody dated, stored once?

What belongs here: what can be told from the text and its metadata. What does not: its figures (`figures`).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from expectations.profiles.base import Context, Profile
from expectations.profiles.common import cap

_TEXT, _NUMBER, _INT = pl.String(), pl.Float64(), pl.Int64()

_WORDS_OF_ENGLISH: Final = "the of to and a in is that for on was with by as at from it be its had has were an are"
"""Commonest words of English news; in English prose they make a quarter to two fifths of all words."""


def _readable(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Each article's words, words outside furniture (headers, captions, menus), and share of common English words."""
    from transforms.text import furniture_spans  # noqa: PLC0415  loads the lexicons, which only this profile needs

    def outside(text: str) -> str:
        kept, at = [], 0
        for start, end in sorted(furniture_spans(text)):
            kept.append(text[at : max(at, start)])
            at = max(at, end)
        return " ".join([*kept, text[at:]])

    body = pl.Series([outside(text) for text in frame["text"]], dtype=pl.String)
    words = pl.col("body").str.to_lowercase().str.extract_all(r"\p{L}+")
    common = words.list.eval(pl.element().is_in(_WORDS_OF_ENGLISH.split())).list.sum()
    read = frame.with_columns(body=body).with_columns(words=words.list.len().cast(pl.Int64), common=common)
    return read.select(
        "article_id",
        "title",
        "path",
        "words",
        english=pl.when(pl.col("words") > 0).then(pl.col("common") / pl.col("words")).otherwise(0.0),
    )


def _dates(frame: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Each article's publication year, and how many days it lies after this run."""
    ran_on = context["run"]["ran_at"][0].date()
    return frame.select(
        "article_id",
        "title",
        "path",
        published_on=pl.col("published_on").cast(pl.String),
        year=pl.col("published_on").dt.year().cast(pl.Int64),
        days_ahead=(pl.col("published_on") - pl.lit(ran_on)).dt.total_days(),
    )


def _copies(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Articles with the same words that are not linked by `duplicate_of`."""
    folded = frame.with_columns(
        folded=pl.col("text").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars(),
        original=pl.coalesce("duplicate_of", "article_id"),
    )
    copies = folded.filter(pl.col("original").n_unique().over("folded") > 1).sort("article_id")
    return cap(
        copies.select(
            "article_id",
            "title",
            "path",
            same_as=pl.col("article_id").sort().first().over("folded"),
            originals=pl.col("original").n_unique().over("folded").cast(pl.Int64),
        )
    )


def _links(frame: pl.DataFrame, _: Context) -> pl.DataFrame:
    """Articles said to repeat one that is unknown, is themselves, or is a repetition too."""
    originals = frame.filter(pl.col("duplicate_of").is_null())["article_id"]
    wrong = frame.filter(
        pl.col("duplicate_of").is_not_null() & ~pl.col("duplicate_of").is_in(originals.unique().implode())
    )
    return cap(wrong.select("article_id", "title", "path", "duplicate_of"))


_ARTICLE: Final = {"article_id": _TEXT, "title": _TEXT, "path": _TEXT}

ARTICLES_PROFILES: Final = (
    Profile("readable", _readable.__doc__ or "", pl.Schema({**_ARTICLE, "words": _INT, "english": _NUMBER}), _readable),
    Profile(
        "dates",
        _dates.__doc__ or "",
        pl.Schema({**_ARTICLE, "published_on": _TEXT, "year": _INT, "days_ahead": _INT}),
        _dates,
        needs=("run",),
    ),
    Profile(
        "copies",
        _copies.__doc__ or "",
        pl.Schema({**_ARTICLE, "same_as": _TEXT, "originals": _INT, "found": _INT}),
        _copies,
        violations_only=True,
    ),
    Profile(
        "links",
        _links.__doc__ or "",
        pl.Schema({**_ARTICLE, "duplicate_of": _TEXT, "found": _INT}),
        _links,
        violations_only=True,
    ),
)
