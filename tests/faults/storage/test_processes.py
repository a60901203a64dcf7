"""The whole bot as a process: a full disk, a backup, and a restore."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from bot.app import DATABASE_LOST
from bot.domain.order import OrderState
from tests.faults.storage.disks import fill, make_room
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import FUNDS, PRICE, RUN, ShopEnvironment, open_environment

NUMBER, OTHER, THIRD = "081212345678", "081212345679", "081212345680"
IMPATIENT = ("-m", "tests.faults.storage.bot_with_short_pauses")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[ShopEnvironment]:
    """Both servers are running, without a bot."""
    async with open_environment(tmp_path) as house:
        yield house


@pytest.fixture
async def house_on_small_disk(disk: Path) -> AsyncIterator[ShopEnvironment]:
    """The same, with the database on a small disk of its own."""
    async with open_environment(disk) as house:
        yield house
        make_room(disk)


async def konter(house: ShopEnvironment, *words: str) -> tuple[int, str]:
    """Run a command of the bot; return its exit code and output."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        env=house._environment(),
        cwd=house.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def open_for_sale(house: ShopEnvironment, program: Sequence[str] = RUN) -> None:
    """Start the bot for the first time, and wait until it has products to sell."""
    await house.start(program)

    async def has_goods() -> bool:
        return await house.read(lambda tx: tx.catalogue.load()) is not None

    await house.until_true(has_goods)
    # The cached catalogue is filled shortly after the database.
    await house.sarah.say("/start", shows="Welcome")


async def destroy_database(house: ShopEnvironment) -> None:
    """Overwrite the database with garbage, after closing our own reader of it."""
    if house._reader is not None:
        await house._reader.close()
        house._reader = None
    await asyncio.to_thread(house.database.write_bytes, b"the disk broke")


async def test_on_a_full_disk_no_order_is_taken(house_on_small_disk: ShopEnvironment) -> None:
    """Telegram keeps the update with the press; it becomes one order when there is room again."""
    house = house_on_small_disk
    await open_for_sale(house, IMPATIENT)
    screen = await house.sarah.quote(NUMBER)
    fill(house.folder)
    query = house.sarah.press(PAY, on=screen)
    assert await house.ended() == DATABASE_LOST
    assert house.supplier.order_calls == 0
    await house.start(IMPATIENT)
    assert await house.ended() != 0, "a bot that cannot store updates must not be running"
    make_room(house.folder)
    await house.start()
    assert "K1" in (await house.sarah.answer_to(query)).text
    await house.reaches("K1", OrderState.SUCCEEDED)
    assert (house.supplier.order_calls, len(house.bought(NUMBER))) == (1, 1)


async def test_a_shop_resumes_from_a_backup_after_its_disk_is_lost(house: ShopEnvironment) -> None:
    await open_for_sale(house)
    first = await house.sarah.buy(NUMBER)
    await house.reaches(first, OrderState.SUCCEEDED)
    code, output = await konter(house, "backup", "kept.db")
    assert code == 0, output
    lost = await house.sarah.buy(OTHER)
    await house.reaches(lost, OrderState.SUCCEEDED)
    code, output = await konter(house, "restore", "kept.db")
    assert (code, "another Konter is running" in output) == (1, True)
    await house.kill()
    await destroy_database(house)

    code, output = await konter(house, "restore", "kept.db")
    assert code == 0, output
    assert "New orders begin with K2-1." in output
    await house.start()
    await house.admin.sees("cadangan|backup")
    assert (await house.wallet(house.sarah.user_id)).posted == FUNDS - PRICE
    screen = await house.sarah.quote(THIRD)
    await house.sarah.tap(PAY, on=screen)
    assert house.supplier.order_calls == 2

    ref_id = house.bought(OTHER)[0].ref_id
    await house.admin.say("/recon", shows="2 ")
    await house.admin.say("/resume", shows="buka lagi|sells again")
    again = await house.sarah.buy(THIRD)
    assert again == "K2-1"
    await house.reaches(again, OrderState.SUCCEEDED)
    assert [order.ref_id for order in house.bought(OTHER)] == [ref_id]
    assert await house.stop() == 0
    code, output = await konter(house, "audit")
    assert (code, output.strip()) == (0, "The books are right.")
