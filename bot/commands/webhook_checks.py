"""The doctor's checks of the webhook: what Telegram says of it, and where its address leads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.commands.check_result import CheckResult, Severity
from bot.config import Settings
from bot.web.routes import BOT_HEADER, PATH_HEADER

SUBJECT = "webhook"
RECENT = timedelta(hours=1)
"""An error of Telegram's that is older than this is over, if nothing waits."""
_NOT_RUNNING = (502, 503, 504)
_ADVICE = (
    ("403", "the secret is another: restart the bot, and let the proxy pass on all headers"),
    ("401", "the proxy asks for a password: take it off for this path"),
    ("404", "the proxy does not pass this path on, or cuts a part of it"),
    ("413", "the proxy's limit of a request is too low: 1 MB"),
    ("502", "the bot does not run, or HTTP_PORT is not the port of the proxy's configuration"),
    ("503", "the bot does not run, or cannot write to its database"),
    ("504", "the bot does not answer in time"),
    ("certificate", "the certificate has ended, or its chain is incomplete"),
    ("SSL", "the certificate has ended, or its chain is incomplete"),
    ("refused", "nothing listens there: is the proxy running?"),
    ("timed out", "a firewall is in the way: open ports 80 and 443"),
    ("timeout", "a firewall is in the way: open ports 80 and 443"),
    ("resolve", "the domain has no address: look at its DNS record"),
)
"""A part of Telegram's message about the last failed call, and what to do."""


async def webhook_findings(
    session: aiohttp.ClientSession, root: str, settings: Settings
) -> list[CheckResult]:
    """Check how updates arrive; `root` is the Bot API's address with the token."""
    try:
        async with session.post(f"{root}/getWebhookInfo", allow_redirects=False) as answer:
            body = await answer.json(content_type=None)
        info = body["result"]
        found = [*_set(info, settings.webhook_url), *_failing(info)]
    except (aiohttp.ClientError, TimeoutError, ValueError, TypeError, KeyError):
        found = [_warning("Telegram did not say whether one is set")]
    if settings.webhook_url is not None:
        found.append(await _public_address(session, settings.webhook_url, _bot_id(settings)))
    return found


def _set(info: dict[str, Any], wanted: str | None) -> list[CheckResult]:
    """Compare the webhook that is set with the settings; the next start sets or deletes it."""
    url, waiting = str(info.get("url", "")), int(info.get("pending_update_count", 0))
    found = []
    if wanted is None and url:
        text = (
            f"Telegram sends updates to {url}, and WEBHOOK_URL is not set: the next start deletes "
            "it, and nothing is lost. If you did not set it, another program has your token"
        )
        found.append(_warning(text))
    elif wanted is not None and url != wanted:
        text = f"Telegram sends updates to {url or 'nowhere'}: the next start sets {wanted}"
        found.append(_warning(text))
    elif wanted is not None:
        found.append(CheckResult(Severity.OK, SUBJECT, f"Telegram sends updates to {wanted}"))
    if waiting:
        text = f"waiting at Telegram: {waiting}. The bot gets all of it when it runs"
        found.append(CheckResult(Severity.OK, SUBJECT, text))
    return found


def _failing(info: dict[str, Any]) -> list[CheckResult]:
    """Report the last error that Telegram met, unless it is over."""
    message = str(info.get("last_error_message", ""))
    at = datetime.fromtimestamp(int(info.get("last_error_date", 0)), UTC)
    is_over = datetime.now(UTC) - at > RECENT and not info.get("pending_update_count")
    if not info.get("url") or not message or is_over:
        return []
    advice = next((text for part, text in _ADVICE if part.lower() in message.lower()), "")
    end = f": {advice}" if advice else ""
    return [_warning(f"Telegram's last call failed at {at:%H:%M} UTC ({message}){end}")]


async def _public_address(session: aiohttp.ClientSession, url: str, bot_id: str) -> CheckResult:
    """Call the webhook as a stranger: the bot itself must refuse the call, with its own answer."""
    try:
        async with session.post(url, data=b"{}", allow_redirects=False) as answer:
            return _answered(url, bot_id, answer)
    except aiohttp.ClientConnectorCertificateError as error:
        return _failure(f"the certificate of {url} is not valid: {error.certificate_error}")
    except (aiohttp.ClientError, TimeoutError) as error:
        cause = str(error) or type(error).__name__
        text = (
            f"{url} cannot be reached from this machine ({cause}): look at the DNS record, the "
            "firewall (ports 80 and 443) and the proxy"
        )
        return _warning(text)


def _answered(url: str, bot_id: str, answer: aiohttp.ClientResponse) -> CheckResult:
    other_bot = answer.headers.get(BOT_HEADER)
    if other_bot is None:
        return _other_program(url, answer)
    if other_bot != bot_id:
        return _failure(f"{url} leads to another shop's bot ({other_bot}): give each its own path")
    if answer.status == 403:
        return CheckResult(Severity.OK, SUBJECT, f"{url} leads to this bot")
    arrived = answer.headers.get(PATH_HEADER, "")
    if answer.status == 404:
        text = (
            f"the proxy passes {urlsplit(url).path} on as {arrived}: let it pass on the whole "
            "path, or the bot refuses every update"
        )
        return _failure(text)
    return _failure(f"{url} leads to this bot, which answers {answer.status}")


def _other_program(url: str, answer: aiohttp.ClientResponse) -> CheckResult:
    """Say what to do about an answer that is not the bot's."""
    status = answer.status
    if status in _NOT_RUNNING:
        text = (
            f"the proxy of {url} does not reach the bot ({status}): start the bot, and let the "
            "proxy pass on to HTTP_PORT"
        )
        return _warning(text)
    if 300 <= status < 400:
        where = answer.headers.get("Location", "elsewhere")
        return _failure(
            f"{url} redirects to {where}: Telegram does not follow, so set that address"
        )
    return _failure(
        f"{url} leads to another program, which answers {status}: let the proxy pass this path on "
        "to HTTP_PORT"
    )


def _bot_id(settings: Settings) -> str:
    return settings.telegram_bot_token.get_secret_value().partition(":")[0]


def _warning(text: str) -> CheckResult:
    return CheckResult(Severity.WARNING, SUBJECT, text)


def _failure(text: str) -> CheckResult:
    return CheckResult(Severity.FAILURE, SUBJECT, text)
