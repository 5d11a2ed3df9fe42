"""Offsets, order and robustness on any text: nothing raises, and every span lies in the text, in order and apart."""

import itertools

from hypothesis import example, given, settings
from hypothesis import strategies as st

from transforms.text import find_quantities, furniture_spans, sentence_spans

PIECES = [
    "$13.2 billion",
    "7.1 billion dlrs",
    "about a third higher",
    "30-40 pct",
    "seventh-largest",
    "more than doubled",
    "the U.S.",
    "Mr. Kim",
    "from ",
    "\r\n",
    "\n\n",
    "    ",
    "\u00a0",
    "\u202f",
    "\u200f",
    "\U0001f6a2",
    "e\u0301",
    "한국",
    "İ",
    "ß",
    "“",
    "(",
    ")",
    "-",
    "—",
    "1986",
    "1,2,3",
    "½",
    "%",
    "{{x}}",
    "<b>",
    "&nbsp;",
    "Subscribe now\n",
    ". ",
    "and ",
    "half a ",
    "no. ",
]
texts = st.lists(
    st.one_of(st.sampled_from(PIECES), st.text(max_size=6), st.sampled_from([" ", " to ", ", "])), max_size=30
)


@settings(max_examples=300, deadline=None)
@given(texts.map("".join))
@example(".\x1f")
def test_spans_are_inside_in_order_and_apart(text):
    for spans in (
        [(q.start, q.end) for q in find_quantities(text)],
        furniture_spans(text),
        sentence_spans(text),
    ):
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))


@settings(max_examples=200, deadline=None)
@given(texts.map("".join))
def test_quantities_are_sound(text):
    for quantity in find_quantities(text):
        quote = text[quantity.start : quantity.end]
        assert quote == quote.strip()
        assert quantity.value >= 0
        assert quantity.value_high is None or quantity.value_high > quantity.value
        assert quantity.unit in ("percent", "ratio", "rank", "count", "usd") or quantity.unit.isupper()
        assert (quantity.hedge == "range") == (quantity.value_high is not None)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["$13.2 billion", "7.1 billion dlrs", "2.7 percent", "seventh-largest"]))
def test_a_phrase_in_the_midst_of_anything_keeps_its_quote(before, phrase):
    text = f"{before}\n\n{phrase}\n\n"
    assert phrase in [text[q.start : q.end] for q in find_quantities(text)]


@settings(max_examples=100, deadline=None)
@given(texts.map("".join))
def test_line_ends_do_not_change_the_values(text):
    unix = text.replace("\r", "")
    assert [q.value for q in find_quantities(unix)] == [q.value for q in find_quantities(unix.replace("\n", "\r\n"))]


@settings(max_examples=100, deadline=None)
@given(texts.map("".join))
def test_nothing_but_white_space_lies_between_sentences(text):
    edges = [0, *itertools.chain.from_iterable(sentence_spans(text)), len(text)]
    assert all(not text[start:end].strip() for start, end in zip(edges[::2], edges[1::2], strict=True))
