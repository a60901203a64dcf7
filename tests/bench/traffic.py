"""What people send: commands, presses of real buttons, phone numbers, and words to search."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.bench.bot_api import BOT, Planned

Json = dict[str, Any]

FIRST_CHAT = 900_000_000
CHATS = 500
"""A burst comes from this many chats."""
SCOUT = FIRST_CHAT - 1
"""The chat from which the buttons of the catalogue are looked up."""


class Kind(StrEnum):
    """The kinds of update that are measured."""

    HELP = "help"
    BALANCE = "balance"
    ORDER = "order"
    PRESS = "press"
    NUMBER = "number"
    WORDS = "words"
    MIX = "mix"


_MIX = (
    *(Kind.HELP, Kind.BALANCE, Kind.ORDER) * 2,
    *(Kind.PRESS,) * 8,
    *(Kind.NUMBER,) * 3,
    *(Kind.WORDS,) * 3,
)
"""Of 20 updates 6 are commands, 8 presses, 3 typed numbers and 3 typed words."""
_PREFIXES = ("0812", "0813", "0852", "0857", "0815", "0817", "0878", "0838", "0896", "0881")
_BRANDS = (
    "telkomsel", "indosat", "three", "axis", "smartfren", "xl", "by.u", "ovo", "gopay", "dana",
    "shopeepay", "linkaja", "pln", "brizzi", "tapcash", "vidio", "mobile legends", "free fire",
)  # fmt: skip
_WHAT = (
    "{brand} {thousands}", "{brand} {thousands}.000", "pulsa {brand} {thousands}", "{brand}",
    "paket {brand} {size} gb", "data {brand} {days} hari", "{brand} {size}gb {days} hari",
)  # fmt: skip
_THOUSANDS = (5, 10, 15, 20, 25, 30, 50, 75, 100, 150, 200)
_SIZES = (1, 2, 3, 6, 8, 10, 13, 20, 30, 50)
_DAYS = (1, 3, 7, 14, 28, 30)
_MISSPELT = 0.15


@dataclass(frozen=True, slots=True)
class Screen:
    """A message of the bot with buttons, and the button on it that is pressed."""

    text: str
    rows: list[list[Json]]
    data: str


class Traffic:
    """Makes updates by a seed: two runs with the same seed send the same."""

    def __init__(self, screens: Sequence[Screen], seed: int) -> None:
        """`screens` are those whose buttons are pressed while browsing."""
        self._screens = screens
        self._random = random.Random(seed)  # noqa: S311 - the same updates at every run
        self._next_message_id = 1

    def burst(self, kind: Kind, count: int, chats: int = CHATS) -> list[Planned]:
        """Return `count` updates of a kind, from all chats in turn."""
        return [self.one(kind, FIRST_CHAT + number % chats) for number in range(count)]

    def one(self, kind: Kind, chat_id: int) -> Planned:
        """Return an update of a kind from a chat."""
        match kind:
            case Kind.MIX:
                return self.one(self._random.choice(_MIX), chat_id)
            case Kind.PRESS:
                return self.press(chat_id, self._random.choice(self._screens))
            case Kind.NUMBER:
                return self.text(chat_id, self._number())
            case Kind.WORDS:
                return self.text(chat_id, self._words())
            case Kind.HELP | Kind.BALANCE | Kind.ORDER:
                return self.text(chat_id, f"/{kind}")

    def text(self, chat_id: int, text: str) -> Planned:
        """Return the message of a person."""
        message = {
            "message_id": self._message_id(),
            "from": _person(chat_id),
            "chat": _chat(chat_id),
            "date": 1_796_000_000,
            "text": text,
        }
        if text.startswith("/"):
            command = {"offset": 0, "length": len(text.split(maxsplit=1)[0]), "type": "bot_command"}
            message["entities"] = [command]
        return Planned(chat_id, {"message": message})

    def press(self, chat_id: int, screen: Screen) -> Planned:
        """Return the press of a screen's button, each on a message of its own."""
        message_id = self._message_id()
        message = {
            "message_id": message_id,
            "from": BOT,
            "chat": _chat(chat_id),
            "date": 1_796_000_000,
            "text": screen.text,
            "reply_markup": {"inline_keyboard": screen.rows},
        }
        query = {
            "id": str(4_000_000_000_000_000_000 + message_id),
            "from": _person(chat_id),
            "message": message,
            "chat_instance": str(chat_id * 7919),
            "data": screen.data,
        }
        return Planned(chat_id, {"callback_query": query}, message_id)

    def _message_id(self) -> int:
        self._next_message_id += 1
        return self._next_message_id

    def _number(self) -> str:
        return self._random.choice(_PREFIXES) + f"{self._random.randrange(10**8):08}"

    def _words(self) -> str:
        words = self._random.choice(_WHAT).format(
            brand=self._random.choice(_BRANDS),
            thousands=self._random.choice(_THOUSANDS),
            size=self._random.choice(_SIZES),
            days=self._random.choice(_DAYS),
        )
        if self._random.random() < _MISSPELT:
            place = self._random.randrange(len(words) - 1)
            words = words[:place] + words[place + 1] + words[place] + words[place + 2 :]
        return words


def _person(chat_id: int) -> Json:
    return {
        "id": chat_id,
        "is_bot": False,
        "first_name": "Budi",
        "username": f"budi{chat_id}",
        "language_code": "id",
    }


def _chat(chat_id: int) -> Json:
    return {
        "id": chat_id,
        "first_name": "Budi",
        "username": f"budi{chat_id}",
        "type": "private",
    }
