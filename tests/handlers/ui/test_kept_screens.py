"""A kept screen is the one that would be made anew, for its reader, number and moment."""

from __future__ import annotations

import pytest

from bot.domain.money import Rupiah
from bot.domain.typed_input.phone_number import parse_number
from handlers.buying.by_number import number_products_screen
from handlers.ui.html import plain
from handlers.ui.i18n import load_languages
from tests.handlers.harness import INDONESIAN_ADMIN, BotHarness
from tests.services.shop import ANNI, BUDI


@pytest.mark.parametrize("amount", ["", " 20rb"])
async def test_a_screen_for_a_number_is_that_of_each_number(
    harness: BotHarness, amount: str
) -> None:
    shop, translator = harness.shop, load_languages()["id"]
    for typed in ("081234567890", "081234567891", "08123456789"):
        number = parse_number(typed + amount, shop.rules.profile.prefixes)
        assert number is not None
        products = shop.products_for_number.phone(number)
        assert products is not None
        text, markup = number_products_screen(translator, products)
        await harness.say(typed + amount)
        assert harness.text() == plain(text)
        shown = [one["callback_data"] for row in harness.last().buttons for one in row]
        assert shown == [one.callback_data for row in markup.inline_keyboard for one in row]


async def test_customers_and_admins_see_their_own_screens(harness: BotHarness) -> None:
    """An admin's screen has the codes of further sources; a customer's has none."""
    await harness.shop.relist("SM20", name="Telkomsel 10.000", cost=Rupiah(10_500))
    for reader in (ANNI, INDONESIAN_ADMIN, BUDI, INDONESIAN_ADMIN):
        await harness.to_products(reader)
        label = "Sumber lain (1)" if reader == INDONESIAN_ADMIN else "Pilihan lain (1)"
        assert label in harness.labels(reader)


async def test_a_level_shows_a_new_price_and_a_withheld_product(harness: BotHarness) -> None:
    await harness.to_products()
    assert any("Rp11.200" in label for label in harness.labels())
    await harness.shop.relist("SM10", cost=Rupiah(10_900))
    await harness.to_products()
    assert any("Rp11.900" in label for label in harness.labels())
    harness.shop.catalogue_cache.withheld = frozenset({harness.shop.product("SM10")})
    await harness.to_products()
    assert not any("Rp11.900" in label for label in harness.labels())
