"""Credits, debits and deposits by admins, and the overview of the shop's money."""

from __future__ import annotations

import pytest

from bot.domain.errors import SupplierOutcomeUnknownError, SupplierReadError
from bot.domain.ledger import SUPPLIER_DEPOSIT
from bot.domain.money import Rupiah
from handlers.admin.buttons import Adjust
from tests.handlers.admins import (
    ENGLISH_ADMIN,
    INDONESIAN_ADMIN,
    acts,
    balance_of,
    register_second_admin,
)
from tests.handlers.harness import BotHarness
from tests.services.shop import ADMIN_CHAT, ANNI, BUDI, PRICE, SECOND_ADMIN


async def test_a_credit_is_shown_first_and_made_by_one_button(harness: BotHarness) -> None:
    await harness.say("/credit 1001 50rb  bonus <b>", INDONESIAN_ADMIN)
    assert "Rp100.000 → Rp150.000" in harness.text(INDONESIAN_ADMIN)
    assert "bonus <b>" in harness.text(INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000
    await harness.press("Transfer", INDONESIAN_ADMIN)
    message, data = harness.find("✅ Tambahkan Rp50.000", INDONESIAN_ADMIN)
    answers = [
        (await harness.press_data(data, message.message_id, INDONESIAN_ADMIN)).text
        for _ in range(2)
    ]
    assert "diberi tahu" in answers[0]
    assert "tidak dipindahkan dua kali" in answers[1]
    assert await balance_of(harness, ANNI) == 150_000
    assert "Masuk saldo: Rp50.000" in harness.text(INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN) == []
    assert "Rp50.000" in harness.text(ANNI)
    (act,) = await acts(harness)
    assert (act.actor_id, act.action, act.subject) == (
        INDONESIAN_ADMIN,
        "credit",
        f"user:{ANNI}",
    )
    assert act.detail == "50000 transfer bonus <b>"


async def test_a_person_without_telegram_has_a_wallet(harness: BotHarness) -> None:
    """Admins type Konter's own id of them; it is shown where others show that of Telegram."""
    shop = harness.shop
    added = await shop.store.write(lambda tx: tx.customers.add("Bu <Tuti>", shop.clock.now()))
    tuti = added.customer_id
    await harness.say(f"/credit {tuti} 20rb galon", INDONESIAN_ADMIN)
    assert f"Bu <Tuti> · ID {tuti}" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Uang tunai", INDONESIAN_ADMIN)
    message, data = harness.find("Tambah", INDONESIAN_ADMIN)
    pop_up = await harness.press_data(data, message.message_id, INDONESIAN_ADMIN)
    assert "tidak punya akun Telegram" in pop_up.text
    assert (await shop.wallet(tuti)).balance == 20_000
    await harness.say(f"/status {tuti}", INDONESIAN_ADMIN)
    shown = harness.text(INDONESIAN_ADMIN)
    assert f"Bu <Tuti> · ID {tuti}" in shown
    assert "blokir" not in shown
    order = await shop.queue(tuti)
    await harness.say(order.number, INDONESIAN_ADMIN)
    assert f"Bu <Tuti> · ID {tuti}" in harness.text(INDONESIAN_ADMIN)


async def test_a_debit_takes_the_money_out(harness: BotHarness) -> None:
    await harness.say("/debit 1002 Rp 30.000", INDONESIAN_ADMIN)
    await harness.press("Penarikan tunai", INDONESIAN_ADMIN)
    await harness.press("Kurangi", INDONESIAN_ADMIN)
    assert await balance_of(harness, BUDI) == 70_000
    assert [act.action for act in await acts(harness)] == ["debit"]


async def test_a_changed_balance_needs_a_new_confirmation(harness: BotHarness) -> None:
    """The admin confirms the balances before and after, not only the amount."""
    await harness.say("/credit 1001 50rb", INDONESIAN_ADMIN)
    await harness.press("Uang tunai", INDONESIAN_ADMIN)
    await harness.shop.queue()
    answer = await harness.press("Tambah", INDONESIAN_ADMIN)
    assert answer.show_alert
    assert await balance_of(harness, ANNI) == 100_000 - PRICE
    assert "Rp88.800 → Rp138.800" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Tambah", INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 150_000 - PRICE
    assert len(await acts(harness)) == 1


async def test_a_credit_press_delivered_twice_moves_the_money_once(harness: BotHarness) -> None:
    """Telegram repeats updates, and the inbox replays them after a crash."""
    await harness.say("/credit 1001 50rb", INDONESIAN_ADMIN)
    await harness.press("Uang tunai", INDONESIAN_ADMIN)
    await harness.press("Tambah", INDONESIAN_ADMIN)
    harness.telegram.redeliver(harness.telegram.updates.next_id - 1)
    await harness.say("/saldo", ANNI)
    await harness.restart()
    assert await balance_of(harness, ANNI) == 150_000


@pytest.mark.parametrize("minutes", [0, 31])
async def test_an_unconfirmed_credit_moves_nothing(harness: BotHarness, minutes: int) -> None:
    """0 minutes: the admin cancels. 31 minutes: the button has expired."""
    await register_second_admin(harness)
    await harness.say("/credit 1001 50rb", INDONESIAN_ADMIN)
    await harness.press("Uang tunai", INDONESIAN_ADMIN)
    message, data = harness.find("Tambah", INDONESIAN_ADMIN)
    _, cancel = harness.find("Batal", INDONESIAN_ADMIN)
    await harness.say("/help", ENGLISH_ADMIN)
    for forged in (data, Adjust("token9999999")):
        assert "no longer works" in (await harness.forge(forged, ENGLISH_ADMIN)).text
    if not minutes:
        await harness.press_data(cancel, message.message_id, INDONESIAN_ADMIN)
        assert (await harness.press_data(cancel, message.message_id, INDONESIAN_ADMIN)).show_alert
    harness.shop.clock.advance(minutes * 60)
    answer = await harness.press_data(data, message.message_id, INDONESIAN_ADMIN)
    assert answer.show_alert or "terlalu lama" in harness.text(INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN) == []
    assert (await balance_of(harness, ANNI), await acts(harness)) == (100_000, [])


async def test_a_debit_above_the_balance_is_refused(harness: BotHarness) -> None:
    await harness.say("/debit 1001 150rb", INDONESIAN_ADMIN)
    text = harness.text(INDONESIAN_ADMIN)
    assert all(figure in text for figure in ("Rp100.000", "Rp150.000", "Rp50.000"))
    assert harness.labels(INDONESIAN_ADMIN) == []
    await harness.say("/debit 1001 95rb", INDONESIAN_ADMIN)
    await harness.press("Koreksi", INDONESIAN_ADMIN)
    await harness.shop.queue()
    answer = await harness.press("Kurangi", INDONESIAN_ADMIN)
    assert answer.show_alert
    assert harness.money(PRICE - 5_000) in answer.text
    assert await balance_of(harness, ANNI) == 100_000 - PRICE
    assert harness.labels(INDONESIAN_ADMIN) == [
        "✅ Kurangi Rp95.000",
        "↩️ Ganti sumber",
        "✕ Batal",
    ]


MALFORMED = [
    ("/credit", "/credit 123456789 50.000 bonus"),
    ("/debit", "/debit 123456789 50.000 koreksi"),
    ("/credit 1001", "/credit 123456789 50.000 bonus"),
    ("/credit @anni 50rb", "Tidak ada pelanggan yang cocok dengan @anni"),
    ("/credit ١٠٠١ 50rb", "Tidak ada pelanggan yang cocok"),
    ("/credit -1001 50rb", "Tidak ada pelanggan yang cocok"),
    ("/credit anni", "/credit 123456789 50.000 bonus"),
    ("/credit anni banyak", "/credit 123456789 50.000 bonus"),
    ("/credit 1001 -5", "lebih dari nol"),
    ("/credit 1001 ٥٠", "/credit 123456789 50.000 bonus"),
    ("/credit 1001 50 000", "/credit 123456789 50.000 bonus"),
    ("/credit 1001 50\u200e \u202a000\u202c", "/credit 123456789 50.000 bonus"),
    ("/credit \u200b", "/credit 123456789 50.000 bonus"),
    ("/credit 1001 9000000000", "Rp1.000.000.000"),
    ("/credit 5555 50rb", "/start"),
    ("/deposit", "/setor 500.000"),
    ("/deposit 50 000", "/setor 500.000"),
    ("/deposit 50rb 60rb", "/setor 500.000"),
]
"""Commands, and what the answer must contain."""


async def test_a_malformed_command_is_answered_with_its_usage(harness: BotHarness) -> None:
    for count, (typed, said) in enumerate(MALFORMED, 1):
        await harness.say(typed, INDONESIAN_ADMIN)
        assert len(harness.said(INDONESIAN_ADMIN)) == count
        assert said in harness.text(INDONESIAN_ADMIN), typed
        assert harness.labels(INDONESIAN_ADMIN) == []
    assert await acts(harness) == []


@pytest.mark.parametrize(
    ("typed", "amount", "note"),
    [
        ("50000", 50_000, ""),
        ("Rp 50 rb titip Budi", 50_000, "titip Budi"),
        ("1,5 jt", 1_500_000, ""),
        ("50rb 123", 50_000, "123"),
        ("50000 2026 promo", 50_000, "2026 promo"),
        ("Rp\u00a050.000 \u200b lunas", 50_000, "lunas"),
        (
            "\u202a50.000\u202c kak \U0001f469\u200d\U0001f467",
            50_000,
            "kak \U0001f469\u200d\U0001f467",
        ),
    ],
)
async def test_amounts_are_read_in_usual_spellings_and_the_rest_is_the_note(
    harness: BotHarness, typed: str, amount: int, note: str
) -> None:
    await harness.say(f"/credit 1001 {typed}", INDONESIAN_ADMIN)
    await harness.press("Uang tunai", INDONESIAN_ADMIN)
    await harness.press("Tambah", INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000 + amount
    (act,) = await acts(harness)
    assert act.detail == f"{amount} cash {note}".strip()


async def test_invisible_characters_in_arguments_are_ignored(harness: BotHarness) -> None:
    await harness.say("/credit \u202a1001\u202c \ufeff50.\u200b000", INDONESIAN_ADMIN)
    assert "Rp50.000?" in harness.text(INDONESIAN_ADMIN)
    await harness.say("/debit 1001\u200e Rp\u202f30.000", INDONESIAN_ADMIN)
    assert "Rp30.000?" in harness.text(INDONESIAN_ADMIN)
    await harness.say("/deposit \u200e\u201370.\u200b000", INDONESIAN_ADMIN)
    assert "Rp70.000" in harness.labels(INDONESIAN_ADMIN)[0]
    assert harness.labels(INDONESIAN_ADMIN)[0] != "✅ Catat Rp70.000"


async def record_deposit(harness: BotHarness, typed: str) -> None:
    """Record a deposit at the supplier."""
    await harness.say(f"/deposit {typed}", INDONESIAN_ADMIN)
    await harness.press("✅ Catat", INDONESIAN_ADMIN)


async def test_an_edited_command_does_nothing(harness: BotHarness) -> None:
    """The correction of a typing error must not move money a second time."""
    await record_deposit(harness, "50rb")
    message_id = harness.telegram.messages(ADMIN_CHAT)[-2].message_id
    person = harness.telegram.state.people[ADMIN_CHAT]
    edited = {
        "message_id": message_id,
        "text": "/deposit 70rb",
        "date": 0,
        "chat": person.as_chat(),
        "from": person.as_user(),
        "entities": [{"type": "bot_command", "offset": 0, "length": 8}],
    }
    await harness.settled(harness.telegram.inject({"edited_message": edited}))
    assert harness.labels(INDONESIAN_ADMIN) == []
    assert len(await acts(harness)) == 1


async def tracked_balance(harness: BotHarness) -> int:
    """Return the tracked balance at the supplier in rupiah."""
    account = await harness.shop.store.read(lambda tx: tx.ledger.account(SUPPLIER_DEPOSIT))
    return -account.posted


async def test_a_deposit_is_shown_first_and_recorded_by_one_button(harness: BotHarness) -> None:
    await harness.say("/deposit 500.000", INDONESIAN_ADMIN)
    assert (await tracked_balance(harness), await acts(harness)) == (0, [])
    message, data = harness.find("✅ Catat Rp500.000", INDONESIAN_ADMIN)
    answers = [
        (await harness.press_data(data, message.message_id, INDONESIAN_ADMIN)).text
        for _ in range(2)
    ]
    assert "Sudah dicatat" in answers[0]
    assert "tidak dipindahkan dua kali" in answers[1]
    assert "Rp500.000 disetor" in harness.text(INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN) == []
    await record_deposit(harness, "250rb")
    assert await tracked_balance(harness) == 750_000
    assert [act.action for act in await acts(harness)] == ["deposit", "deposit"]


async def test_a_mistyped_deposit_is_reversed_by_a_negative_one(harness: BotHarness) -> None:
    """The reversal is a second transfer: both stay in the ledger."""
    await record_deposit(harness, "4.500.000")
    await harness.say("/deposit -4.500.000", INDONESIAN_ADMIN)
    assert await tracked_balance(harness) == 4_500_000
    await harness.press("Tarik catatan Rp4.500.000", INDONESIAN_ADMIN)
    await harness.say("/deposit \N{MINUS SIGN}50rb", INDONESIAN_ADMIN)
    await harness.press("Tarik catatan", INDONESIAN_ADMIN)
    assert await tracked_balance(harness) == -50_000
    assert [act.detail for act in await acts(harness)] == ["-50000", "-4500000", "4500000"]
    for slip in ("/deposit -", "/deposit --5", "/deposit - 0"):
        await harness.say(slip, INDONESIAN_ADMIN)
        assert "/setor 500.000" in harness.text(INDONESIAN_ADMIN)
    assert len(await acts(harness)) == 3


@pytest.mark.parametrize("minutes", [0, 31])
async def test_an_unconfirmed_deposit_is_not_recorded(harness: BotHarness, minutes: int) -> None:
    """0 minutes: the admin cancels. 31 minutes: the button has expired."""
    await register_second_admin(harness)
    await harness.say("/deposit 500.000", INDONESIAN_ADMIN)
    message, data = harness.find("Catat", INDONESIAN_ADMIN)
    await harness.say("/help", ENGLISH_ADMIN)
    assert "no longer works" in (await harness.forge(data, ENGLISH_ADMIN)).text
    if not minutes:
        await harness.press("Batal", INDONESIAN_ADMIN)
    harness.shop.clock.advance(minutes * 60)
    answer = await harness.press_data(data, message.message_id, INDONESIAN_ADMIN)
    assert "tidak berlaku" in answer.text or "terlalu lama" in harness.text(INDONESIAN_ADMIN)
    assert (await tracked_balance(harness), await acts(harness)) == (0, [])


async def test_a_deposit_press_delivered_twice_is_recorded_once(harness: BotHarness) -> None:
    await record_deposit(harness, "500.000")
    harness.telegram.redeliver(harness.telegram.updates.next_id - 1)
    await harness.restart()
    assert await tracked_balance(harness) == 500_000


# --- amounts that equal a top-up ---


async def test_a_credit_equal_to_an_approved_top_up_warns_of_a_second_payment(
    harness: BotHarness,
) -> None:
    await register_second_admin(harness)
    topup = await harness.shop.topups.request(BUDI, Rupiah(40_173), "a")
    await harness.shop.topups.decide(SECOND_ADMIN, topup.topup_id, approve=True)
    await harness.deliver.deliver()
    await harness.say("/credit 1001 40.173", INDONESIAN_ADMIN)
    await harness.press("Transfer", INDONESIAN_ADMIN)
    text = harness.text(INDONESIAN_ADMIN)
    for fact in ("User 1002", "Rp40.173", "12.00", "Bu Aide"):
        assert fact in text, text
    await harness.press("Masuk lagi: Rp40.173", INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 140_173


async def test_a_credit_equal_to_an_open_top_up_offers_to_approve_it(harness: BotHarness) -> None:
    await harness.shop.topups.request(BUDI, Rupiah(40_173), "a")
    await harness.deliver.deliver()
    await harness.say("/credit 1001 40.173", INDONESIAN_ADMIN)
    await harness.press("Transfer", INDONESIAN_ADMIN)
    assert "belum diputuskan" in harness.text(INDONESIAN_ADMIN)
    message, data = harness.find("Masuk lagi", INDONESIAN_ADMIN)
    await harness.press("Setujui punya User 1002", INDONESIAN_ADMIN)
    assert await balance_of(harness, BUDI) == 140_173
    answer = await harness.press_data(data, message.message_id, INDONESIAN_ADMIN)
    assert "jumlah yang sama masuk saldo" in answer.text
    assert "disetujui 14 Mar 2026" in harness.text(INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000


# --- the shop's money ---


async def test_balance_shows_an_admin_the_shops_money(harness: BotHarness) -> None:
    shop = harness.shop
    await shop.accepted()
    shop.supplier.says("r1", "success")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    await shop.queue(BUDI, number="081298765432")
    await record_deposit(harness, "400rb")
    await harness.say("/saldo", INDONESIAN_ADMIN)
    text = harness.text(INDONESIAN_ADMIN)
    for part in (
        "Di supplier: Rp500.000, menurut laporannya",
        "Menurut catatan /setor: Rp389.800",
        "Catatannya kurang Rp110.200",
        "Saldo semua pelanggan: Rp288.800",
        "ditahan untuk pesanan berjalan: Rp11.200",
        "1 penjualan, omzet Rp11.200, untung Rp1.000",
        "Saldo kamu sendiri: Rp0",
        "Sisa kredit: Rp1.000.000 dari Rp1.000.000",
    ):
        assert part in text, text
    await harness.press("Saldo saya", INDONESIAN_ADMIN)
    assert "Saldo kamu: Rp0" in harness.text(INDONESIAN_ADMIN)


async def test_a_difference_between_records_and_supplier_is_shown_in_rupiah(
    harness: BotHarness,
) -> None:
    await record_deposit(harness, "500rb")
    await harness.say("/balance", INDONESIAN_ADMIN)
    assert "Catatannya" not in harness.text(INDONESIAN_ADMIN)
    await record_deposit(harness, "70rb")
    await harness.say("/balance", INDONESIAN_ADMIN)
    assert "Catatannya lebih Rp70.000: ada /setor" in harness.text(INDONESIAN_ADMIN)


async def test_open_orders_are_not_reported_as_a_difference(harness: BotHarness) -> None:
    """The cost of accepted and ambiguous orders explains the gap; only the rest is a difference."""
    shop = harness.shop
    await record_deposit(harness, "510.200")
    await shop.accepted()
    await harness.say("/balance", INDONESIAN_ADMIN)
    text = harness.text(INDONESIAN_ADMIN)
    assert "Dikurangi Rp10.200 untuk 1 pesanan yang sedang berjalan" in text
    assert "Catatannya" not in text
    assert "belum jelas" not in text
    await shop.queue(BUDI, number="081298765432")
    await shop.send_next(SupplierOutcomeUnknownError("timeout"))
    await harness.say("/balance", INDONESIAN_ADMIN)
    assert "1 pesanan belum jelas: Rp10.200 bisa sudah terpotong" in harness.text(INDONESIAN_ADMIN)
    assert "Catatannya" not in harness.text(INDONESIAN_ADMIN)
    shop.supplier.deposit = None
    await harness.say("/balance", INDONESIAN_ADMIN)
    assert "Dikurangi Rp10.200" in harness.text(INDONESIAN_ADMIN)


@pytest.mark.parametrize(
    ("error", "said"),
    [(None, "does not report it"), (SupplierReadError("502"), "could not be asked just now")],
)
async def test_a_tracked_balance_is_marked_as_tracked(
    harness: BotHarness, error: SupplierReadError | None, said: str
) -> None:
    await register_second_admin(harness)
    harness.shop.supplier.deposit = None
    harness.shop.supplier.read_error = error
    await record_deposit(harness, "400rb")
    await harness.say("/balance", ENGLISH_ADMIN)
    assert "At the supplier: Rp400,000, as tracked" in harness.text(ENGLISH_ADMIN)
    assert said in harness.text(ENGLISH_ADMIN)


async def test_counter_sales_are_counted_and_marked(harness: BotHarness) -> None:
    shop = harness.shop
    for customer_id, number in ((INDONESIAN_ADMIN, "081298765432"), (ANNI, "081298765433")):
        order = await shop.queue(customer_id, number=number)
        await shop.send_next(shop.reply(order, number, status_word="success"))
    await harness.deliver.deliver()
    await harness.say("/saldo", INDONESIAN_ADMIN)
    assert "2 penjualan" in harness.text(INDONESIAN_ADMIN)
    assert "Di antaranya 1 dijual di konter" in harness.text(INDONESIAN_ADMIN)
    await harness.say("/status K1", INDONESIAN_ADMIN)
    assert "🏪 Dijual di konter" in harness.text(INDONESIAN_ADMIN)
    await harness.say("/status K2", INDONESIAN_ADMIN)
    assert "🏪" not in harness.text(INDONESIAN_ADMIN)
