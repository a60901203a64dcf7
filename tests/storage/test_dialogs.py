"""The repository of dialogs: the answer that the bot expects from each customer."""

from dataclasses import replace

from hypothesis import given, settings

from bot.domain.dialog import Dialog, Step
from bot.ports.store import Transaction
from tests.storage.records import records
from tests.storage.samples import ANNI, BUDI, NOW, SECOND, empty_shop

ASKED = Dialog(ANNI, "shop", Step.DESTINATION, NOW)


@settings(max_examples=25)
@given(records(Dialog), records(Dialog))
def test_a_dialog_is_stored_with_every_field(first: Dialog, second: Dialog) -> None:
    with empty_shop() as tx:
        for dialog in (first, replace(second, customer_id=first.customer_id)):
            tx.dialogs.put(dialog)
            assert tx.dialogs.get(dialog.customer_id) == dialog
            assert tx.dialogs.all(dialog.conversation) == [dialog]


def test_a_customer_has_one_dialog_the_latest(tx: Transaction) -> None:
    tx.dialogs.put(ASKED)
    tx.dialogs.put(replace(ASKED, step=Step.AMOUNT, updated_at=NOW + SECOND))
    budis = replace(ASKED, customer_id=BUDI)
    tx.dialogs.put(budis)
    annis = tx.dialogs.get(ANNI)
    assert annis == replace(ASKED, step=Step.AMOUNT, updated_at=NOW + SECOND)
    assert tx.dialogs.all("shop") == [annis, budis]
    assert tx.dialogs.all("other") == []


def test_a_dialog_can_be_dropped_twice(tx: Transaction) -> None:
    tx.dialogs.put(ASKED)
    tx.dialogs.drop(ANNI)
    tx.dialogs.drop(ANNI)
    assert tx.dialogs.get(ANNI) is None
