"""Recognises questions in customers' texts and distinguishes them from product searches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain import question_words as said
from bot.domain.order import OrderId, order_id_of

MAX_LENGTH: Final = 200
"""The maximum length of a question in characters; a longer text is not one."""
_WORD = re.compile(r"(?<!\w)([^\W\d_]+)2?(?!\w)")
"""A word, also reduplicated as "lama2" (Indonesian for "lama-lama"); not the letters of a code."""
_APOSTROPHE = re.compile("['\u2018\u2019`]")
_REPEATED_LETTER = re.compile(r"(.)\1+")
_ORDER_NUMBER = re.compile(r"(?<![\w-])K\d[\d-]{0,20}(?!\w)", re.ASCII | re.IGNORECASE)
_SUFFIXES: Final = ("nya", "ku")
"""Indonesian possessive suffixes: "masuknya", "pulsaku"."""
_KNOWN_WORDS: Final = (
    said.ASKING | said.POLITE | said.GOODS | said.ORDER | said.MINE | said.NEVER | said.OFFERED
) | (said.IN_USE | said.GET | said.REFUND | said.CONTACT | said.CHANNEL | said.BILL | said.WAY)


class QuestionTopic(StrEnum):
    """The topic of a question."""

    STATE = "state"
    """The state of an order or a payment."""
    REFUND = "refund"
    CONTACT = "contact"
    """How to contact the shop."""
    BILL = "bill"
    """Postpaid bills, which the shop does not sell."""
    HOW_TO = "way"
    """How to buy or pay."""


@dataclass(frozen=True, slots=True)
class Question:
    """The question in a text."""

    topic: QuestionTopic
    is_certain: bool
    """Whether it is certainly a question; otherwise a product named in the text is searched."""
    asks_availability: bool = False
    """Whether it asks if the shop has something: "tsel 10 udah ada?"."""


def question_of(text: str) -> Question | None:
    """Return the question in a text; None for a text that is not a question."""
    if len(text) > MAX_LENGTH:
        return None
    words = frozenset(_words(text))
    is_of_goods = bool(words & said.OFFERED)
    topic = _other_topic(words, has_digits=any(map(str.isdigit, text)))
    if topic is not None:
        return Question(topic, is_certain=topic is not QuestionTopic.HOW_TO)
    if _is_certainly_state(words, is_of_goods=is_of_goods):
        return Question(QuestionTopic.STATE, is_certain=True)
    has_only_known_words = words <= _KNOWN_WORDS
    if words and has_only_known_words and order_ids_in(text):
        return Question(QuestionTopic.STATE, is_certain=False)
    may_be_state = _is_possibly_state(words, has_only_known_words=has_only_known_words)
    if may_be_state and (has_only_known_words or not is_of_goods):
        return Question(QuestionTopic.STATE, is_certain=False, asks_availability=is_of_goods)
    return None


def order_ids_in(text: str) -> list[OrderId]:
    """Return the ids of the order numbers in a text, such as "K12 belum masuk"."""
    order_ids = (order_id_of(number.upper()) for number in _ORDER_NUMBER.findall(text))
    return [order_id for order_id in order_ids if order_id is not None]


def _words(text: str) -> Iterator[str]:
    """Yield the words, "belummm" as "belum", and "masuknya" as "masuk" and "nya"."""
    for word in _WORD.findall(_APOSTROPHE.sub("", text.casefold())):
        yield from _known_parts(word) or _known_parts(_REPEATED_LETTER.sub(r"\1", word)) or (word,)


def _known_parts(word: str) -> tuple[str, ...]:
    """Return a known word, or a known stem and its suffix; empty for any other word."""
    if word in _KNOWN_WORDS:
        return (word,)
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        if stem != word and stem in _KNOWN_WORDS:
            return (stem, suffix)
    return ()


def _other_topic(words: frozenset[str], *, has_digits: bool) -> QuestionTopic | None:
    """Return the topic of a question that is not about a state; None if there is none."""
    if words & said.BILL:
        return QuestionTopic.BILL
    is_metered = bool(words & said.METERED) and not words & said.PREPAID
    pays = bool(words & {"bayar", "byr", "pay"}) and not words & said.DONE
    if is_metered and pays and not has_digits:
        return QuestionTopic.BILL
    is_money = bool(words & {"uang", "duit", "dana", "money"})
    if words & said.REFUND or (is_money and words & {"kembali", "balik", "back"}):
        return QuestionTopic.REFUND
    if words & said.WAY or {"how", "to"} <= words or _asks_how_to_pay(words):
        return QuestionTopic.HOW_TO
    neutral = said.CHANNEL | said.POLITE | said.MINE | said.OFFERED | said.HOW | said.WHERE
    if words & said.CONTACT and words <= said.CONTACT | neutral and not has_digits:
        return QuestionTopic.CONTACT
    return None


def _asks_how_to_pay(words: frozenset[str]) -> bool:
    """Return whether the words ask where or how to pay, and not about a payment already made."""
    pays = bool(words & said.PAY) or {"top", "up"} <= words
    asks = bool(words & (said.HOW | {"kemana", "dimana"})) or {"ke", "mana"} <= words
    asks = asks or bool(words & {"bisa", "bs", "can"} and words & said.BY)
    state = said.DONE | said.NOT_YET | said.ARRIVE | said.MINE | said.PAID | said.LATE | said.ORDER
    return pays and asks and not words & state


def _is_certainly_state(words: frozenset[str], *, is_of_goods: bool) -> bool:
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


def _is_possibly_state(words: frozenset[str], *, has_only_known_words: bool) -> bool:
    """Return whether the words may ask about an order.

    `has_only_known_words` is whether no word can be the name of a product.
    """
    if words & (said.WHERE | said.WHEN | said.WHY | said.HOW | said.NOT_YET | said.DONE):
        return True
    if words & {"bukti", "buktinya"}:
        return True
    is_own = bool(words & (said.MINE | {"cek", "check", "nya", "ku", "status"}))
    is_about_order = bool(words & said.ORDER) and is_own
    return has_only_known_words and (is_about_order or bool(words & (said.ARRIVE | said.LATE)))
