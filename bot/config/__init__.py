"""The settings of the bot, from the environment and `.env`.

Each area has a module with its settings; `wiring` builds objects from them.
"""

from bot.config.loading import ENV_FILE, SettingsError, load_database_settings, load_settings
from bot.config.settings import DEPRECATED_NAMES, Settings

__all__ = [
    "DEPRECATED_NAMES",
    "ENV_FILE",
    "Settings",
    "SettingsError",
    "load_database_settings",
    "load_settings",
]
