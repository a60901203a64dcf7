"""The confirm card: a quote, and the one button that buys."""

from __future__ import annotations

from telegram import InlineKeyboardMarkup, Update
from telegram.constants import KeyboardButtonStyle

from bot.domain.destination import DestinationKind, group_digits
from bot.services.catalogue.browse import Offer
from bot.services.orders.quote import Quote
from handlers.ui.buttons import Confirm, Pick, QuoteAgain, ShowNumber
from handlers.ui.catalogue_screen import back_to_products
from handlers.ui.context import ShopContext, customer_of
from handlers.ui.destination_texts import meter_warning
from handlers.ui.html import bold, code, escaped, lines, paragraphs
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    Row,
    back,
    button,
    keyboard,
    leave,
    main_button,
    top_up,
)
from handlers.ui.labels import is_whole
from handlers.ui.offers import pay_label
from handlers.ui.opening import with_opening
from handlers.ui.product_names import brand_name, listing_name
from handlers.ui.replies import show


async def show_quote(
    update: Update,
    context: ShopContext,
    quote: Quote,
    message_id: int | None,
    news: str = "",
) -> None:
    """Show the confirm screen, and note which message shows it."""
    text, markup = await quote_screen(update, context, quote, news)
    shown_id = await show(update, context, text, markup, message_id=message_id)
    if shown_id != message_id:
        await context.shop.dialogs.set_message(customer_of(update), shown_id)


async def quote_screen(
    update: Update, context: ShopContext, quote: Quote, news: str = ""
) -> tuple[str, InlineKeyboardMarkup]:
    """Return the confirm screen; its button buys, unless money is missing."""
    words = context.words
    product_id = quote.offer.product.product_id
    ways = [
        [
            button(words.gettext("✏️ Change number"), Pick(product_id)),
            back(words, back_to_products(words, context.shop.browse, quote.offer)),
        ],
        [leave(words)],
    ]
    text = quote_text(words, quote, news)
    rows = [*_what_to_press(words, quote), *ways]
    if quote.other_brands and quote.shortfall:
        rows = [_of_its_operator(words, quote), *rows]
    elif quote.other_brands:
        # Most who come here have chosen wrongly: what fits is first, and paying all the same last.
        rows = [_of_its_operator(words, quote), *ways, _pay_anyway(words, quote)]
    return await with_opening(update, context, (text, keyboard(*rows)))


def _of_its_operator(words: Translator, quote: Quote) -> Row:
    """Return the way to what there is for a number of another operator."""
    meaning = ShowNumber(is_meter=False, number=quote.destination)
    return [main_button(other_brands_label(words, quote), meaning)]


def _pay_anyway(words: Translator, quote: Quote) -> Row:
    """Return the button that buys for a number of another operator."""
    label = pay_anyway_label(words, quote.offer)
    return [button(label, Confirm(quote.token), KeyboardButtonStyle.DANGER)]


def _what_to_press(words: Translator, quote: Quote) -> list[Row]:
    if quote.shortfall:
        return [
            [top_up(words)],
            [button(words.gettext("🔄 Check my balance again"), QuoteAgain(quote.token))],
        ]
    return [[main_button(pay_label(words, quote.offer), Confirm(quote.token))]]


def quote_text(words: Translator, quote: Quote, news: str = "") -> str:
    """Return the confirm screen; `news` (a changed price) comes first."""
    _ = words.gettext
    ready = _("Please check once more")
    return paragraphs(
        f"⚠️ {news}" if news else "",
        bold(_("Top up first") if quote.shortfall else ready),
        lines(
            bold(listing_name(words, quote.offer.product.listing)),
            _("For: {destination}").format(
                destination=code(group_digits(quote.destination, quote.zone, quote.offer.kind))
            ),
            _("Price: {price}").format(price=bold(words.money(quote.offer.price))),
            _wallet_line(words, quote),
        ),
        *(f"⚠️ {warning}" for warning in quote_warnings(words, quote)),
        _("Top up, then press “Check my balance again”.") if quote.shortfall else "",
    )


def other_brands_label(words: Translator, quote: Quote) -> str:
    """Return what stands on the button that shows the products of a number's own operator."""
    brands = words.either(sorted({brand_name(brand) for brand in quote.other_brands}))
    label = words.gettext("See {brand} products").format(brand=brands)
    return label if is_whole(label) else words.gettext("See what fits this number")


def pay_anyway_label(words: Translator, offer: Offer) -> str:
    """Return what stands on the button that buys for a number of another operator."""
    return words.gettext("Pay {price} anyway").format(price=words.money(offer.price))


def _wallet_line(words: Translator, quote: Quote) -> str:
    _ = words.gettext
    before = words.money(quote.wallet.balance)
    if quote.shortfall:
        return _("Your balance: {balance}").format(balance=before)
    return _("Your balance: {before}, afterwards {after}").format(
        before=before, after=words.money(quote.balance_after)
    )


def quote_warnings(words: Translator, quote: Quote) -> list[str]:
    """Return what to think of before pressing the button."""
    _ = words.gettext
    found = []
    if quote.is_paused:
        found.append(_("Keep this screen: its button works again as soon as the shop is open."))
    if quote.shortfall:
        found.append(short_of_money(words, quote.shortfall))
    if quote.other_brands:
        found.append(
            _("This number seems to be {other}, but the product is {brand}. Go on?").format(
                other=words.either(sorted({brand_name(brand) for brand in quote.other_brands})),
                brand=brand_name(quote.offer.product.listing.main),
            )
        )
    if quote.recent_purchase is not None:
        found.append(
            _("You bought exactly this for this number at {time} ({number}). Buy it again?").format(
                time=words.clock(quote.recent_purchase.created_at),
                number=quote.recent_purchase.number,
            )
        )
    elif quote.is_second_today:
        found.append(
            _(
                "This product usually goes to a number once a day, and this one had it today. "
                "The operator may refuse it; your money then comes back."
            )
        )
    if quote.offer.kind is DestinationKind.METER:
        found.append(meter_warning(words))
    return [escaped(warning) for warning in found]


def short_of_money(words: Translator, missing: int) -> str:
    """Return how much money is missing."""
    return words.gettext("Your balance is not enough: you need {missing} more.").format(
        missing=words.money(missing)
    )
