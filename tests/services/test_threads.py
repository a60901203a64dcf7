"""Threads: staff write, customers answer, and whoever wrote hears of what did not arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.customer import Actor, TelegramId
from bot.domain.dialog import Step
from bot.domain.errors import (
    MessageError,
    MessageFault,
    NotFoundError,
    NotPermittedError,
    RecipientUnreachableError,
    TokenError,
    TokenFault,
    UndeliverableError,
)
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.staff import Right, StaffMember, written
from bot.domain.thread import About, Draft, FileKind, Thread, ThreadId, ThreadMessageId, Topic
from bot.ports.store import Transaction
from bot.services.notices.enqueue_threads import notify_message_lost
from bot.services.other_bot import forget_messages
from bot.services.retention import MESSAGES_KEPT, PAUSE_SECONDS, Retention
from bot.services.thread_messages import MAX_AN_HOUR, add_shop_message
from bot.services.threads import MESSAGES_SHOWN
from tests.services.money.topups.steps import request_topup
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI,
    BUDI_CHAT,
    SECOND_ADMIN,
    SECOND_ADMIN_CHAT,
    Shop,
)

HELLO = Draft("Halo kak")
PHOTO = Draft("ini", FileKind.PHOTO, "file-1")
TO_ANNI = Topic(ANNI)
BUDI_AT_WORK = Actor(BUDI, BUDI_CHAT)


async def hire(shop: Shop, *rights: Right) -> None:
    """Let Budi work for the shop."""
    member = StaffMember(BUDI, written(rights), ADMIN.customer_id, shop.clock.now())
    await shop.store.write(lambda tx: tx.staff.put(member))


async def write(shop: Shop, topic: Topic = TO_ANNI, draft: Draft = HELLO) -> Thread:
    """Send a message as an owner; return its thread."""
    await shop.threads.ask(ADMIN, topic)
    proposed = await shop.threads.propose(ADMIN, draft)
    return (await shop.threads.send(ADMIN, proposed.token)).known.thread


async def thread_about(shop: Shop, topic: Topic = TO_ANNI) -> Thread:
    """Return the thread about a topic."""
    thread = await shop.store.read(lambda tx: tx.threads.about(topic))
    assert thread is not None
    return thread


async def received(shop: Shop, kind: NoticeKind) -> list[tuple[TelegramId, str]]:
    """Deliver what is due; return the chats that got such a message, with its text."""
    return [
        (one.notice.chat_id, one.message.body)
        for one in await shop.deliveries(kind=kind)
        if one.message is not None
    ]


# --- the shop writes ---


async def test_a_message_is_sent_once_after_its_confirmation(shop: Shop) -> None:
    about = await shop.threads.ask(ADMIN, TO_ANNI)
    assert about.customer == await shop.person(ANNI)
    first = await shop.threads.propose(ADMIN, Draft(" salah "))
    proposed = await shop.threads.propose(ADMIN, HELLO)
    assert (first.draft, proposed.draft) == (Draft("salah"), HELLO)
    assert await received(shop, NoticeKind.SHOP_MESSAGE) == []
    view = await shop.threads.send(ADMIN, proposed.token)
    assert [one.body for one in view.messages] == ["Halo kak"]
    assert view.authors == {ADMIN.customer_id: await shop.person(ADMIN.customer_id)}
    assert view.known.thread.waits_since is None
    with pytest.raises(TokenError) as caught:
        await shop.threads.send(ADMIN, proposed.token)
    assert caught.value.fault is TokenFault.USED
    assert await received(shop, NoticeKind.SHOP_MESSAGE) == [(ANNI_CHAT, "Halo kak")]
    assert await shop.dialogs.of(ADMIN.customer_id) is None
    act = (await shop.store.read(lambda tx: tx.admin_acts.about(f"user:{ANNI}")))[0]
    assert (act.action, act.detail) == ("message", f"thread:{view.known.thread.thread_id}")


async def test_a_message_of_a_key_is_sent_once(shop: Shop) -> None:
    for _ in range(2):
        await shop.store.write(
            add_shop_message, TO_ANNI, ADMIN.customer_id, HELLO, "key", shop.clock.now()
        )
    assert await received(shop, NoticeKind.SHOP_MESSAGE) == [(ANNI_CHAT, "Halo kak")]


async def test_several_messages_arrive_in_order(shop: Shop) -> None:
    for text in ("satu", "dua", "tiga"):
        await write(shop, draft=Draft(text))
    assert [text for _, text in await received(shop, NoticeKind.SHOP_MESSAGE)] == [
        "satu",
        "dua",
        "tiga",
    ]


async def test_a_thread_is_about_one_thing_of_its_customer(shop: Shop) -> None:
    order, topup = await shop.queue(), await request_topup(shop)
    topics = (
        Topic(ANNI, About.ORDER, order.order_id),
        Topic(ANNI, About.TOPUP, topup.topup_id),
        Topic(ANNI, About.TOPUP),
        TO_ANNI,
    )
    threads = {(await write(shop, topic)).thread_id for topic in topics}
    assert len(threads) == len(topics)
    assert (await write(shop, topics[0])).thread_id in threads
    about_order = await shop.store.read(lambda tx: tx.admin_acts.about(order.number))
    about_topup = await shop.store.read(lambda tx: tx.admin_acts.about(f"topup:{topup.topup_id}"))
    assert (len(about_order), len(about_topup)) == (2, 1)
    for topic in (
        Topic(BUDI, About.ORDER, order.order_id),
        Topic(BUDI, About.TOPUP, topup.topup_id),
        Topic(ANNI, About.ORDER, 999),
        Topic(ANNI, About.ORDER, 0),
        Topic(ANNI, About.SHOP, 1),
        Topic(CustomerId(1)),
    ):
        with pytest.raises(NotFoundError):
            await shop.threads.ask(ADMIN, topic)


async def test_only_those_with_a_right_write_read_and_close(shop: Shop) -> None:
    thread = await write(shop)
    await hire(shop, Right.TOPUPS, Right.SELL)
    payment = await shop.threads.ask(BUDI_AT_WORK, Topic(ANNI, About.TOPUP))
    assert payment.thread.about is About.TOPUP
    await hire(shop, Right.CUSTOMERS)
    await shop.threads.ask(BUDI_AT_WORK, TO_ANNI)
    proposed = await shop.threads.propose(BUDI_AT_WORK, HELLO)
    await hire(shop, Right.SELL)
    for act in (
        shop.threads.ask(BUDI_AT_WORK, TO_ANNI),
        shop.threads.propose(BUDI_AT_WORK, HELLO),
        shop.threads.send(BUDI_AT_WORK, proposed.token),
        shop.threads.thread(BUDI_AT_WORK, thread.thread_id),
        shop.threads.close(BUDI_AT_WORK, thread.thread_id),
        shop.threads.propose_answer(BUDI_AT_WORK, thread.thread_id, HELLO),
    ):
        with pytest.raises(NotPermittedError):
            await act


async def test_nothing_is_proposed_without_a_question(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await shop.threads.propose(ADMIN, HELLO)
    await shop.buy.choose(ADMIN.customer_id, shop.product("SM10"), 1)
    with pytest.raises(NotFoundError):
        await shop.threads.propose(ADMIN, HELLO)
    with pytest.raises(NotFoundError):
        await shop.threads.thread(ADMIN, ThreadId(99))


async def test_an_empty_or_too_long_message_is_refused(shop: Shop) -> None:
    await shop.threads.ask(ADMIN, TO_ANNI)
    for draft, fault in (
        (Draft(" \n"), MessageFault.EMPTY),
        (Draft("x" * 1_001), MessageFault.TOO_LONG),
        (Draft("😀" * 401, FileKind.VOICE, "v"), MessageFault.TOO_LONG),
    ):
        with pytest.raises(MessageError) as caught:
            await shop.threads.propose(ADMIN, draft)
        assert caught.value.fault is fault
    assert (await shop.threads.propose(ADMIN, Draft("x" * 1_000))).token
    assert (await shop.threads.propose(ADMIN, Draft("", FileKind.VOICE, "v"))).token


async def test_a_person_without_an_account_cannot_be_written_to(shop: Shop) -> None:
    now = shop.clock.now()
    person = await shop.store.write(lambda tx: tx.customers.add("Bu Tini", now))
    with pytest.raises(MessageError) as caught:
        await shop.threads.ask(ADMIN, Topic(person.customer_id))
    assert caught.value.fault is MessageFault.NO_ACCOUNT


async def test_the_author_is_told_when_the_customer_has_blocked_the_bot(shop: Shop) -> None:
    shop.notifier.fails(ANNI_CHAT, RecipientUnreachableError("blocked"))
    await write(shop, draft=Draft("satu"))
    await write(shop, draft=Draft("dua"))
    await shop.deliver.deliver()
    told = [one for one in shop.notifier.delivered if one.notice.kind is NoticeKind.MESSAGE_LOST]
    assert [(one.notice.chat_id, one.message and one.message.body) for one in told] == [
        (ADMIN_CHAT, "satu"),
        (ADMIN_CHAT, "dua"),
    ]
    assert all("is_blocked" in one.notice.data for one in told)
    await shop.customers.register(ANNI_CHAT, "Anni", "", "id", is_start=True)
    assert await received(shop, NoticeKind.SHOP_MESSAGE) == [
        (ANNI_CHAT, "satu"),
        (ANNI_CHAT, "dua"),
    ]


async def test_the_author_is_told_when_telegram_refuses_a_message(shop: Shop) -> None:
    shop.notifier.fails(ANNI_CHAT, UndeliverableError("refused"))
    await write(shop)
    await shop.deliver.deliver()
    (told,) = (one for one in shop.notifier.delivered if one.notice.kind is NoticeKind.MESSAGE_LOST)
    assert "is_blocked" not in told.notice.data


async def test_a_message_deleted_before_its_delivery_is_not_missed(shop: Shop) -> None:
    """Its customer came back only after the messages of the thread were deleted."""
    shop.notifier.fails(ANNI_CHAT, RecipientUnreachableError("blocked"))
    thread = await write(shop)
    await shop.deliver.deliver()
    shop.notifier.delivered.clear()
    shop.clock.at += MESSAGES_KEPT + timedelta(days=1)
    await sweep(shop)
    assert (await shop.threads.thread(ADMIN, thread.thread_id)).messages == []
    await shop.customers.register(ANNI_CHAT, "Anni", "", "id", is_start=True)
    await shop.deliver.deliver()
    assert shop.notifier.delivered == []

    def lost(tx: Transaction) -> None:
        notify_message_lost(tx, ThreadMessageId(1), shop.clock.now(), is_blocked=True)

    await shop.store.write(lost)
    await shop.deliver.deliver()
    assert shop.notifier.delivered == []


# --- customers answer ---


async def test_an_answer_reaches_everybody_who_may_answer(shop: Shop) -> None:
    thread = await write(shop)
    await hire(shop, Right.CUSTOMERS)
    known = await shop.threads.ask_answer(ANNI, thread.thread_id)
    assert known.thread.thread_id == thread.thread_id
    shop.clock.advance(60)
    answered = await shop.threads.answer(ANNI, PHOTO, "update:1")
    assert answered.waits_since == shop.clock.now()
    assert await received(shop, NoticeKind.CUSTOMER_MESSAGE) == [
        (chat_id, "ini") for chat_id in sorted((ADMIN_CHAT, SECOND_ADMIN_CHAT, BUDI_CHAT))
    ]
    assert await shop.dialogs.of(ANNI) is None
    with pytest.raises(NotFoundError):
        await shop.threads.answer(ANNI, HELLO, "update:2")
    shop.clock.advance(60)
    assert (await shop.threads.answer_in(ANNI, thread.thread_id, HELLO, "update:3")) == answered
    assert (await write(shop)).waits_since is None


async def test_an_update_handled_again_sends_nothing(shop: Shop) -> None:
    thread = await write(shop)
    for _ in range(2):
        await shop.threads.answer_in(ANNI, thread.thread_id, HELLO, "update:1")
    view = await shop.threads.thread(ADMIN, thread.thread_id)
    assert [one.is_from_shop for one in view.messages] == [True, False]


async def test_an_answer_in_the_middle_of_a_purchase_leaves_it_open(shop: Shop) -> None:
    thread = await write(shop)
    await shop.buy.choose(ANNI, shop.product("SM10"), 1)
    await shop.threads.answer_in(ANNI, thread.thread_id, HELLO, "update:1")
    dialog = await shop.dialogs.of(ANNI)
    assert dialog is not None
    assert dialog.step == Step.DESTINATION


async def test_nobody_answers_in_the_thread_of_another(shop: Shop) -> None:
    thread = await write(shop)
    for act in (
        shop.threads.ask_answer(BUDI, thread.thread_id),
        shop.threads.answer_in(BUDI, thread.thread_id, HELLO, "update:1"),
        shop.threads.answer_in(ANNI, ThreadId(99), HELLO, "update:2"),
    ):
        with pytest.raises(NotFoundError):
            await act


async def test_a_customer_cannot_flood_the_staff(shop: Shop) -> None:
    thread = await write(shop)
    for number in range(MAX_AN_HOUR):
        await shop.threads.answer_in(ANNI, thread.thread_id, HELLO, f"update:{number}")
    with pytest.raises(MessageError) as caught:
        await shop.threads.answer_in(ANNI, thread.thread_id, HELLO, "update:99")
    assert caught.value.fault is MessageFault.TOO_MANY
    shop.clock.advance(3_600)
    await shop.threads.answer_in(ANNI, thread.thread_id, HELLO, "update:99")
    view = await shop.threads.thread(ADMIN, thread.thread_id)
    assert len(view.messages) == MESSAGES_SHOWN


async def test_a_reply_belongs_to_the_thread_of_its_message(shop: Shop) -> None:
    thread = await write(shop)
    anni = Actor(ANNI, ANNI_CHAT)

    await shop.deliver.deliver()
    (message,) = (await shop.threads.thread(ADMIN, thread.thread_id)).messages
    shown_id = 2_000 + message.message_id
    assert await shop.threads.shown_in(anni, shown_id) == thread
    assert await shop.threads.shown_in(anni, shown_id + 1) is None
    assert await shop.threads.shown_in(ADMIN, shown_id) is None
    await shop.store.write(forget_messages, shop.clock.now())
    assert await shop.threads.shown_in(anni, shown_id) is None


async def test_staff_may_reply_to_a_message(shop: Shop) -> None:
    thread = await write(shop)
    proposed = await shop.threads.propose_answer(SECOND_ADMIN, thread.thread_id, HELLO)
    again = await shop.threads.propose(SECOND_ADMIN, Draft("lain"))
    view = await shop.threads.send(SECOND_ADMIN, again.token)
    assert proposed.about.thread == thread
    assert [one.body for one in view.messages] == ["Halo kak", "lain"]


# --- cases ---


async def test_a_case_waits_until_it_is_closed(shop: Shop) -> None:
    order = await shop.queue()
    topic = Topic(ANNI, About.ORDER, order.order_id)
    await shop.help_requests.ask_about_order(ANNI, order.order_id, "update:1")
    asked_at = shop.clock.now()
    assert (await thread_about(shop, topic)).is_case
    shop.clock.advance(60)
    answered = await write(shop, topic)
    assert answered.waits_since == asked_at
    closed = await shop.threads.close(ADMIN, answered.thread_id)
    assert (closed.known.order, closed.closed_by) == (order, await shop.person(ADMIN.customer_id))
    assert not closed.known.thread.is_case
    shop.clock.advance(60)
    assert await shop.threads.close(SECOND_ADMIN, answered.thread_id) == closed
    assert len(await shop.store.read(lambda tx: tx.admin_acts.about(order.number))) == 2


async def test_a_message_opens_a_closed_thread_again(shop: Shop) -> None:
    await shop.help_requests.ask_for_message(ANNI, "update:1")
    thread = await thread_about(shop)
    await shop.threads.close(ADMIN, thread.thread_id)
    shop.clock.advance(60)
    again = await shop.threads.answer_in(ANNI, thread.thread_id, HELLO, "update:2")
    assert (again.thread_id, again.is_case) == (thread.thread_id, True)
    assert again.opened_at == again.waits_since == shop.clock.now()


async def test_requests_for_help_are_delivered_with_their_case(shop: Shop) -> None:
    order = await shop.queue()
    await shop.help_requests.ask_about_order(ANNI, order.order_id, "update:1")
    await shop.help_requests.ask_for_message(ANNI, "update:2")
    (of_order, *_) = await shop.deliveries(kind=NoticeKind.HELP)
    topics = [
        one.thread and one.thread.topic
        for one in shop.notifier.delivered
        if one.notice.kind is NoticeKind.ASKED
    ]
    assert of_order.thread == await thread_about(shop, Topic(ANNI, About.ORDER, order.order_id))
    assert set(topics) == {TO_ANNI}


# --- deleting ---


async def sweep(shop: Shop) -> None:
    retention = Retention(shop.store, shop.clock)
    while await retention.step() == PAUSE_SECONDS:
        pass


async def test_messages_are_deleted_once_nobody_waits_for_long(shop: Shop) -> None:
    thread = await write(shop)
    await shop.threads.answer_in(ANNI, thread.thread_id, HELLO, "update:1")
    await shop.deliver.deliver()
    shop.clock.at += MESSAGES_KEPT + timedelta(days=1)
    await sweep(shop)
    assert len((await shop.threads.thread(ADMIN, thread.thread_id)).messages) == 2
    await shop.threads.close(ADMIN, thread.thread_id)
    await sweep(shop)
    assert len((await shop.threads.thread(ADMIN, thread.thread_id)).messages) == 2
    shop.clock.at += MESSAGES_KEPT + timedelta(days=1)
    await sweep(shop)
    view = await shop.threads.thread(ADMIN, thread.thread_id)
    assert view.messages == []
    assert replace(view.known.thread, closed_at=None).is_open
