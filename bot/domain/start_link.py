"""Links that open the bot: `https://t.me/<bot>?start=<payload>`.

A payload has 1 to 64 of the characters A-Z, a-z, 0-9, "_" and "-" (Telegram, "Deep linking"). Here
it is a list of parts joined by "-", each a letter for its kind and a value: "p12", "iQ7x_k2-b3".
Anybody can type a payload, so it gives no right by itself: the code in it must be known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Final

from bot.domain.catalogue import CategoryId, ProductId

MAX_LENGTH: Final = 64
_NUMBER = re.compile(r"[1-9][0-9]{0,16}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9_]{1,48}", re.ASCII)
_LETTERS: Final = {
    "product_id": "p",
    "category_id": "b",
    "invitation": "i",
    "staff": "s",
    "person": "k",
    "owner": "o",
}
"""The letter of each part of a link."""
_NUMBERED: Final = frozenset({"product_id", "category_id"})


class StartLinkError(ValueError):
    """A payload is no link of this shop, or a link does not fit into a payload."""


@dataclass(frozen=True, slots=True)
class StartLink:
    """What a link says; an empty one opens the menu. At most one of its ids is set."""

    product_id: ProductId | None = None
    """The product to buy."""
    category_id: CategoryId | None = None
    """The level of the catalogue to open, such as a brand."""
    invitation: str = ""
    """The code of an invitation."""
    staff: str = ""
    """The code by which somebody becomes an employee."""
    person: str = ""
    """The code by which a Telegram account is linked to a known person."""
    owner: str = ""
    """The secret of `set-up`, which finds the owner's account."""

    @property
    def destination(self) -> StartLink:
        """The part that says where to go."""
        return StartLink(self.product_id, self.category_id)


def parse_payload(payload: str) -> StartLink:
    """Return the link of a payload; an empty payload is an empty link. Raises `StartLinkError`."""
    if not payload:
        return StartLink()
    if len(payload) > MAX_LENGTH:
        raise StartLinkError("is too long")
    kinds = {letter: name for name, letter in _LETTERS.items()}
    values: dict[str, str] = {}
    for part in payload.split("-"):
        name, value = kinds.get(part[:1], ""), part[1:]
        pattern = _NUMBER if name in _NUMBERED else _CODE
        if not name or name in values or not pattern.fullmatch(value):
            raise StartLinkError("has an unknown part")
        values[name] = value
    if values.keys() >= _NUMBERED:
        raise StartLinkError("leads to two places")
    product_id, category_id = values.pop("product_id", ""), values.pop("category_id", "")
    return StartLink(
        product_id=ProductId(int(product_id)) if product_id else None,
        category_id=CategoryId(int(category_id)) if category_id else None,
        **values,
    )


def payload_of(link: StartLink) -> str:
    """Return the payload of a link, which `parse_payload` reads; empty for an empty link.

    Raises `StartLinkError` if it does not fit, or holds a value that cannot be in a link.
    """
    parts = []
    for field in fields(link):
        value = getattr(link, field.name)
        if value not in (None, ""):
            parts.append(f"{_LETTERS[field.name]}{value}")
    payload = "-".join(parts)
    parse_payload(payload)
    return payload


def url_of(bot_username: str, link: StartLink) -> str:
    """Return the address that opens the bot; raises `StartLinkError` as `payload_of` does."""
    payload = payload_of(link)
    return f"https://t.me/{bot_username}" + (f"?start={payload}" if payload else "")
