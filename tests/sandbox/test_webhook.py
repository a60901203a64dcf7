"""The webhook with the whole bot: only requests with the secret are accepted."""

from __future__ import annotations

import aiohttp
import pytest
from pydantic import SecretStr

from bot.config import Settings
from bot.domain.order import OrderState
from tests.sandbox.shop_environment import ShopEnvironment

NUMBER, SECRET = "081212345678", "a-secret_of-ours"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def settings(environment: ShopEnvironment) -> Settings:
    """Settings with a webhook on loopback; real ones accept only https."""
    port = environment.hold_port()
    return environment.settings.model_copy(
        update={
            "http_port": port,
            "webhook_url": f"http://127.0.0.1:{port}/telegram",
            "webhook_secret": SecretStr(SECRET),
        }
    )


async def test_a_purchase_by_webhook_is_made_once(
    environment: ShopEnvironment, settings: Settings
) -> None:
    await enter(environment, settings)
    number = await environment.sarah.buy(NUMBER)
    await environment.reaches(number, OrderState.SUCCEEDED)
    await environment.sarah.sees(environment.bought(NUMBER)[0].voucher)
    environment.telegram.redeliver(environment.telegram.updates.next_id - 1)
    await environment.until(lambda: not environment.telegram.updates.pending)
    assert len(await environment.orders(environment.sarah.user_id)) == 1
    assert (environment.supplier.order_calls, environment.telegram.updates.polls) == (1, 0)


async def test_an_update_without_the_secret_is_refused(
    environment: ShopEnvironment, settings: Settings
) -> None:
    await enter(environment, settings)
    for headers in ({}, {HEADER: SECRET + "x"}):
        async with (
            aiohttp.ClientSession() as session,
            session.post(settings.webhook_url or "", json={}, headers=headers) as response,
        ):
            assert response.status == 403


async def test_updates_wait_for_the_next_process(
    environment: ShopEnvironment, settings: Settings
) -> None:
    environment.telegram.updates.retry_seconds = 0.05
    await enter(environment, settings)
    screen = await environment.sarah.quote(NUMBER)
    await environment.leave()
    query = environment.sarah.press("Pay", on=screen)
    await environment.until(lambda: "failed" in environment.telegram.updates.webhook_error)
    await environment.enter(settings)
    assert "K1" in (await environment.sarah.answer_to(query)).text
    await environment.reaches("K1", OrderState.SUCCEEDED)


async def test_metrics_have_their_own_port_or_need_a_token(
    environment: ShopEnvironment, settings: Settings
) -> None:
    """The webhook's port is open to the internet."""
    own, token = environment.hold_port(), "a-token-of-16-letters"
    public, private = f"http://127.0.0.1:{settings.http_port}", f"http://127.0.0.1:{own}"
    await enter(environment, settings.model_copy(update={"metrics_port": own}))
    for path in ("/health", "/metrics"):
        assert await status_of(public + path) == 404
        assert await status_of(private + path) == 200
    assert await status_of(f"{private}/telegram") == 404
    await environment.leave()
    await enter(environment, settings.model_copy(update={"metrics_token": SecretStr(token)}))
    assert await status_of(f"{public}/metrics") == 401
    assert await status_of(f"{public}/metrics", Authorization=f"Bearer {token}") == 200


async def enter(environment: ShopEnvironment, settings: Settings) -> None:
    """Start the bot, and wait until it has set its webhook and has products to sell."""
    konter = await environment.enter(settings)
    await environment.until(lambda: environment.telegram.updates.webhook is not None)
    await environment.until(lambda: konter.catalogue_cache.catalogue is not None)


async def status_of(address: str, **headers: str) -> int:
    """Return the status of a page."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(address, headers=headers) as response,
    ):
        return response.status
