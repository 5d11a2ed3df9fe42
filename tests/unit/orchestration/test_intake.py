"""Intake: what becomes an article, what is said of the rest, and that nothing leaves its folder."""

import io
import os
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from orchestration import intake
from orchestration.intake import Metadata, Source, from_paths, from_sources
from transforms.schemas import ARTICLES


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def one(path: Path, **given: object) -> dict[str, object]:
    """The only article that comes of `path`, with nothing to complain about but a missing date."""
    found = from_paths([str(path)], given=Metadata(**given))  # type: ignore[arg-type]
    assert [failure for failure in found.failures if failure.fatal] == []
    assert len(found.articles) == 1
    return found.frame().row(0, named=True)


def complaint(*paths: Path | str) -> str:
    """The one line about `paths`, from which no article came."""
    found = from_paths([str(path) for path in paths])
    assert found.articles == []
    assert len(found.failures) == 1
    assert "\n" not in str(found.failures[0])
    return str(found.failures[0])


# --- text and offsets ----------------------------------------------------------------------------------------------


def test_text_is_the_decoded_file_with_its_line_ends(tmp_path: Path) -> None:
    row = one(write(tmp_path / "a.txt", "One – “two”\r\nthree\rfour\n\n€5\n"))
    assert row["text"] == "One – “two”\r\nthree\rfour\n\n€5\n"


def test_byte_order_mark_and_front_matter_are_left_out(tmp_path: Path) -> None:
    raw = "\ufeff---\r\ntitle: 'A: b'\r\npublished_on: 2018-01-05\r\n---\r\nText $5\r\n"
    row = one(write(tmp_path / "a.md", raw))
    assert row["text"] == "Text $5\r\n"
    assert (row["title"], row["published_on"]) == ("A: b", date(2018, 1, 5))


def test_rule_of_dashes_in_a_text_is_no_front_matter(tmp_path: Path) -> None:
    text = "---\nA dispatch from Seoul\n---\nExports rose.\n"
    assert one(write(tmp_path / "a.txt", text))["text"] == text


def test_single_control_character_does_not_make_a_file_binary(tmp_path: Path) -> None:
    assert one(write(tmp_path / "a.txt", "The surplus fell to 5 billion dlrs last year.\n Reuter\n\x03"))


# --- metadata ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("published_on: 2018-01-05", date(2018, 1, 5)),
        ("date: '2018-01-05'", date(2018, 1, 5)),
        ("published_on: 2018-01-05T23:30:00-05:00", date(2018, 1, 5)),
        ("published_on: '2018-01-05 08:00'", date(2018, 1, 5)),
        ("Published_On: 2018-01-05", date(2018, 1, 5)),
        ("published_on:", None),
        ("published_on: ''", None),
    ],
)
def test_dates_of_front_matter(tmp_path: Path, line: str, expected: date | None) -> None:
    assert one(write(tmp_path / "a.md", f"---\n{line}\ntitle: t\n---\nx $5\n"))["published_on"] == expected


def test_option_goes_before_front_matter_and_front_matter_before_the_sidecar(tmp_path: Path) -> None:
    write(tmp_path / "articles.csv", "path,title,publisher,published_on\na.md,Side,Side Press,2011-01-01\n")
    path = write(tmp_path / "a.md", "---\ntitle: Front\npublished_on: 2012-02-02\n---\nx\n")
    row = one(path)
    assert (row["title"], row["publisher"], row["published_on"]) == ("Front", "Side Press", date(2012, 2, 2))
    assert one(path, published_on=date(2013, 3, 3))["published_on"] == date(2013, 3, 3)


def test_sidecar_of_a_folder_above(tmp_path: Path) -> None:
    write(tmp_path / "articles.csv", "\ufeffpath,title,publisher,published_on\nin/deep/a.txt,T,P,2018-01-05\n")
    assert one(write(tmp_path / "in" / "deep" / "a.txt", "x"))["title"] == "T"


def test_nearest_sidecar_counts(tmp_path: Path) -> None:
    write(tmp_path / "articles.csv", "path,title\nin/a.txt,Far\n")
    write(tmp_path / "in" / "articles.csv", "path,title\na.txt,Near\n")
    assert one(write(tmp_path / "in" / "a.txt", "x"))["title"] == "Near"


def test_sidecar_above_a_source_folder_is_not_its_own(tmp_path: Path) -> None:
    write(tmp_path / "articles.csv", "path,title\nsource/a.txt,Outside\n")
    write(tmp_path / "source" / "a.txt", "x")
    assert from_sources([Source(tmp_path / "source")]).articles[0].row["title"] is None


@pytest.mark.parametrize("name", ["../other/a.txt", "/etc/passwd", "in/../../a.txt", ""])
def test_sidecar_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path / "f" / "articles.csv", f'path,title\n"{name}",Stolen\na.txt,Mine\n')
    found = from_paths([str(write(tmp_path / "f" / "a.txt", "x"))])
    assert found.articles[0].row["title"] == "Mine"
    assert "articles.csv: row 1: " in str(next(failure for failure in found.failures if failure.fatal))


def test_sidecar_through_a_link_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "secret.txt", "x")
    write(tmp_path / "f" / "articles.csv", "path,title\nlink.txt,Stolen\n")
    (tmp_path / "f" / "link.txt").symlink_to(tmp_path / "secret.txt")
    found = from_paths([str(write(tmp_path / "f" / "a.txt", "x"))])
    assert "leads out of the folder" in str(found.failures[0])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"path,published_on\na.txt,5 January 2018\n", "row 1: a.txt: '5 January 2018' is no date"),
        (b"file,title\na.txt,T\n", "has no column `path`"),
        (b"path,title\n\xff\xfe,T\n", "not UTF-8"),
        (b'path,title\n"a.txt,T\n', "cannot be read as CSV"),
        (b"path,title\na.txt,T\na.txt,U\n", "row 2: a.txt is named twice"),
    ],
)
def test_faulty_sidecar_is_told_once_and_the_articles_are_read(tmp_path: Path, content: bytes, told: str) -> None:
    write(tmp_path / "articles.csv", content)
    write(tmp_path / "a.txt", "x")
    write(tmp_path / "b.txt", "y")
    found = from_paths([str(tmp_path)])
    assert len(found.articles) == 2
    fatal = [str(failure) for failure in found.failures if failure.fatal]
    assert len(fatal) == 1
    assert "articles.csv: " in fatal[0]
    assert told in fatal[0]


# --- what cannot be read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"---\ntitle: x\n---\n", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is binary"),
        (b"caf\xe9 exports", r"is not UTF-8 (byte 0xe9 at 3)"),
        ("Exports €5".encode("utf-16"), "is UTF-16"),
        (b"---\ntitle: [unclosed\n---\nx\n", "front matter: no valid YAML in line"),
        (b"---\npublished_on: 2018-02-31\n---\nx\n", "front matter:"),
        (b"---\npublished_on: soon\n---\nx\n", "'soon' is no date"),
        (b"---\na: &a [x]\nb: *a\n---\nx\n", "aliases"),
        (b"---\na: " + b"[" * 200 + b"]" * 200 + b"\n---\nx\n", "nested too deeply"),
        (b"---\ntitle: !!python/object/apply:os.system [echo]\n---\nx\n", "front matter: no valid YAML"),
    ],
)
def test_unreadable_article_is_one_line_and_the_rest_is_read(tmp_path: Path, content: bytes, told: str) -> None:
    bad = write(tmp_path / "bad.md", content)
    assert f"{bad}: " in complaint(bad)
    assert told in complaint(bad)
    write(tmp_path / "good.txt", "x")
    found = from_paths([str(tmp_path)])
    assert [article.shown for article in found.articles] == [str(tmp_path / "good.txt")]


def test_long_file_is_refused_by_its_size_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert "too long for an article (50 MB, at most 5 MB)" in complaint(path)


def test_file_that_is_as_long_as_may_be_is_read(tmp_path: Path) -> None:
    assert one(write(tmp_path / "a.txt", b"x" * intake.MAX_BYTES))
    assert "too long" in complaint(write(tmp_path / "b.txt", b"x" * (intake.MAX_BYTES + 1)))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("missing.txt", "no such file or folder"),
        ("https://example.org/a", "addresses are not read yet"),
        ("HTTP://example.org/a", "addresses are not read yet"),
    ],
)
def test_name_that_is_no_file(name: str, told: str) -> None:
    assert told in complaint(name)


@pytest.mark.parametrize("suffix", [".html", ".PDF", ".jsonl"])
def test_kinds_that_are_not_read_yet_are_named(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"a{suffix}", "x")
    assert f"{path}: " in complaint(path)
    assert "not read yet" in complaint(path)
    assert "not read yet" in complaint(tmp_path)


def test_empty_folder(tmp_path: Path) -> None:
    assert f"{tmp_path}: no article in this folder" in complaint(tmp_path)


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "no regular file" in complaint(tmp_path / "a.txt")
    assert "no article in this folder" in complaint(tmp_path)


def test_article_without_date_is_read_and_told(tmp_path: Path) -> None:
    found = from_paths([str(write(tmp_path / "a.txt", "x"))])
    assert len(found.articles) == 1
    assert [(failure.fatal, "no publication date" in str(failure)) for failure in found.failures] == [(False, True)]


# --- folders -------------------------------------------------------------------------------------------------------


def test_folder_is_read_in_order_without_hidden_and_temporary_files(tmp_path: Path) -> None:
    names = ["b/2.md", "a.txt", "b/1.TXT", ".hidden.txt", ".git/x.txt", "~$a.txt", "a.txt~", "#a.txt#", "c.txt.part"]
    for name in [*names, "notes.csv", "picture.png", "a.tmp"]:
        write(tmp_path / name, "x" + name)
    found = from_paths([str(tmp_path)])
    assert [article.row["path"] for article in found.articles] == ["a.txt", "b/1.TXT", "b/2.md"]


def test_links_are_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "secret" / "s.txt", "secret")
    write(tmp_path / "f" / "a.txt", "x")
    (tmp_path / "f" / "link.txt").symlink_to(tmp_path / "secret" / "s.txt")
    (tmp_path / "f" / "dir").symlink_to(tmp_path / "secret")
    (tmp_path / "f" / "loop").symlink_to(tmp_path / "f")
    (tmp_path / "f" / "dead.txt").symlink_to(tmp_path / "nowhere.txt")
    found = from_paths([str(tmp_path / "f")])
    assert [article.row["path"] for article in found.articles] == ["a.txt"]
    told = sorted(str(failure) for failure in found.failures if failure.fatal)
    assert ["links out of its folder" in line for line in told] == [True, True]


def test_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "x")
    (tmp_path / "b.txt").symlink_to(path)
    assert len(from_paths([str(path), str(tmp_path), str(tmp_path / "b.txt")]).articles) == 1


def test_name_that_is_no_utf8_can_be_printed_and_stored(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        Path(os.fsdecode(path)).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert "caf\N{REPLACEMENT CHARACTER}.txt: is empty" in complaint(tmp_path)
    Path(os.fsdecode(path)).write_bytes(b"x")
    assert from_paths([str(tmp_path)]).frame()["path"].to_list() == ["caf\N{REPLACEMENT CHARACTER}.txt"]


def test_standard_input(tmp_path: Path) -> None:
    found = from_paths(["-"], given=Metadata(published_on=date(2018, 1, 5)), stdin=io.BytesIO(b"Exports $5"))
    assert [(article.shown, article.row["text"]) for article in found.articles] == [("-", "Exports $5")]
    long = from_paths(["-"], stdin=io.BytesIO(b"x" * (intake.MAX_BYTES + 1)))
    assert "too long" in str(long.failures[0])


# --- identities ----------------------------------------------------------------------------------------------------


def test_identity_is_the_path_under_the_source_folder(tmp_path: Path) -> None:
    for home in ("one", "two"):
        write(tmp_path / home / "in" / "a.txt", "x")
    first, second = (from_sources([Source(tmp_path / home)]).frame()["article_id"].item() for home in ("one", "two"))
    assert first == second == intake.article_id(None, "in/a.txt")


def test_equal_paths_of_two_sources_are_two_articles(tmp_path: Path) -> None:
    for home in ("own", "samples"):
        write(tmp_path / home / "a.txt", home)
    found = from_sources([Source(tmp_path / "own"), Source(tmp_path / "samples", "samples")])
    assert found.frame()["article_id"].n_unique() == 2


def test_equal_names_on_the_command_line_are_two_articles(tmp_path: Path) -> None:
    paths = [str(write(tmp_path / home / "a.txt", home)) for home in ("one", "two")]
    assert from_paths(paths).frame()["article_id"].n_unique() == 2


@pytest.mark.parametrize(
    "same",
    [
        "HTTPS://News.Example.org/trade/1/?utm_source=x&b=2",
        "https://news.example.org:443/trade/1?b=2#top",
        " https://news.example.org/trade/1?b=2&fbclid=9 ",
    ],
)
def test_address_is_canonical(same: str) -> None:
    assert intake.canonical(same) == "https://news.example.org/trade/1?b=2"
    assert intake.article_id(same, "x") == intake.article_id("https://news.example.org/trade/1?b=2", "y")


def test_addresses_of_two_pages_differ() -> None:
    pages = ["https://a.org/1", "https://a.org/2", "http://a.org:8080/1", "https://a.org/1?p=2", "https://b.org/1"]
    assert len({intake.article_id(page, "") for page in pages}) == len(pages)


def test_second_file_of_one_address_is_left_out_and_told(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        write(tmp_path / name, f"---\nurl: https://a.org/1\npublished_on: 2018-01-05\n---\n{name}\n")
    found = from_sources([Source(tmp_path)])
    assert [article.row["path"] for article in found.articles] == ["a.md"]
    assert "b.md: has the same address as" in str(found.failures[0])


def test_article_that_repeats_another_points_to_it(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "Exports rose\nto $5.")
    write(tmp_path / "b.txt", "Exports rose to  $5.\n")
    write(tmp_path / "c.txt", "Exports rose to $6.\n")
    frame = from_sources([Source(tmp_path)]).frame()
    assert frame["duplicate_of"].to_list() == [None, frame["article_id"][0], None]


def test_version_rises_with_the_content_and_only_with_it() -> None:
    def articles(**documents: str) -> pl.DataFrame:
        rows = {"article_id": list(documents), "document_id": list(documents.values())}
        return ARTICLES.conform(pl.DataFrame(rows).with_columns(article_version=pl.lit(1), text=pl.lit("x")))

    first = intake.with_versions(articles(a="1", b="1"), ARTICLES.empty())
    assert first["article_version"].to_list() == [1, 1]
    second = intake.with_versions(articles(b="1", a="2", c="1"), first)
    assert dict(zip(second["article_id"], second["article_version"], strict=True)) == {"b": 1, "a": 2, "c": 1}
    third = intake.with_versions(articles(a="3"), second)
    assert third["article_version"].to_list() == [3]
