"""Deposits: money paid in by amounts that tell whose it is, decided once by an admin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.errors import (
    AlreadyDecidedError,
    NotFoundError,
    NotPermittedError,
)
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.topup import (
    PAYMENT_GRACE,
    PaymentProof,
    TopUp,
    TopUpId,
    TopUpMessage,
    TopUpState,
    is_open,
    payable_until,
    payment_may_arrive,
)
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.money.topups.decision import DecideTopUps, SamePaymentQuestion, TopUpDecision
from bot.services.money.topups.proof import SubmittedProof, prove, proved_by
from bot.services.notices import enqueue_topups

EXPIRED_AT_ONCE = 100


class Deposits:
    """What customers send after paying, and what admins answer with more than a button."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        """Work on the store at every call."""
        self._decisions = DecideTopUps(store, rules, clock, ids)
        self._store = store
        self._rules = rules
        self._clock = clock

    async def open_of(self, customer_id: CustomerId) -> Sequence[TopUp]:
        """Return what a customer may still pay, newest first."""
        now = self._clock.now()
        pending = await self._store.read(lambda tx: tx.topups.pending_of(customer_id))
        return [topup for topup in pending if is_open(topup, now)]

    async def waiting_of(self, customer_id: CustomerId) -> Sequence[TopUp]:
        """Return the requests whose money may still arrive or is looked for, newest first.

        One that the customer let go is none of them, unless an admin has its picture.
        """
        now = self._clock.now()
        pending = await self._store.read(lambda tx: tx.topups.pending_of(customer_id))
        kept = [one for one in pending if one.proof or one.cancelled_at is None]
        return [topup for topup in kept if payment_may_arrive(topup, now)]

    async def decided_lately(self, customer_id: CustomerId) -> TopUp | None:
        """Return a customer's newest request if it was decided within the last 24 hours."""
        since = self._clock.now() - PAYMENT_GRACE
        newest = await self._store.read(lambda tx: tx.topups.newest_of(customer_id))
        if newest is None or newest.decided_at is None or newest.decided_at < since:
            return None
        return newest

    async def one(self, customer_id: CustomerId, topup_id: TopUpId) -> TopUp:
        """Return a customer's own request; raises `NotFoundError`."""
        return await self._store.read(_own, customer_id, topup_id)

    async def cancel(self, customer_id: CustomerId, topup_id: TopUpId) -> TopUp:
        """Let a customer's own request go, and return it as it is now; raises `NotFoundError`.

        One that is decided stays as it is, and so does one that an admin has the picture of. What
        asked the admins to decide says so.
        """
        now = self._clock.now()

        def cancel(tx: Transaction) -> TopUp:
            known = _own(tx, customer_id, topup_id)
            cancelled = None if known.proof else tx.topups.cancel(topup_id, now)
            if cancelled is not None:
                enqueue_topups.update_topup_messages(tx, cancelled, now)
            return cancelled or known

        return await self._store.write(cancel)

    async def replaced_by(self, customer_id: CustomerId, topup_id: TopUpId) -> Sequence[TopUp]:
        """Return what a customer's own request took the place of; raises `NotFoundError`."""

        def replaced(tx: Transaction) -> Sequence[TopUp]:
            return tx.topups.replaced_by(_own(tx, customer_id, topup_id).topup_id)

        return await self._store.read(replaced)

    async def shown(self, topup_id: TopUpId, message_id: int) -> None:
        """Note a message that shows the customer how to pay a request.

        It says what becomes of the request; at once, where that is known already.
        """
        now = self._clock.now()

        def note(tx: Transaction) -> None:
            tx.topups.set_payment_message(topup_id, message_id)
            topup = tx.topups.get(topup_id)
            if topup is not None:
                message = TopUpMessage(topup.customer_id, message_id, shows_payment=True)
                tx.topups.add_message(topup_id, message)
                enqueue_topups.update_late_topup_message(tx, topup, message, now)

        await self._store.write(note)

    async def expire(self) -> float | None:
        """Tell the customers whose time has run out; return the seconds until the next one's has.

        None: nobody's does. Whoever has sent a picture waits for an admin, and is not told.
        """
        now = self._clock.now()
        end = await self._store.read(lambda tx: tx.topups.next_expiry())
        if end is None or end > now:
            return None if end is None else (end - now).total_seconds()
        await self._store.write(_expire, now)
        return 0

    async def takes_proof(self, customer_id: CustomerId) -> bool:
        """Tell whether a customer has a request that the picture of a transfer can belong to."""
        now = self._clock.now()
        return await self._store.read(proved_by, customer_id, now) is not None

    async def prove(
        self,
        customer_id: CustomerId,
        proof: PaymentProof,
        request_key: str,
        *,
        is_unasked: bool = True,
    ) -> SubmittedProof | None:
        """Show the admins the picture of a transfer, as `prove` does; None: it is no transfer's."""
        now = self._clock.now()
        return await self._store.write(
            prove, self._rules, customer_id, proof, request_key, now, is_unasked=is_unasked
        )

    async def ask(
        self, actor_id: int, topup_id: TopUpId, *, for_amount: bool, message_id: int | None
    ) -> TopUp:
        """Wait for the amount that arrived, or for the reason of a rejection.

        Raises `NotPermittedError`, `NotFoundError`, `AlreadyDecidedError`.
        """
        self._require_admin(actor_id)
        now, admin = self._clock.now(), CustomerId(actor_id)

        def ask(tx: Transaction) -> TopUp:
            topup = _pending(tx, topup_id)
            data: dict[str, str | int] = {"topup_id": topup_id, "for_amount": int(for_amount)}
            tx.dialogs.put(
                Dialog(admin, CONVERSATION, Step.DECISION, now, message_id=message_id, data=data)
            )
            return topup

        return await self._store.write(ask)

    async def asked(self, actor_id: int, topup_id: TopUpId, message_id: int) -> None:
        """Note a message that asks an admin about a request; once that is decided, it says so.

        At once, where it was decided while the message was sent.
        """
        now = self._clock.now()
        message = TopUpMessage(actor_id, message_id, shows_payment=False)

        def note(tx: Transaction) -> None:
            topup = tx.topups.get(topup_id)
            tx.topups.add_message(topup_id, message)
            if topup is not None and topup.state is not TopUpState.PENDING:
                enqueue_topups.update_late_topup_message(tx, topup, message, now)

        await self._store.write(note)

    async def is_about(self, actor_id: int, topup_id: TopUpId, message_id: int) -> bool:
        """Tell whether a message in an admin's chat asks to decide a request."""

        def find(tx: Transaction) -> bool:
            return any(
                (one.chat_id, one.data.get("message_id")) == (actor_id, message_id)
                for kind in enqueue_topups.ASKS_TO_DECIDE
                for one in tx.outbox.about(kind, topup_id)
            )

        return await self._store.read(find)

    async def answer(self, actor_id: int, topup_id: TopUpId, verdict: TopUpDecision) -> TopUp:
        """Decide with what was typed, and wait for nothing more.

        Raises `NotPermittedError` and what `Decisions.decide` does.
        """
        self._require_admin(actor_id)
        return await self._decisions.decide(actor_id, topup_id, verdict, ends_dialog=True)

    async def weigh(self, actor_id: int, topup_id: TopUpId, amount: Rupiah) -> None:
        """Check that an amount may be credited for a request, and credit nothing.

        Raises `NotPermittedError` and what `Decisions.decide` does.
        """
        self._require_admin(actor_id)
        await self._decisions.weigh(actor_id, topup_id, amount)

    async def doubt(self, actor_id: int, token: str) -> SamePaymentQuestion:
        """Return what a `SameMoneyError` asks; raises `NotPermittedError`, `NotFoundError`."""
        self._require_admin(actor_id)
        return await self._decisions.doubt(actor_id, token)

    async def insist(self, actor_id: int, token: str) -> TopUp:
        """Credit an amount because a second payment of it arrived, once for a token.

        Raises `NotPermittedError`, `TokenError` and what `Decisions.decide` does.
        """
        self._require_admin(actor_id)
        return await self._decisions.insist(actor_id, token)

    def _require_admin(self, actor_id: int) -> None:
        if not self._rules.is_admin(actor_id):
            raise NotPermittedError


def _expire(tx: Transaction, now: datetime) -> None:
    for topup in tx.topups.due_to_expire(now, EXPIRED_AT_ONCE):
        tx.topups.mark_expired(topup.topup_id, now)
        enqueue_topups.update_topup_messages(tx, replace(topup, expired_at=now), now)
        if not topup.proof and now < payable_until(topup) + PAYMENT_GRACE:
            enqueue_topups.notify_topup_expired(tx, topup, now)


def _own(tx: Transaction, customer_id: CustomerId, topup_id: TopUpId) -> TopUp:
    topup = tx.topups.get(topup_id)
    if topup is None or topup.customer_id != customer_id:
        raise NotFoundError
    return topup


def _pending(tx: Transaction, topup_id: TopUpId) -> TopUp:
    topup = tx.topups.get(topup_id)
    if topup is None:
        raise NotFoundError
    if topup.state is not TopUpState.PENDING:
        raise AlreadyDecidedError(topup.state)
    return topup
