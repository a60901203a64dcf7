"""Messages on their way, in the database: one at a time for a chat, in order."""

import sqlite3
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from bot.domain.money import Rupiah
from bot.domain.notice import Notice, NoticeId, NoticeKind, NoticeState
from bot.domain.order import OrderState
from bot.domain.topup import TopUp, TopUpId, TopUpState
from storage.database import configure
from storage.schema import load_migrations, migrate
from storage.transaction import SqlTransaction
from tests.storage.records import records
from tests.storage.samples import ANNI, BUDI, NOW, SECOND, buy, end, in_memory, unexpected


def put(tx: SqlTransaction, key: str, chat_id: int = ANNI, **changes: object) -> Notice:
    """Store a notice and return it as stored."""
    notice = Notice(chat_id, NoticeKind.ORDER, key, NOW, subject_id=1)
    assert tx.outbox.add(replace(notice, **changes))  # type: ignore[arg-type]
    return stored(tx, key)


def stored(tx: SqlTransaction, key: str) -> Notice:
    notice = tx.outbox.get(key)
    assert notice is not None
    return notice


def id_of(notice: Notice) -> NoticeId:
    assert notice.notice_id is not None
    return notice.notice_id


@given(records(Notice))
def test_a_notice_comes_back_as_it_was(notice: Notice) -> None:
    """Every field but the id, which it is given."""
    connection = in_memory()
    tx = SqlTransaction(connection)
    assert tx.outbox.add(notice)
    kept = stored(tx, notice.dedupe_key)
    assert kept == replace(notice, notice_id=kept.notice_id)
    connection.close()


def test_one_act_tells_once(tx: SqlTransaction) -> None:
    """By its key, also when the first was delivered long ago."""
    first = put(tx, "order:K1:0")
    tx.outbox.delivered(first, NOW)
    assert not tx.outbox.add(replace(first, chat_id=BUDI))
    assert tx.outbox.heads(NOW, 10) == []
    assert tx.outbox.get("order:K2:0") is None


def test_it_is_kept_which_message_shows_a_notice(tx: SqlTransaction) -> None:
    """Beside the rest of its data; until none does any more."""
    older = put(tx, "a", data={"photo": "p"})
    newer = put(tx, "b", BUDI)
    put(tx, "c", kind=NoticeKind.HELP)
    put(tx, "d", subject_id=2)
    tx.outbox.shown(older, 77)
    told = tx.outbox.about(NoticeKind.ORDER, 1)
    assert told == [newer, replace(older, data={"photo": "p", "message_id": 77})]
    tx.outbox.shown(told[1], None)
    assert stored(tx, "a") == older


def test_each_chat_has_its_first_notice_out(tx: SqlTransaction) -> None:
    """The oldest ones first, and no more than asked for."""
    annis = [put(tx, f"a{n}") for n in range(2)]
    budis = put(tx, "b", BUDI)
    assert tx.outbox.heads(NOW, 10) == [annis[0], budis]
    assert tx.outbox.heads(NOW, 1) == [annis[0]]
    tx.outbox.delivered(annis[0], NOW)
    assert tx.outbox.heads(NOW, 10) == [annis[1], budis]


def test_a_notice_that_has_to_wait_holds_up_its_chat(tx: SqlTransaction) -> None:
    """Nothing overtakes it, and other chats do not wait for it."""
    first, _ = put(tx, "a1"), put(tx, "a2")
    tx.outbox.retry(id_of(first), NOW + 20 * SECOND)
    budis = put(tx, "b", BUDI)
    assert tx.outbox.heads(NOW, 10) == [budis]
    tx.outbox.delivered(budis, NOW)
    assert tx.outbox.next_due(NOW) == NOW + 20 * SECOND
    assert tx.outbox.next_due(NOW + 20 * SECOND) is None
    (head,) = tx.outbox.heads(NOW + 20 * SECOND, 10)
    assert head == replace(first, attempts=1, next_at=NOW + 20 * SECOND)
    tx.outbox.delivered(head, NOW)
    assert tx.outbox.next_due(NOW) is None


URGENT_KINDS = (
    NoticeKind.ALERT,
    NoticeKind.PARKED,
    NoticeKind.PARKED_NEWS,
    NoticeKind.WITHHELD,
)
"""What needs an admin and no customer can cause at will."""


@pytest.mark.parametrize("kind", URGENT_KINDS)
def test_what_needs_an_admin_overtakes_what_customers_cause(
    tx: SqlTransaction, kind: NoticeKind
) -> None:
    """In its own chat, however many wait there; the others keep their order behind it."""
    waiting = [
        put(tx, f"{ordinary}:{n}", kind=ordinary)
        for n in range(40)
        for ordinary in NoticeKind
        if ordinary not in URGENT_KINDS
    ]
    urgent = put(tx, "urgent", kind=kind)
    assert tx.outbox.heads(NOW, 10) == [urgent]
    tx.outbox.delivered(urgent, NOW)
    assert tx.outbox.heads(NOW, 10) == [waiting[0]]


def test_urgent_notices_keep_their_order_among_themselves(tx: SqlTransaction) -> None:
    """The end of a condition never comes before its beginning, nor news before their subject."""
    put(tx, "request", kind=NoticeKind.TOPUP_REQUESTED)
    begins = put(tx, "begins", kind=NoticeKind.ALERT, data={"condition": "breaker_open"})
    parked = put(tx, "parked", kind=NoticeKind.PARKED)
    news = put(tx, "news", kind=NoticeKind.PARKED_NEWS)
    ends = put(tx, "ends", kind=NoticeKind.ALERT, data={"condition": "breaker_closed"})
    came = []
    for _ in range(4):
        came += (heads := tx.outbox.heads(NOW, 10))
        tx.outbox.delivered(heads[0], NOW)
    assert came == [begins, parked, news, ends]


def test_chats_with_something_urgent_come_first(tx: SqlTransaction) -> None:
    """Only so many are begun at once, and older notices of other chats do not take the places."""
    others = [put(tx, f"o{n}", chat_id=2_000 + n) for n in range(5)]
    urgent = put(tx, "urgent", BUDI, kind=NoticeKind.ALERT)
    assert tx.outbox.heads(NOW, 2) == [urgent, others[0]]


def test_an_urgent_notice_does_not_break_the_patience_telegram_asks_for(
    tx: SqlTransaction,
) -> None:
    """A chat that has to wait waits whole; then the urgent one is first."""
    refused = put(tx, "refused")
    tx.outbox.retry(id_of(refused), NOW + 20 * SECOND)
    urgent = put(tx, "urgent", kind=NoticeKind.PARKED)
    assert tx.outbox.heads(NOW, 10) == []
    assert tx.outbox.next_due(NOW) == NOW + 20 * SECOND
    assert tx.outbox.heads(NOW + 20 * SECOND, 10) == [urgent]
    tx.outbox.delivered(urgent, NOW + 20 * SECOND)
    (head,) = tx.outbox.heads(NOW + 20 * SECOND, 10)
    assert head.dedupe_key == "refused"


def test_a_notice_that_was_held_is_as_urgent_as_before(tx: SqlTransaction) -> None:
    """An admin who blocked the bot reads the alerts first when they are back."""
    put(tx, "request", kind=NoticeKind.TOPUP_REQUESTED)
    put(tx, "alert", kind=NoticeKind.ALERT)
    tx.outbox.hold_chat(ANNI)
    tx.outbox.release_chat(ANNI)
    (head,) = tx.outbox.heads(NOW, 10)
    assert head.dedupe_key == "alert"


def test_alerts_that_waited_before_the_update_overtake_too() -> None:
    """The migration knows the urgent ones among the rows that it finds."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    steps = load_migrations()
    before = next(n for n, step in enumerate(steps) if step.name.endswith("urgent_notices"))
    migrate(connection, steps[:before], unexpected)
    for key, kind in (("a", "help"), ("b", "alert"), ("c", "parked"), ("d", "order")):
        connection.execute(
            "insert into outbox (chat_id, kind, dedupe_key, created_at, data, state, attempts)"
            " values (1, ?, ?, 1, '{}', 'pending', 0)",
            (kind, key),
        )
    migrate(connection, steps, unexpected)
    configure(connection)
    tx, came = SqlTransaction(connection), []
    while heads := tx.outbox.heads(NOW, 10):
        came.append(heads[0].dedupe_key)
        tx.outbox.set_state(id_of(heads[0]), NoticeState.DELIVERED)
    assert came == ["b", "c", "a", "d"]
    connection.close()


def test_with_nothing_on_its_way_nothing_is_due(tx: SqlTransaction) -> None:
    """Delivered, given up, or waiting for its reader: it is not due."""
    assert tx.outbox.next_due(NOW) is None
    put(tx, "u", state=NoticeState.UNREACHABLE)
    put(tx, "g", state=NoticeState.UNDELIVERABLE)
    put(tx, "d", state=NoticeState.DELIVERED)
    assert tx.outbox.next_due(NOW - SECOND) is None
    assert tx.outbox.heads(NOW, 10) == []
    assert tx.outbox.backlog() == 0
    put(tx, "p")
    assert tx.outbox.backlog() == 1


def test_an_order_told_takes_its_older_notices_with_it(tx: SqlTransaction) -> None:
    """They would show the same state; another order's, a later one and a voucher stay."""
    older, other, voucher, told, later, elsewhere = (
        put(tx, "older"),
        put(tx, "other", subject_id=2),
        put(tx, "voucher", kind=NoticeKind.OUTCOME),
        put(tx, "told"),
        put(tx, "later"),
        put(tx, "elsewhere", BUDI),
    )
    tx.outbox.delivered(told, NOW)
    states = {key: stored(tx, key).state for key in ("older", "told")}
    assert states == dict.fromkeys(("older", "told"), NoticeState.DELIVERED)
    for kept in (other, voucher, later, elsewhere):
        assert stored(tx, kept.dedupe_key) == kept
    assert older.state is NoticeState.PENDING


def test_another_kind_takes_nothing_with_it(tx: SqlTransaction) -> None:
    """A voucher told is not the order's one message edited."""
    older = put(tx, "older")
    tx.outbox.delivered(put(tx, "voucher", kind=NoticeKind.OUTCOME), NOW)
    assert stored(tx, "older") == older


@pytest.mark.parametrize("state", list(NoticeState))
def test_a_notice_is_taken_out_of_delivery_and_back(tx: SqlTransaction, state: NoticeState) -> None:
    """By its id alone."""
    first, second = put(tx, "first"), put(tx, "second")
    tx.outbox.set_state(id_of(first), state)
    assert stored(tx, "first").state is state
    assert stored(tx, "second") == second


def test_a_blocked_chat_waits_for_its_owner(tx: SqlTransaction) -> None:
    """Everything comes in order when they are back, at once; others go on meanwhile."""
    first, second = put(tx, "first"), put(tx, "second")
    tx.outbox.retry(id_of(first), NOW + 99 * SECOND)
    given_up = put(tx, "given up", state=NoticeState.UNDELIVERABLE)
    budis = put(tx, "b", BUDI)
    tx.outbox.hold_chat(ANNI)
    assert tx.outbox.heads(NOW, 10) == [budis]
    assert tx.outbox.release_chat(BUDI) == 0
    assert tx.outbox.release_chat(ANNI) == 2
    assert tx.outbox.release_chat(ANNI) == 0
    assert tx.outbox.heads(NOW, 10) == [replace(first, attempts=1), budis]
    assert stored(tx, "second") == second
    assert stored(tx, "given up") == given_up


def kept(tx: SqlTransaction, *keys: str) -> list[str]:
    """Return which of these notices are there."""
    return [key for key in keys if tx.outbox.get(key) is not None]


@pytest.mark.parametrize("state", list(NoticeState))
def test_what_is_over_is_forgotten_and_what_waits_is_not(
    tx: SqlTransaction, state: NoticeState
) -> None:
    """A voucher waits for a customer who blocked the bot, for years if need be."""
    put(tx, "old", state=state, subject_id=None)
    put(tx, "new", state=state, subject_id=None, created_at=NOW + SECOND)
    waits = state in (NoticeState.PENDING, NoticeState.UNREACHABLE)
    assert tx.outbox.forget(NOW + SECOND, 9) == (0 if waits else 1)
    assert kept(tx, "old", "new") == (["old", "new"] if waits else ["new"])
    assert tx.outbox.forget(NOW + SECOND, 9) == 0


def test_notices_are_forgotten_a_few_at_a_time(tx: SqlTransaction) -> None:
    """The oldest first; one that was delivered late is as old as its delivery."""
    keys = [f"n{number}" for number in range(4)]
    for number, key in enumerate(keys):
        notice = put(tx, key, subject_id=None, created_at=NOW - number * SECOND)
        tx.outbox.delivered(notice, NOW if number == 2 else NOW - number * SECOND)
    assert tx.outbox.forget(NOW, 1) == 1
    assert kept(tx, *keys) == ["n0", "n1", "n2"]
    assert tx.outbox.forget(NOW, 9) == 1
    assert kept(tx, *keys) == ["n0", "n2"]


@pytest.mark.parametrize(
    "kind",
    [
        NoticeKind.ORDER,
        NoticeKind.OUTCOME,
        NoticeKind.PARKED,
        NoticeKind.PARKED_NEWS,
        NoticeKind.HELP,
        NoticeKind.ALERT,
    ],
)
def test_what_tells_of_an_order_is_kept_until_long_after_its_end(
    tx: SqlTransaction, kind: NoticeKind
) -> None:
    """The admins' messages of a parked order are edited when it ends, however late that is."""
    order = buy(tx)
    changes: Any = {"kind": kind, "subject_id": order.order_id, "state": NoticeState.DELIVERED}
    put(tx, "told", **changes, created_at=NOW - 99 * SECOND)
    assert tx.outbox.forget(NOW, 9) == 0
    end(tx, order, OrderState.FAILED)
    assert tx.outbox.forget(NOW, 9) == 0
    assert tx.outbox.forget(NOW + SECOND, 9) == 1
    assert kept(tx, "told") == []


@pytest.mark.parametrize("close", ["decide", "cancel", "mark_expired"])
def test_what_asks_for_a_decision_is_kept_while_the_topup_is_open(
    tx: SqlTransaction, close: str
) -> None:
    """Its messages, with the picture or without, are edited when it is decided or let go."""
    request = TopUp(TopUpId(0), ANNI, Rupiah(5_000), TopUpState.PENDING, "key", NOW)
    topup = tx.topups.add(request)
    about: Any = {"subject_id": topup.topup_id, "state": NoticeState.DELIVERED}
    put(tx, "asked", kind=NoticeKind.TOPUP_REQUESTED, **about)
    put(tx, "picture", kind=NoticeKind.TOPUP_PROOF, **about)
    assert tx.outbox.forget(NOW + SECOND, 9) == 0
    assert kept(tx, "asked", "picture") == ["asked", "picture"]
    if close == "decide":
        tx.topups.decide(topup.topup_id, TopUpState.REJECTED, 9001, NOW)
    else:
        getattr(tx.topups, close)(topup.topup_id, NOW)
    assert tx.outbox.forget(NOW + SECOND, 9) == 2


def test_goods_that_came_late_are_never_told_again(tx: SqlTransaction) -> None:
    """The comparison may find the row of a quiet shop's order anew after a year."""
    late = put(tx, "alert:late_success:K1:r1:9001", kind=NoticeKind.ALERT, subject_id=None)
    other = put(tx, "alert:rows_differ:1:9001", kind=NoticeKind.ALERT, subject_id=None)
    for notice in (late, other):
        tx.outbox.delivered(notice, NOW)
    assert tx.outbox.forget(NOW + SECOND, 9) == 1
    assert kept(tx, late.dedupe_key, other.dedupe_key) == [late.dedupe_key]
