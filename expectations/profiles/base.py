"""What a profile is: a name, the columns it promises, the frames it needs, and the function that computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

Context = Mapping[str, pl.DataFrame]
"""The other frames that a suite's profiles may read, by name."""


class ProfileError(ValueError):
    """A profile that cannot be computed from what it was given, or that broke its promise of columns."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One small frame to assert on.

    `needs` names the frames of the context that `compute` reads; `columns` are what it returns, in order and type, so
    that a suite which names another column is refused before anything runs. `violations_only`: no rows means that the
    whole table was looked through and nothing found.
    """

    name: str
    about: str
    columns: pl.Schema
    compute: Callable[[pl.DataFrame, Context], pl.DataFrame]
    needs: tuple[str, ...] = ()
    violations_only: bool = False

    def run(self, frame: pl.DataFrame, context: Context) -> pl.DataFrame:
        """The profile of `frame`, with exactly the promised columns.

        Raises:
            ProfileError: a needed frame is missing, or the columns differ from what is promised.
        """
        missing = [name for name in self.needs if name not in context]
        if missing:
            raise ProfileError(f"profile {self.name} needs the frame(s) {', '.join(missing)} in the context")
        profile = self.compute(frame, context)
        if dict(profile.schema) != dict(self.columns):
            raise ProfileError(f"profile {self.name}: columns {dict(profile.schema)}, promised {dict(self.columns)}")
        return profile.select(self.columns.names())
