"""The repository of links to become an employee."""

from datetime import timedelta

import pytest

from bot.domain.customer import TelegramId
from bot.domain.order import CustomerId
from bot.domain.staff import StaffLink, StaffLinkId
from bot.ports.store import Transaction
from tests.storage.samples import BOSS, NOW

LINK = StaffLink(None, "code", "sell", BOSS, NOW)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def anni(tx: Transaction) -> CustomerId:
    return tx.customers.seen(TelegramId(77), "Anni", "", "id", NOW).customer_id


def test_a_link_is_taken_and_decided_once(tx: Transaction, anni: CustomerId) -> None:
    link = tx.staff_links.add(LINK)
    assert link.link_id is not None
    assert tx.staff_links.by_code("code") == tx.staff_links.get(link.link_id) == link
    assert not tx.staff_links.decide(link.link_id, BOSS, LATER, is_accepted=True)
    assert tx.staff_links.take(link.link_id, anni, LATER)
    assert not tx.staff_links.take(link.link_id, BOSS, LATER)
    assert [one.asked_by for one in tx.staff_links.undecided()] == [anni]
    assert tx.staff_links.decide(link.link_id, BOSS, LATER, is_accepted=True)
    assert not tx.staff_links.decide(link.link_id, BOSS, LATER, is_accepted=False)
    decided = tx.staff_links.get(link.link_id)
    assert decided is not None
    assert (decided.is_accepted, decided.decided_by, decided.decided_at) == (True, BOSS, LATER)
    assert tx.staff_links.undecided() == []


def test_unknown_links_are_not_found(tx: Transaction) -> None:
    assert tx.staff_links.by_code("code") is None
    assert tx.staff_links.get(StaffLinkId(1)) is None


def test_only_links_that_nobody_used_are_forgotten(tx: Transaction, anni: CustomerId) -> None:
    used, unused = tx.staff_links.add(LINK), tx.staff_links.add(StaffLink(None, "b", "", BOSS, NOW))
    assert used.link_id is not None
    assert unused.link_id is not None
    tx.staff_links.take(used.link_id, anni, NOW)
    assert tx.staff_links.forget_unused(NOW, 10) == 0
    assert tx.staff_links.forget_unused(LATER, 10) == 1
    assert tx.staff_links.get(unused.link_id) is None
    assert tx.staff_links.get(used.link_id) is not None
