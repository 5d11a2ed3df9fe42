"""Whose dollar, franc or pound a bare name means.

What belongs here: names that several currencies share, resolved within one text by what an editor goes by: the one that
the text names in full, else the country that it names first. What does not: names that are one currency's (`lexer`).
"""

from __future__ import annotations

import re
from typing import Final

from transforms.text.lexer import CURRENCY_STEMS, NAMESAKES, trie

_WHOSE: Final = {
    stem: (re.compile(rf"(?<![a-z])({trie(word for word, _ in whose)})(?![a-z])"), dict(whose))
    for stem, whose in NAMESAKES.items()
    if whose
}


class Namesakes:
    """One text's currencies with shared names. Times are linear: a text is searched at most once for each name."""

    __slots__ = ("low", "named", "searched")

    def __init__(self, low: str) -> None:
        self.low = low
        self.named: dict[str, str] = {}
        self.searched: dict[str, str | None] = {}

    def name(self, stem: str, iso: str) -> None:
        """An amount names its currency in full. The first one counts; a U.S. dollar puts the dollar back to itself."""
        if iso == "USD":
            self.named[stem] = iso
        else:
            self.named.setdefault(stem, iso)

    def meant(self, word: str, default: str) -> str:
        """The currency that a bare `word` means; `default` where the text does not say.

        A bare dollar is American unless the first amount in dollars said otherwise: agencies name another dollar in
        full once, and the dollars of a story about another country are mostly American ones.
        """
        stem = CURRENCY_STEMS[word]
        if stem == "dollar":
            return self.named.setdefault(stem, default)
        return self.named.get(stem) or self._of_the_country(stem) or default

    def _of_the_country(self, stem: str) -> str | None:
        if stem not in self.searched:
            pattern, whose = _WHOSE[stem]
            match = pattern.search(self.low)
            self.searched[stem] = whose.get(" ".join(match[1].replace("-", " ").split())) if match else None
        return self.searched[stem]
