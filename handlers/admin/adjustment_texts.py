"""Texts for admins about credits and debits."""

from __future__ import annotations

from bot.domain.customer import Customer
from bot.domain.errors import InsufficientFundsError
from bot.domain.ledger import is_wallet
from bot.domain.money_source import MoneySource, source_of
from bot.services.money.adjustments import ProposedAdjustment
from bot.services.money.wallet import AdjustmentResult
from handlers.admin.same_amount_texts import same_amount_text
from handlers.ui.html import bold, code, cut, escaped, lines, paragraphs, warning
from handlers.ui.i18n import Translator
from handlers.ui.people import who_with_id

EXAMPLE_ID = "123456789"
EXAMPLE_CREDIT = 50_000

# --- questions, and malformed commands ---


def adjust_usage(translator: Translator, command: str) -> str:
    """Return how /credit or /debit is written, by an example."""
    note = translator.gettext("correction") if command == "debit" else translator.gettext("bonus")
    return translator.gettext("Write it like this: {example}").format(
        example=code(f"/{command} {EXAMPLE_ID} {translator.number(EXAMPLE_CREDIT)} {note}")
    )


def ask_adjustment_text(
    translator: Translator, customer: Customer, *, is_debit: bool, problem: str = ""
) -> str:
    """Return the question for an amount and a note, below the `problem` if any."""
    _ = translator.gettext
    question = (
        _("How much do you take out of this wallet?")
        if is_debit
        else _("How much do you put into this wallet?")
    )
    return paragraphs(
        warning(problem),
        lines(bold(question), who_with_id(translator, customer.customer_id, customer)),
        _(
            "Type the amount, and a note for the customer if you like: {example}. Nothing moves "
            "before you have confirmed it."
        ).format(example=code(_("50,000 paid at the counter"))),
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


# --- proposals and results ---


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
            _source(translator, proposed.source, proposed.amount),
            _note(translator, proposed.note),
        ),
        same_amount_text(translator, proposed.same),
        _("Is this a second payment? Look at your bank before you credit it.")
        if proposed.same
        else "",
        _("Nothing has moved yet. The button works once, for 30 minutes.")
        if proposed.source
        else _source_question(translator, proposed.amount),
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
    sign = 1 if is_wallet(done.transfer.credit_account) else -1
    form = _("Credited: {amount}") if sign > 0 else _("Debited: {amount}")
    return paragraphs(
        f"✅ {bold(form.format(amount=amount))}",
        lines(
            who_with_id(translator, done.customer_id, done.customer),
            _source(translator, source_of(done.transfer), sign),
            _note(translator, done.transfer.note),
            _("Balance now: {balance}").format(balance=translator.money(done.wallet.balance)),
            translator.datetime(done.transfer.created_at),
        ),
    )


def _source_question(translator: Translator, amount: int) -> str:
    if amount > 0:
        return translator.gettext("Where does the money come from?")
    return translator.gettext("Where does the money go?")


def source_label(translator: Translator, source: MoneySource, amount: int) -> str:
    """Return the name of a source on its button; `amount` is below 0 for a debit."""
    _ = translator.gettext
    match source, amount > 0:
        case MoneySource.CASH, True:
            return _("💵 Cash")
        case MoneySource.CASH, False:
            return _("💵 Paid out in cash")
        case MoneySource.TRANSFER, True:
            return _("🏦 Transfer")
        case MoneySource.TRANSFER, False:
            return _("🏦 Paid out by transfer")
        case MoneySource.BONUS, True:
            return _("🎁 Bonus")
        case MoneySource.BONUS, False:
            return _("🎁 Bonus taken back")
        case _:
            return _("✏️ Correction")


def _source(translator: Translator, source: MoneySource | None, amount: int) -> str:
    if source is None:
        return ""
    if source is MoneySource.BONUS and amount > 0:
        return translator.gettext("🎁 Bonus: it lowers your profit")
    return source_label(translator, source, amount)


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
