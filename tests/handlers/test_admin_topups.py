"""Requests to pay money in: decided once, by whoever is first."""

from __future__ import annotations

import pytest

from bot.domain.errors import SamePaymentError
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import TopUpId
from handlers.callback_data import ApproveAmount, CreditAgain, DecideTopUp
from tests.handlers.admins import AIDE, BOSS, acts, balance_of, with_aide
from tests.handlers.counter import Counter
from tests.handlers.till import pay_in
from tests.services.shop import ANNI, BUDI


async def requested(counter: Counter) -> None:
    """Let Anni ask for 50,000 rupiah, and both admins be told."""
    await with_aide(counter)
    await counter.say("/saldo")
    await counter.press("Isi saldo")
    await counter.press("Rp50.000")


async def test_both_admins_are_asked_with_the_buttons_that_decide(counter: Counter) -> None:
    """Each in their language, with the person and the balance."""
    await requested(counter)
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
    """The message says so, without buttons; a second tap changes nothing."""
    await requested(counter)
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


async def test_a_rejected_request_moves_nothing(counter: Counter) -> None:
    """The customer is told, and whom to ask."""
    await requested(counter)
    await counter.press("Reject", AIDE)
    assert "❌ Rejected by Bu Aide · @aide, 12:00 WIB" in counter.text(AIDE)
    assert counter.labels(AIDE) == []
    assert await balance_of(counter, ANNI) == 100_000
    assert "@konter_help" in counter.text(ANNI)
    assert [act.action for act in await acts(counter)] == ["topup_rejected"]


async def test_the_second_admin_reads_how_it_was_decided(counter: Counter) -> None:
    """By whom as well, and the buttons vanish; one pressed at the same moment says so."""
    await requested(counter)
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
async def test_a_request_that_never_was_cannot_be_decided(
    counter: Counter, button: DecideTopUp | str
) -> None:
    """The press is answered all the same."""
    await counter.say("/help", BOSS)
    answer = await counter.forge(button, BOSS)
    assert answer.show_alert
    assert await acts(counter) == []


# --- the same money ---


async def two_paid_once(till: Counter) -> tuple[int, int]:
    """Let Anni and Budi ask, and Anni's be approved; return both amounts."""
    await with_aide(till)
    first = await pay_in(till)
    await till.press("Setujui", BOSS)
    await till.say("/start", BUDI)
    await till.say("/saldo", BUDI)
    await till.press("Isi saldo", BUDI)
    await till.say("60rb", BUDI)
    (second,) = await till.shop.topups.open_of(BUDI)
    return first, second.total


async def test_an_amount_of_another_customers_top_up_is_asked_about(till: Counter) -> None:
    """As it is typed: whose it is, when, and by whom; the button says what it means."""
    first, _ = await two_paid_once(till)
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


async def test_an_amount_that_was_credited_after_it_was_typed_is_asked_about(
    till: Counter,
) -> None:
    """The button that credits another amount stood there already."""
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


async def test_the_money_of_an_open_top_up_is_credited_for_that_one(till: Counter) -> None:
    """By a button with its customer's name; the question's own button then asks anew."""
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


async def test_the_approve_button_asks_about_money_that_was_credited(counter: Counter) -> None:
    """Where amounts have no codes; the message with the request keeps its buttons."""
    await requested(counter)
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
async def test_an_old_button_of_a_second_payment_credits_nothing(
    till: Counter, minutes: int
) -> None:
    """Nor does a forged one, nor another admin's."""
    first, _ = await two_paid_once(till)
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


async def test_a_second_payment_for_what_is_decided_says_so(till: Counter) -> None:
    """The other admin was faster."""
    first, _ = await two_paid_once(till)
    await till.press("Other amount", AIDE)
    await till.say(str(first), AIDE)
    await till.shop.topups.decide(BOSS, TopUpId(2), approve=False)
    assert "decided already" in (await till.press("Paid again", AIDE)).text
    assert await balance_of(till, BUDI) == 100_000


async def test_many_with_one_amount_are_counted(counter: Counter) -> None:
    """The message does not burst."""
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
