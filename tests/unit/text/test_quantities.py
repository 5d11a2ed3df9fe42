"""The number grammar: `quantities.csv` beside this file, a phrase a row, and what the table has no columns for."""

import csv
import itertools
from pathlib import Path

import pytest

from transforms.text import Quantity, find_quantities

TABLE = Path(__file__).with_name("quantities.csv")


def _cases() -> list:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    groups = itertools.groupby(rows, key=lambda row: row["text"])
    return [pytest.param(text, [row for row in group if row["quote"]], id=text) for text, group in groups]


def _only(text: str) -> Quantity:
    (quantity,) = find_quantities(text)
    return quantity


@pytest.mark.parametrize(("text", "expected"), _cases())
def test_phrase_is_read_as_the_table_says(text, expected):
    found = [
        (
            text[q.start : q.end],
            [q.value] if q.value_high is None else [q.value, q.value_high],
            q.unit,
            q.hedge,
        )
        for q in find_quantities(text)
    ]
    wanted = [
        (row["quote"], pytest.approx([float(end) for end in row["value"].split("..")]), row["unit"], row["hedge"])
        for row in expected
    ]
    assert found == wanted


def test_table_is_large_and_has_no_text_twice():
    texts = [case.id for case in _cases()]
    assert len(texts) >= 200
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize(
    ("text", "decimals", "precision"),
    [
        ("$27.6 billion", 1, 1e8),
        ("$27.60 billion", 2, 1e7),
        ("150 billion dlrs", 0, 1e9),
        ("$27,582.7 million", 1, 1e5),
        ("25,000 vehicles", 0, 1.0),
        ("2.7 percent", 1, 0.1),
        ("50 basis points", 0, 0.01),
        ("six billion dlrs", None, None),
        ("doubled", None, None),
    ],
)
def test_precision_is_one_unit_of_the_last_printed_digit(text, decimals, precision):
    quantity = _only(text)
    assert quantity.decimals == decimals
    assert quantity.precision == (None if precision is None else pytest.approx(precision))


@pytest.mark.parametrize("text", ["16.6 billion", "8.14 billion", "27,582.7 million", "0.7 trillion"])
def test_scaled_values_are_exact(text):
    digits, scale = text.replace(",", "").split()
    power = {"million": 6, "billion": 9, "trillion": 12}[scale]
    whole, _, decimals = digits.partition(".")
    assert _only(f"${text}").value == int(whole + decimals) * 10 ** (power - len(decimals))


@pytest.mark.parametrize(
    ("text", "form", "direction", "sense"),
    [
        ("a third higher", "fraction", "up", "change"),
        ("a quarter less", "fraction", "down", "change"),
        ("2.7 percent lower", "percent", "down", "change"),
        ("up 24.4 pct", "percent", "up", "change"),
        ("down by 10 percent", "percent", "down", "change"),
        ("£1.1bn more than in February", "money", "up", "change"),
        ("imports (+2.8%)", "percent", "up", "change"),
        ("doubled", "multiple", "up", None),
        ("halved", "multiple", "down", None),
        ("a fifth of exports", "fraction", None, "share"),
        ("90 pct of exports", "percent", None, "share"),
        ("one in five", "fraction", None, "share"),
        ("0.3 percentage points", "points", None, None),
        ("third-largest", "rank", None, None),
    ],
)
def test_phrase_carries_form_direction_and_sense(text, form, direction, sense):
    quantity = _only(text)
    assert (quantity.form, quantity.direction, quantity.sense) == (form, direction, sense)


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("from $13.2 billion to $27.6 billion", ["from", "to"]),
        ("rose by $5 billion to about $40 billion", ["by", "to"]),
        ("a deficit of $2 billion, up from $1 billion", ["of", "from"]),
        ("15.7 billion dlrs against 13.1 billion", [None, "against"]),
    ],
)
def test_the_preposition_before_a_phrase_is_handed_on(text, leads):
    assert [quantity.lead for quantity in find_quantities(text)] == leads


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("$18 a barrel", "per barrel"),
        ("$320 per metric tonne", "per tonne"),
        ("$5/bushel", "per bushel"),
        ("150 yen to the dollar", "per dollar"),
        ("$5 billion a year", None),
        ("1.5 million barrels a day", "barrels"),
        ("40 metric tons", "metric tons"),
        ("12 million consumers", "consumers"),
        ("$5 billion", None),
    ],
)
def test_unit_noun_says_what_is_counted_or_priced(text, noun):
    assert _only(text).unit_noun == noun


@pytest.mark.parametrize(
    ("text", "negative"),
    [("a change of -5.2 percent", True), ("minus 0.4 percent", True), ("a 2015-16 rise", None), ("2.7 percent", False)],
)
def test_a_printed_minus_is_kept_apart_from_the_value(text, negative):
    found = find_quantities(text)
    assert [(q.negative, q.value > 0) for q in found] == ([] if negative is None else [(negative, True)])


def test_an_amount_takes_the_unit_of_its_own_sentence_first():
    text = "Steel sales were 5.1 million tonnes. Exports grew to 147.7 billion from 124.4 billion marks."
    assert [q.unit for q in find_quantities(text)] == ["count", "DEM", "DEM"]


def test_an_amount_without_a_unit_anywhere_counts_something_unknown():
    quantity = _only("Exports fell to 2.3 billion.")
    assert (quantity.value, quantity.unit, quantity.unit_noun) == (2.3e9, "count", None)


def test_a_bare_number_of_another_sentence_is_no_ellipsis():
    text = "The gap was $4.8 billion. He read the 3.1 release again."
    assert [text[q.start : q.end] for q in find_quantities(text)] == ["$4.8 billion"]


def test_bare_dollars_are_american_once_american_ones_were_named():
    text = "It sold goods worth 900 mln U.S. dlrs. The 3.5 billion H.K. dlr budget includes 2.5 billion dlrs of loans."
    assert [q.unit for q in find_quantities(text)] == ["usd", "HKD", "usd"]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("CANADA GAP 1.3 BILLION DLRS\n\nThe gap was 1.3 billion Canadian dlrs, up 8 mln dlrs.", ["CAD", "CAD", "CAD"]),
        (
            "JAPAN GAP 1.3 BILLION DLRS\n\nThe gap was 1.3 billion dlrs, or 2 billion Canadian dlrs.",
            ["usd", "usd", "CAD"],
        ),
        ("Egypt sold 5 billion pounds of cotton.", ["EGP"]),
        ("The bank lent 5 billion pounds.", ["GBP"]),
        ("It lent 5 billion Irish pounds, then 2 billion pounds to Egypt.", ["IEP", "IEP"]),
        ("France and Switzerland traded 5 billion francs.", ["FRF"]),
        ("Denmark sold 3 billion crowns of pork.", ["DKK"]),
    ],
)
def test_whose_currency_a_shared_name_means(text, units):
    assert [q.unit for q in find_quantities(text)] == units


@pytest.mark.parametrize(
    "text",
    [
        "The deficit was $13.2\nbillion in all.",
        "The deficit was $13.2\r\n    billion in all.",
        "The deficit was $13.2\u00a0billion in all.",
        "The deficit was $13.2\u202fbillion in all.",
        "The deficit was $13.2&nbsp;billion in all.",
        "The deficit was \u200f$13.2 billion\u200f in all.",
        "THE DEFICIT WAS $13.2 BILLION IN ALL.",
    ],
)
def test_layout_does_not_change_the_value(text):
    quantity = _only(text)
    assert (quantity.value, quantity.unit) == (13.2e9, "usd")


def test_a_blank_line_ends_a_phrase():
    assert [q.value for q in find_quantities("the deficit was $13.2\n\nbillion-year-old rocks")] == [13.2]


@pytest.mark.parametrize("break_", ["\n\n", "\r\n\r\n"])
def test_a_hedge_of_the_paragraph_before_is_none(break_):
    text = f"The gap was to be nearly{break_}$5 billion was lost"
    assert [(text[q.start : q.end], q.hedge) for q in find_quantities(text)] == [("$5 billion", "exact")]


def test_thin_spaces_between_thousands():
    assert _only("exports of 27\u202f582 million euros").value == 27_582e6


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n", "$", "%", "£ million", "one", "half", "no.", "twice", "第一", "₹", "1" * 400, "$" * 400, "((((1"],
)
def test_what_is_no_quantity_is_none_and_raises_nothing(text):
    assert find_quantities(text) == []


def test_quantities_cannot_be_changed():
    quantity = _only("$5 billion")
    with pytest.raises(AttributeError):
        quantity.value = 6.0
