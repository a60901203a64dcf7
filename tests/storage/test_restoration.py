"""Preparing a restored database: no id is used again, and no unfinished work goes on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.confirmation import Confirmation, ConfirmationKind
from bot.domain.customer import FIRST_CUSTOMER_ID
from bot.domain.dialog import Dialog
from bot.domain.money import Rupiah
from bot.domain.notice import Notice, NoticeKind, NoticeState
from bot.domain.order import IDS_PER_EPOCH
from bot.domain.topup import TopUp, TopUpId, TopUpState
from bot.ports.store import Transaction
from storage.connection import Connection
from storage.restoration import COUNTED
from tests.catalogue_lists import put_list
from tests.samples import ACCOUNT, ANNI_CHAT
from tests.storage.samples import (
    ANNI,
    ANNIS_WALLET,
    NOW,
    SECOND,
    SM10,
    buy,
    credit,
    empty_shop,
    row,
)


def notice(key: str, **changes: Any) -> Notice:
    return replace(Notice(ANNI_CHAT, NoticeKind.OUTCOME, key, NOW), **changes)


def test_every_table_with_a_counter_is_listed(connection: Connection) -> None:
    counted = {
        "sqlite3": "select name from sqlite_schema where sql like '%autoincrement%'",
        "psycopg": (
            "select table_name as name from information_schema.columns"
            " where is_identity = 'YES' and table_schema = current_schema()"
        ),
    }
    tables = connection.execute(counted[connection.adapter])
    assert {table["name"] for table in tables} == set(COUNTED)


def test_ids_of_a_new_epoch_were_never_used(tx: Transaction) -> None:
    first = buy(tx)
    assert (tx.restoration.epoch(), first.number) == (0, "K1")
    tx.restoration.begin_epoch(1)
    assert tx.restoration.epoch() == 1
    assert buy(tx, destination="0812000").number == "K2-1"
    request = TopUp(TopUpId(0), ANNI, Rupiah(5_000), TopUpState.PENDING, "key", NOW)
    assert tx.topups.add(request).topup_id == IDS_PER_EPOCH + 1
    transfer = tx.ledger.record(credit(ANNIS_WALLET, 1, "again"))
    assert transfer.transfer_id is not None
    assert transfer.transfer_id > IDS_PER_EPOCH
    catalogue = put_list(tx, [SM10, replace(SM10, code="NEW", sub="New")], NOW)
    known, new = catalogue.by_code("SM10"), catalogue.by_code("NEW")
    assert known is not None
    assert new is not None
    assert known.product_id == 1
    assert new.product_id == IDS_PER_EPOCH + 1
    tx.restoration.begin_epoch(2)
    assert buy(tx, destination="0812001").number == "K3-1"


def test_a_person_of_a_new_epoch_has_an_id_that_nobody_had(tx: Transaction) -> None:
    """Their counter begins above all others, so it does not tell the epoch."""
    first = tx.customers.add("Bu Tuti", NOW)
    assert (tx.restoration.epoch(), first.customer_id) == (0, FIRST_CUSTOMER_ID)
    for epoch, number in ((1, 0), (1, 1), (2, 0)):
        tx.restoration.begin_epoch(epoch)
        added = tx.customers.add("Bu Tuti", NOW).customer_id
        assert tx.restoration.epoch() == epoch
        assert added == FIRST_CUSTOMER_ID + epoch * IDS_PER_EPOCH + number


def test_an_epoch_begins_in_an_empty_database_too() -> None:
    with empty_shop() as tx:
        assert (tx.restoration.epoch(), tx.restoration.newest_at()) == (0, None)
        tx.restoration.begin_epoch(3)
        tx.restoration.begin_epoch(3)
        assert tx.restoration.epoch() == 3


def test_the_newest_instant_is_found_in_every_table(tx: Transaction) -> None:
    assert tx.restoration.newest_at() == NOW
    steps: tuple[Callable[[datetime], object], ...] = (
        lambda at: buy(tx, created_at=at, destination=f"08{at.second}"),
        lambda at: tx.ledger.record(replace(credit(ANNIS_WALLET, 1, f"{at}"), created_at=at)),
        lambda at: tx.inbox.add(at.second, "{}", at),
        lambda at: tx.inbox.done(3, at),
        lambda at: tx.outbox.add(notice(f"{at}", created_at=at)),
        lambda at: tx.supplier_rows.record(ACCOUNT, [row("r1")], at),
        lambda at: put_list(tx, [SM10], at),
    )
    for number, step in enumerate(steps, start=1):
        at = NOW + number * SECOND
        step(at)
        assert tx.restoration.newest_at() == at


def test_unused_confirmations_and_dialogs_are_deleted(tx: Transaction) -> None:
    for token in ("used", "unused"):
        confirmation = Confirmation(token, ANNI, ConfirmationKind.PURCHASE, {}, NOW)
        tx.confirmations.add(confirmation)
    tx.confirmations.consume("used", ANNI, NOW, "K1")
    tx.dialogs.put(Dialog(ANNI, "shop", 1, NOW))
    assert tx.restoration.forget_unfinished() == 1
    assert tx.confirmations.get("unused") is None
    assert tx.confirmations.get("used") is not None
    assert tx.dialogs.get(ANNI) is None


def test_all_updates_are_closed_and_emptied(tx: Transaction, connection: Connection) -> None:
    """They were handled after the backup, or are too old to be handled."""
    for update_id in (1, 2):
        tx.inbox.add(update_id, "{}", NOW)
    tx.inbox.done(1, NOW)
    assert tx.restoration.close_inbox(NOW, "restored") == 1
    assert tx.inbox.pending() == []
    assert [row["payload"] for row in connection.execute("select * from inbox")] == ["", ""]


def test_pending_notices_become_stale(tx: Transaction) -> None:
    """Notices held for an unreachable chat were surely not delivered, so they stay."""
    for key in ("pending", "delivered", "waiting"):
        tx.outbox.add(notice(key))
    delivered, waiting = tx.outbox.get("delivered"), tx.outbox.get("waiting")
    assert delivered is not None
    assert waiting is not None
    assert waiting.notice_id is not None
    tx.outbox.delivered(delivered, NOW)
    tx.outbox.set_state(waiting.notice_id, NoticeState.UNREACHABLE)
    assert tx.restoration.make_outbox_stale() == 1
    stale = tx.outbox.get("pending")
    assert stale is not None
    assert stale.state is NoticeState.STALE
    assert tx.outbox.next_per_chat(NOW + timedelta(days=1), 10) == []
    assert tx.outbox.backlog() == 0


@pytest.mark.parametrize("number", ["K3", "k1-3", "K2-1", "k2-1"])
def test_an_order_is_found_by_its_number_in_every_epoch(tx: Transaction, number: str) -> None:
    for count in range(3):
        buy(tx, destination=f"0812{count}")
    tx.restoration.begin_epoch(1)
    buy(tx, destination="08129")
    (found,) = tx.orders.find(number, None, 10)
    assert found.number == ("K2-1" if "2" in number else "K3")


def test_the_audit_names_orders_by_number(connection: Connection, tx: Transaction) -> None:
    tx.restoration.begin_epoch(1)
    order = buy(tx, sent_at=NOW, send_number=1)
    connection.execute(
        f"update orders set state = 'sending' where order_id = {order.order_id}"  # noqa: S608
    )
    findings = tx.audit.findings(NOW + timedelta(hours=1), timedelta(seconds=90))
    assert [finding.detail for finding in findings] == ["K2-1"]
