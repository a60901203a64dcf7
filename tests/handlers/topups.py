"""Helpers for top-ups: a shop with a way to pay, and pictures of transfers."""

from __future__ import annotations

import re
from typing import Any

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from handlers.ui.qr import qr_png_within
from tests.handlers.harness import BotHarness
from tests.services.shop import ANNI

ACCOUNT = "BCA 123 456 7890 a.n. <Konter>"


async def set_payment_methods(harness: BotHarness, qris: str, instructions: str = ACCOUNT) -> None:
    """Set the QRIS payload and the payment instructions that customers are shown."""
    await harness.set_settings(qris_static=qris, topup_instructions=instructions)


async def request_topup(harness: BotHarness, typed: str = "50rb", who: CustomerId = ANNI) -> Rupiah:
    """Request one more top-up and return the exact amount to pay."""
    await harness.say("/saldo", who)
    await harness.press("Isi saldo", who)
    if "💰 Jumlah lain" in harness.labels(who):
        await harness.press("Jumlah lain", who)
    await harness.say(typed, who)
    found = re.search(r"Rp([0-9.]+)", harness.text(who))
    assert found is not None, harness.shown(who)
    return Rupiah(int(found[1].replace(".", "")))


def photo(harness: BotHarness) -> dict[str, Any]:
    """Return a photo message as Telegram sends it, of a stored picture."""
    stored = harness.telegram.state.add_file(
        "a.png", "image/png", qr_png_within("x", 290), (290, 290)
    )
    return {"photo": [a_file(stored.file_id) | {"width": 9, "height": 9}]}


def document(
    harness: BotHarness, name: str | None, mime_type: str, size: int = 9
) -> dict[str, Any]:
    """Return a file message as Telegram sends it."""
    stored = harness.telegram.state.add_file(name or "x", mime_type, b"%PDF", (0, 0))
    file = a_file(stored.file_id) | {"mime_type": mime_type, "file_size": size}
    return {"document": file if name is None else file | {"file_name": name}}


def a_file(file_id: str) -> dict[str, Any]:
    """Return the fields that every kind of file has."""
    return {"file_id": file_id, "file_unique_id": "u"}


async def send_proof(harness: BotHarness, who: CustomerId = ANNI) -> None:
    """Send a photo of a transfer."""
    await harness.send(photo(harness), who)
