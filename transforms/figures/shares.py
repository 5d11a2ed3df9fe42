"""Shares: whose part of whose whole.

What belongs here: the part and the owner of the whole. What does not: that it is a share (`kinds`).
"""

from __future__ import annotations

from itertools import pairwise

from transforms.figures import attach
from transforms.figures.figure import Figure, State
from transforms.figures.heads import Head, join, partner_list
from transforms.figures.mentions import Mention, Sentence


def set_share(figure: Figure, head: Head, link: attach.Link, previous: Figure | None, state: State) -> None:
    """A share: the whole's owner is the reporter, the part is the partner."""
    sentence = figure.sentence
    part = _share_part(sentence, figure, previous)
    if part is not None:
        codes, mention = part
        owner = head.reporter if head.reporter and head.reporter not in codes else None
        if owner is None:
            sources = [previous if previous is not None and previous.kind == "share" else None, state.share, state.last]
            known = [s.reporter for s in sources if s is not None] + [state.reporter, *state.pair]
            owner = next((code for code in known if code and code not in codes and code != "world"), None)
        figure.reporter, figure.partner = owner, join(codes)
        figure.note("partner", "the part", mention)
        if previous is not None and previous.kind == "share" and previous.head is head and owner == previous.reporter:
            figure.flow, figure.sign = previous.flow, previous.sign
        if "reporter" not in head.evidence:
            figure.note("reporter", "owner of the whole")
    elif (product := _product_part(sentence, figure)) is not None:
        head.scope = product.data[0]
        head.evidence["scope"] = ("the part", product.start, product.end)
    elif previous is not None and previous.kind == "share":
        figure.reporter, figure.partner = previous.reporter, previous.partner
        if previous.flow and link.number < 0:
            figure.flow, figure.sign = previous.flow, previous.sign
    if figure.flow == "none" and state.share is not None:
        figure.flow, figure.sign = state.share.flow, state.share.sign


def _product_part(sentence: Sentence, figure: Figure) -> Mention | None:
    """`Dairy products make up 1 percent of …`: goods that are the part."""
    mentions = sentence.mentions
    step = attach.before(sentence, figure.number)
    if step < 1 or mentions[step].kind != "R" or mentions[step].data[0] not in ("share", "level"):
        return None
    before = mentions[step - 1]
    return before if before.kind == "S" and before.last >= mentions[step].first - 1 else None


def _share_part(sentence: Sentence, figure: Figure, previous: Figure | None) -> tuple[list[str], Mention] | None:
    """`China accounts for`, `the U.S. takes`, `the share of Germany in`: the partners that are the part."""
    mentions = sentence.mentions
    start = previous.number if previous is not None and previous.kind == "share" else -1
    closing = attach.before(sentence, figure.number) - 1
    dashed = closing > 0 and mentions[closing].data in ("--", "\u2014")
    opening = (
        next((i for i in range(closing - 1, -1, -1) if mentions[i].data == mentions[closing].data), -1)
        if dashed
        else -1
    )
    for step in range(figure.number - 1, start, -1):
        if opening > 0 and opening <= step <= closing:
            continue
        mention = mentions[step]
        if mention.kind != "P" or mention.data[0] == "world" or mention.data[1] in ("adjective", "institution"):
            continue
        modified = mentions[step + 1] if step + 1 < len(mentions) else None
        noun = modified is not None and (
            modified.kind == "S" or (modified.kind == "F" and modified.data[3] not in ("verb", "takes"))
        )
        if (mention.possessive and sentence.word(mention.last) != "share") or (
            noun and modified is not None and modified.first == mention.last
        ):
            continue
        first = step
        while first > start + 1 and (
            (mentions[first - 1].kind == "P" and not mentions[first - 1].possessive)
            or mentions[first - 1].data == ","
            or mentions[first - 1].data[0] == "and"
        ):
            first -= 1
        while mentions[first].kind != "P":
            first += 1
        codes, _ = partner_list(sentence, first)
        return codes or [mention.data[0]], mention
    following = mentions[figure.number + 1 :]
    for relation, mention in pairwise(following):
        if relation.kind == "Q":
            break
        if relation.kind == "R" and relation.data[0] == "to" and mention.kind == "P" and mention.data[1] == "name":
            return [mention.data[0]], mention
    return None
