"""Top-ups as customers and admins see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.dialog import Step
from bot.domain.money import Rupiah
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
from tests.handlers.admins import INDONESIAN_ADMIN, balance_of
from tests.handlers.harness import BotHarness
from tests.handlers.topups import ACCOUNT, request_topup, send_proof, set_payment_methods
from tests.services.shop import ADMIN, ANNI, BUDI, SHOP_NAME


@pytest.fixture
def harness(topup_harness: BotHarness) -> BotHarness:
    """A shop with a way to pay."""
    return topup_harness


async def ask_amount(harness: BotHarness) -> None:
    """Open the question how much to top up, or the open top-up."""
    await harness.say("/saldo")
    await harness.press("Isi saldo")


async def test_a_top_up_shows_a_payment_code_with_the_exact_amount(harness: BotHarness) -> None:
    total = await request_topup(harness)
    (topup,) = await harness.shop.topups.open_of(ANNI)
    payment = payment_of(harness.services.languages["id"], topup, SHOP_NAME)
    message = harness.last()
    assert message.photo is not None
    assert message.photo.content == draw_payment(with_amount(STATIC, total), payment)
    assert topup.total == total
    assert ACCOUNT in message.text
    assert "Bayar sebelum" in message.text


async def test_amount_and_account_have_copy_buttons(harness: BotHarness) -> None:
    """Apps of banks take digits only."""
    total = await request_topup(harness)
    copied = [
        one["copy_text"]["text"]
        for row in harness.last().buttons
        for one in row
        if "copy_text" in one
    ]
    assert copied == [str(total), *accounts_in(ACCOUNT)]
    assert f"📋 Salin {harness.money(total)}" in harness.labels()


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


async def test_an_admin_credits_another_amount_once(harness: BotHarness) -> None:
    asked = await request_topup(harness)
    await harness.press("Jumlah lain", INDONESIAN_ADMIN)
    await harness.say("1.000.000.000", INDONESIAN_ADMIN)
    assert "Jauh dari yang diminta" in harness.text(INDONESIAN_ADMIN)
    await harness.say("42.345", INDONESIAN_ADMIN)
    assert "Jauh" not in harness.text(INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000
    _, data = harness.find("Tambahkan Rp42.345", INDONESIAN_ADMIN)
    for button in (data, data, ApproveAmount(1, -5), ApproveAmount(1, 10**15)):
        await harness.forge(button, INDONESIAN_ADMIN)
        assert await balance_of(harness, ANNI) == 142_345
    assert f"Yang kamu minta {harness.money(asked)}." in harness.text()
    assert await harness.dialog(INDONESIAN_ADMIN) is None
    assert (await harness.forge(AskDecision(1, for_amount=True), INDONESIAN_ADMIN)).text


async def test_a_proof_lists_the_customers_other_requests(harness: BotHarness) -> None:
    older = await request_topup(harness)
    newer = await request_topup(harness, "75rb")
    await send_proof(harness)
    assert harness.money(newer) in harness.text(INDONESIAN_ADMIN)
    assert f"• {harness.money(older)}, " in harness.text(INDONESIAN_ADMIN)
    await harness.press(f"Setujui {harness.money(older)}", INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000 + older
    assert f"• {harness.money(newer)}, " in harness.text(INDONESIAN_ADMIN)
    assert len(await harness.shop.topups.open_of(ANNI)) == 1


async def test_an_amount_of_another_open_request_leads_to_that_request(
    harness: BotHarness,
) -> None:
    older = await request_topup(harness)
    await request_topup(harness, "75rb")
    await harness.press("Jumlah lain", INDONESIAN_ADMIN)
    await harness.say(str(older), INDONESIAN_ADMIN)
    assert "persis" in harness.text(INDONESIAN_ADMIN)
    await harness.forge(ApproveAmount(2, older), INDONESIAN_ADMIN)
    assert "persis" in harness.text(INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000
    await harness.press(f"Setujui {harness.money(older)}", INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000 + older
    await harness.press("Jumlah lain", INDONESIAN_ADMIN)
    await harness.say(str(older), INDONESIAN_ADMIN)
    await harness.press("Masuk lagi", INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000 + 2 * older


async def test_other_open_requests_are_shown_before_another_amount_is_credited(
    harness: BotHarness,
) -> None:
    """The transfer may have been for both requests."""
    older = await request_topup(harness)
    newer = await request_topup(harness, "75rb")
    await harness.press("Jumlah lain", INDONESIAN_ADMIN)
    await harness.say(str(older + newer), INDONESIAN_ADMIN)
    assert f"• {harness.money(older)}, " in harness.text(INDONESIAN_ADMIN)


async def test_a_purchase_continues_after_the_top_up(harness: BotHarness) -> None:
    await harness.shop.credit(ANNI, -95_000)
    await harness.to_confirm()
    await harness.press("Isi saldo")
    await harness.say("50rb")
    await harness.press("Setujui", INDONESIAN_ADMIN)
    await harness.press("Lanjutkan belanja")
    await harness.press("Bayar")
    (order,) = await harness.orders()
    assert order.service_code == "SM10"


async def test_too_many_requests_are_refused_until_a_stated_time(harness: BotHarness) -> None:
    last = [await request_topup(harness, f"{50 + number}rb") for number in range(10)][-1]
    await ask_amount(harness)
    await harness.press("Jumlah lain")
    await harness.say("50rb")
    assert "mulai 15 Mar 2026" in harness.text()
    assert await harness.dialog() is None
    await harness.press(f"Bayar {harness.money(last)}")
    assert harness.last().photo is not None
    await harness.say("12.000")
    assert len(await harness.shop.topups.open_of(ANNI)) == 1


async def test_a_customer_who_never_paid_has_three_requests_a_day(harness: BotHarness) -> None:
    dewi = harness.add_newcomer(1_077, "Dewi", "en")
    for number in range(4):
        await harness.say("/balance", dewi)
        await harness.press("Top up", dewi)
        await harness.say(f"{50 + number}k", dewi)
        if number < 3:
            await harness.press("Cancel", dewi)
    assert "You have asked for 3 top-ups within a day that are not paid" in harness.text(dewi)
    assert "you can pay it now" not in harness.text(dewi)
    now = harness.shop.clock.now()
    assert len(await harness.shop.store.read(lambda tx: tx.topups.payable_of(dewi, now))) == 3


@pytest.mark.parametrize("qris", [STATIC, ""])
async def test_a_new_amount_replaces_the_open_request(harness: BotHarness, qris: str) -> None:
    await set_payment_methods(harness, qris)
    old = await request_topup(harness)
    code, asked = harness.last(), harness.last(INDONESIAN_ADMIN)
    await request_topup(harness, "75rb")
    assert f"menggantikan {harness.money(old)}" in harness.text()
    assert ACCOUNT in harness.text()
    assert (harness.last().photo is not None) == bool(qris)
    changed = harness.message(code.message_id)
    assert "Batalkan" not in str(changed.buttons)
    assert f"Isi saldo {harness.money(old)} dibatalkan" in changed.text
    assert ("Jangan dibayar" in changed.text, ACCOUNT in changed.text) == (True, False)
    told = harness.message(asked.message_id, INDONESIAN_ADMIN)
    assert "Pelanggan minta jumlah lain sebagai gantinya: 14 Mar 2026" in told.text
    assert told.buttons == []
    assert "jumlah lain" in (await harness.forge(ShowTopUp(1))).text


async def test_an_amount_without_free_codes_is_refused(harness: BotHarness) -> None:
    """All codes of this amount are reserved by others; another amount is free."""
    now = harness.shop.clock.now()

    def take_all(tx: Transaction) -> None:
        for code in range(1, MAX_CODE + 1):
            asked = TopUp(TopUpId(0), BUDI, Rupiah(50_000), TopUpState.PENDING, f"k{code}", now)
            end = now + timedelta(hours=1)
            tx.topups.add(replace(asked, code=code, expires_at=end, is_reserved=True))

    await harness.say("/start", BUDI)
    await harness.shop.store.write(take_all)
    await ask_amount(harness)
    await harness.say("50rb")
    assert "pilih jumlah lain" in harness.text()
    await harness.say("60rb")
    assert harness.last().photo is not None


async def test_an_amount_above_the_qris_limit_is_paid_to_the_account(harness: BotHarness) -> None:
    await request_topup(harness, "10jt")
    assert harness.last().photo is None
    assert "QRIS paling banyak Rp10.000.000" in harness.text()
    assert ACCOUNT in harness.text()
    await request_topup(harness, str(MAX_BY_CODE))
    assert harness.last().photo is not None


async def test_a_shop_with_qris_only_refuses_amounts_above_its_limit(harness: BotHarness) -> None:
    await set_payment_methods(harness, STATIC, "")
    await ask_amount(harness)
    await harness.say("10jt")
    assert "paling banyak Rp9.999.000 sekali bayar" in harness.text()
    assert await harness.shop.topups.open_of(ANNI) == []
    await harness.say(str(MAX_BY_CODE))
    assert harness.last().photo is not None


# --- shown again, cancelled, expired ---


async def test_an_open_top_up_is_shown_again_from_the_wallet(harness: BotHarness) -> None:
    total = await request_topup(harness)
    shown = harness.last().photo
    assert shown is not None
    await harness.say("/saldo")
    assert f"• {harness.money(total)}, bayar sebelum" in harness.text()
    await harness.press("Bayar Rp50")
    again = harness.last().photo
    assert again is not None
    assert again.content == shown.content


async def test_a_second_request_shows_the_open_one_first(harness: BotHarness) -> None:
    await request_topup(harness)
    await ask_amount(harness)
    assert harness.labels()[1:] == ["✕ Batalkan", "💰 Jumlah lain", "🏠 Menu"]
    assert await harness.dialog() is None
    await harness.press("Jumlah lain")
    assert await harness.step() == Step.AMOUNT
    await harness.press("Rp100.000")
    assert [one.amount for one in await harness.shop.topups.open_of(ANNI)] == [100_000]


async def test_a_quote_is_kept_while_a_top_up_is_open(harness: BotHarness) -> None:
    await request_topup(harness)
    await harness.shop.credit(ANNI, -95_000)
    await harness.to_confirm()
    await harness.press("Isi saldo")
    assert await harness.step() == Step.CONFIRM == harness.library_step()


async def test_a_top_up_is_cancelled_below_its_code(harness: BotHarness) -> None:
    """Money that arrives all the same can still be credited by an admin."""
    total = await request_topup(harness)
    code = harness.last()
    await harness.press("Batalkan")
    assert harness.said()[-2].message_id == code.message_id
    assert harness.said()[-2].buttons == []
    await harness.press("Isi saldo")
    assert "Mau isi saldo berapa?" in harness.text()
    for button in (ShowTopUp(1), CancelTopUp(1)):
        answer = await harness.forge(button)
        assert ("batalkan" in answer.text) == isinstance(button, ShowTopUp)
    assert "Dibatalkan pelanggan" in harness.text(INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN) == []
    await harness.forge(DecideTopUp(1, approve=True), INDONESIAN_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000 + total
    assert "Dibatalkan pelanggan" not in harness.text(INDONESIAN_ADMIN)


async def test_the_admins_message_says_that_the_top_up_was_cancelled(
    harness: BotHarness,
) -> None:
    total = await request_topup(harness)
    before = len(harness.said(INDONESIAN_ADMIN))
    await harness.press("Batalkan")
    await harness.deliver.deliver()
    assert len(harness.said(INDONESIAN_ADMIN)) == before
    assert "Dibatalkan pelanggan: 14 Mar 2026" in harness.text(INDONESIAN_ADMIN)
    await request_topup(harness, "60rb")
    await send_proof(harness)
    assert "yang belum diputuskan" in harness.text(INDONESIAN_ADMIN)
    assert "Dibatalkan pelanggan: 14 Mar 2026" in harness.text(INDONESIAN_ADMIN)
    approve = next(label for label in harness.labels(INDONESIAN_ADMIN) if "(dibatalkan)" in label)
    assert harness.money(total) in approve


async def test_another_customers_top_up_cannot_be_seen_or_cancelled(harness: BotHarness) -> None:
    await request_topup(harness)
    await harness.say("/start", BUDI)
    for button in (ShowTopUp(1), CancelTopUp(1), ShowTopUp(99)):
        before = harness.said(BUDI)
        assert (await harness.forge(button, BUDI)).text
        assert harness.said(BUDI) == before
    assert len(await harness.shop.topups.open_of(ANNI)) == 1


@pytest.mark.parametrize(("is_approved", "says"), [(True, "sudah masuk"), (False, "dikonfirmasi")])
async def test_the_buttons_of_a_decided_top_up_show_the_decision(
    harness: BotHarness, is_approved: bool, says: str
) -> None:
    await request_topup(harness)
    await send_proof(harness)
    assert "mengecek" in (await harness.press("Batalkan")).text
    await harness.shop.topups.decide(ADMIN, TopUpId(1), approve=is_approved)
    for button in (ShowTopUp(1), CancelTopUp(1)):
        assert says in (await harness.forge(button)).text


async def test_long_instructions_are_sent_in_a_message_of_their_own(harness: BotHarness) -> None:
    """The caption of a picture has at most 1,024 characters (Bot API)."""
    await set_payment_methods(harness, STATIC, "Langkah berikutnya. " * 100)
    await request_topup(harness)
    *_, text, code = harness.said()
    assert code.photo is not None
    assert "Bayar tepat Rp50" in code.text
    assert text.text.count("Langkah") == 100
    assert "✕ Batalkan" in harness.labels()


@pytest.mark.parametrize("steps", [1, 30, 100])
async def test_only_the_open_top_up_asks_for_payment(harness: BotHarness, steps: int) -> None:
    """A replaced amount must not be paid from an older message."""
    await set_payment_methods(harness, STATIC, "Langkah berikutnya. " * steps)
    *_, last = [await request_topup(harness, typed) for typed in ("50rb", "75rb", "80rb")]
    asking = [one for one in harness.said() if "Bayar tepat" in one.text]
    assert [one.photo is not None for one in asking] == [True]
    assert harness.money(last) in asking[0].text
    assert [one for one in harness.said() if "📋" in str(one.buttons)] == asking
