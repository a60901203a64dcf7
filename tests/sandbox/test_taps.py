"""How many taps and typed characters five typical purchases take, as docs/customers.md tells."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.domain.order import OrderState
from tests.sandbox.guest import PAY, SHOP, Guest
from tests.sandbox.house import House

PAGE = Path(__file__).parent.parent.parent / "docs" / "customers.md"
NUMBER = "081212345678"
ROW = re.compile(r"^\| (?P<name>.+?) \| (?P<taps>[0-9]+) \| (?P<typed>[0-9]+) \|$", re.MULTILINE)
Purchase = Callable[[Guest], Awaitable[int]]
"""Buys up to the order, and returns how many characters were typed; commands are menu taps."""


async def again_from_the_first_screen(budi: Guest) -> int:
    screen = await budi.say("/start", shows="Selamat datang")
    await budi.tap("🔁", on=screen)
    await budi.tap(PAY)
    return 0


async def again_from_the_history(budi: Guest) -> int:
    screen = await budi.say("/history", shows="Pesanan kamu")
    await budi.tap("^🔁", on=screen)
    await budi.tap(PAY)
    return 0


async def by_the_menu(budi: Guest) -> int:
    screen = await budi.say("/start", shows="Selamat datang")
    for step in (SHOP, "Pulsa", "Telkomsel", r"^20\.000", "👤", PAY):
        await budi.tap(step, on=screen)
    return 0


async def by_number(budi: Guest) -> int:
    await budi.say(NUMBER, button=r"^20\.000")
    await budi.tap(r"^20\.000")
    await budi.tap(PAY)
    return len(NUMBER)


async def by_search(budi: Guest) -> int:
    query = "tsel 20"
    await budi.say(query, button="Telkomsel 20")
    for step in ("Telkomsel 20", "👤", PAY):
        await budi.tap(step)
    return len(query)


PURCHASES: dict[str, Purchase] = {
    "the same again, from the first screen": again_from_the_first_screen,
    "the same again, from `/history`": again_from_the_history,
    "another product for a saved number, by the menu": by_the_menu,
    "pulsa by number first": by_number,
    "by search, for a saved number": by_search,
}


def told() -> dict[str, tuple[int, int]]:
    """Return the table of the page."""
    rows = ROW.finditer(PAGE.read_text(encoding="utf-8"))
    return {row["name"]: (int(row["taps"]), int(row["typed"])) for row in rows}


async def test_the_table_of_taps_is_true(shop: House) -> None:
    """Each purchase is done with the whole bot and counted; each makes an order."""
    budi, counted = shop.budi, {}
    await shop.reaches(await budi.buy(NUMBER), OrderState.SUCCEEDED)
    for name, purchase in PURCHASES.items():
        shop.pass_time(minutes=12)
        count, before = len(await shop.orders()), budi.taps
        typed = await purchase(budi)
        counted[name] = (budi.taps - before, typed)
        order = (await shop.orders())[0]
        assert len(await shop.orders()) == count + 1
        await shop.reaches(order.number, OrderState.SUCCEEDED)
    assert counted == told()


def test_whoever_comes_back_taps_twice_and_a_new_number_at_most_four_times() -> None:
    """The promise of the page, whatever the table says."""
    table = told()
    assert table["the same again, from the first screen"] == (2, 0)
    assert table["pulsa by number first"][0] <= 4
