"""The sample articles of the snapshot: they are what they say, and reading and judging keep the floors reached on them.

What belongs here: the articles in `warehouse/snapshot/articles` against `samples/<same name>.yml`, which hold the
figures expected of each in the form of `scoring.py`, and beside them

    expected       the verdict, or a list of verdicts that are right
    reason         where the verdict is not_checkable and only one reason of the closed list is right
    revised_since  true where the newest vintage would change the verdict
    inconsistent   true where the article's other figures contradict this one (and agree among themselves)
    why            the arithmetic, from the series at the vintage named
    basis          where the text names one; `unknown` where it is left out

Three things are measured. `read`: the reader alone, as on the corpus. `judged`: the expected slots are judged, so that
a miss there is one of the checks. `whole`: the text is read, and what was found is judged.
"""

from __future__ import annotations

import importlib.util
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from transforms import schemas

_SPEC = importlib.util.spec_from_file_location("samples_scoring", Path(__file__).with_name("scoring.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
scoring: Any = importlib.util.module_from_spec(_SPEC)
sys.modules["samples_scoring"] = scoring
_SPEC.loader.exec_module(scoring)

READ_FLOORS: dict[str, float] = {
    "recall": 0.96,
    "precision": 0.98,
    "kind": 0.99,
    "unit": 0.99,
    "flow_sign": 0.98,
    "parties": 0.94,
    "period": 0.97,
    "base_period": 0.96,
    "hedge": 1.0,
    "scope": 0.97,
    "status": 1.0,
    "direction": 1.0,
    "joint": 0.92,
    "not_actual": 0.66,
}
"""The reader alone, by measure of `scoring.MEASURES`; they only rise."""

WHOLE_FLOORS: dict[str, float] = {"verdict": 0.86, "no_false_verdict": 0.99}
"""What comes of the reader's figures in the checks; they only rise."""

JUDGED_FLOORS: dict[str, float] = {
    "verdict": 1.0,
    "no_false_verdict": 1.0,
    "reason": 1.0,
    "revised_since": 1.0,
    "internal_check": 1.0,
}
"""The checks alone; they only rise."""

REPOSITORY = Path(__file__).resolve().parents[2]
ARTICLES = {path.stem: path for path in sorted((REPOSITORY / "warehouse/snapshot/articles").glob("*.md"))}
SAMPLES = {path.stem: path for path in sorted(Path(__file__).with_name("samples").glob("*.yml"))}
BESIDE = ("basis", "expected", "reason", "revised_since", "inconsistent", "why")
HOLDS = {"within_tolerance", "within_tolerance_other_reading"}


def front_matter(path: Path) -> tuple[dict[str, str], str]:
    """The head of an article and its text; spans count in the text as it stands after the closing line of the head."""
    _, head, text = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.load(head, Loader=yaml.BaseLoader), text  # noqa: S506  # constructs text, lists and mappings alone


@lru_cache(maxsize=1)
def samples() -> dict[str, tuple[Any, list[dict[str, Any]]]]:
    """By name: the article with its expected figures, and the rows of the file with what is expected of the checks."""
    loaded = {}
    for name, path in SAMPLES.items():
        page = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
        head, text = front_matter(ARTICLES[name])
        figures = [{key: value for key, value in row.items() if key not in BESIDE} for row in page["figures"]]
        entry = {"title": head["title"], "published_on": head["date"], "manner": head["publisher"], "text": text}
        entry |= {"defaults": page.get("defaults", {}), "figures": figures}
        loaded[name] = (scoring._article(name, entry), page["figures"])
    return loaded


def cases() -> Iterator[tuple[Any, Any, dict[str, Any]]]:
    """Every expected figure: its article, the figure, its row."""
    for article, rows in samples().values():
        for figure, row in zip(article.figures, rows, strict=True):
            yield article, figure, row


def verdicts(row: Mapping[str, Any]) -> set[str]:
    stated = row["expected"]
    return {stated} if isinstance(stated, str) else set(stated)


# --- the files -----------------------------------------------------------------------------------------------------


def test_every_article_has_its_expectations() -> None:
    assert ARTICLES
    assert set(ARTICLES) == set(SAMPLES)


@pytest.mark.parametrize("path", ARTICLES.values(), ids=ARTICLES)
def test_an_article_is_a_short_brief_with_an_honest_head(path: Path) -> None:
    head, text = front_matter(path)
    assert set(head) == {"title", "publisher", "date"}
    assert head["publisher"].startswith("after ")
    assert path.stem.startswith(date.fromisoformat(head["date"]).strftime("%Y-%m-"))
    assert 90 <= len(text.split()) <= 250


def test_the_samples_are_as_many_and_as_mixed_as_the_readme_says() -> None:
    figures = [figure for _, figure, _ in cases()]
    partners = {party for figure in figures for party in (figure.reporter, figure.partner)} - {
        "US",
        "KR",
        "world",
        None,
    }
    kinds = Counter(figure.kind for figure in figures)
    assert len(ARTICLES) >= 12
    assert len(figures) >= 60
    assert len(partners) >= 5
    assert {name[:3] for name in ARTICLES} >= {"198", "201", "202"}
    assert set(kinds) == set(schemas.KINDS)
    assert {figure.status for figure in figures} >= {"actual", "forecast", "target"}
    assert {verdict for _, _, row in cases() for verdict in verdicts(row)} == set(schemas.VERDICTS)
    assert any("revised_since" in row for _, _, row in cases())


@pytest.mark.parametrize("name", SAMPLES)
def test_every_expectation_is_in_the_contracts_words_and_says_why(name: str) -> None:
    article, rows = samples()[name]
    assert [figure.start for figure in article.figures] == sorted(figure.start for figure in article.figures)
    for row in rows:
        assert verdicts(row) <= set(schemas.VERDICTS), row["quote"]
        assert row["why"].strip(), row["quote"]
        if "reason" in row:
            assert row["reason"] in schemas.REASONS
            assert verdicts(row) == {"not_checkable"}
        assert row.get("revised_since", "true") == "true"


# --- the frame of expected figures ---------------------------------------------------------------------------------

ONE = {"billion": 1e9, "bn": 1e9, "million": 1e6, "mln": 1e6}


def precision(figure: Any) -> float | None:
    """One unit of the last printed digit; None where the number is in words or is none."""
    number = re.search(r"\d[\d,]*(?:\.(\d+))?", figure.quote)
    if number is None or figure.kind in ("rank", "direction"):
        return None
    scale = next((ONE[word] for word in ONE if re.search(rf"\b{word}\b", figure.quote)), 1.0)
    return float(scale * 10.0 ** -len(number[1] or ""))


def expected_frame() -> pl.DataFrame:
    """The expected figures of all samples as rows of the figures table: what a perfect reader would hand on."""
    rows = []
    for article, figure, row in cases():
        low, high = figure.value if isinstance(figure.value, tuple) else (figure.value, None)
        scope = "goods_services" if figure.scope == "unknown" and figure.flow == "balance" else figure.scope
        bare = figure.flow == "balance" and (figure.scope_open or figure.scope == "unknown")
        other = "goods" if scope == "goods_services" else "goods_services"
        why = "a bare trade balance"
        rows.append(
            {
                "figure_id": f"{article.name}/{figure.start}",
                "article_id": article.name,
                "published_on": date.fromisoformat(article.published_on),
                "start_char": figure.start,
                "end_char": figure.end,
                "quote": figure.quote,
                "sentence": figure.quote,
                "value": low,
                "value_high": high,
                "precision": precision(figure),
                "scope": scope,
                "basis": row.get("basis", "unknown"),
                "adjustment": "unknown",
                "quoted": False,
                "open": [{"slot": "scope", "values": [scope, other], "why": why}] if bare else [],
            }
            | {slot: getattr(figure, slot) for slot in ("kind", "unit", "hedge", "flow", "sign", "direction")}
            | {slot: getattr(figure, slot) for slot in ("reporter", "partner", "period", "base_period", "status")}
        )
    return schemas.FIGURES.conform(pl.DataFrame(rows, schema_overrides={"open": schemas.OPEN}))


def checked(figures: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """What the checks say of `figures` on the embedded snapshot, by figure_id."""
    # Imported here, so that the files above can be tested while a room is being built.
    from transforms.checks import check_figures  # noqa: PLC0415
    from transforms.series.partners import partners  # noqa: PLC0415
    from warehouse import snapshot  # noqa: PLC0415

    held = [snapshot.load(table) for table in ("observations", "statements")]
    checks = check_figures(figures, *held, partners(), snapshot.load("vintages"))
    return {row["figure_id"]: row for row in checks.iter_rows(named=True)}


def judge(tally: Any, article: Any, figure: Any, row: Mapping[str, Any], check: Mapping[str, Any] | None) -> None:
    """Counts one figure's verdict, and what else its row expects of the check."""
    wanted, got = verdicts(row), check["verdict"] if check else None
    right = got in wanted
    tally.count("verdict", right)
    tally.count("no_false_verdict", got in {None, "not_checkable", *wanted} or bool(got in HOLDS and wanted & HOLDS))
    for slot, expected in (("reason", row.get("reason")), ("revised_since", bool(row.get("revised_since")) or None)):
        if expected is not None and check is not None:
            tally.count(slot, check[slot] == expected)
            right = right and check[slot] == expected
    if check is not None:
        alarm = check["internal_check"] == "inconsistent"
        tally.count("internal_check", alarm == ("inconsistent" in row))
        right = right and alarm == ("inconsistent" in row)
    if not right:
        slots = ("reason", "computed_value", "vintage", "revised_since", "internal_check")
        told = tuple(check[slot] for slot in slots) if check else ()
        tally.misses.append(f"{article.name} {figure.quote!r}: want {row['expected']} got {got} {told}; {row['why']}")


@lru_cache(maxsize=1)
def judged_tally() -> Any:
    """The checks alone, on the expected slots."""
    tally = scoring.Tally()
    checks = checked(expected_frame())
    for article, figure, row in cases():
        judge(tally, article, figure, row, checks.get(f"{article.name}/{figure.start}"))
    return tally


@lru_cache(maxsize=1)
def found() -> dict[str, list[dict[str, Any]]]:
    """What the reader finds, by article."""
    return dict(scoring.read([article for article, _ in samples().values()]))


@lru_cache(maxsize=1)
def read_tally() -> Any:
    """The reader alone."""
    return scoring.score([article for article, _ in samples().values()], found())


@lru_cache(maxsize=1)
def whole_tally() -> Any:
    """The whole way: what was found, checked."""
    rows = [row for name in found() for row in found()[name]]
    checks = checked(schemas.FIGURES.conform(pl.DataFrame(rows, schema=schemas.FIGURES.schema)))
    tally = scoring.Tally()
    for article, expected in samples().values():
        pairs = scoring._pair(article.figures, found()[article.name])
        for figure, row in zip(article.figures, expected, strict=True):
            pair = pairs.get(figure.start)
            judge(tally, article, figure, row, checks.get(pair["figure_id"]) if pair else None)
    return tally


def at_least(tally: Any, measure: str, floor: float) -> None:
    hits, total = tally.counts[measure]
    assert hits >= floor * total, f"{measure}: {hits}/{total}, floor {floor}\n" + "\n".join(tally.misses)


@pytest.mark.parametrize("measure", READ_FLOORS)
def test_reading_keeps_its_floor(measure: str) -> None:
    at_least(read_tally(), measure, READ_FLOORS[measure])


@pytest.mark.parametrize("measure", WHOLE_FLOORS)
def test_the_whole_way_keeps_its_floor(measure: str) -> None:
    at_least(whole_tally(), measure, WHOLE_FLOORS[measure])


@pytest.mark.parametrize("measure", JUDGED_FLOORS)
def test_judging_keeps_its_floor(measure: str) -> None:
    at_least(judged_tally(), measure, JUDGED_FLOORS[measure])


def main(arguments: Sequence[str]) -> int:
    """Prints both tables and every miss."""
    for name, tally in (("judged", judged_tally()), ("read", read_tally()), ("whole", whole_tally())):
        sys.stdout.write(f"{name}\n")
        for measure, (hits, total) in tally.counts.items():
            sys.stdout.write(f"  {measure:18s} {hits / total:6.3f}  {hits}/{total}\n")
        sys.stdout.writelines(f"  {miss}\n" for miss in tally.misses)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(REPOSITORY))
    raise SystemExit(main(sys.argv[1:]))
