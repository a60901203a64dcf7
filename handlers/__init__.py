"""Telegram: the screens, buttons and messages of customers and admins."""
