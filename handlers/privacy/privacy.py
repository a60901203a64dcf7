"""/privacy: what the shop keeps of a person; a copy of it, and its erasure."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from telegram import Update
from telegram.constants import KeyboardButtonStyle
from telegram.error import TelegramError

from bot.domain.erasure import ErasureRefusedError
from bot.domain.errors import NotFoundError, NotPermittedError, TokenError
from bot.domain.order import CustomerId
from bot.services.personal_data import PersonalData
from handlers.privacy.buttons import AskOwnErasure, Erase, KeepData, SendOwnData
from handlers.privacy.files import for_programs, page
from handlers.privacy.texts import (
    data_caption,
    data_of_customer_caption,
    erased_text,
    erasure_text,
    erasure_too_late,
    json_caption,
    kept_text,
    no_such_person,
    privacy_text,
    refused_text,
)
from handlers.ui.context import ShopContext, sender
from handlers.ui.handler_factories import pressed
from handlers.ui.keyboards import back, button, home, keyboard
from handlers.ui.replies import alert, answer, show, show_new
from handlers.ui.staff_buttons import AskErasure, SendPersonalData, ShowCustomer

log = structlog.get_logger(__name__)

DAY: Final = "%Y-%m-%d"


async def show_privacy(update: Update, context: ShopContext) -> None:
    """Show what is kept of a person, why and for how long: /privacy."""
    translator, settings = context.translator, context.settings
    _ = translator.gettext
    rows = keyboard(
        [button(_("📄 Ask for my data"), SendOwnData())],
        [button(_("🗑 Erase my data"), AskOwnErasure())],
        [home(translator)],
    )
    text = privacy_text(translator, settings.shop_name, settings.shop_contact)
    await show_new(update, context, text, rows)


async def send_own_data(update: Update, context: ShopContext) -> None:
    """Send the sender everything that the shop knows about them."""
    data = await context.shop.personal_data.own(context.actor)
    await _send_files(update, context, data, data_caption(context.translator))


async def send_customer_data(update: Update, context: ShopContext) -> None:
    """Send an owner everything that the shop knows about a customer."""
    customer_id = CustomerId(pressed(update, SendPersonalData).customer_id)
    try:
        data = await context.shop.personal_data.of_customer(context.actor, customer_id)
    except NotFoundError:
        await alert(update, context, no_such_person(context.translator))
        return
    caption = data_of_customer_caption(context.translator, data.customer)
    await _send_files(update, context, data, caption)


async def _send_files(
    update: Update, context: ShopContext, data: PersonalData, caption: str
) -> None:
    translator, shop = context.translator, context.shop
    profile, chat_id = shop.rules.profile, sender(update).id
    name = translator.gettext("my-data")
    day = data.made_at.astimezone(translator.timezone).strftime(DAY)
    await answer(update, context)
    try:
        await context.bot.send_document(
            chat_id,
            await asyncio.to_thread(page, translator, context.settings.shop_name, profile, data),
            filename=f"{name}-{day}.html",
            caption=caption,
        )
        await context.bot.send_document(
            chat_id,
            await asyncio.to_thread(for_programs, profile, data),
            filename=f"{name}-{day}.json",
            caption=json_caption(translator),
        )
    except TelegramError as error:
        log.warning("personal_data_not_sent", cause=str(error))
        text = translator.gettext("The file could not be sent. Please try again in a moment.")
        await show_new(update, context, text)


async def ask_own_erasure(update: Update, context: ShopContext) -> None:
    """Show what an erasure of the sender's data does, with the button that confirms it."""
    await _ask_erasure(update, context, context.customer_id)


async def ask_customer_erasure(update: Update, context: ShopContext) -> None:
    """Show an owner the same about a customer."""
    await _ask_erasure(update, context, CustomerId(pressed(update, AskErasure).customer_id))


async def _ask_erasure(update: Update, context: ShopContext, customer_id: CustomerId) -> None:
    translator = context.translator
    _ = translator.gettext
    is_own = customer_id == context.customer_id
    try:
        proposed = await context.shop.erasures.propose(context.actor, customer_id)
    except NotFoundError:
        await alert(update, context, no_such_person(translator))
        return
    except ErasureRefusedError as error:
        text = refused_text(translator, error.obstacles, is_own=is_own)
        card = None if is_own else keyboard([back(translator, ShowCustomer(customer_id))])
        await show_new(update, context, text, card)
        return
    rows = keyboard(
        [button(_("🗑 Erase for good"), Erase(proposed.token), KeyboardButtonStyle.DANGER)],
        [button(_("Keep the data"), KeepData())],
    )
    text = erasure_text(translator, proposed.customer, is_own=is_own)
    await show_new(update, context, text, rows)


async def erase(update: Update, context: ShopContext) -> None:
    """Erase the data for which the pressed button was made, once."""
    translator = context.translator
    try:
        erasure = await context.shop.erasures.erase(context.actor, pressed(update, Erase).token)
    except ErasureRefusedError as error:
        # An owner's own data is never up for erasure: it is somebody else's.
        is_own = not context.is_owner
        await show(update, context, refused_text(translator, error.obstacles, is_own=is_own))
        return
    except NotFoundError:
        await alert(update, context, no_such_person(translator))
        return
    except (TokenError, NotPermittedError):
        await alert(update, context, erasure_too_late(translator))
        return
    is_own = erasure.customer_id == context.customer_id
    await show(update, context, erased_text(translator, erasure, is_own=is_own))


async def keep_data(update: Update, context: ShopContext) -> None:
    """Erase nothing."""
    await show(update, context, kept_text(context.translator))
