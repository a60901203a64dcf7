"""Customers: recorded from their updates, with an open wallet."""

from bot.domain.order import CustomerId
from tests.services.failing_store import FailingStore
from tests.services.shop import ANNI, BUDI, Shop

CITRA = CustomerId(1003)
"""A person who has not written to the bot before the test."""


async def test_a_first_update_creates_a_customer_with_an_empty_wallet(shop: Shop) -> None:
    assert await shop.customers.get(CITRA) is None
    customer = await shop.customers.register(CITRA, "Citra", "citra", "en")
    assert (customer.first_name, customer.username, customer.telegram_language) == (
        "Citra",
        "citra",
        "en",
    )
    assert await shop.customers.get(CITRA) == customer
    assert (await shop.wallets.wallet(CITRA)).available == 0


async def test_an_unchanged_customer_is_not_written(shop: Shop) -> None:
    await shop.customers.register(CITRA, "Citra", "", "id")
    shop.store = torn = FailingStore(shop.store)
    shop.build()
    await shop.customers.register(CITRA, "Citra", "", "id")
    torn.refuse_writes(9)
    await shop.customers.register(CITRA, "Citra", "", "id")
    assert torn.refused == 0
    torn.refuse_writes(0)
    renamed = await shop.customers.register(CITRA, "Citra Dewi", "", "id")
    assert renamed.first_name == "Citra Dewi"
    started = await shop.customers.register(CITRA, "Citra Dewi", "", "id", is_start=True)
    assert started == renamed


async def test_a_chosen_language_is_stored_beside_telegrams(shop: Shop) -> None:
    await shop.customers.choose_language(ANNI, "en")
    customer = await shop.customers.get(ANNI)
    assert customer is not None
    assert (customer.chosen_language, customer.telegram_language) == ("en", "id")


async def test_several_customers_are_returned_without_unknown_ones(shop: Shop) -> None:
    found = await shop.customers.get_many([ANNI, BUDI, ANNI, CITRA])
    assert {who: one.customer_id for who, one in found.items()} == {ANNI: ANNI, BUDI: BUDI}
