"""One dimension of partners: codes of every publisher, and who belonged to a group when."""

from datetime import date
from importlib.resources import files
from itertools import pairwise

import polars as pl
import pytest

from transforms.schemas import PARTNERS
from transforms.series import partners as dimension


def test_every_code_leads_to_a_partner_that_is_listed():
    named = set(dimension.partner_codes()["partner"])
    assert named <= set(dimension.partners()["partner"])
    assert set(dimension.memberships()["member"]) <= dimension.countries()
    assert set(dimension.memberships()["partner"]) <= dimension.group_names()


def test_table_is_keyed_and_shaped():
    frame = dimension.partners()
    assert frame.schema == PARTNERS.schema
    assert not frame.select("partner", "valid_from").is_duplicated().any()


@pytest.mark.parametrize(
    ("code", "partner"),
    [
        ("5800", "KR"),
        ("5790", "KP"),
        ("7920", "NA"),  # Namibia is no missing value
        ("4610", "SU"),
        ("4350", "CS"),
        ("4790", "YU"),
        ("4799", "YU"),
        ("0015", "world"),
        ("0004", "world"),
        ("0003", "EU"),
        ("8220", "unidentified"),
        ("5082", "PS"),
    ],
)
def test_census_codes(code, partner):
    assert dimension.codes_of("census")[code] == partner


def test_a_product_in_the_partner_column_is_told_apart():
    row = dimension.partner_codes().filter(scheme="census", code="0007").row(0, named=True)
    assert (row["partner"], row["scope"]) == ("world", "product:atp")


def test_west_germany_is_the_germany_of_its_time():
    assert dimension.codes_of("statements")["West Germany"] == "DE"


@pytest.mark.parametrize(
    ("group", "on", "count"),
    [
        ("EU", date(1972, 12, 31), 6),
        ("EU", date(1973, 1, 1), 9),
        ("EU", date(1987, 3, 1), 12),
        ("EU", date(2004, 4, 30), 15),
        ("EU", date(2004, 5, 1), 25),
        ("EU", date(2016, 1, 1), 28),
        ("EU", date(2020, 1, 31), 28),
        ("EU", date(2020, 2, 1), 27),
        ("NICs", date(1987, 3, 1), 4),
        ("OPEC", date(1987, 3, 1), 13),
        ("OPEC", date(2016, 8, 1), 14),
        ("OPEC", date(2016, 12, 1), 13),
        ("OPEC", date(2024, 1, 1), 12),
        ("NAFTA", date(1993, 12, 31), 0),
        ("NAFTA", date(1994, 1, 1), 3),
        ("NAFTA", date(2020, 7, 1), 0),
        ("USMCA", date(2020, 7, 1), 3),
        ("ASEAN", date(2016, 1, 1), 10),
        ("TPP-12", date(2016, 2, 4), 12),
        ("TPP-11", date(2018, 3, 8), 11),
        ("G7", date(2016, 1, 1), 7),
        ("euro area", date(2015, 1, 1), 19),
        ("OECD", date(2022, 1, 1), 38),
        ("APEC", date(2017, 11, 1), 21),
        ("NATO", date(2024, 3, 7), 32),
        ("Eastern bloc", date(1987, 3, 1), 10),
        ("Latin America", date(1987, 3, 1), 20),
        ("Middle East", date(1987, 3, 1), 0),
        ("US FTA partners", date(2018, 1, 1), 20),
    ],
)
def test_membership_has_dates(group, on, count):
    assert len(dimension.members(group, on)) == count


def test_spans_agree_with_membership_by_day():
    """The table's spans and the day's membership are made by different ways through the same rows."""
    rows = dimension.partners().filter(partner="OPEC").select("valid_from", "valid_to", "members").rows()
    for first, last, members in rows:
        assert tuple(members) == dimension.members("OPEC", first)
        assert last is None or tuple(members) == dimension.members("OPEC", last)
    days = [(last, following) for (_, last, _), (following, _, _) in pairwise(rows)]
    assert all((after - before).days == 1 for before, after in days)


def test_unknown_names_are_refused():
    with pytest.raises(KeyError, match="no group 'Atlantis'"):
        dimension.members("Atlantis", date(2020, 1, 1))
    with pytest.raises(KeyError, match="no scheme"):
        dimension.codes_of("martian")


def test_articles_name_no_partner_that_is_not_listed():
    """The lexicons of names and this dimension are kept by hand in two places, so they are held together here."""
    listed = set(dimension.partners()["partner"])
    for name in ("countries.csv", "groups.csv", "institutions.csv"):
        data = (files("transforms.figures") / "lexicons" / name).read_bytes()
        named = set(pl.read_csv(data, infer_schema=False)["partner"].drop_nulls())
        assert named <= listed, f"{name}: {sorted(named - listed)}"
