"""Whole orders: from the press of the confirm button to the message with the voucher."""

from __future__ import annotations

import asyncio
import gc
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.domain.customer import TelegramId
from bot.domain.ledger import BANK, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.ports.store import Transaction
from storage.opening import open_store
from tests.bench.bot_api import Json, Planned, markup_of
from tests.bench.panel import voucher_of
from tests.bench.rig import STALLED_SECONDS, Burst, Rig
from tests.bench.sides import Side
from tests.bench.traffic import CHATS, FIRST_CHAT, Screen, Traffic

FUNDS = Rupiah(100_000_000)
_CONFIRM, _PICK_FOR = "1:k:", "1:P:"


async def fund_wallets(url: str, chats: int = CHATS) -> None:
    """Create the database of a side, with money in the wallet of every chat."""
    store = await open_store(url)
    now = datetime.now(UTC)

    def fund(tx: Transaction) -> None:
        for chat_id in range(FIRST_CHAT, FIRST_CHAT + chats):
            account, key = TelegramId(chat_id), f"bench:{chat_id}"
            budi = tx.customers.seen(account, "Budi", f"budi{chat_id}", "id", now)
            customer_id = budi.customer_id
            tx.ledger.open_wallet(customer_id, 0)
            wallet = wallet_of(customer_id)
            tx.ledger.record(Transfer(Phase.SINGLE, Purpose.CREDIT, BANK, wallet, FUNDS, key, now))

    await store.write(fund)
    await store.close()


@dataclass
class Orders:
    """Quotes that wait for their confirm button, and what came of the confirmed ones."""

    screens: dict[int, Screen] = field(default_factory=dict)
    """By chat: its confirm card."""
    pressed_at: dict[int, float] = field(default_factory=dict)
    vouchers: dict[int, str] = field(default_factory=dict)
    """By chat: the voucher that it waits for."""
    arrived_at: dict[int, float] = field(default_factory=dict)
    has_all: asyncio.Event = field(default_factory=asyncio.Event)

    def see(self, method: str, chat_id: int, fields: Json) -> None:
        """Note a confirm card, or the message with a voucher."""
        text = fields.get("text", "")
        if method == "sendMessage":
            voucher = self.vouchers.get(chat_id)
            if voucher is not None and chat_id not in self.arrived_at and voucher in text:
                self.arrived_at[chat_id] = time.perf_counter()
                if len(self.arrived_at) == len(self.vouchers):
                    self.has_all.set()
        elif (rows := markup_of(fields)) and chat_id not in self.screens:
            found = [button.get("callback_data", "") for row in rows for button in row]
            confirm = [data for data in found if data.startswith(_CONFIRM)]
            if confirm:
                self.screens[chat_id] = Screen(text, rows, confirm[0])

    @property
    def seconds(self) -> list[float]:
        """How long each voucher took from its press."""
        return [at - self.pressed_at[chat] for chat, at in self.arrived_at.items()]


async def quoted(
    rig: Rig, side: Side, traffic: Traffic, product_id: int, *, series: int, chats: int = CHATS
) -> Orders:
    """Let every chat see a quote; `series` makes its phone numbers new."""
    orders = Orders()
    rig.api.watch(orders.see)
    updates = []
    for number in range(chats):
        chat_id = FIRST_CHAT + number
        destination = f"0812{series:03}{number:05}"
        orders.vouchers[chat_id] = voucher_of(destination)
        updates.append(
            traffic.press(chat_id, Screen("-", [], f"{_PICK_FOR}{product_id}:{destination}"))
        )
    await rig.burst(side, updates)
    if len(orders.screens) < chats:
        raise side.failure(f"{chats - len(orders.screens)} quotes are missing")
    return orders


def confirmation(traffic: Traffic, orders: Orders, chat_id: int) -> Planned:
    """Return the press of a chat's confirm button."""
    return traffic.press(chat_id, orders.screens[chat_id])


async def order_burst(
    rig: Rig, side: Side, traffic: Traffic, product_id: int, *, series: int, chats: int = CHATS
) -> Burst:
    """Let every chat confirm an order at once; the burst ends with the last voucher."""
    orders = await quoted(rig, side, traffic, product_id, series=series, chats=chats)
    presses = rig.api.prepare(confirmation(traffic, orders, chat) for chat in orders.screens)
    calls = rig.api.calls.copy()
    gc.collect()
    gc.disable()
    try:
        cpu, load_cpu, began = side.cpu_seconds, time.process_time(), time.perf_counter()
        rig.api.give(presses)
        await until_vouchers(side, orders)
        ended = max(orders.arrived_at.values())
        load_cpu = time.process_time() - load_cpu
        await asyncio.sleep(0.2)
        cpu = side.cpu_seconds - cpu
    finally:
        gc.enable()
    rig.api.watch(None)
    calls = rig.api.calls - calls
    return Burst(len(presses), ended - began, cpu, load_cpu, 0, dict(calls))


async def until_vouchers(side: Side, orders: Orders) -> None:
    """Wait for the voucher of every order; raises `SideError` when none comes any more."""
    while not orders.has_all.is_set():
        before = len(orders.arrived_at)
        try:
            async with asyncio.timeout(STALLED_SECONDS):
                await orders.has_all.wait()
        except TimeoutError:
            if len(orders.arrived_at) == before:
                missing = len(orders.vouchers) - before
                raise side.failure(f"{missing} vouchers are missing") from None
