"""A customer with odd texts in every place, and how to look for them in a whole database."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from bot.domain.admin_act import AdminAct
from bot.domain.customer import Actor, TelegramId
from bot.domain.errors import RefusalClass, SupplierRefusedError
from bot.domain.joining import JoinRequest
from bot.domain.money import Rupiah
from bot.domain.money_source import MoneySource
from bot.domain.notice import Alert
from bot.domain.order import CustomerId
from bot.domain.thread import About, Draft, FileKind, Topic
from bot.domain.topup import PaymentProof
from bot.ports.store import Transaction
from bot.services.money.topups.decision import TopUpDecision
from bot.services.notices import enqueue
from bot.services.thread_messages import opened
from tests.databases import StoreForTests
from tests.services.shop import ADMIN, Shop

ODD = "ZQX"
"""Begins every odd text."""
CHAT = TelegramId(7_770_001_234)
NUMBERS = ("081277753331", "081277753332", "081277753333")
ODD_TEXTS = (ODD, str(CHAT), *NUMBERS, *(number.removeprefix("0") for number in NUMBERS))
"""None of them is left after an erasure."""


@dataclass(frozen=True)
class OddCustomer:
    """The customer, as they act."""

    actor: Actor

    @property
    def customer_id(self) -> CustomerId:
        return self.actor.customer_id


async def odd_customer(shop: Shop) -> OddCustomer:
    """Add a customer who bought, paid, complained and asked, and owes and has nothing now."""
    arrival = await shop.customers.register(CHAT, f"{ODD}name", f"{ODD}user", f"{ODD}-x")
    odd = OddCustomer(arrival.actor)
    await shop.customers.choose_language(odd.customer_id, f"{ODD}lang")
    await _pay(shop, odd)
    await _buy(shop, odd)
    await _talk(shop, odd)
    balance = (await shop.wallet(odd.customer_id)).balance
    await _adjust(shop, odd, -balance)
    await shop.delivered_kinds()
    return odd


async def _adjust(shop: Shop, odd: OddCustomer, amount: int) -> None:
    note = f"{ODD}note to {NUMBERS[0]}"
    source = MoneySource.TRANSFER
    proposed = await shop.wallets.propose_adjustment(ADMIN, odd.customer_id, amount, note, source)
    await shop.wallets.adjust(ADMIN, proposed.token, source)


async def _pay(shop: Shop, odd: OddCustomer) -> None:
    await _adjust(shop, odd, 100_000)
    for number, approve in enumerate((True, False)):
        amount = Rupiah(25_000 + number)
        topup = await shop.topups.request(odd.customer_id, amount, f"key{number}")
        await shop.topups.submit_proof(
            odd.customer_id, PaymentProof(f"{ODD}proof{number}"), f"proof{number}", is_unasked=True
        )
        decision = TopUpDecision(approve, reason=f"{ODD}reason")
        await shop.topups.decide_in_dialog(ADMIN, topup.topup_id, decision)


async def _buy(shop: Shop, odd: OddCustomer) -> None:
    first, second, third = NUMBERS
    order = await shop.queue(odd.customer_id, number=first)
    echo = f"62{first.removeprefix('0')}"
    done = shop.reply(
        order, "r-odd", status_word="success", voucher=f"{ODD}code/{ODD}", note=f"{ODD} row"
    )
    await shop.send_next(done)
    row = replace(shop.row(order, "r-odd"), destination=echo, voucher=f"{ODD}code")
    other = replace(row, ref_id="r-free", note=f"{ODD}free")
    await shop.store.write(
        lambda tx: tx.supplier_rows.record(shop.rules.account, [row, other], shop.clock.now())
    )
    await shop.queue(odd.customer_id, number=second)
    refused = SupplierRefusedError(RefusalClass.DESTINATION, f"{ODD} {second}")
    await shop.send_next(refused)
    cancelled = await shop.queue(odd.customer_id, number=third)
    await shop.buy.cancel(odd.customer_id, cancelled.order_id)
    numbers = await shop.saved_numbers.all(odd.customer_id)
    await shop.saved_numbers.ask_name(odd.customer_id, numbers[0].number_id, 5)
    await shop.saved_numbers.name(odd.customer_id, f"{ODD}mama")
    await shop.help_requests.ask_about_order(odd.customer_id, order.order_id, "help-odd")


async def _topic_of_case(shop: Shop, odd: OddCustomer) -> Topic:
    orders = await shop.store.read(lambda tx: tx.orders.succeeded_of(odd.customer_id, 1))
    return Topic(odd.customer_id, About.ORDER, int(orders[0].order_id))


async def _talk(shop: Shop, odd: OddCustomer) -> None:
    await shop.token(odd.customer_id, number=NUMBERS[2])
    await shop.help_requests.ask_for_message(odd.customer_id, "asked-odd")
    topic, draft = Topic(odd.customer_id), Draft(f"{ODD}letter", FileKind.PHOTO, f"{ODD}photo")
    for about in (topic, await _topic_of_case(shop, odd)):
        thread = await shop.store.write(opened, about, shop.clock.now())
        await shop.threads.answer_in(odd.customer_id, thread.thread_id, draft, f"k{thread.about}")
        await shop.threads.close(ADMIN, thread.thread_id)
    await shop.restock.ask(odd.customer_id, shop.product("GONE"))
    await shop.saved_numbers.ask_name(
        odd.customer_id, (await shop.saved_numbers.all(odd.customer_id))[0].number_id, 5
    )
    await shop.wallets.propose_adjustment(ADMIN, odd.customer_id, 5_000, f"{ODD}open")
    sender = {"from": {"id": CHAT, "first_name": f"{ODD}name"}, "text": f"{ODD}text"}

    def note(tx: Transaction) -> None:
        now = shop.clock.now()
        tx.inbox.add(77_001, json.dumps({"update_id": 77_001, "message": sender}), now)
        tx.customer_cards.set_note(odd.customer_id, f"{ODD}remark")
        tx.customer_cards.set_block(odd.customer_id, None, f"{ODD}block")
        tx.joining.put_request(JoinRequest(odd.customer_id, now, f"{ODD}link"))
        enqueue.alert(tx, shop.rules, Alert.UNCLEAR_ANSWER, f"K9 {NUMBERS[0]} is odd", now)
        tx.admin_acts.add(AdminAct(ADMIN.customer_id, "find", "shop", f"for {NUMBERS[1]}.", now))

    await shop.store.write(note)
    await shop.store.write(lambda tx: tx.facts.put(f"keys:{odd.customer_id}", f"{ODD}"))


async def everything(store: StoreForTests) -> str:
    """Return all rows of all tables as one text."""
    copy = await store.dump()
    if not isinstance(copy, sqlite3.Connection):
        return repr(copy)
    tables = copy.execute("select name from sqlite_schema where type = 'table'").fetchall()
    return "\n".join(
        f"{table} {tuple(row)}"
        for (table,) in tables
        for row in copy.execute(f'select * from "{table}"')  # noqa: S608 - names of the schema
    )


def odd_lines(text: str) -> list[str]:
    """Return the lines in which an odd text stands."""
    return [line for line in text.splitlines() if any(odd in line for odd in ODD_TEXTS)]


def odd_texts_in(folder: Path) -> list[str]:
    """Return the odd texts whose bytes stand in any file of a folder."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return [text for text in ODD_TEXTS if any(text.encode() in one for one in files)]
