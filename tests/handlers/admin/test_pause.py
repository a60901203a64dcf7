"""Pausing and resuming the shop by command and by button."""

from __future__ import annotations

from bot.domain.errors import SupplierReadError
from bot.domain.shop_rules import PAUSED
from bot.ports.store import Transaction
from bot.services.orders.circuit_breaker import BREAKER
from bot.services.restores import RESTORED
from tests.handlers.admins import AIDE, BOSS, acts, with_aide
from tests.handlers.counter import Counter


async def is_raised(counter: Counter, name: str) -> bool:
    """Tell whether a condition is raised."""
    return await counter.shop.store.read(lambda tx: tx.conditions.get(name)) is not None


async def test_a_paused_shop_takes_no_orders_and_records_the_note(counter: Counter) -> None:
    await counter.say("/pause pindah <rumah>", BOSS)
    assert "Toko ditutup sementara." in counter.text(BOSS)
    assert "pindah <rumah>" in counter.text(BOSS)
    assert await is_raised(counter, PAUSED)
    await counter.to_confirm()
    answer = await counter.press("Bayar")
    assert answer.show_alert
    assert await counter.orders() == []
    (act,) = await acts(counter)
    assert (act.actor_id, act.action, act.detail) == (BOSS, "pause", "pindah <rumah>")


async def test_resuming_opens_the_shop_and_closes_the_breaker(counter: Counter) -> None:
    await with_aide(counter)
    for number in ("081200000001", "081200000002", "081200000003"):
        await counter.shop.ambiguous(number)
    await counter.say("/pause", BOSS)
    assert await is_raised(counter, f"{BREAKER}U1")
    await counter.say("/resume", AIDE)
    assert "The shop sells again." in counter.text(AIDE)
    assert "the stop after unanswered calls is over" in counter.text(AIDE)
    assert not await is_raised(counter, PAUSED)
    assert not await is_raised(counter, f"{BREAKER}U1")
    await counter.say("/resume", AIDE)
    assert "The shop was not paused" in counter.text(AIDE)
    await counter.say("/pause", AIDE)
    await counter.say("/resume", AIDE)
    assert "unanswered" not in counter.text(AIDE)
    assert [act.action for act in await acts(counter)] == [
        "resume",
        "pause",
        "resume",
        "resume",
        "pause",
    ]


async def test_the_alert_of_the_breaker_has_a_button_that_closes_it(counter: Counter) -> None:
    await with_aide(counter)
    for number in ("081200000001", "081200000002", "081200000003"):
        await counter.shop.ambiguous(number)
    await counter.deliver.deliver()
    assert counter.labels(BOSS) == ["▶️ Buka toko lagi"]
    await counter.press("Buka toko lagi", BOSS)
    assert "Toko buka lagi." in counter.text(BOSS)
    assert "Keadaan toko" in counter.text(BOSS)
    assert not await is_raised(counter, f"{BREAKER}U1")
    await counter.press("Sell again", AIDE)
    assert "The shop was not paused" in counter.text(AIDE)


async def test_the_button_of_an_old_alert_does_not_end_a_later_pause(counter: Counter) -> None:
    await with_aide(counter)
    for number in ("081200000001", "081200000002", "081200000003"):
        await counter.shop.ambiguous(number)
    await counter.deliver.deliver()
    counter.shop.clock.advance(3600)
    await counter.shop.admin.pause(AIDE, "pindah rumah")
    answer = await counter.press("Buka toko lagi", BOSS)
    assert answer.show_alert
    assert "dari sebelum toko berhenti" in answer.text
    assert "pindah rumah" in counter.text(BOSS)
    assert await is_raised(counter, PAUSED)
    await counter.press("Buka toko lagi", BOSS)
    assert not await is_raised(counter, PAUSED)


async def test_the_overview_pauses_and_resumes_with_a_button(counter: Counter) -> None:
    await counter.say("/status", BOSS)
    await counter.press("Tutup toko", BOSS)
    assert await is_raised(counter, PAUSED)
    assert "Ditutup sejak" in counter.text(BOSS)
    await counter.press("Buka toko", BOSS)
    assert not await is_raised(counter, PAUSED)
    assert "Toko buka." in counter.text(BOSS)
    assert len(counter.said(BOSS)) == 1


async def test_after_a_restore_the_shop_opens_only_after_a_status_read(counter: Counter) -> None:
    shop = counter.shop

    def restore(tx: Transaction) -> None:
        tx.conditions.raise_(PAUSED, RESTORED, shop.clock.now())
        tx.conditions.raise_(RESTORED, "a - b", shop.clock.now())

    await shop.store.write(restore)
    shop.supplier.read_error = SupplierReadError("502")
    await counter.say("/resume", BOSS)
    assert "Belum ada yang berubah" in counter.text(BOSS)
    assert await is_raised(counter, PAUSED)
    await counter.say("/status", BOSS)
    assert "berjalan dari cadangan" in counter.text(BOSS)
    assert "a - b" in counter.text(BOSS)
    await counter.press("Buka toko", BOSS)
    assert "Belum ada yang berubah" in counter.text(BOSS)
    shop.supplier.read_error = None
    await counter.press("Buka toko", BOSS)
    assert not await is_raised(counter, PAUSED)
    assert not await is_raised(counter, RESTORED)
