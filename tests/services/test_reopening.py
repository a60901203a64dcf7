"""A pause as customers are told of it, and the message that the shop is open again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.errors import NotPermittedError, QuestionChangedError, RecipientUnreachableError
from bot.domain.ledger import Purpose
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.reopening import LONGEST_NOTE, Opening
from bot.domain.shop_rules import PAUSED
from bot.ports.store import Transaction
from bot.services.notices.deliver import AT_ONCE
from bot.services.restores import RESTORED
from bot.services.supplier_health import AWAY_AFTER
from tests.services.shop import ADMIN, ANNI, BUDI, SECOND_ADMIN, Shop

OPEN = Opening()
CROWD = [CustomerId(5_000 + number) for number in range(3 * AT_ONCE + 1)]


async def told(shop: Shop) -> list[int]:
    """Deliver what waits, and return who was told that the shop is open."""
    deliveries = await shop.deliveries()
    return [one.notice.chat_id for one in deliveries if one.notice.kind is NoticeKind.REOPENED]


async def test_an_open_shop_has_nothing_to_say(shop: Shop) -> None:
    """Whoever asks all the same is told so, and waits for nothing."""
    assert await shop.reopening.opening(ANNI) == OPEN
    assert await shop.reopening.ask(ANNI) == OPEN
    await shop.admin.pause(ADMIN)
    assert not (await shop.reopening.opening(ANNI)).is_awaited
    await shop.admin.resume(ADMIN)
    assert await told(shop) == []


@pytest.mark.parametrize(
    ("typed", "note"),
    [("", ""), ("libur <b>Lebaran</b>", "libur <b>Lebaran</b>"), ("a" * 900, "a" * LONGEST_NOTE)],
)
async def test_the_note_is_kept_with_the_pause(shop: Shop, typed: str, note: str) -> None:
    """As plain text, and not longer than fits above every screen."""
    assert await shop.admin.pause(ADMIN, typed) == note
    assert await shop.reopening.opening(ANNI) == Opening(is_paused=True, note=note)


async def test_another_pause_replaces_the_note_or_keeps_it(shop: Shop) -> None:
    """The command says what customers read; the button says nothing of it."""
    await shop.admin.pause(ADMIN, "libur")
    assert await shop.admin.pause(SECOND_ADMIN, None) == "libur"
    assert (await shop.reopening.opening(ANNI)).note == "libur"
    await shop.admin.pause(SECOND_ADMIN, "sakit")
    assert (await shop.reopening.opening(ANNI)).note == "sakit"
    await shop.admin.pause(ADMIN)
    assert (await shop.reopening.opening(ANNI)).note == ""


async def test_after_a_restore_customers_read_of_a_pause_without_a_note(shop: Shop) -> None:
    """The word that stands there is the bot's own."""

    def restore(tx: Transaction) -> None:
        tx.conditions.raise_(PAUSED, RESTORED, shop.clock.now())

    await shop.store.write(restore)
    assert await shop.reopening.opening(ANNI) == Opening(is_paused=True)
    assert await shop.admin.pause(ADMIN, None) == ""


async def test_whoever_asked_is_told_once(shop: Shop) -> None:
    """However often they asked; nobody else is."""
    await shop.admin.pause(ADMIN, "libur")
    waiting = Opening(is_paused=True, note="libur", is_awaited=True)
    for _ in range(3):
        assert await shop.reopening.ask(ANNI) == waiting
    assert not (await shop.reopening.opening(BUDI)).is_awaited
    assert await told(shop) == []
    assert (await shop.admin.resume(ADMIN)).told == 1
    assert await told(shop) == [ANNI]
    assert (await shop.admin.resume(SECOND_ADMIN)).told == 0
    assert await told(shop) == []


async def test_each_pause_is_asked_about_anew(shop: Shop) -> None:
    """Also within the same second."""
    for _ in range(2):
        await shop.admin.pause(ADMIN)
        await shop.reopening.ask(ANNI)
        await shop.admin.resume(ADMIN)
        assert await told(shop) == [ANNI]
    await shop.admin.pause(ADMIN)
    await shop.admin.resume(ADMIN)
    assert await told(shop) == []


async def test_a_request_is_taken_back(shop: Shop) -> None:
    """Before the shop opens; afterwards it can be made again."""
    await shop.admin.pause(ADMIN)
    await shop.reopening.ask(ANNI)
    assert not (await shop.reopening.forget(ANNI)).is_awaited
    await shop.reopening.ask(BUDI)
    await shop.admin.resume(ADMIN)
    assert await told(shop) == [BUDI]
    assert await shop.reopening.forget(ANNI) == OPEN


async def test_a_refused_resume_tells_nobody(shop: Shop) -> None:
    """An old button, or somebody who is no admin: the requests stay."""
    await shop.admin.pause(ADMIN)
    await shop.reopening.ask(ANNI)
    with pytest.raises(NotPermittedError):
        await shop.admin.resume(ANNI)
    with pytest.raises(QuestionChangedError):
        await shop.admin.resume(ADMIN, shown_at=1)
    assert await told(shop) == []
    assert (await shop.reopening.opening(ANNI)).is_awaited


async def test_a_customer_who_blocked_the_bot_holds_nobody_up(shop: Shop) -> None:
    """They read it when they come back."""
    await shop.admin.pause(ADMIN)
    await shop.reopening.ask(ANNI)
    await shop.reopening.ask(BUDI)
    shop.notifier.fails(ANNI, RecipientUnreachableError("blocked"))
    await shop.admin.resume(ADMIN)
    assert await told(shop) == [BUDI]
    await shop.wallets.greet(ANNI, "Anni", "", "id", is_start=True)
    assert await told(shop) == [ANNI]


async def test_a_crowd_is_told_a_few_at_a_time(shop: Shop) -> None:
    """As many chats side by side as Telegram takes, and everybody once."""
    await shop.admin.pause(ADMIN)
    for customer_id in CROWD:
        await shop.wallets.greet(customer_id, "X", "", "id")
        await shop.reopening.ask(customer_id)
    assert (await shop.admin.resume(ADMIN)).told == len(CROWD)
    assert sorted(await told(shop)) == CROWD
    assert await told(shop) == []


async def test_the_message_says_how_it_is_when_it_goes_out(shop: Shop) -> None:
    """The shop may be paused once more by then."""
    await shop.admin.pause(ADMIN)
    await shop.reopening.ask(ANNI)
    await shop.admin.resume(ADMIN)
    await shop.admin.pause(ADMIN, "mati lampu")
    (delivery,) = await shop.deliveries(ANNI)
    assert delivery.opening == Opening(is_paused=True, note="mati lampu")


async def test_a_pause_outlives_a_restart_with_its_askers(shop: Shop) -> None:
    """All of it stands in the database."""
    await shop.admin.pause(ADMIN, "libur")
    await shop.reopening.ask(ANNI)
    await shop.restart()
    assert (await shop.reopening.opening(ANNI)).is_awaited
    await shop.admin.resume(ADMIN)
    assert await told(shop) == [ANNI]


# --- orders are taken, and wait ---


async def test_an_open_breaker_makes_orders_slow(shop: Shop) -> None:
    """They are taken all the same, so nobody waits for the shop to open."""
    for number in ("081200000001", "081200000002", "081200000003"):
        await shop.ambiguous(number)
    assert await shop.reopening.opening(ANNI) == Opening(is_slow=True)
    assert await shop.reopening.ask(ANNI) == Opening(is_slow=True)
    await shop.admin.pause(ADMIN)
    assert await shop.reopening.opening(ANNI) == Opening(is_paused=True)
    await shop.admin.resume(ADMIN)
    assert await shop.reopening.opening(ANNI) == OPEN
    assert await told(shop) == []


async def test_a_supplier_that_is_away_makes_orders_slow(shop: Shop) -> None:
    """After as long as the admins are told of it, and until its next answer."""
    began = shop.clock.now()
    shop.health.failed(began)
    assert await shop.reopening.opening(ANNI) == OPEN
    shop.health.failed(began + AWAY_AFTER)
    assert await shop.reopening.opening(ANNI) == Opening(is_slow=True)
    shop.health.answered(began + AWAY_AFTER + timedelta(seconds=1), None, is_order=False)
    assert await shop.reopening.opening(ANNI) == OPEN


async def test_nothing_of_it_moves_money(shop: Shop) -> None:
    """Asking, being told and pausing leave the wallet as it is."""
    await shop.admin.pause(ADMIN)
    await shop.reopening.ask(ANNI)
    await shop.admin.resume(ADMIN)
    transfers = await shop.wallets.transfers(ANNI, 50)
    assert [one.purpose for one in transfers] == [Purpose.CREDIT]
