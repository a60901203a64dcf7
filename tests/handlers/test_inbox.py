"""Updates are lost by nothing, handled once, in order per chat, and side by side."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from bot.domain.errors import StoreUnavailableError
from bot.domain.notice import NoticeKind
from bot.ports.store import Store, Transaction
from handlers.inbox import MAX_ATTEMPTS
from handlers.intake import ALLOWED_UPDATES
from tests.handlers.bot_api import BotApi, message_update, press_update
from tests.handlers.builders import ADMIN, NOW
from tests.handlers.running_bot import WORKERS, RunningBot
from tests.services.torn_store import TornStore


async def keep(store: Store, *updates: dict[str, Any], attempts: int = 0) -> None:
    """Have updates in the inbox, as a process that was killed left them."""

    def add(tx: Transaction) -> None:
        for update in updates:
            tx.inbox.add(update["update_id"], json.dumps(update), NOW)
            for _ in range(attempts):
                tx.inbox.begin(update["update_id"])

    await store.write(add)


async def test_updates_are_handled_and_marked(running: RunningBot) -> None:
    """The way of an ordinary message."""
    running.api.bring(message_update(10, "hello"))
    await running.intake.start()
    await running.until_handled(1)
    assert running.handled == [(1001, "hello")]
    assert await running.is_done(10)


async def test_only_what_is_on_disk_is_confirmed(api: BotApi, store: Store) -> None:
    """While the database refuses, Telegram is not told that the update arrived."""
    torn = TornStore(store)
    running = RunningBot(api, torn)
    torn.refuse_writes(6)
    api.bring(message_update(10, "hello"))
    await running.intake.start()
    await running.until(lambda: torn.refused == 6)
    assert set(api.offsets) == {None}
    await running.until_handled(1)
    assert running.handled == [(1001, "hello")]
    await running.until(lambda: 11 in api.offsets)
    await running.stop()


async def test_a_database_that_stays_away_ends_the_process(api: BotApi, store: Store) -> None:
    """A bot that keeps nothing is deaf; the supervisor starts it again."""
    torn = TornStore(store)
    running = RunningBot(api, torn)
    torn.refuse_writes(1)
    api.bring(message_update(10, "hello"))
    await running.intake.start()
    await running.until_handled(1)
    assert running.deaths == 0
    torn.refuse_writes(2)
    api.bring(message_update(11, "again"))
    await running.until(lambda: running.deaths == 1)
    await running.stop()


async def test_what_the_last_run_left_is_handled_first(running: RunningBot, store: Store) -> None:
    """A SIGKILL between arriving and being handled loses nothing, and keeps the order."""
    await keep(store, message_update(10, "first"), message_update(11, "second"))
    running.api.bring(message_update(12, "third"))
    await running.intake.start()
    await running.until_handled(3)
    assert running.handled == [(1001, "first"), (1001, "second"), (1001, "third")]


async def test_an_update_delivered_again_is_handled_once(running: RunningBot) -> None:
    """Telegram repeats what it thinks was not taken."""
    await running.intake.start()
    gate = running.hold("pay")
    await running.intake.receive(message_update(10, "pay"))
    await running.intake.receive(message_update(10, "pay"))
    gate.set()
    await running.until_handled(1)
    await running.intake.receive(message_update(10, "pay"))
    await running.intake.receive(message_update(11, "next"))
    await running.until_handled(2)
    assert running.handled == [(1001, "pay"), (1001, "next")]


async def test_an_update_replayed_and_delivered_again_is_handled_once(
    running: RunningBot, store: Store
) -> None:
    """The last run kept it and was killed before Telegram knew."""
    await keep(store, message_update(10, "pay"))
    running.api.bring(message_update(10, "pay"))
    await running.intake.start()
    await running.until_handled(1)
    await running.until(lambda: 11 in running.api.offsets)
    assert running.handled == [(1001, "pay")]


async def test_one_chat_is_handled_in_order_and_others_beside_it(running: RunningBot) -> None:
    """A slow handler holds up its own chat and nobody else's."""
    gate = running.hold("slow")
    await running.intake.start()
    running.api.bring(
        message_update(10, "slow", 1),
        message_update(11, "after", 1),
        press_update(12, "press", 1),
        message_update(13, "other", 2),
    )
    await running.until(lambda: running.handled == [(2, "other")])
    gate.set()
    await running.until_handled(4)
    assert running.by_chat[1] == ["slow", "after", "press"]


async def test_a_flooding_chat_does_not_hold_the_others(running: RunningBot) -> None:
    """Its updates wait for its own lock, and take no worker while they do."""
    gate = running.hold("flood 0")
    await running.intake.start()
    for number in range(300):
        await running.intake.receive(message_update(100 + number, f"flood {number}", 1))
    for chat_id in range(2, 12):
        await running.intake.receive(message_update(1000 + chat_id, "quick", chat_id))
    await running.until(lambda: len(running.handled) == 10)
    gate.set()
    await running.until_handled(310)
    assert running.by_chat[1] == [f"flood {number}" for number in range(300)]
    assert running.processor.chats == 0


async def test_no_more_chats_than_workers_are_handled_at_once(running: RunningBot) -> None:
    """The rest wait their turn, so that a rush does not bring everything to a halt."""
    gates = [running.hold(f"busy {number}") for number in range(WORKERS)]
    await running.intake.start()
    for number in range(WORKERS):
        await running.intake.receive(message_update(10 + number, f"busy {number}", number + 1))
    await running.intake.receive(message_update(20, "waits", 99))
    await asyncio.sleep(0.05)
    assert running.handled == []
    gates[0].set()
    await running.until(lambda: (99, "waits") in running.handled)


async def test_chats_that_wait_for_telegram_keep_nobody_waiting(running: RunningBot) -> None:
    """They give their places back while a 429 lasts, and have them again afterwards."""
    await running.intake.start()
    running.errors["boom"] = ZeroDivisionError("bug")
    for number in range(WORKERS):
        running.api.refuse("sendMessage", 429, "Too Many Requests", retry_after=1)
        await running.intake.receive(message_update(10 + number, "boom", number + 1))
    await running.until(lambda: len(running.api.of("sendMessage")) == WORKERS)
    await running.intake.receive(message_update(20, "quick", 99))
    await running.until(lambda: (99, "quick") in running.handled)
    assert len(running.api.of("sendMessage")) == WORKERS
    await running.until_handled(WORKERS + 1)
    assert len(running.api.of("sendMessage")) == 2 * WORKERS


async def test_an_update_that_ends_the_process_is_given_up(
    running: RunningBot, store: Store
) -> None:
    """One update cannot keep the bot from starting; the admins are told of it."""
    await keep(store, message_update(10, "poison"), attempts=MAX_ATTEMPTS)
    await keep(store, message_update(11, "fine"), attempts=MAX_ATTEMPTS - 1)
    await running.intake.start()
    await running.until_handled(1)
    await running.until(lambda: running.inbox.backlog == 0)
    assert running.handled == [(1001, "fine")]
    assert await running.is_done(10)
    (told,) = await store.read(lambda tx: tx.outbox.heads(NOW, 10))
    assert (told.chat_id, told.kind) == (ADMIN, NoticeKind.ALERT)
    assert told.data["detail"] == "10"


async def test_a_handler_that_fails_is_not_repeated(running: RunningBot) -> None:
    """Its effects may be half done; whoever wrote reads a number, and the bot goes on."""
    running.errors["boom"] = ZeroDivisionError("bug")
    running.api.bring(message_update(10, "boom"), message_update(11, "fine"))
    await running.intake.start()
    await running.until_handled(2)
    assert running.handled == [(1001, "boom"), (1001, "fine")]
    assert await running.is_done(10)
    (apology,) = running.api.of("sendMessage")
    assert "E000010" in apology.text


async def test_an_update_that_cannot_be_read_is_stepped_over(running: RunningBot) -> None:
    """The library's own poller would ask for it again, for ever."""
    running.api.bring({"update_id": 10, "message": {"what": "is this"}}, message_update(11, "fine"))
    await running.intake.start()
    await running.until_handled(1)
    await running.until(lambda: 12 in running.api.offsets)
    assert running.handled == [(1001, "fine")]
    assert await running.is_done(10)


async def test_an_update_without_a_number_stops_nobody(running: RunningBot) -> None:
    """It cannot be confirmed, but what comes with it can."""
    running.api.bring({"message": {}}, message_update(11, "fine"))
    await running.intake.start()
    await running.until_handled(1)
    await running.until(lambda: 12 in running.api.offsets)


async def test_groups_are_not_served(running: RunningBot) -> None:
    """A wallet belongs to one person; in a group everybody would see it."""
    running.api.bring(
        message_update(10, "hello", chat_type="group"), message_update(11, "hello", 1002)
    )
    await running.intake.start()
    await running.until_handled(1)
    assert running.handled == [(1002, "hello")]
    assert await running.is_done(10)


async def test_stopping_lets_the_running_handler_end(api: BotApi, store: Store) -> None:
    """What waits behind it is on disk, and the next run has it."""
    running = RunningBot(api, store)
    gate = running.hold("slow")
    await running.intake.start()
    await running.intake.receive(message_update(10, "slow"))
    await running.intake.receive(message_update(11, "waits"))
    await running.until(lambda: running.processor.chats == 1)
    await asyncio.sleep(0.05)
    stopping = asyncio.create_task(running.intake.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    gate.set()
    await stopping
    await running.intake.close()
    assert running.handled == [(1001, "slow")]
    assert await running.is_done(10)
    next_run = RunningBot(api, store)
    await next_run.intake.start()
    await next_run.until_handled(1)
    assert next_run.handled == [(1001, "waits")]
    await next_run.stop()


async def test_edited_messages_are_not_asked_for(running: RunningBot) -> None:
    """An edited `/credit` would credit twice."""
    await running.intake.start()
    await running.until(lambda: bool(running.api.of("getUpdates")))
    asked = json.loads(running.api.of("getUpdates")[0].fields["allowed_updates"])
    assert asked == list(ALLOWED_UPDATES) == ["message", "callback_query", "my_chat_member"]


async def test_a_database_away_is_told_to_whoever_wrote(running: RunningBot) -> None:
    """A clear sentence: nothing was ordered."""
    running.errors["buy"] = StoreUnavailableError("locked")
    running.api.bring(message_update(10, "buy", language="en"))
    await running.intake.start()
    await running.until_handled(1)
    (told,) = running.api.of("sendMessage")
    assert "nothing was ordered" in told.text
