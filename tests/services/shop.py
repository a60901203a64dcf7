"""A complete shop for the tests: the real store, every service, and helpers for common steps."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.domain.catalogue import ProductId
from bot.domain.customer import FIRST_CUSTOMER_ID, Actor, Customer, TelegramId
from bot.domain.cutoff import parse_cutoff
from bot.domain.errors import RefundUncertainError, RefusalClass, SupplierRefusedError
from bot.domain.ledger import Account, AccountId, wallet_of
from bot.domain.money import Rupiah
from bot.domain.money_source import MoneySource
from bot.domain.notice import NoticeKind
from bot.domain.order import CustomerId, Order, OrderId, OrderState, ParkReason
from bot.domain.shop_rules import ShopRules
from bot.domain.shop_settings import ShopSettings
from bot.domain.supplier_row import SupplierRow
from bot.ports.notifier import Delivery
from bot.ports.store import Store
from bot.ports.supplier import ServiceList, Supplier
from bot.services.act_log import ActLog
from bot.services.admin.operations import Admin
from bot.services.admin.profit import Reports
from bot.services.case_pictures import CasePictures
from bot.services.catalogue.browse import Browse, CatalogueCache
from bot.services.catalogue.products_for_number import NumberProducts
from bot.services.catalogue.refresh import RefreshCatalogue
from bot.services.catalogue.restock import Restock
from bot.services.catalogue.search import Search
from bot.services.catalogue.selection import ProductSelection
from bot.services.catalogue.watch_brands import WatchBrands
from bot.services.catalogue.withhold import Withholding
from bot.services.customers import CustomerRecords
from bot.services.daily_summary import DailySummary
from bot.services.dialogs import CustomerDialogs
from bot.services.erasures import Erasures
from bot.services.first_start import FirstStart
from bot.services.help_requests import HelpRequests
from bot.services.joining import Joining
from bot.services.money.credit_limits import apply_credit_limits
from bot.services.money.supplier_deposit import SupplierDeposit
from bot.services.money.topups.topups import CustomerTopUps
from bot.services.money.wallet import Wallets
from bot.services.notice_contents import contents_of
from bot.services.notices.deliver import Deliver
from bot.services.orders.codes import Codes
from bot.services.orders.history import History
from bot.services.orders.place import Buy
from bot.services.orders.queue import Wait
from bot.services.orders.reconcile import Reconcile
from bot.services.orders.send import Send
from bot.services.orders.supplier_clock import SKEW, SKEW_MARGIN
from bot.services.orders.supplier_comparison import SupplierComparison
from bot.services.people.people import People
from bot.services.personal_data import PersonalDataFiles
from bot.services.prices.shop_prices import shop_prices
from bot.services.reopening import Reopening
from bot.services.saved_numbers import CustomerNumbers
from bot.services.shop_settings import ChangeSettings
from bot.services.staffing import Staffing
from bot.services.supplier_health import SupplierHealth
from bot.services.supplier_money import WatchSupplierMoney
from bot.services.threads import Threads
from tests.databases import StoreForTests
from tests.postgres.shared import Contents
from tests.samples import (
    ADMIN,
    ADMIN_CHAT,
    ANNI,
    ANNI_CHAT,
    BUDI,
    BUDI_CHAT,
    LISTING,
    NOON,
    NUMBER,
    ROW,
    default_rules,
    profile,
)
from tests.services.fakes import (
    CountingIds,
    FakeErasureList,
    FakeNotifier,
    FakeSupplier,
    FakeWiper,
    SettableClock,
)

__all__ = [
    "ADMIN",
    "ADMIN_CHAT",
    "ANNI",
    "ANNI_CHAT",
    "BUDI",
    "BUDI_CHAT",
    "CHATS",
    "LISTINGS",
    "NOON",
    "NUMBER",
    "PRICE",
    "SECOND_ADMIN",
    "SECOND_ADMIN_CHAT",
    "SENDING_LIMIT",
    "Shop",
    "profile",
    "shop_rules",
]

SECOND_ADMIN = Actor(CustomerId(FIRST_CUSTOMER_ID + 3), TelegramId(9002))
SECOND_ADMIN_CHAT = SECOND_ADMIN.telegram_id
SHOP_NAME, CONTACT = "Konter <Maju>", "@konter_help"
SENDING_LIMIT = timedelta(seconds=90)

LISTINGS = (
    LISTING,
    replace(LISTING, code="SM20", name="Telkomsel 20.000", cost=Rupiah(20_100)),
    replace(LISTING, code="ONCE", name="Telkomsel once a day", is_repeatable=False),
    replace(LISTING, code="NIGHT", name="Night", cutoff=parse_cutoff("23:30", "0:30")),
    replace(LISTING, code="GONE", name="Sold out", is_ready=False),
    replace(LISTING, code="XL10", name="XL 10.000", main="XL", sub="Reguler"),
    replace(LISTING, code="PLN20", name="PLN 20.000", type="token-pln", main="PLN", sub="Token"),
    replace(LISTING, code="ML86", name="86 Diamonds", type="voucher-game", main="MOBILE LEGENDS"),
)
PRICE = 11_200
"""Of SM10: the cost of 10,200 and the markup of 1,000."""


def shop_rules(**changes: Any) -> ShopRules:
    """Return the rules of the default settings, with two owners.

    With `topup_expires` there is an account to pay top-ups to.
    """
    first = ShopSettings(shop_name=SHOP_NAME, shop_contact=CONTACT)
    expires = changes.pop("topup_expires", None)
    if expires is not None:
        minutes = int(expires.total_seconds() // 60)
        first = replace(first, topup_instructions="BCA 1", topup_expires_minutes=minutes)
    owners = frozenset({ADMIN_CHAT, SECOND_ADMIN_CHAT})
    return replace(default_rules(), **{"owner_ids": owners, "first_settings": first, **changes})


CHATS = {
    ANNI: ANNI_CHAT,
    BUDI: BUDI_CHAT,
    ADMIN.customer_id: ADMIN_CHAT,
    SECOND_ADMIN.customer_id: SECOND_ADMIN_CHAT,
}
"""The accounts of the persons in every opened shop, in the order of their first updates."""


@dataclass(frozen=True)
class _OpenedShop:
    """What a shop is when it has just been opened."""

    made_of: tuple[object, ...]
    database: sqlite3.Connection | Contents
    tokens: int
    """How many were used."""


_OPENED: list[_OpenedShop] = []
"""Of this process."""


class Shop:
    """The services on one store. `restart` builds them again, as a new process would."""

    def __init__(self, store: Store, rules: ShopRules | None = None) -> None:
        self.store = store
        self.rules = rules or shop_rules()
        self.clock = SettableClock(NOON)
        self.ids = CountingIds()
        self.supplier = FakeSupplier(listings=ServiceList(LISTINGS, 0))
        self.panel: Supplier = self.supplier
        """The supplier that the services use; a test may replace it before `build`."""
        self.notifier = FakeNotifier()
        self.opened_at = self.clock.now()
        self.listed = FakeErasureList()
        self.wiper = FakeWiper()
        self.catalogue_cache = CatalogueCache()
        self.health = SupplierHealth()
        """The supplier's health, as measured from its answers."""
        self.build()

    def build(self) -> None:
        """Build the services again; their state in memory is lost."""
        store, supplier, rules, clock = self.store, self.panel, self.rules, self.clock
        self.refresh = RefreshCatalogue(store, supplier, self.catalogue_cache, rules, clock)
        self.browse = Browse(self.catalogue_cache, rules, clock)
        self.products_for_number = NumberProducts(self.catalogue_cache, rules, clock)
        self.search = Search(self.catalogue_cache, rules, clock)
        self.buy = Buy(store, self.catalogue_cache, rules, clock, self.ids)
        self.dialogs = CustomerDialogs(store, clock)
        self.help_requests = HelpRequests(store, rules, clock)
        self.threads = Threads(store, rules, clock, self.ids)
        self.case_pictures = CasePictures(store, rules, clock, self.ids)
        self.send = Send(store, supplier, self.catalogue_cache, rules, clock)
        self.reconcile = Reconcile(
            store, supplier, rules, clock, lambda: 0.0, seconds=clock.seconds
        )
        self.recon = SupplierComparison(store, supplier, rules, clock)
        self.reports = Reports(store, rules, clock)
        self.money_watch = WatchSupplierMoney(store, supplier, rules, clock)
        self.daily_summary = DailySummary(store, rules, clock)
        self.withholding = Withholding(store, self.catalogue_cache, rules, clock)
        self.selection = ProductSelection(store, self.catalogue_cache, rules, clock)
        self.watch_brands = WatchBrands(store, self.catalogue_cache, rules, clock)
        self.customers = CustomerRecords(store, self.catalogue_cache, rules, clock)
        self.supplier_deposit = SupplierDeposit(store, rules, clock, self.ids)
        self.first_start = FirstStart(store, rules, clock)
        self.people = People(store, rules, clock, self.ids)
        self.change_settings = ChangeSettings(store, rules, clock, self.ids)
        self.wallets = Wallets(store, rules, clock, self.ids)
        self.topups = CustomerTopUps(store, rules, clock, self.ids)
        self.admin = Admin(store, supplier, self.catalogue_cache, rules, clock)
        self.deliver = Deliver(store, self.notifier, partial(contents_of, rules), rules, clock)
        self.history = History(store, rules)
        self.saved_numbers = CustomerNumbers(store, rules, clock)
        self.reopening = Reopening(store, rules, clock, self.health)
        self.staffing = Staffing(store, rules, clock, self.ids)
        self.act_log = ActLog(store, rules)
        self.codes = Codes(store, rules, clock)
        self.erasures = Erasures(store, rules, clock, self.ids, self.listed, self.wiper)
        self.personal_data = PersonalDataFiles(store, rules, clock)
        self.joining = Joining(store, rules, clock, self.ids)
        self.restock = Restock(store, self.catalogue_cache, rules, clock)
        self.prices = shop_prices(store, self.catalogue_cache, self.search, rules, clock, self.ids)

    async def restart(self) -> None:
        """Start again on the same database, with no state in memory and no call in progress."""
        self.catalogue_cache = CatalogueCache()
        self.build()
        await self.store.write(apply_credit_limits, self.rules)
        await self.refresh.load()
        await self.reconcile.recover()

    async def other_process(self) -> Shop:
        """Return another process of this shop, which has read the list that is on sale now."""
        other = Shop(self.store, self.rules)
        other.clock, other.ids = self.clock, self.ids
        other.supplier.listings = self.supplier.listings
        other.build()
        await other.refresh.load()
        return other

    async def open(self) -> None:
        """Fetch the catalogue, create customers and admins, credit each customer 100,000 rupiah.

        The first such shop of a process does so, and the others copy its database.
        """
        if not isinstance(self.store, StoreForTests):
            await self._open()
            return
        made_of = (
            self.rules,
            self.clock.now(),
            type(self.panel),
            self.supplier.listings,
            self.store.is_on_server,
        )
        opened = next((one for one in _OPENED if one.made_of == made_of), None)
        if opened is not None:
            await self.store.load(opened.database)
            await self.refresh.load()
            self.ids.count = opened.tokens
            self.supplier.reads.append("services")
            self.customers._compared.update(itertools.starmap(Actor, CHATS.items()))
            return
        await self._open()
        _OPENED.append(_OpenedShop(made_of, await self.store.dump(), self.ids.count))

    async def _open(self) -> None:
        await self.refresh.refresh()
        for customer_id, chat_id in CHATS.items():
            arrival = await self.customers.register(chat_id, f"User {chat_id}", "", "id")
            assert arrival.customer.customer_id == customer_id
        await self.credit(ANNI, 100_000)
        await self.credit(BUDI, 100_000)
        await self.delivered_kinds()
        self.notifier.delivered.clear()

    async def credit(self, customer_id: CustomerId, amount: int) -> None:
        """Credit a wallet, or debit it when the amount is negative."""
        proposed = await self.wallets.propose_adjustment(
            ADMIN, customer_id, amount, "test", MoneySource.TRANSFER
        )
        await self.wallets.adjust(ADMIN, proposed.token, MoneySource.TRANSFER)

    async def relist(self, code: str, /, **changes: Any) -> None:
        """Change a listing of the supplier and refresh the catalogue."""
        listings = [
            replace(listing, **changes) if listing.code == code else listing
            for listing in self.supplier.listings.listings
        ]
        self.supplier.listings = ServiceList(tuple(listings), 0)
        await self.refresh.refresh()

    # --- steps of an order ---

    def product(self, code: str) -> ProductId:
        """Return a product's id."""
        assert self.catalogue_cache.catalogue is not None
        product = self.catalogue_cache.catalogue.by_code(code)
        assert product is not None
        return product.product_id

    async def token(
        self, customer_id: CustomerId = ANNI, code: str = "SM10", number: str = NUMBER
    ) -> str:
        """Request a quote and return its confirm token."""
        quote = await self.buy.quote(customer_id, self.product(code), number)
        return quote.token

    async def queue(
        self, customer_id: CustomerId = ANNI, code: str = "SM10", number: str = NUMBER
    ) -> Order:
        """Quote and confirm an order."""
        token = await self.token(customer_id, code, number)
        return await self.buy.confirm(customer_id, token, 55)

    async def start(self) -> Order:
        """Advance the clock by the order gap and start the next order: it is `sending` then."""
        self.clock.advance(self.supplier.order_gap_seconds)
        started = await self.send.start()
        assert not isinstance(started, Wait), started
        (order,) = started
        return order

    async def wait(self) -> Wait:
        """Try to start an order, assert that none may be sent, and return the reason."""
        started = await self.send.start()
        assert isinstance(started, Wait), started
        return started

    async def send_next(self, answer: SupplierRow | Exception) -> Order:
        """Send the next order with this answer, and return the order afterwards."""
        self.supplier.will(answer)
        started = await self.start()
        await self.send.carry_out(started)
        return await self.get(started.order_id)

    async def accepted(self, number: str = NUMBER, ref_id: str = "r1", code: str = "SM10") -> Order:
        """Queue and send an order that the supplier accepts, and list its row."""
        order = await self.queue(code=code, number=number)
        self.supplier.shows(self.row(order, ref_id))
        return await self.send_next(self.reply(order, ref_id))

    async def ambiguous(
        self, number: str = NUMBER, customer_id: CustomerId = ANNI, code: str = "SM10"
    ) -> Order:
        """Queue and send an order whose answer is lost."""
        await self.queue(customer_id, code, number)
        self.supplier.will_lose_the_answer()
        started = await self.start()
        await self.send.carry_out(started)
        return await self.get(started.order_id)

    async def refused(self, number: str = NUMBER) -> Order:
        """Queue and send an order that is refused in unknown words: it is ambiguous then."""
        await self.queue(number=number)
        words = "Something went wrong"
        return await self.send_next(SupplierRefusedError(RefusalClass.OTHER, words))

    async def parked(self, reason: ParkReason = ParkReason.UNKNOWN) -> Order:
        """Make an ambiguous order and reconcile until it is parked for this reason."""
        order = await self.ambiguous()
        assert reason in (ParkReason.UNKNOWN, ParkReason.PROBABLY_NOT_PLACED)
        self.supplier.skipped = 1 if reason is ParkReason.UNKNOWN else 0
        await self.look_for(600)
        self.supplier.skipped = 0
        order = await self.get(order.order_id)
        assert (order.state, order.park_reason) == (OrderState.PARKED, reason)
        return order

    async def insist_on_refund(self, admin: Actor, order_id: OrderId) -> Order:
        """Refund an order; on `RefundUncertainError` confirm the refund."""
        try:
            return await self.admin.refund(admin, order_id)
        except RefundUncertainError as error:
            return await self.admin.refund(admin, order_id, doubt=error.doubt)

    async def look_for(self, seconds: float) -> list[float]:
        """Reconcile whenever it is due, for so many seconds.

        Returns the offsets in seconds at which the supplier was read.
        """
        return await self._repeat(self.reconcile.look_up, seconds)

    async def poll_for(self, seconds: float) -> list[float]:
        """Poll whenever it is due, for so many seconds; return the offsets of the reads."""
        return await self._repeat(self.reconcile.poll, seconds)

    async def _repeat(
        self, step: Callable[[], Awaitable[float | None]], seconds: float
    ) -> list[float]:
        began, ends, reads = self.clock.now(), self.clock.now() + timedelta(seconds=seconds), []
        while True:
            count = len(self.supplier.reads)
            pause = await step()
            if len(self.supplier.reads) > count:
                reads.append((self.clock.now() - began).total_seconds())
            if pause is None or self.clock.now() + timedelta(seconds=pause) > ends:
                self.clock.at = ends
                return reads
            self.clock.advance(pause)

    async def know_skew(self, seconds: float = 0) -> None:
        """Store a learned clock skew of the supplier, with a margin of 6 seconds."""
        account, skew = self.rules.account, str(int(seconds))
        await self.store.write(lambda tx: tx.supplier_facts.put(account, SKEW, skew))
        await self.store.write(lambda tx: tx.supplier_facts.put(account, SKEW_MARGIN, "6"))

    def reply(self, order: Order, ref_id: str = "r1", **changes: Any) -> SupplierRow:
        """Return the supplier's success reply for an order, with the given changes."""
        reply = SupplierRow(
            ref_id=ref_id,
            service_code=order.service_code,
            destination=order.destination,
            cost=order.cost,
            status_word="waiting",
            voucher="",
            note="",
        )
        return replace(reply, **changes)

    def row(self, order: Order, ref_id: str = "r1", **changes: Any) -> SupplierRow:
        """Return the supplier's row of an order, created a second after its send."""
        created_at = (order.sent_at or self.clock.now()) + timedelta(seconds=1)
        row = replace(
            ROW,
            ref_id=ref_id,
            service_code=order.service_code,
            destination=order.destination,
            cost=order.cost,
            created_at=created_at,
        )
        return replace(row, **changes)

    # --- reading results ---

    async def get(self, order_id: OrderId) -> Order:
        """Return an order as stored."""
        order = await self.store.read(lambda tx: tx.orders.get(order_id))
        assert order is not None
        return order

    async def person(self, customer_id: CustomerId) -> Customer | None:
        """Return a person as stored; None for an unknown id."""
        return await self.store.read(lambda tx: tx.customers.get(customer_id))

    async def outcome_of(self, order: Order) -> tuple[OrderState, ParkReason | None]:
        """Return the state and the park reason of an order as stored."""
        stored = await self.get(order.order_id)
        return stored.state, stored.park_reason

    async def posted(self, account_id: AccountId) -> int:
        """Return the balance in rupiah of one of the shop's own accounts."""
        return (await self.account(account_id)).posted

    async def wallet(self, customer_id: CustomerId = ANNI) -> Account:
        """Return a customer's wallet."""
        return await self.account(wallet_of(customer_id))

    async def account(self, account_id: AccountId) -> Account:
        """Return an account of the ledger."""
        return await self.store.read(lambda tx: tx.ledger.account(account_id))

    async def delivered_kinds(self, chat_id: TelegramId | None = None) -> list[NoticeKind]:
        """Deliver pending notices; return the kinds delivered to this chat, or to all chats."""
        return [delivery.notice.kind for delivery in await self.deliveries(chat_id)]

    async def alerts(self) -> list[str]:
        """Deliver pending notices; return the conditions alerted to the first admin."""
        alerts = await self.deliveries(ADMIN_CHAT, NoticeKind.ALERT)
        return [str(delivery.notice.data["condition"]) for delivery in alerts]

    async def deliveries(
        self, chat_id: TelegramId | None = None, kind: NoticeKind | None = None
    ) -> list[Delivery]:
        """Deliver pending notices; return those of this chat and kind, or of all."""
        self.notifier.delivered.clear()
        await self.deliver.deliver()
        return [
            delivery
            for delivery in self.notifier.delivered
            if chat_id in (None, delivery.notice.chat_id) and kind in (None, delivery.notice.kind)
        ]
