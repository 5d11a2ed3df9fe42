"""Opening the warehouse file.

What belongs here: one way to open it. What does not: what is asked (`orchestration.querying`) or built (`build`).
"""

from __future__ import annotations

from pathlib import Path

import duckdb


def connect(path: Path, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """A connection to the warehouse; close it, or use it in `with`: one alive at exit prints pages of warnings.

    Readers never meet a writer: a build makes a new file and swaps it in, and who has the old one open keeps it.

    Raises:
        FileNotFoundError: there is no warehouse at `path`.
        duckdb.Error: it is no DuckDB file, or another process writes it.
    """
    if read_only and not path.is_file():
        raise FileNotFoundError(f"{path}: no warehouse here; `tradecheck run` builds it")
    return duckdb.connect(str(path), read_only=read_only)
