"""The people of a soak: customers who browse, search, buy and pay in, and an admin who decides."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from random import Random

from bot.domain.customer import FIRST_CUSTOMER_ID
from bot.domain.order import Order, OrderState
from bot.sandbox.environment import SUPPLIER_USER
from bot.sandbox.telegram.server import ADMIN, ChatMessage, Person
from storage.store import SqlStore
from tests.bench.traffic import Kind, Traffic
from tests.databases import all_orders
from tests.sandbox.chat_user import PAY, ChatUser
from tests.sandbox.page.fake_bot import picture
from tests.soak.shop import SoakShop

RESUME_SECONDS = 2.0
FAULT_SHARE = 0.08
"""The share of purchases for whose number the supplier does something odd."""
LOOKED_BACK = 12
"""Old buttons are pressed on so many of the newest messages."""
TOP_UP = r"(?i)isi saldo|top-up"
Act = Callable[[ChatUser], Awaitable[object]]
EXPECTED = (TimeoutError, AssertionError, KeyError, IndexError, RuntimeError)
"""What a person meets when the bot is killed, slow, or shows other buttons than were expected."""


class People:
    """Everybody acts at random while `gate` is set; `busy` counts those who still do something."""

    def __init__(
        self, shop: SoakShop, rng: Random, pause_seconds: float, patience_seconds: float
    ) -> None:
        """People pause between two acts, and wait so long for the bot."""
        self.shop, self.rng = shop, rng
        self.gate = asyncio.Event()
        self.busy = 0
        self.counts: Counter[str] = Counter()
        self._pause_seconds = pause_seconds
        self._traffic = Traffic([], rng.randrange(2**32))
        self._picture = picture()
        self._customers = [
            ChatUser(shop.api, shop.api.state.people[user_id]) for user_id in shop.people
        ]
        self.admin = ChatUser(shop.api, Person(ADMIN.user_id, ADMIN.first_name, "en"))
        for one in (*self._customers, self.admin):
            one.patience_seconds = patience_seconds
        self.reader: SqlStore | None = None
        self._acts: Sequence[tuple[Act, int]] = (
            (self._browse, 18),
            (self._search, 14),
            (self._buy, 26),
            (self._press_anything, 22),
            (self._top_up, 4),
            (self._look_at_orders, 8),
            (self._send_odd_things, 4),
            (self._block, 1),
        )
        self._decisions: Sequence[tuple[Act, int]] = (
            (self._decide_topups, 5),
            (self._settle, 6),
            (self._adjust, 3),
            (self._pause, 1),
            (self._command, 3),
        )

    async def live(self) -> None:
        """Let everybody act until this is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for customer in self._customers:
                tasks.create_task(self._live(customer, self._acts))
            tasks.create_task(self._live(self.admin, self._decisions))
            tasks.create_task(self._keep_open())

    async def _keep_open(self) -> None:
        """Resume sending whenever it has stopped, as an owner does who is told so at once."""
        while True:
            await asyncio.sleep(RESUME_SECONDS)
            await self.gate.wait()
            assert self.reader is not None
            if await self.reader.read(lambda tx: tx.conditions.all()):
                self.shop.api.send_text(ADMIN.user_id, "/resume")

    async def _live(self, person: ChatUser, acts: Sequence[tuple[Act, int]]) -> None:
        weights = [weight for _, weight in acts]
        while True:
            await asyncio.sleep(self.rng.uniform(0, 2 * self._pause_seconds))
            await self.gate.wait()
            act = self.rng.choices([act for act, _ in acts], weights)[0]
            self.busy += 1
            try:
                await act(person)
                self.counts[act.__name__] += 1
            except EXPECTED as error:
                self.counts[f"{act.__name__} met {type(error).__name__}"] += 1
            finally:
                self.busy -= 1

    # --- customers ---

    async def _browse(self, person: ChatUser) -> None:
        screen = await person.say("/order")
        for _ in range(self.rng.randint(1, 4)):
            await self._press_on(person, person.message(screen.message_id))

    async def _search(self, person: ChatUser) -> None:
        kind = self.rng.choice([Kind.WORDS, Kind.WORDS, Kind.NUMBER])
        planned = self._traffic.one(kind, person.user_id)
        await person.say(planned.content["message"]["text"])

    async def _buy(self, person: ChatUser) -> None:
        number = self.shop.next_number(self.rng, FAULT_SHARE)
        if self.rng.random() < 0.5:
            screen = await person.quote(number)
        else:
            await person.say(f"{number} 10", button=r"^10[.,]000")
            await person.tap(r"^10[.,]000")
            screen = await person.sees("(?s)Untuk: |For: ")
        if self.rng.random() < 0.15:
            person.press(PAY, on=screen)
        await person.tap(PAY, on=screen)

    async def _press_anything(self, person: ChatUser) -> None:
        """Press any button of a recent message, however old the screen is."""
        messages = [one for one in person.messages[-LOOKED_BACK:] if one.buttons]
        if messages:
            await self._press_on(person, self.rng.choice(messages))

    async def _press_on(self, person: ChatUser, message: ChatMessage) -> None:
        data = [
            button["callback_data"]
            for row in message.buttons
            for button in row
            if "callback_data" in button
        ]
        if data:
            await person.forge(self.rng.choice(data), message.message_id)

    async def _top_up(self, person: ChatUser) -> None:
        await person.say("/balance")
        await person.tap(TOP_UP)
        await person.tap("50[.,]000")
        self.shop.api.send_photo(person.user_id, self._picture, "image/png")
        if self.rng.random() < 0.2:
            await self._press_anything(person)

    async def _look_at_orders(self, person: ChatUser) -> None:
        await self._press_on(person, await person.say("/orders"))
        with suppress(AssertionError):
            await person.tap(r"🧾", on=person.last)

    async def _send_odd_things(self, person: ChatUser) -> None:
        api, user_id = self.shop.api, person.user_id
        odd_things: list[Callable[[], int]] = [
            lambda: api.send_sticker(user_id, "🙏"),
            lambda: api.send_voice(user_id, 3),
            lambda: api.send_location(user_id, -6.2, 106.8),
            lambda: api.share_contact(user_id, None, "+62 812-0000-1111", "Ibu"),
            lambda: api.send_text(user_id, "🙏" * self.rng.randint(1, 900)),
        ]
        self.rng.choice(odd_things)()
        await asyncio.sleep(0.2)

    async def _block(self, person: ChatUser) -> None:
        await self._buy(person)
        self.shop.api.block(person.user_id)
        await asyncio.sleep(self.rng.uniform(0.2, 2))
        self.shop.api.unblock(person.user_id)

    # --- the admin ---

    async def _command(self, admin: ChatUser) -> None:
        await admin.say(self.rng.choice(["/status", "/recon", "/resume", "/start", "/orders"]))
        if self.rng.random() < 0.2:
            await self._press_anything(admin)

    async def _pause(self, admin: ChatUser) -> None:
        await admin.say("/pause lunch")
        await asyncio.sleep(0.5)
        await admin.say("/resume")

    async def _adjust(self, admin: ChatUser) -> None:
        customer = FIRST_CUSTOMER_ID + self.rng.randrange(len(self._customers))
        verb = self.rng.choice(["credit", "debit"])
        amount = self.rng.randrange(1_000, 90_000)
        question = await admin.say(f"/{verb} {customer} {amount} soak", button="💵")
        source = self.rng.choice("💵🏦🎁")
        await admin.tap(source, on=question)
        await admin.tap("Rp", on=question)

    async def _decide_topups(self, admin: ChatUser) -> None:
        for message in [one for one in admin.messages if "Top-up of Rp" in one.text][-4:]:
            label = "Approve" if self.rng.random() < 0.8 else "Reject|Decline"
            if any(label in button["text"] for row in message.buttons for button in row):
                await admin.tap(label, on=message)

    async def in_states(self, *states: OrderState) -> list[Order]:
        """Return the orders in these states."""
        assert self.reader is not None
        return await self.reader.read(lambda tx: tx.orders.in_states(SUPPLIER_USER, states))

    async def orders(self) -> list[Order]:
        """Return all orders."""
        assert self.reader is not None
        return await self.reader.read(all_orders, SUPPLIER_USER)

    async def _settle(self, admin: ChatUser) -> None:
        """Decide some parked orders, as the panel's own pages have it."""
        parked = await self.in_states(OrderState.PARKED)
        for order in self.rng.sample(parked, min(3, len(parked))):
            await self.settle(admin, order)

    async def settle(self, admin: ChatUser, order: Order) -> None:
        """Decide a parked order by its notice, if that is still in the chat."""
        notices = [
            one
            for one in admin.messages
            if one.buttons and order.number in one.text and "Refund" in str(one.buttons)
        ]
        if not notices:
            return
        bought = [one for one in self.shop.purchases if one.destination == order.destination]
        if bought and order.ref_id is None:
            await admin.tap("Attach", on=notices[-1])
            await admin.say(bought[-1].ref_id)
        elif bought and order.voucher:
            await admin.tap("Count as delivered", on=notices[-1])
            await admin.tap("Yes, it has arrived", on=notices[-1])
        else:
            await admin.tap("Refund", on=notices[-1])
            with suppress(AssertionError):
                await admin.tap("Refund all the same", on=notices[-1])
        self.counts["parked orders settled"] += 1
