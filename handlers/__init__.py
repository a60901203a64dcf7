"""Telegram: handlers, texts and buttons for the customers and the admins."""
