"""The owner's buttons on the first screen, and the list of pending decisions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.shop_rules import PAUSED
from handlers.admin.buttons import ShowRequest
from handlers.ui.buttons import Button, Pause, Resume, ShowDesk, ShowOverview, ShowShopBalance
from tests.handlers.admins import AIDE, told_of_parked, with_aide
from tests.handlers.counter import BOSS, Counter
from tests.handlers.till import pay_in, prove
from tests.services.shop import ADMIN, ANNI, BUDI, shop_rules

OWNER_BUTTONS = ["⚖️ Semua sudah beres", "💼 Uang toko", "📊 Status", "⏸ Tutup toko dulu"]


async def is_paused(counter: Counter) -> bool:
    return await counter.shop.store.read(lambda tx: tx.conditions.get(PAUSED)) is not None


async def open_first_screen(counter: Counter) -> None:
    """Deliver every due notice, and send /start as the owner."""
    await counter.deliver.deliver()
    await counter.say("/start", BOSS)


async def test_the_owners_buttons_come_first(counter: Counter) -> None:
    await counter.say("/start", BOSS)
    assert counter.labels(BOSS) == [
        *OWNER_BUTTONS,
        "🛒 Belanja",
        "💰 Saldo",
        "🧾 Riwayat",
        "💵 Isi saldo",
        "❓ Bantuan",
    ]
    await counter.press("Belanja", BOSS)
    assert "Mau beli apa?" in counter.text(BOSS)


async def test_customers_do_not_see_the_owners_buttons(counter: Counter) -> None:
    await counter.say("/start")
    assert not set(OWNER_BUTTONS) & set(counter.labels())
    await counter.say("/help")
    await counter.press("English")
    assert not any("💼" in label or "⚖️" in label for label in counter.labels())


@pytest.mark.parametrize("command", ["/saldo", "/status"])
async def test_a_button_shows_the_same_as_its_command(counter: Counter, command: str) -> None:
    await counter.say(command, BOSS)
    text, labels = counter.text(BOSS), counter.labels(BOSS)
    await counter.say("/start", BOSS)
    count = len(counter.said(BOSS))
    await counter.press("Uang toko" if command == "/saldo" else "Status", BOSS)
    assert (counter.text(BOSS), counter.labels(BOSS)) == (text, labels)
    assert len(counter.said(BOSS)) == count


async def test_the_shop_is_paused_and_resumed_from_the_first_screen(counter: Counter) -> None:
    await counter.say("/start", BOSS)
    await counter.press("Tutup toko", BOSS)
    assert await is_paused(counter)
    assert "Toko ditutup sementara." in counter.text(BOSS)
    await counter.say("/start", BOSS)
    assert "⏸ Tutup toko dulu" not in counter.labels(BOSS)
    await counter.press("Buka toko lagi", BOSS)
    assert not await is_paused(counter)


async def test_an_old_first_screen_does_not_end_a_later_pause(counter: Counter) -> None:
    await counter.shop.admin.pause(ADMIN)
    await counter.say("/start", BOSS)
    await counter.shop.admin.resume(ADMIN)
    counter.shop.clock.advance(3_600)
    await counter.shop.admin.pause(AIDE, "sakit")
    answer = await counter.press("Buka toko lagi", BOSS)
    assert answer.show_alert
    assert await is_paused(counter)


@pytest.mark.parametrize(
    "button", [ShowShopBalance(), ShowDesk(), ShowRequest(1), ShowOverview(), Pause(), Resume(1)]
)
async def test_permission_is_checked_at_the_press(counter: Counter, button: Button) -> None:
    await counter.say("/start")
    before = counter.shown()
    answer = await counter.forge(button)
    assert "versi lama" in answer.text
    assert counter.shown() == before
    await counter.say("/start", BOSS)
    rules = shop_rules(admin_ids=frozenset({AIDE}))
    counter.application.bot_data.services = replace(counter.services, rules=rules)
    before = counter.shown(BOSS)
    answer = await counter.forge(button, BOSS)
    assert "versi lama" in answer.text
    assert counter.shown(BOSS) == before
    assert not await is_paused(counter)


async def test_an_empty_list_of_decisions_says_so(counter: Counter) -> None:
    await counter.say("/start", BOSS)
    await counter.press("Semua sudah beres", BOSS)
    assert counter.text(BOSS) == "Tidak ada yang menunggu keputusan kamu."
    assert counter.labels(BOSS) == ["🔄 Lihat lagi", "🏠 Menu"]
    await counter.press("Menu", BOSS)
    assert "Selamat datang" in counter.text(BOSS)


async def test_a_parked_order_is_decided_from_the_first_screen(counter: Counter) -> None:
    order = await told_of_parked(counter)
    await counter.say("/start", AIDE)
    await counter.press("⚖️ To decide: 1", AIDE)
    assert counter.text(AIDE) == "⚖️ Waiting for your decision\n🔎 1 order"
    await counter.press(order.number, AIDE)
    assert f"{order.number} needs your decision" in counter.text(AIDE)
    await counter.press("Keep waiting", AIDE)


async def test_top_ups_are_decided_from_the_first_screen(till: Counter) -> None:
    await with_aide(till)
    first = await pay_in(till)
    await prove(till)
    await till.shop.topups.request(BUDI, first, "budi")
    await open_first_screen(till)
    await till.press("⚖️ Perlu diputuskan: 2", BOSS)
    assert till.text(BOSS) == "⚖️ Menunggu keputusan kamu\n💰 2 isi saldo"
    anni, budi, *_ = till.labels(BOSS)
    assert anni == f"💰 Anni · {till.money(first)} 🖼"
    assert budi.startswith(f"💰 User {BUDI} · Rp")
    await till.press(anni, BOSS)
    assert "Setujui hanya kalau uangnya sudah masuk" in till.text(BOSS)
    await till.press("Kembali", BOSS)
    await till.press(anni, BOSS)
    await till.press("✅ Setujui", BOSS)
    assert (await till.shop.wallet(ANNI)).posted == 100_000 + first
    await open_first_screen(till)
    assert "⚖️ Perlu diputuskan: 1" in till.labels(BOSS)


async def test_orders_and_top_ups_are_counted_together(till: Counter) -> None:
    await pay_in(till)
    await till.shop.parked()
    await open_first_screen(till)
    assert "⚖️ Perlu diputuskan: 2" in till.labels(BOSS)
    await till.press("Perlu diputuskan", BOSS)
    assert till.text(BOSS) == "⚖️ Menunggu keputusan kamu\n🔎 1 pesanan\n💰 1 isi saldo"


async def test_a_long_list_of_decisions_shows_the_oldest(counter: Counter) -> None:
    for number in range(10):
        customer_id = CustomerId(7_000 + number)
        await counter.shop.customers.register(customer_id, f"<N{number}>", "", "id")
        await counter.shop.topups.request(customer_id, Rupiah(50_000), f"k{number}")
    await open_first_screen(counter)
    await counter.press("Perlu diputuskan: 10", BOSS)
    assert "yang paling lama" in counter.text(BOSS)
    assert counter.labels(BOSS)[0] == "💰 <N0> · Rp50.000"
    assert len(counter.labels(BOSS)) == 8 + 2


async def test_a_top_up_decided_meanwhile_shows_the_decision(counter: Counter) -> None:
    topup = await counter.shop.topups.request(ANNI, Rupiah(50_000), "a")
    await open_first_screen(counter)
    await counter.press("Perlu diputuskan", BOSS)
    await counter.shop.topups.decide(AIDE, topup.topup_id, approve=True)
    await counter.press(f"💰 User {ANNI}", BOSS)
    assert f"Rp50.000 ditambahkan oleh User {AIDE}" in counter.text(BOSS)
    assert counter.labels(BOSS) == ["‹ Kembali"]
    assert "versi lama" in (await counter.forge(ShowRequest(999), BOSS)).text
