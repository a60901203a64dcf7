"""Customers: recorded from their updates, with an open wallet."""

import pytest

from bot.domain.customer import FIRST_CUSTOMER_ID, Actor, TelegramId
from bot.domain.ledger import Account, wallet_of
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId, OrderState
from bot.ports.store import Transaction
from bot.services.money.credit_limits import apply_credit_limits
from tests.services.failing_store import FailingStore
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI,
    NOON,
    PRICE,
    SECOND_ADMIN_CHAT,
    SENDING_LIMIT,
    Shop,
    shop_rules,
)
from tests.storage.samples import add_old_person

CITRA_CHAT = TelegramId(1003)
"""The account of a person who has not written to the bot before the test."""
CITRA = CustomerId(FIRST_CUSTOMER_ID + 4)
"""That person, who is the next one."""


async def test_a_first_update_creates_a_customer_with_an_empty_wallet(shop: Shop) -> None:
    assert await shop.person(CITRA) is None
    customer = (await shop.customers.register(CITRA_CHAT, "Citra", "citra", "en")).customer
    assert (customer.name, customer.username, customer.telegram_language) == (
        "Citra",
        "citra",
        "en",
    )
    assert await shop.person(CITRA) == customer
    assert (await shop.wallets.wallet(CITRA)).available == 0


async def test_an_unchanged_customer_is_not_written_even_after_a_restart(shop: Shop) -> None:
    known = await shop.customers.register(CITRA_CHAT, "Citra", "", "id")
    shop.store = torn = FailingStore(shop.store)
    shop.build()
    torn.refuse_writes(9)
    for _ in range(2):
        assert await shop.customers.register(CITRA_CHAT, "Citra", "", "id") == known
    assert torn.refused == 0


@pytest.mark.parametrize(
    "names", [("Citra Dewi", "", "id"), ("Citra", "citra", "id"), ("Citra", "", "en")]
)
async def test_a_changed_name_is_written(shop: Shop, names: tuple[str, str, str]) -> None:
    await shop.customers.register(CITRA_CHAT, "Citra", "", "id")
    renamed = (await shop.customers.register(CITRA_CHAT, *names)).customer
    assert (renamed.name, renamed.username, renamed.telegram_language) == names
    assert await shop.person(CITRA) == renamed
    started = await shop.customers.register(CITRA_CHAT, *names, is_start=True)
    assert started.customer == renamed


async def test_an_update_of_an_unreachable_customer_makes_them_reachable(shop: Shop) -> None:
    await shop.customers.register(CITRA_CHAT, "Citra", "", "id")
    await shop.store.write(lambda tx: tx.customers.mark_unreachable(CITRA_CHAT))
    assert (await shop.customers.register(CITRA_CHAT, "Citra", "", "id")).customer.is_reachable


async def test_a_new_admin_gets_credit_with_the_first_update_after_the_restart(
    shop: Shop,
) -> None:
    await shop.customers.register(CITRA_CHAT, "Citra", "", "id")
    shop.rules = shop_rules(owner_ids=frozenset({CITRA_CHAT}), admin_credit_limit=5_000)
    shop.build()
    await shop.customers.register(CITRA_CHAT, "Citra", "", "id")
    assert (await shop.wallets.wallet(CITRA)).available == 5_000


async def test_the_dialog_comes_with_the_customer(shop: Shop) -> None:
    assert (await shop.customers.register(ANNI_CHAT, "Anni", "", "id")).dialog is None
    await shop.dialogs.browse(ANNI)
    for is_start in (False, True):
        found = await shop.customers.register(ANNI_CHAT, "Anni", "", "id", is_start=is_start)
        assert found.dialog == await shop.dialogs.of(ANNI)
        assert found.dialog is not None


async def test_a_chosen_language_is_stored_beside_telegrams(shop: Shop) -> None:
    await shop.customers.choose_language(ANNI, "en")
    customer = await shop.person(ANNI)
    assert customer is not None
    assert (customer.chosen_language, customer.telegram_language) == ("en", "id")


async def test_several_customers_are_returned_without_unknown_ones(shop: Shop) -> None:
    found = await shop.customers.get_many([ANNI, BUDI, ANNI, CITRA])
    assert {who: one.customer_id for who, one in found.items()} == {ANNI: ANNI, BUDI: BUDI}


async def test_an_account_of_an_old_person_is_known_by_the_id_that_both_have(shop: Shop) -> None:
    """Until persons had ids of their own, theirs was that of their account."""
    old = CustomerId(CITRA_CHAT)
    await shop.store.write(add_old_person, old)
    found = await shop.customers.register(CITRA_CHAT, "Citra", "", "id")
    assert found.actor == Actor(old, CITRA_CHAT)


async def test_admins_find_a_person_by_the_id_of_the_account(shop: Shop) -> None:
    anni, tuti = await shop.person(ANNI), await shop.store.write(a_neighbour)
    assert await shop.customers.find(str(ANNI_CHAT)) == anni
    assert await shop.customers.find(str(ANNI)) == anni
    assert await shop.customers.find(str(tuti)) == await shop.person(tuti)
    for unknown in (str(CITRA_CHAT), str(CITRA + 1), "", "x", "9" * 19, "١٠٠١"):
        assert await shop.customers.find(unknown) is None


def a_neighbour(tx: Transaction) -> CustomerId:
    """Add a person without an account, who has a tab."""
    return tx.customers.add("Bu Tuti", NOON).customer_id


async def test_a_person_without_an_account_buys_and_nobody_is_notified(shop: Shop) -> None:
    tuti = await shop.store.write(a_neighbour)
    await shop.credit(tuti, PRICE)
    topup = await shop.topups.request(tuti, Rupiah(50_000), "key")
    await shop.topups.decide(ADMIN, topup.topup_id, approve=False)
    order = await shop.queue(tuti)
    await shop.send_next(shop.reply(order, status_word="success"))
    to_admins = {ADMIN_CHAT, SECOND_ADMIN_CHAT}
    assert {one.notice.chat_id for one in await shop.deliveries()} <= to_admins
    assert [one.state for one in await shop.history.recent(tuti, 9)] == [OrderState.SUCCEEDED]
    assert await shop.wallet(tuti) == Account(wallet_of(tuti), 0)
    assert await shop.store.read(lambda tx: tx.audit.findings(NOON, SENDING_LIMIT)) == []


async def test_news_goes_to_the_account_that_the_person_has_now(shop: Shop) -> None:
    """What was enqueued for an account is not shown to the person to whom it was moved."""
    order = await shop.queue()
    await shop.store.write(lambda tx: tx.customers.link(CITRA_CHAT, ANNI, shop.clock.now()))
    await shop.store.write(lambda tx: tx.customers.link(ANNI_CHAT, BUDI, shop.clock.now()))
    await shop.buy.cancel(ANNI, order.order_id)
    shown = [(one.notice.chat_id, one.notice.kind) for one in await shop.deliveries()]
    assert sorted(shown) == [
        (CITRA_CHAT, NoticeKind.ORDER),
        (CITRA_CHAT, NoticeKind.OUTCOME),
    ]


async def test_news_is_not_shown_in_a_chat_that_is_nobodys(shop: Shop) -> None:
    """An account that was taken away may be in other hands."""
    sold = await shop.queue()
    await shop.buy.cancel(ANNI, sold.order_id)
    topup = await shop.topups.request(ANNI, Rupiah(50_000), "key")
    await shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    await shop.restock.ask(ANNI, shop.product("GONE"))
    await shop.relist("GONE", is_ready=True)
    await shop.restock.step()
    await shop.store.write(lambda tx: tx.customers.unlink(ANNI))
    to_admins = {ADMIN_CHAT, SECOND_ADMIN_CHAT}
    assert {one.notice.chat_id for one in await shop.deliveries()} == to_admins


async def test_an_old_person_without_an_account_is_found_by_the_id_that_admins_read(
    shop: Shop,
) -> None:
    old, other = CustomerId(CITRA_CHAT), TelegramId(1004)
    await shop.store.write(add_old_person, old)
    await shop.store.write(lambda tx: tx.customers.unlink(old))
    assert await shop.customers.find(str(old)) == await shop.person(old)
    await shop.store.write(lambda tx: tx.customers.link(other, old, shop.clock.now()))
    assert await shop.customers.find(str(old)) == await shop.person(old)
    newcomer = await shop.customers.register(CITRA_CHAT, "Citra", "", "id")
    assert await shop.customers.find(str(old)) == newcomer.customer


async def test_an_admins_account_that_was_moved_grants_credit_at_the_next_update(
    shop: Shop,
) -> None:
    await shop.customers.register(ADMIN_CHAT, "Boss", "", "id")
    await shop.store.write(lambda tx: tx.customers.link(ADMIN_CHAT, BUDI, shop.clock.now()))
    await shop.customers.register(ADMIN_CHAT, "Boss", "", "id")
    assert (await shop.wallet(BUDI)).credit_limit == shop.rules.admin_credit_limit


async def test_the_account_of_an_admin_decides_who_may_owe(shop: Shop) -> None:
    await shop.store.write(lambda tx: tx.customers.link(ADMIN_CHAT, BUDI, shop.clock.now()))
    await shop.store.write(apply_credit_limits, shop.rules)
    await shop.customers.register(ADMIN_CHAT, "Boss", "", "id")
    limits = [(await shop.wallet(one)).credit_limit for one in (BUDI, ADMIN.customer_id)]
    assert limits == [shop.rules.admin_credit_limit, 0]
