"""Pausing and resuming the shop by command and by button."""

from __future__ import annotations

from bot.domain.errors import SupplierReadError
from bot.domain.shop_rules import PAUSED
from bot.ports.store import Transaction
from bot.services.orders.circuit_breaker import BREAKER
from bot.services.restores import RESTORED
from tests.handlers.admins import ENGLISH_ADMIN, INDONESIAN_ADMIN, acts, register_second_admin
from tests.handlers.harness import BotHarness
from tests.services.shop import SECOND_ADMIN


async def is_raised(harness: BotHarness, name: str) -> bool:
    """Return whether a condition is raised."""
    return await harness.shop.store.read(lambda tx: tx.conditions.get(name)) is not None


async def break_circuit(harness: BotHarness) -> None:
    """Lose the answers to three orders, which opens the circuit breaker."""
    await register_second_admin(harness)
    for number in ("081200000001", "081200000002", "081200000003"):
        await harness.shop.ambiguous(number)


async def test_a_paused_shop_takes_no_orders_and_records_the_note(harness: BotHarness) -> None:
    await harness.say("/pause pindah <rumah>", INDONESIAN_ADMIN)
    assert "pindah <rumah>" in harness.text(INDONESIAN_ADMIN)
    assert await is_raised(harness, PAUSED)
    await harness.to_confirm()
    answer = await harness.press("Bayar")
    assert answer.show_alert
    assert await harness.orders() == []
    (act,) = await acts(harness)
    assert (act.actor_id, act.action, act.detail) == (INDONESIAN_ADMIN, "pause", "pindah <rumah>")


async def test_resuming_opens_the_shop_and_closes_the_breaker(harness: BotHarness) -> None:
    await break_circuit(harness)
    await harness.say("/pause", INDONESIAN_ADMIN)
    assert await is_raised(harness, f"{BREAKER}U1")
    await harness.say("/resume", ENGLISH_ADMIN)
    assert "The shop sells again." in harness.text(ENGLISH_ADMIN)
    assert "the stop after unanswered calls is over" in harness.text(ENGLISH_ADMIN)
    assert not await is_raised(harness, PAUSED)
    assert not await is_raised(harness, f"{BREAKER}U1")
    await harness.say("/resume", ENGLISH_ADMIN)
    assert "The shop was not paused" in harness.text(ENGLISH_ADMIN)
    await harness.say("/pause", ENGLISH_ADMIN)
    await harness.say("/resume", ENGLISH_ADMIN)
    assert "unanswered" not in harness.text(ENGLISH_ADMIN)
    done = [act.action for act in await acts(harness)]
    assert done == ["resume", "pause", "resume", "resume", "pause"]


async def test_the_alert_of_the_breaker_has_a_button_that_closes_it(harness: BotHarness) -> None:
    await break_circuit(harness)
    await harness.deliver.deliver()
    assert harness.labels(INDONESIAN_ADMIN) == ["▶️ Buka toko lagi"]
    await harness.press("Buka toko lagi", INDONESIAN_ADMIN)
    assert "Toko buka lagi." in harness.text(INDONESIAN_ADMIN)
    assert "Keadaan toko" in harness.text(INDONESIAN_ADMIN)
    assert not await is_raised(harness, f"{BREAKER}U1")
    await harness.press("Sell again", ENGLISH_ADMIN)
    assert "The shop was not paused" in harness.text(ENGLISH_ADMIN)


async def test_the_button_of_an_old_alert_does_not_end_a_later_pause(harness: BotHarness) -> None:
    await break_circuit(harness)
    await harness.deliver.deliver()
    harness.shop.clock.advance(3600)
    await harness.shop.admin.pause(SECOND_ADMIN, "pindah rumah")
    answer = await harness.press("Buka toko lagi", INDONESIAN_ADMIN)
    assert answer.show_alert
    assert "dari sebelum toko berhenti" in answer.text
    assert "pindah rumah" in harness.text(INDONESIAN_ADMIN)
    assert await is_raised(harness, PAUSED)
    await harness.press("Buka toko lagi", INDONESIAN_ADMIN)
    assert not await is_raised(harness, PAUSED)


async def test_the_overview_pauses_and_resumes_with_a_button(harness: BotHarness) -> None:
    await harness.say("/status", INDONESIAN_ADMIN)
    await harness.press("Tutup toko", INDONESIAN_ADMIN)
    assert await is_raised(harness, PAUSED)
    assert "Ditutup sejak" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Buka toko", INDONESIAN_ADMIN)
    assert not await is_raised(harness, PAUSED)
    assert "Toko buka." in harness.text(INDONESIAN_ADMIN)
    assert len(harness.said(INDONESIAN_ADMIN)) == 1


async def test_after_a_restore_the_shop_opens_only_after_a_status_read(harness: BotHarness) -> None:
    shop = harness.shop

    def restore(tx: Transaction) -> None:
        tx.conditions.raise_(PAUSED, RESTORED, shop.clock.now())
        tx.conditions.raise_(RESTORED, "a - b", shop.clock.now())

    await shop.store.write(restore)
    shop.supplier.read_error = SupplierReadError("502")
    await harness.say("/resume", INDONESIAN_ADMIN)
    assert "Belum ada yang berubah" in harness.text(INDONESIAN_ADMIN)
    assert await is_raised(harness, PAUSED)
    await harness.say("/status", INDONESIAN_ADMIN)
    assert "berjalan dari cadangan" in harness.text(INDONESIAN_ADMIN)
    assert "a - b" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Buka toko", INDONESIAN_ADMIN)
    assert "Belum ada yang berubah" in harness.text(INDONESIAN_ADMIN)
    shop.supplier.read_error = None
    await harness.press("Buka toko", INDONESIAN_ADMIN)
    assert not await is_raised(harness, PAUSED)
    assert not await is_raised(harness, RESTORED)
