"""Texts for admins about the shop's money and its deposits at the supplier."""

from __future__ import annotations

from bot.domain.ledger import Account
from bot.domain.supplier_balance import OpenCosts
from bot.services.admin.reports import BalanceReport
from bot.services.money.supplier_deposit import ProposedDeposit, RecordedDeposit
from handlers.ui.command_names import typed_command
from handlers.ui.html import bold, code, lines, paragraphs
from handlers.ui.i18n import Translator

EXAMPLE_DEPOSIT = 500_000


def shop_balance_text(translator: Translator, report: BalanceReport) -> str:
    """Return the deposit, the customers' balances, today's sales, and the admin's own wallet."""
    _ = translator.gettext
    title, today, wallets = _("The shop's money"), report.today, report.wallets
    sales = translator.ngettext(
        "Today: {count} sale, revenue {revenue}, margin {margin}",
        "Today: {count} sales, revenue {revenue}, margin {margin}",
        today.count,
    ).format(
        count=translator.number(today.count),
        revenue=bold(translator.money(today.revenue)),
        margin=bold(translator.money(today.margin)),
    )
    return paragraphs(
        f"💰 {bold(title)}",
        _at_supplier(translator, report),
        lines(
            _("In the customers' wallets: {amount}").format(
                amount=bold(translator.money(wallets.posted))
            ),
            _("Of it held for open orders: {held}").format(held=translator.money(wallets.held)),
        ),
        lines(sales, _at_counter(translator, today.at_counter)),
        _own_wallet(translator, report.own),
    )


def _at_counter(translator: Translator, count: int) -> str:
    if not count:
        return ""
    return translator.ngettext(
        "Of them {count} sold at the counter", "Of them {count} sold at the counter", count
    ).format(count=translator.number(count))


def _at_supplier(translator: Translator, report: BalanceReport) -> str:
    _ = translator.gettext
    tracked = _("By your /deposit notes: {amount}").format(
        amount=translator.money(report.tracked_balance)
    )
    pending = _under_way(translator, report.open_costs)
    if report.supplier_balance is not None:
        reported = _("At the supplier: {amount}, as it reports").format(
            amount=bold(translator.money(report.supplier_balance))
        )
        return lines(reported, tracked, pending, _difference(translator, report.difference))
    amount = bold(translator.money(report.tracked_balance))
    guess = _(
        "At the supplier: {amount}, as tracked: your /deposit notes less what orders cost. "
        "The supplier does not report it."
    )
    if not report.is_answered:
        guess = _(
            "At the supplier: {amount}, as tracked: your /deposit notes less what orders cost. "
            "The supplier could not be asked just now."
        )
    return lines(guess.format(amount=amount), pending)


def _under_way(translator: Translator, pending: OpenCosts) -> str:
    """Return the cost of orders that are not final at the supplier; empty without any."""
    taken = translator.ngettext(
        "Less {amount} for {count} order under way",
        "Less {amount} for {count} orders under way",
        pending.taken_count,
    )
    unclear = translator.ngettext(
        "{count} order is not clear: {amount} may be taken or not",
        "{count} orders are not clear: {amount} may be taken or not",
        pending.unclear_count,
    )
    sums = (
        (taken, pending.taken, pending.taken_count),
        (unclear, pending.unclear, pending.unclear_count),
    )
    return lines(
        *(
            form.format(amount=translator.money(amount), count=translator.number(count))
            for form, amount, count in sums
            if count
        )
    )


def _difference(translator: Translator, excess: int) -> str:
    """Return how far the tracked balance is above or below the one that the supplier reports.

    `excess` is tracked less reported, in rupiah; the text is empty for 0.
    """
    _ = translator.gettext
    if excess > 0:
        return _(
            "⚠️ The notes say {amount} more: a /deposit that was not paid, or something bought "
            "outside the bot."
        ).format(amount=bold(translator.money(excess)))
    if excess < 0:
        return _(
            "⚠️ The notes say {amount} less: a payment not yet noted with /deposit, or an order "
            "that the supplier took back."
        ).format(amount=bold(translator.money(-excess)))
    return ""


def _own_wallet(translator: Translator, own: Account) -> str:
    _ = translator.gettext
    text = _("Your own wallet: {amount}").format(amount=bold(translator.money(own.posted)))
    held = _("Of it held for open orders: {held}").format(held=translator.money(own.held))
    limit = ""
    if own.credit_limit:
        limit = _("Credit left: {left} of {limit}").format(
            left=translator.money(min(own.credit_limit, own.available)),
            limit=translator.money(own.credit_limit),
        )
    return lines(text, held if own.held else "", limit)


# --- deposits at the supplier ---


def deposit_usage(translator: Translator) -> str:
    """Return how /deposit is written, by an example."""
    return translator.gettext("Write what you paid to the supplier, like this: {example}").format(
        example=code(f"{typed_command(translator, 'deposit')} {translator.number(EXAMPLE_DEPOSIT)}")
    )


def proposed_deposit_text(translator: Translator, proposed: ProposedDeposit) -> str:
    """Return the question before a deposit is recorded or, if negative, corrected."""
    _ = translator.gettext
    amount = translator.money(abs(proposed.amount))
    title = _("Note {amount} as paid to the supplier?").format(amount=amount)
    if proposed.amount < 0:
        title = _("Take {amount} back from what was noted as paid to the supplier?").format(
            amount=amount
        )
    return paragraphs(
        f"💰 {bold(title)}",
        _("At the supplier, as tracked: {before} → {after}").format(
            before=translator.money(proposed.before), after=bold(translator.money(proposed.after))
        ),
        _("Nothing is noted yet. The button works once, for 30 minutes."),
    )


def deposited_now(translator: Translator) -> str:
    """Return the pop-up after a deposit was recorded."""
    return translator.gettext("Noted.")


def deposited_text(translator: Translator, noted: RecordedDeposit) -> str:
    """Return the recorded deposit or correction, and the tracked balance after it."""
    _ = translator.gettext
    form = _("Noted: {amount} paid to the supplier.")
    if noted.amount < 0:
        form = _("Corrected: {amount} taken back from what was noted as paid to the supplier.")
    return lines(
        form.format(amount=bold(translator.money(abs(noted.amount)))),
        _("At the supplier now, as tracked: {balance}").format(
            balance=bold(translator.money(noted.balance))
        ),
    )
