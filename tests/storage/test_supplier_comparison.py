"""The repository of findings: new once, open until they end or an admin settles them."""

from dataclasses import replace

from bot.domain.supplier_comparison import Finding, FindingKind
from bot.ports.store import Transaction
from tests.samples import ACCOUNT
from tests.storage.samples import BOSS, NOW, SECOND

FINDING = Finding(FindingKind.UNCLAIMED, "r1", "SM10 0812 10200 success", NOW)
PRICE = replace(FINDING, kind=FindingKind.PRICE, found_at=NOW - SECOND)


def test_a_finding_is_new_once(tx: Transaction) -> None:
    assert tx.findings.record(ACCOUNT, FINDING)
    assert not tx.findings.record(ACCOUNT, replace(FINDING, found_at=NOW + SECOND))
    assert tx.findings.record(ACCOUNT, PRICE)
    assert tx.findings.record("U2", FINDING)
    assert tx.findings.open(ACCOUNT) == [PRICE, FINDING]


def test_a_finding_that_ended_may_be_found_again(tx: Transaction) -> None:
    tx.findings.record(ACCOUNT, FINDING)
    assert tx.findings.close(ACCOUNT, FINDING.kind, "r1", NOW, None)
    assert not tx.findings.close(ACCOUNT, FINDING.kind, "r1", NOW, None)
    assert tx.findings.open(ACCOUNT) == []
    again = replace(FINDING, found_at=NOW + SECOND, detail="other")
    assert tx.findings.record(ACCOUNT, again)
    assert tx.findings.open(ACCOUNT) == [again]


def test_a_finding_that_an_admin_settled_stays_settled(tx: Transaction) -> None:
    """The supplier goes on showing the row for a while."""
    tx.findings.record(ACCOUNT, FINDING)
    assert tx.findings.close(ACCOUNT, FINDING.kind, "r1", NOW, BOSS)
    assert not tx.findings.record(ACCOUNT, FINDING)
    assert tx.findings.open(ACCOUNT) == []


def test_the_detail_of_findings_settled_long_ago_is_emptied(tx: Transaction) -> None:
    """It may contain a third party's number; the settlement itself is kept."""
    for number in range(4):
        tx.findings.record(ACCOUNT, replace(FINDING, ref_id=f"r{number}"))
    for number in range(3):
        tx.findings.close(ACCOUNT, FINDING.kind, f"r{number}", NOW - number * SECOND, BOSS)
    assert tx.findings.empty(NOW, 1) == 1
    assert tx.findings.empty(NOW, 9) == 1
    assert tx.findings.empty(NOW, 9) == 0
    assert [found.detail for found in tx.findings.open(ACCOUNT)] == [FINDING.detail]
    assert not tx.findings.record(ACCOUNT, replace(FINDING, ref_id="r2"))
