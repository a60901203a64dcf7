"""After a restart, open questions are still open and shown buttons still work."""

from __future__ import annotations

import pytest

from tests.handlers.bot_api import message_update, press_update
from tests.handlers.harness import BotHarness
from tests.handlers.test_stored_steps import revive_with
from tests.services.shop import ANNI


async def test_a_number_typed_after_a_restart_belongs_to_its_product(harness: BotHarness) -> None:
    await harness.to_destination("20.000")
    await harness.restart()
    await harness.say("081234567890")
    assert "Telkomsel 20.000" in harness.text()
    assert "Cek dulu" in harness.text()
    assert [one.buttons for one in harness.said()[:-1]] == [[]]


async def test_another_number_and_the_confirm_button_work_after_a_restart(
    harness: BotHarness,
) -> None:
    await harness.to_confirm()
    await harness.restart()
    await harness.say("081311112222")
    await harness.restart()
    await harness.press("Bayar")
    (order,) = await harness.orders()
    assert order.destination == "081311112222"


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
    await revive_with(harness, message_update(98_765, "081234567890", ANNI))
    assert "Cek dulu" in harness.text()


async def test_a_press_replayed_after_a_sigkill_makes_one_order(harness: BotHarness) -> None:
    """The order was written, but the update was not yet marked as handled."""
    await harness.to_confirm()
    message, data = harness.find("Bayar")
    await harness.press("Bayar")
    await harness.stop()
    update = press_update(98_765, data, ANNI)
    update["callback_query"]["id"] = harness.telegram.state.add_query(ANNI)
    update["callback_query"]["message"]["message_id"] = message.message_id
    await revive_with(harness, update)
    assert len(await harness.orders()) == 1
    assert "Ini sudah dipesan: K1." in harness.telegram.answers[-1].text
