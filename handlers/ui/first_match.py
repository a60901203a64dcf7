"""Finds the handler of an update by its command or button, in an ordered list of handlers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from telegram import Message, MessageEntity, Update
from telegram.ext import Application, BaseHandler, CallbackQueryHandler, CommandHandler
from typing_extensions import override

from handlers.ui.buttons import tag_of
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import Handlers, PressHandler

Handler = BaseHandler[Update, ShopContext, Any]


class FirstMatch(BaseHandler[Update, ShopContext, Any]):
    """Stands for an ordered list of handlers, of which the first that fits handles the update.

    It does what the library does with the list itself. But the library asks each of some eighty
    handlers, which takes 0.1 ms; here those of other commands and other buttons are left out.
    """

    def __init__(self, handlers: Handlers) -> None:
        super().__init__(_not_called)
        self.handlers = handlers
        commands = {name for one in handlers for name in _commands(one)}
        tags = {one.kind.TAG for one in handlers if isinstance(one, PressHandler)}
        self._by_command: dict[str, Handlers] = {name: [] for name in ("", *commands)}
        """The handlers of messages, by command; under "" those of any other message."""
        self._by_tag: dict[str, Handlers] = {tag: [] for tag in ("", *tags)}
        """The handlers of presses, by button; under "" those of any other press."""
        for one in handlers:
            for candidates in self._lists_with(one):
                candidates.append(one)

    def _lists_with(self, handler: Handler) -> Iterable[Handlers]:
        """Return the lists that a handler belongs to; one for any command belongs to all."""
        if isinstance(handler, PressHandler):
            return (self._by_tag[handler.kind.TAG],)
        if isinstance(handler, CallbackQueryHandler):
            return self._by_tag.values()
        if isinstance(handler, CommandHandler):
            return [self._by_command[name] for name in handler.commands]
        return self._by_command.values()

    @override
    def check_update(self, update: object) -> tuple[Handler, Any] | None:
        """Return the handler that fits and what it found in the update; None if none fits."""
        for handler in self._candidates(update) if isinstance(update, Update) else ():
            check = handler.check_update(update)
            if check is not None and check is not False:
                return handler, check
        return None

    @override
    async def handle_update(
        self,
        update: Update,
        application: Application[Any, ShopContext, Any, Any, Any, Any],
        check_result: Any,
        context: ShopContext,
    ) -> Any:
        handler, check = check_result
        return await handler.handle_update(update, application, check, context)

    def _candidates(self, update: Update) -> Handlers:
        if update.callback_query is not None:
            tag = tag_of(update.callback_query.data)
            return self._by_tag.get(tag) or self._by_tag[""]
        command = _command_of(update.message)
        return self._by_command.get(command) or self._by_command[""]


async def _not_called(_update: Update, _context: ShopContext) -> None:
    """Stand for the callback that every handler of the library needs."""


def _commands(handler: Handler) -> frozenset[str]:
    return handler.commands if isinstance(handler, CommandHandler) else frozenset()


def _command_of(message: Message | None) -> str:
    """Return the command at the beginning of a message, as the library reads it; else ""."""
    if message is None or not message.text or not message.entities:
        return ""
    first = message.entities[0]
    if first.type != MessageEntity.BOT_COMMAND or first.offset:
        return ""
    return message.text[1 : first.length].partition("@")[0].lower()
