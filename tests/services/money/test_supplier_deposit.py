"""The deposit at the supplier: proposed, then recorded once."""

import asyncio

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import (
    ConfirmationOutdatedError,
    NotFoundError,
    NotPermittedError,
    TokenError,
    TokenFault,
)
from bot.domain.ledger import SUPPLIER_DEPOSIT
from bot.domain.money_source import MoneySource
from tests.services.shop import ADMIN, BUDI, BUDI_CHAT, SECOND_ADMIN, Shop


async def at_supplier(shop: Shop) -> int:
    """Return the tracked deposit at the supplier in rupiah."""
    return -(await shop.account(SUPPLIER_DEPOSIT)).posted


async def test_concurrent_confirms_record_a_deposit_once(shop: Shop) -> None:
    shown = await shop.supplier_deposit.propose(ADMIN, 750_000)
    presses = [
        shop.supplier_deposit.record(who, shown.token) for who in (ADMIN, SECOND_ADMIN, ADMIN)
    ]
    results = await asyncio.gather(*presses, return_exceptions=True)
    assert sum(isinstance(end, TokenError) for end in results) == 2
    assert await at_supplier(shop) == 750_000
    with pytest.raises(NotFoundError):
        await shop.supplier_deposit.recorded(SECOND_ADMIN, shown.token)


@pytest.mark.parametrize("minutes", [0, 31])
async def test_a_dismissed_or_expired_deposit_is_not_recorded(shop: Shop, minutes: int) -> None:
    shown = await shop.supplier_deposit.propose(ADMIN, 50_000)
    with pytest.raises(TokenError):
        await shop.wallets.adjust(ADMIN, shown.token, MoneySource.TRANSFER)
    if not minutes:
        assert await shop.wallets.dismiss_adjustment(ADMIN, shown.token)
    shop.clock.advance(minutes * 60)
    with pytest.raises(TokenError):
        await shop.supplier_deposit.record(ADMIN, shown.token)
    with pytest.raises(NotFoundError):
        await shop.supplier_deposit.recorded(ADMIN, shown.token)
    assert await at_supplier(shop) == 0


async def test_a_deposit_is_proposed_then_recorded_once(shop: Shop) -> None:
    shown = await shop.supplier_deposit.propose(ADMIN, 300_000)
    assert (shown.before, shown.after, await at_supplier(shop)) == (0, 300_000, 0)
    noted = await shop.supplier_deposit.record(ADMIN, shown.token)
    assert (noted.amount, noted.balance) == (300_000, 300_000)
    with pytest.raises(TokenError) as caught:
        await shop.supplier_deposit.record(ADMIN, shown.token)
    assert caught.value.fault is TokenFault.USED
    assert await shop.supplier_deposit.recorded(ADMIN, shown.token) == noted
    more = await shop.supplier_deposit.propose(ADMIN, -200_000)
    assert (more.before, more.after) == (300_000, 100_000)
    await shop.supplier_deposit.record(ADMIN, more.token)
    assert await at_supplier(shop) == 100_000
    acts = await shop.store.read(lambda tx: tx.admin_acts.latest(10))
    assert len([act for act in acts if act.action == "deposit"]) == 2


async def test_only_an_admin_records_a_deposit(shop: Shop) -> None:
    shown = await shop.supplier_deposit.propose(ADMIN, 1)
    for act in (
        shop.supplier_deposit.propose(Actor(BUDI, BUDI_CHAT), 1),
        shop.supplier_deposit.record(Actor(BUDI, BUDI_CHAT), shown.token),
        shop.supplier_deposit.recorded(Actor(BUDI, BUDI_CHAT), shown.token),
    ):
        with pytest.raises(NotPermittedError):
            await act


async def test_an_opening_balance_is_recorded_once(shop: Shop) -> None:
    """Two owners, or two messages, may propose it at once."""
    one = await shop.supplier_deposit.propose(ADMIN, 500_000)
    two = await shop.supplier_deposit.propose(SECOND_ADMIN, 500_000)
    await shop.supplier_deposit.record(ADMIN, one.token, only_as_shown=True)
    with pytest.raises(ConfirmationOutdatedError):
        await shop.supplier_deposit.record(SECOND_ADMIN, two.token, only_as_shown=True)
    assert (await shop.supplier_deposit.propose(ADMIN, 1)).before == 500_000
