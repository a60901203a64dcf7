"""Texts for admins about money: the shop's balance, credits, debits and deposits."""

from __future__ import annotations

from bot.domain.customer import Customer
from bot.domain.errors import InsufficientFundsError
from bot.domain.ledger import Account, Purpose
from bot.domain.supplier_balance import OpenCosts
from bot.services.admin.reports import BalanceReport
from bot.services.money.supplier_deposit import ProposedDeposit, RecordedDeposit
from bot.services.money.wallet import AdjustmentResult, ProposedAdjustment
from handlers.admin.same_amount_texts import same_amount_text
from handlers.ui.html import bold, code, cut, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.people import who_with_id

EXAMPLE_ID = "123456789"
EXAMPLE_CREDIT = 50_000
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


# --- malformed commands ---


def adjust_usage(translator: Translator, command: str) -> str:
    """Return how /credit or /debit is written, by an example."""
    note = translator.gettext("correction") if command == "debit" else translator.gettext("bonus")
    return translator.gettext("Write it like this: {example}").format(
        example=code(f"/{command} {EXAMPLE_ID} {translator.number(EXAMPLE_CREDIT)} {note}")
    )


def deposit_usage(translator: Translator) -> str:
    """Return how /deposit is written, by an example."""
    return translator.gettext("Write what you paid to the supplier, like this: {example}").format(
        example=code(f"/deposit {translator.number(EXAMPLE_DEPOSIT)}")
    )


def not_an_id(translator: Translator, text: str) -> str:
    """Return that a text is not an id, and that customers are named by their ids."""
    return translator.gettext(
        "{text} is no ID. An ID is a number: everybody sees their own with /help. User names "
        "do not count here, since they can change hands."
    ).format(text=code(cut(text, 64)))


def never_wrote(translator: Translator, user_id: str) -> str:
    """Return that no customer has this id."""
    return translator.gettext(
        "Nobody with the ID {user} has written to the bot yet. They have to send it /start first."
    ).format(user=code(user_id))


def too_little_in_wallet(translator: Translator, error: InsufficientFundsError) -> str:
    """Return that a debit exceeds the available balance, with the amounts."""
    return translator.gettext(
        "The wallet has only {available} free, and {amount} is to be taken out: {missing} too "
        "little. Nothing was moved."
    ).format(
        available=translator.money(error.available),
        amount=translator.money(error.amount),
        missing=translator.money(error.missing),
    )


# --- credits and debits ---


def proposal_text(translator: Translator, proposed: ProposedAdjustment) -> str:
    """Return the question before a credit or debit, with payments of the same amount."""
    _ = translator.gettext
    customer = proposed.customer
    balances = _("Balance: {before} → {after}").format(
        before=translator.money(proposed.before), after=bold(translator.money(proposed.after))
    )
    return paragraphs(
        f"💰 {bold(_title(translator, proposed.amount))}",
        lines(
            who_with_id(translator, customer.customer_id, customer),
            balances,
            _note(translator, proposed.note),
        ),
        same_amount_text(translator, proposed.same),
        _("Is this a second payment? Look at your bank before you credit it.")
        if proposed.same
        else "",
        _("Nothing has moved yet. The button works once, for 30 minutes."),
    )


def _title(translator: Translator, amount: int) -> str:
    if amount > 0:
        return translator.gettext("Credit {amount}?").format(amount=translator.money(amount))
    return translator.gettext("Debit {amount}?").format(amount=translator.money(-amount))


def adjust_label(translator: Translator, amount: int) -> str:
    """Return the label of the button that makes a credit or debit."""
    if amount > 0:
        return translator.gettext("✅ Credit {amount}").format(amount=translator.money(amount))
    return translator.gettext("✅ Debit {amount}").format(amount=translator.money(-amount))


def adjusted_text(translator: Translator, done: AdjustmentResult) -> str:
    """Return a credit or debit that was made, and the balance now."""
    _ = translator.gettext
    amount = translator.money(done.transfer.amount)
    form = _("Credited: {amount}")
    if done.transfer.purpose is Purpose.DEBIT:
        form = _("Debited: {amount}")
    return paragraphs(
        f"✅ {bold(form.format(amount=amount))}",
        lines(
            who_with_id(translator, done.customer_id, done.customer),
            _note(translator, done.transfer.note),
            _("Balance now: {balance}").format(balance=translator.money(done.wallet.balance)),
            translator.datetime(done.transfer.created_at),
        ),
    )


def _note(translator: Translator, note: str) -> str:
    return translator.gettext("Note: {note}").format(note=escaped(note)) if note else ""


def adjusted_now(translator: Translator, customer: Customer | None) -> str:
    """Return the pop-up after a credit or debit."""
    if customer is not None and customer.telegram_id is None:
        return translator.gettext("Done. This person has no Telegram account to be told in.")
    return translator.gettext("Done, and the customer will be told.")


def adjusted_before(translator: Translator) -> str:
    """Return the pop-up for a button that was used before."""
    return translator.gettext("This was done already, and nothing was moved twice.")


def adjust_too_late(translator: Translator) -> str:
    """Return that a confirm button has expired."""
    return translator.gettext(
        "This button was too old, and nothing was moved. Please write it again."
    )


def adjust_dropped(translator: Translator) -> str:
    """Return that a credit, debit or deposit was dismissed."""
    return translator.gettext("Cancelled. Nothing was moved.")


def balance_changed(translator: Translator, *, is_same_payment: bool) -> str:
    """Return why an adjustment needs a new confirmation.

    `is_same_payment`: the same amount was credited or requested since. Else the balance changed.
    """
    if is_same_payment:
        return translator.gettext(
            "The same amount was credited or asked for meanwhile. Nothing was moved: look again."
        )
    return translator.gettext("The balance has changed meanwhile. Nothing was moved: look again.")


def adjust_unknown(translator: Translator) -> str:
    """Return that a confirm button is unknown, dismissed, or another admin's."""
    return translator.gettext(
        "This button no longer works, and nothing was moved. Please write it again."
    )


# --- deposits at the supplier ---


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
