"""The ledger's arithmetic, against a model that only adds and subtracts."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import InsufficientFundsError, LedgerError
from bot.domain.ledger import (
    BANK,
    REVENUE,
    Account,
    AccountId,
    Phase,
    Purpose,
    Transfer,
    TransferId,
    apply,
    is_wallet,
    resolution,
    wallet_of,
)
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId, OrderId

NOW = datetime(2026, 3, 14, tzinfo=UTC)
ANNI, BUDI = wallet_of(CustomerId(1)), wallet_of(CustomerId(2))


def transfer(phase: Phase, debit: AccountId, credit: AccountId, amount: int) -> Transfer:
    """Return a transfer; a post or void names a hold."""
    return Transfer(
        phase=phase,
        purpose=Purpose.PURCHASE,
        debit_account=debit,
        credit_account=credit,
        amount=Rupiah(amount),
        idempotency_key="test",
        created_at=NOW,
        hold_id=TransferId(1) if phase in (Phase.POST, Phase.VOID) else None,
    )


class Step(NamedTuple):
    """One step of a random history; `choice` picks the hold that a post or void resolves."""

    phase: Phase
    debit: AccountId
    credit: AccountId
    amount: int
    choice: int


steps = st.builds(
    Step,
    st.sampled_from(Phase),
    st.sampled_from([ANNI, BUDI, BANK]),
    st.sampled_from([ANNI, BUDI, REVENUE]),
    st.integers(1, 300),
    st.integers(0, 9),
).filter(lambda step: step.debit != step.credit)


class Model:
    """A model of the ledger: posted sums and open holds."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.posted = {ANNI: 500, BUDI: 0, BANK: -500, REVENUE: 0}
        self.open: list[Transfer] = []

    def held(self, account: AccountId) -> int:
        return sum(hold.amount for hold in self.open if hold.debit_account == account)

    def allows(self, account: AccountId, amount: int) -> bool:
        left = self.posted[account] - self.held(account) + self.limit
        return not is_wallet(account) or left >= amount

    def move(self, moved: Transfer) -> None:
        self.posted[moved.debit_account] -= moved.amount
        self.posted[moved.credit_account] += moved.amount


def transfer_of(step: Step, model: Model) -> Transfer | None:
    """Return the step's transfer; None when there is no hold to resolve."""
    if step.phase in (Phase.SINGLE, Phase.HOLD):
        return transfer(step.phase, step.debit, step.credit, step.amount)
    if not model.open:
        return None
    hold = model.open.pop(step.choice % len(model.open))
    return transfer(step.phase, hold.debit_account, hold.credit_account, hold.amount)


@given(st.lists(steps, max_size=25), st.sampled_from([0, 200]))
def test_any_history_keeps_the_sum_and_the_limits(history: list[Step], limit: int) -> None:
    model = Model(limit)
    accounts = {key: Account(key, posted, 0, limit) for key, posted in model.posted.items()}
    for step in history:
        moving = transfer_of(step, model)
        if moving is None:
            continue
        pair = accounts[moving.debit_account], accounts[moving.credit_account]
        takes = moving.phase in (Phase.SINGLE, Phase.HOLD)
        if takes and not model.allows(moving.debit_account, moving.amount):
            with pytest.raises(InsufficientFundsError):
                apply(*pair, moving)
            continue
        for account in apply(*pair, moving):
            accounts[account.account_id] = account
        if moving.phase is Phase.HOLD:
            model.open.append(moving)
        elif moving.phase is not Phase.VOID:
            model.move(moving)
        assert {key: account.posted for key, account in accounts.items()} == model.posted
        assert {key: account.held for key, account in accounts.items()} == {
            key: model.held(key) for key in accounts
        }
        assert sum(account.posted for account in accounts.values()) == 0
        assert accounts[ANNI].available >= 0
        assert accounts[BUDI].available >= 0


def test_a_hold_makes_money_unavailable_without_moving_it() -> None:
    wallet, revenue = apply(
        Account(ANNI, 100), Account(REVENUE), transfer(Phase.HOLD, ANNI, REVENUE, 60)
    )
    assert (wallet.posted, wallet.held, wallet.available) == (100, 60, 40)
    assert revenue.posted == 0


def test_a_credit_limit_lets_a_wallet_go_below_zero_and_no_further() -> None:
    wallet = Account(ANNI, posted=0, held=0, credit_limit=50)
    owing, _ = apply(wallet, Account(REVENUE), transfer(Phase.HOLD, ANNI, REVENUE, 50))
    assert (owing.balance, owing.available) == (-50, 0)
    with pytest.raises(InsufficientFundsError) as caught:
        apply(owing, Account(REVENUE), transfer(Phase.SINGLE, ANNI, REVENUE, 1))
    assert caught.value.missing == 1


def test_only_wallets_are_bounded() -> None:
    bank, wallet = apply(Account(BANK), Account(ANNI), transfer(Phase.SINGLE, BANK, ANNI, 100))
    assert (bank.posted, wallet.posted) == (-100, 100)


def test_more_than_is_held_cannot_be_resolved() -> None:
    with pytest.raises(LedgerError):
        apply(Account(ANNI, 100, 10), Account(REVENUE), transfer(Phase.POST, ANNI, REVENUE, 11))


def test_a_transfer_is_refused_for_other_accounts() -> None:
    with pytest.raises(LedgerError):
        apply(Account(BUDI, 100), Account(REVENUE), transfer(Phase.SINGLE, ANNI, REVENUE, 1))


@pytest.mark.parametrize("amount", [0, -5])
def test_a_transfer_of_zero_or_less_is_refused(amount: int) -> None:
    with pytest.raises(LedgerError):
        transfer(Phase.SINGLE, ANNI, REVENUE, amount)


def test_a_transfer_needs_two_accounts() -> None:
    with pytest.raises(LedgerError):
        transfer(Phase.SINGLE, ANNI, ANNI, 1)


@pytest.mark.parametrize("phase", Phase)
def test_only_a_post_or_void_names_a_hold(phase: Phase) -> None:
    resolves = phase in (Phase.POST, Phase.VOID)
    moved = transfer(phase, ANNI, REVENUE, 1)
    with pytest.raises(LedgerError):
        replace(moved, hold_id=None if resolves else TransferId(1))


@pytest.mark.parametrize("phase", [Phase.POST, Phase.VOID])
def test_a_resolution_moves_exactly_what_was_held(phase: Phase) -> None:
    hold = replace(
        transfer(Phase.HOLD, ANNI, REVENUE, 60),
        idempotency_key="order:K7",
        order_id=OrderId(7),
        transfer_id=TransferId(11),
    )
    resolved = resolution(hold, phase, NOW, actor_id=CustomerId(99))
    assert (resolved.hold_id, resolved.transfer_id) == (11, None)
    assert resolved.idempotency_key == f"{phase}:order:K7"
    assert (resolved.amount, resolved.order_id, resolved.actor_id) == (60, 7, 99)
    assert apply(Account(ANNI, 100, 60), Account(REVENUE), resolved)[0].held == 0
    with pytest.raises(LedgerError):
        resolution(resolved, phase, NOW)


@pytest.mark.parametrize("phase", [Phase.SINGLE, Phase.HOLD])
def test_a_hold_is_resolved_only_by_a_post_or_a_void(phase: Phase) -> None:
    with pytest.raises(LedgerError):
        resolution(transfer(Phase.HOLD, ANNI, REVENUE, 60), phase, NOW)
