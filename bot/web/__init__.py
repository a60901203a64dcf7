"""The web server: Telegram's webhook, health and metrics."""
