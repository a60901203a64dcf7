"""Settings of the database and its backups."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from bot.config.area import SettingsArea
from bot.config.database_url import checked_url, is_postgres, shown_database, sqlite_file
from bot.config.values import WholeNumber

BACKUPS_OF_SERVER = Path("data") / "backups"
"""The folder of the backups of a database on a PostgreSQL server; in the working folder."""


class DatabaseSettings(SettingsArea):
    """Where the database is, and when it is copied."""

    database_url: Annotated[SecretStr, AfterValidator(checked_url)] = Field(
        SecretStr("sqlite:///data/konter.db"),
        description="the database: sqlite:/// and a file, whose folder is created if it does not "
        "exist, or postgresql://user:password@host/database",
    )
    backup_hour: WholeNumber = Field(
        3,
        ge=-1,
        le=23,
        description="the hour of the daily backup, in SUPPLIER_TIMEZONE; -1: no daily backup",
    )
    backup_keep: WholeNumber = Field(
        14, ge=1, le=3_650, description="how many daily backups are kept"
    )

    @property
    def is_postgres(self) -> bool:
        """Whether the database is on a PostgreSQL server."""
        return is_postgres(self.database_url.get_secret_value())

    @property
    def database_path(self) -> Path:
        """The absolute path of the database file, with links resolved.

        A `DATABASE_URL` with a relative path counts from the working folder. Raises `ValueError`
        for a database on a server.
        """
        return sqlite_file(self.database_url.get_secret_value())

    @property
    def database_name(self) -> str:
        """The name of the database for people, without a password."""
        return shown_database(self.database_url.get_secret_value())

    @property
    def state_folder(self) -> Path:
        """The folder of what the shop keeps: the database file, backups, marks (storage/marks)."""
        return self.backup_folder.parent

    @property
    def backup_folder(self) -> Path:
        """The folder of the backups: beside the database file, or in `data`."""
        if self.is_postgres:
            return BACKUPS_OF_SERVER.resolve()
        return self.database_path.parent / "backups"
