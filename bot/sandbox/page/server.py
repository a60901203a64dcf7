"""The page's web server: static files, one WebSocket with all changes, and the actions.

Only the sandbox's own page is served: a foreign Host header (DNS rebinding) and a foreign Origin
(another website in the same browser) are refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from aiohttp import ClientError, WSMsgType, web

from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.page.actions import ActionError, Actions
from bot.sandbox.page.live import LiveUpdates, Subscriber
from bot.sandbox.page.view import PageView

FOLDER = Path(__file__).parent / "static"
KINDS = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
NAMES = ("127.0.0.1", "localhost")
SEND_SECONDS = 20.0
HEARTBEAT_SECONDS = 20.0
MAX_ACTION_BYTES = 64 * 1024
MAX_FILE_BYTES = 5 * 1024 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """The web application for one sandbox."""

    def __init__(self, environment: SandboxEnvironment, live: LiveUpdates, view: PageView) -> None:
        """Build the application; the caller serves it."""
        self._environment = environment
        self._live = live
        self._view = view
        self._actions = Actions(environment, view)
        self._sockets: set[web.WebSocketResponse] = set()
        self.app = web.Application(
            middlewares=[only_this_machine], client_max_size=MAX_ACTION_BYTES
        )
        self.app.router.add_get("/", self._index)
        self.app.router.add_get("/page/{name}", self._page_file)
        self.app.router.add_get("/files/{file_id}", self._sent_file)
        self.app.router.add_post("/files", self._upload_file)
        self.app.router.add_get("/live", self._watch)
        self.app.router.add_post("/actions/{name}", self._run_action)
        self.app.on_shutdown.append(self._close)

    # --- files ---

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return page_file("index.html")

    async def _page_file(self, request: web.Request) -> web.StreamResponse:
        return page_file(request.match_info["name"])

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
            params = await request.json()
            if not isinstance(params, dict):
                raise ActionError("An action is a JSON object.")
            return web.json_response(await self._actions.do(request.match_info["name"], params))
        except ValueError:
            return web.json_response({"error": "This is not JSON."}, status=400)
        except ActionError as error:
            return web.json_response({"error": str(error)}, status=400)

    # --- live ---

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=1024)
        await socket.prepare(request)
        subscriber = Subscriber(self._view.show, self._view.keys())
        self._live.join(subscriber)
        self._sockets.add(socket)
        sending = asyncio.create_task(send_frames(socket, subscriber))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            sending.cancel()
            self._live.leave(subscriber)
            self._sockets.discard(socket)
        return socket

    async def _close(self, _app: web.Application) -> None:
        for socket in set(self._sockets):
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await socket.close(code=1001, message=b"the sandbox ends")


async def send_frames(socket: web.WebSocketResponse, subscriber: Subscriber) -> None:
    """Send frames in order; disconnect a browser that takes more than 20 s for one."""
    with suppress(ClientError, ConnectionError):
        while not socket.closed:
            frame = await subscriber.frame()
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await socket.send_str(frame)
            except TimeoutError:
                await socket.close()


async def read_file(request: web.Request) -> bytes:
    """Return a request's body; raises ActionError above 5 MB."""
    content = bytearray()
    async for part in request.content.iter_any():
        content += part
        if len(content) > MAX_FILE_BYTES:
            raise ActionError("The sandbox takes files of at most 5 MB.")
    return bytes(content)


def page_file(name: str) -> web.Response:
    """Return a static file; raises HTTPNotFound."""
    path = FOLDER / name
    if path.suffix not in KINDS or path.parent != FOLDER or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(body=path.read_bytes(), content_type=KINDS[path.suffix], charset="utf-8")


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
        response.headers["Content-Security-Policy"] = policy(request.host)
    return response


HEADERS = {
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def policy(host: str) -> str:
    """Return the page's Content-Security-Policy: only its own files and its own WebSocket."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
