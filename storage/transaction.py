"""The repositories of one connection."""

from __future__ import annotations

import sqlite3

from storage.admin_acts import SqlAdminActs
from storage.audit import SqlAudit
from storage.catalogue import SqlCatalogue
from storage.conditions import SqlConditions
from storage.confirmations import SqlConfirmations
from storage.customers import SqlCustomers
from storage.dialogs import SqlDialogs
from storage.facts import SqlFacts
from storage.inbox import SqlInbox
from storage.ledger import SqlLedger
from storage.orders import SqlOrders
from storage.outbox import SqlOutbox
from storage.reopening_requests import SqlReopeningRequests
from storage.restock_requests import SqlRestockRequests
from storage.restoration import SqlRestoration
from storage.saved_numbers import SqlSavedNumbers
from storage.supplier_comparison import SqlFindings
from storage.supplier_facts import SqlSupplierFacts
from storage.supplier_rows import SqlSupplierRows
from storage.topups import SqlTopUps
from storage.withheld_products import SqlWithheldProducts


class SqlTransaction:
    """Implements `Transaction`; one object serves all transactions of a connection in turn."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """The caller begins and ends the transactions of `connection`."""
        self.orders = SqlOrders(connection)
        self.ledger = SqlLedger(connection)
        self.catalogue = SqlCatalogue(connection)
        self.customers = SqlCustomers(connection)
        self.topups = SqlTopUps(connection)
        self.saved_numbers = SqlSavedNumbers(connection)
        self.restock_requests = SqlRestockRequests(connection)
        self.reopening_requests = SqlReopeningRequests(connection)
        self.confirmations = SqlConfirmations(connection)
        self.dialogs = SqlDialogs(connection)
        self.outbox = SqlOutbox(connection)
        self.inbox = SqlInbox(connection)
        self.supplier_rows = SqlSupplierRows(connection)
        self.conditions = SqlConditions(connection)
        self.facts = SqlFacts(connection)
        self.supplier_facts = SqlSupplierFacts(connection)
        self.admin_acts = SqlAdminActs(connection)
        self.audit = SqlAudit(connection)
        self.findings = SqlFindings(connection)
        self.restoration = SqlRestoration(connection)
        self.withheld_products = SqlWithheldProducts(connection)
