"""The one exception that reaches a person: a single line that names the path and says what to do.

What belongs here: errors whose message is the whole answer, and the translation of the operating system's own errors
into that form. What does not: faults of the code, which keep their traceback.
"""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path
from typing import Final

_REMEDIES: Final = {
    errno.ENOSPC: "the disk is full; free some space and run again",
    errno.EDQUOT: "the disk quota is used up; free some space and run again",
    errno.EROFS: "the file system is read-only; set TRADECHECK_HOME to a folder that can be written",
    errno.EACCES: "permission denied; change the permissions or set TRADECHECK_HOME to a folder of your own",
    errno.EPERM: "not permitted; change the permissions or set TRADECHECK_HOME to a folder of your own",
    errno.ENOTDIR: "a part of the path is a file, not a folder; set TRADECHECK_HOME to a folder",
    errno.EMFILE: "too many open files; close some or raise the limit (ulimit -n)",
    errno.EIO: "the disk reports an input/output error; check the disk",
}

_QUOTED: Final = re.compile(r"\(os error (\d+)\)")


class TradecheckError(Exception):
    """Something outside the code is wrong; the message names it and the remedy, in one line."""


def told_by_system(error: Exception) -> OSError | None:
    """The system's error inside one of a library's own that only quotes it: `… (os error 28)`; None where none is."""
    if isinstance(error, OSError):
        return error
    found = _QUOTED.search(str(error))
    return OSError(int(found[1]), os.strerror(int(found[1]))) if found else None


def of_system(error: OSError, path: Path | str | None = None) -> TradecheckError:
    """`error` of the operating system as one line: path, what happened, what to do."""
    where = str(path or error.filename or "the home folder")
    remedy = _REMEDIES.get(error.errno or 0, (error.strerror or str(error) or type(error).__name__).lower())
    return TradecheckError(f"{where}: {remedy}")
