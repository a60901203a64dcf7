"""Saved numbers and repeated purchases."""

from __future__ import annotations

import pytest

from bot.domain.customer import SavedNumberId
from bot.domain.dialog import Step
from handlers.saved_numbers.buttons import ForgetSaved, NameSaved, ShowSaved
from tests.handlers.counter import Counter
from tests.services.shop import ANNI, BUDI

NUMBER = "081234567890"


async def bought(counter: Counter, number: str = NUMBER) -> None:
    await counter.to_confirm(number)
    await counter.press("Bayar")
    order = (await counter.orders())[0]
    await counter.shop.send_next(counter.shop.reply(order, status_word="success"))
    await counter.deliver.deliver()


async def test_a_saved_number_is_offered_as_a_button(counter: Counter) -> None:
    await bought(counter)
    await counter.to_destination("20.000 ")
    await counter.press("0812 3456 7890")
    await counter.press("Bayar")
    newest = (await counter.orders())[0]
    assert (newest.service_code, newest.destination) == ("SM20", NUMBER)


async def test_the_first_screen_buys_again_in_two_taps(counter: Counter) -> None:
    await bought(counter)
    counter.shop.clock.advance(1000)
    await counter.say("/start")
    await counter.press("🔁 Telkomsel 10.000 · …7890")
    await counter.press("Bayar")
    assert len(await counter.orders()) == 2


async def test_the_history_offers_to_buy_again(counter: Counter) -> None:
    await bought(counter)
    await counter.say("/riwayat")
    await counter.press("🔁")
    assert "0812 3456 7890" in counter.text()
    assert any("Bayar" in label for label in counter.labels())


async def test_a_saved_number_can_be_named(counter: Counter) -> None:
    await bought(counter)
    await counter.say("/nomor")
    await counter.press("0812 3456 7890")
    await counter.press("Beri nama")
    assert counter.remembered() == Step.NAME
    await counter.send({"dice": {"emoji": "🎲", "value": 3}})
    assert "diketik" in counter.text()
    await counter.say("<b>Mama</b>")
    assert "<b>Mama</b>" in counter.text()
    assert counter.remembered() is None
    await counter.to_destination()
    assert "👤 <b>Mama</b> · …7890" in counter.labels()


async def test_a_number_typed_instead_of_a_name_starts_a_purchase(counter: Counter) -> None:
    await bought(counter)
    await counter.say("/nomor")
    await counter.press("0812 3456 7890")
    await counter.press("Beri nama")
    await counter.say("081712345678")
    assert "Mau beli apa" in counter.text()
    assert await counter.dialog() is None


async def test_a_saved_number_can_be_deleted(counter: Counter) -> None:
    await bought(counter)
    await counter.say("/nomor")
    await counter.press("0812 3456 7890")
    await counter.press("Beli buat nomor ini")
    assert "Mau beli apa" in counter.text()
    await counter.say("/nomor")
    await counter.press("0812 3456 7890")
    assert (await counter.press("Hapus")).text
    assert "Belum ada nomor" in counter.text()


async def test_another_customers_number_cannot_be_seen_or_changed(counter: Counter) -> None:
    await bought(counter)
    (number,) = await counter.shop.saved_numbers.all(ANNI)
    await counter.say("/nomor", BUDI)
    for number_id in (number.number_id, SavedNumberId(77)):
        for button in (ShowSaved(number_id), NameSaved(number_id), ForgetSaved(number_id)):
            answer = await counter.forge(button, BUDI)
            assert "tidak tersimpan" in answer.text
    assert await counter.shop.saved_numbers.all(ANNI) == [number]


async def test_naming_a_deleted_number_says_that_it_is_gone(counter: Counter) -> None:
    await bought(counter)
    (number,) = await counter.shop.saved_numbers.all(ANNI)
    await counter.say("/nomor")
    await counter.press("0812 3456 7890")
    await counter.press("Beri nama")
    await counter.shop.saved_numbers.forget(ANNI, number.number_id)
    await counter.say("Mama")
    assert "tidak tersimpan" in counter.text()


@pytest.mark.parametrize("is_restarted", [False, True])
@pytest.mark.parametrize("then", ["081234567890", "/batal", "halo"])
async def test_the_contact_keyboard_is_removed_once_before_the_next_answer(
    counter: Counter, then: str, *, is_restarted: bool
) -> None:
    await counter.to_destination()
    await counter.press("Nomor saya")
    assert "keyboard" in (counter.last().reply_markup or {})
    if is_restarted:
        await counter.restart()
    await counter.say(then)
    assert counter.said()[-2].reply_markup == {"remove_keyboard": True}
    await counter.say(then)
    gone = [one for one in counter.said() if one.reply_markup == {"remove_keyboard": True}]
    assert len(gone) == 1


async def test_the_contact_keyboard_is_shown_again_on_request(counter: Counter) -> None:
    await counter.to_destination()
    for _ in range(2):
        await counter.press("Nomor saya")
        assert "keyboard" in (counter.last().reply_markup or {})


async def test_a_shared_own_number_is_saved(counter: Counter) -> None:
    """A contact is the sender's own if its user_id is theirs (Bot API); others are not saved."""
    await counter.to_destination()
    await counter.press("Nomor saya")
    assert "bawah" in counter.text()
    own = {"phone_number": "6281234567890", "first_name": "Anni", "user_id": ANNI}
    await counter.send({"contact": own})
    assert "0812 3456 7890" in counter.text()
    (number,) = await counter.shop.saved_numbers.all(ANNI)
    assert (number.name, number.destination) == ("Nomor saya", NUMBER)
    await counter.send({"contact": {**own, "phone_number": "6281299999999", "user_id": BUDI}})
    for phone in ("12", "85291234567", "821012345678", "+84 912 345 678"):
        await counter.send({"contact": {**own, "phone_number": phone, "user_id": ANNI}})
    assert await counter.shop.saved_numbers.all(ANNI) == [number]
