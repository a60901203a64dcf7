"""The input and output of the functions that render notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from telegram import InlineKeyboardMarkup

from bot.domain.errors import UndeliverableError
from bot.domain.notice import NoticeKind
from bot.domain.supplier_profile import PanelProfile
from bot.ports.notifier import Delivery
from handlers.ui.html import paragraphs
from handlers.ui.i18n import Translator

COMMAND_LINE = "sudo konter"
"""The command of an installed server."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RenderInput:
    """A notice, the state of its subject at delivery, and its reader's language."""

    translator: Translator
    delivery: Delivery
    profile: PanelProfile
    contact: str
    """The shop's contact, or empty."""
    command_line: str = COMMAND_LINE
    """What an admin types on the server before the name of a command, such as "doctor"."""

    @property
    def at(self) -> datetime:
        """The time at which the reader sees the notice."""
        return self.delivery.at or self.delivery.notice.created_at

    def subject(self, found: T | None) -> T:
        """Return what the notice is about; raises `UndeliverableError` if it does not exist."""
        if found is None:
            raise UndeliverableError(f"{self.delivery.notice.kind}: its subject does not exist")
        return found


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message to send: HTML in which all text from outside is escaped, and buttons."""

    text: str
    keyboard: InlineKeyboardMarkup | None = None
    photo: str = ""
    """The Bot API `file_id` of the photo above the text, or empty."""
    document: str = ""
    """The Bot API `file_id` of the file above the text, or empty."""
    voice: str = ""
    """The Bot API `file_id` of the voice message above the text, or empty."""
    without_picture: str = ""
    """The text instead, if Telegram does not send the photo, file or voice; empty: the same."""
    is_decision: bool = False
    """Whether the buttons decide about the subject; otherwise they only open other screens."""


Renderer = Callable[[RenderInput], RenderedMessage]
"""Renders a notice; raises `UndeliverableError` if its subject does not exist."""
Renderers = Mapping[NoticeKind, Renderer]
"""The renderers of a feature, by kind of notice."""


def with_proof(given: RenderInput, message: RenderedMessage) -> RenderedMessage:
    """Return a message with the photo or file of the notice's data above it, if there is one."""
    data = given.delivery.notice.data
    refused = given.translator.gettext("⚠️ Telegram does not show the picture or file here.")
    return replace(
        message,
        photo=str(data.get("photo", "")),
        document=str(data.get("document", "")),
        without_picture=paragraphs(message.text, refused),
    )
