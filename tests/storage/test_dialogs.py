"""What the bot waits for, in the database."""

from dataclasses import replace

from hypothesis import given

from bot.domain.dialog import Dialog, Step
from storage.transaction import SqlTransaction
from tests.storage.records import records
from tests.storage.samples import ANNI, BUDI, NOW, SECOND, in_memory

ASKED = Dialog(ANNI, "shop", Step.DESTINATION, NOW)


@given(records(Dialog), records(Dialog))
def test_a_step_comes_back_as_it_was(first: Dialog, second: Dialog) -> None:
    """Every field, and nothing of the step before."""
    connection = in_memory()
    tx = SqlTransaction(connection)
    for dialog in (first, replace(second, customer_id=first.customer_id)):
        tx.dialogs.put(dialog)
        assert tx.dialogs.get(dialog.customer_id) == dialog
        assert tx.dialogs.all(dialog.conversation) == [dialog]
    connection.close()


def test_a_person_is_asked_one_thing_at_a_time(tx: SqlTransaction) -> None:
    """The last one; each person by themselves."""
    tx.dialogs.put(ASKED)
    tx.dialogs.put(replace(ASKED, step=Step.AMOUNT, updated_at=NOW + SECOND))
    budis = replace(ASKED, customer_id=BUDI)
    tx.dialogs.put(budis)
    annis = tx.dialogs.get(ANNI)
    assert annis == replace(ASKED, step=Step.AMOUNT, updated_at=NOW + SECOND)
    assert tx.dialogs.all("shop") == [annis, budis]
    assert tx.dialogs.all("other") == []


def test_a_step_that_is_over_is_forgotten(tx: SqlTransaction) -> None:
    """Forgetting twice is forgetting once."""
    tx.dialogs.put(ASKED)
    tx.dialogs.drop(ANNI)
    tx.dialogs.drop(ANNI)
    assert tx.dialogs.get(ANNI) is None
