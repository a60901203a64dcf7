"""Changes of the shop's settings by its owners."""

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import ConfirmationOutdatedError, NotPermittedError, TokenError
from bot.domain.notice import NoticeKind
from bot.domain.setting_input import InputFault, SettingInputError
from bot.domain.shop_settings import ShopSettings
from bot.services.shop_settings import MAX_LOGGED, settings_now
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, SECOND_ADMIN, SHOP_NAME, Shop

CUSTOMER = Actor(ANNI, ANNI_CHAT)


async def settings_of(shop: Shop) -> ShopSettings:
    return await shop.store.read(settings_now, shop.rules)


async def acts_on(shop: Shop, name: str) -> list[str]:
    return [act.detail for act in await shop.store.read(lambda tx: tx.admin_acts.about(name))]


async def test_a_setting_counts_at_once_and_is_logged_with_before_and_after(shop: Shop) -> None:
    changed = await shop.change_settings.change(ADMIN, "shop_name", "Maju")
    assert (changed.before, changed.after) == (SHOP_NAME, "Maju")
    assert (await settings_of(shop)).shop_name == "Maju"
    assert await acts_on(shop, "shop_name") == [f"{SHOP_NAME} → Maju"]
    await shop.restart()
    assert (await settings_of(shop)).shop_name == "Maju"


async def test_the_same_value_again_is_no_act(shop: Shop) -> None:
    for _ in range(2):
        await shop.change_settings.change(ADMIN, "low_balance", 500_000)
    assert await acts_on(shop, "low_balance") == ["0 → 500000"]


async def test_a_long_value_is_logged_in_part(shop: Shop) -> None:
    await shop.change_settings.change(ADMIN, "terms", "x" * 2_000)
    (logged,) = await acts_on(shop, "terms")
    assert len(logged) < 2 * MAX_LOGGED


async def test_how_customers_pay_is_confirmed_once_and_every_owner_is_told(shop: Shop) -> None:
    changes, name = shop.change_settings, "topup_instructions"
    token, shown = await changes.propose(ADMIN, name, "BCA 1")
    assert (shown.before, shown.after) == ("", "BCA 1")
    assert (await settings_of(shop)).topup_instructions == ""
    with pytest.raises(TokenError):
        await changes.apply(SECOND_ADMIN, token)
    await changes.apply(ADMIN, token)
    assert (await settings_of(shop)).topup_instructions == "BCA 1"
    with pytest.raises(TokenError):
        await changes.apply(ADMIN, token)
    await shop.delivered_kinds()
    told = [one for one in shop.notifier.delivered if one.notice.kind is NoticeKind.SETTING_CHANGED]
    assert {one.notice.chat_id for one in told} == {ADMIN.telegram_id, SECOND_ADMIN.telegram_id}
    assert {one.customer and one.customer.customer_id for one in told} == {ADMIN.customer_id}


async def test_a_change_that_somebody_else_made_meanwhile_is_not_overwritten(shop: Shop) -> None:
    changes, name = shop.change_settings, "topup_instructions"
    token, _ = await changes.propose(ADMIN, name, "BCA 1")
    other, _ = await changes.propose(SECOND_ADMIN, name, "BRI 2")
    await changes.apply(SECOND_ADMIN, other)
    with pytest.raises(ConfirmationOutdatedError):
        await changes.apply(ADMIN, token)
    assert (await settings_of(shop)).topup_instructions == "BRI 2"


async def test_only_owners_change_settings(shop: Shop) -> None:
    changes = shop.change_settings
    for act in (
        changes.ask(CUSTOMER, "shop_name", 1),
        changes.change(CUSTOMER, "shop_name", "x"),
        changes.note_profile(CUSTOMER, "name"),
        changes.propose(CUSTOMER, "qris_static", "x"),
        changes.apply(CUSTOMER, "token"),
    ):
        with pytest.raises(NotPermittedError):
            await act
    await changes.ask(ADMIN, "shop_name", 7)
    assert await shop.dialogs.of(ADMIN.customer_id) is not None
    await changes.note_profile(ADMIN, "name")
    assert await shop.dialogs.of(ADMIN.customer_id) is None
    assert await acts_on(shop, "name") == [""]


async def test_limits_between_which_no_amount_is_left_are_refused(shop: Shop) -> None:
    changes = shop.change_settings
    for name, value, limit in (("topup_max", 9_000, 10_000), ("topup_max", 9_999, 10_000)):
        with pytest.raises(SettingInputError) as caught:
            await changes.change(ADMIN, name, value)
        assert (caught.value.fault, caught.value.limit) == (InputFault.LIMITS_CROSS, limit)
    await changes.change(ADMIN, "topup_max", 50_000)
    with pytest.raises(SettingInputError) as caught:
        await changes.change(ADMIN, "topup_min", 60_000)
    assert (caught.value.detail, caught.value.limit) == ("topup_min", 50_000)
    await changes.change(ADMIN, "topup_min", 50_000)
    assert (await settings_of(shop)).least_topup == 50_000
