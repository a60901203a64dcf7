"""The file that keeps the embedded supplier's orders and deposit between two runs."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from bot.sandbox.supplier.server import EmbeddedSupplier, PanelOrder
from storage.permissions import make_private_file


class SupplierFile:
    """Loads and saves one supplier's orders and deposit."""

    def __init__(self, supplier: EmbeddedSupplier, path: Path) -> None:
        """Use the JSON file `path`, which need not exist."""
        self._supplier = supplier
        self._path = path
        self._written = ""

    def load(self) -> None:
        """Restore the orders of the last run; a file that cannot be read is ignored."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            orders = [PanelOrder(**order) for order in kept["orders"]]
            deposit = int(kept["deposit"])
        except (OSError, ValueError, KeyError, TypeError):
            return
        self._supplier.orders[:] = orders
        self._supplier.deposit = deposit

    def save(self) -> None:
        """Write the state if it has changed since the last call; raises OSError."""
        supplier = self._supplier
        orders = [asdict(order) for order in supplier.orders]
        text = json.dumps({"deposit": supplier.deposit, "orders": orders})
        if text == self._written:
            return
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        make_private_file(fresh)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self._path)
        self._written = text
