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
async def environment(tmp_path: Path) -> AsyncIterator[ShopEnvironment]:
    """Both servers are running, without a bot."""
    async with open_environment(tmp_path) as environment:
        yield environment


@pytest.fixture
async def environment_on_small_disk(disk: Path) -> AsyncIterator[ShopEnvironment]:
    """The same, with the database on a small disk of its own."""
    async with open_environment(disk) as environment:
        yield environment
        make_room(disk)


async def konter(environment: ShopEnvironment, *words: str) -> tuple[int, str]:
    """Run a command of the bot; return its exit code and output."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        env=environment._environment(),
        cwd=environment.folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, output.decode()


async def open_for_sale(environment: ShopEnvironment, program: Sequence[str] = RUN) -> None:
    """Start the bot for the first time, and wait until it has products to sell."""
    await environment.start(program)

    async def has_goods() -> bool:
        return await environment.read(lambda tx: tx.catalogue.load()) is not None

    await environment.until_true(has_goods)
    # The cached catalogue is filled shortly after the database.
    await environment.sarah.say("/start", shows="Welcome")


async def destroy_database(environment: ShopEnvironment) -> None:
    """Overwrite the database with garbage, after closing our own reader of it."""
    if environment._reader is not None:
        await environment._reader.close()
        environment._reader = None
    await asyncio.to_thread(environment.database.write_bytes, b"the disk broke")


async def test_on_a_full_disk_no_order_is_taken(environment_on_small_disk: ShopEnvironment) -> None:
    """Telegram keeps the update with the press; it becomes one order when there is room again."""
    environment = environment_on_small_disk
    await open_for_sale(environment, IMPATIENT)
    screen = await environment.sarah.quote(NUMBER)
    fill(environment.folder)
    query = environment.sarah.press(PAY, on=screen)
    assert await environment.ended() == DATABASE_LOST
    assert environment.supplier.order_calls == 0
    await environment.start(IMPATIENT)
    assert await environment.ended() != 0, "a bot that cannot store updates must not be running"
    make_room(environment.folder)
    await environment.start()
    assert "K1" in (await environment.sarah.answer_to(query)).text
    await environment.reaches("K1", OrderState.SUCCEEDED)
    assert (environment.supplier.order_calls, len(environment.bought(NUMBER))) == (1, 1)


async def test_a_shop_resumes_from_a_backup_after_its_disk_is_lost(
    environment: ShopEnvironment,
) -> None:
    await open_for_sale(environment)
    first = await environment.sarah.buy(NUMBER)
    await environment.reaches(first, OrderState.SUCCEEDED)
    code, output = await konter(environment, "backup", "kept.db")
    assert code == 0, output
    lost = await environment.sarah.buy(OTHER)
    await environment.reaches(lost, OrderState.SUCCEEDED)
    code, output = await konter(environment, "restore", "kept.db")
    assert (code, "another Konter is running" in output) == (1, True)
    await environment.kill()
    await destroy_database(environment)

    code, output = await konter(environment, "restore", "kept.db")
    assert code == 0, output
    assert "New orders begin with K2-1." in output
    await environment.start()
    await environment.admin.sees("cadangan|backup")
    assert (await environment.wallet(environment.sarah.user_id)).posted == FUNDS - PRICE
    screen = await environment.sarah.quote(THIRD)
    await environment.sarah.tap(PAY, on=screen)
    assert environment.supplier.order_calls == 2

    ref_id = environment.bought(OTHER)[0].ref_id
    await environment.admin.say("/recon", shows="2 ")
    await environment.admin.say("/resume", shows="buka lagi|sells again")
    again = await environment.sarah.buy(THIRD)
    assert again == "K2-1"
    await environment.reaches(again, OrderState.SUCCEEDED)
    assert [order.ref_id for order in environment.bought(OTHER)] == [ref_id]
    assert await environment.stop() == 0
    code, output = await konter(environment, "audit")
    assert (code, output.strip()) == (0, "The books are right.")
