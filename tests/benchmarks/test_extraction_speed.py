"""How fast articles are read: figures a second, linear time, bounded memory. Run with `make bench`."""

from __future__ import annotations

import time
from datetime import date, timedelta

import polars as pl
import pytest

from transforms.figures import extract_figures
from transforms.figures.extract import extract_batches

PARAGRAPHS = [
    "Japan's current account surplus rose to {a} billion dlrs in February from {b} billion a year earlier and from\n"
    "{c} billion in January, the Finance Ministry said.",
    "Exports to the United States fell {d} pct to {a} billion dlrs, while imports climbed {e} pct to {c} billion.",
    "The trade surplus with the European Community widened to {b} billion dlrs from {c} billion in the same month of\n"
    "1986, and that with Taiwan to {e} billion.",
    "Officials said talks on semiconductors, beef and citrus would go on in Washington next month, though neither\n"
    "side expected much of them before the summit in Venice.",
    "For the first two months of the year the trade surplus totalled {a} billion dlrs, up {d} pct from a year ago.",
    "The yen has risen {e} pct against the dollar since September 1985, which exporters say has cost them orders.",
    "Economists expect the surplus to shrink to {c} billion dlrs this year from {b} billion in 1986.",
    "Cars made up {d} pct of exports to the United States in the period, against {e} pct a year before.",
]


def stories(count: int) -> pl.DataFrame:
    """Wire stories of about 2.1 KB with some ten figures, no two alike."""
    texts = []
    for number in range(count):
        values = {
            key: f"{1 + (number * step) % 97}.{(number * step) % 10}"
            for key, step in zip("abcde", (3, 7, 11, 13, 17), strict=True)
        }
        chosen = [PARAGRAPHS[(number + step) % len(PARAGRAPHS)] for step in range(len(PARAGRAPHS))] * 2
        texts.append(f"TRADE FIGURES {number}\n\n" + "\n    ".join(p.format(**values) for p in chosen) + "\n Reuter\n")
    return pl.DataFrame(
        {
            "article_id": [str(number) for number in range(count)],
            "published_on": [date(1987, 3, 1) + timedelta(days=number % 28) for number in range(count)],
            "text": texts,
        }
    )


@pytest.mark.benchmark(group="articles")
def test_articles_a_second(benchmark) -> None:  # type: ignore[no-untyped-def]
    frame = stories(400)
    found = benchmark.pedantic(extract_figures, args=(frame,), rounds=3, warmup_rounds=1)
    assert found.height > 8 * frame.height


def test_batches_together_are_the_whole() -> None:
    frame = stories(20)
    batches = list(extract_batches(frame, size=7))
    assert len(batches) == 3
    assert pl.concat(batches).equals(extract_figures(frame))
    assert list(extract_batches(frame.clear())) == []


def test_a_batch_holds_at_least_one_article() -> None:
    with pytest.raises(ValueError, match="size of 1 or more"):
        next(extract_batches(stories(1), size=0))


def elapsed(frame: pl.DataFrame) -> float:
    start = time.process_time()
    extract_figures(frame)
    return time.process_time() - start


@pytest.mark.parametrize(
    "unit", ["$1 ", "from ", "(", "exports to Japan rose 5 percent to $3 billion in May. ", "the year "]
)
def test_time_grows_linearly_with_the_length_of_a_text(unit: str) -> None:
    """Eight times the text may take at most sixteen times as long: twice the linear growth, for noise."""

    def one(length: int) -> float:
        text = unit * (length // len(unit))
        frame = pl.DataFrame({"article_id": ["a"], "published_on": [date(1987, 3, 1)], "text": [text]})
        return min(elapsed(frame) for _ in range(2))

    one(20_000)
    short, long = one(40_000), one(320_000)
    assert long < 16 * max(short, 0.005)
