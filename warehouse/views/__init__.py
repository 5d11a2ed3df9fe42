"""The views for people: one `.sql` file each, whose header says what it answers and what its columns mean.

What belongs here: reading those files. What does not: running them (`warehouse.build`).

A file opens with comment lines: first what the view answers, then `-- needs: other, views` where it builds on others,
and `-- column NAME: what it holds` for columns that no table of the data dictionary describes or describes otherwise.
After them comes one statement, `CREATE VIEW name` or `CREATE MACRO name(…) AS TABLE`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from typing import Final

from transforms.schemas import OBSERVATIONS, TABLES

_NEEDS: Final = "needs:"
_COLUMN: Final = re.compile(r"column (\w+): (.+)")
_CREATE: Final = re.compile(r"CREATE (VIEW|MACRO) (\w+)\b")


class ViewError(Exception):
    """A view's file does not have its form: names the file and what is missing."""


@dataclass(frozen=True, slots=True)
class View:
    """One view or table macro: what it answers, what it builds on, what its own columns mean, its statement."""

    name: str
    answers: str
    needs: tuple[str, ...]
    columns: dict[str, str]
    create: str

    @property
    def is_macro(self) -> bool:
        """Whether it takes a parameter: `FROM trade_as_of('2018-11-01')`."""
        return self.create.startswith("CREATE MACRO")

    def comments(self, columns: list[str]) -> list[str]:
        """Statements that comment on it and on `columns`; macros have no columns to comment on.

        Raises:
            ViewError: a column that neither the header nor the data dictionary describes, or one that is not there.
        """
        kind = "MACRO TABLE" if self.is_macro else "VIEW"
        statements = [f"COMMENT ON {kind} {self.name} IS {_text(self.answers)}"]
        strange = sorted(set(self.columns) - set(columns)) if not self.is_macro else []
        if strange:
            raise ViewError(f"views/{self.name}.sql: describes column(s) that it does not have: {', '.join(strange)}")
        for column in columns:
            described = self.columns.get(column) or _described(column)
            if described is None:
                raise ViewError(
                    f"views/{self.name}.sql: says nothing of its column {column}; add `-- column {column}: …`"
                )
            statements.append(f'COMMENT ON COLUMN {self.name}."{column}" IS {_text(described)}')
        return statements


@cache
def views() -> tuple[View, ...]:
    """All views, each after those that it builds on.

    Raises:
        ViewError: a file without header or statement, or one that needs a view that is not there.
    """
    found = {
        view.name: view
        for view in (
            parse(entry.name.removesuffix(".sql"), entry.read_text(encoding="utf-8"))
            for entry in sorted(files("warehouse.views").iterdir(), key=lambda entry: entry.name)
            if entry.name.endswith(".sql")
        )
    }
    for view in found.values():
        lost = sorted(set(view.needs) - set(found))
        if lost:
            raise ViewError(f"views/{view.name}.sql: needs {', '.join(lost)}, which is no view")
    order = TopologicalSorter({name: view.needs for name, view in found.items()}).static_order()
    return tuple(found[name] for name in order)


def parse(name: str, text: str) -> View:
    """A view from its file.

    Raises:
        ViewError: no header, or no statement that creates `name`.
    """
    answers, needs, columns = [], "", {}
    lines = text.splitlines()
    body = next((at for at, line in enumerate(lines) if not line.startswith("--")), len(lines))
    for line in lines[:body]:
        said = line.removeprefix("--").strip()
        if column := _COLUMN.fullmatch(said):
            columns[column[1]] = column[2]
        elif said.startswith(_NEEDS):
            needs = said.removeprefix(_NEEDS)
        elif said:
            answers.append(said)
    create = "\n".join(lines[body:]).strip().removesuffix(";")
    made = _CREATE.match(create)
    if not answers:
        raise ViewError(f"views/{name}.sql: has no header that says what it answers")
    if made is None or made[2] != name:
        raise ViewError(f"views/{name}.sql: has to CREATE VIEW {name} or CREATE MACRO {name}(…) after its header")
    return View(
        name, " ".join(answers), tuple(part.strip() for part in needs.split(",") if part.strip()), columns, create
    )


def _described(column: str) -> str | None:
    """What the data dictionary says of a column of that name, observations first."""
    for table in (OBSERVATIONS, *TABLES.values()):
        for known in table.columns:
            if known.name == column:
                return known.description
    return None


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
