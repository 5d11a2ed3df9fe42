"""The lexicons and the text made uniform: offsets never move, tables are whole."""

import re
import sys
from importlib import resources

import pytest

import transforms.text as text_room
from transforms.schemas import HEDGES
from transforms.text import lexer
from transforms.text.lexer import lexicon, normalise, trie

LEXICONS = sorted(path.name.removesuffix(".csv") for path in (resources.files(text_room) / "lexicons").iterdir())


def test_normalising_keeps_every_code_point_in_its_place():
    every = [chr(point) for point in range(sys.maxunicode + 1) if not 0xD800 <= point < 0xE000]
    text = " ".join(every)
    assert len(normalise(text)) == len(text)
    assert [char for char in every if len(normalise(char)) != 1] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A\u00a0B\u2009C", "a b c"),
        ("30\u201340 \u22125", "30-40 -5"),
        ("27\u202f582", "27,582"),
        ("\u201cIt\u2019s\u201d", '"it\'s"'),
        ("İstanbul", "istanbul"),
        ("$5&nbsp;bn", "$5      bn"),
        ("1\u2028\u200f2", "1\n 2"),
    ],
)
def test_normalise(text, expected):
    assert normalise(text) == expected


@pytest.mark.parametrize("name", LEXICONS)
def test_a_lexicon_has_a_header_rows_and_no_row_twice(name):
    rows = lexicon(name)
    assert len(rows) > 3
    assert "" not in rows[0]
    keys = [tuple(value for key, value in row.items() if key != "comment") for row in rows]
    assert len(keys) == len(set(keys))
    assert all(None not in row and next(iter(row.values())) for row in rows)


def test_every_hedge_is_one_of_the_contract():
    assert {row["hedge"] for row in lexicon("hedges")} <= set(HEDGES)


def test_every_currency_is_an_iso_code_and_every_qualified_one_has_a_name():
    isos = {row["iso"] for row in lexicon("currencies")} | {row["iso"] for row in lexicon("currency_qualifiers")}
    assert all(re.fullmatch("[A-Z]{3}", iso) for iso in isos)
    stems = {row["stem"] for row in lexicon("currency_stems")}
    assert {row["stem"] for row in lexicon("currency_qualifiers")} <= stems
    assert {row["form"] for row in lexicon("currency_stems")} - set(lexer.AFTER) <= {"liras"}


def test_trie_finds_the_longest_word_and_nothing_else():
    pattern = re.compile(trie(["tri", "trillion", "per cent", "perch"]))
    assert [match[0] for match in pattern.finditer("trillion tri per\n cent perch trout")] == [
        "trillion",
        "tri",
        "per\n cent",
        "perch",
    ]


def test_an_unknown_lexicon_or_role_is_an_error():
    with pytest.raises(FileNotFoundError):
        lexicon("no_such")
    with pytest.raises(KeyError):
        lexer.context("no_such")
