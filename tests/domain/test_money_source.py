"""Sources of credits and debits: their accounts, purposes and rights."""

from datetime import UTC, datetime

import pytest

from bot.domain.ledger import BANK, BONUS, CASH, CORRECTION, AccountId, Purpose, wallet_of
from bot.domain.money_source import MoneySource, adjustment, is_payment, right_for, source_of
from bot.domain.order import CustomerId
from bot.domain.staff import Right

NOW = datetime(2026, 3, 14, tzinfo=UTC)
ANNI, ADMIN = CustomerId(1), CustomerId(9)


@pytest.mark.parametrize(
    ("source", "account", "given", "taken"),
    [
        (MoneySource.CASH, CASH, Purpose.CREDIT, Purpose.WITHDRAWAL),
        (MoneySource.TRANSFER, BANK, Purpose.CREDIT, Purpose.WITHDRAWAL),
        (MoneySource.BONUS, BONUS, Purpose.BONUS, Purpose.BONUS),
        (MoneySource.CORRECTION, CORRECTION, Purpose.CORRECTION, Purpose.CORRECTION),
        (None, BANK, Purpose.CREDIT, Purpose.DEBIT),
    ],
)
def test_a_source_has_an_account_and_a_purpose(
    source: MoneySource | None, account: AccountId, given: Purpose, taken: Purpose
) -> None:
    for amount, purpose in ((500, given), (-500, taken)):
        made = adjustment(ANNI, amount, source, "key", NOW, ADMIN, "note")
        accounts = [account, wallet_of(ANNI)][:: 1 if amount > 0 else -1]
        assert [made.debit_account, made.credit_account] == accounts
        assert (made.purpose, made.amount) == (purpose, 500)
        is_old_debit = source is None and amount < 0
        assert source_of(made) == (None if is_old_debit else source or MoneySource.TRANSFER)


def test_cashiers_credit_what_was_paid_and_owners_do_the_rest() -> None:
    paid = {MoneySource.CASH, MoneySource.TRANSFER}
    for source in (None, *MoneySource):
        is_for_cashiers = source is None or source in paid
        assert right_for(source, 5) is (Right.TOPUPS if is_for_cashiers else Right.OWNER)
        assert right_for(source, -5) is Right.OWNER
    assert {source for source in MoneySource if is_payment(source, 5)} == paid
    assert not any(is_payment(source, -5) for source in MoneySource)
