"""A number and the unit that is printed with it, in digits or in words.

What belongs here: "27.7bn", "$27,582.7 million", "two-and-a-half billion H.K. dlrs", "5.2 per cent" as one amount. What
does not: hedges (`hedges`), phrases of several numbers and what a number takes from its neighbours (`quantities`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from transforms.text.lexer import (
    AFTER,
    AMOUNT,
    AND_A_HALF,
    ATTACHED,
    ATTACHED_SCALES,
    CARDINALS,
    CURRENCY_STEMS,
    DECIMAL_COMMA,
    MONEY_SCALES,
    NAMESAKES,
    NEEDS_SCALE,
    NEXT_WORD,
    PERCENT_FORMS,
    PERCENT_PHRASE,
    QUALIFIED,
    QUALIFIED_CURRENCY,
    QUALIFIER_ALONE,
    SCALES,
    SIGNS,
    SUFFIX,
    WORD_AMOUNT,
    Word,
)

_FRACTION_SIGNS: Final = {
    "½": (5, 1),
    "¼": (25, 2),
    "¾": (75, 2),
    "⅓": (333333, 6),
    "⅔": (666667, 6),
    "⅕": (2, 1),
    "⅛": (125, 3),
}
_SHARED_NAMES: Final = {"dollar"} | {stem for stem, whose in NAMESAKES.items() if whose}
_FRACTION_WORDS: Final = {"half": (5, 1), "quarter": (25, 2), "third": (333333, 6)}
_NOTHING: Final = Word("")
_COMPLETE: Final = frozenset(("count", "measure", "time", "times", "fold", "part"))
"""Kinds of words that are a unit by themselves."""

_LOOKED_UP: Final = frozenset(("percent_phrase", "qualifier", "unit_prefix"))
"""Kinds of words that are a unit together with the next one."""

_COUNTED: Final = frozenset(("money", "count", "measure"))
_KNOWN: Final = frozenset(AFTER) | frozenset(SCALES)
_CENTURIES: Final = frozenset(("19", "20"))
_AFTER_YEAR: Final = frozenset(("link", "of", "out_of", "money", "time", "ordinal"))
_AMOUNT_END: Final = 6
_WORDS_END: Final = 3
_PERCENT_WORDS: Final = frozenset(("percent", "pct", "%"))
_STARTS: Final = frozenset(("link", "ordinal", "out_of", "of"))
"""Kinds of words that only begin something."""


class Amount(NamedTuple):
    """A number with its unit.

    The number is `mantissa / 10**decimals * 10**exponent * factor`. `kind` is "" where no unit is printed, else money,
    percent, points, count, measure, times, fold, part, time or one of the words that only begin something (see `Word`).
    `unit` is the currency or what is counted, `scaled` tells "13.1 billion" from "13.1". `bare_name` is set for a name
    that several currencies share, `named` where a country is named with it. `end` is where the amount ends, `word` what
    was printed as unit or follows it.
    """

    mantissa: int
    decimals: int
    in_digits: bool
    kind: str
    unit: str
    exponent: int
    factor: float
    scaled: bool
    end: int
    word: str
    word_at: int
    bare_name: bool = False
    named: bool = False

    @property
    def value(self) -> float:
        """The number in base units."""
        power = self.exponent - self.decimals
        value = float(self.mantissa * 10**power) if power >= 0 else self.mantissa / 10**-power
        return value if self.factor == 1.0 else value * self.factor

    @property
    def precision(self) -> float | None:
        """One unit of the last printed digit, in base units; None for a number in words."""
        return 10.0 ** (self.exponent - self.decimals) * self.factor if self.in_digits else None

    @property
    def looks_like_a_year(self) -> bool:
        """Whether it is printed as years are."""
        return self.in_digits and not self.decimals and not self.scaled and 1900 <= self.mantissa <= 2100


def read_amount(low: str, start: int) -> Amount | None:
    """The amount that begins at `start` with a digit, a currency sign or a number word. None: no number."""
    match = AMOUNT.match(low, start)
    if match:
        return amount_of(low, match)
    match = WORD_AMOUNT.match(low, start)
    return words_of(low, match) if match else None


def amount_of(low: str, match: re.Match[str], code: str = "") -> Amount | None:
    """The amount of a match of `AMOUNT`; `code` is the currency whose code stands before it.

    None where it is no number after all, or a year.
    """
    blank, whole, decimals, common, sign, _, gap, scale, gap2, word = match.groups()
    start = match.start()
    if blank is None:
        whole, iso = low[start] + whole, code
        if (
            scale is None
            and len(whole) == 4
            and whole[:2] in _CENTURIES
            and decimals is None
            and _is_year(low, match, word)
        ):
            return None
    else:
        iso = SIGNS[low[start]]
    if "," in whole:
        if whole[-4:-3] != ",":
            return _decimal_comma(low, start if blank is None else match.start(2), iso)
        whole = whole.replace(",", "")
    if common or sign:
        return _mixed(low, match, int(whole), iso)
    if low.startswith(")", match.end()):
        closed = _parenthesised(low, match, int(whole + (decimals or "")), len(decimals or ""), iso)
        if closed is not None:
            return closed
    if decimals is None:
        return _amount(low, match, _AMOUNT_END, int(whole), 0, True, iso, gap, scale, gap2, word)
    mantissa = int(whole + decimals)
    return _amount(low, match, _AMOUNT_END, mantissa, len(decimals), True, iso, gap, scale, gap2, word)


def _parenthesised(low: str, match: re.Match[str], mantissa: int, decimals: int, iso: str) -> Amount | None:
    """`$(5.2) billion` and `(5.2) billion`: a negative amount of a table. None: the parenthesis is about more."""
    end = match.end(_AMOUNT_END)
    if end != match.end():
        return None
    amount = _at(low, mantissa, decimals, True, end + 1, iso)
    if match[1] is not None:
        return amount if match[1].endswith("(") else None
    return amount if amount.scaled and low[match.start() - 1 : match.start()] == "(" else None


def _is_year(low: str, match: re.Match[str], word: str | None) -> bool:
    entry = AFTER.get(word) if word else None
    return (entry is None or entry.kind in _AFTER_YEAR) and low[
        match.end(_AMOUNT_END) : match.end(_AMOUNT_END) + 1
    ] != "-"


def words_of(low: str, match: re.Match[str]) -> Amount | None:
    """The amount of a match of `WORD_AMOUNT`."""
    words, part, _, gap, scale, gap2, word = match.groups()
    total = current = 0
    for each in words.replace("-", " ").split():
        if each == "hundred":
            current *= 100
        elif each == "thousand":
            total, current = total + current * 1000, 0
        elif each != "and":
            current += CARDINALS.get(each, 1)
    total, places = total + current, 0
    if part:
        mantissa, places = _FRACTION_WORDS[part]
        total = total * 10**places + mantissa
    start = match.start()
    iso = SIGNS.get(low[start - 1], "") if start else ""
    return _amount(low, match, _WORDS_END, total, places, False, iso, gap, scale, gap2, word)


def _decimal_comma(low: str, start: int, iso: str) -> Amount | None:
    match = DECIMAL_COMMA.match(low, start)
    if match is None:
        return None
    whole, _, decimals = match[0].partition(",")
    return _at(low, int(whole + decimals), len(decimals), True, match.end(), iso)


def _mixed(low: str, match: re.Match[str], whole: int, iso: str) -> Amount | None:
    """`2 1/2` or `2½`; None where the fraction is none (`9 9/8`)."""
    if match[5]:
        mantissa, places = _FRACTION_SIGNS[match[5]]
    else:
        above, below = (int(part) for part in match[4].split("/"))
        if above >= below:
            return None
        mantissa, places = round(above / below * 1_000_000), 6
    return _at(low, whole * 10**places + mantissa, places, True, match.end(_AMOUNT_END), iso)


def read_unit(low: str, mantissa: int, decimals: int, end: int) -> Amount:
    """The amount of a number that was read before, with the unit that stands at `end` ("half" and "a million dlrs")."""
    return _at(low, mantissa, decimals, False, end, "")


def _at(low: str, mantissa: int, decimals: int, in_digits: bool, end: int, iso: str) -> Amount:
    match = SUFFIX.match(low, end)
    assert match is not None  # noqa: S101  every part of SUFFIX is optional
    _, gap, scale, gap2, word = match.groups()
    return _amount(low, match, 1, mantissa, decimals, in_digits, iso, gap, scale, gap2, word)


def _amount(  # noqa: PLR0913, PLR0917  runs for every number: building a tuple of these first costs a tenth of the whole
    low: str,
    match: re.Match[str],
    number_end: int,
    mantissa: int,
    decimals: int,
    in_digits: bool,
    iso: str,
    gap: str | None,
    scale: str | None,
    gap2: str | None,
    word: str | None,
) -> Amount:
    """The number with the unit that `match` found behind it; `number_end` is the group at which the number ends."""
    known = word if word in _KNOWN else None
    unit = _unit_of(gap is None, scale, gap2 is None, known, iso)
    uses = unit.uses
    if uses == _LOOK or (unit.kind == "percent" and low.startswith("point", match.end() + 1)):
        return _look(low, match, number_end, Amount(mantissa, decimals, in_digits, *unit[:5], 0, word or "", 0, False))
    end = match.end() if uses == _WORD else match.end(number_end + 2 * uses)
    at = match.end() - len(word) if word else end
    kind, name, exponent, factor, scaled, _, bare_name = unit
    return Amount(mantissa, decimals, in_digits, kind, name, exponent, factor, scaled, end, word or "", at, bare_name)


_NUMBER, _SCALE, _WORD, _LOOK = 0, 1, 2, 3
"""How far an amount reaches: number, scale, word after it; or that more of the text has to be looked at."""


class _Unit(NamedTuple):
    kind: str
    unit: str
    exponent: int
    factor: float
    scaled: bool
    uses: int
    bare_name: bool = False


@lru_cache(maxsize=8192)
def _unit_of(glued_scale: bool, scale: str | None, glued_word: bool, word: str | None, iso: str) -> _Unit:
    """What scale and word make of a number: a pure function of a few words, so it is worked out once for each."""
    exponent, scaled, uses = 0, False, _NUMBER
    if scale is not None:
        short = scale in MONEY_SCALES
        if glued_scale and scale not in ATTACHED_SCALES:
            return _Unit("other", "", 0, 1.0, False, _SCALE)
        if short and not iso and not (glued_scale and not glued_word and _entry(word).kind in _COUNTED):
            return _Unit("short_scale" if glued_scale else "other", scale, 0, 1.0, False, _SCALE)
        exponent, scaled, uses = SCALES[scale], True, _SCALE
        if word in SCALES or word == "and":
            return _Unit("money" if iso else "", iso, exponent, 1.0, True, _LOOK)
    entry = _entry(word) if word and not (glued_word and word not in ATTACHED) else _NOTHING
    if iso:
        own = entry.kind == "money" and entry.name == iso and entry.factor == 1.0
        return _Unit(
            "money", iso, exponent, 1.0, scaled, _LOOK if entry.kind == "qualifier" else _WORD if own else uses
        )
    return _unit_after(word or "", entry, exponent, scaled, uses)


def _unit_after(word: str, entry: Word, exponent: int, scaled: bool, uses: int) -> _Unit:
    kind = entry.kind
    if kind == "money" and word in NEEDS_SCALE and not scaled:
        return _Unit("measure" if word.startswith("pound") else "other", "pounds", 0, 1.0, False, _WORD)
    if kind == "money":
        return _Unit(kind, entry.name, exponent, entry.factor, scaled, _WORD, CURRENCY_STEMS.get(word) in _SHARED_NAMES)
    if kind in _COMPLETE:
        return _Unit(kind, entry.name, exponent, entry.factor, scaled, _WORD)
    if word in _PERCENT_WORDS:
        return _Unit("percent", "percent", exponent, 1.0, scaled, _WORD)
    if kind in _LOOKED_UP:
        return _Unit(kind, "", exponent, 1.0, scaled, _LOOK)
    return _Unit(kind if kind in _STARTS and not scaled else "", "", exponent, 1.0, scaled, uses)


def _entry(word: str | None) -> Word:
    return AFTER.get(word, _NOTHING) if word else _NOTHING


def _look(low: str, match: re.Match[str], number_end: int, amount: Amount) -> Amount:
    """An amount whose unit is more than one word."""
    word = amount.word
    end = match.end(number_end + 2) if amount.scaled else match.end(number_end)
    at = match.end() - len(word)
    kind = amount.kind
    if amount.scaled and (word in SCALES or word == "and"):
        return _long_scale(low, amount._replace(end=end))
    if kind in ("percent_phrase", "percent"):
        phrase = PERCENT_PHRASE.match(low, at)
        if phrase:
            entry = PERCENT_FORMS[_joined(phrase[1])]
            return amount._replace(kind=entry.kind, unit="percent", factor=entry.factor, end=phrase.end(), word_at=at)
    elif kind == "unit_prefix":
        following = NEXT_WORD.match(low, at + len(word))
        entry = _entry(following[2]) if following else _NOTHING
        if following and entry.kind == "measure":
            return amount._replace(kind="measure", unit=f"{word} {entry.name}", end=following.end(), word_at=at)
    else:
        return _qualified(low, amount._replace(end=end, word_at=at))
    return amount._replace(kind="", end=end, word_at=at)


def _qualified(low: str, amount: Amount) -> Amount:
    """`billion H.K. dlrs`, `(900 mln U.S.)`, `$5 billion (Canadian)`."""
    match = None if amount.kind == "money" else QUALIFIED_CURRENCY.match(low, amount.word_at)
    if match:
        stem = CURRENCY_STEMS[match[2]]
        iso = QUALIFIED.get((_plain(match[1]), stem)) or AFTER[match[2]].name
        factor = AFTER[match[2]].factor
        return amount._replace(kind="money", unit=iso, factor=factor, end=match.end(), word=stem, named=True)
    match = QUALIFIER_ALONE.match(low, amount.word_at)
    if match and amount.scaled:
        iso = QUALIFIED[_plain(match[1]), "dollar"]
        return amount._replace(kind="money", unit=iso, end=match.end(), word="dollar", named=True)
    return amount if amount.kind == "money" else amount._replace(kind="")


def _long_scale(low: str, amount: Amount) -> Amount:
    """`a thousand million dlrs`, `a billion and a half dollars`; any other `and` follows the amount."""
    mantissa, decimals, end, exponent = amount.mantissa, amount.decimals, amount.end, amount.exponent
    half = AND_A_HALF.match(low, end)
    if half:
        mantissa, decimals, end = mantissa * 10 + 5, decimals + 1, half.end()
    match = SUFFIX.match(low, end)
    assert match is not None  # noqa: S101  every part of SUFFIX is optional
    _, _, scale, gap, word = match.groups()
    if scale and not half:
        exponent, end = exponent + SCALES[scale], match.end(3)
    unit = _unit_of(True, None, gap is None, word if word in _KNOWN and word not in SCALES else None, amount.unit)
    at = match.end() - len(word) if word else end
    whole = Amount(mantissa, decimals, amount.in_digits, *unit[:2], exponent, unit.factor, True, end, word or "", at)
    if unit.uses == _WORD:
        return whole._replace(end=match.end(), bare_name=unit.bare_name)
    return (
        _qualified(low, whole) if unit.kind == "qualifier" else whole if unit.uses != _LOOK else whole._replace(kind="")
    )


def _plain(words: str) -> str:
    return " ".join(words.replace("-", " ").split())


def _joined(words: str) -> str:
    return "".join(words.replace("-", " ").split())
