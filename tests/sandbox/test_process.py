"""The bot as a process: how it exits, a second process beside it, and secrets in the log."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.app import DATABASE_LOST
from bot.domain.order import OrderState
from bot.sandbox.supplier.server import Fault
from bot.services.absences import ALIVE_AT, STOPPED_AT, instant
from bot.serving import CANNOT_START, MOVED_AWAY
from storage.marks import Marks, MovedAway
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import API_KEY, FUNDS, PRICE, TOKEN, ShopEnvironment

pytestmark = pytest.mark.timeout(240)
"""Starting processes takes long on a busy machine."""
NUMBER = "081212345678"
BACK_SECONDS = 40
"""How long a real process may take to find a lost order; the first look comes after 3 s."""


async def test_sigterm_waits_for_the_order_under_way(environment: ShopEnvironment) -> None:
    environment.supplier.fault_settings.slow_seconds = 1.0
    await environment.stock()
    await environment.start()
    screen = await environment.sarah.quote("081200000010")
    await environment.sarah.confirm(screen)
    await environment.until(lambda: environment.supplier.order_calls == 1)
    assert await environment.stop() == 0
    order = await environment.order("K1")
    # On a slow machine its first poll may come before the end.
    sign = {OrderState.ACCEPTED: "⏳", OrderState.SUCCEEDED: "✅"}[order.state]
    assert await environment.read(lambda tx: tx.outbox.backlog()) == 0
    alive_at, stopped_at = await environment.read(
        lambda tx: (instant(tx, ALIVE_AT), instant(tx, STOPPED_AT))
    )
    assert alive_at is not None
    assert stopped_at is not None
    assert alive_at < stopped_at
    assert sign in environment.sarah.message(screen.message_id).text
    await environment.start()
    await environment.reaches("K1", OrderState.SUCCEEDED)
    await environment.sarah.sees("SN / code:")
    assert environment.supplier.order_calls == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_exits_with_0_while_telegram_and_supplier_are_down(
    environment: ShopEnvironment, number: signal.Signals
) -> None:
    environment.telegram.down = True
    environment.supplier.fault_settings.is_down = True
    process = await environment.launch()
    await environment.until(
        lambda: any(call.code is None for call in environment.telegram.calls), 30
    )
    process.send_signal(number)
    assert await environment.ended() == 0


async def test_a_second_process_is_refused(environment: ShopEnvironment) -> None:
    """Two processes would send one order twice."""
    await environment.start()
    first = environment.process
    await environment.launch()
    assert await environment.ended() == CANNOT_START
    assert "another Konter is running on" in environment.log
    environment.process = first
    await environment.sarah.say("/start", shows="Welcome")
    assert await environment.stop() == 0


async def test_a_shop_that_moved_away_does_not_start(environment: ShopEnvironment) -> None:
    Marks(environment.folder).put(MovedAway(moved_at=environment.clock.now(), archive="shop"))
    await environment.launch()
    assert await environment.ended() == MOVED_AWAY
    assert "cancel-move" in environment.log
    assert not environment.telegram.calls


async def test_a_file_that_is_no_database_is_reported_at_the_start(
    environment: ShopEnvironment,
) -> None:
    broken = environment.folder / "letter.db"
    broken.write_text("Dear reader, this is a letter and no database at all.\n" * 50)
    environment.env["DATABASE_URL"] = f"sqlite:///{broken}"
    await environment.launch()
    assert await environment.ended() == CANNOT_START
    assert "database_unusable" in environment.log
    assert str(broken) in environment.log
    assert not environment.telegram.calls


@pytest.mark.parametrize("name", ["HTTP_PORT", "METRICS_PORT"])
async def test_a_port_in_use_is_reported_at_the_start(
    environment: ShopEnvironment, name: str
) -> None:
    taken = environment.env["OSIMESA_URL"].split(":")[2].split("/")[0]
    environment.env[name] = taken
    await environment.launch()
    assert await environment.ended() == CANNOT_START
    assert "web_server_cannot_listen" in environment.log
    assert f"port={taken}" in environment.log
    assert name in environment.log
    assert "Traceback" not in environment.log


async def test_a_database_that_cannot_be_written_takes_no_order(
    environment: ShopEnvironment,
) -> None:
    await environment.stock()
    await environment.start()
    screen = await environment.sarah.quote(NUMBER)
    with full_disk(environment):
        query = environment.sarah.press(PAY, on=screen)
        assert await environment.ended() == DATABASE_LOST
    assert environment.supplier.order_calls == 0
    assert await environment.orders(environment.sarah.user_id) == []
    assert environment.telegram.updates.pending
    await environment.start()
    assert "K1" in (await environment.sarah.answer_to(query)).text
    await environment.reaches("K1", OrderState.SUCCEEDED)
    assert (environment.supplier.order_calls, len(environment.bought(NUMBER))) == (1, 1)
    wallet = await environment.wallet(environment.sarah.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS - PRICE, 0)


@pytest.mark.usefixtures("each_database")
async def test_an_order_killed_during_its_call_is_found(environment: ShopEnvironment) -> None:
    environment.supplier.fault_settings.slow_seconds = 0.5
    environment.sarah.patience_seconds = BACK_SECONDS
    await environment.stock()
    await environment.start()
    await environment.sarah.confirm(await environment.sarah.quote("081200000010"))
    await environment.until(lambda: environment.supplier.order_calls == 1)
    await environment.kill()
    await environment.start()
    await environment.sarah.sees("Being checked|Your code")
    await environment.sarah.sees("SN / code:")
    await environment.reaches("K1", OrderState.SUCCEEDED)
    assert environment.supplier.order_calls == 1
    assert not environment.sarah.was_shown("❌")


async def test_no_secret_is_ever_in_the_log(environment: ShopEnvironment) -> None:
    environment.env |= {
        "HTTP_PORT": str(environment.hold_port()),
        "WEBHOOK_SECRET": "webhook-secret-of-ours",
        "METRICS_TOKEN": "metrics-token-of-ours",
        "SUPPLIER_TIMEOUT_SECONDS": "1",
    }
    environment.supplier.fail_next_order(Fault.LOST_AFTER, Fault.HTML, Fault.TRUNCATED)
    environment.telegram.fail_next("sendMessage", "429")
    await environment.stock()
    await environment.start()
    environment.sarah.patience_seconds = environment.budi.patience_seconds = BACK_SECONDS
    environment.supplier.fault_settings.status_down = True
    for number in ("081200010101", "081200010102", "081200000031"):
        await environment.budi.buy(number)
    environment.telegram.fail_next("sendMessage", "500")
    await environment.until(lambda: "lookup_failed" in environment.log, BACK_SECONDS)
    environment.supplier.fault_settings.status_down = False
    assert await environment.stop() == 0
    secrets = [TOKEN, API_KEY, environment.supplier.sign]
    secrets += [environment.env["WEBHOOK_SECRET"], environment.env["METRICS_TOKEN"]]
    secrets += [order.voucher for order in environment.supplier.orders if order.voucher]
    assert [secret for secret in secrets if secret in environment.log] == []
    assert "shop_started" in environment.log


@contextmanager
def full_disk(environment: ShopEnvironment) -> Iterator[None]:
    """Make every write of the process to a file fail, as on a full disk."""
    assert environment.process is not None
    soft, hard = resource.prlimit(environment.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(environment.process.pid, resource.RLIMIT_FSIZE, (1, hard))
    yield
    if environment.process.returncode is None:
        resource.prlimit(environment.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
