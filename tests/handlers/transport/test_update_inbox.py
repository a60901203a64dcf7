"""No update is lost; each is handled once, in order within its chat, with chats in parallel."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.domain.customer import TelegramId
from bot.domain.notice import NoticeKind
from bot.ports.store import Store, Transaction
from handlers.transport import update_inbox
from handlers.transport.update_inbox import MAX_ATTEMPTS, NUMBERED_BY
from handlers.transport.update_receiver import ALLOWED_UPDATES, Webhook
from tests.handlers.builders import ANNI_CHAT, NOW, message_update
from tests.handlers.running_bot import WORKERS, RunningBot
from tests.services.failing_store import FailingStore
from tests.services.shop import ADMIN_CHAT, BUDI_CHAT
from tests.telegram_server import TOKEN, BotApiForTests


async def store_updates(store: Store, *updates: dict[str, Any], attempts: int = 1) -> None:
    """Store updates in the inbox, as killed processes leave them."""

    def add(tx: Transaction) -> None:
        for update in updates:
            tx.inbox.add(update["update_id"], json.dumps(update), NOW)
            for _ in range(attempts - 1):
                tx.inbox.begin(update["update_id"])

    await store.write(add)


async def test_only_stored_updates_are_confirmed_to_telegram(
    telegram: BotApiForTests, store: Store
) -> None:
    torn = FailingStore(store)
    running = RunningBot(telegram, torn)
    telegram.send_text(ANNI_CHAT, "hello")
    await running.receiver.start()
    torn.refuse_writes(6)  # The task that receives has not begun.
    await running.until(lambda: torn.refused == 6)
    assert telegram.updates.confirmed_below == 0
    await running.until_handled(1)
    assert running.handled == [(ANNI_CHAT, "hello")]
    await running.until(lambda: telegram.updates.confirmed_below == 11)
    await running.stop()


async def test_a_database_that_stays_unavailable_ends_the_process(
    telegram: BotApiForTests, store: Store
) -> None:
    """A bot that cannot store updates receives nothing; the supervisor starts it again."""
    torn = FailingStore(store)
    running = RunningBot(telegram, torn)
    telegram.send_text(ANNI_CHAT, "hello")
    await running.receiver.start()
    torn.refuse_writes(1)
    await running.until_handled(1)
    assert running.deaths == 0
    torn.refuse_writes(2)
    telegram.send_text(ANNI_CHAT, "again")
    await running.until(lambda: running.deaths == 1)
    await running.stop()


async def test_updates_left_by_the_last_run_are_handled_first(
    running: RunningBot, store: Store
) -> None:
    """A SIGKILL between arrival and handling loses nothing and keeps the order."""
    await store_updates(store, message_update(10, "first"), message_update(11, "second"))
    running.telegram.inject(message_update(12, "third"))
    await running.receiver.start()
    await running.until_handled(3)
    assert running.handled == [(ANNI_CHAT, "first"), (ANNI_CHAT, "second"), (ANNI_CHAT, "third")]


async def test_updates_that_another_bot_left_do_not_hide_those_of_this_one(
    running: RunningBot, store: Store
) -> None:
    """Each bot numbers its updates by itself."""
    await store.write(lambda tx: tx.facts.put(NUMBERED_BY, "another"))
    await store_updates(store, message_update(10, "old"), message_update(11, "older bot"))
    await running.receiver.start()
    await running.until_handled(2)
    running.telegram.inject(message_update(10, "new"))
    await running.until_handled(3)
    assert running.handled == [(ANNI_CHAT, "old"), (ANNI_CHAT, "older bot"), (ANNI_CHAT, "new")]
    assert await store.read(lambda tx: tx.facts.get(NUMBERED_BY)) == TOKEN.partition(":")[0]


async def test_an_update_delivered_again_is_handled_once(running: RunningBot) -> None:
    await running.receiver.start()
    gate = running.hold("pay")
    await running.receiver.receive(message_update(10, "pay"))
    await running.receiver.receive(message_update(10, "pay"))
    gate.set()
    await running.until_handled(1)
    await running.receiver.receive(message_update(10, "pay"))
    await running.receiver.receive(message_update(11, "next"))
    await running.until_handled(2)
    assert running.handled == [(ANNI_CHAT, "pay"), (ANNI_CHAT, "next")]


async def test_an_update_replayed_and_delivered_again_is_handled_once(
    running: RunningBot, store: Store
) -> None:
    """The last run stored it and was killed before it confirmed it to Telegram."""
    await store_updates(store, message_update(10, "pay"))
    running.telegram.inject(message_update(10, "pay"))
    await running.receiver.start()
    await running.until_handled(1)
    await running.until(lambda: running.telegram.updates.confirmed_below == 11)
    assert running.handled == [(ANNI_CHAT, "pay")]


async def test_a_slow_handler_delays_only_its_own_chat(running: RunningBot) -> None:
    gate = running.hold("slow")
    await running.receiver.start()
    running.telegram.send_text(ANNI_CHAT, "slow")
    running.telegram.send_text(ANNI_CHAT, "after")
    running.telegram.press_forged(ANNI_CHAT, 1, "press")
    running.telegram.send_text(BUDI_CHAT, "other")
    await running.until(lambda: running.handled == [(BUDI_CHAT, "other")])
    gate.set()
    await running.until_handled(4)
    assert running.by_chat[ANNI_CHAT] == ["slow", "after", "press"]


async def test_a_flooding_chat_does_not_delay_the_others(running: RunningBot) -> None:
    """Its updates wait for the lock of their chat and occupy no worker meanwhile."""
    gate = running.hold("flood 0")
    await running.receiver.start()
    for number in range(300):
        await running.receiver.receive(
            message_update(100 + number, f"flood {number}", TelegramId(1))
        )
    for chat_id in range(2, 12):
        await running.receiver.receive(message_update(1000 + chat_id, "quick", TelegramId(chat_id)))
    await running.until(lambda: len(running.handled) == 10)
    gate.set()
    await running.until_handled(310)
    assert running.by_chat[1] == [f"flood {number}" for number in range(300)]
    assert running.processor.chats == 0


async def test_no_more_chats_than_workers_are_handled_at_once(running: RunningBot) -> None:
    gates = [running.hold(f"busy {number}") for number in range(WORKERS)]
    await running.receiver.start()
    for number in range(WORKERS):
        await running.receiver.receive(
            message_update(10 + number, f"busy {number}", TelegramId(number + 1))
        )
    await running.receiver.receive(message_update(20, "waits", TelegramId(98)))
    await running.until(lambda: running.processor.chats == WORKERS + 1)
    # Its writes come after those of a handler that had begun.
    await running.receiver.receive(message_update(21, "waits", TelegramId(99)))
    await running.until(lambda: running.processor.chats == WORKERS + 2)
    assert len(running.begun) == WORKERS
    gates[0].set()
    await running.until(lambda: (99, "waits") in running.handled)


async def test_chats_that_wait_after_a_429_release_their_workers(running: RunningBot) -> None:
    await running.receiver.start()
    running.errors["boom"] = ZeroDivisionError("bug")
    running.telegram.fail_next("sendMessage", "429", WORKERS)
    for number in range(WORKERS):
        running.telegram.add_user(number + 1, "Customer")
        await running.receiver.receive(message_update(10 + number, "boom", TelegramId(number + 1)))
    await running.until(lambda: len(running.telegram.calls_of("sendMessage")) == WORKERS)
    await running.receiver.receive(message_update(20, "quick", TelegramId(99)))
    await running.until(lambda: (99, "quick") in running.handled)
    assert len(running.telegram.calls_of("sendMessage")) == WORKERS
    await running.until_handled(WORKERS + 1)
    assert len(running.telegram.calls_of("sendMessage")) == 2 * WORKERS


async def test_an_update_that_ends_the_process_is_given_up(
    running: RunningBot, store: Store
) -> None:
    """Otherwise one update could keep the bot from starting."""
    await store_updates(store, message_update(10, "poison"), attempts=MAX_ATTEMPTS)
    await store_updates(store, message_update(11, "fine"), attempts=MAX_ATTEMPTS - 1)
    await running.receiver.start()
    await running.until_handled(1)
    await running.until(lambda: running.inbox.backlog == 0)
    assert running.handled == [(ANNI_CHAT, "fine")]
    assert await running.is_done(10)
    (told,) = await store.read(lambda tx: tx.outbox.next_per_chat(NOW, 10))
    assert (told.chat_id, told.kind) == (ADMIN_CHAT, NoticeKind.ALERT)
    assert told.data["detail"] == "10"


async def test_a_handler_that_fails_is_not_repeated(running: RunningBot) -> None:
    """Its effects may be half done."""
    running.errors["boom"] = ZeroDivisionError("bug")
    running.telegram.send_text(ANNI_CHAT, "boom")
    running.telegram.send_text(ANNI_CHAT, "fine")
    await running.receiver.start()
    await running.until_handled(2)
    assert running.handled == [(ANNI_CHAT, "boom"), (ANNI_CHAT, "fine")]
    assert await running.is_done(10)


async def test_an_update_without_an_id_does_not_block_the_others(running: RunningBot) -> None:
    running.telegram.deliver_raw({"message": {}})
    running.telegram.send_text(ANNI_CHAT, "fine")
    await running.receiver.start()
    await running.until_handled(1)
    await running.until(lambda: running.telegram.updates.confirmed_below == 11)
    running.telegram.deliver_raw({"message": {}})
    await running.until(lambda: not running.receiver.is_connected)
    running.telegram.send_text(ANNI_CHAT, "fine again")
    await running.until_handled(2)


async def test_groups_are_not_served(running: RunningBot) -> None:
    """A wallet belongs to one person; in a group everybody would see it."""
    in_group = message_update(10, "hello")
    in_group["message"]["chat"]["type"] = "group"
    running.telegram.inject(in_group)
    running.telegram.send_text(BUDI_CHAT, "hello")
    await running.receiver.start()
    await running.until_handled(1)
    assert running.handled == [(BUDI_CHAT, "hello")]
    assert await running.is_done(10)


async def test_stopping_waits_for_the_running_handler_only(
    telegram: BotApiForTests, store: Store
) -> None:
    running = RunningBot(telegram, store)
    gate = running.hold("slow")
    await running.receiver.start()
    await running.receiver.receive(message_update(10, "slow"))
    await running.receiver.receive(message_update(11, "waits"))
    await running.until(lambda: running.begun == ["slow"])
    stopping = asyncio.create_task(running.receiver.stop())
    await running.until(lambda: not running.application.running)
    assert not stopping.done()
    gate.set()
    await stopping
    await running.receiver.close()
    assert running.handled == [(ANNI_CHAT, "slow")]
    assert await running.is_done(10)
    next_run = RunningBot(telegram, store)
    await next_run.receiver.start()
    await next_run.until_handled(1)
    assert next_run.handled == [(ANNI_CHAT, "waits")]
    await next_run.stop()


async def test_the_same_update_twice_in_one_answer_is_handled_once(running: RunningBot) -> None:
    await running.receiver.start()
    await running.inbox.receive([message_update(10, "pay"), message_update(10, "pay")])
    await running.receiver.receive(message_update(11, "next"))
    await running.until_handled(2)
    assert running.handled == [(ANNI_CHAT, "pay"), (ANNI_CHAT, "next")]


async def test_an_update_handled_and_not_marked_yet_is_not_handled_again(
    running: RunningBot, store: Store
) -> None:
    await running.receiver.start()
    await running.receiver.receive(message_update(10, "pay"))
    await running.until_handled(1)
    # The marks were lost, as by an error of the database.
    running.inbox._taken_marks()
    await running.receiver.receive(message_update(10, "pay"))
    await running.receiver.receive(message_update(11, "next"))
    await running.until_handled(2)
    assert running.handled == [(ANNI_CHAT, "pay"), (ANNI_CHAT, "next")]
    assert [one.update_id for one in await store.read(lambda tx: tx.inbox.pending())] == [10, 11]


async def test_the_known_handled_updates_are_bounded(
    running: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_inbox, "HANDLED_KEPT", 2)
    await running.receiver.start()
    for number in range(10, 14):
        await running.receiver.receive(message_update(number, str(number)))
    await running.until_handled(4)
    assert list(running.inbox._handled) == [12, 13]


async def test_a_fresh_update_is_handled_with_one_write(
    telegram: BotApiForTests, store: Store
) -> None:
    """Its batch is stored with the attempt counted; that it was handled follows later."""
    torn = FailingStore(store)
    running = RunningBot(telegram, torn)
    await running.receiver.start()
    await running.receiver.receive(message_update(10, "hello"))
    torn.refuse_writes(1)
    await running.until_handled(1)
    assert torn.refused == 0
    await running.stop()
    assert torn.refused == 1
    # The mark was lost, so the next start replays the update: its second attempt.
    again = RunningBot(telegram, store)
    await again.receiver.start()
    await again.until_handled(1)
    assert again.handled == [(ANNI_CHAT, "hello")]
    await again.stop()


async def test_marks_are_written_soon_and_at_the_stop(running: RunningBot, store: Store) -> None:
    async def pending() -> list[int]:
        return [one.update_id for one in await store.read(lambda tx: tx.inbox.pending())]

    await running.receiver.start()
    await running.receiver.receive(message_update(10, "hello"))
    await running.until_handled(1)
    while await pending():  # noqa: ASYNC110 - the write is on another thread
        await asyncio.sleep(0.01)
    await running.receiver.receive(message_update(11, "hello"))
    await running.until_handled(2)
    await running.receiver.stop()
    assert await pending() == []


async def attempts_of(store: Store) -> dict[int, int]:
    stored = await store.read(lambda tx: tx.inbox.pending())
    return {one.update_id: one.attempts for one in stored}


async def test_an_update_that_ends_the_process_uses_up_its_own_attempts_only(
    telegram: BotApiForTests, store: Store
) -> None:
    """It ends three processes; the update that waits behind it is not begun in them."""
    killed = []
    webhook = Webhook("https://shop.invalid/telegram", "secret")
    for life in range(1, MAX_ATTEMPTS + 1):
        running = RunningBot(telegram, store, webhook=webhook)
        # Never released: the process is gone then.
        running.hold("poison")
        await running.receiver.start()
        if life == 1:
            updates = [message_update(10, "poison"), message_update(11, "waits")]
            await running.inbox.receive(updates)
        await running.until(lambda begun=running.begun: begun == ["poison"])  # type: ignore[misc]
        assert await attempts_of(store) == {10: life, 11: 1}
        killed.append(running)
    last = RunningBot(telegram, store, webhook=webhook)
    await last.receiver.start()
    await last.until_handled(1)
    assert last.handled == [(ANNI_CHAT, "waits")]
    assert await last.is_done(10)
    await last.stop()
    for running in killed:
        await running.stop()


async def test_what_was_handled_before_an_update_that_ends_the_process_is_not_handled_again(
    telegram: BotApiForTests, store: Store
) -> None:
    """The marks that wait are on disk before a replayed update begins."""
    await store_updates(
        store, message_update(10, "innocent", BUDI_CHAT), message_update(11, "poison", ANNI_CHAT)
    )
    webhook = Webhook("https://shop.invalid/telegram", "secret")
    running = RunningBot(telegram, store, webhook=webhook)
    running.inbox.done(10)
    assert await running.inbox.begin(11)
    # The process ends here, before the marks would have been written.
    assert await attempts_of(store) == {11: 2}


async def test_updates_that_were_begun_with_one_that_ends_the_process_are_not_given_up(
    telegram: BotApiForTests, store: Store
) -> None:
    """Those that the last replay had begun are handled one by one, whatever their chats."""
    people = [ANNI_CHAT, BUDI_CHAT, ADMIN_CHAT]
    await store_updates(
        store,
        *(message_update(10 + n, f"text {n}", person) for n, person in enumerate(people)),
        attempts=2,
    )
    running = RunningBot(telegram, store, webhook=Webhook("https://shop.invalid/t", "secret"))
    gate = running.hold("text 1")
    await running.receiver.start()
    await running.receiver.receive(message_update(20, "fresh", ANNI_CHAT))
    await running.until(lambda: {"fresh", "text 1"} <= set(running.begun))
    # "text 1" ends the process here.
    assert sorted(running.begun) == ["fresh", "text 0", "text 1"]
    assert {one: n for one, n in (await attempts_of(store)).items() if one < 20} == {
        11: 3,
        12: 2,
    }
    gate.set()
    await running.until_handled(4)
    await running.stop()


async def test_edited_messages_are_not_requested(running: RunningBot) -> None:
    """An edited `/credit` would credit twice."""
    await running.receiver.start()
    await running.until(lambda: running.telegram.updates.polls > 0)
    asked = running.telegram.updates.allowed
    assert asked == list(ALLOWED_UPDATES) == ["message", "callback_query", "my_chat_member"]
