"""Actions of the bot's users in the embedded Telegram, and the contents of their chats."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.sandbox.telegram.formatting import with_detected
from bot.sandbox.telegram.pictures import picture_size
from bot.sandbox.telegram.profile import commands_for
from bot.sandbox.telegram.state import Change, ChatMessage, Person, StoredFile, TelegramState
from bot.sandbox.telegram.updates import UpdateQueue
from bot.sandbox.telegram.wire import Json

STICKER_PIXELS = 512
VOICE_TYPE = "audio/ogg"


class People:
    """Sends messages, presses buttons and reads chats for all users.

    Actions raise KeyError for an unknown user id.
    """

    def __init__(self, state: TelegramState, updates: UpdateQueue) -> None:
        """Change `state`, and queue the updates for the bot in `updates`."""
        self._state = state
        self._updates = updates

    # --- actions ---

    def send_text(self, user_id: int, text: str) -> int:
        """Send a text, which also unblocks the bot; returns the update's id."""
        return self._say(user_id, **captioned(text))

    def open_link(self, user_id: int, link: str) -> int:
        """Open a link `https://t.me/BOT?start=TEXT` and press START; returns the update's id.

        Raises KeyError if the link leads elsewhere.
        """
        place, _, text = link.partition("?start=")
        if place != f"https://t.me/{self._state.bot_user['username']}" or not text:
            raise KeyError(f"{link} does not lead to this bot")
        return self.send_text(user_id, f"/start {text}")

    def send_photo(self, user_id: int, content: bytes, mime_type: str, caption: str = "") -> int:
        """Send a picture; returns the update's id, raises RefusalError for any other content."""
        photo = self._state.add_file("", mime_type, content, picture_size(content))
        return self._say(user_id, photo=photo, **captioned(caption))

    def send_document(
        self, user_id: int, name: str, mime_type: str, content: bytes, caption: str = ""
    ) -> int:
        """Send a document; returns the update's id."""
        document = self._state.add_file(name, mime_type, content)
        return self._say(user_id, document=document, **captioned(caption))

    def send_sticker(self, user_id: int, emoji: str) -> int:
        """Send a sticker of an emoji; returns the update's id."""
        side = STICKER_PIXELS
        stored = self._state.add_file("", "image/webp", b"RIFF", (side, side), "sticker")
        shape: Json = {"type": "regular", "width": side, "height": side}
        looks: Json = {"is_animated": False, "is_video": False, "emoji": emoji}
        return self._say(user_id, sticker=stored.as_file() | shape | looks)

    def send_voice(self, user_id: int, seconds: int) -> int:
        """Send a voice message of this duration; returns the update's id."""
        stored = self._state.add_file("", VOICE_TYPE, b"OggS", special_kind="voice")
        return self._say(
            user_id, voice=stored.as_file() | {"duration": seconds, "mime_type": VOICE_TYPE}
        )

    def send_location(self, user_id: int, latitude: float, longitude: float) -> int:
        """Send a location in degrees; returns the update's id."""
        return self._say(user_id, location={"latitude": latitude, "longitude": longitude})

    def share_contact(
        self, user_id: int, contact_user_id: int | None, phone: str, first_name: str = "?"
    ) -> int:
        """Share a user's contact, or that of a person without Telegram (None).

        `first_name` is the name of a person without Telegram. Returns the update's id.
        """
        known = self._state.people.get(contact_user_id or 0)
        name = known.first_name if known else first_name
        contact: Json = {"phone_number": phone, "first_name": name}
        if contact_user_id is not None:
            contact["user_id"] = contact_user_id
        return self._say(user_id, contact=contact)

    def _say(self, user_id: int, **content: Any) -> int:
        person = self._person(user_id)
        person.has_started = True
        if person.has_blocked:
            self.unblock(user_id)
        message = ChatMessage(
            message_id=self._state.next_message_id(user_id),
            chat_id=user_id,
            date=self._state.now(),
            is_from_bot=False,
            update_id=self._updates.next_id,
            **content,
        )
        self._state.add(message)
        return self._updates.add("message", self._state.as_json(message))

    def edit_text(self, user_id: int, message_id: int, text: str) -> int:
        """Edit an own message; returns the update's id, raises KeyError if there is none."""
        message = self._message(user_id, message_id)
        if message.is_from_bot:
            raise KeyError(f"message {message_id} is the bot's")
        edited = replace(message, **captioned(text))
        edited.edits += 1
        edited.edited_at = self._state.now()
        self._state.chats[user_id][message_id] = edited
        self._state.changed(Change("edit", user_id, message_id))
        return self._updates.add("edited_message", self._state.as_json(edited))

    def press(
        self, user_id: int, message_id: int, *, data: str | None = None, label: str | None = None
    ) -> str:
        """Press a visible button, found by its data or label; returns the query's id.

        Raises KeyError if the message has no such button, or if it has no callback data.
        """
        rows = self.buttons(user_id, message_id)
        for button in (button for row in rows for button in row):
            is_meant = (data is not None or label is not None) and (
                data in {None, button.get("callback_data")} and label in {None, button["text"]}
            )
            if is_meant and "callback_data" in button:
                return self.press_forged(user_id, message_id, button["callback_data"])
        seen = [[f"{one['text']} ({one.get('callback_data')})" for one in row] for row in rows]
        raise KeyError(f"no button data={data!r} label={label!r} on message {message_id}: {seen}")

    def press_forged(self, user_id: int, message_id: int, data: str) -> str:
        """Send any callback data for any message, also a deleted one; returns the query's id."""
        person = self._person(user_id)
        message = self._state.message(user_id, message_id)
        shown: Json = {"chat": person.as_chat(), "message_id": message_id, "date": 0}
        if message is not None:
            shown = self._state.as_json(message)
        query_id = self._state.add_query(user_id)
        self._updates.add(
            "callback_query",
            {
                "id": query_id,
                "from": person.as_user(),
                "message": shown,
                "chat_instance": str(user_id),
                "data": data,
            },
        )
        return query_id

    def block(self, user_id: int) -> int:
        """Block the bot; returns the update's id."""
        return self._set_blocked(user_id, is_blocked=True)

    def unblock(self, user_id: int) -> int:
        """Unblock the bot; returns the update's id."""
        return self._set_blocked(user_id, is_blocked=False)

    def _set_blocked(self, user_id: int, *, is_blocked: bool) -> int:
        person = self._person(user_id)
        person.has_blocked = is_blocked
        member: Json = {"user": self._state.bot_user, "status": "member"}
        kicked: Json = {"user": self._state.bot_user, "status": "kicked", "until_date": 0}
        old, new = (member, kicked) if is_blocked else (kicked, member)
        self._state.changed(Change("person", user_id))
        return self._updates.add(
            "my_chat_member",
            {
                "chat": person.as_chat(),
                "from": person.as_user(),
                "date": self._state.now(),
                "old_chat_member": old,
                "new_chat_member": new,
            },
        )

    # --- reading ---

    def _person(self, user_id: int) -> Person:
        if user_id not in self._state.people:
            raise KeyError(f"there is no user {user_id}")
        return self._state.people[user_id]

    def _message(self, chat_id: int, message_id: int) -> ChatMessage:
        message = self._state.message(chat_id, message_id)
        if message is None:
            raise KeyError(f"there is no message {message_id} in chat {chat_id}")
        return message

    @property
    def users(self) -> list[Person]:
        """All users."""
        return list(self._state.people.values())

    @property
    def profile(self) -> dict[tuple[str, str], Any]:
        """Names and descriptions by field and language, and menu buttons by chat."""
        return self._state.profile

    @property
    def files(self) -> dict[str, StoredFile]:
        """The files of all chats, by file id."""
        return self._state.files

    def commands_for(self, user_id: int) -> list[Json]:
        """Return the commands in a person's menu."""
        return commands_for(self._state, self._person(user_id).user_id)

    def messages(self, chat_id: int) -> list[ChatMessage]:
        """Return copies of a chat's messages, oldest first."""
        return [replace(one) for one in self._state.chats.get(chat_id, {}).values()]

    def buttons(self, chat_id: int, message_id: int) -> list[list[Json]]:
        """Return the rows of buttons under a message; raises KeyError if it was deleted."""
        return self._message(chat_id, message_id).buttons


def captioned(text: str) -> Json:
    """Return the fields of `ChatMessage` for a text or caption without markup."""
    return {"text": text, "entities": with_detected(text, []), "html": text}
