"""From a request to an archived document: ask conditionally, archive what came, write it into the ledger.

What belongs here: the steps that every publisher's client shares. What does not: HTTP (`http`) and addresses (a module
a publisher). Nothing is read before it is archived.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from orchestration.clients.http import Ask, Fetcher, FetchError, Reply
from warehouse.archive import Archive, ArchiveError
from warehouse.ledger import Fetch, Ledger

MOST_IN_A_ROW: Final = 3
"""A publisher that is down or refuses the key would otherwise be asked for every series, with all the waits between."""


@dataclass(slots=True)
class Kept:
    """What became of a source's requests: documents new and seen before, failures in one line each, empty answers."""

    new: list[Fetch] = field(default_factory=list)
    same: list[Fetch] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def keep(asks: Iterable[Ask], fetcher: Fetcher, archive: Archive, ledger: Ledger) -> Kept:
    """Ask for everything; one that fails stops no other, but who fails several times in a row is left alone.

    Raises:
        OSError: the archive cannot be written.
    """
    kept, in_a_row, wanted = Kept(), 0, list(asks)
    for at, ask in enumerate(wanted):
        if in_a_row == MOST_IN_A_ROW:
            source, left = ask.publisher.source, len(wanted) - at
            told = f"{source}: {left} more not asked for after {in_a_row} failures in a row; run again later"
            kept.failures.append(told)
            break
        try:
            _keep(ask, fetcher, archive, ledger, kept)
            in_a_row = 0
        except FetchError as error:
            kept.failures.append(str(error))
            in_a_row += 1
    return kept


def _keep(ask: Ask, fetcher: Fetcher, archive: Archive, ledger: Ledger, kept: Kept) -> None:
    source = ask.publisher.source
    before = ledger.latest(source, ask.shown)
    if before and _holds(archive, before.document_id):  # without the bytes, "not modified" would leave us with nothing
        ask = replace(ask, etag=before.etag, last_modified=before.last_modified)
    reply = fetcher.get(ask)
    if reply.status == 304 and before:
        kept.same.append(ledger.record(replace(before, checked_at=reply.fetched_at)))
    elif reply.status == 204:
        kept.empty.append(ask.shown)
    else:
        fetch = _archived(ask, reply, archive)
        (kept.same if before and before.document_id == fetch.document_id else kept.new).append(ledger.record(fetch))


def _holds(archive: Archive, document_id: str) -> bool:
    try:
        archive.get(document_id)
    except ArchiveError:
        return False
    return True


def _archived(ask: Ask, reply: Reply, archive: Archive) -> Fetch:
    source, media = ask.publisher.source, reply.media_type or "application/octet-stream"
    row = archive.put(
        reply.data, source=source, url=ask.shown, media_type=media, name=ask.name, fetched_at=reply.fetched_at
    )
    return Fetch(
        source=source,
        url=ask.shown,
        name=ask.name,
        document_id=str(row["document_id"]),
        media_type=media,
        fetched_at=reply.fetched_at,
        checked_at=reply.fetched_at,
        etag=reply.etag,
        last_modified=reply.last_modified,
    )
