"""What is sold: the list of types, and the switches of types, brands, subs and products."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from telegram import Update

from bot.domain.catalogue import CategoryId
from bot.domain.dialog import Dialog, Step
from bot.domain.errors import NotFoundError, ProductUnavailableError
from bot.domain.selection import SoldTo, Target, category_target
from bot.services.catalogue.selection import Changed
from handlers.selection.buttons import (
    AskNote,
    AskTypeName,
    Disrupt,
    EndDisruption,
    ForgetNote,
    LeaveBrand,
    NameType,
    PlaceType,
    SellTo,
    ShowTarget,
    UsualName,
)
from handlers.selection.screens import found_screen, target_screen, types_screen
from handlers.selection.texts import (
    ask_name_text,
    ask_note_text,
    disrupted_news,
    left_alone_text,
    named_news,
    not_listed,
    note_news,
    placed_news,
    sold_to_news,
    target_name,
)
from handlers.ui.buttons import Button
from handlers.ui.context import ShopContext, message_text
from handlers.ui.fallbacks import say_old_button, say_unknown_message, say_unreadable
from handlers.ui.handler_factories import END, pressed
from handlers.ui.keyboards import back, button, cancel_button, keyboard
from handlers.ui.offers import nothing_on_sale
from handlers.ui.product_names import in_order, short_search
from handlers.ui.replies import alert, answer, pressed_message_id, show, show_new, show_step

FOUND = 14
"""How many products a search shows."""
Asked = Literal[Step.SELECTION]
Ended = Literal[-1] | None


# --- showing ---


async def show_selection(update: Update, context: ShopContext) -> None:
    """Show all types, on the pressed message or in a new one."""
    try:
        types = await context.shop.selection.types(context.actor, _usual_order(context))
    except ProductUnavailableError:
        await show_new(update, context, nothing_on_sale(context.translator))
        return
    disrupted = await context.shop.selection.disrupted(context.actor)
    await show(update, context, *types_screen(context.translator, types, disrupted))


async def products_command(update: Update, context: ShopContext) -> None:
    """Show all types, or with words the products of the supplier that match: /products WORDS."""
    query = short_search(" ".join(context.args or ()))
    if not query:
        await show_selection(update, context)
        return
    products = context.shop.search.listed(query, FOUND)
    screen = found_screen(context.translator, query, products, context.policy.selection)
    await show_new(update, context, *screen)


async def show_target(update: Update, context: ShopContext) -> Ended:
    """Show a type, brand, sub or product as it is now; a question about it ends."""
    wanted = pressed(update, ShowTarget)
    ended = await _end_question(context)
    await _show_target(update, context, Target(wanted.is_product, wanted.target_id), wanted.page)
    return ended


async def _show_target(
    update: Update,
    context: ShopContext,
    target: Target,
    page: int = 0,
    *,
    news: str = "",
    undo: Button | None = None,
) -> None:
    translator, selection = context.translator, context.shop.selection
    try:
        state = await selection.state(context.actor, target)
        types = await selection.types(context.actor, _usual_order(context))
    except (NotFoundError, ProductUnavailableError):
        await _say_not_listed(update, context)
        return
    ids = [one.category.category_id for one in types]
    at = ids.index(state.path[0].category_id)
    screen = target_screen(translator, state, page, place=(at, len(ids)), news=news, undo=undo)
    await show(update, context, *screen)


def _usual_order(context: ShopContext) -> list[CategoryId]:
    """Return the types in the order in which they are shown without one of the owner's."""
    assortment = context.shop.browse.assortment(context.viewer)
    types, sold = assortment.state.catalogue.children(None), assortment.sold
    by_id = {one.category_id: sold.get((one.name,), 0) for one in types}
    return [one.category_id for one in in_order(types, 0, by_id)]


async def _say_not_listed(update: Update, context: ShopContext) -> None:
    await alert(update, context, not_listed(context.translator))
    if update.callback_query is None:
        await show_new(update, context, not_listed(context.translator))


# --- switching ---


async def sell_to(update: Update, context: ShopContext) -> None:
    """Sell something to everybody, to staff only, or to nobody."""
    wanted = pressed(update, SellTo)
    if wanted.sold_to not in set(SoldTo):
        await say_old_button(update, context)
        return
    target, sold_to_ = Target(wanted.is_product, wanted.target_id), SoldTo(wanted.sold_to)
    try:
        changed = await context.shop.selection.sell_to(context.actor, target, sold_to_)
    except NotFoundError:
        await _say_not_listed(update, context)
        return
    undo = SellTo(wanted.is_product, wanted.target_id, changed.before.sold_to.value)
    news = sold_to_news(context.translator, changed.state)
    await _show_changed(update, context, changed, news, undo)


async def disrupt(update: Update, context: ShopContext) -> None:
    """Mark something as disrupted."""
    wanted = pressed(update, Disrupt)
    target = Target(wanted.is_product, wanted.target_id)
    try:
        since = datetime.fromtimestamp(wanted.since, UTC) if wanted.since > 0 else None
        changed = await context.shop.selection.disrupt(context.actor, target, since)
    except (ValueError, OverflowError, OSError):
        await say_old_button(update, context)
        return
    except NotFoundError:
        await _say_not_listed(update, context)
        return
    undo = EndDisruption(wanted.is_product, wanted.target_id)
    news = disrupted_news(context.translator, changed.state)
    await _show_changed(update, context, changed, news, undo)


async def end_disruption(update: Update, context: ShopContext) -> None:
    """End a disruption."""
    wanted = pressed(update, EndDisruption)
    target = Target(wanted.is_product, wanted.target_id)
    try:
        changed = await context.shop.selection.end_disruption(context.actor, target)
    except NotFoundError:
        await _say_not_listed(update, context)
        return
    began_at = changed.before.disrupted_at
    since = 0 if began_at is None else int(began_at.timestamp())
    undo = Disrupt(wanted.is_product, wanted.target_id, since)
    news = disrupted_news(context.translator, changed.state)
    await _show_changed(update, context, changed, news, undo)


async def forget_note(update: Update, context: ShopContext) -> None:
    """Delete the words about a disruption."""
    wanted = pressed(update, ForgetNote)
    target = Target(wanted.is_product, wanted.target_id)
    try:
        changed = await context.shop.selection.note(context.actor, target, "")
    except NotFoundError:
        await _say_not_listed(update, context)
        return
    await _show_changed(update, context, changed, note_news(context.translator, changed.state))


async def name_type(update: Update, context: ShopContext) -> None:
    """Give a type the name of the button."""
    wanted = pressed(update, NameType)
    await _rename(update, context, CategoryId(wanted.category_id), wanted.name)


async def usual_name(update: Update, context: ShopContext) -> None:
    """Give a type its usual name."""
    await _rename(update, context, CategoryId(pressed(update, UsualName).category_id), "")


async def _rename(update: Update, context: ShopContext, category_id: CategoryId, name: str) -> None:
    try:
        changed = await context.shop.selection.rename(context.actor, category_id, name)
    except NotFoundError:
        await _say_not_listed(update, context)
        return
    before = changed.before.name
    undo = NameType(category_id, before) if before else UsualName(category_id)
    news = named_news(context.translator, changed.state)
    await _show_changed(update, context, changed, news, undo)


async def place_type(update: Update, context: ShopContext) -> None:
    """Move a type among the types."""
    wanted, translator = pressed(update, PlaceType), context.translator
    category_id = CategoryId(wanted.category_id)
    try:
        order = _usual_order(context)
        before = await context.shop.selection.place(
            context.actor, category_id, wanted.position, order
        )
    except (NotFoundError, ProductUnavailableError):
        await _say_not_listed(update, context)
        return
    news, undo = placed_news(translator), PlaceType(category_id, before)
    await answer(update, context, news)
    is_moved = before != wanted.position
    target = category_target(category_id)
    await _show_target(update, context, target, news=news, undo=undo if is_moved else None)


async def _show_changed(
    update: Update,
    context: ShopContext,
    changed: Changed,
    news: str,
    undo: Button | None = None,
) -> None:
    """Show the target of a change, with the button that takes it back if anything changed."""
    await answer(update, context, news)
    undo = undo if changed.is_change else None
    await _show_target(update, context, changed.state.target, news=news, undo=undo)


# --- typing a name or a note ---


async def ask_note(update: Update, context: ShopContext) -> Asked | None:
    """Ask for the words that customers read about a disruption."""
    wanted = pressed(update, AskNote)
    target = Target(wanted.is_product, wanted.target_id)
    return await _ask(update, context, target, pressed_message_id(update), for_name=False)


async def ask_type_name(update: Update, context: ShopContext) -> Asked | None:
    """Ask for the name of a type."""
    target = category_target(CategoryId(pressed(update, AskTypeName).category_id))
    return await _ask(update, context, target, pressed_message_id(update), for_name=True)


async def _ask(
    update: Update,
    context: ShopContext,
    target: Target,
    message_id: int | None,
    *,
    for_name: bool,
) -> Asked | None:
    translator, selection = context.translator, context.shop.selection
    try:
        state = await selection.ask(context.actor, target, message_id, for_name=for_name)
    except NotFoundError:
        await _say_not_listed(update, context)
        return None
    text = (ask_name_text if for_name else ask_note_text)(translator, state)
    showing = ShowTarget(target.is_product, target.target_id)
    markup = keyboard([back(translator, showing), cancel_button(translator)])
    await show_step(update, context, text, markup, message_id=message_id)
    return Step.SELECTION


async def take_selection(update: Update, context: ShopContext) -> Ended:
    """Take the typed text as the name or the note that was asked for."""
    dialog = await _question(context)
    if dialog is None:
        await say_unknown_message(update, context)
        return END
    target = Target(bool(dialog.data["is_product"]), int(dialog.data["target_id"]))
    text, selection = message_text(update), context.shop.selection
    await _end_question(context)
    if dialog.data["for_name"]:
        await _rename(update, context, CategoryId(target.target_id), text)
        return END
    try:
        changed = await selection.note(context.actor, target, text)
    except NotFoundError:
        await _say_not_listed(update, context)
        return END
    undo = ForgetNote(target.is_product, target.target_id) if not changed.before.note else None
    news = note_news(context.translator, changed.state)
    await _show_changed(update, context, changed, news, undo)
    return END


async def take_no_selection(update: Update, context: ShopContext) -> None:
    """Answer a photo or a sticker, which is no name, and ask again."""
    await say_unreadable(update, context)
    await ask_selection_once_more(update, context)


async def ask_selection_once_more(update: Update, context: ShopContext) -> None:
    """Repeat the question, below the answer to something else."""
    translator = context.translator
    text = translator.gettext("This is typed as a message. Please try again, or cancel.")
    await show_new(update, context, text, keyboard([cancel_button(translator)]))


async def _question(context: ShopContext) -> Dialog | None:
    """Return the owner's dialog if it waits for a name or a note."""
    dialog = await context.shop.dialogs.of(context.customer_id)
    return dialog if dialog is not None and dialog.step == Step.SELECTION else None


async def _end_question(context: ShopContext) -> Ended:
    """End an open question for a name or a note; return END if there was one."""
    if await _question(context) is None:
        return None
    await context.shop.dialogs.end(context.customer_id)
    return END


# --- a proposed disruption ---


async def leave_brand(update: Update, context: ShopContext) -> None:
    """Leave a brand on sale, though most of its orders fail."""
    translator = context.translator
    target = category_target(CategoryId(pressed(update, LeaveBrand).category_id))
    try:
        state = await context.shop.selection.state(context.actor, target)
    except NotFoundError:
        await _say_not_listed(update, context)
        return
    label = translator.gettext("🏷 Its switches")
    markup = keyboard([button(label, ShowTarget(is_product=False, target_id=target.target_id))])
    await show(update, context, left_alone_text(translator, target_name(translator, state)), markup)
