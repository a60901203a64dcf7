"""The embedded Bot API on loopback, with Telegram's own refusals and faults on demand."""
