"""Wiring: which web servers the settings start, and which warnings they give."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.config import load_settings
from bot.config.wiring import set_up_logging, startup_warnings, web_servers
from bot.web.metrics import MetricsSnapshot
from bot.web.routes import Health, WebhookRoute
from tests.config.test_settings import HOOK, REQUIRED, TOKEN

EVERYWHERE = {"HTTP_HOST": "0.0.0.0"}  # noqa: S104 - parsed, not bound


async def health() -> Health:
    return Health(is_healthy=True)


async def metrics() -> MetricsSnapshot:
    return MetricsSnapshot()


async def receive(_update: dict[str, object]) -> None:
    """Accept an update from the webhook."""


@pytest.mark.parametrize(
    ("env", "ports"),
    [
        ({}, [8080]),
        (HOOK | {"METRICS_PORT": "9100"}, [8080, 9100]),
        (HOOK | TOKEN, [8080]),
        (EVERYWHERE, []),
        ({"HTTP_PORT": "0"}, []),
        ({"HTTP_PORT": "0", "METRICS_PORT": "9100"}, [9100]),
    ],
)
def test_servers_are_built_for_the_webhook_and_for_metrics(
    env: dict[str, str], ports: list[int]
) -> None:
    settings = load_settings(REQUIRED | env, env_file=None)
    webhook = None
    if settings.webhook_url is not None:
        webhook = WebhookRoute("/hook", "secret", receive)
    servers = web_servers(settings, health, metrics, webhook)
    assert [server.port for server in servers] == ports


@pytest.mark.parametrize(
    ("env", "count"),
    [({}, 0), (HOOK, 1), (EVERYWHERE, 1), (HOOK | TOKEN, 0), ({"HTTP_PORT": "0"}, 0)],
)
def test_metrics_that_are_not_served_are_reported(
    env: dict[str, str], count: int, tmp_path: Path
) -> None:
    """A server that the owner switched off is not reported."""
    warnings = startup_warnings(load_settings(REQUIRED | env, env_file=None), tmp_path / ".env")
    assert len(warnings) == count
    assert all("METRICS_TOKEN" in sentence for sentence in warnings)


def test_a_deprecated_name_is_reported(tmp_path: Path) -> None:
    settings = load_settings(REQUIRED | {"DEPOSIT_EXPIRES_MINUTES": "45"}, env_file=None)
    assert startup_warnings(settings, tmp_path / ".env") == [
        "DEPOSIT_EXPIRES_MINUTES is deprecated: set TOPUP_EXPIRES_MINUTES instead"
    ]


@pytest.mark.parametrize(("mode", "count"), [(0o600, 0), (0o400, 0), (0o640, 1), (0o604, 1)])
def test_an_env_file_that_others_may_read_is_reported(
    mode: int, count: int, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    file.touch()
    file.chmod(mode)
    warnings = startup_warnings(load_settings(REQUIRED, env_file=None), file)
    assert len(warnings) == count
    assert all(f"chmod 600 {file}" in sentence for sentence in warnings)


def test_the_password_of_the_database_is_masked_in_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = "postgresql://shop:s3%40cret@127.0.0.1/konter"
    set_up_logging(load_settings(REQUIRED | {"DATABASE_URL": url}, env_file=None))
    logging.getLogger("some.library").error("cannot connect with %s: s3@cret", url)
    logged = capsys.readouterr().err
    assert "cannot connect with postgresql://shop:***@127.0.0.1/konter: ***" in logged
