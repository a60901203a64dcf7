"""A folder with a shop's database, and the commands on it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.commands.maintenance import audit_books, back_up_now, restore_backup
from bot.config import Settings, load_settings
from storage.opening import open_store
from tests.services.shop import ADMIN_CHAT, SECOND_ADMIN_CHAT
from tests.storage.samples import NOW, add_sample_data


@dataclass
class Commands:
    """A folder with a database, and the commands on it; `output` collects what they print."""

    folder: Path
    output: list[str] = field(default_factory=list)
    name: str = "konter.db"
    server: str = ""
    """The address of a database on a server that is used in place of the file."""

    @property
    def settings(self) -> Settings:
        """The settings of the shop in this folder."""
        env = {
            "TELEGRAM_BOT_TOKEN": "1:token",
            "OSIMESA_USER_ID": "U1",
            "OSIMESA_API_KEY": "key",
            "ADMIN_IDS": f"{ADMIN_CHAT},{SECOND_ADMIN_CHAT}",
            "DATABASE_URL": self.url,
            "BACKUP_KEEP": "2",
        }
        return load_settings(env, env_file=None)

    @property
    def url(self) -> str:
        """The address of the database."""
        return self.server or f"sqlite:///{self.database}"

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / self.name

    async def back_up(self, path: Path | None = None, at: datetime = NOW) -> int:
        """Run `backup` and return its exit code."""
        return await asyncio.to_thread(back_up_now, self.settings, path, at, self.output.append)

    async def restore(self, backup: Path, at: datetime = NOW) -> int:
        """Run `restore` and return its exit code."""
        return await asyncio.to_thread(
            restore_backup, self.settings, backup, at, self.output.append
        )

    async def audit(self, at: datetime = NOW) -> int:
        """Run `audit` and return its exit code."""
        return await audit_books(self.settings, at, self.output.append)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def create_database(commands: Commands) -> None:
    store = await open_store(commands.url)
    await store.write(add_sample_data)
    await store.close()
