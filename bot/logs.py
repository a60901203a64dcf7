"""Log set-up: one format for the bot and its libraries, with every secret masked.

Code that handles an order or an update binds its id to all lines that are logged meanwhile:
`with structlog.contextvars.bound_contextvars(order_id=...)`.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.domain.masking import MASK, Masker

# A value under one of these names is masked, whatever it is: a secret, or a voucher worth money.
SECRET_NAMES = frozenset(
    {
        "api_key",
        "authorization",
        "database_url",
        "key",
        "metrics_token",
        "osimesa_api_key",
        "password",
        "secret",
        "secret_token",
        "sign",
        "telegram_bot_token",
        "token",
        "voucher",
        "webhook_secret",
    }
)

# The lowest level of libraries that log too much. At INFO httpx logs whole addresses, which contain
# the bot's token; at DEBUG aiosqlite logs every row, with vouchers, and telegram every message.
MIN_LEVELS = {
    "aiohttp.access": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "apscheduler": logging.WARNING,
    "asyncio": logging.INFO,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "telegram": logging.INFO,
}


class Redactor:
    """A structlog processor that masks secrets in every value, also inside texts and containers."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._masker = Masker(secrets)

    def __call__(self, _logger: WrappedLogger, _method: str, event_dict: EventDict) -> EventDict:
        return {name: self._masked(name, value) for name, value in event_dict.items()}

    def text(self, text: str) -> str:
        """Return `text` with each secret masked."""
        return self._masker.text(text)

    def _masked(self, name: object, value: object) -> object:
        if isinstance(name, str) and name.lower() in SECRET_NAMES and value:
            return MASK
        return self._value(value)

    def _value(self, value: object) -> object:
        match value:
            case None | bool() | int() | float():
                return value
            case str():
                return self.text(value)
            case Mapping():
                return {self._value(key): self._masked(key, item) for key, item in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._value(item) for item in value]
            case _:
                # Renderers print the `repr` of any other value.
                text = repr(value)
                masked = self.text(text)
                return value if masked == text else masked


def configure_logging(
    level: str,
    log_format: Literal["console", "json"],
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Send the records of structlog and the standard library to `stream` (default: stderr).

    `secrets` are masked wherever they occur. A second call replaces the first configuration.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Before the redactor, so that it masks secrets in tracebacks.
                structlog.processors.format_exc_info,
                Redactor(secrets),
                _renderer(log_format),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, min_level in MIN_LEVELS.items():
        logging.getLogger(name).setLevel(max(min_level, root.level))


def _renderer(log_format: Literal["console", "json"]) -> Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=False,
        # The other formatters print local variables, which may be secrets.
        exception_formatter=structlog.dev.plain_traceback,
    )
