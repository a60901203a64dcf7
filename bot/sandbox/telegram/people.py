"""What people do in the embedded Telegram, and what a test or a page sees of their chats."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.sandbox.telegram.formatting import with_detected
from bot.sandbox.telegram.pictures import picture_size
from bot.sandbox.telegram.profile import commands_for
from bot.sandbox.telegram.state import (
    CallbackAnswer,
    Change,
    ChatMessage,
    Person,
    StoredFile,
    TelegramState,
)
from bot.sandbox.telegram.updates import UpdateQueue
from bot.sandbox.telegram.wire import Json

STICKER_PIXELS = 512
VOICE_TYPE = "audio/ogg"
Predicate = Callable[[list[ChatMessage]], ChatMessage | bool | None]


class People:
    """The hands and eyes of everybody who talks to the bot."""

    def __init__(self, state: TelegramState, updates: UpdateQueue) -> None:
        """Act on `state`; the bot learns of it through `updates`."""
        self._state = state
        self._updates = updates

    # --- hands ---

    def add_user(
        self,
        user_id: int,
        first_name: str,
        language_code: str = "id",
        username: str | None = None,
        *,
        started: bool = True,
    ) -> Person:
        """Add somebody; with `started=False` the bot finds no chat until the person writes."""
        person = Person(user_id, first_name, language_code, username, has_started=started)
        self._state.people[user_id] = person
        self._state.changed(Change("person", user_id))
        return person

    def send_text(self, user_id: int, text: str) -> int:
        """Write to the bot, which unblocks it; returns the update's id."""
        return self._say(user_id, **captioned(text))

    def send_photo(self, user_id: int, content: bytes, mime_type: str, caption: str = "") -> int:
        """Send a picture; returns the update's id, and raises RefusalError for what is none."""
        photo = self._state.add_file("", mime_type, content, picture_size(content))
        return self._say(user_id, photo=photo, **captioned(caption))

    def send_document(
        self, user_id: int, name: str, mime_type: str, content: bytes, caption: str = ""
    ) -> int:
        """Send a file as it is; returns the update's id."""
        document = self._state.add_file(name, mime_type, content)
        return self._say(user_id, document=document, **captioned(caption))

    def send_sticker(self, user_id: int, emoji: str) -> int:
        """Send a sticker that stands for an emoji; returns the update's id."""
        side = STICKER_PIXELS
        stored = self._state.add_file("", "image/webp", b"RIFF", (side, side), "sticker")
        shape: Json = {"type": "regular", "width": side, "height": side}
        looks: Json = {"is_animated": False, "is_video": False, "emoji": emoji}
        return self._say(user_id, sticker=stored.as_file() | shape | looks)

    def send_voice(self, user_id: int, seconds: int) -> int:
        """Send a voice message of some seconds; returns the update's id."""
        stored = self._state.add_file("", VOICE_TYPE, b"OggS", sort="voice")
        return self._say(
            user_id, voice=stored.as_file() | {"duration": seconds, "mime_type": VOICE_TYPE}
        )

    def send_location(self, user_id: int, latitude: float, longitude: float) -> int:
        """Send a place, in degrees; returns the update's id."""
        return self._say(user_id, location={"latitude": latitude, "longitude": longitude})

    def share_contact(
        self, user_id: int, contact_user_id: int | None, phone: str, first_name: str = "?"
    ) -> int:
        """Share a contact, one's own or another's (None: nobody on Telegram).

        `first_name` is what somebody who is not on Telegram is called in the phone's book.
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
        """Change a message of one's own; raises KeyError if there is none."""
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

        Raises KeyError if the message has no such button, or one that asks nothing of the bot.
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
        """Send a button's data that nobody was shown, also for a message that is gone."""
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
        """Let the bot write again; returns the update's id."""
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

    def inject(self, update: Json) -> int:
        """Queue a raw update, also a duplicate of one; returns its id, made up if missing."""
        return self._updates.inject(update)

    def redeliver(self, update_id: int) -> None:
        """Deliver an update once more, as Telegram may; raises KeyError for an unknown one."""
        self._updates.redeliver(update_id)

    # --- eyes ---

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
        """Everybody there is."""
        return list(self._state.people.values())

    @property
    def answers(self) -> list[CallbackAnswer]:
        """The answers to pressed buttons, oldest first."""
        return self._state.answers

    @property
    def commands(self) -> dict[tuple[str, str], list[Json]]:
        """The commands the bot has set, by scope (as JSON) and language."""
        return self._state.commands

    @property
    def profile(self) -> dict[tuple[str, str], Any]:
        """Names and descriptions by field and language, and menu buttons by chat."""
        return self._state.profile

    @property
    def files(self) -> dict[str, StoredFile]:
        """The files that were sent, by file id."""
        return self._state.files

    def commands_for(self, user_id: int) -> list[Json]:
        """Return the commands that a person's menu shows."""
        return commands_for(self._state, self._person(user_id).user_id)

    def messages(self, chat_id: int) -> list[ChatMessage]:
        """Return a chat as it is now, oldest first; later changes do not touch the list."""
        return [replace(one) for one in self._state.chats.get(chat_id, {}).values()]

    def buttons(self, chat_id: int, message_id: int) -> list[list[Json]]:
        """Return the rows of buttons under a message; raises KeyError if it is gone."""
        return self._message(chat_id, message_id).buttons

    async def wait_for(
        self,
        chat_id: int,
        predicate: Predicate,
        timeout: float = 10,  # noqa: ASYNC109
    ) -> ChatMessage:
        """Wait until `predicate` finds a message in the chat; `True` means the last one.

        Raises TimeoutError, which shows the chat, after `timeout` seconds.
        """
        try:
            async with asyncio.timeout(timeout):
                while True:
                    messages = self.messages(chat_id)
                    found = predicate(messages)
                    if isinstance(found, ChatMessage):
                        return found
                    if found and messages:
                        return messages[-1]
                    await self._state.pulse.wait()
        except TimeoutError:
            seen = "\n".join(
                f"  {one.message_id} {'bot' if one.is_from_bot else 'user'}: {one.text!r}"
                for one in self.messages(chat_id)[-8:]
            )
            raise TimeoutError(
                f"not in chat {chat_id} after {timeout} s; it ends:\n{seen}"
            ) from None

    async def wait_answer(
        self,
        query_id: str,
        timeout: float = 10,  # noqa: ASYNC109
    ) -> CallbackAnswer:
        """Wait until the bot answers a pressed button; raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while True:
                for answer in self._state.answers:
                    if answer.query_id == query_id:
                        return answer
                await self._state.pulse.wait()

    def subscribe(self) -> asyncio.Queue[Change]:
        """Return a queue of what changes from now on; hand it to `unsubscribe` after use."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._state.listeners.append(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[Change]) -> None:
        """Stop a subscription; one that has stopped already is fine."""
        if queue in self._state.listeners:
            self._state.listeners.remove(queue)


def captioned(text: str) -> Json:
    """Return what a message keeps of a text that somebody wrote, or of a caption."""
    return {"text": text, "entities": with_detected(text, []), "html": text}
