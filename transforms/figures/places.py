"""Places spoken of before: the country that `there`, `with it`, `the island`, `its northern neighbour` point back to.

What belongs here: which words point back, and to which country named before. What does not: what the phrase of a flow
names itself (`heads`), and what a figure takes from the figure before (`parties`).
"""

from __future__ import annotations

from typing import Final

from transforms.figures.heads import Head
from transforms.figures.mentions import Mention, Sentence, scan

_POINTERS: Final = frozenset(("it", "them", "there"))
_DEFINITE: Final = frozenset(("the", "that", "this", "its", "their"))
_COUNTRY_NOUNS: Final = frozenset(
    ("country", "neighbor", "neighbour", "nation", "bloc", "kingdom", "island", "market", "republic", "partner")
)
_BETWEEN: Final = frozenset(("northern", "southern", "eastern", "western", "big", "bigger", "larger", "smaller"))
_JOINTS: Final = frozenset(("to", "from", "with"))
_FARTHEST: Final = 700
"""How many characters back, in the same paragraph, a country may have been named."""


def points_back(sentence: Sentence, head: Head, amount: Mention) -> bool:
    """Whether the phrase of the flow ends in a pointer: `exports there`, `the gap with it`, `with its neighbour`."""
    words = sentence.words[head.last : head.last + 7]
    if words[:1] == ["there"] or (head.role == "verb" and words[:1] in (["it"], ["them"])):
        return True
    if head.role == "verb" and sentence.word(amount.last) == "there":
        return True
    joint = next((step for step, word in enumerate(words[:4]) if word in _JOINTS), -1)
    if joint < 0 or any(mark in words[:joint] for mark in (",", ";", "and")):
        return False
    after = words[joint + 1 :]
    if after[:1] and after[0] in _POINTERS:
        return True
    if not after or after[0] not in _DEFINITE:
        return False
    return next((word for word in after[1:] if word not in _BETWEEN), "") in _COUNTRY_NOUNS


def _named(mentions: list[Mention], upto: int, excluded: set[str | None]) -> list[Mention]:
    """The countries among the mentions before token `upto`, the latest first."""
    return [
        mention
        for mention in reversed(mentions)
        if mention.kind == "P"
        and mention.last <= upto
        and mention.data[1] not in ("institution", "city")
        and mention.data[0] not in ("world", *excluded)
    ]


Place = tuple[str, int, int]
"""A country and where the text names it; -1, -1 where no single span does."""


def named_before(sentence: Sentence, head: Head, excluded: set[str | None]) -> Place | None:
    """The country named nearest before the flow: in its sentence, else before it in its paragraph.

    A name goes before an adjective: `Taiwan, whose chips fill American data centres`.
    """
    found, shift = _named(sentence.mentions, head.first, excluded), 0
    if not found:
        earlier = before_in_paragraph(sentence)
        if earlier is not None:
            found, shift = _named(earlier.mentions, len(earlier.words), excluded), sentence.start - len(earlier.text)
    nearest = next((mention for mention in found if mention.data[1] == "name"), found[0] if found else None)
    return (str(nearest.data[0]), nearest.start + shift, nearest.end + shift) if nearest is not None else None


def paragraph_start(sentence: Sentence) -> int:
    """Where the paragraph of the sentence begins, but not farther back than a reader remembers."""
    text, far = sentence.text, max(0, sentence.start - _FARTHEST)
    return max(text.rfind("\n\n", far, sentence.start), text.rfind("\n    ", far, sentence.start), far)


def before_in_paragraph(sentence: Sentence) -> Sentence | None:
    """What the paragraph says before this sentence, scanned anew: sentences without trade words were passed over."""
    text, begin = sentence.text, paragraph_start(sentence)
    if not text[begin : sentence.start].strip():
        return None
    part = text[begin : sentence.start]
    earlier = Sentence(part, 0, len(part), sentence.paragraph)
    scan(earlier, ())
    return earlier
