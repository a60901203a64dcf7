"""The staff's first screen, and the list of what waits for them."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.customer import FIRST_CUSTOMER_ID, Customer, TelegramId
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.shop_rules import PAUSED
from handlers.admin.buttons import ShowRequest
from handlers.ui.people import name_or_id
from handlers.ui.staff_buttons import (
    Pause,
    Resume,
    ShowOverview,
    ShowPendingDecisions,
    ShowShopBalance,
)
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.handlers.topups import request_topup, send_proof
from tests.services.shop import (
    ADMIN,
    ANNI,
    ANNI_CHAT,
    NOON,
    SECOND_ADMIN,
    SECOND_ADMIN_CHAT,
    shop_rules,
)

OWNER_BUTTONS = [
    *("🔔 Semua beres", "🧾 Jual", "👥 Pelanggan", "🏷 Harga & produk", "📊 Laporan"),
    *("💰 Uang toko", "⚙️ Atur toko", "⏸ Tutup toko", "👁 Lihat sebagai pelanggan"),
]


async def is_paused(harness: BotHarness) -> bool:
    return await harness.shop.store.read(lambda tx: tx.conditions.get(PAUSED)) is not None


async def open_first_screen(harness: BotHarness) -> None:
    """Deliver every due notice, and send /start as the owner."""
    await harness.deliver.deliver()
    await harness.say("/start", INDONESIAN_ADMIN)


async def test_the_owners_buttons_are_shown_to_admins_only(harness: BotHarness) -> None:
    await harness.say("/start", INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN) == OWNER_BUTTONS
    await harness.press("Semua beres", INDONESIAN_ADMIN)
    assert harness.text(INDONESIAN_ADMIN) == "Tidak ada yang menunggu keputusan kamu."
    await harness.press("Menu", INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN) == OWNER_BUTTONS
    await harness.say("/start")
    assert not set(OWNER_BUTTONS) & set(harness.labels())
    await harness.say("/help")
    await harness.press("English")
    assert not any("🔔" in label or "⏸" in label for label in harness.labels())


async def test_a_button_shows_the_same_as_its_command(harness: BotHarness) -> None:
    for command, label in (
        *(("/saldo", "Uang toko"), ("/tugas", "Semua beres"), ("/laporan", "Laporan")),
        *(("/jual", "Jual"), ("/pelanggan", "Pelanggan"), ("/atur", "Atur toko")),
    ):
        await harness.say(command, INDONESIAN_ADMIN)
        text, labels = harness.text(INDONESIAN_ADMIN), harness.labels(INDONESIAN_ADMIN)
        await harness.say("/start", INDONESIAN_ADMIN)
        count = len(harness.said(INDONESIAN_ADMIN))
        await harness.press(label, INDONESIAN_ADMIN)
        assert (harness.text(INDONESIAN_ADMIN), harness.labels(INDONESIAN_ADMIN)) == (text, labels)
        assert len(harness.said(INDONESIAN_ADMIN)) == count


async def test_an_old_first_screen_does_not_end_a_later_pause(harness: BotHarness) -> None:
    await harness.shop.admin.pause(ADMIN)
    await harness.say("/start", INDONESIAN_ADMIN)
    await harness.shop.admin.resume(ADMIN)
    harness.shop.clock.advance(3_600)
    await harness.shop.admin.pause(SECOND_ADMIN, "sakit")
    answer = await harness.press("Buka toko lagi", INDONESIAN_ADMIN)
    assert answer.show_alert
    assert await is_paused(harness)
    await harness.say("/start", INDONESIAN_ADMIN)
    await harness.press("Buka toko lagi", INDONESIAN_ADMIN)
    assert not await is_paused(harness)


async def test_permission_is_checked_at_the_press(harness: BotHarness) -> None:
    await harness.say("/start")
    await harness.say("/start", INDONESIAN_ADMIN)
    harness.shop.rules = shop_rules(owner_ids=frozenset({SECOND_ADMIN_CHAT}))
    await harness.restart()
    for who in (ANNI, INDONESIAN_ADMIN):
        before = harness.shown(who)
        for button in (
            ShowShopBalance(),
            ShowPendingDecisions(),
            ShowRequest(1),
            ShowOverview(),
            Pause(),
            Resume(1),
        ):
            assert "versi lama" in (await harness.forge(button, who)).text
            assert harness.shown(who) == before
    assert not await is_paused(harness)


async def test_orders_and_top_ups_are_decided_from_the_first_screen(
    topup_harness: BotHarness,
) -> None:
    first = await request_topup(topup_harness)
    await send_proof(topup_harness)
    order = await topup_harness.shop.parked()
    await open_first_screen(topup_harness)
    await topup_harness.press("🔔 Perlu kamu (2)", INDONESIAN_ADMIN)
    text = "🔔 Perlu kamu: 2 · tertua 10 menit\n🔎 1 pesanan\n💰 1 isi saldo"
    assert topup_harness.text(INDONESIAN_ADMIN) == text
    await topup_harness.press("🔎 Telkomsel 10.000", INDONESIAN_ADMIN)
    assert f"{order.number} menunggu keputusan" in topup_harness.text(INDONESIAN_ADMIN)
    await open_first_screen(topup_harness)
    await topup_harness.press("Perlu kamu", INDONESIAN_ADMIN)
    anni = f"Anni · {topup_harness.money(first)} 🖼"
    await topup_harness.press(anni, INDONESIAN_ADMIN)
    assert "Setujui hanya kalau uangnya sudah masuk" in topup_harness.text(INDONESIAN_ADMIN)
    await topup_harness.press("Kembali", INDONESIAN_ADMIN)
    await topup_harness.press(anni, INDONESIAN_ADMIN)
    await topup_harness.press("✅ Setujui", INDONESIAN_ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 100_000 + first
    await open_first_screen(topup_harness)
    assert "🔔 Perlu kamu (1)" in topup_harness.labels(INDONESIAN_ADMIN)


async def test_a_long_list_of_decisions_shows_the_oldest(harness: BotHarness) -> None:
    for number in range(11):
        account = TelegramId(7_000 + number)
        arrival = await harness.shop.customers.register(account, f"<N{number}>", "", "id")
        await harness.shop.topups.request(
            arrival.customer.customer_id, Rupiah(50_000), f"k{number}"
        )
    await open_first_screen(harness)
    await harness.press("Perlu kamu (11)", INDONESIAN_ADMIN)
    assert "yang paling lama" in harness.text(INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN)[0] == "💰 <N0> · Rp50.000 · 0 menit"
    assert len(harness.labels(INDONESIAN_ADMIN)) == 10 + 3


async def test_a_top_up_decided_meanwhile_shows_the_decision(harness: BotHarness) -> None:
    topup = await harness.shop.topups.request(ANNI, Rupiah(50_000), "a")
    await open_first_screen(harness)
    await harness.press("Perlu kamu", INDONESIAN_ADMIN)
    await harness.shop.topups.decide(SECOND_ADMIN, topup.topup_id, approve=True)
    await harness.press("Rp50.000 · 0", INDONESIAN_ADMIN)
    assert f"Rp50.000 ditambahkan oleh User {SECOND_ADMIN_CHAT}" in harness.text(INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN) == ["‹ Kembali"]
    assert "versi lama" in (await harness.forge(ShowRequest(999), INDONESIAN_ADMIN)).text


def test_a_customer_without_a_name_is_shown_by_the_id_that_admins_type() -> None:
    """Konter's own ids are shown only of a person without a Telegram account."""
    new = CustomerId(FIRST_CUSTOMER_ID)
    person = Customer(new, ANNI_CHAT, " ", "", "id", "", is_reachable=True, created_at=NOON)
    assert name_or_id(new, person) == str(ANNI_CHAT)
    assert name_or_id(new, replace(person, telegram_id=None, name="")) == str(new)
    assert name_or_id(new, None) == str(new)
