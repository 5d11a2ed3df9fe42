"""A view's file has a header that says what it answers; one that is wrong is refused by name."""

import pytest

from warehouse.views import ViewError, parse, views

FILE = """\
-- How much was traded?
-- In every vintage.
-- needs: trade_balance, partner_rank
-- column exports_usd: exports in dollars: all of them
-- column odd: what this one holds
CREATE VIEW sample AS
-- a comment in the statement stays there
SELECT 1 AS exports_usd, 2 AS odd, 3 AS period;
"""


def test_a_file_is_header_and_statement():
    view = parse("sample", FILE)
    assert view.answers == "How much was traded? In every vintage."
    assert view.needs == ("trade_balance", "partner_rank")
    assert view.columns == {"exports_usd": "exports in dollars: all of them", "odd": "what this one holds"}
    assert view.create.endswith("3 AS period")
    assert not view.is_macro


def test_comments_come_from_the_header_then_the_data_dictionary():
    statements = parse("sample", FILE).comments(["exports_usd", "odd", "period"])
    assert statements[0] == "COMMENT ON VIEW sample IS 'How much was traded? In every vintage.'"
    assert statements[2:] == [
        """COMMENT ON COLUMN sample."odd" IS 'what this one holds'""",
        """COMMENT ON COLUMN sample."period" IS 'YYYY, YYYY-Qn or YYYY-MM'""",
    ]


def test_a_column_that_nothing_describes_is_refused():
    with pytest.raises(ViewError, match=r"views/sample\.sql: says nothing of its column colour"):
        parse("sample", FILE).comments(["exports_usd", "odd", "colour"])


def test_a_described_column_has_to_be_there():
    with pytest.raises(ViewError, match=r"describes column.* that it does not have: odd"):
        parse("sample", FILE).comments(["exports_usd"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("CREATE VIEW sample AS SELECT 1", "has no header"),
        ("-- What?\n", "has to CREATE VIEW sample"),
        ("-- What?\nCREATE VIEW other AS SELECT 1", "has to CREATE VIEW sample"),
        ("-- What?\nDROP TABLE observations", "has to CREATE VIEW sample"),
    ],
)
def test_files_that_are_no_views(text, told):
    with pytest.raises(ViewError, match=told):
        parse("sample", text)


def test_views_come_after_those_that_they_build_on():
    seen = set()
    for view in views():
        assert set(view.needs) <= seen
        seen.add(view.name)
    assert len(seen) == 11
