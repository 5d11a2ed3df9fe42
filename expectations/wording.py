"""What an expectation asserts, in one plain sentence.

What belongs here: a sentence for each expectation type of the vocabulary. Great Expectations has such sentences too;
ours need no import of it, cost nothing, and say "rows is at most 1" where it says "rows values
must be less than or equal to 1.0".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from expectations.suite import Entry
from expectations.vocabulary import OWN_TYPE

_MOST_LISTED: Final = 12


def sentence(entry: Entry) -> str:
    """What `entry` asserts, with its row condition: `where verdict is one of …: computed_value lies between …`."""
    asserted = _SENTENCES[entry.type](entry.kwargs)
    where = " and ".join(map(str, entry.row_condition))
    return f"where {where}: {asserted}" if where else asserted


def _between(kwargs: Mapping[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is None:
        return f"at most {_number(high)}"
    return f"at least {_number(low)}" if high is None else f"between {_number(low)} and {_number(high)}"


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _listed(values: Sequence[Any]) -> str:
    words = [{True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value) for value in values]
    more = f" … ({len(words)} in all)" if len(words) > _MOST_LISTED else ""
    return ", ".join(words[:_MOST_LISTED]) + more


def _one_of(values: Sequence[Any]) -> str:
    return _listed(values) if len(values) == 1 else f"one of {_listed(values)}"


_SENTENCES: Final[dict[str, Callable[[Mapping[str, Any]], str]]] = {
    "expect_column_values_to_not_be_null": lambda kwargs: f"{kwargs['column']} is given",
    "expect_column_values_to_be_null": lambda kwargs: f"{kwargs['column']} is empty",
    "expect_column_values_to_be_unique": lambda kwargs: f"no two rows have the same {kwargs['column']}",
    "expect_column_values_to_be_in_set": lambda kwargs: f"{kwargs['column']} is {_one_of(kwargs['value_set'])}",
    "expect_column_values_to_not_be_in_set": lambda kwargs: f"{kwargs['column']} is not {_one_of(kwargs['value_set'])}",
    "expect_column_values_to_be_between": lambda kwargs: f"{kwargs['column']} is {_between(kwargs)}",
    "expect_column_values_to_match_regex": lambda kwargs: f"{kwargs['column']} has the form {kwargs['regex']}",
    "expect_column_value_lengths_to_be_between": lambda kwargs: f"{kwargs['column']} has {_between(kwargs)} characters",
    "expect_column_pair_values_to_be_equal": lambda kwargs: f"{kwargs['column_A']} is the same as {kwargs['column_B']}",
    "expect_column_pair_values_a_to_be_greater_than_b": lambda kwargs: (
        f"{kwargs['column_A']} is {'at least' if kwargs.get('or_equal') else 'greater than'} {kwargs['column_B']}"
    ),
    "expect_compound_columns_to_be_unique": lambda kwargs: (
        f"no two rows have the same {', '.join(kwargs['column_list'])}"
    ),
    "expect_table_row_count_to_be_between": lambda kwargs: f"the table has {_between(kwargs)} rows",
    "expect_table_columns_to_match_set": lambda kwargs: f"the columns are {_listed(kwargs['column_set'])}",
    OWN_TYPE: lambda kwargs: (
        f"{kwargs['column_list'][0]} lies between {kwargs['column_list'][1]} and {kwargs['column_list'][2]}, both ends "
        "included: the interval, row by row, from which the published number could have been rounded as it was worded"
    ),
}
"""Type → sentence, made of its arguments; a test holds its keys to the vocabulary."""
