"""The database of a shop goes on with another bot, whose chats are empty.

A new token is a new bot to Telegram: the messages of the old one are in other chats, and its file
ids are refused.
"""

from __future__ import annotations

import json
from typing import Any

from bot.domain.order import OrderState
from storage.store import SqlStore
from tests.domain.test_qris import STATIC
from tests.handlers.harness import CHATS, INDONESIAN_ADMIN, BotHarness, open_harness
from tests.handlers.topups import photo, request_topup, send_proof, set_payment_methods
from tests.samples import NOON
from tests.services.shop import ANNI, PRICE
from tests.telegram_server import BotApiForTests

OTHER_TOKEN = "4343:another-bot"


def left_message(harness: BotHarness) -> dict[str, Any]:
    """Return a picture of Anni's as Telegram sends it."""
    person = harness.telegram.state.people[CHATS[ANNI]]
    sender = {"chat": person.as_chat(), "from": person.as_user()}
    return {"message_id": 99, "date": 0, **sender, **photo(harness)}


async def test_a_file_id_of_another_bot_is_refused_and_the_admin_is_told(store: SqlStore) -> None:
    """Telegram says so (Bot API, "Sending files"); the notice is sent without it, once."""
    async with open_harness(store) as harness:
        await set_payment_methods(harness, STATIC)
        await request_topup(harness)
        picture = photo(harness)
        picture["photo"][0]["file_id"] = "file1-4343"
        await harness.send(picture)
        *_, refused = harness.telegram.calls_of("sendPhoto")
        assert refused.code == 400
        assert "tidak menampilkan foto" in harness.text(INDONESIAN_ADMIN)
        assert "Setujui" in str(harness.labels(INDONESIAN_ADMIN))
        assert await store.read(lambda tx: tx.outbox.backlog()) == 0


async def test_open_work_is_finished_by_another_bot(store: SqlStore) -> None:
    """What the old messages showed is sent again, since they cannot be edited.

    Both bots number their updates from 1.
    """
    async with open_harness(store) as old:
        await set_payment_methods(old, STATIC)
        await old.to_confirm()
        await old.press("Bayar")
        await request_topup(old)
        request_id = old.telegram.updates.next_id - 1
        await send_proof(old)
        (order,) = await old.orders()
        assert order.message_id is not None
        shop = old.shop
        # One more picture arrived just before the old bot was stopped.
        unhandled = {"message": left_message(old)}
        await store.write(
            lambda tx: tx.inbox.add(old.telegram.updates.next_id, json.dumps(unhandled), NOON)
        )
    telegram = BotApiForTests(OTHER_TOKEN)
    for who, name in ((ANNI, "Anni"), (INDONESIAN_ADMIN, "Pak Admin")):
        telegram.add_user(CHATS[who], name, started=False)
    async with telegram.served():
        new = BotHarness(shop, telegram, OTHER_TOKEN)
        await new.start()
        # Telegram lets a bot write only to those who have begun a chat with it.
        sold = await shop.send_next(shop.reply(order, status_word="success", voucher="V-1"))
        assert sold.state is OrderState.SUCCEEDED
        await new.deliver.deliver()
        assert new.said() == []
        await new.say("/start")
        assert "V-1" in new.shown()
        assert (await shop.wallet(ANNI)).balance == 100_000 - PRICE
        assert "bukti transfer Rp50." in new.shown()
        assert new.shown().count("bot lama") == 1
        await new.say("/start", INDONESIAN_ADMIN)
        assert [one for one in new.said(INDONESIAN_ADMIN) if "bot lama" in one.text]
        assert new.telegram.calls_of("sendPhoto") == []
        await send_proof(new)
        assert new.last(INDONESIAN_ADMIN).photo is not None
        assert "bot lama" not in new.text(INDONESIAN_ADMIN)
        await new.press("Setujui", INDONESIAN_ADMIN)
        await new.deliver.deliver()
        assert (await shop.wallet(ANNI)).balance > 100_000
        assert "saldo" in new.text().lower()
        # A request has the same update id as the one that the old bot got.
        before = await shop.store.read(lambda tx: tx.topups.newest_of(ANNI))
        await new.say("/saldo")
        await new.press("Isi saldo")
        assert telegram.updates.next_id < request_id
        telegram.updates.start_ids_at(request_id)
        await new.say("50rb")
        after = await shop.store.read(lambda tx: tx.topups.newest_of(ANNI))
        assert before is not None
        assert after is not None
        assert before.topup_id != after.topup_id
        await new.say("/riwayat")
        assert order.number in new.text() + str(new.labels())
        await new.stop()
