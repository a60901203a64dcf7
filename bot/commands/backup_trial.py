"""`try-backup` as the running bot calls it, in a process of its own (`bot/machine.py`)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.domain.errors import BackupNotTriedError, StoreError
from bot.machine import NOT_RESTORABLE, NOT_TRIED
from storage.restore_trial import try_restore

LOW_PRIORITY = 15
"""Customers' answers come first: the trial of a large backup keeps a processor busy for minutes."""


def try_for_bot(backup: Path, now: datetime, say: Callable[[str], None]) -> int:
    """Try whether a backup can be restored, at a low priority; say why not."""
    os.nice(LOW_PRIORITY)
    try:
        try_restore(backup, now)
    except BackupNotTriedError as error:
        say(str(error))
        return NOT_TRIED
    except StoreError as error:
        say(str(error))
        return NOT_RESTORABLE
    return 0
