"""The shop's deposit at the supplier: an admin records what was paid in, after a confirmation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor
from bot.domain.errors import ConfirmationOutdatedError
from bot.domain.ledger import SUPPLIER_DEPOSIT, Purpose, bank_transfer
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.confirmations import result_of, usable_confirmation
from bot.services.permissions import permitted
from bot.services.selling_stop import end_stop
from bot.services.told_balance import told_balance


@dataclass(frozen=True, slots=True)
class ProposedDeposit:
    """A payment to the supplier as shown to an admin, before the confirm button is pressed."""

    token: str
    amount: int
    """Rupiah; above 0: paid to the supplier, below 0: corrects an earlier record."""
    before: int
    """The tracked deposit in rupiah: recorded payments less the cost of orders; may be below 0."""

    @property
    def after(self) -> int:
        """The tracked deposit once the payment is recorded."""
        return self.before + self.amount


@dataclass(frozen=True, slots=True)
class RecordedDeposit:
    """A recorded payment to the supplier, and the tracked deposit now, in rupiah."""

    amount: int
    balance: int


class SupplierDeposit:
    """Records payments to the supplier; for admins only."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids

    async def propose(self, admin: Actor, amount: int) -> ProposedDeposit:
        """Store a one-time token for a payment, and return what recording it would change.

        A negative amount corrects an earlier record. Raises `NotPermittedError`.
        """
        token, now = self._ids.token(), self._clock.now()
        propose = permitted(_propose, self._rules, admin, Right.OWNER)
        return await self._store.write(propose, admin.customer_id, amount, token, now)

    async def record(
        self, admin: Actor, token: str, *, only_as_shown: bool = False
    ) -> RecordedDeposit:
        """Record a proposed payment, once; raises `NotPermittedError`, `TokenError`.

        With `only_as_shown` it raises `ConfirmationOutdatedError` if the tracked deposit is another
        than when it was proposed: an opening balance must not be recorded twice. A correction is a
        transfer in the other direction: the ledger keeps both. Where the panel tells no balance, a
        payment ends the stop for lack of money.
        """
        record = permitted(_record_deposit_paid, self._rules, admin, Right.OWNER)
        account, now = self._rules.account, self._clock.now()
        return await self._store.write(
            record, account, admin.customer_id, token, now, only_as_shown=only_as_shown
        )

    async def recorded(self, admin: Actor, token: str) -> RecordedDeposit:
        """Return what a used token recorded.

        Raises `NotPermittedError`, and `NotFoundError` for a token that is unused or another
        admin's.
        """
        recorded = permitted(_recorded, self._rules, admin, Right.OWNER)
        return await self._store.read(recorded, admin.customer_id, token)


def _propose(
    tx: Transaction, actor_id: CustomerId, amount: int, token: str, now: datetime
) -> ProposedDeposit:
    kind, before = ConfirmationKind.DEPOSIT, _tracked(tx)
    payload = {"amount": amount, "before": before}
    tx.confirmations.add(Confirmation(token, actor_id, kind, payload, now))
    return ProposedDeposit(token, amount, before)


def _record_deposit_paid(
    tx: Transaction,
    account: str,
    actor_id: CustomerId,
    token: str,
    now: datetime,
    *,
    only_as_shown: bool,
) -> RecordedDeposit:
    payload = usable_confirmation(tx, token, actor_id, ConfirmationKind.DEPOSIT, now).payload
    if only_as_shown and payload.get("before") != _tracked(tx):
        raise ConfirmationOutdatedError
    amount = int(payload["amount"])
    key = _idempotency_key(token)
    transfer = tx.ledger.record(
        bank_transfer(SUPPLIER_DEPOSIT, -amount, Purpose.DEPOSIT, key, now, actor_id)
    )
    tx.confirmations.consume(token, actor_id, now, str(transfer.transfer_id))
    tx.admin_acts.add(AdminAct(actor_id, "deposit", "supplier", str(amount), now))
    if amount > 0 and told_balance(tx, account, now) is None:
        end_stop(tx, account, now)
    return RecordedDeposit(amount, _tracked(tx))


def _recorded(tx: Transaction, actor_id: CustomerId, token: str) -> RecordedDeposit:
    payload, _ = result_of(tx, token, actor_id, _idempotency_key(token))
    return RecordedDeposit(int(payload["amount"]), _tracked(tx))


def _tracked(tx: Transaction) -> int:
    return -tx.ledger.account(SUPPLIER_DEPOSIT).posted


def _idempotency_key(token: str) -> str:
    """Return the idempotency key of the transfer that a token makes."""
    return f"deposit:{token}"
