"""Settings: what a shopkeeper may set, read once from the environment and `.env`."""

from bot.config.loading import ENV_FILE, SettingsError, load_database_settings, load_settings
from bot.config.settings import Settings

__all__ = ["ENV_FILE", "Settings", "SettingsError", "load_database_settings", "load_settings"]
