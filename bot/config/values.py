"""Types of the values of settings, with their validators.

The message of a validator ends a sentence that begins with the setting's name, as in
`HTTP_PORT must be at least 0`. It never repeats the value, which may be a secret.
"""

import ipaddress
import re
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, SecretStr

from bot.domain.customer import MAX_TELEGRAM_ID
from bot.domain.qris import read_static
from bot.domain.typed_text import without_invisible

UNTIL = "until the owner changes it in chat"
"""In the description of a first value: the owner's own comes before it (`/settings`, `/price`)."""
WEEK_SECONDS = 7 * 24 * 3600
WEBHOOK_PORTS = (443, 80, 88, 8443)
"""Telegram calls no other ports (Bot API, setWebhook)."""
MAX_NUMBER_LENGTH = 40
"""In characters; longer than any sensible number. `int` refuses thousands of digits."""

_NOT_AN_ADDRESS = "must be a web address such as https://example.com/path"
_HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII | re.IGNORECASE)


def plain_text(value: object) -> object:
    """Refuse control characters and surrogates, which SQLite, Telegram and file names refuse."""
    if isinstance(value, str) and not all(_is_plain(character) for character in value):
        raise ValueError("must be plain text, saved as UTF-8 and without control characters")
    return value


def _is_plain(character: str) -> bool:
    # Python decodes bytes of the environment that are not UTF-8 to surrogates (Cs).
    return character in "\n\r\t" or unicodedata.category(character) not in {"Cc", "Cs"}


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach the address or host name."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _web_address(value: str) -> str:
    """Refuse plain http to other machines: secrets are sent to this address."""
    try:
        parts = urlsplit(value)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        raise ValueError(_NOT_AN_ADDRESS) from None
    if not host or parts.scheme not in {"http", "https"} or re.search(r"\s", value):
        raise ValueError(_NOT_AN_ADDRESS)
    if parts.scheme == "http" and not is_loopback(host):
        raise ValueError("must begin with https:// (plain http is for this machine only)")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user name or password")
    if "?" in value or "#" in value:
        raise ValueError("must end before any ? or #")
    return value.rstrip("/")


def public_address(value: str) -> str:
    """Check the address of a webhook by the rules of the Bot API, setWebhook."""
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
    """Check an address to listen on: an IP address, or a host name that is resolved at start."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        labels = value.split(".")
        is_name = all(_HOST_NAME.fullmatch(label) for label in labels) and len(value) <= 253
        # 256.1.1.1 and 8080 are mistyped addresses, not host names.
        if not is_name or labels[-1].isdigit():
            raise ValueError(
                "must be an address such as 127.0.0.1, without http:// and port "
                "(0.0.0.0: every address of this machine)"
            ) from None
    return value


def secret(value: SecretStr) -> SecretStr:
    """Check a shared secret: the characters of `secret_token` (Bot API, setWebhook), 16 or more."""
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
    """Parse Telegram user ids separated by commas; duplicates are dropped."""
    if not isinstance(value, str):
        return value
    words = [word.strip() for word in without_invisible(value).split(",")]
    # `int` also accepts digits of other scripts.
    if not all(re.fullmatch(r"[1-9][0-9]{0,18}", word) for word in words):
        raise ValueError("must be Telegram user ids (digits) with commas between them")
    ids = tuple(dict.fromkeys(int(word) for word in words))
    if max(ids) > MAX_TELEGRAM_ID:
        raise ValueError(
            "contains a number that is not a Telegram user id (/start shows everyone their own)"
        )
    return ids


def whole_number(value: object) -> object:
    """Parse ASCII digits. 1.000 is refused: it is 1000 in Indonesian and 1 in English."""
    if not isinstance(value, str):
        return value
    value = without_invisible(value).strip()
    if not re.fullmatch(r"-?[0-9]+", value):
        raise ValueError("must be a whole number, written with the digits 0 to 9")
    if len(value) > MAX_NUMBER_LENGTH:
        raise ValueError("is far too large")
    return int(value)


def decimal(value: object) -> object:
    """Check a decimal number. At most two decimals: 1.000 may be meant as 1000."""
    if not isinstance(value, str):
        return value
    value = without_invisible(value).strip()
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        raise ValueError("must be a number such as 2.5, with a point and not a comma")
    if len(value.partition(".")[2]) > 2:
        raise ValueError("must have at most two decimals, as in 2.5 (1.000 may mean 1 or 1000)")
    if len(value) > MAX_NUMBER_LENGTH:
        raise ValueError("is far too large")
    return value


def time_zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone's name such as Asia/Jakarta") from None


def qris(value: str) -> str:
    """Check the text of a static QRIS code; return it without pasted spaces and quotes."""
    return read_static(value) if value else ""


def _existing_file(value: Path) -> Path:
    try:
        is_there = value.is_file()
    except (OSError, ValueError):
        is_there = False
    if not is_there:
        raise ValueError("must name a file that exists")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
WholeNumber = Annotated[int, BeforeValidator(whole_number)]
Decimals = Annotated[Decimal, BeforeValidator(decimal)]
Seconds = Annotated[float, BeforeValidator(decimal)]
"""Seconds, with up to two decimals."""
OptionalFile = Annotated[Path, AfterValidator(_existing_file)] | None
Host = Annotated[str, AfterValidator(host)]
Secret = Annotated[SecretStr, AfterValidator(secret)]
