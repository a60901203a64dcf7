"""A soak of seconds passes its checks, and each check fails when it should.

`make soak` runs for an hour.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.money import Rupiah
from bot.domain.order import OrderState
from bot.sandbox.bot_process import LogLine
from bot.sandbox.supplier.server import PanelOrder
from tests.samples import ORDER
from tests.soak.checks import Soaked, all_checks
from tests.soak.measurements import Sample, growth_per_10000, of_last_process
from tests.soak.report import put_into, tables
from tests.soak.run import Plan, Soak

BOUGHT = replace(ORDER, state=OrderState.SUCCEEDED, ref_id="r1", send_number=1)


def purchase(ref_id: str = "r1") -> PanelOrder:
    """Return a purchase of the order above."""
    price, target = Rupiah(10_200), BOUGHT.destination
    return PanelOrder(ref_id, BOUGHT.service_code, target, price, 0.0, {}, status="success")


def samples(grown_by: float = 0.0) -> list[Sample]:
    """Return the samples of 300 moments and 30,000 updates, with noise and a peak."""
    return [
        Sample(
            process=2,
            updates=number * 100,
            resident_megabytes=90 + number % 3 + grown_by * number + (40 if number == 250 else 0),
            files=20 + number % 2 + round(grown_by * number),
            threads=5 + round(grown_by * number),
            tasks=30 + number % 5 + round(grown_by * number),
        )
        for number in range(300)
    ]


def good() -> Soaked:
    """Return what a soak leaves when nothing is wrong."""
    return Soaked(
        samples=samples(),
        left_in_queues={"outbox": 0},
        too_old={},
        findings=[],
        orders=[BOUGHT],
        purchases=[purchase()],
        refunded_by_hand=set(),
        log_megabytes=4.1,
        backups=14,
        most_backups=14,
        exit_code=0,
    )


async def test_a_soak_of_seconds_passes(tmp_path: Path) -> None:
    plan = Plan(
        f"sqlite:///{tmp_path / 'sandbox.db'}",
        seconds=2.0,
        seed=3,
        day_seconds=0.7,
        customers=6,
        patience_seconds=0.7,
        sample_seconds=0.02,
    )
    soak = Soak(plan, tmp_path, lambda _line: None)
    soaked = await soak.run()
    checks = all_checks(soaked)
    # In so few updates the caches still fill.
    failed = [one for one in checks if not one.has_passed and "growth" not in one.rule]
    assert failed == [], soak.shop.problems
    figures = soak.figures
    assert figures.updates > 20
    assert figures.days > 100
    assert figures.kills + figures.restarts > 0
    assert len(soaked.samples) > 20
    text = tables("SQLite", plan, figures, checks)
    begin, end = "<!-- soak sqlite -->", "<!-- /soak sqlite -->"
    page = put_into(f"a\n{begin}\n{end}\nb", "sqlite", text)
    assert page == f"a\n{begin}\n{text}\n{end}\nb"


def test_what_is_right_passes() -> None:
    assert [one for one in all_checks(good()) if not one.has_passed] == []


SPOILT: dict[str, Callable[[], Soaked]] = {
    "resident memory": lambda: replace(good(), samples=samples(0.05)),
    "open files": lambda: replace(good(), samples=samples(0.05)),
    "threads": lambda: replace(good(), samples=samples(0.05)),
    "tasks": lambda: replace(good(), samples=samples(0.05)),
    "left in the queues": lambda: replace(good(), left_in_queues={"outbox": 1}),
    "rows kept for too long": lambda: replace(good(), too_old={"inbox": 1}),
    "daily backups": lambda: replace(good(), backups=15),
    "write-ahead log": lambda: replace(good(), log_megabytes=17),
    "findings of the audits": lambda: replace(good(), findings=["a wallet is wrong"]),
    "orders neither settled": lambda: replace(
        good(), orders=[BOUGHT, replace(BOUGHT, state=OrderState.QUEUED, ref_id=None)]
    ),
    "orders bought twice": lambda: replace(good(), purchases=[purchase(), purchase(ref_id="r2")]),
    "succeeded and not bought": lambda: replace(good(), purchases=[purchase(ref_id="r2")]),
    "logged at ERROR": lambda: replace(good(), problems=[LogLine("error", "it broke")]),
    "exit code": lambda: replace(good(), exit_code=1),
}


@pytest.mark.parametrize("rule", SPOILT)
def test_each_check_fails_when_it_should(rule: str) -> None:
    failed = [one.rule for one in all_checks(SPOILT[rule]()) if not one.has_passed]
    assert any(one.startswith(rule) for one in failed), failed


def test_every_check_was_seen_to_fail() -> None:
    rules = [one.rule for one in all_checks(good())]
    assert all(any(rule.startswith(name) for name in SPOILT) for rule in rules)


def test_a_refund_of_what_was_bought_is_the_admins_only() -> None:
    given_back = replace(BOUGHT, state=OrderState.FAILED)
    soaked = replace(good(), orders=[given_back])
    assert [one.rule[:9] for one in all_checks(soaked) if not one.has_passed] == ["succeeded"]
    soaked = replace(soaked, refunded_by_hand={given_back.number})
    assert all(one.has_passed for one in all_checks(soaked))


def test_a_reference_of_two_orders_is_found() -> None:
    soaked = replace(good(), orders=[BOUGHT, BOUGHT])
    assert any("claimed 2 times" in fault for one in all_checks(soaked) for fault in one.faults)


def test_growth_is_of_the_last_process_after_its_warm_up() -> None:
    before = [replace(one, process=1, resident_megabytes=one.updates) for one in samples()]
    warming = [
        replace(one, resident_megabytes=one.updates / 100)
        for one in samples()
        if one.updates < 9_000
    ]
    steady = of_last_process([*before, *warming, *samples(0.1)[90:]])
    growth = growth_per_10000(steady, lambda one: one.resident_megabytes)
    assert growth == pytest.approx(10, abs=0.5)
