"""Top-ups as customers and admins see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.dialog import Step
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.qris import with_amount
from bot.domain.topup import TopUp, TopUpId, TopUpState
from bot.ports.store import Transaction
from bot.services.money.topups.request import MAX_CODE
from handlers.admin.buttons import ApproveAmount, AskDecision, DecideTopUp
from handlers.ui.buttons import ShowTopUp
from handlers.wallet.buttons import CancelTopUp
from handlers.wallet.payment_picture import draw_payment, payment_of
from handlers.wallet.topup_texts import MAX_BY_CODE, accounts_in
from tests.domain.test_qris import STATIC
from tests.handlers.harness import BotHarness
from tests.handlers.topups import ACCOUNT, request_topup, send_proof, set_payment_methods
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN


async def newest_topup(topup_harness: BotHarness) -> TopUp:
    """Return Anni's newest top-up."""
    topup = await topup_harness.shop.store.read(lambda tx: tx.topups.newest_of(ANNI))
    assert topup is not None
    return topup


async def expected_picture(topup_harness: BotHarness, language: str = "id") -> bytes:
    """Return the picture that the newest top-up must be shown with."""
    topup = await newest_topup(topup_harness)
    words = topup_harness.services.languages[language]
    payment = payment_of(words, topup, topup_harness.services.shop_name)
    return draw_payment(with_amount(STATIC, topup.total), payment)


async def test_a_top_up_shows_a_payment_code_with_the_exact_amount(
    topup_harness: BotHarness,
) -> None:
    total = await request_topup(topup_harness)
    message = topup_harness.last()
    assert message.photo is not None
    assert message.photo.content == await expected_picture(topup_harness)
    assert (await newest_topup(topup_harness)).total == total
    assert (
        "Simpan gambar ini, buka aplikasi bank atau e-wallet → QRIS → pilih dari galeri."
        in message.text
    )
    assert 50_001 <= total <= 50_999
    assert ACCOUNT in message.text
    assert "Bayar sebelum" in message.text


async def test_a_shop_without_qris_shows_its_account(topup_harness: BotHarness) -> None:
    set_payment_methods(topup_harness, "")
    await request_topup(topup_harness)
    assert topup_harness.last().photo is None
    assert ACCOUNT in topup_harness.text()


async def test_amount_and_account_have_copy_buttons(topup_harness: BotHarness) -> None:
    """Apps of banks take digits only."""
    total = await request_topup(topup_harness)
    copied = [
        one["copy_text"]["text"]
        for row in topup_harness.last().buttons
        for one in row
        if "copy_text" in one
    ]
    assert copied == [str(total), *accounts_in(ACCOUNT)]
    assert f"📋 Salin Rp{total:,}".replace(",", ".") in topup_harness.labels()


@pytest.mark.parametrize(
    ("instructions", "accounts"),
    [
        ("BCA 1234567890 a.n. Toko", ["1234567890"]),
        ("BCA 123-456-7890\nDANA 0812 3456 7890", ["1234567890", "081234567890"]),
        ("BRI 0021 0100 1234 567, BRI 00210100 1234567", ["002101001234567"]),
        ("Bayar sebelum jam 22.30, 7 hari, lantai 12", []),
        ("", []),
    ],
)
def test_account_numbers_are_found_in_the_instructions(
    instructions: str, accounts: list[str]
) -> None:
    """An account number has at least eight digits, in any grouping."""
    assert accounts_in(instructions) == accounts


async def test_a_phone_number_is_not_an_amount(topup_harness: BotHarness) -> None:
    await topup_harness.say("/saldo")
    await topup_harness.press("Isi saldo")
    await topup_harness.say("081234567890")
    assert "Mau beli apa" in topup_harness.text()
    assert await topup_harness.dialog() is None


async def test_an_admin_can_credit_another_amount(topup_harness: BotHarness) -> None:
    asked = await request_topup(topup_harness)
    await topup_harness.press("Jumlah lain", ADMIN)
    await topup_harness.say("banyak", ADMIN)
    assert "bukan jumlah" in topup_harness.text(ADMIN)
    await topup_harness.say("1.000.000.000", ADMIN)
    assert "Jauh dari yang diminta" in topup_harness.text(ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 100_000
    await topup_harness.say("42.345", ADMIN)
    assert "Jauh" not in topup_harness.text(ADMIN)
    await topup_harness.press("Tambahkan Rp42.345", ADMIN)
    assert "Rp42.345" in topup_harness.text(ADMIN)
    assert "Rp42.345" in topup_harness.text()
    assert f"Yang kamu minta {topup_harness.money(asked)}." in topup_harness.text()
    assert (await topup_harness.shop.wallet(ANNI)).posted == 142_345
    assert await topup_harness.dialog(CustomerId(ADMIN)) is None
    assert (await topup_harness.forge(AskDecision(1, for_amount=True), ADMIN)).text


async def test_another_amount_is_credited_once(topup_harness: BotHarness) -> None:
    await request_topup(topup_harness)
    await topup_harness.press("Jumlah lain", ADMIN)
    await topup_harness.say("42.345", ADMIN)
    _, data = topup_harness.find("Tambahkan Rp42.345", ADMIN)
    await topup_harness.press("Tambahkan Rp42.345", ADMIN)
    await topup_harness.forge(data, ADMIN)
    await topup_harness.forge(ApproveAmount(1, -5), ADMIN)
    await topup_harness.forge(ApproveAmount(1, 10**15), ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 142_345


async def test_a_proof_lists_the_customers_other_requests(topup_harness: BotHarness) -> None:
    older = await request_topup(topup_harness)
    newer = await request_topup(topup_harness, "75rb")
    await send_proof(topup_harness)
    assert topup_harness.money(newer) in topup_harness.text(ADMIN)
    assert f"• {topup_harness.money(older)}, " in topup_harness.text(ADMIN)
    assert f"Setujui {topup_harness.money(older)}" in topup_harness.labels(ADMIN)[-1]
    await topup_harness.press(f"Setujui {topup_harness.money(older)}", ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 100_000 + older
    assert f"• {topup_harness.money(newer)}, " in topup_harness.text(ADMIN)
    assert len(await topup_harness.shop.topups.open_of(ANNI)) == 1


async def test_an_amount_of_another_open_request_leads_to_that_request(
    topup_harness: BotHarness,
) -> None:
    older = await request_topup(topup_harness)
    newer = await request_topup(topup_harness, "75rb")
    await topup_harness.press("Jumlah lain", ADMIN)
    await topup_harness.say(str(older), ADMIN)
    assert "persis" in topup_harness.text(ADMIN)
    await topup_harness.forge(ApproveAmount(2, older), ADMIN)
    assert "persis" in topup_harness.text(ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 100_000
    await topup_harness.press(f"Setujui {topup_harness.money(older)}", ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 100_000 + older
    await topup_harness.press("Jumlah lain", ADMIN)
    await topup_harness.say(str(older), ADMIN)
    assert f"Ini pembayaran kedua sebesar {topup_harness.money(older)}?" in topup_harness.text(
        ADMIN
    )
    await topup_harness.press("Masuk lagi", ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 100_000 + 2 * older
    assert newer != older


async def test_other_open_requests_are_shown_before_another_amount_is_credited(
    topup_harness: BotHarness,
) -> None:
    """The transfer may have been for both requests."""
    older = await request_topup(topup_harness)
    newer = await request_topup(topup_harness, "75rb")
    await topup_harness.press("Jumlah lain", ADMIN)
    await topup_harness.say(str(older + newer), ADMIN)
    assert f"• {topup_harness.money(older)}, " in topup_harness.text(ADMIN)


async def test_a_rejection_shows_its_reason_escaped(topup_harness: BotHarness) -> None:
    await request_topup(topup_harness)
    await topup_harness.press("Tolak + alasan", ADMIN)
    await topup_harness.say("Belum <masuk>", ADMIN)
    assert "Belum <masuk>" in topup_harness.text()
    topup = (await topup_harness.shop.topups.details(ADMIN, TopUpId(1))).topup
    assert topup.state is TopUpState.REJECTED


async def test_an_amount_for_a_decided_top_up_credits_nothing(topup_harness: BotHarness) -> None:
    await request_topup(topup_harness)
    await topup_harness.press("Jumlah lain", ADMIN)
    await topup_harness.shop.topups.decide(SECOND_ADMIN, TopUpId(1), approve=False)
    await topup_harness.say("12.345", ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 100_000


async def test_a_purchase_continues_after_the_top_up(topup_harness: BotHarness) -> None:
    await topup_harness.shop.credit(ANNI, -95_000)
    await topup_harness.to_confirm()
    await topup_harness.press("Isi saldo")
    await topup_harness.say("50rb")
    await topup_harness.press("Setujui", ADMIN)
    await topup_harness.press("Lanjutkan belanja")
    await topup_harness.press("Bayar")
    (order,) = await topup_harness.orders()
    assert order.service_code == "SM10"


async def test_too_many_requests_are_refused_until_a_stated_time(topup_harness: BotHarness) -> None:
    last = [await request_topup(topup_harness, f"{50 + number}rb") for number in range(10)][-1]
    await topup_harness.say("/saldo")
    await topup_harness.press("Isi saldo")
    await topup_harness.press("Jumlah lain")
    await topup_harness.say("50rb")
    assert "sudah 10 kali minta isi saldo" in topup_harness.text()
    assert "mulai 15 Mar 2026" in topup_harness.text()
    assert "Kirim foto bukti" in topup_harness.text()
    assert "@konter_help" in topup_harness.text()
    assert await topup_harness.dialog() is None
    await topup_harness.press(f"Bayar {topup_harness.money(last)}")
    assert topup_harness.last().photo is not None
    await topup_harness.say("12.000")
    assert len(await topup_harness.shop.topups.open_of(ANNI)) == 1


async def test_a_customer_who_never_paid_has_three_requests_a_day(
    topup_harness: BotHarness,
) -> None:
    dewi = 1_077
    topup_harness.telegram.add_user(dewi, "Dewi", "en")
    for number in range(4):
        await topup_harness.say("/balance", dewi)
        await topup_harness.press("Top up", dewi)
        await topup_harness.say(f"{50 + number}k", dewi)
        if number < 3:
            await topup_harness.press("Cancel", dewi)
    assert "You have asked for 3 top-ups within a day that are not paid" in topup_harness.text(dewi)
    assert "you can pay it now" not in topup_harness.text(dewi)
    assert (
        len(await topup_harness.shop.store.read(lambda tx: tx.topups.pending_of(CustomerId(dewi))))
        == 3
    )


async def test_a_new_amount_replaces_the_open_request(topup_harness: BotHarness) -> None:
    old = await request_topup(topup_harness)
    code, asked = topup_harness.last(), topup_harness.last(ADMIN)
    new = await request_topup(topup_harness, "75rb")
    assert (
        f"menggantikan {topup_harness.money(old)}. Yang itu sudah dibatalkan"
        in topup_harness.text()
    )
    assert topup_harness.money(new) in topup_harness.text()
    changed = topup_harness.message(code.message_id)
    assert changed.buttons == []
    assert f"Isi saldo {topup_harness.money(old)} dibatalkan" in changed.text
    assert "Jangan dibayar" in changed.text
    told = topup_harness.message(asked.message_id, ADMIN)
    assert "Pelanggan minta jumlah lain sebagai gantinya: 14 Mar 2026" in told.text
    assert told.buttons == []
    assert "jumlah lain" in (await topup_harness.forge(ShowTopUp(1))).text


async def test_a_replaced_request_without_a_code_says_that_it_is_cancelled(
    topup_harness: BotHarness,
) -> None:
    set_payment_methods(topup_harness, "")
    old = await request_topup(topup_harness)
    shown = topup_harness.last()
    assert "🏠 Menu" not in topup_harness.labels()
    await request_topup(topup_harness, "75rb")
    changed = topup_harness.message(shown.message_id)
    assert f"Isi saldo {topup_harness.money(old)} dibatalkan" in changed.text
    assert ACCOUNT not in changed.text


async def test_the_payment_code_of_a_top_up_cancelled_elsewhere_says_so(
    topup_harness: BotHarness,
) -> None:
    total = await request_topup(topup_harness)
    code = topup_harness.last()
    await topup_harness.say("/saldo")
    await topup_harness.press("Isi saldo")
    await topup_harness.press("Batalkan")
    assert (
        f"Isi saldo {topup_harness.money(total)} dibatalkan"
        in topup_harness.message(code.message_id).text
    )


async def test_an_amount_without_free_codes_is_refused(topup_harness: BotHarness) -> None:
    """All codes of this amount are reserved by others; another amount is free."""
    now = topup_harness.shop.clock.now()

    def take_all(tx: Transaction) -> None:
        for code in range(1, MAX_CODE + 1):
            asked = TopUp(TopUpId(0), BUDI, Rupiah(50_000), TopUpState.PENDING, f"k{code}", now)
            end = now + timedelta(hours=1)
            tx.topups.add(replace(asked, code=code, expires_at=end, is_reserved=True))

    await topup_harness.say("/start", BUDI)
    await topup_harness.shop.store.write(take_all)
    await topup_harness.say("/saldo")
    await topup_harness.press("Isi saldo")
    await topup_harness.say("50rb")
    assert "pilih jumlah lain" in topup_harness.text()
    await topup_harness.say("60rb")
    assert topup_harness.last().photo is not None


async def test_an_amount_above_the_qris_limit_is_paid_to_the_account(
    topup_harness: BotHarness,
) -> None:
    await request_topup(topup_harness, "10jt")
    assert topup_harness.last().photo is None
    assert "QRIS paling banyak Rp10.000.000" in topup_harness.text()
    assert ACCOUNT in topup_harness.text()
    await request_topup(topup_harness, str(MAX_BY_CODE))
    assert topup_harness.last().photo is not None


async def test_a_shop_with_qris_only_refuses_amounts_above_its_limit(
    topup_harness: BotHarness,
) -> None:
    set_payment_methods(topup_harness, STATIC, "")
    await topup_harness.say("/saldo")
    await topup_harness.press("Isi saldo")
    await topup_harness.say("10jt")
    assert "paling banyak Rp9.999.000 sekali bayar" in topup_harness.text()
    assert await topup_harness.shop.topups.open_of(ANNI) == []
    await topup_harness.say(str(MAX_BY_CODE))
    assert topup_harness.last().photo is not None


# --- shown again, cancelled, expired ---


async def test_an_open_top_up_is_shown_again_from_the_wallet(topup_harness: BotHarness) -> None:
    total = await request_topup(topup_harness)
    shown = topup_harness.last().photo
    assert shown is not None
    await topup_harness.say("/saldo")
    assert (
        f"Isi saldo yang menunggu\n• {topup_harness.money(total)}, bayar sebelum"
        in topup_harness.text()
    )
    await topup_harness.press("Bayar Rp50")
    again = topup_harness.last().photo
    assert again is not None
    assert again.content == shown.content


async def test_a_second_request_shows_the_open_one_first(topup_harness: BotHarness) -> None:
    await request_topup(topup_harness)
    await topup_harness.say("/saldo")
    await topup_harness.press("Isi saldo")
    assert topup_harness.labels()[1:] == ["✕ Batalkan", "💰 Jumlah lain", "🏠 Menu"]
    assert await topup_harness.dialog() is None
    await topup_harness.press("Jumlah lain")
    assert await topup_harness.step() == Step.AMOUNT
    await topup_harness.press("Rp100.000")
    assert [one.amount for one in await topup_harness.shop.topups.open_of(ANNI)] == [100_000]


async def test_a_quote_is_kept_while_a_top_up_is_open(topup_harness: BotHarness) -> None:
    await request_topup(topup_harness)
    await topup_harness.shop.credit(ANNI, -95_000)
    await topup_harness.to_confirm()
    await topup_harness.press("Isi saldo")
    assert await topup_harness.step() == Step.CONFIRM == topup_harness.library_step()


async def test_a_top_up_is_cancelled_below_its_code(topup_harness: BotHarness) -> None:
    """Money that arrives all the same can still be credited by an admin."""
    total = await request_topup(topup_harness)
    code = topup_harness.last()
    await topup_harness.press("Batalkan")
    assert "dibatalkan" in topup_harness.text()
    assert "foto bukti" in topup_harness.text()
    assert topup_harness.said()[-2].message_id == code.message_id
    assert topup_harness.said()[-2].buttons == []
    await topup_harness.press("Isi saldo")
    assert "Mau isi saldo berapa?" in topup_harness.text()
    for button in (ShowTopUp(1), CancelTopUp(1)):
        answer = await topup_harness.forge(button)
        assert ("batalkan" in answer.text) == isinstance(button, ShowTopUp)
    assert "Dibatalkan pelanggan" in topup_harness.text(ADMIN)
    assert topup_harness.labels(ADMIN) == []
    await topup_harness.forge(DecideTopUp(1, approve=True), ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 100_000 + total
    assert "Dibatalkan pelanggan" not in topup_harness.text(ADMIN)


async def test_a_proof_of_a_cancelled_top_up_says_that_it_was_cancelled(
    topup_harness: BotHarness,
) -> None:
    await request_topup(topup_harness)
    await topup_harness.press("Batalkan")
    await send_proof(topup_harness)
    assert "Dibatalkan pelanggan: 14 Mar 2026" in topup_harness.text(ADMIN)
    assert "✅ Setujui" in topup_harness.labels(ADMIN)


async def test_the_admins_message_says_that_the_top_up_was_cancelled(
    topup_harness: BotHarness,
) -> None:
    total = await request_topup(topup_harness)
    before = len(topup_harness.said(ADMIN))
    await topup_harness.press("Batalkan")
    await topup_harness.deliver.deliver()
    assert len(topup_harness.said(ADMIN)) == before
    assert "Dibatalkan pelanggan: 14 Mar 2026" in topup_harness.text(ADMIN)
    await request_topup(topup_harness, "60rb")
    await send_proof(topup_harness)
    assert "yang belum diputuskan" in topup_harness.text(ADMIN)
    assert "Dibatalkan pelanggan: 14 Mar 2026" in topup_harness.text(ADMIN)
    approve = next(label for label in topup_harness.labels(ADMIN) if "(dibatalkan)" in label)
    assert f"{total:,}".replace(",", ".") in approve


async def test_another_customers_top_up_cannot_be_seen_or_cancelled(
    topup_harness: BotHarness,
) -> None:
    await request_topup(topup_harness)
    await topup_harness.say("/start", BUDI)
    for button in (ShowTopUp(1), CancelTopUp(1), ShowTopUp(99)):
        before = topup_harness.said(BUDI)
        assert (await topup_harness.forge(button, BUDI)).text
        assert topup_harness.said(BUDI) == before
    assert len(await topup_harness.shop.topups.open_of(ANNI)) == 1


@pytest.mark.parametrize(("is_approved", "says"), [(True, "sudah masuk"), (False, "dikonfirmasi")])
async def test_the_buttons_of_a_decided_top_up_show_the_decision(
    topup_harness: BotHarness, is_approved: bool, says: str
) -> None:
    await request_topup(topup_harness)
    await topup_harness.shop.topups.decide(ADMIN, TopUpId(1), approve=is_approved)
    for button in (ShowTopUp(1), CancelTopUp(1)):
        assert says in (await topup_harness.forge(button)).text


async def test_a_top_up_with_a_proof_cannot_be_cancelled(topup_harness: BotHarness) -> None:
    await request_topup(topup_harness)
    await send_proof(topup_harness)
    assert "mengecek" in (await topup_harness.press("Batalkan")).text


async def test_an_expiry_is_announced_once(topup_harness: BotHarness) -> None:
    """A customer who paid late sends the proof, and an admin can still approve."""
    total = await request_topup(topup_harness)
    topup_harness.shop.clock.at += timedelta(hours=1)
    assert await topup_harness.shop.topups.expire() == 0
    await topup_harness.deliver.deliver()
    assert f"Waktu untuk membayar {topup_harness.money(total)} sudah habis" in topup_harness.text()
    assert topup_harness.labels() == ["💵 Isi saldo"]
    assert "habis" in (await topup_harness.forge(ShowTopUp(1))).text
    await send_proof(topup_harness)
    assert "Waktu bayarnya habis" in topup_harness.text(ADMIN)
    await topup_harness.press("Setujui", ADMIN)
    assert (await topup_harness.shop.wallet(ANNI)).posted == 100_000 + total


async def test_a_request_without_a_code_is_shown_again_and_cancelled(harness: BotHarness) -> None:
    await harness.say("/saldo")
    await harness.press("Isi saldo")
    await harness.say("50rb")
    await harness.say("/saldo")
    assert "• Rp50.000, sedang dicek toko" in harness.text()
    await harness.press("Bayar Rp50.000")
    assert "Permintaan isi saldo Rp50.000" in harness.text()
    await harness.press("Batalkan")
    assert "Isi saldo Rp50.000 dibatalkan" in harness.text()
    assert await harness.shop.topups.open_of(ANNI) == []


async def test_long_instructions_are_sent_in_a_message_of_their_own(
    topup_harness: BotHarness,
) -> None:
    """The caption of a picture has at most 1,024 characters (Bot API)."""
    set_payment_methods(topup_harness, STATIC, "Langkah berikutnya. " * 100)
    await request_topup(topup_harness)
    *_, text, code = topup_harness.said()
    assert code.photo is not None
    assert "Bayar tepat Rp50" in code.text
    assert text.text.count("Langkah") == 100
    assert "✕ Batalkan" in topup_harness.labels()


@pytest.mark.parametrize("steps", [1, 30, 100])
async def test_only_the_open_top_up_asks_for_payment(topup_harness: BotHarness, steps: int) -> None:
    """A replaced amount must not be paid from an older message."""
    set_payment_methods(topup_harness, STATIC, "Langkah berikutnya. " * steps)
    *_, last = [await request_topup(topup_harness, typed) for typed in ("50rb", "75rb", "80rb")]
    asking = [one for one in topup_harness.said() if "Bayar tepat" in one.text]
    assert [one.photo is not None for one in asking] == [True]
    assert topup_harness.money(last) in asking[0].text
    assert [one for one in topup_harness.said() if "📋" in str(one.buttons)] == asking
