"""Credit limits: what each wallet may owe, by the one rule, from the start and at every act.

Nobody but an admin is lent anything. Whoever owes more than is lent today, such as a former
admin, keeps as much credit as is owed, so that the wallet stays sound; the ledger lowers that
with everything that is paid back.
"""

from __future__ import annotations

from bot.domain.ledger import Account, wallet_of
from bot.domain.order import CustomerId
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction


def grant(tx: Transaction, rules: ShopRules, customer_id: CustomerId) -> Account:
    """Lend a customer what the rules say now, opening the wallet if need be; return the wallet."""
    tx.ledger.open_wallet(customer_id, rules.credit_limit_of(customer_id))
    return tx.ledger.account(wallet_of(customer_id))


def grant_all(tx: Transaction, rules: ShopRules) -> None:
    """Lend everybody what the rules say now: `ADMIN_IDS` may have changed since the last start."""
    for customer_id in tx.ledger.lent_to():
        grant(tx, rules, customer_id)
