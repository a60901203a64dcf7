"""The bot as a process: how it exits, a second process beside it, and secrets in the log."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.app import CANNOT_START, DATABASE_LOST
from bot.domain.order import OrderState
from bot.sandbox.supplier.server import Fault
from tests.sandbox.guest import PAY
from tests.sandbox.running_shop import API_KEY, FUNDS, PRICE, TOKEN, House, free_port

pytestmark = pytest.mark.timeout(240)
"""Starting processes takes long on a busy machine."""
NUMBER = "081212345678"
BACK_SECONDS = 15
"""How long a real process may take to find a lost order; the first look comes after 3 s."""


async def test_sigterm_waits_for_the_order_under_way(house: House) -> None:
    house.supplier.fault_settings.slow_seconds = 1.0
    await house.start()
    screen = await house.sarah.quote("081200000010")
    await house.sarah.confirm(screen)
    await house.until(lambda: house.supplier.order_calls == 1)
    assert await house.stop() == 0
    order = await house.order("K1")
    assert order.state in {OrderState.ACCEPTED, OrderState.SUCCEEDED}
    assert await house.read(lambda tx: tx.outbox.backlog()) == 0
    assert "⏳" in house.sarah.message(screen.message_id).text
    await house.start()
    await house.reaches("K1", OrderState.SUCCEEDED)
    await house.sarah.sees("SN / code:")
    assert house.supplier.order_calls == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_exits_with_0_while_telegram_and_supplier_are_down(
    house: House, number: signal.Signals
) -> None:
    house.telegram.down = True
    house.supplier.fault_settings.is_down = True
    process = await house.launch()
    await house.until(lambda: any(call.code is None for call in house.telegram.calls), 30)
    process.send_signal(number)
    assert await house.ended() == 0


async def test_a_second_process_is_refused(house: House) -> None:
    """Two processes would send one order twice."""
    await house.start()
    first = house.process
    await house.launch()
    assert await house.ended() == CANNOT_START
    assert "another Konter is running on" in house.log
    house.process = first
    await house.sarah.say("/start", shows="Welcome")
    assert await house.stop() == 0


async def test_a_file_that_is_no_database_is_reported_at_the_start(house: House) -> None:
    broken = house.folder / "letter.db"
    broken.write_text("Dear reader, this is a letter and no database at all.\n" * 50)
    house.env["DATABASE_URL"] = f"sqlite:///{broken}"
    await house.launch()
    assert await house.ended() == CANNOT_START
    assert "database_unusable" in house.log
    assert str(broken) in house.log
    assert not house.telegram.calls


@pytest.mark.parametrize("name", ["HTTP_PORT", "METRICS_PORT"])
async def test_a_port_in_use_is_reported_at_the_start(house: House, name: str) -> None:
    taken = house.env["OSIMESA_URL"].split(":")[2].split("/")[0]
    house.env[name] = taken
    await house.launch()
    assert await house.ended() == CANNOT_START
    assert "web_server_cannot_listen" in house.log
    assert f"port={taken}" in house.log
    assert name in house.log
    assert "Traceback" not in house.log


async def test_a_database_that_cannot_be_written_takes_no_order(house: House) -> None:
    await house.start()
    screen = await house.sarah.quote(NUMBER)
    with full_disk(house):
        query = house.sarah.press(PAY, on=screen)
        assert await house.ended() == DATABASE_LOST
    assert house.supplier.order_calls == 0
    assert await house.orders(house.sarah.user_id) == []
    assert house.telegram.updates.pending
    await house.start()
    assert "K1" in (await house.sarah.answer_to(query)).text
    await house.reaches("K1", OrderState.SUCCEEDED)
    assert (house.supplier.order_calls, len(house.bought(NUMBER))) == (1, 1)
    wallet = await house.wallet(house.sarah.user_id)
    assert (wallet.posted, wallet.held) == (FUNDS - PRICE, 0)


async def test_an_order_killed_during_its_call_is_found(house: House) -> None:
    house.supplier.fault_settings.slow_seconds = 0.5
    house.sarah.patience_seconds = BACK_SECONDS
    await house.start()
    await house.sarah.confirm(await house.sarah.quote("081200000010"))
    await house.until(lambda: house.supplier.order_calls == 1)
    await house.kill()
    await house.start()
    await house.sarah.sees("Being checked|Your code")
    await house.sarah.sees("SN / code:")
    await house.reaches("K1", OrderState.SUCCEEDED)
    assert house.supplier.order_calls == 1
    assert not house.sarah.was_shown("❌")


async def test_no_secret_is_ever_in_the_log(house: House) -> None:
    house.env |= {
        "HTTP_PORT": str(free_port()),
        "WEBHOOK_SECRET": "webhook-secret-of-ours",
        "METRICS_TOKEN": "metrics-token-of-ours",
        "SUPPLIER_TIMEOUT_SECONDS": "1",
    }
    house.supplier.fail_next_order(Fault.LOST_AFTER, Fault.HTML, Fault.TRUNCATED)
    house.telegram.fail_next("sendMessage", "429")
    await house.start()
    house.sarah.patience_seconds = house.budi.patience_seconds = BACK_SECONDS
    for number in ("081200010101", "081200010102", "081200000031"):
        await house.budi.buy(number)
    house.telegram.fail_next("sendMessage", "500")
    house.supplier.fault_settings.status_down = True
    await house.until(lambda: "lookup_failed" in house.log, BACK_SECONDS)
    house.supplier.fault_settings.status_down = False
    assert await house.stop() == 0
    house.env["TELEGRAM_BOT_TOKEN"] = "4242:another-token"
    await house.launch()
    await house.until(lambda: "telegram_token_refused" in house.log, BACK_SECONDS)
    assert await house.stop() == 0
    secrets = [TOKEN, API_KEY, house.supplier.sign, "another-token"]
    secrets += [house.env["WEBHOOK_SECRET"], house.env["METRICS_TOKEN"]]
    secrets += [order.voucher for order in house.supplier.orders if order.voucher]
    assert [secret for secret in secrets if secret in house.log] == []
    assert "shop_started" in house.log


@contextmanager
def full_disk(house: House) -> Iterator[None]:
    """Make every write of the process to a file fail, as on a full disk."""
    assert house.process is not None
    soft, hard = resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, (1, hard))
    yield
    if house.process.returncode is None:
        resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
