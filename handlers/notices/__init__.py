"""Delivers notices in Telegram, and handles the requests for a reopening notice."""
