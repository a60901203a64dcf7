"""An admin's credit or debit: proposed, given its source, then carried out once.

One token leads from the proposal to the transfer. The confirmation holds what was shown last, so a
button that was shown with another source, balance or list of equal payments moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor, Customer
from bot.domain.errors import BalanceChangedError, InsufficientFundsError, NotFoundError
from bot.domain.ledger import Account, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.money_source import MoneySource, adjustment, is_payment, right_for
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.topup import SameAmount
from bot.ports.store import Transaction
from bot.services.confirmations import usable_confirmation
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
from bot.services.permissions import require, require_not_own

_KIND = ConfirmationKind.ADJUSTMENT
_SOURCE = "source"
"""The key of the source in a confirmation: empty until it is chosen, missing in old ones."""


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
    source: MoneySource | None = None
    """None until it is chosen: the adjustment cannot be carried out yet."""
    same: Sequence[SameAmountDetails] = ()
    """Top-ups and credits of the same amount, which may be the same payment."""

    @property
    def after(self) -> int:
        """The wallet's balance once the adjustment is carried out."""
        return self.before + self.amount


def to_confirm(
    token: str, actor: Actor, customer_id: CustomerId, amount: int, note: str, now: datetime
) -> Confirmation:
    """Return the confirmation of an adjustment; `amount` is in rupiah, below 0 for a debit."""
    payload: dict[str, str | int] = {"customer_id": customer_id, "amount": amount, "note": note}
    return Confirmation(token, actor.customer_id, _KIND, payload, now)


def propose(
    tx: Transaction,
    rules: ShopRules,
    actor: Actor,
    confirmation: Confirmation,
    source: MoneySource | None,
) -> ProposedAdjustment:
    """Store the confirmation of `to_confirm`, and return the effect of the adjustment.

    Raises `NotPermittedError`, `OwnAffairError`, `NotFoundError` for an unknown person,
    `InsufficientFundsError`.
    """
    require(tx, rules, actor, right_for(source, int(confirmation.payload["amount"])))
    require_not_own(rules, actor, CustomerId(int(confirmation.payload["customer_id"])))
    tx.confirmations.add(confirmation)
    return _show(tx, rules, confirmation, source, confirmation.created_at)


def choose_source(
    tx: Transaction,
    rules: ShopRules,
    actor: Actor,
    token: str,
    source: MoneySource | None,
    now: datetime,
) -> ProposedAdjustment:
    """Set the source of a proposed adjustment, or ask for it again; return its effect now.

    Raises `NotPermittedError`, `TokenError` and `InsufficientFundsError`.
    """
    require(tx, rules, actor, Right.TOPUPS)
    shown = usable_confirmation(tx, token, actor.customer_id, _KIND, now)
    require(tx, rules, actor, right_for(source, int(shown.payload["amount"])))
    return _show(tx, rules, shown, source, now)


def carry_out(
    tx: Transaction,
    rules: ShopRules,
    actor: Actor,
    token: str,
    now: datetime,
    *,
    source: MoneySource | None,
    only_as_shown: bool,
) -> tuple[Transfer, Account]:
    """Make the transfer of a proposed adjustment, once; `source` is that of the pressed button.

    Raises what `choose_source` raises, `OwnAffairError` and `BalanceChangedError`.
    """
    require(tx, rules, actor, Right.TOPUPS)
    payload = usable_confirmation(tx, token, actor.customer_id, _KIND, now).payload
    customer_id, amount = CustomerId(int(payload["customer_id"])), int(payload["amount"])
    require(tx, rules, actor, right_for(source, amount))
    require_not_own(rules, actor, customer_id)
    if payload.get(_SOURCE) != source:
        raise BalanceChangedError(amount)
    balance = apply_credit_limit(tx, rules, customer_id).balance
    if only_as_shown and balance != payload.get("before"):
        raise BalanceChangedError(amount)
    same = _same_amount(tx, customer_id, amount, source, now)
    if has_unseen(same, str(payload.get(SAME_AMOUNT_KEYS, ""))):
        raise BalanceChangedError(amount, is_same_payment=True)
    note = str(payload["note"])
    transfer = tx.ledger.record(
        adjustment(customer_id, amount, source, key_of(token), now, actor.customer_id, note)
    )
    tx.confirmations.consume(token, actor.customer_id, now, str(transfer.transfer_id))
    unmet_purchase = unmet_purchase_of(tx, customer_id) if amount > 0 else ""
    enqueue.notify_wallet(tx, customer_id, transfer, unmet_purchase)
    _log(tx, actor, customer_id, payload, now)
    return transfer, tx.ledger.account(wallet_of(customer_id))


def key_of(token: str) -> str:
    """Return the idempotency key of the transfer that a token makes."""
    return f"adjustment:{token}"


def _show(
    tx: Transaction,
    rules: ShopRules,
    shown: Confirmation,
    source: MoneySource | None,
    now: datetime,
) -> ProposedAdjustment:
    """Store what an admin is shown now, and return it."""
    payload = shown.payload
    customer_id, amount = CustomerId(int(payload["customer_id"])), int(payload["amount"])
    customer = tx.customers.get(customer_id)
    if customer is None:
        raise NotFoundError
    wallet = apply_credit_limit(tx, rules, customer_id)
    if wallet.available + amount < 0:
        raise InsufficientFundsError(wallet.available, -amount)
    same = _same_amount(tx, customer_id, amount, source, now) if source else []
    facts = {
        "before": wallet.balance,
        _SOURCE: source or "",
        SAME_AMOUNT_KEYS: join_keys(same),
    }
    tx.confirmations.amend(replace(shown, payload={**payload, **facts}))
    return ProposedAdjustment(
        token=shown.token,
        customer=customer,
        amount=amount,
        note=str(payload["note"]),
        before=wallet.balance,
        source=source,
        same=[details_of(tx, one) for one in same],
    )


def _same_amount(
    tx: Transaction,
    customer_id: CustomerId,
    amount: int,
    source: MoneySource | None,
    now: datetime,
) -> list[SameAmount]:
    """Return what else may be the payment of a credit; nothing if nobody has paid."""
    if not is_payment(source or MoneySource.TRANSFER, amount):
        return []
    return same_as_credit(tx, customer_id, Rupiah(amount), now)


def _log(
    tx: Transaction,
    actor: Actor,
    customer_id: CustomerId,
    payload: Mapping[str, str | int],
    now: datetime,
) -> None:
    amount, note = int(payload["amount"]), payload["note"]
    action, source = "credit" if amount > 0 else "debit", payload.get(_SOURCE, "")
    detail = " ".join(filter(None, (str(amount), str(source), str(note))))
    tx.admin_acts.add(AdminAct(actor.customer_id, action, f"user:{customer_id}", detail, now))
