"""What employees read of orders, and the codes that they are shown on request."""

from dataclasses import replace

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import NotFoundError, NotPermittedError
from bot.domain.notice import Alert, NoticeKind
from bot.domain.order import Order, OrderId
from bot.domain.shop_rules import PAUSED
from bot.domain.staff import Right
from bot.services.notices import enqueue, enqueue_threads
from tests.services.shop import ADMIN, ANNI, BUDI, BUDI_CHAT, Shop
from tests.services.test_permissions import employ

BUDI_ACTS = Actor(BUDI, BUDI_CHAT)
CODE = "1234-5678-9012-3456"


async def parked(shop: Shop, *rights: Right) -> Order:
    """Park an order of Anni's that has a code, and employ Budi."""
    order = await shop.parked()
    await shop.store.write(lambda tx: tx.orders.save(replace(order, voucher=CODE)))
    await employ(shop, BUDI, *rights)
    return await shop.get(order.order_id)


async def test_staff_read_masked_orders_and_owners_whole_ones(shop: Shop) -> None:
    order = await parked(shop, Right.CASES, Right.CODES)
    shop.supplier.shows(shop.row(order, "late1"))
    seen = await shop.admin.order_evidence(BUDI_ACTS, order.order_id)
    assert (seen.order.destination, seen.order.voucher) == ("0812••••7890", "••••3456")
    assert (seen.order.cost, seen.can_show_code) == (0, True)
    (found,) = await shop.admin.find(BUDI_ACTS, order.number)
    (listed,) = (await shop.admin.overview(BUDI_ACTS)).unsettled
    opened = await shop.history.order(BUDI_ACTS, order.order_id)
    asked = (await shop.admin.ask_reference(BUDI_ACTS, order.order_id, None)).order
    assert {one.destination for one in (found, listed, opened, asked)} == {"0812••••7890"}
    whole = await shop.admin.order_evidence(ADMIN, order.order_id)
    assert (whole.order, whole.can_show_code) == (order, False)
    assert whole.digest == seen.digest


async def test_codes_are_offered_only_with_the_right(shop: Shop) -> None:
    order = await parked(shop, Right.CASES)
    assert not (await shop.admin.order_evidence(BUDI_ACTS, order.order_id)).can_show_code
    with pytest.raises(NotPermittedError):
        await shop.codes.show(BUDI_ACTS, order.order_id)


async def test_each_look_at_a_code_is_logged(shop: Shop) -> None:
    order = await parked(shop, Right.CODES)
    for _ in range(2):
        assert (await shop.codes.show(BUDI_ACTS, order.order_id)).voucher == CODE
    acts = await shop.store.read(lambda tx: tx.admin_acts.about(order.number))
    assert [(one.actor_id, one.action) for one in acts] == [(BUDI, "show_code")] * 2


async def test_an_order_without_a_code_shows_none(shop: Shop) -> None:
    await employ(shop, BUDI, Right.CODES)
    order = await shop.queue()
    for order_id in (order.order_id, OrderId(99)):
        with pytest.raises(NotFoundError):
            await shop.codes.show(BUDI_ACTS, order_id)
    assert await shop.store.read(lambda tx: tx.admin_acts.about(order.number)) == []


async def test_the_overview_tells_costs_only_with_the_right(shop: Shop) -> None:
    await employ(shop, BUDI, Right.CASES)
    now = shop.clock.now()
    await shop.store.write(enqueue.alert, shop.rules, Alert.COST_CHANGED, "10200 10900", now)
    await shop.admin.pause(ADMIN, "libur")
    details = {one.name: one.detail for one in (await shop.admin.overview(BUDI_ACTS)).conditions}
    assert details == {"alert:cost_changed": "", PAUSED: "libur"}
    owner = {one.name: one.detail for one in (await shop.admin.overview(ADMIN)).conditions}
    assert owner["alert:cost_changed"] == "10200 10900"


async def test_notices_are_masked_and_not_delivered_after_a_removal(shop: Shop) -> None:
    await employ(shop, BUDI, Right.CASES)
    await shop.parked()
    await shop.delivered_kinds()
    told = {one.notice.chat_id: one for one in shop.notifier.delivered if one.order is not None}
    shown = told[BUDI_CHAT].order
    assert shown is not None
    assert shown.destination == "0812••••7890"
    shop.notifier.delivered.clear()
    now = shop.clock.now()
    await shop.store.write(enqueue_threads.notify_contact_request, shop.rules, ANNI, "1", now)
    await shop.staffing.remove(ADMIN, BUDI)
    await shop.delivered_kinds()
    kinds = [one.notice.kind for one in shop.notifier.delivered if one.notice.chat_id == BUDI_CHAT]
    assert kinds == [NoticeKind.STAFF_NEWS]
    assert NoticeKind.ASKED in [one.notice.kind for one in shop.notifier.delivered]


@pytest.mark.parametrize(
    ("alert", "is_told"),
    [(Alert.BREAKER_OPEN, True), (Alert.SUPPLIER_AWAY, True), (Alert.COST_CHANGED, False)],
)
async def test_those_who_settle_cases_get_the_alerts_that_concern_them(
    shop: Shop, alert: Alert, is_told: bool
) -> None:
    await employ(shop, BUDI, Right.CASES)
    now = shop.clock.now()
    await shop.store.write(enqueue.alert, shop.rules, alert, "saldo 081234567890", now)
    await shop.delivered_kinds()
    told = [one for one in shop.notifier.delivered if one.notice.chat_id == BUDI_CHAT]
    assert [one.notice.data["detail"] for one in told] == ["saldo ••••7890"] * is_told
