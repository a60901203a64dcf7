"""Every notice, delivered to the sandbox's Bot API, which enforces Telegram's limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.catalogue import CategoryId, Product, ProductId
from bot.domain.money import Rupiah
from bot.domain.notice import Alert, NoticeKind
from bot.domain.order import OrderState
from bot.domain.restock import MAX_OPEN_REQUESTS, RestockedProduct
from bot.domain.topup import TopUpState
from bot.ports.notifier import Delivery
from handlers.notices.notifier import TelegramNotifier
from tests.handlers.builders import (
    HOSTILE,
    NOW,
    a_delivery,
    a_row,
    a_topup,
    a_transfer,
    alert_data,
    an_order,
)
from tests.services.shop import ANNI_CHAT, LISTINGS
from tests.telegram_server import BotApiForTests


def all_notices() -> list[Delivery]:
    """Return a notice of every kind, with markup in every text from outside."""
    foreign: dict[str, Any] = {"note": HOSTILE, "voucher": HOSTILE, "product_name": HOSTILE}
    found = [
        a_delivery(kind, order=an_order(state, parked_at=NOW, **foreign), candidates=(a_row(),))
        for state in OrderState
        for kind in (NoticeKind.ORDER, NoticeKind.OUTCOME, NoticeKind.PARKED, NoticeKind.HELP)
    ]
    found += [
        a_delivery(NoticeKind.ALERT, data=data)
        for alert in Alert
        for data in alert_data(alert, HOSTILE)
    ]
    found += [a_delivery(NoticeKind.TOPUP_REQUESTED, topup=a_topup(state=s)) for s in TopUpState]
    found += [a_delivery(NoticeKind.TOPUP_EXPIRED, topup=a_topup(state=s)) for s in TopUpState]
    found.append(a_delivery(NoticeKind.TOPUP_REJECTED, topup=a_topup()))
    found.append(a_delivery(NoticeKind.WALLET, transfer=a_transfer(note=HOSTILE)))
    found += [a_delivery(NoticeKind.RESTOCKED, restocked=back) for back in restocked()]
    return found


def restocked() -> list[tuple[RestockedProduct, ...]]:
    """Return a list of one restocked product, and one of the most that can be waited for."""
    long = replace(LISTINGS[0], name=f"{HOSTILE} " * 60)
    products = [
        Product(ProductId(number), CategoryId(1), long) for number in range(MAX_OPEN_REQUESTS)
    ]
    back = [RestockedProduct(one, Rupiah(11_200), one.product_id % 2 == 0) for one in products]
    return [(back[0],), tuple(back)]


async def test_telegram_accepts_every_notice_at_the_first_attempt(
    telegram: BotApiForTests, notifier: TelegramNotifier
) -> None:
    """No notice may need the fallback to plain text: markup, buttons and lengths are valid."""
    for delivery in all_notices():
        await notifier.deliver(delivery)
    assert {call.code for call in telegram.calls_of("sendMessage")} == {200}


@pytest.mark.parametrize(
    ("sent_as", "method", "size"), [("photo", "Photo", (9, 9)), ("document", "Document", (0, 0))]
)
@pytest.mark.parametrize("is_known", [True, False])
async def test_a_proof_is_forwarded_as_photo_or_file(
    telegram: BotApiForTests,
    notifier: TelegramNotifier,
    sent_as: str,
    method: str,
    size: tuple[int, int],
    is_known: bool,
) -> None:
    """By its Telegram file id; when that is gone, the text is sent alone, with its buttons."""
    stored = telegram.state.add_file("a.png", "image/png", b"x", size)
    data = {sent_as: stored.file_id if is_known else "gone"}
    await notifier.deliver(a_delivery(NoticeKind.TOPUP_PROOF, topup=a_topup(), data=data))
    (tried,) = [call.code for call in telegram.calls_of(f"send{method}")]
    assert tried == (200 if is_known else 400)
    message = telegram.messages(ANNI_CHAT)[-1]
    assert bool(message.photo or message.document) == is_known
    assert message.buttons


async def test_an_order_is_edited_in_one_message(
    telegram: BotApiForTests, notifier: TelegramNotifier
) -> None:
    message_id = await notifier.deliver(a_delivery(NoticeKind.ORDER, order=an_order()))
    for state in (OrderState.SENDING, OrderState.ACCEPTED, OrderState.SUCCEEDED):
        order = an_order(state, message_id=message_id)
        assert await notifier.deliver(a_delivery(NoticeKind.ORDER, order=order)) == message_id
    (message,) = telegram.messages(ANNI_CHAT)
    assert message.message_id == message_id
    assert "Selesai" in message.text
    assert message.entities


async def test_a_voucher_of_any_length_is_delivered_completely(
    telegram: BotApiForTests, notifier: TelegramNotifier
) -> None:
    """Telegram refuses more than 4,096 characters, so it is sent in parts."""
    voucher = "\n".join(f"CODE-{number:04}" for number in range(800))
    order = an_order(OrderState.SUCCEEDED, voucher=voucher)
    last = await notifier.deliver(a_delivery(NoticeKind.OUTCOME, order=order))
    parts = telegram.messages(ANNI_CHAT)
    assert parts[-1].message_id == last
    sent = "\n".join(one.text for one in parts)
    assert all(f"CODE-{number:04}" in sent for number in range(800))
