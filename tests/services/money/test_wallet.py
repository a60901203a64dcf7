"""Wallets: customers, top-ups, and credits and debits by admins."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from bot.domain.dialog import CONVERSATION, Step

from bot.domain.errors import (
    AlreadyDecidedError,
    DuplicateError,
    InsufficientFundsError,
    NotFoundError,
    NotPermittedError,
    TokenError,
    TokenFault,
)
from bot.domain.ledger import BANK, SUPPLIER_DEPOSIT, Purpose
from bot.domain.money import Rupiah
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.topup import TopUp, TopUpId, TopUpState
from tests.services.shop import ADMIN, ANNI, BUDI, PRICE, SECOND_ADMIN, Shop, shop_rules
from tests.services.torn_store import TornStore

CITRA = CustomerId(1003)


async def test_a_first_update_creates_a_customer_with_an_empty_wallet(shop: Shop) -> None:
    assert await shop.customers.get(CITRA) is None
    customer = await shop.customers.register(CITRA, "Citra", "citra", "en")
    assert (customer.first_name, customer.username, customer.telegram_language) == (
        "Citra",
        "citra",
        "en",
    )
    assert await shop.customers.get(CITRA) == customer
    assert (await shop.wallets.wallet(CITRA)).available == 0


async def test_an_unchanged_customer_is_not_written(shop: Shop) -> None:
    await shop.customers.register(CITRA, "Citra", "", "id")
    shop.store = torn = TornStore(shop.store)
    shop.build()
    await shop.customers.register(CITRA, "Citra", "", "id")
    torn.refuse_writes(9)
    await shop.customers.register(CITRA, "Citra", "", "id")
    assert torn.refused == 0
    torn.refuse_writes(0)
    renamed = await shop.customers.register(CITRA, "Citra Dewi", "", "id")
    assert renamed.first_name == "Citra Dewi"
    started = await shop.customers.register(CITRA, "Citra Dewi", "", "id", is_start=True)
    assert started == renamed


async def test_a_former_admins_credit_limit_is_the_debt(shop: Shop) -> None:
    await shop.queue(CustomerId(ADMIN))
    assert (await shop.wallet(CustomerId(ADMIN))).credit_limit == 1_000_000
    shop.rules = shop_rules(admin_ids=frozenset({SECOND_ADMIN}))
    shop.build()
    await shop.customers.register(CustomerId(ADMIN), "Ex", "", "id")
    wallet = await shop.wallet(CustomerId(ADMIN))
    assert (wallet.credit_limit, wallet.balance, wallet.available) == (PRICE, -PRICE, 0)


async def test_a_chosen_language_is_stored_beside_telegrams(shop: Shop) -> None:
    await shop.customers.choose_language(ANNI, "en")
    customer = await shop.customers.get(ANNI)
    assert customer is not None
    assert (customer.chosen_language, customer.telegram_language) == ("en", "id")


async def test_the_transfers_of_a_wallet_are_paged_newest_first(shop: Shop) -> None:
    await shop.credit(ANNI, -1_000)
    await shop.queue()
    transfers = await shop.wallets.transfers(ANNI, 10)
    assert [transfer.purpose for transfer in transfers] == [
        Purpose.PURCHASE,
        Purpose.DEBIT,
        Purpose.CREDIT,
    ]
    assert list(await shop.wallets.transfers(ANNI, 1, offset=1)) == [transfers[1]]


# --- top-ups ---


async def asked(shop: Shop, key: str = "update:1") -> TopUp:
    """Request a top-up of 50,000."""
    return await shop.topups.request(ANNI, Rupiah(50_000), key)


async def test_the_amount_step_is_stored(shop: Shop) -> None:
    await shop.topups.ask_amount(ANNI, 77)
    (dialog,) = await shop.store.read(lambda tx: tx.dialogs.all(CONVERSATION))
    assert (dialog.customer_id, dialog.step, dialog.message_id) == (ANNI, Step.AMOUNT, 77)


async def test_a_top_up_request_reaches_every_admin_once(shop: Shop) -> None:
    await shop.topups.ask_amount(ANNI, 77)
    topup = await asked(shop)
    with pytest.raises(DuplicateError):
        await asked(shop)
    assert topup.state is TopUpState.PENDING
    delivered = await shop.deliveries()
    assert [(d.notice.chat_id, d.notice.kind, d.topup) for d in delivered] == [
        (ADMIN, NoticeKind.TOPUP_REQUESTED, topup),
        (SECOND_ADMIN, NoticeKind.TOPUP_REQUESTED, topup),
    ]
    assert await shop.store.read(lambda tx: tx.dialogs.all(CONVERSATION)) == []


async def test_an_approved_top_up_is_credited_once_and_notified(shop: Shop) -> None:
    topup = await asked(shop)
    await shop.told()
    approved = await shop.topups.decide(ADMIN, topup.topup_id, approve=True)
    assert (approved.state, approved.decided_by) == (TopUpState.APPROVED, ADMIN)
    with pytest.raises(AlreadyDecidedError) as caught:
        await shop.topups.decide(SECOND_ADMIN, topup.topup_id, approve=False)
    assert caught.value.state == TopUpState.APPROVED
    assert (await shop.wallet()).posted == 150_000
    (told,) = await shop.deliveries(ANNI)
    assert told.notice.kind is NoticeKind.WALLET
    assert told.transfer is not None
    assert (told.transfer.amount, told.transfer.purpose) == (50_000, Purpose.TOPUP)
    assert told.wallet is not None
    assert told.wallet.posted == 150_000
    (act, *_) = await shop.store.read(lambda tx: tx.admin_acts.latest(1))
    assert (act.action, act.subject) == ("topup_approved", f"topup:{topup.topup_id}")


async def test_concurrent_approvals_credit_once(shop: Shop) -> None:
    topup = await asked(shop)
    results = await asyncio.gather(
        *(
            shop.topups.decide(actor_id, topup.topup_id, approve=True)
            for actor_id in (ADMIN, SECOND_ADMIN, ADMIN)
        ),
        return_exceptions=True,
    )
    assert len([end for end in results if isinstance(end, TopUp)]) == 1
    assert (await shop.wallet()).posted == 150_000


async def test_a_rejected_top_up_moves_no_money_and_is_notified(shop: Shop) -> None:
    topup = await asked(shop)
    await shop.told()
    rejected = await shop.topups.decide(ADMIN, topup.topup_id, approve=False)
    assert rejected.state is TopUpState.REJECTED
    assert (await shop.wallet()).posted == 100_000
    (told,) = await shop.deliveries(ANNI)
    assert (told.notice.kind, told.topup) == (NoticeKind.TOPUP_REJECTED, rejected)


async def test_an_unknown_top_up_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await shop.topups.decide(ADMIN, TopUpId(99), approve=True)


# --- adjustments by admins ---


async def test_an_adjustment_is_proposed_then_carried_out_once(shop: Shop) -> None:
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, 25_000, "cash")
    assert proposed.customer.customer_id == ANNI
    assert (proposed.before, proposed.after, proposed.note) == (100_000, 125_000, "cash")
    assert (await shop.wallet()).posted == 100_000
    transfer, wallet = await shop.wallets.adjust(ADMIN, proposed.token)
    assert (transfer.purpose, transfer.actor_id, transfer.note) == (Purpose.CREDIT, ADMIN, "cash")
    assert wallet.posted == 125_000
    with pytest.raises(TokenError) as caught:
        await shop.wallets.adjust(ADMIN, proposed.token)
    assert caught.value.fault is TokenFault.USED
    assert await shop.told(ANNI) == [NoticeKind.WALLET]
    bank = await shop.store.read(lambda tx: tx.ledger.account(BANK))
    assert bank.posted == -225_000


async def test_a_credit_offers_the_quote_that_lacked_money(shop: Shop) -> None:
    await shop.credit(ANNI, -95_000)
    token = await shop.token(code="SM20")
    await shop.told()
    await shop.credit(ANNI, 50_000)
    await shop.credit(ANNI, -1_000)
    credited, debited = await shop.deliveries(ANNI)
    assert credited.notice.data["wish"] == token
    assert "wish" not in debited.notice.data


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
        await shop.wallets.propose_adjustment(ADMIN, CITRA, 1_000, "")


async def test_a_token_of_another_kind_or_admin_adjusts_nothing(shop: Shop) -> None:
    token = await shop.token(CustomerId(ADMIN))
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, 1_000, "")
    for actor_id, wrong in ((ADMIN, token), (SECOND_ADMIN, proposed.token)):
        with pytest.raises(TokenError) as caught:
            await shop.wallets.adjust(actor_id, wrong)
        assert caught.value.fault is TokenFault.UNKNOWN


async def at_supplier(shop: Shop) -> int:
    """Return the tracked deposit at the supplier in rupiah."""
    return -(await shop.store.read(lambda tx: tx.ledger.account(SUPPLIER_DEPOSIT))).posted


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
        await shop.wallets.adjust(ADMIN, shown.token)
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


ACTS: list[Callable[[Shop], Awaitable[object]]] = [
    lambda shop: shop.topups.decide(BUDI, TopUpId(1), approve=True),
    lambda shop: shop.wallets.propose_adjustment(BUDI, BUDI, 1_000_000, ""),
    lambda shop: shop.wallets.adjust(BUDI, "token0000001"),
    lambda shop: shop.supplier_deposit.propose(BUDI, 1),
    lambda shop: shop.supplier_deposit.record(BUDI, "token0000001"),
    lambda shop: shop.supplier_deposit.recorded(BUDI, "token0000001"),
]


@pytest.mark.parametrize("act", ACTS)
async def test_only_an_admin_moves_money(
    shop: Shop, act: Callable[[Shop], Awaitable[object]]
) -> None:
    with pytest.raises(NotPermittedError):
        await act(shop)


async def test_a_removed_admin_cannot_use_an_open_proposal(shop: Shop) -> None:
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, 1_000, "")
    shop.rules = replace(shop.rules, admin_ids=frozenset())
    shop.build()
    with pytest.raises(NotPermittedError):
        await shop.wallets.adjust(ADMIN, proposed.token)
