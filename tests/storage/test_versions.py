"""The repository of versions: what is kept in memory is compared with the database by them."""

from bot.ports.store import Transaction
from bot.ports.versions import Subject
from tests.storage.samples import empty_shop


def test_a_version_counts_the_changes_of_its_subject() -> None:
    with empty_shop() as tx:
        assert tx.versions.of(Subject.CATALOGUE) == 0
        assert [tx.versions.raise_(Subject.CATALOGUE) for _ in range(2)] == [1, 2]
        assert tx.versions.of(Subject.CATALOGUE) == 2


def test_a_shop_with_a_list_has_a_version_of_it(tx: Transaction) -> None:
    assert tx.versions.of(Subject.CATALOGUE) > 0
