"""`try-backup`: a backup is opened as a restore would open it, in a copy that is deleted again."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.commands.backup_trial import try_for_bot
from bot.commands.maintenance import back_up_now, try_backup
from bot.config import load_database_settings
from bot.machine import NOT_TRIED
from storage import restore_trial
from storage.opening import open_store
from storage.process_lock import ProcessLock
from storage.restore_trial import FOLDER, clear_leftovers
from storage.sqlite_files import opened
from tests.storage.samples import NOW, add_sample_data, create_previous_version


class Trials:
    """A folder with a shop and its backups, and the command on it."""

    def __init__(self, folder: Path) -> None:
        self.settings = load_database_settings(
            {"DATABASE_URL": f"sqlite:///{folder / 'konter.db'}"}, env_file=None
        )
        self.backups = self.settings.backup_folder
        self.output: list[str] = []

    def back_up(self, at: datetime = NOW) -> Path:
        """Make a backup of a shop with some orders, and return it."""
        asyncio.run(self._create_database())
        assert back_up_now(self.settings, None, at, self.output.append) == 0
        return self.backups / f"konter-{at:%Y%m%dT%H%M%SZ}.db"

    async def _create_database(self) -> None:
        store = await open_store(self.settings.database_url.get_secret_value())
        await store.write(add_sample_data)
        await store.close()

    def run(self, backup: Path | None = None, at: datetime = NOW) -> int:
        """Try a backup, or the newest, and return the exit code; nothing may be left over."""
        self.output.clear()
        try:
            return try_backup(self.settings, backup, at, self.output.append)
        finally:
            assert not (self.backups / FOLDER).exists()


@pytest.fixture
def trials(tmp_path: Path) -> Trials:
    """The command in an empty folder."""
    return Trials(tmp_path)


def test_the_newest_backup_is_tried_and_not_changed(trials: Trials) -> None:
    assert trials.run() == 1
    assert "There is no backup" in trials.output[0]
    backup = trials.back_up()
    before = backup.read_bytes()
    (trials.backups / "konter-20990101T000000Z.db").write_text("made while the clock was wrong")
    assert trials.run() == 0
    assert f"{backup} can be restored" in trials.output[0]
    assert backup.read_bytes() == before


def test_a_backup_of_an_older_version_is_migrated_in_the_copy(tmp_path: Path) -> None:
    """An update tries the fresh backup with the new version, before it stops the old one."""
    trials = Trials(tmp_path)
    backup = tmp_path / "old.db"
    create_previous_version(backup)
    before = backup.read_bytes()
    assert trials.run(backup) == 0
    assert backup.read_bytes() == before


def test_a_backup_that_cannot_be_restored_is_named_with_the_cause(trials: Trials) -> None:
    backup = trials.back_up()
    with closing(opened(backup)) as connection:
        connection.execute("drop trigger transfers_never_change")
        connection.execute("drop trigger transfers_keep_their_note")
        connection.execute("update transfers set amount = amount + 1 where hold_id is null")
        connection.commit()
    assert trials.run() == 1
    assert f"{backup} can NOT be restored: its audit failed" in trials.output[0]
    half = backup.with_name("half.db")
    half.write_bytes(backup.read_bytes()[:20_000])
    assert trials.run(half) == 1
    assert "can NOT be restored" in trials.output[0]


def forbidden(_by: int) -> int:
    """Refuse to change the priority, as a hardened service does."""
    raise PermissionError


@dataclass
class Usage:
    """Of a disk."""

    free: int


def test_a_full_disk_or_another_trial_says_nothing_about_the_backup(
    trials: Trials, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = trials.back_up()
    monkeypatch.setattr("os.nice", forbidden)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: Usage(16 * 1024 * 1024))
        assert trials.run() == 1
        assert "was not tried: 16777216 bytes are free" in trials.output[0]
        assert try_for_bot(backup, NOW, trials.output.append) == NOT_TRIED
    lock = ProcessLock(trials.backups / FOLDER)
    assert trials.run() == 1
    assert "was not tried: a backup is being tried already" in trials.output[0]
    lock.release()
    with monkeypatch.context() as patch:

        def fails(*_: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(restore_trial, "migrate", fails)
        assert try_for_bot(backup, NOW, trials.output.append) == NOT_TRIED
    assert try_for_bot(backup, NOW, trials.output.append) == 0


def test_what_a_killed_trial_left_is_deleted(trials: Trials) -> None:
    backup = trials.back_up()
    left = trials.backups / FOLDER
    left.mkdir()
    shutil.copy(backup, left)
    clear_leftovers(trials.backups)
    assert not left.exists()
    clear_leftovers(trials.backups)
