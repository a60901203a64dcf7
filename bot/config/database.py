"""Settings of the database file and its backups."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from bot.config.area import SettingsArea
from bot.config.values import WholeNumber, sqlite_file


class DatabaseSettings(SettingsArea):
    """The database file, and when it is copied."""

    database_url: Annotated[str, AfterValidator(sqlite_file)] = Field(
        "sqlite:///data/konter.db",
        description="the database file; its folder is created if it does not exist",
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
    def database_path(self) -> Path:
        """The absolute path of the database file, with links resolved.

        A `DATABASE_URL` with a relative path counts from the working folder.
        """
        return Path(self.database_url.removeprefix("sqlite:///")).resolve()

    @property
    def backup_folder(self) -> Path:
        """The folder of the backups, beside the database."""
        return self.database_path.parent / "backups"
