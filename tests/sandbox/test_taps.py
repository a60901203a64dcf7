"""The taps and typed characters of typical purchases, as docs/customers.md states them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.domain.order import OrderState
from bot.sandbox.supplier.catalogue import full_catalogue
from tests.sandbox.chat_user import PAY, SHOP, ChatUser
from tests.sandbox.shop_environment import ShopEnvironment, open_environment

PAGE = Path(__file__).parent.parent.parent / "docs" / "customers.md"
NUMBER, OTHER = "081212345678", "081298765432"
ROW = re.compile(r"^\| (?P<name>.+?) \| (?P<taps>[0-9]+) \| (?P<typed>[0-9]+) \|$", re.MULTILINE)
Purchase = Callable[[ChatUser], Awaitable[int]]
"""Buys up to the order and returns the number of typed characters; commands count as taps."""


async def again_from_the_first_screen(budi: ChatUser) -> int:
    screen = await budi.say("/start", shows="Selamat datang")
    await budi.tap("🔁", on=screen)
    await budi.tap(PAY)
    return 0


async def again_from_the_history(budi: ChatUser) -> int:
    screen = await budi.say("/history", shows="Pesanan kamu")
    await budi.tap("^🔁", on=screen)
    await budi.tap(PAY)
    return 0


async def by_the_menu(budi: ChatUser) -> int:
    screen = await budi.say("/start", shows="Selamat datang")
    for step in (SHOP, "Pulsa", "Telkomsel", r"^20\.000", "👤", PAY):
        await budi.tap(step, on=screen)
    return 0


async def a_large_amount_by_the_menu(budi: ChatUser) -> int:
    screen = await budi.say("/start", shows="Selamat datang")
    for step in (SHOP, "Pulsa", "Telkomsel", r"^100\.000"):
        await budi.tap(step, on=screen)
    await budi.say(OTHER, button=PAY)
    await budi.tap(PAY)
    return len(OTHER)


async def by_number(budi: ChatUser) -> int:
    await budi.say(NUMBER, button=r"^20\.000")
    await budi.tap(r"^20\.000")
    await budi.tap(PAY)
    return len(NUMBER)


async def by_search(budi: ChatUser) -> int:
    query = "tsel 20"
    await budi.say(query, button="Telkomsel 20")
    for step in ("Telkomsel 20", "👤", PAY):
        await budi.tap(step)
    return len(query)


PURCHASES: dict[str, Purchase] = {
    "the same again, from the first screen": again_from_the_first_screen,
    "the same again, from `/history`": again_from_the_history,
    "another product for a saved number, by the menu": by_the_menu,
    "Telkomsel 100.000 for a new number, by the menu": a_large_amount_by_the_menu,
    "pulsa by number first": by_number,
    "by search, for a saved number": by_search,
}


def documented_table() -> dict[str, tuple[int, int]]:
    """Return the table of the page."""
    rows = ROW.finditer(PAGE.read_text(encoding="utf-8"))
    return {row["name"]: (int(row["taps"]), int(row["typed"])) for row in rows}


async def test_the_documented_taps_are_measured(tmp_path: Path) -> None:
    async with open_environment(tmp_path, full_catalogue()) as shop:
        shop.clock.move_to(12)
        await shop.enter_with_goods()
        await shop.reaches(await shop.budi.buy(NUMBER), OrderState.SUCCEEDED)
        counted = {name: await counted_purchase(shop, name) for name in PURCHASES}
    assert counted == documented_table()


async def counted_purchase(shop: ShopEnvironment, name: str) -> tuple[int, int]:
    """Buy in one of the ways; return the number of taps and of typed characters."""
    shop.pass_time(minutes=12)
    count, before = len(await shop.orders()), shop.budi.taps
    typed = await PURCHASES[name](shop.budi)
    taps = shop.budi.taps - before
    order = (await shop.orders())[0]
    assert len(await shop.orders()) == count + 1
    await shop.reaches(order.number, OrderState.SUCCEEDED)
    return taps, typed


def test_buying_again_takes_two_taps_and_a_new_number_at_most_four() -> None:
    table = documented_table()
    assert table["the same again, from the first screen"] == (2, 0)
    assert table["pulsa by number first"][0] <= 4
    assert max(taps for taps, _ in table.values()) <= 6
