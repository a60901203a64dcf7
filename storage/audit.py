"""The audit: checks the invariants of money and orders with SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.order import order_number_of
from bot.domain.supplier_comparison import has_other_target
from bot.ports.audit import AuditFinding
from storage.connection import Row
from storage.facts import SqlFacts
from storage.outbox import OUTCOMES_DELETED_UNTIL
from storage.repository import Repository
from storage.rows import micros

RULES = (
    "transfers_sum_to_zero",
    "balances_equal_their_transfers",
    "held_money_equals_open_holds",
    "no_wallet_is_below_its_limit",
    "wallets_belong_to_persons",
    "persons_were_given_their_ids",
    "ended_orders_have_their_hold_resolved_once",
    "open_orders_have_their_hold_open",
    "succeeded_orders_are_paid_and_no_others",
    "holds_are_the_price_from_the_customers_wallet",
    "refunds_do_not_exceed_charges",
    "references_belong_to_one_order",
    "ended_orders_have_their_message",
    "orders_are_counted_by_state",
    "orders_are_counted_by_customer",
    "days_of_customers_are_counted",
    "recent_orders_are_the_days_orders",
    "granted_limits_are_the_wallets",
    "sales_are_added_up",
    "sales_are_counted_by_brand",
    "sales_are_added_up_by_brand",
    "money_has_its_source",
    "bonuses_are_added_up",
    "wallets_are_added_up",
    "totals_of_topups_are_kept",
    "rows_know_whether_an_order_claimed_them",
    "chats_have_their_next_notice",
)
"""The rules that do not depend on the time; each is the name of a statement in `audit.sql`."""
SENDING = "no_order_is_sending_beyond_the_timeout"
_ORDER_ID = re.compile(r"^K([0-9]+)", re.ASCII)
"""An order id in the result of a statement; it is replaced by the order number."""
GOODS = "delivered_goods_are_the_ones_that_were_ordered"


class SqlAudit(Repository):
    """Implements `Audit`."""

    queries = "audit"

    def findings(self, now: datetime, sending_limit: timedelta) -> list[AuditFinding]:
        return [*self.findings_of_books(now, sending_limit), *self._wrong_goods()]

    def findings_of_books(self, now: datetime, sending_limit: timedelta) -> list[AuditFinding]:
        return list(self._findings_of_books(micros(now - sending_limit)))

    def _findings_of_books(self, sent_before: int) -> Iterator[AuditFinding]:
        deleted_until = SqlFacts(self._connection).get(OUTCOMES_DELETED_UNTIL)
        deleted = {"forgotten_until": int(deleted_until or 0)}
        for rule in RULES:
            for row in getattr(self._sql, rule)(**deleted):
                yield _finding(rule, row)
        for row in getattr(self._sql, SENDING)(sent_before=sent_before):
            yield _finding(SENDING, row)

    def _wrong_goods(self) -> Iterator[AuditFinding]:
        for row in getattr(self._sql, GOODS)():
            bought = (row["service_code"], row["echo"])
            if has_other_target(row["ordered_code"], row["sent"], *bought):
                yield _finding(GOODS, row)


def _finding(rule: str, row: Row) -> AuditFinding:
    place = _ORDER_ID.sub(lambda found: order_number_of(int(found[1])), row["place"])
    return AuditFinding(rule.replace("_", " "), place)
