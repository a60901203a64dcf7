"""The schedule names each worker once and starts every one of them."""

from bot.workers.schedule import SCHEDULE, WOKEN_BY_WRITES


def test_every_worker_has_a_name_of_its_own() -> None:
    names = [worker.name for worker in SCHEDULE]
    assert len(set(names)) == len(names)


def test_workers_that_write_by_the_clock_are_not_woken_by_writes() -> None:
    """A worker that runs once a day would otherwise run at every write."""
    assert {"expire_topups", "delete_old", "back_up_daily"}.isdisjoint(WOKEN_BY_WRITES)
    assert {"poll_orders", "reconcile_orders", "deliver_outbox"} <= WOKEN_BY_WRITES
