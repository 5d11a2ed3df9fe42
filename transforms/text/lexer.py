"""The lexicons as tables, the text made uniform without moving a character, and the patterns that tell where to stop.

What belongs here: what is known of single words (number words, scales, currencies, units, hedges, ordinals), read once
from `lexicons/*.csv`, and the one scan that runs over a text and stops only where a number phrase may begin. What does
not: how words make a number with its unit (`numerals`) or a phrase (`quantities`), where sentences end (`sentences`),
what is page furniture (`cleaning`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from importlib import resources
from io import StringIO
from typing import Any, Final, NamedTuple

GAP: Final = r"(?>[ \t]{1,8}(?:\r?\n[ \t]{0,16})?|-(?:\r?\n[ \t]{0,16})?|\r?\n[ \t]{0,16})"
"""What may stand between two words of a phrase: blanks, a hyphen, a line break with its indentation; no blank line."""


def lexicon(name: str) -> list[dict[str, str]]:
    """Rows of `lexicons/<name>.csv`, empty cells as empty strings."""
    path = resources.files("transforms.text") / "lexicons" / f"{name}.csv"
    rows = csv.DictReader(StringIO(path.read_text(encoding="utf-8")))
    return [{key: value or "" for key, value in row.items()} for row in rows]


def trie(words: Iterable[str], then: Mapping[str, str] | None = None) -> str:
    """A regular expression for any of `words`, longest first, with shared beginnings so that it fails early.

    `then` gives for each word a pattern of what must come after it. A blank stands for any `GAP`.
    """
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for char in word:
            node = node.setdefault(char, {})
        node[""] = then[word] if then else ""
    return _branch(root)


def _branch(node: dict[str, Any]) -> str:
    choices = [(GAP if char == " " else re.escape(char)) + _branch(node[char]) for char in sorted(node) if char]
    if "" in node:
        choices.append(node[""])
    return choices[0] if len(choices) == 1 else "(?:" + "|".join(choices) + ")"


# --- one character for another: offsets never move -----------------------------------------------------------------

_SPACES: Final = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\v\f"
_INVISIBLE: Final = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad\u061c"
)
_ONE_FOR_ONE: Final = {
    **dict.fromkeys(_SPACES + _INVISIBLE, " "),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u201b\u02bc", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2028\u2029\u0085", "\n"),
    "\uff05": "%",
    "\uff04": "$",
    "\ufe69": "$",
    "\uffe5": "¥",
    "\uffe1": "£",
    "\u0130": "i",  # the one letter whose lower case is two characters long
}
_ODD: Final = re.compile("[" + re.escape("".join(_ONE_FOR_ONE)) + "]")
_THIN_THOUSANDS: Final = re.compile("(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")
_ENTITIES: Final = {
    entity: char + " " * (len(entity) - 1)
    for entity, char in {
        "&nbsp;": " ",
        "&#160;": " ",
        "&#xa0;": " ",
        "&thinsp;": " ",
        "&pound;": "£",
        "&#163;": "£",
        "&euro;": "€",
        "&#8364;": "€",
        "&yen;": "¥",
        "&#165;": "¥",
        "&ndash;": "-",
        "&#8211;": "-",
        "&minus;": "-",
    }.items()
}
"""HTML entities that were left in, each with what it stands for, filled up to its length."""


def normalise(text: str) -> str:
    """`text` in lower case with spaces, dashes and quotation marks made uniform, character for character.

    The result is as long as `text`, so an offset in one is the same offset in the other.
    """
    if not text.isascii() and _ODD.search(text):
        text = _THIN_THOUSANDS.sub(",", text)
        for char in set(_ODD.findall(text)):
            text = text.replace(char, _ONE_FOR_ONE[char])
    low = text.lower()
    if "&" in low:
        for entity, filled in _ENTITIES.items():
            low = low.replace(entity, filled)
    return low


# --- what single words mean ----------------------------------------------------------------------------------------


class Word(NamedTuple):
    """What a word after a number means.

    `kind`: scale, percent, points, money, count, measure, time, times, part (a denominator), and for words that only
    begin something link, ordinal, out_of, of, qualifier, percent_phrase, unit_prefix.
    """

    kind: str
    name: str = ""
    factor: float = 1.0
    exponent: int = 0


class Multiple(NamedTuple):
    """What a word like `doubled` means; `context` where it is a number only before some words."""

    value: float
    direction: str
    context: bool


_CONTEXT: Final = {row["role"]: frozenset(row["words"].split()) for row in lexicon("context_words")}


def context(role: str) -> frozenset[str]:
    """The words of one role in `lexicons/context_words.csv`.

    Raises:
        KeyError: no such role.
    """
    return _CONTEXT[role]


_CURRENCIES: Final = lexicon("currencies")
_SCALES: Final = lexicon("scales")
_PERCENT: Final = lexicon("percent")
_NUMBER_WORDS: Final = lexicon("number_words")
_ORDINALS: Final = lexicon("ordinals")

SIGNS: Final = {row["form"]: row["iso"] for row in _CURRENCIES if row["kind"] == "sign"}
SIGN_CHARS: Final = re.escape("".join(SIGNS))
PREFIXES: Final = {re.sub(r"[. ]", "", row["form"][:-1]): row["iso"] for row in _CURRENCIES if row["kind"] == "prefix"}
"""Letters that change the meaning of the sign after them: `hk` before `$`."""

CODES: Final = {row["form"]: row["iso"] for row in _CURRENCIES if row["kind"] == "code"}
"""Codes that may also stand before the number."""

CURRENCY_STEMS: Final = {row["form"]: row["stem"] for row in lexicon("currency_stems")}
_QUALIFIERS: Final = lexicon("currency_qualifiers")
QUALIFIED: Final = {(row["qualifier"], row["stem"]): row["iso"] for row in _QUALIFIERS}
NAMESAKES: Final = {
    stem: tuple(
        (word, row["iso"])
        for row in _QUALIFIERS
        if row["stem"] == stem and len({other["iso"] for other in _QUALIFIERS if other["stem"] == stem}) > 1
        for word in (row["qualifier"], row["country"])
        if word
    )
    for stem in {row["stem"] for row in _QUALIFIERS} - {"dollar", "cent"}
}
"""Currencies that share a name (franc, pound, crown), each with the words that tell whose it is."""

DOLLAR_NAMES: Final = frozenset(form for form, stem in CURRENCY_STEMS.items() if stem == "dollar")
NEEDS_SCALE: Final = frozenset(row["form"] for row in _CURRENCIES if row["kind"] in ("pound", "qualified"))

CARDINALS: Final = {row["word"]: int(row["value"]) for row in _NUMBER_WORDS if row["kind"] != "article"}
ARTICLES: Final = frozenset(row["word"] for row in _NUMBER_WORDS if row["kind"] == "article")
ORDINALS: Final = {row["word"]: int(row["value"]) for row in _ORDINALS if row["denominator"] != "only"}
DENOMINATORS: Final = {
    form: int(row["value"])
    for row in _ORDINALS
    if row["denominator"] in ("yes", "only")
    for form in (row["word"], "halves" if row["word"] == "half" else row["word"] + "s")
}
MULTIPLES: Final = {
    row["form"]: Multiple(float(row["value"]), row["direction"], row["condition"] == "context")
    for row in lexicon("multiples")
}
RANK_NOUNS: Final = tuple(row["noun"] for row in lexicon("rank_nouns"))
SUPERLATIVES: Final = tuple(row["form"] for row in lexicon("superlatives"))
SUPERLATIVES_ALONE: Final = tuple(row["form"] for row in lexicon("superlatives") if row["alone"] == "yes")

SCALES: Final = {row["form"]: int(row["exponent"]) for row in _SCALES}
ATTACHED_SCALES: Final = frozenset(row["form"] for row in _SCALES if row["attached"] == "yes")
MONEY_SCALES: Final = frozenset(row["form"] for row in _SCALES if row["money_only"] == "yes")
"""Abbreviations that are scales only of money or before a unit: 27.7m is metres otherwise."""

PERCENT_FORMS: Final = {
    re.sub(r"[ -]", "", row["form"]): Word(row["form_kind"], factor=float(row["factor"])) for row in _PERCENT
}


def _after() -> dict[str, Word]:
    table = {row["form"]: Word(row["class"], row["noun"]) for row in lexicon("units")}
    table |= {word: Word("part", word, float(value)) for word, value in DENOMINATORS.items()}
    table |= {first: Word("qualifier") for first in {re.split(r"[. ]", name)[0] for name, _ in QUALIFIED}}
    for row in _CURRENCIES:
        if row["kind"] != "prefix":
            table[row["form"]] = Word("money", row["iso"], float(row["factor"]))
    for row in _PERCENT:
        table[re.split(r"[. -]", row["form"])[0]] = Word("percent_phrase")
    table |= {form: Word("link") for form in ("to", "or", "and", "from")}
    table |= {form: Word("ordinal") for form in ("th", "st", "nd", "rd")}
    return table | {
        "in": Word("out_of"),
        "out": Word("out_of"),
        "of": Word("of"),
        "times": Word("times"),
        "fold": Word("fold"),
    }


AFTER: Final = _after()
"""Words that may follow a number and its scale."""

ATTACHED: Final = frozenset(
    form
    for form, word in AFTER.items()
    if word.kind in ("percent_phrase", "ordinal", "fold")
    or (word.kind in ("money", "time", "measure") and len(form) <= 4)
)
"""Those that may be glued to the digits: 5pct, 10am, 27.7€."""

# --- patterns ------------------------------------------------------------------------------------------------------

_CARDINAL: Final = trie(CARDINALS)
_TENS: Final = trie(word for word, value in CARDINALS.items() if value % 10 == 0 and value > 10)
_DIGIT_WORDS: Final = trie(word for word, value in CARDINALS.items() if value < 10)
_UNDER_HUNDRED: Final = rf"(?:(?:{_TENS})(?:{GAP}(?:{_DIGIT_WORDS})(?![a-z]))?|(?:{_CARDINAL}))(?![a-z])"
_UNDER_THOUSAND: Final = (
    rf"(?:(?:{_UNDER_HUNDRED}|an?){GAP}hundred(?:{GAP}(?:and{GAP})?{_UNDER_HUNDRED})?|{_UNDER_HUNDRED})"
)
_UNIT_KINDS: Final = ("percent_phrase", "points", "count", "measure", "times", "fold", "unit_prefix", "qualifier")
_SUFFIX: Final = rf"()(?:({GAP})?({trie(SCALES)})(?![a-z]))?(?:({GAP})?([a-z]+|%|[{SIGN_CHARS}](?![ ]?[0-9])))?"
_YEAR: Final = (
    rf"(?<=[12])(?:(?<=1)9|(?<=2)0)[0-9]{{2}}(?![0-9,.%½¼¾/:-]|{GAP}(?:{trie(SCALES)}|[{SIGN_CHARS}%]"
    rf"|{trie(f for f, w in AFTER.items() if f.isalpha() and w.kind in _UNIT_KINDS)})(?![a-z]))"
)
"""A year after its first digit: four digits without a unit are passed over at once."""

AMOUNT: Final = re.compile(
    rf"[0-9{SIGN_CHARS}](?<![0-9][0-9])(?!{_YEAR})(?:(?<=[0-9])|([ \t]{{0,3}}\(?)(?=[0-9]))"
    r"([0-9]{0,14}(?:,[0-9]{1,3}){0,5})(?:[.·]([0-9]{1,9}))?(?![0-9]|[/:][0-9])"
    rf"(?:[ \t-]?([1-9]/[2-9])(?![0-9/])|[ \t]?([½¼¾⅓⅔⅕⅛]))?{_SUFFIX}"
)
"""Every number in digits, with its sign and what follows. Groups: blank after a sign (None: no sign), the digits after
the first character, decimals, common fraction, fraction sign, end of the number, gap, scale, gap, word."""

WORD_AMOUNT: Final = re.compile(
    rf"((?:{_UNDER_THOUSAND}|an?){GAP}thousand(?:{GAP}(?:and{GAP})?{_UNDER_THOUSAND})?|{_UNDER_THOUSAND}|an?(?![a-z]))"
    rf"(?:{GAP}and{GAP}(?:a|one){GAP}(half|quarter|third)(?![a-z]))?{_SUFFIX}"
)
"""A number in words. Groups: whole, fraction, end of the number, gap, scale, gap, word."""

SUFFIX: Final = re.compile(_SUFFIX)
"""What follows a number. Groups: end of the number, gap, scale, gap, word."""

DECIMAL_COMMA: Final = re.compile(rf"[0-9]{{1,3}},[0-9]{{1,2}}(?={GAP}?(?:{trie(SCALES)}|%|pct|per[ ]?cent)(?![a-z]))")
"""A number with a decimal comma, told from a list of numbers by the scale or the percent that follows."""

AND_A_HALF: Final = re.compile(rf"{GAP}and{GAP}an?{GAP}half(?![a-z])")
NEXT_WORD: Final = re.compile(rf"({GAP})?([a-z]+)")
QUALIFIED_CURRENCY: Final = re.compile(
    rf"({trie({name for name, _ in QUALIFIED})}){GAP}({trie(CURRENCY_STEMS)})(?![a-z])"
)
QUALIFIER_ALONE: Final = re.compile(rf"({trie({name for name, stem in QUALIFIED if stem == 'dollar'})})(?=[),;])")
PERCENT_PHRASE: Final = re.compile(rf"({trie(row['form'] for row in _PERCENT)})(?![a-z])")

_WORD_END: Final = "(?![a-z])"
_PLACE: Final = rf"{GAP}(?:single{GAP})?(?:{trie(SUPERLATIVES)})(?![a-z])"
_RANKED: Final = (
    rf"{GAP}(?:as{GAP}|at{GAP}|in{GAP})?(?:the{GAP})?(?:number{GAP}|no\.[ ]?)?"
    rf"(?:(?:{trie(ORDINALS)}|{_CARDINAL})(?![a-z])|[0-9]{{1,2}}(?:th|st|nd|rd)?(?![a-z0-9,.]*[0-9]))"
)
_TRIGGERS: Final = {
    **{
        f"{article} {word}": _WORD_END
        for article in ARTICLES
        for word in (*DENOMINATORS, *(form for form in SCALES if len(form) > 2 and not form.endswith("s")))
    },
    **dict.fromkeys(MULTIPLES, _WORD_END),
    **dict.fromkeys(SUPERLATIVES_ALONE, _WORD_END),
    **dict.fromkeys(ORDINALS, _PLACE),
    **dict.fromkeys(CARDINALS, _WORD_END),
    "half": _WORD_END,
    "no.": r"[ \t]?[0-9]{1,2}(?![0-9])(?!,[0-9])",
    "number": rf"{GAP}(?:{_CARDINAL}|[0-9]{{1,2}})(?![a-z0-9])(?!,[0-9])",
    "second only to": _WORD_END,
    "factor of": rf"{GAP}(?=(?:{_CARDINAL}|[0-9]{{1,3}})(?![a-z0-9]))",
    "top": rf"(?={GAP}(?:[a-z.]{{2,12}}{GAP})?(?:{trie(RANK_NOUNS)})(?![a-z]))",
    **dict.fromkeys(("rank", "ranks", "ranked", "ranking"), _RANKED),
}
_PHRASES: Final = trie(_TRIGGERS, _TRIGGERS)
PHRASE: Final = re.compile(rf"[ \t\n\"'(\[<>*_/—{SIGN_CHARS}-]({_PHRASES})")
"""Every word with which a number phrase may begin, with what must follow it. The group is the phrase."""

PHRASE_AT_START: Final = re.compile(rf"({_PHRASES})")
"""The same for the very beginning of a text, where no character stands before the word."""
