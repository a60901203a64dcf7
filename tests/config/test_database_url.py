"""`DATABASE_URL`: both kinds of databases, and each mistake in a sentence without the password."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import Settings, SettingsError, load_settings
from tests.config.test_settings import REQUIRED

SPECIAL = "write special characters of the password as % and two hex digits"
PORT = (
    "cannot be read: the port must be a number, as in "
    f"postgresql://konter:password@127.0.0.1:5432/konter; {SPECIAL}"
)
KINDS = "must begin with sqlite:/// or postgresql://, as in sqlite:///data/konter.db or"
DATABASE = "must name a database at its end, as in postgresql://konter:password@127.0.0.1/konter."

MISTAKES = [
    ("mysql://shop:s3cret@host/konter", KINDS),
    ("POSTGRESQL://shop:s3cret@host/konter", KINDS),
    (
        "postgresql+psycopg://shop:s3cret@host/konter",
        "must begin with postgresql://, without + and the name of a driver.",
    ),
    (
        "sqlite+aiosqlite:///data/s3cret.db",
        "must begin with sqlite:///, without + and the name of a driver.",
    ),
    ("postgresql://shop:s3cret@host", DATABASE),
    ("postgresql://shop:s3cret@host/", DATABASE),
    ("postgresql://shop:s3cret@host:54x2/konter", PORT),
    ("postgresql://shop:s3cret@host:70000/konter", "must have a port from 1 to 65535."),
    ("postgresql://shop:s3cret@host:0/konter", "must have a port from 1 to 65535."),
    # Special characters of a password that are not escaped: libpq finds other parts then.
    ("postgresql://shop:s3/cret@host/konter", PORT),
    ("postgresql://shop:12/s3cret@host/konter", PORT),
    ("postgresql://shop:p@s3cret@host/konter", PORT),
    ("postgresql://shop:s3cret%@host/konter", f"has a % without two hex digits: {SPECIAL}"),
    ("postgresql://shop:s3cret%00@host/konter", f"has a % without two hex digits: {SPECIAL}"),
    (
        "postgresql://[s3cret/konter",
        f"cannot be read as postgresql://konter:password@127.0.0.1/konter: {SPECIAL}",
    ),
    (
        "postgresql://host/konter?s3cret=1",
        "has an option after the ? that PostgreSQL does not know; options are written",
    ),
    ("postgresql://host/konter?s3cret", "has an option after the ? that PostgreSQL does not know"),
    ("postgresql://host/konter?client_encoding=s3cret", "must not have the option client_encoding"),
    ("postgresql://host/konter?replication=s3cret", "must not have the option replication"),
]


@pytest.mark.parametrize(("url", "sentence"), MISTAKES)
def test_a_mistake_is_told_without_the_password(url: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(REQUIRED | {"DATABASE_URL": url}, env_file=None)
    (problem,) = caught.value.problems
    assert problem.startswith(f"DATABASE_URL {sentence}")
    assert "s3" not in problem
    assert "cret" not in problem


def settings_of(url: str) -> Settings:
    return load_settings(REQUIRED | {"DATABASE_URL": url}, env_file=None)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgresql://shop:s3cret@host/konter", "postgresql://shop@host/konter"),
        ("postgres://host:5433/konter", "postgresql://host:5433/konter"),
        ("postgresql://a,b:5432/konter", "postgresql://a,b:5432/konter"),
        ("postgresql:///konter", "postgresql:///konter"),
        ("postgresql://[::1]/konter?sslmode=require", "postgresql://::1/konter"),
        ("postgresql://shop:s3%40cret@host/konter", "postgresql://shop@host/konter"),
    ],
)
def test_a_server_is_shown_without_its_password(url: str, name: str) -> None:
    settings = settings_of(url)
    assert settings.is_postgres
    assert settings.database_name == name
    assert settings.backup_folder == Path("data/backups").resolve()
    assert "s3" not in repr(settings)
    with pytest.raises(ValueError, match="must begin with sqlite:///"):
        _ = settings.database_path


def test_a_file_is_shown_by_its_path(tmp_path: Path) -> None:
    settings = settings_of(f"sqlite:///{tmp_path}/konter.db")
    assert not settings.is_postgres
    assert settings.database_name == str(settings.database_path)
    assert settings.backup_folder == tmp_path.resolve() / "backups"


def test_a_shop_on_a_file_does_not_load_the_driver_for_servers() -> None:
    """It takes megabytes."""
    code = (
        "import sys, bot.serving; from bot.config import load_settings; "
        f"load_settings({REQUIRED!r}, env_file=None).database_name; "
        "sys.exit('psycopg' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603
