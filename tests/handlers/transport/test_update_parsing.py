"""Of an update, handlers get what they read; of a press that is little."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Message, Update

from handlers.transport.update_parsing import parsed
from handlers.ui.keyboards import rows_of
from tests.handlers.builders import ANNI, message_update

ROWS = [[{"text": "Beli", "callback_data": "1:p:3"}], [{"text": "Situs", "url": "https://a.test"}]]


def press_update(**message: Any) -> dict[str, Any]:
    """Return the press of a button of a message as Telegram sends it."""
    sent = message_update(7, "screen")["message"]
    person = sent.pop("from")
    query = {"id": "q7", "from": person, "chat_instance": "c", "data": "1:p:3"}
    return {"update_id": 7, "callback_query": {**query, "message": {**sent, **message}}}


def pressed_message(update: Update) -> object:
    assert update.callback_query is not None
    return update.callback_query.message


def test_a_message_is_what_the_library_makes_of_it() -> None:
    update = message_update(7, "tsel 10")
    assert parsed(update, None).to_dict() == Update.de_json(update, None).to_dict()


def test_a_pressed_message_has_its_chat_and_its_buttons() -> None:
    bold = [{"type": "bold", "offset": 0, "length": 6}]
    payload = press_update(entities=bold, reply_markup={"inline_keyboard": ROWS})
    before = repr(payload)
    update = parsed(payload, None)
    message = pressed_message(update)
    assert isinstance(message, Message)
    assert message.reply_markup is not None
    assert (message.message_id, message.chat.id) == (7, ANNI)
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


def test_a_press_of_no_message_has_none() -> None:
    payload = press_update()
    del payload["callback_query"]["message"]
    assert pressed_message(parsed(payload, None)) is None


@pytest.mark.parametrize("markup", [[], {"rows": ROWS}, 7])
def test_a_malformed_keyboard_is_an_error(markup: object) -> None:
    with pytest.raises((TypeError, KeyError)):
        parsed(press_update(reply_markup=markup), None)
