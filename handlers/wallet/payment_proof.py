"""Payment proofs: photos and files that customers send at any time, passed on to the admins.

Name and type of a file are claims of its sender. So a file is never opened here; it is sent on by
its Telegram file id, and only if its name ends like that of a picture or a PDF.
"""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from typing import Final, TypeVar

from telegram import Document, Message, Update

from bot.domain.topup import LOST_PROOF, PaymentProof
from handlers.ui.context import ShopContext, act_key, is_of_other_bot
from handlers.ui.fallbacks import cannot_read, is_unreadable, say_unknown_message
from handlers.ui.handler_factories import Callback
from handlers.ui.html import paragraphs
from handlers.ui.keyboards import history, home, keyboard
from handlers.ui.replies import show_new
from handlers.wallet.topup_texts import go_on, no_proof, proof_taken

R = TypeVar("R")

MAX_MEGABYTES: Final = 10
MAX_ID_LENGTH: Final = 256
"""In characters; Telegram's file ids are shorter."""
KINDS: Final = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/heic",
    "image/heif",
    "application/pdf",
)
ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".pdf")


async def take_proof(update: Update, context: ShopContext) -> None:
    """Take a photo or a file that no question asked for as a payment proof."""
    if not await _take_as_proof(update, context, is_unasked=True):
        await say_unknown_message(update, context)


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
    proof = proof_of(update.message)
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


def proof_of(message: Message | None) -> PaymentProof | None:
    """Return the photo of a message, in its largest size, or its file; None if it is no proof."""
    proof = None
    if message is not None and message.photo:
        proof = PaymentProof(message.photo[-1].file_id)
    elif message is not None and message.document and _may_be_shown(message.document):
        proof = PaymentProof(message.document.file_id, is_file=True)
    return proof if proof and 0 < len(proof.file_id) <= MAX_ID_LENGTH else None


def _may_be_shown(document: Document) -> bool:
    """Return whether type, name and size of a file are those of a picture or a PDF.

    The name decides which program opens the file on an admin's computer.
    """
    name = (document.file_name or "").strip().lower()
    is_small = (document.file_size or 0) <= MAX_MEGABYTES * 1_000_000
    return is_small and document.mime_type in KINDS and (not name or name.endswith(ENDINGS))
