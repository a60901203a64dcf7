"""A person's data as files: a page that any phone opens, and the same for a computer program."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from bot.domain.customer_card import CustomerFile
from bot.domain.destination import group_digits
from bot.domain.ledger import Purpose
from bot.domain.order import Order, order_number_of
from bot.domain.supplier_profile import PanelProfile
from bot.domain.thread import ThreadMessage
from bot.domain.topup import TopUp
from bot.services.personal_data import BookedTransfer, PersonalData
from handlers.ui.i18n import N_, Translator
from handlers.ui.order_card import state_name
from handlers.ui.vouchers import voucher_of

_STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;margin:1rem;max-width:60rem;color:#1b1b1b;background:#fff}
h2{margin:2rem 0 .5rem}article{border-top:1px solid #ccc;padding:.5rem 0}
p{margin:0;overflow-wrap:anywhere}b{font-weight:600}"""
"""No table: on a phone each entry is a few short lines."""
_PURPOSES = {
    Purpose.PURCHASE: N_("Purchase"),
    Purpose.REFUND: N_("Refund"),
    Purpose.TOPUP: N_("Top-up"),
    Purpose.CREDIT: N_("Put in by the shop"),
    Purpose.DEBIT: N_("Taken out by the shop"),
    Purpose.WITHDRAWAL: N_("Paid out"),
    Purpose.BONUS: N_("Bonus"),
    Purpose.CORRECTION: N_("Correction"),
}

Entry = Mapping[str, str]
Fields = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: its title, and entries of named values."""

    title: str
    entries: Sequence[Entry]


def page(
    translator: Translator, shop_name: str, profile: PanelProfile, data: PersonalData
) -> bytes:
    """Return the readable file, in HTML that refers to nothing outside of it."""
    _ = translator.gettext
    title = _("Personal data at {shop}").format(shop=shop_name)
    made = _("As of {time}").format(time=translator.datetime(data.made_at))
    parts = [
        '<!doctype html><html><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1><p>{escape(made)}</p>",
        *(_section(translator, section) for section in _sections(translator, profile, data)),
        "</body></html>\n",
    ]
    return "".join(parts).encode("utf-8", "replace")


def _section(translator: Translator, section: Section) -> str:
    entries = [
        "<article>"
        + "".join(
            f"<p><b>{escape(name)}</b>: {escape(value)}</p>"
            for name, value in entry.items()
            if value
        )
        + "</article>"
        for entry in section.entries
    ]
    count = translator.number(len(entries))
    nothing = escape(translator.gettext("Nothing is stored."))
    return f"<h2>{escape(section.title)} ({count})</h2>{''.join(entries) or f'<p>{nothing}</p>'}"


def _sections(translator: Translator, profile: PanelProfile, data: PersonalData) -> list[Section]:
    _, at = translator.gettext, translator.datetime
    number, time = _("Number"), _("Time")
    return [
        Section(_("Profile"), [_profile(translator, data)]),
        Section(
            _("Saved numbers"),
            [
                {_("Name"): one.name, _("For"): one.main, number: one.destination}
                for one in data.numbers
            ],
        ),
        Section(_("Orders"), [_order(translator, profile, one) for one in data.orders]),
        Section(
            _("Movements of the balance"), [_booked(translator, one) for one in data.transfers]
        ),
        Section(_("Top-ups"), [_topup(translator, one) for one in data.topups]),
        Section(
            _("Stored messages"),
            [
                {time: at(one.created_at), _("Kind"): one.kind, _("State"): one.state}
                for one in data.notices
            ],
        ),
        Section(_("Conversations"), [_message(translator, one) for one in data.written]),
        Section(
            _("Reminders you asked for"),
            [{time: at(one.asked_at), _("Product"): str(one.product_id)} for one in data.reminders],
        ),
        Section(
            _("What the shop noted"),
            [
                {time: at(one.at), _("Act"): f"{one.action} {one.subject}", _("Note"): one.detail}
                for one in data.acts
            ],
        ),
    ]


def _profile(translator: Translator, data: PersonalData) -> Entry:
    _, customer, wallet = translator.gettext, data.customer, data.wallet
    account = customer.telegram_id
    return {
        _("Name"): customer.name,
        _("User name"): f"@{customer.username}" if customer.username else "",
        _("Telegram ID"): "" if account is None else str(account),
        _("Customer number"): str(customer.customer_id),
        _("Language"): customer.chosen_language or customer.telegram_language,
        _("Customer since"): translator.datetime(customer.created_at),
        _("Level"): data.level,
        _("Note of the shop"): data.file.note,
        _("Blocked since"): _blocked_since(translator, data.file),
        _("Reason of the block"): data.file.block_reason,
        _("Came by the invitation"): "" if data.invitation is None else data.invitation.code,
        _("Balance"): translator.money(wallet.balance),
        _("Reserved for orders"): translator.money(wallet.held) if wallet.held else "",
        _("Credit limit"): translator.money(wallet.credit_limit) if wallet.credit_limit else "",
    }


def _blocked_since(translator: Translator, file: CustomerFile) -> str:
    return "" if file.blocked_at is None else translator.datetime(file.blocked_at)


def _message(translator: Translator, message: ThreadMessage) -> Entry:
    _ = translator.gettext
    author = _("The shop") if message.is_from_shop else _("The customer")
    return {
        _("Time"): translator.datetime(message.sent_at),
        _("From"): author,
        _("Text"): message.body,
        _("Attached file"): message.file_id,
    }


def _order(translator: Translator, profile: PanelProfile, order: Order) -> Entry:
    _ = translator.gettext
    voucher = voucher_of(order, profile)
    return {
        _("Order"): order.number,
        _("Time"): translator.datetime(order.created_at),
        _("Product"): order.product_name,
        _("Number"): group_digits(order.destination, order.zone),
        _("Price"): translator.money(order.price),
        _("State"): state_name(translator, order.state),
        _("Code"): "" if voucher is None else voucher.shown,
        _("Name of the meter"): "" if voucher is None else voucher.meter_owner,
    }


def _booked(translator: Translator, booked: BookedTransfer) -> Entry:
    _, transfer = translator.gettext, booked.transfer
    order = "" if transfer.order_id is None else order_number_of(transfer.order_id)
    return {
        _("Time"): translator.datetime(transfer.created_at),
        _("For"): _(_PURPOSES.get(transfer.purpose, transfer.purpose)),
        _("Order"): order,
        _("Amount"): translator.money(booked.change),
        _("Balance afterwards"): translator.money(booked.posted_after),
        _("Note"): transfer.note,
    }


def _topup(translator: Translator, topup: TopUp) -> Entry:
    _ = translator.gettext
    credited = topup.credited
    return {
        _("Time"): translator.datetime(topup.created_at),
        _("Amount"): translator.money(topup.total),
        _("State"): topup.state,
        _("Credited"): "" if credited is None else translator.money(credited),
        _("Reason"): topup.reason,
        _("Picture of the payment"): topup.proof,
    }


def for_programs(profile: PanelProfile, data: PersonalData) -> bytes:
    """Return the same as JSON; instants are in UTC (ISO 8601), money is whole rupiah."""
    content = {
        "made_at": data.made_at.isoformat(),
        "profile": _profile_fields(data),
        "saved_numbers": [
            {"name": one.name, "kind": one.kind, "for": one.main, "number": one.destination}
            for one in data.numbers
        ],
        "orders": [_order_fields(profile, one) for one in data.orders],
        "transfers": [_booked_fields(one) for one in data.transfers],
        "topups": [_topup_fields(one) for one in data.topups],
        "messages": [
            {
                "time": one.created_at.isoformat(),
                "kind": one.kind,
                "state": one.state,
                "data": dict(one.data),
            }
            for one in data.notices
        ],
        "conversations": [
            {
                "time": one.sent_at.isoformat(),
                "is_from_shop": one.is_from_shop,
                "text": one.body,
                "file": one.file_id,
            }
            for one in data.written
        ],
        "reminders": [
            {"time": one.asked_at.isoformat(), "product": one.product_id} for one in data.reminders
        ],
        "acts": [
            {
                "time": one.at.isoformat(),
                "action": one.action,
                "about": one.subject,
                "detail": one.detail,
            }
            for one in data.acts
        ],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace")


def _profile_fields(data: PersonalData) -> Fields:
    customer, wallet = data.customer, data.wallet
    return {
        "customer_id": customer.customer_id,
        "telegram_id": customer.telegram_id,
        "name": customer.name,
        "username": customer.username,
        "telegram_language": customer.telegram_language,
        "chosen_language": customer.chosen_language,
        "level": data.level,
        "note": data.file.note,
        "blocked_since": _instant(data.file.blocked_at),
        "block_reason": data.file.block_reason,
        "invitation": "" if data.invitation is None else data.invitation.code,
        "customer_since": customer.created_at.isoformat(),
        "balance": wallet.balance,
        "held": wallet.held,
        "credit_limit": wallet.credit_limit,
    }


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


def _order_fields(profile: PanelProfile, order: Order) -> Fields:
    voucher = voucher_of(order, profile)
    return {
        "number": order.number,
        "time": order.created_at.isoformat(),
        "product": order.product_name,
        "destination": order.destination,
        "price": order.price,
        "state": order.state,
        "code": "" if voucher is None else voucher.copied,
        "meter_owner": "" if voucher is None else voucher.meter_owner,
    }


def _booked_fields(booked: BookedTransfer) -> Fields:
    transfer = booked.transfer
    return {
        "time": transfer.created_at.isoformat(),
        "purpose": transfer.purpose,
        "order": "" if transfer.order_id is None else order_number_of(transfer.order_id),
        "change": booked.change,
        "balance_afterwards": booked.posted_after,
        "note": transfer.note,
    }


def _topup_fields(topup: TopUp) -> Fields:
    return {
        "time": topup.created_at.isoformat(),
        "amount": topup.total,
        "state": topup.state,
        "credited": topup.credited,
        "reason": topup.reason,
        "picture": topup.proof,
    }
