"""What staff read when the money at the supplier runs low, or out."""

from __future__ import annotations

from bot.domain.errors import RefusalClass, SupplierRefusedError
from bot.domain.money import Rupiah
from tests.handlers.admins import INDONESIAN_ADMIN
from tests.handlers.harness import BotHarness
from tests.services.shop import ANNI


async def figure(harness: BotHarness, balance: int | None) -> str:
    """Let the panel show a balance; return what the owner reads then."""
    shop = harness.shop
    shop.supplier.deposit = None if balance is None else Rupiah(balance)
    shop.clock.advance(300)
    await shop.money_watch.step()
    await harness.deliver.deliver()
    return harness.text(INDONESIAN_ADMIN)


async def test_the_warning_says_how_long_the_money_lasts(harness: BotHarness) -> None:
    shop = harness.shop
    await harness.say("/start", INDONESIAN_ADMIN)
    await harness.set_settings(low_balance=50_000)
    order = await shop.queue()
    await shop.send_next(shop.reply(order, status_word="success"))
    warned = await figure(harness, 40_800)
    assert "Saldo di supplier tinggal Rp40.800" in warned
    assert "±4 hari" in warned
    assert "/setor" in warned
    assert "Menurut catatan" in await figure(harness, None)


async def test_a_stopped_shop_says_why_and_goes_on_by_a_button(harness: BotHarness) -> None:
    shop = harness.shop
    await harness.say("/start", INDONESIAN_ADMIN)
    assert "Penjualan berhenti" in await figure(harness, 0)
    await harness.say("/order", ANNI)
    assert "Toko sedang istirahat" in harness.text(ANNI)
    await harness.say("/status", INDONESIAN_ADMIN)
    assert "saldo di supplier habis" in harness.text(INDONESIAN_ADMIN)
    shop.supplier.deposit = Rupiah(900_000)
    assert "penjualan jalan terus" in await figure(harness, 900_000)
    await harness.say("/status", INDONESIAN_ADMIN)
    assert "Toko buka" in harness.text(INDONESIAN_ADMIN)


async def test_a_refusal_for_lack_of_money_brings_the_button_to_sell_again(
    harness: BotHarness,
) -> None:
    shop = harness.shop
    await harness.say("/start", INDONESIAN_ADMIN)
    await shop.queue()
    await shop.send_next(SupplierRefusedError(RefusalClass.OWN_DEPOSIT, "Saldo kurang"))
    await harness.deliver.deliver()
    assert "penjualan berhenti" in harness.text(INDONESIAN_ADMIN)
    await harness.press("Buka toko lagi", INDONESIAN_ADMIN)
    assert "Toko buka" in harness.text(INDONESIAN_ADMIN)
