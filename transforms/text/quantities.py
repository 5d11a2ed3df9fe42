"""Number phrases: one scan, and for each place where it stops one typed production.

What belongs here: how amounts, multiples, fractions and ranks make phrases with a value, and how a phrase that leaves
something out ("from 13.1 billion", "five or 10 pct") is completed from its neighbours. What does not: a single number
with its unit (`numerals`), hedges (`hedges`), what the number is about (`transforms.figures`), and the words themselves
(`lexicons/*.csv` by way of `lexer`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from transforms.text.currencies import Namesakes
from transforms.text.hedges import HEDGES, read_after, read_before, words_before
from transforms.text.lexer import (
    AFTER,
    AMOUNT,
    ARTICLES,
    CARDINALS,
    CODES,
    DENOMINATORS,
    DOLLAR_NAMES,
    GAP,
    MULTIPLES,
    ORDINALS,
    PERCENT_PHRASE,
    PHRASE,
    PHRASE_AT_START,
    PREFIXES,
    SCALES,
    SIGN_CHARS,
    SIGNS,
    SUPERLATIVES,
    WORD_AMOUNT,
    Word,
    context,
    normalise,
    trie,
)
from transforms.text.numerals import Amount, amount_of, read_amount, read_unit, words_of


class Quantity(NamedTuple):
    """One number phrase of a text.

    `text[start:end]` is the phrase with its hedge. `value` is in base units (dollars, percent as 2.7, a share in
    percent) and unsigned as printed, `negative` tells a printed minus; `value_high` is set for a range only. `unit` is
    `usd`, an ISO 4217 code, `percent`, `ratio`, `rank` or `count`. `unit_noun` says what is counted, and for an amount
    of money that is a price or rate what it is paid for (`per tonne`, `per dollar`). `decimals` are the printed ones,
    `precision` is one unit of the last printed digit in base units; both None for numbers in words.

    `form` is money, percent, points, multiple, fraction, rank or count. `direction` is set where the phrase carries it
    ("a third higher", "doubled", "up 13 pct"). `sense` is `change` or `share` where the phrase says which ("10 percent
    less", "a fifth of"). `lead` is the preposition straight before the phrase. `rule` names the production.
    """

    start: int
    end: int
    value: float
    value_high: float | None
    unit: str
    unit_noun: str | None
    hedge: str
    hedge_word: str | None
    decimals: int | None
    precision: float | None
    form: str
    direction: str | None
    sense: str | None
    lead: str | None
    negative: bool
    rule: str


class _Shape(NamedTuple):
    """What the production says of a phrase, apart from its number."""

    unit: str
    form: str
    rule: str
    noun: str | None = None
    direction: str | None = None
    sense: str | None = None


_NUMBER_STARTS: Final = (
    rf"(?=[0-9{SIGN_CHARS}]|(?:{trie(PREFIXES)})\.?[{SIGN_CHARS}]|(?:{trie(CARDINALS)})(?![a-z])"
    rf"|an?{GAP}(?:{trie(form for form in SCALES if len(form) > 2)})(?![a-z]))"
)
_CONNECT: Final = re.compile(rf"(?:[ \t]?-[ \t]?(?:\r?\n[ \t]{{0,16}})?|-?{GAP}(to|or|and|from){GAP}){_NUMBER_STARTS}")
_PREFIXED: Final = re.compile(rf"({trie(PREFIXES)})\.?[ ]?(?=[{SIGN_CHARS}])")
_NOT_A_TIME: Final = rf"(?!{GAP}(?:{trie(form for form, word in AFTER.items() if word.kind == 'time')})(?![a-z]))"
_OUT_OF: Final = re.compile(
    rf"{GAP}(?:in|out{GAP}of){GAP}(?:every{GAP})?(?:([0-9]{{1,3}})(?![0-9,.]*[0-9])|({trie(CARDINALS)})(?![a-z]))"
    rf"{_NOT_A_TIME}"
)
_ONE_OF_THEM_IN: Final = re.compile(
    rf"one{GAP}[a-z]{{3,12}}{GAP}(?:in|out{GAP}of){GAP}(?:every{GAP})?"
    rf"(?:([2-9]|[1-9][0-9])(?![0-9,.]*[0-9])"
    rf"|({trie(word for word, value in CARDINALS.items() if value > 1)})(?![a-z])){_NOT_A_TIME}"
)
"""`one dollar in seven`, `one job out of every ten`."""

_TIMES: Final = re.compile(
    rf"{GAP}(?:as{GAP}[a-z]{{2,12}}(?![a-z])|(?:{trie(context('more') - {'above'})})(?![a-z])"
    rf"|(?!(?:{trie(context('not_after_times'))})(?![a-z]))(?=[a-z]))"
)
"""What follows `three times` where it is a multiple: as much, higher, or what it is a multiple of."""

_TWICE: Final = re.compile(
    rf"{GAP}(?:as{GAP}[a-z]{{2,12}}(?![a-z])|(?=(?:{trie(context('after_times'))}|[a-z]+'s|u\.s\.)(?![a-z])))"
)
_AGAIN: Final = re.compile(rf"{GAP}(?:again(?:{GAP}as{GAP}[a-z]{{2,12}})?|as{GAP}[a-z]{{2,12}}{GAP}again)(?![a-z])")
"""`half again as much`, `half as much again`: a rise by a half."""

_COMPARED: Final = re.compile(rf"{GAP}({trie(context('more') | context('less'))})(?![a-z])")
_PLACE: Final = re.compile(rf"{GAP}(?:single{GAP})?(?:{trie(SUPERLATIVES)})(?![a-z])")
_FOLLOWER: Final = re.compile(rf"({GAP})?([a-z]+(?:'s)?)?")
_OF_A_PERCENT: Final = re.compile(rf"{GAP}of{GAP}(?:an?{GAP}|one{GAP}|1{GAP}?)({PERCENT_PHRASE.pattern})")
_PART_OF_A_POINT: Final = re.compile(rf"(?:-(?=points?(?![a-z])))|{GAP}(?=(?:{PERCENT_PHRASE.pattern}))")
"""`a quarter-point cut`, `half-percent`, `a half percentage point`: a fraction of a point, not a share."""

_PRICED: Final = {form for form, word in AFTER.items() if word.kind in ("measure", "money") and form.isalpha()} | {
    "share",
    "unit",
    "car",
    "vehicle",
}
"""What an amount of money may be a price or rate for."""

_RATE: Final = re.compile(
    rf"(?:{GAP}?/[ ]?|{GAP}(?:an?|per|each|the){GAP}|{GAP}(?:to|against){GAP}(?:the|one|an?){GAP})"
    rf"(?:u\.s\.{GAP}|metric{GAP})?({trie(_PRICED)})(?![a-z])"
)
_ELLIPSIS_END: Final = re.compile(
    rf"[ \t]{{0,8}}(?:[,.;:)\"?!-]|$|\r?\n[ \t]{{0,16}}(?:\r?\n|$))"
    rf"|{GAP}(?:{trie(context('ellipsis_follower'))})(?![a-z])"
)
_SENTENCE_BREAK: Final = re.compile(r"[a-z0-9%)\"'][a-z0-9%)][.!?][\"')]{0,2}\s{1,20}[\"(]?[A-Z]|\n[ \t]{0,16}\r?\n")
_FOLLOWS: Final = re.compile(
    rf"[ \t]?[-/]|{GAP}(?:{trie(context('more') | context('less'))}|to|or|and|from|an?|per|each|the|against)(?![a-z])"
)
"""What has to stand after an amount for a range, a comparison or a rate: most amounts are done without."""


_CODES_BEFORE: Final = frozenset(
    before for code in CODES for before in (code, f" {code}", f"{code}.", f"\n{code}", f"({code}")
)
"""What the three characters before a blank and a number are where they may be a currency code."""

_NO_WORD: Final = Word("")
_SENTENCE_REACH: Final = 400
"""Code points over which an amount may lend its unit within one sentence."""

_MORE: Final = context("more")
_CHANGE: Final = context("change")
_ONE_SIDED: Final = frozenset(("more_than", "less_than", "up_to"))
"""Hedges that no range has, its two ends say as much: `by more than $11 billion to $16 billion`."""

_MODAL: Final = context("modal")
_RISE: Final = context("rise")
_NOT_SHARE: Final = context("not_share")
_WHOLE: Final = context("whole")
_AFTER_FRACTION: Final = context("after_fraction")
_AFTER_MULTIPLE: Final = context("after_multiple")
_CHANGE_LEAD: Final = context("change_lead")
_ELLIPSIS: Final = context("ellipsis")
_MONEY_NOUN: Final = context("money_noun")

_FULL: Final = frozenset(("money", "percent", "points", "count", "measure"))
_LINKS: Final = frozenset(("", "link", "of", "out_of", "ordinal"))
_PARTS: Final = frozenset(("times", "fold", "part"))
_HALF_AS: Final = _Shape("ratio", "multiple", "half_as", direction="down")
_HALF_AGAIN: Final = _Shape("percent", "fraction", "fraction_compared", direction="up", sense="change")
_ONE_IN: Final = _Shape("percent", "fraction", "one_in", sense="share")
_RANK: Final = _Shape("rank", "rank", "rank")
_TIMES_SHAPE: Final = _Shape("ratio", "multiple", "times", direction="up")


def find_quantities(text: str) -> list[Quantity]:
    """Every number phrase of `text`, in order and without overlap; dates, times and bare numbers are left out.

    Furniture is read like any other text: leave out what lies in `furniture_spans`. Time and memory grow linearly.
    """
    return _Reader(text).read()


class _Reader:
    """One text being read: what was found so far, and what a phrase may take from it."""

    __slots__ = ("currencies", "dollar", "earlier", "end", "headline_end", "last", "low", "out", "pending", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.low = normalise(text)
        self.out: list[Quantity] = []
        self.end = 0  # where the latest phrase ended
        self.last: Quantity | None = None  # latest money or counted amount: what a bare "13.1 billion" inherits from
        self.earlier: Quantity | None = None  # the latest before it with another unit
        self.pending: list[int] = []  # places in `out` that wait for a unit named later in the sentence
        self.currencies = Namesakes(self.low)
        self.dollar: str | None = None  # whose dollar a bare one is, once the text has shown it
        self.headline_end = text.find("\n")

    def read(self) -> list[Quantity]:
        """All quantities: numbers in digits and phrases in words, each found by one scan, in the order of the text."""
        low = self.low
        phrases = [match.span(1) for match in PHRASE.finditer(low)]
        first = PHRASE_AT_START.match(low)
        if first:
            phrases.insert(0, first.span(1))
        phrases.append((len(low), len(low)))
        done = index = 0
        phrase, phrase_end = phrases[0]
        for match in AMOUNT.finditer(low):
            start = match.start()
            while phrase < start:
                if phrase >= done:
                    done = self._phrase(phrase, phrase_end)
                index += 1
                phrase, phrase_end = phrases[index]
            if start >= done:
                done = self._digits(match, start)
        for phrase, phrase_end in phrases[index:-1]:
            if phrase >= done:
                done = self._phrase(phrase, phrase_end)
        for index in self.pending:
            self._give_unit(index, self.last)
        return self.out

    # --- where the scans stop ----------------------------------------------------------------------------------------

    def _digits(self, match: re.Match[str], start: int) -> int:
        low = self.low
        before = low[start - 1] if start else " "
        if match[1] is not None:
            amount = amount_of(low, match)
            if amount is None:
                return start
            if before.isalpha() or before in ". ":
                start, iso = self._sign_prefix(start, amount.unit)
                amount = amount if iso == amount.unit else amount._replace(unit=iso)
            return self._amount(start, amount)
        if low[start - 4 if start > 4 else 0 : start - 1] in _CODES_BEFORE or before.isalpha():
            code = self._code(start)
            amount = amount_of(low, match, code[0]) if code else None
            if code and amount and (amount.scaled or start - code[1] > 1):
                return self._amount(code[1], amount)
        if before.isalnum() or (before in "./:,#@_" and low[start - 2 : start - 1].isalnum()):
            return start
        amount = amount_of(low, match)
        return start if amount is None else self._amount(start, amount)

    def _code(self, start: int) -> tuple[str, int] | None:
        """Currency and beginning of a code before the number: `EUR 5`, `DM4.5`, `Rs. 300`."""
        before = self.low[start - 4 if start > 4 else 0 : start]
        letters = before.rstrip(" .-")[-3:].split(" ")[-1].lstrip("(\n")
        iso = CODES.get(letters)
        if iso is None or (len(letters) == 1 and before[-1] != letters):
            return None
        begin = self.low.rindex(letters, 0, start)
        if not self.text[begin].isupper() or self.low[begin - 1 : begin].isalpha():
            return None
        return iso, begin

    def _sign_prefix(self, at: int, iso: str) -> tuple[int, str]:
        """Where the letters before a sign begin, and the currency that they make of it."""
        low = self.low
        start = at - 1 if low[at - 1] == " " else at
        spaced = start < at
        while start and at - start < 6 and (low[start - 1].isalpha() or low[start - 1] == "."):
            start -= 1
        letters = low[start:at].replace(".", "").strip()
        found = PREFIXES.get(letters) if letters else None
        if found is None or (spaced and len(letters) < 2):
            return at, iso
        return start, found

    def _phrase(self, start: int, end: int) -> int:
        low = self.low
        words = low[start:end].replace("-", " ").split()
        first = words[0]
        if first in CARDINALS:
            return self._words(start, end)
        if first in MULTIPLES:
            return self._multiple(start, end, first)
        if first == "factor":
            amount = read_amount(low, end)
            return self._emit(start, amount.end, amount.value, _TIMES_SHAPE) if amount and not amount.scaled else end
        if first == "half" or words[-1] == "half":
            return self._half(start, end)
        if first in ARTICLES:
            return self._words(start, end)
        return self._rank(start, end, words)

    def _words(self, start: int, end: int) -> int:
        share = _ONE_OF_THEM_IN.match(self.low, start)
        if share:
            return self._emit(start, share.end(), 100.0 / (int(share[1]) if share[1] else CARDINALS[share[2]]), _ONE_IN)
        match = WORD_AMOUNT.match(self.low, start)
        amount = words_of(self.low, match) if match else None
        if amount is None:
            return end
        if amount.kind == "money" and self.low[start - 1 : start] in SIGNS:
            start -= 1
        return self._amount(start, amount)

    # --- amounts and ranges ------------------------------------------------------------------------------------------

    def _amount(self, start: int, amount: Amount) -> int:
        kind = amount.kind
        if (amount.bare_name and amount.unit != self.dollar) or amount.named:
            amount = self._resolve(start, amount)
        if kind in _FULL:
            if _FOLLOWS.match(self.low, amount.end) is None:
                return self._put(start, amount, None, False)
            connect = _CONNECT.match(self.low, amount.end)
            return self._pair(start, amount, connect) if connect else self._put(start, amount)
        if kind in _LINKS:
            return self._without_unit(start, amount)
        if kind in _PARTS:
            return self._fraction(start, amount) if kind == "part" else self._times(start, amount)
        if kind == "short_scale" and self.last is not None and self.last.form == "money" and self._near(start):
            return self._put(
                start,
                amount._replace(kind="money", unit=_iso(self.last.unit), exponent=SCALES[amount.unit], scaled=True),
            )
        return amount.end

    def _resolve(self, start: int, amount: Amount) -> Amount:
        """An amount in a currency whose name several countries share, with the one that is meant."""
        names = self.currencies
        if amount.named:
            first = amount.word == "dollar" and "dollar" not in names.named
            names.name(amount.word, amount.unit)
            self.dollar = names.named.get("dollar")
            if first:
                self._rename_headline(amount.unit)
            return amount
        if amount.word in DOLLAR_NAMES and start < self.headline_end and "dollar" not in names.named:
            return amount
        iso = names.meant(amount.word, amount.unit)
        self.dollar = names.named.get("dollar")
        return amount if iso == amount.unit else amount._replace(unit=iso)

    def _rename_headline(self, iso: str) -> None:
        """A headline prints bare dollars and leaves it to the first amount of the story to say whose they are."""
        for index, quantity in enumerate(self.out):
            if quantity.start >= self.headline_end:
                break
            bare = quantity.unit == "usd" and "$" not in self.low[quantity.start : quantity.end]
            if bare and iso != "USD":
                self.out[index] = quantity._replace(unit=iso)

    def _without_unit(self, start: int, amount: Amount) -> int:
        kind = amount.kind
        if kind == "ordinal":
            match = _PLACE.match(self.low, amount.end + len(amount.word))
            if match:
                return self._emit(start, match.end(), float(amount.mantissa), _RANK)
            return amount.end + len(amount.word)
        if kind == "out_of":
            return self._one_in(start, amount)
        if kind == "of":
            match = _OF_A_PERCENT.match(self.low, amount.end)
            if match:
                return self._put(
                    start,
                    read_unit(self.low, amount.mantissa, amount.decimals, match.start(1) - 1)._replace(
                        in_digits=amount.in_digits
                    ),
                )
        if kind == "link" or amount.word in ("to", "or", "and", "from", "") or self.low[amount.end] == "-":
            connect = _CONNECT.match(self.low, amount.end)
            if connect:
                return self._pair(start, amount, connect)
        return self._scaled(start, amount) if amount.scaled else self._bare(start, amount)

    def _one_in(self, start: int, amount: Amount) -> int:
        match = _OUT_OF.match(self.low, amount.end)
        if match and not amount.decimals:
            whole = int(match[1]) if match[1] else CARDINALS[match[2]]
            if 0 < amount.mantissa < whole <= 100:
                return self._emit(start, match.end(), 100.0 * amount.mantissa / whole, _ONE_IN)
        return self._bare(start, amount)

    def _pair(self, start: int, first: Amount, connect: re.Match[str]) -> int:
        """Two numbers joined by a hyphen, `to`, `and`, `or`, `from`: a range, or two amounts that share a unit."""
        second_start = connect.end()
        second = self._second(second_start)
        if second is None or second.kind not in _FULL | _LINKS | {"times", "fold"}:
            return self._alone(start, first)
        link = connect[1] or "-"
        if second.kind in _LINKS and not second.scaled:
            return self._second_bare(start, first, link, second_start, second)
        if second.kind in ("times", "fold"):
            return (
                self._times(start, first._replace(kind=second.kind, end=second.end), second)
                if first.kind in _LINKS
                else self._alone(start, first)
            )
        borrowed = self._borrow(start, first, second, link)
        if borrowed is None:
            return self._alone(start, first)
        full = first.scaled or first.kind in _FULL
        first, second = borrowed
        if self._is_range(start, first, second, link, full):
            return self._put(start, first, second)
        self._alone(start, first)
        return self._alone(second_start, second)

    def _second(self, start: int) -> Amount | None:
        match = _PREFIXED.match(self.low, start)
        if match:
            amount = read_amount(self.low, match.end())
            return amount._replace(unit=PREFIXES[match[1].replace(".", "").strip()]) if amount else None
        amount = read_amount(self.low, start)
        return self._resolve(start, amount) if amount and (amount.bare_name or amount.named) else amount

    def _alone(self, start: int, amount: Amount) -> int:
        """An amount of a pair, put by itself."""
        if amount.kind in _FULL:
            return self._put(start, amount)
        if amount.scaled:
            return self._scaled(start, amount)
        return amount.end

    def _second_bare(self, start: int, first: Amount, link: str, second_start: int, second: Amount) -> int:
        """`5 percent to 6`, `1985-86`, `30 billion dlrs and 5`: the second number has no unit."""
        if first.kind in _LINKS and not first.scaled:
            return second.end if link == "-" else self._bare(start, first)
        end = self._alone(start, first)
        if link in ("to", "from") and second.kind in ("", "link") and self.out and self.out[-1].form != "count":
            return self._bare(second_start, second)
        return end

    def _borrow(self, start: int, first: Amount, second: Amount, link: str) -> tuple[Amount, Amount] | None:
        """Both amounts with unit and scale filled in from each other; None where the first has no part in it."""
        if first.kind in _LINKS:
            if not first.scaled:
                if link != "-" and (first.looks_like_a_year or self._after_month(start)):
                    return None
                first = first._replace(exponent=second.exponent, scaled=second.scaled)
            if second.kind in _FULL:
                first = first._replace(kind=second.kind, unit=second.unit, factor=second.factor)
            return first, second
        if second.kind in _LINKS:
            if first.kind in ("percent", "points"):  # "fell 0.9 pct to 35.90 billion"
                return None
            second = second._replace(kind=first.kind, unit=first.unit, factor=first.factor)
        same = first.kind == second.kind == "money" and first.unit == second.unit
        if same and second.scaled and not first.scaled and first.value < 1000 and link in ("-", "to", "and", "or"):
            first = first._replace(exponent=second.exponent, scaled=True)  # $30-$40 billion
        return first, second

    def _is_range(self, start: int, first: Amount, second: Amount, link: str, full: bool) -> bool:
        """Whether two amounts are the ends of a range: not from-to, not by-to ("rose by 5 billion to 40 billion")."""
        if first.kind != second.kind or first.unit != second.unit or first.value >= second.value:
            return False
        if link == "-":
            return True
        begin, hedge, _, lead, _, _ = read_before(self.low, self.end, start, False)
        words = words_before(self.low, self.end, begin)
        if link == "and":
            return "between" in words[-3:]
        if link != "to" or lead == "from" or (hedge in _ONE_SIDED and words[-1:] == ["by"]):
            return False
        if full and any(word in _CHANGE for word in words[-2:]):
            return second.value <= 2 * first.value and not _MODAL.isdisjoint(words)
        return True

    def _after_month(self, start: int) -> bool:
        words = words_before(self.low, self.end, start)
        return bool(words) and AFTER.get(words[-1], _NO_WORD).kind == "time"

    # --- multiples, fractions, ranks ---------------------------------------------------------------------------------

    def _times(self, start: int, amount: Amount, second: Amount | None = None) -> int:
        end = second.end if second else amount.end
        high = second.value if second else None
        decimals = amount.decimals if amount.in_digits else None
        if amount.kind == "fold":
            return self._emit(start, end, amount.value, _TIMES_SHAPE, decimals, high=high)
        match = _TIMES.match(self.low, end)
        words = words_before(self.low, self.end, start)
        if amount.value and (match or (words and words[-1] in _RISE)):
            if match and match[0].strip(" -\r\n\t"):
                end = match.end()
            return self._emit(start, end, amount.value, _TIMES_SHAPE, decimals, high=high)
        return end

    def _fraction(self, start: int, amount: Amount) -> int:
        """`a third higher`, `two-thirds of`, `by a quarter`: a share or a change, in percent."""
        value = 100.0 * amount._replace(factor=1.0).value / DENOMINATORS[amount.word]
        if value > 100.0:
            return amount.end
        of_percent = _OF_A_PERCENT.match(self.low, amount.end)
        if of_percent:
            points = read_unit(self.low, 1, 0, of_percent.start(1) - 1)
            return self._put(start, points._replace(mantissa=round(value * 10_000), decimals=6))
        point_end = self._points(start, amount.end, value)
        if point_end:
            return point_end
        if amount.mantissa == 1:
            return self._part_of(start, amount.end, value)
        words = words_before(self.low, self.end, start)
        if amount.word == "quarters" and words and words[-1] in _NOT_SHARE | {"for", "in", "over"}:
            return amount.end
        return self._emit_part(start, amount.end, value, "")

    def _half(self, start: int, end: int) -> int:
        words = words_before(self.low, self.end, start)
        if words and words[-1] in _NOT_SHARE:
            return end
        match = _FOLLOWER.match(self.low, end)
        follower = match[2] if match else None
        if match and (follower in ARTICLES or follower in SCALES):
            amount = read_unit(self.low, 5, 1, match.end() if follower in ARTICLES else end)
            return self._alone(start, amount) if amount.kind in _FULL or amount.scaled else end
        again = _AGAIN.match(self.low, end)
        if again:
            return self._emit(start, again.end(), 50.0, _HALF_AGAIN)
        if follower == "as":
            return self._emit(start, end, 0.5, _HALF_AS)
        of_percent = _OF_A_PERCENT.match(self.low, end)
        if of_percent:
            return self._put(start, read_unit(self.low, 5, 1, of_percent.start(1) - 1))
        return self._points(start, end, 50.0) or self._part_of(start, end, 50.0)

    def _points(self, start: int, end: int, value: float) -> int:
        """A fraction of a percentage point; 0 where it is none."""
        match = _PART_OF_A_POINT.match(self.low, end)
        if match is None:
            return 0
        points = read_unit(self.low, round(value * 10_000), 6, match.end() - 1)
        if points.kind not in ("percent", "points"):  # a quarter-point cut
            word = _FOLLOWER.match(self.low, match.end() - 1)
            points = points._replace(kind="points", unit="percent", end=word.end() if word else points.end)
        return self._put(start, points)

    def _part_of(self, start: int, end: int, value: float) -> int:
        """A single part (`a third`, `half`): a share before `of`, a change before `higher` or after `by` or a hedge."""
        words = words_before(self.low, self.end, start)
        before = words[-1] if words else ""
        match = _FOLLOWER.match(self.low, end)
        follower = match[2] if match else None
        if before in _NOT_SHARE:
            return end
        if follower in _WHOLE:
            return self._emit_part(start, end, value, follower or "")
        if _COMPARED.match(self.low, end):
            return self._emit_part(start, end, value, "")
        if (before in HEDGES or before in _CHANGE_LEAD) and (follower is None or follower in _AFTER_FRACTION):
            return self._emit_part(start, end, value, "")
        return end

    def _emit_part(self, start: int, end: int, value: float, follower: str) -> int:
        compared = _COMPARED.match(self.low, end)
        if compared:
            direction = "up" if compared[1] in _MORE else "down"
            shape = _Shape("percent", "fraction", "fraction_compared", direction=direction, sense="change")
            return self._emit(start, compared.end(), value, shape)
        if not follower:
            match = _FOLLOWER.match(self.low, end)
            follower = match[2] or "" if match else ""
        sense = "share" if follower in _WHOLE else None
        return self._emit(start, end, value, _Shape("percent", "fraction", "fraction", sense=sense))

    def _multiple(self, start: int, end: int, word: str) -> int:
        value, direction, conditional = MULTIPLES[word]
        match = _FOLLOWER.match(self.low, end)
        gap, follower = match.groups() if match else (None, None)
        if conditional and word in ("twice", "thrice"):
            compared = _TWICE.match(self.low, end)
            if compared is None:
                return end
            if compared[0].strip(" -\r\n\t"):
                end = compared.end()
        elif (
            conditional
            and (gap == "-" or not (follower is None or follower in _AFTER_MULTIPLE or follower.endswith("'s")))
        ) or (follower == "down" and word.startswith("doubl")):
            return end
        return self._emit(start, end, value, _Shape("ratio", "multiple", "multiple", direction=direction))

    def _rank(self, start: int, end: int, words: list[str]) -> int:
        first, last = words[0], words[-1]
        if first in ORDINALS:
            value = 2 if words[1] == "only" else ORDINALS[first]
        elif first.startswith(("no.", "number", "rank")):
            digits = last.removeprefix("no.").rstrip("thsndr") if last[-3:-2].isdigit() or last[-1].isdigit() else last
            value = int(digits) if digits.isdigit() else CARDINALS.get(last) or ORDINALS[last]
        else:
            value = 1
            before = words_before(self.low, self.end, start)[-6:]
            if "among" in before or ("one" in before and "of" in before[before.index("one") :]):
                return end
        return self._emit(start, end, float(value), _RANK)

    # --- what is left out and taken from a neighbour -----------------------------------------------------------------

    def _bare(self, start: int, amount: Amount) -> int:
        """A number without scale or unit is an amount only as an ellipsis: `up from 3.1`, `to 15.7`."""
        if (
            not self.out
            or not amount.in_digits
            or start - self.end > 120
            or not (amount.decimals or amount.mantissa < 1000)
        ):
            return amount.end
        giver = self.out[-2] if self.out[-1].form in ("rank", "multiple") and len(self.out) > 1 else self.out[-1]
        if giver.form not in ("money", "percent", "count") or giver.decimals is None:
            return amount.end
        words = words_before(self.low, self.end, start)
        if not amount.decimals and not (words and words[-1] in _ELLIPSIS):
            return amount.end
        if _ELLIPSIS_END.match(self.low, amount.end) is None:
            return amount.end
        if not self._near(start) and not (amount.decimals and "with" in words[-1:]):  # ranked third with 7.4
            return amount.end
        step = (giver.precision or 1.0) * 10.0 ** (giver.decimals - amount.decimals)
        value = round(amount.mantissa * step, 6)
        shape = _Shape(giver.unit, giver.form, "ellipsis", giver.unit_noun)
        return self._emit(start, amount.end, value, shape, amount.decimals, step)

    def _scaled(self, start: int, amount: Amount, second: Amount | None = None) -> int:
        """An amount with a scale but no unit: it takes the unit of a neighbour, or counts what follows."""
        word = (second or amount).word
        if word.endswith("s") and len(word) > 3 and word not in _MONEY_NOUN:
            return self._put(start, amount._replace(kind="count", unit=word), second)
        last = self._giver(start, amount.value)
        if last is not None:
            kind = "money" if last.form == "money" else "count"
            unit = _iso(last.unit) if last.form == "money" else last.unit_noun or ""
            return self._put(start, amount._replace(kind=kind, unit=unit), second)
        self.pending.append(len(self.out))
        return self._put(start, amount._replace(kind="", unit=""), second)

    def _giver(self, start: int, value: float) -> Quantity | None:
        """The amount of this sentence that lends its unit: the latest, unless only the one before is of like size."""
        last, earlier = self.last, self.earlier
        if last is None or not self._same_sentence(last.end, start):
            return None
        if earlier is None or _alike(last.value, value) or not _alike(earlier.value, value):
            return last
        return earlier if self._same_sentence(earlier.end, start) else last

    def _give_unit(self, index: int, giver: Quantity | None) -> None:
        if giver is not None:
            rule = self.out[index].rule + "_inherited"
            self.out[index] = self.out[index]._replace(
                unit=giver.unit, unit_noun=giver.unit_noun, form=giver.form, rule=rule
            )

    def _near(self, start: int) -> bool:
        return bool(self.out) and self._same_sentence(self.out[-1].end, start)

    def _same_sentence(self, end: int, start: int) -> bool:
        if start - end > _SENTENCE_REACH:
            return False
        find = self.text.find
        if find(".", end, start) < 0 and find("\n\n", end, start) < 0 and find("?", end, start) < 0:
            return True
        return _SENTENCE_BREAK.search(self.text, end - 2 if end > 2 else 0, start + 1) is None

    # --- what comes out ----------------------------------------------------------------------------------------------

    def _put(self, start: int, amount: Amount, second: Amount | None = None, followed: bool = True) -> int:
        """Put an amount (or a range up to `second`) in the list; returns where it ends.

        `followed` is False where nothing stands behind it that could add to it.
        """
        kind = amount.kind
        if kind == "count" and not amount.scaled and amount.value < 1000:
            return amount.end  # three cars
        end = second.end if second else amount.end
        share = kind == "percent" and self.low.startswith("of", end + 1)
        shape = _plain_shape(kind, amount.unit, second is not None, share)
        if followed and kind in ("money", "percent", "points"):
            shape = self._followed(shape, end)
        high = second.value if second else None
        decimals = amount.decimals if amount.in_digits else None
        end = self._emit(start, end, amount.value, shape, decimals, amount.precision, high)
        if kind in ("money", "count", "measure"):
            self._lend()
        return end

    def _lend(self) -> None:
        """The latest quantity gives its unit to those that wait for one, and to those that follow."""
        giver = self.out[-1]
        for index in self.pending or ():
            same = self._same_sentence(self.out[index].end, giver.start)
            self._give_unit(index, giver if same or self.last is None else self.last)
        self.pending.clear()
        if self.last is not None and self.last.unit != giver.unit:
            self.earlier = self.last
        self.last = giver

    def _followed(self, shape: _Shape, end: int) -> _Shape:
        """The shape with what stands behind the amount: a comparison (`less`) or what a price is for (`a barrel`)."""
        compared = _COMPARED.match(self.low, end)
        if compared:
            return shape._replace(direction="up" if compared[1] in _MORE else "down", sense="change")
        rate = _RATE.match(self.low, end) if shape.form == "money" else None
        return shape._replace(noun=f"per {rate[1]}") if rate else shape

    def _emit(
        self,
        start: int,
        end: int,
        value: float,
        shape: _Shape,
        decimals: int | None = None,
        precision: float | None = None,
        high: float | None = None,
    ) -> int:
        """Add one quantity with what stands before and after it; returns where it ends."""
        unit, form, rule, noun, direction, sense = shape
        start, hedge, hedge_word, lead, way, negative = read_before(self.low, self.end, start, bool(self.out))
        if hedge == "exact":
            after = read_after(self.low, end)
            if after:
                end, hedge, hedge_word = after
        if high is not None:
            hedge = "range"
        if way and direction is None and form != "rank":
            direction, sense = way, sense or "change"
        self.out.append(
            Quantity(
                start,
                end,
                value,
                high,
                unit,
                noun,
                hedge,
                hedge_word,
                decimals,
                precision,
                form,
                direction,
                sense,
                lead,
                negative,
                rule,
            )
        )
        self.end = end
        return end


@lru_cache(maxsize=1024)
def _plain_shape(kind: str, unit: str, is_range: bool, share: bool) -> _Shape:
    rule = f"{kind or 'scaled'}_range" if is_range else kind or "scaled"
    if kind in ("count", "measure", ""):
        return _Shape("count", "count", rule, unit or None)
    if kind == "money":
        return _Shape("usd" if unit == "USD" else unit, kind, rule)
    return _Shape("percent", kind, rule, sense="share" if share else None)


def _alike(one: float, other: float) -> bool:
    return one <= 10 * other and other <= 10 * one


def _iso(unit: str) -> str:
    return "USD" if unit == "usd" else unit
