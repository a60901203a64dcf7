"""Top-up requests are decided once: the first admin wins."""

from __future__ import annotations

from bot.domain.customer import TelegramId
from bot.domain.errors import SamePaymentError
from bot.domain.money import Rupiah
from bot.domain.topup import TopUpId
from handlers.admin.buttons import ApproveAmount, CreditAgain, DecideTopUp
from tests.handlers.admins import (
    ENGLISH_ADMIN,
    INDONESIAN_ADMIN,
    acts,
    balance_of,
    register_second_admin,
)
from tests.handlers.harness import BotHarness
from tests.handlers.topups import request_topup
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN


async def topup_requested(harness: BotHarness) -> None:
    """Let Anni request a top-up of 50,000 rupiah, and notify both admins."""
    await register_second_admin(harness)
    await harness.say("/saldo")
    await harness.press("Isi saldo")
    await harness.press("Rp50.000")


async def test_an_approved_request_is_credited_once(harness: BotHarness) -> None:
    await topup_requested(harness)
    message, data = harness.find("Setujui", INDONESIAN_ADMIN)
    answer = await harness.press_data(data, message.message_id, INDONESIAN_ADMIN)
    assert "Saldo ditambah" in answer.text
    assert "✅ Rp50.000 ditambahkan oleh Pak Admin, 12.00 WIB" in harness.text(INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN) == []
    assert await balance_of(harness, ANNI) == 150_000
    again = await harness.press_data(data, message.message_id, INDONESIAN_ADMIN)
    assert "sudah diputuskan" in again.text
    assert await balance_of(harness, ANNI) == 150_000
    assert [act.action for act in await acts(harness)] == ["topup_approved"]


async def test_a_rejected_request_credits_nothing(harness: BotHarness) -> None:
    await topup_requested(harness)
    await harness.press("Reject", ENGLISH_ADMIN)
    assert await balance_of(harness, ANNI) == 100_000
    assert [act.action for act in await acts(harness)] == ["topup_rejected"]


async def test_the_second_admin_sees_how_it_was_decided(harness: BotHarness) -> None:
    await topup_requested(harness)
    message, reject = harness.find("Reject", ENGLISH_ADMIN)
    await harness.press("Setujui", INDONESIAN_ADMIN)
    told = harness.message(message.message_id, ENGLISH_ADMIN)
    assert "✅ Rp50,000 credited by Pak Admin, 12:00 WIB" in told.text
    assert told.buttons == []
    answer = await harness.press_data(reject, message.message_id, ENGLISH_ADMIN)
    assert answer.show_alert
    assert answer.text == "This request is decided already."
    assert len(harness.said(ENGLISH_ADMIN)) == 1
    assert await balance_of(harness, ANNI) == 150_000


async def test_a_forged_decision_is_refused(harness: BotHarness) -> None:
    await harness.say("/help", INDONESIAN_ADMIN)
    for button in (DecideTopUp(99, approve=True), "1:d:1", "1:d:1:2", "1:d:x:1"):
        assert (await harness.forge(button, INDONESIAN_ADMIN)).show_alert
    assert await acts(harness) == []


# --- two top-ups of one amount ---


async def approved_and_requested(topup_harness: BotHarness) -> int:
    """Approve a top-up of Anni's, let Budi request one, and return Anni's amount."""
    await register_second_admin(topup_harness)
    first = await request_topup(topup_harness)
    await topup_harness.press("Setujui", INDONESIAN_ADMIN)
    await request_topup(topup_harness, "60rb", BUDI)
    return first


async def ask_about_second_payment(topup_harness: BotHarness) -> int:
    """Enter the amount approved for Anni as Budi's, which is asked about, and return it."""
    first = await approved_and_requested(topup_harness)
    await topup_harness.press("Other amount", ENGLISH_ADMIN)
    await topup_harness.say(str(first), ENGLISH_ADMIN)
    return first


async def test_an_amount_credited_to_another_customer_needs_confirmation(
    topup_harness: BotHarness,
) -> None:
    first = await ask_about_second_payment(topup_harness)
    text = topup_harness.text(ENGLISH_ADMIN)
    amount = f"Rp{first:,}"
    for fact in (f"Is this a second payment of {amount}?", "Anni", "14 Mar 2026", "Pak Admin"):
        assert fact in text, text
    assert topup_harness.labels(ENGLISH_ADMIN)[0] == f"Paid again: {amount}"
    assert await balance_of(topup_harness, BUDI) == 100_000
    message, data = topup_harness.find("Paid again", ENGLISH_ADMIN)
    await topup_harness.press_data(data, message.message_id, ENGLISH_ADMIN)
    assert await balance_of(topup_harness, BUDI) == 100_000 + first
    assert f"✅ {amount} credited by Bu Aide · @aide" in topup_harness.text(ENGLISH_ADMIN)
    again = await topup_harness.press_data(data, message.message_id, ENGLISH_ADMIN)
    assert again.text == "This request is decided already."
    assert await balance_of(topup_harness, BUDI) == 100_000 + first


async def test_an_amount_credited_after_it_was_typed_needs_confirmation(
    topup_harness: BotHarness,
) -> None:
    first = await approved_and_requested(topup_harness)
    await topup_harness.forge(ApproveAmount(2, first), ENGLISH_ADMIN)
    assert "Is this a second payment" in topup_harness.text(ENGLISH_ADMIN)
    assert await balance_of(topup_harness, BUDI) == 100_000


async def test_an_amount_of_an_open_top_up_offers_to_approve_that_one(
    topup_harness: BotHarness,
) -> None:
    await register_second_admin(topup_harness)
    first = await request_topup(topup_harness)
    await request_topup(topup_harness, "60rb", BUDI)
    await topup_harness.press("Other amount", ENGLISH_ADMIN)
    await topup_harness.say(f"Rp\u00a0\u202a{first}\u202c", ENGLISH_ADMIN)
    message, data = topup_harness.find("Paid again", ENGLISH_ADMIN)
    await topup_harness.press("Approve Anni's", ENGLISH_ADMIN)
    assert await balance_of(topup_harness, ANNI) == 100_000 + first
    await topup_harness.press_data(data, message.message_id, ENGLISH_ADMIN)
    assert "credited 14 Mar 2026" in topup_harness.text(ENGLISH_ADMIN)
    assert await balance_of(topup_harness, BUDI) == 100_000
    await topup_harness.press("Paid again", ENGLISH_ADMIN)
    assert await balance_of(topup_harness, BUDI) == 100_000 + first


async def test_approving_an_amount_that_was_just_credited_needs_confirmation(
    harness: BotHarness,
) -> None:
    """Where amounts have no codes, two requests can have the same amount."""
    await topup_requested(harness)
    await harness.press("Setujui", INDONESIAN_ADMIN)
    await harness.say("/start", BUDI)
    await harness.say("/saldo", BUDI)
    await harness.press("Isi saldo", BUDI)
    await harness.press("Rp50.000", BUDI)
    request = harness.last(INDONESIAN_ADMIN)
    await harness.press("Setujui", INDONESIAN_ADMIN)
    assert "Ini pembayaran kedua sebesar Rp50.000?" in harness.text(INDONESIAN_ADMIN)
    assert await balance_of(harness, BUDI) == 100_000
    assert harness.message(request.message_id, INDONESIAN_ADMIN).buttons != []
    await harness.press("Masuk lagi", INDONESIAN_ADMIN)
    assert await balance_of(harness, BUDI) == 150_000
    assert harness.message(request.message_id, INDONESIAN_ADMIN).buttons == []
    again = await harness.forge(DecideTopUp(2, approve=True), INDONESIAN_ADMIN)
    assert "sudah diputuskan" in again.text


async def test_an_expired_or_forged_second_payment_button_credits_nothing(
    topup_harness: BotHarness,
) -> None:
    await ask_about_second_payment(topup_harness)
    message, data = topup_harness.find("Paid again", ENGLISH_ADMIN)
    await topup_harness.say("/help", INDONESIAN_ADMIN)
    for forged in (data, CreditAgain("token9999999")):
        assert "tidak berlaku" in (await topup_harness.forge(forged, INDONESIAN_ADMIN)).text
    topup_harness.shop.clock.advance(31 * 60)
    answer = await topup_harness.press_data(data, message.message_id, ENGLISH_ADMIN)
    assert "nothing was credited" in answer.text
    assert await balance_of(topup_harness, BUDI) == 100_000


async def test_a_second_payment_of_a_decided_request_is_refused(topup_harness: BotHarness) -> None:
    await ask_about_second_payment(topup_harness)
    await topup_harness.shop.topups.decide(ADMIN, TopUpId(2), approve=False)
    assert "decided already" in (await topup_harness.press("Paid again", ENGLISH_ADMIN)).text
    assert await balance_of(topup_harness, BUDI) == 100_000


async def test_a_long_list_of_equal_top_ups_is_cut(harness: BotHarness) -> None:
    await register_second_admin(harness)
    for number in range(8):
        account = TelegramId(5_000 + number)
        arrival = await harness.shop.customers.register(account, "<b>" + "N" * 200, "", "id")
        who = arrival.customer.customer_id
        topup = await harness.shop.topups.request(who, Rupiah(50_000), f"k{number}")
        try:
            await harness.shop.topups.decide(SECOND_ADMIN, topup.topup_id, approve=True)
        except SamePaymentError as error:
            await harness.shop.topups.confirm_second_payment(SECOND_ADMIN, error.token)
    await harness.shop.topups.request(ANNI, Rupiah(50_000), "annis")
    await harness.deliver.deliver()
    await harness.press("✅ Approve", ENGLISH_ADMIN)
    assert "… and 3 more" in harness.text(ENGLISH_ADMIN)
    await harness.press("Paid again", ENGLISH_ADMIN)
    assert await balance_of(harness, ANNI) == 150_000
