"""Updates as Telegram sends them, for tests that need an odd one or hand it over directly."""

from __future__ import annotations

from typing import Any

from tests.samples import ANNI


def message_update(
    update_id: int, text: str, user_id: int = ANNI, chat_type: str = "private"
) -> dict[str, Any]:
    """Return the update of a text message as Telegram sends it."""
    person = {"id": user_id, "is_bot": False, "first_name": "Anni", "language_code": "id"}
    chat = {"id": user_id, "type": chat_type, "first_name": "Anni"}
    message = {"message_id": update_id, "date": 0, "chat": chat, "from": person, "text": text}
    if text.startswith("/"):
        length = len(text.split(maxsplit=1)[0])
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return {"update_id": update_id, "message": message}


def press_update(update_id: int, data: str, user_id: int = ANNI) -> dict[str, Any]:
    """Return the update of a button press as Telegram sends it."""
    message = message_update(update_id, "screen", user_id)["message"]
    person = message.pop("from")
    query = {"id": f"q{update_id}", "from": person, "chat_instance": "c", "data": data}
    return {"update_id": update_id, "callback_query": {**query, "message": message}}
