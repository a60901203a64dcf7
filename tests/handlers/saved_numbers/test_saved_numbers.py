"""Saved numbers and repeated purchases."""

from __future__ import annotations

import pytest

from bot.domain.customer import SavedNumberId
from bot.domain.dialog import Step
from handlers.saved_numbers.buttons import ForgetSaved, NameSaved, ShowSaved
from tests.handlers.harness import BotHarness
from tests.services.shop import ANNI, ANNI_CHAT, BUDI, BUDI_CHAT

NUMBER = "081234567890"


async def bought(harness: BotHarness, number: str = NUMBER) -> None:
    await harness.to_confirm(number)
    await harness.press("Bayar")
    order = (await harness.orders())[0]
    await harness.shop.send_next(harness.shop.reply(order, status_word="success"))
    await harness.deliver.deliver()


async def test_a_saved_number_is_offered_as_a_button(harness: BotHarness) -> None:
    await bought(harness)
    await harness.to_destination("20.000 ")
    await harness.press("0812 3456 7890")
    await harness.press("Bayar")
    newest = (await harness.orders())[0]
    assert (newest.service_code, newest.destination) == ("SM20", NUMBER)


async def ask_name(harness: BotHarness) -> None:
    """Start to name the saved number."""
    await harness.say("/nomor")
    await harness.press("7890")
    await harness.press("Beri nama")


@pytest.mark.parametrize("screen", ["/start", "/riwayat"])
async def test_a_purchase_is_made_again_in_two_taps(harness: BotHarness, screen: str) -> None:
    await bought(harness)
    harness.shop.clock.advance(1000)
    await harness.say(screen)
    await harness.press("🔁 Telkomsel 10.000 · …7890")
    await harness.press("Bayar")
    assert len(await harness.orders()) == 2


async def test_a_saved_number_can_be_named(harness: BotHarness) -> None:
    await bought(harness)
    await ask_name(harness)
    assert harness.library_step() == Step.NAME
    await harness.say("<b>Mama</b>")
    assert "<b>Mama</b>" in harness.text()
    assert harness.library_step() is None
    await ask_name(harness)
    await harness.say("081712345678")
    assert "Mau beli apa" in harness.text()
    assert await harness.dialog() is None
    await harness.to_destination()
    assert "👤 <b>Mama</b> · …7890" in harness.labels()


async def test_a_saved_number_can_be_deleted(harness: BotHarness) -> None:
    await bought(harness)
    await harness.say("/nomor")
    await harness.press("0812 3456 7890")
    await harness.press("Beli buat nomor ini")
    assert "Mau beli apa" in harness.text()
    await harness.say("/nomor")
    await harness.press("0812 3456 7890")
    assert (await harness.press("Hapus")).text
    assert "Belum ada nomor" in harness.text()


async def test_another_customers_number_cannot_be_seen_or_changed(harness: BotHarness) -> None:
    await bought(harness)
    (number,) = await harness.shop.saved_numbers.all(ANNI)
    await harness.say("/nomor", BUDI)
    for number_id in (number.number_id, SavedNumberId(77)):
        for button in (ShowSaved(number_id), NameSaved(number_id), ForgetSaved(number_id)):
            answer = await harness.forge(button, BUDI)
            assert "tidak tersimpan" in answer.text
    assert await harness.shop.saved_numbers.all(ANNI) == [number]


async def test_naming_a_deleted_number_says_that_it_is_gone(harness: BotHarness) -> None:
    await bought(harness)
    (number,) = await harness.shop.saved_numbers.all(ANNI)
    await ask_name(harness)
    await harness.shop.saved_numbers.forget(ANNI, number.number_id)
    await harness.say("Mama")
    assert "tidak tersimpan" in harness.text()


@pytest.mark.parametrize(
    ("then", "is_restarted"), [("081234567890", False), ("/batal", True), ("halo", False)]
)
async def test_the_contact_keyboard_is_removed_once_before_the_next_answer(
    harness: BotHarness, then: str, *, is_restarted: bool
) -> None:
    await harness.to_destination()
    await harness.press("Nomor saya")
    assert "keyboard" in (harness.last().reply_markup or {})
    if is_restarted:
        await harness.restart()
    await harness.say(then)
    assert harness.said()[-2].reply_markup == {"remove_keyboard": True}
    await harness.say(then)
    gone = [one for one in harness.said() if one.reply_markup == {"remove_keyboard": True}]
    assert len(gone) == 1


async def test_the_contact_keyboard_is_shown_again_on_request(harness: BotHarness) -> None:
    await harness.to_destination()
    for _ in range(2):
        await harness.press("Nomor saya")
        assert "keyboard" in (harness.last().reply_markup or {})


async def test_a_shared_own_number_is_saved(harness: BotHarness) -> None:
    """A contact is the sender's own if its user_id is theirs (Bot API); others are not saved."""
    await harness.to_destination()
    await harness.press("Nomor saya")
    assert "bawah" in harness.text()
    own = {"phone_number": "6281234567890", "first_name": "Anni", "user_id": ANNI_CHAT}
    await harness.send({"contact": own})
    assert "0812 3456 7890" in harness.text()
    (number,) = await harness.shop.saved_numbers.all(ANNI)
    assert (number.name, number.destination) == ("Nomor saya", NUMBER)
    await harness.send({"contact": {**own, "phone_number": "6281299999999", "user_id": BUDI_CHAT}})
    for phone in ("12", "85291234567", "821012345678", "+84 912 345 678"):
        await harness.send({"contact": {**own, "phone_number": phone, "user_id": ANNI_CHAT}})
    assert await harness.shop.saved_numbers.all(ANNI) == [number]
