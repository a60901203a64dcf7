"""The shop, the people and the books of a month, and what compares them."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bot.domain.catalogue import Listing
from bot.domain.customer import Actor, TelegramId
from bot.domain.ledger import SHOP_ACCOUNTS
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.price_change import PriceChange
from bot.domain.prices import Band, Discount, FixedPrice, Pricing, Target, Tariff
from bot.domain.sales import Period
from bot.domain.selection import SoldTo
from bot.domain.staff import Right
from bot.domain.viewer import LevelId, Viewer
from bot.ports.supplier import ServiceList
from bot.services.daily_summary import figures_of
from bot.services.shop_settings import settings_now
from tests.month.books import Books
from tests.month.pricing import EVERYBODY, Bands, Fixed, Item, Less, PriceBook, Scope, Terms
from tests.services.shop import ADMIN, ANNI, ANNI_CHAT, BUDI, BUDI_CHAT, SENDING_LIMIT, Shop

ZONE = ZoneInfo("Asia/Jakarta")
FIRST_DAY = date(2026, 4, 1)
DAYS = 30
OWNERS_LIMIT = 1_000_000
LEVELS = ("Agen", "Reseller", "Grosir")
ITEMS = (
    Item("S5", "pulsa-reguler", "TELKOMSEL", "Umum", 5_150),
    Item("S10", "pulsa-reguler", "TELKOMSEL", "Umum", 10_200),
    Item("S20", "pulsa-reguler", "TELKOMSEL", "Umum", 20_000),
    Item("S25", "pulsa-reguler", "TELKOMSEL", "Promo", 24_990),
    Item("S100", "pulsa-reguler", "TELKOMSEL", "Promo", 98_750),
    Item("X10", "pulsa-reguler", "XL", "Umum", 10_850),
    Item("X50", "pulsa-reguler", "XL", "Umum", 50_000),
    Item("D3", "paket-internet", "TELKOMSEL", "Harian", 12_345),
    Item("D30", "paket-internet", "TELKOMSEL", "Bulanan", 76_111),
    Item("P20", "token-pln", "PLN", "Token", 20_001),
    Item("P100", "token-pln", "PLN", "Token", 100_001),
)


@dataclass
class Person:
    """Somebody who buys; `level` is EVERYBODY or one of LEVELS."""

    actor: Actor
    level: str = EVERYBODY
    is_blocked: bool = False
    sells: bool = False
    """Whether they may sell over the counter."""

    @property
    def customer_id(self) -> CustomerId:
        return self.actor.customer_id


@dataclass
class State:
    """What the month believes; a backup keeps a copy of it."""

    books: Books
    prices: PriceBook
    people: list[Person] = field(default_factory=list)
    sold_to: dict[str, SoldTo] = field(default_factory=dict)
    """Of the products that not everybody may buy."""
    disrupted: set[str] = field(default_factory=set)


class Month:
    """A shop, and beside it the state that it ought to have."""

    def __init__(self, shop: Shop, seed: int, path: Path) -> None:
        """`path` is that of the shop's database."""
        self.shop = shop
        self.path = path
        self.rng = Random(f"month {seed}")  # noqa: S311 - chance, not a secret
        self.items = [copy.copy(item) for item in ITEMS]
        """What the supplier asks now; a restore of the shop does not change that."""
        self.levels: dict[str, LevelId] = {}
        self.count = 0
        """Of everything that needs a number of its own."""
        self.checks = 0
        self.seen: set[str] = set()
        """What has happened at least once."""
        self.state = State(Books(), PriceBook(Bands(((None, 1_000, 0),), 100)))
        self.cashier = self.operator = ADMIN

    # --- opening ---

    async def open(self) -> None:
        """Open the shop, make the levels, take on a cashier and an operator."""
        shop = self.shop
        shop.supplier.listings = ServiceList(tuple(map(listing, self.items)), 0)
        await shop.open()
        books = self.state.books
        books.wallets.update({ANNI: 100_000, BUDI: 100_000})
        books.bank, books.limits[ADMIN.customer_id] = 200_000, OWNERS_LIMIT
        self.state.people += [Person(Actor(ANNI, ANNI_CHAT)), Person(Actor(BUDI, BUDI_CHAT))]
        self.state.people.append(Person(ADMIN, sells=True))
        for name in LEVELS:
            self.levels[name] = (await shop.prices.levels.add(ADMIN, name)).level_id
        for number in range(6):
            await self.newcomer(5_001 + number)
        self.cashier = await self.hire(6_001, {Right.TOPUPS})
        self.operator = await self.hire(6_002, {Right.CASES, Right.SELL, Right.CUSTOMERS})
        self.state.people.append(Person(self.operator, sells=True))

    async def newcomer(self, telegram_id: int) -> Person:
        """Let somebody come by for the first time."""
        account = TelegramId(telegram_id)
        arrival = await self.shop.customers.register(account, f"User {telegram_id}", "", "id")
        person = Person(arrival.actor)
        self.state.people.append(person)
        return person

    async def hire(self, telegram_id: int, rights: set[Right]) -> Actor:
        """Take somebody on, by a link that they open and the owner accepts."""
        account = TelegramId(telegram_id)
        actor = (await self.shop.customers.register(account, "Staff", "", "id")).actor
        made = await self.shop.staffing.make_link(ADMIN, rights)
        asked = await self.shop.staffing.ask(actor, made.code)
        assert asked.link_id is not None
        await self.shop.staffing.decide(ADMIN, asked.link_id, accepts=True)
        return actor

    # --- helpers ---

    @property
    def today(self) -> date:
        """The day on the shop's calendar."""
        return self.shop.clock.now().astimezone(ZONE).date()

    def set_clock(self, day: date, hour: int) -> None:
        """Set the clock to an hour of a day, if it is not later already."""
        at = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
        self.shop.clock.advance(max(0.0, (at - self.shop.clock.now()).total_seconds()))

    def number(self) -> int:
        """Return a number that was not used before."""
        self.count += 1
        return self.count

    def item(self, code: str) -> Item:
        return next(one for one in self.items if one.code == code)

    def customers(self) -> list[Person]:
        """Return the people who are neither owners nor staff."""
        return [one for one in self.state.people if not one.sells]

    async def fails(self, error: type[Exception], act: Callable[[], Awaitable[object]]) -> None:
        """Assert that an act is refused."""
        try:
            await act()
        except error:
            return
        raise AssertionError(f"not refused with {error.__name__}")

    async def relist(self, item: Item, cost: int) -> None:
        """Let the supplier ask another price, which the shop reads."""
        item.cost = cost
        await self.shop.relist(item.code, cost=Rupiah(cost))

    # --- rules ---

    def target(self, level: str, scope: Scope) -> Target:
        """Return the shop's target of a rule."""
        level_id = self.levels.get(level)
        if scope[0] == "all":
            return Target(level_id)
        if scope[0] == "product":
            return Target(level_id, product_id=self.shop.product(scope[1]))
        catalogue = self.shop.catalogue_cache.catalogue
        assert catalogue is not None
        inside = next(item for item in self.items if scope in item.scopes)
        product = catalogue.product(self.shop.product(inside.code))
        assert product is not None
        path = catalogue.path_of(product.sub_id)
        return Target(level_id, category_id=path[len(scope) - 2].category_id)

    async def put_rule(self, level: str, scope: Scope, terms: Terms | None) -> PriceChange:
        """Preview a rule, compare what becomes dearer and cheaper, and apply it."""
        rules, before = self.shop.prices.rules, dict(self.state.prices.rules)
        target = self.target(level, scope)
        proposed = await rules.propose(ADMIN, target, None if terms is None else pricing(terms))
        old = {item.code: self.state.prices.price(item, level) for item in self.items}
        self.state.prices.rules.pop((level, scope), None)
        if terms is not None:
            self.state.prices.rules[level, scope] = terms
        new = {item.code: self.state.prices.price(item, level) for item in self.items}
        shown = {
            one.product.listing.code: (one.before, one.after)
            for one in proposed.preview.changed
            if one.before != one.after
        }
        changed = {code: (old[code], new[code]) for code in old if old[code] != new[code]}
        assert shown == changed, (level, scope, terms, before)
        return await rules.apply(ADMIN, proposed.token)

    # --- comparing ---

    async def check(self) -> None:
        """Compare the shop with the books, to the rupiah."""
        self.checks += 1
        shop, books = self.shop, self.state.books
        now = shop.clock.now()
        findings = await shop.store.read(lambda tx: tx.audit.findings(now, SENDING_LIMIT))
        assert findings == []
        found = {str(one): await shop.posted(one) for one in SHOP_ACCOUNTS}
        assert found == books.accounts()
        for customer_id in books.wallets:
            wallet = await shop.wallet(customer_id)
            expected = (books.wallets[customer_id], books.held[customer_id])
            assert (wallet.posted, wallet.held) == expected, customer_id
        await self._check_prices()

    async def _check_prices(self) -> None:
        """Compare the price of everything for everybody and at every level."""
        shop = self.shop
        shop.catalogue_cache.policy = await shop.store.read(lambda tx: tx.policy.current())
        for level in (EVERYBODY, *LEVELS):
            viewer = Viewer(self.levels.get(level), is_staff=True)
            for item in self.items:
                if self.state.sold_to.get(item.code) is not SoldTo.NOBODY:
                    offer = shop.browse.offer(shop.product(item.code), viewer)
                    assert offer.price == self.state.prices.price(item, level), (item, level)

    async def check_day(self) -> None:
        """Compare the day's report and summary, after everything else."""
        await self.check()
        shop, day = self.shop, self.state.books.days[self.today]
        earned = (await shop.reports.report(ADMIN, Period.TODAY)).earned
        sales = earned.sales
        assert (sales.count, sales.at_counter) == (day.sold, day.at_counter)
        assert (sales.revenue, earned.cost, earned.bonuses, earned.profit) == (
            day.turnover,
            day.cost,
            day.bonuses,
            day.profit,
        )
        settings = await shop.store.read(settings_now, shop.rules)
        told = await shop.store.read(figures_of, shop.rules, settings, self.today, shop.clock.now())
        assert (told["turnover"], told["margin"]) == (day.turnover, day.turnover - day.cost)
        assert (told["sold"], told["paid_in"]) == (day.sold, day.paid_in)

    async def check_month(self) -> None:
        """Compare the report of the month with the sum of its days."""
        days = [day for at, day in self.state.books.days.items() if at.month == FIRST_DAY.month]
        earned = (await self.shop.reports.report(ADMIN, Period.THIS_MONTH)).earned
        assert (earned.sales.count, earned.sales.revenue, earned.cost, earned.profit) == (
            sum(day.sold for day in days),
            sum(day.turnover for day in days),
            sum(day.cost for day in days),
            sum(day.profit for day in days),
        )


def listing(item: Item) -> Listing:
    """Return an item as the supplier lists it."""
    return Listing(
        code=item.code,
        name=f"{item.brand} {item.code}",
        note="",
        type=item.type,
        main=item.brand,
        sub=item.sub,
        cost=Rupiah(item.cost),
        is_ready=True,
        is_repeatable=True,
        cutoff=None,
    )


def pricing(terms: Terms) -> Pricing:
    """Return terms as the shop has them."""
    if isinstance(terms, Less):
        return Discount(Rupiah(terms.amount))
    if isinstance(terms, Fixed):
        return FixedPrice(Rupiah(terms.price))
    bands = tuple(
        Band(None if end is None else Rupiah(end), Rupiah(flat), Decimal(percent))
        for end, flat, percent in terms.steps
    )
    return Tariff(bands, terms.round_to, Rupiah(terms.least))
