"""The repository of admin acts."""

from hypothesis import given, settings

from bot.domain.admin_act import AdminAct
from bot.ports.store import Transaction
from tests.storage.records import records
from tests.storage.samples import NOW, SECOND, empty_shop


@settings(max_examples=25)
@given(records(AdminAct))
def test_an_act_is_stored_with_every_field(act: AdminAct) -> None:
    with empty_shop() as tx:
        tx.admin_acts.add(act)
        assert tx.admin_acts.latest(10) == [act]


def test_the_newest_acts_come_first(tx: Transaction) -> None:
    acts = [AdminAct(9001, "pause", "shop", "", NOW - n * SECOND) for n in range(3)]
    for act in (*acts, acts[0]):
        tx.admin_acts.add(act)
    assert tx.admin_acts.latest(10) == [acts[0], *reversed(acts)]
    assert tx.admin_acts.latest(2) == [acts[0], acts[2]]


def test_acts_are_found_by_their_subject(tx: Transaction) -> None:
    acts = [AdminAct(9001, action, "K1", "", NOW) for action in ("keep_waiting", "refund")]
    for act in (*acts, AdminAct(9001, "refund", "K12", "", NOW)):
        tx.admin_acts.add(act)
    assert tx.admin_acts.about("K1") == [acts[1], acts[0]]
    assert tx.admin_acts.about("K2") == []
