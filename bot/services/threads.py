"""Threads: staff write to a customer, and the customer's answers come back to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.admin_act import AdminAct, subject_of_person
from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor, Customer
from bot.domain.dialog import CONVERSATION, Dialog, Step
from bot.domain.errors import MessageError, MessageFault, NotFoundError
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.domain.thread import (
    MAY_WRITE,
    About,
    Draft,
    FileKind,
    Thread,
    ThreadId,
    ThreadMessage,
    Topic,
    checked,
)
from bot.ports.clock import Clock
from bot.ports.ids import Ids
from bot.ports.store import Store, Transaction
from bot.services.confirmations import usable_confirmation
from bot.services.permissions import require_any
from bot.services.thread_messages import (
    KnownThread,
    add_customer_message,
    add_shop_message,
    known,
    own_thread,
    subject_of,
    thread_of,
)

MESSAGES_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread as staff see it."""

    known: KnownThread
    messages: Sequence[ThreadMessage]
    """The newest `MESSAGES_SHOWN`, the oldest of them first."""
    authors: Mapping[CustomerId, Customer | None]
    """Who of the staff wrote them."""
    closed_by: Customer | None = None


@dataclass(frozen=True, slots=True)
class ProposedMessage:
    """A message that is sent once it is confirmed by its token."""

    token: str
    about: KnownThread
    draft: Draft


class Threads:
    """Lets staff and customers write to each other."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock, ids: Ids) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._ids = ids

    # --- staff ---

    async def ask(self, actor: Actor, topic: Topic) -> KnownThread:
        """Set the step WRITE, which waits for a message to a customer.

        Raises `NotPermittedError`; `NotFoundError` if there is no such customer, or the topic is
        not theirs; `MessageError` if they have no Telegram account.
        """
        now = self._clock.now()

        def ask(tx: Transaction) -> KnownThread:
            return self._await_message(tx, actor, topic, now)

        return await self._store.write(ask)

    async def propose(self, actor: Actor, draft: Draft) -> ProposedMessage:
        """Keep the message that the step WRITE waited for, until it is confirmed.

        Raises `NotFoundError` if the step has ended, `NotPermittedError`, `MessageError`.
        """
        now, token = self._clock.now(), self._ids.token()

        def propose(tx: Transaction) -> ProposedMessage:
            dialog = tx.dialogs.get(actor.customer_id)
            if dialog is None or dialog.step != Step.WRITE:
                raise NotFoundError
            return self._propose(tx, actor, _topic_in(dialog.data), draft, token, now)

        return await self._store.write(propose)

    async def propose_answer(
        self, actor: Actor, thread_id: ThreadId, draft: Draft
    ) -> ProposedMessage:
        """Keep an answer in a thread until it is confirmed, and set the step WRITE.

        Raises what `ask` and `propose` raise.
        """
        now, token = self._clock.now(), self._ids.token()

        def propose(tx: Transaction) -> ProposedMessage:
            topic = thread_of(tx, thread_id).topic
            self._await_message(tx, actor, topic, now)
            return self._propose(tx, actor, topic, draft, token, now)

        return await self._store.write(propose)

    async def send(self, actor: Actor, token: str) -> ThreadView:
        """Send a proposed message, once. Raises `TokenError`, `NotPermittedError`."""
        now = self._clock.now()

        def send(tx: Transaction) -> ThreadView:
            actor_id, kind = actor.customer_id, ConfirmationKind.MESSAGE
            payload = usable_confirmation(tx, token, actor_id, kind, now).payload
            topic = _topic_in(payload)
            require_any(tx, self._rules, actor, MAY_WRITE[topic.about])
            draft = Draft(
                str(payload["text"]),
                FileKind(str(payload["file_kind"])),
                str(payload["file_id"]),
            )
            thread = add_shop_message(tx, topic, actor_id, draft, f"message:{token}", now)
            tx.confirmations.consume(token, actor_id, now, str(thread.thread_id))
            _log(tx, actor, "message", thread, now)
            _end(tx, actor_id, Step.WRITE)
            return _view(tx, thread)

        return await self._store.write(send)

    async def thread(self, actor: Actor, thread_id: ThreadId) -> ThreadView:
        """Return a thread; raises `NotFoundError`, `NotPermittedError`."""

        def read(tx: Transaction) -> ThreadView:
            return _view(tx, self._permitted(tx, actor, thread_id))

        return await self._store.read(read)

    async def close(self, actor: Actor, thread_id: ThreadId) -> ThreadView:
        """Close a thread, so that nobody waits in it; a closed one stays as it is.

        Raises `NotFoundError`, `NotPermittedError`.
        """
        now = self._clock.now()

        def close(tx: Transaction) -> ThreadView:
            thread = self._permitted(tx, actor, thread_id)
            if thread.is_open:
                thread = replace(
                    thread, waits_since=None, closed_at=now, closed_by=actor.customer_id
                )
                tx.threads.save(thread)
                _log(tx, actor, "close_case", thread, now)
            return _view(tx, thread)

        return await self._store.write(close)

    # --- customers ---

    async def ask_answer(self, customer_id: CustomerId, thread_id: ThreadId) -> KnownThread:
        """Set the step REPLY, which waits for an answer to the shop.

        Raises `NotFoundError` for the thread of another customer.
        """
        now = self._clock.now()

        def ask(tx: Transaction) -> KnownThread:
            thread = own_thread(tx, customer_id, thread_id)
            data = {"thread_id": int(thread_id)}
            tx.dialogs.put(Dialog(customer_id, CONVERSATION, Step.REPLY, now, data=data))
            return known(tx, thread)

        return await self._store.write(ask)

    async def answer(self, customer_id: CustomerId, draft: Draft, request_key: str) -> Thread:
        """Send the answer that the step REPLY waited for, once per `request_key`.

        Raises `NotFoundError` if the step has ended, `MessageError`.
        """
        now = self._clock.now()

        def answer(tx: Transaction) -> Thread:
            dialog = tx.dialogs.get(customer_id)
            if dialog is None or dialog.step != Step.REPLY:
                raise NotFoundError
            thread_id = ThreadId(int(dialog.data["thread_id"]))
            return self._answer(tx, customer_id, thread_id, draft, request_key, now)

        return await self._store.write(answer)

    async def answer_in(
        self, customer_id: CustomerId, thread_id: ThreadId, draft: Draft, request_key: str
    ) -> Thread:
        """Send an answer in a thread, once per `request_key`.

        Raises `NotFoundError` for the thread of another customer, `MessageError`.
        """
        now = self._clock.now()
        return await self._store.write(
            self._answer, customer_id, thread_id, draft, request_key, now
        )

    async def shown_in(self, actor: Actor, shown_id: int) -> Thread | None:
        """Return the thread whose message a message of the actor's chat shows; None for none."""
        chat_id = actor.telegram_id
        return await self._store.read(lambda tx: tx.threads.shown_in(chat_id, shown_id))

    def _await_message(
        self, tx: Transaction, actor: Actor, topic: Topic, now: datetime
    ) -> KnownThread:
        require_any(tx, self._rules, actor, MAY_WRITE[topic.about])
        customer = tx.customers.get(topic.customer_id)
        if customer is None:
            raise NotFoundError
        about = _about(tx, topic, now)
        if customer.telegram_id is None:
            raise MessageError(MessageFault.NO_ACCOUNT)
        data: dict[str, str | int] = {
            "customer_id": topic.customer_id,
            "about": topic.about.value,
            "subject_id": topic.subject_id,
        }
        tx.dialogs.put(Dialog(actor.customer_id, CONVERSATION, Step.WRITE, now, data=data))
        return about

    def _propose(
        self,
        tx: Transaction,
        actor: Actor,
        topic: Topic,
        draft: Draft,
        token: str,
        now: datetime,
    ) -> ProposedMessage:
        require_any(tx, self._rules, actor, MAY_WRITE[topic.about])
        draft = checked(draft)
        payload: dict[str, str | int] = {
            "customer_id": topic.customer_id,
            "about": topic.about.value,
            "subject_id": topic.subject_id,
            "text": draft.text,
            "file_kind": draft.file_kind.value,
            "file_id": draft.file_id,
        }
        kind = ConfirmationKind.MESSAGE
        tx.confirmations.add(Confirmation(token, actor.customer_id, kind, payload, now))
        return ProposedMessage(token, _about(tx, topic, now), draft)

    def _permitted(self, tx: Transaction, actor: Actor, thread_id: ThreadId) -> Thread:
        thread = thread_of(tx, thread_id)
        require_any(tx, self._rules, actor, MAY_WRITE[thread.about])
        return thread

    def _answer(
        self,
        tx: Transaction,
        customer_id: CustomerId,
        thread_id: ThreadId,
        draft: Draft,
        request_key: str,
        now: datetime,
    ) -> Thread:
        topic = own_thread(tx, customer_id, thread_id).topic
        thread = add_customer_message(tx, self._rules, topic, checked(draft), request_key, now)
        _end(tx, customer_id, Step.REPLY)
        return thread


def _about(tx: Transaction, topic: Topic, now: datetime) -> KnownThread:
    """Return the thread about a topic, or what it would be; nothing is stored.

    Raises `NotFoundError` if what it is about is not the customer's.
    """
    order, topup = subject_of(tx, topic)
    is_about_something = topic.about is About.ORDER or bool(topic.subject_id)
    if is_about_something and order is None and topup is None:
        raise NotFoundError
    thread = tx.threads.about(topic) or Thread(
        ThreadId(0), topic.customer_id, topic.about, topic.subject_id, now
    )
    return KnownThread(thread, tx.customers.get(topic.customer_id), order, topup)


def _topic_in(data: Mapping[str, str | int]) -> Topic:
    return Topic(
        CustomerId(int(data["customer_id"])), About(str(data["about"])), int(data["subject_id"])
    )


def _view(tx: Transaction, thread: Thread) -> ThreadView:
    messages = tx.threads.latest_messages(thread.thread_id, MESSAGES_SHOWN)[::-1]
    authors = sorted({one.author_id for one in messages if one.is_from_shop})
    closed_by = None if thread.closed_by is None else tx.customers.get(thread.closed_by)
    return ThreadView(
        known(tx, thread), messages, {one: tx.customers.get(one) for one in authors}, closed_by
    )


def _log(tx: Transaction, actor: Actor, action: str, thread: Thread, now: datetime) -> None:
    order, topup = subject_of(tx, thread.topic)
    subject = subject_of_person(thread.customer_id)
    if order is not None:
        subject = order.number
    elif topup is not None:
        subject = f"topup:{topup.topup_id}"
    tx.admin_acts.add(
        AdminAct(actor.customer_id, action, subject, f"thread:{thread.thread_id}", now)
    )


def _end(tx: Transaction, customer_id: CustomerId, step: Step) -> None:
    dialog = tx.dialogs.get(customer_id)
    if dialog is not None and dialog.step == step:
        tx.dialogs.drop(customer_id)
