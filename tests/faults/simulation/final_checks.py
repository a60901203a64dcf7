"""The checks at the end of a run: the books against the panel's truth, to the rupiah."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.ledger import (
    BANK,
    BONUS,
    CASH,
    CORRECTION,
    REVENUE,
    SUPPLIER_COST,
    SUSPENSE,
    AccountId,
    Purpose,
    wallet_of,
)
from bot.domain.order import IDS_PER_EPOCH, CustomerId, Order, OrderState, ParkReason
from bot.domain.row_matching import target_of
from bot.domain.shop_rules import ShopRules
from bot.domain.withheld_products import Withheld, WithheldId
from bot.ports.store import Transaction
from tests.databases import all_orders
from tests.faults.simulation.panel import Panel
from tests.faults.simulation.panel_sales import PanelSale
from tests.faults.simulation.telegram import ReceivedMessages
from tests.faults.simulation.virtual_time import OPENING

EVERY_STATE = tuple(OrderState)
LATEST = datetime.max.replace(tzinfo=UTC)
EARLIEST, FAR_FUTURE = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
SOURCES = (BANK, CASH, BONUS, CORRECTION)
"""The accounts from which wallets are filled, and to which they are paid out."""


@dataclass
class OutcomeCounts:
    """What the checks counted."""

    orders: int = 0
    states: Counter[OrderState] = field(default_factory=Counter)
    doubles: int = 0
    """Orders for which the panel sold more than once."""
    wrong_claims: int = 0
    """Orders that hold the ref_id of a row bought by another order's call."""
    given_back: int = 0
    """Orders that were refunded by the shop, without an admin, although the goods were bought."""
    given_back_by_hand: int = 0
    """Orders that an admin refunded although the goods were bought."""
    counted: int = 0
    """Orders that an admin counted as delivered before the supplier said so."""
    counted_in_vain: int = 0
    """Orders among `counted` for which the supplier never delivered anything."""
    never_shown: int = 0
    """Refunded goods whose row no list contained, or showed as not yet delivered until the end."""
    parked: int = 0
    parked_by_restore: int = 0
    """Parked at the end because they were waiting or being sent when the database was lost."""
    parked_and_bought: int = 0
    """Parked at the end although the panel sold them: the shop could not decide."""
    behind: int = 0
    """Accepted at the end with their row missing, while another order of the target is parked."""
    withheld: int = 0
    """Products withheld from sale because the supplier took more than their price."""
    unclaimed: int = 0
    stuck: int = 0


class FinalChecks:
    """Reads the database and the panel's truth, and records violations in the run's log."""

    def __init__(
        self,
        tx: Transaction,
        panel: Panel,
        messages: ReceivedMessages,
        rules: ShopRules,
        accounts: Sequence[str],
    ) -> None:
        """Check the orders and rows of these supplier accounts."""
        self._tx = tx
        self._panel = panel
        self._messages = messages
        self._log = panel.log
        self._rules = rules
        acts = tx.admin_acts.latest(10**6)
        self._forced = {act.subject for act in acts if act.detail == "forced"}
        self._counted = {act.subject for act in acts if act.action == "count_delivered"}
        self._refunded = {act.subject for act in acts if act.action == "refund"}
        self._orders = [order for account in accounts for order in all_orders(tx, account)]
        self._found = {
            finding.ref_id for account in accounts for finding in tx.findings.open(account)
        }
        """The ref_ids of rows that were reported to the admins as not matching our orders."""
        since = OPENING - timedelta(days=1)
        unclaimed = [
            row for account in accounts for row in tx.supplier_rows.unclaimed(account, since, 10**6)
        ]
        status_of = rules.profile.status_of
        self._seen = {row.ref_id for row in unclaimed if status_of(row.status_word).is_final}
        """Rows that we have seen with a final status and that no order has claimed."""
        self.outcomes = OutcomeCounts(orders=len(self._orders), unclaimed=len(unclaimed))

    def examine(self) -> OutcomeCounts:
        """Compare everything: broken invariants are violations, the rest is counted."""
        for order in self._orders:
            self.outcomes.states[order.state] += 1
            self._examine(order)
        self._examine_money()
        self._examine_withheld()
        return self.outcomes

    def _examine(self, order: Order) -> None:
        bought = self._panel.by_order[order.number]
        self.outcomes.doubles += len(bought) > 1
        self._must(len(bought) <= 1, f"{order.number} was bought {len(bought)} times")
        is_own = order.ref_id is None or order.ref_id in {goods.ref_id for goods in bought}
        self.outcomes.wrong_claims += not is_own
        self._must(is_own, f"{order.number} holds {order.ref_id}")
        if order.state is OrderState.SUCCEEDED:
            self._examine_success(order, bought)
        elif order.state.is_final:
            self._examine_failure(order, [goods for goods in bought if goods.is_delivered])
            self._examine_later_processing(order, bought)
        else:
            self._examine_open(order, bought)
        self._examine_messages(order)

    def _examine_success(self, order: Order, bought: list[PanelSale]) -> None:
        if order.number in self._counted:
            self._examine_counted(order, bought)
            return
        has_goods = any(goods.is_delivered and goods.voucher == order.voucher for goods in bought)
        self._must(has_goods, f"{order.number} succeeded without its goods")

    def _examine_counted(self, order: Order, bought: list[PanelSale]) -> None:
        """An admin's decision may be wrong, but the code must not be another order's."""
        self.outcomes.counted += 1
        self.outcomes.counted_in_vain += not any(goods.is_delivered for goods in bought)
        codes = {"", *(goods.voucher for goods in bought)}
        self._must(order.voucher in codes, f"{order.number} hands out {order.voucher}")

    def _examine_failure(self, order: Order, delivered: list[PanelSale]) -> None:
        """Goods delivered for a refunded order must be booked or reported to the admins."""
        is_by_hand = order.number in self._forced
        self._must(
            is_by_hand or not delivered,
            f"{order.number} was refunded, {[goods.ref_id for goods in delivered]} bought",
        )
        for goods in delivered:
            if not is_by_hand:
                self.outcomes.given_back += 1
                continue
            self.outcomes.given_back_by_hand += 1
            if self._is_booked(order, goods) or goods.ref_id in self._found:
                continue
            if self._is_shown_as_candidate(goods):
                continue
            # The account that the shop has left can no longer be queried.
            can_be_queried = order.account == self._rules.account
            is_recorded = can_be_queried and (
                goods.ref_id in self._seen or order.ref_id == goods.ref_id
            )
            self._must(not is_recorded, f"{goods.ref_id} of {order.number} is not booked")
            self.outcomes.never_shown += not is_recorded

    def _examine_later_processing(self, order: Order, bought: list[PanelSale]) -> None:
        """After words of later processing, an order fails by its row or an admin, not by a miss."""
        has_failed_by_miss = (
            order.state is OrderState.FAILED
            and order.number in self._panel.promised
            and not bought
            and order.number not in self._refunded
        )
        self._must(
            not has_failed_by_miss,
            f"{order.number} had words of later processing and failed by a miss",
        )

    def _is_shown_as_candidate(self, goods: PanelSale) -> bool:
        """Return whether an admin sees the row as a candidate of a parked order."""
        target = (goods.service_code, goods.destination)
        return any(
            target == (order.service_code, order.destination)
            or goods.ref_id == order.suspect_ref_id
            for order in self._orders
            if order.state is OrderState.PARKED
        )

    def _is_booked(self, order: Order, goods: PanelSale) -> bool:
        return self._tx.ledger.by_key(f"late:{order.number}:{goods.ref_id}") is not None

    def _examine_open(self, order: Order, bought: list[PanelSale]) -> None:
        is_parked = order.state is OrderState.PARKED
        if order.state is OrderState.ACCEPTED and self._is_behind_a_parked_one(order):
            self.outcomes.behind += 1
            return
        self._must(is_parked, f"{order.number} is still {order.state}")
        if not is_parked:
            self.outcomes.stuck += 1
            return
        self.outcomes.parked += 1
        self.outcomes.parked_by_restore += order.park_reason is ParkReason.RESTORED
        self.outcomes.parked_and_bought += any(goods.is_delivered for goods in bought)
        admins_told = [self._admin_was_told(admin, order) for admin in self._rules.owner_ids]
        self._must(all(admins_told), f"{order.number} is parked and an admin was not told")
        was_told = order.order_id in self._messages.checked_by_hand or self._is_excused(order)
        self._must(was_told, f"{order.number} is parked and its customer was not told")

    def _admin_was_told(self, admin_id: int, order: Order) -> bool:
        """Return whether a notice, which is repeated every hour, arrived or was undeliverable."""
        name, reader = f"parked:{order.number}:", f":{admin_id}"
        refused = self._messages.undeliverable
        is_refused = any(key.startswith(name) and key.endswith(reader) for key in refused)
        return is_refused or bool(self._messages.parked[admin_id, order.order_id])

    def _is_behind_a_parked_one(self, order: Order) -> bool:
        """Return whether another order of the same target is parked; this one must wait for it."""
        return any(
            other.state is OrderState.PARKED and target_of(other) == target_of(order)
            for other in self._orders
        )

    def _examine_messages(self, order: Order) -> None:
        if not order.state.is_final or self._is_excused(order):
            return
        outcomes = self._messages.outcomes[order.order_id]
        was_told = set(outcomes) == {order.state}
        self._must(was_told, f"{order.number} is {order.state}, delivered outcomes {outcomes}")
        shown = self._messages.shown.get(order.order_id)
        self._must(
            shown is order.state, f"{order.number} is {order.state}, its message says {shown}"
        )

    def _is_excused(self, order: Order) -> bool:
        is_before_restore = self._messages.is_restored and "-" not in order.number
        if is_before_restore:
            return True  # Its outcome may have been delivered before the restore.
        refused = any(f":{order.number}" in key for key in self._messages.undeliverable)
        customer = self._tx.customers.get(order.customer_id)
        return refused or customer is None or not customer.is_reachable

    def _examine_money(self) -> None:
        """Compare revenue, holds, wallets, costs and suspense with orders and the panel's truth."""
        sold = [order for order in self._orders if order.state is OrderState.SUCCEEDED]
        still_open = [order for order in self._orders if not order.state.is_final]
        posted = self._tx.ledger.wallets_total()
        self._expect("revenue", self._posted(REVENUE), sum(order.price for order in sold))
        self._expect("held", posted.held, sum(order.price for order in still_open))
        paid_in = -sum(self._moves_of(account) for account in SOURCES)
        self._expect("wallets", posted.posted, paid_in - self._posted(REVENUE))
        truth = {
            goods.ref_id: goods
            for goods in self._panel.purchases
            if goods.is_delivered or goods.order in self._counted
        }
        costs = sum(truth[order.ref_id].cost for order in sold if order.ref_id in truth)
        self._expect("bonuses", self._all_bonuses(), -self._posted(BONUS))
        self._expect("supplier cost", -self._posted(SUPPLIER_COST), costs)
        late = sum(
            goods.cost
            for order in self._orders
            if order.state is OrderState.FAILED
            for goods in self._panel.by_order[order.number]
            if goods.is_delivered and self._is_booked(order, goods)
        )
        self._expect("suspense", -self._posted(SUSPENSE), late)
        for order in self._orders:
            wallet = self._tx.ledger.account(wallet_of(CustomerId(order.customer_id)))
            self._must(wallet.available >= 0, f"{wallet.account_id} is overdrawn")

    def _examine_withheld(self) -> None:
        """A sale below cost withholds the product, and nothing is sent while it is withheld."""
        withheld = list(self._all_withheld())
        self.outcomes.withheld = len(withheld)
        for order in self._orders:
            of_product = [one for one in withheld if one.product_id == order.product_id]
            loss = (order.supplier_cost or 0) > self._price_by_the_list(order)
            is_recorded = any(one.cost >= (order.supplier_cost or 0) for one in of_product)
            self._must(
                not loss or is_recorded,
                f"{order.number} was sold below cost, and its product was not withheld",
            )
            if order.sent_at is None or self._panel.fault_schedule.clock_steps:
                continue
            was_sent_while_withheld = any(
                one.withheld_at < order.sent_at < (one.released_at or one.ended_at or LATEST)
                for one in of_product
            )
            self._must(
                not was_sent_while_withheld,
                f"{order.number} was sent while its product was withheld",
            )

    def _price_by_the_list(self, order: Order) -> int:
        """Return the highest price of the product by any list that the shop has read."""
        return self._rules.markup.price_of(self._panel.dearest[order.service_code])

    def _all_withheld(self) -> Iterator[Withheld]:
        for epoch in range(self._tx.restoration.epoch() + 1):
            for count in range(1, 10_000):
                found = self._tx.withheld_products.get(WithheldId(epoch * IDS_PER_EPOCH + count))
                if found is None:
                    break
                yield found

    def _posted(self, account: str) -> int:
        return self._tx.ledger.account(account).posted  # type: ignore[arg-type]

    def _all_bonuses(self) -> int:
        return self._tx.sales.bonuses_between(EARLIEST, FAR_FUTURE)

    def _moves_of(self, account: AccountId) -> int:
        """Return what an account got from the wallets, less what it gave them.

        Deposits at the supplier are left out: they move money from the bank to the supplier.
        """
        transfers = self._tx.ledger.transfers_of(account, 10**6, 0)
        return sum(
            -transfer.amount if transfer.debit_account == account else transfer.amount
            for transfer in transfers
            if transfer.purpose is not Purpose.DEPOSIT
        )

    def _expect(self, what: str, ours: int, truth: int) -> None:
        self._must(ours == truth, f"{what}: {ours} in our books, {truth} in truth")

    def _must(self, holds: bool, what: str) -> None:
        self._log.must(holds, what)
