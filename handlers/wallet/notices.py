"""Renderers of the notices to a customer about the wallet and top-ups."""

from __future__ import annotations

from bot.domain.notice import NoticeKind
from bot.domain.topup import TopUpState
from bot.ports.notifier import Delivery
from handlers.ui.buttons import QuoteAgain
from handlers.ui.i18n import Translator
from handlers.ui.keyboards import Row, keyboard, main_button, shop_in_new_message, top_up
from handlers.ui.rendered_message import RenderedMessage, Renderers, RenderInput
from handlers.ui.topup_card import why_not_open
from handlers.wallet.texts import topup_rejected_text, wallet_text
from handlers.wallet.topup_texts import expired_text, proof_lost_text, settled_text


def _settled(given: RenderInput) -> RenderedMessage:
    translator, topup = given.translator, given.subject(given.delivery.topup)
    markup = None if topup.state is TopUpState.APPROVED else keyboard([top_up(translator)])
    return RenderedMessage(settled_text(translator, topup), markup)


def _rejected(given: RenderInput) -> RenderedMessage:
    translator, topup = given.translator, given.subject(given.delivery.topup)
    return RenderedMessage(
        topup_rejected_text(translator, topup, given.contact), keyboard([top_up(translator)])
    )


def _expired(given: RenderInput) -> RenderedMessage:
    """Render that the time to pay is over, unless a proof or a decision has come since."""
    translator, topup = given.translator, given.subject(given.delivery.topup)
    is_waiting = topup.state is TopUpState.PENDING and not topup.proof
    text = (
        expired_text(translator, topup, given.contact)
        if is_waiting
        else why_not_open(translator, topup)
    )
    return RenderedMessage(text, keyboard([top_up(translator)]))


def _wallet(given: RenderInput) -> RenderedMessage:
    translator, delivery = given.translator, given.delivery
    transfer, wallet = given.subject(delivery.transfer), given.subject(delivery.wallet)
    text = wallet_text(translator, transfer, wallet, given.contact, delivery.topup)
    return RenderedMessage(
        text, keyboard(_unmet_purchase_row(translator, delivery), [shop_in_new_message(translator)])
    )


def _unmet_purchase_row(translator: Translator, delivery: Delivery) -> Row:
    """Return the button to the quote that the wallet was short for, if there is one."""
    token = str(delivery.notice.data.get("quote_token", ""))
    label = translator.gettext("▶️ Go on with your purchase")
    return [main_button(label, QuoteAgain(token))] if token else []


def _proof_lost(given: RenderInput) -> RenderedMessage:
    text = proof_lost_text(given.translator, given.delivery.topup)
    return RenderedMessage(text)


RENDERERS: Renderers = {
    NoticeKind.TOPUP_SETTLED: _settled,
    NoticeKind.TOPUP_REJECTED: _rejected,
    NoticeKind.TOPUP_EXPIRED: _expired,
    NoticeKind.PROOF_LOST: _proof_lost,
    NoticeKind.WALLET: _wallet,
}
