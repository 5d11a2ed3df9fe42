"""Reads suites from `expectations/suites/<table>.yml`, strictly: what is not understood is an error, never skipped.

What belongs here: the form of a suite file. What does not: what the expectations are about (the files themselves) and
running them (`runner`). Great Expectations is not loaded, so Dagster can make its check specs from suites cheaply.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from expectations import profiles
from expectations.suite import SEVERITIES, Condition, Entry, Suite, SuiteError
from expectations.vocabulary import TYPES, ExpectationType
from transforms.schemas import TABLES

_SUITE_KEYS: Final = {"suite", "title", "about", "count", "expectations"}
_REQUIRED: Final = ("id", "type", "severity", "title", "note", "show")
_ENTRY_KEYS: Final = {*_REQUIRED, "kwargs", "profile", "row_condition"}
_ID: Final = re.compile(r"[a-z][a-z0-9_]{2,79}")
_SHORTEST_NOTE: Final = 20
CLOSED_LIST: Final = "closed_list"
"""As `value_set`: the values that the data dictionary gives for this column, so that no list is kept twice."""


class _StrictLoader(yaml.SafeLoader):
    """Safe YAML that refuses a key written twice in one mapping (plain YAML keeps the last without a word)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = [str(key) for key, count in Counter(map(str, keys)).items() if count > 1]
        if twice:
            raise yaml.constructor.ConstructorError(
                None, None, f"key written twice: {', '.join(twice)}", node.start_mark
            )
        return super().construct_mapping(node, deep)


def suite_names() -> list[str]:
    """The names of all suites, in the order in which their tables are built."""
    held = {path.name.removesuffix(".yml") for path in files("expectations").joinpath("suites").iterdir()}
    return [name for name in TABLES if name in held]


@cache
def load_suite(name: str) -> Suite:
    """The suite of the table `name`.

    Raises:
        SuiteError: no such suite, or the file has anything in it that is not understood; names file and entry.
    """
    path = files("expectations").joinpath("suites", f"{name}.yml")
    if not re.fullmatch(r"[a-z_]+", name) or not path.is_file():
        raise SuiteError(f"no suite {name!r}; there are: {', '.join(suite_names())}")
    return parse_suite(path.read_text(encoding="utf-8"), f"suites/{name}.yml", table=name)


def parse_suite(text: str, file: str, *, table: str) -> Suite:
    """The suite written in `text`, which belongs to `table`; `file` names it in errors."""
    try:
        written = yaml.load(text, Loader=_StrictLoader)  # noqa: S506  a SafeLoader, made stricter
    except yaml.YAMLError as error:
        raise SuiteError(f"{file}: not readable as YAML: {' '.join(str(error).split())}") from error
    if not isinstance(written, dict):
        raise SuiteError(f"{file}: expected a mapping with {', '.join(sorted(_SUITE_KEYS))}")
    _refuse(file, set(written) ^ _SUITE_KEYS, "unknown or missing key(s)")
    if written["suite"] != table or table not in TABLES:
        raise SuiteError(f"{file}: suite {written['suite']!r} has to be the name of its file and of a table")
    listed = written["expectations"] or []
    if not listed:
        raise SuiteError(f"{file}: no expectations: an empty suite is always green")
    entries = tuple(_entry(item, table, f"{file}, entry {number}") for number, item in enumerate(listed, 1))
    twice = sorted(entry_id for entry_id, count in Counter(entry.id for entry in entries).items() if count > 1)
    _refuse(file, set(twice), "id(s) used twice")
    if written["count"] != len(entries):
        raise SuiteError(f"{file}: says count: {written['count']}, but {len(entries)} expectations are written")
    needs = _needs(entries)
    return Suite(
        table,
        _text(written, "title", file),
        _text(written, "about", file),
        entries,
        needs=tuple(need for need in needs if need in TABLES),
        computed=tuple(need for need in needs if need not in TABLES),
    )


def _needs(entries: tuple[Entry, ...]) -> list[str]:
    """The frames that the profiles read, but those that the runner makes itself."""
    found = [profiles.find(entry.table, entry.profile) for entry in entries if entry.profile]
    return sorted({need for profile in found if profile for need in profile.needs} - {"run", *profiles.DERIVED})


def _entry(item: Any, table: str, where: str) -> Entry:
    if not isinstance(item, dict):
        raise SuiteError(f"{where}: expected a mapping")
    where = f"{where} ({item.get('id', 'no id')})"
    _refuse(where, set(item) - _ENTRY_KEYS, "unknown key(s)")
    _refuse(where, {key for key in _REQUIRED if not item.get(key)}, "missing")
    if not _ID.fullmatch(str(item["id"])):
        raise SuiteError(f"{where}: an id is lower case letters, digits and underscores")
    if item["severity"] not in SEVERITIES:
        raise SuiteError(f"{where}: severity {item['severity']!r} is neither of {', '.join(SEVERITIES)}")
    note = _text(item, "note", where)
    if len(note) < _SHORTEST_NOTE:
        raise SuiteError(f"{where}: the note has to say in plain words why this holds")
    profile = item.get("profile")
    known = _columns(table, profile, where)
    kwargs = _kwargs(item, where)
    _known_columns(where, known, _named(TYPES[item["type"]], kwargs))
    conditions = tuple(_conditions(item.get("row_condition") or {}, where))
    _known_columns(where, known, [condition.column for condition in conditions])
    _known_columns(where, known, item["show"])
    return Entry(
        id=item["id"],
        table=table,
        type=item["type"],
        kwargs=_closed_list(kwargs, table, where),
        severity=item["severity"],
        title=_text(item, "title", where),
        note=note,
        show=tuple(item["show"]),
        profile=profile,
        row_condition=conditions,
    )


def _columns(table: str, profile: str | None, where: str) -> set[str]:
    if profile is None:
        return set(TABLES[table].schema)
    found = profiles.find(table, profile)
    if found is None:
        held = ", ".join(sorted(profiles.PROFILES.get(table, {}))) or "none"
        raise SuiteError(f"{where}: no profile {profile!r} of {table}; there are: {held}")
    return set(found.columns)


def _kwargs(item: Mapping[str, Any], where: str) -> dict[str, Any]:
    kwargs = dict(item.get("kwargs") or {})
    kind = TYPES.get(item["type"])
    if kind is None:
        raise SuiteError(f"{where}: unknown expectation type {item['type']!r}; there are: {', '.join(sorted(TYPES))}")
    _refuse(where, set(kwargs) - {*kind.columns, *kind.column_lists, *kind.values}, f"{item['type']} does not take")
    _refuse(where, set(kind.required) - set(kwargs), f"{item['type']} needs")
    return kwargs


def _closed_list(kwargs: Mapping[str, Any], table: str, where: str) -> dict[str, Any]:
    """`kwargs` with the data dictionary's values in the place of `closed_list`."""
    if kwargs.get("value_set") != CLOSED_LIST:
        return dict(kwargs)
    column = next((column for column in TABLES[table].columns if column.name == kwargs["column"]), None)
    if column is None or not column.values:
        raise SuiteError(f"{where}: the data dictionary has no closed list for {table}.{kwargs['column']}")
    return {**kwargs, "value_set": list(column.values)}


def _named(kind: ExpectationType, kwargs: Mapping[str, Any]) -> list[str]:
    single = [kwargs[name] for name in kind.columns if name in kwargs]
    return [*single, *(column for name in kind.column_lists for column in kwargs.get(name, ()))]


def _conditions(written: Any, where: str) -> list[Condition]:
    """`{column: is_null}` or `{column: {in: [a, b]}}`; several columns hold at once."""
    if not isinstance(written, dict):
        raise SuiteError(f"{where}: row_condition is a mapping of columns")
    made: list[Condition] = []
    for column, test in written.items():
        if test in ("is_null", "is_not_null"):
            made.append(Condition(column, test))
        elif isinstance(test, dict) and len(test) == 1 and set(test) <= {"in", "not_in"}:
            ((operator, values),) = test.items()
            made.append(Condition(column, operator, tuple(values)))
        else:
            raise SuiteError(
                f"{where}: row_condition of {column}: is_null, is_not_null, {{in: […]}} or {{not_in: […]}}"
            )
    return made


def _known_columns(where: str, known: set[str], named: list[str]) -> None:
    _refuse(where, set(named) - known, "unknown column(s)")


def _text(item: Mapping[str, Any], key: str, where: str) -> str:
    if not isinstance(item.get(key), str):
        raise SuiteError(f"{where}: {key} has to be text")
    return " ".join(str(item[key]).split())


def _refuse(where: str, names: set[Any], what: str) -> None:
    if names:
        raise SuiteError(f"{where}: {what}: {', '.join(sorted(map(str, names)))}")
