"""The command `sandbox` from its start to Ctrl-C."""

import asyncio
import os
import signal
import socket
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.ledger import SUPPLIER_DEPOSIT, wallet_of
from bot.ports.audit import AuditFinding
from bot.ports.store import Transaction
from bot.sandbox.environment import ROOT
from bot.sandbox.run import CannotStartError, prepare_environment, run_sandbox
from bot.sandbox.seed import FUNDS, fund_wallets
from storage.store import SqlStore
from tests.sandbox.page.page_client import FAKE_BOT
from tests.sandbox.shop_environment import customer_of

SANDBOX = """
import asyncio, sys
from pathlib import Path
from bot.sandbox import environment, run
environment.SandboxEnvironment.__init__.__defaults__ = (tuple(sys.argv[3:]),)
data = Path(sys.argv[2]) if sys.argv[2] else None
sys.exit(asyncio.run(run.run_sandbox(int(sys.argv[1]), data)))
"""


async def started(port: int, data: Path | str = "") -> tuple[asyncio.subprocess.Process, str]:
    """Start a sandbox with the small bot; return it and the line it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SANDBOX, str(port), str(data), *FAKE_BOT,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", "")},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    async with asyncio.timeout(30):
        return process, (await process.stdout.readline()).decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_command_takes_the_next_free_port_and_exits_with_0(
    number: signal.Signals,
) -> None:
    """It prints the address of its page, and nothing else."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process, line = await started(port)
    assert line.startswith("Konter's sandbox is open: http://127.0.0.1:")
    assert port < int(line.split()[4].rpartition(":")[2]) < port + 20
    process.send_signal(number)
    async with asyncio.timeout(30):
        rest, errors = await process.communicate()
    assert (process.returncode, rest) == (0, b"")
    assert b"Traceback" not in errors


async def test_a_folder_with_settings_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder may belong to a live shop."""
    (tmp_path / ".env").write_text("TELEGRAM_BOT_TOKEN=1:real")
    assert await run_sandbox(0, tmp_path) == 1
    assert "takes no settings" in capsys.readouterr().err
    assert not (tmp_path / "sandbox.db").exists()


async def test_a_database_in_use_is_refused(tmp_path: Path) -> None:
    """Two sandboxes in one folder would share one database."""
    store = await SqlStore.open(tmp_path / "sandbox.db")
    with pytest.raises(CannotStartError, match="cannot be used"):
        await prepare_environment(tmp_path)
    await store.close()


async def test_money_is_given_once_and_the_books_are_right(tmp_path: Path) -> None:
    """A kept database must not get the money again at every start."""
    database = tmp_path / "sandbox.db"
    await fund_wallets(database)
    await fund_wallets(database)
    store = await SqlStore.open_readonly(database)

    def balances(tx: Transaction) -> list[int]:
        wallets = [wallet_of(customer_of(tx, person.user_id)) for person, _ in FUNDS]
        return [tx.ledger.account(wallet).balance for wallet in wallets]

    def findings(tx: Transaction) -> list[AuditFinding]:
        return tx.audit.findings(datetime.now(UTC), timedelta(minutes=1))

    assert await store.read(balances) == [500_000, 250_000, 150_000]
    assert await store.read(lambda tx: tx.ledger.account(SUPPLIER_DEPOSIT).posted) == -5_000_000
    assert await store.read(findings) == []
    await store.close()
