"""The repository of threads and their messages."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.customer import TelegramId
from bot.domain.order import CustomerId
from bot.domain.thread import (
    About,
    FileKind,
    Thread,
    ThreadId,
    ThreadMessage,
    ThreadMessageId,
    Topic,
)
from bot.ports.store import Transaction
from tests.storage.records import records
from tests.storage.samples import ANNI, BOSS, BUDI, NOW, SECOND, sample_shop

ABOUT_ORDER = Topic(ANNI, About.ORDER, 7)
CHAT = TelegramId(1001)


def message(thread: Thread, key: str = "a", author_id: CustomerId = ANNI) -> ThreadMessage:
    return ThreadMessage(
        ThreadMessageId(0),
        thread.thread_id,
        author_id,
        author_id == BOSS,
        f"text {key}",
        FileKind.PHOTO,
        "file",
        key,
        NOW,
    )


def sent(tx: Transaction, thread: Thread, key: str = "a", author_id: CustomerId = ANNI) -> int:
    stored = tx.threads.add_message(message(thread, key, author_id))
    assert stored is not None
    return stored.message_id


@settings(max_examples=25)
@given(records(ThreadMessage, author_id=st.sampled_from([ANNI, BOSS])))
def test_a_message_is_stored_with_every_field(written: ThreadMessage) -> None:
    with sample_shop() as tx:
        thread = tx.threads.add(Topic(ANNI), NOW)
        stored = tx.threads.add_message(replace(written, thread_id=thread.thread_id))
        assert stored is not None
        assert tx.threads.message(stored.message_id) == stored
        assert stored == replace(written, thread_id=thread.thread_id, message_id=stored.message_id)


def test_a_topic_has_one_thread(tx: Transaction) -> None:
    thread = tx.threads.add(ABOUT_ORDER, NOW)
    assert tx.threads.about(ABOUT_ORDER) == tx.threads.get(thread.thread_id) == thread
    assert tx.threads.about(Topic(ANNI)) is None
    assert tx.threads.get(ThreadId(99)) is None
    closed = replace(
        thread, opened_at=NOW + SECOND, asked_at=NOW, closed_at=NOW + SECOND, closed_by=BOSS
    )
    tx.threads.save(closed)
    assert tx.threads.about(ABOUT_ORDER) == closed


def test_those_who_wait_are_listed_by_their_wait(tx: Transaction) -> None:
    waits = [
        replace(tx.threads.add(Topic(ANNI, About.ORDER, number), NOW), waits_since=at)
        for number, at in ((1, NOW + SECOND), (2, NOW), (3, None))
    ]
    for thread in waits:
        tx.threads.save(thread)
    assert tx.threads.waiting(About.ORDER, 9) == [waits[1], waits[0]]
    assert tx.threads.waiting(About.ORDER, 1) == [waits[1]]
    assert tx.threads.waiting(About.SHOP, 9) == []
    assert (tx.threads.count_waiting(About.ORDER), tx.threads.count_waiting(About.SHOP)) == (2, 0)


def test_open_cases_of_a_customer(tx: Transaction) -> None:
    thread = replace(tx.threads.add(ABOUT_ORDER, NOW), asked_at=NOW)
    question = replace(tx.threads.add(Topic(ANNI), NOW), asked_at=NOW + SECOND)
    for one in (thread, question):
        tx.threads.save(one)
    tx.threads.add(Topic(ANNI, About.TOPUP), NOW)
    assert tx.threads.cases_of(ANNI, 9) == [question, thread]
    assert tx.threads.cases_of(BUDI, 9) == []
    tx.threads.save(replace(question, closed_at=NOW, closed_by=BOSS))
    assert tx.threads.cases_of(ANNI, 9) == [thread]


def test_a_message_is_stored_once(tx: Transaction) -> None:
    thread = tx.threads.add(Topic(ANNI), NOW)
    first, second = sent(tx, thread), sent(tx, thread, "b", BOSS)
    assert tx.threads.add_message(message(thread)) is None
    listed = tx.threads.latest_messages(thread.thread_id, 9)
    assert [one.message_id for one in listed] == [second, first]
    assert tx.threads.latest_messages(thread.thread_id, 1) == listed[:1]
    assert tx.threads.count_from(ANNI, NOW - SECOND) == 1
    assert tx.threads.count_from(ANNI, NOW) == tx.threads.count_from(BOSS, NOW - SECOND) == 0


def test_a_message_is_found_by_what_shows_it(tx: Transaction) -> None:
    thread = tx.threads.add(Topic(ANNI), NOW)
    for key in ("a", "b"):
        tx.threads.add_delivery(ThreadMessageId(sent(tx, thread, key)), CHAT, 5)
    assert tx.threads.shown_in(CHAT, 5) == thread
    assert tx.threads.shown_in(CHAT, 6) is None
    tx.threads.forget_deliveries()
    assert tx.threads.shown_in(CHAT, 5) is None


def test_old_messages_are_deleted_unless_somebody_waits(tx: Transaction) -> None:
    thread = tx.threads.add(Topic(ANNI), NOW)
    message_id = ThreadMessageId(sent(tx, thread))
    sent(tx, thread, "b")
    tx.threads.add_delivery(message_id, CHAT, 5)
    later = NOW + SECOND
    tx.threads.save(replace(thread, waits_since=NOW))
    assert tx.threads.forget_messages(later, 9) == 0
    tx.threads.save(replace(thread, closed_at=later))
    assert tx.threads.forget_messages(later, 9) == 0
    tx.threads.save(thread)
    assert tx.threads.forget_messages(NOW, 9) == 0
    assert [tx.threads.forget_messages(later, 1) for _ in range(3)] == [1, 1, 0]
    assert tx.threads.message(message_id) is None
