"""Credit limits: how much each wallet may owe, by the shop's rules.

Only admins get credit. A customer who owes more than the rules allow today, such as a former
admin, keeps a credit limit equal to the debt, because a balance below the limit is refused; the
ledger lowers that limit with every repayment.
"""

from __future__ import annotations

from bot.domain.ledger import Account, wallet_of
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction


def apply_credit_limit(tx: Transaction, rules: ShopRules, customer_id: CustomerId) -> Account:
    """Set a wallet's credit limit by the rules, and return the wallet; opens it if needed."""
    telegram_id = tx.customers.telegram_id_of(customer_id)
    tx.ledger.open_wallet(customer_id, rules.credit_limit_of(telegram_id))
    return tx.ledger.account(wallet_of(customer_id))


def apply_credit_limits(tx: Transaction, rules: ShopRules) -> None:
    """Set the limit of every wallet that has one: `ADMIN_IDS` may have changed at a restart."""
    for customer_id in tx.ledger.wallets_with_credit():
        apply_credit_limit(tx, rules, customer_id)
