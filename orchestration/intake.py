"""Files become articles: what is found in folders, how it is decoded, where its title and date come from.

What belongs here: walking folders without leaving them, limits on what is read, front matter, the sidecar
`articles.csv`, identities of articles, and one line for each thing that could not be read. What does not: what the
text says (`transforms`), and addresses, HTML and PDF, which have clients of their own.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import polars as pl
import yaml

from transforms.schemas import ARTICLES, DOCUMENTS

if TYPE_CHECKING:
    from warehouse.archive import Archive

MAX_BYTES: Final = 5_000_000
"""Longest article: about eight hundred thousand words. What is longer is no article."""

MAX_SIDECAR_BYTES: Final = 50_000_000
MAX_FRONT_MATTER_CHARS: Final = 20_000
MAX_FRONT_MATTER_DEPTH: Final = 10

READ: Final = frozenset({".txt", ".md"})
NOT_YET: Final = frozenset({".html", ".htm", ".pdf", ".json", ".jsonl", ".gz"})
"""Kinds of files in which articles come and that are not read yet: named, so that nobody thinks they were."""

SIDECAR: Final = "articles.csv"
TEMPORARY: Final = re.compile(r"[.~#].*|.*[~#]|.*\.(?:tmp|part|crdownload|swp|bak)", re.IGNORECASE)
_CONTROL: Final = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")  # escape is left to whoever prints it
_FRONT_MATTER: Final = re.compile(r"---[ \t]*\r?\n(.*?)(?:^|\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_TRACKING: Final = re.compile(r"utm_.*|fbclid|gclid|mc_[ce]id|cmpid", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that could not be read, in one line; `fatal` is False where the article is read all the same."""

    path: str
    message: str
    fatal: bool = True

    def __str__(self) -> str:
        """The line for standard error."""
        return f"{self.path}: {self.message}"


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is said about an article beside its text; None where it is not said."""

    title: str | None = None
    publisher: str | None = None
    published_on: date | None = None
    url: str | None = None

    def over(self, other: Metadata) -> Metadata:
        """This, and what `other` says where this says nothing."""
        return Metadata(
            self.title or other.title,
            self.publisher or other.publisher,
            self.published_on or other.published_on,
            self.url or other.url,
        )


@dataclass(frozen=True, slots=True)
class Source:
    """A folder whose files are articles. `label` tells its articles from equal paths of another folder."""

    folder: Path
    label: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is to be read: where it lies, how it was named to us, and its identity under its source folder."""

    path: Path
    shown: str
    relative: str
    label: str = ""
    top: Path | None = None  # no sidecar is looked for above this folder


@dataclass(frozen=True, slots=True)
class Article:
    """One article that was read: its row of the table, how its file was named to us, and the file's bytes."""

    row: dict[str, Any]
    shown: str
    raw: bytes


@dataclass(slots=True)
class Intake:
    """What came in, in the order in which it was found, and what could not be read."""

    articles: list[Article] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def frame(self) -> pl.DataFrame:
        """The articles as `schemas.ARTICLES`."""
        rows = [article.row for article in self.articles]
        return ARTICLES.conform(pl.DataFrame(rows, schema=ARTICLES.schema))


class Unreadable(Exception):  # noqa: N818 — a finding about the input, not a fault of the code
    """A file that is no article that can be read, and what to do about it."""


# --- from the command line and from folders ------------------------------------------------------------------------


def from_paths(paths: Sequence[str], *, given: Metadata = Metadata(), stdin: BinaryIO | None = None) -> Intake:
    """Articles of files and folders as named by a person, and of standard input for `-`.

    `given` goes before what front matter and sidecar say. A path named twice is read once.
    """
    intake, seen = Intake(), set[Path]()
    for name in paths:
        try:
            found = _named(name, intake)
        except OSError as error:
            intake.failures.append(Failure(plain_path(name), _system(error)))
            continue
        for item in found:
            if (real := item.path.resolve()) not in seen:
                seen.add(real)
                _take(item, intake, given)
        if name == "-" and stdin is not None:
            _take_stream(stdin, intake, given)
    _tell_apart(intake)
    _link(intake)
    return intake


def from_sources(sources: Iterable[Source]) -> Intake:
    """Articles of whole folders; a folder that does not exist or is empty has none, which is no failure."""
    intake = Intake()
    for source in sources:
        for item in _walk(source.folder, str(source.folder), intake, source):
            _take(item, intake, Metadata())
    _keep_first(intake)
    _link(intake)
    return intake


def _named(name: str, intake: Intake) -> list[Found]:
    """What a person's PATH stands for; failures go to `intake`."""
    if name == "-":
        return []
    shown, path = plain_path(name), Path(name)
    if _ADDRESS.match(name):
        intake.failures.append(Failure(shown, "addresses are not read yet; save the text as .txt or .md and name it"))
    elif not path.exists():
        intake.failures.append(Failure(shown, "no such file or folder; check the spelling"))
    elif path.is_dir():
        found = list(_walk(path, name, intake))
        if not found and not any(failure.path.startswith(shown) for failure in intake.failures):
            intake.failures.append(Failure(shown, "no article in this folder; put .txt or .md files there"))
        return found
    elif not path.is_file():
        intake.failures.append(Failure(shown, "is no regular file; to read from a pipe name it -"))
    elif path.suffix.lower() in NOT_YET:
        intake.failures.append(_not_yet(shown, path.suffix))
    else:
        return [Found(path, shown, path.name)]
    return []


def _walk(folder: Path, shown: str, intake: Intake, source: Source | None = None) -> Iterator[Found]:
    """The articles under `folder`, in the order of their paths, none outside it; failures go to `intake`."""
    label, sidecars_from = (source.label, folder) if source else ("", None)

    def refused(error: OSError) -> None:
        intake.failures.append(Failure(plain_path(error.filename or folder), _system(error)))

    top = folder.resolve()
    for base, folders, files in os.walk(folder, onerror=refused):
        folders[:] = sorted(name for name in folders if not TEMPORARY.fullmatch(name))
        for name in sorted(files):
            path = Path(base, name)
            if TEMPORARY.fullmatch(name) or path.suffix.lower() not in READ | NOT_YET:
                continue
            relative = path.relative_to(folder)
            told = plain_path(Path(shown, relative))
            if path.suffix.lower() in NOT_YET:
                intake.failures.append(_not_yet(told, path.suffix))
            elif not path.resolve().is_relative_to(top):
                intake.failures.append(Failure(told, "links out of its folder, not followed; copy the file in"))
            elif path.is_file():
                yield Found(path, told, relative.as_posix(), label, sidecars_from)


def _not_yet(shown: str, suffix: str) -> Failure:
    return Failure(shown, f"{suffix} files are not read yet; save the text as .txt or .md")


def plain_path(path: str | Path) -> str:
    """`path` as text that can be printed and stored; bytes that are no UTF-8 become the replacement character."""
    return os.fsencode(path).decode("utf-8", "replace")


def _system(error: OSError) -> str:
    reason = (error.strerror or type(error).__name__).lower()
    return f"{reason}; check that it exists and may be read"


# --- one article ---------------------------------------------------------------------------------------------------


def _take(item: Found, intake: Intake, given: Metadata) -> None:
    try:
        raw = _bytes(item.path)
        text, own = decode(raw)
    except Unreadable as error:
        intake.failures.append(Failure(item.shown, str(error)))
        return
    except OSError as error:
        intake.failures.append(Failure(item.shown, _system(error)))
        return
    beside, faults = sidecar_of(item.path, item.top)
    intake.failures.extend(fault for fault in faults if fault not in intake.failures)
    _add(item, raw, text, given.over(own).over(beside), intake)


def _take_stream(stream: BinaryIO, intake: Intake, given: Metadata) -> None:
    raw = stream.read(MAX_BYTES + 1)
    try:
        text, own = decode(raw)
    except Unreadable as error:
        intake.failures.append(Failure("-", str(error)))
    else:
        _add(Found(Path("-"), "-", f"-/{_hash(raw)}"), raw, text, given.over(own), intake)


def _add(item: Found, raw: bytes, text: str, metadata: Metadata, intake: Intake) -> None:
    if metadata.published_on is None:
        told = "no publication date, so the latest figures are used; add published_on: YYYY-MM-DD as front matter"
        intake.failures.append(Failure(item.shown, f"{told}, in {SIDECAR} or as --published-on", fatal=False))
    row = {
        "article_id": article_id(metadata.url, item.relative, item.label),
        "article_version": 1,
        "title": metadata.title,
        "publisher": metadata.publisher,
        "published_on": metadata.published_on,
        "url": metadata.url,
        "path": plain_path(item.relative),
        "text": text,
        "document_id": _hash(raw),
    }
    intake.articles.append(Article(row, item.shown, raw))


def _tell_apart(intake: Intake) -> None:
    """Where two named files have one identity (equal names in two folders), the later gets one of its whole path."""
    seen = set[str]()
    for article in intake.articles:
        if article.row["article_id"] in seen:
            whole = os.path.abspath(article.shown)  # noqa: PTH100 — links stay as named
            article.row["article_id"] = article_id(None, whole)
        seen.add(article.row["article_id"])


def _keep_first(intake: Intake) -> None:
    """Leave out, and say so, a second article of one identity: the same address in two files."""
    first: dict[str, Article] = {}
    for article in intake.articles:
        earlier = first.setdefault(article.row["article_id"], article)
        if earlier is not article:
            told = f"has the same address as {earlier.shown}; left out: keep one of them"
            intake.failures.append(Failure(article.shown, told))
    intake.articles[:] = first.values()


def _link(intake: Intake) -> None:
    """Point an article that repeats an earlier one word for word to it."""
    by_text: dict[str, str] = {}
    for article in intake.articles:
        original = by_text.setdefault(" ".join(article.row["text"].split()), article.row["article_id"])
        article.row["duplicate_of"] = None if original == article.row["article_id"] else original


def article_id(url: str | None, relative: str, label: str = "") -> str:
    """Hash of the canonical address, else of the path under the source folder: 16 hexadecimal digits."""
    return _hash((f"url:{canonical(url)}" if url else f"path:{label}/{plain_path(relative)}").encode())[:16]


def canonical(url: str) -> str:
    """`url` without what does not name the page: case of host, default port, fragment, tracking, last slash."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return url.strip()
    if port and (parts.scheme.lower(), port) not in {("http", 80), ("https", 443)}:
        host = f"{host}:{port}"
    query = urlencode([pair for pair in parse_qsl(parts.query) if not _TRACKING.fullmatch(pair[0])])
    return urlunsplit((parts.scheme.lower(), host, parts.path.rstrip("/"), query, ""))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _bytes(path: Path) -> bytes:
    """The file's bytes, at most one more than is allowed, so that a file that grows cannot fill the memory."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise Unreadable(_too_long(f"{size / 1e6:,.0f} MB"))
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _too_long(size: str) -> str:
    return f"too long for an article ({size}, at most {MAX_BYTES // 1_000_000} MB); split it into its articles"


def decode(raw: bytes) -> tuple[str, Metadata]:
    r"""Text and front matter of an article's bytes. The text is as it stands: line ends too, byte order mark left out.

    Raises:
        Unreadable: empty, too long, binary, not UTF-8, or front matter that cannot be read.
    """
    if len(raw) > MAX_BYTES:
        raise Unreadable(_too_long(f"more than {MAX_BYTES / 1e6:,.0f} MB"))
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("is UTF-16; save it as UTF-8")
    if _is_binary(raw[:65_536]):
        raise Unreadable("is binary, not text; save the article as .txt or .md in UTF-8")
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Unreadable(f"is not UTF-8 (byte {raw[error.start]:#04x} at {error.start:,}); save it as UTF-8") from None
    text, metadata = split_front_matter(text)
    if not text.strip():
        raise Unreadable("is empty; put the article's text in or remove the file")
    return text, metadata


def _is_binary(head: bytes) -> bool:
    """A zero byte, or more than one control character in fifty; old wire copy ends with one or two."""
    return b"\0" in head or 50 * len(_CONTROL.findall(head)) > len(head)


# --- front matter --------------------------------------------------------------------------------------------------


class _Loader(yaml.SafeLoader):
    """Safe YAML without aliases (which can expand without bound) and without deep nesting."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise Unreadable("front matter: aliases (*name) are not read; write the value out")
        self.depth += 1
        if self.depth > MAX_FRONT_MATTER_DEPTH:
            raise Unreadable("front matter: nested too deeply; keep to `title: …` and `published_on: …`")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def split_front_matter(text: str) -> tuple[str, Metadata]:
    """The text after its YAML front matter, and what that says; all of the text where there is none.

    Raises:
        Unreadable: there is front matter and it cannot be read.
    """
    match = _FRONT_MATTER.match(text, 0, MAX_FRONT_MATTER_CHARS)
    if match is None:
        return text, Metadata()
    try:
        said = yaml.load(match[1], Loader=_Loader)  # noqa: S506 — a SafeLoader
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise Unreadable(f"front matter: no valid YAML{line} ({error.problem}); put the value in quotes") from None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise Unreadable(f"front matter: no valid YAML ({str(error).splitlines()[0]}); correct it") from None
    if not isinstance(said, dict):  # two lines of dashes around text that is no list of keys: part of the article
        return text, Metadata()
    return text[match.end() :], metadata_of({str(key).lower(): value for key, value in said.items()}, "front matter")


def metadata_of(said: dict[str, Any], where: str) -> Metadata:
    """Title, publisher, published_on (also `date`) and url of a mapping.

    Raises:
        Unreadable: the date is none.
    """
    day = said.get("published_on") or said.get("date")
    return Metadata(_text(said, "title"), _text(said, "publisher"), _day(day, where), _text(said, "url"))


def _text(said: dict[str, Any], key: str) -> str | None:
    value = said.get(key)
    return (" ".join(str(value).split()) or None) if isinstance(value, str | int | float | date) else None


def _day(value: Any, where: str) -> date | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return parse_day(str(value))
    except ValueError:
        raise Unreadable(f"{where}: {str(value)[:40]!r} is no date; write published_on: YYYY-MM-DD") from None


def parse_day(value: str) -> date:
    """A date as `YYYY-MM-DD`, or the first ten characters of an ISO instant.

    Raises:
        ValueError: it is none.
    """
    value = value.strip()
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?", value, re.DOTALL):
        raise ValueError(value)
    return date.fromisoformat(value[:10])


# --- the sidecar ---------------------------------------------------------------------------------------------------


def sidecar_of(path: Path, top: Path | None) -> tuple[Metadata, tuple[Failure, ...]]:
    """What the nearest `articles.csv` says of `path`, and that file's faults; none is looked for above `top`."""
    folder = path.absolute().parent
    limit = top.absolute() if top else None
    for candidate in (folder, *folder.parents):
        if (candidate / SIDECAR).is_file():
            entries, faults = _sidecar(candidate / SIDECAR)
            return entries.get(path.resolve(), Metadata()), faults
        if candidate == limit:
            break
    return Metadata(), ()


@lru_cache(maxsize=64)
def _read_sidecar(csv_path: Path, _stamp: tuple[int, int]) -> tuple[dict[Path, Metadata], tuple[Failure, ...]]:
    shown, top = plain_path(csv_path), csv_path.parent.resolve()
    entries: dict[Path, Metadata] = {}
    faults: list[Failure] = []
    try:
        rows = list(csv.DictReader(io.StringIO(_sidecar_text(csv_path), newline=""), strict=True))
    except (Unreadable, OSError, csv.Error) as error:
        return {}, (Failure(shown, f"cannot be read as CSV in UTF-8 ({error}); correct it"),)
    if rows and "path" not in rows[0]:
        return {}, (Failure(shown, "has no column `path`; the first line is path,title,publisher,published_on"),)
    for number, row in enumerate(rows, start=1):
        try:
            target, metadata = _sidecar_row(row, top)
        except Unreadable as error:
            faults.append(Failure(shown, f"row {number}: {error}"))
            continue
        if target in entries:
            faults.append(Failure(shown, f"row {number}: {row['path']} is named twice; keep one row"))
        entries.setdefault(target, metadata)
    return entries, tuple(faults)


def _sidecar(csv_path: Path) -> tuple[dict[Path, Metadata], tuple[Failure, ...]]:
    stat = csv_path.stat()
    return _read_sidecar(csv_path, (stat.st_mtime_ns, stat.st_size))


def _sidecar_text(csv_path: Path) -> str:
    size = csv_path.stat().st_size
    if size > MAX_SIDECAR_BYTES:
        raise Unreadable(f"{size / 1e6:,.0f} MB, at most {MAX_SIDECAR_BYTES // 1_000_000} MB")
    try:
        return csv_path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None


def _sidecar_row(row: dict[str, Any], top: Path) -> tuple[Path, Metadata]:
    name = (row.get("path") or "").strip()
    if not name or "\0" in name:
        raise Unreadable("no path; name the article's file")
    target = (top / name).resolve()
    if Path(name).is_absolute() or not target.is_relative_to(top):
        raise Unreadable(f"{name!r} leads out of the folder; name files in it or below it")
    return target, metadata_of({str(key).strip().lower(): value for key, value in row.items()}, f"{name}")


def archive(intake: Intake, archive: Archive, read_at: datetime) -> pl.DataFrame:
    """Keep the bytes of every article that came in; their rows of `schemas.DOCUMENTS`."""
    rows = [
        archive.put(
            article.raw,
            source="articles",
            url=article.row["url"],
            media_type="text/markdown" if article.shown.lower().endswith(".md") else "text/plain",
            name=article.row["path"],
            fetched_at=read_at,
        )
        for article in intake.articles
    ]
    return DOCUMENTS.conform(pl.DataFrame(rows, schema=DOCUMENTS.schema))


def with_versions(articles: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """`articles` with `article_version` one higher than in `before` wherever an article's bytes have changed."""
    known = before.select("article_id", known="article_version", was="document_id")
    changed = (pl.col("was") != pl.col("document_id")).cast(pl.Int64)
    version = (pl.col("known") + changed).fill_null(pl.col("article_version"))
    return ARTICLES.conform(
        articles.join(known, on="article_id", how="left", maintain_order="left")
        .with_columns(article_version=version)
        .drop("known", "was")
    )
