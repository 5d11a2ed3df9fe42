"""The archive: the same bytes back or an error, whatever happened on the disk."""

import json
from datetime import UTC, datetime

import pytest

from transforms.schemas import DOCUMENTS
from warehouse.archive import Archive, ArchiveError, without_secrets

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "archive")


def put(archive, data=b"imports, exports", **given):
    return archive.put(data, source="census_country", url="https://www.census.gov/country.xlsx", fetched_at=AT, **given)


def test_bytes_come_back(archive):
    row = put(archive, b"\x00PK\xff", media_type="application/zip", name="country.xlsx", note="as served")
    assert archive.get(row["document_id"]) == b"\x00PK\xff"
    assert row["bytes"] == 4
    assert row["document_id"] in archive
    assert set(row) == set(DOCUMENTS.schema.names())


def test_manifest_is_the_documents_table(archive):
    rows = [put(archive, name="a"), put(archive, b"other", name="b")]
    frame = archive.documents()
    assert frame.schema == DOCUMENTS.schema
    assert set(frame["document_id"]) == {row["document_id"] for row in rows}
    assert frame["fetched_at"].to_list() == [AT, AT]
    assert Archive(archive.folder / "none").documents().is_empty()


def test_same_bytes_keep_their_first_row(archive):
    first = put(archive, name="country.xlsx")
    again = archive.put(b"imports, exports", source="other", name="copy.xlsx")
    assert again == first
    assert archive.documents().height == 1


def test_changed_bytes_are_found_and_mended(archive):
    row = put(archive)
    path = archive.folder / "objects" / row["document_id"][:2] / row["document_id"]
    path.write_bytes(b"imports, exportz")
    with pytest.raises(ArchiveError, match=r"its bytes were changed.*fetch the document again"):
        archive.get(row["document_id"])
    put(archive)
    assert archive.get(row["document_id"]) == b"imports, exports"


def test_missing_document(archive):
    with pytest.raises(ArchiveError, match="cannot be read"):
        archive.get("0" * 64)
    assert "0" * 64 not in archive


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "abc", "A" * 64, "0" * 63 + "/"])
def test_a_document_id_is_no_path(archive, name):
    with pytest.raises(ArchiveError, match="is no document_id"):
        archive.get(name)
    assert name not in archive


def test_a_writer_killed_between_bytes_and_row_is_completed(archive):
    row = put(archive)
    sidecar = archive.folder / "documents" / row["document_id"][:2] / f"{row['document_id']}.json"
    sidecar.unlink()
    assert row["document_id"] not in archive
    put(archive)
    assert row["document_id"] in archive


def test_a_torn_row_is_named_and_written_anew(archive):
    row = put(archive)
    sidecar = archive.folder / "documents" / row["document_id"][:2] / f"{row['document_id']}.json"
    sidecar.write_text(sidecar.read_text()[:20])
    with pytest.raises(ArchiveError, match=f"{row['document_id']}.json: cannot be read"):
        archive.documents()
    put(archive)
    assert json.loads(sidecar.read_text())["source"] == "census_country"


def test_nothing_is_left_beside(archive):
    put(archive)
    assert not list(archive.folder.rglob("*.new"))


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://apps.bea.gov/api/data?UserID=S3CR3T&Year=2016", "https://apps.bea.gov/api/data?Year=2016"),
        (
            "https://api.census.gov/data?get=A,B&time=2016-01&key=S3CR3T",
            "https://api.census.gov/data?get=A,B&time=2016-01",
        ),
        ("https://api.stlouisfed.org/fred?api_key=S3CR3T", "https://api.stlouisfed.org/fred"),
        ("https://user:S3CR3T@example.org/a?b=1#c", "https://example.org/a?b=1#c"),
        (
            "https://www.census.gov/foreign-trade/balance/c5800.html",
            "https://www.census.gov/foreign-trade/balance/c5800.html",
        ),
    ],
)
def test_keys_never_reach_the_manifest(archive, url, kept):
    assert without_secrets(url) == kept
    archive.put(b"data", source="bea_ita", url=url)
    assert not any("S3CR3T" in path.read_text() for path in archive.folder.rglob("*.json"))
