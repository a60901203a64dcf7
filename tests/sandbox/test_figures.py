"""Health and metrics over HTTP while the shop works."""

from __future__ import annotations

import re

import aiohttp
import pytest

from bot.domain.order import OrderState
from bot.sandbox.supplier.server import Fault
from tests.sandbox.doubt import is_put_off
from tests.sandbox.running_shop import House, free_port

NUMBER = "081212345678"


@pytest.fixture
async def address(house: House) -> str:
    """The address of the running bot's HTTP server."""
    house.env["HTTP_PORT"] = str(free_port())
    house.clock.move_to(12)
    await house.enter_with_goods()
    return f"http://127.0.0.1:{house.env['HTTP_PORT']}"


async def test_health_reports_database_telegram_workers_and_list_age(
    house: House, address: str
) -> None:
    await house.sarah.say("/start", shows="Welcome")
    house.pass_time(minutes=5)
    status, body = await get(f"{address}/health")
    assert status == 200
    for part in ('"ok": true', '"telegram": "connected"', '"workers": "ok"', '"products": 4'):
        assert part in body
    age = re.search(r'"catalogue_age_seconds": ([0-9]+)', body)
    assert age is not None
    assert 300 <= int(age[1]) < 400


async def test_health_reports_that_telegram_is_down(house: House, address: str) -> None:
    """A restart would not bring Telegram back, so the shop itself is healthy."""
    await house.sarah.say("/start", shows="Welcome")
    house.telegram.down = True
    await house.until_true(lambda: contains(f"{address}/health", '"telegram": "away"'))
    assert (await get(f"{address}/health"))[0] == 200


async def test_metrics_match_the_database_and_the_supplier(house: House, address: str) -> None:
    await house.reaches(await house.sarah.buy("081200000001"), OrderState.SUCCEEDED)
    await house.reaches(await house.sarah.buy("081200000004"), OrderState.PARKED)
    house.supplier.fail_next_order(Fault.LOST_AFTER)
    await house.reaches(await house.sarah.buy(NUMBER), OrderState.AMBIGUOUS)
    await house.until_true(lambda: contains(f"{address}/metrics", "konter_outbox_backlog 0.0"))
    _, body = await get(f"{address}/metrics")
    for state in ("succeeded", "parked", "ambiguous"):
        assert f'konter_orders{{state="{state}"}} 1.0' in body
    assert "konter_catalogue_size 4.0" in body
    made = sum(call.kind == "order" for call in house.supplier.calls)
    assert f'konter_supplier_calls_total{{kind="order"}} {made}.0' in body


async def test_metrics_count_waiting_messages(house: House, address: str) -> None:
    screen = await house.sarah.quote(NUMBER)
    house.telegram.fail_next("sendMessage", "429", retry_after=60)
    await house.reaches(await house.sarah.confirm(screen), OrderState.SUCCEEDED)
    await house.until_true(lambda: is_put_off(house, "K1"))
    assert await contains(f"{address}/metrics", "konter_outbox_backlog 1.0")
    house.pass_time(seconds=61)
    await house.until_true(lambda: contains(f"{address}/metrics", "konter_outbox_backlog 0.0"))


async def contains(address: str, text: str) -> bool:
    """Tell whether a page contains a text now."""
    return text in (await get(address))[1]


async def get(address: str) -> tuple[int, str]:
    """Return the status and the text of a page."""
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, await response.text()
