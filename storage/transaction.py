"""The repositories of one connection."""

from __future__ import annotations

from storage.admin_acts import SqlAdminActs
from storage.audit import SqlAudit
from storage.catalogue import SqlCatalogue
from storage.conditions import SqlConditions
from storage.confirmations import SqlConfirmations
from storage.connection import Connection
from storage.customer_cards import SqlCustomerCards
from storage.customers import SqlCustomers
from storage.dialogs import SqlDialogs
from storage.erasures import SqlErasures
from storage.facts import SqlFacts
from storage.inbox import SqlInbox
from storage.joining import SqlJoining
from storage.ledger import SqlLedger
from storage.orders import SqlOrders
from storage.outbox import SqlOutbox
from storage.policy import KeptPolicy, SqlPolicies
from storage.prices import SqlPriceBook
from storage.reopening_requests import SqlReopeningRequests
from storage.restock_requests import SqlRestockRequests
from storage.restoration import SqlRestoration
from storage.sales import SqlSalesSums
from storage.saved_numbers import SqlSavedNumbers
from storage.selection import SqlSelections
from storage.staff import SqlStaff
from storage.staff_links import SqlStaffLinks
from storage.supplier_comparison import SqlFindings
from storage.supplier_facts import SqlSupplierFacts
from storage.supplier_rows import SqlSupplierRows
from storage.threads import SqlThreads
from storage.topups import SqlTopUps
from storage.versions import SqlVersions
from storage.withheld_products import SqlWithheldProducts


class SqlTransaction:
    """Implements `Transaction`; one object serves all transactions of a connection in turn."""

    def __init__(
        self, connection: Connection, policy: KeptPolicy | None = None, *, is_reader: bool = False
    ) -> None:
        """The caller begins and ends the transactions of `connection`.

        `policy` is shared by the connections of a store, of which the reading ones fill it.
        """
        self.touched: set[str] = set()
        """The tables that the statements have changed, and the states of the saved orders."""
        self.settle = connection.settle
        """Executes the statements that wait, so that `touched` is complete."""
        touched = self.touched
        self.orders = SqlOrders(connection, touched)
        self.ledger = SqlLedger(connection, touched)
        self.catalogue = SqlCatalogue(connection, touched)
        self.customers = SqlCustomers(connection, touched)
        self.customer_cards = SqlCustomerCards(connection, touched)
        self.topups = SqlTopUps(connection, touched)
        self.saved_numbers = SqlSavedNumbers(connection, touched)
        self.restock_requests = SqlRestockRequests(connection, touched)
        self.reopening_requests = SqlReopeningRequests(connection, touched)
        self.confirmations = SqlConfirmations(connection, touched)
        self.dialogs = SqlDialogs(connection, touched)
        self.outbox = SqlOutbox(connection, touched)
        self.inbox = SqlInbox(connection, touched)
        self.supplier_rows = SqlSupplierRows(connection, touched)
        self.conditions = SqlConditions(connection, touched)
        self.erasures = SqlErasures(connection, touched)
        self.facts = SqlFacts(connection, touched)
        self.supplier_facts = SqlSupplierFacts(connection, touched)
        self.admin_acts = SqlAdminActs(connection, touched)
        self.audit = SqlAudit(connection, touched)
        self.findings = SqlFindings(connection, touched)
        self.restoration = SqlRestoration(connection, touched)
        self.withheld_products = SqlWithheldProducts(connection, touched)
        self.joining = SqlJoining(connection, touched)
        self.versions = SqlVersions(connection, touched)
        self.sales = SqlSalesSums(connection, touched)
        self.policy = SqlPolicies(connection, touched, policy, keeps=is_reader)
        self.prices = SqlPriceBook(connection, touched)
        self.staff = SqlStaff(connection, touched)
        self.staff_links = SqlStaffLinks(connection, touched)
        self.threads = SqlThreads(connection, touched)
        self.selection = SqlSelections(connection, touched)
