"""Wallets: who the customers are, what they own, and how money comes in and out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Customer
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.errors import (
    BalanceChangedError,
    InsufficientFundsError,
    NotFoundError,
    NotPermittedError,
)
from bot.domain.ledger import (
    BANK,
    Account,
    Phase,
    Purpose,
    Transfer,
    wallet_of,
)
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.topup import SameAmount, TopUp, TopUpId
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.confirmations import usable_confirmation
from bot.services.money.credit_limits import apply_credit_limit
from bot.services.money.supplier_deposit import (
    ProposedDeposit,
    RecordedDeposit,
    deposit_noted,
    note_deposit,
    propose_deposit,
)
from bot.services.money.topups.decision import DecideTopUps, TopUpDecision
from bot.services.money.topups.proof import decided_by, other_topups_of
from bot.services.money.topups.request import open_topup
from bot.services.money.topups.same_amount import (
    SAME,
    SameAmountDetails,
    is_news,
    keys_of,
    named,
    same_as_credit,
)
from bot.services.money.unmet_purchase import unmet_purchase_of
from bot.services.notices import enqueue


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What an admin is about to do to a wallet, shown before the one confirm button."""

    token: str
    customer: Customer
    amount: int
    """Rupiah, above 0 to credit, below 0 to debit."""
    note: str
    before: int
    after: int
    same: Sequence[SameAmountDetails] = ()
    """What else has the amount of a credit, and may be the same money."""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What an admin did to a wallet, and how it stands now."""

    customer_id: CustomerId
    customer: Customer | None
    transfer: Transfer
    wallet: Account


@dataclass(frozen=True, slots=True)
class Request:
    """A request to pay money in, with whose it is."""

    topup: TopUp
    customer: Customer | None
    wallet: Account
    others: Sequence[TopUp] = ()
    """The customer's other requests that money may be for, newest first."""
    admin: Customer | None = None
    """Who decided it."""


class Wallets:
    """The customers and their money."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        """Remember in memory whom it has seen, so that most updates write nothing."""
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids
        self._decisions = DecideTopUps(store, rules, clock, ids)
        self._known: dict[CustomerId, tuple[str, str, str]] = {}

    async def greet(
        self,
        customer_id: CustomerId,
        first_name: str,
        username: str,
        language: str,
        *,
        is_start: bool = False,
    ) -> Customer:
        """Note who writes, open their wallet, and return them.

        On /start, messages that waited because the bot was blocked go out again.
        """
        now = self._clock.now()
        names = (first_name, username, language)
        if not is_start and self._known.get(customer_id) == names:
            customer = await self._store.read(lambda tx: tx.customers.get(customer_id))
            if customer is not None and customer.is_reachable:
                return customer

        def note(tx: Transaction) -> Customer:
            customer = tx.customers.seen(customer_id, *names, now)
            apply_credit_limit(tx, self._rules, customer_id)
            tx.outbox.release_chat(customer_id)
            return customer

        customer = await self._store.write(note)
        self._known[customer_id] = names
        return customer

    async def customer(self, customer_id: CustomerId) -> Customer | None:
        """Return a customer who has written before."""
        return await self._store.read(lambda tx: tx.customers.get(customer_id))

    async def customers(self, customer_ids: Iterable[CustomerId]) -> Mapping[CustomerId, Customer]:
        """Return those who are known of some customers, by their ids."""
        wanted = set(customer_ids)

        def find(tx: Transaction) -> dict[CustomerId, Customer]:
            found = ((one, tx.customers.get(one)) for one in wanted)
            return {one: customer for one, customer in found if customer is not None}

        return await self._store.read(find)

    async def choose_language(self, customer_id: CustomerId, language: str) -> None:
        """Speak this language ("id", "en") to the customer from now on."""
        await self._store.write(lambda tx: tx.customers.choose_language(customer_id, language))

    async def wallet(self, customer_id: CustomerId) -> Account:
        """Return a customer's wallet."""
        return await self._store.read(lambda tx: tx.ledger.account(wallet_of(customer_id)))

    async def transfers(
        self, customer_id: CustomerId, limit: int, offset: int = 0
    ) -> Sequence[Transfer]:
        """Return the wallet's transfers, newest first."""
        return await self._store.read(
            lambda tx: tx.ledger.transfers_of(wallet_of(customer_id), limit, offset)
        )

    # --- paying money in ---

    async def ask_amount(self, customer_id: CustomerId, message_id: int | None) -> None:
        """Wait for the amount that the customer wants to pay in."""
        now = self._clock.now()
        dialog = Dialog(customer_id, CONVERSATION, Step.AMOUNT, now, message_id=message_id)
        await self._store.write(lambda tx: tx.dialogs.put(dialog))

    async def request_topup(
        self, customer_id: CustomerId, amount: Rupiah, request_key: str
    ) -> TopUp:
        """Ask the admins to credit an amount; the same `request_key` asks once.

        One that is open already is cancelled: the new one takes its place. Raises `DuplicateError`
        when the request was made already, `TooManyDepositsError` when the customer has asked for
        as many as one may, `NoFreeAmountError` when every amount near is taken.
        """
        now = self._clock.now()

        def request(tx: Transaction) -> TopUp:
            topup = open_topup(tx, self._rules, customer_id, amount, request_key, now)
            tx.dialogs.drop(customer_id)
            return topup

        return await self._store.write(request)

    async def topup(self, actor_id: int, topup_id: TopUpId) -> Request:
        """Return a request as it is now; raises `NotPermittedError`, `NotFoundError`."""
        self._require_admin(actor_id)
        now = self._clock.now()

        def find(tx: Transaction) -> Request:
            topup = tx.topups.get(topup_id)
            if topup is None:
                raise NotFoundError
            customer_id = topup.customer_id
            wallet = tx.ledger.account(wallet_of(customer_id))
            others = other_topups_of(tx, topup, now)
            admin = decided_by(tx, topup)
            return Request(topup, tx.customers.get(customer_id), wallet, others, admin)

        return await self._store.read(find)

    async def decide_topup(self, actor_id: int, topup_id: TopUpId, *, approve: bool) -> TopUp:
        """Approve (and credit, once) or reject a request.

        Raises `NotPermittedError` and what `Decisions.decide` does.
        """
        self._require_admin(actor_id)
        return await self._decisions.decide(actor_id, topup_id, TopUpDecision(approve))

    # --- an admin's hand ---

    async def propose(
        self, actor_id: int, customer_id: CustomerId, amount: int, note: str
    ) -> Adjustment:
        """Show what crediting (or, below 0, debiting) would do, with a one-time token.

        Raises `NotPermittedError`, `NotFoundError` for somebody who never wrote to the bot,
        `InsufficientFundsError` when a debit is more than the wallet holds.
        """
        self._require_admin(actor_id)
        token, now = self._ids.token(), self._clock.now()

        def propose(tx: Transaction) -> Adjustment:
            customer = tx.customers.get(customer_id)
            if customer is None:
                raise NotFoundError
            wallet = apply_credit_limit(tx, self._rules, customer_id)
            if wallet.available + amount < 0:
                raise InsufficientFundsError(wallet.available, -amount)
            same = _same(tx, customer_id, amount, now)
            payload: dict[str, str | int] = {
                "customer_id": customer_id,
                "amount": amount,
                "note": note,
                "before": wallet.balance,
                SAME: keys_of(same),
            }
            tx.confirmations.add(
                Confirmation(token, actor_id, ConfirmationKind.ADJUSTMENT, payload, now)
            )
            before, found = wallet.balance, [named(tx, one) for one in same]
            return Adjustment(token, customer, amount, note, before, before + amount, found)

        return await self._store.write(propose)

    async def adjust(
        self, actor_id: int, token: str, *, only_as_shown: bool = False
    ) -> tuple[Transfer, Account]:
        """Carry out a proposed adjustment, once; returns the transfer and the wallet after it.

        Raises `NotPermittedError`, `TokenError`, `InsufficientFundsError`, and
        `BalanceChangedError` when the amount of a credit may be money that the admin was not shown,
        or, where it is to be done `only_as_shown`, when the wallet has changed since.
        """
        self._require_admin(actor_id)
        now = self._clock.now()
        return await self._store.write(self._adjust, actor_id, token, only_as_shown, now)

    async def drop_adjustment(self, actor_id: int, token: str) -> bool:
        """Let a proposal be; False when it is done, or nobody's, already."""
        self._require_admin(actor_id)
        now = self._clock.now()
        return await self._store.write(
            lambda tx: tx.confirmations.consume(token, actor_id, now, "")
        )

    def _adjust(
        self, tx: Transaction, actor_id: int, token: str, only_as_shown: bool, now: datetime
    ) -> tuple[Transfer, Account]:
        payload = usable_confirmation(tx, token, actor_id, ConfirmationKind.ADJUSTMENT, now).payload
        customer_id = CustomerId(int(payload["customer_id"]))
        amount, note = int(payload["amount"]), str(payload["note"])
        wallet = wallet_of(customer_id)
        now_in_it = apply_credit_limit(tx, self._rules, customer_id)
        if only_as_shown and now_in_it.balance != payload.get("before"):
            raise BalanceChangedError(customer_id, amount, note)
        if is_news(_same(tx, customer_id, amount, now), str(payload.get(SAME, ""))):
            raise BalanceChangedError(customer_id, amount, note, is_same_payment=True)
        is_credit = amount > 0
        transfer = tx.ledger.record(
            Transfer(
                phase=Phase.SINGLE,
                purpose=Purpose.CREDIT if is_credit else Purpose.DEBIT,
                debit_account=BANK if is_credit else wallet,
                credit_account=wallet if is_credit else BANK,
                amount=Rupiah(abs(amount)),
                idempotency_key=_key_of(token),
                created_at=now,
                actor_id=actor_id,
                note=note,
            )
        )
        tx.confirmations.consume(token, actor_id, now, str(transfer.transfer_id))
        wish = unmet_purchase_of(tx, customer_id) if is_credit else ""
        enqueue.notify_wallet(tx, customer_id, transfer, wish)
        tx.admin_acts.add(
            AdminAct(actor_id, transfer.purpose, f"user:{customer_id}", f"{amount} {note}", now)
        )
        return transfer, tx.ledger.account(wallet)

    async def adjusted(self, actor_id: int, token: str) -> Adjusted:
        """Return what a used token has done; raises `NotPermittedError`, `NotFoundError`."""
        self._require_admin(actor_id)

        def find(tx: Transaction) -> Adjusted:
            confirmation = tx.confirmations.get(token)
            transfer = tx.ledger.by_key(_key_of(token))
            if confirmation is None or transfer is None or confirmation.actor_id != actor_id:
                raise NotFoundError
            customer_id = CustomerId(int(confirmation.payload["customer_id"]))
            wallet = tx.ledger.account(wallet_of(customer_id))
            return Adjusted(customer_id, tx.customers.get(customer_id), transfer, wallet)

        return await self._store.read(find)

    # --- the shop's deposit at the supplier ---

    async def propose_deposit(self, actor_id: int, amount: int) -> ProposedDeposit:
        """Show what noting money paid to the supplier would do, with a one-time token.

        An amount below 0 takes back what was noted too much. Raises `NotPermittedError`.
        """
        self._require_admin(actor_id)
        token, now = self._ids.token(), self._clock.now()
        return await self._store.write(propose_deposit, actor_id, amount, token, now)

    async def deposit(self, actor_id: int, token: str) -> RecordedDeposit:
        """Note what was shown, once; raises `NotPermittedError`, `TokenError`."""
        self._require_admin(actor_id)
        return await self._store.write(note_deposit, actor_id, token, self._clock.now())

    async def deposited(self, actor_id: int, token: str) -> RecordedDeposit:
        """Return what a used token has noted; raises `NotPermittedError`, `NotFoundError`."""
        self._require_admin(actor_id)
        return await self._store.read(deposit_noted, actor_id, token)

    def _require_admin(self, actor_id: int) -> None:
        if not self._rules.is_admin(actor_id):
            raise NotPermittedError


def _key_of(token: str) -> str:
    """Return the key of the transfer that a confirm button makes."""
    return f"adjustment:{token}"


def _same(tx: Transaction, customer_id: CustomerId, amount: int, now: datetime) -> list[SameAmount]:
    """Return what else the amount of a credit may be the money of; a debit is nobody's."""
    return same_as_credit(tx, customer_id, Rupiah(amount), now) if amount > 0 else []
