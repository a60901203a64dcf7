"""The ledger repository: the database moves and checks balances by the domain's rules."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import DuplicateError, InsufficientFundsError, LedgerError
from bot.domain.ledger import (
    BANK,
    REVENUE,
    SUPPLIER_COST,
    SUSPENSE,
    Account,
    AccountId,
    Phase,
    Purpose,
    Transfer,
    TransferId,
    apply,
    resolution,
    wallet_of,
)
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, OrderId
from bot.ports.store import Transaction
from tests.storage.records import amounts, records
from tests.storage.samples import (
    ANNI,
    ANNIS_WALLET,
    BOSS,
    BUDI,
    BUDIS_WALLET,
    NOW,
    OPENING,
    PRICE,
    SECOND,
    add_old_person,
    buy,
    credit,
    empty_shop,
    hold,
    hold_of,
    order,
    sample_shop,
)

singles = records(
    Transfer,
    phase=st.just(Phase.SINGLE),
    debit_account=st.sampled_from([BANK, SUSPENSE]),
    credit_account=st.sampled_from([REVENUE, SUPPLIER_COST, ANNIS_WALLET]),
    amount=amounts,
    order_id=st.none() | st.just(OrderId(1)),
    hold_id=st.none(),
    transfer_id=st.none(),
)


@settings(max_examples=40)
@given(singles)
def test_a_transfer_is_stored_with_every_field(transfer: Transfer) -> None:
    with sample_shop() as tx:
        tx.orders.add(order())
        stored = tx.ledger.record(transfer)
        assert stored.transfer_id is not None
        assert stored == replace(transfer, transfer_id=stored.transfer_id)
        assert tx.ledger.transfer(stored.transfer_id) == stored
        assert tx.ledger.by_key(transfer.idempotency_key) == stored


def test_an_unknown_transfer_is_none_and_an_unused_account_is_empty(tx: Transaction) -> None:
    assert tx.ledger.transfer(TransferId(99)) is None
    assert tx.ledger.by_key("never") is None
    assert tx.ledger.hold_of(OrderId(99)) is None
    assert tx.ledger.account(SUSPENSE) == Account(SUSPENSE)
    assert tx.ledger.account(AccountId("wallet:99")) == Account(AccountId("wallet:99"))


def test_the_phases_move_the_balances(tx: Transaction) -> None:
    bought, other = buy(tx), buy(tx, destination="081299999999")
    assert tx.ledger.account(ANNIS_WALLET) == Account(ANNIS_WALLET, OPENING, 2 * PRICE)
    assert tx.ledger.account(REVENUE).posted == 0
    for held, phase in ((bought, Phase.POST), (other, Phase.VOID)):
        tx.ledger.record(resolution(hold_of(tx, held), phase, NOW, actor_id=BOSS))
    assert tx.ledger.account(ANNIS_WALLET) == Account(ANNIS_WALLET, OPENING - PRICE, 0)
    assert tx.ledger.account(REVENUE) == Account(REVENUE, PRICE, 0)
    assert tx.ledger.account(BANK).posted == -2 * OPENING


def test_an_idempotency_key_is_used_once(tx: Transaction) -> None:
    tx.ledger.record(credit(ANNIS_WALLET, 500, "topup:1"))
    with pytest.raises(DuplicateError):
        tx.ledger.record(credit(BUDIS_WALLET, 900, "topup:1"))
    assert tx.ledger.account(ANNIS_WALLET).posted == OPENING + 500
    assert tx.ledger.account(BUDIS_WALLET).posted == OPENING


def test_an_order_has_one_hold(tx: Transaction) -> None:
    bought = buy(tx)
    with pytest.raises(DuplicateError):
        tx.ledger.record(hold(bought, idempotency_key="again"))
    assert tx.ledger.account(ANNIS_WALLET).held == PRICE


@pytest.mark.parametrize("first", [Phase.POST, Phase.VOID])
@pytest.mark.parametrize("second", [Phase.POST, Phase.VOID])
def test_a_hold_is_resolved_once(tx: Transaction, first: Phase, second: Phase) -> None:
    reserved = hold_of(tx, buy(tx))
    tx.ledger.record(resolution(reserved, first, NOW))
    before = tx.ledger.account(ANNIS_WALLET)
    again = replace(resolution(reserved, second, NOW), idempotency_key="again")
    with pytest.raises(DuplicateError):
        tx.ledger.record(again)
    assert tx.ledger.account(ANNIS_WALLET) == before


def test_an_order_is_refunded_once(tx: Transaction) -> None:
    bought = buy(tx)
    refund = replace(
        credit(ANNIS_WALLET, 100, "refund:1"), purpose=Purpose.REFUND, order_id=bought.order_id
    )
    tx.ledger.record(refund)
    with pytest.raises(DuplicateError):
        tx.ledger.record(replace(refund, idempotency_key="refund:2"))


@pytest.mark.parametrize(
    "change",
    [
        {"amount": PRICE - 1},
        {"debit_account": BUDIS_WALLET},
        {"credit_account": SUSPENSE},
        {"order_id": None},
        {"purpose": Purpose.REFUND},
        {"hold_id": TransferId(1)},
        {"hold_id": TransferId(99)},
    ],
)
def test_a_resolution_must_match_its_hold(tx: Transaction, change: dict[str, object]) -> None:
    """Half a post would leave the rest held for ever."""
    reserved = hold_of(tx, buy(tx))
    odd = replace(resolution(reserved, Phase.POST, NOW), **change)  # type: ignore[arg-type]
    with pytest.raises(LedgerError, match="repeats a hold"):
        tx.ledger.record(odd)
    assert tx.ledger.account(ANNIS_WALLET) == Account(ANNIS_WALLET, OPENING, PRICE)


@pytest.mark.parametrize("phase", [Phase.SINGLE, Phase.HOLD])
def test_a_wallet_pays_up_to_its_available_balance(tx: Transaction, phase: Phase) -> None:
    buy(tx)
    left = OPENING - PRICE
    taken = replace(hold(order(), order_id=None, amount=Rupiah(left + 1)), phase=phase)
    with pytest.raises(InsufficientFundsError) as caught:
        tx.ledger.record(taken)
    refusal = caught.value
    assert (refusal.available, refusal.amount, refusal.missing) == (left, left + 1, 1)
    assert tx.ledger.account(ANNIS_WALLET) == Account(ANNIS_WALLET, OPENING, PRICE)
    tx.ledger.record(replace(taken, amount=Rupiah(left)))
    assert tx.ledger.account(ANNIS_WALLET).available == 0


def test_a_credit_limit_may_be_used_up_and_not_exceeded(tx: Transaction) -> None:
    tx.ledger.open_wallet(ANNI, 5_000)
    assert tx.ledger.account(ANNIS_WALLET) == Account(ANNIS_WALLET, OPENING, 0, 5_000)
    taken = hold(order(), order_id=None, amount=Rupiah(OPENING + 5_000))
    with pytest.raises(InsufficientFundsError):
        tx.ledger.record(replace(taken, amount=Rupiah(OPENING + 5_001)))
    tx.ledger.record(taken)
    assert tx.ledger.account(ANNIS_WALLET).available == 0


def paid_back(tx: Transaction, amount: int, key: str) -> Account:
    """Credit Anni, and return her wallet."""
    tx.ledger.record(credit(ANNIS_WALLET, amount, key))
    return tx.ledger.account(ANNIS_WALLET)


def test_a_withdrawn_credit_limit_falls_with_each_repayment(tx: Transaction) -> None:
    """A customer whose limit is withdrawn keeps the debt, and each payment lowers it."""
    tx.ledger.open_wallet(ANNI, 5_000)
    tx.ledger.record(hold(order(), order_id=None, amount=Rupiah(OPENING + 4_000)))
    tx.ledger.open_wallet(ANNI, 0)
    assert tx.ledger.account(ANNIS_WALLET).credit_limit == 4_000
    assert tx.ledger.wallets_with_credit() == [ANNI]
    assert [paid_back(tx, 1_500, key).credit_limit for key in ("a", "b")] == [2_500, 1_000]
    assert tx.ledger.account(ANNIS_WALLET).available == 0
    assert paid_back(tx, 1_500, "c") == Account(ANNIS_WALLET, OPENING + 4_500, OPENING + 4_000, 0)
    assert tx.ledger.wallets_with_credit() == []


@pytest.mark.parametrize(("phase", "limit"), [(Phase.POST, 6_000), (Phase.VOID, 0)])
def test_resolving_a_hold_lowers_a_withdrawn_credit_limit(
    tx: Transaction, phase: Phase, limit: int
) -> None:
    tx.ledger.open_wallet(ANNI, 7_000)
    taken = hold(order(), order_id=None, amount=Rupiah(OPENING + 6_000))
    held = tx.ledger.record(taken)
    tx.ledger.open_wallet(ANNI, 0)
    tx.ledger.record(resolution(held, phase, NOW))
    assert tx.ledger.account(ANNIS_WALLET).credit_limit == limit


def test_a_credit_limit_in_force_does_not_change_with_payments(tx: Transaction) -> None:
    tx.ledger.open_wallet(ANNI, 5_000)
    tx.ledger.record(hold(order(), order_id=None, amount=Rupiah(OPENING + 4_000)))
    assert paid_back(tx, 9_000, "a").credit_limit == 5_000


def test_opening_a_wallet_again_keeps_its_money(tx: Transaction) -> None:
    tx.ledger.open_wallet(ANNI, 0)
    assert tx.ledger.account(ANNIS_WALLET) == Account(ANNIS_WALLET, OPENING, 0, 0)
    with pytest.raises(LedgerError):
        tx.ledger.open_wallet(ANNI, -1)


def test_the_transfers_of_an_account_are_newest_first(tx: Transaction) -> None:
    bought = buy(tx)
    opening = tx.ledger.by_key(f"opening:{ANNI}")
    more = tx.ledger.record(credit(ANNIS_WALLET, 5, "more"))
    reserved = hold_of(tx, bought)
    assert tx.ledger.transfers_of(ANNIS_WALLET, 10, 0) == [more, reserved, opening]
    assert tx.ledger.transfers_of(ANNIS_WALLET, 1, 1) == [reserved]
    assert tx.ledger.transfers_of(AccountId("wallet:99"), 10, 0) == []


def test_the_total_of_wallets_includes_customers_only(tx: Transaction) -> None:
    tx.ledger.open_wallet(BUDI, 700)
    buy(tx)
    assert tx.ledger.wallets_total() == Account(AccountId("wallets"), 2 * OPENING, PRICE, 700)


def test_without_wallets_the_totals_are_zero() -> None:
    with empty_shop() as tx:
        assert tx.ledger.wallets_total() == Account(AccountId("wallets"))


# --- the database and the domain agree ---

WALLETS = [wallet_of(CustomerId(number)) for number in (1, 2)]
ACCOUNTS = [*WALLETS, BANK, REVENUE]
movements = st.tuples(
    st.sampled_from([Phase.SINGLE, Phase.SINGLE, Phase.HOLD, Phase.POST, Phase.VOID]),
    st.permutations(ACCOUNTS),
    st.integers(1, 1_000),
    st.integers(0, 9),
)


def outcome(
    accounts: tuple[Account, Account], transfer: Transfer
) -> tuple[Account, Account] | InsufficientFundsError:
    """Return the result of the domain: both accounts afterwards, or the refusal."""
    try:
        return apply(*accounts, transfer)
    except InsufficientFundsError as refusal:
        return refusal


@settings(max_examples=40)
@given(st.lists(movements, max_size=30))
def test_the_database_and_the_domain_agree(
    made: list[tuple[Phase, list[AccountId], int, int]],
) -> None:
    with sample_shop() as tx:
        for owner in (CustomerId(1), CustomerId(2)):
            add_old_person(tx, owner)
        model = {account: Account(account) for account in ACCOUNTS}
        model |= {account: tx.ledger.account(account) for account in (BANK, REVENUE)}
        open_holds: list[Transfer] = []
        for number, (phase, (debit, credit_, *_), amount, which) in enumerate(made):
            key, at = f"movement:{number}", NOW + number * SECOND
            transfer = Transfer(
                Phase.SINGLE, Purpose.PURCHASE, debit, credit_, Rupiah(amount), key, at
            )
            if phase is Phase.HOLD:
                transfer = replace(transfer, phase=Phase.HOLD)
            elif phase is not Phase.SINGLE:
                if not open_holds:
                    continue
                transfer = resolution(open_holds.pop(which % len(open_holds)), phase, NOW)
            accounts = (model[transfer.debit_account], model[transfer.credit_account])
            expected = outcome(accounts, transfer)
            if isinstance(expected, InsufficientFundsError):
                with pytest.raises(InsufficientFundsError) as caught:
                    tx.ledger.record(transfer)
                assert caught.value.missing == expected.missing
            else:
                model |= {account.account_id: account for account in expected}
                stored = tx.ledger.record(transfer)
                if phase is Phase.HOLD:
                    open_holds.append(stored)
            for account in model.values():
                assert tx.ledger.account(account.account_id) == account
        assert tx.audit.findings(NOW, SECOND) == []


def test_manual_credits_are_found_by_their_amount(tx: Transaction) -> None:
    first = tx.ledger.record(credit(ANNIS_WALLET, 50_173, "a"))
    second = tx.ledger.record(credit(BUDIS_WALLET, 50_173, "b"))
    tx.ledger.record(replace(credit(ANNIS_WALLET, 50_173, "c"), purpose=Purpose.TOPUP))
    tx.ledger.record(credit(ANNIS_WALLET, 50_174, "d"))
    assert tx.ledger.credited_by_hand(50_173, NOW) == [second, first]
    assert tx.ledger.credited_by_hand(50_173, NOW + SECOND) == []


@pytest.mark.parametrize("purpose", [Purpose.TOPUP, Purpose.CREDIT])
def test_a_refund_does_not_count_as_a_payment_into_a_wallet(
    tx: Transaction, purpose: Purpose
) -> None:
    clare = CustomerId(1_077)
    tx.ledger.open_wallet(clare, 0)
    wallet = wallet_of(clare)
    tx.ledger.record(replace(credit(wallet, 5, "r"), purpose=Purpose.REFUND))
    assert not tx.ledger.has_credit(wallet)
    tx.ledger.record(replace(credit(wallet, 5, "p"), purpose=purpose))
    assert tx.ledger.has_credit(wallet)
