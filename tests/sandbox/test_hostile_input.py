"""Hostile input: forged buttons, and markup in plain texts."""

from __future__ import annotations

import re
from dataclasses import fields

from bot.domain.order import OrderState
from handlers.ui.buttons import Button, Confirm, pack
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import FUNDS, ShopEnvironment, service

NUMBER = "081212345678"
MARKUP = "<b>Bold</b> & <i>'\"x"


async def test_forged_buttons_of_every_kind_are_answered(shop: ShopEnvironment) -> None:
    number = await shop.budi.buy("081200000004")
    await shop.reaches(number, OrderState.PARKED)
    for kind in Button.__subclasses__():
        await shop.sarah.say("/start")
        for given in (1, 999_999):
            await shop.sarah.forge(pack(forged(kind, given)))
        assert (await shop.order(number)).state is OrderState.PARKED, kind
        assert (await shop.wallet(shop.sarah.user_id)).posted == FUNDS, kind
        assert await shop.orders(shop.sarah.user_id) == [], kind
        # The help names an order "K12".
        assert re.search(rf"{number}\b", shop.sarah.texts) is None, kind
        assert await shop.read(lambda tx: tx.conditions.get("paused")) is None, kind


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
