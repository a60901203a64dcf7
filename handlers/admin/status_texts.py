"""Texts of /status for admins: the overview of the shop, and the results of a search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from bot.domain.condition import Condition
from bot.domain.customer import Customer
from bot.domain.ledger import Account
from bot.domain.notice import OF_MACHINE, Alert
from bot.domain.order import CustomerId, Order, OrderState
from bot.domain.shop_rules import PAUSED
from bot.domain.supplier_row import SupplierRow
from bot.services.admin.reports import Overview
from bot.services.restores import RESTORED
from handlers.admin.list_texts import list_row, rest_line
from handlers.admin.machine_texts import machine_section
from handlers.admin.withheld_products_texts import withheld_list
from handlers.ui.durations import age
from handlers.ui.html import bold, code, cut, dotted, escaped, lines, paragraphs
from handlers.ui.i18n import N_, Translator
from handlers.ui.labels import fit_name
from handlers.ui.order_card import state_name
from handlers.ui.people import who, who_with_id
from handlers.ui.product_names import order_name

ORDERS_SHOWN = 8
ALERTS_SHOWN = 5
ROWS_SHOWN = 4
NAMES: Mapping[Alert, str] = MappingProxyType(
    {
        Alert.OWN_DEPOSIT_LOW: N_("own deposit too low"),
        Alert.OUT_OF_MONEY: N_("no money at the supplier"),
        Alert.MONEY_BACK: N_("money at the supplier again"),
        Alert.BALANCE_LOW: N_("balance at the supplier low"),
        Alert.CREDENTIALS_REFUSED: N_("credentials refused"),
        Alert.MAINTENANCE: N_("supplier under maintenance"),
        Alert.CATALOGUE_SHRUNK: N_("catalogue shrunk"),
        Alert.CATALOGUE_TOO_LARGE: N_("catalogue refused as too large"),
        Alert.UNKNOWN_STATUS: N_("unknown status word"),
        Alert.UNKNOWN_REFUSAL: N_("unknown refusal"),
        Alert.UNCLEAR_ANSWER: N_("unclear answer to an order"),
        Alert.COST_CHANGED: N_("price above the quote"),
        Alert.COST_ABOVE_PRICE: N_("cost above the price"),
        Alert.BREAKER_OPEN: N_("sending stopped after unanswered calls"),
        Alert.BREAKER_CLOSED: N_("sending goes on"),
        Alert.SUPPLIER_AWAY: N_("supplier does not answer"),
        Alert.LATE_SUCCESS: N_("goods arrived after a refund"),
        Alert.UNDELIVERABLE: N_("message not taken by Telegram"),
        Alert.UPDATE_GIVEN_UP: N_("update given up"),
        Alert.BACKUP_FAILED: N_("daily copy failed"),
        Alert.RESTORED: N_("going on from a backup"),
        Alert.UNCLAIMED_ROWS: N_("unknown orders at the supplier"),
        Alert.ORDER_REVERSED: N_("supplier took an order back"),
        Alert.ROWS_DIFFER: N_("supplier's rows differ"),
        Alert.ROWS_MISDATED: N_("supplier's rows wrongly dated"),
    }
)
"""A short name of each alert, except those of the machine, which has lines of its own."""
LASTING = frozenset(
    {
        Alert.OWN_DEPOSIT_LOW,
        Alert.CREDENTIALS_REFUSED,
        Alert.MAINTENANCE,
        Alert.CATALOGUE_SHRUNK,
        Alert.CATALOGUE_TOO_LARGE,
        Alert.BREAKER_OPEN,
        Alert.SUPPLIER_AWAY,
        Alert.RESTORED,
    }
)
"""The alerts of a condition that lasts until it ends; all others report a single event."""
_ALERTS = {alert.value: alert for alert in Alert}


def overview_text(translator: Translator, seen: Overview, now: datetime) -> str:
    """Return the overview; its lists are limited, so that it fits into one message."""
    _ = translator.gettext
    title = _("Shop status")
    return paragraphs(
        f"📊 {bold(title)}",
        _selling(translator, seen),
        _orders(translator, seen, now),
        _unsettled(translator, seen.unsettled),
        withheld_list(translator, seen.withheld),
        lines(
            _supplier(translator, seen, now),
            _rows_skipped(translator, seen),
            _catalogue(translator, seen, now),
        ),
        machine_section(translator, seen.machine, now),
        _alerts(translator, seen),
        _unclaimed(translator, seen.unclaimed),
        _differences(translator, len(seen.findings)),
    )


def _selling(translator: Translator, seen: Overview) -> str:
    _ = translator.gettext
    paused = next((one for one in seen.conditions if one.name == PAUSED), None)
    found = []
    if paused is not None:
        text = _("⏸ Paused since {time}").format(time=translator.datetime(paused.raised_at))
        note = "" if paused.detail == RESTORED else paused.detail
        found.append(lines(text, escaped(cut(note, 200))))
    if seen.breaker_open_since is not None:
        found.append(
            _(
                "🚧 Nothing is sent since {time}: three orders in five minutes got no clear answer."
            ).format(time=translator.datetime(seen.breaker_open_since))
        )
    if seen.out_of_money_since is not None:
        found.append(
            _("💸 Nothing is sold since {time}: there is no money at the supplier.").format(
                time=translator.datetime(seen.out_of_money_since)
            )
        )
    return lines(*found) or _("🟢 The shop is open.")


def _orders(translator: Translator, seen: Overview, now: datetime) -> str:
    _ = translator.gettext
    counts = [
        f"{state_name(translator, state)}: {translator.number(seen.counts[state])}"
        for state in OrderState
        if seen.counts.get(state)
    ]
    oldest = _("No order is open.")
    if seen.oldest_open is not None:
        oldest = _("The oldest open one is {number}, {age} old.").format(
            number=bold(seen.oldest_open.number),
            age=age(translator, now - seen.oldest_open.created_at),
        )
    return lines(bold(_("Orders")), *counts, oldest)


def _unsettled(translator: Translator, orders: Sequence[Order]) -> str:
    """Return the parked orders, and those that the bot still reconciles."""
    shown = orders[:ORDERS_SHOWN]
    parked = sum(order.state is OrderState.PARKED for order in orders)
    reconciling = len(orders) - parked
    waits = translator.ngettext(
        "{count} order waits for your decision", "{count} orders wait for your decision", parked
    ).format(count=translator.number(parked))
    checked = translator.ngettext(
        "{count} order is being checked", "{count} orders are being checked", reconciling
    ).format(count=translator.number(reconciling))
    return paragraphs(
        lines(
            f"🅿️ {bold(waits)}" if parked else "",
            *(_unsettled_one(translator, one) for one in shown if one.state is OrderState.PARKED),
        ),
        lines(
            f"🔎 {bold(checked)}" if reconciling else "",
            *(
                _unsettled_one(translator, one)
                for one in shown
                if one.state is not OrderState.PARKED
            ),
        ),
        rest_line(translator, len(orders) - ORDERS_SHOWN),
    )


def _unsettled_one(translator: Translator, order: Order) -> str:
    name = escaped(fit_name(order_name(translator, order), 40))
    state = state_name(translator, order.state)
    return list_row(order.number, state, name, code(order.destination))


def _supplier(translator: Translator, seen: Overview, now: datetime) -> str:
    _ = translator.gettext
    if seen.supplier_failing_since is not None:
        return _("🔴 Supplier: not reachable since {time}").format(
            time=translator.datetime(seen.supplier_failing_since)
        )
    if seen.supplier_answered_at is None:
        return _("Supplier: not asked yet since the start")
    return _("Supplier: last answer {age} ago").format(
        age=age(translator, now - seen.supplier_answered_at)
    )


def _rows_skipped(translator: Translator, seen: Overview) -> str:
    if not seen.rows_skipped:
        return ""
    return translator.ngettext(
        "⚠️ {count} of the supplier's latest orders cannot be read. Until it can, an order that is "
        "not found does not count as not placed.",
        "⚠️ {count} of the supplier's latest orders cannot be read. Until they can, an order that "
        "is not found does not count as not placed.",
        seen.rows_skipped,
    ).format(count=translator.number(seen.rows_skipped))


def _services_skipped(translator: Translator, seen: Overview) -> str:
    if not seen.services_skipped:
        return ""
    return translator.ngettext(
        "{count} row of its list cannot be read or has no price: it is not on sale.",
        "{count} rows of its list cannot be read or have no price: they are not on sale.",
        seen.services_skipped,
    ).format(count=translator.number(seen.services_skipped))


def _catalogue(translator: Translator, seen: Overview, now: datetime) -> str:
    _ = translator.gettext
    if seen.catalogue_fetched_at is None:
        return _("The catalogue was never fetched: nothing is on sale.")
    size = translator.ngettext(
        "Catalogue: {count} product, fetched {age} ago",
        "Catalogue: {count} products, fetched {age} ago",
        seen.catalogue_size,
    ).format(
        count=translator.number(seen.catalogue_size),
        age=age(translator, now - seen.catalogue_fetched_at),
    )
    return lines(size, _services_skipped(translator, seen))


def _alerts(translator: Translator, seen: Overview) -> str:
    raised = list(_alert_conditions(seen.conditions))
    shown = [
        "• "
        + _when(translator, alert, one, seen.ended.get(one.name))
        + (f": {code(cut(one.detail, 60))}" if one.detail else "")
        for alert, one in raised[-ALERTS_SHOWN:]
    ]
    title = translator.gettext("Alerts of the last day")
    return lines(f"⚠️ {bold(title)}", *shown) if shown else ""


def _when(translator: Translator, alert: Alert, one: Condition, ended_at: datetime | None) -> str:
    """Return an alert with its times: it lasts, it has ended, or it was a single event."""
    _ = translator.gettext
    name = translator.gettext(NAMES[alert])
    if ended_at is not None:
        return _("{alert}, from {time}, ended no later than {end}").format(
            alert=name, time=translator.datetime(one.raised_at), end=translator.datetime(ended_at)
        )
    if alert in LASTING:
        return _("{alert}, since {time}").format(
            alert=name, time=translator.datetime(one.raised_at)
        )
    alerted_at = one.notified_at or one.raised_at
    return _("{alert}, last told {time}").format(alert=name, time=translator.datetime(alerted_at))


def _alert_conditions(conditions: Sequence[Condition]) -> Iterator[tuple[Alert, Condition]]:
    for condition in conditions:
        alert = _ALERTS.get(condition.name.removeprefix("alert:"))
        if alert is not None and alert not in OF_MACHINE:
            yield alert, condition


def _unclaimed(translator: Translator, rows: Sequence[SupplierRow]) -> str:
    if not rows:
        return ""
    title = translator.gettext("Rows of the last day at the supplier that no order has claimed")
    shown = [_row(translator, row) for row in rows[:ROWS_SHOWN]]
    return lines(f"👀 {bold(title)}", *shown, rest_line(translator, len(rows) - ROWS_SHOWN))


def _row(translator: Translator, row: SupplierRow) -> str:
    return list_row(
        code(cut(row.ref_id, 40)),
        escaped(cut(row.service_code, 20)),
        code(cut(row.destination, 30)),
        escaped(cut(row.status_word, 20)),
        "" if row.created_at is None else translator.datetime(row.created_at),
    )


def _differences(translator: Translator, count: int) -> str:
    if not count:
        return ""
    return translator.ngettext(
        "{count} difference from the supplier's rows is not settled: /recon",
        "{count} differences from the supplier's rows are not settled: /recon",
        count,
    ).format(count=translator.number(count))


# --- search results ---


def found_text(
    translator: Translator,
    orders: Sequence[Order],
    person: str = "",
    customers: Mapping[CustomerId, Customer] = MappingProxyType({}),
) -> str:
    """Return the orders that were found, each with its facts.

    `person` describes the customer whose id was searched for. `customers` has the known customers
    of the orders, by their ids.
    """
    _ = translator.gettext
    title = translator.ngettext("{count} order", "{count} orders", len(orders)).format(
        count=translator.number(len(orders))
    )
    head = bold(title) if orders else _("No orders.")
    return paragraphs(
        lines(person, head),
        *(_fact(translator, one, customers.get(one.customer_id)) for one in orders),
    )


def _fact(translator: Translator, order: Order, customer: Customer | None) -> str:
    return lines(
        f"{bold(order.number)} · {state_name(translator, order.state)}",
        f"{escaped(fit_name(order_name(translator, order), 60))} · {translator.money(order.price)}",
        dotted(
            code(cut(order.destination, 64)),
            code(cut(order.ref_id, 40)) if order.ref_id else "",
            who(translator, order.customer_id, customer),
        ),
        translator.datetime(order.created_at),
    )


def person_text(translator: Translator, customer: Customer, wallet: Account) -> str:
    """Return a customer with their wallet."""
    _ = translator.gettext
    held = ""
    if wallet.held:
        held = _("Of it held for open orders: {held}").format(held=translator.money(wallet.held))
    return lines(
        f"👤 {who_with_id(translator, customer.customer_id, customer)}",
        _("In the wallet: {amount}").format(amount=bold(translator.money(wallet.posted))),
        held,
        _("They have blocked the bot.")
        if customer.telegram_id is not None and not customer.is_reachable
        else "",
    )


def nothing_found(translator: Translator, term: str) -> str:
    """Return that nothing matches a term, and which terms are possible."""
    return translator.gettext(
        "Nothing found for {term}. Look for an order number such as K12, a reference, the number "
        "that was bought for, or a customer's ID."
    ).format(term=code(cut(term, 64)))
