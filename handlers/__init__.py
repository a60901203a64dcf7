"""Telegram: what the customers and the reseller see and press."""
