"""Top-up requests are decided once: the first admin wins."""

from __future__ import annotations

import pytest

from bot.domain.errors import SamePaymentError
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import TopUpId
from handlers.admin.buttons import ApproveAmount, CreditAgain, DecideTopUp
from tests.handlers.admins import AIDE, BOSS, acts, balance_of, with_aide
from tests.handlers.counter import Counter
from tests.handlers.till import pay_in
from tests.services.shop import ANNI, BUDI


async def topup_requested(counter: Counter) -> None:
    """Let Anni request a top-up of 50,000 rupiah, and notify both admins."""
    await with_aide(counter)
    await counter.say("/saldo")
    await counter.press("Isi saldo")
    await counter.press("Rp50.000")


async def test_both_admins_get_the_request_with_decision_buttons(counter: Counter) -> None:
    await topup_requested(counter)
    assert counter.labels(BOSS) == [
        "✅ Setujui",
        "❌ Tolak",
        "✏️ Jumlah lain",
        "💬 Tolak + alasan",
    ]
    assert counter.labels(AIDE)[:2] == ["✅ Approve", "❌ Reject"]
    for fact in ("Rp50,000", "Anni", "Rp100,000"):
        assert fact in counter.text(AIDE)
    assert "1001" not in counter.text(AIDE)


async def test_an_approved_request_is_credited_once(counter: Counter) -> None:
    await topup_requested(counter)
    message, data = counter.find("Setujui", BOSS)
    answer = await counter.press_data(data, message.message_id, BOSS)
    assert "Saldo ditambah" in answer.text
    assert "✅ Rp50.000 ditambahkan oleh Pak Admin, 12.00 WIB" in counter.text(BOSS)
    assert "9001" not in counter.text(BOSS)
    assert counter.labels(BOSS) == []
    assert await balance_of(counter, ANNI) == 150_000
    assert "Rp50.000 sudah masuk" in counter.text(ANNI), counter.text(ANNI)
    again = await counter.press_data(data, message.message_id, BOSS)
    assert "sudah diputuskan" in again.text
    assert await balance_of(counter, ANNI) == 150_000
    assert [act.action for act in await acts(counter)] == ["topup_approved"]


async def test_a_rejected_request_credits_nothing(counter: Counter) -> None:
    await topup_requested(counter)
    await counter.press("Reject", AIDE)
    assert "❌ Rejected by Bu Aide · @aide, 12:00 WIB" in counter.text(AIDE)
    assert counter.labels(AIDE) == []
    assert await balance_of(counter, ANNI) == 100_000
    assert "@konter_help" in counter.text(ANNI)
    assert [act.action for act in await acts(counter)] == ["topup_rejected"]


async def test_the_second_admin_sees_how_it_was_decided(counter: Counter) -> None:
    await topup_requested(counter)
    message, reject = counter.find("Reject", AIDE)
    await counter.press("Setujui", BOSS)
    told = counter.message(message.message_id, AIDE)
    assert "✅ Rp50,000 credited by Pak Admin, 12:00 WIB" in told.text
    assert told.buttons == []
    answer = await counter.press_data(reject, message.message_id, AIDE)
    assert answer.show_alert
    assert answer.text == "This request is decided already."
    assert len(counter.said(AIDE)) == 1
    assert await balance_of(counter, ANNI) == 150_000


@pytest.mark.parametrize("button", [DecideTopUp(99, approve=True), "1:d:1", "1:d:1:2", "1:d:x:1"])
async def test_a_forged_decision_is_refused(counter: Counter, button: DecideTopUp | str) -> None:
    await counter.say("/help", BOSS)
    answer = await counter.forge(button, BOSS)
    assert answer.show_alert
    assert await acts(counter) == []


# --- two top-ups of one amount ---


async def approved_and_requested(till: Counter) -> tuple[int, int]:
    """Approve a top-up of Anni's, let Budi request one, and return both amounts."""
    await with_aide(till)
    first = await pay_in(till)
    await till.press("Setujui", BOSS)
    await till.say("/start", BUDI)
    await till.say("/saldo", BUDI)
    await till.press("Isi saldo", BUDI)
    await till.say("60rb", BUDI)
    (second,) = await till.shop.topups.open_of(BUDI)
    return first, second.total


async def test_an_amount_credited_to_another_customer_needs_confirmation(till: Counter) -> None:
    first, _ = await approved_and_requested(till)
    await till.press("Other amount", AIDE)
    await till.say(str(first), AIDE)
    text = till.text(AIDE)
    amount = f"Rp{first:,}"
    for fact in (f"Is this a second payment of {amount}?", "Anni", "14 Mar 2026", "Pak Admin"):
        assert fact in text, text
    assert till.labels(AIDE)[0] == f"Paid again: {amount}"
    assert await balance_of(till, BUDI) == 100_000
    message, data = till.find("Paid again", AIDE)
    await till.press_data(data, message.message_id, AIDE)
    assert await balance_of(till, BUDI) == 100_000 + first
    assert f"✅ {amount} credited by Bu Aide · @aide" in till.text(AIDE)
    again = await till.press_data(data, message.message_id, AIDE)
    assert again.text == "This request is decided already."
    assert await balance_of(till, BUDI) == 100_000 + first


async def test_an_amount_credited_after_it_was_typed_needs_confirmation(
    till: Counter,
) -> None:
    await with_aide(till)
    first = await pay_in(till)
    await till.say("/start", BUDI)
    await till.say("/saldo", BUDI)
    await till.press("Isi saldo", BUDI)
    await till.say("60rb", BUDI)
    await till.shop.topups.decide(BOSS, TopUpId(1), approve=True)
    await till.forge(ApproveAmount(2, first), AIDE)
    assert "Is this a second payment" in till.text(AIDE)
    assert await balance_of(till, BUDI) == 100_000


async def test_an_amount_of_an_open_top_up_offers_to_approve_that_one(till: Counter) -> None:
    await with_aide(till)
    first = await pay_in(till)
    await till.say("/start", BUDI)
    await till.say("/saldo", BUDI)
    await till.press("Isi saldo", BUDI)
    await till.say("60rb", BUDI)
    await till.press("Other amount", AIDE)
    await till.say(f"Rp\u00a0\u202a{first}\u202c", AIDE)
    message, data = till.find("Paid again", AIDE)
    await till.press("Approve Anni's", AIDE)
    assert await balance_of(till, ANNI) == 100_000 + first
    await till.press_data(data, message.message_id, AIDE)
    assert "credited 14 Mar 2026" in till.text(AIDE)
    assert await balance_of(till, BUDI) == 100_000
    await till.press("Paid again", AIDE)
    assert await balance_of(till, BUDI) == 100_000 + first


async def test_approving_an_amount_that_was_just_credited_needs_confirmation(
    counter: Counter,
) -> None:
    """Where amounts have no codes, two requests can have the same amount."""
    await topup_requested(counter)
    await counter.press("Setujui", BOSS)
    await counter.say("/start", BUDI)
    await counter.say("/saldo", BUDI)
    await counter.press("Isi saldo", BUDI)
    await counter.press("Rp50.000", BUDI)
    request = counter.last(BOSS)
    await counter.press("Setujui", BOSS)
    assert "Ini pembayaran kedua sebesar Rp50.000?" in counter.text(BOSS)
    assert await balance_of(counter, BUDI) == 100_000
    assert counter.message(request.message_id, BOSS).buttons != []
    await counter.press("Masuk lagi", BOSS)
    assert await balance_of(counter, BUDI) == 150_000
    assert counter.message(request.message_id, BOSS).buttons == []
    again = await counter.forge(DecideTopUp(2, approve=True), BOSS)
    assert "sudah diputuskan" in again.text


@pytest.mark.parametrize("minutes", [31, 60 * 24 * 3])
async def test_an_expired_or_forged_second_payment_button_credits_nothing(
    till: Counter, minutes: int
) -> None:
    first, _ = await approved_and_requested(till)
    await till.press("Other amount", AIDE)
    await till.say(str(first), AIDE)
    message, data = till.find("Paid again", AIDE)
    await till.say("/help", BOSS)
    for forged in (data, CreditAgain("token9999999")):
        assert "tidak berlaku" in (await till.forge(forged, BOSS)).text
    till.shop.clock.advance(minutes * 60)
    answer = await till.press_data(data, message.message_id, AIDE)
    assert "nothing was credited" in answer.text
    assert await balance_of(till, BUDI) == 100_000


async def test_a_second_payment_of_a_decided_request_is_refused(till: Counter) -> None:
    first, _ = await approved_and_requested(till)
    await till.press("Other amount", AIDE)
    await till.say(str(first), AIDE)
    await till.shop.topups.decide(BOSS, TopUpId(2), approve=False)
    assert "decided already" in (await till.press("Paid again", AIDE)).text
    assert await balance_of(till, BUDI) == 100_000


async def test_a_long_list_of_equal_top_ups_is_cut(counter: Counter) -> None:
    await with_aide(counter)
    for number in range(8):
        who = CustomerId(5_000 + number)
        await counter.shop.customers.register(who, "<b>" + "N" * 200, "", "id")
        topup = await counter.shop.topups.request(who, Rupiah(50_000), f"k{number}")
        try:
            await counter.shop.topups.decide(AIDE, topup.topup_id, approve=True)
        except SamePaymentError as error:
            await counter.shop.topups.confirm_second_payment(AIDE, error.token)
    await counter.shop.topups.request(ANNI, Rupiah(50_000), "annis")
    await counter.deliver.deliver()
    await counter.press("✅ Approve", AIDE)
    assert "… and 3 more" in counter.text(AIDE)
    await counter.press("Paid again", AIDE)
    assert await balance_of(counter, ANNI) == 150_000
