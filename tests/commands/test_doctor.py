"""The doctor: each line is OK, a warning or a failure, and says what to do."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
    for subject in ("settings", "telegram", "clock", "admins", "database", "translations"):
        assert line(text, subject).startswith("OK"), text
    for subject in ("supplier profile", "supplier", "catalogue", "balance"):
        assert line(text, subject).startswith("OK"), text
    assert text.count("your price") == 3
    assert "Telkomsel 10.000: cost 10200, your price 11200" in text
    assert text.endswith("Konter is ready to run.")
    assert environment.supplier.order_calls == 0


async def test_a_wrong_token_is_a_failure(environment: ShopEnvironment) -> None:
    code, text = await report(environment, TELEGRAM_BOT_TOKEN="4242:another")
    assert code == 1
    assert line(text, "telegram").startswith("FAILURE")
    assert "@BotFather" in text


async def test_wrong_supplier_credentials_are_a_failure_with_the_panels_message(
    environment: ShopEnvironment,
) -> None:
    code, text = await report(environment, OSIMESA_API_KEY="not-the-key")
    assert code == 1
    assert "API Key not registered" in line(text, "supplier")
    assert "not-the-key" not in text


async def test_an_unreachable_supplier_is_a_failure(environment: ShopEnvironment) -> None:
    address = f"http://127.0.0.1:{environment.hold_port()}/api"
    code, text = await report(environment, OSIMESA_URL=address, OSIMESA_PROFILE_URL=address)
    assert code == 1
    assert line(text, "supplier").startswith("FAILURE")


async def test_an_unreachable_telegram_is_a_failure_and_the_other_checks_run(
    environment: ShopEnvironment,
) -> None:
    code, text = await report(
        environment, TELEGRAM_API_URL=f"http://127.0.0.1:{environment.hold_port()}"
    )
    assert code == 1
    assert line(text, "telegram").startswith("FAILURE")
    assert line(text, "catalogue").startswith("OK")


async def test_missing_admins_and_admins_without_a_chat_are_warnings(
    environment: ShopEnvironment,
) -> None:
    code, text = await report(environment, ADMIN_IDS="")
    assert (code, line(text, "admins").split()[0]) == (0, "WARNING")
    code, text = await report(environment, ADMIN_IDS=f"{ADMIN.user_id},77")
    assert code == 0
    assert "77 cannot be written to yet" in text


async def test_a_panel_without_a_balance_is_a_warning(environment: ShopEnvironment) -> None:
    environment.supplier.reports_balance = False
    code, text = await report(environment)
    assert (code, line(text, "balance").split()[0]) == (0, "WARNING")


async def test_an_empty_catalogue_is_a_warning(environment: ShopEnvironment) -> None:
    environment.supplier.catalogue.clear()
    code, text = await report(environment)
    assert (code, line(text, "catalogue").split()[0]) == (0, "WARNING")


async def test_a_broken_supplier_profile_is_a_failure(
    environment: ShopEnvironment, tmp_path: Path
) -> None:
    broken = tmp_path / "profile.toml"
    broken.write_text("max_cost = 'much'\n")
    code, text = await report(environment, SUPPLIER_PROFILE=str(broken))
    assert code == 1
    assert line(text, "supplier profile").startswith("FAILURE")


async def test_a_file_that_is_no_database_is_a_failure(
    environment: ShopEnvironment, tmp_path: Path
) -> None:
    letter = tmp_path / "letter.db"
    letter.write_text("Dear reader, " * 1000)
    code, text = await report(environment, DATABASE_URL=f"sqlite:///{letter}")
    assert code == 1
    assert line(text, "database").startswith("FAILURE")


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
    assert "/health and /metrics are not served" in text
    code, text = await report(environment, **everywhere, METRICS_TOKEN="a-token-of-16-letters")
    assert "/metrics" not in text


async def test_a_database_that_cannot_be_created_is_a_failure(environment: ShopEnvironment) -> None:
    code, text = await report(environment, DATABASE_URL="sqlite:////proc/nowhere/konter.db")
    assert code == 1
    assert line(text, "database").startswith("FAILURE")


async def test_a_missing_database_is_fine_and_is_not_created(
    environment: ShopEnvironment, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    code, text = await report(environment, DATABASE_URL=f"sqlite:///{folder}/konter.db")
    assert (code, line(text, "database").split()[0]) == (0, "OK")
    assert list(folder.iterdir()) == []
