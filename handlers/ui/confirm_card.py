"""The confirm screen: a quote, its warnings, and the button that places the order."""

from __future__ import annotations

from telegram import Update
from telegram.constants import KeyboardButtonStyle

from bot.domain.destination import DestinationKind, group_digits
from bot.services.orders.quote import Quote
from handlers.ui.buttons import Confirm, Pick, QuoteAgain, ShowNumber
from handlers.ui.catalogue_screen import back_to_products
from handlers.ui.context import ShopContext
from handlers.ui.destination_texts import meter_warning
from handlers.ui.html import bold, code, escaped, lines, paragraphs, warning
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import (
    Row,
    Screen,
    back,
    button,
    cancel_button,
    keyboard,
    main_button,
    top_up,
)
from handlers.ui.labels import is_whole
from handlers.ui.offers import pay_label
from handlers.ui.opening import with_opening
from handlers.ui.product_names import brand_name, listing_name
from handlers.ui.replies import show_step


async def show_quote(
    update: Update,
    context: ShopContext,
    quote: Quote,
    message_id: int | None,
    news: str = "",
    short_code: str = "",
) -> None:
    """Show the confirm screen, and store which message shows it.

    `news` is a sentence that comes first, such as a changed price. `short_code` is the code by
    which the customer bought, if they did.
    """
    text, markup = await quote_screen(context, quote, news, short_code)
    await show_step(update, context, text, markup, message_id=message_id)


async def quote_screen(
    context: ShopContext, quote: Quote, news: str = "", short_code: str = ""
) -> Screen:
    """Return the confirm screen; without enough money it has no confirm button."""
    translator = context.translator
    product_id = quote.offer.product.product_id
    other_rows = [
        [
            button(translator.gettext("✏️ Change number"), Pick(product_id)),
            back(translator, back_to_products(context, quote.offer)),
        ],
        [cancel_button(translator)],
    ]
    text = quote_text(translator, quote, news, short_code)
    rows = [*_main_rows(translator, quote), *other_rows]
    if quote.other_brands and quote.shortfall:
        rows = [_own_operator_row(translator, quote), *rows]
    elif quote.other_brands:
        # Most customers who get here chose a wrong product, so the products of the number's
        # own operator come first, and the confirm button is last.
        rows = [
            _own_operator_row(translator, quote),
            *other_rows,
            _pay_anyway_row(translator, quote),
        ]
    return await with_opening(context, (text, keyboard(*rows)))


def quote_text(translator: Translator, quote: Quote, news: str = "", short_code: str = "") -> str:
    """Return the text of the confirm screen, with the short code that was typed, if any."""
    _ = translator.gettext
    ready = _("Please check once more")
    return paragraphs(
        warning(news),
        bold(_("Top up first") if quote.shortfall else ready),
        lines(
            bold(listing_name(translator, quote.offer.product.listing)),
            _("Code: {code}").format(code=code(short_code)) if short_code else "",
            _("For: {destination}").format(
                destination=code(group_digits(quote.destination, quote.zone, quote.offer.kind))
            ),
            _("Price: {price}").format(price=bold(translator.money(quote.offer.price))),
            _wallet_line(translator, quote),
        ),
        *map(warning, quote_warnings(translator, quote)),
        _("Top up, then press “Check my balance again”.") if quote.shortfall else "",
    )


def quote_warnings(translator: Translator, quote: Quote) -> list[str]:
    """Return the warnings to read before confirming, as escaped HTML."""
    _ = translator.gettext
    warnings = []
    if quote.is_paused:
        warnings.append(_("Keep this screen: its button works again as soon as the shop is open."))
    if quote.shortfall:
        warnings.append(short_of_money(translator, quote.shortfall))
    if quote.other_brands:
        warnings.append(
            _("This number seems to be {other}, but the product is {brand}. Go on?").format(
                other=translator.either(
                    sorted({brand_name(brand) for brand in quote.other_brands})
                ),
                brand=brand_name(quote.offer.product.listing.main),
            )
        )
    if quote.recent_purchase is not None:
        warnings.append(
            _("You bought exactly this for this number at {time} ({number}). Buy it again?").format(
                time=translator.clock(quote.recent_purchase.created_at),
                number=quote.recent_purchase.number,
            )
        )
    elif quote.is_second_today:
        warnings.append(
            _(
                "This product usually goes to a number once a day, and this one had it today. "
                "The operator may refuse it; your money then comes back."
            )
        )
    if quote.offer.kind is DestinationKind.METER:
        warnings.append(meter_warning(translator))
    return list(map(escaped, warnings))


def short_of_money(translator: Translator, missing: int) -> str:
    """Return the sentence that says how much money is missing, in whole rupiah."""
    return translator.gettext("Your balance is not enough: you need {missing} more.").format(
        missing=translator.money(missing)
    )


def other_brands_label(translator: Translator, quote: Quote) -> str:
    """Return the label of the button that shows the products of a number's own operator."""
    brands = translator.either(sorted({brand_name(brand) for brand in quote.other_brands}))
    label = translator.gettext("See {brand} products").format(brand=brands)
    return label if is_whole(label) else translator.gettext("See what fits this number")


def _own_operator_row(translator: Translator, quote: Quote) -> Row:
    """Return the button that shows the products of the number's own operator."""
    meaning = ShowNumber(is_meter=False, number=quote.destination)
    return [main_button(other_brands_label(translator, quote), meaning)]


def _pay_anyway_row(translator: Translator, quote: Quote) -> Row:
    """Return the confirm button for a number of another operator."""
    label = translator.gettext("Pay {price} anyway").format(
        price=translator.money(quote.offer.price)
    )
    return [button(label, Confirm(quote.token), KeyboardButtonStyle.DANGER)]


def _main_rows(translator: Translator, quote: Quote) -> list[Row]:
    if quote.shortfall:
        return [
            [top_up(translator)],
            [button(translator.gettext("🔄 Check my balance again"), QuoteAgain(quote.token))],
        ]
    return [[main_button(pay_label(translator, quote.offer), Confirm(quote.token))]]


def _wallet_line(translator: Translator, quote: Quote) -> str:
    _ = translator.gettext
    before = translator.money(quote.wallet.balance)
    if quote.shortfall:
        return _("Your balance: {balance}").format(balance=before)
    return _("Your balance: {before}, afterwards {after}").format(
        before=before, after=translator.money(quote.balance_after)
    )
