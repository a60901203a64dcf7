"""The command `remove-staff`, for an owner who cannot reach the chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.config import Settings
from bot.config.newer_database import explained
from bot.domain.errors import NotFoundError, StoreError
from bot.services.staffing import remove_by_server
from storage.opening import open_store_beside


async def remove_staff(
    settings: Settings, who: str, now: datetime, say: Callable[[str], None]
) -> int:
    """Remove an employee by a Telegram id or "@username", also while the bot runs.

    Returns 1 if nobody was removed, else 0.
    """
    if not settings.is_postgres and not settings.database_path.exists():
        say(f"There is no database at {settings.database_path}: is DATABASE_URL right?")
        return 1
    try:
        store = await open_store_beside(settings.database_url.get_secret_value())
    except StoreError as error:
        say(f"Nothing was changed: {explained(settings, error)}.")
        return 1
    try:
        removed = await store.write(remove_by_server, who, now)
    except NotFoundError:
        say(f"No employee is {who}. Owners are in ADMIN_IDS.")
        return 1
    except StoreError as error:
        say(f"Nothing was changed: {explained(settings, error)}.")
        return 1
    finally:
        await store.close()
    name = removed.name or str(removed.customer_id)
    say(f"{name} is no employee any more. Every right ended at once.")
    return 0
