"""Konter's exceptions, grouped by the side that failed; they carry data and no text for users.

KonterError
├── DomainError                       a rule of the shop refuses the request; the user reads why
│   ├── AmountError                   a text is not an amount of rupiah
│   ├── DestinationError              a text is not a destination of the required kind
│   ├── InsufficientFundsError        the account has less money than the transfer needs
│   ├── InvalidTransitionError        the order's state does not allow this event
│   ├── LedgerError                   a transfer is malformed, unknown or already resolved
│   ├── ProductUnavailableError       the product is gone, empty or in its cutoff
│   ├── PriceChangedError             the price differs from the one that was shown
│   ├── BalanceChangedError           the wallet differs from the one that was shown to an admin
│   ├── RecentDuplicateOrderError     the same purchase was made less than 10 minutes ago
│   ├── ShopPausedError               an admin has paused the shop
│   ├── TooManyOrdersError            the customer reached the limit of orders per minute
│   ├── TokenError                    a confirm token is unknown, used or expired
│   ├── TooManyTopUpsError            the customer reached the limit of top-up requests
│   ├── NoFreeAmountError             no unique top-up amount is free near the requested one
│   ├── OtherTopUpError               another open top-up has exactly this amount
│   ├── SamePaymentError              this amount may be a payment that was credited already
│   ├── TooManyInvitationsError       so many invitations are open already
│   ├── TooManyRestockRequestsError   the customer reached the limit of restock requests
│   ├── CustomerBlockedError          the shop has blocked the customer
│   ├── CustomerActError              staff cannot do this about this customer
│   ├── MessageError                  a message to or from a customer cannot be sent
│   ├── AccountInUseError             a Telegram account has orders or money already
│   ├── NotMemberError                the shop is not open to all, and this person may not use it
│   ├── NotPermittedError             only an admin or the owner of the thing may do this
│   │   └── OwnAffairError            an employee decides about their own money or order
│   ├── NotFoundError                 no such order, customer or request
│   ├── AlreadyStaffError             the person works for the shop already
│   ├── AlreadyDecidedError           another person decided first
│   ├── RefundUncertainError          the supplier may have bought the goods after all
│   ├── ConfirmationOutdatedError     the facts behind a question have changed since it was shown
│   ├── AttachError                   a row of the supplier cannot be attached to this order
│   └── SupplierRowsUnreadError       after a restore, the supplier's rows have not been read yet
├── SupplierError                     the supplier, or the connection to it
│   ├── SupplierRefusedError          definite: the supplier refused, nothing was bought
│   ├── SupplierUnavailableError      surely not sent: the call may be made again
│   ├── SupplierOutcomeUnknownError   the goods may be bought: the call must not be repeated
│   └── SupplierReadError             a read call failed; reading again is safe
│       └── SupplierReplyTooLargeError   the reply exceeds the limits of size or rows
├── StoreError                        the database
│   ├── StoreUnavailableError         the database cannot be read or written now
│   ├── StoreInUseError               another process has the database open
│   ├── StoreVersionError             the schema belongs to another version of Konter
│   ├── StaleOrderError               the order changed between reading and writing
│   ├── DuplicateError                a unique key exists already
│   └── BackupError                   a copy could not be made, or cannot be restored from
│       ├── CopyOutcomeUnknownError   it is not known whether a copy is on the server
│       └── BackupNotTriedError       it is not known whether a backup can be restored
└── NotifyError                       Telegram did not deliver a message
    ├── RecipientUnreachableError     the recipient blocked the bot or deleted the account
    ├── RetryLaterError               Telegram asks to wait, or did not answer
    └── UndeliverableError            Telegram permanently refuses this content
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class KonterError(Exception):
    """The base class of all errors that Konter defines, except some local to one module."""


class DomainError(KonterError):
    """A rule of the shop refuses the request."""


class AmountFault(StrEnum):
    """Why a text is not an amount."""

    NOT_A_NUMBER = "not_a_number"
    NOT_POSITIVE = "not_positive"
    AMBIGUOUS = "ambiguous"
    TOO_LARGE = "too_large"


class AmountError(DomainError):
    """A text cannot be read as an amount of rupiah; `text` is the text as typed."""

    def __init__(self, fault: AmountFault, text: str) -> None:
        super().__init__(f"{fault}: {text[:40]!r}")
        self.fault = fault
        self.text = text


class DestinationFault(StrEnum):
    """Why a text is not a destination."""

    EMPTY = "empty"
    NOT_DIGITS = "not_digits"
    NOT_INDONESIAN_MOBILE = "not_indonesian_mobile"
    FOREIGN = "foreign"
    LENGTH = "length"
    NOT_ASCII = "not_ascii"
    ZONE_MISSING = "zone_missing"
    ZONE_UNEXPECTED = "zone_unexpected"
    TRAILING = "trailing"
    UNCLEAR = "unclear"
    """It is ambiguous which digits are the id, or which of them are the zone."""


class DestinationError(DomainError):
    """A text is not a destination of the `kind` (a `DestinationKind`) that the product needs."""

    def __init__(self, fault: DestinationFault, kind: str) -> None:
        super().__init__(f"{kind}: {fault}")
        self.fault = fault
        self.kind = kind


class InsufficientFundsError(DomainError):
    """An account has `available` rupiah, and a transfer of `amount` rupiah needs more."""

    def __init__(self, available: int, amount: int) -> None:
        super().__init__(f"available {available}, needed {amount}")
        self.available = available
        self.amount = amount

    @property
    def missing(self) -> int:
        """The shortfall in rupiah, above 0."""
        return self.amount - self.available


class InvalidTransitionError(DomainError):
    """The transition table of orders has no entry for this state and event."""

    def __init__(self, state: str, event: str) -> None:
        super().__init__(f"{event} in state {state}")
        self.state = state
        self.event = event


class LedgerError(DomainError):
    """A transfer is malformed or unknown, or it resolves a hold that is resolved already."""


class UnavailableReason(StrEnum):
    """Why a product cannot be bought now."""

    GONE = "gone"
    EMPTY = "empty"
    CLOSED = "closed"
    DISRUPTED = "disrupted"
    """By the owner's decision ("Gangguan")."""


class ProductUnavailableError(DomainError):
    """A product cannot be bought now.

    `opens_at` is the end of the cutoff of a closed product, in the supplier's time zone.
    `product_id` is set for a product that is listed; `note` are the owner's words about a
    disrupted one, or empty.
    """

    def __init__(
        self,
        reason: UnavailableReason,
        opens_at: datetime | None = None,
        product_id: int | None = None,
        note: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.opens_at = opens_at
        self.product_id = product_id
        self.note = note


class PriceChangedError(DomainError):
    """The price (`current`) differs from the price that the customer saw (`shown`), in rupiah.

    The customer has to confirm the new price.
    """

    def __init__(self, shown: int, current: int) -> None:
        super().__init__(f"shown {shown}, current {current}")
        self.shown = shown
        self.current = current


class BalanceChangedError(DomainError):
    """An admin's proposed adjustment was shown with facts that have changed since.

    The changed fact is the wallet's balance or the source of the money, or, with
    `is_same_payment`, the list of other top-ups and credits of the same amount. The admin has to
    confirm again.
    """

    def __init__(self, amount: int, *, is_same_payment: bool = False) -> None:
        super().__init__(f"adjustment of {amount}")
        self.is_same_payment = is_same_payment


class RecentDuplicateOrderError(DomainError):
    """The same product was bought for the same destination less than 10 minutes ago.

    The customer has to confirm that they want it twice.
    """


class ShopPausedError(DomainError):
    """The shop takes no orders now."""


class TooManyOrdersError(DomainError):
    """The customer reached the limit of orders per minute; the next is allowed at `again_at`."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at.isoformat())
        self.again_at = again_at


class TokenFault(StrEnum):
    """Why a confirm token cannot be used."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"


class TokenError(DomainError):
    """A confirm token is unknown, used (`outcome` is its result, such as "K12") or expired."""

    def __init__(self, fault: TokenFault, outcome: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.outcome = outcome


class TooManyTopUpsError(DomainError):
    """The customer reached the limit (`most`) of top-ups; the next is allowed at `again_at`."""

    def __init__(self, most: int, again_at: datetime) -> None:
        super().__init__(f"{most} until {again_at.isoformat()}")
        self.most = most
        self.again_at = again_at


class NoFreeAmountError(DomainError):
    """All unique top-up amounts near the requested one are reserved for other top-ups."""


class OtherTopUpError(DomainError):
    """The customer has another open top-up (`topup_id`) of exactly this amount.

    If the payment were credited for one top-up and the other were approved later, it would be
    credited twice.
    """

    def __init__(self, topup_id: int) -> None:
        super().__init__(f"top-up {topup_id}")
        self.topup_id = topup_id


class SamePaymentError(DomainError):
    """The payment may be the same money as another top-up or credit of this amount.

    Using the one-time `token` confirms that a second payment arrived.
    """

    def __init__(self, token: str) -> None:
        super().__init__("the same amount")
        self.token = token


class TooManyInvitationsError(DomainError):
    """So many invitations are open already; `most` is the limit."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


class TooManyRestockRequestsError(DomainError):
    """The customer reached the limit (`most`) of open restock requests."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} open requests")
        self.most = most


class CustomerBlockedError(DomainError):
    """The shop has blocked the customer: they buy nothing and top nothing up."""


class CustomerActFault(StrEnum):
    """Why something cannot be done about a customer."""

    OWNER = "owner"
    """An owner of the shop cannot be blocked."""
    STAFF = "staff"
    """Only owners block and unblock those who work for the shop."""
    UNCHANGED = "unchanged"
    """It is so already."""


class CustomerActError(DomainError):
    """Staff cannot do this about this customer."""

    def __init__(self, fault: CustomerActFault) -> None:
        super().__init__(fault)
        self.fault = fault


class MessageFault(StrEnum):
    """Why a message is not sent."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    """The customer has sent as many as they may within an hour."""
    NO_ACCOUNT = "no_account"
    """The customer has no Telegram account to which it could be sent."""


class MessageError(DomainError):
    """A message between the shop and a customer cannot be sent."""

    def __init__(self, fault: MessageFault) -> None:
        super().__init__(fault)
        self.fault = fault


class AccountInUseError(DomainError):
    """The Telegram account is an owner's, an employee's, a blocked person's, or has orders."""


class NotMemberError(DomainError):
    """The shop is not open to all, and this person was neither invited nor accepted."""


class NotPermittedError(DomainError):
    """Only an admin, or the owner of the order or request, may do this."""


class OwnAffairError(NotPermittedError):
    """Employees do not decide about their own money and orders; owners may."""


class NotFoundError(DomainError):
    """There is no such order, customer or request."""


class AlreadyStaffError(DomainError):
    """Whoever opens a link to become an employee is an owner or employee already."""


class AlreadyDecidedError(DomainError):
    """Another person decided first; `state` is the state that resulted."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class RefundUncertainError(DomainError):
    """A parked order cannot be refunded without a warning: the goods may have been bought.

    `candidates` is the number of rows that may be the order's. With 0 candidates, the order's
    absence from the list is no proof. `is_answered` is whether the supplier answered the lookup.
    `account` is set when the order belongs to a supplier account other than the shop's current
    one, whose list was not read. `doubt` is the digest of these facts: an admin who repeats the
    refund with it overrides the warning. `has_changed` is whether the admin's digest belongs to
    older facts.
    """

    def __init__(
        self,
        candidates: int,
        *,
        is_answered: bool = False,
        account: str | None = None,
        doubt: str = "",
        has_changed: bool = False,
    ) -> None:
        super().__init__(f"{candidates} candidates")
        self.candidates = candidates
        self.is_answered = is_answered
        self.account = account
        self.doubt = doubt
        self.has_changed = has_changed


class ConfirmationOutdatedError(DomainError):
    """The facts behind a question have changed since it was shown; it has to be asked again."""


class AttachFault(StrEnum):
    """Why a row of the supplier cannot be attached to an order."""

    NO_SUCH_ROW = "no_such_row"
    OTHER_TARGET = "other_target"
    CLAIMED = "claimed"
    KNOWN = "known"
    """The order has a row already, and there is no evidence that this row was deleted."""
    OLDER_THAN_ORDER = "older_than_order"
    NO_ANSWER = "no_answer"
    OTHER_ACCOUNT = "other_account"
    """The order was sent on another supplier account, whose rows the shop cannot read."""


class AttachError(DomainError):
    """The row with that ref_id cannot be attached to this order."""

    def __init__(self, fault: AttachFault) -> None:
        super().__init__(fault)
        self.fault = fault


class SupplierRowsUnreadError(DomainError):
    """The shop resumed from a backup, and the supplier's newest rows have not been read yet.

    A row that was bought after the backup could be mistaken for the row of a new order, so no
    order is taken until these rows are recorded.
    """


class RefusalClass(StrEnum):
    """Why the supplier refused (docs/supplier-api.md, "2.2 Refusals")."""

    CREDENTIALS = "credentials"
    MAINTENANCE = "maintenance"
    PRODUCT = "product"
    OWN_DEPOSIT = "own_deposit"
    DESTINATION = "destination"
    REPEAT = "repeat"
    THROTTLE = "throttle"
    OTHER = "other"


class SupplierError(KonterError):
    """The supplier, or the connection to it, failed or refused."""


class SupplierRefusedError(SupplierError):
    """A well-formed refusal (`status: false`) in a 2xx or 4xx answer: this call bought nothing.

    Class OTHER is the exception. Its outcome is uncertain, because the related server answers
    "Something went wrong" after a timeout of its own upstream (docs/supplier-api.md,
    "2.2 Refusals"). The refusal counts as confirmed when the order is missing from the supplier's
    list 60 s and 120 s later. `message` is the supplier's text as received.
    """

    def __init__(self, refusal: RefusalClass, message: str) -> None:
        super().__init__(f"{refusal}: {message}")
        self.refusal = refusal
        self.message = message


class SupplierUnavailableError(SupplierError):
    """No byte of the request left this machine: the call may be made again."""


class SupplierOutcomeUnknownError(SupplierError):
    """The request may have arrived, and no well-formed answer came back.

    The goods may have been bought, so the customer's money stays held and the call is never
    repeated. The order is looked up in the supplier's list, and parked when it is not found.
    `message` is the supplier's text, if any: every 5xx, and texts about later processing, a lost
    upstream or success, count as no well-formed answer (docs/supplier-api.md, "3.8 Refusal
    messages"). `ref_id` is the reference in such a reply, if any.
    """

    def __init__(self, cause: str, *, message: str = "", ref_id: str | None = None) -> None:
        super().__init__(cause)
        self.message = message
        self.ref_id = ref_id


class SupplierReadError(SupplierError):
    """A read call (status, services, balance) failed; reading again is safe."""


class SupplierReplyTooLargeError(SupplierReadError):
    """The reply to a read exceeds the limit of bytes or rows; a retry would get the same reply."""


class StoreError(KonterError):
    """The database refused or failed."""


class StoreUnavailableError(StoreError):
    """The database cannot be read or written now; nothing was changed."""


class StoreInUseError(StoreError):
    """Another process has the database open; two processes could send one order twice."""


class StoreVersionError(StoreError):
    """The database has schema version `found`, and this code needs version `wanted`."""

    def __init__(self, found: int, wanted: int) -> None:
        self.found = found
        self.wanted = wanted
        super().__init__(
            f"a newer Konter has used it (schema version {found}, this one knows {wanted}): update "
            "Konter"
            if self.is_newer
            else f"schema version {found}, this Konter needs {wanted}: start Konter once, which "
            "migrates the database"
        )

    @property
    def is_newer(self) -> bool:
        """Whether this code is too old for the database."""
        return self.found > self.wanted


class StaleOrderError(StoreError):
    """Another transaction changed the order between reading and writing."""


class DuplicateError(StoreError):
    """A unique key exists already: another transaction has done the same."""


class BackupError(StoreError):
    """A copy of the database could not be made, or a file is not one that Konter can restore."""


class CopyOutcomeUnknownError(BackupError):
    """The connection was lost in the commit of a copy: all of it is on the server, or nothing."""


class BackupNotTriedError(BackupError):
    """Whether a backup can be restored could not be tried, for a reason outside of it."""


class NotifyError(KonterError):
    """A message was not delivered."""


class RecipientUnreachableError(NotifyError):
    """The recipient blocked the bot or deleted the account: deliver at the next /start."""


class RetryLaterError(NotifyError):
    """Telegram asks to wait `seconds`, or did not answer; then the delivery is uncertain."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"retry after {seconds} s")
        self.seconds = seconds


class UndeliverableError(NotifyError):
    """Telegram refuses this content, even as plain text and split into parts."""
