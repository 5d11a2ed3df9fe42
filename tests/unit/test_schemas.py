"""The data dictionary keeps its own promises."""

import polars as pl
import pytest

from transforms import schemas


@pytest.mark.parametrize("table", schemas.TABLES.values(), ids=lambda table: table.name)
def test_keys_are_columns_and_everything_is_described(table: schemas.Table) -> None:
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names))
    assert set(table.key) <= set(names)
    assert all(column.description.strip() for column in table.columns)
    assert table.empty().schema == table.schema


def test_conform_orders_casts_and_fills() -> None:
    frame = pl.DataFrame({"vintage": ["2018-10"], "source": ["census_country"]})
    with pytest.raises(ValueError, match=r"vintages: null where none may be: released_on \(1 rows\)"):
        schemas.VINTAGES.conform(frame)


def test_conform_refuses_what_the_table_does_not_have() -> None:
    with pytest.raises(ValueError, match=r"table vintages: unknown column\(s\) colour"):
        schemas.VINTAGES.conform(pl.DataFrame({"colour": ["red"]}))


def test_conform_gives_the_columns_in_order() -> None:
    frame = pl.DataFrame(
        {"verdict": ["not_checkable"], "figure_id": ["f"], "internal_check": ["none"], "explanation": ["no series"]}
    )
    conformed = schemas.CHECKS.conform(frame)
    assert conformed.schema == schemas.CHECKS.schema
    assert conformed["computed_value"].to_list() == [None]
