"""The Bot API's methods for the bot's profile: name, descriptions, commands, menu button."""

from __future__ import annotations

import json
import re
from functools import partial

from bot.sandbox.telegram.methods import Method
from bot.sandbox.telegram.state import Change, TelegramState
from bot.sandbox.telegram.wire import Json, Params, refuse

COMMAND_NAME = re.compile(r"[a-z0-9_]{1,32}")
MAX_COMMANDS = 100
MAX_LENGTHS = {"name": 64, "description": 512, "short_description": 120}
CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}


class ProfileMethods:
    """The methods by name in `table`; each returns the result or raises RefusalError."""

    def __init__(self, state: TelegramState) -> None:
        self._state = state
        self.table: dict[str, Method] = {
            "getMe": self.get_me,
            "getChat": self.get_chat,
            "setMyCommands": self.set_commands,
            "getMyCommands": self.get_commands,
            "deleteMyCommands": self.delete_commands,
            "setChatMenuButton": self.set_menu_button,
            "getChatMenuButton": self.get_menu_button,
        }
        for field, name in (
            ("name", "MyName"),
            ("description", "MyDescription"),
            ("short_description", "MyShortDescription"),
        ):
            self.table[f"set{name}"] = partial(self._set_text, field)
            self.table[f"get{name}"] = partial(self._get_text, field)

    def get_me(self, _params: Params) -> Json:
        return self._state.bot_user | {
            "can_join_groups": False,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def get_chat(self, params: Params) -> Json:
        person = self._state.people.get(params.integer("chat_id"))
        if person is None or not person.has_started:
            refuse("chat not found")
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
        return person.as_chat() | {
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), True),
        }

    # --- commands ---

    def set_commands(self, params: Params) -> bool:
        commands = params.rows("commands")
        if len(commands) > MAX_COMMANDS:
            refuse("BOT_COMMANDS_TOO_MUCH")
        kept = []
        for command in commands:
            name = str(command.get("command", "")).removeprefix("/")
            description = str(command.get("description", ""))
            if not COMMAND_NAME.fullmatch(name):
                refuse("BOT_COMMAND_INVALID")
            if not 1 <= len(description) <= 256:
                refuse("BOT_COMMAND_DESCRIPTION_INVALID")
            kept.append({"command": name, "description": description})
        self._state.commands[self._commands_key(params)] = kept
        self._state.changed(Change("commands"))
        return True

    def get_commands(self, params: Params) -> list[Json]:
        return self._state.commands.get(self._commands_key(params), [])

    def delete_commands(self, params: Params) -> bool:
        self._state.commands.pop(self._commands_key(params), None)
        self._state.changed(Change("commands"))
        return True

    def _commands_key(self, params: Params) -> tuple[str, str]:
        """Return the key of a set of commands: the scope as JSON, and the language."""
        scope = params.entry("scope") or {"type": "default"}
        chat_id = scope.get("chat_id")
        if scope.get("type") in CHAT_SCOPES and int(chat_id or 0) not in self._state.people:
            refuse("chat not found")
        return scope_key(scope), params.text("language_code")

    # --- names, descriptions and the menu button ---

    def _set_text(self, field: str, params: Params) -> bool:
        text = params.text(field)
        if len(text) > MAX_LENGTHS[field]:
            refuse(f"BOT_{field.upper()}_TOO_LONG")
        self._state.profile[field, params.text("language_code")] = text
        self._state.changed(Change("profile"))
        return True

    def _get_text(self, field: str, params: Params) -> Json:
        texts = self._state.profile
        default = self._state.bot_user["first_name"] if field == "name" else ""
        found = texts.get((field, params.text("language_code"))) or texts.get((field, ""))
        return {field: found or default}

    def set_menu_button(self, params: Params) -> bool:
        button = params.entry("menu_button") or {"type": "default"}
        self._state.profile["menu_button", params.text("chat_id")] = button
        self._state.changed(Change("profile"))
        return True

    def get_menu_button(self, params: Params) -> Json:
        default: Json = {"type": "commands"}
        profile = self._state.profile
        found: Json = profile.get(("menu_button", params.text("chat_id"))) or default
        return found


def scope_key(scope: Json) -> str:
    """Return a scope as JSON, equal for equal scopes."""
    plain = {name: value for name, value in scope.items() if value is not None}
    if "chat_id" in plain:
        plain["chat_id"] = int(plain["chat_id"])
    return json.dumps(plain, sort_keys=True)


def commands_for(state: TelegramState, user_id: int) -> list[Json]:
    """Return the commands in a person's menu: those of the narrowest scope that has any."""
    language = state.people[user_id].language_code
    scopes: list[Json] = [
        {"type": "chat", "chat_id": user_id},
        {"type": "all_private_chats"},
        {"type": "default"},
    ]
    for scope in scopes:
        for code in (language, ""):
            commands = state.commands.get((scope_key(scope), code))
            if commands:
                return commands
    return []
