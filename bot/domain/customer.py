"""Persons, their Telegram accounts, and the numbers saved for them.

A person has an id of Konter's own. A Telegram account is linked to it: a person has at most one,
and may have none. Everything inside (orders, wallets, dialogs, the acts of admins) belongs to
persons; what arrives from Telegram and is sent there belongs to accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.destination import DestinationKind
from bot.domain.order import CustomerId
from bot.domain.staff import NO_RIGHTS, Right, rights_in
from bot.domain.viewer import LevelId

SavedNumberId = NewType("SavedNumberId", int)
TelegramId = NewType("TelegramId", int)
"""The id of a Telegram account, which the account's private chat with the bot has as well.

It has at most 52 significant bits (Bot API, "User").
"""

MAX_TELEGRAM_ID = 2**52 - 1
FIRST_CUSTOMER_ID = 5_000_000_000_000_001
"""The first id of persons who were not customers when ids were those of their accounts."""


class Membership(StrEnum):
    """Whether a person may use the shop; in a shop that is open to all, everybody is a member."""

    MEMBER = "member"
    NEW = "new"
    """Came to a shop that is not open to all, and has not asked to join."""
    WAITING = "waiting"
    """Has asked to join."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Customer:
    """A person: somebody who has written to the bot, or whom the shop knows otherwise."""

    customer_id: CustomerId
    telegram_id: TelegramId | None
    """The linked Telegram account; None: the person has none."""
    name: str
    """The first name of the account; for a person without one, the shop's name for them."""
    username: str
    """The user name of the account, or empty."""
    telegram_language: str
    """The language code of the person's Telegram, or empty."""
    chosen_language: str
    """The language chosen with /language ("id", "en"), or empty."""
    is_reachable: bool
    """False without an account, and from Telegram's report that it blocked the bot until its next
    update."""
    created_at: datetime
    level_id: LevelId | None = None
    """The person's level, which decides their prices; None: everybody's prices."""
    staff_rights: str = ""
    """What the person may do as staff, as it is stored; owners are not among the staff."""
    membership: Membership = Membership.MEMBER

    @property
    def rights(self) -> frozenset[Right]:
        """What the person may do as staff."""
        return rights_in(self.staff_rights) if self.staff_rights else NO_RIGHTS


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts now: a person, and the Telegram account by which they do."""

    customer_id: CustomerId
    telegram_id: TelegramId


@dataclass(frozen=True, slots=True)
class SavedNumber:
    """A destination that a customer bought for, offered again at the next purchase."""

    number_id: SavedNumberId
    customer_id: CustomerId
    kind: DestinationKind
    main: str
    """The main category (game or card) that it belongs to; empty for phones and meters."""
    destination: str
    """In the form that is sent to the supplier."""
    name: str
    """The customer's name for it, or empty."""
    used_at: datetime
    zone: str = ""
    """A game's zone, with which the destination then ends; otherwise empty."""
