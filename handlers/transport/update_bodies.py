"""Parsing of `getUpdates` answers: one malformed update does not stop the others.

Telegram sends no malformed JSON. If it did, the update would be delivered again, and fail again,
without end, together with all others in the same answer.
"""

from __future__ import annotations

import json
import re
from typing import Any

import structlog
from telegram.error import TelegramError
from typing_extensions import override

from bot.domain.json_scanner import ScanError, elements_of, members_of
from handlers.transport.aiohttp_request import AiohttpRequest

log = structlog.get_logger(__name__)

_UPDATE_ID = re.compile(rb'\s*\{\s*"update_id"\s*:\s*([0-9]{1,18})\s*[,}]')
"""The beginning of an update: Telegram writes `update_id` first."""


class UpdatesRequest(AiohttpRequest):
    """The request object for polling: parses updates one by one when they do not parse together."""

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Parse an answer of Telegram; raises `TelegramError` when it is malformed or cut off."""
        try:
            return AiohttpRequest.parse_json_payload(payload)
        except (TelegramError, RecursionError) as error:
            try:
                return one_by_one(payload)
            except ScanError:
                raise TelegramError("Invalid server response") from error


def one_by_one(payload: bytes) -> dict[str, Any]:
    """Return the updates in an answer; of a malformed one only its `update_id`, if readable.

    Raises `ScanError` unless the answer is complete, with "ok": true and a list as "result".
    """
    members = dict(members_of(payload))
    result = members.get("result", b"")
    if members.get("ok") != b"true" or not result.startswith(b"["):
        raise ScanError("result: expected a list")
    return {"ok": True, "result": [_update(part) for part in elements_of(result)]}


def _update(part: bytes) -> dict[str, Any]:
    try:
        update = json.loads(part.decode(errors="replace"), strict=False)
    except (ValueError, RecursionError):
        found = _UPDATE_ID.match(part)
        log.warning("update_unreadable", update_id=None if found is None else int(found[1]))
        return {} if found is None else {"update_id": int(found[1])}
    return update if isinstance(update, dict) else {}
