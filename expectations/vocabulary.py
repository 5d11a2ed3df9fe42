"""The expectation types that suites may use, and which of their arguments name columns.

What belongs here: the closed list that the loader holds suites to, so that a misspelt type or argument is an error with
a file and an entry, found without loading Great Expectations (which drops an unknown type with a log line). A test
compares the list with what Great Expectations has registered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OWN_TYPE: Final = "expect_published_within_tolerance_of_computed"


@dataclass(frozen=True, slots=True)
class ExpectationType:
    """One type: which arguments name a column, which several, all others; `of_rows`: asserted row by row."""

    columns: tuple[str, ...] = ()
    column_lists: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    of_rows: bool = True


_COLUMN: Final = ("column",)
_PAIR: Final = ("column_A", "column_B")

TYPES: Final = {
    "expect_column_values_to_not_be_null": ExpectationType(_COLUMN, required=_COLUMN),
    "expect_column_values_to_be_null": ExpectationType(_COLUMN, required=_COLUMN),
    "expect_column_values_to_be_unique": ExpectationType(_COLUMN, required=_COLUMN),
    "expect_column_values_to_be_in_set": ExpectationType(
        _COLUMN, values=("value_set",), required=("column", "value_set")
    ),
    "expect_column_values_to_not_be_in_set": ExpectationType(
        _COLUMN, values=("value_set",), required=("column", "value_set")
    ),
    "expect_column_values_to_be_between": ExpectationType(
        _COLUMN, values=("min_value", "max_value", "strict_min", "strict_max"), required=_COLUMN
    ),
    "expect_column_values_to_match_regex": ExpectationType(_COLUMN, values=("regex",), required=("column", "regex")),
    "expect_column_value_lengths_to_be_between": ExpectationType(
        _COLUMN, values=("min_value", "max_value"), required=_COLUMN
    ),
    "expect_column_pair_values_to_be_equal": ExpectationType(_PAIR, values=("ignore_row_if",), required=_PAIR),
    "expect_column_pair_values_a_to_be_greater_than_b": ExpectationType(
        _PAIR, values=("or_equal", "ignore_row_if"), required=_PAIR
    ),
    "expect_compound_columns_to_be_unique": ExpectationType(column_lists=("column_list",), required=("column_list",)),
    "expect_table_row_count_to_be_between": ExpectationType(values=("min_value", "max_value"), of_rows=False),
    "expect_table_columns_to_match_set": ExpectationType(
        column_lists=("column_set",), values=("exact_match",), required=("column_set",), of_rows=False
    ),
    OWN_TYPE: ExpectationType(column_lists=("column_list",), required=("column_list",)),
}
