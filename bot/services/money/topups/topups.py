"""The use cases of a top-up: request, payment proof, cancellation, decision and expiry.

The transactions of a request, a proof, a decision and an expiry are in modules of their own
beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Concatenate, ParamSpec

from bot.domain.customer import Actor, Customer, TelegramId
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.errors import AlreadyDecidedError, NotFoundError, SamePaymentError
from bot.domain.ledger import Account, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.staff import Right
from bot.domain.topup import (
    PAYMENT_GRACE,
    PaymentProof,
    TopUp,
    TopUpId,
    TopUpMessage,
    TopUpState,
    is_open,
)
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.blocks import require_not_blocked
from bot.services.money.topups.decision import (
    Attempt,
    SamePaymentQuestion,
    TopUpDecision,
    check_amount,
    confirm_second_payment,
    decide_topup,
    same_payment_question,
)
from bot.services.money.topups.expiry import expire_topups
from bot.services.money.topups.proof import (
    SubmittedProof,
    decided_by,
    other_topups_of,
    submit_proof,
    topup_for_proof,
)
from bot.services.money.topups.request import open_topup
from bot.services.notices import enqueue_topups
from bot.services.permissions import permitted, require, require_not_own

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class TopUpDetails:
    """A top-up as an admin sees it, with its customer and their wallet."""

    topup: TopUp
    customer: Customer | None
    wallet: Account
    others: Sequence[TopUp] = ()
    """The customer's other undecided top-ups that may still be paid, newest first."""
    admin: Customer | None = None
    """The admin who decided it."""


class CustomerTopUps:
    """Customers request, prove and cancel top-ups; admins decide them; the schedule expires them.

    The methods for customers take a customer's id and reach only that customer's top-ups. Those
    for admins take an `Actor` and raise `NotPermittedError` unless it is an admin now.
    """

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids

    # --- customers: the request ---

    async def ask_amount(self, customer_id: CustomerId, message_id: int | None) -> None:
        """Go to the step AMOUNT: the amount that the customer wants to pay in.

        Raises `CustomerBlockedError`.
        """
        now = self._clock.now()
        dialog = Dialog(customer_id, CONVERSATION, Step.AMOUNT, now, message_id=message_id)

        def ask(tx: Transaction) -> None:
            require_not_blocked(tx, customer_id)
            tx.dialogs.put(dialog)

        await self._store.write(ask)

    async def request(self, customer_id: CustomerId, amount: Rupiah, request_key: str) -> TopUp:
        """Open a top-up, notify the admins, and end the customer's dialog.

        It replaces the customer's open top-up, which is cancelled. Raises `DuplicateError` when
        the `request_key` was used, `TopUpLimitError` outside the shop's limits,
        `TooManyTopUpsError` at the daily limit or the limit of reserved totals, `NoFreeAmountError`
        when every code of the amount is taken.
        """
        now = self._clock.now()

        def request(tx: Transaction) -> TopUp:
            topup = open_topup(tx, self._rules, customer_id, amount, request_key, now)
            tx.dialogs.drop(customer_id)
            return topup

        return await self._store.write(request)

    async def record_payment_message(
        self, chat_id: TelegramId, topup_id: TopUpId, message_id: int
    ) -> None:
        """Record a message that shows the customer, in this chat, how to pay a top-up.

        The message is edited when the top-up is decided, cancelled or expires; at once, if that
        happened while the message was sent.
        """
        now = self._clock.now()

        def record(tx: Transaction) -> None:
            tx.topups.set_payment_message(topup_id, message_id)
            topup = tx.topups.get(topup_id)
            if topup is not None:
                message = TopUpMessage(chat_id, message_id, shows_payment=True)
                tx.topups.add_message(topup_id, message)
                enqueue_topups.update_late_topup_message(tx, topup, message, now)

        await self._store.write(record)

    async def get(self, customer_id: CustomerId, topup_id: TopUpId) -> TopUp:
        """Return a customer's own top-up; raises `NotFoundError`."""
        return await self._store.read(_own, customer_id, topup_id)

    async def open_of(self, customer_id: CustomerId) -> Sequence[TopUp]:
        """Return a customer's open top-ups, newest first."""
        now = self._clock.now()
        payable = await self._store.read(lambda tx: tx.topups.payable_of(customer_id, now))
        return [topup for topup in payable if is_open(topup, now)]

    async def waiting_of(self, customer_id: CustomerId) -> Sequence[TopUp]:
        """Return a customer's undecided top-ups whose payment may still arrive, newest first.

        A cancelled top-up is among them only if it has a payment proof.
        """
        now = self._clock.now()
        payable = await self._store.read(lambda tx: tx.topups.payable_of(customer_id, now))
        return [one for one in payable if one.proof or one.cancelled_at is None]

    async def recently_decided(self, customer_id: CustomerId) -> TopUp | None:
        """Return a customer's newest top-up if it was decided within the last 24 hours."""
        since = self._clock.now() - PAYMENT_GRACE
        newest = await self._store.read(lambda tx: tx.topups.newest_of(customer_id))
        if newest is None or newest.decided_at is None or newest.decided_at < since:
            return None
        return newest

    async def replaced_by(self, customer_id: CustomerId, topup_id: TopUpId) -> Sequence[TopUp]:
        """Return the top-ups that a customer's own top-up replaced; raises `NotFoundError`."""

        def replaced(tx: Transaction) -> Sequence[TopUp]:
            return tx.topups.replaced_by(_own(tx, customer_id, topup_id).topup_id)

        return await self._store.read(replaced)

    async def cancel(self, customer_id: CustomerId, topup_id: TopUpId) -> TopUp:
        """Cancel a customer's own top-up, and return it as it is now; raises `NotFoundError`.

        A decided top-up and one with a payment proof stay as they are. The admins' messages about
        a cancelled one are edited.
        """
        now = self._clock.now()

        def cancel(tx: Transaction) -> TopUp:
            topup = _own(tx, customer_id, topup_id)
            cancelled = None if topup.proof else tx.topups.cancel(topup_id, now)
            if cancelled is not None:
                enqueue_topups.update_topup_messages(tx, cancelled, now)
            return cancelled or topup

        return await self._store.write(cancel)

    # --- customers: the payment proof ---

    async def accepts_proof(self, customer_id: CustomerId) -> bool:
        """Return whether a customer has a top-up that a payment proof can be for."""
        now = self._clock.now()
        return await self._store.read(topup_for_proof, customer_id, now) is not None

    async def submit_proof(
        self,
        customer_id: CustomerId,
        proof: PaymentProof,
        request_key: str,
        *,
        is_unasked: bool = True,
    ) -> SubmittedProof | None:
        """Send a customer's picture to the admins; None when it is no payment proof.

        `is_unasked` is False when the bot was waiting for another input. See `proof.submit_proof`.
        """
        now = self._clock.now()
        return await self._store.write(
            submit_proof, self._rules, customer_id, proof, request_key, now, is_unasked=is_unasked
        )

    # --- admins ---

    async def details(self, admin: Actor, topup_id: TopUpId) -> TopUpDetails:
        """Return a top-up for an admin; raises `NotPermittedError`, `NotFoundError`."""
        now = self._clock.now()

        def find(tx: Transaction) -> TopUpDetails:
            require(tx, self._rules, admin, Right.TOPUPS)
            topup = _existing(tx, topup_id)
            customer_id = topup.customer_id
            return TopUpDetails(
                topup,
                tx.customers.get(customer_id),
                tx.ledger.account(wallet_of(customer_id)),
                other_topups_of(tx, topup, now),
                decided_by(tx, topup),
            )

        return await self._store.read(find)

    async def decide(self, admin: Actor, topup_id: TopUpId, *, approve: bool) -> TopUp:
        """Approve a top-up, which credits its total, or reject it.

        Raises what `_attempt` and `decide_topup` raise.
        """
        decision = TopUpDecision(approve)
        return await self._attempt(admin, decide_topup, self._rules, topup_id, decision)

    async def _attempt(
        self,
        admin: Actor,
        decide: Callable[Concatenate[Transaction, Attempt, P], TopUp | None],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> TopUp:
        """Carry out an admin's decision, in its own transaction.

        Raises `NotPermittedError`, and `SamePaymentError` when the amount may belong to another
        payment: then nothing was decided, and the error has the token of the stored question.
        """
        attempt = Attempt(admin, self._clock.now(), self._ids.token())
        allowed = permitted(decide, self._rules, admin, Right.TOPUPS)
        topup = await self._store.write(allowed, attempt, *args, **kwargs)
        if topup is None:
            raise SamePaymentError(attempt.token)
        return topup

    async def ask_for_decision(
        self, admin: Actor, topup_id: TopUpId, *, for_amount: bool, message_id: int | None
    ) -> TopUp:
        """Go to the step DECISION: the amount that arrived, or the reason of a rejection.

        Raises `NotPermittedError`, `OwnAffairError`, `NotFoundError`, `AlreadyDecidedError`.
        """
        now = self._clock.now()

        def ask(tx: Transaction) -> TopUp:
            require(tx, self._rules, admin, Right.TOPUPS)
            topup = _existing(tx, topup_id)
            if topup.state is not TopUpState.PENDING:
                raise AlreadyDecidedError(topup.state)
            require_not_own(self._rules, admin, topup.customer_id)
            data: dict[str, str | int] = {"topup_id": topup_id, "for_amount": int(for_amount)}
            tx.dialogs.put(
                Dialog(
                    admin.customer_id,
                    CONVERSATION,
                    Step.DECISION,
                    now,
                    message_id=message_id,
                    data=data,
                )
            )
            return topup

        return await self._store.write(ask)

    async def record_question_message(
        self, admin: Actor, topup_id: TopUpId, message_id: int
    ) -> None:
        """Record a message that asks an admin about a top-up.

        The message is edited when the top-up is decided; at once, if that happened while the
        message was sent.
        """
        now = self._clock.now()
        message = TopUpMessage(admin.telegram_id, message_id, shows_payment=False)

        def record(tx: Transaction) -> None:
            topup = tx.topups.get(topup_id)
            tx.topups.add_message(topup_id, message)
            if topup is not None and topup.state is not TopUpState.PENDING:
                enqueue_topups.update_late_topup_message(tx, topup, message, now)

        await self._store.write(record)

    async def is_request_message(
        self, chat_id: TelegramId, topup_id: TopUpId, message_id: int
    ) -> bool:
        """Return whether a message in a chat is the notice that asks for a decision."""

        def find(tx: Transaction) -> bool:
            return any(
                (one.chat_id, one.data.get("message_id")) == (chat_id, message_id)
                for kind in enqueue_topups.ASKS_TO_DECIDE
                for one in tx.outbox.about(kind, topup_id)
            )

        return await self._store.read(find)

    async def decide_in_dialog(
        self, admin: Actor, topup_id: TopUpId, decision: TopUpDecision
    ) -> TopUp:
        """Decide with the amount or the reason that an admin typed, and end their dialog.

        Raises what `_attempt` and `decide_topup` raise.
        """
        return await self._attempt(
            admin, decide_topup, self._rules, topup_id, decision, ends_dialog=True
        )

    async def check_amount(self, admin: Actor, topup_id: TopUpId, amount: Rupiah) -> None:
        """Check that an amount may be credited for a top-up; nothing is credited.

        Raises what `_attempt` and `decide_topup` raise.
        """
        await self._attempt(admin, check_amount, self._rules, topup_id, amount)

    async def same_payment_question(self, admin: Actor, token: str) -> SamePaymentQuestion:
        """Return the question of a `SamePaymentError`.

        Raises `NotPermittedError`, and `NotFoundError` for another admin's token.
        """
        question = permitted(same_payment_question, self._rules, admin, Right.TOPUPS)
        return await self._store.read(question, admin.customer_id, token)

    async def confirm_second_payment(self, admin: Actor, token: str) -> TopUp:
        """Approve the top-up of a question, once: the admin confirms that a second payment came.

        Raises `TokenError` and what `_attempt` and `decide_topup` raise.
        """
        return await self._attempt(admin, confirm_second_payment, self._rules, token)

    # --- the schedule ---

    async def expire(self) -> float | None:
        """Expire the top-ups that are due; return the seconds until the next one expires.

        0: more may be due now; None: no undecided top-up has an expiry. See `expiry`.
        """
        now = self._clock.now()
        end = await self._store.read(lambda tx: tx.topups.next_expiry())
        if end is None or end > now:
            return None if end is None else (end - now).total_seconds()
        await self._store.write(expire_topups, now)
        return 0


def _existing(tx: Transaction, topup_id: TopUpId) -> TopUp:
    topup = tx.topups.get(topup_id)
    if topup is None:
        raise NotFoundError
    return topup


def _own(tx: Transaction, customer_id: CustomerId, topup_id: TopUpId) -> TopUp:
    topup = _existing(tx, topup_id)
    if topup.customer_id != customer_id:
        raise NotFoundError
    return topup
