"""Malformed updates are skipped or repaired, and the updates beside them are handled."""

from __future__ import annotations

import json
from typing import Any

import pytest
from telegram import Update

from handlers.transport.update_validation import (
    MAX_NUMBER,
    MalformedUpdateError,
    received,
    require_valid,
    update_id_of,
)
from tests.handlers.builders import ANNI_CHAT, message_update
from tests.handlers.running_bot import RunningBot


def press_update(update_id: int, data: str) -> dict[str, Any]:
    """Return the update of a button press as Telegram sends it."""
    message = message_update(update_id, "screen")["message"]
    person = message.pop("from")
    query = {"id": f"q{update_id}", "from": person, "chat_instance": "c", "data": data}
    return {"update_id": update_id, "callback_query": {**query, "message": message}}


def with_changes(update: dict[str, Any], *path: str, value: Any) -> dict[str, Any]:
    """Set the value at a path of an update, and return the update."""
    *owners, name = path
    owner = update
    for key in owners:
        owner = owner[key]
    owner[name] = value
    return update


@pytest.mark.parametrize("number", [None, "7", True, -1, 1.0, MAX_NUMBER + 1, 10**400, [7]])
def test_an_invalid_update_id_is_rejected(number: object) -> None:
    """The database cannot store such an id, and it cannot be confirmed to Telegram."""
    assert update_id_of({"update_id": number}) is None
    assert received({"update_id": number}) is None


def test_lone_surrogates_are_replaced() -> None:
    """A lone surrogate has no UTF-8 encoding; a pair is one character and stays."""
    update = message_update(10, "a\ud83d b\udfff \ud83d\ude00")
    kept = received(update)
    assert kept is not None
    assert json.loads(kept.text)["message"]["text"] == "a\ufffd b\ufffd \U0001f600"


def test_a_deeply_nested_update_is_not_stored() -> None:
    """Serialising it would exceed Python's recursion limit."""
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    assert received({"update_id": 1, "message": deep}) is None


FILE = {"file_id": "f", "file_unique_id": "u", "file_name": "a.pdf", "file_size": 9}
PICTURE = FILE | {"width": 1, "height": 1}
MALFORMED = [
    ("message", "from", "id", "1001"),
    ("message", "from", "id", 2**63),
    ("message", "from", "first_name", None),
    ("message", "from", "username", ["anni"]),
    ("message", "from", "language_code", {"id": 1}),
    ("message", "chat", "id", 1.5),
    ("message", "message_id", 10**30),
    ("message", "text", 42),
    ("message", "entities", [{"type": "bold", "offset": "0", "length": 1}]),
    ("message", "entities", [{"type": 7, "offset": 0, "length": 1}]),
    ("message", "document", FILE | {"file_name": 7}),
    ("message", "document", FILE | {"mime_type": {"x": 1}}),
    ("message", "document", FILE | {"file_size": "9"}),
    ("callback_query", "id", 7),
    ("callback_query", "data", {"x": 1}),
    ("callback_query", "message", "message_id", True),
]


@pytest.mark.parametrize("place", MALFORMED, ids=lambda place: ".".join(map(str, place[:-1])))
def test_a_value_of_the_wrong_type_is_rejected(place: tuple[Any, ...]) -> None:
    """The library does not check types, and the handlers rely on its annotations."""
    make = message_update if place[0] == "message" else press_update
    update = with_changes(make(10, "hello"), *place[:-1], value=place[-1])
    with pytest.raises(MalformedUpdateError):
        require_valid(read(update))


def test_regular_updates_are_accepted() -> None:
    for update in (message_update(1, "hello"), press_update(2, "1:b"), {"update_id": 3}):
        require_valid(read(update))
    command = {"type": "bot_command", "offset": 0, "length": 6}
    for name, value in (
        ("photo", [PICTURE]),
        ("document", FILE),
        ("document", PICTURE),
        ("entities", [command]),
    ):
        require_valid(read(with_changes(message_update(4, ""), "message", name, value=value)))


def malformed_updates() -> dict[str, dict[str, Any]]:
    """Return updates that the bot cannot handle, each with a reason."""
    without_sender = message_update(10, "x")
    del without_sender["message"]["from"]
    return {
        "no message": {"update_id": 10, "message": {"what": "is this"}},
        "no name": with_changes(
            message_update(10, "x"), "message", "from", "first_name", value=None
        ),
        "no sender": without_sender,
    }


@pytest.mark.parametrize("odd", malformed_updates().values(), ids=malformed_updates())
async def test_a_malformed_update_is_marked_done_and_blocks_no_other(
    running: RunningBot, odd: dict[str, Any]
) -> None:
    """The library's own poller would request some of them again for ever."""
    running.telegram.inject(odd)
    running.telegram.send_text(ANNI_CHAT, "fine")
    await running.receiver.start()
    await running.until_handled(1)
    await running.until(lambda: running.telegram.updates.confirmed_below == 12)
    assert running.handled == [(ANNI_CHAT, "fine")]
    assert await running.is_done(10)
    assert running.inbox.backlog == 0


def read(update: dict[str, Any]) -> Update:
    found = Update.de_json(json.loads(json.dumps(update)), None)
    assert found is not None
    return found
