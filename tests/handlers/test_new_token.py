"""The database of a shop goes on with another bot, whose chats are empty.

A new token is a new bot to Telegram: the messages of the old one are in other chats.
"""

from __future__ import annotations

from bot.domain.order import OrderState
from storage.store import SqlStore
from tests.domain.test_qris import STATIC
from tests.handlers.harness import CHATS, INDONESIAN_ADMIN, BotHarness, open_harness
from tests.handlers.topups import request_topup, send_proof, set_payment_methods
from tests.services.shop import ANNI, PRICE
from tests.telegram_server import BotApiForTests

OTHER_TOKEN = "4343:another-bot"


async def test_open_work_is_finished_by_another_bot(store: SqlStore) -> None:
    """What the old messages showed is sent again, since they cannot be edited.

    Both bots number their updates from 1.
    """
    async with open_harness(store) as old:
        set_payment_methods(old, STATIC)
        await old.to_confirm()
        await old.press("Bayar")
        await request_topup(old)
        request_id = old.telegram.updates.next_id - 1
        await send_proof(old)
        (order,) = await old.orders()
        assert order.message_id is not None
        shop = old.shop
    telegram = BotApiForTests(OTHER_TOKEN)
    for who, name in ((ANNI, "Anni"), (INDONESIAN_ADMIN, "Pak Admin")):
        telegram.add_user(CHATS[who], name)
    async with telegram.served():
        new = BotHarness(shop, telegram, OTHER_TOKEN)
        await new.start()
        # Telegram lets a bot write only to those who have begun a chat with it.
        for who in (ANNI, INDONESIAN_ADMIN):
            await new.say("/start", who)
        sold = await shop.send_next(shop.reply(order, status_word="success", voucher="V-1"))
        assert sold.state is OrderState.SUCCEEDED
        await new.deliver.deliver()
        assert "V-1" in new.text()
        assert (await shop.wallet(ANNI)).balance == 100_000 - PRICE
        await new.press("Perlu diputuskan", INDONESIAN_ADMIN)
        await new.press("Anni", INDONESIAN_ADMIN)
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
