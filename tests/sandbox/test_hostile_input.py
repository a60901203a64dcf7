"""Hostile input: forged buttons, digits of other scripts, and markup in plain texts."""

from __future__ import annotations

from dataclasses import fields

from bot.domain.order import OrderState
from handlers.orders.buttons import ShowOrder
from handlers.ui.buttons import Button, CancelOrder, Confirm, pack
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import FUNDS, ShopEnvironment, service

NUMBER = "081212345678"
JUNK = ("1", "1:", "1:zzz", "0:k:abc", "1:k:", "1:q:1:1", "1:q:-", "1:p:99999999999999999999",
        "1:q:١", "ü" * 32)  # fmt: skip
SCRIPTS = ("٠٨١٢٣٤٥٦٧٨٩٠", "０８１２３４５６７８９０", "०८१२३४५६७८९०", "0812३४५६7890")
MARKUP = "<b>Bold</b> & <i>'\"x"


async def test_forged_buttons_of_another_customers_order_do_nothing(shop: ShopEnvironment) -> None:
    shop.supplier.fault_settings.is_down = True
    number = await shop.budi.buy(NUMBER)
    order = await shop.order(number)
    await shop.sarah.say("/start")
    shown = len(shop.sarah.shown)
    for meaning in (ShowOrder(order.order_id), CancelOrder(order.order_id)):
        assert "no such order" in (await shop.sarah.forge(pack(meaning))).text
    assert len(shop.sarah.shown) == shown
    assert not (await shop.order(number)).state.is_final


async def test_another_customers_confirm_button_buys_nothing(shop: ShopEnvironment) -> None:
    """A token is valid only for the person it was shown to."""
    _, data = shop.budi.button(PAY, on=await shop.budi.quote(NUMBER))
    await shop.sarah.say("/start")
    answer = await shop.sarah.forge(data)
    assert "nothing was ordered" in answer.text
    assert await shop.orders() == []
    assert await shop.orders(shop.sarah.user_id) == []


async def test_forged_buttons_of_every_kind_are_answered(shop: ShopEnvironment) -> None:
    number = await shop.budi.buy("081200000004")
    await shop.reaches(number, OrderState.PARKED)
    for kind in Button.__subclasses__():
        await shop.sarah.say("/start")
        for given in (1, 2, 999_999):
            await shop.sarah.forge(pack(forged(kind, given)))
        assert (await shop.order(number)).state is OrderState.PARKED, kind
        assert (await shop.wallet(shop.sarah.user_id)).posted == FUNDS, kind
        assert await shop.orders(shop.sarah.user_id) == [], kind
        assert number not in shop.sarah.texts, kind
        assert await shop.read(lambda tx: tx.conditions.get("paused")) is None, kind


async def test_buttons_with_invalid_data_are_answered(shop: ShopEnvironment) -> None:
    await shop.sarah.say("/start")
    for data in JUNK:
        answer = await shop.sarah.forge(data)
        assert "/start" in answer.text or "no longer" in answer.text, (data, answer.text)
    assert "went wrong" not in shop.sarah.texts


async def test_a_number_in_digits_of_other_scripts_is_refused(shop: ShopEnvironment) -> None:
    """`int` would accept them; the supplier would not."""
    screen = await shop.sarah.choose()
    for text in SCRIPTS:
        await shop.sarah.say(text, shows="write the number with the digits 0 to 9")
        assert PAY not in shop.sarah.labels(screen)
    await shop.sarah.say(NUMBER, button=PAY)


async def test_an_amount_in_digits_of_other_scripts_is_refused(shop: ShopEnvironment) -> None:
    await shop.sarah.say("/balance")
    await shop.sarah.tap("Top up")
    await shop.sarah.say("١٠٠٠٠٠", shows="That is not an amount")
    assert shop.admin.texts == ""


async def test_markup_from_outside_is_shown_as_text(environment: ShopEnvironment) -> None:
    environment.telegram.add_user(environment.sarah.user_id, MARKUP, "en", "sarah_sandbox")
    row = service("X1", f"{MARKUP} 10.000", ("pulsa-reguler", "TELKOMSEL", MARKUP), note=MARKUP)
    environment.supplier.catalogue[:] = [row]
    environment.supplier.delay_seconds = 60
    await environment.enter_with_goods()
    assert MARKUP in (await environment.sarah.say("/start")).text
    question = await environment.sarah.choose(("Pulsa|10",))
    assert question.text.count(MARKUP) >= 2
    number = await environment.sarah.confirm(await environment.sarah.say(NUMBER, button=PAY))
    await environment.reaches(number, OrderState.ACCEPTED)
    environment.supplier.finish(environment.bought(NUMBER)[0].ref_id, voucher=f"{MARKUP}-77")
    await environment.sarah.sees("-77")
    assert f"{MARKUP}-77" in environment.sarah.texts
    await environment.sarah.say("/balance")
    await environment.sarah.tap("Top up")
    await environment.sarah.tap("50,000")
    assert MARKUP in (await environment.admin.sees("50.000")).text


def forged(kind: type[Button], given: int) -> Button:
    """Return a button of a kind with forged fields."""
    values = {"int": given, "bool": True, "str": Confirm("AAAAAAAAAAAA").token}
    return kind(**{field.name: values[str(field.type)] for field in fields(kind)})
