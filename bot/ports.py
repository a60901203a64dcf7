"""What the services need from the outside, and the values that cross that border."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from bot.domain.catalogue import Catalogue, Listing, Product, ProductId
from bot.domain.customer import (
    Confirmation,
    Customer,
    Dialog,
    SavedNumber,
    SavedNumberId,
    TopUp,
    TopUpId,
    TopUpMessage,
    TopUpState,
)
from bot.domain.first_seen import Sight
from bot.domain.ledger import Account, AccountId, Transfer, TransferId
from bot.domain.money import Rupiah
from bot.domain.notice import Notice, NoticeId, NoticeKind, NoticeState
from bot.domain.order import CustomerId, Order, OrderId, OrderState, WaitReason
from bot.domain.reopening import Opening, ReopeningRequest
from bot.domain.restock import Restocked, RestockRequest
from bot.domain.row_matching import SupplierRow
from bot.domain.supplier_comparison import Finding, FindingKind
from bot.domain.typed_input.order_search import Term
from bot.domain.withheld_products import Withheld, WithheldId

P = ParamSpec("P")
T = TypeVar("T")


class Clock(Protocol):
    """The time of day."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class Ids(Protocol):
    """Numbers that nobody can guess."""

    def token(self) -> str:
        """Return a fresh one-time token of 12 URL-safe ASCII characters."""
        ...


# --- the supplier -----------------------------------------------------------------------


class ReadShare(Enum):
    """On whose share of the reads a call counts, so that polling cannot starve the others."""

    POLL = "poll"
    RECONCILE = "reconcile"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class OrderReply:
    """A well-formed success of the order call; `ref_id` is not empty."""

    ref_id: str
    service_code: str
    destination: str
    """The supplier's echo, as it came."""
    cost: Rupiah | None
    status_word: str
    voucher: str
    note: str


@dataclass(frozen=True, slots=True)
class StatusList:
    """The supplier's answer to a status call: the sound rows, and how many could not be read."""

    rows: tuple[SupplierRow, ...]
    skipped: int


@dataclass(frozen=True, slots=True)
class ServiceList:
    """The supplier's service list: the sound rows, and how many were skipped as junk."""

    listings: tuple[Listing, ...]
    skipped: int


class Supplier(Protocol):
    """The panel that everything is bought from."""

    @property
    def order_gap_seconds(self) -> float:
        """The least pause between two order calls; grows with throttle refusals."""
        ...

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> OrderReply:
        """Make exactly one order call, on a fresh connection, never repeated or redirected.

        Raises `SupplierUnavailableError` when surely no byte of the request left (DNS, refused,
        TLS, or no connection within `first_byte_within_seconds`), `SupplierRefusedError` on a
        well-formed refusal in a 2xx or 4xx answer, `SupplierOutcomeUnknownError` on everything
        else.
        """
        ...

    async def recent_rows(self, share: ReadShare) -> StatusList:
        """Return the newest rows of the account, 15 at most.

        Raises `SupplierReadError` or `SupplierRefusedError`.
        """
        ...

    async def rows_of(self, ref_id: str, share: ReadShare) -> StatusList:
        """Return what the panel answers for one ref_id: check it, a panel may ignore the filter.

        Raises `SupplierReadError` or `SupplierRefusedError`.
        """
        ...

    async def services(self) -> ServiceList:
        """Return the whole service list; raises `SupplierReadError` or `SupplierRefusedError`."""
        ...

    async def balance(self) -> Rupiah | None:
        """Return the account's balance, or None when the panel does not report one.

        Raises `SupplierReadError` or `SupplierRefusedError`.
        """
        ...


# --- the database -----------------------------------------------------------------------


class Orders(Protocol):
    """The orders, and the counts that guard the sending; `account` is the supplier account."""

    def add(self, order: Order) -> Order:
        """Store a new order (its `order_id` is ignored) and return it with its id."""
        ...

    def get(self, order_id: OrderId) -> Order | None:
        """Return an order."""
        ...

    def save(self, order: Order) -> Order:
        """Store a changed order and return it with its next version.

        Raises `StaleOrderError` when its version is no longer the stored one, `DuplicateError`
        when its ref_id is claimed, or another unresolved order has its service and destination.
        """
        ...

    def claimed_among(self, account: str, ref_ids: Collection[str]) -> frozenset[str]:
        """Return those ref_ids that an order has claimed."""
        ...

    def by_ref(self, account: str, ref_id: str) -> Order | None:
        """Return the order that claimed a ref_id."""
        ...

    def claimed_since(self, account: str, send_number: int) -> frozenset[str]:
        """Return the ref_ids claimed by orders whose send number is greater."""
        ...

    def oldest_queued(self, account: str) -> datetime | None:
        """Return when the oldest queued order was made; None when the queue is empty."""
        ...

    def queued_until(self, account: str, until: datetime, limit: int) -> list[Order]:
        """Return the queued orders made by then, oldest first."""
        ...

    def queued_of_withheld(self, account: str, limit: int) -> list[Order]:
        """Return the queued orders of products that are withheld from sale, oldest first."""
        ...

    def sendable(
        self, account: str, since: datetime, after: Order | None, limit: int
    ) -> list[Order]:
        """Return the queued orders made after `since` that need not wait for their target.

        A target is the product and destination of an unresolved order. Those with the fewest
        attempts come first, and of them the oldest; the page begins after the order `after`.
        """
        ...

    def untold(self, account: str, reason: WaitReason, limit: int) -> list[Order]:
        """Return queued orders that are not said to wait for this reason yet, oldest first.

        For SAME_TARGET only those that an unresolved order keeps waiting.
        """
        ...

    def in_states(self, account: str, states: Collection[OrderState]) -> list[Order]:
        """Return the orders in these states, oldest first."""
        ...

    def unfinished(self) -> list[Order]:
        """Return the orders of every account that are not over, oldest first."""
        ...

    def due(
        self,
        account: str,
        states: Collection[OrderState],
        until: datetime,
        limit: int,
        *,
        has_ref: bool,
    ) -> list[Order]:
        """Return orders of these states whose `next_look_at` is `until` or before, due first.

        Either those that have claimed a ref_id, or those that have not.
        """
        ...

    def next_due(self, account: str, states: Collection[OrderState]) -> datetime | None:
        """Return the earliest `next_look_at` among orders of these states."""
        ...

    def newest_send(self, account: str) -> tuple[int, datetime | None]:
        """Return the greatest send number (0: none yet) and when it was sent."""
        ...

    def ambiguous_since(self, account: str, since: datetime) -> list[datetime]:
        """Return the instants after `since` at which orders became ambiguous without an answer.

        A refusal in unknown words is an answer: those orders are left out.
        """
        ...

    def open_of(self, customer_id: CustomerId) -> list[Order]:
        """Return a customer's orders that are not over, newest first."""
        ...

    def history_of(self, customer_id: CustomerId, limit: int, offset: int) -> list[Order]:
        """Return a customer's orders, newest first."""
        ...

    def count_of(self, customer_id: CustomerId) -> int:
        """Return how many orders a customer has."""
        ...

    def succeeded_of(self, customer_id: CustomerId, limit: int) -> list[Order]:
        """Return a customer's orders that succeeded, newest first."""
        ...

    def fitting_of(
        self, customer_id: CustomerId, terms: Sequence[Term], limit: int, offset: int
    ) -> list[Order]:
        """Return a customer's orders that fit every term, newest first."""
        ...

    def count_fitting_of(self, customer_id: CustomerId, terms: Sequence[Term]) -> int:
        """Return how many of a customer's orders fit every term."""
        ...

    def latest_same(
        self,
        customer_id: CustomerId,
        product_id: ProductId,
        destination: str,
        since: datetime,
    ) -> Order | None:
        """Return the newest such order since then that was neither cancelled nor failed."""
        ...

    def count_open_beside(self, order: Order) -> int:
        """Return how many other orders of an order's product are not over."""
        ...

    def counts_by_state(self) -> dict[OrderState, int]:
        """Return how many orders are in each state."""
        ...

    def sales_since(self, since: datetime) -> Sales:
        """Return what succeeded since then."""
        ...

    def sold_since(self, since: datetime) -> dict[tuple[str, str], int]:
        """Return how many orders succeeded since then, by the type and brand of their products."""
        ...

    def find(self, term: str, limit: int) -> list[Order]:
        """Return orders by number, ref_id, destination or customer id, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Sales:
    """Orders that succeeded in a period, in whole rupiah."""

    count: int
    revenue: int
    margin: int
    at_counter: int = 0
    """How many of them an admin sold at the counter."""


class Ledger(Protocol):
    """Accounts and transfers; the balances are kept by the database and checked by it."""

    def open_wallet(self, customer_id: CustomerId, credit_limit: int) -> None:
        """Open a customer's wallet, or set what is lent to an open one.

        A wallet that owes more than `credit_limit` keeps as much credit as it owes; what is paid
        back of that lowers the limit in the same act.
        """
        ...

    def lent_to(self) -> list[CustomerId]:
        """Return the owners of all wallets that have a credit limit."""
        ...

    def account(self, account_id: AccountId) -> Account:
        """Return an account; one never used has nothing."""
        ...

    def record(self, transfer: Transfer) -> Transfer:
        """Store a transfer, move both balances, and return it with its id.

        Raises `DuplicateError` when its idempotency key, or its hold's resolution, is taken,
        `InsufficientFundsError` when the database finds a wallet below its limit.
        """
        ...

    def transfer(self, transfer_id: TransferId) -> Transfer | None:
        """Return a transfer."""
        ...

    def hold_of(self, order_id: OrderId) -> Transfer | None:
        """Return the hold of an order, resolved or not."""
        ...

    def by_key(self, idempotency_key: str) -> Transfer | None:
        """Return the transfer with this idempotency key."""
        ...

    def transfers_of(self, account_id: AccountId, limit: int, offset: int) -> list[Transfer]:
        """Return an account's transfers, newest first."""
        ...

    def credited_by_hand(self, amount: int, since: datetime) -> list[Transfer]:
        """Return the credits of exactly this amount that admins gave since then, newest first."""
        ...

    def has_credit(self, account_id: AccountId) -> bool:
        """Tell whether a top-up or a credit was ever paid into a wallet."""
        ...

    def wallets_total(self) -> Account:
        """Return the sums of all wallets' figures, under the id "wallets"."""
        ...


class CatalogueStore(Protocol):
    """The catalogue with its permanent ids."""

    def replace(self, listings: Sequence[Listing], fetched_at: datetime) -> Catalogue:
        """Store the new list, give new rows and categories their ids, and return it indexed."""
        ...

    def load(self) -> Catalogue | None:
        """Return the last stored list, or None when there never was one."""
        ...

    def product(self, product_id: ProductId) -> Product | None:
        """Return a product as last seen, on sale or not."""
        ...


class Customers(Protocol):
    """Who has written to the bot."""

    def seen(
        self,
        customer_id: CustomerId,
        first_name: str,
        username: str,
        language: str,
        at: datetime,
    ) -> Customer:
        """Note a customer's names and Telegram language, make them reachable, and return them."""
        ...

    def get(self, customer_id: CustomerId) -> Customer | None:
        """Return a customer."""
        ...

    def choose_language(self, customer_id: CustomerId, language: str) -> None:
        """Note the language that a customer chose."""
        ...

    def mark_unreachable(self, customer_id: CustomerId) -> None:
        """Note that the customer blocked the bot."""
        ...


class SavedNumbers(Protocol):
    """What customers buy for."""

    def use(self, number: SavedNumber, kept: int) -> None:
        """Note that a number was used (its `number_id` is ignored), and keep so many of a customer.

        An empty name leaves the one that was given; the named ones are kept before the others.
        """
        ...

    def of(self, customer_id: CustomerId) -> list[SavedNumber]:
        """Return a customer's numbers, the last used first."""
        ...

    def get(self, number_id: SavedNumberId) -> SavedNumber | None:
        """Return a number, whosever it is."""
        ...

    def rename(self, number_id: SavedNumberId, name: str) -> None:
        """Give a number a name."""
        ...

    def forget(self, number_id: SavedNumberId) -> None:
        """Delete a number."""
        ...


class RestockRequests(Protocol):
    """Who wants to be told when a product is back; open are those neither told of nor expired."""

    def add(self, request: RestockRequest) -> RestockRequest:
        """Store a request and return it with its id.

        Raises `DuplicateError` when the customer has one for the product that was not told of,
        even if it has expired.
        """
        ...

    def open_of(self, customer_id: CustomerId, now: datetime) -> list[RestockRequest]:
        """Return a customer's open requests, oldest first."""
        ...

    def wanted(self, now: datetime) -> list[ProductId]:
        """Return the products that there are open requests for, each once."""
        ...

    def tell(self, product_id: ProductId, at: datetime) -> list[RestockRequest]:
        """Mark a product's open requests told of, and return them."""
        ...

    def forget(self, customer_id: CustomerId, product_id: ProductId) -> None:
        """Delete a customer's request for a product, if one is open."""
        ...

    def forget_expired(self, now: datetime) -> None:
        """Delete every request whose time is over."""
        ...


class ReopeningRequests(Protocol):
    """Who wants to be told when a shop that is paused opens again: each customer once."""

    def add(self, customer_id: CustomerId, at: datetime) -> None:
        """Remember a customer; one who waits already keeps their request."""
        ...

    def of(self, customer_id: CustomerId) -> ReopeningRequest | None:
        """Return a customer's request."""
        ...

    def take(self) -> list[ReopeningRequest]:
        """Delete every request and return them, oldest first."""
        ...

    def forget(self, customer_id: CustomerId) -> None:
        """Delete a customer's request, if there is one."""
        ...


class WithheldProducts(Protocol):
    """Products that are sold below cost by the supplier's own word; open are those not ended."""

    def add(self, withheld: Withheld) -> Withheld:
        """Store one (its `withheld_id` is ignored) and return it with its id.

        Raises `DuplicateError` when the product has an open one.
        """
        ...

    def save(self, withheld: Withheld) -> Withheld:
        """Store its cost, its release and its end, and return it."""
        ...

    def get(self, withheld_id: WithheldId) -> Withheld | None:
        """Return one, open or not."""
        ...

    def of(self, product_id: ProductId) -> Withheld | None:
        """Return the open one of a product."""
        ...

    def open(self) -> list[Withheld]:
        """Return the open ones, those that an admin released too, oldest first."""
        ...

    def product_ids(self) -> frozenset[ProductId]:
        """Return the products that are not sold now."""
        ...


class TopUps(Protocol):
    """Requests to pay money in."""

    def add(self, topup: TopUp) -> TopUp:
        """Store a request and return it with its id; `DuplicateError` if its key was used."""
        ...

    def get(self, topup_id: TopUpId) -> TopUp | None:
        """Return a request."""
        ...

    def by_key(self, request_key: str) -> TopUp | None:
        """Return the request with this key."""
        ...

    def decide(
        self,
        topup_id: TopUpId,
        state: TopUpState,
        actor_id: int,
        at: datetime,
        credited: Rupiah | None = None,
        reason: str = "",
    ) -> TopUp | None:
        """Decide a pending request and return it; None when it was decided before."""
        ...

    def pending_of(self, customer_id: CustomerId) -> list[TopUp]:
        """Return a customer's open requests, newest first, those past their time too."""
        ...

    def credited_as(self, amount: int, since: datetime) -> list[TopUp]:
        """Return the requests of anybody approved since then for this amount, newest first.

        For it stands for: it was to be paid, or it was credited.
        """
        ...

    def pending_with(self, total: int) -> list[TopUp]:
        """Return the undecided requests of anybody for exactly this total, newest first."""
        ...

    def asked_since(self, customer_id: CustomerId, since: datetime) -> list[TopUp]:
        """Return what a customer asked for after this instant, decided or not, oldest first."""
        ...

    def reserved(self, least: int, most: int, since: datetime) -> frozenset[int]:
        """Return the totals in this range, both ends included, that nobody else may be given.

        Those are the reserved ones of undecided requests, and those of all requests that could be
        paid until `since` or later, decided or not.
        """
        ...

    def last_given(self, least: int, most: int) -> dict[int, datetime]:
        """Return when each total in this range was last given to somebody."""
        ...

    def release(self, before: datetime) -> None:
        """Let go of the totals of open requests that expired before then."""
        ...

    def attach(self, topup_id: TopUpId, proof: str) -> None:
        """Keep Telegram's id of a transfer's picture with an open request."""
        ...

    def pending(self, limit: int) -> list[TopUp]:
        """Return the open requests, oldest first."""
        ...

    def waiting(self, now: datetime) -> list[TopUp]:
        """Return the undecided requests that an admin is to look at, oldest first.

        Those that can still be paid, and those with a picture of a transfer, whatever else became
        of them.
        """
        ...

    def newest_of(self, customer_id: CustomerId) -> TopUp | None:
        """Return a customer's newest request, decided or not."""
        ...

    def cancel(
        self, topup_id: TopUpId, at: datetime, replaced_by: TopUpId | None = None
    ) -> TopUp | None:
        """Note that an undecided request was let go; None when it was before, or is decided."""
        ...

    def replaced_by(self, topup_id: TopUpId) -> list[TopUp]:
        """Return the requests whose place this one took, newest first."""
        ...

    def shown(self, topup_id: TopUpId, message_id: int) -> None:
        """Keep which message shows the customer how to pay an undecided request."""
        ...

    def note_message(self, topup_id: TopUpId, message: TopUpMessage) -> None:
        """Keep that a message shows a request, beside those that the outbox sent."""
        ...

    def messages(self, topup_id: TopUpId) -> list[TopUpMessage]:
        """Return those messages, by chat, the newest of a chat first."""
        ...

    def running_out(self, until: datetime, limit: int) -> list[TopUp]:
        """Return requests whose time is over by `until` and not noted to be, oldest end first."""
        ...

    def next_end(self) -> datetime | None:
        """Return when the first request runs out that is not noted to have."""
        ...

    def note_expired(self, topup_id: TopUpId, at: datetime) -> None:
        """Note that the time of an undecided request is over."""
        ...


class Confirmations(Protocol):
    """One-time tokens."""

    def add(self, confirmation: Confirmation) -> None:
        """Store a fresh token."""
        ...

    def get(self, token: str) -> Confirmation | None:
        """Return a token's confirmation, used or not."""
        ...

    def consume(self, token: str, actor_id: int, at: datetime, outcome: str) -> bool:
        """Use a token up; False when it is used, unknown, or somebody else's."""
        ...

    def forget_unused(self, shown_before: datetime, limit: int) -> int:
        """Delete up to `limit` tokens nobody used, shown before then; return how many."""
        ...

    def forget_used(self, used_before: datetime, limit: int) -> int:
        """Delete up to `limit` tokens used before then, but none of an admin's credit or debit.

        Returns how many there were.
        """
        ...


class Dialogs(Protocol):
    """What the bot waits for, one step a customer."""

    def put(self, dialog: Dialog) -> None:
        """Store a customer's step over the last one."""
        ...

    def get(self, customer_id: CustomerId) -> Dialog | None:
        """Return a customer's step."""
        ...

    def drop(self, customer_id: CustomerId) -> None:
        """Forget a customer's step."""
        ...

    def all(self, conversation: str) -> list[Dialog]:
        """Return every customer's step in one conversation."""
        ...


class Outbox(Protocol):
    """Messages on their way."""

    def add(self, notice: Notice) -> bool:
        """Store a notice; False when its dedupe key was used before."""
        ...

    def heads(self, now: datetime, limit: int) -> list[Notice]:
        """Return the next pending notice of each chat that is due by now.

        In a chat, and among the chats, the more urgent goes first and then the older. A chat of
        which any notice waits for a later time is not due: all of it waits.
        """
        ...

    def next_due(self, after: datetime) -> datetime | None:
        """Return when, after this instant, the first of the chats that wait becomes due."""
        ...

    def delivered(self, notice: Notice, at: datetime) -> None:
        """Mark a notice delivered; an ORDER notice takes the older pending ones of its order."""
        ...

    def shown(self, notice: Notice, message_id: int | None) -> None:
        """Keep which message shows a notice, in its data; None: none does any more."""
        ...

    def about(self, kind: NoticeKind, subject_id: int) -> list[Notice]:
        """Return every notice of a kind about one thing, newest first."""
        ...

    def retry(self, notice_id: NoticeId, next_at: datetime) -> None:
        """Count a failed attempt and set when to try again."""
        ...

    def set_state(self, notice_id: NoticeId, state: NoticeState) -> None:
        """Take a notice out of, or back into, delivery."""
        ...

    def hold_chat(self, chat_id: int) -> None:
        """Make a chat's pending notices wait until its owner comes back."""
        ...

    def release_chat(self, chat_id: int) -> int:
        """Make a chat's waiting notices pending again and return how many there were."""
        ...

    def backlog(self) -> int:
        """Return how many notices are on their way, those that wait for a retry included."""
        ...

    def get(self, dedupe_key: str) -> Notice | None:
        """Return a notice by its dedupe key."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` notices that were over before then; return how many.

        Kept are those that wait for their reader, those of orders that are open or ended later,
        those that ask for the decision of an open top-up, and what is told once for ever.
        """
        ...


@dataclass(frozen=True, slots=True)
class InboxUpdate:
    """A Telegram update, kept as it came until it has been handled; its id is kept longer."""

    update_id: int
    payload: str
    attempts: int


class Inbox(Protocol):
    """Updates that arrived, so that a crash loses none."""

    def add(self, update_id: int, payload: str, at: datetime) -> bool:
        """Store an update; False when it was stored before."""
        ...

    def begin(self, update_id: int) -> int:
        """Count an attempt at handling it and return how many there were, this one included."""
        ...

    def done(self, update_id: int, at: datetime, error: str = "") -> None:
        """Mark an update handled, or given up with an error, and keep no more than its id."""
        ...

    def is_done(self, update_id: int) -> bool:
        """Tell whether an update was handled."""
        ...

    def pending(self) -> list[InboxUpdate]:
        """Return the updates not yet handled, in order."""
        ...

    def forget(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` handled updates that arrived before then; return how many."""
        ...


class SupplierRows(Protocol):
    """Every row of the supplier's status list that was ever seen."""

    def see(
        self,
        account: str,
        rows: Sequence[SupplierRow],
        at: datetime,
        asked_send: int | None = None,
    ) -> dict[str, Sight]:
        """Note rows and return when each ref_id was first seen.

        For new ones that is `at`, when the answer was asked for, with the account's newest send
        then (None: no order was sent since) and now. A row that has shown what the order is
        for that claimed it keeps that when the panel hides it later.
        """
        ...

    def empty(self, before: datetime, at: datetime, limit: int) -> int:
        """Empty the texts of up to `limit` rows first seen before then; return how many.

        Vouchers and notes are emptied, and the number of a row that no order has claimed. When
        a row was first seen is kept for ever. Rows that an open order may look for stay whole.
        """
        ...

    def has_past(self, account: str, send_number: int, sent_at: datetime) -> bool:
        """Tell whether any row is known that was there before this send."""
        ...

    def unclaimed(
        self, account: str, since: datetime, limit: int, seen_since: datetime | None = None
    ) -> list[SupplierRow]:
        """Return rows created since then that no order has claimed, newest first.

        `since` is by the supplier's clock. A row without an instant, or with one more than 15
        hours from our first sight of it, is as old as that sight: it must be `seen_since` or
        later, by our clock (None: `since`).
        """
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that holds until it is cleared: a pause, an open breaker, an alert's cause."""

    name: str
    detail: str
    raised_at: datetime
    notified_at: datetime | None


class Conditions(Protocol):
    """What is the matter now; survives a restart."""

    def get(self, name: str) -> Condition | None:
        """Return a condition that holds."""
        ...

    def raise_(self, name: str, detail: str, at: datetime) -> Condition:
        """Note that it holds (keeping when it began) and return it."""
        ...

    def notified(self, name: str, at: datetime) -> None:
        """Note that the admins were told."""
        ...

    def clear(self, name: str) -> bool:
        """End a condition; False when it did not hold."""
        ...

    def all(self) -> list[Condition]:
        """Return everything that holds."""
        ...


class Facts(Protocol):
    """Single values that outlive the process."""

    def get(self, name: str) -> str | None:
        """Return a value."""
        ...

    def put(self, name: str, value: str) -> None:
        """Store a value."""
        ...


class SupplierFacts(Protocol):
    """Single values that were learned or counted on one supplier account, such as its clock."""

    def get(self, account: str, name: str) -> str | None:
        """Return a value."""
        ...

    def put(self, account: str, name: str, value: str) -> None:
        """Store a value."""
        ...


@dataclass(frozen=True, slots=True)
class AdminAct:
    """Who did what, when and why."""

    actor_id: int
    action: str
    subject: str
    detail: str
    at: datetime


class AdminActs(Protocol):
    """The record of what admins did."""

    def add(self, act: AdminAct) -> None:
        """Store an act."""
        ...

    def latest(self, limit: int) -> list[AdminAct]:
        """Return the newest acts first."""
        ...

    def about(self, subject: str) -> list[AdminAct]:
        """Return what was done about one order or the like, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """Something that must never be: the rule that is broken, and where."""

    rule: str
    detail: str


class Audit(Protocol):
    """The invariants of the money, asked of the database itself."""

    def findings(self, now: datetime, sending_limit: timedelta) -> list[AuditFinding]:
        """Return every broken rule; `sending_limit` is how long an order may be `sending`."""
        ...

    def findings_of_books(self, now: datetime, sending_limit: timedelta) -> list[AuditFinding]:
        """Return those of our own books, whatever the supplier's rows say today.

        A supplier that rewrites its rows afterwards must not keep the shop from its backups.
        """
        ...


class ReconFindings(Protocol):
    """Where the supplier's rows and our orders do not agree, each kept until it is settled."""

    def note(self, account: str, finding: Finding) -> bool:
        """Store a finding; False when it is open already, or an admin has settled it."""
        ...

    def open(self, account: str) -> list[Finding]:
        """Return what is not settled, oldest first."""
        ...

    def close(
        self, account: str, kind: FindingKind, ref_id: str, at: datetime, actor_id: int | None
    ) -> bool:
        """End a finding; False when it was not open."""
        ...

    def empty(self, before: datetime, limit: int) -> int:
        """Empty the details of up to `limit` findings that ended before then; return how many."""
        ...


class Restoration(Protocol):
    """What is done to a whole database when the shop goes on from a backup of it."""

    def newest_at(self) -> datetime | None:
        """Return the newest instant that the database knows of."""
        ...

    def epoch(self) -> int:
        """Return how many restores the newest ids of the database have behind them."""
        ...

    def begin_epoch(self, epoch: int) -> None:
        """Give no id from now on that was given before this epoch."""
        ...

    def forget_unfinished(self) -> int:
        """Delete what people were in the middle of; return how many confirm buttons died."""
        ...

    def close_inbox(self, at: datetime, error: str) -> int:
        """Mark every update handled; return how many were not."""
        ...

    def make_outbox_stale(self) -> int:
        """Take every pending notice out of delivery; return how many there were."""
        ...


class Transaction(Protocol):
    """The repositories, inside one database transaction."""

    @property
    def orders(self) -> Orders: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def catalogue(self) -> CatalogueStore: ...
    @property
    def customers(self) -> Customers: ...
    @property
    def topups(self) -> TopUps: ...
    @property
    def saved_numbers(self) -> SavedNumbers: ...
    @property
    def restock_requests(self) -> RestockRequests: ...
    @property
    def reopening_requests(self) -> ReopeningRequests: ...
    @property
    def confirmations(self) -> Confirmations: ...
    @property
    def dialogs(self) -> Dialogs: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def supplier_rows(self) -> SupplierRows: ...
    @property
    def conditions(self) -> Conditions: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def supplier_facts(self) -> SupplierFacts: ...
    @property
    def admin_acts(self) -> AdminActs: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def recon(self) -> ReconFindings: ...
    @property
    def restoration(self) -> Restoration: ...
    @property
    def withheld_products(self) -> WithheldProducts: ...


class Store(Protocol):
    """The database: a transaction is a plain function, run whole on the database's thread."""

    async def write(
        self,
        use_case: Callable[Concatenate[Transaction, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a function in a writing transaction; committed and on disk when this returns.

        Whatever the function raises rolls everything back and is raised here. Raises
        `StoreUnavailableError` when the database cannot be written; nothing happened then.
        """
        ...

    async def read(
        self,
        query: Callable[Concatenate[Transaction, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a function on a read-only connection; raises `StoreUnavailableError`."""
        ...


class Backups(Protocol):
    """The copies of the database that are made day by day."""

    async def newest_at(self, now: datetime) -> datetime | None:
        """Return when the newest was made; None when there is none.

        One that says it is made later than `now`, by a clock that was ahead, does not count.
        """
        ...

    async def make(self, at: datetime) -> str:
        """Make a sound copy beside the running bot, let the oldest go, and return its place.

        Raises `BackupError`; what was there before is there still.
        """
        ...


# --- Telegram ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WithheldProduct:
    """A product that is held back from sale, as an admin needs it."""

    withheld: Withheld
    product: Product
    open_orders: int = 0
    """How many others of it were open beside the order that told, those in the queue included."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice with the state of things that its text is made from."""

    notice: Notice
    reader: Customer | None
    order: Order | None = None
    customer: Customer | None = None
    """Whom the order or top-up is of, where the reader is an admin."""
    topup: TopUp | None = None
    others: tuple[TopUp, ...] = ()
    """With the picture of a transfer: the customer's other top-ups that it may be for."""
    transfer: Transfer | None = None
    wallet: Account | None = None
    """The wallet of the order's, top-up's or transfer's customer."""
    candidates: tuple[SupplierRow, ...] = ()
    """For a parked order: the supplier's rows that may be it."""
    message_ids: tuple[int, ...] = ()
    """The messages in the reader's chat that are to be edited, the newest first."""
    act: AdminAct | None = None
    """What an admin did last to settle the order."""
    admin: Customer | None = None
    """Who did it."""
    restocked: tuple[Restocked, ...] = ()
    """What is back of what the reader waited for."""
    withheld: WithheldProduct | None = None
    """The product that is held back from sale."""
    at: datetime | None = None
    """When this was the state of things; None: when the notice was made."""
    opening: Opening | None = None
    """Whether the shop takes orders, where the reader waited for it to open."""


class Notifier(Protocol):
    """The way to people."""

    async def deliver(self, delivery: Delivery) -> int | None:
        """Send or edit, and return the id of the message that now shows it.

        Raises `RecipientUnreachableError`, `RetryLaterError` or `UndeliverableError`.
        """
        ...
