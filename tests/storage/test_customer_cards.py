"""The repository of customers' cards: lists, search, figures by day, and links."""

from datetime import timedelta

import pytest

from bot.domain.customer import TelegramId
from bot.domain.customer_card import CustomerFigures, CustomerList
from bot.domain.order import CustomerId
from bot.ports.store import Transaction
from tests.storage.samples import NOW, SECOND

DAY = timedelta(days=1)


@pytest.fixture
def tuti(tx: Transaction) -> CustomerId:
    """A person without a Telegram account."""
    return tx.customers.add("Bu Tuti 100%", NOW).customer_id


def named(tx: Transaction, part: str) -> list[CustomerId]:
    return [row.customer_id for row in tx.customer_cards.named(part, 9)]


def test_names_are_found_literally_in_any_case(tx: Transaction, tuti: CustomerId) -> None:
    assert named(tx, "tuti") == named(tx, "0%") == named(tx, str(tuti)[-4:]) == [tuti]
    assert named(tx, "u%i") == named(tx, "tut_") == named(tx, "\\") == []
    budi = tx.customers.seen(TelegramId(77), "ÄNNI", "Budi_9", "id", NOW).customer_id
    assert named(tx, "änn") == named(tx, "@budi_") == [budi]
    tx.customers.seen(TelegramId(77), "Budi", "", "id", NOW)
    assert named(tx, "änn") == []
    tx.customers.link(TelegramId(77), tuti, NOW)
    assert named(tx, "budi") == [tuti]
    tx.customers.link(TelegramId(78), tuti, NOW)
    assert named(tx, "78 5") == [tuti]


def test_a_file_is_changed_field_by_field(tx: Transaction, tuti: CustomerId) -> None:
    cards = tx.customer_cards
    assert cards.file(CustomerId(5)) is None
    assert (cards.granted_limit(CustomerId(5)), cards.is_blocked(CustomerId(5))) == (0, False)
    cards.set_note(tuti, "catatan")
    cards.set_block(tuti, NOW, "alasan")
    cards.set_credit_limit(tuti, 50_000)
    file = cards.file(tuti)
    assert file is not None
    assert (file.note, file.blocked_at, file.block_reason) == ("catatan", NOW, "alasan")
    assert (cards.granted_limit(tuti), cards.is_blocked(tuti)) == (50_000, True)
    assert [row.customer_id for row in cards.listed(CustomerList.BLOCKED, 9, 0)] == [tuti]
    cards.set_block(tuti, None, "")
    assert not cards.is_blocked(tuti)
    assert cards.listed(CustomerList.BLOCKED, 9, 0) == []
    cards.set_level(tuti, None)


def test_complaints_are_counted_by_day(tx: Transaction, tuti: CustomerId) -> None:
    for at in (NOW - 2 * DAY, NOW, NOW + SECOND):
        tx.customer_cards.count_complaint(tuti, at)
    assert tx.customer_cards.figures(tuti, NOW) == CustomerFigures(complaints=2)
    assert tx.customer_cards.figures(tuti, NOW - 2 * DAY) == CustomerFigures(complaints=3)
    assert tx.customer_cards.forget_days(NOW, 9) == 1
    assert tx.customer_cards.forget_days(NOW, 9) == 0
    assert tx.customer_cards.figures(tuti, NOW - 2 * DAY) == CustomerFigures(complaints=2)


def test_only_the_newest_link_works_once(tx: Transaction, tuti: CustomerId) -> None:
    cards = tx.customer_cards
    cards.add_link("old", tuti, NOW)
    cards.add_link("new", tuti, NOW)
    assert cards.use_link("old", NOW - DAY, NOW) is None
    assert cards.use_link("new", NOW + SECOND, NOW + DAY) is None
    assert cards.use_link("new", NOW, NOW) == tuti
    assert cards.use_link("new", NOW, NOW) is None
