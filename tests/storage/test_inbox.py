"""The inbox repository: no update is lost or handled twice."""

from bot.ports.inbox import REPEATED_WITHIN, InboxUpdate
from bot.ports.store import Transaction
from tests.storage.samples import NOW, SECOND


def test_an_update_is_stored_once(tx: Transaction) -> None:
    assert tx.inbox.add(7, '{"a": "é"}', NOW)
    assert not tx.inbox.add(7, "{}", NOW)
    assert tx.inbox.pending() == [InboxUpdate(7, '{"a": "é"}', 1)]


def test_attempts_are_counted(tx: Transaction) -> None:
    """So that one update cannot end the process again and again; storing counts the first."""
    tx.inbox.add(7, "{}", NOW)
    assert [tx.inbox.begin(7) for _ in range(3)] == [2, 3, 4]
    assert not tx.inbox.add(7, "{}", NOW)
    assert tx.inbox.pending() == [InboxUpdate(7, "{}", 4)]
    assert tx.inbox.begin(8) == 0


def test_a_handled_update_is_neither_pending_nor_stored_again(tx: Transaction) -> None:
    for update_id in (9, 7, 8):
        tx.inbox.add(update_id, "{}", NOW)
    assert not tx.inbox.is_done(8)
    tx.inbox.done(8, NOW)
    assert tx.inbox.is_done(8)
    assert not tx.inbox.add(8, "{}", NOW)
    assert [update.update_id for update in tx.inbox.pending()] == [7, 9]
    assert not tx.inbox.is_done(99)


def test_an_id_that_telegram_gives_again_after_a_week_is_another_update(tx: Transaction) -> None:
    """Telegram begins with any id after a week without updates."""
    for update_id in (7, 8):
        tx.inbox.add(update_id, "{}", NOW)
    tx.inbox.done(7, NOW, "unreadable")
    assert not tx.inbox.add(7, "new", NOW + REPEATED_WITHIN)
    later = NOW + REPEATED_WITHIN + SECOND
    assert not tx.inbox.add(8, "new", later)
    assert tx.inbox.add(7, "new", later)
    assert tx.inbox.pending() == [InboxUpdate(7, "new", 1), InboxUpdate(8, "{}", 1)]


def test_handled_updates_are_deleted_after_a_while_and_pending_ones_stay(tx: Transaction) -> None:
    for update_id, at in ((1, NOW - SECOND), (2, NOW), (3, NOW - SECOND)):
        tx.inbox.add(update_id, "{}", at)
    tx.inbox.done(1, NOW)
    tx.inbox.done(2, NOW)
    assert tx.inbox.forget(NOW, 10) == 1
    assert [tx.inbox.is_done(update_id) for update_id in (1, 2, 3)] == [False, True, False]
    assert [update.update_id for update in tx.inbox.pending()] == [3]


def test_handled_updates_are_deleted_oldest_first_within_a_limit(tx: Transaction) -> None:
    for update_id in range(5):
        tx.inbox.add(update_id, "{}", NOW - update_id * SECOND)
        tx.inbox.done(update_id, NOW)
    assert tx.inbox.forget(NOW, 3) == 3
    assert [tx.inbox.is_done(update_id) for update_id in range(5)] == [True, True] + [False] * 3
    assert tx.inbox.forget(NOW, 3) == 1
    assert tx.inbox.forget(NOW, 3) == 0


def test_updates_of_another_bot_leave_their_ids_free(tx: Transaction) -> None:
    """However often the bot is changed, they stay in order."""
    tx.inbox.free_ids()
    for update_id in (1, 2, 5):
        tx.inbox.add(update_id, str(update_id), NOW)
    tx.inbox.done(2, NOW)
    expected = ["1", "5"]
    for again in range(3):
        tx.inbox.free_ids()
        pending = tx.inbox.pending()
        assert [one.payload for one in pending] == expected
        assert all(one.update_id < 0 for one in pending)
        assert tx.inbox.add(5, f"again {again}", NOW)
        expected = [*expected, f"again {again}"]
    tx.inbox.free_ids()
    tx.inbox.free_ids()
    assert [one.payload for one in tx.inbox.pending()] == expected
    assert all(one.update_id < 0 for one in tx.inbox.pending())
