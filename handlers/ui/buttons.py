"""Encodes buttons as `callback_data`, and declares the buttons that several features show.

The encoding is "version:tag:field:field…", at most 64 bytes. A button holds everything that its
handler needs. So a button pressed after a restart or on a month-old message still works, or is
answered with the reason why it does not. `callback_data` can be forged: the handler checks that
the ids in it belong to the sender. The staff's are in
`staff_buttons.py`, and a button of only one feature is declared in that feature's `buttons.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any, ClassVar, Final, TypeVar

from typing_extensions import dataclass_transform

VERSION = "1"
MAX_BYTES = 64
"""Telegram's limit for `callback_data` (Bot API, InlineKeyboardButton)."""
_NUMBER = re.compile(r"-?[0-9]{1,18}", re.ASCII)

B = TypeVar("B", bound="Button")
_TAGS: set[str] = set()
"""The tags of all button classes."""


NOTHING: Final = "-"
"""A text of a button that says nothing; it cannot be empty."""


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


@dataclass_transform(frozen_default=True)
@dataclass(frozen=True)
class Button:
    """Base of all buttons; fields are integers and flags, then at most one text as the last.

    Each subclass becomes a frozen dataclass. An empty tag or a duplicate raises `TypeError`.
    """

    TAG: ClassVar[str]
    NAMES: ClassVar[tuple[str, ...]]
    """The names of the fields."""

    def __init_subclass__(cls, *, tag: str) -> None:
        if not tag or tag in _TAGS:
            raise TypeError(f"{cls.__qualname__}: the tag {tag!r} is empty or taken")
        _TAGS.add(tag)
        cls.TAG = tag
        cls.NAMES = tuple(field.name for field in fields(dataclass(frozen=True)(cls)))


class ShowWelcome(Button, tag="w"):
    """Show the start screen."""


class Leave(Button, tag="x"):
    """Cancel the current step."""


class ShowCatalogue(Button, tag="s"):
    """Show the catalogue in a new message; the message with this button is kept."""


class Open(Button, tag="c"):
    """Show a level of the catalogue; category 0 is the top, pages count from 0."""

    category_id: int = 0
    page: int = 0
    view: int = 0
    """The value of a `CatalogueView`."""


class Pick(Button, tag="p"):
    """Choose a product; its destination is asked for next."""

    product_id: int


class PickInNewMessage(Button, tag="H"):
    """Choose a product in a new message; the message with this button is kept."""

    product_id: int


class AskRestock(Button, tag="B"):
    """Request a notice for when an unavailable product can be bought again."""

    product_id: int
    is_kept: bool = False
    """Whether the message with this button is kept and the answer is a new message."""


class ForgetRestock(Button, tag="G"):
    """Delete the request for a restock notice."""

    product_id: int


class AskReopening(Button, tag="ro"):
    """Request a notice for when the shop reopens."""


class ForgetReopening(Button, tag="rf"):
    """Delete the request for a reopening notice."""


class ShowNumber(Button, tag="N"):
    """Show the products for a number that the customer sent."""

    is_meter: bool
    number: str


class OpenFor(Button, tag="C"):
    """Show a level of the catalogue; its products are bought for a known number."""

    category_id: int
    page: int
    view: int
    is_meter: bool
    number: str


class PickFor(Button, tag="P"):
    """Choose a product for a known destination; the confirm screen comes next."""

    product_id: int
    destination: str


class Confirm(Button, tag="k"):
    """Place the order that the one-time token stands for."""

    token: str


class QuoteAgain(Button, tag="z"):
    """Show the confirm screen of a token again, with the current price and balance."""

    token: str


class CancelOrder(Button, tag="q"):
    """Cancel an order that is still in the queue."""

    order_id: int


class ShowHistory(Button, tag="h"):
    """Show a page of the sender's orders; pages count from 0."""

    page: int = 0


class FindOrders(Button, tag="hf"):
    """Show a page of the sender's orders that match a query; pages count from 0."""

    page: int
    query: str


class AskShop(Button, tag="as"):
    """Ask the admins to contact the sender; no order is named."""


class BuyAgain(Button, tag="g"):
    """Quote the product of an order again for its destination, at the current price."""

    order_id: int


class MakeReceipt(Button, tag="R"):
    """Make the receipt of an order; `price` is the selling price in whole rupiah, 0 for none."""

    order_id: int
    price: int


class ShareOwnNumber(Button, tag="M"):
    """Ask the sender to share the phone number of their Telegram account."""


class AskForHelp(Button, tag="e"):
    """Ask the admins to check an order."""

    order_id: int


class ShowWallet(Button, tag="b"):
    """Show the sender's wallet."""


class AskTopUp(Button, tag="t"):
    """Start a top-up."""


class ShowTopUp(Button, tag="U"):
    """Show how to pay an open top-up."""

    topup_id: int


class ShowLanguages(Button, tag="L"):
    """Show the languages to choose from."""


class ChooseLanguage(Button, tag="l"):
    """Set the sender's language, by its code."""

    language: str


class ShowPrivacy(Button, tag="pp"):
    """Show what the shop keeps of the sender, and why."""


class ListPrices(Button, tag="2b"):
    """Show the sender the price list of a category, or its categories; 0 is the top."""

    category_id: int = 0
    page: int = 0


class IsPaymentProof(Button, tag="3d"):
    """Take the picture of a question as a payment proof."""

    token: str


class AskToJoin(Button, tag="aj"):
    """Ask the shop to be let in; a product or a level to open then, 0 for none."""

    product_id: int = 0
    category_id: int = 0


class ShareLink(Button, tag="sl"):
    """Show the link to a product or a level of the catalogue; both 0: to the shop."""

    product_id: int = 0
    category_id: int = 0


def pack(button: Button) -> str:
    """Return a button as `callback_data`; raises `ValueError` above 64 bytes."""
    values = [_text(getattr(button, name)) for name in button.NAMES]
    packed = ":".join((VERSION, button.TAG, *values))
    if len(packed.encode()) > MAX_BYTES:
        raise ValueError(f"callback_data: {len(packed.encode())} bytes, at most {MAX_BYTES}")
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
    if len((data or "").encode(errors="replace")) > MAX_BYTES:
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


def tag_of(data: str | None) -> str:
    """Return the tag in `callback_data`; empty if it is no button's, or of another version."""
    version, _, rest = (data or "").partition(":")
    return rest.partition(":")[0] if version == VERSION else ""


def pattern_of(kind: type[Button]) -> re.Pattern[str]:
    """Return the pattern by which a handler recognises the `callback_data` of a kind."""
    return re.compile(rf"{VERSION}:{kind.TAG}(:|$)")


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, int) else str(value)


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
