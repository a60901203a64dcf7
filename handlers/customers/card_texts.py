"""The text of a customer's card, and of what is asked and done on it."""

from __future__ import annotations

from typing import assert_never

from bot.domain.customer import Customer
from bot.domain.customer_card import MAX_NOTE_LENGTH
from bot.domain.errors import CustomerActFault
from bot.domain.order import Order
from bot.domain.staff_view import masked_number
from bot.services.people.acts import CustomerAct, ProposedAct
from bot.services.people.card import CustomerCard
from handlers.ui.html import bold, code, dotted, escaped, lines, linked, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.people import who, who_with_id
from handlers.ui.product_names import order_name


def card_text(translator: Translator, card: CustomerCard, news: str = "") -> str:
    """Return a customer's card; `news` is its first paragraph."""
    return paragraphs(
        news,
        _person(translator, card),
        _money(translator, card),
        _recent(translator, card),
        f"📝 {escaped(card.file.note)}" if card.file.note else "",
        _contact(translator, card.customer),
    )


def _person(translator: Translator, card: CustomerCard) -> str:
    _ = translator.gettext
    customer, file = card.customer, card.file
    blocked = ""
    if file.blocked_at is not None:
        since = _("Blocked since {date}").format(date=translator.date(file.blocked_at))
        blocked = f"🚫 {bold(since)}"
        blocked += f": {escaped(file.block_reason)}" if file.block_reason else ""
    return lines(
        f"👤 {who_with_id(translator, customer.customer_id, customer)}",
        _("An owner of this shop") if card.is_owner else "",
        _("Level: {level}").format(level=escaped(card.level.name)) if card.level else "",
        blocked,
        _("Without Telegram") if customer.telegram_id is None else "",
        _("They have blocked the bot.")
        if customer.telegram_id is not None and not customer.is_reachable
        else "",
        _("Customer since {date}").format(date=translator.date(customer.created_at)),
        _invited_by(translator, card.invited_by),
        _last_order(translator, card),
    )


def _invited_by(translator: Translator, inviter: Customer | None) -> str:
    if inviter is None:
        return ""
    name = who(translator, inviter.customer_id, inviter)
    return translator.gettext("Invited by {name}").format(name=name)


def _last_order(translator: Translator, card: CustomerCard) -> str:
    order = card.last_order
    if order is None:
        return translator.gettext("Has not bought anything yet")
    return translator.gettext("Last purchase: {date}, {product} for {number}").format(
        date=translator.date(order.created_at),
        product=escaped(order_name(translator, order)),
        number=code(shown_number(card, order)),
    )


def _money(translator: Translator, card: CustomerCard) -> str:
    _ = translator.gettext
    wallet = card.wallet
    held = _("held {amount}").format(amount=translator.money(wallet.held)) if wallet.held else ""
    balance = _("Balance: {amount}").format(amount=bold(translator.money(wallet.balance)))
    if wallet.balance < 0:
        balance = _("Owes {amount}").format(amount=bold(translator.money(-wallet.balance)))
    limit, topup = "", card.last_topup
    if wallet.credit_limit:
        limit = _("May owe up to {amount}").format(amount=translator.money(wallet.credit_limit))
    last = ""
    if topup is not None:
        last = _("Last top-up: {amount}, {date}").format(
            amount=translator.money(topup.credited or topup.amount),
            date=translator.date(topup.decided_at or topup.created_at),
        )
    return lines(dotted(balance, held), limit, last)


def _recent(translator: Translator, card: CustomerCard) -> str:
    _, figures = translator.gettext, card.figures
    title = _("The last 30 days")
    orders = translator.ngettext("{count} order", "{count} orders", figures.orders).format(
        count=translator.number(figures.orders)
    )
    turnover = _("turnover {amount}").format(amount=translator.money(figures.turnover))
    failures = translator.ngettext(
        "{count} order failed", "{count} orders failed", figures.failures
    ).format(count=translator.number(figures.failures))
    complaints = translator.ngettext(
        "{count} request for help", "{count} requests for help", figures.complaints
    ).format(count=translator.number(figures.complaints))
    margin = _("Profit: {amount}").format(amount=translator.money(figures.margin))
    return lines(
        bold(title),
        dotted(orders, turnover if figures.orders else ""),
        dotted(failures if figures.failures else "", complaints if figures.complaints else ""),
        margin if card.has_costs and figures.orders else "",
    )


def _contact(translator: Translator, customer: Customer) -> str:
    if customer.telegram_id is None:
        return ""
    text = translator.gettext("Open the chat in Telegram")
    return f"💬 {linked(text, f'tg://user?id={customer.telegram_id}')}"


# --- questions ---


def ask_note_text(translator: Translator, customer: Customer, note: str) -> str:
    """Return the question for the note about a customer."""
    _ = translator.gettext
    return paragraphs(
        _("📝 A note about {name}: type it, with at most {most} characters.").format(
            name=who(translator, customer.customer_id, customer), most=MAX_NOTE_LENGTH
        ),
        lines(_("The note now:"), escaped(note)) if note else "",
        _("Only the shop's staff read it."),
    )


def ask_limit_text(translator: Translator, card: CustomerCard, problem: str = "") -> str:
    """Return the question for a customer's credit limit; `problem` comes first."""
    _ = translator.gettext
    name = who(translator, card.customer.customer_id, card.customer)
    limit = translator.money(card.file.credit_limit)
    return paragraphs(
        problem,
        _("💳 How much may {name} owe the shop? Now: {limit}").format(name=name, limit=bold(limit)),
        _("Choose an amount or type it. With 0 they pay before they buy."),
    )


def ask_level_text(translator: Translator, card: CustomerCard) -> str:
    """Return the question for a customer's level."""
    _ = translator.gettext
    name = who(translator, card.customer.customer_id, card.customer)
    level = card.level.name if card.level else everybody_level(translator)
    return _("🏷 Which level does {name} get? Now: {level}").format(name=name, level=bold(level))


def everybody_level(translator: Translator) -> str:
    """Return the name of having no level."""
    return translator.gettext("Everybody's prices")


def level_given(translator: Translator, card: CustomerCard) -> str:
    """Return which level a customer has now."""
    level = card.level.name if card.level else everybody_level(translator)
    return translator.gettext("✅ Level now: {level}").format(level=escaped(level))


def no_such_level(translator: Translator) -> str:
    """Return that a level does not exist any more."""
    return translator.gettext("This level does not exist any more.")


def ask_person_text(translator: Translator, problem: str = "") -> str:
    """Return the question for the name of a person without Telegram; `problem` comes first."""
    text = translator.gettext(
        "👤 A customer without Telegram, for example a neighbour with a tab. Type their name."
    )
    return paragraphs(problem, text)


def no_name(translator: Translator) -> str:
    """Return that a text is no name."""
    return translator.gettext("That is no name. Type it with letters.")


# --- proposals, and what was done ---


def proposal_text(translator: Translator, proposed: ProposedAct) -> str:
    """Return what the confirm button will do about a customer."""
    _ = translator.gettext
    customer = proposed.customer
    name = who_with_id(translator, customer.customer_id, customer)
    match proposed.act:
        case CustomerAct.BLOCK:
            reason = _("Reason: {reason}").format(reason=escaped(proposed.reason))
            return paragraphs(
                _("🚫 Block {name}?").format(name=name),
                _(
                    "They cannot buy or top up any more. They can still read their orders, codes "
                    "and balance, and an order under way ends as usual."
                ),
                reason if proposed.reason else _("You can type a reason first; staff read it."),
            )
        case CustomerAct.UNBLOCK:
            return _("✅ Let {name} buy again?").format(name=name)
        case CustomerAct.CREDIT_LIMIT:
            return _limit_proposal(translator, proposed, name)
        case _:
            assert_never(proposed.act)


def _limit_proposal(translator: Translator, proposed: ProposedAct, name: str) -> str:
    _ = translator.gettext
    before, after = translator.money(proposed.before), translator.money(proposed.after)
    debt = -proposed.wallet.balance
    kept = ""
    if debt > proposed.after:
        kept = _("They owe {debt} now. That stays, but they buy nothing more on credit.").format(
            debt=translator.money(debt)
        )
    return paragraphs(
        _("💳 What {name} may owe the shop:").format(name=name),
        f"{before} → {bold(after)}",
        kept,
    )


def confirm_label(translator: Translator, act: CustomerAct) -> str:
    """Return the label of the button that does what was proposed."""
    _ = translator.gettext
    match act:
        case CustomerAct.BLOCK:
            return _("🚫 Yes, block")
        case CustomerAct.UNBLOCK:
            return _("✅ Yes, unblock")
        case CustomerAct.CREDIT_LIMIT:
            return _("✅ Yes, set it")
        case _:
            assert_never(act)


def done_text(translator: Translator, done: ProposedAct) -> str:
    """Return what was done about a customer, as plain text in one line."""
    _ = translator.gettext
    match done.act:
        case CustomerAct.BLOCK:
            return _("🚫 Blocked.")
        case CustomerAct.UNBLOCK:
            return _("✅ Not blocked any more.")
        case CustomerAct.CREDIT_LIMIT:
            amount = translator.money(done.after)
            return _("✅ May owe up to {amount} now.").format(amount=amount)
        case _:
            assert_never(done.act)


def act_fault(translator: Translator, fault: CustomerActFault) -> str:
    """Return why something cannot be done about a customer."""
    _ = translator.gettext
    match fault:
        case CustomerActFault.OWNER:
            return _("An owner of the shop cannot be blocked.")
        case CustomerActFault.STAFF:
            return _("Only an owner blocks and unblocks those who work for the shop.")
        case CustomerActFault.UNCHANGED:
            return _("It is so already.")
        case _:
            assert_never(fault)


def note_kept(translator: Translator, *, is_deleted: bool) -> str:
    """Return that a note was stored, or deleted."""
    _ = translator.gettext
    return _("📝 The note is deleted.") if is_deleted else _("📝 The note is kept.")


def proposal_outdated(translator: Translator) -> str:
    """Return that a confirm button is used, too old, or about something that has changed."""
    return translator.gettext(
        "This button was used, or something has changed. Here it is as of now."
    )


def not_a_customer(translator: Translator) -> str:
    """Return that there is no such customer."""
    return translator.gettext("There is no such customer.")


def orders_title(translator: Translator, card: CustomerCard, *, is_empty: bool) -> str:
    """Return whose orders are listed."""
    _ = translator.gettext
    name = who(translator, card.customer.customer_id, card.customer)
    if is_empty:
        return _("🧾 {name} has no orders.").format(name=name)
    return _("🧾 Orders of {name}").format(name=name)


def shown_number(card: CustomerCard, order: Order) -> str:
    """Return the number that an order is for, as far as the reader may see it."""
    return order.destination if card.is_for_owner else masked_number(order.destination)


def link_text(translator: Translator, customer: Customer, address: str) -> str:
    """Return the one-use link to a person without Telegram."""
    _ = translator.gettext
    name = who(translator, customer.customer_id, customer)
    return paragraphs(
        _("🔗 Send this link to {name}. Whoever opens it first sees this balance here:").format(
            name=name
        ),
        code(address),
        _("It works once, within 7 days. A newer link ends this one."),
    )


def has_telegram(translator: Translator) -> str:
    """Return that a person has a Telegram account, so that no link is made."""
    return translator.gettext("This customer has Telegram already.")
