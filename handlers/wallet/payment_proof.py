"""Payment proofs: photos and files that customers send at any time, passed on to the admins."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import TypeVar

from telegram import Update

from bot.domain.errors import TokenError, TokenFault
from bot.domain.topup import LOST_PROOF
from handlers.ui.attachments import MAX_MEGABYTES, picture_of
from handlers.ui.buttons import IsPaymentProof
from handlers.ui.context import ShopContext, act_key, is_of_other_bot
from handlers.ui.fallbacks import cannot_read, is_unreadable, say_unknown_message
from handlers.ui.handler_factories import Callback, pressed
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import history, home, keyboard
from handlers.ui.picture_question import picture_question_answered
from handlers.ui.replies import alert, show, show_new
from handlers.wallet.topup_texts import go_on, no_proof, no_topup_for_proof, proof_taken

R = TypeVar("R")


async def take_proof(update: Update, context: ShopContext) -> None:
    """Take a photo or a file that no question asked for as a payment proof."""
    if not await _take_as_proof(update, context, is_unasked=True):
        await say_unknown_message(update, context)


async def take_kept_proof(update: Update, context: ShopContext) -> None:
    """Take the picture that a question was about as a payment proof."""
    translator, token = context.translator, pressed(update, IsPaymentProof).token
    try:
        proved = await context.shop.case_pictures.is_proof(context.customer_id, token)
    except TokenError as error:
        is_used = error.fault is TokenFault.USED
        await alert(update, context, picture_question_answered(translator, is_used=is_used))
        return
    if proved is None:
        await alert(update, context, no_topup_for_proof(translator))
        return
    text = proof_taken(translator, proved, context.settings.shop_contact)
    await show(update, context, text, keyboard([history(translator), home(translator)]))


def proof_or(callback: Callback[R]) -> Callback[R | None]:
    """Return a step's handler that first tries to take a message as a payment proof."""

    @wraps(callback)
    async def take(update: Update, context: ShopContext) -> R | None:
        if await _take_as_proof(update, context, is_unasked=False):
            return None
        return await callback(update, context)

    return take


async def _take_as_proof(update: Update, context: ShopContext, *, is_unasked: bool) -> bool:
    """Take a message as a payment proof; return False if it cannot be one."""
    translator, shop, customer_id = context.translator, context.shop, context.customer_id
    proof = picture_of(update.message)
    if proof is not None and is_of_other_bot(update):
        proof = replace(proof, file_id=LOST_PROOF)
    if proof is None:
        return await _refuse_file(update, context)
    key = act_key(update, context)
    proved = await shop.topups.submit_proof(customer_id, proof, key, is_unasked=is_unasked)
    if proved is None:
        return False
    text = proof_taken(translator, proved, context.settings.shop_contact)
    if is_unasked:
        await show_new(update, context, text, keyboard([history(translator), home(translator)]))
    else:
        await show_new(update, context, paragraphs(text, go_on(translator)))
    return True


async def _refuse_file(update: Update, context: ShopContext) -> bool:
    """Say in which forms a payment proof is accepted, and return True.

    Return False without an answer if the message is no file or the customer has nothing to pay.
    """
    document = None if update.message is None else update.message.document
    if document is None or not await context.shop.topups.accepts_proof(context.customer_id):
        return False
    translator = context.translator
    first = cannot_read(translator) if is_unreadable(update) else ""
    await show_new(update, context, paragraphs(first, no_proof(translator, MAX_MEGABYTES)))
    return True
