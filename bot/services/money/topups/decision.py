"""Decisions: a top-up is approved or rejected once, and one payment is credited once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor, Customer
from bot.domain.errors import (
    AlreadyDecidedError,
    NotFoundError,
    OtherTopUpError,
)
from bot.domain.ledger import BANK, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.topup import TopUp, TopUpId, TopUpState
from bot.ports.store import Transaction
from bot.services.confirmations import usable_confirmation
from bot.services.money.credit_limits import apply_credit_limit
from bot.services.money.topups.proof import other_topups_of
from bot.services.money.topups.same_amount import (
    SAME_AMOUNT_KEYS,
    SameAmountDetails,
    details_of_keys,
    has_unseen,
    join_keys,
    same_as_topup,
)
from bot.services.money.unmet_purchase import unmet_purchase_of
from bot.services.notices import enqueue, enqueue_topups
from bot.services.permissions import require_not_own

MAX_REASON_LENGTH = 300


@dataclass(frozen=True, slots=True)
class TopUpDecision:
    """An admin's decision about a top-up."""

    approve: bool
    credited: Rupiah | None = None
    """The amount that arrived; None: the top-up's total."""
    reason: str = ""
    """Why it is rejected, for the customer."""
    seen_keys: str = ""
    """Keys of the payments of the same amount beside which the admin confirmed a second one."""


@dataclass(frozen=True, slots=True)
class SamePaymentQuestion:
    """The question whether a second payment arrived, asked before an amount is credited again."""

    token: str
    topup: TopUp
    customer: Customer | None
    amount: Rupiah
    same: Sequence[SameAmountDetails]
    """The top-ups and credits of the same amount."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to decide: the admin, the time, and the token for a question, if asked."""

    actor: Actor
    at: datetime
    token: str

    @property
    def actor_id(self) -> CustomerId:
        """The admin."""
        return self.actor.customer_id


def decide_topup(
    tx: Transaction,
    attempt: Attempt,
    rules: ShopRules,
    topup_id: TopUpId,
    decision: TopUpDecision,
    *,
    ends_dialog: bool = False,
) -> TopUp | None:
    """Decide a top-up, once; with `ends_dialog` the admin's dialog ends too.

    Returns None when the amount may belong to another payment: then nothing was decided, and a
    question is stored under the attempt's token. Raises `NotFoundError`, `AlreadyDecidedError`,
    `OwnAffairError`, `OtherTopUpError`.
    """
    topup = _undecided(tx, rules, attempt, topup_id, decision)
    if _asks(tx, attempt, topup, decision):
        return None
    apply_credit_limit(tx, rules, topup.customer_id)
    decided = _decide(tx, attempt, topup, decision)
    if ends_dialog:
        tx.dialogs.drop(attempt.actor_id)
    return decided


def check_amount(
    tx: Transaction, attempt: Attempt, rules: ShopRules, topup_id: TopUpId, amount: Rupiah
) -> TopUp | None:
    """Check that an amount may be credited; returns and raises what `decide_topup` does."""
    decision = TopUpDecision(approve=True, credited=amount)
    topup = _undecided(tx, rules, attempt, topup_id, decision)
    return None if _asks(tx, attempt, topup, decision) else topup


def confirm_second_payment(
    tx: Transaction, attempt: Attempt, rules: ShopRules, token: str
) -> TopUp | None:
    """Approve the top-up of a question: the admin confirms that a second payment arrived.

    Raises `TokenError` for a token that is used, expired or another admin's, and returns and raises
    what `decide_topup` does: None when another payment of the amount was credited since.
    """
    actor_id, kind = attempt.actor_id, ConfirmationKind.TOPUP
    payload = usable_confirmation(tx, token, actor_id, kind, attempt.at).payload
    topup_id, amount = TopUpId(int(payload["topup_id"])), Rupiah(int(payload["amount"]))
    seen_keys = str(payload[SAME_AMOUNT_KEYS])
    decision = TopUpDecision(approve=True, credited=amount, seen_keys=seen_keys)
    topup = decide_topup(tx, attempt, rules, topup_id, decision, ends_dialog=True)
    if topup is not None:
        tx.confirmations.consume(token, actor_id, attempt.at, str(topup_id))
    return topup


def _undecided(
    tx: Transaction,
    rules: ShopRules,
    attempt: Attempt,
    topup_id: TopUpId,
    decision: TopUpDecision,
) -> TopUp:
    """Return a top-up that this decision may be made about; raises as `decide_topup` does."""
    topup = tx.topups.get(topup_id)
    if topup is None:
        raise NotFoundError
    if topup.state is not TopUpState.PENDING:
        raise AlreadyDecidedError(topup.state)
    require_not_own(rules, attempt.actor, topup.customer_id)
    for other in other_topups_of(tx, topup, attempt.at):
        if decision.credited == other.total != topup.total:
            raise OtherTopUpError(other.topup_id)
    return topup


def _asks(tx: Transaction, attempt: Attempt, topup: TopUp, decision: TopUpDecision) -> bool:
    """Store the question whether a second payment arrived; return False if it is not needed."""
    if not decision.approve:
        return False
    amount = decision.credited or topup.total
    same = same_as_topup(tx, topup, amount, attempt.at)
    if not has_unseen(same, decision.seen_keys):
        return False
    payload: dict[str, str | int] = {
        "topup_id": topup.topup_id,
        "amount": amount,
        SAME_AMOUNT_KEYS: join_keys(same),
    }
    kind = ConfirmationKind.TOPUP
    tx.confirmations.add(Confirmation(attempt.token, attempt.actor_id, kind, payload, attempt.at))
    return True


def same_payment_question(tx: Transaction, actor_id: CustomerId, token: str) -> SamePaymentQuestion:
    """Return an admin's own question by its token; raises `NotFoundError`."""
    confirmation = tx.confirmations.get(token)
    wanted = (actor_id, ConfirmationKind.TOPUP)
    if confirmation is None or (confirmation.actor_id, confirmation.kind) != wanted:
        raise NotFoundError
    payload = confirmation.payload
    topup = tx.topups.get(TopUpId(int(payload["topup_id"])))
    assert topup is not None  # noqa: S101 - for the type checker: top-ups are never deleted
    customer = tx.customers.get(topup.customer_id)
    same = details_of_keys(tx, str(payload[SAME_AMOUNT_KEYS]))
    return SamePaymentQuestion(token, topup, customer, Rupiah(int(payload["amount"])), same)


def _decide(tx: Transaction, attempt: Attempt, pending: TopUp, decision: TopUpDecision) -> TopUp:
    """Decide a pending top-up; a cancelled or expired one is credited like any other."""
    state = TopUpState.APPROVED if decision.approve else TopUpState.REJECTED
    credited = (decision.credited or pending.total) if decision.approve else None
    topup = tx.topups.decide(
        pending.topup_id, state, attempt.actor_id, attempt.at, credited, decision.reason
    )
    assert topup is not None  # noqa: S101 - for the type checker: it is pending in this transaction
    enqueue_topups.update_topup_messages(tx, topup, attempt.at)
    if credited is None:
        enqueue_topups.notify_topup_rejected(tx, topup, attempt.at)
    else:
        _credit(tx, topup, credited, attempt)
    second = f"second payment besides {decision.seen_keys}" if decision.seen_keys else ""
    detail = " ".join(f"{pending.total} {credited or ''} {decision.reason} {second}".split())
    subject = f"topup:{pending.topup_id}"
    tx.admin_acts.add(AdminAct(attempt.actor_id, f"topup_{state}", subject, detail, attempt.at))
    return topup


def _credit(tx: Transaction, topup: TopUp, credited: Rupiah, attempt: Attempt) -> None:
    transfer = tx.ledger.record(
        Transfer(
            phase=Phase.SINGLE,
            purpose=Purpose.TOPUP,
            debit_account=BANK,
            credit_account=wallet_of(topup.customer_id),
            amount=credited,
            idempotency_key=f"topup:{topup.topup_id}",
            created_at=attempt.at,
            actor_id=attempt.actor_id,
        )
    )
    unmet_purchase = unmet_purchase_of(tx, topup.customer_id)
    enqueue.notify_wallet(tx, topup.customer_id, transfer, unmet_purchase)
