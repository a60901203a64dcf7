"""Saved numbers and earlier purchases: nothing is typed twice."""

from __future__ import annotations

import pytest

from bot.domain.customer import SavedNumberId
from bot.domain.dialog import Step
from handlers.callback_data import ForgetSaved, NameSaved, ShowSaved
from tests.handlers.counter import Counter
from tests.services.shop import ANNI, BUDI

NUMBER = "081234567890"


async def bought(counter: Counter, number: str = NUMBER) -> None:
    await counter.to_confirm(number)
    await counter.press("Bayar")
    order = (await counter.orders())[0]
    await counter.shop.send_next(counter.shop.reply(order, status_word="success"))
    await counter.deliver.deliver()


async def test_a_saved_number_is_a_button(counter: Counter) -> None:
    """Below the question for it, and it leads right to the confirm screen."""
    await bought(counter)
    await counter.to_destination("20.000 ")
    await counter.press("0812 3456 7890")
    await counter.press("Bayar")
    newest = (await counter.orders())[0]
    assert (newest.service_code, newest.destination) == ("SM20", NUMBER)


async def test_the_first_screen_buys_again_in_two_taps(counter: Counter) -> None:
    """The last purchases stand on it."""
    await bought(counter)
    counter.shop.clock.advance(1000)
    await counter.say("/start")
    await counter.press("🔁 Telkomsel 10.000 · …7890")
    await counter.press("Bayar")
    assert len(await counter.orders()) == 2


async def test_the_history_buys_again(counter: Counter) -> None:
    """Below the list, by product and number."""
    await bought(counter)
    await counter.say("/riwayat")
    await counter.press("🔁")
    assert "0812 3456 7890" in counter.text()
    assert any("Bayar" in label for label in counter.labels())


async def test_a_number_is_given_a_name(counter: Counter) -> None:
    """And is offered by it."""
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


async def test_a_number_typed_for_a_name_is_a_number(counter: Counter) -> None:
    """Numbers are understood at any time."""
    await bought(counter)
    await counter.say("/nomor")
    await counter.press("0812 3456 7890")
    await counter.press("Beri nama")
    await counter.say("081712345678")
    assert "Mau beli apa" in counter.text()
    assert await counter.dialog() is None


async def test_a_number_is_forgotten(counter: Counter) -> None:
    """And can be bought for from its own screen before."""
    await bought(counter)
    await counter.say("/nomor")
    await counter.press("0812 3456 7890")
    await counter.press("Beli buat nomor ini")
    assert "Mau beli apa" in counter.text()
    await counter.say("/nomor")
    await counter.press("0812 3456 7890")
    assert (await counter.press("Hapus")).text
    assert "Belum ada nomor" in counter.text()


async def test_anothers_number_cannot_be_touched(counter: Counter) -> None:
    """A forged button says that there is no such number."""
    await bought(counter)
    (number,) = await counter.shop.saved_numbers.all(ANNI)
    await counter.say("/nomor", BUDI)
    for number_id in (number.number_id, SavedNumberId(77)):
        for button in (ShowSaved(number_id), NameSaved(number_id), ForgetSaved(number_id)):
            answer = await counter.forge(button, BUDI)
            assert "tidak tersimpan" in answer.text
    assert await counter.shop.saved_numbers.all(ANNI) == [number]


async def test_a_name_for_a_number_that_is_gone_says_so(counter: Counter) -> None:
    """It was forgotten on another screen."""
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
async def test_the_button_for_ones_number_goes_with_what_comes_next(
    counter: Counter, then: str, *, is_restarted: bool
) -> None:
    """Once, and before the answer; a restart does not forget that it was shown."""
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


async def test_the_button_for_ones_number_is_shown_as_often_as_asked(counter: Counter) -> None:
    """The second press takes the first one's away, and shows it anew."""
    await counter.to_destination()
    for _ in range(2):
        await counter.press("Nomor saya")
        assert "keyboard" in (counter.last().reply_markup or {})


async def test_ones_own_number_is_shared_and_kept(counter: Counter) -> None:
    """Telegram says that it is the customer's own; another's contact is only a number."""
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
