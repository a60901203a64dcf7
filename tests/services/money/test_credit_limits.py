"""Credit limits: a former admin gets no new credit, whatever they owe and pay back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.domain.errors import InsufficientFundsError
from bot.domain.ledger import Account, wallet_of
from bot.domain.money import Rupiah
from bot.domain.money_source import MoneySource
from bot.services.money.credit_limits import apply_credit_limits
from tests.services.shop import (
    ADMIN,
    ADMIN_CHAT,
    NUMBER,
    PRICE,
    SECOND_ADMIN,
    SECOND_ADMIN_CHAT,
    Shop,
    shop_rules,
)

FORMER = ADMIN.customer_id
OWED = 5 * PRICE


def dismiss(shop: Shop, **changes: object) -> None:
    """Remove the first admin from the settings; the start-up grant is not run."""
    shop.rules = shop_rules(owner_ids=frozenset({SECOND_ADMIN_CHAT}), **changes)
    shop.build()


async def in_debt(shop: Shop) -> None:
    """Let the admin owe for five delivered orders."""
    for number in range(5):
        order = await shop.queue(FORMER, number=f"0812345678{number:02}")
        await shop.send_next(shop.reply(order, f"r{number}", status_word="success"))
    assert await shop.wallet(FORMER) == Account(wallet_of(FORMER), -OWED, 0, 1_000_000)


async def credited(shop: Shop, amount: int) -> None:
    """Pay back by an admin's credit."""
    shown = await shop.wallets.propose_adjustment(
        SECOND_ADMIN, FORMER, amount, "paid", MoneySource.TRANSFER
    )
    await shop.wallets.adjust(SECOND_ADMIN, shown.token, MoneySource.TRANSFER)


async def topped_up(shop: Shop, amount: int) -> None:
    """Pay back by a top-up."""
    topup = await shop.topups.request(FORMER, Rupiah(amount), f"key {amount}")
    await shop.topups.decide(SECOND_ADMIN, topup.topup_id, approve=True)


PayBack = Callable[[Shop, int], Awaitable[None]]


@pytest.mark.parametrize("pay_back", [credited, topped_up])
@pytest.mark.parametrize("is_greeted", [False, True])
async def test_each_payment_of_a_former_admin_lowers_the_limit_at_once(
    shop: Shop, pay_back: PayBack, is_greeted: bool
) -> None:
    await in_debt(shop)
    dismiss(shop)
    if is_greeted:
        await shop.customers.register(ADMIN_CHAT, "Ex", "", "id")
    for paid in (10_000, 20_000, 15_000):
        await pay_back(shop, paid)
        after = await shop.wallet(FORMER)
        assert (after.credit_limit, after.available) == (-after.balance, 0)
    await pay_back(shop, 50_000)
    after = await shop.wallet(FORMER)
    assert (after.credit_limit, after.available) == (0, after.balance)
    assert after.balance > 0


async def test_a_voided_hold_of_a_former_admin_lowers_the_limit_at_once(shop: Shop) -> None:
    order = await shop.queue(FORMER)
    dismiss(shop)
    await shop.customers.register(ADMIN_CHAT, "Ex", "", "id")
    held = await shop.wallet(FORMER)
    assert (held.credit_limit, held.balance, held.available) == (PRICE, -PRICE, 0)
    await shop.buy.cancel(FORMER, order.order_id)
    assert await shop.wallet(FORMER) == Account(wallet_of(FORMER), 0, 0, 0)


async def test_a_former_admin_buys_nothing_on_credit(shop: Shop) -> None:
    await in_debt(shop)
    token = await shop.token(FORMER, number=NUMBER)
    dismiss(shop)
    with pytest.raises(InsufficientFundsError) as refused:
        await shop.buy.confirm(FORMER, token, None)
    assert refused.value.available == 0
    await credited(shop, 2 * PRICE)
    quote = await shop.buy.quote(FORMER, shop.product("SM10"), NUMBER)
    assert quote.shortfall == PRICE
    with pytest.raises(InsufficientFundsError):
        await shop.buy.confirm(FORMER, quote.token, None)
    with pytest.raises(InsufficientFundsError):
        await shop.wallets.propose_adjustment(SECOND_ADMIN, FORMER, -1, "", MoneySource.TRANSFER)


async def test_a_debit_proposed_before_the_dismissal_is_refused(shop: Shop) -> None:
    shown = await shop.wallets.propose_adjustment(
        SECOND_ADMIN, FORMER, -70_000, "till", MoneySource.TRANSFER
    )
    dismiss(shop)
    with pytest.raises(InsufficientFundsError):
        await shop.wallets.adjust(SECOND_ADMIN, shown.token, MoneySource.TRANSFER)
    assert (await shop.wallet(FORMER)).posted == 0


async def test_the_start_sets_the_limits_by_the_current_settings(shop: Shop) -> None:
    """Former admins keep what they owe, admins get the setting, others are unchanged."""
    await in_debt(shop)
    before = await shop.wallet()
    dismiss(shop, admin_credit_limit=Rupiah(300_000))
    await shop.store.write(apply_credit_limits, shop.rules)
    assert (await shop.wallet(FORMER)).credit_limit == OWED
    assert (await shop.wallet(SECOND_ADMIN.customer_id)).credit_limit == 300_000
    assert await shop.wallet() == before
    dismiss(shop, admin_credit_limit=Rupiah(0))
    await shop.restart()
    assert (await shop.wallet(SECOND_ADMIN.customer_id)).credit_limit == 0


async def test_the_limit_of_an_admin_above_a_lowered_setting_follows_the_debt(shop: Shop) -> None:
    await in_debt(shop)
    shop.rules = shop_rules(admin_credit_limit=Rupiah(20_000))
    await shop.restart()
    limits = [(await shop.wallet(FORMER)).credit_limit]
    for amount in (30_000, 10_000):
        await credited(shop, amount)
        limits.append((await shop.wallet(FORMER)).credit_limit)
    assert limits == [OWED, OWED - 30_000, 20_000]


async def test_a_reinstated_admin_gets_the_limit_again(shop: Shop) -> None:
    await in_debt(shop)
    dismiss(shop)
    await credited(shop, 10_000)
    shop.rules = shop_rules()
    await shop.restart()
    await shop.customers.register(ADMIN_CHAT, "Boss", "", "id")
    assert (await shop.wallet(FORMER)).credit_limit == 1_000_000
