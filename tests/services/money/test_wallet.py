"""Wallets: transfers, and credits and debits by admins."""

import pytest

from bot.domain.customer import Actor
from bot.domain.errors import (
    BalanceChangedError,
    InsufficientFundsError,
    NotFoundError,
    NotPermittedError,
    TokenError,
    TokenFault,
)
from bot.domain.ledger import BANK, Purpose
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from tests.services.shop import (
    ADMIN,
    ANNI,
    ANNI_CHAT,
    BUDI,
    BUDI_CHAT,
    PRICE,
    SECOND_ADMIN,
    Shop,
    shop_rules,
)


async def test_the_transfers_of_a_wallet_are_paged_newest_first(shop: Shop) -> None:
    await shop.credit(ANNI, -1_000)
    await shop.queue()
    wallet, transfers = await shop.wallets.statement(ANNI, 10)
    purposes = [transfer.purpose for transfer in transfers]
    assert purposes == [Purpose.PURCHASE, Purpose.DEBIT, Purpose.CREDIT]
    assert wallet == await shop.wallets.wallet(ANNI)
    assert await shop.wallets.statement(ANNI, 1) == (wallet, transfers[:1])


# --- adjustments by admins ---


async def test_an_adjustment_is_proposed_then_carried_out_once(shop: Shop) -> None:
    """Its result can be shown again, to the admin who made it."""
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, 25_000, "cash")
    assert proposed.customer.customer_id == ANNI
    assert (proposed.before, proposed.after, proposed.note) == (100_000, 125_000, "cash")
    assert (await shop.wallet()).posted == 100_000
    with pytest.raises(NotFoundError):
        await shop.wallets.adjustment_result(ADMIN, proposed.token)
    transfer, wallet = await shop.wallets.adjust(ADMIN, proposed.token)
    assert (transfer.purpose, transfer.actor_id, transfer.note) == (
        Purpose.CREDIT,
        ADMIN.customer_id,
        "cash",
    )
    assert wallet.posted == 125_000
    with pytest.raises(TokenError) as caught:
        await shop.wallets.adjust(ADMIN, proposed.token)
    assert caught.value.fault is TokenFault.USED
    result = await shop.wallets.adjustment_result(ADMIN, proposed.token)
    assert (result.customer_id, result.transfer, result.wallet) == (ANNI, transfer, wallet)
    assert result.customer is not None
    with pytest.raises(NotFoundError):
        await shop.wallets.adjustment_result(SECOND_ADMIN, proposed.token)
    assert await shop.delivered_kinds(ANNI_CHAT) == [NoticeKind.WALLET]
    assert (await shop.account(BANK)).posted == -225_000


async def test_a_credit_offers_the_quote_that_lacked_money(shop: Shop) -> None:
    await shop.credit(ANNI, -95_000)
    token = await shop.token(code="SM20")
    await shop.delivered_kinds()
    await shop.credit(ANNI, 50_000)
    await shop.credit(ANNI, -1_000)
    credited, debited = await shop.deliveries(ANNI_CHAT)
    assert credited.notice.data["quote_token"] == token
    assert "quote_token" not in debited.notice.data


async def test_a_debit_is_limited_to_the_available_money(shop: Shop) -> None:
    await shop.queue()
    with pytest.raises(InsufficientFundsError) as caught:
        await shop.wallets.propose_adjustment(ADMIN, ANNI, -100_000, "")
    assert caught.value.missing == PRICE
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, PRICE - 100_000, "back")
    transfer, wallet = await shop.wallets.adjust(ADMIN, proposed.token)
    assert (transfer.purpose, transfer.amount) == (Purpose.DEBIT, 100_000 - PRICE)
    assert wallet.available == 0


async def test_a_debit_above_the_available_money_is_refused_at_the_confirm(shop: Shop) -> None:
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, -100_000, "")
    await shop.queue()
    with pytest.raises(InsufficientFundsError):
        await shop.wallets.adjust(ADMIN, proposed.token)
    assert (await shop.wallet()).posted == 100_000


async def test_an_unknown_customer_cannot_be_adjusted(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await shop.wallets.propose_adjustment(ADMIN, CustomerId(1003), 1_000, "")


async def test_a_token_of_another_kind_or_admin_adjusts_nothing(shop: Shop) -> None:
    token = await shop.token(ADMIN.customer_id)
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, 1_000, "")
    for actor_id, wrong in ((ADMIN, token), (SECOND_ADMIN, proposed.token)):
        with pytest.raises(TokenError) as caught:
            await shop.wallets.adjust(actor_id, wrong)
        assert caught.value.fault is TokenFault.UNKNOWN


async def test_only_an_admin_adjusts_a_wallet(shop: Shop) -> None:
    for act in (
        shop.wallets.propose_adjustment(Actor(BUDI, BUDI_CHAT), BUDI, 1_000_000, ""),
        shop.wallets.adjust(Actor(BUDI, BUDI_CHAT), "token0000001"),
        shop.wallets.dismiss_adjustment(Actor(BUDI, BUDI_CHAT), "token0000001"),
        shop.wallets.adjustment_result(Actor(BUDI, BUDI_CHAT), "token0000001"),
    ):
        with pytest.raises(NotPermittedError):
            await act


async def test_a_removed_admin_cannot_use_an_open_proposal(shop: Shop) -> None:
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, 1_000, "")
    shop.rules = shop_rules(owner_ids=frozenset())
    shop.build()
    with pytest.raises(NotPermittedError):
        await shop.wallets.adjust(ADMIN, proposed.token)


async def test_an_adjustment_shown_with_another_balance_can_be_refused(shop: Shop) -> None:
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, 1_000, "")
    await shop.credit(ANNI, 7_777)
    with pytest.raises(BalanceChangedError) as changed:
        await shop.wallets.adjust(ADMIN, proposed.token, only_as_shown=True)
    assert not changed.value.is_same_payment
    assert (await shop.wallet()).posted == 107_777
