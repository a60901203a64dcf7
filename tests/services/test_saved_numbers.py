"""Saved numbers: destinations of earlier purchases, offered again to their customer."""

from __future__ import annotations

import pytest

from bot.domain.customer import SavedNumberId
from bot.domain.errors import NotFoundError
from bot.domain.order import CustomerId
from tests.services.shop import ANNI, BUDI, NUMBER, Shop

XL, METER, GAME = "081712345678", "12345678901", "123456781234"


async def offered(shop: Shop, code: str) -> list[str]:
    offer = shop.browse.offer(shop.product(code))
    return [one.destination for one in await shop.saved_numbers.usable_for(ANNI, offer, 5)]


async def bought(shop: Shop, code: str = "SM10", number: str = NUMBER) -> None:
    order = await shop.queue(code=code, number=number)
    reply = shop.reply(order, f"done-{order.number}", status_word="success", voucher="SN1")
    await shop.send_next(reply)


async def test_saved_numbers_are_offered_for_matching_products_only(shop: Shop) -> None:
    await shop.queue()
    await shop.queue(code="XL10", number=XL)
    await shop.queue(code="PLN20", number=METER)
    await shop.queue(code="ML86", number="12345678 1234")
    await shop.queue(BUDI, number="081299999999")
    assert await offered(shop, "SM20") == [NUMBER]
    assert await offered(shop, "XL10") == [XL]
    assert await offered(shop, "PLN20") == [METER]
    assert await offered(shop, "ML86") == [GAME]


async def test_a_game_account_is_not_offered_for_another_game(shop: Shop) -> None:
    await shop.queue(code="ML86", number="12345678 1234")
    await shop.relist("ML86", main="FREE FIRE")
    assert await offered(shop, "ML86") == []
    await shop.queue(code="PLN20", number=METER)
    await shop.saved_numbers.save_own_number(ANNI, "0812", "Nomor saya")
    assert await offered(shop, "SM10") == []


async def test_the_zone_of_a_game_account_is_known_from_an_earlier_purchase(shop: Shop) -> None:
    async def zone(customer_id: CustomerId, code: str, destination: str) -> str:
        product_id = shop.product(code)
        return (await shop.buy.quote_for(customer_id, product_id, destination, None)).zone

    assert await zone(ANNI, "ML86", GAME) == ""
    await shop.queue(code="ML86", number="12345678 1234")
    assert await zone(ANNI, "ML86", GAME) == "1234"
    assert await zone(ANNI, "ML86", "999999991234") == ""
    assert await zone(BUDI, "ML86", GAME) == ""


async def test_a_number_of_unknown_operator_is_offered_for_every_operator(shop: Shop) -> None:
    await shop.queue(number="080012345678")
    assert await offered(shop, "XL10") == ["080012345678"]
    await shop.relist("SM20", main="DANA", type="saldo-emoney")
    await shop.queue(code="XL10", number=XL)
    assert await offered(shop, "SM20") == [XL, "080012345678"]


async def test_a_name_is_shortened_to_one_line_and_ends_the_step(shop: Shop) -> None:
    await shop.queue()
    (number,) = await shop.saved_numbers.all(ANNI)
    await shop.saved_numbers.ask_name(ANNI, number.number_id, 5)
    named = await shop.saved_numbers.name(ANNI, "  Mama\n tercinta yang paling baik sedunia ")
    assert named.name == "Mama tercinta yang palin"
    assert await shop.saved_numbers.one(ANNI, number.number_id) == named
    assert await shop.dialogs.of(ANNI) is None


async def test_a_name_without_step_or_number_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await shop.saved_numbers.name(ANNI, "Mama")
    await shop.queue()
    (number,) = await shop.saved_numbers.all(ANNI)
    await shop.saved_numbers.ask_name(ANNI, number.number_id, 5)
    await shop.saved_numbers.forget(ANNI, number.number_id)
    with pytest.raises(NotFoundError):
        await shop.saved_numbers.name(ANNI, "Mama")
    assert await shop.saved_numbers.all(ANNI) == []


async def test_another_customers_numbers_cannot_be_seen_named_or_deleted(shop: Shop) -> None:
    await shop.queue()
    (number,) = await shop.saved_numbers.all(ANNI)
    for number_id in (number.number_id, SavedNumberId(99)):
        for act in (
            shop.saved_numbers.one(BUDI, number_id),
            shop.saved_numbers.ask_name(BUDI, number_id, 5),
            shop.saved_numbers.forget(BUDI, number_id),
        ):
            with pytest.raises(NotFoundError):
                await act
    assert await shop.saved_numbers.all(ANNI) == [number]


async def test_recent_purchases_are_newest_first_without_cancelled_ones(shop: Shop) -> None:
    await bought(shop, "SM20")
    await bought(shop)
    await bought(shop, "SM20", "081299999999")
    cancelled = await shop.queue(code="PLN20", number=METER)
    await shop.buy.cancel(ANNI, cancelled.order_id)
    recent = await shop.history.recent(ANNI, 2)
    assert [one.number for one in recent] == ["K3", "K2"]


async def test_a_purchase_is_not_offered_again_while_an_equal_one_is_open(shop: Shop) -> None:
    await bought(shop)
    again = (await shop.history.recent(ANNI, 2), (await shop.history.page(ANNI, 0, 6)).again)
    assert [[one.number for one in found] for found in again] == [["K1"], ["K1"]]
    await shop.parked()
    assert list(await shop.history.recent(ANNI, 2)) == []
    for page in (0, 1):
        assert list((await shop.history.page(ANNI, page, 1)).again) == []


async def test_the_update_that_showed_the_number_button_is_stored_per_customer(shop: Shop) -> None:
    await shop.saved_numbers.record_share_button(ANNI, 7)
    assert await shop.saved_numbers.share_button_shown_by(ANNI) == 7
    assert await shop.saved_numbers.share_button_shown_by(BUDI) == 0
    await shop.saved_numbers.record_share_button(ANNI, 0)
    assert await shop.saved_numbers.share_button_shown_by(ANNI) == 0
