"""The number grammar read back: a value is printed in every style that the grammar knows and has to come back."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms.text import find_quantities

SCALES = {"thousand": 3, "million": 6, "mln": 6, "billion": 9, "bn": 9, "trillion": 12}
GLUED = {"m": 6, "bn": 9, "tn": 12}
NAMES = {"dollars": "usd", "dlrs": "usd", "euros": "EUR", "yen": "JPY", "marks": "DEM", "Swiss francs": "CHF"}
SIGNS = {"$": "usd", "US$": "usd", "C$": "CAD", "HK$": "HKD", "£": "GBP", "€": "EUR", "₩": "KRW", "₹": "INR"}
PERCENTS = ["percent", "per cent", "pct", "%", " %"]
HEDGES = {"": "exact", "about": "about", "nearly": "nearly", "more than": "more_than", "up to": "up_to"}
FRAMES = [
    "{}",
    "The deficit was {}.",
    "It rose to {} in 2016, he said.",
    "({})",
    '"{}"',
    "TOTAL: {}\n",
    "It is {}; yes.",
]
UNITS = """one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen""".split()  # noqa: SIM905
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905

mantissas = st.integers(1, 999_999).flatmap(
    lambda whole: st.tuples(st.just(whole), st.integers(0, 2), st.integers(0, 99))
)
frames = st.sampled_from(FRAMES)
gaps = st.sampled_from([" ", "\n", "\r\n    ", "\u00a0", "\u2009", "-", "  "])


def printed(mantissa, commas):
    """The digits of a number, with its decimals as an integer of so many places."""
    whole, places, decimals = mantissa
    digits = f"{whole:,}" if commas else str(whole)
    return digits + (f".{decimals:0{places}d}"[: places + 1] if places else "")


def value_of(text):
    whole, _, decimals = text.replace(",", "").partition(".")
    return int(whole + decimals), len(decimals)


def words_of(number):
    """A number under a million in words."""
    if number < 20:
        return UNITS[number - 1]
    if number < 100:
        tens = TENS[number // 10 - 2]
        return f"{tens}-{UNITS[number % 10 - 1]}" if number % 10 else tens
    if number < 1000:
        rest = f" and {words_of(number % 100)}" if number % 100 else ""
        return f"{UNITS[number // 100 - 1]} hundred{rest}"
    rest = f" {words_of(number % 1000)}" if number % 1000 else ""
    return f"{words_of(number // 1000)} thousand{rest}"


def one(text, phrase):
    """The only quantity of the text, which has to lie within the phrase that was printed."""
    found = find_quantities(text)
    assert len(found) == 1, found
    assert text[found[0].start : found[0].end] in phrase
    return found[0]


@settings(max_examples=150, deadline=None)
@given(mantissas, st.booleans(), st.sampled_from(sorted(SIGNS)), st.sampled_from(["", *SCALES]), gaps, frames)
@example((27582, 1, 7), True, "$", "million", " ", "{}")
def test_money_by_sign(mantissa, commas, sign, scale, gap, frame):
    digits = printed(mantissa, commas)
    phrase = f"{sign}{digits}{gap}{scale}" if scale else f"{sign}{digits}"
    quantity = one(frame.format(phrase), phrase)
    number, places = value_of(digits)
    power = SCALES.get(scale, 0)
    assert quantity.value == pytest.approx(number * 10.0 ** (power - places), rel=1e-12)
    assert quantity.unit == SIGNS[sign]
    assert (quantity.decimals, quantity.precision) == (places, pytest.approx(10.0 ** (power - places)))


@settings(max_examples=100, deadline=None)
@given(
    mantissas, st.sampled_from(sorted(SCALES)), st.sampled_from(sorted(NAMES)), gaps, st.sampled_from(sorted(HEDGES))
)
def test_money_by_name_with_a_hedge(mantissa, scale, name, gap, hedge):
    digits = printed(mantissa, True)
    phrase = f"{hedge} {digits}{gap}{scale}{gap}{name}".strip()
    quantity = one(f"It came to {phrase} in all.", phrase)
    number, places = value_of(digits)
    assert quantity.value == pytest.approx(number * 10.0 ** (SCALES[scale] - places), rel=1e-12)
    assert (quantity.unit, quantity.hedge) == (NAMES[name], HEDGES[hedge])


@settings(max_examples=60, deadline=None)
@given(mantissas, st.sampled_from(sorted(SIGNS)), st.sampled_from(sorted(GLUED)), frames)
def test_money_with_a_glued_scale(mantissa, sign, scale, frame):
    digits = printed(mantissa, True)
    phrase = f"{sign}{digits}{scale}"
    number, places = value_of(digits)
    expected = number * 10.0 ** (GLUED[scale] - places)
    assert one(frame.format(phrase), phrase).value == pytest.approx(expected, rel=1e-12)


@settings(max_examples=80, deadline=None)
@given(mantissas, st.sampled_from(PERCENTS), frames)
def test_percent(mantissa, percent, frame):
    digits = printed(mantissa, False)
    phrase = f"{digits}{percent}" if percent.strip() == "%" else f"{digits} {percent}"
    quantity = one(frame.format(phrase), phrase)
    number, places = value_of(digits)
    assert quantity.value == pytest.approx(number / 10**places)
    assert (quantity.unit, quantity.form) == ("percent", "percent")


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 999_999), st.sampled_from(["billion dollars", "percent", "million tonnes"]), st.booleans())
def test_numbers_in_words(number, unit, shout):
    phrase = f"{words_of(number)} {unit}"
    phrase = phrase.upper() if shout else phrase
    quantity = one(f"It was {phrase}.", phrase)
    scale = {"billion dollars": 1e9, "percent": 1.0, "million tonnes": 1e6}[unit]
    assert quantity.value == pytest.approx(number * scale, rel=1e-12)
    assert quantity.decimals is None


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 800),
    st.integers(1, 199),
    st.sampled_from(
        [
            "{} to {} billion dlrs",
            "{}-{} billion dlrs",
            "between {} and {} billion dlrs",
            "${} billion to ${} billion",
            "${}-{} billion",
            "${}-${} billion",
            "{} billion dlrs to {} billion dlrs",
            "${} billion-${} billion",
        ]
    ),
)
def test_ranges(low, step, style):
    phrase = style.format(low, low + step)
    quantity = one(f"It may reach {phrase} next year.", phrase)
    assert (quantity.value, quantity.value_high) == (low * 1e9, (low + step) * 1e9)
    assert (quantity.unit, quantity.hedge) == ("usd", "range")


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 999),
    st.integers(1, 999),
    st.sampled_from(
        [
            "from ${} billion to ${} billion",
            "from {} to {} billion dlrs",
            "by ${} billion to ${} billion",
            "to ${} billion from ${} billion",
            "to {} billion dlrs from {} billion",
        ]
    ),
)
def test_from_to_and_by_to_are_two_amounts(first, second, style):
    found = find_quantities(f"It rose {style.format(first, second)}.")
    assert [(q.value, q.value_high, q.unit) for q in found] == [(first * 1e9, None, "usd"), (second * 1e9, None, "usd")]
