"""The page's server: its files, one WebSocket that shows everything, and what can be done.

It answers this machine alone: a foreign Host header (DNS rebinding) and a foreign Origin (a page
of somebody else in the same browser) are refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from aiohttp import ClientError, WSMsgType, web

from bot.sandbox.environment import House
from bot.sandbox.page.actions import ActError, Acts
from bot.sandbox.page.live import Live, Watcher
from bot.sandbox.page.view import View

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
LARGEST_ACT_BYTES = 64 * 1024
LARGEST_FILE_BYTES = 5 * 1024 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """The page of one house."""

    def __init__(self, house: House, live: Live, view: View) -> None:
        """Serve nothing yet."""
        self._house = house
        self._live = live
        self._view = view
        self._acts = Acts(house, view)
        self._sockets: set[web.WebSocketResponse] = set()
        self.app = web.Application(
            middlewares=[only_this_machine], client_max_size=LARGEST_ACT_BYTES
        )
        self.app.router.add_get("/", self._index)
        self.app.router.add_get("/page/{name}", self._page_file)
        self.app.router.add_get("/files/{file_id}", self._sent_file)
        self.app.router.add_post("/files", self._take_file)
        self.app.router.add_get("/live", self._watch)
        self.app.router.add_post("/acts/{name}", self._act)
        self.app.on_shutdown.append(self._close)

    # --- files ---

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return page_file("index.html")

    async def _page_file(self, request: web.Request) -> web.StreamResponse:
        return page_file(request.match_info["name"])

    async def _sent_file(self, request: web.Request) -> web.StreamResponse:
        """Serve what was sent: pictures to look at, everything else to keep."""
        stored = self._house.telegram.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        if stored.mime_type in PICTURES:
            return web.Response(body=stored.content, content_type=stored.mime_type)
        return web.Response(
            body=stored.content,
            content_type="application/octet-stream",
            headers={"Content-Disposition": "attachment"},
        )

    async def _take_file(self, request: web.Request) -> web.StreamResponse:
        """Take what somebody sends to the bot."""
        try:
            content = await read_file(request)
            wanted = dict(request.query) | {"mime_type": request.content_type}
            return web.json_response(self._acts.send_file(wanted, content))
        except ActError as error:
            return web.json_response({"error": str(error)}, status=400)

    # --- acts ---

    async def _act(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            wanted = await request.json()
            if not isinstance(wanted, dict):
                raise ActError("An act is a JSON object.")
            return web.json_response(await self._acts.do(request.match_info["name"], wanted))
        except ValueError:
            return web.json_response({"error": "This is not JSON."}, status=400)
        except ActError as error:
            return web.json_response({"error": str(error)}, status=400)

    # --- live ---

    async def _watch(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=1024)
        await socket.prepare(request)
        watcher = Watcher(self._view.show, self._view.keys())
        self._live.join(watcher)
        self._sockets.add(socket)
        sending = asyncio.create_task(send_frames(socket, watcher))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            sending.cancel()
            self._live.leave(watcher)
            self._sockets.discard(socket)
        return socket

    async def _close(self, _app: web.Application) -> None:
        for socket in set(self._sockets):
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await socket.close(code=1001, message=b"the sandbox ends")


async def send_frames(socket: web.WebSocketResponse, watcher: Watcher) -> None:
    """Send what is new, one frame after the other; a browser that takes none is let go."""
    with suppress(ClientError, ConnectionError):
        while not socket.closed:
            frame = await watcher.frame()
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await socket.send_str(frame)
            except TimeoutError:
                await socket.close()


async def read_file(request: web.Request) -> bytes:
    """Return the body of a request; raises ActError for one that is too large."""
    content = bytearray()
    async for part in request.content.iter_any():
        content += part
        if len(content) > LARGEST_FILE_BYTES:
            raise ActError("The sandbox takes files of at most 5 MB.")
    return bytes(content)


def page_file(name: str) -> web.Response:
    """Return a file of the page; raises HTTPNotFound."""
    path = FOLDER / name
    if path.suffix not in KINDS or path.parent != FOLDER or not path.is_file():
        raise web.HTTPNotFound
    return web.Response(body=path.read_bytes(), content_type=KINDS[path.suffix], charset="utf-8")


@web.middleware
async def only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse whoever was led here by a foreign name or page, and let the page load no stranger."""
    host, _, port = request.host.rpartition(":")
    if host not in NAMES:
        raise web.HTTPForbidden(text="Open the sandbox by the address that it printed.")
    origin = request.headers.get("Origin")
    if origin is not None and origin not in {f"http://{name}:{port}" for name in NAMES}:
        raise web.HTTPForbidden(text="The sandbox takes orders from its own page only.")
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
    """Return the page's Content-Security-Policy: nothing but its own files and its own socket."""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )
