"""The noun phrase of a flow: what `Japan's record trade surplus with the United States` says by itself.

What belongs here: reading from the mentions left and right of a flow word its scope, basis, adjustment, parties
and times. What does not: what the phrase leaves to its sentence or the discourse (`slots`).
"""

from __future__ import annotations

from typing import Final

from transforms.figures.lexicon import DETERMINERS, PRONOUNS
from transforms.figures.mentions import Mention, Sentence, is_adjective

_OBJECT_OF: Final = frozenset(
    ("with", "to", "from", "between", "for", "against", "after", "than", "since", "on", "by", "in")
)
"""After one of these a partner is not the subject."""
_NATIONS: Final = frozenset(
    ("nation", "country", "kingdom", "island", "union", "territory", "republic", "bloc", "countries")
)
_WORLD_WORDS: Final = frozenset(("overall", "global", "worldwide", "total"))
_MAX_RIGHT: Final = 14


class Head:
    """A flow and what its own noun phrase says of it. None or "" where the phrase does not say."""

    __slots__ = (
        "adjustment",
        "basis",
        "bilateral",
        "evidence",
        "first",
        "flow",
        "index",
        "last",
        "modified",
        "partner",
        "pronoun",
        "reporter",
        "role",
        "scope",
        "sign",
        "times",
        "trade",
        "world",
    )

    def __init__(self, index: int, mention: Mention) -> None:
        self.index = index
        self.flow, self.sign, self.scope, self.role = mention.data
        self.first, self.last = mention.first, mention.last
        self.reporter: str | None = None
        self.partner: str | None = None
        self.pronoun = ""
        self.basis = self.adjustment = ""
        self.bilateral = self.world = self.modified = False
        self.trade = self.role not in ("bare", "state")
        self.times: list[int] = []
        self.evidence: dict[str, tuple[str, int, int]] = {"flow": ("word", mention.start, mention.end)}


def build(sentence: Sentence, index: int) -> Head:
    """The head at mention `index` with all that stands around it in its noun phrase."""
    mention = sentence.mentions[index]
    head = Head(index, mention)
    head.bilateral = head.role == "between"
    if head.scope:
        head.evidence["scope"] = ("scope word", mention.start, mention.end)
    _prefix_words(sentence, mention, head)
    _left(sentence, head)
    _right(sentence, head)
    return head


def _prefix_words(sentence: Sentence, mention: Mention, head: Head) -> None:
    """`bilateral trade`, `two-way trade`, `overall trade`: words that the lexicon keeps inside the phrase."""
    words = sentence.words[mention.first : mention.last]
    if words[0] in ("bilateral", "mutual", "reciprocal", "two", "2"):
        head.bilateral = True
    if words[0] in _WORLD_WORDS and not (head.flow == "total" and words[0] in ("total", "overall")):
        head.world = True


# --- to the left ---------------------------------------------------------------------------------------------------


def _left(sentence: Sentence, head: Head) -> None:  # noqa: C901 - one rule a line, in their order
    mentions, words = sentence.mentions, sentence.words
    at, number, unknown = head.first, head.index - 1, 0
    while at > 0:
        if number >= 0 and mentions[number].last == at:
            mention = mentions[number]
            if not _take_left(sentence, head, number):
                break
            if head.reporter and mention.kind == "P":
                break
            at, number = mention.first, number - 1
            continue
        word = words[at - 1]
        if word in DETERMINERS:
            if word in PRONOUNS:
                head.pronoun = PRONOUNS[word]
            break
        if word[0] == "'":
            if at > 1 and words[at - 2] in _NATIONS:
                head.pronoun = "possessive"
                break
        elif not is_adjective(word):
            unknown += 1
            if unknown > 2:
                break
        at -= 1
    head.first = at


def _take_left(sentence: Sentence, head: Head, number: int) -> bool:
    """Read the mention that stands straight before the phrase so far; False where the phrase begins after it."""
    mention = sentence.mentions[number]
    kind = mention.kind
    if kind == "S":
        _set_scope(head, mention)
    elif kind == "T":
        head.times.append(number)
    elif kind == "B":
        _set_basis(head, mention)
    elif kind == "F":
        return _merge_flow(sentence, head, mention)
    elif kind == "P":
        return _left_partner(sentence, head, number)
    elif kind == "R":
        bilateral = bool(mention.data[0] == "bilateral")
        head.bilateral = head.bilateral or bilateral
        return bilateral
    elif kind == "D":
        return sentence.word(mention.first).endswith("ing") and mention.last - mention.first == 1
    else:
        return kind == "Q"
    return True


def _set_scope(head: Head, mention: Mention) -> None:
    if not head.scope or (head.scope == "goods" and mention.data[0].startswith("product:")):
        head.scope = mention.data[0]
        head.evidence["scope"] = ("scope word", mention.start, mention.end)
    head.trade = True


def _set_basis(head: Head, mention: Mention) -> None:
    slot, value = mention.data
    if not getattr(head, slot):
        setattr(head, slot, value)
        head.evidence[slot] = ("basis word", mention.start, mention.end)


def _merge_flow(sentence: Sentence, head: Head, mention: Mention) -> bool:
    """`merchandise trade` + `deficit`, `services account` + `surplus`: one phrase, the last word says what it is."""
    if head.role not in ("bare", "trade", "head") or mention.data[3] in ("verb", "takes", "bare", "state"):
        return False
    if mention.data[2] and not head.scope:
        head.scope = mention.data[2]
        head.evidence["scope"] = ("scope word", mention.start, mention.end)
    head.trade = True
    _prefix_words(sentence, mention, head)
    return True


def is_object(sentence: Sentence, number: int) -> bool:
    """Whether the partner at mention `number` is the object of `with`, `to`, `from` …, so no subject."""
    mentions, words = sentence.mentions, sentence.words
    at, before = mentions[number].first, number - 1
    while at > 0:
        if before >= 0 and mentions[before].last == at:
            mention = mentions[before]
            if mention.kind == "R":
                if mention.data[0] == "and" and before and mentions[before - 1].kind == "P":
                    return is_object(sentence, before - 1)
                return mention.data[0] in _OBJECT_OF
            if mention.kind == "P" and not mention.possessive:
                at, before = mention.first, before - 1
                continue
            if mention.kind == "," and mention.data == "," and before and mentions[before - 1].kind == "P":
                follows = mentions[number + 1] if number + 1 < len(mentions) else None
                listed = follows is not None and follows.kind in ("R", ",") and follows.data[0] in ("and", ",")
                return listed and is_object(sentence, before - 1)
            return False
        if words[at - 1] not in DETERMINERS and not is_adjective(words[at - 1]):
            return False
        at -= 1
    return False


def _left_partner(sentence: Sentence, head: Head, number: int) -> bool:
    mentions = sentence.mentions
    mention = mentions[number]
    code, form = mention.data
    if form == "institution":
        return False
    if code == "world":
        summed = head.flow == "total" and sentence.words[mention.first] in ("total", "overall")
        head.world = head.world or ((form == "adjective" or mention.possessive) and not summed)
        return bool(form == "adjective")
    if is_object(sentence, number) and not mention.possessive and form != "adjective":
        return False
    if is_object(sentence, number) and mention.last < head.first and not _adjacent(sentence, mention, head):
        return False
    previous = mentions[number - 1] if number else None
    if previous is not None and previous.kind == "P" and previous.data[0] != "world":
        joint = sentence.text[previous.end : mention.start]
        if joint.strip(" .\n") in ("-", "/", "–", "") and len(joint) < 6 and previous.data[0] != code:
            head.reporter, head.partner = previous.data[0], code
            head.evidence["reporter"] = ("pair", previous.start, previous.end)
            head.evidence["partner"] = ("pair", mention.start, mention.end)
            return True
    head.reporter = code
    rule = "possessive" if mention.possessive else form
    head.evidence["reporter"] = (rule, mention.start, mention.end)
    return True


def _adjacent(sentence: Sentence, mention: Mention, head: Head) -> bool:
    return all(is_adjective(word) for word in sentence.words[mention.last : head.first]) or mention.last == head.first


# --- to the right --------------------------------------------------------------------------------------------------


def partner_list(sentence: Sentence, number: int) -> tuple[list[str], int]:
    """The partners of `China, Japan and Korea` from mention `number` on, and the number of the mention after them."""
    mentions = sentence.mentions
    codes: list[str] = []
    while number < len(mentions) and mentions[number].kind == "P":
        mention = mentions[number]
        codes.append(mention.data[0])
        number += 1
        if number >= len(mentions):
            break
        after = mentions[number]
        if after.first - mention.last > 1:
            break
        skip = 0
        if after.kind == "," and after.data == "," and after.first == mention.last:
            skip = 1
        follow = mentions[number + skip] if number + skip < len(mentions) else None
        if follow is not None and follow.kind == "R" and follow.data[0] == "and":
            skip += 1
        if not skip or number + skip >= len(mentions):
            break
        then = mentions[number + skip]
        if then.kind != "P" or then.first - mentions[number + skip - 1].last > 1 or then.possessive:
            break
        if skip == 1 and after.kind == "," and not _list_goes_on(sentence, number + skip):
            break
        number += skip
    return codes, number


def _list_goes_on(sentence: Sentence, number: int) -> bool:
    """Whether after `China, Japan` a further partner with `and` closes the list."""
    mentions = sentence.mentions
    while number + 1 < len(mentions) and mentions[number].kind == "P":
        after = mentions[number + 1]
        if after.kind == "R" and after.data[0] == "and":
            return number + 2 < len(mentions) and mentions[number + 2].kind == "P"
        if after.kind == "," and number + 2 < len(mentions) and mentions[number + 2].kind == "R":
            number += 1
            continue
        if after.kind != ",":
            return False
        number += 2
    return False


def join(codes: list[str]) -> str | None:
    """Codes joined by `+` in one order, whatever order the text has; None for none."""
    unique = sorted(set(codes))
    return "+".join(unique) if unique else None


def _may_step(sentence: Sentence, at: int, upto: int, most: int) -> bool:
    """Whether the tokens between `at` and `upto` are few and no more than articles, adjectives and a word or two."""
    unknown = 0
    for word in sentence.words[at:upto]:
        if word not in DETERMINERS and not is_adjective(word) and word[0] != "'":
            unknown += 1
    return unknown <= most and upto - at <= most + 4


def _right(sentence: Sentence, head: Head) -> None:  # noqa: C901, PLR0912 - one rule a line, in their order
    mentions = sentence.mentions
    at, number = head.last, head.index + 1
    limit = min(len(mentions), number + _MAX_RIGHT)
    while number < limit:
        mention = mentions[number]
        if not _may_step(sentence, at, mention.first, 3 if mention.kind == "R" else 0):
            break
        if mention.kind == "R":
            step = _relation(sentence, head, number)
            if step == number:
                break
            number = step
        elif mention.kind == "P" and _is_buyer(sentence, head, number):
            head.partner = mention.data[0]
            head.evidence["partner"] = ("to whom", mention.start, mention.end)
            number += 1
        elif mention.kind == "D" and mention.data[1] == "comparative" and head.role in ("verb", "takes"):
            number += 1
        elif mention.kind == "P" and mention.data[0] == "world" and head.role in ("verb", "takes"):
            head.world = True
            number += 1
        elif mention.kind == "T":
            head.times.append(number)
            number += 1
        elif mention.kind == "B":
            _set_basis(head, mention)
            number += 1
        elif (mention.kind == "F" and mention.data[3] in ("bare", "trade", "verb") and head.flow == "none") or (
            mention.kind == "Q" and head.role in ("verb", "takes", "earns")
        ):
            number += 1
        elif mention.kind == "P" and mention.data[0] == "world" and head.role in ("verb", "takes"):
            head.world = True
            number += 1
        elif mention.kind == "S" and head.role in ("verb", "takes", "earns"):
            _set_scope(head, mention)
            number += 1
        else:
            break
        at = mentions[number - 1].last
    head.last = at


def _is_buyer(sentence: Sentence, head: Head, number: int) -> bool:
    """`sold Americans 421 billion dollars of goods`: the one straight after the verb is to whom."""
    verb = sentence.words[sentence.mentions[head.index].first]
    mention = sentence.mentions[number]
    return number == head.index + 1 and verb in ("sold", "sell", "sells", "shipped") and mention.data[0] != "world"


def _relation(sentence: Sentence, head: Head, number: int) -> int:
    """Read `with X`, `to X`, `from X`, `between X and Y`, `of wheat`, `in goods` …; the same number where none fits."""
    role = sentence.mentions[number].data[0]
    reader = _RELATIONS.get(role)
    return reader(sentence, head, number) if reader and number + 1 < len(sentence.mentions) else number


def _bilateral(_sentence: Sentence, head: Head, number: int) -> int:
    """`trade between the two`."""
    head.bilateral = True
    return number + 1


def _with(sentence: Sentence, head: Head, number: int) -> int:
    following = sentence.mentions[number + 1]
    if following.kind == "R" and following.data[0] == "two":
        head.bilateral = True
        return number + 2
    return _take_partners(sentence, head, number, "with") if head.flow in ("balance", "total") else number


def _to(sentence: Sentence, head: Head, number: int) -> int:
    return _take_partners(sentence, head, number, "to") if head.flow in ("exports", "total") else number


def _from(sentence: Sentence, head: Head, number: int) -> int:
    return _take_partners(sentence, head, number, "from") if head.flow == "imports" else number


def _take_partners(sentence: Sentence, head: Head, number: int, rule: str) -> int:
    first = sentence.mentions[number + 1]
    if first.kind != "P" or not _may_step(sentence, sentence.mentions[number].last, first.first, 2):
        return number
    codes, after = partner_list(sentence, number + 1)
    if head.partner is None:
        head.partner = join(codes)
        head.evidence["partner"] = (rule, first.start, sentence.mentions[after - 1].end)
    if codes == ["world"]:
        head.world = True
    return after


def _between(sentence: Sentence, head: Head, number: int) -> int:
    first = sentence.mentions[number + 1]
    if first.kind == "R" and first.data[0] == "two":
        head.bilateral = True
        return number + 2
    if first.kind != "P":
        return number
    codes, after = partner_list(sentence, number + 1)
    if len(codes) > 1:
        head.reporter, head.partner = codes[0], join(codes[1:])
        span = (first.start, sentence.mentions[after - 1].end)
        head.evidence["reporter"] = ("between", *span)
        head.evidence["partner"] = ("between", *span)
        return after
    return number


def _of(sentence: Sentence, head: Head, number: int) -> int:
    mentions = sentence.mentions
    at, number = mentions[number].last, number + 1
    begun = number
    while number < len(mentions) and _may_step(sentence, at, mentions[number].first, 1):
        mention = mentions[number]
        if mention.kind == "Q" and number == begun:
            return number + 1
        if mention.kind == "S":
            _set_scope(head, mention)
        elif mention.kind == "P" and mention.data[1] in ("adjective", "name") and mention.data[0] != "world":
            _take_origin(head, mention)
        elif mention.kind == "T" and number == begun:
            head.times.append(number)
        elif mention.kind == "R" and mention.data[0] == "and" and number > begun:
            follow = mentions[number + 1] if number + 1 < len(mentions) else None
            if follow is None or follow.kind != "S":
                break
        elif (
            mention.kind == "," and mention.data == "," and number > begun and _scope_list(mentions, number)
        ) or mention.kind == "P":
            pass
        else:
            break
        at, number = mention.last, number + 1
    return number if number > begun else begun - 1


def _scope_list(mentions: list[Mention], number: int) -> bool:
    return number + 1 < len(mentions) and mentions[number - 1].kind == mentions[number + 1].kind == "S"


def _take_origin(head: Head, mention: Mention) -> None:
    """`imports of U.S. farm produce`: the partner; `exports of American goods`: the reporter."""
    slot = "partner" if head.flow == "imports" else "reporter"
    if getattr(head, slot) is None:
        setattr(head, slot, mention.data[0])
        head.evidence[slot] = ("origin", mention.start, mention.end)


def _in(sentence: Sentence, head: Head, number: int) -> int:  # noqa: PLR0911 - one rule a line, in their order
    mentions = sentence.mentions
    mention = mentions[number + 1]
    at = mentions[number].last
    if not _may_step(sentence, at, mention.first, 1):
        return number
    if mention.kind == "T":
        head.times.append(number + 1)
        return number + 2
    if mention.kind == "S":
        _set_scope(head, mention)
        after = number + 2
        if after < len(mentions) and mentions[after].kind == "F" and mentions[after].first == mention.last:
            after += 1
        return after
    if mention.kind == "F" and mention.data[3] in ("trade", "head") and mention.data[2]:
        head.scope = head.scope or mention.data[2]
        head.evidence.setdefault("scope", ("scope word", mention.start, mention.end))
        return number + 2
    if mention.kind == "P" and sentence.words[mentions[head.index].first] == "sales" and head.partner is None:
        return _take_partners(sentence, head, number, "sales in")
    if mention.kind == "P" and number + 2 < len(mentions) and mentions[number + 2].data[0] == "favour":
        head.reporter, head.sign = mention.data[0], "surplus"
        head.evidence["reporter"] = ("in favour of", mention.start, mention.end)
        return number + 3
    return number


def _for(sentence: Sentence, head: Head, number: int) -> int:
    mention = sentence.mentions[number + 1]
    if mention.kind == "T" and _may_step(sentence, sentence.mentions[number].last, mention.first, 1):
        head.times.append(number + 1)
        return number + 2
    return number


def _on(sentence: Sentence, head: Head, number: int) -> int:
    mention = sentence.mentions[number + 1]
    if not _may_step(sentence, sentence.mentions[number].last, mention.first, 1):
        return number
    if mention.kind == "B":
        _set_basis(head, mention)
        return number + 2
    if mention.kind == "S":
        _set_scope(head, mention)
        return number + 2
    if mention.kind == "P" and sentence.word(mention.last) == "side" and head.reporter is None:
        head.reporter = mention.data[0]
        head.evidence["reporter"] = ("on whose side", mention.start, mention.end)
        return number + 2
    return number


_RELATIONS: Final = {
    "bilateral": _bilateral,
    "with": _with,
    "to": _to,
    "from": _from,
    "between": _between,
    "of": _of,
    "in": _in,
    "for": _for,
    "on": _on,
}
