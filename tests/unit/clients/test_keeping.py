"""Archive and ledger: what is kept of a fetch, that the same bytes are one document, and that nothing wrong gets in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.clients import census_workbook, judging, publishers
from orchestration.clients.http import Ask, Fetcher
from orchestration.clients.keeping import keep
from orchestration.settings import Network, from_environment
from tests.loopback.server import SECRET, Answer, Server, publisher
from warehouse.archive import Archive, ArchiveError
from warehouse.ledger import Ledger

ZIP = b"PK\x03\x04 rows PK\x05\x06" + bytes(18)
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path)


def asks(server: Server) -> list[Ask]:
    return census_workbook.asks(publisher(server, address=f"{server.url}/country.xlsx"))


def test_first_fetch_is_archived_with_its_origin(
    server: Server, fetcher: Fetcher, archive: Archive, ledger: Ledger
) -> None:
    stamp = "Tue, 06 Oct 2026 12:30:00 GMT"
    server.scripts["/country.xlsx"] = Answer(ZIP, headers={**XLSX, "ETag": '"1"', "Last-Modified": stamp})
    kept = keep(asks(server), fetcher, archive, ledger)
    (fetch,) = kept.new
    assert archive.get(fetch.document_id) == ZIP
    (row,) = archive.documents().rows(named=True)
    assert (row["source"], row["name"], row["bytes"]) == ("census_country", "country.xlsx", len(ZIP))
    assert ledger.fetches("census_country") == [fetch]
    assert (fetch.etag, fetch.last_modified) == ('"1"', stamp)


def test_second_fetch_is_conditional_and_makes_nothing_new(
    server: Server, fetcher: Fetcher, archive: Archive, ledger: Ledger
) -> None:
    def answer(asked: object) -> Answer:
        return Answer(status=304) if "If-None-Match" in asked.headers else Answer(ZIP, headers={**XLSX, "ETag": '"1"'})

    server.scripts["/country.xlsx"] = answer
    keep(asks(server), fetcher, archive, ledger)
    kept = keep(asks(server), fetcher, archive, ledger)
    assert (len(kept.new), len(kept.same)) == (0, 1)
    assert archive.documents().height == 1
    (fetch,) = ledger.fetches("census_country")
    assert fetch.checked_at > fetch.fetched_at


def test_same_bytes_from_a_server_without_tags_are_one_document(
    server: Server, fetcher: Fetcher, archive: Archive, ledger: Ledger
) -> None:
    server.scripts["/country.xlsx"] = Answer(ZIP, headers=XLSX)
    keep(asks(server), fetcher, archive, ledger)
    kept = keep(asks(server), fetcher, archive, ledger)
    assert (len(kept.new), len(kept.same), archive.documents().height) == (0, 1, 1)


def test_damaged_document_is_fetched_whole_again(
    server: Server, fetcher: Fetcher, archive: Archive, ledger: Ledger
) -> None:
    def answer(asked: object) -> Answer:
        return Answer(status=304) if "If-None-Match" in asked.headers else Answer(ZIP, headers={**XLSX, "ETag": '"1"'})

    server.scripts["/country.xlsx"] = answer
    (fetch,) = keep(asks(server), fetcher, archive, ledger).new
    (stored,) = archive.folder.glob("objects/*/*")
    stored.write_bytes(b"rotten")
    with pytest.raises(ArchiveError):
        archive.get(fetch.document_id)
    assert keep(asks(server), fetcher, archive, ledger).failures == []
    assert archive.get(fetch.document_id) == ZIP


WRONG = {
    "page": (Answer(b"<html>Access denied</html>", headers=XLSX), "a page of HTML instead of a workbook"),
    "text": (Answer(b"maintenance", headers=XLSX), "something that is no workbook"),
    "torn": (Answer(ZIP[:12], headers=XLSX), "a workbook that breaks off before its end after 3 tries"),
    "empty": (Answer(b"", headers=XLSX), "an empty reply after 3 tries"),
    "missing": (Answer(b"<html></html>", 404), "HTTP 404"),
    "down": (Answer(b"<html></html>", 503), "HTTP 503 after 3 tries"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_nothing_wrong_is_archived_and_what_was_held_stays(
    server: Server, fetcher: Fetcher, archive: Archive, ledger: Ledger, fault: str
) -> None:
    answer, told = WRONG[fault]
    server.scripts["/country.xlsx"] = [Answer(ZIP, headers=XLSX), answer]
    keep(asks(server), fetcher, archive, ledger)
    kept = keep(asks(server), fetcher, archive, ledger)
    (failure,) = kept.failures
    assert told in failure
    assert archive.documents()["bytes"].to_list() == [len(ZIP)]
    assert len(ledger.fetches("census_country")) == 1


def test_one_failing_request_stops_no_other(server: Server, fetcher: Fetcher, archive: Archive, ledger: Ledger) -> None:
    server.scripts["/b"] = Answer(ZIP, headers=XLSX)
    of = publisher(server)
    kept = keep([Ask(of, f"{server.url}/{name}", name, judging.workbook) for name in "ab"], fetcher, archive, ledger)
    assert (len(kept.failures), [fetch.name for fetch in kept.new]) == (1, ["b"])


def test_publisher_that_fails_again_and_again_is_left_alone(
    server: Server, fetcher: Fetcher, archive: Archive, ledger: Ledger
) -> None:
    of = publisher(server)
    kept = keep([Ask(of, f"{server.url}/{n}", n, judging.workbook) for n in "abcdefgh"], fetcher, archive, ledger)
    assert len(server.asked) == 3
    assert len(kept.failures) == 4
    assert kept.failures[-1] == "census_country: 5 more not asked for after 3 failures in a row; run again later"


def test_no_content_is_neither_document_nor_failure(
    server: Server, fetcher: Fetcher, archive: Archive, ledger: Ledger
) -> None:
    server.scripts["/country.xlsx"] = Answer(status=204)
    kept = keep(asks(server), fetcher, archive, ledger)
    assert (kept.new, kept.failures, len(kept.empty)) == ([], [], 1)


def test_keys_reach_neither_archive_nor_ledger(
    server: Server, fetcher: Fetcher, archive: Archive, ledger: Ledger
) -> None:
    server.scripts["/x"] = Answer(ZIP, headers=XLSX)
    keyed = Ask(
        publisher(server), f"{server.url}/x", "x", judging.workbook,
        params=(("time", "2017"),), secret_params={"key": SECRET}, secret_headers={"Authorization": SECRET},
    )  # fmt: skip
    keep([keyed], fetcher, archive, ledger)
    for path in archive.folder.rglob("*"):
        assert SECRET not in str(path)
        assert path.is_dir() or SECRET.encode() not in path.read_bytes()
    assert ledger.fetches("census_country")[0].url.endswith("/x?time=2017")


def test_state_of_a_source_remembers_its_last_success(ledger: Ledger) -> None:
    monday, tuesday = datetime(2026, 10, 5, tzinfo=UTC), datetime(2026, 10, 6, tzinfo=UTC)
    assert ledger.state("fred") is None
    ledger.tried("fred", monday, None)
    ledger.tried("fred", tuesday, "fred: HTTP 503")
    state = ledger.state("fred")
    assert state is not None
    assert (state.tried_at, state.succeeded_at, state.error) == (tuesday, monday, "fred: HTTP 503")


def test_damaged_ledger_names_the_file(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "fetches" / "fred").mkdir(parents=True)
    (tmp_path / "fetches" / "fred" / "a.json").write_text("{")
    with pytest.raises(ArchiveError, match=r"a\.json: cannot be read; delete it and fetch"):
        ledger.fetches("fred")


def test_settings_give_address_pace_contact_and_keys(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TRADECHECK_BEA_KEY=from-file\nTRADECHECK_FRED_KEY='quoted'\nOTHER=1\n")
    env = {
        "TRADECHECK_HOME": str(tmp_path),
        "TRADECHECK_ADDRESS_CENSUS_COUNTRY": "http://127.0.0.1:1/x/",
        "TRADECHECK_PACE_SECONDS": "0",
        "TRADECHECK_CONTACT": "desk@example.org",
        "TRADECHECK_BEA_KEY": "from-environment",
    }
    network = from_environment(env).network
    assert network.keys == {"bea": "from-environment", "fred": "quoted"}
    assert network.contact == "desk@example.org"
    assert "quoted" not in repr(from_environment(env))
    found = publishers.publishers(network)["census_country"]
    assert (found.address, found.seconds_between) == ("http://127.0.0.1:1/x", 0.0)


def test_table_of_publishers_is_whole() -> None:
    for source, found in publishers.publishers(Network()).items():
        assert found.address.startswith("https://"), source
        assert found.seconds_between >= 1, source
        assert found.most_bytes >= 1_000_000, source
