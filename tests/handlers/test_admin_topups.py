"""Requests to pay money in: decided once, by whoever is first."""

from __future__ import annotations

import pytest

from handlers.callback_data import DecideTopUp
from tests.handlers.admins import AIDE, BOSS, acts, balance_of, with_aide
from tests.handlers.counter import Counter
from tests.services.shop import ANNI


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
    for fact in ("Rp50,000", "1001", "Rp100,000"):
        assert fact in counter.text(AIDE)


async def test_an_approved_request_is_credited_once(counter: Counter) -> None:
    """The message says so, without buttons; a second tap changes nothing."""
    await requested(counter)
    message, data = counter.find("Setujui", BOSS)
    answer = await counter.press_data(data, message.message_id, BOSS)
    assert "Saldo ditambah" in answer.text
    assert "✅ Disetujui." in counter.text(BOSS)
    assert "9001" in counter.text(BOSS)
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
    assert "❌ Rejected." in counter.text(AIDE)
    assert counter.labels(AIDE) == []
    assert await balance_of(counter, ANNI) == 100_000
    assert "@konter_help" in counter.text(ANNI)
    assert [act.action for act in await acts(counter)] == ["topup_rejected"]


async def test_the_second_admin_reads_how_it_was_decided(counter: Counter) -> None:
    """By whom as well, and the buttons vanish."""
    await requested(counter)
    await counter.press("Setujui", BOSS)
    answer = await counter.press("Reject", AIDE)
    assert answer.show_alert
    assert answer.text == "This request is decided already."
    assert "✅ Approved." in counter.text(AIDE)
    assert "Decided by ID 9001" in counter.text(AIDE)
    assert counter.labels(AIDE) == []
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
