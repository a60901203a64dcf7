"""What staff do about a customer: each is a transaction, and an entry of the audit log.

A block, the end of one, and a credit limit are shown first; one button with a one-time token then
does what was shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.admin_act import CHANGED, AdminAct
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor, Customer
from bot.domain.customer_card import (
    MAX_NOTE_LENGTH,
    MAX_REASON_LENGTH,
    CustomerFile,
    clean,
)
from bot.domain.errors import (
    ConfirmationOutdatedError,
    CustomerActError,
    CustomerActFault,
    NotFoundError,
)
from bot.domain.ledger import Account
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.viewer import LevelId
from bot.ports.store import Transaction
from bot.services.confirmations import usable_confirmation
from bot.services.money.credit_limits import apply_credit_limit
from bot.services.permissions import require_not_own, rights_of


class CustomerAct(StrEnum):
    """What a confirmed button does."""

    BLOCK = "block"
    UNBLOCK = "unblock"
    CREDIT_LIMIT = "credit_limit"

    @property
    def right(self) -> Right:
        """What it needs."""
        return Right.OWNER if self is CustomerAct.CREDIT_LIMIT else Right.CUSTOMERS


@dataclass(frozen=True, slots=True)
class ActRequest:
    """What staff ask for about a customer."""

    customer_id: CustomerId
    act: CustomerAct
    limit: int = 0
    """The credit limit to grant, in rupiah."""
    reason: str = ""
    """Of a block; it may be empty."""


@dataclass(frozen=True, slots=True)
class ProposedAct:
    """What a button will do, as shown before it is pressed."""

    token: str
    act: CustomerAct
    customer: Customer
    wallet: Account
    before: int
    """The granted credit limit now, in rupiah."""
    after: int
    """The granted credit limit then."""
    reason: str = ""


def propose(
    tx: Transaction,
    rules: ShopRules,
    actor: Actor,
    request: ActRequest,
    token: str,
    now: datetime,
) -> ProposedAct:
    """Store a token for an act, and return what it will do.

    Raises `NotFoundError`, `OwnAffairError` for an employee's own block, and `CustomerActError` for
    an owner's block, for a colleague's, and for what is so already.
    """
    customer_id, act, limit = request.customer_id, request.act, request.limit
    customer, file = _known(tx, customer_id)
    require_not_own(rules, actor, customer_id)
    _require_possible(tx, rules, actor, (customer, file), act, limit)
    reason = clean(request.reason, MAX_REASON_LENGTH)
    payload: dict[str, str | int] = {
        "act": act.value,
        "customer_id": customer_id,
        "before": file.credit_limit,
        "after": limit,
        "reason": reason,
    }
    kind = ConfirmationKind.CUSTOMER
    tx.confirmations.add(Confirmation(token, actor.customer_id, kind, payload, now))
    wallet = apply_credit_limit(tx, rules, customer_id)
    return ProposedAct(token, act, customer, wallet, file.credit_limit, limit, reason)


def carry_out(
    tx: Transaction, rules: ShopRules, actor: Actor, token: str, now: datetime
) -> ProposedAct:
    """Do what a token stands for, once; return what was done, with the wallet after it.

    Raises `TokenError`, what `propose` raises, and `ConfirmationOutdatedError` when the credit
    limit is not the one that was shown any more.
    """
    kind = ConfirmationKind.CUSTOMER
    payload = usable_confirmation(tx, token, actor.customer_id, kind, now).payload
    act, customer_id = CustomerAct(str(payload["act"])), CustomerId(int(payload["customer_id"]))
    limit, reason = int(payload["after"]), str(payload["reason"])
    customer, file = _known(tx, customer_id)
    _require_possible(tx, rules, actor, (customer, file), act, limit)
    detail = reason
    if act is CustomerAct.CREDIT_LIMIT:
        if file.credit_limit != payload["before"]:
            raise ConfirmationOutdatedError
        detail = f"{file.credit_limit}{CHANGED}{limit}"
        tx.customer_cards.set_credit_limit(customer_id, limit)
    elif act is CustomerAct.BLOCK:
        tx.customer_cards.set_block(customer_id, now, reason)
    else:
        detail = f"{file.block_reason}{CHANGED}"
        tx.customer_cards.set_block(customer_id, None, "")
    tx.confirmations.consume(token, actor.customer_id, now, act.value)
    record_act(tx, actor, act.value, customer_id, detail, now)
    wallet = apply_credit_limit(tx, rules, customer_id)
    return ProposedAct(token, act, customer, wallet, file.credit_limit, limit, reason)


def write_note(
    tx: Transaction, actor: Actor, customer_id: CustomerId, text: str, now: datetime
) -> None:
    """Store the shop's note about a customer, cut to 500 characters; raises `NotFoundError`.

    The same note again is not logged.
    """
    _, file = _known(tx, customer_id)
    note = clean(text, MAX_NOTE_LENGTH)
    if note == file.note:
        return
    tx.customer_cards.set_note(customer_id, note)
    record_act(tx, actor, "note", customer_id, f"{file.note}{CHANGED}{note}", now)


def give_level(
    tx: Transaction,
    actor: Actor,
    customer_id: CustomerId,
    level_id: LevelId | None,
    now: datetime,
) -> None:
    """Give a customer a level; None: everybody's prices.

    Raises `NotFoundError` for an unknown customer or level.
    """
    customer, _ = _known(tx, customer_id)
    names = {one.level_id: one.name for one in tx.policy.current().prices.levels}
    if level_id is not None and level_id not in names:
        raise NotFoundError
    if customer.level_id == level_id:
        return
    tx.customer_cards.set_level(customer_id, level_id)
    before = names.get(customer.level_id, "") if customer.level_id is not None else ""
    after = names[level_id] if level_id is not None else ""
    record_act(tx, actor, "level", customer_id, f"{before}{CHANGED}{after}", now)


def record_act(
    tx: Transaction,
    actor: Actor,
    action: str,
    customer_id: CustomerId,
    detail: str,
    now: datetime,
) -> None:
    """Write what staff did about a customer into the audit log."""
    act = AdminAct(actor.customer_id, action, f"user:{customer_id}", detail, now)
    tx.admin_acts.add(act)


def _known(tx: Transaction, customer_id: CustomerId) -> tuple[Customer, CustomerFile]:
    """Return a customer; what is noted about an erased one would stay for good."""
    customer, file = tx.customers.get(customer_id), tx.customer_cards.file(customer_id)
    if customer is None or file is None or tx.erasures.get(customer_id) is not None:
        raise NotFoundError
    return customer, file


def _require_possible(
    tx: Transaction,
    rules: ShopRules,
    actor: Actor,
    known: tuple[Customer, CustomerFile],
    act: CustomerAct,
    limit: int,
) -> None:
    customer, file = known
    if act is CustomerAct.BLOCK and rules.is_owner(customer.telegram_id):
        raise CustomerActError(CustomerActFault.OWNER)
    is_employee = bool(rights_of(tx, rules, customer.customer_id))
    if is_employee and not rules.is_owner(actor.telegram_id):
        raise CustomerActError(CustomerActFault.STAFF)
    is_so = {
        CustomerAct.BLOCK: file.blocked_at is not None,
        CustomerAct.UNBLOCK: file.blocked_at is None,
        CustomerAct.CREDIT_LIMIT: file.credit_limit == limit,
    }
    if is_so[act]:
        raise CustomerActError(CustomerActFault.UNCHANGED)
