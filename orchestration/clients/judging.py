"""What a publisher's good reply looks like, before anything of it is kept: judges that several publishers share.

What belongs here: form alone — is it a workbook, is it JSON to the end, is it a page of HTML in the place of data.
What does not: errors that one publisher words in its own way (its module) and the figures (`transforms.series`).
"""

from __future__ import annotations

import json
from typing import Any, Final

from orchestration.clients.http import Refused, Reply

_BIFF: Final = b"\xd0\xcf\x11\xe0"
_SHUT: Final = "the publisher answers with a page instead of data: look at the address in a browser, run again later"


def is_html(reply: Reply) -> bool:
    """Whether the body is a page, whatever its headers say."""
    head = reply.data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html", b"<head")) or b"<html" in head


def needs_body(reply: Reply) -> None:
    """Refuses an empty reply."""
    if not reply.data.strip():
        raise Refused("an empty reply", "the publisher is in trouble; run again later", again=True)


def workbook(reply: Reply) -> None:
    """Refuses what is no `.xlsx` or `.zip` (they begin with PK), or no old `.xls`."""
    if reply.status != 200:
        return
    needs_body(reply)
    if is_html(reply):
        raise Refused("a page of HTML instead of a workbook", _SHUT)
    if not reply.data.startswith((b"PK\x03\x04", _BIFF)):
        raise Refused("something that is no workbook", _SHUT)
    if reply.data.startswith(b"PK") and b"PK\x05\x06" not in reply.data[-70_000:]:
        raise Refused("a workbook that breaks off before its end", "run again", again=True)


def parsed(reply: Reply) -> Any:
    """The JSON of a reply; refuses HTML, an empty body and JSON that breaks off."""
    needs_body(reply)
    if is_html(reply):
        raise Refused("a page of HTML instead of JSON", _SHUT)
    try:
        return json.loads(decoded(reply.data), strict=False)
    except ValueError as error:
        at = getattr(error, "pos", 0)
        near_end = at >= len(reply.data) - 200 or "Unterminated" in str(error) or "Expecting" in str(error)
        if near_end and reply.data.lstrip()[:1] in (b"{", b"["):
            told = f"JSON that breaks off or is torn after {at} characters"
            raise Refused(told, "run again; if it stays, the publisher is in trouble", again=True) from None
        raise Refused("a text instead of JSON", _SHUT) from None


def decoded(data: bytes) -> str:
    """UTF-8, with or without its mark; some replies of the BEA are Latin-1."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def csv_with(*names: str) -> Any:
    """A judge that refuses a CSV whose first line begins with none of `names`."""

    def judge(reply: Reply) -> None:
        if reply.status != 200:
            return
        needs_body(reply)
        if is_html(reply):
            raise Refused("a page of HTML instead of a CSV", _SHUT)
        head = decoded(reply.data[:2000]).splitlines()[0]
        if not head.lower().startswith(tuple(name.lower() for name in names)):
            raise Refused(
                f"a CSV with the header {head[:60]!r}", f"expected {' or '.join(names)}: the form has changed"
            )

    return judge
