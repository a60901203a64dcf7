"""Renders notices for tests, with the renderers of the bot."""

from bot.domain.supplier_profile import PanelProfile
from bot.ports.notifier import Delivery
from handlers.registry import notice_renderers
from handlers.ui.i18n import Translator
from handlers.ui.rendered_message import RenderedMessage, RenderInput

RENDERERS = notice_renderers()


def render(
    words: Translator, delivery: Delivery, profile: PanelProfile, contact: str
) -> RenderedMessage:
    return RENDERERS[delivery.notice.kind](RenderInput(words, delivery, profile, contact))
