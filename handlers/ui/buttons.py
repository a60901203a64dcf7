"""The codec of buttons, and the buttons that several features show.

A button is typed, versioned, and at most 64 bytes of `callback_data`. It carries its whole meaning,
so that one pressed after a restart, or under a month-old message, works or says clearly why not.
`callback_data` can be forged: a handler checks at the press that the things it names belong to the
sender. A button that one feature alone shows is declared in that feature's `buttons.py`.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, fields
from enum import IntEnum
from typing import Any, ClassVar, TypeVar

VERSION = "1"
LONGEST_BYTES = 64
"""Telegram's limit for `callback_data`."""
_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)

B = TypeVar("B", bound="Button")
_DECLARED: dict[str, str] = {}
"""The name of each button class by its tag."""


class ButtonError(Exception):
    """What arrived is no button of this version: it is old, or somebody made it up."""


class View(IntEnum):
    """Which products of a level are shown."""

    SHELF = 0
    """What can be bought, each name once."""
    WITH_EMPTY = 1
    """The same, and what is out of stock."""
    SOURCES = 2
    """The other offers of the same things: for admins every source, each with its code."""


@dataclass(frozen=True, slots=True)
class Button:
    """One kind of button; its fields are numbers, flags, and at last one text.

    A subclass declares a `TAG` that no other has: an empty or taken tag raises `TypeError`.
    """

    TAG: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        # A dataclass with slots is created twice, under the same name.
        name = f"{cls.__module__}.{cls.__qualname__}"
        if not cls.TAG or _DECLARED.setdefault(cls.TAG, name) != name:
            raise TypeError(f"{name}: the tag {cls.TAG!r} is empty or taken")


@dataclass(frozen=True, slots=True)
class ShowWelcome(Button):
    """The first screen."""

    TAG: ClassVar[str] = "w"


@dataclass(frozen=True, slots=True)
class Leave(Button):
    """Stop choosing."""

    TAG: ClassVar[str] = "x"


@dataclass(frozen=True, slots=True)
class Shop(Button):
    """The catalogue in a message of its own, so that what bears this button is kept."""

    TAG: ClassVar[str] = "s"


@dataclass(frozen=True, slots=True)
class Open(Button):
    """A level of the catalogue; category 0 is the top, pages count from 0."""

    TAG: ClassVar[str] = "c"
    category_id: int = 0
    page: int = 0
    view: int = 0
    """Which of its products are shown: a `View`."""


@dataclass(frozen=True, slots=True)
class Pick(Button):
    """A product, to be asked for its destination."""

    TAG: ClassVar[str] = "p"
    product_id: int


@dataclass(frozen=True, slots=True)
class PickAnew(Button):
    """The same in a message of its own, so that what bears this button is kept."""

    TAG: ClassVar[str] = "H"
    product_id: int


@dataclass(frozen=True, slots=True)
class AskRestock(Button):
    """Tell me when a product that cannot be bought is back."""

    TAG: ClassVar[str] = "B"
    product_id: int
    is_kept: bool = False
    """Whether what bears this button is kept, and the answer is a message of its own."""


@dataclass(frozen=True, slots=True)
class ForgetRestock(Button):
    """Do not tell me when a product is back."""

    TAG: ClassVar[str] = "G"
    product_id: int


@dataclass(frozen=True, slots=True)
class AskReopening(Button):
    """Tell me when the shop opens again."""

    TAG: ClassVar[str] = "ro"


@dataclass(frozen=True, slots=True)
class ForgetReopening(Button):
    """Do not tell me when the shop opens again."""

    TAG: ClassVar[str] = "rf"


@dataclass(frozen=True, slots=True)
class ShowNumber(Button):
    """What there is to buy for a number that was sent."""

    TAG: ClassVar[str] = "N"
    is_meter: bool
    number: str


@dataclass(frozen=True, slots=True)
class OpenFor(Button):
    """A level of the catalogue whose products go to a number that is known."""

    TAG: ClassVar[str] = "C"
    category_id: int
    page: int
    view: int
    is_meter: bool
    number: str


@dataclass(frozen=True, slots=True)
class PickFor(Button):
    """A product for a destination that is known, to be confirmed."""

    TAG: ClassVar[str] = "P"
    product_id: int
    destination: str


@dataclass(frozen=True, slots=True)
class Confirm(Button):
    """Buy what the token stands for."""

    TAG: ClassVar[str] = "k"
    token: str


@dataclass(frozen=True, slots=True)
class QuoteAgain(Button):
    """The confirm screen of a token once more, with today's price and wallet."""

    TAG: ClassVar[str] = "z"
    token: str


@dataclass(frozen=True, slots=True)
class CancelOrder(Button):
    """Take back an order that is not sent yet."""

    TAG: ClassVar[str] = "q"
    order_id: int


@dataclass(frozen=True, slots=True)
class ShowHistory(Button):
    """A page of one's own orders, from 0."""

    TAG: ClassVar[str] = "h"
    page: int = 0


@dataclass(frozen=True, slots=True)
class FindOrders(Button):
    """A page, from 0, of one's own orders that fit some words or a number."""

    TAG: ClassVar[str] = "hf"
    page: int
    query: str


@dataclass(frozen=True, slots=True)
class AskShop(Button):
    """Call the admins, about no order."""

    TAG: ClassVar[str] = "as"


@dataclass(frozen=True, slots=True)
class BuyAgain(Button):
    """The same product for the same destination, at today's price."""

    TAG: ClassVar[str] = "g"
    order_id: int


@dataclass(frozen=True, slots=True)
class MakeReceipt(Button):
    """A receipt of an order, with a selling price in whole rupiah; 0: without."""

    TAG: ClassVar[str] = "R"
    order_id: int
    price: int


@dataclass(frozen=True, slots=True)
class ShareMine(Button):
    """Ask for one's own phone number, which Telegram knows."""

    TAG: ClassVar[str] = "M"


@dataclass(frozen=True, slots=True)
class AskForHelp(Button):
    """Tell the admins that an order needs a look."""

    TAG: ClassVar[str] = "e"
    order_id: int


@dataclass(frozen=True, slots=True)
class ShowWallet(Button):
    """One's own wallet."""

    TAG: ClassVar[str] = "b"


@dataclass(frozen=True, slots=True)
class AskTopUp(Button):
    """Ask for money to be credited."""

    TAG: ClassVar[str] = "t"


@dataclass(frozen=True, slots=True)
class ShowTopUp(Button):
    """How to pay what was asked for, once more."""

    TAG: ClassVar[str] = "U"
    topup_id: int


@dataclass(frozen=True, slots=True)
class ShowLanguages(Button):
    """The choice of languages."""

    TAG: ClassVar[str] = "L"


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Button):
    """Speak this language from now on."""

    TAG: ClassVar[str] = "l"
    language: str


@dataclass(frozen=True, slots=True)
class Resume(Button):
    """Sell and send again, if the shop has not stood still anew since the button was shown."""

    TAG: ClassVar[str] = "u"
    shown_at: int
    """In seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Pause(Button):
    """Take no orders and send none."""

    TAG: ClassVar[str] = "v"


@dataclass(frozen=True, slots=True)
class ShowShopBalance(Button):
    """The shop's money, to an admin."""

    TAG: ClassVar[str] = "sb"


@dataclass(frozen=True, slots=True)
class ShowDesk(Button):
    """What waits for an admin's decision."""

    TAG: ClassVar[str] = "sd"


@dataclass(frozen=True, slots=True)
class ShowOverview(Button):
    """The state of everything, to an admin."""

    TAG: ClassVar[str] = "O"


def pack(button: Button) -> str:
    """Return a button as Telegram carries it; raises `ValueError` when it is too long."""
    values = (int(value) if isinstance(value, int) else value for value in astuple(button))
    packed = ":".join([VERSION, button.TAG, *map(str, values)])
    if len(packed.encode()) > LONGEST_BYTES:
        raise ValueError(f"a button of {len(packed.encode())} bytes")
    return packed


def fits(button: Button) -> bool:
    """Tell whether Telegram can carry a button, whose text may come from outside."""
    try:
        pack(button)
    except ValueError:
        return False
    return True


def unpack(data: str | None, kind: type[B]) -> B:
    """Return the button of a kind that was pressed; raises `ButtonError` for anything else."""
    if len((data or "").encode(errors="replace")) > LONGEST_BYTES:
        raise ButtonError
    version, _, rest = (data or "").partition(":")
    tag, _, rest = rest.partition(":")
    if version != VERSION or tag != kind.TAG:
        raise ButtonError
    wanted = fields(kind)
    values = rest.split(":", len(wanted) - 1) if wanted else []
    if len(values) != len(wanted) or (not wanted and rest):
        raise ButtonError
    named = zip(wanted, values, strict=True)
    return kind(**{field.name: _value(field.type, text) for field, text in named})


def pattern_of(kind: type[Button]) -> re.Pattern[str]:
    """Return what the data of a kind of button begins with, for its handler."""
    return re.compile(rf"{VERSION}:{kind.TAG}(:|$)")


def _value(wanted: Any, text: str) -> int | bool | str:
    # Annotations are texts here, since evaluating them is postponed.
    if wanted == "str":
        if not text:
            raise ButtonError
        return text
    if not _NUMBER.fullmatch(text):
        raise ButtonError
    number = int(text)
    if wanted == "bool":
        if number not in (0, 1):
            raise ButtonError
        return bool(number)
    return number
