"""Notices: rendered from the state at delivery, and sent or edited in Telegram."""
