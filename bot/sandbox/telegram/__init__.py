"""An embedded Bot API on loopback, with Telegram's own refusals."""
