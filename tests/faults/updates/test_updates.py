"""An update of a selling shop: nothing is taken or sent before its health is good."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.order import OrderState
from bot.held_start import NOT_RELEASED
from storage.marks import HELD
from tests.databases import drop_database
from tests.faults.storage.test_processes import konter
from tests.faults.updates.versions import ROOT, newer_version
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import FUNDS, PRICE, RUN, ShopEnvironment

pytestmark = pytest.mark.timeout(240)
NUMBER, OTHER = "081212345678", "081212345679"
NOT_HELD = 3
BREAKS_BOOKS = """
drop trigger accounts_move_by_transfers;
update accounts set posted = posted + 1 where account_id = 'bank'
"""
KILLED = ("-m", "tests.faults.updates.bot")


@pytest.fixture
async def environment(each_database: str, tmp_path: Path) -> AsyncIterator[ShopEnvironment]:
    """A shop that has sold something, on each database; at the end its books must be right."""
    environment = ShopEnvironment(tmp_path)
    await environment.open()
    await environment.stock()
    await environment.start()
    await sell(environment, NUMBER)
    yield environment
    assert await environment.stop() == 0, environment.log
    await audit(environment)
    await environment.close()
    drop_database(environment.database)


def use(environment: ShopEnvironment, version: Path) -> None:
    """Let the next processes be of a version, by its folder."""
    environment.env["PYTHONPATH"] = f"{version}:{ROOT}"


def mark(environment: ShopEnvironment) -> Path:
    state = "data" if environment.env["DATABASE_URL"].startswith("postgresql") else ""
    return environment.folder / state / HELD


async def close_reader(environment: ShopEnvironment) -> None:
    """Close the test's own reader: the database is going to be another one."""
    if environment._reader is not None:
        await environment._reader.close()
        environment._reader = None


async def sell(environment: ShopEnvironment, number: str) -> None:
    name = await environment.sarah.buy(number)
    await environment.sarah.sees("SN / code:")
    await environment.reaches(name, OrderState.SUCCEEDED)


async def audit(environment: ShopEnvironment) -> None:
    code, output = await konter(environment, "audit")
    assert code == 0, output


async def hold(environment: ShopEnvironment) -> None:
    """End the shop as an update does, and hold its next start."""
    await close_reader(environment)
    assert await environment.stop() == 0
    code, output = await konter(environment, "hold")
    assert code == 0, output


@pytest.mark.parametrize(
    "each_database",
    # On SQLite the scripts of a server take an update back (tests/deploy).
    ["PostgreSQL", pytest.param("SQLite", marks=pytest.mark.thorough)],
    indirect=True,
)
async def test_an_update_that_never_gets_healthy_is_undone(
    environment: ShopEnvironment, tmp_path: Path
) -> None:
    await hold(environment)

    use(environment, newer_version(tmp_path))
    environment.telegram.down = True
    polls = environment.telegram.updates.polls
    environment.telegram.send_text(environment.sarah.user_id, "/balance")
    process = await environment.launch()
    await environment.until(lambda: "held_start_not_healthy" in environment.log)
    assert environment.telegram.updates.polls == polls
    # A restart of the machine in the middle changes nothing.
    process.send_signal(signal.SIGKILL)
    await environment.ended()
    environment.telegram.down = False
    await environment.launch((*KILLED, "before"))
    assert await environment.ended() == -signal.SIGKILL
    assert environment.telegram.updates.polls == polls
    assert environment.telegram.updates.pending
    assert mark(environment).exists()

    use(environment, ROOT)
    code, output = await konter(environment, "audit")
    assert code == 1, "the database is that of the newer version"
    kept = mark(environment).read_bytes()
    code, output = await konter(environment, "undo-update")
    assert (code, "as it was before the update" in output) == (0, True), output
    # Killed before the mark was removed, it is undone once more, and nothing changes.
    mark(environment).write_bytes(kept)
    code, output = await konter(environment, "undo-update")
    assert (code, "What the update made" in output) == (0, False), output

    await environment.start()
    await environment.sarah.sees(r"Rp488[.,]800")
    await sell(environment, OTHER)
    assert (await environment.wallet(environment.sarah.user_id)).posted == FUNDS - 2 * PRICE
    assert environment.supplier.order_calls == 2


@pytest.mark.parametrize(
    "each_database",
    ["SQLite", pytest.param("PostgreSQL", marks=pytest.mark.thorough)],
    indirect=True,
)
async def test_a_healthy_update_is_released_and_not_undone(
    environment: ShopEnvironment, tmp_path: Path
) -> None:
    quote = await environment.sarah.quote(OTHER)
    await hold(environment)
    newer = newer_version(tmp_path)
    use(environment, newer)
    query = environment.sarah.press(PAY, on=quote)
    await environment.launch((*KILLED, "after"))
    assert await environment.ended() == -signal.SIGKILL
    assert not mark(environment).exists()
    # Released: the version before must not change anything, and the new one goes on.
    use(environment, ROOT)
    code, output = await konter(environment, "undo-update")
    assert (code, "Nothing was changed" in output) == (NOT_HELD, True), output
    use(environment, newer)
    await environment.start()
    assert "K2" in (await environment.sarah.answer_to(query)).text
    await environment.until(lambda: len(environment.bought(OTHER)) == 1)
    assert environment.supplier.order_calls == 2
    await audit(environment)


@pytest.mark.parametrize("each_database", ["SQLite"], indirect=True)
async def test_an_update_that_breaks_the_books_is_not_released(
    environment: ShopEnvironment, tmp_path: Path
) -> None:
    await hold(environment)
    use(environment, newer_version(tmp_path, BREAKS_BOOKS))
    await environment.launch(RUN)
    assert await environment.ended() == NOT_RELEASED
    assert "update_broke_the_books" in environment.log
    use(environment, ROOT)
    code, output = await konter(environment, "undo-update")
    assert code == 0, output
    await environment.start()
