"""A shop from before persons had ids of their own goes on after the migration.

Its messages are still in the chats, and their buttons are pressed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from bot.domain.customer import FIRST_CUSTOMER_ID, TelegramId
from bot.domain.order import CustomerId, OrderState
from storage.store import SqlStore
from tests.databases import StoreForTests, open_store
from tests.domain.test_qris import STATIC
from tests.handlers.harness import BotHarness
from tests.handlers.topups import request_topup, set_payment_methods
from tests.samples import ADMIN_CHAT, ANNI_CHAT
from tests.services.shop import PRICE, SENDING_LIMIT, Shop, shop_rules
from tests.storage.old_versions import write_before_people
from tests.storage.samples import add_old_person
from tests.telegram_server import TOKEN, BotApiForTests

ANNI, BOSS = CustomerId(ANNI_CHAT), CustomerId(ADMIN_CHAT)
OPENING = 100_000


@asynccontextmanager
async def running_shop(telegram: BotApiForTests, store: SqlStore) -> AsyncIterator[BotHarness]:
    """A shop with its bot, in which Anni and an admin are old persons."""
    rules = shop_rules(owner_ids=frozenset({ADMIN_CHAT}), topup_expires=timedelta(hours=1))
    shop = Shop(store, rules)
    await shop.refresh.refresh()
    harness = BotHarness(shop, telegram)
    harness.chats = {ANNI: ANNI_CHAT, BOSS: ADMIN_CHAT}
    await set_payment_methods(harness, STATIC)
    await harness.start()
    try:
        yield harness
    finally:
        await harness.stop()
        await store.close()


async def fill(harness: BotHarness) -> None:
    """Let the old persons buy, top up and be asked."""
    shop = harness.shop
    for person in (ANNI, BOSS):
        await shop.store.write(add_old_person, person)
    await harness.say("/start", BOSS)
    await harness.say(f"/credit {ANNI} {OPENING}", BOSS)
    await harness.press("Transfer", BOSS)
    await harness.press("Tambah", BOSS)
    sold = await shop.queue(BOSS, number="081200000001")
    await shop.send_next(shop.reply(sold, status_word="success"))
    lost = await shop.ambiguous("081200000002", ANNI)
    await shop.look_for(600)
    await harness.deliver.deliver()
    assert (await shop.get(lost.order_id)).state is OrderState.PARKED
    await request_topup(harness, who=ANNI)
    await harness.to_confirm("081200000003", ANNI)
    await harness.press("Bayar", ANNI)
    await harness.to_destination("20.000", ANNI)


async def test_everything_of_an_old_person_goes_on(tmp_path: Path) -> None:
    telegram = BotApiForTests(TOKEN)
    for person, name in ((ANNI_CHAT, "Anni"), (ADMIN_CHAT, "Pak Admin"), (1005, "Dewi")):
        telegram.add_user(person, name)
    async with telegram.served():
        async with running_shop(telegram, await open_store(tmp_path / "new.db")) as harness:
            await fill(harness)
        write_before_people(tmp_path / "new.db", tmp_path / "old.db")
        migrated = await StoreForTests.open(tmp_path / "old.db")
        async with running_shop(telegram, migrated) as harness:
            await go_on(harness)


async def go_on(harness: BotHarness) -> None:
    """Press the buttons of old messages, and answer the open question."""
    harness.shop.ids.count = 1_000  # Those before are taken.
    shop = harness.shop
    assert (await shop.wallet(ANNI)).held == 2 * PRICE
    assert (await shop.wallet(BOSS)).balance == -PRICE
    # The step of the conversation: a number for the product chosen before.
    await harness.say("081200000004", ANNI)
    assert "Telkomsel 20.000" in harness.text(ANNI)
    await harness.press("Batalkan pesanan", ANNI)
    assert (await shop.wallet(ANNI)).held == PRICE
    # The buttons of the admin's notices: a parked order, and a top-up.
    await harness.press("Kembalikan", BOSS)
    await harness.press("Tetap kembalikan", BOSS)
    assert (await shop.wallet(ANNI)).balance == OPENING
    await harness.press("Setujui", BOSS)
    assert (await shop.wallet(ANNI)).balance > OPENING
    # The numbers that were bought for, and the history with its numbers of orders.
    await harness.say("/nomor", ANNI)
    assert "0812 0000 0002" in str(harness.labels(ANNI))
    await harness.say("/riwayat", ANNI)
    assert "K2" in harness.text(ANNI) + str(harness.labels(ANNI))
    # Somebody new is a person with another id than their account, who is found by that.
    dewi = harness.add_newcomer(1005, "Dewi")
    dewi_id = CustomerId(FIRST_CUSTOMER_ID)
    harness.chats[dewi_id] = harness.chats.pop(dewi)
    await harness.say("/start", dewi_id)
    await harness.say("/credit 1005 5000", BOSS)
    await harness.press("Transfer", BOSS)
    await harness.press("Tambah", BOSS)
    assert (await shop.wallet(dewi_id)).balance == 5_000
    assert await shop.customers.find("1005") == await shop.person(dewi_id)
    person = await shop.store.read(lambda tx: tx.customers.by_telegram(TelegramId(ANNI)))
    assert person is not None
    assert person.customer_id == ANNI
    now = shop.clock.now()
    assert await shop.store.read(lambda tx: tx.audit.findings(now, SENDING_LIMIT)) == []
