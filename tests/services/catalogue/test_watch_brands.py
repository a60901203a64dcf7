"""A brand of which most orders begin to fail is proposed as disrupted, once in six hours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import pytest

from bot.domain.errors import RefusalClass, SupplierRefusedError
from bot.domain.notice import NoticeKind
from bot.domain.selection import SoldTo
from bot.ports.notifier import Delivery
from tests.services.catalogue.test_selection import brand, category
from tests.services.shop import ADMIN, ADMIN_CHAT, Shop

HOUR = 3_600
REFUSED = SupplierRefusedError(RefusalClass.PRODUCT, "Produk gangguan")
_NUMBERS = count(1)


async def end(shop: Shop, succeeded: int, failed: int, code: str = "SM10") -> None:
    """Let so many orders succeed and fail."""
    for index in range(succeeded + failed):
        shop.clock.advance(31)
        await shop.queue(code=code, number=f"0812{next(_NUMBERS):08}")
        started = await shop.start()
        reply = shop.reply(started, status_word="success", ref_id=f"r{started.order_id}")
        shop.supplier.will(reply if index < succeeded else REFUSED)
        await shop.send.carry_out(started)


async def proposed(shop: Shop) -> Sequence[Delivery]:
    """Run the worker's step, and return the proposals to an owner."""
    await shop.watch_brands.step()
    return await shop.deliveries(ADMIN_CHAT, NoticeKind.DISRUPTION_PROPOSED)


async def worked_then_fails(shop: Shop) -> None:
    await end(shop, 4, 0)
    shop.clock.advance(3 * HOUR)
    await end(shop, 1, 4)


async def test_a_brand_that_worked_and_fails_now_is_proposed_once_in_six_hours(
    shop: Shop,
) -> None:
    await worked_then_fails(shop)
    (notice,) = await proposed(shop)
    assert notice.notice.subject_id == brand(shop).target_id
    assert (notice.notice.data["failed"], notice.notice.data["ended"]) == (4, 5)
    assert [one.name for one in notice.brand] == ["pulsa-reguler", "TELKOMSEL"]
    assert await proposed(shop) == []
    shop.clock.advance(6 * HOUR)
    assert await proposed(shop) == []  # Nothing failed within two hours.
    await end(shop, 0, 5)
    assert len(await proposed(shop)) == 1


async def test_a_brand_that_never_worked_is_not_proposed(shop: Shop) -> None:
    await end(shop, 0, 5)
    assert await proposed(shop) == []


async def test_a_few_failures_are_not_proposed(shop: Shop) -> None:
    await end(shop, 2, 0)
    shop.clock.advance(3 * HOUR)
    await end(shop, 0, 4)
    assert await proposed(shop) == []


@pytest.mark.parametrize("how", ["brand", "type", "disrupted"])
async def test_what_is_marked_or_not_sold_is_not_proposed(shop: Shop, how: str) -> None:
    await worked_then_fails(shop)
    if how == "disrupted":
        await shop.selection.disrupt(ADMIN, brand(shop))
    else:
        target = brand(shop) if how == "brand" else category(shop, "pulsa-reguler")
        await shop.selection.sell_to(ADMIN, target, SoldTo.NOBODY)
    assert await proposed(shop) == []


async def test_a_brand_that_is_no_longer_listed_is_not_proposed(shop: Shop) -> None:
    await worked_then_fails(shop)
    for code in ("SM10", "SM20", "ONCE", "NIGHT", "GONE"):
        await shop.relist(code, main="OTHER")
    assert await proposed(shop) == []
    for code in ("SM10", "SM20", "ONCE", "NIGHT", "GONE", "XL10"):
        await shop.relist(code, type="token-pln")
    assert await proposed(shop) == []
