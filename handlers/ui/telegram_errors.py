"""Which errors of Telegram are normal, and which mean that the network did not take a reply."""

from __future__ import annotations

from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

NORMAL = ("message is not modified", "query is too old", "query id is invalid")
"""What Telegram says when a button is pressed twice, or answered late."""


def incident_number(update: Update) -> str:
    """Return the number by which a customer's report is found in the log."""
    return f"E{update.update_id % 1_000_000:06}"


def is_normal(error: Exception) -> bool:
    """Tell whether Telegram says what it says to a double tap, or to a late answer."""
    return isinstance(error, BadRequest) and any(
        phrase in error.message.lower() for phrase in NORMAL
    )


def is_network(error: Exception) -> bool:
    """Tell whether a reply did not go through: another message would not either."""
    if isinstance(error, BadRequest):
        return False
    return isinstance(error, NetworkError | Forbidden | RetryAfter)
