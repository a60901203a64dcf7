"""How a notice is rendered: what a renderer gets, and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from telegram import InlineKeyboardMarkup

from bot.domain.notice import NoticeKind
from bot.domain.supplier_profile import PanelProfile
from bot.ports.notifier import Delivery
from handlers.ui.i18n import Translator


@dataclass(frozen=True, slots=True)
class RenderInput:
    """A notice with the state of its subject at delivery, and its reader's language."""

    words: Translator
    delivery: Delivery
    profile: PanelProfile
    contact: str
    """The shop's contact, or empty."""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message to send: HTML, in which everything from outside is escaped, and buttons."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None
    photo: str = ""
    """Telegram's id of the picture above the text, or empty."""
    document: str = ""
    """Telegram's id of the file above the text, or empty."""
    is_decision: bool = False
    """Whether the buttons decide the subject of the text; else they only lead on."""


Renderer = Callable[[RenderInput], RenderedMessage | None]
"""Renders a notice; None when its subject does not exist."""
Renderers = Mapping[NoticeKind, Renderer]
"""The notices that a feature renders, by kind."""


def with_proof(delivery: Delivery, message: RenderedMessage) -> RenderedMessage:
    """Return a message with the picture or file that the notice carries above it, if any."""
    data = delivery.notice.data
    return replace(
        message, photo=str(data.get("photo", "")), document=str(data.get("document", ""))
    )
