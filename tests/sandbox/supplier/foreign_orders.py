"""Orders that somebody else places on the shop's supplier account."""

from __future__ import annotations

from bot.sandbox.supplier.server import EmbeddedSupplier, PanelOrder


def add_foreign_order(supplier: EmbeddedSupplier, code: str, destination: str) -> PanelOrder:
    """Place an order that the bot did not send."""
    row = next(row for row in supplier.catalogue if row.get("code") == code)
    return supplier.insert_order(row, destination)
