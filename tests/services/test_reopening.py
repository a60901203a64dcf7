"""Pauses as customers see them, and the notice that the shop is open again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.customer import Actor, TelegramId
from bot.domain.errors import (
    ConfirmationOutdatedError,
    NotPermittedError,
    RecipientUnreachableError,
)
from bot.domain.notice import NoticeKind
from bot.domain.reopening import MAX_NOTE_LENGTH, ShopStatus
from bot.domain.shop_rules import PAUSED
from bot.ports.store import Transaction
from bot.services.restores import RESTORED
from bot.services.supplier_health import AWAY_AFTER
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI, BUDI_CHAT, SECOND_ADMIN, Shop

OPEN = ShopStatus()


async def reopened_chats(shop: Shop) -> list[TelegramId]:
    """Deliver pending notices; return the chats notified that the shop is open."""
    return [one.notice.chat_id for one in await shop.deliveries(kind=NoticeKind.REOPENED)]


async def test_no_request_is_stored_while_the_shop_is_open(shop: Shop) -> None:
    assert await shop.reopening.opening(ANNI) == OPEN
    assert await shop.reopening.subscribe(ANNI) == OPEN
    await shop.admin.pause(ADMIN)
    assert not (await shop.reopening.opening(ANNI)).is_subscribed
    await shop.admin.resume(ADMIN)
    assert await reopened_chats(shop) == []


async def test_the_note_of_a_pause_is_plain_text_of_limited_length(shop: Shop) -> None:
    note = await shop.admin.pause(ADMIN, "a" * 900)
    assert note == "a" * MAX_NOTE_LENGTH
    assert await shop.reopening.opening(ANNI) == ShopStatus(is_paused=True, note=note)


async def test_a_second_pause_replaces_the_note_unless_none_is_given(shop: Shop) -> None:
    await shop.admin.pause(ADMIN, "libur")
    assert await shop.admin.pause(SECOND_ADMIN, None) == "libur"
    assert (await shop.reopening.opening(ANNI)).note == "libur"
    await shop.admin.pause(SECOND_ADMIN, "sakit")
    assert (await shop.reopening.opening(ANNI)).note == "sakit"
    await shop.admin.pause(ADMIN)
    assert (await shop.reopening.opening(ANNI)).note == ""


async def test_the_pause_after_a_restore_has_no_note(shop: Shop) -> None:
    def restore(tx: Transaction) -> None:
        tx.conditions.raise_(PAUSED, RESTORED, shop.clock.now())

    await shop.store.write(restore)
    assert await shop.reopening.opening(ANNI) == ShopStatus(is_paused=True)
    assert await shop.admin.pause(ADMIN, None) == ""


async def test_a_customer_who_asked_is_notified_once(shop: Shop) -> None:
    """The request is for one pause."""
    await shop.admin.pause(ADMIN, "libur")
    waiting = ShopStatus(is_paused=True, note="libur", is_subscribed=True)
    for _ in range(3):
        assert await shop.reopening.subscribe(ANNI) == waiting
    assert not (await shop.reopening.opening(BUDI)).is_subscribed
    assert await reopened_chats(shop) == []
    for notified in ([ANNI_CHAT], []):
        assert (await shop.admin.resume(ADMIN)).notified_customers == len(notified)
        assert await reopened_chats(shop) == notified
        await shop.admin.pause(SECOND_ADMIN)


async def test_a_withdrawn_request_is_not_notified(shop: Shop) -> None:
    await shop.admin.pause(ADMIN)
    await shop.reopening.subscribe(ANNI)
    assert not (await shop.reopening.unsubscribe(ANNI)).is_subscribed
    await shop.reopening.subscribe(BUDI)
    await shop.admin.resume(ADMIN)
    assert await reopened_chats(shop) == [BUDI_CHAT]
    assert await shop.reopening.unsubscribe(ANNI) == OPEN


async def test_a_refused_resume_notifies_nobody(shop: Shop) -> None:
    await shop.admin.pause(ADMIN)
    await shop.reopening.subscribe(ANNI)
    with pytest.raises(NotPermittedError):
        await shop.admin.resume(Actor(ANNI, ANNI_CHAT))
    with pytest.raises(ConfirmationOutdatedError):
        await shop.admin.resume(ADMIN, shown_at=1)
    assert await reopened_chats(shop) == []
    assert (await shop.reopening.opening(ANNI)).is_subscribed


async def test_a_customer_who_blocked_the_bot_is_notified_on_return(shop: Shop) -> None:
    await shop.admin.pause(ADMIN)
    await shop.reopening.subscribe(ANNI)
    await shop.reopening.subscribe(BUDI)
    shop.notifier.fails(ANNI_CHAT, RecipientUnreachableError("blocked"))
    await shop.admin.resume(ADMIN)
    assert await reopened_chats(shop) == [BUDI_CHAT]
    await shop.customers.register(ANNI_CHAT, "Anni", "", "id", is_start=True)
    assert await reopened_chats(shop) == [ANNI_CHAT]


async def test_the_notice_shows_the_state_at_delivery(shop: Shop) -> None:
    await shop.admin.pause(ADMIN)
    await shop.reopening.subscribe(ANNI)
    await shop.admin.resume(ADMIN)
    await shop.admin.pause(ADMIN, "mati lampu")
    (delivery,) = await shop.deliveries(ANNI_CHAT)
    assert delivery.opening == ShopStatus(is_paused=True, note="mati lampu")


async def test_a_pause_and_its_requests_survive_a_restart(shop: Shop) -> None:
    await shop.admin.pause(ADMIN, "libur")
    await shop.reopening.subscribe(ANNI)
    await shop.restart()
    assert (await shop.reopening.opening(ANNI)).is_subscribed
    await shop.admin.resume(ADMIN)
    assert await reopened_chats(shop) == [ANNI_CHAT]


# --- slow orders ---


async def test_an_open_breaker_is_shown_as_slow_and_takes_no_requests(shop: Shop) -> None:
    for number in ("081200000001", "081200000002", "081200000003"):
        await shop.ambiguous(number)
    assert await shop.reopening.opening(ANNI) == ShopStatus(cannot_send=True)
    assert await shop.reopening.subscribe(ANNI) == ShopStatus(cannot_send=True)
    await shop.admin.pause(ADMIN)
    assert await shop.reopening.opening(ANNI) == ShopStatus(is_paused=True)
    await shop.admin.resume(ADMIN)
    assert await shop.reopening.opening(ANNI) == OPEN
    assert await reopened_chats(shop) == []


async def test_an_unreachable_supplier_is_shown_as_slow_until_its_next_answer(shop: Shop) -> None:
    began = shop.clock.now()
    shop.health.record_failure(began)
    assert await shop.reopening.opening(ANNI) == OPEN
    shop.health.record_failure(began + AWAY_AFTER)
    assert await shop.reopening.opening(ANNI) == ShopStatus(cannot_send=True)
    shop.health.record_answer(began + AWAY_AFTER + timedelta(seconds=1), None, is_order=False)
    assert await shop.reopening.opening(ANNI) == OPEN


async def test_nobody_is_promised_a_notice_while_the_clock_closes_the_shop(shop: Shop) -> None:
    await shop.change_settings.change(ADMIN, "staff_hours", "01:00-02:00")
    await shop.change_settings.change(ADMIN, "closes_by_clock", True)
    assert (await shop.reopening.subscribe(ANNI)).opens_at is not None
    assert not (await shop.reopening.subscribe(ANNI)).is_subscribed
    assert await shop.store.read(lambda tx: tx.reopening_requests.of(ANNI)) is None
