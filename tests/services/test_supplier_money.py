"""The money at the supplier: warnings, and sales that stop and go on by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import (
    RefusalClass,
    ShopPausedError,
    SupplierReadError,
    SupplierRefusedError,
)
from bot.domain.money import Rupiah
from bot.domain.notice import Alert, NoticeKind
from bot.domain.order import OrderState, WaitReason
from bot.domain.staff import Right, StaffMember, written
from bot.services.selling_stop import is_out_of_money
from bot.services.supplier_money import READ_EVERY, READ_OFTEN, SupplierMoney, supplier_money
from tests.services.shop import ADMIN, ANNI, BUDI, BUDI_CHAT, NUMBER, Shop, shop_rules

OTHER = "081299999999"
REFUSED = SupplierRefusedError(RefusalClass.OWN_DEPOSIT, "Saldo Anda tidak cukup")
OFTEN, SELDOM = READ_OFTEN.total_seconds(), READ_EVERY.total_seconds()


async def money(shop: Shop) -> SupplierMoney:
    return await shop.store.read(supplier_money, shop.rules, shop.clock.now())


async def figure(shop: Shop, balance: int | None, *, after: float = SELDOM) -> list[dict[str, Any]]:
    """Let the panel show a balance and be asked; return the data of the first owner's alerts."""
    shop.supplier.deposit = None if balance is None else Rupiah(balance)
    shop.clock.advance(after)
    await shop.money_watch.step()
    return [dict(one.notice.data) for one in await shop.deliveries(kind=NoticeKind.ALERT)][::2]


async def deposit(shop: Shop, amount: int) -> None:
    """Note a payment to the supplier."""
    proposed = await shop.supplier_deposit.propose(ADMIN, amount)
    await shop.supplier_deposit.record(ADMIN, proposed.token)


async def is_stopped(shop: Shop) -> bool:
    return await shop.store.read(is_out_of_money, shop.rules.account)


def with_limit(shop: Shop, low_balance: int) -> None:
    """Warn below a balance, in rupiah."""
    first = replace(shop.rules.first_settings, low_balance=low_balance)
    shop.rules = shop_rules(first_settings=first)
    shop.build()


# --- what is left ---


async def test_the_balance_is_the_panels_figure_while_it_is_fresh(shop: Shop) -> None:
    await deposit(shop, 300_000)
    assert await money(shop) == SupplierMoney(300_000, None, None)
    await figure(shop, 812_000)
    assert await money(shop) == SupplierMoney(812_000, shop.clock.now(), None)
    shop.clock.advance(3601)
    assert (await money(shop)).balance == 300_000
    await figure(shop, 700_000)
    await figure(shop, None)
    assert (await money(shop)).read_at is None


async def test_it_lasts_at_the_pace_of_the_last_days(shop: Shop) -> None:
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    await figure(shop, 102_000)
    # 10,200 rupiah on the first day; two days and ten minutes later, the pace is half of that.
    assert (await money(shop)).hours_left == 240
    shop.clock.advance(2 * 24 * 3600)
    await figure(shop, 102_000)
    assert (await money(shop)).hours_left == 481
    shop.clock.advance(2 * 24 * 3600)
    assert (await money(shop)).hours_left is None


# --- how often it is read ---


async def test_the_panel_is_asked_every_few_minutes_and_more_often_when_it_is_low(
    shop: Shop,
) -> None:
    with_limit(shop, 100_000)
    shop.supplier.reads.clear()
    assert await shop.money_watch.step() == SELDOM
    assert await shop.money_watch.step() == SELDOM
    shop.clock.advance(SELDOM - 10)
    assert await shop.money_watch.step() == 10
    assert shop.supplier.reads == ["balance"]
    await figure(shop, 99_999)
    shop.clock.advance(OFTEN)
    assert await shop.money_watch.step() == OFTEN
    assert shop.supplier.reads == ["balance"] * 3


async def test_without_an_answer_the_tracked_balance_is_looked_at(shop: Shop) -> None:
    with_limit(shop, 100_000)
    shop.supplier.read_error = SupplierReadError("502")
    (warned,) = await figure(shop, None)
    assert (warned["balance"], warned["hours"], warned["is_tracked"]) == (0, -1, 1)
    assert not await is_stopped(shop)


# --- the warning ---


async def test_the_owners_are_warned_below_the_limit_and_again_below_half_of_it(
    shop: Shop,
) -> None:
    with_limit(shop, 100_000)
    assert await figure(shop, 100_000) == []
    (first,) = await figure(shop, 99_999)
    assert first["condition"] == Alert.BALANCE_LOW
    assert (first["balance"], first["hours"], first["is_tracked"]) == (99_999, -1, 0)
    assert await figure(shop, 50_000) == []
    (second,) = await figure(shop, 49_999)
    assert second["balance"] == 49_999
    assert await figure(shop, 40_000) == []
    assert await figure(shop, 80_000) == []
    assert len(await figure(shop, 45_000)) == 1
    assert await figure(shop, 200_000) == []
    assert len(await figure(shop, 90_000)) == 1


@pytest.mark.parametrize(("right", "warnings"), [(Right.COSTS, 1), (Right.CASES, 0)])
async def test_staff_who_see_costs_are_warned_too(shop: Shop, right: Right, warnings: int) -> None:
    with_limit(shop, 100_000)
    member = StaffMember(BUDI, written([right]), ADMIN.customer_id, shop.clock.now())
    await shop.store.write(lambda tx: tx.staff.put(member))
    shop.supplier.deposit = Rupiah(5_000)
    await shop.money_watch.step()
    assert len(await shop.deliveries(BUDI_CHAT, NoticeKind.ALERT)) == warnings


async def test_without_a_limit_nobody_is_warned(shop: Shop) -> None:
    assert await figure(shop, 10) == []


# --- sales stop ---


async def test_sales_stop_on_a_figure_that_pays_for_no_order_and_go_on_with_money(
    shop: Shop,
) -> None:
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    waiting = await shop.queue(number=OTHER)
    assert await figure(shop, 10_200) == []
    (told,) = await figure(shop, 10_199)
    assert (told["condition"], told["balance"]) == (Alert.OUT_OF_MONEY, 10_199)
    assert (await shop.reopening.opening(ANNI)).is_paused
    assert (await shop.reopening.subscribe(ANNI)).is_subscribed
    with pytest.raises(ShopPausedError):
        await shop.queue(BUDI)
    await shop.wait()
    assert (await shop.get(waiting.order_id)).wait_reason is WaitReason.PAUSED
    assert await figure(shop, 10_199, after=OFTEN) == []
    shop.supplier.deposit = Rupiah(10_200)
    shop.clock.advance(OFTEN)
    await shop.money_watch.step()
    kinds = [one.notice.kind for one in await shop.deliveries()]
    assert (kinds.count(NoticeKind.ALERT), kinds.count(NoticeKind.REOPENED)) == (2, 1)
    assert not await is_stopped(shop)
    sold = await shop.send_next(shop.reply(waiting, "r2", status_word="success"))
    assert sold.state is OrderState.SUCCEEDED


async def test_a_figure_of_nothing_stops_a_shop_that_has_sold_nothing(shop: Shop) -> None:
    assert await figure(shop, 1) == []
    (told,) = await figure(shop, 0)
    assert told["condition"] == Alert.OUT_OF_MONEY


async def test_sales_stop_on_the_panels_refusal_until_its_figure_has_risen(shop: Shop) -> None:
    """The panel may want a minimum to stay there: its figure alone is no proof that it pays."""
    await shop.queue()
    refused = await shop.send_next(REFUSED)
    assert refused.state is OrderState.FAILED
    assert await is_stopped(shop)
    assert await shop.alerts() == [Alert.OWN_DEPOSIT_LOW]
    shop.supplier.deposit = Rupiah(30_000)
    await shop.money_watch.step()
    assert await is_stopped(shop)
    assert await figure(shop, 30_000, after=OFTEN) == []
    assert await is_stopped(shop)
    (told,) = await figure(shop, 30_001, after=OFTEN)
    assert told["condition"] == Alert.MONEY_BACK
    assert not await is_stopped(shop)


async def test_a_refusal_lets_the_panel_be_asked_at_once(shop: Shop) -> None:
    await shop.money_watch.step()
    await shop.queue()
    await shop.send_next(REFUSED)
    shop.supplier.reads.clear()
    await shop.money_watch.step()
    await shop.money_watch.step()
    assert shop.supplier.reads == ["balance"]


async def test_a_figure_asked_for_before_the_refusal_does_not_count(shop: Shop) -> None:
    await shop.queue()
    order = await shop.start()
    asked_at = shop.clock.now()
    shop.clock.advance(1)
    shop.supplier.will(REFUSED)
    await shop.send.carry_out(order)
    late = Rupiah(900_000)
    await shop.store.write(shop.money_watch._heed, late, asked_at, shop.clock.now())
    stop = await shop.store.read(lambda tx: tx.conditions.get(f"out_of_money:{shop.rules.account}"))
    assert stop is not None
    assert stop.detail == "10200 refused"


async def test_where_the_panel_tells_no_figure_a_deposit_ends_the_stop(shop: Shop) -> None:
    await shop.queue()
    await shop.send_next(REFUSED)
    await figure(shop, None, after=OFTEN)
    await deposit(shop, -5)
    assert await is_stopped(shop)
    await deposit(shop, 100_000)
    assert not await is_stopped(shop)


async def test_where_the_panel_tells_its_figure_a_deposit_only_notes(shop: Shop) -> None:
    await shop.queue()
    await shop.send_next(REFUSED)
    await figure(shop, 5, after=OFTEN)
    await deposit(shop, 100_000)
    assert await is_stopped(shop)


async def test_an_admin_may_go_on_and_the_next_refusal_is_told_again(shop: Shop) -> None:
    await shop.queue()
    await shop.send_next(REFUSED)
    assert (await shop.admin.overview(ADMIN)).out_of_money_since == shop.clock.now()
    resumed = await shop.admin.resume(ADMIN)
    assert (bool(resumed), resumed.was_out_of_money, resumed.was_paused) == (True, True, False)
    assert (await shop.admin.overview(ADMIN)).out_of_money_since is None
    await shop.alerts()
    await shop.queue(number=NUMBER)
    await shop.send_next(REFUSED)
    assert await shop.alerts() == [Alert.OWN_DEPOSIT_LOW]


async def test_a_paused_shop_stays_paused_when_money_is_back(shop: Shop) -> None:
    await shop.queue()
    await shop.send_next(REFUSED)
    await shop.admin.pause(ADMIN, "libur")
    await shop.reopening.subscribe(ANNI)
    await figure(shop, 5, after=OFTEN)
    await figure(shop, 900_000, after=OFTEN)
    assert not await is_stopped(shop)
    assert (await shop.reopening.opening(ANNI)).note == "libur"
    assert [one.notice.kind for one in await shop.deliveries(kind=NoticeKind.REOPENED)] == []
