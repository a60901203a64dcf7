"""Health and metrics over HTTP while the shop works."""

from __future__ import annotations

import re

import aiohttp
import pytest

from bot.domain.order import OrderState
from bot.sandbox.supplier.server import Fault
from tests.sandbox.shop_environment import ShopEnvironment
from tests.sandbox.waiting import is_postponed

NUMBER = "081212345678"


@pytest.fixture
async def address(environment: ShopEnvironment) -> str:
    """The address of the running bot's HTTP server."""
    environment.env["HTTP_PORT"] = str(environment.hold_port())
    environment.clock.move_to(12)
    await environment.enter_with_goods()
    return f"http://127.0.0.1:{environment.env['HTTP_PORT']}"


async def test_health_reports_database_telegram_workers_and_list_age(
    environment: ShopEnvironment, address: str
) -> None:
    await environment.sarah.say("/start", shows="Welcome")
    environment.pass_time(minutes=5)
    status, body = await get(f"{address}/health")
    assert status == 200
    for part in ('"ok": true', '"telegram": "connected"', '"workers": "ok"', '"products": 4'):
        assert part in body
    age = re.search(r'"catalogue_age_seconds": ([0-9]+)', body)
    assert age is not None
    assert 300 <= int(age[1]) < 400


async def test_health_reports_that_telegram_is_down(
    environment: ShopEnvironment, address: str
) -> None:
    """A restart would not bring Telegram back, so the shop itself is healthy."""
    await environment.sarah.say("/start", shows="Welcome")
    environment.telegram.down = True
    await environment.until_true(lambda: contains(f"{address}/health", '"telegram": "away"'))
    assert (await get(f"{address}/health"))[0] == 200


async def test_metrics_match_the_database_and_the_supplier(
    environment: ShopEnvironment, address: str
) -> None:
    await environment.reaches(await environment.sarah.buy("081200000001"), OrderState.SUCCEEDED)
    await environment.reaches(await environment.sarah.buy("081200000004"), OrderState.PARKED)
    environment.supplier.fail_next_order(Fault.LOST_AFTER)
    await environment.reaches(await environment.sarah.buy(NUMBER), OrderState.AMBIGUOUS)
    await environment.until_true(
        lambda: contains(f"{address}/metrics", "konter_outbox_backlog 0.0")
    )
    _, body = await get(f"{address}/metrics")
    for state in ("succeeded", "parked", "ambiguous"):
        assert f'konter_orders{{state="{state}"}} 1.0' in body
    assert "konter_catalogue_size 4.0" in body
    made = sum(call.kind == "order" for call in environment.supplier.calls)
    assert f'konter_supplier_calls_total{{kind="order"}} {made}.0' in body


async def test_metrics_count_waiting_messages(environment: ShopEnvironment, address: str) -> None:
    screen = await environment.sarah.quote(NUMBER)
    environment.telegram.fail_next("sendMessage", "429", retry_after=60)
    await environment.reaches(await environment.sarah.confirm(screen), OrderState.SUCCEEDED)
    await environment.until_true(lambda: is_postponed(environment, "K1"))
    assert await contains(f"{address}/metrics", "konter_outbox_backlog 1.0")
    environment.pass_time(seconds=61)
    await environment.until_true(
        lambda: contains(f"{address}/metrics", "konter_outbox_backlog 0.0")
    )


async def contains(address: str, text: str) -> bool:
    """Return whether a page contains a text now."""
    return text in (await get(address))[1]


async def get(address: str) -> tuple[int, str]:
    """Return the status and the text of a page."""
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, await response.text()
