"""Logs: one format for the bot and its libraries, bound ids, and masked secrets."""

import io
import json
import logging
from typing import Any, Literal

import pytest
import structlog

from bot.logs import Redactor, configure_logging

TOKEN = "123456:ABC-def"
API_KEY = "k/e+y"
SECRETS = [TOKEN, API_KEY, ""]


class LogOutput:
    """Configures logging and captures its output."""

    def __init__(self, log_format: Literal["console", "json"], level: str = "INFO") -> None:
        self._stream = io.StringIO()
        configure_logging(level, log_format, SECRETS, self._stream)

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


def test_structlog_and_standard_library_write_the_same_format() -> None:
    output = LogOutput("json")
    structlog.get_logger("bot.ours").info("hello %s", "you")
    logging.getLogger("telegram.theirs").info("hello %s", "you", extra={"colour": "blue"})
    ours, theirs = output.rows
    assert ours["event"] == theirs["event"] == "hello you"
    assert (ours["logger"], theirs["logger"]) == ("bot.ours", "telegram.theirs")
    assert ours["level"] == theirs["level"] == "info"
    assert theirs["colour"] == "blue"
    assert ours["timestamp"].endswith("Z")


def test_bound_ids_are_on_every_line_of_every_library() -> None:
    output = LogOutput("json")
    with structlog.contextvars.bound_contextvars(order_id="o-1", update_id=7):
        structlog.get_logger("bot").info("inside")
        logging.getLogger("aiohttp").warning("inside too")
    structlog.get_logger("bot").info("outside")
    first, second, last = output.rows
    assert first["order_id"] == second["order_id"] == "o-1"
    assert first["update_id"] == 7
    assert "order_id" not in last


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_secrets_are_masked_in_every_part_of_a_record(
    log_format: Literal["console", "json"],
) -> None:
    output = LogOutput(log_format)
    log = structlog.get_logger("bot")
    log.info("called %s", TOKEN, url=f"https://host/bot{TOKEN}/getMe", body="key is k%2Fe%2By")
    log.info("nested", rows=[{"a": (TOKEN,), API_KEY: 1}], seen={TOKEN}, cause=OSError(TOKEN))
    try:
        raise ValueError(f"no such address: {API_KEY}")
    except ValueError:
        log.exception("failed")
        logging.getLogger("telegram").exception("failed at %s", TOKEN)
    assert output.text.count("***") >= 9
    for secret in (TOKEN, API_KEY, "k%2Fe%2By"):
        assert secret not in output.text


def test_values_under_secret_names_are_masked() -> None:
    output = LogOutput("json")
    structlog.get_logger("bot").info(
        "order", voucher="1234-5678", Sign="abc", reply={"key": "k", "token": 5, "note": "ok"}
    )
    (row,) = output.rows
    assert row["voucher"] == row["Sign"] == "***"
    assert row["reply"] == {"key": "***", "token": "***", "note": "ok"}


def test_other_values_are_unchanged() -> None:
    event = {"event": "x", "n": 1, "share": 0.5, "ok": True, "none": None, "voucher": ""}
    assert Redactor(SECRETS)(None, "info", dict(event)) == event
    thing = object()
    assert Redactor([])(None, "info", {"thing": thing}) == {"thing": thing}


def test_a_secret_that_contains_another_is_masked_whole() -> None:
    assert Redactor(["abc", "abcdef"]).text("abcdef abc") == "*** ***"


def test_the_token_in_httpx_addresses_is_never_logged() -> None:
    """At INFO httpx logs whole addresses, which contain the bot token."""
    output = LogOutput("console", "DEBUG")
    logging.getLogger("httpx").info("HTTP Request: POST https://host/bot1:x/getMe")
    logging.getLogger("aiosqlite").debug("executing with a voucher")
    assert output.text == ""


def test_the_level_applies_to_libraries() -> None:
    output = LogOutput("console", "ERROR")
    structlog.get_logger("bot").warning("ours")
    logging.getLogger("telegram").warning("theirs")
    logging.getLogger("aiohttp").warning("theirs")
    assert output.text == ""


def test_a_second_set_up_replaces_the_first() -> None:
    first = LogOutput("json")
    second = LogOutput("json")
    structlog.get_logger("bot").info("once")
    assert first.text == ""
    assert len(second.rows) == 1
