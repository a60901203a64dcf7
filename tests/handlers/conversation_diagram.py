"""Draws the conversation as the Mermaid diagram of handlers/conversation.mmd.

`python -m tests.handlers.conversation_diagram` prints it; put the output into that file. The
arrows are the steps that each handler declares in its return annotation.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from telegram.ext import CallbackQueryHandler, CommandHandler, ConversationHandler, MessageHandler

from bot.domain.dialog import Step
from handlers.conversation import CANCEL, MENU, conversation
from handlers.ui.buttons import Button, pattern_of
from handlers.ui.context import ShopContext
from handlers.ui.handler_factories import CONTACT, END, OTHER, TEXT

ANYWHERE = "anywhere"
HEAD = "%% Drawn from the handlers' annotations; a test says how, and when it is stale."
_MESSAGES = {
    id(CANCEL): "the word for it",
    id(MENU): "the word for the first screen",
    id(TEXT): "a text",
    id(CONTACT): "a contact",
    id(OTHER): "anything else",
}


def draw() -> str:
    """Return the diagram: the entry points first, then the handlers of each step."""
    shop = conversation()
    arrows: dict[tuple[str, str], list[str]] = {}
    for source, handlers in _tables(shop):
        for handler in handlers:
            for target in targets(handler.callback):
                arrows.setdefault((source, _name(target)), []).append(_label(handler))
    lines = [HEAD, "stateDiagram-v2", f"  [*] --> {ANYWHERE}"]
    lines += [f"  {one} --> {other}: {', '.join(by)}" for (one, other), by in arrows.items()]
    return "\n".join(lines) + "\n"


def _tables(shop: ConversationHandler[ShopContext]) -> Iterator[tuple[str, Iterable[Any]]]:
    yield ANYWHERE, shop.entry_points
    for step, handlers in shop.states.items():
        assert isinstance(step, Step)
        yield step.name, handlers


def targets(callback: Any) -> list[int]:
    """Return the steps that a handler may return, in order; None means that the step stays."""
    found = set(_literals(get_type_hints(callback)["return"]))
    return sorted(found, key=lambda step: (step == END, step))


def _literals(hint: Any) -> Iterator[int]:
    if get_origin(hint) in (Union, UnionType):
        for part in get_args(hint):
            yield from _literals(part)
    elif get_origin(hint) is Literal:
        yield from get_args(hint)
    else:
        assert hint is NoneType, f"a handler of the conversation returns {hint}"


def _name(target: int) -> str:
    return "[*]" if target == END else Step(target).name


def _label(handler: Any) -> str:
    if isinstance(handler, CommandHandler):
        return "/" + min(handler.commands, key=lambda name: name not in _ENGLISH)
    if isinstance(handler, CallbackQueryHandler):
        kinds = (one for one in Button.__subclasses__() if pattern_of(one) == handler.pattern)
        return next(kinds).__name__
    assert isinstance(handler, MessageHandler)
    return _MESSAGES[id(handler.filters)]


_ENGLISH = {"start", "order", "cancel"}

if __name__ == "__main__":
    sys.stdout.write(draw())
