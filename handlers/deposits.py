"""Paying money in: the code to pay with, and the picture of the transfer."""

from __future__ import annotations

from telegram import Message, Update

from bot.domain.customer import TopUp
from bot.domain.qris import with_amount
from handlers.context import ShopContext, customer_of
from handlers.help import say_unknown_message
from handlers.keyboards import history, home, keyboard, shop_anew
from handlers.qr import qr_png
from handlers.screens import show_anew, show_picture
from handlers.texts.deposits import payment_text, proof_taken


async def show_payment(update: Update, context: ShopContext, topup: TopUp) -> None:
    """Show how to pay a deposit: as a picture where there is a QRIS, else in words."""
    words, shop = context.words, context.shop
    with_code = bool(shop.qris_static)
    text = payment_text(
        words, topup, shop.topup_instructions, shop.shop_contact, with_code=with_code
    )
    markup = keyboard([shop_anew(words), home(words)])
    if not with_code:
        await show_anew(update, context, text, markup)
        return
    picture = qr_png(with_amount(shop.qris_static, topup.total))
    await show_picture(update, context, picture, text, markup)


async def take_proof(update: Update, context: ShopContext) -> None:
    """Show a picture to the admins as the proof of a transfer; other shops know no pictures."""
    words, shop = context.words, context.shop
    photo = _photo_of(update.message)
    is_known = shop.rules.deposit_expires is not None
    key = f"update:{update.update_id}"
    topup = await shop.deposits.prove(customer_of(update), photo, key, stray=is_known)
    if topup is None and not is_known:
        await say_unknown_message(update, context)
        return
    text = proof_taken(words, topup)
    await show_anew(update, context, text, keyboard([history(words), home(words)]))


def _photo_of(message: Message | None) -> str:
    """Return Telegram's id of the largest form of a picture."""
    return message.photo[-1].file_id if message is not None and message.photo else ""
