"""The table of handlers finds the same handler as the library does in the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from telegram import Bot, Update
from telegram.ext import CallbackQueryHandler, CommandHandler

from handlers.conversation import conversation
from handlers.registry import in_order
from handlers.ui.first_match import FirstMatch
from handlers.ui.handler_factories import Handlers, PressHandler
from tests.handlers.builders import message_update
from tests.telegram_server import TOKEN

TEXTS = (
    "hello",
    "batal",
    "menu",
    "081234567890 10",
    "/",
    "/nosuchcommand",
    "/help@other_bot",
    "/help@konter_sandbox_bot",
    "/HELP now",
    "/help,",
    "say /help",
)
CONTENTS: tuple[dict[str, Any], ...] = (
    {"contact": {"phone_number": "1", "first_name": "A"}},
    {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]},
    {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}},
    {"new_chat_title": "x"},
    {},
)
PAYLOADS = (
    None,
    "",
    "x",
    "1",
    "1:",
    "1:nosuchtag",
    "1:nosuchtag:1",
    "0:c:1",
    "2:c",
    "c",
    "1:c:x:y",
)


class KnownBot(Bot):
    """A bot that knows its name without asking Telegram."""

    @property
    def username(self) -> str:
        return "konter_sandbox_bot"


def entry_points() -> Handlers:
    (first,) = conversation().entry_points
    assert isinstance(first, FirstMatch)
    return first.handlers


def updates(handlers: Handlers) -> Iterator[Update]:
    """Return updates for every command and button of the handlers, and others."""
    names = {name for one in handlers if isinstance(one, CommandHandler) for name in one.commands}
    texts = [*TEXTS, *(f"/{name}" for name in names), *(f"/{name} 1 2" for name in names)]
    tags = {one.kind.TAG for one in handlers if isinstance(one, PressHandler)}
    payloads = [*PAYLOADS, *(f"1:{tag}" for tag in tags), *(f"1:{tag}:1" for tag in tags)]
    contents = [{"text": text, **entities_of(text)} for text in texts]
    for content in (*contents, *CONTENTS):
        update = message_update(1, "")
        del update["message"]["text"]
        update["message"] |= content
        yield parsed(update)
        yield parsed({"update_id": 1, "edited_message": update["message"]})
    person = message_update(1, "")["message"]["from"]
    for data in payloads:
        query = {"id": "1", "from": person, "chat_instance": "1", "data": data}
        yield parsed({"update_id": 1, "callback_query": query})


def entities_of(text: str) -> dict[str, Any]:
    """Return the entity of the first command in a text, as Telegram does."""
    start = text.find("/")
    if start < 0:
        return {}
    length = 1
    while start + length < len(text) and (
        text[start + length].isalnum() or text[start + length] in "_@"
    ):
        length += 1
    return {"entities": [{"type": "bot_command", "offset": start, "length": length}]}


def parsed(update: dict[str, Any]) -> Update:
    return Update.de_json(update, KnownBot(TOKEN))


def first_in(handlers: Handlers, update: Update) -> tuple[object, str] | None:
    """Return the handler that the library would take, and what it found."""
    for handler in handlers:
        check = handler.check_update(update)
        if check is not None and check is not False:
            return handler, repr(check)
    return None


@pytest.mark.parametrize("build", [in_order, entry_points])
def test_the_handler_is_the_first_of_the_list_that_fits(build: Any) -> None:
    handlers = build()
    table = FirstMatch(handlers)
    found = set()
    for update in updates([*in_order(), *entry_points()]):
        match = table.check_update(update)
        assert (match and (match[0], repr(match[1]))) == first_in(handlers, update), update
        if match is not None:
            found.add(match[0])
    keyed = [one for one in handlers if isinstance(one, CommandHandler | CallbackQueryHandler)]
    assert set(keyed) <= found
    assert table.check_update("no update") is None


def test_only_the_handlers_of_the_command_or_button_are_asked() -> None:
    """Otherwise a table would be no faster than the list."""
    handlers = in_order()
    table = FirstMatch(handlers)
    others = [one for one in handlers if not isinstance(one, CommandHandler | CallbackQueryHandler)]
    for update in updates(handlers):
        candidates = table._candidates(update)
        assert len(candidates) <= len(others) + 1
