"""Health and metrics over HTTP while the shop works."""

from __future__ import annotations

import re

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

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


async def test_readiness_reports_database_telegram_workers_and_list_age(
    environment: ShopEnvironment, address: str
) -> None:
    await environment.sarah.say("/start", shows="Welcome")
    environment.pass_time(minutes=5)
    status, body = await get(f"{address}/readyz")
    assert status == 200
    for part in ('"ok": true', '"telegram": "ok"', '"workers": "ok"', '"products": 4'):
        assert part in body
    age = re.search(r'"catalogue_age_seconds": ([0-9]+)', body)
    assert age is not None
    assert 300 <= int(age[1]) < 400


async def test_a_shop_whose_telegram_is_down_lives_and_tells_it(
    environment: ShopEnvironment, address: str
) -> None:
    """A restart would not bring Telegram back, and a single failed poll is nothing."""
    await environment.sarah.say("/start", shows="Welcome")
    environment.telegram.down = True
    await environment.until_true(
        lambda: contains(f"{address}/metrics", "konter_telegram_connected 0.0")
    )
    for path in ("healthz", "readyz"):
        assert (await get(f"{address}/{path}"))[0] == 200
    _, body = await get(f"{address}/metrics")
    assert 'konter_telegram_errors_total{code="network"} 0.0' not in body


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
    found = samples_of(body)
    for state in ("succeeded", "parked", "ambiguous"):
        assert found["konter_orders", ("state", state)] == 1
    assert found["konter_catalogue_size",] == 4
    order = ("kind", "order")
    assert found["konter_supplier_calls_total", order, ("outcome", "answered")] == 2
    assert found["konter_supplier_calls_total", order, ("outcome", "unknown")] == 1
    made = sum(call.kind == "order" for call in environment.supplier.calls)
    assert found["konter_supplier_call_seconds_count", order] == made == 3
    assert found["konter_confirm_to_voucher_seconds_count",] == 1
    assert found["konter_ledger_sum_rupiah",] == 0
    assert found["konter_ready",] == 1
    assert found["process_resident_memory_bytes",] > 0
    for secret in (environment.sarah.user_id, NUMBER, environment.settings.osimesa_user_id):
        assert f'"{secret}"' not in body


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


def samples_of(body: str) -> dict[tuple[str | tuple[str, str], ...], float]:
    """Return the values as Prometheus reads them, by name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }


async def contains(address: str, text: str) -> bool:
    """Return whether a page contains a text now."""
    return text in (await get(address))[1]


async def get(address: str) -> tuple[int, str]:
    """Return the status and the text of a page."""
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, await response.text()
