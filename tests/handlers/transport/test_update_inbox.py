"""No update is lost; each is handled once, in order within its chat, with chats in parallel."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from bot.domain.notice import NoticeKind
from bot.ports.store import Store, Transaction
from handlers.transport.update_inbox import MAX_ATTEMPTS
from handlers.transport.update_receiver import ALLOWED_UPDATES
from tests.handlers.bot_api import BotApi, message_update, press_update
from tests.handlers.builders import ADMIN, NOW
from tests.handlers.running_bot import WORKERS, RunningBot
from tests.services.failing_store import FailingStore


async def store_updates(store: Store, *updates: dict[str, Any], attempts: int = 0) -> None:
    """Store updates in the inbox, as a killed process leaves them."""

    def add(tx: Transaction) -> None:
        for update in updates:
            tx.inbox.add(update["update_id"], json.dumps(update), NOW)
            for _ in range(attempts):
                tx.inbox.begin(update["update_id"])

    await store.write(add)


async def test_only_stored_updates_are_confirmed_to_telegram(api: BotApi, store: Store) -> None:
    torn = FailingStore(store)
    running = RunningBot(api, torn)
    torn.refuse_writes(6)
    api.bring(message_update(10, "hello"))
    await running.receiver.start()
    await running.until(lambda: torn.refused == 6)
    assert set(api.offsets) == {None}
    await running.until_handled(1)
    assert running.handled == [(1001, "hello")]
    await running.until(lambda: 11 in api.offsets)
    await running.stop()


async def test_a_database_that_stays_unavailable_ends_the_process(
    api: BotApi, store: Store
) -> None:
    """A bot that cannot store updates receives nothing; the supervisor starts it again."""
    torn = FailingStore(store)
    running = RunningBot(api, torn)
    torn.refuse_writes(1)
    api.bring(message_update(10, "hello"))
    await running.receiver.start()
    await running.until_handled(1)
    assert running.deaths == 0
    torn.refuse_writes(2)
    api.bring(message_update(11, "again"))
    await running.until(lambda: running.deaths == 1)
    await running.stop()


async def test_updates_left_by_the_last_run_are_handled_first(
    running: RunningBot, store: Store
) -> None:
    """A SIGKILL between arrival and handling loses nothing and keeps the order."""
    await store_updates(store, message_update(10, "first"), message_update(11, "second"))
    running.api.bring(message_update(12, "third"))
    await running.receiver.start()
    await running.until_handled(3)
    assert running.handled == [(1001, "first"), (1001, "second"), (1001, "third")]


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
    assert running.handled == [(1001, "pay"), (1001, "next")]


async def test_an_update_replayed_and_delivered_again_is_handled_once(
    running: RunningBot, store: Store
) -> None:
    """The last run stored it and was killed before it confirmed it to Telegram."""
    await store_updates(store, message_update(10, "pay"))
    running.api.bring(message_update(10, "pay"))
    await running.receiver.start()
    await running.until_handled(1)
    await running.until(lambda: 11 in running.api.offsets)
    assert running.handled == [(1001, "pay")]


async def test_a_flooding_chat_does_not_delay_the_others(running: RunningBot) -> None:
    """Its updates wait for the lock of their chat and occupy no worker meanwhile."""
    gate = running.hold("flood 0")
    await running.receiver.start()
    for number in range(300):
        make = press_update if number % 2 else message_update
        await running.receiver.receive(make(100 + number, f"flood {number}", 1))
    for chat_id in range(2, 12):
        await running.receiver.receive(message_update(1000 + chat_id, "quick", chat_id))
    await running.until(lambda: len(running.handled) == 10)
    gate.set()
    await running.until_handled(310)
    assert running.by_chat[1] == [f"flood {number}" for number in range(300)]
    assert running.processor.chats == 0


async def test_no_more_chats_than_workers_are_handled_at_once(running: RunningBot) -> None:
    gates = [running.hold(f"busy {number}") for number in range(WORKERS)]
    await running.receiver.start()
    for number in range(WORKERS):
        await running.receiver.receive(message_update(10 + number, f"busy {number}", number + 1))
    await running.receiver.receive(message_update(20, "waits", 98))
    await running.until(lambda: running.processor.chats == WORKERS + 1)
    # Its writes come after those of a handler that had begun.
    await running.receiver.receive(message_update(21, "waits", 99))
    await running.until(lambda: running.processor.chats == WORKERS + 2)
    assert len(running.begun) == WORKERS
    gates[0].set()
    await running.until(lambda: (99, "waits") in running.handled)


async def test_chats_that_wait_after_a_429_release_their_workers(running: RunningBot) -> None:
    await running.receiver.start()
    running.errors["boom"] = ZeroDivisionError("bug")
    for number in range(WORKERS):
        running.api.refuse("sendMessage", 429, "Too Many Requests", retry_after=1)
        await running.receiver.receive(message_update(10 + number, "boom", number + 1))
    await running.until(lambda: len(running.api.of("sendMessage")) == WORKERS)
    await running.receiver.receive(message_update(20, "quick", 99))
    await running.until(lambda: (99, "quick") in running.handled)
    assert len(running.api.of("sendMessage")) == WORKERS
    await running.until_handled(WORKERS + 1)
    assert len(running.api.of("sendMessage")) == 2 * WORKERS


async def test_an_update_that_ends_the_process_is_given_up(
    running: RunningBot, store: Store
) -> None:
    """Otherwise one update could keep the bot from starting."""
    await store_updates(store, message_update(10, "poison"), attempts=MAX_ATTEMPTS)
    await store_updates(store, message_update(11, "fine"), attempts=MAX_ATTEMPTS - 1)
    await running.receiver.start()
    await running.until_handled(1)
    await running.until(lambda: running.inbox.backlog == 0)
    assert running.handled == [(1001, "fine")]
    assert await running.is_done(10)
    (told,) = await store.read(lambda tx: tx.outbox.next_per_chat(NOW, 10))
    assert (told.chat_id, told.kind) == (ADMIN, NoticeKind.ALERT)
    assert told.data["detail"] == "10"


async def test_a_handler_that_fails_is_not_repeated(running: RunningBot) -> None:
    """Its effects may be half done."""
    running.errors["boom"] = ZeroDivisionError("bug")
    running.api.bring(message_update(10, "boom"), message_update(11, "fine"))
    await running.receiver.start()
    await running.until_handled(2)
    assert running.handled == [(1001, "boom"), (1001, "fine")]
    assert await running.is_done(10)


async def test_an_update_without_an_id_does_not_block_the_others(running: RunningBot) -> None:
    running.api.bring({"message": {}}, message_update(11, "fine"))
    await running.receiver.start()
    await running.until_handled(1)
    await running.until(lambda: 12 in running.api.offsets)


async def test_stopping_waits_for_the_running_handler_only(api: BotApi, store: Store) -> None:
    running = RunningBot(api, store)
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
    assert running.handled == [(1001, "slow")]
    assert await running.is_done(10)
    next_run = RunningBot(api, store)
    await next_run.receiver.start()
    await next_run.until_handled(1)
    assert next_run.handled == [(1001, "waits")]
    await next_run.stop()


async def test_edited_messages_are_not_requested(running: RunningBot) -> None:
    """An edited `/credit` would credit twice."""
    await running.receiver.start()
    await running.until(lambda: bool(running.api.of("getUpdates")))
    asked = json.loads(running.api.of("getUpdates")[0].fields["allowed_updates"])
    assert asked == list(ALLOWED_UPDATES) == ["message", "callback_query", "my_chat_member"]
