"""Number phrases: one scan, and for each place where it stops one typed production.

What belongs here: how number words, scales, currencies, units and hedges make one phrase with a value, and how a phrase
that leaves something out ("from 13.1 billion", "five or 10 pct") is completed from its neighbours. What does not: what
the number is about (`transforms.figures`), and the words themselves (`lexicons/*.csv` by way of `lexer`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from transforms.text.lexer import (
    AFTER,
    ATTACHED,
    CARDINALS,
    CODES,
    CURRENCY_STEMS,
    DENOMINATORS,
    DIGIT,
    DOLLAR_NAMES,
    GAP,
    HEDGES,
    HEDGES_AFTER,
    MONEY_SCALES,
    MULTIPLES,
    NUMBER,
    ORDINALS,
    PERCENT_FORMS,
    PERCENT_PHRASE,
    PREFIXES,
    QUALIFIED,
    QUALIFIED_CURRENCY,
    SCAN,
    SCAN_START,
    SIGN,
    SIGN_CHARS,
    SIGNS,
    SUPERLATIVES,
    TAIL,
    WORD_NUMBER,
    Word,
    normalise,
    trie,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number phrase of a text.

    `text[start:end]` is the phrase with its hedge. `value` is in base units (dollars, percent as 2.7, share in percent)
    and unsigned as printed; `value_high` is set for a range only. `unit` is `usd`, an ISO 4217 code, `percent`,
    `ratio`, `rank` or `count` (then `unit_noun` says of what). `precision` is one unit of the last printed digit in
    base units, None for numbers in words. `form` is money, percent, points, multiple, fraction, rank or count.
    `direction` is set where the phrase itself carries it ("a third higher", "doubled", "up 13 pct"); `sense` tells a
    fraction or percentage that is a `change` or a `share` by its own words; `lead` is the word straight before the
    phrase (from, to, by, at, of, than, against …). `rule` names the production that read it.
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


class _Number(NamedTuple):
    """A bare number: `mantissa / 10**decimals`, where it ends, and whether it was written in digits."""

    mantissa: int
    decimals: int
    end: int
    digits: bool


class _Part(NamedTuple):
    """A number with what follows it. `kind` is "" where no unit stands; `scaled` tells "13.1 billion" from "13.1"."""

    number: _Number
    kind: str
    unit: str
    exponent: int
    factor: float
    scaled: bool
    end: int
    word: str


_RUN: Final = re.compile(r"[0-9](?:[0-9.,:/]*[0-9])?")
_CONNECT: Final = re.compile(
    rf"(?:[ \t]?-[ \t]?(?:\r?\n[ \t]{{0,16}})?|{GAP}(to|or|and){GAP})(?=[0-9{SIGN_CHARS}]|(?:{trie(PREFIXES)})\.?[{SIGN_CHARS}]"
    rf"|(?:{trie(CARDINALS)})(?![a-z]))"
)
_SIGN_PREFIX: Final = re.compile(
    rf"(?:({trie(PREFIXES)}))?([{SIGN_CHARS}])[ \t]?\(?(?=[0-9]|an?[ ]|half|{trie(CARDINALS)})"
)
_OUT_OF: Final = re.compile(
    rf"{GAP}(?:in|out{GAP}of){GAP}(?:every{GAP})?(?:([0-9]{{1,3}})(?![0-9,.]*[0-9])|({trie(CARDINALS)})(?![a-z]))(?!{GAP}(?:year|month|week|day|quarter|minute|hour))"
)
_TIMES_AS: Final = re.compile(
    rf"{GAP}(?:(?:as{GAP}(?:much|many|large|big|great|high|fast)(?![a-z]))|(?:more|higher|larger|bigger|greater|faster)(?![a-z])"
    rf"|(?=(?:the|its|that|those|what|their|this|last|his|our|as|U\.S\.)(?![a-z])))"
)
_COMPARED: Final = re.compile(
    rf"{GAP}(higher|more|larger|bigger|greater|above|lower|less|smaller|fewer|below)(?![a-z])"
)
_UP: Final = frozenset(("higher", "more", "larger", "bigger", "greater", "above"))
_SUPERLATIVE: Final = re.compile(rf"{GAP}(?:{trie(SUPERLATIVES)})(?![a-z])")
_LEADS: Final = frozenset(
    (
        "from",
        "to",
        "by",
        "at",
        "of",
        "than",
        "against",
        "versus",
        "with",
        "between",
        "and",
        "or",
        "up",
        "down",
        "in",
        "into",
        "for",
        "on",
    )
)
_COMPARATORS: Final = frozenset(("above", "below", "over", "under", "than"))
_CHANGES: Final = frozenset(
    [
        "rose",
        "rise",
        "rises",
        "rising",
        "risen",
        "grew",
        "grow",
        "grows",
        "growing",
        "grown",
        "increased",
        "increase",
        "increases",
        "increasing",
        "climbed",
        "climb",
        "jumped",
        "jump",
        "gained",
        "gain",
        "surged",
        "surge",
        "soared",
        "soar",
        "widened",
        "widen",
        "expanded",
        "expand",
        "swelled",
        "fell",
        "fall",
        "falls",
        "falling",
        "fallen",
        "dropped",
        "drop",
        "drops",
        "dropping",
        "declined",
        "decline",
        "declines",
        "declining",
        "decreased",
        "decrease",
        "narrowed",
        "narrow",
        "shrank",
        "shrink",
        "slid",
        "slide",
        "dipped",
        "dip",
        "plunged",
        "plunge",
        "slipped",
        "slip",
        "cut",
        "cuts",
        "reduced",
        "reduce",
        "by",
        "up",
        "down",
    ]
)
_SENTENCE_BREAK: Final = re.compile(r"[a-z0-9%)\"'][a-z0-9%)][.!?][\"')]{0,2}\s+[\"(]?[A-Z]|\n[ \t]*\r?\n")
_AFTER_HALF: Final = frozenset(("of", "the", "its", "their", "our", "all", "that", "what", "as", "those"))
_NOT_HALF: Final = frozenset(
    (
        "first",
        "second",
        "latter",
        "last",
        "other",
        "this",
        "each",
        "either",
        "next",
        "previous",
        "same",
        "later",
        "former",
        "every",
    )
)
_AFTER_DOUBLE: Final = frozenset(
    (
        "the",
        "its",
        "their",
        "that",
        "what",
        "those",
        "in",
        "from",
        "to",
        "by",
        "over",
        "since",
        "last",
        "this",
        "as",
        "our",
        "within",
        "again",
        "every",
    )
)
_BARE_FOLLOWERS: Final = re.compile(
    r"(?:[ \t]*[,.;:)\"?!-]|[ \t\r\n]+(?:in|a|last|the|to|from|and|over|at|by|for|on|during|that|this|while|but|against|compared|recorded|posted|earlier|or|with|versus)(?![a-z])|\s*$)"
)
_VULGAR: Final = {
    "½": (5, 1),
    "¼": (25, 2),
    "¾": (75, 2),
    "⅓": (333333, 6),
    "⅔": (666667, 6),
    "⅕": (2, 1),
    "⅛": (125, 3),
}
_WORD_PARTS: Final = {"half": (5, 1), "quarter": (25, 2), "third": (333333, 6)}
_MONEY_NOUNS: Final = frozenset(
    (
        "surplus",
        "deficits",
        "deficit",
        "surpluses",
        "trade",
        "exports",
        "imports",
        "shortfall",
        "gap",
        "loss",
        "profits",
        "losses",
        "sales",
        "reserves",
        "funds",
        "loans",
        "assets",
        "goods",
        "services",
        "always",
        "is",
        "was",
        "has",
        "this",
        "less",
        "plus",
        "versus",
        "previous",
        "as",
        "its",
        "us",
        "previously",
    )
)


def find_quantities(text: str) -> list[Quantity]:
    """Every number phrase of `text`, in order and without overlap; dates, times and bare numbers are left out.

    Furniture is read like any other text: leave its spans out with `furniture_spans`. Time and memory grow linearly.
    """
    return _Reader(text).read()


class _Reader:
    """One text being read: what was found so far, and what a phrase may inherit."""

    __slots__ = ("dollar", "last", "low", "out", "pending", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.low = normalise(text)
        self.out: list[Quantity] = []
        self.last: Quantity | None = None  # latest money or counted amount: what a bare "13.1 billion" inherits from
        self.pending: list[int] = []  # places in `out` that wait for a unit named later in the sentence
        self.dollar = ""  # which dollar a bare "dlrs" is: the one that the first amount in dollars names in full

    def read(self) -> list[Quantity]:
        """All quantities."""
        low, search = self.low, SCAN.search
        match = SCAN_START.match(low) or search(low)
        while match:
            kind = match.lastindex
            if kind == DIGIT:
                position = self._digit(match.start())
            elif kind == SIGN:
                position = self._sign(match.start())
            else:
                position = self._phrase(match.start(3), match.end())
            match = search(low, position)
        for index in self.pending:
            self._give_unit(index, self.last)
        return self.out

    # --- where the scan stops ---------------------------------------------------------------------------------------

    def _digit(self, start: int) -> int:
        low = self.low
        if start and (low[start - 1].isalnum() or low[start - 1] in "./:,#@_") and not self._code_before(start):
            return _RUN.match(low, start).end()  # type: ignore[union-attr]  # it starts with a digit
        number = self._number(start)
        if number is None:
            return _RUN.match(low, start).end()  # type: ignore[union-attr]
        return self._amount(start, number, "")

    def _code_before(self, start: int) -> bool:
        return self.low[max(0, start - 3) : start].lstrip() in CODES

    def _sign(self, at: int) -> int:
        low = self.low
        start = at
        while start and at - start < 4 and (low[start - 1].isalpha() or low[start - 1] == "."):
            start -= 1
        letters = low[start:at].replace(".", "")
        iso = PREFIXES.get(letters)
        if iso is None:
            start, iso = at, SIGNS[low[at]]
        match = _SIGN_PREFIX.match(low, at)
        if match is None:
            return at + 1
        number = self._number(match.end())
        if number is None:
            return match.end()
        return self._amount(start, number, iso)

    def _phrase(self, start: int, end: int) -> int:
        low = self.low
        words = low[start:end].replace("-", " ").split()
        first = words[0]
        if first in MULTIPLES:
            return self._multiple(start, end, first)
        if first == "half" or (len(words) == 2 and words[1] == "half"):
            return self._half(start, end)
        if first in CARDINALS or first in ("a", "an"):
            number = self._number(start)
            return end if number is None else self._amount(start, number, "")
        return self._rank(start, end, words)

    # --- numbers ----------------------------------------------------------------------------------------------------

    def _number(self, start: int) -> _Number | None:
        match = NUMBER.match(self.low, start)
        if match is None:
            return self._word_number(start)
        whole, decimals, part, vulgar = match.groups()
        end = match.end()
        if end < len(self.low) and self.low[end] in ":/" and self.low[end + 1 : end + 2].isdigit():
            return None  # a time or a date
        digits = whole.replace(",", "")
        if decimals:
            return _Number(int(digits + decimals), len(decimals), end, True)
        if vulgar:
            mantissa, places = _VULGAR[vulgar]
            return _Number(int(digits) * 10**places + mantissa, places, end, True)
        if part:
            above, below = part.split("/")
            if int(above) < int(below):
                return _Number(round((int(digits) + int(above) / int(below)) * 10**6), 6, end, True)
            return None
        return _Number(int(digits), 0, end, True)

    def _word_number(self, start: int) -> _Number | None:
        match = WORD_NUMBER.match(self.low, start)
        if match is None:
            return None
        total = current = 0
        for word in match[1].replace("-", " ").split():
            if word == "hundred":
                current *= 100
            elif word == "thousand":
                total, current = total + current * 1000, 0
            elif word != "and":
                current += CARDINALS.get(word, 1)
        total += current
        if match[2]:
            mantissa, places = _WORD_PARTS[match[2]]
            return _Number(total * 10**places + mantissa, places, match.end(), False)
        return _Number(total, 0, match.end(), False)

    # --- a number and what follows it -------------------------------------------------------------------------------

    def _part(self, number: _Number, iso: str) -> _Part:
        low = self.low
        end = number.end
        if iso and low[end : end + 1] == ")":
            end += 1
        match = TAIL.match(low, end)
        gap, word = match.groups()  # type: ignore[union-attr]  # everything in TAIL is optional
        if word is None:
            return _Part(number, "money" if iso else "", iso, 0, 1.0, False, end, "")
        entry = AFTER.get(word) if gap else ATTACHED.get(word)
        if entry is None and iso and word in MONEY_SCALES:
            entry = ATTACHED[word]
        exponent, scaled = 0, False
        if entry is not None and entry.kind == "scale":
            if word in MONEY_SCALES and not iso:
                return _Part(number, "other", word, 0, 1.0, False, end, word)
            exponent, scaled, end = entry.exponent, True, match.end()  # type: ignore[union-attr]
            match = TAIL.match(low, end)
            gap, word = match.groups()  # type: ignore[union-attr]
            if word is None:
                return _Part(number, "money" if iso else "", iso, exponent, 1.0, True, end, "")
            entry = AFTER.get(word)
            if entry is not None and entry.kind == "scale":  # a thousand million
                exponent, end = exponent + entry.exponent, match.end()  # type: ignore[union-attr]
                match = TAIL.match(low, end)
                gap, word = match.groups()  # type: ignore[union-attr]
                entry = AFTER.get(word or "")
                word = word or ""
        return self._unit(number, iso, exponent, scaled, end, match, entry, word)  # type: ignore[arg-type]

    def _unit(
        self,
        number: _Number,
        iso: str,
        exponent: int,
        scaled: bool,
        end: int,
        match: re.Match[str],
        entry: Word | None,
        word: str,
    ) -> _Part:
        at = match.start(2)
        if iso:
            if entry is not None and entry.kind == "money" and entry.name == iso:
                end = match.end()
            return _Part(number, "money", iso, exponent, 1.0, scaled, end, word)
        if entry is None or word in ("pct", "percent", "%", "pc", "per"):
            phrase = PERCENT_PHRASE.match(self.low, at) if word[:1] in "pb%" else None
            if phrase:
                entry = PERCENT_FORMS[re.sub(r"[\s-]", "", phrase[1])]
                return _Part(number, entry.kind, "percent", exponent, entry.factor, scaled, phrase.end(), word)
            qualified = QUALIFIED_CURRENCY.match(self.low, at)
            if qualified:
                return self._qualified(number, exponent, scaled, qualified)
            return _Part(number, "", "", exponent, 1.0, scaled, end, word)
        if entry.kind == "money":
            if (word in ("pound", "pounds") and not scaled) or (
                word in ("real", "won", "cent") and not scaled and number.mantissa < 100
            ):
                entry = AFTER["kilo"] if word in ("pound", "pounds") else entry
            return self._money(number, exponent, scaled, entry, match.end(), word)
        return _Part(number, entry.kind, entry.name, exponent, entry.factor, scaled, match.end(), word)

    def _qualified(self, number: _Number, exponent: int, scaled: bool, match: re.Match[str]) -> _Part:
        stem = CURRENCY_STEMS[match[2]]
        iso = QUALIFIED.get((" ".join(match[1].replace("-", " ").split()), stem))
        if iso is None:
            iso = AFTER[match[2]].name
        if stem == "dollar":
            self.dollar = "USD" if iso == "USD" or self.dollar == "USD" else iso
        return _Part(number, "money", iso, exponent, 1.0, scaled, match.end(), match[2])

    def _money(self, number: _Number, exponent: int, scaled: bool, entry: Word, end: int, word: str) -> _Part:
        iso = entry.name
        if word in DOLLAR_NAMES:
            self.dollar = self.dollar or "USD"
            iso = self.dollar
            if number.digits and not scaled and number.decimals == 0 and 1900 <= number.mantissa <= 2100:
                return _Part(number, "other", "", 0, 1.0, False, end, word)  # "in 1986 dollars"
        return _Part(number, "money", iso, exponent, entry.factor, scaled, end, word)

    # --- productions ------------------------------------------------------------------------------------------------

    def _amount(self, start: int, number: _Number, iso: str) -> int:
        part = self._part(number, iso)
        if part.kind in ("money", "percent", "points", "count"):
            return self._maybe_range(start, part)
        if part.kind == "":
            return self._without_unit(start, part)
        if part.kind == "times":
            return self._times(start, part)
        if part.kind == "part":
            return self._fraction(start, part)
        return max(part.end, number.end)

    def _without_unit(self, start: int, part: _Part) -> int:
        low = self.low
        number = part.number
        if number.digits and part.word in ("th", "st", "nd", "rd"):
            match = _SUPERLATIVE.match(low, part.end + 2)
            if match:
                self._emit(
                    start,
                    match.end(),
                    float(number.mantissa),
                    None,
                    "rank",
                    None,
                    None,
                    None,
                    "rank",
                    None,
                    None,
                    "rank_ordinal",
                )
                return match.end()
            return part.end
        connect = _CONNECT.match(low, part.end)
        if connect:
            return self._maybe_range(start, part)
        out_of = _OUT_OF.match(low, part.end) if part.word in ("in", "out") else None
        if out_of and not number.decimals:
            whole = int(out_of[1]) if out_of[1] else CARDINALS[out_of[2]]
            if 0 < number.mantissa < whole <= 100:
                self._emit(
                    start,
                    out_of.end(),
                    100.0 * number.mantissa / whole,
                    None,
                    "percent",
                    None,
                    None,
                    None,
                    "fraction",
                    None,
                    "share",
                    "one_in",
                )
                return out_of.end()
        if not part.scaled:
            return self._bare(start, part)
        self._scaled(start, part)
        return part.end

    def _maybe_range(self, start: int, part: _Part) -> int:
        connect = _CONNECT.match(self.low, part.end)
        other = self._other(connect.end()) if connect else None
        if other is None or connect is None:
            if part.kind:
                self._put(start, part, part.kind)
            return part.end
        second_start, second = other
        if second.kind not in ("money", "percent", "points", "count", ""):
            if part.kind:
                self._put(start, part, part.kind)
            return part.end
        return self._pair(start, part, connect[1] or "-", second_start, second)

    def _other(self, start: int) -> tuple[int, _Part] | None:
        low = self.low
        at, iso = start, ""
        match = _SIGN_PREFIX.match(low, start)
        if match:
            iso = PREFIXES.get((match[1] or "").replace(".", ""), SIGNS[match[2]])
            at = match.end()
        number = self._number(at)
        return None if number is None else (start, self._part(number, iso))

    def _pair(self, start: int, first: _Part, link: str, second_start: int, second: _Part) -> int:
        if not second.kind and not second.scaled:
            if not first.kind or link == "and":  # "1985-86", "6 to 8": no quantity; or the second is read on its own
                if first.kind:
                    self._put(start, first, first.kind)
                elif first.scaled:
                    self._scaled(start, first)
                return max(first.end, second.end if not first.kind and link == "-" else first.end)
            second = second._replace(
                kind=first.kind, unit=first.unit, exponent=first.exponent, factor=first.factor, scaled=first.scaled
            )
            if link == "-" or first.kind == "count":
                self._put(start, first, first.kind)
                return second.end
        if not first.kind or (
            first.unit == second.unit and not first.scaled and second.scaled and first.kind == second.kind
        ):
            if not self._may_borrow(first, link, start):
                return first.end
            if not first.scaled:
                first = first._replace(exponent=second.exponent, scaled=second.scaled)
            first = first._replace(kind=second.kind or first.kind, unit=second.unit or first.unit, factor=second.factor)
        elif not second.kind:
            second = second._replace(kind=first.kind, unit=first.unit, factor=first.factor)
        window = self._before(start)
        low_value, high_value = _value(first), _value(second)
        lead = window[-1] if window else ""
        same = first.kind == second.kind and first.unit == second.unit
        between = link == "and" and ("between" in window[-3:])
        by_to = link == "to" and first.end < second_start and self._is_change(window) and self._full(start, first)
        if (
            same
            and low_value < high_value
            and (link == "-" or between or (link == "to" and lead != "from" and not by_to))
        ):
            if first.kind:
                self._put(start, first, first.kind, second)
            else:
                self._scaled(start, first, second)
            return second.end
        if first.kind:
            self._put(start, first, first.kind)
        elif first.scaled:
            self._scaled(start, first)
        if second.kind:
            self._put(second_start, second, second.kind)
        elif second.scaled:
            self._scaled(second_start, second)
        return second.end

    def _full(self, start: int, part: _Part) -> bool:
        """Whether the unit was printed with this number itself, and not lent by the second one."""
        return part.end > part.number.end or self.low[start] in SIGNS

    def _is_change(self, window: list[str]) -> bool:
        return any(word in _CHANGES for word in window[-2:])

    def _may_borrow(self, first: _Part, link: str, start: int) -> bool:
        """Whether a bare number before "and", "or", "to" takes the unit of the one after: a year or a day does not."""
        if link == "-":
            return True
        number = first.number
        if number.digits and number.decimals == 0 and 1900 <= number.mantissa <= 2100:
            return False
        window = self._before(start)
        return not (window and AFTER.get(window[-1], Word("")).kind == "time")

    def _before(self, start: int) -> list[str]:
        floor = self.out[-1].end if self.out else 0
        return self.low[max(floor, start - 48) : start].replace("-", " ").split()

    def _times(self, start: int, part: _Part) -> int:
        value = _value(part)
        if part.word == "fold":
            self._emit(
                start, part.end, value, None, "ratio", None, part.number.decimals, None, "multiple", "up", None, "fold"
            )
            return part.end
        match = _TIMES_AS.match(self.low, part.end)
        if match and value:
            end = max(
                part.end, match.end() if match.end() > part.end and self.low[match.end() - 1].isalpha() else part.end
            )
            decimals = part.number.decimals if part.number.digits else None
            self._emit(start, end, value, None, "ratio", None, decimals, None, "multiple", "up", None, "times")
            return end
        return part.end

    def _fraction(self, start: int, part: _Part) -> int:
        """`a third higher`, `two-thirds`, `a quarter of`: a share or a change, in percent."""
        denominator = DENOMINATORS[part.word]
        value = 100 * _value(part._replace(factor=1.0)) / denominator
        if value > 100 or (denominator == 4 and part.number.mantissa == 1 and self._is_time(start)):
            return part.end
        low = self.low
        compared = _COMPARED.match(low, part.end)
        if compared:
            direction = "up" if compared[1] in _UP else "down"
            self._emit(
                start,
                compared.end(),
                value,
                None,
                "percent",
                None,
                None,
                None,
                "fraction",
                direction,
                "change",
                "fraction_compared",
            )
            return compared.end()
        match = TAIL.match(low, part.end)
        follower = match[2] or "" if match else ""
        if part.number.mantissa > 1 or follower in _AFTER_HALF or self._hedged(start):
            self._emit(
                start,
                part.end,
                value,
                None,
                "percent",
                None,
                None,
                None,
                "fraction",
                None,
                "share" if follower == "of" else None,
                "fraction",
            )
        return part.end

    def _is_time(self, start: int) -> bool:
        window = self._before(start)
        return bool(window) and window[-1] in _NOT_HALF

    def _hedged(self, start: int) -> bool:
        window = self._before(start)
        return bool(window) and (window[-1] in HEDGES or window[-1] in ("by", "up", "down", "to", "than"))

    def _half(self, start: int, end: int) -> int:
        low = self.low
        window = self._before(start)
        if window and window[-1] in _NOT_HALF:
            return end
        number = _Number(5, 1, end, False)
        match = TAIL.match(low, end)
        follower = match[2] or "" if match else ""
        if follower in ("a", "an"):
            part = self._part(number._replace(end=match.end()), "")  # type: ignore[union-attr]
            if part.kind in ("money", "percent", "points", "count"):
                self._put(start, part._replace(number=number), part.kind)
                return part.end
            if part.scaled:
                self._scaled(start, part)
                return part.end
            return end
        compared = _COMPARED.match(low, end)
        if compared:
            direction = "up" if compared[1] in _UP else "down"
            self._emit(
                start,
                compared.end(),
                50.0,
                None,
                "percent",
                None,
                None,
                None,
                "fraction",
                direction,
                "change",
                "fraction_compared",
            )
            return compared.end()
        if follower == "as":
            self._emit(start, end, 0.5, None, "ratio", None, None, None, "multiple", "down", None, "half_as")
        elif follower in _AFTER_HALF or self._hedged(start):
            self._emit(
                start,
                end,
                50.0,
                None,
                "percent",
                None,
                None,
                None,
                "fraction",
                None,
                "share" if follower == "of" else None,
                "half",
            )
        return end

    def _multiple(self, start: int, end: int, word: str) -> int:
        value, direction, condition = MULTIPLES[word]
        match = TAIL.match(self.low, end)
        gap, follower = match.groups() if match else (None, None)
        if condition == "context":
            if word in ("twice", "thrice"):
                compared = _TIMES_AS.match(self.low, end)
                if compared is None:
                    return end
                end = max(end, compared.end() if self.low[compared.end() - 1].isalpha() else end)
            elif gap == "-" or not (follower is None or follower in _AFTER_DOUBLE):
                return end
        self._emit(start, end, value, None, "ratio", None, None, None, "multiple", direction or None, None, "multiple")
        return end

    def _rank(self, start: int, end: int, words: list[str]) -> int:
        first, last = words[0], words[-1]
        if first in ORDINALS and words[1] == "only":
            value = 2
        elif first in ORDINALS:
            value = ORDINALS[first]
        elif first.startswith("no.") or first == "number":
            digits = (first[3:] or last) if first.startswith("no.") else last
            value = int(digits) if digits.isdigit() else CARDINALS[digits]
        else:
            value = 1
            window = self._before(start)[-6:]
            if "one of the" in " ".join(window) or "among" in window:
                return end
        self._emit(start, end, float(value), None, "rank", None, None, None, "rank", None, None, "rank")
        return end

    # --- what is left out and taken from a neighbour ------------------------------------------------------------------

    def _bare(self, start: int, part: _Part) -> int:
        """A number without scale or unit: an amount only as an ellipsis ("up from 3.1", "to 15.7")."""
        number, last = part.number, self.out[-1] if self.out else None
        if (
            last is None
            or not number.digits
            or last.form not in ("money", "percent", "count", "points")
            or start - last.end > 120
        ):
            return part.end
        window = self._before(start)
        lead = window[-1] if window else ""
        if not (number.decimals or (lead in ("from", "to", "against", "than") and 0 < number.mantissa < 1000)):
            return part.end
        if (
            _BARE_FOLLOWERS.match(self.low, part.end) is None
            or not self._same_sentence(last.end, start)
            or lead in ("no.", "article", "section", "chapter")
        ):
            return part.end
        exponent = 0
        if last.form == "money" and last.precision:
            exponent = round(_log10(last.precision)) + (last.decimals or 0)
        value = float(number.mantissa) * 10.0 ** (exponent - number.decimals)
        self._emit(
            start,
            part.end,
            value,
            None,
            last.unit,
            last.unit_noun,
            number.decimals,
            10.0 ** (exponent - number.decimals),
            last.form,
            None,
            None,
            "ellipsis",
        )
        return part.end

    def _scaled(self, start: int, part: _Part, second: _Part | None = None) -> None:
        """An amount with a scale but no unit: it takes the unit of a neighbour in its sentence, or counts things."""
        word = part.word if second is None else second.word
        if word.endswith("s") and len(word) > 3 and word not in _MONEY_NOUNS:
            self._put(start, part._replace(unit=word), "count", second)
            return
        last = self.last
        self._put(start, part, "", second)
        index = len(self.out) - 1
        if last is not None and self._same_sentence(last.end, start):
            self._give_unit(index, last)
        else:
            self.pending.append(index)

    def _give_unit(self, index: int, giver: Quantity | None) -> None:
        if giver is not None:
            self.out[index] = replace(self.out[index], unit=giver.unit, unit_noun=giver.unit_noun, form=giver.form)

    def _same_sentence(self, end: int, start: int) -> bool:
        return start - end < 400 and _SENTENCE_BREAK.search(self.text, max(0, end - 2), start + 1) is None

    # --- what comes out -----------------------------------------------------------------------------------------------

    def _put(self, start: int, part: _Part, kind: str, second: _Part | None = None) -> None:
        number = part.number
        unit = part.unit
        noun: str | None = None
        if kind in ("count", ""):
            if (
                kind == "count"
                and not part.scaled
                and number.mantissa < 1000
                and AFTER.get(part.word, Word("")).name == ""
            ):
                return
            unit, noun = "count", part.unit or None
        elif kind in ("percent", "points"):
            unit = "percent"
        else:
            unit = "usd" if unit == "USD" else unit
        power = part.exponent - number.decimals
        precision = 10.0**power * part.factor if number.digits else None
        end = part.end if second is None else second.end
        direction = None
        if kind in ("percent", "points", "money"):
            compared = _COMPARED.match(self.low, end)
            if compared:
                direction = "up" if compared[1] in _UP else "down"
        quantity = self._emit(
            start,
            end,
            _value(part),
            None if second is None else _value(second),
            unit,
            noun,
            number.decimals if number.digits else None,
            precision,
            kind or "count",
            direction,
            "change" if direction else None,
            f"{kind or 'scaled'}{'_range' if second else ''}",
        )
        if kind in ("money", "count") and (kind == "money" or part.scaled or noun):
            for index in self.pending:
                self._give_unit(
                    index, quantity if self._same_sentence(self.out[index].end, start) else self.last or quantity
                )
            self.pending.clear()
            self.last = quantity

    def _emit(
        self,
        start: int,
        end: int,
        value: float,
        high: float | None,
        unit: str,
        noun: str | None,
        decimals: int | None,
        precision: float | None,
        form: str,
        direction: str | None,
        sense: str | None,
        rule: str,
    ) -> Quantity:
        low = self.low
        floor = self.out[-1].end if self.out else 0
        bottom = max(floor, start - 48)
        window = low[bottom:start]
        hedge, hedge_word, lead, negative = "exact", None, None, False
        if window[-1:] == "-" and window[-2:-1] in ("", " ", "(", "\n"):
            negative, window = True, window[:-1]
        words = window.replace("-", " ").split()
        if words:
            if words[-1] in ("a", "an") and len(words) > 1:
                words.pop()
            for found in HEDGES.get(words[-1].lstrip("(\"'"), ()):
                size = len(found.words)
                if (
                    size <= len(words)
                    and words[-1].lstrip("(\"'") == found.words[-1]
                    and tuple(words[-size:-1]) == found.words[:-1]
                ):
                    if size == len(words) and floor and bottom == floor and found.words[-1] in _COMPARATORS:
                        break  # "42 pct above 16.98 billion" compares
                    hedge, hedge_word = found.hedge, " ".join(found.words)
                    if hedge != "record":
                        at = len(window)
                        for word in reversed(found.words):
                            at = window.rindex(word, 0, at)
                        start = bottom + at
                    del words[-size:]
                    break
            if words and words[-1] in _LEADS:
                lead = words[-1]
        if hedge == "exact" and low[end : end + 1] in "+ -":
            for phrase, meaning in HEDGES_AFTER.items():
                if low.startswith(phrase, end + (phrase != "+")):
                    hedge, hedge_word, end = meaning, phrase, end + len(phrase) + (phrase != "+")
                    break
        if high is not None:
            hedge = "range"
        if direction is None and lead in ("up", "down") and form in ("percent", "points", "money"):
            direction, sense = lead, "change"
        quantity = Quantity(
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
        self.out.append(quantity)
        return quantity


def _log10(value: float) -> float:
    exponent = 0
    while value >= 9.99:
        value, exponent = value / 10, exponent + 1
    while value < 0.99:
        value, exponent = value * 10, exponent - 1
    return exponent


def _value(part: _Part) -> float:
    power = part.exponent - part.number.decimals
    value = float(part.number.mantissa * 10**power) if power >= 0 else part.number.mantissa / 10**-power
    return value * part.factor if part.factor != 1.0 else value
