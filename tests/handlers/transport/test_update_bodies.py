"""A getUpdates response with one malformed update: the others are read."""

from __future__ import annotations

import json

import pytest
from telegram.error import TelegramError

from handlers.transport.bot import build_bot
from handlers.transport.update_bodies import UpdatesRequest
from tests.handlers.builders import message_update

SOUND = [json.dumps(message_update(number, "hello")).encode() for number in (10, 12)]
MALFORMED = {
    "brackets without end": (b'{"update_id": 11, "x": %b}' % (b"[" * 9_000 + b"]" * 9_000), [11]),
    "a quote too many": (b'{"update_id": 11, "text": "5" layar"}', [11]),
    "a literal that is none": (b'{"update_id": 11, "text": undefined}', [11]),
    "single quotes": (b"{'update_id': 11}", []),
    "nothing": (b"", []),
    "a text": (b'"maintenance"', []),
    "a control character": (b'{"update_id": 11, "text": "a\x01b"}', [11]),
    "bytes that are no UTF-8": (b'{"update_id": 11, "text": "\xff"}', [11]),
    "half an emoji": (b'{"update_id": 11, "text": "\\ud83d"}', [11]),
}


def update_ids(body: bytes) -> list[int]:
    """Return the update ids of a response."""
    result = UpdatesRequest.parse_json_payload(body)["result"]
    return [update["update_id"] for update in result if "update_id" in update]


@pytest.mark.parametrize(("malformed", "known"), MALFORMED.values(), ids=MALFORMED)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_malformed_update_does_not_hide_the_others(
    malformed: bytes, known: list[int], place: int
) -> None:
    """Its id is recovered if readable, so that the update is confirmed and not sent again."""
    parts = list(SOUND)
    parts.insert(place, malformed)
    body = b'{"ok":true,"result":[%b]}' % b",".join(parts)
    assert sorted(update_ids(body)) == sorted([10, 12, *known])


@pytest.mark.parametrize(
    "body",
    [
        b"<html>502</html>",
        b'{"ok":true,"result":[%b' % SOUND[0],
        b'{"ok":true,"result":[%b,undefined]' % SOUND[0],
        b'{"ok":false,"result":[undefined]}',
        b'{"ok":true,"result":undefined}',
        b'{"ok":true,"description":undefined}',
    ],
)
def test_an_incomplete_response_raises(body: bytes) -> None:
    with pytest.raises(TelegramError):
        UpdatesRequest.parse_json_payload(body)


async def test_only_get_updates_tolerates_malformed_responses() -> None:
    """An unreadable answer to any other call may mean anything."""
    bot = build_bot("4242:token", "http://127.0.0.1:1")
    asks, sends = bot._request
    assert isinstance(asks, UpdatesRequest)
    assert not isinstance(sends, UpdatesRequest)
    await bot.shutdown()
