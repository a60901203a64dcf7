"""Wallets: customers' balances and transfers, and admins' credits and debits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor, Customer
from bot.domain.errors import (
    BalanceChangedError,
    InsufficientFundsError,
    NotFoundError,
)
from bot.domain.ledger import Account, Purpose, Transfer, bank_transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.topup import SameAmount
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.confirmations import result_of, usable_confirmation
from bot.services.money.credit_limits import apply_credit_limit
from bot.services.money.topups.same_amount import (
    SAME_AMOUNT_KEYS,
    SameAmountDetails,
    details_of,
    has_unseen,
    join_keys,
    same_as_credit,
)
from bot.services.money.unmet_purchase import unmet_purchase_of
from bot.services.notices import enqueue
from bot.services.permissions import require


@dataclass(frozen=True, slots=True)
class ProposedAdjustment:
    """An admin's credit or debit as shown to them, before the confirm button is pressed."""

    token: str
    customer: Customer
    amount: int
    """Rupiah; above 0: credit, below 0: debit."""
    note: str
    before: int
    """The wallet's balance in rupiah, which may be below 0."""
    after: int
    same: Sequence[SameAmountDetails] = ()
    """Top-ups and credits of the same amount, which may be the same payment."""


@dataclass(frozen=True, slots=True)
class AdjustmentResult:
    """An admin's credit or debit, and the wallet now."""

    customer_id: CustomerId
    customer: Customer | None
    transfer: Transfer
    wallet: Account


class Wallets:
    """Reads customers' wallets, and credits and debits them for admins."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids

    async def wallet(self, customer_id: CustomerId) -> Account:
        """Return a customer's wallet."""
        return await self._store.read(lambda tx: tx.ledger.account(wallet_of(customer_id)))

    async def statement(
        self, customer_id: CustomerId, limit: int
    ) -> tuple[Account, Sequence[Transfer]]:
        """Return a customer's wallet and its newest transfers, newest first."""

        def read(tx: Transaction) -> tuple[Account, Sequence[Transfer]]:
            account_id = wallet_of(customer_id)
            return tx.ledger.account(account_id), tx.ledger.transfers_of(account_id, limit, 0)

        return await self._store.read(read)

    async def propose_adjustment(
        self, admin: Actor, customer_id: CustomerId, amount: int, note: str
    ) -> ProposedAdjustment:
        """Store a one-time token for a credit (or, below 0, a debit), and return its effect.

        Raises `NotPermittedError`, `NotFoundError` for a person who never wrote to the bot,
        `InsufficientFundsError` for a debit of more than the wallet has available.
        """
        token, now = self._ids.token(), self._clock.now()

        def propose(tx: Transaction) -> ProposedAdjustment:
            require(tx, self._rules, admin, _right_for(amount))
            customer = tx.customers.get(customer_id)
            if customer is None:
                raise NotFoundError
            wallet = apply_credit_limit(tx, self._rules, customer_id)
            if wallet.available + amount < 0:
                raise InsufficientFundsError(wallet.available, -amount)
            same = _same_amount(tx, customer_id, amount, now)
            payload: dict[str, str | int] = {
                "customer_id": customer_id,
                "amount": amount,
                "note": note,
                "before": wallet.balance,
                SAME_AMOUNT_KEYS: join_keys(same),
            }
            tx.confirmations.add(
                Confirmation(token, admin.customer_id, ConfirmationKind.ADJUSTMENT, payload, now)
            )
            before, details = wallet.balance, [details_of(tx, one) for one in same]
            return ProposedAdjustment(
                token, customer, amount, note, before, before + amount, details
            )

        return await self._store.write(propose)

    async def adjust(
        self, admin: Actor, token: str, *, only_as_shown: bool = False
    ) -> tuple[Transfer, Account]:
        """Carry out a proposed adjustment, once; return the transfer and the wallet after it.

        Raises `NotPermittedError`, `TokenError`, `InsufficientFundsError`, and
        `BalanceChangedError` when the amount of a credit may belong to a payment that the admin
        was not shown or, with `only_as_shown`, when the balance has changed since the proposal.
        """
        now = self._clock.now()
        return await self._store.write(self._adjust, admin, token, only_as_shown, now)

    async def dismiss_adjustment(self, admin: Actor, token: str) -> bool:
        """Dismiss a proposed adjustment; False when its token is used, unknown or another's."""
        now = self._clock.now()

        def dismiss(tx: Transaction) -> bool:
            require(tx, self._rules, admin, Right.TOPUPS)
            return tx.confirmations.consume(token, admin.customer_id, now, "")

        return await self._store.write(dismiss)

    def _adjust(
        self, tx: Transaction, admin: Actor, token: str, only_as_shown: bool, now: datetime
    ) -> tuple[Transfer, Account]:
        actor_id = admin.customer_id
        require(tx, self._rules, admin, Right.TOPUPS)
        payload = usable_confirmation(tx, token, actor_id, ConfirmationKind.ADJUSTMENT, now).payload
        customer_id = CustomerId(int(payload["customer_id"]))
        amount, note = int(payload["amount"]), str(payload["note"])
        require(tx, self._rules, admin, _right_for(amount))
        wallet = wallet_of(customer_id)
        balance = apply_credit_limit(tx, self._rules, customer_id).balance
        if only_as_shown and balance != payload.get("before"):
            raise BalanceChangedError(customer_id, amount, note)
        same = _same_amount(tx, customer_id, amount, now)
        if has_unseen(same, str(payload.get(SAME_AMOUNT_KEYS, ""))):
            raise BalanceChangedError(customer_id, amount, note, is_same_payment=True)
        purpose = Purpose.CREDIT if amount > 0 else Purpose.DEBIT
        key = _idempotency_key(token)
        transfer = tx.ledger.record(
            bank_transfer(wallet, amount, purpose, key, now, actor_id, note)
        )
        tx.confirmations.consume(token, actor_id, now, str(transfer.transfer_id))
        unmet_purchase = unmet_purchase_of(tx, customer_id) if amount > 0 else ""
        enqueue.notify_wallet(tx, customer_id, transfer, unmet_purchase)
        tx.admin_acts.add(
            AdminAct(actor_id, transfer.purpose, f"user:{customer_id}", f"{amount} {note}", now)
        )
        return transfer, tx.ledger.account(wallet)

    async def adjustment_result(self, admin: Actor, token: str) -> AdjustmentResult:
        """Return the result of a used token.

        Raises `NotPermittedError`, and `NotFoundError` for a token that made no transfer or is
        another admin's.
        """

        def find(tx: Transaction) -> AdjustmentResult:
            require(tx, self._rules, admin, Right.TOPUPS)
            payload, transfer = result_of(tx, token, admin.customer_id, _idempotency_key(token))
            customer_id = CustomerId(int(payload["customer_id"]))
            wallet = tx.ledger.account(wallet_of(customer_id))
            return AdjustmentResult(customer_id, tx.customers.get(customer_id), transfer, wallet)

        return await self._store.read(find)


def _right_for(amount: int) -> Right:
    """Return the right that a credit or, below 0, a debit needs."""
    return Right.TOPUPS if amount > 0 else Right.OWNER


def _idempotency_key(token: str) -> str:
    """Return the idempotency key of the transfer that a token makes."""
    return f"adjustment:{token}"


def _same_amount(
    tx: Transaction, customer_id: CustomerId, amount: int, now: datetime
) -> list[SameAmount]:
    """Return what else may be the payment of a credit; nothing for a debit."""
    return same_as_credit(tx, customer_id, Rupiah(amount), now) if amount > 0 else []
