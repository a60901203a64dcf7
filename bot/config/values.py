"""Types of values that settings have; what a value must be is the end of a sentence."""

import ipaddress
import re
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, SecretStr

from bot.domain.qris import read_static
from bot.domain.typed_text import visible

LARGEST_TELEGRAM_ID = 2**52 - 1
"""An id has at most 52 significant bits (Bot API, User)."""
WEBHOOK_PORTS = (443, 80, 88, 8443)
"""Telegram calls no others (Bot API, setWebhook)."""
LONGEST_NUMBER = 40
"""More characters than any number that is meant: Python refuses to read thousands of digits."""

_NO_ADDRESS = "must be a web address such as https://example.com/path"
_HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII | re.IGNORECASE)

# Validators are written as the end of a sentence that begins with the setting's name.


def readable(value: object) -> object:
    """Texts of every setting: the database, Telegram and file names take nothing else."""
    if isinstance(value, str) and not all(_is_readable(letter) for letter in value):
        raise ValueError("must be plain text, saved as UTF-8 and without control characters")
    return value


def _is_readable(letter: str) -> bool:
    """Whether a character is neither half of one, as bytes that are no UTF-8 become, nor unseen."""
    return letter in "\n\r\t" or unicodedata.category(letter) not in {"Cc", "Cs"}


def is_loopback(host: str) -> bool:
    """Whether nothing but this machine reaches an address."""
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
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must begin with https:// (plain http is for this machine only)")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user name or password")
    if "?" in value or "#" in value:
        raise ValueError("must end before any ? or #")
    return value.rstrip("/")


def public_address(value: str) -> str:
    if not value.startswith("https://"):
        raise ValueError("must begin with https:// because Telegram calls nothing else")
    address = _web_address(value)
    parts = urlsplit(address)
    if parts.port not in {None, *WEBHOOK_PORTS}:
        raise ValueError(
            "must use port 443, 80, 88 or 8443, because Telegram calls no other "
            "(behind a proxy HTTP_PORT is free)"
        )
    if not re.fullmatch(r"[A-Za-z0-9/._~-]*", parts.path):
        raise ValueError("must have a path of letters, digits and / . _ ~ - only")
    return address


def host(value: str) -> str:
    """Return where a server listens: an address, or a name that this machine looks up."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        labels = value.split(".")
        is_name = all(_HOST_NAME.fullmatch(label) for label in labels) and len(value) <= 253
        # 256.1.1.1 and 8080 are slips, and no names.
        if not is_name or labels[-1].isdigit():
            raise ValueError(
                "must be an address such as 127.0.0.1, without http:// and port "
                "(0.0.0.0: every address of this machine)"
            ) from None
    return value


def secret(value: SecretStr) -> SecretStr:
    """What Telegram takes for `secret_token` (Bot API, setWebhook), and too long to be guessed."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", value.get_secret_value()):
        raise ValueError(
            "must be 16 to 256 of the characters A-Z, a-z, 0-9, _ and - "
            "(openssl rand -hex 32 makes one)"
        )
    return value


def bot_token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", value.get_secret_value()):
        raise ValueError("must look like 123456:ABC-def, just as @BotFather wrote it")
    return value


def user_ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    words = [word.strip() for word in visible(value).split(",")]
    # int() also takes digits of other scripts, which nobody means here.
    if not all(re.fullmatch(r"[1-9][0-9]{0,18}", word) for word in words):
        raise ValueError("must be Telegram user ids (digits) with commas between them")
    ids = tuple(dict.fromkeys(int(word) for word in words))
    if max(ids) > LARGEST_TELEGRAM_ID:
        raise ValueError(
            "holds a number that is no Telegram user's id: /start shows everyone their own"
        )
    return ids


def whole_number(value: object) -> object:
    """Digits and nothing else: 1.000 is one thousand to one reader and one to another."""
    if not isinstance(value, str):
        return value
    value = visible(value).strip()
    if not re.fullmatch(r"-?[0-9]+", value):
        raise ValueError("must be a whole number, written with the digits 0 to 9")
    if len(value) > LONGEST_NUMBER:
        raise ValueError("is far too large")
    return int(value)


def decimal(value: object) -> object:
    """A number with a point: three decimals may be meant as thousands, so two are the most."""
    if not isinstance(value, str):
        return value
    value = visible(value).strip()
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        raise ValueError("must be a number such as 2.5, with a point and not a comma")
    if len(value.partition(".")[2]) > 2:
        raise ValueError("must have at most two decimals, as in 2.5 (1.000 may mean 1 or 1000)")
    if len(value) > LONGEST_NUMBER:
        raise ValueError("is far too large")
    return value


def sqlite_file(value: str) -> str:
    name = value.removeprefix("sqlite:///")
    if name == value or not name or name.endswith("/") or ":memory:" in name:
        raise ValueError(
            "must begin with sqlite:/// and name a file, as in sqlite:///data/konter.db"
        )
    try:
        is_folder = Path(name).resolve().is_dir()
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: links in a circle.
        why = getattr(error, "strerror", None) or "it may be a link to itself"
        raise ValueError(f"names a file that cannot be reached: {why}") from None
    if is_folder:
        raise ValueError(f"names a folder: name a file in it, as in {value}/konter.db")
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
    try:
        is_there = value.is_file()
    except (OSError, ValueError):
        is_there = False
    if not is_there:
        raise ValueError("must name a file that exists")
    return value


def upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


WebAddress = Annotated[str, AfterValidator(_web_address)]
WholeNumber = Annotated[int, BeforeValidator(whole_number)]
Decimals = Annotated[Decimal, BeforeValidator(decimal)]
Seconds = Annotated[float, BeforeValidator(decimal)]
"""Seconds of which parts count."""
MaybeFile = Annotated[Path, AfterValidator(_existing_file)] | None
Host = Annotated[str, AfterValidator(host)]
Secret = Annotated[SecretStr, AfterValidator(secret)]
