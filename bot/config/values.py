"""Types of values that settings have; what a value must be is the end of a sentence."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr

from bot.domain.qris import read_static

_NO_ADDRESS = "must be a web address such as https://example.com/path"

# Validators are written as the end of a sentence that begins with the setting's name.


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _web_address(value: str) -> str:
    """Secrets travel to this address, so plain http is for this machine alone."""
    try:
        parts = urlsplit(value)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        raise ValueError(_NO_ADDRESS) from None
    if not host or parts.scheme not in {"http", "https"} or re.search(r"\s", value):
        raise ValueError(_NO_ADDRESS)
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("must begin with https:// (plain http is for this machine only)")
    if parts.username or parts.password:
        raise ValueError("must not hold a user name or password")
    if parts.query or parts.fragment:
        raise ValueError("must end before any ? or #")
    return value.rstrip("/")


def public_address(value: str) -> str:
    if not value.startswith("https://"):
        raise ValueError("must begin with https:// because Telegram calls nothing else")
    return _web_address(value)


def bot_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", value.get_secret_value()):
        raise ValueError("must look like 123456:ABC-def, just as @BotFather wrote it")
    return value


def user_ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    words = [word.strip() for word in value.split(",")]
    # int() also takes digits of other scripts, which nobody means here.
    if not all(re.fullmatch(r"[1-9][0-9]{0,18}", word) for word in words):
        raise ValueError("must be Telegram user ids (digits) with commas between them")
    return tuple(int(word) for word in words)


def decimal(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        raise ValueError("must be a number such as 2.5, with a point and not a comma")
    return value


def sqlite_file(value: str) -> str:
    name = value.removeprefix("sqlite:///")
    if name == value or not name or name.endswith("/") or ":memory:" in name:
        raise ValueError(
            "must begin with sqlite:/// and name a file, as in sqlite:///data/konter.db"
        )
    return value


def time_zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone's name such as Asia/Jakarta") from None


def qris(value: str) -> str:
    return read_static(value) if value else ""


def _existing_file(value: Path) -> Path:
    if not value.is_file():
        raise ValueError("must name a file that exists")
    return value


def upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


WebAddress = Annotated[str, AfterValidator(_web_address)]
Seconds = Annotated[float, Field(allow_inf_nan=False)]
MaybeFile = Annotated[Path, AfterValidator(_existing_file)] | None
