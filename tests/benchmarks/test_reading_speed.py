"""How fast the text room reads: articles a second on one core, beside other readers where they are installed.

The articles are made here from our own sentences, about 2.1 KB each in the layout of the wires, each with its own
numbers, so that no cache of whole texts helps. `pytest tests/benchmarks/test_reading_speed.py --benchmark-only` prints
the table; without that option each reader runs a few rounds.
"""

import importlib
import random
import textwrap
import time

import pytest

from transforms.text import find_quantities, furniture_spans, sentence_spans

ARTICLE_BYTES = 2_100
ARTICLES = 100
FIGURES_SHARE = 0.3
"""Share of sentences with figures: gives about eleven quantities an article, as wire stories on trade have."""

PLAIN = [
    "Officials of both countries met for two days to talk about access for farm goods, but agreed on little.",
    "A spokesman said that the government would not change its policy before the next round of talks.",
    "One of the ministers called the figures a surprise, and said that the second half would be better.",
    "He told reporters that the two sides were still far apart on cars, beef and telecommunications.",
    "The bank left its forecast unchanged, and repeated that it saw no reason to intervene in the market.",
    "The talks, first held in {year}, will go on in {month}, when a larger delegation is due to arrive.",
    "Dealers said the market had expected the news, and that few of them had changed their positions.",
]
FIGURES = [
    "The trade deficit of {country} widened to {a} billion dlrs in {month} from {b} billion a year earlier.",
    "Exports rose {p} pct to {a} billion dlrs, while imports fell {q} pct, the ministry said on Friday.",
    "It was the third largest gap since records began, and about a third higher than the one of {year}.",
    "The current account was in surplus by {a} billion marks after a deficit of {b} mln in {month} {year}.",
    "Shipments of steel came to {n} tonnes, nearly twice as much as in {year}, according to the bureau.",
    "Some economists expect the surplus to fall by {p} to {r} percent once the new tariffs take effect.",
    "For the year as a whole the gap was ${a} billion, up from {b}, customs data show.",
]
COUNTRIES = ["France", "Brazil", "Korea", "Canada", "Japan", "Taiwan", "Italy", "Mexico"]
MONTHS = ["January", "March", "May", "July", "September", "November"]


def _article(draw: random.Random) -> str:
    paragraphs: list[str] = []
    size = 0
    while size < ARTICLE_BYTES:
        sentence = draw.choice(FIGURES if draw.random() < FIGURES_SHARE else PLAIN).format(
            country=draw.choice(COUNTRIES),
            month=draw.choice(MONTHS),
            year=draw.randint(1980, 2020),
            a=round(draw.uniform(1, 300), 2),
            b=round(draw.uniform(1, 300), 1),
            p=round(draw.uniform(0, 9), 1),
            q=draw.randint(1, 40),
            r=draw.randint(10, 40),
            n=f"{draw.randint(1_000, 9_000_000):,}",
        )
        paragraphs.append(textwrap.fill(sentence, 64, initial_indent="    "))
        size += len(paragraphs[-1])
    return f"{draw.choice(COUNTRIES).upper()} REPORTS WIDER TRADE GAP\n\n" + "\n".join(paragraphs) + "\n REUTER\n"


@pytest.fixture(scope="module")
def articles() -> list[str]:
    draw = random.Random(301)  # noqa: S311  the same articles in every run
    return [_article(draw) for _ in range(ARTICLES)]


def _rate(benchmark, read, articles) -> None:
    """Run `read` over all articles as often as the benchmark asks, and note articles a second of the best round."""
    benchmark.pedantic(lambda: [read(text) for text in articles], rounds=5, iterations=1, warmup_rounds=1)
    if benchmark.stats:  # there are none where benchmarks are switched off
        benchmark.extra_info["articles_per_second"] = round(len(articles) / benchmark.stats.stats.min)


@pytest.mark.parametrize("read", [find_quantities, sentence_spans, furniture_spans], ids=lambda read: read.__name__)
def test_reading(benchmark, articles, read):
    _rate(benchmark, read, articles)
    assert all(read(text) for text in articles if read is not furniture_spans)


def test_the_articles_hold_something_to_read(articles):
    found = [len(find_quantities(text)) for text in articles]
    assert 8 < sum(found) / len(found) < 16


@pytest.mark.filterwarnings("ignore::UserWarning:quantulum3")  # it wants a classifier that picks units by context
@pytest.mark.filterwarnings("ignore::DeprecationWarning:quantulum3")
def test_quantulum3_on_the_same_articles(benchmark, articles):
    pytest.importorskip("quantulum3", reason="quantulum3 is not installed (make bench installs it)")
    parser = importlib.import_module("quantulum3.parser")
    few = articles[:3]
    _rate(benchmark, parser.parse, few)


def test_spacy_blank_pipeline_and_matcher_on_the_same_articles(benchmark, articles):
    pytest.importorskip("spacy", reason="spaCy is not installed (make bench installs it)")
    spacy = importlib.import_module("spacy")
    matching = importlib.import_module("spacy.matcher")
    nlp = spacy.blank("en")
    matcher = matching.Matcher(nlp.vocab)
    scale = {"LOWER": {"IN": ["billion", "million", "mln", "bn", "trillion"]}}
    matcher.add(
        "money", [[{"LIKE_NUM": True}, scale], [{"LIKE_NUM": True}, scale, {"LOWER": {"IN": ["dlrs", "marks"]}}]]
    )
    matcher.add("percent", [[{"LIKE_NUM": True}, {"LOWER": {"IN": ["pct", "percent", "%"]}}]])
    _rate(benchmark, lambda text: matcher(nlp(text)), articles)


HARD = {
    "dollars": "$1 ",
    "from": "from ",
    "parentheses": "((((",
    "digits": "1",
    "thousands": "1,",
    "full stops": ".",
    "blanks": " ",
    "lines": "\n",
    "bare amounts": "1 billion ",
    "ranges": "1 to ",
    "words": "twenty ",
    "halves": "half a ",
    "prose": "The gap rose to $5.2 billion in 2016, about a third higher. ",
}


@pytest.mark.parametrize("piece", HARD.values(), ids=HARD)
def test_time_grows_with_length_and_not_faster(piece):
    """Eight times the text may take at most sixteen times as long, on the best of three tries each."""

    def seconds(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        best = float("inf")
        for _ in range(3):
            begin = time.process_time()
            for read in (find_quantities, sentence_spans, furniture_spans):
                read(text)
            best = min(best, time.process_time() - begin)
        return best

    assert seconds(160_000) < 16 * seconds(20_000) + 0.02


@pytest.mark.slow
def test_ten_megabytes_of_digits_and_of_prose():
    for piece in ("1", "The gap rose to $5.2 billion in 2016. "):
        text = piece * (10_000_000 // len(piece))
        begin = time.process_time()
        found = find_quantities(text)
        assert time.process_time() - begin < 60
        assert len(found) == (0 if piece == "1" else text.count("$"))
