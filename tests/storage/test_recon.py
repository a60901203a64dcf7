"""Findings in the database: new once, open until they are over or an admin has settled them."""

from dataclasses import replace

from bot.domain.supplier_comparison import Finding, FindingKind
from storage.transaction import SqlTransaction
from tests.storage.samples import ACCOUNT, NOW, SECOND

FINDING = Finding(FindingKind.UNCLAIMED, "r1", "SM10 0812 10200 success", NOW)
PRICE = replace(FINDING, kind=FindingKind.PRICE, found_at=NOW - SECOND)


def test_a_finding_is_new_once(tx: SqlTransaction) -> None:
    """However often it is found again; another kind or account is another finding."""
    assert tx.recon.note(ACCOUNT, FINDING)
    assert not tx.recon.note(ACCOUNT, replace(FINDING, found_at=NOW + SECOND))
    assert tx.recon.note(ACCOUNT, PRICE)
    assert tx.recon.note("U2", FINDING)
    assert tx.recon.open(ACCOUNT) == [PRICE, FINDING]


def test_what_came_to_an_end_may_begin_again(tx: SqlTransaction) -> None:
    """A status that flickers is told each time that it turns."""
    tx.recon.note(ACCOUNT, FINDING)
    assert tx.recon.close(ACCOUNT, FINDING.kind, "r1", NOW, None)
    assert not tx.recon.close(ACCOUNT, FINDING.kind, "r1", NOW, None)
    assert tx.recon.open(ACCOUNT) == []
    again = replace(FINDING, found_at=NOW + SECOND, detail="other")
    assert tx.recon.note(ACCOUNT, again)
    assert tx.recon.open(ACCOUNT) == [again]


def test_what_an_admin_settled_stays_settled(tx: SqlTransaction) -> None:
    """The supplier goes on showing it for a while."""
    tx.recon.note(ACCOUNT, FINDING)
    assert tx.recon.close(ACCOUNT, FINDING.kind, "r1", NOW, 9001)
    assert not tx.recon.note(ACCOUNT, FINDING)
    assert tx.recon.open(ACCOUNT) == []


def test_of_what_was_settled_long_ago_the_detail_is_emptied(tx: SqlTransaction) -> None:
    """It may name a stranger's number; that it was settled stays, and nobody is told again."""
    for number in range(4):
        tx.recon.note(ACCOUNT, replace(FINDING, ref_id=f"r{number}"))
    for number in range(3):
        tx.recon.close(ACCOUNT, FINDING.kind, f"r{number}", NOW - number * SECOND, 9001)
    assert tx.recon.empty(NOW, 1) == 1
    assert tx.recon.empty(NOW, 9) == 1
    assert tx.recon.empty(NOW, 9) == 0
    assert [found.detail for found in tx.recon.open(ACCOUNT)] == [FINDING.detail]
    assert not tx.recon.note(ACCOUNT, replace(FINDING, ref_id="r2"))
