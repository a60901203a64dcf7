"""Encodes buttons as `callback_data`, and declares the buttons that several features show.

The encoding is "version:tag:field:field…", at most 64 bytes. A button holds everything that its
handler needs. So a button pressed after a restart or on a month-old message still works, or is
answered with the reason why it does not. `callback_data` can be forged: the handler checks that
the ids in it belong to the sender. A button of only one feature is declared in that feature's
`buttons.py`.
"""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass, fields
from enum import IntEnum
from typing import Any, ClassVar, TypeVar

VERSION = "1"
LONGEST_BYTES = 64
"""Telegram's limit for `callback_data` (Bot API, InlineKeyboardButton)."""
_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)

B = TypeVar("B", bound="Button")
_CLASS_NAMES: dict[str, str] = {}
"""The qualified name of each button class, by tag."""


class ButtonError(Exception):
    """`callback_data` is not a button of this version: it is old or forged."""


class CatalogueView(IntEnum):
    """Which offers of a level are shown."""

    AVAILABLE = 0
    """One offer per name, without the names that are out of stock."""
    WITH_EMPTY = 1
    """One offer per name, with the names that are out of stock."""
    SOURCES = 2
    """The further offers of the same names; for admins every source, with its product code."""


@dataclass(frozen=True, slots=True)
class Button:
    """Base of all buttons; fields are integers and flags, then at most one text as the last.

    Each subclass declares its own `TAG`; an empty tag or a duplicate raises `TypeError`.
    """

    TAG: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        # `slots=True` creates the class a second time under the same name; that is no duplicate.
        name = f"{cls.__module__}.{cls.__qualname__}"
        if not cls.TAG or _CLASS_NAMES.setdefault(cls.TAG, name) != name:
            raise TypeError(f"{name}: the tag {cls.TAG!r} is empty or taken")


@dataclass(frozen=True, slots=True)
class ShowWelcome(Button):
    """Show the start screen."""

    TAG: ClassVar[str] = "w"


@dataclass(frozen=True, slots=True)
class Leave(Button):
    """Cancel the current step."""

    TAG: ClassVar[str] = "x"


@dataclass(frozen=True, slots=True)
class ShowCatalogue(Button):
    """Show the catalogue in a new message; the message with this button is kept."""

    TAG: ClassVar[str] = "s"


@dataclass(frozen=True, slots=True)
class Open(Button):
    """Show a level of the catalogue; category 0 is the top, pages count from 0."""

    TAG: ClassVar[str] = "c"
    category_id: int = 0
    page: int = 0
    view: int = 0
    """The value of a `CatalogueView`."""


@dataclass(frozen=True, slots=True)
class Pick(Button):
    """Choose a product; its destination is asked for next."""

    TAG: ClassVar[str] = "p"
    product_id: int


@dataclass(frozen=True, slots=True)
class PickInNewMessage(Button):
    """Choose a product in a new message; the message with this button is kept."""

    TAG: ClassVar[str] = "H"
    product_id: int


@dataclass(frozen=True, slots=True)
class AskRestock(Button):
    """Request a notice for when an unavailable product can be bought again."""

    TAG: ClassVar[str] = "B"
    product_id: int
    is_kept: bool = False
    """Whether the message with this button is kept and the answer is a new message."""


@dataclass(frozen=True, slots=True)
class ForgetRestock(Button):
    """Delete the request for a restock notice."""

    TAG: ClassVar[str] = "G"
    product_id: int


@dataclass(frozen=True, slots=True)
class AskReopening(Button):
    """Request a notice for when the shop reopens."""

    TAG: ClassVar[str] = "ro"


@dataclass(frozen=True, slots=True)
class ForgetReopening(Button):
    """Delete the request for a reopening notice."""

    TAG: ClassVar[str] = "rf"


@dataclass(frozen=True, slots=True)
class ShowNumber(Button):
    """Show the products for a number that the customer sent."""

    TAG: ClassVar[str] = "N"
    is_meter: bool
    number: str


@dataclass(frozen=True, slots=True)
class OpenFor(Button):
    """Show a level of the catalogue; its products are bought for a known number."""

    TAG: ClassVar[str] = "C"
    category_id: int
    page: int
    view: int
    is_meter: bool
    number: str


@dataclass(frozen=True, slots=True)
class PickFor(Button):
    """Choose a product for a known destination; the confirm screen comes next."""

    TAG: ClassVar[str] = "P"
    product_id: int
    destination: str


@dataclass(frozen=True, slots=True)
class Confirm(Button):
    """Place the order that the one-time token stands for."""

    TAG: ClassVar[str] = "k"
    token: str


@dataclass(frozen=True, slots=True)
class QuoteAgain(Button):
    """Show the confirm screen of a token again, with the current price and balance."""

    TAG: ClassVar[str] = "z"
    token: str


@dataclass(frozen=True, slots=True)
class CancelOrder(Button):
    """Cancel an order that is still in the queue."""

    TAG: ClassVar[str] = "q"
    order_id: int


@dataclass(frozen=True, slots=True)
class ShowHistory(Button):
    """Show a page of the sender's orders; pages count from 0."""

    TAG: ClassVar[str] = "h"
    page: int = 0


@dataclass(frozen=True, slots=True)
class FindOrders(Button):
    """Show a page of the sender's orders that match a query; pages count from 0."""

    TAG: ClassVar[str] = "hf"
    page: int
    query: str


@dataclass(frozen=True, slots=True)
class AskShop(Button):
    """Ask the admins to contact the sender; no order is named."""

    TAG: ClassVar[str] = "as"


@dataclass(frozen=True, slots=True)
class BuyAgain(Button):
    """Quote the product of an order again for its destination, at the current price."""

    TAG: ClassVar[str] = "g"
    order_id: int


@dataclass(frozen=True, slots=True)
class MakeReceipt(Button):
    """Make the receipt of an order; `price` is the selling price in whole rupiah, 0 for none."""

    TAG: ClassVar[str] = "R"
    order_id: int
    price: int


@dataclass(frozen=True, slots=True)
class ShareOwnNumber(Button):
    """Ask the sender to share the phone number of their Telegram account."""

    TAG: ClassVar[str] = "M"


@dataclass(frozen=True, slots=True)
class AskForHelp(Button):
    """Ask the admins to check an order."""

    TAG: ClassVar[str] = "e"
    order_id: int


@dataclass(frozen=True, slots=True)
class ShowWallet(Button):
    """Show the sender's wallet."""

    TAG: ClassVar[str] = "b"


@dataclass(frozen=True, slots=True)
class AskTopUp(Button):
    """Start a top-up."""

    TAG: ClassVar[str] = "t"


@dataclass(frozen=True, slots=True)
class ShowTopUp(Button):
    """Show how to pay an open top-up."""

    TAG: ClassVar[str] = "U"
    topup_id: int


@dataclass(frozen=True, slots=True)
class ShowLanguages(Button):
    """Show the languages to choose from."""

    TAG: ClassVar[str] = "L"


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Button):
    """Set the sender's language, by its code."""

    TAG: ClassVar[str] = "l"
    language: str


@dataclass(frozen=True, slots=True)
class Resume(Button):
    """Resume sales and sending, unless sales stopped again after the button was shown."""

    TAG: ClassVar[str] = "u"
    shown_at: int
    """In seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Pause(Button):
    """Pause the shop: take no orders and send none."""

    TAG: ClassVar[str] = "v"


@dataclass(frozen=True, slots=True)
class ShowShopBalance(Button):
    """Show the shop's money to an admin."""

    TAG: ClassVar[str] = "sb"


@dataclass(frozen=True, slots=True)
class ShowPendingDecisions(Button):
    """Show the pending decisions to an admin."""

    TAG: ClassVar[str] = "sd"


@dataclass(frozen=True, slots=True)
class ShowOverview(Button):
    """Show the shop's status to an admin."""

    TAG: ClassVar[str] = "O"


def pack(button: Button) -> str:
    """Return a button as `callback_data`; raises `ValueError` above 64 bytes."""
    values = (int(value) if isinstance(value, int) else value for value in astuple(button))
    packed = ":".join([VERSION, button.TAG, *map(str, values)])
    if len(packed.encode()) > LONGEST_BYTES:
        raise ValueError(f"callback_data: {len(packed.encode())} bytes, at most {LONGEST_BYTES}")
    return packed


def fits(button: Button) -> bool:
    """Return whether a button, with a text of any length, fits into `callback_data`."""
    try:
        pack(button)
    except ValueError:
        return False
    return True


def unpack(data: str | None, kind: type[B]) -> B:
    """Return the pressed button as `kind`; raises `ButtonError` for anything else."""
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
    """Return the pattern by which a handler recognises the `callback_data` of a kind."""
    return re.compile(rf"{VERSION}:{kind.TAG}(:|$)")


def _value(wanted: Any, text: str) -> int | bool | str:
    # `from __future__ import annotations` makes every annotation a string.
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
