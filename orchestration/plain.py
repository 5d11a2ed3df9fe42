"""Text from outside made safe to print: nothing in it can move the cursor, change colours or reverse the line.

What belongs here: the one function that everything printed or shown from articles, paths and queries goes through.
"""

from __future__ import annotations

import re
from typing import Final

_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, escape and C1 among them; tab and line feed are blanked
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # invisible, line-breaking and direction-changing
    "\ud800-\udfff]"  # halves of surrogate pairs, as from file names that are no UTF-8
)
_BLANK: Final = re.compile(r"[\t\n]+")


def plain(text: str) -> str:
    """`text` on one line, each unsafe character replaced by a visible stand-in."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", _BLANK.sub(" ", text))
