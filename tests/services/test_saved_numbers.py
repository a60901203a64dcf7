"""What customers buy for is offered again, to themselves alone."""

from __future__ import annotations

import pytest

from bot.domain.customer import SavedNumberId
from bot.domain.errors import NotFoundError
from tests.services.shop import ANNI, BUDI, NUMBER, Shop

XL, METER, GAME = "081712345678", "12345678901", "123456781234"


async def offered(shop: Shop, code: str) -> list[str]:
    offer = shop.browse.offer(shop.product(code))
    return [one.destination for one in await shop.saved_numbers.fitting(ANNI, offer, 5)]


async def bought(shop: Shop, code: str = "SM10", number: str = NUMBER) -> None:
    order = await shop.queue(code=code, number=number)
    reply = shop.reply(order, f"done-{order.number}", status_word="success", voucher="SN1")
    await shop.send_next(reply)


async def test_a_purchase_is_remembered_by_what_it_fits(shop: Shop) -> None:
    """A phone of its operator, a meter, and an account of the same game."""
    await shop.queue()
    await shop.queue(code="XL10", number=XL)
    await shop.queue(code="PLN20", number=METER)
    await shop.queue(code="ML86", number="12345678 1234")
    await shop.queue(BUDI, number="081299999999")
    assert await offered(shop, "SM20") == [NUMBER]
    assert await offered(shop, "XL10") == [XL]
    assert await offered(shop, "PLN20") == [METER]
    assert await offered(shop, "ML86") == [GAME]


async def test_another_game_has_other_accounts(shop: Shop) -> None:
    """The same digits are somebody else there, and a changed kind has none."""
    await shop.queue(code="ML86", number="12345678 1234")
    await shop.relist("ML86", main="FREE FIRE")
    assert await offered(shop, "ML86") == []
    await shop.queue(code="PLN20", number=METER)
    await shop.saved_numbers.note_mine(ANNI, "0812", "Nomor saya")
    assert await offered(shop, "SM10") == []


async def test_a_number_of_no_known_operator_is_offered_everywhere(shop: Shop) -> None:
    """Nobody can say that it does not fit; and e-money goes to any operator's number."""
    await shop.queue(number="080012345678")
    assert await offered(shop, "XL10") == ["080012345678"]
    await shop.relist("SM20", main="DANA", type="saldo-emoney")
    await shop.queue(code="XL10", number=XL)
    assert await offered(shop, "SM20") == [XL, "080012345678"]


async def test_a_number_is_named(shop: Shop) -> None:
    """With a short name on one line; the step is over afterwards."""
    await shop.queue()
    (number,) = await shop.saved_numbers.all(ANNI)
    await shop.saved_numbers.ask_name(ANNI, number.number_id, 5)
    named = await shop.saved_numbers.name(ANNI, "  Mama\n tercinta yang paling baik sedunia ")
    assert named.name == "Mama tercinta yang palin"
    assert await shop.saved_numbers.one(ANNI, number.number_id) == named
    assert await shop.dialogs.of(ANNI) is None


async def test_a_name_without_a_question_is_none(shop: Shop) -> None:
    """Nor for a number that is gone meanwhile."""
    with pytest.raises(NotFoundError):
        await shop.saved_numbers.name(ANNI, "Mama")
    await shop.queue()
    (number,) = await shop.saved_numbers.all(ANNI)
    await shop.saved_numbers.ask_name(ANNI, number.number_id, 5)
    await shop.saved_numbers.forget(ANNI, number.number_id)
    with pytest.raises(NotFoundError):
        await shop.saved_numbers.name(ANNI, "Mama")
    assert await shop.saved_numbers.all(ANNI) == []


async def test_anothers_numbers_are_not_there(shop: Shop) -> None:
    """Neither to see, nor to name, nor to forget."""
    await shop.queue()
    (number,) = await shop.saved_numbers.all(ANNI)
    for number_id in (number.number_id, SavedNumberId(99)):
        with pytest.raises(NotFoundError):
            await shop.saved_numbers.one(BUDI, number_id)
        with pytest.raises(NotFoundError):
            await shop.saved_numbers.ask_name(BUDI, number_id, 5)
        with pytest.raises(NotFoundError):
            await shop.saved_numbers.forget(BUDI, number_id)
    assert await shop.saved_numbers.all(ANNI) == [number]


async def test_the_last_purchases_are_each_shown_once(shop: Shop) -> None:
    """A product for a number, newest first; a cancelled one was none."""
    await bought(shop, "SM20")
    await bought(shop)
    await bought(shop, "SM20", "081299999999")
    cancelled = await shop.queue(code="PLN20", number=METER)
    await shop.buy.cancel(ANNI, cancelled.order_id)
    recent = await shop.history.recent(ANNI, 2)
    assert [(one.service_code, one.destination) for one in recent] == [
        ("SM20", "081299999999"),
        ("SM10", NUMBER),
    ]


async def test_what_is_under_way_is_not_offered_once_more(shop: Shop) -> None:
    """Nor by an older order of the same; on no page of the history, and on no first screen."""
    await bought(shop)
    again = (await shop.history.recent(ANNI, 2), (await shop.history.page(ANNI, 0, 6)).again)
    assert [[one.number for one in found] for found in again] == [["K1"], ["K1"]]
    await shop.parked()
    assert list(await shop.history.recent(ANNI, 2)) == []
    for page in (0, 1):
        assert list((await shop.history.page(ANNI, page, 1)).again) == []


async def test_who_was_shown_the_button_for_ones_number_is_known(shop: Shop) -> None:
    """By the update that showed it, to each customer alone, until it is gone."""
    await shop.saved_numbers.note_keys(ANNI, 7)
    assert await shop.saved_numbers.keys_shown_by(ANNI) == 7
    assert await shop.saved_numbers.keys_shown_by(BUDI) == 0
    await shop.saved_numbers.note_keys(ANNI, 0)
    assert await shop.saved_numbers.keys_shown_by(ANNI) == 0
