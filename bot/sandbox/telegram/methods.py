"""The Bot API's methods for messages: send, edit, delete, answer a button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from bot.sandbox.telegram.formatting import (
    EntitiesError,
    Entity,
    parse_html,
    sorted_entities,
    trimmed,
    utf16_length,
    with_detected,
)
from bot.sandbox.telegram.markup import check_markup
from bot.sandbox.telegram.pictures import picture_size
from bot.sandbox.telegram.state import (
    CallbackAnswer,
    Change,
    ChatMessage,
    Person,
    StoredFile,
    TelegramState,
)
from bot.sandbox.telegram.wire import NOT_MODIFIED, OLD_QUERY, Json, Params, RefusalError, refuse

MAX_TEXT_LENGTH = 4096
MAX_CAPTION_LENGTH = 1024
MAX_ANSWER_LENGTH = 200
QUERY_SECONDS = 15 * 60
DELETABLE_SECONDS = 48 * 3600

Method = Callable[[Params], Any]


class MessageMethods:
    """The methods by name in `table`; each returns the result or raises RefusalError."""

    def __init__(self, state: TelegramState) -> None:
        self._state = state
        self.table: dict[str, Method] = {
            "sendMessage": self.send_message,
            "sendPhoto": partial(self._send_file, "photo"),
            "sendDocument": partial(self._send_file, "document"),
            "sendVoice": self.send_voice,
            "sendChatAction": self.send_chat_action,
            "editMessageText": self.edit_text,
            "editMessageCaption": self.edit_caption,
            "editMessageReplyMarkup": self.edit_markup,
            "deleteMessage": self.delete_message,
            "answerCallbackQuery": self.answer_query,
            "getFile": self.get_file,
        }

    # --- sending ---

    def send_message(self, params: Params) -> Json:
        person = self._recipient(params)
        return self._send(person, params, **self._text(params))

    def _send_file(self, kind: str, params: Params) -> Json:
        person = self._recipient(params)
        caption = self._caption(params)
        return self._send(person, params, **caption, **{kind: self._stored(params, kind)})

    def send_voice(self, params: Params) -> Json:
        person = self._recipient(params)
        stored = self._stored(params, "voice")
        voice = stored.as_file() | {"duration": 1, "mime_type": stored.mime_type}
        return self._send(person, params, **self._caption(params), voice=voice)

    def send_chat_action(self, params: Params) -> bool:
        person = self._recipient(params)
        self._state.changed(Change("action", person.user_id, detail=params.text("action")))
        return True

    def _send(self, person: Person, params: Params, **content: Any) -> Json:
        markup = check_markup(params.entry("reply_markup"))
        reply_to = self._replied(person, params)
        message = ChatMessage(
            message_id=self._state.next_message_id(person.user_id),
            chat_id=person.user_id,
            date=self._state.now(),
            is_from_bot=True,
            reply_markup=markup,
            reply_to=reply_to,
            **content,
        )
        return self._state.as_json(self._state.add(message))

    def _replied(self, person: Person, params: Params) -> int | None:
        reply = params.entry("reply_parameters") or {}
        message_id = int(reply.get("message_id", 0)) or params.integer("reply_to_message_id")
        if not message_id:
            return None
        if self._state.message(person.user_id, message_id) is not None:
            return message_id
        if not reply.get("allow_sending_without_reply"):
            refuse("message to be replied not found")
        return None

    def _recipient(self, params: Params) -> Person:
        if not params.text("chat_id"):
            refuse("chat_id is empty")
        person = self._state.people.get(params.integer("chat_id"))
        if person is None or not person.has_started:
            refuse("chat not found")
        if person.has_blocked:
            raise RefusalError(403, "Forbidden: bot was blocked by the user")
        return person

    def _text(self, params: Params) -> Json:
        """Return the fields of `ChatMessage` for a text; raises RefusalError."""
        content = self._formatted(params, "text", "entities")
        if not content["text"]:
            refuse("message text is empty")
        if utf16_length(content["text"]) > MAX_TEXT_LENGTH:
            refuse("message is too long")
        return content

    def _caption(self, params: Params) -> Json:
        """Return the same for a caption, which may be empty; raises RefusalError."""
        content = self._formatted(params, "caption", "caption_entities")
        if utf16_length(content["text"]) > MAX_CAPTION_LENGTH:
            refuse("message caption is too long")
        return content

    def _formatted(self, params: Params, name: str, name_of_entities: str) -> Json:
        source = params.text(name)
        mode = params.text("parse_mode").lower()
        if mode == "html":
            try:
                text, entities = parse_html(source)
            except EntitiesError as error:
                refuse(f"can't parse entities: {error}")
        elif mode:
            refuse("unsupported parse_mode")
        else:
            text, entities = trimmed(source, params.rows(name_of_entities))
            entities = sorted_entities(entities)
        known = [one for one in map(self._named, entities) if one is not None]
        return {"text": text, "entities": with_detected(text, known), "html": source}

    def _named(self, entity: Entity) -> Entity | None:
        """Add the user to a mention by id; None for an unknown user, whose mention is dropped."""
        if entity["type"] != "text_mention":
            return entity
        person = self._state.people.get(entity["user"]["id"])
        return None if person is None else entity | {"user": person.as_user()}

    def _stored(self, params: Params, name: str) -> StoredFile:
        """Return the uploaded file, or the stored file whose id was sent."""
        upload = params.upload(name)
        if upload is None:
            known = self._state.files.get(params.text(name))
            if known is None:
                refuse("wrong file identifier/HTTP URL specified")
            if known.kind != name:
                refuse(f"can't use file of type {known.kind.title()} as {name.title()}")
            return known
        if not upload.content:
            refuse("file must be non-empty")
        size = picture_size(upload.content) if name == "photo" else (0, 0)
        return self._state.add_file(upload.name, upload.mime_type, upload.content, size)

    # --- editing ---

    def edit_text(self, params: Params) -> Json:
        message = self._editable(params)
        content = self._text(params)
        if message.photo is not None or message.document is not None:
            refuse("there is no text in the message to edit")
        return self._edit(message, params, **content)

    def edit_caption(self, params: Params) -> Json:
        message = self._editable(params)
        content = self._caption(params)
        if message.photo is None and message.document is None:
            refuse("there is no caption in the message to edit")
        return self._edit(message, params, **content)

    def edit_markup(self, params: Params) -> Json:
        return self._edit(self._editable(params), params)

    def _editable(self, params: Params) -> ChatMessage:
        person = self._recipient(params)
        message = self._state.message(person.user_id, params.integer("message_id"))
        if message is None:
            refuse("message to edit not found")
        if not message.is_from_bot:
            refuse("message can't be edited")
        return message

    def _edit(self, message: ChatMessage, params: Params, **content: Any) -> Json:
        markup = check_markup(params.entry("reply_markup"), only_inline=True)
        edited = replace(message, reply_markup=markup, **content)
        before = (message.text, message.entities, message.reply_markup)
        if (edited.text, edited.entities, edited.reply_markup) == before:
            refuse(NOT_MODIFIED)
        edited.edits += 1
        edited.edited_at = self._state.now()
        self._state.chats[message.chat_id][message.message_id] = edited
        self._state.changed(Change("edit", message.chat_id, message.message_id))
        return self._state.as_json(edited)

    def delete_message(self, params: Params) -> bool:
        person = self._recipient(params)
        message = self._state.message(person.user_id, params.integer("message_id"))
        if message is None:
            refuse("message to delete not found")
        if self._state.now() - message.date > DELETABLE_SECONDS:
            refuse("message can't be deleted for everyone")
        del self._state.chats[person.user_id][message.message_id]
        self._state.changed(Change("delete", person.user_id, message.message_id))
        return True

    # --- the rest ---

    def answer_query(self, params: Params) -> bool:
        query_id = params.text("callback_query_id")
        query = self._state.queries.get(query_id)
        now = self._state.clock()
        if query is None or query.is_answered or now - query.pressed_at > QUERY_SECONDS:
            refuse(OLD_QUERY)
        text = params.text("text")
        if utf16_length(text) > MAX_ANSWER_LENGTH:
            refuse("MESSAGE_TOO_LONG")
        query.is_answered = True
        is_alert = params.flag("show_alert")
        answer = CallbackAnswer(query_id, query.user_id, text, is_alert, params.text("url"))
        self._state.answers.append(answer)
        self._state.changed(Change("answer", query.user_id, detail=answer))
        return True

    def get_file(self, params: Params) -> Json:
        stored = self._state.files.get(params.text("file_id"))
        if stored is None:
            refuse("invalid file_id")
        return stored.as_file() | {"file_path": stored.path}
