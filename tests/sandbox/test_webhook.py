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


async def test_a_purchase_by_webhook(environment: ShopEnvironment, settings: Settings) -> None:
    await environment.enter(settings)
    await environment.until(lambda: environment.telegram.updates.webhook is not None)
    number = await environment.sarah.buy(NUMBER)
    await environment.reaches(number, OrderState.SUCCEEDED)
    await environment.sarah.sees(environment.bought(NUMBER)[0].voucher)
    assert environment.telegram.updates.polls == 0


async def test_an_update_without_the_secret_or_that_is_no_update_is_refused(
    environment: ShopEnvironment, settings: Settings
) -> None:
    await environment.enter(settings)
    await environment.until(lambda: environment.telegram.updates.webhook is not None)
    for secret in (None, "", "another", SECRET + "x"):
        assert await post(settings, {"update_id": 1, "message": {}}, secret) == 403, secret
    assert await post(settings, ["no", "object"], SECRET) == 400
    await environment.budi.say("/start")
    assert environment.sarah.texts == ""


async def test_an_update_delivered_twice_is_handled_once(
    environment: ShopEnvironment, settings: Settings
) -> None:
    await environment.enter(settings)
    await environment.until(lambda: environment.telegram.updates.webhook is not None)
    number = await environment.sarah.buy(NUMBER)
    await environment.reaches(number, OrderState.SUCCEEDED)
    environment.telegram.redeliver(environment.telegram.updates.next_id - 1)
    await environment.until(lambda: not environment.telegram.updates.pending)
    assert len(await environment.orders(environment.sarah.user_id)) == 1
    assert environment.supplier.order_calls == 1


async def test_updates_wait_for_the_next_process(
    environment: ShopEnvironment, settings: Settings
) -> None:
    environment.telegram.updates.retry_seconds = 0.05
    await environment.enter(settings)
    await environment.until(lambda: environment.telegram.updates.webhook is not None)
    screen = await environment.sarah.quote(NUMBER)
    await environment.leave()
    query = environment.sarah.press("Pay", on=screen)
    await environment.until(lambda: "failed" in environment.telegram.updates.webhook_error)
    await environment.enter(settings)
    assert "K1" in (await environment.sarah.answer_to(query)).text
    await environment.reaches("K1", OrderState.SUCCEEDED)


async def test_the_shop_can_go_back_to_polling(
    environment: ShopEnvironment, settings: Settings
) -> None:
    """The webhook of the last run must be deleted, or no update would arrive."""
    await environment.enter(settings)
    await environment.until(lambda: environment.telegram.updates.webhook is not None)
    await environment.leave()
    await environment.enter_with_goods()
    await environment.sarah.say("/start", shows="Welcome")
    assert environment.telegram.updates.webhook is None


async def test_metrics_are_not_served_on_the_webhooks_port(
    environment: ShopEnvironment, settings: Settings
) -> None:
    """The webhook's port is open to the internet; metrics have their own port."""
    own = environment.hold_port()
    await environment.enter(settings.model_copy(update={"metrics_port": own}))
    await environment.until(lambda: environment.telegram.updates.webhook is not None)
    for path in ("/health", "/metrics"):
        assert await status_of(f"http://127.0.0.1:{settings.http_port}{path}") == 404
        assert await status_of(f"http://127.0.0.1:{own}{path}") == 200
        assert await status_of(f"http://127.0.0.1:{own}/telegram") == 404


async def test_metrics_on_the_webhooks_port_need_a_token(
    environment: ShopEnvironment, settings: Settings
) -> None:
    token = "a-token-of-16-letters"
    await environment.enter(settings.model_copy(update={"metrics_token": SecretStr(token)}))
    await environment.until(lambda: environment.telegram.updates.webhook is not None)
    address = f"http://127.0.0.1:{settings.http_port}/metrics"
    assert await status_of(address) == 401
    assert await status_of(address, Authorization="Bearer another") == 401
    assert await status_of(address, Authorization=f"Bearer {token}") == 200


async def status_of(address: str, **headers: str) -> int:
    """Return the status of a page."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(address, headers=headers) as response,
    ):
        return response.status


async def post(settings: Settings, body: object, secret: str | None) -> int:
    """Post to the webhook as anybody could; return the status."""
    headers = {} if secret is None else {HEADER: secret}
    async with (
        aiohttp.ClientSession() as session,
        session.post(settings.webhook_url or "", json=body, headers=headers) as response,
    ):
        return response.status
