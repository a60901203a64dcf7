"""The report: sales, costs, bonuses and profit of a period."""

from __future__ import annotations

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import NotPermittedError
from bot.domain.money_source import MoneySource
from bot.domain.sales import BrandSales, Period
from bot.services.admin.profit import profit_of
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, PRICE, Shop

A_DAY = 24 * 3600


async def give_bonus(shop: Shop, amount: int) -> None:
    """Give Anni a bonus, or take one back; `amount` is in rupiah."""
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, amount, "", MoneySource.BONUS)
    await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.BONUS)


async def test_a_report_has_sales_costs_bonuses_and_brands(shop: Shop) -> None:
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    await give_bonus(shop, 500)
    await give_bonus(shop, -100)
    today = await shop.reports.report(ADMIN, Period.TODAY)
    assert today.first_day == today.last_day
    assert (today.earned.sales.count, today.earned.sales.revenue) == (1, PRICE)
    assert (today.earned.cost, today.earned.bonuses, today.earned.profit) == (10_200, 400, 600)
    assert today.brands == [BrandSales("TELKOMSEL", 1, PRICE, 1_000)]
    assert (await shop.reports.report(ADMIN, Period.YESTERDAY)).earned.profit == 0
    shop.clock.advance(A_DAY)
    assert (await shop.reports.report(ADMIN, Period.TODAY)).brands == []
    assert (await shop.reports.report(ADMIN, Period.YESTERDAY)).earned == today.earned
    week = await shop.store.read(profit_of, shop.rules, Period.LAST_7_DAYS, shop.clock.now())
    assert week == today.earned


async def test_a_report_is_for_those_who_may_see_costs(shop: Shop) -> None:
    with pytest.raises(NotPermittedError):
        await shop.reports.report(Actor(ANNI, ANNI_CHAT), Period.TODAY)
