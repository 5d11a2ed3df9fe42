"""The lexicons as tables, the text made uniform without moving a character, and the patterns that tell where to stop.

What belongs here: what is known of single words (number words, scales, currencies, units, hedges, ordinals), read once
from `lexicons/*.csv`, and the one scan that runs over a text and stops only where a number phrase may begin. What does
not: how words make a phrase (`quantities`), where sentences end (`sentences`), what is page furniture (`cleaning`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from importlib import resources
from io import StringIO
from typing import Any, Final, NamedTuple

GAP: Final = r"(?:[ \t]{1,3}|-(?:\r?\n[ \t]{0,16})?|[ \t]{0,3}\r?\n[ \t]{0,16})"
"""What may stand between two words of one phrase: blanks, a hyphen, a line break with its indentation; no blank line."""


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

_SPACES: Final = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_INVISIBLE: Final = (
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
)
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"
_ONE_FOR_ONE: Final = {
    **dict.fromkeys(_SPACES + _INVISIBLE, " "),
    **dict.fromkeys(_DASHES, "-"),
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2028": "\n",
    "\u2029": "\n",
    "\u0085": "\n",
    "\u000b": " ",
    "\u000c": " ",
    "\uff05": "%",
    "\uff04": "$",
    "\ufe69": "$",
    "\uffe5": "¥",
    "\uffe1": "£",
    "\u0130": "i",  # the one letter whose lower case is two characters long
}
_ODD: Final = re.compile("[" + re.escape("".join(_ONE_FOR_ONE)) + "]")
_THIN_THOUSANDS: Final = re.compile("(?<=[0-9])[\u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))")


def normalise(text: str) -> str:
    """`text` in lower case with spaces, dashes and quotation marks made uniform, character for character.

    The result is as long as `text`, so an offset in one is the same offset in the other.
    """
    if text.isascii():
        return text.lower()
    if _ODD.search(text):
        text = _THIN_THOUSANDS.sub(",", text)
        for char in set(_ODD.findall(text)):
            text = text.replace(char, _ONE_FOR_ONE[char])
    return text.lower()


# --- tables --------------------------------------------------------------------------------------------------------


class Word(NamedTuple):
    """What a word after a number means. `kind` is one of scale, percent, points, money, count, time, times, part."""

    kind: str
    name: str = ""
    factor: float = 1.0
    exponent: int = 0


SIGNS: Final = {row["form"]: row["iso"] for row in lexicon("currencies") if row["kind"] == "sign"}
PREFIXES: Final = {
    row["form"][:-1].replace(".", "").strip(): row["iso"] for row in lexicon("currencies") if row["kind"] == "prefix"
}
"""Letters that change the meaning of the sign after them: `hk` before `$`."""

CODES: Final = {row["form"]: row["iso"] for row in lexicon("currencies") if row["kind"] == "code"}
"""Codes that may also stand before the number."""

CURRENCY_STEMS: Final = {row["form"]: row["stem"] for row in lexicon("currency_stems")}
QUALIFIED: Final = {(row["qualifier"], row["stem"]): row["iso"] for row in lexicon("currency_qualifiers")}
DOLLAR_NAMES: Final = frozenset(form for form, stem in CURRENCY_STEMS.items() if stem == "dollar")

NUMBER_WORDS: Final = {row["word"]: int(row["value"]) for row in lexicon("number_words")}
CARDINALS: Final = {row["word"]: int(row["value"]) for row in lexicon("number_words") if row["kind"] != "article"}
ORDINALS: Final = {row["word"]: int(row["value"]) for row in lexicon("ordinals") if row["denominator"] != "only"}
DENOMINATORS: Final = {
    form: int(row["value"])
    for row in lexicon("ordinals")
    if row["denominator"] in ("yes", "only")
    for form in (row["word"], "halves" if row["word"] == "half" else row["word"] + "s")
}
MULTIPLES: Final = {
    row["form"]: (float(row["value"]), row["direction"], row["condition"])
    for row in lexicon("multiples")
    if row["value"]
}
RANK_NOUNS: Final = tuple(row["noun"] for row in lexicon("rank_nouns"))
SUPERLATIVES: Final = tuple(row["form"] for row in lexicon("superlatives"))
SUPERLATIVES_ALONE: Final = tuple(row["form"] for row in lexicon("superlatives") if row["alone"] == "yes")


def _after() -> dict[str, Word]:
    table: dict[str, Word] = {}
    for row in lexicon("units"):
        table[row["form"]] = Word(row["class"], row["noun"])
    for row in lexicon("currencies"):
        if row["kind"] in ("name", "code", "sign"):
            table[row["form"]] = Word("money", row["iso"], float(row["factor"]))
    for row in lexicon("scales"):
        if row["money_only"] != "yes":
            table[row["form"]] = Word("scale", row["form"], exponent=int(row["exponent"]))
    for row in lexicon("percent"):
        if " " not in row["form"]:
            table[row["form"]] = Word(row["form_kind"], factor=float(row["factor"]))
    table |= {word: Word("part", word, float(value)) for word, value in DENOMINATORS.items()}
    table |= {"times": Word("times"), "fold": Word("times"), "time": Word("time")}
    return table


AFTER: Final = _after()
"""Words that may follow a number, after a gap."""

ATTACHED: Final = {
    **{
        row["form"]: Word("scale", row["form"], exponent=int(row["exponent"]))
        for row in lexicon("scales")
        if row["attached"] == "yes"
    },
    **{
        form: word
        for form, word in AFTER.items()
        if word.kind in ("percent", "points", "money", "time") and len(form) <= 4
    },
    "kg": AFTER["kg"],
    "fold": AFTER["fold"],
}
"""Words that may be glued to the digits: 27.7bn, 5pct, 10am."""

MONEY_SCALES: Final = frozenset(row["form"] for row in lexicon("scales") if row["money_only"] == "yes")

# --- patterns ------------------------------------------------------------------------------------------------------

_CARDINAL: Final = trie(CARDINALS)
_TENS: Final = trie(word for word, value in CARDINALS.items() if value % 10 == 0 and value > 10)
_DIGITS: Final = trie(word for word, value in CARDINALS.items() if value < 10)
_QUALIFIERS: Final = trie({qualifier for qualifier, _ in QUALIFIED})
_UNDER_HUNDRED: Final = rf"(?:(?:{_TENS})(?:{GAP}(?:{_DIGITS})(?![a-z]))?|(?:{_CARDINAL}))(?![a-z])"
_UNDER_THOUSAND: Final = (
    rf"(?:(?:{_UNDER_HUNDRED}|an?){GAP}hundred(?:{GAP}(?:and{GAP})?{_UNDER_HUNDRED})?|{_UNDER_HUNDRED})"
)

SIGN_CHARS: Final = re.escape("".join(SIGNS))
NUMBER: Final = re.compile(
    r"((?:[0-9]{1,3}(?:,[0-9]{2,3}){0,5},[0-9]{3}|[0-9]{1,15})(?![0-9]))"
    r"(?:\.([0-9]{1,9})(?![0-9]))?"
    r"(?:[ \t-]?([1-9]/[1-9]0?)(?![0-9/])|[ \t]?([½¼¾⅓⅔⅕⅛]))?"
)
TAIL: Final = re.compile(rf"({GAP})?([a-z%{SIGN_CHARS}][a-z]*)?")
WORD_NUMBER: Final = re.compile(
    rf"((?:{_UNDER_THOUSAND}|an?){GAP}thousand(?:{GAP}(?:and{GAP})?{_UNDER_THOUSAND})?|{_UNDER_THOUSAND}|an?(?![a-z]))"
    rf"(?:{GAP}and{GAP}(?:a|one){GAP}(half|quarter|third)(?![a-z]))?"
)
QUALIFIED_CURRENCY: Final = re.compile(rf"({_QUALIFIERS}){GAP}({trie(CURRENCY_STEMS)})(?![a-z])")
PERCENT_PHRASE: Final = re.compile(rf"({trie(row['form'] for row in lexicon('percent'))})(?![a-z])")
PERCENT_FORMS: Final = {
    re.sub(r"[ -]", "", row["form"]): Word(row["form_kind"], factor=float(row["factor"])) for row in lexicon("percent")
}

_WORD_END: Final = "(?![a-z])"
_SUPERLATIVE: Final = rf"{GAP}(?:single{GAP})?(?:{trie(SUPERLATIVES)})(?![a-z])"
_TRIGGERS: Final = {
    **{
        f"{article} {word}": _WORD_END
        for article in ("a", "an")
        for word in (*DENOMINATORS, *(f for f, w in AFTER.items() if w.kind == "scale"))
    },
    **dict.fromkeys(MULTIPLES, _WORD_END),
    **dict.fromkeys(SUPERLATIVES_ALONE, _WORD_END),
    **dict.fromkeys(ORDINALS, _SUPERLATIVE),
    **dict.fromkeys(CARDINALS, _WORD_END),
    "half": _WORD_END,
    "no.": r"[ \t]?[0-9]{1,2}(?![0-9])",
    "number": rf"{GAP}(?:{_CARDINAL}|[0-9]{{1,2}})(?![a-z0-9])",
    "second only to": _WORD_END,
    "top": rf"(?={GAP}(?:{trie(RANK_NOUNS)})(?![a-z]))",
}
_PHRASES: Final = trie(_TRIGGERS, _TRIGGERS)
DIGIT, SIGN, PHRASE = range(1, 4)
SCAN: Final = re.compile(rf"[^a-z](?:(?<=[0-9])()|(?<=[{SIGN_CHARS}])()|({_PHRASES}))")
"""Every place where a number phrase may begin: a digit, a currency sign, or a word (with what must follow it)."""

SCAN_START: Final = re.compile(rf"()()({_PHRASES})")
"""The same for the very beginning of a text, where no character stands before the word."""


# --- hedges --------------------------------------------------------------------------------------------------------


class Hedge(NamedTuple):
    """One hedging phrase that stands before a number: its words and what they say."""

    words: tuple[str, ...]
    hedge: str


def _hedges() -> dict[str, tuple[Hedge, ...]]:
    table: dict[str, list[Hedge]] = {}
    for row in lexicon("hedges"):
        if row["position"] == "before":
            words = tuple(re.split(r"[ -]", row["phrase"]))
            table.setdefault(words[-1], []).append(Hedge(words, row["hedge"]))
    return {last: tuple(sorted(found, key=lambda hedge: -len(hedge.words))) for last, found in table.items()}


HEDGES: Final = _hedges()
"""Hedges by their last word, the longest first."""

HEDGES_AFTER: Final = {row["phrase"]: row["hedge"] for row in lexicon("hedges") if row["position"] == "after"}
