"""What an erasure does to each table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.domain.customer_card import search_text_of
from bot.domain.destination import comparison_key
from bot.domain.erasure import Erasure, amount_of, pseudonym_of, without_words, words_of
from bot.domain.ledger import wallet_of
from bot.domain.order import CustomerId
from storage.connection import Connection, Row
from storage.customers import SqlCustomers
from storage.repository import Repository
from storage.rows import micros

WATCHED = timedelta(days=2)
"""For how long after its end an order may be looked for at the supplier, at most."""

NOT_PERSONAL: Final = ""
"""The column says nothing about a person."""
PSEUDONYM: Final = ""
"""The column names a person by an id that only the shop knows."""

COLUMNS: Final[Mapping[str, str]] = {
    # The words by which texts may name the person are read first; then the orders are masked.
    "orders.destination": "mask_orders",
    "orders.target": "mask_orders",
    "orders.zone": "mask_orders",
    "orders.voucher": "mask_orders",
    "orders.note": "mask_orders",
    "orders.refusal_message": "mask_orders",
    "supplier_rows.destination": "mask_rows",
    "supplier_rows.voucher": "mask_rows",
    "supplier_rows.note": "mask_rows",
    "recon_findings.detail": "mask_findings",
    "conditions.detail": "mask_conditions",
    "admin_acts.detail": "mask_acts",
    "confirmations.payload": "mask_confirmations",
    "inbox.payload": "close_updates",
    "outbox.chat_id": "delete_notices_to",
    "outbox.data": "mask_notices",
    "topups.proof": "empty_topups",
    "topups.reason": "empty_topups",
    "topup_messages.chat_id": "delete_topup_messages",
    "thread_deliveries.chat_id": "delete_thread_deliveries",
    "thread_messages.body": "delete_thread_messages",
    "thread_messages.file_id": "delete_thread_messages",
    "transfers.note": "empty_transfer_notes",
    "invitation_uses.code": "delete_invitation_use",
    "invitation_uses.customer_id": "delete_invitation_use",
    "join_requests.customer_id": "delete_join_request",
    "join_requests.destination": "delete_join_request",
    "dialogs.customer_id": "delete_dialog",
    "dialogs.conversation": "delete_dialog",
    "dialogs.data": "delete_dialog",
    "facts.name": "delete_facts",
    "facts.value": "delete_facts",
    "reopening_requests.customer_id": "delete_reopening_requests",
    "restock_requests.customer_id": "delete_restock_requests",
    "saved_numbers.customer_id": "delete_numbers",
    "saved_numbers.destination": "delete_numbers",
    "saved_numbers.kind": "delete_numbers",
    "saved_numbers.main": "delete_numbers",
    "saved_numbers.name": "delete_numbers",
    "saved_numbers.zone": "delete_numbers",
    "customers.chosen_language": "name_person",
    "customers.name": "name_person",
    "customers.block_reason": "name_person",
    "customers.note": "name_person",
    "customers.search_text": "name_person",
    # Nobody asks to work here any more; an older backup may still have an employee.
    "staff_links.code": "delete_staff_links",
    "staff.customer_id": "delete_staff",
    "staff.rights": "delete_staff",
    "account_links.customer_id": "delete_account_links",
    "account_links.token": "delete_account_links",
    "bought_numbers.customer_id": "delete_bought_numbers",
    "bought_numbers.destination": "delete_bought_numbers",
    "bought_numbers.ending": "delete_bought_numbers",
    "telegram_accounts.customer_id": "delete_account",
    "telegram_accounts.first_name": "delete_account",
    "telegram_accounts.telegram_id": "delete_account",
    "telegram_accounts.telegram_language": "delete_account",
    "telegram_accounts.username": "delete_account",
    # What stays, under the pseudonym.
    "accounts.account_id": PSEUDONYM,
    "admin_acts.action": NOT_PERSONAL,
    "admin_acts.subject": PSEUDONYM,
    "price_changes.after": NOT_PERSONAL,
    "price_changes.before": NOT_PERSONAL,
    "price_rules.pricing": NOT_PERSONAL,
    "short_codes.code": NOT_PERSONAL,
    "confirmations.kind": NOT_PERSONAL,
    "confirmations.outcome": NOT_PERSONAL,
    "confirmations.token": NOT_PERSONAL,
    "customer_days.customer_id": PSEUDONYM,
    "customers.customer_id": PSEUDONYM,
    "erasing.customer_id": PSEUDONYM,
    "erasures.customer_id": PSEUDONYM,
    "orders.account": NOT_PERSONAL,
    "orders.cancel_reason": NOT_PERSONAL,
    "orders.category_type": NOT_PERSONAL,
    "orders.customer_id": PSEUDONYM,
    "orders.main": NOT_PERSONAL,
    "orders.park_reason": NOT_PERSONAL,
    "orders.product_name": NOT_PERSONAL,
    "orders.ref_id": NOT_PERSONAL,
    "orders.refusal": NOT_PERSONAL,
    "orders.service_code": NOT_PERSONAL,
    "orders.state": NOT_PERSONAL,
    "orders.status_word": NOT_PERSONAL,
    "orders.suspect_ref_id": NOT_PERSONAL,
    "orders.wait_reason": NOT_PERSONAL,
    "thread_messages.file_kind": NOT_PERSONAL,
    "thread_messages.request_key": NOT_PERSONAL,
    "threads.about": NOT_PERSONAL,
    "threads.customer_id": PSEUDONYM,
    "topups.customer_id": PSEUDONYM,
    "topups.request_key": NOT_PERSONAL,
    "topups.state": NOT_PERSONAL,
    "transfers.credit_account": PSEUDONYM,
    "transfers.debit_account": PSEUDONYM,
    "transfers.idempotency_key": NOT_PERSONAL,
    "transfers.phase": NOT_PERSONAL,
    "transfers.purpose": NOT_PERSONAL,
    # What is about the shop and its products.
    "customer_levels.name": NOT_PERSONAL,
    "customers.membership": NOT_PERSONAL,
    "invitations.code": NOT_PERSONAL,
    "shop_settings.name": NOT_PERSONAL,
    "shop_settings.value": NOT_PERSONAL,
    "staff_links.rights": NOT_PERSONAL,
    "brand_hours.category_type": NOT_PERSONAL,
    "brand_hours.main": NOT_PERSONAL,
    "brand_sales.category_type": NOT_PERSONAL,
    "brand_sales.main": NOT_PERSONAL,
    "categories.name": NOT_PERSONAL,
    "category_choices.name": NOT_PERSONAL,
    "category_choices.note": NOT_PERSONAL,
    "category_choices.sold_to": NOT_PERSONAL,
    "conditions.name": NOT_PERSONAL,
    "confirmation_kinds.kind": NOT_PERSONAL,
    "finding_kinds.kind": NOT_PERSONAL,
    "id_counters.name": NOT_PERSONAL,
    "inbox.error": NOT_PERSONAL,
    "order_counts.state": NOT_PERSONAL,
    "outbox.dedupe_key": NOT_PERSONAL,
    "outbox.kind": NOT_PERSONAL,
    "outbox.state": NOT_PERSONAL,
    # A trigger keeps it equal to the notices that wait.
    "outbox_chats.chat_id": NOT_PERSONAL,
    "product_choices.note": NOT_PERSONAL,
    "product_choices.sold_to": NOT_PERSONAL,
    "products.code": NOT_PERSONAL,
    "products.name": NOT_PERSONAL,
    "products.note": NOT_PERSONAL,
    "recon_findings.account": NOT_PERSONAL,
    "recon_findings.kind": NOT_PERSONAL,
    "recon_findings.ref_id": NOT_PERSONAL,
    "schema_migrations.name": NOT_PERSONAL,
    "supplier_facts.account": NOT_PERSONAL,
    "supplier_facts.name": NOT_PERSONAL,
    "supplier_facts.value": NOT_PERSONAL,
    "supplier_rows.account": NOT_PERSONAL,
    "supplier_rows.ref_id": NOT_PERSONAL,
    "supplier_rows.service_code": NOT_PERSONAL,
    "supplier_rows.status_word": NOT_PERSONAL,
    "transfer_purposes.purpose": NOT_PERSONAL,
    "versions.subject": NOT_PERSONAL,
}
"""Each column that may hold something about a person, and the step that erases it.

These are all columns of text, and those named `customer_id`, `telegram_id` or `chat_id`; a test
reads them from the schema. The steps run in this order. A step is a method of `_Erasing`, or else a
statement of `erasing.sql` that takes the `customer_id`.
"""

STEPS: Final = tuple(dict.fromkeys(step for step in COLUMNS.values() if step))


def erase(connection: Connection, touched: set[str], erasure: Erasure, at: datetime) -> None:
    """Erase everything that says who a person is, as `Erasures.erase` says."""
    erasing = _Erasing(connection, touched)
    erasing.begin(erasure, at)
    for step in STEPS:
        erasing.run(step)
    erasing.end()


class _Erasing(Repository):
    """One erasure: its steps."""

    queries = "erasing"

    def begin(self, erasure: Erasure, at: datetime) -> None:
        """Let change what never changes, and read the words by which texts name the person."""
        self._erasure = erasure
        customers = SqlCustomers(self._connection, self._touched)
        self._telegram_id = customers.telegram_id_of(self._id)
        self._at, self._watched_since = micros(at), micros(at - WATCHED)
        own = {row["own_text"] for row in self._sql.own_texts(customer_id=self._id)}
        self._targets = {comparison_key(text) for text in own}
        self._words = words_of(own)
        self._sql.begin_erasing(customer_id=self._id)

    def run(self, step: str) -> None:
        """Run one step."""
        own = getattr(self, step, None)
        if own is None:
            getattr(self._sql, step)(customer_id=self._id)
        else:
            own()

    def end(self) -> None:
        """Let nothing change any more."""
        self._sql.end_erasing()

    @property
    def _id(self) -> CustomerId:
        return self._erasure.customer_id

    def name_person(self) -> None:
        pseudonym = pseudonym_of(self._erasure.number)
        words = search_text_of(pseudonym, "", self._id)
        self._sql.name_person(customer_id=self._id, pseudonym=pseudonym, search_text=words)

    def mask_orders(self) -> None:
        self._sql.mask_orders(customer_id=self._id, watched_since=self._watched_since)

    def mask_rows(self) -> None:
        """Mask the rows of the orders; empty those that no order has claimed, if none may need it.

        Somebody else's open order for the same number may still be looked for in them.
        """
        self._sql.mask_rows(customer_id=self._id, at=self._at)
        needed = {comparison_key(row["target"]) for row in self._sql.open_targets()}
        for row in list(self._sql.unclaimed_rows()):
            target = comparison_key(row["destination"])
            if target in self._targets and target not in needed:
                self._sql.empty_row(account=row["account"], ref_id=row["ref_id"], at=self._at)

    def mask_findings(self) -> None:
        for row in list(self._sql.findings()):
            place = {name: row[name] for name in ("account", "kind", "ref_id")}
            self._rewrite(row, "detail", self._sql.set_finding_detail, **place)

    def mask_conditions(self) -> None:
        for row in list(self._sql.conditions()):
            self._rewrite(row, "detail", self._sql.set_condition_detail, name=row["name"])

    def mask_acts(self) -> None:
        """Leave of the acts about the person the amounts, and of others no word of theirs."""
        subject = f"user:{self._id}"
        found = self._sql.acts_about(customer_id=self._id, subject=subject)
        about = {row["act_id"] for row in found}
        for row in list(self._sql.acts()):
            act_id = row["act_id"]
            if act_id not in about:
                self._rewrite(row, "detail", self._sql.set_act_detail, act_id=act_id)
            elif (amount := amount_of(row["action"], row["detail"])) != row["detail"]:
                self._sql.set_act_detail(act_id=act_id, detail=amount)

    def mask_confirmations(self) -> None:
        """Delete the person's own, and staff's open ones about them; used ones keep numbers."""
        self._sql.delete_own_confirmations(customer_id=self._id)
        topups = {row["topup_id"] for row in self._sql.topups_of(customer_id=self._id)}
        for row in list(self._sql.confirmations_of_staff()):
            payload = json.loads(row["payload"])
            is_about = payload.get("customer_id") == self._id or payload.get("topup_id") in topups
            if not is_about:
                rewrite = self._sql.set_confirmation_payload
                self._rewrite(row, "payload", rewrite, token=row["token"])
            elif row["used_at"] is None:
                self._sql.delete_confirmation(token=row["token"])
            else:
                kept = {key: value for key, value in payload.items() if isinstance(value, int)}
                text = json.dumps(kept, separators=(",", ":"))
                self._sql.set_confirmation_payload(token=row["token"], payload=text)

    def close_updates(self) -> None:
        """Empty the person's updates; the one that asks for the erasure is not repeated either."""
        for row in list(self._sql.waiting_updates()):
            if _sender_of(row["payload"]) == self._telegram_id is not None:
                self._sql.close_update(update_id=row["update_id"], at=self._at)

    def delete_facts(self) -> None:
        self._sql.delete_facts(suffix=f"%:{self._id}")

    def delete_notices_to(self) -> None:
        if self._telegram_id is not None:
            self._sql.delete_notices_to(telegram_id=self._telegram_id)

    def mask_notices(self) -> None:
        self._sql.delete_notices_about(customer_id=self._id)
        for row in list(self._sql.alerts()):
            self._rewrite(row, "data", self._sql.set_notice_data, notice_id=row["notice_id"])

    def delete_thread_messages(self) -> None:
        self._sql.delete_thread_messages(customer_id=self._id)
        self._sql.close_threads(customer_id=self._id, at=self._at)

    def empty_transfer_notes(self) -> None:
        self._sql.empty_transfer_notes(wallet=wallet_of(self._id))

    def _rewrite(self, row: Row, column: str, write: Callable[..., Any], **key: object) -> None:
        text = without_words(row[column], self._words)
        if text != row[column]:
            write(**key, **{column: text})


def _sender_of(payload: str) -> int | None:
    """Return the id of the account that an update is from; None if it cannot be told."""
    try:
        update = json.loads(payload)
        content = next(one for one in update.values() if isinstance(one, dict) and "from" in one)
        return int(content["from"]["id"])
    except (ValueError, AttributeError, StopIteration, KeyError, TypeError):
        return None
