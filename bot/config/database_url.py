"""`DATABASE_URL`: the address of a SQLite file, or of a database on a PostgreSQL server.

The messages of the errors end a sentence that begins with the setting's name. They never repeat a
part of a server's address: a mistyped one may have the password in any place.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import SecretStr

SQLITE = "sqlite:///"
POSTGRES = ("postgresql://", "postgres://")
EXAMPLE = "postgresql://konter:password@127.0.0.1/konter"

_BEGINNINGS = {"sqlite": SQLITE, "postgresql": "postgresql://", "postgres": "postgresql://"}

_SPECIAL = (
    "write special characters of the password as % and two hex digits: %40 for @, %2F for /, "
    "%3A for :, %25 for %"
)
_SECRET_OPTIONS = ("password", "sslpassword")
_NOT_OURS = ("client_encoding", "replication")
"""Options that change what a connection is; Konter sets them itself."""


def checked_url(value: SecretStr) -> SecretStr:
    """Check the address of a database; neither the file nor the server needs to exist."""
    text = value.get_secret_value()
    if is_postgres(text):
        options_of(text)
        return value
    scheme, separator, _ = text.partition("://")
    base = scheme.split("+")[0]
    if base in _BEGINNINGS and base != scheme:
        raise ValueError(f"must begin with {_BEGINNINGS[base]}, without + and the name of a driver")
    if separator and base != "sqlite":
        raise ValueError(
            f"must begin with sqlite:/// or postgresql://, as in {SQLITE}data/konter.db or "
            f"{EXAMPLE}; Konter works with no other database"
        )
    sqlite_file(text)
    return value


def is_postgres(url: str) -> bool:
    """Return whether a database is on a PostgreSQL server."""
    return url.startswith(POSTGRES)


def sqlite_file(value: str) -> Path:
    """Return the absolute path of the file that a URL names, with links resolved.

    A relative path counts from the working folder. Raises `ValueError` for another kind of URL, a
    folder, or a path that cannot be reached; the file need not exist.
    """
    name = value.removeprefix(SQLITE)
    if name == value or not name or name.endswith("/") or ":memory:" in name:
        raise ValueError(
            f"must begin with {SQLITE} and name a file, as in {SQLITE}data/konter.db "
            f"(for a PostgreSQL server: {EXAMPLE})"
        )
    try:
        path = Path(name).resolve()
        is_folder = path.is_dir()
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a loop of links
        why = getattr(error, "strerror", None) or "it may be a link to itself"
        raise ValueError(f"names a file that cannot be reached: {why}") from None
    if is_folder:
        raise ValueError(f"names a folder: name a file in it, as in {value}/konter.db")
    return path


def options_of(url: str) -> dict[str, Any]:
    """Return the options of a PostgreSQL URL by libpq's names, decoded; raises `ValueError`."""
    import psycopg  # noqa: PLC0415 - a shop on SQLite does without it
    from psycopg.conninfo import conninfo_to_dict  # noqa: PLC0415

    if re.search(r"%(?![0-9A-Fa-f]{2})|%00", url):
        raise ValueError(f"has a % without two hex digits: {_SPECIAL}")
    try:
        options = conninfo_to_dict(url)
    except psycopg.Error as error:
        if "URI query parameter" in str(error):
            raise ValueError(
                "has an option after the ? that PostgreSQL does not know; options are written "
                "?name=value&name=value, such as ?sslmode=require"
            ) from None
        raise ValueError(f"cannot be read as {EXAMPLE}: {_SPECIAL}") from None
    _require_plain(options)
    return options


def _require_plain(options: dict[str, Any]) -> None:
    """Refuse what libpq would misunderstand, or accept and fail with later."""
    hosts, database = str(options.get("host", "")), str(options.get("dbname", ""))
    ports = [port for port in str(options.get("port", "")).split(",") if port]
    is_misread = "@" in hosts or re.search(r"[@/?]", database)
    if is_misread or not all(re.fullmatch(r"[0-9]+", port) for port in ports):
        raise ValueError(
            "cannot be read: the port must be a number, as in "
            f"postgresql://konter:password@127.0.0.1:5432/konter; {_SPECIAL}"
        )
    if not all(1 <= int(port[:6]) <= 65_535 for port in ports):
        raise ValueError("must have a port from 1 to 65535")
    if not database:
        raise ValueError(f"must name a database at its end, as in {EXAMPLE}")
    for name in _NOT_OURS:
        if name in options:
            raise ValueError(f"must not have the option {name}")


def shown_database(url: str) -> str:
    """Return the name of a database for people: a path, or an address without a password."""
    if not is_postgres(url):
        return str(sqlite_file(url))
    options = options_of(url)
    user = f"{options['user']}@" if "user" in options else ""
    hosts, ports = (str(options.get(name, "")).split(",") for name in ("host", "port"))
    pairs = zip(hosts, ports * len(hosts) if len(ports) == 1 else ports, strict=False)
    place = ",".join(f"{host}:{port}" if port else host for host, port in pairs)
    return f"postgresql://{user}{place}/{options['dbname']}"


def secrets_of(url: str) -> list[str]:
    """Return the passwords in a URL."""
    if not is_postgres(url):
        return []
    options = options_of(url)
    return [str(options[name]) for name in _SECRET_OPTIONS if options.get(name)]
