"""The embedded Bot API: Telegram's methods on loopback, with its refusals and faults on demand."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from bot.sandbox.telegram.methods import MessageMethods
from bot.sandbox.telegram.people import People
from bot.sandbox.telegram.profile import ProfileMethods
from bot.sandbox.telegram.state import (
    ADMIN,
    ALL_PEOPLE,
    BUDI,
    RATNA,
    SARAH,
    SITI,
    YUSUF,
    CallbackAnswer,
    Change,
    ChatMessage,
    Person,
    StoredFile,
    TelegramState,
)
from bot.sandbox.telegram.updates import UpdateQueue
from bot.sandbox.telegram.wire import (
    TOO_MANY,
    Json,
    Params,
    RefusalError,
    read_params,
    refusal,
    success,
)

__all__ = [
    "ADMIN",
    "ALL_PEOPLE",
    "BUDI",
    "RATNA",
    "SARAH",
    "SITI",
    "YUSUF",
    "ApiCall",
    "CallbackAnswer",
    "Change",
    "ChatMessage",
    "EmbeddedBotApi",
    "FaultKind",
    "Person",
    "PlannedFault",
    "StoredFile",
]

FaultKind = Literal["429", "500", "lost", "hang"]
CALLS_KEPT = 2_000
MAX_REQUEST_BYTES = 50 * 1024 * 1024
MASK = "<token>"
GET_UPDATES = "getUpdates"


@dataclass(slots=True)
class PlannedFault:
    """A fault of the next `remaining` calls of a method (None: of any but getUpdates)."""

    method: str | None
    kind: FaultKind
    remaining: int
    retry_after: int

    def matches(self, method: str) -> bool:
        return method == self.method or (self.method is None and method != GET_UPDATES)


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One call that the server received, with secrets masked."""

    at: float
    path: str
    method: str
    params: Json
    """The parameters as they were sent; nested ones may be JSON texts."""
    code: int | None
    """The status of the answer; None: the connection was closed without one."""
    description: str = ""


class EmbeddedBotApi(People):
    """The Bot API for one bot; its state is in memory and outlives restarts of the bot."""

    def __init__(
        self,
        token: str,
        bot_username: str = "konter_sandbox_bot",
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Serve the bot of `token` ("123:abc"); the number in it is the bot's user id.

        `clock` returns seconds since the epoch.
        """
        bot_user = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Konter Sandbox",
            "username": bot_username,
        }
        self.state = TelegramState(bot_user, clock)
        self.updates = UpdateQueue(self.state.change_signal)
        super().__init__(self.state, self.updates)
        self.calls: deque[ApiCall] = deque(maxlen=CALLS_KEPT)
        self.on_call: Callable[[ApiCall], None] = lambda _call: None
        self._token = token
        self._faults: list[PlannedFault] = []
        self._hanging = asyncio.Event()
        self.hang_count = 0
        """How many calls have hung."""
        self._methods: dict[str, Callable[[Params], Any]] = {
            **MessageMethods(self.state).table,
            **ProfileMethods(self.state).table,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": lambda _params: self.updates.webhook_info(),
        }
        # Method names are case-insensitive.
        self._names = {name.lower(): name for name in (*self._methods, GET_UPDATES)}
        self.app = web.Application(client_max_size=MAX_REQUEST_BYTES)
        self.app.router.add_route("*", "/bot{token:[^/]+}/{method}", self._call)
        self.app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._file)
        self.app.on_startup.append(self._open)
        self.app.on_shutdown.append(self._close)

    # --- faults ---

    @property
    def down(self) -> bool:
        """Whether Telegram is unreachable: every connection is closed, waiting ones too."""
        return self.updates.is_down

    @down.setter
    def down(self, value: bool) -> None:
        self.updates.is_down = value
        self.state.change_signal.notify()
        if value:
            self.release_hanging()

    def fail_next(
        self, method: str | None, kind: FaultKind, count: int = 1, retry_after: int = 1
    ) -> None:
        """Plan a fault for the next `count` calls of a method (None: of any but getUpdates).

        "lost" executes the call and closes the connection; "hang" does not execute it and answers
        nothing until `release_hanging` or the shutdown of the server. `retry_after` is in seconds,
        for "429".
        """
        self._faults.append(PlannedFault(method, kind, count, retry_after))

    @property
    def faults(self) -> list[PlannedFault]:
        """The planned faults, next first."""
        return list(self._faults)

    def clear_faults(self) -> None:
        """Drop all planned faults."""
        self._faults.clear()

    def release_hanging(self) -> None:
        """Close the connections of hanging calls."""
        self._hanging.set()
        self._hanging = asyncio.Event()

    def _next_fault(self, method: str) -> PlannedFault | None:
        for fault in self._faults:
            if fault.matches(method):
                fault.remaining -= 1
                if fault.remaining <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    # --- the wire ---

    async def _open(self, _app: web.Application) -> None:
        self.updates.is_closing = False
        self._hanging = asyncio.Event()

    async def _close(self, _app: web.Application) -> None:
        self.updates.is_closing = True
        self.state.change_signal.notify()
        self._hanging.set()
        await self.updates.stop_pushing()

    async def _call(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        method = self._names.get(name.lower(), name)
        params = Params({})
        try:
            if self.down:
                return self._close_connection(request, method, params)
            if request.match_info["token"] != self._token:
                raise RefusalError(401, "Unauthorized")
            if method.lower() not in self._names:
                raise RefusalError(404, "Not Found")
            params = await read_params(request)
            fault = self._next_fault(method)
            if fault is not None and fault.kind == "hang":
                self.hang_count += 1
                self.state.changed(Change("call", detail=method))
                await self._hanging.wait()
                return self._close_connection(request, method, params)
            self._raise_fault(fault)
            result = await self._run(request, method, params)
            if self._loses_answer(fault):
                return self._close_connection(request, method, params)
        except RefusalError as error:
            self._record_call(method, params, error.code, error.description)
            return refusal(error)
        self._record_call(method, params, 200)
        return success(result)

    def _raise_fault(self, fault: PlannedFault | None) -> None:
        if fault is None:
            return
        if fault.kind == "429":
            seconds = fault.retry_after
            raise RefusalError(429, f"{TOO_MANY} {seconds}", retry_after=seconds)
        if fault.kind == "500":
            raise RefusalError(500, "Internal Server Error")

    def _loses_answer(self, fault: PlannedFault | None) -> bool:
        return self.down or (fault is not None and fault.kind == "lost")

    async def _run(self, request: web.Request, method: str, params: Params) -> object:
        if method == GET_UPDATES:
            return await self._get_updates(request, params)
        result = self._methods[method](params)
        return await result if inspect.isawaitable(result) else result

    def _close_connection(self, request: web.Request, method: str, params: Params) -> web.Response:
        """Abort the connection; the returned response is not sent."""
        self._record_call(method, params, None)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _record_call(
        self, method: str, params: Params, code: int | None, description: str = ""
    ) -> None:
        shown = {
            name: value.replace(self._token, MASK) if isinstance(value, str) else value
            for name, value in params.values.items()
        }
        if shown.get("secret_token"):
            shown["secret_token"] = MASK
        shown |= {name: f"({len(one.content)} bytes)" for name, one in params.files.items()}
        path = f"/bot{MASK}/{method}"
        call = ApiCall(self.state.clock(), path, method, shown, code, description)
        self.calls.append(call)
        self.on_call(call)
        self.state.changed(Change("call", detail=method))

    async def _file(self, request: web.Request) -> web.Response:
        if self.down:
            return self._close_connection(request, "file", Params({}))
        if request.match_info["token"] != self._token:
            return refusal(RefusalError(401, "Unauthorized"))
        for stored in self.state.files.values():
            if stored.path == request.match_info["path"]:
                return web.Response(body=stored.content, content_type=stored.mime_type)
        return refusal(RefusalError(404, "Not Found"))

    # --- updates ---

    async def _get_updates(self, request: web.Request, params: Params) -> list[Json]:
        wanted = {
            "offset": params.integer("offset"),
            "limit": params.integer("limit", 100),
            "timeout": params.integer("timeout"),
            "allowed_updates": params.nested("allowed_updates"),
        }
        return await self.updates.poll(
            wanted, lambda: request.transport is None or request.transport.is_closing()
        )

    async def _set_webhook(self, params: Params) -> bool:
        if params.flag("drop_pending_updates"):
            self.updates.drop_pending()
        if not params.text("url"):
            await self.updates.delete_webhook()
            return True
        await self.updates.set_webhook(
            {
                "url": params.text("url"),
                "secret_token": params.text("secret_token"),
                "allowed_updates": params.nested("allowed_updates"),
            }
        )
        return True

    async def _delete_webhook(self, params: Params) -> bool:
        if params.flag("drop_pending_updates"):
            self.updates.drop_pending()
        await self.updates.delete_webhook()
        return True
