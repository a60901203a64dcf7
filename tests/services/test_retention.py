"""Retention: old records are deleted in small steps; promised ones are kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.errors import StoreUnavailableError, TokenError, TokenFault
from bot.domain.money import Rupiah
from bot.domain.money_source import MoneySource
from bot.domain.notice import NoticeKind, NoticeState
from bot.domain.order import OrderState
from bot.domain.supplier_row import SupplierRow
from bot.ports.store import Transaction
from bot.services.retention import (
    AT_ONCE,
    EVERY,
    NOTICES_KEPT,
    PAUSE_SECONDS,
    UPDATES_OF_ORDERS_KEPT,
    Retention,
)
from tests.services.failing_store import FailingStore
from tests.services.shop import ADMIN, ANNI, NOON, NUMBER, SENDING_LIMIT, Shop

DAY = timedelta(days=1)


async def swept(shop: Shop, after: timedelta) -> None:
    """Advance the clock and delete all records that are old then."""
    shop.clock.at += after
    retention = Retention(shop.store, shop.clock)
    while await retention.step() == PAUSE_SECONDS:
        pass


async def fault_of(shop: Shop, token: str) -> tuple[TokenFault, str]:
    """Confirm a token that buys nothing; return its fault and outcome."""
    before = await shop.wallet()
    with pytest.raises(TokenError) as caught:
        await shop.buy.confirm(ANNI, token, 55)
    assert await shop.wallet() == before
    return caught.value.fault, caught.value.outcome


async def delivered(shop: Shop) -> str:
    """Sell and deliver an order; return its confirm token."""
    token = await shop.token()
    order = await shop.buy.confirm(ANNI, token, 55)
    shop.supplier.shows(shop.row(order, status_word="success", voucher="SN-1"))
    await shop.send_next(shop.reply(order))
    shop.clock.advance(30)
    await shop.reconcile.poll()
    await shop.delivered_kinds()
    assert (await shop.get(order.order_id)).state is OrderState.SUCCEEDED
    return token


async def audit(shop: Shop) -> list[str]:
    found = await shop.store.read(lambda tx: tx.audit.findings(shop.clock.now(), SENDING_LIMIT))
    return [finding.rule for finding in found]


async def has_notice(shop: Shop, key: str) -> bool:
    """Return whether a notice is stored."""
    return await shop.store.read(lambda tx: tx.outbox.get(key)) is not None


# --- promises ---


async def test_a_used_token_names_its_order_for_90_days(shop: Shop) -> None:
    token = await delivered(shop)
    await swept(shop, 89 * DAY)
    assert await fault_of(shop, token) == (TokenFault.USED, "K1")
    await swept(shop, 2 * DAY)
    assert await fault_of(shop, token) == (TokenFault.UNKNOWN, "")


async def test_a_quote_can_be_repeated_for_30_days(shop: Shop) -> None:
    token = await shop.token()
    await swept(shop, 29 * DAY)
    fresh = await shop.buy.requote(ANNI, token, None)
    assert fresh.token != token
    await swept(shop, 2 * DAY)
    assert await fault_of(shop, token) == (TokenFault.UNKNOWN, "")
    assert await fault_of(shop, fresh.token) == (TokenFault.EXPIRED, "")


async def test_the_token_of_a_credit_is_kept_for_ever(shop: Shop) -> None:
    """If the token were unknown, an admin would credit again."""
    proposed = await shop.wallets.propose_adjustment(
        ADMIN, ANNI, 5_000, "cash", MoneySource.TRANSFER
    )
    await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.TRANSFER)
    await swept(shop, 1_000 * DAY)
    with pytest.raises(TokenError) as caught:
        await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.TRANSFER)
    assert caught.value.fault is TokenFault.USED
    done = await shop.wallets.adjustment_result(ADMIN, proposed.token)
    assert done.transfer.amount == 5_000


async def test_old_outcome_notices_are_deleted_without_audit_findings(shop: Shop) -> None:
    await delivered(shop)
    assert await has_notice(shop, "outcome:K1")
    await swept(shop, NOTICES_KEPT + timedelta(hours=1))
    assert not await has_notice(shop, "outcome:K1")
    assert await audit(shop) == []
    await shop.refresh.refresh()
    order = await shop.queue(number="081299990000")
    await shop.buy.cancel(ANNI, order.order_id)
    await shop.delivered_kinds()
    assert await audit(shop) == []
    await swept(shop, DAY)
    assert await has_notice(shop, "outcome:K2")


async def test_updates_of_an_order_are_deleted_a_week_after_its_end(shop: Shop) -> None:
    await delivered(shop)
    updates = [f"order:K1:{version}" for version in range(9)]
    assert any([await has_notice(shop, key) for key in updates])
    await swept(shop, UPDATES_OF_ORDERS_KEPT - DAY)
    assert any([await has_notice(shop, key) for key in updates])
    await swept(shop, 2 * DAY)
    assert not any([await has_notice(shop, key) for key in updates])
    assert await has_notice(shop, "outcome:K1")
    assert await audit(shop) == []


async def test_the_notices_and_rows_of_a_parked_order_are_kept(shop: Shop) -> None:
    order = await shop.parked()
    shop.supplier.shows(shop.row(order, "late1", voucher="SN-9"))
    await shop.recon.compare(ADMIN)
    await shop.delivered_kinds()
    await swept(shop, 180 * DAY)
    (candidate,) = (await shop.admin.order_evidence(ADMIN, order.order_id)).candidates
    assert (candidate.ref_id, candidate.voucher) == ("late1", "SN-9")
    assert candidate.destination == order.destination
    told = await shop.store.read(lambda tx: tx.outbox.about(NoticeKind.PARKED, order.order_id))
    assert {notice.state for notice in told} == {NoticeState.DELIVERED}


async def test_an_old_row_listed_again_is_not_claimed_by_a_new_order(shop: Shop) -> None:
    old = SupplierRow("old1", "SM10", NUMBER, Rupiah(10_200), "success", "SN-OLD", "", NOON)
    shop.supplier.shows(old)
    await shop.recon.compare(ADMIN)
    shop.supplier.rows.clear()
    await swept(shop, 300 * DAY)
    await shop.refresh.refresh()
    order = await shop.ambiguous()
    made_at = (order.sent_at or NOON) + timedelta(seconds=1)
    shop.supplier.shows(replace(old, created_at=made_at))
    await shop.look_for(300)
    assert (await shop.get(order.order_id)).state is OrderState.AMBIGUOUS


# --- schedule ---


def fill(tx: Transaction) -> None:
    for number in range(AT_ONCE + 1):
        tx.confirmations.add(Confirmation(f"t{number}", ANNI, ConfirmationKind.PURCHASE, {}, NOON))


async def test_old_records_are_deleted_in_bounded_steps(shop: Shop) -> None:
    await shop.store.write(fill)
    shop.clock.at += 31 * DAY
    retention = Retention(shop.store, shop.clock)

    def count(tx: Transaction) -> int:
        tokens = [f"t{number}" for number in range(AT_ONCE + 1)]
        return sum(tx.confirmations.get(token) is not None for token in tokens)

    assert await retention.step() == PAUSE_SECONDS
    assert await shop.store.read(count) == 1
    assert await retention.step() == EVERY.total_seconds()
    assert await shop.store.read(count) == 0


async def test_old_records_are_deleted_every_hour(shop: Shop) -> None:
    torn = FailingStore(shop.store)
    retention = Retention(torn, shop.clock)
    assert await retention.step() == 3600
    torn.refuse_writes(1)
    shop.clock.advance(600)
    assert await retention.step() == 3000
    shop.clock.advance(-700)
    with pytest.raises(StoreUnavailableError):
        await retention.step()
    assert await retention.step() == 3600


async def test_a_handled_update_is_kept_for_three_days(shop: Shop) -> None:
    """Telegram redelivers an update for one day at most. Unhandled ones are kept."""

    def handled(tx: Transaction) -> None:
        tx.inbox.add(7, "{}", shop.clock.now())
        tx.inbox.done(7, shop.clock.now())
        tx.inbox.add(8, "{}", shop.clock.now())

    await shop.store.write(handled)
    await swept(shop, 2 * DAY)
    assert await shop.store.read(lambda tx: tx.inbox.is_done(7))
    await swept(shop, 2 * DAY)
    assert not await shop.store.read(lambda tx: tx.inbox.is_done(7))
    assert [one.update_id for one in await shop.store.read(lambda tx: tx.inbox.pending())] == [8]
