"""Text from outside cannot act on a terminal."""

import unicodedata

import pytest

from orchestration.plain import plain


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[31mred",
        "\x1b]0;title\x07",
        "\x9b31m",
        "a\rb",
        "a\bb",
        "\x7f",
        "\u202egnp.exe",
        "\u2066x",
        "\ud800",
        "a\0b",
    ],
)
def test_nothing_that_acts_is_left(hostile: str) -> None:
    safe = plain(hostile)
    assert len(safe) == len(hostile), "each character has its stand-in, so that offsets hold"
    assert not [character for character in safe if unicodedata.category(character) in ("Cc", "Cf", "Cs")]
    safe.encode("utf-8")


def test_one_line_whatever_comes() -> None:
    assert (
        plain("one\n\ttwo\x85three\u2028four") == "one two\N{REPLACEMENT CHARACTER}three\N{REPLACEMENT CHARACTER}four"
    )


def test_ordinary_text_is_untouched() -> None:
    text = "Exports – “goods” – rose to €5,3 Mrd. 韓国 naïve ✓"
    assert plain(text) == text
