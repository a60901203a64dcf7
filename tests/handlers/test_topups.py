"""Paying money in, as the customer and the admins see it."""

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
from handlers.callback_data import (
    ApproveAmount,
    AskDecision,
    CancelTopUp,
    DecideTopUp,
    ShowTopUp,
)
from handlers.payment_picture import draw_payment
from handlers.qr import qr_png
from handlers.texts.deposits import MOST_BY_CODE, accounts_in
from handlers.texts.payment_picture import payment_of
from tests.domain.test_qris import STATIC
from tests.handlers.counter import Counter
from tests.handlers.till import ACCOUNT, furnish, pay_in, prove
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN


async def newest(till: Counter) -> TopUp:
    """Return what Anni asked for last."""
    topup = await till.shop.store.read(lambda tx: tx.topups.newest_of(ANNI))
    assert topup is not None
    return topup


async def picture_of_newest(till: Counter, language: str = "id") -> bytes:
    """Return how it is drawn."""
    topup = await newest(till)
    words = till.services.languages[language]
    payment = payment_of(words, topup, till.services.shop_name)
    return draw_payment(with_amount(STATIC, topup.total), payment)


async def test_a_deposit_shows_the_shops_code_for_its_amount(till: Counter) -> None:
    """A picture with the exact amount, until when, and where else to pay."""
    total = await pay_in(till)
    message = till.last()
    assert message.photo is not None
    assert message.photo.content == await picture_of_newest(till)
    assert (await newest(till)).total == total
    assert (
        "Simpan gambar ini, buka aplikasi bank atau e-wallet → QRIS → pilih dari galeri."
        in message.text
    )
    assert 50_001 <= total <= 50_999
    assert ACCOUNT in message.text
    assert "Bayar sebelum" in message.text


async def test_a_shop_without_a_code_tells_the_account(counter: Counter) -> None:
    """In words."""
    await counter.stop()
    furnish(counter, "")
    await counter.start()
    await pay_in(counter)
    assert counter.last().photo is None
    assert ACCOUNT in counter.text()


async def test_the_amount_and_the_account_are_copied_by_a_press(till: Counter) -> None:
    """Each as a bank's app takes it: digits alone."""
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
def test_accounts_are_found_in_the_shops_words(instructions: str, accounts: list[str]) -> None:
    """Eight digits or more, however they are grouped."""
    assert accounts_in(instructions) == accounts


@pytest.mark.parametrize("typed", ["50rb", "50.000", "Rp 50.000", "50000", "50k", "50ribu"])
async def test_amounts_are_understood_as_typed(till: Counter, typed: str) -> None:
    """In every usual spelling."""
    assert 50_001 <= await pay_in(till, typed) <= 50_999


@pytest.mark.parametrize(
    ("typed", "says"), [("1e6", "bukan jumlah"), ("-5", "lebih dari"), ("5000", "minimal")]
)
async def test_other_amounts_are_explained(till: Counter, typed: str, says: str) -> None:
    """And asked for again."""
    await till.say("/saldo")
    await till.press("Isi saldo")
    await till.say(typed)
    assert re.search(says, till.text(), re.IGNORECASE), till.text()


async def test_a_phone_number_is_no_amount(till: Counter) -> None:
    """It is what it always is."""
    await till.say("/saldo")
    await till.press("Isi saldo")
    await till.say("081234567890")
    assert "Mau beli apa" in till.text()
    assert await till.dialog() is None


async def test_another_amount_is_typed_by_the_admin(till: Counter) -> None:
    """A wrong one is asked for again; the customer reads what was credited, and what was asked."""
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
    """Whoever presses twice, or after the other admin, reads that it is decided."""
    await pay_in(till)
    await till.press("Jumlah lain", ADMIN)
    await till.say("42.345", ADMIN)
    _, data = till.find("Tambahkan Rp42.345", ADMIN)
    await till.press("Tambahkan Rp42.345", ADMIN)
    await till.forge(data, ADMIN)
    await till.forge(ApproveAmount(1, -5), ADMIN)
    await till.forge(ApproveAmount(1, 10**15), ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 142_345


async def test_a_picture_names_the_customers_other_requests(till: Counter) -> None:
    """The older one was paid: one press credits that, and the other stays open."""
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


async def test_an_amount_that_another_request_has_is_not_credited_twice(till: Counter) -> None:
    """Typed for one, it leads to the other; once that has it, the admin has to insist."""
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
    """What arrived may be both."""
    older = await pay_in(till)
    newer = await pay_in(till, "75rb")
    await till.press("Jumlah lain", ADMIN)
    await till.say(str(older + newer), ADMIN)
    assert f"• {till.money(older)}, " in till.text(ADMIN)


async def test_a_rejection_tells_its_reason(till: Counter) -> None:
    """Escaped, in the customer's message."""
    await pay_in(till)
    await till.press("Tolak + alasan", ADMIN)
    await till.say("Belum <masuk>", ADMIN)
    assert "Belum <masuk>" in till.text()
    topup = (await till.shop.topups.details(ADMIN, TopUpId(1))).topup
    assert topup.state is TopUpState.REJECTED


async def test_a_question_for_a_decided_deposit_says_so(till: Counter) -> None:
    """The other admin was faster while this one typed."""
    await pay_in(till)
    await till.press("Jumlah lain", ADMIN)
    await till.shop.topups.decide(SECOND_ADMIN, TopUpId(1), approve=False)
    await till.say("12.345", ADMIN)
    assert (await till.shop.wallet(ANNI)).posted == 100_000


async def test_a_purchase_goes_on_after_the_deposit(till: Counter) -> None:
    """The product and number are kept: two taps, and it is bought."""
    await till.shop.credit(ANNI, -95_000)
    await till.to_confirm()
    await till.press("Isi saldo")
    await till.say("50rb")
    await till.press("Setujui", ADMIN)
    await till.press("Lanjutkan belanja")
    await till.press("Bayar")
    (order,) = await till.orders()
    assert order.service_code == "SM10"


async def test_who_asks_too_often_reads_when_to_ask_again(till: Counter) -> None:
    """And pays what is open with one press, or sends the picture."""
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


async def test_who_has_never_paid_asks_three_times_a_day(till: Counter) -> None:
    """Also where nothing is open any more: then there is nothing to be paid."""
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


async def test_a_new_amount_takes_the_place_of_the_old_one(till: Counter) -> None:
    """Every message says so: the new code's, the old code's, and the admin's."""
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


async def test_the_old_amount_in_words_says_that_it_is_cancelled(counter: Counter) -> None:
    """A shop without a QRIS tells its account."""
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


async def test_the_code_of_what_is_cancelled_elsewhere_says_so(till: Counter) -> None:
    """In the list of what is open, below the code."""
    total = await pay_in(till)
    code = till.last()
    await till.say("/saldo")
    await till.press("Isi saldo")
    await till.press("Batalkan")
    assert f"Isi saldo {till.money(total)} dibatalkan" in till.message(code.message_id).text


async def test_an_amount_that_everybody_asks_for_is_refused_as_that(till: Counter) -> None:
    """It is not the customer's own doing, and another amount is free."""
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


async def test_more_than_a_code_may_carry_is_paid_to_the_account(till: Counter) -> None:
    """Nobody's app would pay that QRIS."""
    await pay_in(till, "10jt")
    assert till.last().photo is None
    assert "QRIS paling banyak Rp10.000.000" in till.text()
    assert ACCOUNT in till.text()
    await pay_in(till, str(MOST_BY_CODE))
    assert till.last().photo is not None


async def test_a_shop_with_a_code_alone_takes_no_more_than_it_carries(till: Counter) -> None:
    """And says how to pay in more."""
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


# --- looked at again, let go, and run out ---


async def test_an_open_deposit_is_shown_again_from_the_wallet(till: Counter) -> None:
    """The same code, for the same amount; the wallet names it."""
    total = await pay_in(till)
    shown = till.last().photo
    assert shown is not None
    await till.say("/saldo")
    assert f"Isi saldo yang menunggu\n• {till.money(total)}, bayar sebelum" in till.text()
    await till.press("Bayar Rp50")
    again = till.last().photo
    assert again is not None
    assert again.content == shown.content


async def test_asking_again_shows_what_is_open_first(till: Counter) -> None:
    """Its code, letting it go, and another amount; nothing is waited for meanwhile."""
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


async def test_a_quote_is_kept_when_a_deposit_is_open_already(till: Counter) -> None:
    """What is being bought can go on."""
    await pay_in(till)
    await till.shop.credit(ANNI, -95_000)
    await till.to_confirm()
    await till.press("Isi saldo")
    dialog = await till.dialog()
    assert dialog is not None
    assert dialog.step == Step.CONFIRM == till.remembered()


async def test_a_deposit_is_let_go_below_its_code(till: Counter) -> None:
    """The picture loses its buttons; money that comes all the same is an admin's to credit."""
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


async def test_an_admin_reads_that_it_was_let_go(till: Counter) -> None:
    """A decision is still theirs, with what they must know."""
    await pay_in(till)
    await till.press("Batalkan")
    await prove(till)
    assert "Dibatalkan pelanggan: 14 Mar 2026" in till.text(ADMIN)
    assert "✅ Setujui" in till.labels(ADMIN)


async def test_what_was_cancelled_says_so_to_the_admin(till: Counter) -> None:
    """On the message that asked, without another; and where it is listed beside a later one."""
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


async def test_nobody_sees_or_cancels_anothers_deposit(till: Counter) -> None:
    """Neither by a forged button nor by a forwarded one."""
    await pay_in(till)
    await till.say("/start", BUDI)
    for button in (ShowTopUp(1), CancelTopUp(1), ShowTopUp(99)):
        before = till.said(BUDI)
        assert (await till.forge(button, BUDI)).text
        assert till.said(BUDI) == before
    assert len(await till.shop.topups.open_of(ANNI)) == 1


@pytest.mark.parametrize(("is_approved", "says"), [(True, "sudah masuk"), (False, "dikonfirmasi")])
async def test_the_buttons_of_a_decided_deposit_say_how_it_was(
    till: Counter, is_approved: bool, says: str
) -> None:
    """They may stand on an old message."""
    await pay_in(till)
    await till.shop.topups.decide(ADMIN, TopUpId(1), approve=is_approved)
    for button in (ShowTopUp(1), CancelTopUp(1)):
        assert says in (await till.forge(button)).text


async def test_a_deposit_with_a_picture_is_not_let_go(till: Counter) -> None:
    """The customer reads that the money is being looked for."""
    await pay_in(till)
    await prove(till)
    assert "mengecek" in (await till.press("Batalkan")).text


async def test_running_out_is_told_once_and_what_to_do(till: Counter) -> None:
    """Who paid all the same sends the picture, and an admin sees it with the request."""
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


async def test_a_plain_request_is_shown_again_and_let_go(counter: Counter) -> None:
    """A shop without a code has requests too."""
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


async def test_long_instructions_do_not_cost_the_code(till: Counter) -> None:
    """Below a picture is little room: they follow in a message of their own."""
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
async def test_only_the_open_amount_is_asked_for_anywhere(till: Counter, steps: int) -> None:
    """However long the instructions are: what was replaced twice is paid by nobody who scrolls."""
    await till.stop()
    furnish(till, STATIC, "Langkah berikutnya. " * steps)
    await till.start()
    *_, last = [await pay_in(till, typed) for typed in ("50rb", "75rb", "80rb")]
    asking = [one for one in till.said() if "Bayar tepat" in one.text]
    assert [one.photo is not None for one in asking] == [True]
    assert till.money(last) in asking[0].text
    assert [one for one in till.said() if "📋" in str(one.buttons)] == asking


def test_a_code_is_a_picture_that_is_large_enough() -> None:
    """A PNG with the white border that readers need."""
    content = qr_png(with_amount(STATIC, Rupiah(50_123)))
    assert io.BytesIO(content).read(8) == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20]) > 300
