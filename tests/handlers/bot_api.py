"""A fake Bot API on loopback that refuses calls on demand."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "123456:test"
START_ID = 100
"""The message id of the first message that is sent."""


@dataclass
class Call:
    """One call of the bot; `fields` holds the form values as strings."""

    method: str
    fields: dict[str, str]

    @property
    def text(self) -> str:
        return self.fields.get("text", "")

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The inline buttons of all rows in one list."""
        markup = json.loads(self.fields.get("reply_markup", "{}"))
        return [button for row in markup.get("inline_keyboard", ()) for button in row]


@dataclass
class BotApi:
    """Answers and records every call, and serves updates until they are confirmed."""

    root: str = ""
    calls: list[Call] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    """Updates that the bot has not confirmed yet."""
    offsets: list[int | None] = field(default_factory=list)
    is_away: bool = False
    _refusals: dict[str, deque[tuple[int, dict[str, Any]]]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    _next_id: int = START_ID
    _update_added: asyncio.Event = field(default_factory=asyncio.Event)

    def refuse(self, method: str, code: int, description: str, **parameters: object) -> None:
        """Refuse the next call of a method with this error code and description."""
        body = {"ok": False, "error_code": code, "description": description}
        if parameters:
            body["parameters"] = parameters
        self._refusals[method].append((code, body))

    def bring(self, *updates: dict[str, Any]) -> None:
        """Add updates for the next getUpdates calls."""
        self.updates.extend(updates)
        self._update_added.set()

    def of(self, method: str) -> list[Call]:
        """Return the calls of one method."""
        return [call for call in self.calls if call.method == method]

    async def handle(self, request: web.Request) -> web.Response:
        """Record a call and answer it."""
        fields = {key: str(value) for key, value in (await request.post()).items()}
        method = request.match_info["method"]
        self.calls.append(Call(method, fields))
        if self.is_away:
            return web.Response(status=502, text="<html>Bad Gateway</html>")
        if self._refusals[method]:
            code, body = self._refusals[method].popleft()
            return web.json_response(body, status=code)
        return web.json_response({"ok": True, "result": await self._result(method, fields)})

    async def _result(self, method: str, fields: dict[str, str]) -> Any:
        if method == "getMe":
            return {"id": 123456, "is_bot": True, "first_name": "Konter", "username": "konter_bot"}
        if method == "getUpdates":
            return await self._updates(int(fields["offset"]) if "offset" in fields else None)
        if method in {"sendMessage", "editMessageText"}:
            return self._message(fields)
        if method in {"getMyDescription", "getMyShortDescription"}:
            kind = "short_description" if "Short" in method else "description"
            return {kind: self._last_description(kind, fields.get("language_code", ""))}
        return True

    def _last_description(self, kind: str, language: str) -> str:
        """Return the description that was set last for a language."""
        method = f"setMy{kind.title().replace('_', '')}"
        calls = [one for one in self.of(method) if one.fields.get("language_code", "") == language]
        return calls[-1].fields[kind] if calls else ""

    async def _updates(self, offset: int | None) -> list[dict[str, Any]]:
        self.offsets.append(offset)
        if offset is not None:
            self.updates = [u for u in self.updates if u.get("update_id", offset) >= offset]
        if not self.updates:
            self._update_added.clear()
            try:
                async with asyncio.timeout(0.2):
                    await self._update_added.wait()
            except TimeoutError:
                return []
        return list(self.updates)

    def _message(self, fields: dict[str, str]) -> dict[str, Any]:
        message_id = int(fields.get("message_id", self._next_id))
        self._next_id += "message_id" not in fields
        chat = {"id": int(fields["chat_id"]), "type": "private", "first_name": "Anni"}
        return {"message_id": message_id, "date": 0, "chat": chat, "text": fields["text"]}


def message_update(
    update_id: int, text: str, user_id: int = 1001, language: str = "id", chat_type: str = "private"
) -> dict[str, Any]:
    """Return the update of a text message as Telegram sends it."""
    person = {"id": user_id, "is_bot": False, "first_name": "Anni", "language_code": language}
    chat = {"id": user_id, "type": chat_type, "first_name": "Anni"}
    message = {"message_id": update_id, "date": 0, "chat": chat, "from": person, "text": text}
    if text.startswith("/"):
        length = len(text.split(maxsplit=1)[0])
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
    return {"update_id": update_id, "message": message}


def press_update(update_id: int, data: str, user_id: int = 1001) -> dict[str, Any]:
    """Return the update of a button press as Telegram sends it."""
    message = message_update(update_id, "screen", user_id)["message"]
    person = message.pop("from")
    query = {"id": f"q{update_id}", "from": person, "chat_instance": "c", "data": data}
    return {"update_id": update_id, "callback_query": {**query, "message": message}}


@asynccontextmanager
async def serve_bot_api() -> AsyncIterator[BotApi]:
    """Serve a fake Bot API on a free port of loopback."""
    api = BotApi()
    app = web.Application()
    app.router.add_post(f"/bot{TOKEN}/{{method}}", api.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    api.root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield api
    finally:
        await runner.cleanup()
