"""Of an update, handlers get what they read; of a press that is little."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import MaybeInaccessibleMessage, Message, Update

from handlers.transport.bot import build_bot
from handlers.transport.update_parsing import PlainMessage, parsed
from handlers.ui.keyboards import rows_of
from tests.handlers.builders import ANNI_CHAT, message_update

ROWS = [[{"text": "Beli", "callback_data": "1:p:3"}], [{"text": "Situs", "url": "https://a.test"}]]


def press_update(**message: Any) -> dict[str, Any]:
    """Return the press of a button of a message as Telegram sends it."""
    sent = message_update(7, "screen")["message"]
    person = sent.pop("from")
    query = {"id": "q7", "from": person, "chat_instance": "c", "data": "1:p:3"}
    return {"update_id": 7, "callback_query": {**query, "message": {**sent, **message}}}


def pressed_message(update: Update) -> MaybeInaccessibleMessage | None:
    assert update.callback_query is not None
    return update.callback_query.message


COMMAND = {"entities": [{"type": "bot_command", "offset": 0, "length": 5}]}
CONTACT = {"contact": {"phone_number": "0812", "first_name": "Anni"}}
PHOTO = {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}


@pytest.mark.parametrize("fields", [{}, COMMAND, CONTACT, PHOTO, {"reply_markup": None}])
def test_a_message_is_what_the_library_makes_of_it(fields: dict[str, Any]) -> None:
    payload = message_update(7, "/help")
    payload["message"].update(fields)
    update, library = parsed(payload, None), Update.de_json(payload, None)
    assert update.to_dict() == library.to_dict()
    assert update.message is not None
    assert isinstance(update.message, PlainMessage) == (fields not in (CONTACT, PHOTO))
    for name in Message.__slots__:
        assert getattr(update.message, name) == getattr(library.message, name), name
    assert library.message is not None
    assert update.message.effective_attachment == library.message.effective_attachment
    assert not hasattr(update.message, "unknown")
    with pytest.raises(AttributeError):
        update.message.text = "read-only"


def test_other_updates_are_what_the_library_makes_of_them() -> None:
    message = message_update(7, "hai")["message"]
    edited = {"update_id": 7, "edited_message": {**message, "edit_date": 1_796_000_000}}
    assert parsed(edited, None).to_dict() == Update.de_json(edited, None).to_dict()
    inline = press_update()
    inline["callback_query"]["inline_message_id"] = "i"
    assert parsed(inline, None).callback_query == Update.de_json(inline, None).callback_query


async def test_its_objects_know_the_bot() -> None:
    bot = build_bot("1:token", "http://127.0.0.1:1")
    for update in (parsed(message_update(7, "hai"), bot), parsed(press_update(), bot)):
        assert update.get_bot() is bot
        assert update.effective_chat is not None
        assert update.effective_chat.get_bot() is bot
        assert update.effective_user is not None
        assert update.effective_user.get_bot() is bot
        assert update.effective_message is not None
        assert update.effective_message.get_bot() is bot
    assert update.callback_query is not None
    assert update.callback_query.get_bot() is bot


def test_a_pressed_message_has_its_chat_and_its_buttons() -> None:
    bold = [{"type": "bold", "offset": 0, "length": 6}]
    payload = press_update(entities=bold, reply_markup={"inline_keyboard": ROWS})
    before = repr(payload)
    update = parsed(payload, None)
    message = pressed_message(update)
    assert isinstance(message, Message)
    assert message.reply_markup is not None
    assert (message.message_id, message.chat.id) == (7, ANNI_CHAT)
    assert rows_of(message.reply_markup) == ROWS
    library = Update.de_json(press_update(reply_markup={"inline_keyboard": ROWS}), None)
    known = pressed_message(library)
    assert isinstance(known, Message)
    assert known.reply_markup is not None
    assert message.reply_markup.inline_keyboard == known.reply_markup.inline_keyboard
    assert message == known
    assert update.effective_user == library.effective_user
    assert update.callback_query == library.callback_query
    assert repr(payload) == before


def test_a_message_without_buttons_has_none() -> None:
    message = pressed_message(parsed(press_update(), None))
    assert isinstance(message, Message)
    assert message.reply_markup is None


def test_an_inaccessible_message_is_as_the_library_makes_it() -> None:
    payload = press_update(date=0, reply_markup=None)
    ours = pressed_message(parsed(payload, None))
    librarys = pressed_message(Update.de_json(payload, None))
    assert ours is not None
    assert librarys is not None
    assert not ours.is_accessible
    assert (ours.chat, ours.message_id) == (librarys.chat, librarys.message_id)


def test_a_press_of_no_message_has_none() -> None:
    payload = press_update()
    del payload["callback_query"]["message"]
    assert pressed_message(parsed(payload, None)) is None


@pytest.mark.parametrize(
    "markup", [["x"], {"rows": ROWS}, 7, {"inline_keyboard": 5}, {"inline_keyboard": [["x"]]}]
)
def test_a_malformed_keyboard_is_an_error(markup: object) -> None:
    with pytest.raises((TypeError, KeyError, AttributeError)):
        parsed(press_update(reply_markup=markup), None)


@pytest.mark.parametrize(
    "payload",
    [
        press_update(date=None),
        press_update(chat=None),
        message_update(7, "hai") | {"message": None},
        {"update_id": 7, "callback_query": None},
    ],
)
def test_of_other_forms_it_is_what_the_library_makes(payload: dict[str, Any]) -> None:
    """Otherwise a press would be without an answer if Telegram left a field out."""
    assert parsed(payload, None).to_dict() == Update.de_json(payload, None).to_dict()
