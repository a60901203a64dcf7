"""How an answer full of updates is read: one that is no JSON hides no other.

Telegram sends no such thing, but whatever it sends, one update must not stop the others: what
cannot be read would be asked for, and fail, for ever.
"""

from __future__ import annotations

import json
import re
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.request import HTTPXRequest
from typing_extensions import override

from bot.domain.json_scanner import ScanError, elements_of, members_of

log = structlog.get_logger(__name__)

_NUMBER = re.compile(rb'\s*\{\s*"update_id"\s*:\s*([0-9]{1,18})\s*[,}]')
"""Telegram writes an update's number first."""


class UpdatesRequest(HTTPXRequest):
    """Asks for updates, and reads each by itself where they cannot be read together."""

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return an answer of Telegram's; raises `TelegramError` for what is none, or cut off."""
        try:
            return HTTPXRequest.parse_json_payload(payload)
        except (TelegramError, RecursionError) as error:
            try:
                return one_by_one(payload)
            except ScanError:
                raise TelegramError("Invalid server response") from error


def one_by_one(payload: bytes) -> dict[str, Any]:
    """Return the updates in an answer; of one that cannot be read, only its number.

    Raises `ScanError` unless it is a whole answer that says "ok" and holds a list.
    """
    members = dict(members_of(payload))
    result = members.get("result", b"")
    if members.get("ok") != b"true" or not result.startswith(b"["):
        raise ScanError("no list of updates")
    return {"ok": True, "result": [_update(part) for part in elements_of(result)]}


def _update(part: bytes) -> dict[str, Any]:
    try:
        update = json.loads(part.decode(errors="replace"), strict=False)
    except (ValueError, RecursionError):
        number = _NUMBER.match(part)
        log.warning("update unreadable", update_id=None if number is None else int(number[1]))
        return {} if number is None else {"update_id": int(number[1])}
    return update if isinstance(update, dict) else {}
