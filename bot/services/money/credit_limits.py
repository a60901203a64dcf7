"""Credit limits: how much each wallet may owe, by the shop's rules.

Admins get credit by the settings, and other customers what an owner granted them. A customer who
owes more than is allowed today, such as a former admin, keeps a credit limit equal to the debt,
because a balance below the limit is refused; the ledger lowers that limit with every repayment.
"""

from __future__ import annotations

from bot.domain.ledger import Account, wallet_of
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction


def credit_limit_of(tx: Transaction, rules: ShopRules, customer_id: CustomerId) -> int:
    """Return how far a customer's wallet may go below 0, in rupiah."""
    by_settings = rules.credit_limit_of(tx.customers.telegram_id_of(customer_id))
    return max(by_settings, tx.customer_cards.granted_limit(customer_id))


def apply_credit_limit(tx: Transaction, rules: ShopRules, customer_id: CustomerId) -> Account:
    """Set a wallet's credit limit by the rules, and return the wallet; opens it if needed."""
    tx.ledger.open_wallet(customer_id, credit_limit_of(tx, rules, customer_id))
    return tx.ledger.account(wallet_of(customer_id))


def apply_credit_limits(tx: Transaction, rules: ShopRules) -> None:
    """Set the limit of every wallet that has one: `ADMIN_IDS` may have changed at a restart."""
    for customer_id in tx.ledger.wallets_with_credit():
        apply_credit_limit(tx, rules, customer_id)
