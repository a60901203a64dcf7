"""/recon for admins: the differences between the supplier's rows and the shop's orders."""

from __future__ import annotations

from telegram import Update

from bot.domain.errors import SupplierError
from handlers.admin.supplier_comparison_texts import not_compared, recon_text, settled_text
from handlers.ui.context import ShopContext
from handlers.ui.replies import show_new


async def recon(update: Update, context: ShopContext) -> None:
    """Compare now and show the differences, or settle those of a reference: /recon [ref_id]."""
    translator, service, actor_id = context.translator, context.shop.recon, context.actor
    if context.args:
        ref_id = " ".join(context.args)
        count = await service.settle(actor_id, ref_id)
        await show_new(update, context, settled_text(translator, ref_id, count))
        return
    try:
        report = await service.compare(actor_id)
    except SupplierError:
        await show_new(update, context, not_compared(translator))
        return
    await show_new(update, context, recon_text(translator, report))
