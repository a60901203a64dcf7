"""After a restart, open questions are still open and shown buttons still work."""

from __future__ import annotations

import json

import pytest

from bot.ports.store import Transaction
from tests.handlers.bot_api import message_update
from tests.handlers.counter import Counter
from tests.services.shop import ANNI


async def test_a_number_typed_after_a_restart_belongs_to_its_product(counter: Counter) -> None:
    await counter.to_destination("20.000")
    await counter.restart()
    await counter.say("081234567890")
    assert "Telkomsel 20.000" in counter.text()
    assert "Cek dulu" in counter.text()
    assert [one.buttons for one in counter.said()[:-1]] == [[]]


async def test_a_confirm_button_works_after_a_restart(counter: Counter) -> None:
    await counter.to_confirm()
    await counter.restart()
    await counter.press("Bayar")
    assert len(await counter.orders()) == 1


async def test_another_number_after_a_restart_is_quoted(counter: Counter) -> None:
    await counter.to_confirm()
    await counter.restart()
    await counter.say("085711112222")
    assert "Untuk: 0857 1111 2222" in counter.text()


async def test_an_amount_typed_after_a_restart_makes_a_request(counter: Counter) -> None:
    await counter.say("/saldo")
    await counter.press("Isi saldo")
    await counter.restart()
    await counter.say("50rb")
    assert "Permintaan isi saldo Rp50.000" in counter.text()


@pytest.mark.parametrize("label", ["Pulsa", "Menu", "Batal"])
async def test_every_button_of_a_screen_works_after_a_restart(counter: Counter, label: str) -> None:
    await counter.say("/beli")
    await counter.restart()
    await counter.press(label)
    assert len(counter.said()) == 1
    assert "Mau beli apa?" not in counter.text()


async def test_a_cancelled_question_stays_cancelled_after_a_restart(counter: Counter) -> None:
    await counter.to_destination()
    await counter.say("/batal")
    await counter.restart()
    await counter.say("081234567890")
    assert "Mau beli apa buat nomor ini?" in counter.text()


async def test_a_number_received_before_the_bot_runs_again_is_handled(counter: Counter) -> None:
    await counter.to_destination()
    await counter.stop()
    update = message_update(98_765, "081234567890", ANNI)

    def keep(tx: Transaction) -> None:
        tx.inbox.add(98_765, json.dumps(update), counter.shop.clock.now())

    await counter.shop.store.write(keep)
    await counter.revive()
    await counter.settled(98_765)
    assert "Cek dulu" in counter.text()


async def test_a_press_replayed_after_a_sigkill_makes_one_order(counter: Counter) -> None:
    """The order was written, but the update was not yet marked as handled."""
    await counter.to_confirm()
    message, data = counter.find("Bayar")
    await counter.press("Bayar")
    await counter.stop()
    person = counter.telegram.state.people[ANNI]
    query = {
        "id": counter.telegram.state.add_query(ANNI),
        "from": person.as_user(),
        "message": {"message_id": message.message_id, "date": 0, "chat": person.as_chat()},
        "chat_instance": "1",
        "data": data,
    }
    update = {"update_id": 98_765, "callback_query": query}

    def keep(tx: Transaction) -> None:
        tx.inbox.add(98_765, json.dumps(update), counter.shop.clock.now())

    await counter.shop.store.write(keep)
    await counter.revive()
    await counter.settled(98_765)
    assert len(await counter.orders()) == 1
    assert "Ini sudah dipesan: K1." in counter.telegram.answers[-1].text
