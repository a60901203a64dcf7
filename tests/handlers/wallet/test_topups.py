"""Top-ups as customers and admins see them."""

from __future__ import annotations

import io
import re
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
from handlers.wallet.payment_picture import draw_payment
from handlers.wallet.payment_picture_texts import payment_of
from handlers.wallet.qr import qr_png
from handlers.wallet.topup_texts import MOST_BY_CODE, accounts_in
from tests.domain.test_qris import STATIC
from tests.handlers.counter import Counter
from tests.handlers.till import ACCOUNT, furnish, pay_in, prove
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN


async def newest_topup(till: Counter) -> TopUp:
    """Return Anni's newest top-up."""
    topup = await till.shop.store.read(lambda tx: tx.topups.newest_of(ANNI))
    assert topup is not None
    return topup


async def expected_picture(till: Counter, language: str = "id") -> bytes:
    """Return the picture that the newest top-up must be shown with."""
    topup = await newest_topup(till)
    words = till.services.languages[language]
    payment = payment_of(words, topup, till.services.shop_name)
    return draw_payment(with_amount(STATIC, topup.total), payment)


async def test_a_top_up_shows_a_payment_code_with_the_exact_amount(till: Counter) -> None:
    total = await pay_in(till)
    message = till.last()
    assert message.photo is not None
    assert message.photo.content == await expected_picture(till)
    assert (await newest_topup(till)).total == total
    assert (
        "Simpan gambar ini, buka aplikasi bank atau e-wallet → QRIS → pilih dari galeri."
        in message.text
    )
    assert 50_001 <= total <= 50_999
    assert ACCOUNT in message.text
    assert "Bayar sebelum" in message.text


async def test_a_shop_without_qris_shows_its_account(counter: Counter) -> None:
    await counter.stop()
    furnish(counter, "")
    await counter.start()
    await pay_in(counter)
    assert counter.last().photo is None
    assert ACCOUNT in counter.text()


async def test_amount_and_account_have_copy_buttons(till: Counter) -> None:
    """Apps of banks take digits only."""
    total = await pay_in(till)
    copied = [
        one["copy_text"]["text"] for row in till.last().buttons for one in row if "copy_text" in one
    ]
    assert copied == [str(total), *accounts_in(ACCOUNT)]
    assert f"📋 Salin Rp{total:,}".replace(",", ".") in till.labels()


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


@pytest.mark.parametrize("typed", ["50rb", "50.000", "Rp 50.000", "50000", "50k", "50ribu"])
async def test_amounts_are_read_in_usual_spellings(till: Counter, typed: str) -> None:
    assert 50_001 <= await pay_in(till, typed) <= 50_999


@pytest.mark.parametrize(
    ("typed", "says"), [("1e6", "bukan jumlah"), ("-5", "lebih dari"), ("5000", "minimal")]
)
async def test_invalid_amounts_are_explained(till: Counter, typed: str, says: str) -> None:
    await till.say("/saldo")
    await till.press("Isi saldo")
    await till.say(typed)
    assert re.search(says, till.text(), re.IGNORECASE), till.text()


async def test_a_phone_number_is_not_an_amount(till: Counter) -> None:
    await till.say("/saldo")
    await till.press("Isi saldo")
    await till.say("081234567890")
    assert "Mau beli apa" in till.text()
    assert await till.dialog() is None


async def test_an_admin_can_credit_another_amount(till: Counter) -> None:
    asked = await pay_in(till)
    await till.press("Jumlah lain", ADMIN)
    await till.say("banyak", ADMIN)
    assert "bukan jumlah" in till.text(ADMIN)
    await till.say("1.000.000.000", ADMIN)
    assert "Jauh dari yang diminta" in till.text(ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000
    await till.say("42.345", ADMIN)
    assert "Jauh" not in till.text(ADMIN)
    await till.press("Tambahkan Rp42.345", ADMIN)
    assert "Rp42.345" in till.text(ADMIN)
    assert "Rp42.345" in till.text()
    assert f"Yang kamu minta {till.money(asked)}." in till.text()
    assert (await till.shop.wallet(ANNI)).posted == 142_345
    assert await till.dialog(CustomerId(ADMIN)) is None
    assert (await till.forge(AskDecision(1, for_amount=True), ADMIN)).text


async def test_another_amount_is_credited_once(till: Counter) -> None:
    await pay_in(till)
    await till.press("Jumlah lain", ADMIN)
    await till.say("42.345", ADMIN)
    _, data = till.find("Tambahkan Rp42.345", ADMIN)
    await till.press("Tambahkan Rp42.345", ADMIN)
    await till.forge(data, ADMIN)
    await till.forge(ApproveAmount(1, -5), ADMIN)
    await till.forge(ApproveAmount(1, 10**15), ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 142_345


async def test_a_proof_lists_the_customers_other_requests(till: Counter) -> None:
    older = await pay_in(till)
    newer = await pay_in(till, "75rb")
    await prove(till)
    assert till.money(newer) in till.text(ADMIN)
    assert f"• {till.money(older)}, " in till.text(ADMIN)
    assert f"Setujui {till.money(older)}" in till.labels(ADMIN)[-1]
    await till.press(f"Setujui {till.money(older)}", ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000 + older
    assert f"• {till.money(newer)}, " in till.text(ADMIN)
    assert len(await till.shop.topups.open_of(ANNI)) == 1


async def test_an_amount_of_another_open_request_leads_to_that_request(till: Counter) -> None:
    older = await pay_in(till)
    newer = await pay_in(till, "75rb")
    await till.press("Jumlah lain", ADMIN)
    await till.say(str(older), ADMIN)
    assert "persis" in till.text(ADMIN)
    await till.forge(ApproveAmount(2, older), ADMIN)
    assert "persis" in till.text(ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000
    await till.press(f"Setujui {till.money(older)}", ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000 + older
    await till.press("Jumlah lain", ADMIN)
    await till.say(str(older), ADMIN)
    assert f"Ini pembayaran kedua sebesar {till.money(older)}?" in till.text(ADMIN)
    await till.press("Masuk lagi", ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000 + 2 * older
    assert newer != older


async def test_other_open_requests_are_shown_before_another_amount_is_credited(
    till: Counter,
) -> None:
    """The transfer may have been for both requests."""
    older = await pay_in(till)
    newer = await pay_in(till, "75rb")
    await till.press("Jumlah lain", ADMIN)
    await till.say(str(older + newer), ADMIN)
    assert f"• {till.money(older)}, " in till.text(ADMIN)


async def test_a_rejection_shows_its_reason_escaped(till: Counter) -> None:
    await pay_in(till)
    await till.press("Tolak + alasan", ADMIN)
    await till.say("Belum <masuk>", ADMIN)
    assert "Belum <masuk>" in till.text()
    topup = (await till.shop.topups.details(ADMIN, TopUpId(1))).topup
    assert topup.state is TopUpState.REJECTED


async def test_an_amount_for_a_decided_top_up_credits_nothing(till: Counter) -> None:
    await pay_in(till)
    await till.press("Jumlah lain", ADMIN)
    await till.shop.topups.decide(SECOND_ADMIN, TopUpId(1), approve=False)
    await till.say("12.345", ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000


async def test_a_purchase_continues_after_the_top_up(till: Counter) -> None:
    await till.shop.credit(ANNI, -95_000)
    await till.to_confirm()
    await till.press("Isi saldo")
    await till.say("50rb")
    await till.press("Setujui", ADMIN)
    await till.press("Lanjutkan belanja")
    await till.press("Bayar")
    (order,) = await till.orders()
    assert order.service_code == "SM10"


async def test_too_many_requests_are_refused_until_a_stated_time(till: Counter) -> None:
    last = [await pay_in(till, f"{50 + number}rb") for number in range(10)][-1]
    await till.say("/saldo")
    await till.press("Isi saldo")
    await till.press("Jumlah lain")
    await till.say("50rb")
    assert "sudah 10 kali minta isi saldo" in till.text()
    assert "mulai 15 Mar 2026" in till.text()
    assert "Kirim foto bukti" in till.text()
    assert "@konter_help" in till.text()
    assert await till.dialog() is None
    await till.press(f"Bayar {till.money(last)}")
    assert till.last().photo is not None
    await till.say("12.000")
    assert len(await till.shop.topups.open_of(ANNI)) == 1


async def test_a_customer_who_never_paid_has_three_requests_a_day(till: Counter) -> None:
    dewi = 1_077
    till.telegram.add_user(dewi, "Dewi", "en")
    for number in range(4):
        await till.say("/balance", dewi)
        await till.press("Top up", dewi)
        await till.say(f"{50 + number}k", dewi)
        if number < 3:
            await till.press("Cancel", dewi)
    assert "You have asked for 3 top-ups within a day that are not paid" in till.text(dewi)
    assert "you can pay it now" not in till.text(dewi)
    assert len(await till.shop.store.read(lambda tx: tx.topups.pending(99))) == 3


async def test_a_new_amount_replaces_the_open_request(till: Counter) -> None:
    old = await pay_in(till)
    code, asked = till.last(), till.last(ADMIN)
    new = await pay_in(till, "75rb")
    assert f"menggantikan {till.money(old)}. Yang itu sudah dibatalkan" in till.text()
    assert till.money(new) in till.text()
    changed = till.message(code.message_id)
    assert changed.buttons == []
    assert f"Isi saldo {till.money(old)} dibatalkan" in changed.text
    assert "Jangan dibayar" in changed.text
    told = till.message(asked.message_id, ADMIN)
    assert "Pelanggan minta jumlah lain sebagai gantinya: 14 Mar 2026" in told.text
    assert told.buttons == []
    assert "jumlah lain" in (await till.forge(ShowTopUp(1))).text


async def test_a_replaced_request_without_a_code_says_that_it_is_cancelled(
    counter: Counter,
) -> None:
    await counter.stop()
    furnish(counter, "")
    await counter.start()
    old = await pay_in(counter)
    shown = counter.last()
    assert "🏠 Menu" not in counter.labels()
    await pay_in(counter, "75rb")
    changed = counter.message(shown.message_id)
    assert f"Isi saldo {counter.money(old)} dibatalkan" in changed.text
    assert ACCOUNT not in changed.text


async def test_the_payment_code_of_a_top_up_cancelled_elsewhere_says_so(till: Counter) -> None:
    total = await pay_in(till)
    code = till.last()
    await till.say("/saldo")
    await till.press("Isi saldo")
    await till.press("Batalkan")
    assert f"Isi saldo {till.money(total)} dibatalkan" in till.message(code.message_id).text


async def test_an_amount_without_free_codes_is_refused(till: Counter) -> None:
    """All codes of this amount are reserved by others; another amount is free."""
    now = till.shop.clock.now()

    def take_all(tx: Transaction) -> None:
        for code in range(1, MAX_CODE + 1):
            asked = TopUp(TopUpId(0), BUDI, Rupiah(50_000), TopUpState.PENDING, f"k{code}", now)
            end = now + timedelta(hours=1)
            tx.topups.add(replace(asked, code=code, expires_at=end, is_reserved=True))

    await till.say("/start", BUDI)
    await till.shop.store.write(take_all)
    await till.say("/saldo")
    await till.press("Isi saldo")
    await till.say("50rb")
    assert "pilih jumlah lain" in till.text()
    await till.say("60rb")
    assert till.last().photo is not None


async def test_an_amount_above_the_qris_limit_is_paid_to_the_account(till: Counter) -> None:
    await pay_in(till, "10jt")
    assert till.last().photo is None
    assert "QRIS paling banyak Rp10.000.000" in till.text()
    assert ACCOUNT in till.text()
    await pay_in(till, str(MOST_BY_CODE))
    assert till.last().photo is not None


async def test_a_shop_with_qris_only_refuses_amounts_above_its_limit(till: Counter) -> None:
    await till.stop()
    furnish(till, STATIC, "")
    await till.start()
    await till.say("/saldo")
    await till.press("Isi saldo")
    await till.say("10jt")
    assert "paling banyak Rp9.999.000 sekali bayar" in till.text()
    assert await till.shop.topups.open_of(ANNI) == []
    await till.say(str(MOST_BY_CODE))
    assert till.last().photo is not None


# --- shown again, cancelled, expired ---


async def test_an_open_top_up_is_shown_again_from_the_wallet(till: Counter) -> None:
    total = await pay_in(till)
    shown = till.last().photo
    assert shown is not None
    await till.say("/saldo")
    assert f"Isi saldo yang menunggu\n• {till.money(total)}, bayar sebelum" in till.text()
    await till.press("Bayar Rp50")
    again = till.last().photo
    assert again is not None
    assert again.content == shown.content


async def test_a_second_request_shows_the_open_one_first(till: Counter) -> None:
    await pay_in(till)
    await till.say("/saldo")
    await till.press("Isi saldo")
    assert till.labels()[1:] == ["✕ Batalkan", "💰 Jumlah lain", "🏠 Menu"]
    assert await till.dialog() is None
    await till.press("Jumlah lain")
    dialog = await till.dialog()
    assert dialog is not None
    assert dialog.step == Step.AMOUNT
    await till.press("Rp100.000")
    assert [one.amount for one in await till.shop.topups.open_of(ANNI)] == [100_000]


async def test_a_quote_is_kept_while_a_top_up_is_open(till: Counter) -> None:
    await pay_in(till)
    await till.shop.credit(ANNI, -95_000)
    await till.to_confirm()
    await till.press("Isi saldo")
    dialog = await till.dialog()
    assert dialog is not None
    assert dialog.step == Step.CONFIRM == till.remembered()


async def test_a_top_up_is_cancelled_below_its_code(till: Counter) -> None:
    """Money that arrives all the same can still be credited by an admin."""
    total = await pay_in(till)
    code = till.last()
    await till.press("Batalkan")
    assert "dibatalkan" in till.text()
    assert "foto bukti" in till.text()
    assert till.said()[-2].message_id == code.message_id
    assert till.said()[-2].buttons == []
    await till.press("Isi saldo")
    assert "Mau isi saldo berapa?" in till.text()
    for button in (ShowTopUp(1), CancelTopUp(1)):
        answer = await till.forge(button)
        assert ("batalkan" in answer.text) == isinstance(button, ShowTopUp)
    assert "Dibatalkan pelanggan" in till.text(ADMIN)
    assert till.labels(ADMIN) == []
    await till.forge(DecideTopUp(1, approve=True), ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000 + total
    assert "Dibatalkan pelanggan" not in till.text(ADMIN)


async def test_a_proof_of_a_cancelled_top_up_says_that_it_was_cancelled(till: Counter) -> None:
    await pay_in(till)
    await till.press("Batalkan")
    await prove(till)
    assert "Dibatalkan pelanggan: 14 Mar 2026" in till.text(ADMIN)
    assert "✅ Setujui" in till.labels(ADMIN)


async def test_the_admins_message_says_that_the_top_up_was_cancelled(till: Counter) -> None:
    total = await pay_in(till)
    before = len(till.said(ADMIN))
    await till.press("Batalkan")
    await till.deliver.deliver()
    assert len(till.said(ADMIN)) == before
    assert "Dibatalkan pelanggan: 14 Mar 2026" in till.text(ADMIN)
    await pay_in(till, "60rb")
    await prove(till)
    assert "yang belum diputuskan" in till.text(ADMIN)
    assert "Dibatalkan pelanggan: 14 Mar 2026" in till.text(ADMIN)
    approve = next(label for label in till.labels(ADMIN) if "(dibatalkan)" in label)
    assert f"{total:,}".replace(",", ".") in approve


async def test_another_customers_top_up_cannot_be_seen_or_cancelled(till: Counter) -> None:
    await pay_in(till)
    await till.say("/start", BUDI)
    for button in (ShowTopUp(1), CancelTopUp(1), ShowTopUp(99)):
        before = till.said(BUDI)
        assert (await till.forge(button, BUDI)).text
        assert till.said(BUDI) == before
    assert len(await till.shop.topups.open_of(ANNI)) == 1


@pytest.mark.parametrize(("is_approved", "says"), [(True, "sudah masuk"), (False, "dikonfirmasi")])
async def test_the_buttons_of_a_decided_top_up_show_the_decision(
    till: Counter, is_approved: bool, says: str
) -> None:
    await pay_in(till)
    await till.shop.topups.decide(ADMIN, TopUpId(1), approve=is_approved)
    for button in (ShowTopUp(1), CancelTopUp(1)):
        assert says in (await till.forge(button)).text


async def test_a_top_up_with_a_proof_cannot_be_cancelled(till: Counter) -> None:
    await pay_in(till)
    await prove(till)
    assert "mengecek" in (await till.press("Batalkan")).text


async def test_an_expiry_is_announced_once(till: Counter) -> None:
    """A customer who paid late sends the proof, and an admin can still approve."""
    total = await pay_in(till)
    till.shop.clock.at += timedelta(hours=1)
    assert await till.shop.topups.expire() == 0
    await till.deliver.deliver()
    assert f"Waktu untuk membayar {till.money(total)} sudah habis" in till.text()
    assert till.labels() == ["💵 Isi saldo"]
    assert "habis" in (await till.forge(ShowTopUp(1))).text
    await prove(till)
    assert "Waktu bayarnya habis" in till.text(ADMIN)
    await till.press("Setujui", ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000 + total


async def test_a_request_without_a_code_is_shown_again_and_cancelled(counter: Counter) -> None:
    await counter.say("/saldo")
    await counter.press("Isi saldo")
    await counter.say("50rb")
    await counter.say("/saldo")
    assert "• Rp50.000, sedang dicek toko" in counter.text()
    await counter.press("Bayar Rp50.000")
    assert "Permintaan isi saldo Rp50.000" in counter.text()
    await counter.press("Batalkan")
    assert "Isi saldo Rp50.000 dibatalkan" in counter.text()
    assert await counter.shop.topups.open_of(ANNI) == []


async def test_long_instructions_are_sent_in_a_message_of_their_own(till: Counter) -> None:
    """The caption of a picture has at most 1,024 characters (Bot API)."""
    await till.stop()
    furnish(till, STATIC, "Langkah berikutnya. " * 100)
    await till.start()
    await pay_in(till)
    *_, text, code = till.said()
    assert code.photo is not None
    assert "Bayar tepat Rp50" in code.text
    assert text.text.count("Langkah") == 100
    assert "✕ Batalkan" in till.labels()


@pytest.mark.parametrize("steps", [1, 20, 30, 100])
async def test_only_the_open_top_up_asks_for_payment(till: Counter, steps: int) -> None:
    """A replaced amount must not be paid from an older message."""
    await till.stop()
    furnish(till, STATIC, "Langkah berikutnya. " * steps)
    await till.start()
    *_, last = [await pay_in(till, typed) for typed in ("50rb", "75rb", "80rb")]
    asking = [one for one in till.said() if "Bayar tepat" in one.text]
    assert [one.photo is not None for one in asking] == [True]
    assert till.money(last) in asking[0].text
    assert [one for one in till.said() if "📋" in str(one.buttons)] == asking


def test_a_payment_code_is_a_large_enough_png() -> None:
    content = qr_png(with_amount(STATIC, Rupiah(50_123)))
    assert io.BytesIO(content).read(8) == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20]) > 300
