"""Page furniture: told from the article on pages of different makes."""

import pytest

from transforms.text import find_quantities, furniture_spans

PROSE = "Exports to the bloc rose by $5 billion last year, the ministry said in its monthly report on Friday."


def _furniture(text: str) -> str:
    return "\n".join(text[start:end] for start, end in furniture_spans(text))


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe now",
        "Already a subscriber? Log in",
        "You have reached your limit of 5 free articles this month.",
        "You’ve read your {{count}} free stories",
        "Get unlimited access for $4 a month",
        "£1 for 4 weeks, then £35 per month",
        "₹300/Month",
        "Sign up for our newsletter and get the day's 10 stories",
        "Over 30 premium stories daily",
        "ADVERTISEMENT",
        "Share this article",
        "Read more: Deficit hits $50 billion",
        "Related: Surplus of $10 billion is the largest ever",
        "By Jane Doe and John Q. Public",
        "(Reporting by Jane Doe; Editing by John Public)",
        "Disclaimer: 3 of our 10 reporters were not involved",
        "© 2018 The Daily Planet. All rights reserved.",
        "4 min read",
        "REUTER",
        "Follow us on Twitter",
        "Last updated: January 5, 2018 10:30 a.m.",
        "We use cookies to improve 100 percent of our pages.",
        "{% include 'price' %}",
        "Share  Tweet  Post  12 comments",
        "Comments (17)",
        "R99.00/month after trial",
        "From R75 a month you can help to keep our journalism free.",
        "We and our 847 partners store data on your device",
        "Posted by City Desk | Mar 2, 2018 | 0 Comments",
        "Sponsored: This £29 lamp lights whole rooms",
        "Read 1 free article left this month.",
        "Subscribe & save: 12 issues for $24.95",
        "Market snapshot: Corn 3.78 +0.02  Wheat 5.12",
    ],
)
def test_line_is_furniture_and_its_neighbours_are_not(line):
    text = f"{PROSE}\n{line}\n{PROSE}"
    assert _furniture(text) == line


@pytest.mark.parametrize(
    "line",
    [
        PROSE,
        "By 2016 the deficit had doubled to $27.6 billion.",
        "By John Smith's count, exports fell 5 percent.",
        "Imports of print paper were $3 billion a month, he said.",
        "TRADE GAP NARROWS TO $12.2 BILLION A MONTH",
        "Home sales rose 5 percent.",
        "Share of exports: 30 percent",
        "Twitter sold $2 billion of services abroad",
        "Source countries sold 40 percent more.",
        "The newspaper's price of 3 dollars a day doubled in the four years to 2016, its owner told the paper.",
        "Reuters reported a surplus of $5 billion.",
        "More than 30 percent of exports go there.",
        "Business sales abroad: 30 percent",
        "Subscribers to broadband abroad paid $3 billion.",
        "The cap of 25,000 a year stays",
    ],
)
def test_prose_is_no_furniture(line):
    assert furniture_spans(f"{PROSE}\n{line}\n{PROSE}") == []


def test_a_block_of_offers_runs_to_the_next_sentence():
    offer = "Subscribe to continue\nSmart\n$90\n3 Months\nSaver\n$270\n\nThe Archive\nAd-free reading\nOn all devices"
    assert _furniture(f"{PROSE}\n{offer}\n\n{PROSE}\n") == offer


def test_a_list_of_other_stories_is_furniture():
    links = "Most read\nDeficit hits $50 billion\nExports down 3 percent"
    assert _furniture(f"{PROSE}\n{links}\n{PROSE}") == links


def test_a_wrapped_or_indented_paragraph_ends_a_block():
    wrapped = "The surplus with the bloc rose to 5.2 billion dlrs in the\nsecond quarter, the bank said."
    assert _furniture(f"Subscribe now\n$9\n{wrapped}") == "Subscribe now\n$9"
    assert _furniture(f"Subscribe now\n$9\n    {wrapped}") == "Subscribe now\n$9"


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_offsets_hold_with_either_line_end(line_end):
    text = line_end.join([PROSE, "Subscribe now", "£3", "", PROSE])
    ((start, end),) = furniture_spans(text)
    assert text[start:end] == line_end.join(["Subscribe now", "£3"])


@pytest.mark.parametrize("text", ["", "\n\n", "Subscribe now", "{{", " " * 500, "\u2028", "Subscribe now\n" * 50])
def test_only_furniture_or_nothing(text):
    spans = furniture_spans(text)
    kept = "".join(text[a:b] for (_, a), (b, _) in zip([(0, 0), *spans], [*spans, (len(text), 0)], strict=True))
    assert not kept.strip()
    assert find_quantities(kept) == []
