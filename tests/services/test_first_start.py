"""The first start: who may buy until the shop is open, and what the steps store."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.customer import Actor
from bot.domain.dialog import Step
from bot.domain.errors import NotPermittedError, ShopPausedError
from bot.domain.first_start import SetupStep
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.prices import Band, FixedPrice, Target, Tariff
from bot.domain.shop_settings import ShopSettings
from bot.services.prices.rules import change_rule
from bot.services.selling_stop import NOT_OPENED
from bot.services.shop_settings import settings_now
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, NUMBER, Shop, shop_rules

CUSTOMER = Actor(ANNI, ANNI_CHAT)


@pytest.fixture
async def new_shop(shop: Shop) -> Shop:
    """A shop that its owner has not opened yet."""
    rules = shop_rules()
    first = replace(rules.first_settings, is_set_up=False)
    shop.rules = replace(rules, first_settings=first)
    shop.build()
    return shop


async def settings_of(shop: Shop) -> ShopSettings:
    return await shop.store.read(settings_now, shop.rules)


async def buy(shop: Shop, who: CustomerId) -> None:
    quote = await shop.buy.quote(who, shop.product("SM10"), NUMBER)
    await shop.buy.confirm(who, quote.token, None)


async def test_only_owners_buy_until_the_shop_is_open(new_shop: Shop) -> None:
    with pytest.raises(ShopPausedError):
        await buy(new_shop, ANNI)
    assert (await new_shop.reopening.opening(ANNI)).is_paused
    assert (await new_shop.reopening.subscribe(ANNI)).is_subscribed
    await buy(new_shop, ADMIN.customer_id)
    assert await new_shop.first_start.open(ADMIN)
    assert not await new_shop.first_start.open(ADMIN)
    assert NoticeKind.REOPENED in await new_shop.delivered_kinds(ANNI_CHAT)
    await buy(new_shop, ANNI)


async def test_the_step_and_its_answers_are_stored(new_shop: Shop) -> None:
    first_start = new_shop.first_start
    await first_start.ask(ADMIN, SetupStep.NAME, 7)
    dialog = await new_shop.dialogs.of(ADMIN.customer_id)
    assert dialog is not None
    assert (dialog.step, dialog.data) == (Step.FIRST_START, {"step": 1})
    await first_start.change(ADMIN, "shop_name", "Maju", SetupStep.NAME)
    assert await new_shop.dialogs.of(ADMIN.customer_id) is None
    for step in (SetupStep.PAYMENT, SetupStep.PAYMENT):
        await first_start.go_to(ADMIN, step)
    await new_shop.restart()
    settings = await settings_of(new_shop)
    assert (settings.shop_name, settings.setup_step) == ("Maju", SetupStep.PAYMENT)


async def test_the_profit_is_a_rule_for_everything(new_shop: Shop) -> None:
    first_start, store = new_shop.first_start, new_shop.store

    async def profit() -> tuple[Rupiah, Decimal] | None:
        return first_start.profit(await store.read(lambda tx: tx.policy.current()))

    assert await profit() == (Rupiah(1_000), Decimal(0))
    await first_start.set_profit(ADMIN, Rupiah(1_500), Decimal(0))
    assert await profit() == (Rupiah(1_500), Decimal(0))
    quote = await new_shop.buy.quote(ANNI, new_shop.product("SM10"), NUMBER)
    assert quote.offer.price == 11_700
    bands = Tariff((Band(Rupiah(9_000), Rupiah(1), Decimal(0)), Band(None, Rupiah(2), Decimal(0))))
    now = new_shop.clock.now()
    await store.write(change_rule, ADMIN.customer_id, Target(), bands, now)
    assert await profit() is None
    await store.write(change_rule, ADMIN.customer_id, Target(), FixedPrice(Rupiah(1)), now)
    assert await profit() is None


async def test_only_an_owner_sets_up_a_shop(new_shop: Shop) -> None:
    first_start = new_shop.first_start
    for act in (
        first_start.ask(CUSTOMER, SetupStep.NAME, None),
        first_start.go_to(CUSTOMER, SetupStep.PROFIT),
        first_start.change(CUSTOMER, "shop_name", "x", SetupStep.NAME),
        first_start.set_profit(CUSTOMER, Rupiah(1), Decimal(0)),
        first_start.open(CUSTOMER),
    ):
        with pytest.raises(NotPermittedError):
            await act


async def test_samples_of_prices_are_of_different_brands(shop: Shop) -> None:
    samples = shop.browse.samples(3)
    assert len({one.product.listing.path[:2] for one in samples}) == len(samples) == 3
    assert all(one.is_available for one in samples)


async def test_a_resume_does_not_open_a_new_shop(new_shop: Shop) -> None:
    await new_shop.reopening.subscribe(ANNI)
    await new_shop.admin.pause(ADMIN)
    resumed = await new_shop.admin.resume(ADMIN)
    assert (resumed.was_paused, resumed.remains) == (True, NOT_OPENED)
    assert NoticeKind.REOPENED not in await new_shop.delivered_kinds(ANNI_CHAT)
    with pytest.raises(ShopPausedError):
        await buy(new_shop, ANNI)
    assert await new_shop.first_start.open(ADMIN)
    assert NoticeKind.REOPENED in await new_shop.delivered_kinds(ANNI_CHAT)


async def test_nobody_is_told_how_customers_pay_before_the_shop_is_open(new_shop: Shop) -> None:
    token, _ = await new_shop.change_settings.propose(ADMIN, "topup_instructions", "BCA 1")
    await new_shop.change_settings.apply(ADMIN, token)
    assert NoticeKind.SETTING_CHANGED not in await new_shop.delivered_kinds()
    assert (await settings_of(new_shop)).topup_instructions == "BCA 1"
