"""Which words a quantity belongs to: the flow or topic that governs it, and what stands straight before and after.

What belongs here: attachment inside one sentence, by position alone. What does not: what the flow means (`heads`), the
slots (`slots`) and times (`when`).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, NamedTuple

from transforms.figures.lexicon import DETERMINERS
from transforms.figures.mentions import Mention, Sentence, is_adjective

_AFTER_TRADE: Final = frozenset("TRDQ,UVB")
_PLAIN_VERBS: Final = frozenset(("export", "import", "ship", "purchase", "sell", "buy"))
_MODIFIERS: Final = frozenset("SPTB")
_PREMODIFIED: Final = frozenset(("a", "an", "the", "its", "their", "his", "our", "another", "this", "that", "s"))


_JOINED_VERBS: Final = frozenset(("exports", "imports"))
_SPAN_WORDS: Final = frozenset(
    [
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "month",
        "year",
        "week",
        "quarter",
    ]
)
"""`a two-month trade deficit`."""


class Link(NamedTuple):
    """The governing mention of a quantity (its number in the sentence) and the rule that found it.

    `change` is the number of a movement noun between the two: a 5 percent *rise* in imports; else -1.
    """

    number: int
    rule: str
    change: int = -1


NOTHING: Final = Link(-1, "none")
OTHER_NOUN: Final = Link(-1, "other noun")


def is_flow(sentence: Sentence, number: int) -> bool:  # noqa: PLR0911 - one rule a line, in their order
    """Whether the flow word at mention `number` is a noun or verb of trade here, and not part of another word.

    `trade talks` and `export market` are no flows: what follows the word straight away is another noun.
    """
    mention = sentence.mentions[number]
    role = mention.data[3]
    if role in ("head", "bare", "state"):
        return True
    if role in ("modifier", "topic"):
        return False
    following = sentence.word(mention.last)
    after = sentence.mentions[number + 1] if number + 1 < len(sentence.mentions) else None
    starts_here = after is not None and after.first == mention.last
    if role == "trade":
        if not following or following == "'s" or is_adjective(following):
            return True
        return starts_here and after is not None and (after.kind in _AFTER_TRADE or _is_bare(after))
    if role in ("verb", "takes"):
        return _is_verb(sentence, number, mention)
    if role in ("earns", "between"):
        return _earns(sentence, number) if role == "earns" else _goods_move(sentence, number)
    return _has_place(sentence, number) or _moves(sentence, number)


def _earns(sentence: Sentence, number: int) -> bool:
    """`liquefied gas earned A$92 billion`, `earned 4.6 billion dlrs from oil`: goods bring in an amount of money."""
    mentions = sentence.mentions
    before = mentions[number - 1] if number else None
    amount = mentions[number + 1] if number + 1 < len(mentions) else None
    if amount is None or amount.kind != "Q" or amount.data.form != "money":
        return False
    if before is not None and before.kind == "S" and before.last == mentions[number].first:
        return number < 2 or mentions[number - 2].kind not in "RF"
    return any(
        joint.kind == "R" and joint.data[0] == "from" and goods.kind == "S"
        for joint, goods in pairwise(mentions[number + 2 : number + 4])
    )


_LEAST: Final = 1e6
"""Less is a price: `the Aussie traded at 78 cents`."""


def _goods_move(sentence: Sentence, number: int) -> bool:
    """`goods worth $5 billion crossed the border`, `A and B traded $5 billion`: an amount near, of goods or money."""
    near = sentence.mentions[max(0, number - 4) : number + 4]
    return any(m.kind == "Q" and m.data.form == "money" and m.data.value >= _LEAST for m in near)


def _moves(sentence: Sentence, number: int) -> bool:
    """`sales had risen to`, `shipments fell`: a weak flow word that is the subject of a movement with an amount."""
    mentions = sentence.mentions
    mention = mentions[number]
    if sentence.words[mention.first] not in ("sales", "shipments", "purchases", "deliveries"):
        return False
    before = mentions[number - 1] if number else None
    if before is not None and before.last == mention.first and before.kind not in "RT,DV":
        return False
    following = [m for m in mentions[number + 1 : number + 4] if m.kind != "R"]
    return (
        bool(following) and following[0].kind == "D" and any(m.kind == "Q" for m in mentions[number + 1 : number + 6])
    )


def _is_bare(mention: Mention) -> bool:
    return mention.kind == "F" and mention.data[3] == "bare"


def _is_verb(sentence: Sentence, number: int, mention: Mention) -> bool:
    """A verb of trade governs an amount or has a partner: `imported $44.2 billion from China`, `sold more to`."""
    mentions = sentence.mentions
    word = sentence.words[mention.first]
    partner = amount = product = False
    for after in mentions[number + 1 : number + 9]:
        if after.kind == "," and after.data not in (",", "("):
            break
        if after.kind in ("F", "X", "V") and not product and not (after.kind == "F" and after.data[3] == "earns"):
            break
        amount = amount or (
            after.kind == "Q" and after.data.form in ("money", "count", "percent", "fraction", "multiple")
        )
        partner = partner or after.kind == "P"
        product = product or after.kind == "S"
    if word in ("export", "import") and mention.possessive:
        return True
    if word in ("export", "import") and not (amount and _follows(sentence, number, "QSP")):
        return False
    if word in ("export", "import"):
        return True
    if word in ("exported", "imported", "exporting", "importing", "shipped"):
        return amount or partner or product or (number > 0 and mentions[number - 1].kind == "Q")
    return amount and (product or partner or _subject_is_country(sentence, number))


def _follows(sentence: Sentence, number: int, kinds: str) -> bool:
    mention = sentence.mentions[number]
    after = sentence.mentions[number + 1] if number + 1 < len(sentence.mentions) else None
    return (
        after is not None
        and after.kind in kinds
        and all(is_adjective(word) or word in DETERMINERS for word in sentence.words[mention.last : after.first])
    )


def _subject_is_country(sentence: Sentence, number: int) -> bool:
    """A country before the verb, or a verb of trade that it is joined to: `Canada bought …, and sold $3 billion`."""
    mentions = sentence.mentions
    if any(m.kind == "P" and m.data[1] == "name" for m in mentions[max(0, number - 4) : number]):
        return True
    return any(m.kind == "F" and m.data[3] == "verb" and m.data[0] in _JOINED_VERBS for m in mentions[:number])


def _has_place(sentence: Sentence, number: int) -> bool:
    """`sales to Japan`, `shipments abroad`, `purchases from the U.S.`, `Chinese shipments`: a place makes it trade."""
    mentions = sentence.mentions
    mention = mentions[number]
    after = mentions[number + 1 : number + 4]
    for place, relation in zip(after[1:], after, strict=False):
        if relation.kind == "R" and relation.data[0] in ("to", "from", "of") and place.kind in "PS":
            return place.kind == "P" or relation.data[0] == "of"
    before = mentions[number - 1] if number else None
    return (
        before is not None
        and before.last == mention.first
        and (before.kind == "S" or (before.kind == "P" and before.data[1] != "institution"))
        and sentence.words[mention.first] not in ("sales", "foreign", "overseas")
    )


# --- before the quantity -------------------------------------------------------------------------------------------


def before(sentence: Sentence, number: int) -> int:
    """The number of the mention that governs the quantity from the left: `from`, `rose`, `than` … or -1.

    Articles, adjectives, times and partners in the genitive (`from January's 23.5 billion`) are stepped over.
    """
    mentions, words = sentence.mentions, sentence.words
    at, step = mentions[number].first, number - 1
    while at > 0:
        if step >= 0 and mentions[step].last == at:
            mention = mentions[step]
            if mention.kind in ("T", "P") and (mention.possessive or _is_premodifier(mention)):
                at, step = mention.first, step - 1
                continue
            if mention.kind == "S":
                at, step = mention.first, step - 1
                continue
            return step
        word = words[at - 1]
        if word not in DETERMINERS and not is_adjective(word) and word[0] != "'":
            return -1
        at -= 1
    return -1


def _is_premodifier(mention: Mention) -> bool:
    if mention.kind == "P":
        return bool(mention.data[1] == "adjective")
    return mention.data.kind in ("month", "year", "quarter", "that") and mention.data.shift is None


# --- after the quantity --------------------------------------------------------------------------------------------


def after(sentence: Sentence, number: int) -> Link:  # noqa: C901 - one kind of mention a branch, in their order
    """The noun that the quantity stands before: `a $27 billion trade deficit`, `3 percent of total imports`."""
    mentions, words = sentence.mentions, sentence.words
    quantity = mentions[number]
    at, step, relation, change = quantity.last, number + 1, "", -1
    while step < len(mentions):
        mention = mentions[step]
        blocked = _blocked(sentence, at, mention.first, relation)
        if blocked:
            return (
                OTHER_NOUN if blocked == "noun" and at == quantity.last and _premodifies(sentence, number) else NOTHING
            )
        kind = mention.kind
        if kind == "F":
            if relation == "in" and mention.data[0] == "total" and _balance_of(sentence, number):
                return NOTHING
            return _flow_after(sentence, step, relation, change)
        if kind == "X":
            return Link(step, relation or "before its noun", change)
        if kind == "D" and not relation and change < 0 and mention.data[1] == "noun" and step == number + 1:
            change = step
        elif (
            kind == "R"
            and not relation
            and step == number + 1
            and words[mention.first] == "as"
            and mention.data[0] == "clause"
        ):
            relation = "as"
        elif kind == "R" and _opens(mention, relation, step, number, change):
            relation = mention.data[0]
        elif kind == "Q" and relation == "of" and mention.data.form == "money":
            at, step = mention.last, step + 1
            continue
        elif (
            kind not in _MODIFIERS
            or (kind == "T" and relation in ("in", "for"))
            or (kind == "T" and not _is_premodifier(mention) and not mention.possessive)
        ):
            return NOTHING
        at, step = mention.last, step + 1
    unknown = [word for word in words[at:] if not is_adjective(word)]
    return OTHER_NOUN if unknown and at == quantity.last and _premodifies(sentence, number) else NOTHING


def _balance_of(sentence: Sentence, number: int) -> bool:
    """`a surplus of $55 billion in goods trade`: the amount is of the balance before it."""
    before = sentence.mentions[max(0, number - 2) : number]
    if len(before) < 2 or before[1].kind != "R" or before[1].data[0] != "of":
        return False
    return bool(before[0].kind == "F" and before[0].data[0] == "balance")


def _opens(mention: Mention, relation: str, step: int, number: int, change: int) -> bool:
    """`worth of`, `in exports`, `of imports`, `rise in`: one preposition straight after the quantity or movement."""
    role = mention.data[0]
    if role not in ("in", "of", "worth"):
        return False
    return (not relation and step == (change if change >= 0 else number) + 1) or (relation == "worth" and role == "of")


def _blocked(sentence: Sentence, at: int, upto: int, relation: str) -> str:
    """ "" where only articles and adjectives stand between, else `noun` for a word that is none of these."""
    for word in sentence.words[at:upto]:
        if is_adjective(word) or word[0] == "'" or word in _SPAN_WORDS or (relation and word in DETERMINERS):
            continue
        return "verb" if word.endswith(("ed", "ing")) or word in DETERMINERS else "noun"
    return ""


def _flow_after(sentence: Sentence, step: int, relation: str, change: int) -> Link:
    mentions = sentence.mentions
    while step + 1 < len(mentions) and _is_bare(mentions[step + 1]) and mentions[step + 1].first == mentions[step].last:
        step += 1
    if (owner := topic_of(sentence, step)) >= 0:
        return Link(owner, "of another topic")
    if not is_flow(sentence, step):
        return OTHER_NOUN if mentions[step].data[3] in ("trade", "modifier", "weak") and not relation else NOTHING
    return Link(step, relation or "before its noun", change)


def _premodifies(sentence: Sentence, number: int) -> bool:
    """Whether an article or possessive before the quantity shows that a noun has to follow it."""
    mention = sentence.mentions[number]
    word = sentence.word(mention.first - 1)
    return word in _PREMODIFIED or word[:1] == "'"


# --- to the left ---------------------------------------------------------------------------------------------------


def left(sentence: Sentence, number: int) -> Link:
    """The nearest flow or topic before the quantity, with what stands between two commas after a subject left out."""
    mentions = sentence.mentions
    step = number - 1
    while step >= 0:
        mention = mentions[step]
        if mention.kind == "," and mention.data in (",", "--", "\u2014", ")") and _verb_follows(sentence, step):
            opened = opening(sentence, step)
            if opened > 0:
                step = opened - 1
                continue
        if mention.kind == "X" and mention.data[0] not in ("weak", "survey", "gdp"):
            return Link(step, "nearest before")
        if mention.kind == "F" and is_flow(sentence, step):
            owner = topic_of(sentence, step)
            if owner >= 0:
                return Link(owner, "of another topic")
            step = _balance_in(sentence, step)
            tariff = _tariff_before(sentence, step, number)
            return Link(tariff, "tariff on") if tariff >= 0 else Link(step, "nearest before")
        step -= 1
    return NOTHING


def _balance_in(sentence: Sentence, step: int) -> int:
    """`surplus in goods trade`: the balance, where the flow word only says in what it is."""
    mentions = sentence.mentions
    relation = step - 1 - (step > 0 and mentions[step - 1].kind == "S")
    if relation < 1 or mentions[relation].kind != "R" or mentions[relation].data[0] not in ("in", "on"):
        return step
    before = mentions[relation - 1]
    near = before.last == mentions[relation].first and mentions[step].data[0] == "total"
    return relation - 1 if near and before.kind == "F" and before.data[0] == "balance" else step


def topic_of(sentence: Sentence, step: int) -> int:
    """`the average value of imports`, `capital account deficit`: the topic that the flow word only qualifies, or -1."""
    mentions = sentence.mentions
    before = mentions[step - 1] if step else None
    if before is None:
        return -1
    if before.kind == "X" and before.last == mentions[step].first and before.data[0] not in ("weak", "gdp"):
        return step - 1
    over = mentions[step - 2] if step > 1 else None
    if (
        before.kind == "R"
        and before.data[0] == "of"
        and over is not None
        and over.kind == "X"
        and over.last == before.first
    ):
        return step - 2 if over.data[0] == "head" else -1
    return -1


def _verb_follows(sentence: Sentence, step: int) -> bool:
    """After the comma the sentence goes on with its verb: `imports, the data showed, rose`."""
    mentions = sentence.mentions
    if step + 1 >= len(mentions):
        return False
    following = mentions[step + 1]
    if following.first != mentions[step].last:
        return False
    if following.kind == "D":
        return bool(following.data[1] == "verb")
    if following.kind == "U":
        return bool(following.data[1] == "modal")
    return following.kind == "R" and following.data[0] in ("level", "have", "share", "swing")


def opening(sentence: Sentence, step: int) -> int:
    """The comma that opens what the comma at `step` closes, if no quantity with a verb of its own stands between."""
    mentions = sentence.mentions
    for earlier in range(step - 1, max(-1, step - 14), -1):
        if mentions[earlier].kind == "," and (
            mentions[earlier].data == mentions[step].data or mentions[step].data == ")"
        ):
            between = mentions[earlier + 1 : step]
            has_head = any(m.kind in "FX" for m in mentions[:earlier])
            opens = between[0] if between else None
            if has_head and opens is not None and opens.kind == "R" and opens.data[0] in ("relative", "whose"):
                return earlier
            return earlier if has_head and not any(m.kind == "Q" and m.data.form != "rank" for m in between) else -1
    return -1


def _tariff_before(sentence: Sentence, step: int, number: int) -> int:
    """`tariffs on imports of 25 percent`, `duties on $200 billion of goods`: the tariff governs, not what it is on."""
    mentions = sentence.mentions
    for earlier in range(step - 1, max(-1, step - 7), -1):
        mention = mentions[earlier]
        if mention.kind in ("D", "Q", ",") or (mention.kind == "R" and mention.data[0] in ("level", "have")):
            return -1
        if mention.kind == "X" and mention.data[0] == "tariff":
            joint = mentions[earlier + 1]
            moved = any(m.kind == "D" for m in mentions[step:number])
            return -1 if moved or not (joint.kind == "R" and joint.data[0] in ("on", "against", "for")) else earlier
    return -1


def subject_partner(sentence: Sentence, number: int, objects: frozenset[int]) -> int:
    """The nearest partner before mention `number` that may be the subject (`objects` may not), or -1."""
    mentions = sentence.mentions
    for step in range(number - 1, -1, -1):
        mention = mentions[step]
        if mention.kind == "P" and step not in objects and mention.data[0] != "world":
            return step
    return -1
