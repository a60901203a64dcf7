"""python-telegram-bot's requests on an aiohttp session: a JSON body, or a form with files.

The library's own request class goes through httpx, whose work for one call costs more than all
else that the bot does for an update (docs/decisions/0013-telegram-requests-straight-on-aiohttp).
"""

from __future__ import annotations

import io
import ssl
from typing import Any

import aiohttp
import msgspec
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from typing_extensions import override

from handlers.transport.call_statistics import NO_CONNECTION, TIMED_OUT, TelegramCalls

CONNECT_SECONDS = 10.0
"""For the connect itself, with TLS."""
POOL_SECONDS = CONNECT_SECONDS + 5
"""For the wait for a free connection and the connect together: aiohttp has one limit for both."""
READ_SECONDS = 20.0
"""For the silence between two parts of an answer."""
WRITE_SECONDS = 20.0
"""For the request to leave, files included."""
_URL_SHOWN = (aiohttp.ClientResponseError, aiohttp.InvalidURL)
"""Errors whose text shows the address, and with it the bot's token."""


class AiohttpRequest(BaseRequest):
    """Makes the calls of a bot on up to `connections` connections, which stay open.

    Redirects are not followed, and proxies of the environment are not used.
    """

    def __init__(
        self,
        connections: int,
        certificates: ssl.SSLContext | bool,
        calls: TelegramCalls | None = None,
    ) -> None:
        """Count the calls in `calls`, which may be shared."""
        self._connections = connections
        self._certificates = certificates
        self._calls = calls or TelegramCalls()
        self._session: aiohttp.ClientSession | None = None
        self._is_closed = False

    @property
    @override
    def read_timeout(self) -> float:
        return READ_SECONDS

    @override
    async def initialize(self) -> None:
        """Allow calls, also after a shutdown; the first one opens the session."""
        self._is_closed = False

    @override
    async def shutdown(self) -> None:
        self._is_closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Parse an answer of Telegram; raises `TelegramError` when it is malformed."""
        try:
            answer = msgspec.json.decode(payload)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            # The library accepts more than valid JSON: half an emoji, and bytes that are no UTF-8.
            return BaseRequest.parse_json_payload(payload)
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer

    @override
    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call, and return the status and the body of the answer.

        Raises `TimedOut`, and `NetworkError` for any other failure of the connection; the text of
        neither holds the address. Of both, the call may or may not have been carried out.
        """
        timeout = _timeout(
            read=_seconds(read_timeout, READ_SECONDS),
            write=_seconds(write_timeout, WRITE_SECONDS),
            connect=_seconds(connect_timeout, CONNECT_SECONDS),
            pool=_seconds(pool_timeout, POOL_SECONDS),
            is_bounded=method == "POST",
        )
        sent, headers = _body(request_data)
        try:
            async with self._open_session().request(
                method, url, data=sent, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                self._calls.on_date(response.headers.get("Date", ""))
                body = await response.read()
        except TimeoutError as error:
            self._calls.unanswered(TIMED_OUT)
            raise TimedOut(f"Timed out: {type(error).__name__}") from None
        except (aiohttp.ClientError, OSError) as error:
            self._calls.unanswered(NO_CONNECTION)
            text = "" if isinstance(error, _URL_SHOWN) else f": {error}"
            raise NetworkError(f"aiohttp.{type(error).__name__}{text}") from None
        self._calls.answered(response.status)
        return response.status, body

    def _open_session(self) -> aiohttp.ClientSession:
        """Return the session; it needs a running loop, so it is opened at the first call."""
        if self._is_closed:
            raise RuntimeError("the connections to Telegram are closed")
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ssl=self._certificates),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
            )
        return self._session


def _seconds(given: ODVInput[float], default: float) -> float | None:
    return default if isinstance(given, DefaultValue) else given


def _timeout(
    *,
    read: float | None,
    write: float | None,
    connect: float | None,
    pool: float | None,
    is_bounded: bool,
) -> aiohttp.ClientTimeout:
    """Return aiohttp's limits; a download is not bounded as a whole, since files differ in size.

    aiohttp has no limit for writing. So a call is bounded by the sum of all parts.
    """
    total = None
    if is_bounded and read is not None and write is not None and pool is not None:
        total = pool + write + read
    return aiohttp.ClientTimeout(total=total, connect=pool, sock_connect=connect, sock_read=read)


def _body(
    request_data: RequestData | None,
) -> tuple[bytes | aiohttp.FormData | None, dict[str, str] | None]:
    """Return the body of a call and its headers."""
    if request_data is None:
        return None, None
    if not request_data.contains_files:
        body = msgspec.json.encode(request_data.parameters, enc_hook=_plain)
        return body, {"Content-Type": "application/json"}
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in request_data.multipart_data.items():
        # Bytes would be written as one piece, which blocks the loop.
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=mime_type)
    return form, None


def _plain(value: object) -> object:
    """Return a text of a subclass as a plain one: msgspec encodes no subclass by itself."""
    if isinstance(value, str):
        return "".join(value)
    raise NotImplementedError(f"{type(value).__name__} is no JSON value")
