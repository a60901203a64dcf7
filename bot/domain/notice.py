"""Notices: messages to customers and admins, kept in the outbox until they are delivered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NewType

from bot.domain.customer import TelegramId

NoticeId = NewType("NoticeId", int)


class NoticeKind(StrEnum):
    """The kind of a notice; its text is rendered from the current state at delivery."""

    ORDER = "order"
    """To the customer: edits the order's status message in place.

    `data["is_final"]` is set if the order has ended; the OUTCOME follows in the same chat."""
    OUTCOME = "outcome"
    """To the customer: the voucher, or why the order failed; a new message, for its sound."""
    ORDER_PARKED = "order_parked"
    """To the customer: an admin checks the order, and when an answer is due; a new message.

    Sent once per order, and once more when the promised time has passed. It is delivered only
    while the order is parked, since the notices of later states replace it."""
    WALLET = "wallet"
    """To the customer: the wallet was credited or debited; `subject_id` is the transfer."""
    RESTOCKED = "restocked"
    """To the customer: requested products can be bought again; ids in `data["products"]`."""
    REOPENED = "reopened"
    """To the customer: the shop has reopened, as they asked to be notified."""
    TOPUP_REQUESTED = "topup_requested"
    """To an admin: a customer requests a top-up; `subject_id` is the top-up."""
    TOPUP_NEWS = "topup_news"
    """To an admin: the top-up was decided or cancelled, or it expired; only edits messages."""
    TOPUP_SETTLED = "topup_settled"
    """To the customer: the same update for the messages that show how to pay the top-up."""
    TOPUP_REJECTED = "topup_rejected"
    """To the customer: the top-up was rejected."""
    TOPUP_EXPIRED = "topup_expired"
    """To the customer: the top-up expired unpaid; sent once."""
    PROOF_LOST = "proof_lost"
    """To the customer: a picture was sent to the shop's former bot and has to be sent again.

    `subject_id` is the top-up; None if the picture belongs to none."""
    TOPUP_PROOF = "topup_proof"
    """To an admin: a picture as payment proof; `subject_id` is the top-up."""
    STRAY_PROOF = "stray_proof"
    """To an admin: a picture that belongs to no open top-up; `subject_id` is the customer."""
    PARKED = "parked"
    """To an admin: a parked order needs a decision."""
    PARKED_NEWS = "parked_news"
    """To an admin: the outcome of a parked order; only edits the messages that announced it."""
    HELP = "help"
    """To an admin: a customer asks for an order to be checked."""
    ASKED = "asked"
    """To an admin: a customer asks the shop to contact them; `subject_id` is the customer."""
    SHOP_MESSAGE = "shop_message"
    """To the customer: a message from the shop; `subject_id` is the `ThreadMessageId`."""
    CUSTOMER_MESSAGE = "customer_message"
    """To an admin: a message from a customer; `subject_id` is the `ThreadMessageId`."""
    MESSAGE_LOST = "message_lost"
    """To whoever wrote it: a message from the shop that the customer did not get.

    `subject_id` is the `ThreadMessageId`."""
    WITHHELD = "withheld"
    """To an admin: a product is withheld from sale; `subject_id` is the `WithheldId`."""
    DISRUPTION_PROPOSED = "disruption_proposed"
    """To an owner: most orders of a brand fail now; `subject_id` is its `CategoryId`."""
    JOIN_REQUESTED = "join_requested"
    """To an admin: somebody asks to join; `subject_id` is the customer."""
    JOINED = "joined"
    """To the customer: they were let in; `subject_id` is theirs, as in the next one."""
    JOIN_REFUSED = "join_refused"
    """To the customer: they were not let in."""
    SETTING_CHANGED = "setting_changed"
    """To an owner: how customers pay was changed; `subject_id` is the person who did it."""
    DAY_SUMMARY = "day_summary"
    """To an owner: how the day went; its figures are in the data."""
    ALERT = "alert"
    """To an admin: an alert; `data["condition"]` is the `Alert`."""
    STAFF_ASKS = "staff_asks"
    """To an owner: somebody asks to become an employee; `subject_id` is the link."""
    STAFF_NEWS = "staff_news"
    """To somebody whose rights have changed: also sets the commands of their menu.

    `data["event"]` is a `StaffEvent`, `subject_id` the person."""


TO_CUSTOMERS = frozenset(
    {
        NoticeKind.ORDER,
        NoticeKind.OUTCOME,
        NoticeKind.ORDER_PARKED,
        NoticeKind.WALLET,
        NoticeKind.RESTOCKED,
        NoticeKind.REOPENED,
        NoticeKind.TOPUP_REJECTED,
        NoticeKind.TOPUP_EXPIRED,
        NoticeKind.TOPUP_SETTLED,
        NoticeKind.PROOF_LOST,
        NoticeKind.STAFF_NEWS,
        NoticeKind.SHOP_MESSAGE,
        NoticeKind.JOINED,
        NoticeKind.JOIN_REFUSED,
    }
)
"""The kinds that only one customer may read, such as the one whose order or wallet it is."""


MESSAGE_KINDS = frozenset(
    {NoticeKind.SHOP_MESSAGE, NoticeKind.CUSTOMER_MESSAGE, NoticeKind.MESSAGE_LOST}
)
"""The kinds that show a message of a thread."""


class Urgency(IntEnum):
    """The delivery priority of notices, within a chat and among chats.

    The higher goes first; of equal ones the oldest. The numbers are stored.
    """

    BULK = 0
    """The same for many customers, of whom nobody waits."""
    ORDINARY = 1
    ORDER = 2
    """To the customer: what happens to an order."""
    OUTCOME = 3
    """To the customer: the voucher, or why the order failed."""
    ADMIN = 4
    """Needs an admin. No customer can cause many of these, so they hardly delay the others of an
    admin's chat; and since a chat has one message in flight, they delay other chats even less."""


URGENCIES = {
    NoticeKind.RESTOCKED: Urgency.BULK,
    NoticeKind.REOPENED: Urgency.BULK,
    NoticeKind.ORDER: Urgency.ORDER,
    NoticeKind.ORDER_PARKED: Urgency.ORDER,
    NoticeKind.OUTCOME: Urgency.OUTCOME,
    NoticeKind.ALERT: Urgency.ADMIN,
    NoticeKind.PARKED: Urgency.ADMIN,
    NoticeKind.PARKED_NEWS: Urgency.ADMIN,
    NoticeKind.WITHHELD: Urgency.ADMIN,
    NoticeKind.DISRUPTION_PROPOSED: Urgency.ADMIN,
}
"""The urgency of each kind that is not ordinary.

All alerts have one priority, so that the end of a condition is never delivered before its
beginning. `PARKED_NEWS` has the priority of `PARKED`, so that it is delivered after it. The last
ORDER of an order has the priority of its OUTCOME, so that it is delivered before it. Notices that a
customer can cause at will (requests, pictures, calls for help) are ordinary."""


class NoticeState(StrEnum):
    """The delivery state of a notice."""

    PENDING = "pending"
    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    """The recipient blocked the bot: the notice is delivered at the next /start."""
    UNDELIVERABLE = "undeliverable"
    STALE = "stale"
    """Pending in the backup from which the shop resumed, so it may have been delivered since."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one chat; `dedupe_key` is unique, so that one event is sent once."""

    chat_id: TelegramId
    kind: NoticeKind
    dedupe_key: str
    created_at: datetime
    subject_id: int | None = None
    data: Mapping[str, str | int] = field(default_factory=dict)
    notice_id: NoticeId | None = None
    state: NoticeState = NoticeState.PENDING
    attempts: int = 0
    next_at: datetime | None = None

    @property
    def urgency(self) -> Urgency:
        """The delivery priority of this notice."""
        if self.kind is NoticeKind.ORDER and "is_final" in self.data:
            return Urgency.OUTCOME
        return URGENCIES.get(self.kind, Urgency.ORDINARY)


class Alert(StrEnum):
    """The conditions that admins are notified of, each at most every 15 minutes; see also below."""

    OWN_DEPOSIT_LOW = "own_deposit_low"
    """The supplier refused an order for lack of money, and sales have stopped."""
    OUT_OF_MONEY = "out_of_money"
    """The supplier's figure cannot pay for any order, and sales have stopped."""
    MONEY_BACK = "money_back"
    """Sales go on, because there is money at the supplier again."""
    BALANCE_LOW = "balance_low"
    """The balance is below the shop's limit, or below half of it."""
    CREDENTIALS_REFUSED = "credentials_refused"
    MAINTENANCE = "maintenance"
    CATALOGUE_SHRUNK = "catalogue_shrunk"
    CATALOGUE_TOO_LARGE = "catalogue_too_large"
    """The supplier's service list exceeds the limit of rows or bytes."""
    UNKNOWN_STATUS = "unknown_status"
    UNKNOWN_REFUSAL = "unknown_refusal"
    UNCLEAR_ANSWER = "unclear_answer"
    """The supplier's message, or a 5xx, does not say whether an order was accepted."""
    COST_CHANGED = "cost_changed"
    COST_ABOVE_PRICE = "cost_above_price"
    BREAKER_OPEN = "breaker_open"
    BREAKER_CLOSED = "breaker_closed"
    SUPPLIER_AWAY = "supplier_away"
    """The supplier has not answered for 5 minutes."""
    LATE_SUCCESS = "late_success"
    """Goods were delivered for an order that was already refunded."""
    UNDELIVERABLE = "undeliverable"
    UPDATE_GIVEN_UP = "update_given_up"
    BACKUP_FAILED = "backup_failed"
    BACKUP_OLD = "backup_old"
    """The newest backup is more than two days old."""
    RESTORE_TEST_FAILED = "restore_test_failed"
    """The newest backup cannot be restored."""
    DISK_LOW = "disk_low"
    CLOCK_OFF = "clock_off"
    """The machine's clock is more than 30 seconds off."""
    CERTIFICATE_ENDS = "certificate_ends"
    """The certificate of the webhook's address ends soon, or has ended."""
    WAS_AWAY = "was_away"
    """The bot did not run for more than five minutes."""
    RESTORED = "restored"
    """The shop resumed from a backup; later changes are lost."""
    UNCLAIMED_ROWS = "unclaimed_rows"
    ORDER_REVERSED = "order_reversed"
    """The supplier reversed an order that had succeeded; no money was moved."""
    ROWS_DIFFER = "rows_differ"
    ROWS_MISDATED = "rows_misdated"
    """Rows have a `created_at` that is more than 15 hours off."""


OF_MACHINE = frozenset(
    {
        Alert.BACKUP_OLD,
        Alert.RESTORE_TEST_FAILED,
        Alert.DISK_LOW,
        Alert.CLOCK_OFF,
        Alert.CERTIFICATE_ENDS,
        Alert.WAS_AWAY,
    }
)
"""The alerts about the machine. They stand until they are over, and are told once a day at most."""
