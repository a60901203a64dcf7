"""The page's web server: static files, the state, and the actions.

`GET /state?since=17` waits until something changes after version 17 and returns the sections of
the state that changed; -1 means all of them, at once.

Only the sandbox's own page is served: a foreign Host header (DNS rebinding) and a foreign Origin
(another website in the same browser) are refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.page.actions import ActionError, Actions
from bot.sandbox.page.view import PageView

FOLDER = Path(__file__).parent / "static"
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
NAMES = ("127.0.0.1", "localhost")
MAX_WAIT_SECONDS = 20
MAX_ACTION_BYTES = 64 * 1024
MAX_FILE_BYTES = 5 * 1024 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """The web application for one sandbox."""

    def __init__(self, environment: SandboxEnvironment, view: PageView) -> None:
        """Build the application; the caller serves it."""
        self._environment = environment
        self._view = view
        self._actions = Actions(environment, view)
        self.app = web.Application(
            middlewares=[only_this_machine], client_max_size=MAX_ACTION_BYTES
        )
        self.app.router.add_get("/", self._index)
        self.app.router.add_static("/page", FOLDER)
        self.app.router.add_get("/files/{file_id}", self._sent_file)
        self.app.router.add_post("/files", self._upload_file)
        self.app.router.add_get("/state", self._state)
        self.app.router.add_post("/actions/{name}", self._run_action)
        self.app.on_shutdown.append(self._close)

    # --- files ---

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(FOLDER / "index.html")

    async def _sent_file(self, request: web.Request) -> web.StreamResponse:
        """Serve a file of a chat: pictures inline, everything else as a download."""
        stored = self._environment.telegram.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        if stored.mime_type in PICTURES:
            return web.Response(body=stored.content, content_type=stored.mime_type)
        return web.Response(
            body=stored.content,
            content_type="application/octet-stream",
            headers={"Content-Disposition": "attachment"},
        )

    async def _upload_file(self, request: web.Request) -> web.StreamResponse:
        """Send an uploaded file to the bot."""
        try:
            content = await read_file(request)
            params = dict(request.query) | {"mime_type": request.content_type}
            return web.json_response(self._actions.send_file(params, content))
        except ActionError as error:
            return web.json_response({"error": str(error)}, status=400)

    # --- actions ---

    async def _run_action(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            params = read_json(await request.read())
            return web.json_response(await self._actions.do(request.match_info["name"], params))
        except ActionError as error:
            return web.json_response({"error": str(error)}, status=400)

    # --- the state ---

    async def _state(self, request: web.Request) -> web.StreamResponse:
        try:
            since = int(request.query["since"])
            seconds = int(request.query.get("wait", MAX_WAIT_SECONDS))
        except (KeyError, ValueError):
            raise web.HTTPBadRequest from None
        await self._view.changes.wait(since, min(seconds, MAX_WAIT_SECONDS))
        body = msgspec.json.encode(self._view.state(since))
        return web.Response(body=body, content_type="application/json")

    async def _close(self, _app: web.Application) -> None:
        self._view.changes.close()


def read_json(body: bytes) -> dict[str, Any]:
    """Return a JSON object; raises ActionError.

    Half an emoji (a lone surrogate) is refused too: no answer of the page could hold it.
    """
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ActionError("An action is a JSON object.") from error


async def read_file(request: web.Request) -> bytes:
    """Return a request's body; raises ActionError above 5 MB."""
    try:
        return await request.clone(client_max_size=MAX_FILE_BYTES).read()
    except web.HTTPRequestEntityTooLarge as error:
        raise ActionError("The sandbox takes files of at most 5 MB.") from error


@web.middleware
async def only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse foreign Host and Origin headers, and set the security headers of the answer."""
    host, _, port = request.host.rpartition(":")
    if host not in NAMES:
        raise web.HTTPForbidden(text="Open the sandbox by the address that it printed.")
    origin = request.headers.get("Origin")
    if origin is not None and origin not in {f"http://{name}:{port}" for name in NAMES}:
        raise web.HTTPForbidden(text="The sandbox accepts requests from its own page only.")
    response = await handler(request)
    if not response.prepared:
        response.headers.update(HEADERS)
    return response


HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
