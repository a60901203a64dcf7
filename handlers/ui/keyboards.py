"""Inline keyboards: layout, pages, and the buttons that several screens show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Required

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, TelegramObject
from telegram.constants import InlineKeyboardButtonLimit, KeyboardButtonStyle
from typing_extensions import TypedDict, override

from bot.domain.customer import TelegramId
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
    ShareLink,
    ShowCatalogue,
    ShowHistory,
    ShowWelcome,
    pack,
)
from handlers.ui.i18n import Languages, Translator
from handlers.ui.labels import available_width, cut_to, width, without_sign


class InlineButton(TypedDict, total=False):
    """The Bot API's InlineKeyboardButton as a dictionary, the form in which it is sent."""

    text: Required[str]
    callback_data: str
    copy_text: Mapping[str, str]
    style: str


Row = list[InlineButton]
Screen = tuple[str, InlineKeyboardMarkup]
"""A text and the buttons below it."""
PER_PAGE: Final = 14
"""The maximum number of rows of choices on one page.

With 14, the first page has all amounts of pulsa up to Rp100,000.
"""


class JsonKeyboard(InlineKeyboardMarkup):
    """A keyboard in the form in which it is sent.

    The library's keyboard is an object for each button, and takes 13 µs a button to make and to
    send. These are made only when they are read; of a kept screen they would take thrice the
    memory.
    """

    __slots__ = ("_rows",)

    def __init__(self, rows: Sequence[Row]) -> None:
        # The library's own keyboard would store its buttons.
        TelegramObject.__init__(self)
        self._rows = rows
        self._id_attrs = (rows,)  # For comparing two.
        self._freeze()

    @classmethod
    @override
    def de_json(cls, data: Mapping[str, Any], bot: Bot | None = None) -> JsonKeyboard:
        """Return a keyboard that Telegram sent; raises `TypeError` for what is none."""
        rows = data["inline_keyboard"]
        if not all(isinstance(one, dict) for row in rows for one in row):
            raise TypeError("a button is an object")
        return cls(rows)

    @property
    def inline_keyboard(self) -> tuple[tuple[InlineKeyboardButton, ...], ...]:  # type: ignore[override]
        """The buttons as the library's objects."""
        return InlineKeyboardMarkup.de_json(self.to_dict(), None).inline_keyboard

    @override
    def to_dict(self, recursive: bool = True) -> dict[str, Any]:
        return {"inline_keyboard": self._rows}


def rows_of(markup: InlineKeyboardMarkup) -> list[Row]:
    """Return the rows of a keyboard, also of one that Telegram sent."""
    rows: list[Row] = markup.to_dict()["inline_keyboard"]
    return rows


def with_number(markup: InlineKeyboardMarkup, place: str, number: str) -> JsonKeyboard:
    """Return a keyboard with a number in place of `place` in the data of its buttons."""

    def filled(one: InlineButton) -> InlineButton:
        return {**one, "callback_data": one["callback_data"].replace(place, number)}

    return JsonKeyboard([[filled(one) for one in row] for row in rows_of(markup)])


def keyboard(*rows: Row) -> InlineKeyboardMarkup:
    """Return a keyboard of the rows that are not empty, in which Telegram truncates no label.

    A row whose labels are too wide for their columns is split into more rows.
    """
    return JsonKeyboard([part for row in rows if row for part in _fitting_rows(row)])


def button(label: str, meaning: Button, style: str | None = None) -> InlineButton:
    """Return a button with a label; `meaning` is its `callback_data`."""
    if style is None:
        return {"text": label, "callback_data": pack(meaning)}
    return {"text": label, "callback_data": pack(meaning), "style": str(style)}


def main_button(label: str, meaning: Button) -> InlineButton:
    """Return the highlighted button of a screen, for what most customers do next."""
    return button(label, meaning, KeyboardButtonStyle.SUCCESS)


def copying(label: str, text: str) -> InlineButton | None:
    """Return a button that copies a text; None if it is empty or too long for Telegram."""
    if not 1 <= len(text) <= InlineKeyboardButtonLimit.MAX_COPY_TEXT:
        return None
    return {"text": label, "copy_text": {"text": text}}


def in_columns(buttons: Sequence[InlineButton], columns: int) -> list[Row]:
    """Return buttons in rows of `columns` each."""
    return [list(buttons[at : at + columns]) for at in range(0, len(buttons), columns)]


def side_by_side(buttons: Sequence[InlineButton]) -> list[Row]:
    """Return buttons in rows, in their order; two neighbours with short labels share a row."""
    rows: list[Row] = []
    before_is_narrow = False
    for one in buttons:
        is_narrow = width(one["text"]) <= available_width(2)
        if is_narrow and before_is_narrow and len(rows[-1]) == 1:
            rows[-1].append(one)
        else:
            rows.append([one])
        before_is_narrow = is_narrow
    return rows


def paged(buttons: Sequence[InlineButton]) -> list[list[Row]]:
    """Return buttons as pages of at most `PER_PAGE` rows; at least one page."""
    rows = side_by_side(buttons)
    return [rows[at : at + PER_PAGE] for at in range(0, len(rows), PER_PAGE)] or [[]]


def pager(page: int, pages: int, opens: Callable[[int], Button]) -> Row:
    """Return the buttons to the previous and the next page; `opens` returns that of a page.

    Pages count from 0. The current page's number is in the screen's text (`page_text`), since a
    button for it would do nothing.
    """
    row: Row = []
    if page > 0:
        row.append(button(f"‹ {page}", opens(page - 1)))  # noqa: RUF001 - a sign, not a letter
    if page < pages - 1:
        row.append(button(f"{page + 2} ›", opens(page + 1)))  # noqa: RUF001 - the same
    return row


def page_text(translator: Translator, page: int, pages: int) -> str:
    """Return which page is shown, from 0; empty if it is the only one."""
    if pages <= 1:
        return ""
    return translator.gettext("Page {page} of {pages}").format(page=page + 1, pages=pages)


def back(translator: Translator, meaning: Button) -> InlineButton:
    """Return the button one step back."""
    return button(translator.gettext("‹ Back"), meaning)  # noqa: RUF001 - a sign, not a letter


def cancel_button(translator: Translator) -> InlineButton:
    """Return the button that cancels the current step."""
    return button(translator.gettext("✕ Cancel"), Leave())


def home(translator: Translator) -> InlineButton:
    """Return the button to the start screen."""
    return button(translator.gettext("🏠 Menu"), ShowWelcome())


def shop_here(translator: Translator) -> InlineButton:
    """Return the button that shows the catalogue in the same message."""
    return button(translator.gettext("🛒 Shop"), Open())


def shop_in_new_message(translator: Translator) -> InlineButton:
    """Return the button that shows the catalogue in a new message; this one is kept."""
    return button(translator.gettext("🛒 Shop"), ShowCatalogue())


def shop_or_home(translator: Translator) -> InlineKeyboardMarkup:
    """Return the buttons of a message without other choices: the catalogue and the menu."""
    return keyboard([shop_in_new_message(translator), home(translator)])


def ask_shop(translator: Translator) -> InlineButton:
    """Return the button that asks the admins to contact the customer; no order is named."""
    return button(translator.gettext("💬 Ask the shop"), AskShop())


def top_up(translator: Translator) -> InlineButton:
    """Return the button that starts a top-up."""
    return button(translator.gettext("💵 Top up"), AskTopUp())


def share(translator: Translator, meaning: ShareLink) -> InlineButton:
    """Return the button that shows the link to a screen."""
    return button(translator.gettext("🔗 Share"), meaning)


def copy_id(translator: Translator, user_id: TelegramId) -> Row:
    """Return the button that copies the reader's user id."""
    copy = copying(translator.gettext("📋 Copy my ID"), str(user_id))
    return [] if copy is None else [copy]


def languages_row(translator: Translator, languages: Languages) -> Row:
    """Return a button for each language that is offered, other than the current one."""
    others = [one for one in languages.offered if one.language != translator.language]
    return [button(f"🌐 {one.endonym}", ChooseLanguage(one.language)) for one in others]


def history(translator: Translator, page: int = 0) -> InlineButton:
    """Return the button to a page of past orders, from 0."""
    return button(translator.gettext("🧾 History"), ShowHistory(page))


def restock_button(
    translator: Translator, product_id: int, *, is_kept: bool = False
) -> InlineButton:
    """Return the button that requests a restock notice.

    `is_kept`: the message is kept and the answer is a new message.
    """
    label = translator.gettext("🔔 Tell me when it is back")
    return button(label, AskRestock(product_id, is_kept))


def restock_row(translator: Translator, error: ProductUnavailableError) -> Row:
    """Return the restock button for the product of an error; none if it is no longer sold."""
    return [] if error.product_id is None else [restock_button(translator, error.product_id)]


def reopening_row(translator: Translator, opening: ShopStatus) -> Row:
    """Return the button that turns the reopening notice on or off; none while the shop is open."""
    if not opening.is_paused or opening.opens_at is not None:
        return []
    if opening.is_subscribed:
        return [button(translator.gettext("🔕 Turn the reminder off"), ForgetReopening())]
    return [button(translator.gettext("🔔 Tell me when it opens"), AskReopening())]


def order_rows(translator: Translator, order: Order) -> list[Row]:
    """Return the buttons with which a customer cancels, repeats or asks about an order."""
    number = order.order_id
    if order.state is OrderState.QUEUED:
        cancel = translator.gettext("✕ Cancel the order")
        return [[button(cancel, CancelOrder(number), KeyboardButtonStyle.DANGER)]]
    helping = button(translator.gettext("💬 Ask the shop"), AskForHelp(number))
    if not order.state.is_final:
        return [[helping]]
    again = button(translator.gettext("🔁 Buy again"), BuyAgain(number))
    return [[again, helping]]


def _fitting_rows(row: Row) -> list[Row]:
    widest = max([width(one["text"]) for one in row])
    if widest <= available_width(len(row)):
        return [row]
    columns = next((many for many in range(len(row), 0, -1) if widest <= available_width(many)), 1)
    return in_columns([_fitted(one) for one in row] if columns == 1 else row, columns)


def _fitted(one: InlineButton) -> InlineButton:
    """Return a button for a row of its own, with a label that fits.

    A label that is too wide loses its emoji; if it is still too wide, its middle is replaced by
    "…". Telegram would truncate the end, where prices and numbers are.
    """
    label = one["text"]
    if width(label) <= available_width():
        return one
    return {**one, "text": cut_to(without_sign(label), available_width())}
