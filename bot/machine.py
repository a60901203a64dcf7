"""The machine that the bot runs on: implements the ports `Machine` and `RestoreTrials`."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from bot.domain.errors import BackupError, BackupNotTriedError, StoreError
from bot.domain.machine import Certificate, Room
from storage.restore_trial import clear_leftovers
from storage.shop_database import ShopDatabase

log = structlog.get_logger(__name__)

CHECKOUT = Path(__file__).parents[1]
TRIAL = (sys.executable, "-m", "bot", "try-backup", "--for-bot")
NOT_RESTORABLE, NOT_TRIED = 3, 75
"""Exit codes of `TRIAL`. 1 is that of a crash, which says nothing about the backup; 75 is
EX_TEMPFAIL."""
STOPPED = "the bot is being stopped"
CALL_SECONDS = 15
HTTPS_PORT = 443
EVEN_WHEN_OVER = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: the dates of an expired certificate can be read as well."""


def disk_usage(folder: Path) -> tuple[int, int]:
    """Return the free and all bytes of the file system of a folder; raises `OSError`.

    The folder may be missing: before the first backup its folder is not there.
    """
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    usage = shutil.disk_usage(existing)
    return usage.free, usage.total


class ThisMachine:
    """The machine's disk, and the certificate that others see at the webhook's address."""

    def __init__(
        self,
        database: ShopDatabase,
        backups: Path,
        webhook_url: str | None,
        trusted: ssl.SSLContext | None = None,
    ) -> None:
        """Take the folder of the backups; `trusted` says which certificates count as valid."""
        self._database = database
        self._folders = (backups, database.working_copy.parent)
        self._webhook_url = webhook_url
        self._trusted = trusted

    async def room(self) -> Room | None:
        try:
            return await asyncio.to_thread(self._room)
        except (OSError, StoreError) as error:
            log.warning("disk_not_read", cause=str(error))
            return None

    def _room(self) -> Room:
        free = min(disk_usage(folder)[0] for folder in self._folders)
        return Room(free, self._database.size())

    async def certificate(self) -> Certificate | None:
        if self._webhook_url is None:
            return None
        address = urlsplit(self._webhook_url)
        host, port = address.hostname or "", address.port or HTTPS_PORT
        try:
            if self._trusted is None:
                self._trusted = await asyncio.to_thread(ssl.create_default_context)
            async with asyncio.timeout(CALL_SECONDS):
                return await _certificate_of(host, port, self._trusted)
        except (OSError, ValueError) as error:  # The last: no such name can be, as with "a..b".
            log.warning("certificate_not_read", host=host, port=port, cause=str(error))
            return None


async def _certificate_of(host: str, port: int, trusted: ssl.SSLContext) -> Certificate | None:
    trusted.verify_flags |= EVEN_WHEN_OVER
    _, writer = await asyncio.open_connection(host, port, ssl=trusted, server_hostname=host)
    try:
        shown = writer.get_extra_info("peercert")
    finally:
        writer.transport.abort()
    dates = (shown.get(name) for name in ("notBefore", "notAfter"))
    begin, end = (datetime.fromtimestamp(ssl.cert_time_to_seconds(str(at)), UTC) for at in dates)
    return Certificate(host, begin, end)


class TrialProcess:
    """Tries backups in a process of its own, which does not delay the bot's."""

    def __init__(self, backups: Path, command: Sequence[str] = TRIAL) -> None:
        """Take the folder of the backups; `command` is called with the path of one of them."""
        self._backups = backups
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._is_stopped = False

    async def run(self, place: str) -> None:
        if self._is_stopped:
            raise BackupNotTriedError(STOPPED)
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                place,
                cwd=CHECKOUT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise BackupNotTriedError(str(error)) from error
        self._process = process
        try:
            said, complaint = await process.communicate()
        finally:
            self._process = None
            if process.returncode is None:  # Cancelled.
                process.kill()
                await process.wait()
            if process.returncode:
                await self.clear_leftovers()
        if process.returncode == NOT_RESTORABLE:
            raise BackupError(_last_line(said))
        if process.returncode:
            if self._is_stopped:
                raise BackupNotTriedError(STOPPED)
            raise BackupNotTriedError(_cause(process.returncode, said, complaint))

    async def clear_leftovers(self) -> None:
        with suppress(BackupError):
            await asyncio.to_thread(clear_leftovers, self._backups)

    def stop(self) -> None:
        self._is_stopped = True
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()


def _cause(exit_code: int, said: bytes, complaint: bytes) -> str:
    if exit_code < 0:
        return f"it was ended by signal {-exit_code}, perhaps for want of memory"
    return _last_line(said) or _last_line(complaint) or f"exit code {exit_code}"


def _last_line(output: bytes) -> str:
    return output.decode(errors="replace").strip().rpartition("\n")[2]
