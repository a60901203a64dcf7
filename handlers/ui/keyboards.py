"""The buttons below messages: rows of labels, each with what it says when it is pressed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import InlineKeyboardButtonLimit, KeyboardButtonStyle

from bot.domain.errors import ProductUnavailableError
from bot.domain.order import Order, OrderState
from bot.domain.reopening import ShopStatus
from handlers.ui.buttons import (
    AskForHelp,
    AskReopening,
    AskRestock,
    AskShop,
    AskTopUp,
    Button,
    BuyAgain,
    CancelOrder,
    ChooseLanguage,
    ForgetReopening,
    Leave,
    Open,
    Shop,
    ShowHistory,
    ShowWelcome,
    pack,
)
from handlers.ui.i18n import Languages, Translator
from handlers.ui.labels import cut_to, room, width, without_sign

Row = list[InlineKeyboardButton]
PER_PAGE: Final = 14
"""How many rows of choices one screen has: the amounts of pulsa up to 100,000 are on its first."""


def keyboard(*rows: Row) -> InlineKeyboardMarkup:
    """Return the rows that are not empty, laid out so that Telegram cuts no label.

    Buttons that are too wide for their share of a row are spread over more rows.
    """
    return InlineKeyboardMarkup([part for row in rows if row for part in _laid_out(row)])


def _laid_out(row: Sequence[InlineKeyboardButton]) -> list[Row]:
    widest = max(width(one.text) for one in row)
    columns = next((many for many in range(len(row), 0, -1) if widest <= room(many)), 1)
    return in_columns([_uncut(one) for one in row] if columns == 1 else row, columns)


def _uncut(one: InlineKeyboardButton) -> InlineKeyboardButton:
    """Return a button alone in its row; a label too wide even there loses its sign.

    Of one that is still too wide the middle goes: Telegram would cut the end, where prices and
    numbers stand.
    """
    if width(one.text) <= room():
        return one
    label = cut_to(without_sign(one.text), room())
    return InlineKeyboardButton(
        label,
        url=one.url,
        callback_data=one.callback_data,
        copy_text=one.copy_text,
        style=one.style,
    )


def button(label: str, meaning: Button, style: str | None = None) -> InlineKeyboardButton:
    """Return a button that says what it means when it is pressed."""
    return InlineKeyboardButton(label, callback_data=pack(meaning), style=style)


def main_button(label: str, meaning: Button) -> InlineKeyboardButton:
    """Return the one button of a screen that most people want."""
    return button(label, meaning, KeyboardButtonStyle.SUCCESS)


def copying(label: str, text: str) -> InlineKeyboardButton | None:
    """Return a button that copies a text; None where Telegram cannot copy that much."""
    if not 1 <= len(text) <= InlineKeyboardButtonLimit.MAX_COPY_TEXT:
        return None
    return InlineKeyboardButton(label, copy_text=CopyTextButton(text))


def in_columns(buttons: Sequence[InlineKeyboardButton], columns: int) -> list[Row]:
    """Return buttons side by side, so many a row."""
    return [list(buttons[at : at + columns]) for at in range(0, len(buttons), columns)]


def side_by_side(buttons: Sequence[InlineKeyboardButton]) -> list[Row]:
    """Return buttons in rows: two whose labels are short share one, in their order."""
    rows: list[Row] = []
    for one in buttons:
        before = rows[-1] if rows else []
        if len(before) == 1 and max(width(before[0].text), width(one.text)) <= room(2):
            before.append(one)
        else:
            rows.append([one])
    return rows


def paged(buttons: Sequence[InlineKeyboardButton]) -> list[list[Row]]:
    """Return buttons as pages of rows, at least one page."""
    rows = side_by_side(buttons)
    return [rows[at : at + PER_PAGE] for at in range(0, len(rows), PER_PAGE)] or [[]]


def pager(page: int, pages: int, opens: Iterable[tuple[int, Button]]) -> Row:
    """Return the ways to the pages before and after; `opens` has one a page.

    Which page this is stands in the screen's text: a button for it would do nothing.
    """
    meanings = dict(opens)
    row: Row = []
    if page > 0:
        row.append(button(f"‹ {page}", meanings[page - 1]))  # noqa: RUF001 - a sign, not a letter
    if page < pages - 1:
        row.append(button(f"{page + 2} ›", meanings[page + 1]))  # noqa: RUF001 - the same
    return row


# --- buttons that stand on several screens ---


def back(words: Translator, meaning: Button) -> InlineKeyboardButton:
    """Return the way one step back."""
    return button(words.gettext("‹ Back"), meaning)  # noqa: RUF001 - a sign, not a letter


def leave(words: Translator) -> InlineKeyboardButton:
    """Return the way out of a conversation."""
    return button(words.gettext("✕ Cancel"), Leave())


def home(words: Translator) -> InlineKeyboardButton:
    """Return the way to the first screen."""
    return button(words.gettext("🏠 Menu"), ShowWelcome())


def shop_here(words: Translator) -> InlineKeyboardButton:
    """Return the way into the catalogue, on this screen."""
    return button(words.gettext("🛒 Shop"), Open())


def shop_anew(words: Translator) -> InlineKeyboardButton:
    """Return the way into the catalogue in a message of its own: this one is kept."""
    return button(words.gettext("🛒 Shop"), Shop())


def shop_or_home(words: Translator) -> InlineKeyboardMarkup:
    """Return the two ways on below a message that offers nothing: the catalogue, and the menu."""
    return keyboard([shop_anew(words), home(words)])


def ask_shop(words: Translator) -> InlineKeyboardButton:
    """Return the way to call the admins, about no order."""
    return button(words.gettext("💬 Ask the shop"), AskShop())


def top_up(words: Translator) -> InlineKeyboardButton:
    """Return the way to ask for credit."""
    return button(words.gettext("💵 Top up"), AskTopUp())


def copy_id(words: Translator, user_id: int) -> Row:
    """Return the way to hand over one's own id."""
    copy = copying(words.gettext("📋 Copy my ID"), str(user_id))
    return [] if copy is None else [copy]


def languages_row(words: Translator, languages: Languages) -> Row:
    """Return a button for each language but the one that is spoken."""
    others = [one for one in languages.values() if one.language != words.language]
    return [button(f"🌐 {one.endonym}", ChooseLanguage(one.language)) for one in others]


def history(words: Translator, page: int = 0) -> InlineKeyboardButton:
    """Return the way to one's past orders."""
    return button(words.gettext("🧾 History"), ShowHistory(page))


def tell_when_back(
    words: Translator, product_id: int, *, is_kept: bool = False
) -> InlineKeyboardButton:
    """Return the way to be told when a product is back; `is_kept`: in a message of its own."""
    label = words.gettext("🔔 Tell me when it is back")
    return button(label, AskRestock(product_id, is_kept))


def restock_row(words: Translator, error: ProductUnavailableError) -> Row:
    """Return the same for a product that was chosen, unless it is no longer sold."""
    return [] if error.product_id is None else [tell_when_back(words, error.product_id)]


def reopening_row(words: Translator, opening: ShopStatus) -> Row:
    """Return the way to be told when the shop opens, or to be told nothing after all."""
    if not opening.is_paused:
        return []
    if opening.is_subscribed:
        return [button(words.gettext("🔕 Turn the reminder off"), ForgetReopening())]
    return [button(words.gettext("🔔 Tell me when it opens"), AskReopening())]


def of_order(words: Translator, order: Order) -> list[Row]:
    """Return what a customer can do about an order of theirs."""
    number = order.order_id
    if order.state is OrderState.QUEUED:
        cancel = words.gettext("✕ Cancel the order")
        return [[button(cancel, CancelOrder(number), KeyboardButtonStyle.DANGER)]]
    helping = button(words.gettext("💬 Ask the shop"), AskForHelp(number))
    if not order.state.is_final:
        return [[helping]]
    again = button(words.gettext("🔁 Buy again"), BuyAgain(number))
    return [[again, helping]]
