"""Classifies Telegram's errors: those that need no action, and network failures."""

from __future__ import annotations

from telegram import Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

NORMAL = ("message is not modified", "query is too old", "query id is invalid")
"""Parts of Telegram's messages after a double press, or an answer that came too late."""


def incident_number(update: Update) -> str:
    """Return the incident number of an update, by which a customer's report is found in the log."""
    return f"E{update.update_id % 1_000_000:06}"


def is_normal(error: Exception) -> bool:
    """Return whether an error is the normal result of a double press or a late answer."""
    return isinstance(error, BadRequest) and any(
        phrase in error.message.lower() for phrase in NORMAL
    )


def is_network(error: Exception) -> bool:
    """Return whether a message could not be delivered at all; another one would fail too."""
    if isinstance(error, BadRequest):
        return False
    return isinstance(error, NetworkError | Forbidden | RetryAfter)
