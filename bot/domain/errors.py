"""The errors of the business, split by whose fault they are; they carry data, never sentences.

KonterError
├── DomainError                     the request cannot be done; the customer is told why
│   ├── AmountError                 a text is not an amount of rupiah
│   ├── DestinationError            a text is not a destination of the wanted kind
│   ├── InsufficientFundsError      the account does not hold that much
│   ├── InvalidTransitionError      an order cannot take that event in its state
│   ├── LedgerError                 a transfer that the ledger does not know or has resolved
│   ├── ProductUnavailableError     gone, empty, or in its nightly closing
│   ├── PriceChangedError           the price is no longer the one that was shown
│   ├── BalanceChangedError         a wallet is not what an admin was shown: ask again
│   ├── BoughtJustNowError          the same purchase was made a moment ago: ask first
│   ├── ShopPausedError             an admin paused the sale
│   ├── TooManyOrdersError          this customer placed too many within a minute
│   ├── TokenError                  a button that was used, is too old, or is somebody else's
│   ├── TooManyTopUpsError          this customer has asked for as many top-ups as one may
│   ├── AmountsTakenError           no free amount near this one: another is asked for
│   ├── OtherTopUpError             this money is another top-up's: approve that one
│   ├── SamePaymentError            this amount may be money that is another's: ask first
│   ├── TooManyRestockRequestsError this customer waits for as many products as one may
│   ├── NotPermittedError           only an admin, or only the owner, may do this
│   ├── NotFoundError               no such order, customer or request
│   ├── AlreadyDecidedError         somebody else was first
│   ├── RefundDoubtError            the goods may have been bought after all
│   ├── QuestionChangedError        what somebody was asked about has changed since
│   ├── AttachError                 that row of the supplier is not this order's
│   └── RowsUnseenError             after a restore the supplier's rows must be seen first
├── SupplierError                   the supplier's side
│   ├── SupplierRefusedError        definite: it answered "no", nothing was bought
│   ├── SupplierUnavailableError    surely not sent: it may be sent again
│   ├── SupplierOutcomeUnknownError it may have been bought: must never be sent again
│   └── SupplierReadError           a read call failed; nothing was at stake
│       └── SupplierTooMuchError    its answer is larger than any sound one
├── StoreError                      the database
│   ├── StoreUnavailableError       it cannot be read or written now
│   ├── StoreInUseError             another process has it open
│   ├── StoreVersionError           it was made by another version of the bot
│   ├── StaleOrderError             the order changed between reading and writing
│   ├── DuplicateError              a unique key is taken already
│   └── BackupError                 a copy could not be made, or cannot be gone on from
└── NotifyError                     Telegram's side of a delivery
    ├── RecipientUnreachableError   the customer blocked the bot or left
    ├── RetryLaterError             Telegram asks for patience
    └── UndeliverableError          Telegram refuses this content for good
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class KonterError(Exception):
    """The root of every error that Konter raises on purpose."""


class DomainError(KonterError):
    """A rule of the shop says no."""


class AmountFault(StrEnum):
    """What is wrong with a text that should be an amount."""

    NOT_A_NUMBER = "not_a_number"
    NOT_POSITIVE = "not_positive"
    AMBIGUOUS = "ambiguous"
    TOO_LARGE = "too_large"


class AmountError(DomainError):
    """A text cannot be read as an amount of rupiah."""

    def __init__(self, fault: AmountFault, text: str) -> None:
        super().__init__(f"{fault}: {text[:40]!r}")
        self.fault = fault
        self.text = text


class DestinationFault(StrEnum):
    """What is wrong with a text that should be a destination."""

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
    """It cannot be told which digits are meant, or which of them are the zone."""


class DestinationError(DomainError):
    """A text is no destination of the kind that the product needs."""

    def __init__(self, fault: DestinationFault, kind: str) -> None:
        super().__init__(f"{kind}: {fault}")
        self.fault = fault
        self.kind = kind


class InsufficientFundsError(DomainError):
    """An account lacks `missing` rupiah for what is asked of it."""

    def __init__(self, available: int, amount: int) -> None:
        super().__init__(f"available {available}, asked {amount}")
        self.available = available
        self.amount = amount

    @property
    def missing(self) -> int:
        """The rupiah that are short, above 0."""
        return self.amount - self.available


class InvalidTransitionError(DomainError):
    """An order in this state cannot take this event."""

    def __init__(self, state: str, event: str) -> None:
        super().__init__(f"{event} in state {state}")
        self.state = state
        self.event = event


class LedgerError(DomainError):
    """A transfer is malformed, unknown, or resolves a hold for the second time."""


class UnavailableReason(StrEnum):
    """Why a product cannot be bought now."""

    GONE = "gone"
    EMPTY = "empty"
    CLOSED = "closed"


class ProductUnavailableError(DomainError):
    """A product cannot be bought now; a closed one opens at `opens_at` (local time).

    One that is empty or closed is named by its `product_id`.
    """

    def __init__(
        self,
        reason: UnavailableReason,
        opens_at: datetime | None = None,
        product_id: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.opens_at = opens_at
        self.product_id = product_id


class PriceChangedError(DomainError):
    """The price moved since it was shown; the customer is asked again."""

    def __init__(self, shown: int, current: int) -> None:
        super().__init__(f"shown {shown}, current {current}")
        self.shown = shown
        self.current = current


class BalanceChangedError(DomainError):
    """A wallet, or (`is_same_payment`) whose the amount may be, has changed since it was shown."""

    def __init__(
        self, customer_id: int, amount: int, note: str, *, is_same_payment: bool = False
    ) -> None:
        super().__init__(f"adjustment of {amount}")
        self.customer_id = customer_id
        self.amount = amount
        self.note = note
        self.is_same_payment = is_same_payment


class BoughtJustNowError(DomainError):
    """The same product went to the same destination less than 10 minutes ago."""


class ShopPausedError(DomainError):
    """No orders are taken for now."""


class TooManyOrdersError(DomainError):
    """The customer placed as many orders within a minute as they may; the next from `again_at`."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at.isoformat())
        self.again_at = again_at


class TokenFault(StrEnum):
    """Why a confirm button does nothing."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"


class TokenError(DomainError):
    """A confirm button that was used (then `outcome` says for what), is too old, or unknown."""

    def __init__(self, fault: TokenFault, outcome: str = "") -> None:
        super().__init__(fault)
        self.fault = fault
        self.outcome = outcome


class TooManyTopUpsError(DomainError):
    """The customer has asked for as many top-ups (`most`) as one may; again from `again_at`."""

    def __init__(self, most: int, again_at: datetime) -> None:
        super().__init__(f"{most} until {again_at.isoformat()}")
        self.most = most
        self.again_at = again_at


class AmountsTakenError(DomainError):
    """Every amount near this one is asked of other customers now."""


class OtherTopUpError(DomainError):
    """Exactly this amount was asked for in another open top-up (`topup_id`) of the customer.

    Credited for one and approved for the other, it would be credited twice.
    """

    def __init__(self, topup_id: int) -> None:
        super().__init__(f"top-up {topup_id}")
        self.topup_id = topup_id


class SamePaymentError(DomainError):
    """The amount may be another's money; the one-time `token` says: a second payment arrived."""

    def __init__(self, token: str) -> None:
        super().__init__("the same amount")
        self.token = token


class TooManyRestockRequestsError(DomainError):
    """The customer waits for as many products (`most`) as one may."""

    def __init__(self, most: int) -> None:
        super().__init__(f"{most} open requests")
        self.most = most


class NotPermittedError(DomainError):
    """Only an admin, or only its owner, may do this."""


class NotFoundError(DomainError):
    """There is no such order, customer or request."""


class AlreadyDecidedError(DomainError):
    """Somebody was first; the thing is in the state `state` now."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class RefundDoubtError(DomainError):
    """Before a refund: rows that may be the order's (`candidates`), or an absence that is no proof.

    Then `is_asked` tells whether the supplier could be asked at all. `account` is the order's
    supplier account, where that is not the shop's: its list was not asked for. `doubt` is the
    digest of this doubt, with which an admin may insist; `has_changed` tells that they insisted
    against another one.
    """

    def __init__(
        self,
        candidates: int,
        *,
        is_asked: bool = False,
        account: str | None = None,
        doubt: str = "",
        has_changed: bool = False,
    ) -> None:
        super().__init__(f"{candidates} candidates")
        self.candidates = candidates
        self.is_asked = is_asked
        self.account = account
        self.doubt = doubt
        self.has_changed = has_changed


class QuestionChangedError(DomainError):
    """What somebody was asked about has changed since: they have to be asked again."""


class AttachFault(StrEnum):
    """Why a row cannot be attached to an order."""

    NO_SUCH_ROW = "no_such_row"
    OTHER_TARGET = "other_target"
    CLAIMED = "claimed"
    KNOWN = "known"
    """The order has a row already, and nothing says that it is gone."""
    OLDER_THAN_ORDER = "older_than_order"
    NO_ANSWER = "no_answer"
    OTHER_ACCOUNT = "other_account"
    """The order was sent on another supplier account, whose rows the shop cannot ask for."""


class AttachError(DomainError):
    """The supplier's row of that ref_id is not this order's."""

    def __init__(self, fault: AttachFault) -> None:
        super().__init__(fault)
        self.fault = fault


class RowsUnseenError(DomainError):
    """The shop goes on from a backup, and the supplier's newest rows could not be read yet.

    Sold to now, an order could be taken for one that was bought in the forgotten time.
    """


class RefusalClass(StrEnum):
    """Why the supplier said no; the classes of the supplier's family."""

    CREDENTIALS = "credentials"
    MAINTENANCE = "maintenance"
    PRODUCT = "product"
    OWN_DEPOSIT = "own_deposit"
    DESTINATION = "destination"
    REPEAT = "repeat"
    THROTTLE = "throttle"
    OTHER = "other"


class SupplierError(KonterError):
    """The supplier, or the way to it."""


class SupplierRefusedError(SupplierError):
    """A well-formed refusal (`status: false`) in a 2xx or 4xx answer: this call bought nothing.

    Class OTHER is the exception: its outcome is not taken for certain, because the related
    server answers "Something went wrong" after a time-out of its own upstream. It is believed
    once the supplier's list has lacked the order 60 s and 120 s later.
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
    repeated: the order is looked for in the supplier's list, and parked when it is not found.
    `message` is what the supplier said, if it said anything (every 5xx, and words of later
    processing, of a lost upstream or of success count as no answer); `ref_id` is a reference
    that it named all the same.
    """

    def __init__(self, cause: str, *, message: str = "", ref_id: str | None = None) -> None:
        super().__init__(cause)
        self.message = message
        self.ref_id = ref_id


class SupplierReadError(SupplierError):
    """A read (status, services, balance) failed; asking again is harmless."""


class SupplierTooMuchError(SupplierReadError):
    """A read's answer has more bytes or rows than are taken: asking again brings the same."""


class StoreError(KonterError):
    """The database."""


class StoreUnavailableError(StoreError):
    """The database cannot be read or written now; nothing was changed."""


class StoreInUseError(StoreError):
    """Another process has the database open; two would send one order twice."""


class StoreVersionError(StoreError):
    """The database is at version `found`, and this code is written for version `wanted`."""

    def __init__(self, found: int, wanted: int) -> None:
        is_newer = found > wanted
        advice = "update Konter" if is_newer else "start Konter once, which brings it up to date"
        super().__init__(f"it is at version {found}, this Konter is for {wanted}: {advice}")
        self.found = found
        self.wanted = wanted


class StaleOrderError(StoreError):
    """The order was changed by somebody else between reading and writing."""


class DuplicateError(StoreError):
    """A unique key is taken: another transaction has done this already."""


class BackupError(StoreError):
    """A copy of the database could not be made, or is none that the shop could go on from."""


class NotifyError(KonterError):
    """A message did not reach its reader."""


class RecipientUnreachableError(NotifyError):
    """The reader blocked the bot or deleted the account: deliver at the next /start."""


class RetryLaterError(NotifyError):
    """Telegram asks to wait `seconds`, or did not answer (then the delivery is uncertain)."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"retry after {seconds} s")
        self.seconds = seconds


class UndeliverableError(NotifyError):
    """Telegram refuses this content, as plain text and split too."""
