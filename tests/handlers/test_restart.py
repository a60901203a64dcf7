"""After a restart, open questions are still open and shown buttons still work."""

from __future__ import annotations

import pytest

from tests.handlers.harness import BotHarness
from tests.services.shop import ANNI_CHAT

pytestmark = pytest.mark.usefixtures("each_database")


async def test_a_number_typed_after_a_restart_belongs_to_its_product(harness: BotHarness) -> None:
    await harness.to_destination("20.000")
    await harness.restart()
    await harness.say("081234567890")
    assert "Telkomsel 20.000" in harness.text()
    assert "Cek dulu" in harness.text()
    assert [one.buttons for one in harness.said()[:-1]] == [[]]


async def test_a_confirm_button_works_after_a_restart(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.restart()
    await harness.press("Bayar")
    assert len(await harness.orders()) == 1


async def test_another_number_after_a_restart_is_quoted(harness: BotHarness) -> None:
    await harness.to_confirm()
    await harness.restart()
    await harness.say("085711112222")
    assert "Untuk: 0857 1111 2222" in harness.text()


async def test_an_amount_typed_after_a_restart_makes_a_request(harness: BotHarness) -> None:
    await harness.say("/saldo")
    await harness.press("Isi saldo")
    await harness.restart()
    await harness.say("50rb")
    assert "Permintaan isi saldo Rp50.000" in harness.text()


@pytest.mark.parametrize("label", ["Pulsa", "Menu", "Batal"])
async def test_every_button_of_a_screen_works_after_a_restart(
    harness: BotHarness, label: str
) -> None:
    await harness.say("/beli")
    await harness.restart()
    await harness.press(label)
    assert len(harness.said()) == 1
    assert "Mau beli apa?" not in harness.text()


async def test_a_cancelled_question_stays_cancelled_after_a_restart(harness: BotHarness) -> None:
    await harness.to_destination()
    await harness.say("/batal")
    await harness.restart()
    await harness.say("081234567890")
    assert "Mau beli apa buat nomor ini?" in harness.text()


async def test_a_number_received_before_the_bot_runs_again_is_handled(harness: BotHarness) -> None:
    await harness.to_destination()
    await harness.stop()
    harness.telegram.send_text(ANNI_CHAT, "081234567890")
    await harness.revive_with_received()
    assert "Cek dulu" in harness.text()


async def test_a_press_replayed_after_a_sigkill_makes_one_order(harness: BotHarness) -> None:
    """The order was written, but the update was not yet marked as handled."""
    await harness.to_confirm()
    message, data = harness.find("Bayar")
    await harness.press("Bayar")
    await harness.stop()
    harness.telegram.press_forged(ANNI_CHAT, message.message_id, data)
    await harness.revive_with_received()
    assert len(await harness.orders()) == 1
    assert "Ini sudah dipesan: K1." in harness.telegram.answers[-1].text
