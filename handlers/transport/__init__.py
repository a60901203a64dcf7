"""Telegram's side: the connection, the update inbox, limits, and errors."""
