"""The doctor: each line is OK, a warning or a failure, and says what to do."""

import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import stamina

from bot.commands.doctor import run_checks
from bot.config import load_settings
from bot.sandbox.telegram.server import ADMIN
from tests.sandbox.shop_environment import ShopEnvironment, open_environment


@pytest.fixture
async def environment(tmp_path: Path) -> AsyncIterator[ShopEnvironment]:
    """The embedded servers, without a running bot."""
    async with open_environment(tmp_path) as environment:
        yield environment


async def report(environment: ShopEnvironment, **env: str) -> tuple[int, str]:
    """Return the doctor's exit code and its lines."""
    lines: list[str] = []
    settings = load_settings(environment.env | env, env_file=None)
    code = await run_checks(settings, lines.append)
    return code, "\n".join(lines)


def line(text: str, subject: str) -> str:
    """Return the first line on a subject."""
    found = re.search(rf"^\w+ +{subject}: .*$", text, re.MULTILINE)
    assert found is not None, text
    return found[0]


async def test_a_healthy_shop_is_ready_to_run(environment: ShopEnvironment) -> None:
    code, text = await report(environment)
    assert code == 0, text
    for subject in (
        *("version", "settings", "telegram", "clock", "admins", "database", "translations"),
        *("supplier profile", "supplier", "catalogue", "balance"),
    ):
        assert line(text, subject).startswith("OK"), text
    assert text.count("your price") == 3
    assert "Telkomsel 10.000: cost 10200, your price 11200" in text
    assert text.endswith("Konter is ready to run.")
    assert environment.supplier.order_calls == 0


FAILURES = {
    "token": ({"TELEGRAM_BOT_TOKEN": "4242:another"}, "telegram", "@BotFather"),
    "telegram": ({"TELEGRAM_API_URL": "{nowhere}"}, "telegram", "no answer"),
    "credentials": ({"OSIMESA_API_KEY": "not-the-key"}, "supplier", "API Key not registered"),
    "supplier": (
        {"OSIMESA_URL": "{nowhere}/api", "OSIMESA_PROFILE_URL": "{nowhere}/api"},
        "supplier",
        "no readable answer",
    ),
    "profile": ({"SUPPLIER_PROFILE": "{folder}/odd.toml"}, "supplier profile", "max_cost"),
    "database": ({"DATABASE_URL": "sqlite:///{folder}/odd.db"}, "database", "not a database"),
    "folder": ({"DATABASE_URL": "sqlite:////proc/x/konter.db"}, "database", "cannot be made"),
}


@pytest.mark.parametrize(("env", "subject", "text"), FAILURES.values(), ids=FAILURES)
async def test_a_failure_is_explained_and_the_other_checks_run(
    environment: ShopEnvironment, tmp_path: Path, env: dict[str, str], subject: str, text: str
) -> None:
    (tmp_path / "odd.toml").write_text("max_cost = 'much'\n")
    (tmp_path / "odd.db").write_text("Dear reader, " * 1000)
    places = {"nowhere": f"http://127.0.0.1:{environment.hold_port()}", "folder": str(tmp_path)}
    changes = {name: value.format(**places) for name, value in env.items()}
    with stamina.set_testing(True, attempts=1):
        code, lines = await report(environment, **changes)
    assert (code, lines.count("FAILURE")) == (1, 1), lines
    assert line(lines, subject).startswith("FAILURE")
    assert text in line(lines, subject)
    assert line(lines, "translations").startswith("OK")
    assert subject.startswith("supplier") or line(lines, "catalogue").startswith("OK")
    assert "not-the-key" not in lines


async def test_a_panel_without_products_or_balance_is_a_warning(
    environment: ShopEnvironment,
) -> None:
    environment.supplier.reports_balance = False
    environment.supplier.catalogue.clear()
    code, text = await report(environment)
    assert code == 0
    for subject in ("balance", "catalogue"):
        assert line(text, subject).startswith("WARNING")


async def test_missing_admins_and_admins_without_a_chat_are_warnings(
    environment: ShopEnvironment,
) -> None:
    code, text = await report(environment, ADMIN_IDS="")
    assert (code, line(text, "admins").split()[0]) == (0, "WARNING")
    code, text = await report(environment, ADMIN_IDS=f"{ADMIN.user_id},77")
    assert code == 0
    assert "77 cannot be written to yet" in text


async def test_files_and_metrics_that_others_may_read_are_warnings(
    environment: ShopEnvironment, tmp_path: Path
) -> None:
    database = tmp_path / "open.db"
    database.touch()
    database.chmod(0o644)
    (tmp_path / "backups").mkdir(mode=0o755)
    _, text = await report(environment, DATABASE_URL=f"sqlite:///{database}")
    for path in (database, tmp_path / "backups"):
        assert f"WARNING  files: other users of this machine may read {path}:" in text
    everywhere = {"HTTP_HOST": "0.0.0.0", "HTTP_PORT": "8080"}  # noqa: S104 - checked, not bound
    code, text = await report(environment, **everywhere)
    assert code == 0
    assert "/readyz and /metrics are not served" in text
    code, text = await report(environment, **everywhere, METRICS_TOKEN="a-token-of-16-letters")
    assert "/metrics" not in text


async def test_a_missing_database_is_fine_and_is_not_created(
    environment: ShopEnvironment, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    code, text = await report(environment, DATABASE_URL=f"sqlite:///{folder}/konter.db")
    assert (code, line(text, "database").split()[0]) == (0, "OK")
    assert list(folder.iterdir()) == []


async def test_an_older_database_is_no_failure_and_a_newer_one_is(
    environment: ShopEnvironment, tmp_path: Path
) -> None:
    """A new version is examined before it runs; only its start changes the database."""
    path = tmp_path / "odd.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("create table schema_migrations (version integer primary key, name text)")
        for version, severity in ((1, "WARNING"), (9_999, "FAILURE")):
            database.execute("insert into schema_migrations values (?, 'm')", (version,))
            database.commit()
            code, text = await report(environment, DATABASE_URL=f"sqlite:///{path}")
            assert line(text, "database").startswith(severity), text
            assert code == (severity == "FAILURE")
