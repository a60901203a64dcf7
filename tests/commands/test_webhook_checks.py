"""The doctor's checks of the webhook: what an owner gets wrong is said, with what to do."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.commands.check_result import CheckResult, Severity
from bot.commands.webhook_checks import webhook_findings
from bot.config import Settings, load_settings
from bot.web.routes import BOT_HEADER, PATH_HEADER
from tests.sandbox.proxies import make_certificate
from tests.telegram_server import TOKEN, BotApiForTests

PATH, OURS = "/toko/telegram", {BOT_HEADER: TOKEN.partition(":")[0], PATH_HEADER: "/telegram"}
REQUIRED = {"TELEGRAM_BOT_TOKEN": TOKEN, "OSIMESA_USER_ID": "U1", "OSIMESA_API_KEY": "key"}


@pytest.fixture
async def telegram() -> AsyncIterator[BotApiForTests]:
    telegram = BotApiForTests(TOKEN)
    async with telegram.served():
        yield telegram


class Public:
    """Whatever answers at the public address."""

    def __init__(self) -> None:
        self.status, self.headers = 403, dict(OURS)
        self.root = ""

    async def answer(self, _request: web.Request) -> web.Response:
        return web.Response(status=self.status, headers=self.headers)


@pytest.fixture
async def public() -> AsyncIterator[Public]:
    public, app = Public(), web.Application()
    app.router.add_route("*", "/{path:.*}", public.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    public.root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield public
    await runner.cleanup()


def settings_with(url: str | None) -> Settings:
    secret = None if url is None else SecretStr("a-secret_of-ours")
    changes = {"webhook_url": url, "webhook_secret": secret}
    return load_settings(REQUIRED, env_file=None).model_copy(update=changes)


async def checked(telegram: BotApiForTests, url: str | None) -> list[CheckResult]:
    async with aiohttp.ClientSession() as session:
        return await webhook_findings(session, f"{telegram.root}/bot{TOKEN}", settings_with(url))


async def test_polling_needs_nothing(telegram: BotApiForTests) -> None:
    assert await checked(telegram, None) == []


async def test_a_webhook_that_is_set_and_polling_is_wanted(telegram: BotApiForTests) -> None:
    await telegram.updates.set_webhook(
        {"url": "https://other.invalid/", "secret_token": "", "allowed_updates": None}
    )
    await telegram.updates.stop_pushing()
    telegram.inject({"message": {}})
    found = await checked(telegram, None)
    assert [one.severity for one in found] == [Severity.WARNING, Severity.OK]
    assert "the next start deletes it, and nothing is lost" in found[0].text
    assert "waiting at Telegram: 1." in found[1].text


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("Wrong response from the webhook: 502 Bad Gateway", "the bot does not run"),
        ("SSL error {certificate verify failed}", "the certificate has ended"),
        ("Connection refused", "is the proxy running"),
        ("something new", "(something new)"),
    ],
)
async def test_the_last_error_of_telegram_is_explained(
    telegram: BotApiForTests, public: Public, message: str, says: str
) -> None:
    url = public.root + PATH
    await telegram.updates.set_webhook({"url": url, "secret_token": "", "allowed_updates": None})
    telegram.updates.webhook_error, telegram.updates.webhook_failed_at = message, int(time.time())
    set_as_wanted, failing, leads_here = await checked(telegram, url)
    assert (set_as_wanted.severity, leads_here.severity) == (Severity.OK, Severity.OK)
    assert failing.severity is Severity.WARNING
    assert says in failing.text
    telegram.updates.webhook_failed_at -= 2 * 3600
    assert len(await checked(telegram, url)) == 2


ANSWERS: dict[str, tuple[int, dict[str, str], Severity, str]] = {
    "this bot": (403, OURS, Severity.OK, "leads to this bot"),
    "a cut prefix": (404, OURS, Severity.FAILURE, f"passes {PATH} on as /telegram"),
    "another shop": (403, {BOT_HEADER: "77"}, Severity.FAILURE, "another shop's bot (77)"),
    "a broken bot": (500, OURS, Severity.FAILURE, "answers 500"),
    "a stopped bot": (502, {}, Severity.WARNING, "start the bot"),
    "a redirect": (301, {"Location": "https://x.invalid/"}, Severity.FAILURE, "does not follow"),
    "another program": (200, {}, Severity.FAILURE, "another program, which answers 200"),
}


@pytest.mark.parametrize(("status", "headers", "severity", "says"), ANSWERS.values(), ids=ANSWERS)
async def test_the_public_address_has_to_lead_to_this_bot(
    telegram: BotApiForTests,
    public: Public,
    status: int,
    headers: dict[str, str],
    severity: Severity,
    says: str,
) -> None:
    public.status, public.headers = status, headers
    not_set, found = await checked(telegram, public.root + PATH)
    assert not_set.severity is Severity.WARNING
    assert "nowhere" in not_set.text
    assert found.severity is severity
    assert says in found.text


async def test_an_address_that_does_not_answer_is_a_warning(telegram: BotApiForTests) -> None:
    """Some machines do not reach their own public address."""
    telegram.refuse("getWebhookInfo", 500, "Internal Server Error")
    unknown, found = await checked(telegram, "http://127.0.0.1:9" + PATH)
    assert (unknown.severity, found.severity) == (Severity.WARNING, Severity.WARNING)
    assert "did not say" in unknown.text
    assert "cannot be reached from this machine" in found.text


async def test_a_certificate_that_nobody_trusts_is_a_failure(
    telegram: BotApiForTests, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("certificate")
    await make_certificate(folder)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "fullchain.pem", folder / "privkey.pem")
    runner = web.AppRunner(web.Application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    *_, found = await checked(telegram, f"https://localhost:{runner.addresses[0][1]}{PATH}")
    await runner.cleanup()
    assert found.severity is Severity.FAILURE
    assert "is not valid" in found.text
