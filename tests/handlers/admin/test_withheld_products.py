"""A product withheld from sale: its texts, and the button that sells it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.withheld_products import WithheldProduct
from handlers.admin.buttons import SellAgain
from handlers.admin.withheld_products_texts import PRODUCTS_SHOWN, sell_again_label, withheld_list
from handlers.ui.html import plain
from handlers.ui.i18n import load_languages
from tests.handlers.admins import ENGLISH_ADMIN, INDONESIAN_ADMIN, acts, register_second_admin
from tests.handlers.builders import HOSTILE, a_delivery, profile
from tests.handlers.harness import BotHarness
from tests.handlers.rendering import render
from tests.services.shop import ANNI, NUMBER, SECOND_ADMIN, Shop

OTHER_NUMBER = "081299999999"


async def withhold(
    shop: Shop, cost: int = 98_000, ref_id: str = "r1", number: str = NUMBER, waiting: str = ""
) -> None:
    """Let the supplier charge more for SM10 than its price; `waiting` queues one more order."""
    order = await shop.queue(number=number)
    if waiting:
        await shop.queue(number=waiting)
    await shop.send_next(shop.reply(order, ref_id, cost=Rupiah(cost)))
    await shop.withholding.step()


async def withheld_and_notified(harness: BotHarness) -> None:
    """Withhold a product, and notify both admins."""
    await register_second_admin(harness)
    await withhold(harness.shop)
    await harness.deliver.deliver()


async def test_the_admins_see_charged_cost_listed_cost_and_price(harness: BotHarness) -> None:
    await register_second_admin(harness)
    await withhold(harness.shop, waiting=OTHER_NUMBER)
    await harness.deliver.deliver()
    text = harness.text(ENGLISH_ADMIN)
    for part in (
        "The supplier took Rp98,000. Its list said Rp10,200, and your price was Rp11,200.",
        "Seen on order K1.",
        "1 other order of it was open.",
    ):
        assert part in text, text


async def test_the_button_sells_it_again_once(harness: BotHarness) -> None:
    await withheld_and_notified(harness)
    await harness.restart()
    answer = await harness.press("Jual lagi", INDONESIAN_ADMIN)
    assert "SM10 sudah dijual lagi" in answer.text
    assert "Sudah tidak ditahan" in harness.text(INDONESIAN_ADMIN)
    assert harness.labels(INDONESIAN_ADMIN) == ["‹ Kembali"]
    late = await harness.press("Sell it again", ENGLISH_ADMIN)
    assert late.show_alert
    assert "no longer held back" in late.text
    (act,) = await acts(harness)
    assert (act.actor_id, act.action, act.subject) == (INDONESIAN_ADMIN, "sell_again", "SM10")
    await harness.shop.queue(number=OTHER_NUMBER)


async def test_a_button_with_an_outdated_cost_shows_the_new_one(
    harness: BotHarness,
) -> None:
    """Another open order was charged still more."""
    shop = harness.shop
    await register_second_admin(harness)
    shop.supplier.order_gap_seconds = 0
    first, second = await shop.queue(), await shop.queue(number=OTHER_NUMBER)
    started = [await shop.start(), await shop.start()]
    shop.supplier.will(shop.reply(first, cost=Rupiah(50_000)))
    await shop.send.carry_out(started[0])
    await harness.deliver.deliver()
    (old,) = await shop.store.read(lambda tx: tx.withheld_products.open())
    shop.supplier.will(shop.reply(second, "r2", cost=Rupiah(70_000)))
    await shop.send.carry_out(started[1])
    answer = await harness.forge(SellAgain(old.withheld_id, old.cost), ENGLISH_ADMIN)
    assert answer.show_alert
    assert "a higher cost since that message: Rp70,000" in answer.text
    assert "took Rp70,000" in harness.text(ENGLISH_ADMIN)
    assert await acts(harness) == []
    await harness.press("Sell it again", ENGLISH_ADMIN)
    assert [act.detail for act in await acts(harness)] == ["cost 70000"]


async def test_a_forged_button_sells_nothing(harness: BotHarness) -> None:
    await withheld_and_notified(harness)
    answer = await harness.forge(SellAgain(77, 98_000), INDONESIAN_ADMIN)
    assert (answer.text, answer.show_alert) == ("Produk itu tidak ada.", True)
    await harness.forge(SellAgain(1, 98_000), ANNI)
    assert await acts(harness) == []
    assert await harness.shop.store.read(lambda tx: tx.withheld_products.product_ids())


async def test_the_overview_names_it_with_its_button(harness: BotHarness) -> None:
    await withheld_and_notified(harness)
    await harness.say("/status", INDONESIAN_ADMIN)
    costs = "modal Rp98.000, di daftar Rp10.200, harga jual Rp11.200"
    assert costs in harness.text(INDONESIAN_ADMIN)
    await harness.press("Jual SM10 lagi", INDONESIAN_ADMIN)
    await harness.press("Kembali", INDONESIAN_ADMIN)
    assert "Ditahan" not in harness.text(INDONESIAN_ADMIN)


async def withheld_product(harness: BotHarness) -> WithheldProduct:
    """Return a withheld product."""
    await withhold(harness.shop)
    (one,) = (await harness.shop.admin.overview(SECOND_ADMIN)).withheld
    return one


@pytest.mark.parametrize("language", ["id", "en"])
async def test_many_products_with_markup_fit_the_overview(
    harness: BotHarness, language: str
) -> None:
    one = await withheld_product(harness)
    listing = replace(one.product.listing, name=HOSTILE * 9, code="<b>" + "c" * 61)
    hostile = replace(one, product=replace(one.product, listing=listing))
    words = load_languages()[language]
    text = withheld_list(words, [hostile] * (PRODUCTS_SHOWN + 3))
    assert "<b>c" not in text
    assert text.count("•") == PRODUCTS_SHOWN
    assert "3" in plain(text).splitlines()[-1]
    assert len(text) < 1_500
    assert len(sell_again_label(words, hostile)) < 40
    assert withheld_list(words, []) == ""


@pytest.mark.parametrize("language", ["id", "en"])
async def test_a_notice_of_a_product_sold_again_says_so(harness: BotHarness, language: str) -> None:
    one = await withheld_product(harness)
    over = replace(
        one, withheld=replace(one.withheld, ended_at=one.withheld.withheld_at + timedelta(1))
    )
    words = load_languages()[language]
    told_of = replace(a_delivery(NoticeKind.WITHHELD, language), order=None, withheld=over)
    assert "SM10" in render(words, told_of, profile(), "@shop").text
