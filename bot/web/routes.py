"""What a web server serves, and why it cannot: known without the libraries that serve it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the bot works, with the results of the checks by name, for the JSON reply."""

    is_healthy: bool
    details: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WebhookRoute:
    """The path to which Telegram posts updates; `receive` returns when an update is on disk.

    Telegram sends `secret` in the header `server.SECRET_HEADER` (Bot API, setWebhook). Answers name
    `bot_id`, so that the doctor knows which bot it has reached.
    """

    path: str
    secret: str
    receive: Callable[[dict[str, Any]], Awaitable[None]]
    bot_id: str = ""


BOT_HEADER, PATH_HEADER = "X-Konter-Bot", "X-Konter-Path"
"""The headers of a refusal: which bot answers, and at which path the request arrived there."""


class CannotListenError(OSError):
    """The server cannot listen on `host` and `port`; `strerror` is the system's reason."""

    def __init__(self, host: str, port: int, cause: OSError) -> None:
        """Take the error code and the reason from `cause`."""
        super().__init__(cause.errno, cause.strerror)
        self.host = host
        self.port = port
