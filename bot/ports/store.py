"""The port to the database: transactions, and the repositories that they hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from bot.domain.order import OrderState
from bot.ports.admin_acts import AdminActs
from bot.ports.audit import Audit
from bot.ports.catalogue import CatalogueStore
from bot.ports.conditions import Conditions
from bot.ports.confirmations import Confirmations
from bot.ports.customer_cards import CustomerCards
from bot.ports.customers import Customers
from bot.ports.dialogs import Dialogs
from bot.ports.erasures import Erasures
from bot.ports.facts import Facts
from bot.ports.inbox import Inbox
from bot.ports.joining import Joining
from bot.ports.ledger import Ledger
from bot.ports.orders import Orders
from bot.ports.outbox import Outbox
from bot.ports.policy import Policies
from bot.ports.prices import PriceBook
from bot.ports.reopening_requests import ReopeningRequests
from bot.ports.restock_requests import RestockRequests
from bot.ports.restoration import Restoration
from bot.ports.sales import SalesSums
from bot.ports.saved_numbers import SavedNumbers
from bot.ports.selection import Selections
from bot.ports.staff import Staff, StaffLinks
from bot.ports.supplier_comparison import Findings
from bot.ports.supplier_facts import SupplierFacts
from bot.ports.supplier_rows import SupplierRows
from bot.ports.threads import Threads
from bot.ports.topups import TopUps
from bot.ports.versions import Versions
from bot.ports.withheld_products import WithheldProducts

P = ParamSpec("P")
T = TypeVar("T")

Topics = frozenset[str]
"""What a transaction touched: the names of the tables, and the states of the orders it saved."""
Listener = Callable[[Topics], None]


def topic_of(state: OrderState) -> str:
    """Return the topic of a transaction that saves an order in this state."""
    return f"orders:{state}"


class Transaction(Protocol):
    """The repositories inside one database transaction.

    All instants are aware and in UTC, all amounts are whole rupiah.
    """

    @property
    def orders(self) -> Orders: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def catalogue(self) -> CatalogueStore: ...
    @property
    def customers(self) -> Customers: ...
    @property
    def customer_cards(self) -> CustomerCards: ...
    @property
    def topups(self) -> TopUps: ...
    @property
    def saved_numbers(self) -> SavedNumbers: ...
    @property
    def restock_requests(self) -> RestockRequests: ...
    @property
    def reopening_requests(self) -> ReopeningRequests: ...
    @property
    def confirmations(self) -> Confirmations: ...
    @property
    def dialogs(self) -> Dialogs: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def inbox(self) -> Inbox: ...
    @property
    def supplier_rows(self) -> SupplierRows: ...
    @property
    def conditions(self) -> Conditions: ...
    @property
    def erasures(self) -> Erasures: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def supplier_facts(self) -> SupplierFacts: ...
    @property
    def admin_acts(self) -> AdminActs: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def findings(self) -> Findings: ...
    @property
    def restoration(self) -> Restoration: ...
    @property
    def withheld_products(self) -> WithheldProducts: ...
    @property
    def joining(self) -> Joining: ...
    @property
    def versions(self) -> Versions: ...
    @property
    def policy(self) -> Policies: ...
    @property
    def prices(self) -> PriceBook: ...
    @property
    def staff(self) -> Staff: ...
    @property
    def staff_links(self) -> StaffLinks: ...
    @property
    def threads(self) -> Threads: ...
    @property
    def selection(self) -> Selections: ...
    @property
    def sales(self) -> SalesSums: ...


class Store(Protocol):
    """The database; a transaction is a plain function that runs on the database's thread.

    A writing function may run twice: functions that wait share a commit, and when their shared
    transaction fails, each runs again alone. So it changes nothing but the database, and what it
    returns does not depend on an earlier run.
    """

    async def write(
        self,
        use_case: Callable[Concatenate[Transaction, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a function in a writing transaction and return its result.

        The transaction is committed and on disk when this returns. An exception of the function
        rolls everything back and is raised here. Raises `StoreUnavailableError` if the database
        cannot be written; nothing was changed then. The function runs to its end even if the
        awaiting task is cancelled.
        """
        ...

    def write_soon(
        self,
        use_case: Callable[Concatenate[Transaction, P], object],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Run a function with the next commit, within a fraction of a second; nobody waits for it.

        Only for what is harmless to lose: after a crash it never happened. While the database
        cannot be written, it is tried again, and later functions may run before it. Raises
        `StoreUnavailableError` if the database is closed.
        """
        ...

    async def read(
        self,
        query: Callable[Concatenate[Transaction, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a function in a read-only transaction and return its result.

        Raises `StoreUnavailableError` if the database cannot be read.
        """
        ...

    def on_commit(self, listener: Listener) -> None:
        """Call `listener` with what each writing function touched, after its commit.

        It is called in the context of whoever wrote, even if that task was cancelled meanwhile. A
        second listener replaces the first.
        """
        ...


class Wiper(Protocol):
    """Leaves nothing in a database file of what was deleted."""

    async def wipe(self, most_bytes: int | None) -> bool:
        """Overwrite what deleted and changed rows have left in the file; nothing is written then.

        SQLite leaves copies of rows behind when it moves them between pages. Returns False, and has
        done nothing or only a part, if the file has more than `most_bytes` (None: any size), or if
        somebody reads it just now. A database on a server cleans up by itself. Raises
        `StoreUnavailableError`, for example if the disk is full.
        """
        ...


class WipeableStore(Store, Wiper, Protocol):
    """A whole database."""
