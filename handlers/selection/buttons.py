"""The buttons of what is sold.

A button names what it sets, not "the other state": pressed twice, or on an old message, it sets the
same again. `is_product`: `target_id` is a product's, else that of a type, brand or sub.
"""

from __future__ import annotations

from handlers.ui.buttons import Button


class ShowTarget(Button, tag="w2"):
    """Show a type, brand, sub or product; `page` of what is in it, from 0."""

    is_product: bool
    target_id: int
    page: int = 0


class SellTo(Button, tag="w3"):
    """Sell something to everybody, to staff only or to nobody (a `SoldTo`)."""

    is_product: bool
    target_id: int
    sold_to: str


class Disrupt(Button, tag="w4"):
    """Mark something as disrupted: since now, or since an instant in seconds since 1970."""

    is_product: bool
    target_id: int
    since: int = 0


class EndDisruption(Button, tag="w5"):
    """End the disruption of something."""

    is_product: bool
    target_id: int


class AskNote(Button, tag="w6"):
    """Ask for the words that customers read about a disruption."""

    is_product: bool
    target_id: int


class ForgetNote(Button, tag="w7"):
    """Delete the words about a disruption."""

    is_product: bool
    target_id: int


class AskTypeName(Button, tag="w8"):
    """Ask for the name of a type."""

    category_id: int


class NameType(Button, tag="w9"):
    """Give a type a name."""

    category_id: int
    name: str


class UsualName(Button, tag="wa"):
    """Give a type its usual name."""

    category_id: int


class PlaceType(Button, tag="wb"):
    """Move a type to a place among the types, from 0."""

    category_id: int
    position: int


class LeaveBrand(Button, tag="wc"):
    """Leave a brand as it is, though most of its orders fail."""

    category_id: int
