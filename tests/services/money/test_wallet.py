"""Wallets: transfers, and credits and debits by admins."""

import pytest

from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import Actor
from bot.domain.errors import (
    BalanceChangedError,
    InsufficientFundsError,
    NotFoundError,
    NotPermittedError,
    OwnAffairError,
    TokenError,
    TokenFault,
)
from bot.domain.ledger import BANK, BONUS, CASH, Purpose
from bot.domain.money_source import MoneySource
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId
from bot.domain.staff import Right, StaffMember, written
from bot.ports.store import Transaction
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
    assert purposes == [Purpose.PURCHASE, Purpose.WITHDRAWAL, Purpose.CREDIT]
    assert wallet == await shop.wallets.wallet(ANNI)
    assert await shop.wallets.statement(ANNI, 1) == (wallet, transfers[:1])


# --- adjustments by admins ---


async def test_an_adjustment_is_proposed_then_carried_out_once(shop: Shop) -> None:
    """Its result can be shown again, to the admin who made it."""
    proposed = await shop.wallets.propose_adjustment(
        ADMIN, ANNI, 25_000, "cash", MoneySource.TRANSFER
    )
    assert proposed.customer.customer_id == ANNI
    assert (proposed.before, proposed.after, proposed.note) == (100_000, 125_000, "cash")
    assert (await shop.wallet()).posted == 100_000
    with pytest.raises(NotFoundError):
        await shop.wallets.adjustment_result(ADMIN, proposed.token)
    transfer, wallet = await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.TRANSFER)
    assert (transfer.purpose, transfer.actor_id, transfer.note) == (
        Purpose.CREDIT,
        ADMIN.customer_id,
        "cash",
    )
    assert wallet.posted == 125_000
    with pytest.raises(TokenError) as caught:
        await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.TRANSFER)
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
        await shop.wallets.propose_adjustment(ADMIN, ANNI, -100_000, "", MoneySource.TRANSFER)
    assert caught.value.missing == PRICE
    proposed = await shop.wallets.propose_adjustment(
        ADMIN, ANNI, PRICE - 100_000, "back", MoneySource.TRANSFER
    )
    transfer, wallet = await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.TRANSFER)
    assert (transfer.purpose, transfer.amount) == (Purpose.WITHDRAWAL, 100_000 - PRICE)
    assert wallet.available == 0


async def test_a_debit_above_the_available_money_is_refused_at_the_confirm(shop: Shop) -> None:
    proposed = await shop.wallets.propose_adjustment(
        ADMIN, ANNI, -100_000, "", MoneySource.TRANSFER
    )
    await shop.queue()
    with pytest.raises(InsufficientFundsError):
        await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.TRANSFER)
    assert (await shop.wallet()).posted == 100_000


async def test_an_unknown_customer_cannot_be_adjusted(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await shop.wallets.propose_adjustment(
            ADMIN, CustomerId(1003), 1_000, "", MoneySource.TRANSFER
        )


async def test_a_token_of_another_kind_or_admin_adjusts_nothing(shop: Shop) -> None:
    token = await shop.token(ADMIN.customer_id)
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, 1_000, "", MoneySource.TRANSFER)
    for actor_id, wrong in ((ADMIN, token), (SECOND_ADMIN, proposed.token)):
        with pytest.raises(TokenError) as caught:
            await shop.wallets.adjust(actor_id, wrong, MoneySource.TRANSFER)
        assert caught.value.fault is TokenFault.UNKNOWN


async def test_only_an_admin_adjusts_a_wallet(shop: Shop) -> None:
    for act in (
        shop.wallets.propose_adjustment(
            Actor(BUDI, BUDI_CHAT), BUDI, 1_000_000, "", MoneySource.TRANSFER
        ),
        shop.wallets.adjust(Actor(BUDI, BUDI_CHAT), "token0000001", MoneySource.TRANSFER),
        shop.wallets.dismiss_adjustment(Actor(BUDI, BUDI_CHAT), "token0000001"),
        shop.wallets.adjustment_result(Actor(BUDI, BUDI_CHAT), "token0000001"),
    ):
        with pytest.raises(NotPermittedError):
            await act


async def test_a_removed_admin_cannot_use_an_open_proposal(shop: Shop) -> None:
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, 1_000, "", MoneySource.TRANSFER)
    shop.rules = shop_rules(owner_ids=frozenset())
    shop.build()
    with pytest.raises(NotPermittedError):
        await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.TRANSFER)


async def test_an_adjustment_shown_with_another_balance_can_be_refused(shop: Shop) -> None:
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, 1_000, "", MoneySource.TRANSFER)
    await shop.credit(ANNI, 7_777)
    with pytest.raises(BalanceChangedError) as changed:
        await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.TRANSFER, only_as_shown=True)
    assert not changed.value.is_same_payment
    assert (await shop.wallet()).posted == 107_777


# --- the source of the money ---


async def test_a_source_is_chosen_and_may_be_changed_until_it_is_confirmed(shop: Shop) -> None:
    proposed = await shop.wallets.propose_adjustment(ADMIN, ANNI, 5_000, "thanks")
    assert (proposed.source, proposed.same, proposed.after) == (None, [], 105_000)
    for source in (None, MoneySource.BONUS):
        with pytest.raises(BalanceChangedError):
            await shop.wallets.adjust(ADMIN, proposed.token, source)
    for source in (MoneySource.CASH, None, MoneySource.BONUS):
        shown = await shop.wallets.choose_source(ADMIN, proposed.token, source)
        assert (shown.token, shown.source, shown.note) == (proposed.token, source, "thanks")
    transfer, _ = await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.BONUS)
    assert (transfer.debit_account, transfer.purpose) == (BONUS, Purpose.BONUS)
    with pytest.raises(TokenError):
        await shop.wallets.choose_source(ADMIN, proposed.token, MoneySource.CASH)


async def test_only_money_that_came_in_is_compared_with_other_payments(shop: Shop) -> None:
    await shop.credit(ANNI, 40_173)
    for source in MoneySource:
        shown = await shop.wallets.propose_adjustment(ADMIN, ANNI, 40_173, "", source)
        assert bool(shown.same) == (source in (MoneySource.CASH, MoneySource.TRANSFER))
    proposed = await shop.wallets.propose_adjustment(ADMIN, BUDI, 9_321, "", MoneySource.BONUS)
    await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.BONUS)
    shown = await shop.wallets.propose_adjustment(ADMIN, BUDI, 9_321, "", MoneySource.CASH)
    assert shown.same == []


async def test_cashiers_credit_cash_and_transfers_only(shop: Shop) -> None:
    budi = Actor(BUDI, BUDI_CHAT)
    member = StaffMember(BUDI, written([Right.TOPUPS]), ADMIN.customer_id, shop.clock.now())
    await shop.store.write(lambda tx: tx.staff.put(member))
    asked = await shop.wallets.propose_adjustment(budi, ANNI, 1_000, "")
    for source in (MoneySource.BONUS, MoneySource.CORRECTION):
        with pytest.raises(NotPermittedError):
            await shop.wallets.choose_source(budi, asked.token, source)
    with pytest.raises(NotPermittedError):
        await shop.wallets.propose_adjustment(budi, ANNI, -1_000, "", MoneySource.CASH)
    await shop.wallets.choose_source(budi, asked.token, MoneySource.CASH)
    transfer, _ = await shop.wallets.adjust(budi, asked.token, MoneySource.CASH)
    assert (transfer.debit_account, transfer.actor_id) == (CASH, BUDI)


async def test_a_confirmation_of_an_old_version_is_carried_out_from_the_bank(shop: Shop) -> None:
    def propose(tx: Transaction, amount: int) -> str:
        payload: dict[str, str | int] = {
            "customer_id": ANNI,
            "amount": amount,
            "note": "",
            "before": 100_000,
        }
        kind, now = ConfirmationKind.ADJUSTMENT, shop.clock.now()
        token = f"old{amount}"
        tx.confirmations.add(Confirmation(token, ADMIN.customer_id, kind, payload, now))
        return token

    credit, debit = [await shop.store.write(propose, amount) for amount in (500, -500)]
    with pytest.raises(BalanceChangedError):
        await shop.wallets.adjust(ADMIN, credit, MoneySource.BONUS)
    added, _ = await shop.wallets.adjust(ADMIN, credit, None, only_as_shown=True)
    assert (added.purpose, added.debit_account) == (Purpose.CREDIT, BANK)
    taken, _ = await shop.wallets.adjust(ADMIN, debit, None)
    assert (taken.purpose, taken.credit_account) == (Purpose.DEBIT, BANK)


async def test_employees_do_not_credit_themselves_but_owners_may(shop: Shop) -> None:
    cashier = Actor(ANNI, ANNI_CHAT)
    member = StaffMember(ANNI, Right.TOPUPS, ADMIN.customer_id, shop.clock.now())
    await shop.store.write(lambda tx: tx.staff.put(member))
    with pytest.raises(OwnAffairError):
        await shop.wallets.propose_adjustment(cashier, ANNI, 5_000, "", MoneySource.CASH)
    forged = Confirmation(
        "forged",
        ANNI,
        ConfirmationKind.ADJUSTMENT,
        {"customer_id": ANNI, "amount": 5_000, "note": "", "source": "cash"},
        shop.clock.now(),
    )
    await shop.store.write(lambda tx: tx.confirmations.add(forged))
    with pytest.raises(OwnAffairError):
        await shop.wallets.adjust(cashier, "forged", MoneySource.CASH)
    owner = ADMIN.customer_id
    proposed = await shop.wallets.propose_adjustment(ADMIN, owner, 5_000, "", MoneySource.CASH)
    await shop.wallets.adjust(ADMIN, proposed.token, MoneySource.CASH)


async def test_tokens_of_other_buttons_are_not_dismissed(shop: Shop) -> None:
    kind, now = ConfirmationKind.SETTING, shop.clock.now()
    other = Confirmation("other", ADMIN.customer_id, kind, {}, now)
    await shop.store.write(lambda tx: tx.confirmations.add(other))
    assert not await shop.wallets.dismiss_adjustment(ADMIN, "other")
    assert not await shop.wallets.dismiss_adjustment(ADMIN, "unknown")
