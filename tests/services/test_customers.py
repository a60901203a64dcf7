"""Customers: recorded from their updates, with an open wallet."""

import pytest

from bot.domain.order import CustomerId
from tests.services.failing_store import FailingStore
from tests.services.shop import ANNI, BUDI, Shop, shop_rules

CITRA = CustomerId(1003)
"""A person who has not written to the bot before the test."""


async def test_a_first_update_creates_a_customer_with_an_empty_wallet(shop: Shop) -> None:
    assert await shop.customers.get(CITRA) is None
    customer = (await shop.customers.register(CITRA, "Citra", "citra", "en")).customer
    assert (customer.first_name, customer.username, customer.telegram_language) == (
        "Citra",
        "citra",
        "en",
    )
    assert await shop.customers.get(CITRA) == customer
    assert (await shop.wallets.wallet(CITRA)).available == 0


async def test_an_unchanged_customer_is_not_written_even_after_a_restart(shop: Shop) -> None:
    known = await shop.customers.register(CITRA, "Citra", "", "id")
    shop.store = torn = FailingStore(shop.store)
    shop.build()
    torn.refuse_writes(9)
    for _ in range(2):
        assert await shop.customers.register(CITRA, "Citra", "", "id") == known
    assert torn.refused == 0


@pytest.mark.parametrize(
    "names", [("Citra Dewi", "", "id"), ("Citra", "citra", "id"), ("Citra", "", "en")]
)
async def test_a_changed_name_is_written(shop: Shop, names: tuple[str, str, str]) -> None:
    await shop.customers.register(CITRA, "Citra", "", "id")
    renamed = (await shop.customers.register(CITRA, *names)).customer
    assert (renamed.first_name, renamed.username, renamed.telegram_language) == names
    assert await shop.customers.get(CITRA) == renamed
    started = await shop.customers.register(CITRA, *names, is_start=True)
    assert started.customer == renamed


async def test_an_update_of_an_unreachable_customer_makes_them_reachable(shop: Shop) -> None:
    await shop.customers.register(CITRA, "Citra", "", "id")
    await shop.store.write(lambda tx: tx.customers.mark_unreachable(CITRA))
    assert (await shop.customers.register(CITRA, "Citra", "", "id")).customer.is_reachable


async def test_a_new_admin_gets_credit_with_the_first_update_after_the_restart(
    shop: Shop,
) -> None:
    await shop.customers.register(CITRA, "Citra", "", "id")
    shop.rules = shop_rules(admin_ids=frozenset({CITRA}), admin_credit_limit=5_000)
    shop.build()
    await shop.customers.register(CITRA, "Citra", "", "id")
    assert (await shop.wallets.wallet(CITRA)).available == 5_000


async def test_the_dialog_comes_with_the_customer(shop: Shop) -> None:
    assert (await shop.customers.register(ANNI, "Anni", "", "id")).dialog is None
    await shop.dialogs.browse(ANNI)
    for is_start in (False, True):
        found = await shop.customers.register(ANNI, "Anni", "", "id", is_start=is_start)
        assert found.dialog == await shop.dialogs.of(ANNI)
        assert found.dialog is not None


async def test_a_chosen_language_is_stored_beside_telegrams(shop: Shop) -> None:
    await shop.customers.choose_language(ANNI, "en")
    customer = await shop.customers.get(ANNI)
    assert customer is not None
    assert (customer.chosen_language, customer.telegram_language) == ("en", "id")


async def test_several_customers_are_returned_without_unknown_ones(shop: Shop) -> None:
    found = await shop.customers.get_many([ANNI, BUDI, ANNI, CITRA])
    assert {who: one.customer_id for who, one in found.items()} == {ANNI: ANNI, BUDI: BUDI}
