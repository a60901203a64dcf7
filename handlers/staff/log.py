"""/log: who did what, for owners; filtered by person, by kind, and by words."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from telegram import InlineKeyboardMarkup, Update

from bot.domain.admin_act import SERVER, ActFilter, ActKind
from bot.domain.order import CustomerId
from bot.services.act_log import ActPage
from handlers.staff.buttons import (
    ChooseActKind,
    ChooseActor,
)
from handlers.staff.log_texts import KIND_NAMES, log_text
from handlers.ui.buttons import NOTHING
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import pressed
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, back, button, home, keyboard, pager
from handlers.ui.labels import label_with_name
from handlers.ui.people import name_or_id
from handlers.ui.product_names import short_query
from handlers.ui.replies import show, show_new
from handlers.ui.staff_buttons import ShowLog, ShowStaff

MAX_WORDS_BYTES: Final = 24
"""The longest beginning of a search that fits into the buttons of its pages."""
ACTORS_SHOWN: Final = 40
_KINDS: Final = tuple(ActKind)


async def log_command(update: Update, context: ShopContext) -> None:
    """Show the log, or what was found: /log [words]."""
    text, markup = await _screen(context, ShowLog(words=_short(" ".join(context.args or ()))))
    await show_new(update, context, text, markup)


async def show_log(update: Update, context: ShopContext) -> None:
    """Show a page of the log."""
    await show(update, context, *await _screen(context, pressed(update, ShowLog)))


async def choose_actor(update: Update, context: ShopContext) -> None:
    """Show the persons whose acts can be shown alone."""
    translator, wanted = context.translator, pressed(update, ChooseActor)
    words = _short(wanted.words)
    actors = await context.shop.act_log.actors(context.actor)
    rows = []
    for actor_id, customer in actors[:ACTORS_SHOWN]:
        name = name_or_id(actor_id, customer)
        if actor_id == SERVER:
            name = translator.gettext("The server's command")
        meaning = ShowLog(0, actor_id, wanted.kind, words)
        rows.append([button(label_with_name(name), meaning)])
    every = button(translator.gettext("Everybody"), ShowLog(0, 0, wanted.kind, words))
    await show(update, context, translator.gettext("Whose acts?"), keyboard([every], *rows))


async def choose_act_kind(update: Update, context: ShopContext) -> None:
    """Show the kinds of acts that can be shown alone."""
    translator, wanted = context.translator, pressed(update, ChooseActKind)
    words = _short(wanted.words)
    rows = []
    for place, kind in enumerate(_KINDS, start=1):
        name = translator.gettext(KIND_NAMES[kind])
        rows.append([button(name, ShowLog(0, wanted.actor_id, place, words))])
    every = button(translator.gettext("Everything"), ShowLog(0, wanted.actor_id, 0, words))
    await show(update, context, translator.gettext("Which acts?"), keyboard([every], *rows))


async def _screen(context: ShopContext, wanted: ShowLog) -> tuple[str, InlineKeyboardMarkup]:
    translator = context.translator
    wanted = replace(wanted, words=_short(wanted.words))
    chosen = ActFilter(
        actor_id=CustomerId(wanted.actor_id) if wanted.actor_id else None,
        kind=_KINDS[wanted.kind - 1] if 1 <= wanted.kind <= len(_KINDS) else None,
        words="" if wanted.words == NOTHING else wanted.words,
    )
    found = await context.shop.act_log.page(context.actor, chosen, wanted.page)
    return log_text(translator, found, chosen), keyboard(
        _pages(found, wanted),
        [
            button(translator.gettext("👤 Person"), ChooseActor(wanted.kind, wanted.words)),
            button(translator.gettext("🏷 Kind"), ChooseActKind(wanted.actor_id, wanted.words)),
        ],
        _ends(translator, chosen),
    )


def _short(words: str) -> str:
    """Return a search so short that buttons can carry it, whoever made the one that was pressed."""
    return short_query(words, MAX_WORDS_BYTES) or NOTHING


def _pages(found: ActPage, wanted: ShowLog) -> Row:
    pages = found.page + 1 + found.has_more
    return pager(
        found.page,
        pages,
        lambda page: ShowLog(page, wanted.actor_id, wanted.kind, wanted.words),
    )


def _ends(translator: Translator, chosen: ActFilter) -> Row:
    if chosen == ActFilter():
        return [back(translator, ShowStaff()), home(translator)]
    return [button(translator.gettext("✕ Show everything"), ShowLog()), home(translator)]
