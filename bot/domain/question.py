"""Questions: what a text asks after, told from a product that somebody looks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain import question_words as said
from bot.domain.order import OrderId, order_id_of

LONGEST: Final = 200
"""Characters of a text that may be a question; a longer one is read no further."""
_WORD = re.compile(r"(?<!\w)([^\W\d_]+)2?(?!\w)")
"""A word by itself, or said twice, "lama2": not the letters of a code."""
_APOSTROPHE = re.compile("['\u2018\u2019`]")
_LONG_DRAWN = re.compile(r"(.)\1+")
_ORDER_NUMBER = re.compile(r"(?<![\w-])K\d[\d-]{0,20}(?!\w)", re.ASCII | re.IGNORECASE)
_ENDINGS: Final = ("nya", "ku")
_WELL_KNOWN: Final = (
    said.ASKING | said.POLITE | said.GOODS | said.ORDER | said.MINE | said.NEVER | said.OFFERED
) | (said.IN_USE | said.GET | said.REFUND | said.CONTACT | said.CHANNEL | said.BILL | said.WAY)


class Asked(StrEnum):
    """What a question is about."""

    STATE = "state"
    """What became of an order, or of money."""
    REFUND = "refund"
    CONTACT = "contact"
    """How to reach the shop."""
    BILL = "bill"
    """Bills that are paid afterwards, which are not sold."""
    WAY = "way"
    """How something is done here."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a text asks."""

    asked: Asked
    is_sure: bool
    """Whether it is one whatever else it names; else a product in it is rather looked for."""
    is_of_goods: bool = False
    """Whether it asks what the shop has: "tsel 10 udah ada?"."""


def question_of(text: str) -> Question | None:
    """Return what a text asks; None for one that asks nothing."""
    if len(text) > LONGEST:
        return None
    words = frozenset(_words(text))
    is_of_goods = bool(words & said.OFFERED)
    asked = _of_other_things(words, has_digits=any(map(str.isdigit, text)))
    if asked is not None:
        return Question(asked, is_sure=asked is not Asked.WAY)
    if _is_surely_of_state(words, is_of_goods=is_of_goods):
        return Question(Asked.STATE, is_sure=True)
    is_talk = words <= _WELL_KNOWN
    if words and is_talk and order_ids_in(text):
        return Question(Asked.STATE, is_sure=False)
    if _is_perhaps_of_state(words, is_talk=is_talk) and (is_talk or not is_of_goods):
        return Question(Asked.STATE, is_sure=False, is_of_goods=is_of_goods)
    return None


def order_ids_in(text: str) -> list[OrderId]:
    """Return the orders whose numbers stand in a text: "K12 belum masuk"."""
    numbers = (order_id_of(one.upper()) for one in _ORDER_NUMBER.findall(text))
    return [one for one in numbers if one is not None]


def _words(text: str) -> Iterator[str]:
    """Yield the words, "belummm" as "belum", and "masuknya" as "masuk" and "nya"."""
    for word in _WORD.findall(_APOSTROPHE.sub("", text.casefold())):
        yield from _spelled(word) or _spelled(_LONG_DRAWN.sub(r"\1", word)) or (word,)


def _spelled(word: str) -> tuple[str, ...]:
    """Return a well-known word, or one with its ending; nothing for any other."""
    if word in _WELL_KNOWN:
        return (word,)
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and stem in _WELL_KNOWN:
            return (stem, ending)
    return ()


def _of_other_things(words: frozenset[str], *, has_digits: bool) -> Asked | None:
    if words & said.BILL:
        return Asked.BILL
    is_metered = bool(words & said.METERED) and not words & said.PREPAID
    pays = bool(words & {"bayar", "byr", "pay"}) and not words & said.DONE
    if is_metered and pays and not has_digits:
        return Asked.BILL
    is_money = bool(words & {"uang", "duit", "dana", "money"})
    if words & said.REFUND or (is_money and words & {"kembali", "balik", "back"}):
        return Asked.REFUND
    if words & said.WAY or {"how", "to"} <= words or _asks_how_to_pay(words):
        return Asked.WAY
    around = said.CHANNEL | said.POLITE | said.MINE | said.OFFERED | said.HOW | said.WHERE
    if words & said.CONTACT and words <= said.CONTACT | around and not has_digits:
        return Asked.CONTACT
    return None


def _asks_how_to_pay(words: frozenset[str]) -> bool:
    """Return whether somebody asks where or how to pay, and not after what they have paid."""
    pays = bool(words & said.PAY) or {"top", "up"} <= words
    asks = bool(words & (said.HOW | {"kemana", "dimana"})) or {"ke", "mana"} <= words
    asks = asks or bool(words & {"bisa", "bs", "can"} and words & said.BY)
    told = said.DONE | said.NOT_YET | said.ARRIVE | said.MINE | said.PAID | said.LATE | said.ORDER
    return pays and asks and not words & told


def _is_surely_of_state(words: frozenset[str], *, is_of_goods: bool) -> bool:
    arrives = bool(words & said.ARRIVE)
    if words & said.NOT_YET and (arrives or words & (said.GET - said.OFFERED)):
        return True
    if words & said.NEVER and arrives:
        return True
    if words & (said.NOT_YET | said.NEVER) and words & said.IN_USE and "masa" not in words:
        return True
    is_own = bool(words & (said.MINE | {"nya"})) and bool(words & (said.GOODS | said.ORDER))
    if is_own and words & (said.WHERE | said.WHEN):
        return True
    if is_of_goods:
        return False
    is_done = bool(words & said.DONE)
    if is_done and (arrives or words & said.PAY):
        return True
    if words & said.PAID or (words & said.WHEN and arrives):
        return True
    return bool(words & said.WHY) and bool(words & (said.LATE | said.ARRIVE))


def _is_perhaps_of_state(words: frozenset[str], *, is_talk: bool) -> bool:
    """Return whether words may ask after an order; `is_talk`: none of them names anything else."""
    if words & (said.WHERE | said.WHEN | said.WHY | said.HOW | said.NOT_YET | said.DONE):
        return True
    if words & {"bukti", "buktinya"}:
        return True
    is_own = bool(words & (said.MINE | {"cek", "check", "nya", "ku", "status"}))
    of_order = bool(words & said.ORDER) and is_own
    return is_talk and (of_order or bool(words & (said.ARRIVE | said.LATE)))
