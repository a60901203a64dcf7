"""Admin acts: the audit log entries of admins' actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.domain.order import CustomerId

SERVER: Final = CustomerId(-1)
"""The actor of what was done by a command on the server."""
CHANGED: Final = " → "
"""Between the values before and after, in the detail of an act."""
_OF_PERSON: Final = "user:"


class ActKind(StrEnum):
    """What acts are about, by which they can be filtered."""

    MONEY = "money"
    CASES = "cases"
    CUSTOMERS = "customers"
    GOODS = "goods"
    """Prices, and what is sold."""
    SHOP = "shop"
    STAFF = "staff"
    CODES = "codes"


KINDS: Mapping[str, ActKind] = MappingProxyType(
    {
        "credit": ActKind.MONEY,
        "debit": ActKind.MONEY,
        "topup_approved": ActKind.MONEY,
        "topup_rejected": ActKind.MONEY,
        "deposit": ActKind.MONEY,
        "attach": ActKind.CASES,
        "count_delivered": ActKind.CASES,
        "refund": ActKind.CASES,
        "keep_waiting": ActKind.CASES,
        "recon": ActKind.CASES,
        "message": ActKind.CASES,
        "close_case": ActKind.CASES,
        "accept_member": ActKind.CUSTOMERS,
        "refuse_member": ActKind.CUSTOMERS,
        "invite": ActKind.CUSTOMERS,
        "delete_invitation": ActKind.CUSTOMERS,
        "block": ActKind.CUSTOMERS,
        "unblock": ActKind.CUSTOMERS,
        "credit_limit": ActKind.CUSTOMERS,
        "note": ActKind.CUSTOMERS,
        "level": ActKind.CUSTOMERS,
        "link": ActKind.CUSTOMERS,
        "linked": ActKind.CUSTOMERS,
        "new_person": ActKind.CUSTOMERS,
        "personal_data": ActKind.CUSTOMERS,
        "erasure": ActKind.CUSTOMERS,
        "level_add": ActKind.GOODS,
        "level_rename": ActKind.GOODS,
        "level_move": ActKind.GOODS,
        "level_delete": ActKind.GOODS,
        "price": ActKind.GOODS,
        "short_code": ActKind.GOODS,
        "sell_to": ActKind.GOODS,
        "disrupt": ActKind.GOODS,
        "end_disruption": ActKind.GOODS,
        "disruption_note": ActKind.GOODS,
        "rename_type": ActKind.GOODS,
        "place_type": ActKind.GOODS,
        "sell_again": ActKind.GOODS,
        "pause": ActKind.SHOP,
        "resume": ActKind.SHOP,
        "open_shop": ActKind.SHOP,
        "setting": ActKind.SHOP,
        "bot_profile": ActKind.SHOP,
        "staff_link": ActKind.STAFF,
        "staff_accepted": ActKind.STAFF,
        "staff_rejected": ActKind.STAFF,
        "staff_rights": ActKind.STAFF,
        "staff_removed": ActKind.STAFF,
        "show_code": ActKind.CODES,
    }
)
"""The kind of each action; one that only another version of Konter knows has none."""


@dataclass(frozen=True, slots=True)
class AdminAct:
    """One entry of the audit log.

    `actor_id` is the admin; `subject` is the thing acted on ("K12").
    """

    actor_id: CustomerId
    action: str
    subject: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ActFilter:
    """Which acts to look for; an empty field admits all."""

    actor_id: CustomerId | None = None
    kind: ActKind | None = None
    words: str = ""
    """Words or a number, in the subject, the detail or the name of the person acted on."""

    @property
    def actions(self) -> str:
        """The actions of the kind between blanks; empty for all."""
        if self.kind is None:
            return ""
        return " ".join(["", *(one for one, kind in KINDS.items() if kind is self.kind), ""])

    @property
    def term(self) -> str:
        """The words to compare: in lower case, an amount such as "Rp50.000" as it is stored."""
        words = " ".join(self.words.split()).lower()
        number = words.removeprefix("rp").strip().replace(".", "")
        return number if number.isascii() and number.isdigit() else words


def subject_of_person(customer_id: CustomerId) -> str:
    """Return the subject of an act on a person."""
    return f"{_OF_PERSON}{customer_id}"


def person_in(subject: str) -> CustomerId | None:
    """Return the person whom an act was on; None for any other subject."""
    number = subject.removeprefix(_OF_PERSON)
    if number == subject or not (number.isascii() and number.isdigit()):
        return None
    return CustomerId(int(number))
