"""Raw updates: hostile ones that people can send, and ones that Telegram would never deliver."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from random import Random
from typing import Any

from bot.sandbox.telegram.server import Person
from handlers.ui.buttons import Button
from handlers.ui.command_names import INDONESIAN_NAMES
from tests.faults.fuzz.odd_values import mutated, odd_text

Json = dict[str, Any]

NAMES = (
    *("start", "order", "history", "status", "balance", "language", "help", "cancel"),
    *("credit", "debit", "deposit", "pause", "resume", "recon", "audit", "nothing"),
    *INDONESIAN_NAMES.values(),
)
MAX_BYTES = 1_000_000
"""About the largest body that the webhook accepts."""
ANONYMOUS_ADMIN = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupBot"}
OTHER_BOT = {"id": 93372553, "is_bot": True, "first_name": "Bot", "username": "BotFather"}
FILES = ("AgAD",)
"""Files that people have sent before, so that the bot can send them on."""
FILE = {"file_id": FILES[0], "file_unique_id": "AQAD", "file_size": 10**9}
CONTENTS: tuple[Json, ...] = (
    {"photo": [FILE | {"width": 9, "height": 9}], "caption": "/credit 1 1000"},
    {"sticker": FILE | {"width": 1, "height": 1, "is_animated": False, "is_video": False,
                        "type": "regular"}},
    {"location": {"latitude": -6.2, "longitude": 106.8, "live_period": 60}},
    {"venue": {"location": {"latitude": 0, "longitude": 0}, "title": "t", "address": "a"}},
    {"contact": {"phone_number": "+62 812-3456-7890", "first_name": "Other", "user_id": 42}},
    {"contact": {"phone_number": "081234567890", "first_name": "BotFather",
                 "user_id": OTHER_BOT["id"], "vcard": "BEGIN:VCARD"}},
    {"contact": {"phone_number": "", "first_name": ""}},
    {"voice": FILE | {"duration": 1}},
    {"video_note": FILE | {"length": 1, "duration": 1}},
    {"document": FILE | {"file_name": "../../x.exe"}, "media_group_id": "7"},
    {"animation": FILE | {"width": 1, "height": 1, "duration": 1}, "document": FILE},
    {"dice": {"emoji": "🎲", "value": 6}},
    {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0,
              "is_closed": False, "is_anonymous": True, "type": "quiz",
              "allows_multiple_answers": False, "allows_revoting": True,
              "members_only": False}},
    {"web_app_data": {"data": "1:k:AAAAAAAAAAAA", "button_text": "Pay"}},
    {"successful_payment": {"currency": "IDR", "total_amount": 10**9, "invoice_payload": "x",
                            "telegram_payment_charge_id": "1", "provider_payment_charge_id": "1"}},
    {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
    {"new_chat_members": [OTHER_BOT]},
    {"left_chat_member": OTHER_BOT},
    {"migrate_to_chat_id": -100123},
    {"users_shared": {"request_id": 1, "users": [{"user_id": 1}]}},
    {"write_access_allowed": {}},
    {"delete_chat_photo": True},
    {},
)  # fmt: skip
"""Message contents other than text; the last is of a kind that does not exist yet."""


@dataclass(frozen=True, slots=True)
class KnownIds:
    """Facts about other people's data that an attacker may know."""

    numbers: Sequence[int]
    """Ids of orders, requests and products, existing and not."""
    words: Sequence[str]
    """One-time tokens, references and similar texts of other people."""


class Sender:
    """Makes the updates of one person."""

    def __init__(
        self, rng: Random, person: Person, known_ids: KnownIds, add_query: Callable[[int], str]
    ) -> None:
        """Choose everything by `rng`; `add_query` returns the id of a new button press."""
        self._rng = rng
        self._person = person
        self._known_ids = known_ids
        self._add_query = add_query

    def well_formed(self) -> Json:
        """Return an update as Telegram would deliver it."""
        makers = (self.text, self.text, self.command, self.content, self.press, self.press)
        rare = (self.unusual_message, self.in_group, self.other_kind)
        return self._rng.choice((*makers, *makers, *rare))()

    def malformed(self) -> Json:
        """Return an update in which some values have a wrong type, size or shape."""
        while True:
            changed: Json = mutated(self._rng, self.well_formed(), self._rng.randint(1, 4))
            # Repeated lists inside repeated lists would only test how slowly large texts are
            # parsed.
            if len(json.dumps(changed)) <= MAX_BYTES:
                return changed

    def text(self) -> Json:
        """Return a typed text, up to and above Telegram's maximal length."""
        return {"message": self._message({"text": self._rng.choice(self._texts())})}

    def command(self) -> Json:
        """Return a command with arguments of any kind."""
        rng = self._rng
        name = rng.choice(NAMES)
        addressed = rng.choice(("", "", "", "@konter_sandbox_bot", "@other_bot", "@"))
        words = [rng.choice(self._texts()) for _ in range(rng.choice((0, 0, 1, 2, 3)))]
        text = " ".join([f"/{name}{addressed}", *words])
        length = len(name) + len(addressed) + 1
        entities = [{"type": "bot_command", "offset": 0, "length": length}]
        return {"message": self._message({"text": text, "entities": entities})}

    def content(self) -> Json:
        """Return a message without a text."""
        return {"message": self._message(dict(self._rng.choice(CONTENTS)))}

    def press(self) -> Json:
        """Return a button press with forged data, half of them on an old screen."""
        press = self._forged_press()
        press["callback_query"]["id"] = self._add_query(self._person.user_id)
        return press

    def _forged_press(self) -> Json:
        """Return the same with an id that Telegram does not know."""
        rng = self._rng
        shown = self._message({"text": "screen"}) | {"message_id": rng.randint(1, 400)}
        shown["from"] = {"id": 4242, "is_bot": True, "first_name": "Konter"}
        query: Json = {
            "id": "1",
            "from": self._person.as_user(),
            "chat_instance": "1",
            "message": rng.choice((shown, shown, {**shown, "date": 0})),
        }
        kinds = [{"data": self._data()}] * 30 + [{"game_short_name": "x"}, {}]
        return {"callback_query": query | rng.choice(kinds)}

    def unusual_message(self) -> Json:
        """Return an ordinary message with unusual attributes: forwarded, quoted, sent by a bot."""
        origin = {"type": "hidden_user", "date": 0, "sender_user_name": odd_text(self._rng)}
        attributes: tuple[Json, ...] = (
            {"forward_origin": origin},
            {"via_bot": OTHER_BOT},
            {"sender_business_bot": OTHER_BOT},
            {"edit_date": 1},
            {"is_automatic_forward": True},
            {"message_thread_id": 2**31, "is_topic_message": True},
            {"has_protected_content": True, "is_from_offline": True},
            {"reply_to_message": self._message({"text": "x", "from": OTHER_BOT})},
            {"quote": {"text": "q", "position": 0}},
            {"sender_chat": {"id": -1001, "type": "channel", "title": "t"}},
            {"from": self._person.as_user() | {"language_code": odd_text(self._rng)}},
            {"from": self._person.as_user() | {"first_name": odd_text(self._rng) or "x"}},
        )
        update = self._rng.choice((self.text, self.command, self.content))()
        update["message"] |= self._rng.choice(attributes)
        return update

    def in_group(self) -> Json:
        """Return a message or press of a group or channel, possibly of an anonymous admin."""
        update = self._rng.choice((self.text, self.command, self._forged_press))()
        kind = self._rng.choice(("group", "supergroup", "channel"))
        chat = {"id": -100_000_000_123, "type": kind, "title": odd_text(self._rng)}
        if "message" in update:
            update["message"]["chat"] = chat
            if self._rng.random() < 0.5:
                update["message"] |= {"from": ANONYMOUS_ADMIN, "sender_chat": chat}
        else:
            query = update["callback_query"]
            # The bot puts no buttons into groups, so such a press needs no answer.
            query["message"] = query["message"] | {"chat": chat}
        return update

    def other_kind(self) -> Json:
        """Return an update of a kind that the bot did not ask for or does not handle."""
        message, person = self.command()["message"], self._person.as_user()
        member = {"user": person, "status": "member"}
        changed = {"chat": message["chat"], "from": person, "date": 0,
                   "old_chat_member": member, "new_chat_member": member}  # fmt: skip
        return self._rng.choice(
            (
                {"edited_message": message | {"edit_date": 1}},
                {"channel_post": message},
                {"edited_channel_post": message | {"edit_date": 1}},
                {"business_message": message | {"business_connection_id": "b"}},
                {"my_chat_member": changed},
                {"chat_member": changed},
                {"inline_query": {"id": "1", "from": person, "query": "x", "offset": ""}},
                {"poll_answer": {"poll_id": "1", "user": person, "option_ids": [0],
                                 "option_persistent_ids": ["0"]}},
                {"pre_checkout_query": {"id": "1", "from": person, "currency": "IDR",
                                        "total_amount": 1, "invoice_payload": "x"}},
                {"callback_query": {"id": "1", "from": person, "chat_instance": "1",
                                    "inline_message_id": "i", "data": self._data()}},
                {"kind_of_tomorrow": {"from": person}},
                {},
            )
        )  # fmt: skip

    def _message(self, content: Json) -> Json:
        return {
            "message_id": self._rng.randint(1, 10**6),
            "date": 1_774_527_037,
            "chat": self._person.as_chat(),
            "from": self._person.as_user(),
        } | content

    def _texts(self) -> Sequence[str]:
        rng = self._rng
        return (
            odd_text(rng),
            odd_text(rng),
            str(rng.choice(self._known_ids.numbers)),
            rng.choice(self._known_ids.words),
            "0812" + "".join(rng.choices("0123456789", k=8)),
            rng.choice(("50.000", "Rp 50rb", "1_000", "9" * 30, "-5", "+5", "0x10", "1.5")),
        )

    def _data(self) -> str:
        rng = self._rng
        chance = rng.random()
        if chance < 0.15:
            return odd_text(rng) or "x"
        kind = rng.choice(Button.__subclasses__())
        values = [self._field(str(one.type)) for one in fields(kind)]
        if chance < 0.25:
            values = values[:-1] if rng.random() < 0.5 else [*values, "1"]
        version = "1" if chance < 0.95 else rng.choice(("0", "2", "01", "१", ""))
        return ":".join([version, kind.TAG, *values])

    def _field(self, kind: str) -> str:
        rng = self._rng
        if rng.random() < 0.15:
            return rng.choice(("", " 1", "+1", "1.0", "0x1", "१", "9" * 19, "-0", odd_text(rng)))
        if kind == "bool":
            return rng.choice(("0", "1", "1", "2", "-1"))
        if kind == "int":
            return str(rng.choice(self._known_ids.numbers))
        return rng.choice(self._known_ids.words)


def nested(depth: int) -> Json:
    """Return an update with a message that replies to a message, and so on, `depth` levels deep."""
    message: Json = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}
    for _ in range(depth):
        message = message | {"reply_to_message": message}
    return {"message": message}


NO_NUMBERS: tuple[Any, ...] = ("7", None, True, -1, 2**63, 10**400, 1.0, [], {"id": 7})
"""Values that are not valid update ids."""
