"""Random sequences of what happens around an update, with real processes that are killed.

`run_sequence` does what an owner, a script and bad luck could do, in any order: start any version,
kill it at any moment, hold, undo, move out and back, restore, cut off Telegram or the panel. It
ends with the newest version, which must start, and checks the money and the panel's orders.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.order import Order, OrderState
from bot.sandbox.telegram.server import ChatMessage
from storage.marks import HELD
from tests.databases import drop_database
from tests.faults.storage.test_processes import konter
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import FUNDS, PRICE, RUN, ShopEnvironment

KILLED = ("-m", "tests.faults.updates.bot")
ROOT = Path(__file__).parents[3]
UNSOLD = (OrderState.AMBIGUOUS, OrderState.PARKED, OrderState.FAILED, OrderState.CANCELLED)
OPEN_SECONDS = 90.0
"""How long the bot may need to find out what became of an order that was cut off."""


@dataclass
class ShopInBadLuck:
    """One shop in the hands of chance; `told` says what happened, to repeat it by hand."""

    environment: ShopEnvironment
    versions: Sequence[Path]
    """Folders of versions of Konter, each with a newer schema than the one before."""
    chance: random.Random
    told: list[str] = field(default_factory=list)
    version: int = 0
    is_selling: bool = False
    was_restored: bool = False
    number: int = 81_200_000_078
    """The last one used; its last two digits are no scenario of the embedded supplier."""
    quotes: list[tuple[str, ChatMessage]] = field(default_factory=list)
    pressed: set[str] = field(default_factory=set)
    mark: tuple[Path, bytes] | None = None
    """The mark of the last held start that was seen."""

    async def run(self, steps: int) -> None:
        """Do so many random steps, and check how the shop ends."""
        actions = {
            self.start: 5,
            self.kill: 2,
            self.stop: 3,
            self.hold: 4,
            self.undo: 3,
            self.upgrade: 4,
            self.downgrade: 1,
            self.quote: 4,
            self.press: 4,
            self.cut_off: 1,
            self.move: 1,
            self.restore: 0.3,
            self.bring_back_mark: 2,
        }
        for _ in range(steps):
            (action,) = self.chance.choices(list(actions), list(actions.values()))
            await action()
        await self.check()

    def note(self, text: str) -> None:
        """Remember a step."""
        self.told.append(text)

    @property
    def is_running(self) -> bool:
        """Whether a process of the bot runs."""
        process = self.environment.process
        return process is not None and process.returncode is None

    def use(self, version: int) -> None:
        """Let the next processes be of this version."""
        self.version = version
        self.environment.env["PYTHONPATH"] = f"{self.versions[version]}:{ROOT}"

    # --- the bot ---

    async def start(self) -> None:
        """Start the bot, unless it runs: whole, killed at its release, or at any moment."""
        if self.is_running:
            return
        kind = self.chance.choice(("run", "run", "run", "before", "after", "killed"))
        self.note(f"start {self.version} {kind}")
        program = RUN if kind in {"run", "killed"} else (*KILLED, kind)
        polls, logged = self.environment.telegram.updates.polls, len(self.environment.log)
        process = await self.environment.launch(program)
        if kind == "killed":
            await asyncio.sleep(self.chance.uniform(0, 3))
            await self.environment.kill()
            return

        def has_decided() -> bool:
            log = self.environment.log[logged:]
            return (
                self.environment.telegram.updates.polls > polls
                or process.returncode is not None
                or "held_start_not_healthy" in log
                or self.environment.telegram.down
            )

        await self.environment.until(has_decided, seconds=60)
        if process.returncode not in (None, 0, -signal.SIGKILL):
            await asyncio.sleep(0.1)  # The rest of its output arrives.
            log = self.environment.log[logged:]
            assert "critical" in log, f"closed without a reason:\n{log}"
        self.is_selling = self.environment.telegram.updates.polls > polls

    async def kill(self) -> None:
        """Kill the bot, as a crash does."""
        if self.is_running:
            self.note("kill")
            await self.environment.kill()

    async def stop(self) -> None:
        """Stop the bot, as its supervisor does."""
        if self.is_running:
            self.note("stop")
            await self.environment.stop()

    # --- the commands ---

    async def command(self, *words: str) -> int | None:
        """Run a command, killed in the middle now and then; return its exit code, or None."""
        is_killed = self.chance.random() < 0.25
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *words),
            env=self.environment._environment(),
            cwd=self.environment.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        if is_killed:
            await asyncio.sleep(self.chance.uniform(0.2, 1.2))
            if process.returncode is None:
                process.kill()
        output, _ = await process.communicate()
        self.note(f"{' '.join(words)} ({self.version}): {process.returncode} {output.decode()}")
        assert "Traceback" not in output.decode(), output.decode()
        return process.returncode

    async def hold(self) -> None:
        """Hold the next start; a running bot has to refuse it."""
        code = await self.command("hold")
        assert not (self.is_running and code == 0)
        await self.bring_back_mark()

    async def undo(self) -> None:
        """Undo an update, with the version in use or the one before."""
        if self.chance.random() < 0.5 and self.version and not self.is_running:
            self.use(self.version - 1)
        code = await self.command("undo-update")
        assert not (self.is_running and code == 0)

    async def upgrade(self) -> None:
        """Let the next version be in use, from the next start on."""
        if self.version + 1 < len(self.versions) and not self.is_running:
            self.use(self.version + 1)
            self.note(f"now {self.version}")

    async def downgrade(self) -> None:
        """Go back to the version before, although nobody should."""
        if self.version and not self.is_running:
            self.use(self.version - 1)
            self.note(f"now {self.version}")

    async def move(self) -> None:
        """Move out; the bot must not start then. Sometimes come back."""
        if self.is_running:
            return
        archive = f"shop-{len(self.told)}.tar.gz"
        await self.command("move-out", archive)
        if self.chance.random() < 0.7:
            await self.command("cancel-move", "--yes")

    async def restore(self) -> None:
        """Restore one of the copies; what was sold since is lost then, and only that."""
        folder = self.environment.settings.backup_folder
        folder = folder if folder.is_relative_to(self.environment.folder) else Path("data/backups")
        copies = sorted((self.environment.folder / folder).glob("*.db"))
        if copies and not self.is_running:
            self.was_restored = True
            await self.command("restore", str(self.chance.choice(copies)))

    async def bring_back_mark(self) -> None:
        """Let the mark of a held start be there again, as after a power cut."""
        if marks := [*self.environment.folder.glob(f"**/{HELD}")]:
            self.mark = marks[0], marks[0].read_bytes()
        elif self.mark is not None and not self.is_running:
            self.note("the mark is back")
            path, content = self.mark
            path.write_bytes(content)

    # --- the world ---

    async def cut_off(self) -> None:
        """Let Telegram be away, or come back."""
        if self.is_running and self.is_selling:
            return
        self.environment.telegram.down = not self.environment.telegram.down
        self.note(f"telegram down: {self.environment.telegram.down}")

    async def quote(self) -> None:
        """Let a customer come to the confirm screen."""
        if not self.is_running or not self.is_selling or self.was_restored:
            return
        self.number += 100
        number = f"0{self.number}"
        self.quotes.append((number, await self.environment.sarah.quote(number)))
        self.note(f"quote {number}")

    async def press(self) -> None:
        """Let a customer pay, whether the bot runs or not; wait for the sale now and then."""
        if not self.quotes:
            return
        number, screen = self.quotes.pop(self.chance.randrange(len(self.quotes)))
        self.environment.sarah.press(PAY, on=screen)
        self.pressed.add(number)
        self.note(f"press {number}")
        if self.is_running and self.is_selling and self.chance.random() < 0.5:
            await self.environment.until(lambda: bool(self.environment.bought(number)), 60)

    # --- the end ---

    async def check(self) -> None:
        """Start the newest version, which must sell, and compare money, orders and presses."""
        self.note("check")
        if self.is_running:
            await self.environment.kill()
        self.environment.telegram.down = False
        self.use(len(self.versions) - 1)
        code, output = await konter(self.environment, "cancel-move", "--yes")
        assert code == 0, output
        polls = self.environment.telegram.updates.polls
        await self.environment.start()
        assert self.environment.telegram.updates.polls > polls, self.environment.log[-4000:]
        updates = self.environment.telegram.updates
        await self.environment.until(lambda: not updates.pending, 60)
        if not self.was_restored:
            await self._check_sales(await self.settled())
        for number in self.pressed:
            assert len(self.environment.bought(number)) <= 1, number
        assert await self.environment.stop() == 0
        code, output = await konter(self.environment, "audit")
        assert code == 0, output

    async def _check_sales(self, orders: Sequence[Order]) -> None:
        assert sorted(order.destination for order in orders) == sorted(self.pressed)
        wallet = await self.environment.wallet(self.environment.sarah.user_id)
        sold = sum(order.state is OrderState.SUCCEEDED for order in orders)
        assert wallet.posted == FUNDS - sold * PRICE, (wallet, sold)

    async def settled(self) -> list[Order]:
        """Return all orders, once what became of each is known or will not be known by itself."""
        environment, orders = self.environment, list[Order]()

        def is_known(order: Order) -> bool:
            is_bought = bool(environment.bought(order.destination))
            return order.state is OrderState.SUCCEEDED if is_bought else order.state in UNSOLD

        async def are_known() -> bool:
            orders[:] = await environment.orders(environment.sarah.user_id)
            return all(map(is_known, orders))

        try:
            await environment.until_true(are_known, OPEN_SECONDS)
        except TimeoutError:
            raise AssertionError([(one.destination, one.state) for one in orders]) from None
        return orders


async def run_sequence(folder: Path, versions: Sequence[Path], seed: int, steps: int) -> None:
    """Run one sequence on a new shop in a folder; raises an error that tells all its steps."""
    environment = ShopEnvironment(folder)
    shop = ShopInBadLuck(environment, versions, random.Random(seed))  # noqa: S311 - repeatable
    try:
        await environment.open()
        await environment.stock()
        shop.use(0)
        await shop.run(steps)
    except (AssertionError, TimeoutError) as error:
        told = "\n".join(shop.told)
        raise AssertionError(f"sequence {seed}: {error}\n{told}\n{environment.log}") from error
    finally:
        await environment.close()
        drop_database(environment.database)
