"""The shop's deposit at the supplier: what was paid to it is shown first, and noted once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.errors import NotFoundError
from bot.domain.ledger import BANK, SUPPLIER_DEPOSIT, Phase, Purpose, Transfer
from bot.domain.money import Rupiah
from bot.ports.store import Transaction
from bot.services.confirmations import usable_confirmation


@dataclass(frozen=True, slots=True)
class DepositProposal:
    """What an admin is about to note, shown before the one confirm button."""

    token: str
    amount: int
    """Rupiah, above 0 for money paid to the supplier, below 0 to take a note back."""
    before: int
    """What is at the supplier as tracked: notes less what orders cost; may be below 0."""

    @property
    def after(self) -> int:
        """What is there as tracked once it is noted."""
        return self.before + self.amount


@dataclass(frozen=True, slots=True)
class DepositNoted:
    """What an admin noted, and what is at the supplier now, as tracked."""

    amount: int
    balance: int


def propose_deposit(
    tx: Transaction, actor_id: int, amount: int, token: str, now: datetime
) -> DepositProposal:
    """Store a one-time token for a note, and return what it would do."""
    kind, payload = ConfirmationKind.DEPOSIT, {"amount": amount}
    tx.confirmations.add(Confirmation(token, actor_id, kind, payload, now))
    return DepositProposal(token, amount, _tracked(tx))


def note_deposit(tx: Transaction, actor_id: int, token: str, now: datetime) -> DepositNoted:
    """Note what a token stands for, once; raises `TokenError`.

    What is taken back is a transfer the other way: both stay in the books.
    """
    payload = usable_confirmation(tx, token, actor_id, ConfirmationKind.DEPOSIT, now).payload
    amount = int(payload["amount"])
    is_paid = amount > 0
    transfer = tx.ledger.record(
        Transfer(
            phase=Phase.SINGLE,
            purpose=Purpose.DEPOSIT,
            debit_account=SUPPLIER_DEPOSIT if is_paid else BANK,
            credit_account=BANK if is_paid else SUPPLIER_DEPOSIT,
            amount=Rupiah(abs(amount)),
            idempotency_key=_key_of(token),
            created_at=now,
            actor_id=actor_id,
        )
    )
    tx.confirmations.consume(token, actor_id, now, str(transfer.transfer_id))
    tx.admin_acts.add(AdminAct(actor_id, "deposit", "supplier", str(amount), now))
    return DepositNoted(amount, _tracked(tx))


def deposit_noted(tx: Transaction, actor_id: int, token: str) -> DepositNoted:
    """Return what a used token has noted; raises `NotFoundError`."""
    asked, transfer = tx.confirmations.get(token), tx.ledger.by_key(_key_of(token))
    if asked is None or transfer is None or asked.actor_id != actor_id:
        raise NotFoundError
    return DepositNoted(int(asked.payload["amount"]), _tracked(tx))


def _tracked(tx: Transaction) -> int:
    return -tx.ledger.account(SUPPLIER_DEPOSIT).posted


def _key_of(token: str) -> str:
    """Return the key of the transfer that a confirm button makes."""
    return f"deposit:{token}"
