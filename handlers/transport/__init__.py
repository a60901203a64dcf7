"""The connection to Telegram: sending, receiving updates, limits and error handling."""
