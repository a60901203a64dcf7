"""Credits, debits and deposits by admins, and the overview of the shop's money."""

from __future__ import annotations

import pytest

from bot.domain.errors import SupplierOutcomeUnknownError, SupplierReadError
from bot.domain.ledger import SUPPLIER_DEPOSIT
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from handlers.admin.buttons import Adjust
from tests.handlers.admins import AIDE, BOSS, acts, balance_of, with_aide
from tests.handlers.counter import Counter
from tests.services.shop import ANNI, BUDI, PRICE


async def test_a_credit_is_shown_first_and_made_by_one_button(counter: Counter) -> None:
    await counter.say("/credit 1001 50rb  bonus <b>", BOSS)
    text = counter.text(BOSS)
    for fact in ("User 1001", "1001", "Rp100.000", "Rp150.000", "bonus <b>"):
        assert fact in text
    assert await balance_of(counter, ANNI) == 100_000
    assert counter.labels(BOSS) == ["✅ Tambahkan Rp50.000", "✕ Batal"]
    answer = await counter.press("Tambah", BOSS)
    assert "diberi tahu" in answer.text
    assert await balance_of(counter, ANNI) == 150_000
    assert "Masuk saldo: Rp50.000" in counter.text(BOSS)
    assert counter.labels(BOSS) == []
    assert "Rp50.000" in counter.text(ANNI)
    (act,) = await acts(counter)
    assert (act.actor_id, act.action, act.subject) == (BOSS, "credit", "user:1001")
    assert act.detail == "50000 bonus <b>"


async def test_a_debit_takes_the_money_out(counter: Counter) -> None:
    await with_aide(counter)
    await counter.say("/debit 1002 Rp 30.000", AIDE)
    assert "Debit Rp30,000?" in counter.text(AIDE)
    await counter.press("Debit Rp30,000", AIDE)
    assert await balance_of(counter, BUDI) == 70_000
    assert "Debited: Rp30,000" in counter.text(AIDE)
    assert "Balance now: Rp70,000" in counter.text(AIDE)
    assert [act.action for act in await acts(counter)] == ["debit"]


async def test_a_second_tap_moves_nothing_and_says_what_was_done(counter: Counter) -> None:
    await counter.say("/credit 1001 50rb", BOSS)
    message, data = counter.find("Tambah", BOSS)
    await counter.press_data(data, message.message_id, BOSS)
    again = await counter.press_data(data, message.message_id, BOSS)
    assert "tidak dipindahkan dua kali" in again.text
    assert "Masuk saldo: Rp50.000" in counter.text(BOSS)
    assert await balance_of(counter, ANNI) == 150_000


async def test_a_changed_balance_needs_a_new_confirmation(counter: Counter) -> None:
    """The admin confirms the balances before and after, not only the amount."""
    await counter.say("/credit 1001 50rb", BOSS)
    await counter.shop.queue()
    answer = await counter.press("Tambah", BOSS)
    assert answer.show_alert
    assert await balance_of(counter, ANNI) == 100_000 - PRICE
    assert "Rp88.800 → Rp138.800" in counter.text(BOSS)
    await counter.press("Tambah", BOSS)
    assert await balance_of(counter, ANNI) == 150_000 - PRICE
    assert len(await acts(counter)) == 1


async def test_a_cancelled_credit_moves_nothing(counter: Counter) -> None:
    await counter.say("/credit 1001 50rb", BOSS)
    message, data = counter.find("Tambah", BOSS)
    _, cancel = counter.find("Batal", BOSS)
    await counter.press("Batal", BOSS)
    assert counter.labels(BOSS) == []
    for late in (data, cancel):
        assert (await counter.press_data(late, message.message_id, BOSS)).show_alert
    assert await balance_of(counter, ANNI) == 100_000
    assert await acts(counter) == []


async def test_a_credit_press_delivered_twice_moves_the_money_once(counter: Counter) -> None:
    """Telegram repeats updates, and the inbox replays them after a crash."""
    await counter.say("/credit 1001 50rb", BOSS)
    await counter.press("Tambah", BOSS)
    counter.telegram.redeliver(counter.telegram.updates.next_id - 1)
    await counter.say("/saldo", ANNI)
    await counter.restart()
    assert await balance_of(counter, ANNI) == 150_000


async def test_an_expired_confirm_button_moves_nothing(counter: Counter) -> None:
    await counter.say("/credit 1001 50rb", BOSS)
    counter.shop.clock.advance(31 * 60)
    await counter.press("Tambah", BOSS)
    assert "terlalu lama" in counter.text(BOSS)
    assert counter.labels(BOSS) == []
    assert await balance_of(counter, ANNI) == 100_000


async def test_another_admins_confirm_button_moves_nothing(counter: Counter) -> None:
    await with_aide(counter)
    await counter.say("/credit 1001 50rb", BOSS)
    _, data = counter.find("Tambah", BOSS)
    await counter.say("/help", AIDE)
    for forged in (data, Adjust("token9999999")):
        answer = await counter.forge(forged, AIDE)
        assert answer.show_alert
        assert "no longer works" in answer.text
    assert await balance_of(counter, ANNI) == 100_000


async def test_a_debit_above_the_balance_is_refused(counter: Counter) -> None:
    await counter.say("/debit 1001 150rb", BOSS)
    text = counter.text(BOSS)
    for figure in ("Rp100.000", "Rp150.000", "Rp50.000"):
        assert figure in text
    assert counter.labels(BOSS) == []
    await counter.say("/debit 1001 95rb", BOSS)
    await counter.shop.queue()
    answer = await counter.press("Kurangi", BOSS)
    assert answer.show_alert
    assert counter.services.languages["id"].money(PRICE - 5_000) in answer.text
    assert await balance_of(counter, ANNI) == 100_000 - PRICE
    assert counter.labels(BOSS) == ["✅ Kurangi Rp95.000", "✕ Batal"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/credit", "/credit 123456789 50.000 bonus"),
        ("/debit", "/debit 123456789 50.000 koreksi"),
        ("/credit 1001", "/credit 123456789 50.000 bonus"),
        ("/credit @anni 50rb", "@anni bukan ID"),
        ("/credit ١٠٠١ 50rb", "bukan ID"),
        ("/credit 0 50rb", "0 bukan ID"),
        ("/credit -1001 50rb", "bukan ID"),
        ("/credit 1001 1e6", "/credit 123456789 50.000 bonus"),
        ("/credit 1001 -5", "lebih dari nol"),
        ("/credit 1001 0", "lebih dari nol"),
        ("/credit 1001 ٥٠", "/credit 123456789 50.000 bonus"),
        ("/credit 1001 50 000", "/credit 123456789 50.000 bonus"),
        ("/credit 1001 Rp 50 000", "/credit 123456789 50.000 bonus"),
        ("/credit 1001 50\u200e \u202a000\u202c", "/credit 123456789 50.000 bonus"),
        ("/credit \u200b", "/credit 123456789 50.000 bonus"),
        ("/credit 1001 1.5", "/credit 123456789 50.000 bonus"),
        ("/credit 1001 9000000000", "Rp1.000.000.000"),
        ("/credit 5555 50rb", "/start"),
        ("/deposit", "/deposit 500.000"),
        ("/deposit lots", "/deposit 500.000"),
        ("/deposit 50 000", "/deposit 500.000"),
        ("/deposit 1e6", "/deposit 500.000"),
        ("/deposit 50rb 60rb", "/deposit 500.000"),
    ],
)
async def test_a_malformed_command_is_answered_with_its_usage(
    counter: Counter, typed: str, said: str
) -> None:
    await counter.say(typed, BOSS)
    assert said in counter.text(BOSS)
    assert counter.labels(BOSS) == []
    assert await acts(counter) == []


@pytest.mark.parametrize(
    ("typed", "amount", "note"),
    [
        ("50000", 50_000, ""),
        ("50.000 lunas", 50_000, "lunas"),
        ("Rp50.000", 50_000, ""),
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
    counter: Counter, typed: str, amount: int, note: str
) -> None:
    await counter.say(f"/credit 1001 {typed}", BOSS)
    await counter.press("Tambah", BOSS)
    assert await balance_of(counter, ANNI) == 100_000 + amount
    (act,) = await acts(counter)
    assert act.detail == f"{amount} {note}"


async def test_invisible_characters_in_arguments_are_ignored(counter: Counter) -> None:
    await counter.say("/credit \u202a1001\u202c \ufeff50.\u200b000", BOSS)
    assert counter.labels(BOSS)[0] == "✅ Tambahkan Rp50.000"
    await counter.say("/debit 1001\u200e Rp\u202f30.000", BOSS)
    assert counter.labels(BOSS)[0] == "✅ Kurangi Rp30.000"
    await counter.say("/deposit \u200e\u201370.\u200b000", BOSS)
    assert "Rp70.000" in counter.labels(BOSS)[0]
    assert counter.labels(BOSS)[0] != "✅ Catat Rp70.000"


async def record_deposit(counter: Counter, typed: str) -> None:
    """Record a deposit at the supplier."""
    await counter.say(f"/deposit {typed}", BOSS)
    await counter.press("✅ Catat", BOSS)


async def test_an_edited_command_does_nothing(counter: Counter) -> None:
    """The correction of a typing error must not move money a second time."""
    await record_deposit(counter, "50rb")
    message_id = counter.telegram.messages(BOSS)[-2].message_id
    counter.telegram.edit_text(BOSS, message_id, "/deposit 70rb")
    edited = {"edited_message": {"message_id": message_id, "text": "/deposit 70rb"}}
    person = counter.telegram.state.people[BOSS]
    edited["edited_message"] |= {
        "date": 0,
        "chat": person.as_chat(),
        "from": person.as_user(),
        "entities": [{"type": "bot_command", "offset": 0, "length": 8}],
    }
    await counter.settled(counter.telegram.inject(edited))
    assert counter.labels(BOSS) == []
    assert len(await acts(counter)) == 1


async def tracked_balance(counter: Counter) -> int:
    """Return the tracked balance at the supplier in rupiah."""
    account = await counter.shop.store.read(lambda tx: tx.ledger.account(SUPPLIER_DEPOSIT))
    return -account.posted


async def test_a_deposit_is_shown_first_and_recorded_by_one_button(counter: Counter) -> None:
    await counter.say("/deposit 500.000", BOSS)
    assert "Catat Rp500.000 sebagai setoran ke supplier?" in counter.text(BOSS)
    assert "Rp0 → Rp500.000" in counter.text(BOSS)
    assert counter.labels(BOSS) == ["✅ Catat Rp500.000", "✕ Batal"]
    assert (await tracked_balance(counter), await acts(counter)) == (0, [])
    message, data = counter.find("Catat", BOSS)
    answer = await counter.press_data(data, message.message_id, BOSS)
    assert "Sudah dicatat" in answer.text
    assert "Rp500.000 disetor" in counter.text(BOSS)
    assert counter.labels(BOSS) == []
    again = await counter.press_data(data, message.message_id, BOSS)
    assert "tidak dipindahkan dua kali" in again.text
    assert "Rp500.000 disetor" in counter.text(BOSS)
    await record_deposit(counter, "250rb")
    assert "Rp750.000" in counter.text(BOSS)
    assert await tracked_balance(counter) == 750_000
    assert [act.action for act in await acts(counter)] == ["deposit", "deposit"]


async def test_a_deposit_is_confirmed_in_english_too(counter: Counter) -> None:
    await with_aide(counter)
    await counter.say("/deposit 1.250.000", AIDE)
    assert "Note Rp1,250,000 as paid to the supplier?" in counter.text(AIDE)
    await counter.press("Note Rp1,250,000", AIDE)
    assert "Noted: Rp1,250,000 paid to the supplier." in counter.text(AIDE)
    await counter.say("/deposit -250rb", AIDE)
    assert "Take Rp250,000 back" in counter.text(AIDE)
    assert "Rp1,250,000 → Rp1,000,000" in counter.text(AIDE)
    await counter.press("Take Rp250,000 back", AIDE)
    assert await tracked_balance(counter) == 1_000_000


async def test_a_mistyped_deposit_is_reversed_by_a_negative_one(counter: Counter) -> None:
    """The reversal is a second transfer: both stay in the ledger."""
    await record_deposit(counter, "4.500.000")
    await counter.say("/deposit -4.500.000", BOSS)
    assert counter.labels(BOSS) == ["✅ Tarik catatan Rp4.500.000", "✕ Batal"]
    assert await tracked_balance(counter) == 4_500_000
    await counter.press("Tarik catatan", BOSS)
    assert "Dikoreksi: Rp4.500.000" in counter.text(BOSS)
    await counter.say("/deposit \N{MINUS SIGN}50rb", BOSS)
    await counter.press("Tarik catatan", BOSS)
    assert await tracked_balance(counter) == -50_000
    assert [act.detail for act in await acts(counter)] == ["-50000", "-4500000", "4500000"]
    for slip in ("/deposit -", "/deposit --5", "/deposit - 0"):
        await counter.say(slip, BOSS)
        assert "/deposit 500.000" in counter.text(BOSS)
    assert len(await acts(counter)) == 3


@pytest.mark.parametrize("minutes", [0, 31])
async def test_an_unconfirmed_deposit_is_not_recorded(counter: Counter, minutes: int) -> None:
    """0 minutes: the admin cancels. 31 minutes: the button has expired."""
    await with_aide(counter)
    await counter.say("/deposit 500.000", BOSS)
    message, data = counter.find("Catat", BOSS)
    await counter.say("/help", AIDE)
    assert "no longer works" in (await counter.forge(data, AIDE)).text
    if not minutes:
        await counter.press("Batal", BOSS)
    counter.shop.clock.advance(minutes * 60)
    answer = await counter.press_data(data, message.message_id, BOSS)
    assert "tidak berlaku" in answer.text or "terlalu lama" in counter.text(BOSS)
    assert (await tracked_balance(counter), await acts(counter)) == (0, [])


async def test_a_deposit_press_delivered_twice_is_recorded_once(counter: Counter) -> None:
    await record_deposit(counter, "500.000")
    counter.telegram.redeliver(counter.telegram.updates.next_id - 1)
    await counter.restart()
    assert await tracked_balance(counter) == 500_000


# --- amounts that equal a top-up ---


async def test_a_credit_equal_to_an_approved_top_up_warns_of_a_second_payment(
    counter: Counter,
) -> None:
    await with_aide(counter)
    topup = await counter.shop.topups.request(BUDI, Rupiah(40_173), "a")
    await counter.shop.topups.decide(AIDE, topup.topup_id, approve=True)
    await counter.deliver.deliver()
    await counter.say("/credit 1001 40.173", BOSS)
    text = counter.text(BOSS)
    for fact in ("Jumlah yang sama", "User 1002", "Rp40.173", "12.00", "Bu Aide"):
        assert fact in text, text
    assert counter.labels(BOSS) == ["Masuk lagi: Rp40.173", "✕ Batal"]
    await counter.press("Masuk lagi", BOSS)
    assert await balance_of(counter, ANNI) == 140_173


async def test_a_credit_equal_to_an_open_top_up_offers_to_approve_it(counter: Counter) -> None:
    await counter.shop.topups.request(BUDI, Rupiah(40_173), "a")
    await counter.deliver.deliver()
    await counter.say("/credit 1001 40.173", BOSS)
    assert "belum diputuskan" in counter.text(BOSS)
    message, data = counter.find("Masuk lagi", BOSS)
    await counter.press("Setujui punya User 1002", BOSS)
    assert await balance_of(counter, BUDI) == 140_173
    answer = await counter.press_data(data, message.message_id, BOSS)
    assert "jumlah yang sama masuk saldo" in answer.text
    assert "disetujui 14 Mar 2026" in counter.text(BOSS)
    assert await balance_of(counter, ANNI) == 100_000


# --- the shop's money ---


async def test_balance_shows_an_admin_the_shops_money(counter: Counter) -> None:
    shop = counter.shop
    order = await shop.accepted()
    shop.supplier.says("r1", "success")
    shop.clock.advance(5)
    await shop.reconcile.poll()
    assert (await shop.get(order.order_id)).state.is_final
    await shop.queue(CustomerId(BUDI), number="081298765432")
    await record_deposit(counter, "400rb")
    await counter.say("/saldo", BOSS)
    text = counter.text(BOSS)
    for part in (
        "Di supplier: Rp500.000, menurut laporannya",
        "Menurut catatan /deposit: Rp389.800",
        "Catatannya kurang Rp110.200",
        "Saldo semua pelanggan: Rp288.800",
        "ditahan untuk pesanan berjalan: Rp11.200",
        "1 penjualan, omzet Rp11.200, untung Rp1.000",
        "Saldo kamu sendiri: Rp0",
        "Sisa kredit: Rp1.000.000 dari Rp1.000.000",
    ):
        assert part in text, text
    await counter.press("Saldo saya", BOSS)
    assert "Saldo kamu: Rp0" in counter.text(BOSS)


async def test_a_difference_between_records_and_supplier_is_shown_in_rupiah(
    counter: Counter,
) -> None:
    await record_deposit(counter, "500rb")
    await counter.say("/balance", BOSS)
    assert "Catatannya" not in counter.text(BOSS)
    await record_deposit(counter, "70rb")
    await counter.say("/balance", BOSS)
    assert "Catatannya lebih Rp70.000: ada /deposit yang tidak jadi dibayar" in counter.text(BOSS)


async def test_open_orders_are_not_reported_as_a_difference(counter: Counter) -> None:
    """The cost of accepted and ambiguous orders explains the gap; only the rest is a difference."""
    shop = counter.shop
    await record_deposit(counter, "510.200")
    await shop.accepted()
    await counter.say("/balance", BOSS)
    assert "Dikurangi Rp10.200 untuk 1 pesanan yang sedang berjalan" in counter.text(BOSS)
    assert "Catatannya" not in counter.text(BOSS)
    assert "belum jelas" not in counter.text(BOSS)
    await shop.queue(CustomerId(BUDI), number="081298765432")
    await shop.send_next(SupplierOutcomeUnknownError("timeout"))
    await counter.say("/balance", BOSS)
    assert "1 pesanan belum jelas: Rp10.200 bisa sudah terpotong" in counter.text(BOSS)
    assert "Catatannya" not in counter.text(BOSS)
    shop.supplier.deposit = None
    await counter.say("/balance", BOSS)
    assert "Dikurangi Rp10.200" in counter.text(BOSS)


@pytest.mark.parametrize(
    ("reports", "fails", "said"),
    [(False, False, "does not report it"), (True, True, "could not be asked just now")],
)
async def test_a_tracked_balance_is_marked_as_tracked(
    counter: Counter, reports: bool, fails: bool, said: str
) -> None:
    await with_aide(counter)
    if not reports:
        counter.shop.supplier.deposit = None
    if fails:
        counter.shop.supplier.read_error = SupplierReadError("502")
    await counter.say("/deposit 400rb", AIDE)
    await counter.press("✅ Note", AIDE)
    await counter.say("/balance", AIDE)
    assert "At the supplier: Rp400,000, as tracked" in counter.text(AIDE)
    assert said in counter.text(AIDE)


async def test_an_admin_sees_the_rest_of_their_credit_limit(counter: Counter) -> None:
    await counter.shop.queue(BOSS)
    await counter.deliver.deliver()
    await counter.say("/balance", BOSS)
    assert "Sisa kredit: Rp988.800 dari Rp1.000.000" in counter.text(BOSS)
    assert counter.text(BOSS).count("ditahan untuk pesanan berjalan: Rp11.200") == 1


async def test_counter_sales_are_counted_and_marked(counter: Counter) -> None:
    shop = counter.shop
    for customer_id, number in ((BOSS, "081298765432"), (CustomerId(ANNI), "081298765433")):
        order = await shop.queue(customer_id, number=number)
        await shop.send_next(shop.reply(order, number, status_word="success"))
    await counter.deliver.deliver()
    await counter.say("/saldo", BOSS)
    assert "2 penjualan" in counter.text(BOSS)
    assert "Di antaranya 1 dijual di konter" in counter.text(BOSS)
    await counter.say("/status K1", BOSS)
    assert "🏪 Dijual di konter" in counter.text(BOSS)
    await counter.say("/status K2", BOSS)
    assert "🏪" not in counter.text(BOSS)
