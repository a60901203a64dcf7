"""Log set-up: one format for the bot and its libraries, with every secret masked.

Ids are bound by whoever handles an order or an update:
`with structlog.contextvars.bound_contextvars(order_id=...)`.
"""

import logging
from collections.abc import Iterable, Mapping
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.domain.masking import MASK, Masker

# Values under these names are secrets or worth money, whatever they are.
SECRET_NAMES = frozenset(
    {
        "api_key",
        "authorization",
        "key",
        "metrics_token",
        "osimesa_api_key",
        "secret",
        "secret_token",
        "sign",
        "telegram_bot_token",
        "token",
        "voucher",
        "webhook_secret",
    }
)

# Libraries that would say too much: httpx writes whole addresses, with the bot's token in them,
# at INFO; aiosqlite writes every row, with vouchers, at DEBUG; so does telegram with messages.
FLOORS = {
    "aiohttp.access": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "apscheduler": logging.WARNING,
    "asyncio": logging.INFO,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "telegram": logging.INFO,
}


class Redactor:
    """A structlog processor that masks secrets in every value, nested ones and texts alike."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._masker = Masker(secrets)

    def __call__(self, _logger: WrappedLogger, _method: str, event_dict: EventDict) -> EventDict:
        return {name: self._masked(name, value) for name, value in event_dict.items()}

    def text(self, text: str) -> str:
        """The text with each secret in it masked."""
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
                # Renderers write the representation of anything else.
                shown = repr(value)
                masked = self.text(shown)
                return value if masked == shown else masked


def configure_logging(
    level: str,
    log_format: Literal["console", "json"],
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> None:
    """Sends structlog's and the standard library's records to `stream` (default: stderr).

    `secrets` are masked wherever they stand. Calling again replaces what was set before.
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
                # Exceptions become text before the redactor, which then sees all of them.
                structlog.processors.format_exc_info,
                Redactor(secrets),
                _renderer(log_format),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, floor in FLOORS.items():
        logging.getLogger(name).setLevel(max(floor, root.level))


def _renderer(log_format: Literal["console", "json"]) -> Processor:
    if log_format == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(
        colors=False,
        # The prettier ones show local variables, and so secrets.
        exception_formatter=structlog.dev.plain_traceback,
    )
