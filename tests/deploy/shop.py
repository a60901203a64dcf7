"""A shop on the tests' machine, between an embedded Telegram and supplier on loopback."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from tests.deploy.machine import Machine, Result, open_machine
from tests.sandbox.chat_user import PAY
from tests.sandbox.shop_environment import ShopEnvironment

CREDIT, CASH = "Tambah|Credit", "Uang tunai|Cash"
SETTINGS = ("/etc/konter/konter.env", "/etc/konter")
OPTIONS = ("--english", "--yes")
MIGRATION = "create table probes_$number (id integer primary key);"

GIVES_UP = (
    'sed -i \'s/await konter.prepare()/print("no way on"); sys.exit(78)/;'
    " s/^import signal$/&, sys/' bot/serving.py"
)
"""Makes a version that changes the database and then ends for good."""
CUT = """
set -o functrace
trap 'case $BASH_COMMAND in {command}) rm /srv/cut.sh; kill -USR1 1; sleep 60 ;; esac' DEBUG
"""
CLONE = """
cd /srv/origin && git init --quiet && git add --all && git commit --quiet --message Start
git tag v0
git clone --quiet /srv/origin /root/konter
useradd --system --user-group --home-dir /var/lib/konter --shell /usr/sbin/nologin konter
chown konter:konter /etc/konter && chown -R konter:konter /var/lib/konter
chmod 700 /etc/konter /var/lib/konter
"""
"""What docs/install.md has the owner do first; here the questions are answered beforehand."""


class DeployedShop(ShopEnvironment):
    """The servers and people of a sandbox; the bot runs on the machine, as its service."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine.data)
        self.machine = machine

    async def _fund(self) -> None:
        """Leave the database to the bot."""

    def write_settings(self) -> None:
        """Write what a shopkeeper would have answered."""
        del self.env["DATABASE_URL"]
        file, folder = map(self.machine.path, SETTINGS)
        folder.mkdir(exist_ok=True)
        file.write_text("".join(f"{name}={value}\n" for name, value in self.env.items()))
        file.chmod(0o640)

    def money(self) -> dict[str, int]:
        """Return the balance of every account; the database may be of a version of any release."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return dict(database.execute("select account_id, posted - held from accounts"))

    @property
    def wallets(self) -> int:
        """What all customers have together."""
        return sum(sum_ for name, sum_ in self.money().items() if name.startswith("wallet:"))

    async def audit(self) -> str:
        """Audit the books, as the release in use does."""
        return await self.machine.script(
            "cd /opt/konter/current && runuser -u konter -- .venv/bin/python -m bot audit"
        )

    async def install(self) -> None:
        """Install it, as an owner does who has answered the questions."""
        await self.machine.script(CLONE)
        result = await self.machine.run("bash", "/root/konter/deploy/install.sh", *OPTIONS)
        assert result.code == 0, result.output
        assert "Done: your shop is open." in result.output
        owner = await self.machine.script(f"stat --format='%U %a' {SETTINGS[0]}")
        assert owner.strip() == "konter 600", "a file that root copied there"

    async def credit(self, amount: int) -> None:
        """Give Budi money, as the admin."""
        await self.budi.say("/start")
        asked = await self.admin.say(f"/credit {self.budi.user_id} {amount} test", button=CASH)
        await self.admin.tap(CASH, on=asked)
        screen = await self.admin.sees_in(asked.message_id, CASH)
        await self.admin.tap(CREDIT, on=screen)
        await self.admin.sees_in(screen.message_id, "✅")

    async def sell(self, number: str) -> None:
        """Sell Budi something, up to the voucher."""
        screen = await self.budi.quote(number)
        await self.budi.tap(PAY, on=screen)
        await self.budi.sees_in(screen.message_id, "SN|✅")

    async def publish(self, version: str, change: str = "") -> None:
        """Release a version at the origin: a shell script in its checkout says what is new."""
        await self.machine.script(
            f"""cd /srv/origin
            sed -i 's/^version = .*/version = "{version}"/' pyproject.toml
            sed -i '0,/^## Unreleased/s//## Unreleased\\n\\n- News of {version}./' CHANGELOG.md
            {change}
            git add --all && git commit --quiet --message '{version}' && git tag 'v{version}'"""
        )

    async def update(self, *options: str, **environment: str) -> Result:
        """Update as `sudo konter update` does."""
        return await self.machine.run("konter", "update", *OPTIONS, *options, **environment)

    def cut_power_at(self, command: str) -> None:
        """Cut the power once, before the change-over's first command that matches this pattern."""
        self.machine.path("/srv/cut.sh").write_text(CUT.format(command=command))

    async def update_with_power_cut(self, command: str) -> None:
        """Update; the power is cut before this command. Wait until everything is settled."""
        boots = self.machine.boots
        self.cut_power_at(command)
        await self.update()
        await self.machine.booted_after(boots)
        await self.settled()

    async def settled(self) -> None:
        """Wait until no update is under way and the shop sells."""

        async def is_over() -> bool:
            is_open = not self.machine.path("/opt/konter/update.journal").exists()
            return is_open and await self.is_selling()

        await self.until_true(is_over, 60)

    async def release(self) -> str:
        """Return the name of the release in use."""
        return (await self.machine.script("basename $(readlink /opt/konter/current)")).strip()

    async def is_selling(self) -> bool:
        """Return whether the bot's service runs, and no start is held."""
        active = await self.machine.run("systemctl", "is-active", "konter.service")
        return active.code == 0 and not (self.machine.data / "held-start.json").exists()


def new_migration(checkout: Path | str = "/srv/origin") -> str:
    """Return a script that adds the next migration, for both databases."""
    return f"""
    last=$(ls {checkout}/storage/migrations/*.sql | tail -n 1); last=${{last##*/}}
    number=$(printf '%04d' $((10#${{last%%_*}} + 1))); name=${{number}}_probes.sql
    echo "{MIGRATION}" | tee storage/migrations/$name >storage/postgres/migrations/$name
    """


@asynccontextmanager
async def deployed_shop(folder: Path) -> AsyncIterator[DeployedShop]:
    """Open a machine and the servers outside; nothing is installed yet."""
    async with open_machine(folder) as machine:
        shop = DeployedShop(machine)
        try:
            await shop.open()
            shop.write_settings()
            yield shop
        finally:
            await shop.close()
