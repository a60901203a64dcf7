"""Decide: a request to pay money in is approved or rejected once, and one transfer counts once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.admin_act import AdminAct
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Customer
from bot.domain.errors import AlreadyDecidedError, NotFoundError, OtherTopUpError, SamePaymentError
from bot.domain.ledger import BANK, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.topup import TopUp, TopUpId, TopUpState
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.confirmations import usable_confirmation
from bot.services.money.credit_limits import apply_credit_limit
from bot.services.money.topups.proof import other_topups_of
from bot.services.money.topups.same_amount import (
    SAME,
    SameAmountDetails,
    is_news,
    keys_of,
    same_as_topup,
    shown_before,
)
from bot.services.money.unmet_purchase import unmet_purchase_of
from bot.services.notices import enqueue, enqueue_topups

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an admin decides: `credited` where another amount arrived than was asked for."""

    approve: bool
    credited: Rupiah | None = None
    reason: str = ""
    shown: str = ""
    """The keys of what has the same amount; the admin saw it and says: a second payment came."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What an admin is asked before an amount is credited that may be another's money."""

    token: str
    topup: TopUp
    customer: Customer | None
    amount: Rupiah
    same: Sequence[SameAmountDetails]


@dataclass(frozen=True, slots=True)
class Act:
    """Who decides and when, and the token of the question that may have to be asked first."""

    actor_id: int
    at: datetime
    token: str


class Decisions:
    """Decides requests in transactions of their own; who may decide is the caller's to check."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        """Work on the store at every call."""
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids

    async def decide(
        self, actor_id: int, topup_id: TopUpId, verdict: Verdict, *, ends_dialog: bool = False
    ) -> TopUp:
        """Decide a request, once, and with `ends_dialog` wait for nothing more from the admin.

        Raises `NotFoundError`, `AlreadyDecidedError`, `OtherTopUpError`, and `SameMoneyError` when
        the amount may be the money of something else: nothing was decided then.
        """
        act = self._act(actor_id)

        def decide(tx: Transaction) -> TopUp | None:
            topup = self._decide_or_ask(tx, act, topup_id, verdict)
            if topup is not None and ends_dialog:
                tx.dialogs.drop(CustomerId(actor_id))
            return topup

        return _unless_asked(await self._store.write(decide), act)

    async def weigh(self, actor_id: int, topup_id: TopUpId, amount: Rupiah) -> TopUp:
        """Check that an amount may be credited for a request; raises what `decide` does."""
        act, verdict = self._act(actor_id), Verdict(approve=True, credited=amount)

        def weigh(tx: Transaction) -> TopUp | None:
            topup = _decidable(tx, topup_id, verdict, act.at)
            return None if _asks(tx, act, topup, verdict) else topup

        return _unless_asked(await self._store.write(weigh), act)

    async def doubt(self, actor_id: int, token: str) -> Doubt:
        """Return what an admin is asked by a token; raises `NotFoundError` for another's."""
        return await self._store.read(_doubt, actor_id, token)

    async def insist(self, actor_id: int, token: str) -> TopUp:
        """Credit what a token stands for: the admin says that a second payment arrived.

        Raises `TokenError` unless it is this admin's, fresh and unused, and all that `decide`
        does: `SameMoneyError` when something has the amount that the token's screen did not name.
        """
        act = self._act(actor_id)

        def insist(tx: Transaction) -> TopUp | None:
            payload = usable_confirmation(
                tx, token, actor_id, ConfirmationKind.TOPUP, act.at
            ).payload
            topup_id, amount = TopUpId(int(payload["topup_id"])), Rupiah(int(payload["amount"]))
            verdict = Verdict(approve=True, credited=amount, shown=str(payload[SAME]))
            topup = self._decide_or_ask(tx, act, topup_id, verdict)
            if topup is not None:
                tx.confirmations.consume(token, actor_id, act.at, str(topup_id))
                tx.dialogs.drop(CustomerId(actor_id))
            return topup

        return _unless_asked(await self._store.write(insist), act)

    def _act(self, actor_id: int) -> Act:
        return Act(actor_id, self._clock.now(), self._ids.token())

    def _decide_or_ask(
        self, tx: Transaction, act: Act, topup_id: TopUpId, verdict: Verdict
    ) -> TopUp | None:
        """Decide, and return None where the admin has to be asked first, by the act's token."""
        known = _decidable(tx, topup_id, verdict, act.at)
        if _asks(tx, act, known, verdict):
            return None
        apply_credit_limit(tx, self._rules, known.customer_id)
        return _decide(tx, act, known, verdict)


def _unless_asked(topup: TopUp | None, act: Act) -> TopUp:
    """Return a request; raises `SameMoneyError` where a question is stored in its place."""
    if topup is None:
        raise SamePaymentError(act.token)
    return topup


def _decidable(tx: Transaction, topup_id: TopUpId, verdict: Verdict, now: datetime) -> TopUp:
    """Return a request that is open to a verdict; raises what `Decisions.decide` does."""
    topup = tx.topups.get(topup_id)
    if topup is None:
        raise NotFoundError
    if topup.state is not TopUpState.PENDING:
        raise AlreadyDecidedError(topup.state)
    for other in other_topups_of(tx, topup, now):
        if verdict.credited == other.total != topup.total:
            raise OtherTopUpError(other.topup_id)
    return topup


def _asks(tx: Transaction, act: Act, topup: TopUp, verdict: Verdict) -> bool:
    """Store the question whether a second payment arrived; False where nothing raises it."""
    if not verdict.approve:
        return False
    amount = verdict.credited or topup.total
    found = same_as_topup(tx, topup, amount, act.at)
    if not is_news(found, verdict.shown):
        return False
    payload: dict[str, str | int] = {
        "topup_id": topup.topup_id,
        "amount": amount,
        SAME: keys_of(found),
    }
    kind = ConfirmationKind.TOPUP
    tx.confirmations.add(Confirmation(act.token, act.actor_id, kind, payload, act.at))
    return True


def _doubt(tx: Transaction, actor_id: int, token: str) -> Doubt:
    asked = tx.confirmations.get(token)
    if asked is None or (asked.actor_id, asked.kind) != (actor_id, ConfirmationKind.TOPUP):
        raise NotFoundError
    topup = tx.topups.get(TopUpId(int(asked.payload["topup_id"])))
    assert topup is not None  # noqa: S101 - for the type checker: none is ever deleted
    customer = tx.customers.get(topup.customer_id)
    amount, shown = Rupiah(int(asked.payload["amount"])), str(asked.payload[SAME])
    return Doubt(token, topup, customer, amount, shown_before(tx, shown))


def _decide(tx: Transaction, act: Act, known: TopUp, verdict: Verdict) -> TopUp:
    """Decide a pending request; what arrives past its time is credited like any other."""
    state = TopUpState.APPROVED if verdict.approve else TopUpState.REJECTED
    credited = (verdict.credited or known.total) if verdict.approve else None
    topup = tx.topups.decide(known.topup_id, state, act.actor_id, act.at, credited, verdict.reason)
    assert topup is not None  # noqa: S101 - for the type checker: it was pending just now
    enqueue_topups.update_topup_messages(tx, topup, act.at)
    if credited is None:
        enqueue_topups.notify_topup_rejected(tx, topup, act.at)
    else:
        _credit(tx, topup, credited, act)
    second = f"second payment besides {verdict.shown}" if verdict.shown else ""
    detail = " ".join(f"{known.total} {credited or ''} {verdict.reason} {second}".split())
    subject = f"topup:{known.topup_id}"
    tx.admin_acts.add(AdminAct(act.actor_id, f"topup_{state}", subject, detail, act.at))
    return topup


def _credit(tx: Transaction, topup: TopUp, credited: Rupiah, act: Act) -> None:
    transfer = tx.ledger.record(
        Transfer(
            phase=Phase.SINGLE,
            purpose=Purpose.TOPUP,
            debit_account=BANK,
            credit_account=wallet_of(topup.customer_id),
            amount=credited,
            idempotency_key=f"topup:{topup.topup_id}",
            created_at=act.at,
            actor_id=act.actor_id,
        )
    )
    wish = unmet_purchase_of(tx, topup.customer_id)
    enqueue.notify_wallet(tx, topup.customer_id, transfer, wish)
