"""Where sentences end: abbreviations, initials, decimals, quotes, headlines, wrapped lines."""

import itertools

import pytest

from transforms.text import sentence_spans


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Trade with the U.S. fell for a third year.",
        "The U.S. Commerce Department said so.",
        "Mr. Park and Ms. Cutler met Dr. Kim on Jan. 5 in St. Louis.",
        "The deficit of 4.5 billion dlrs. was no surprise.",
        "Korea is the No. 2 buyer and Japan the No. 1 supplier.",
        "General Motors Corp. shares rose, and Ford Motor Co. shares fell.",
        "Exports rose 2.7 percent to $42.3 billion.",
        "Robert E. Hall and J. P. Kim spoke for the T.P.P. countries.",
        "S. Korea sold 3.5 billion H.K. dlrs of goods to the U.K. market.",
        "Goods, e.g. Steel, i.e. Pipes, were exempt.",
        "The Smith v. Jones case was about Rs. 300 crore.",
        "The meeting at 9 a.m. Friday was short.",
    ],
)
def test_a_full_stop_inside_ends_nothing(sentence):
    assert _sentences(sentence) == [sentence]
    assert _sentences(f"It began. {sentence} It ended.") == ["It began.", sentence, "It ended."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The gap grew. It shrank.", ["The gap grew.", "It shrank."]),
        ("Did it grow? Yes! It did.", ["Did it grow?", "Yes!", "It did."]),
        ("“We can do better.” He left.", ["“We can do better.”", "He left."]),
        ('"It is small." But it grew.', ['"It is small."', "But it grew."]),
        ("It sold to the U.S. The gap grew.", ["It sold to the U.S.", "The gap grew."]),
        ("It sold to the U.S. In 2016, it grew.", ["It sold to the U.S.", "In 2016, it grew."]),
        ("It sold to the U.S. In July 1984.", ["It sold to the U.S. In July 1984."]),
        ("It was Ford Motor Co. The shares fell.", ["It was Ford Motor Co.", "The shares fell."]),
        ("Exports fell in 2016. $5 billion was lost.", ["Exports fell in 2016.", "$5 billion was lost."]),
        ("It waited … Then it fell.", ["It waited …", "Then it fell."]),
        ("No full stop", ["No full stop"]),
        ("", []),
        (" \n \r\n ", []),
    ],
)
def test_sentences_of_one_line(text, expected):
    assert _sentences(text) == expected


WIRE = (
    "TRADE GAP WIDENS TO 5.2 BILLION DLRS\n\nThe gap between exports and imports\nwidened last month, figures from\n"
    "the Ministry showed.\n    Exports to the U.S. Rose only a little.\n    Imports, including those from Hong\n"
    "Kong, grew. Sales of cars fell to\n200,000 units.\n REUTER\n"
)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_wrapped_wire_copy(line_end):
    found = [" ".join(sentence.split()) for sentence in _sentences(WIRE.replace("\n", line_end))]
    assert found == [
        "TRADE GAP WIDENS TO 5.2 BILLION DLRS",
        "The gap between exports and imports widened last month, figures from the Ministry showed.",
        "Exports to the U.S. Rose only a little.",
        "Imports, including those from Hong Kong, grew.",
        "Sales of cars fell to 200,000 units.",
        "REUTER",
    ]


def test_lines_of_a_page_are_sentences_but_broken_ones_are_joined():
    text = (
        "Talks begin in Seoul\n"
        "The two sides met on Friday to look again at a pact that both of them had praised for years, officials said.\n"
        "The value of goods that were sent abroad\nfell.\n"
        "Latest news"
    )
    assert [" ".join(sentence.split()) for sentence in _sentences(text)] == [
        "Talks begin in Seoul",
        "The two sides met on Friday to look again at a pact that both of them had praised for years, officials said.",
        "The value of goods that were sent abroad fell.",
        "Latest news",
    ]


def test_spans_are_in_order_and_trimmed():
    text = "  One.  Two. \n\n\t Three.\n"
    spans = sentence_spans(text)
    assert [text[start:end] for start, end in spans] == ["One.", "Two.", "Three."]
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


def test_a_line_that_stops_after_a_preposition_was_broken():
    line = "Both of them had praised the pact for years, which had, as many officials said on Friday, done well for "
    text = f"{line}trade with\nBrazil and Chile.\nLog in\nSubscribe now\nPact With Brazil at Last\nBRASILIA"
    assert _sentences(text) == [
        f"{line}trade with\nBrazil and Chile.",
        "Log in",
        "Subscribe now",
        "Pact With Brazil at Last",
        "BRASILIA",
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_an_indented_line_begins_a_paragraph_after_any_abbreviation(line_end):
    text = line_end.join(["It was the Ford Motor Co.", "    Taiwan sold more to the U.S.", "    Tariffs fell."])
    assert _sentences(text) == ["It was the Ford Motor Co.", "Taiwan sold more to the U.S.", "Tariffs fell."]
    assert len(_sentences(text.replace("    ", ""))) == 1
