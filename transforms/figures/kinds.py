"""Kinds: a level, a change, a ratio or a share, by what stands around the number.

What belongs here: which words make an amount a movement and a percentage a share. What does not: of which flow
(`attach`).
"""

from __future__ import annotations

from typing import Final

from transforms.figures import attach
from transforms.figures.figure import Figure
from transforms.figures.mentions import Mention, Sentence, is_adjective

_INTO_LEVEL: Final = frozenset(("below", "above", "beneath", "past", "under", "beyond", "beneath", "through"))


_CHANGE_FORMS: Final = frozenset(("verb", "noun", "particle"))


def next_mention(sentence: Sentence, number: int) -> Mention | None:
    """The mention after the one at `number`, if any."""
    mentions = sentence.mentions
    return mentions[number + 1] if number + 1 < len(mentions) else None


def movement(sentence: Sentence, number: int, link: attach.Link) -> int:  # noqa: PLR0911 - one rule a line, in their order
    """The movement that makes the quantity a change (`rose`, `up`, `a rise of`, `higher than`), or -1."""
    mentions = sentence.mentions
    quantity = mentions[number].data
    if link.change >= 0:
        return link.change
    step = attach.before(sentence, number)
    if step >= 0 and not (link.rule == "before its noun" and quantity.form in ("money", "count")):
        mention = mentions[step]
        if mention.kind == "D" and mention.data[1] in _CHANGE_FORMS and quantity.hedge_word not in _INTO_LEVEL:
            return step
        if mention.kind == "R" and mention.data[0] in ("by", "of"):
            return _movement_before(sentence, step, mention.data[0])
    if (told := _or_percent(sentence, number)) >= 0:
        return told
    if (beyond := _beyond_the_same(sentence, number)) >= 0:
        return beyond
    following = next_mention(sentence, number)
    if following is not None and following.kind == "D":
        near = all(is_adjective(w) for w in sentence.words[mentions[number].last : following.first])
        if near and following.data[1] in ("noun", "comparative"):
            return number + 1
    return -1


def _or_percent(sentence: Sentence, number: int) -> int:
    """`rose from $42 billion to $48 billion, or by 14 percent`: the movement between the two levels, or -1."""
    mentions = sentence.mentions
    first = mentions[number].first
    said = sentence.word(first - 1) == "or" or sentence.words[max(0, first - 2) : first] == ["or", "by"]
    if not said or mentions[number].data.form != "percent":
        return -1
    for step in range(number - 1, -1, -1):
        mention = mentions[step]
        if mention.kind == "D" and mention.data[1] in ("verb", "particle"):
            levels = [m for m in mentions[step + 1 : number] if m.kind == "Q" and m.data.form == "money"]
            return step if len(levels) > 1 else -1
        if mention.kind == "F":
            return -1
    return -1


def _beyond_the_same(sentence: Sentence, number: int) -> int:
    """`13.4 percent ($5.1 billion) more than`, `$21.8 billion, or 22.7 percent, above`: one change said twice."""
    mentions = sentence.mentions
    joint = mentions[number + 1 : number + 6]
    kinds = "".join("(" if m.data == "(" else m.kind for m in joint)
    inside = sentence.mentions[number - 1].data == "(" if number else False
    for shape in ("(Q,D", ",RQ,D", ",D") if inside else ("(Q,D", ",RQ,D"):
        if kinds.startswith(shape) and joint[len(shape) - 1].data[1] == "comparative":
            return number + len(shape)
    if kinds.startswith(",D") and joint[1].data[1] == "comparative" and number > 1:
        second = sentence.word(mentions[number].first - 1) == "or" and mentions[number - 2].kind in "Q,"
        return number + 2 if second else -1
    return -1


def _movement_before(sentence: Sentence, step: int, role: str) -> int:
    """`by`: the nearest movement before it in the clause; `of`: only a noun straight before (`a rise of`)."""
    mentions = sentence.mentions
    for earlier in range(step - 1, max(-1, step - 9), -1):
        mention = mentions[earlier]
        if mention.kind == "D":
            return earlier if role == "by" or (mention.data[1] in ("noun", "verb") and earlier == step - 1) else -1
        if role == "of" or mention.kind == "Q" or (mention.kind == "," and mention.data != ","):
            return -1
    return -1


def _is_share(sentence: Sentence, number: int, link: attach.Link, moved: int) -> bool:
    mentions = sentence.mentions
    step = attach.before(sentence, number)
    if step >= 0 and mentions[step].kind == "R" and mentions[step].data[0] == "share":
        return True
    is_level = step >= 0 and mentions[step].kind == "R" and mentions[step].data[0] == "level"
    if is_level and moved < 0 and any(m.kind == "R" and m.data[0] == "shareof" for m in mentions[:step]):
        return True
    if moved >= 0:
        return False
    if link.rule == "of" or mentions[number].data.sense == "share":
        return True
    following = next_mention(sentence, number)
    if (
        following is not None
        and following.kind == "R"
        and following.data[0] == "of"
        and following.first == mentions[number].last
    ):
        then = mentions[number + 2] if number + 2 < len(mentions) else None
        near = sentence.words[following.last : (then.first if then else following.last + 2)]
        return (then is not None and then.kind in "SXP" and len(near) < 3) or bool(
            {"total", "all", "that", "them", "it"} & set(near)
        )
    return False


def kind_of(sentence: Sentence, number: int, link: attach.Link, moved: int, previous: Figure | None) -> tuple[str, str]:  # noqa: C901, PLR0911 - one rule a line, in their order
    """The kind and the rule, for a quantity that a flow governs."""
    quantity = sentence.mentions[number].data
    form = quantity.form
    if (
        form == "money"
        and previous is not None
        and previous.kind == "change_pct"
        and _in_bracket(sentence, previous, number)
    ):
        return "change_abs", "the change in money"
    if form in ("money", "count"):
        return ("change_abs", "amount of a movement") if moved >= 0 else ("level", "amount")
    if form == "multiple":
        return "ratio", "multiple"
    if form == "points":
        return ("change_abs", "percentage points") if moved >= 0 or quantity.direction else ("other", "points")
    if _is_share(sentence, number, link, moved):
        return "share", "part of a whole"
    if moved >= 0 or quantity.sense == "change" or _said_twice(sentence, previous, number):
        return "change_pct", "percent of a movement"
    if link.number > number and "growth" in sentence.words[sentence.mentions[link.number].last - 1]:
        return "change_pct", "percent of growth"
    if previous is not None and previous.kind == "share" and _listed_part(sentence, previous, number):
        return "share", "parallel to the share before"
    if previous is not None and previous.kind in ("change_pct", "share") and _is_parallel(sentence, previous, number):
        return previous.kind, "parallel to the figure before"
    if previous is not None and previous.kind == "level" and previous.movement_before and _after_flow(sentence, number):
        return "change_pct", "parallel to the change before"
    return "other", "percent without movement or whole"


def _said_twice(sentence: Sentence, previous: Figure | None, number: int) -> bool:
    """`rose by 8.5 billion, or 15.9 per cent`: the same movement as a percentage."""
    if previous is None or previous.kind != "change_abs" or number - previous.number > 3:
        return False
    before = sentence.mentions[number - 1]
    return before.kind == "R" and before.data[0] == "and" and sentence.words[before.first] == "or"


def _listed_part(sentence: Sentence, previous: Figure, number: int) -> bool:
    """`followed by Brazil with 13 percent, Korea with 10 percent`."""
    between = sentence.mentions[previous.number + 1 : number]
    if len(between) < 2 or any(m.kind in "FXD" for m in between[-4:]):
        return False
    before, partner = between[-1], between[-2]
    return partner.kind == "P" and before.kind == "R" and before.data[0] in ("with", "at")


def _in_bracket(sentence: Sentence, previous: Figure, number: int) -> bool:
    """`up 2.2% (585 million)`: a bracket straight after the figure before."""
    return previous.number == number - 2 and sentence.mentions[number - 1].data == "("


def _after_flow(sentence: Sentence, number: int) -> bool:
    """`exports grew 11.6 per cent to $86 billion and imports 7.4 per cent`: the flow stands straight before."""
    before = sentence.mentions[number - 1] if number else None
    return before is not None and before.kind == "F" and before.last == sentence.mentions[number].first


def _is_parallel(sentence: Sentence, previous: Figure, number: int) -> bool:
    between = sentence.mentions[previous.number + 1 : number]
    return all(m.kind in "RPSTF," for m in between) and not any(
        m.kind == "R" and m.data[0] in ("level", "clause", "relative") for m in between
    )


_OPPOSITE: Final = {"exports": "imports", "imports": "exports"}


def excess_sign(sentence: Sentence, number: int, link: attach.Link) -> str:
    """`bought $99 billion more from China than it sold there`: a deficit, printed as a comparison of the two flows."""
    mentions = sentence.mentions
    following = next_mention(sentence, number)
    if (
        link.number < 0
        or following is None
        or following.kind != "D"
        or sentence.words[following.first] not in ("more", "less")
    ):
        return ""
    first = mentions[link.number]
    if first.kind != "F" or first.data[0] not in _OPPOSITE or mentions[number].data.form != "money":
        return ""
    than = False
    for mention in mentions[number + 2 : number + 10]:
        than = than or (mention.kind == "R" and mention.data[0] == "than")
        if mention.kind in "Q,":
            return ""
        if than and mention.kind == "F" and mention.data[0] == _OPPOSITE[first.data[0]]:
            more = sentence.words[following.first] == "more"
            return "deficit" if (first.data[0] == "imports") == more else "surplus"
    return ""
