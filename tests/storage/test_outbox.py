"""The outbox repository: one notice at a time for each chat, in order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.customer import TelegramId
from bot.domain.money import Rupiah
from bot.domain.notice import Notice, NoticeId, NoticeKind, NoticeState
from bot.domain.order import OrderState
from bot.domain.topup import TopUp, TopUpId, TopUpState
from bot.ports.store import Transaction
from storage.connection import Connection
from tests.samples import ANNI_CHAT, BUDI_CHAT
from tests.storage.records import records
from tests.storage.samples import ANNI, BOSS, BUDI, NOW, SECOND, buy, empty_shop, end


def put(tx: Transaction, key: str, chat_id: TelegramId = ANNI_CHAT, **changes: object) -> Notice:
    """Store a notice and return it as stored."""
    notice = Notice(chat_id, NoticeKind.ORDER, key, NOW, subject_id=1)
    tx.outbox.add(replace(notice, **changes))  # type: ignore[arg-type]
    return stored(tx, key)


def stored(tx: Transaction, key: str) -> Notice:
    notice = tx.outbox.get(key)
    assert notice is not None
    return notice


def id_of(notice: Notice) -> NoticeId:
    assert notice.notice_id is not None
    return notice.notice_id


@settings(max_examples=40)
@given(records(Notice))
def test_a_notice_is_stored_with_every_field(notice: Notice) -> None:
    with empty_shop() as tx:
        tx.outbox.add(notice)
        kept = stored(tx, notice.dedupe_key)
        assert kept == replace(notice, notice_id=kept.notice_id)


def test_a_dedupe_key_is_used_once(tx: Transaction) -> None:
    first = put(tx, "order:K1:0")
    tx.outbox.delivered(first, NOW)
    tx.outbox.add(replace(first, chat_id=BUDI_CHAT))
    assert tx.outbox.next_per_chat(NOW, 10) == []
    assert tx.outbox.get("order:K2:0") is None


def test_the_message_that_shows_a_notice_is_recorded(tx: Transaction) -> None:
    older = put(tx, "a", data={"photo": "p"})
    newer = put(tx, "b", BUDI_CHAT)
    put(tx, "c", kind=NoticeKind.HELP)
    put(tx, "d", subject_id=2)
    tx.outbox.set_message_id(older, 77)
    told = tx.outbox.about(NoticeKind.ORDER, 1)
    assert told == [newer, replace(older, data={"photo": "p", "message_id": 77})]
    tx.outbox.set_message_id(told[1], None)
    assert stored(tx, "a") == older


def test_only_the_first_notice_of_each_chat_is_due(tx: Transaction) -> None:
    annis = [put(tx, f"a{n}") for n in range(2)]
    budis = put(tx, "b", BUDI_CHAT)
    assert tx.outbox.next_per_chat(NOW, 10) == [annis[0], budis]
    assert tx.outbox.next_per_chat(NOW, 1) == [annis[0]]
    assert tx.outbox.next_per_chat(NOW, 1, {ANNI}) == [budis]
    tx.outbox.delivered(annis[0], NOW)
    assert tx.outbox.next_per_chat(NOW, 10) == [annis[1], budis]


def test_a_delayed_notice_holds_up_its_chat_only(tx: Transaction) -> None:
    first, _ = put(tx, "a1"), put(tx, "a2")
    tx.outbox.retry(id_of(first), NOW + 20 * SECOND)
    budis = put(tx, "b", BUDI_CHAT)
    assert tx.outbox.next_per_chat(NOW, 10) == [budis]
    tx.outbox.delivered(budis, NOW)
    assert tx.outbox.next_due(NOW) == NOW + 20 * SECOND
    assert tx.outbox.next_due(NOW + 20 * SECOND) is None
    (head,) = tx.outbox.next_per_chat(NOW + 20 * SECOND, 10)
    assert head == replace(first, attempts=1, next_at=NOW + 20 * SECOND)
    tx.outbox.delivered(head, NOW)
    (head,) = tx.outbox.next_per_chat(NOW + 20 * SECOND, 10)
    tx.outbox.delivered(head, NOW)
    assert tx.outbox.next_due(NOW) is None


URGENT_KINDS = (
    NoticeKind.ALERT,
    NoticeKind.PARKED,
    NoticeKind.PARKED_NEWS,
    NoticeKind.WITHHELD,
    NoticeKind.DISRUPTION_PROPOSED,
)
"""Kinds that need an admin and that no customer can cause at will."""


@pytest.mark.parametrize("kind", URGENT_KINDS)
def test_urgent_notices_overtake_those_that_customers_cause(
    tx: Transaction, kind: NoticeKind
) -> None:
    waiting = [
        put(tx, f"{ordinary}:{n}", kind=ordinary)
        for n in range(40)
        for ordinary in NoticeKind
        if ordinary not in URGENT_KINDS
    ]
    urgent = put(tx, "urgent", kind=kind)
    assert tx.outbox.next_per_chat(NOW, 10) == [urgent]
    tx.outbox.delivered(urgent, NOW)
    assert tx.outbox.next_per_chat(NOW, 10)[0] in waiting


def test_the_voucher_goes_first_then_orders_then_the_rest_then_bulk(tx: Transaction) -> None:
    """Within a chat as among chats."""
    bulk = put(tx, "bulk", kind=NoticeKind.RESTOCKED)
    ordinary = put(tx, "ordinary", kind=NoticeKind.WALLET)
    order = put(tx, "order")
    outcome = put(tx, "outcome", kind=NoticeKind.OUTCOME)
    last_update = put(tx, "update", subject_id=2, data={"is_final": 1})
    its_outcome = put(tx, "its outcome", subject_id=2, kind=NoticeKind.OUTCOME)
    others = [
        put(tx, f"o{number}", chat_id=TelegramId(5_000 + number), kind=kind)
        for number, kind in enumerate(
            (NoticeKind.REOPENED, NoticeKind.HELP, NoticeKind.ORDER_PARKED, NoticeKind.OUTCOME)
        )
    ]
    sequence = []
    while heads := tx.outbox.next_per_chat(NOW, 1):
        sequence += heads
        tx.outbox.delivered(heads[0], NOW)
    expected = [outcome, last_update, its_outcome, others[3], order, others[2]]
    assert sequence == [*expected, ordinary, others[1], bulk, others[0]]


def test_urgent_notices_keep_their_order_among_themselves(tx: Transaction) -> None:
    put(tx, "request", kind=NoticeKind.TOPUP_REQUESTED)
    begins = put(tx, "begins", kind=NoticeKind.ALERT, data={"condition": "breaker_open"})
    parked = put(tx, "parked", kind=NoticeKind.PARKED)
    news = put(tx, "news", kind=NoticeKind.PARKED_NEWS)
    ends = put(tx, "ends", kind=NoticeKind.ALERT, data={"condition": "breaker_closed"})
    sequence = []
    for _ in range(4):
        sequence += (heads := tx.outbox.next_per_chat(NOW, 10))
        tx.outbox.delivered(heads[0], NOW)
    assert sequence == [begins, parked, news, ends]


def test_chats_with_an_urgent_notice_come_first(tx: Transaction) -> None:
    """Only a limited number of deliveries begins at once."""
    others = [put(tx, f"o{n}", chat_id=TelegramId(2_000 + n)) for n in range(5)]
    urgent = put(tx, "urgent", BUDI_CHAT, kind=NoticeKind.ALERT)
    assert tx.outbox.next_per_chat(NOW, 2) == [urgent, others[0]]


def test_an_urgent_notice_respects_retry_after(tx: Transaction) -> None:
    refused = put(tx, "refused")
    tx.outbox.retry(id_of(refused), NOW + 20 * SECOND)
    urgent = put(tx, "urgent", kind=NoticeKind.PARKED)
    assert tx.outbox.next_per_chat(NOW, 10) == []
    assert tx.outbox.next_due(NOW) == NOW + 20 * SECOND
    assert tx.outbox.next_per_chat(NOW + 20 * SECOND, 10) == [urgent]
    tx.outbox.delivered(urgent, NOW + 20 * SECOND)
    (head,) = tx.outbox.next_per_chat(NOW + 20 * SECOND, 10)
    assert head.dedupe_key == "refused"


def test_a_notice_stored_with_a_later_time_delays_its_chat(tx: Transaction) -> None:
    put(tx, "first")
    put(tx, "delayed", next_at=NOW + 20 * SECOND)
    put(tx, "delayed less", next_at=NOW + 10 * SECOND)
    assert tx.outbox.next_per_chat(NOW + 10 * SECOND, 10) == []
    (head,) = tx.outbox.next_per_chat(NOW + 20 * SECOND, 10)
    assert head.dedupe_key == "first"


@pytest.mark.parametrize("change", [f"chat_id = {BUDI}", "urgency = urgency + 1"])
def test_a_notice_keeps_its_chat_and_urgency(
    connection: Connection, tx: Transaction, change: str
) -> None:
    """Otherwise the next notice of each chat would be wrong, and one would never be sent."""
    put(tx, "first")
    with pytest.raises(connection.faults.refusals), connection.refusable():
        connection.execute(f"update outbox set {change}")  # noqa: S608 - from above
    connection.execute("update outbox set chat_id = chat_id, urgency = urgency")


def test_a_held_notice_keeps_its_urgency(tx: Transaction) -> None:
    put(tx, "request", kind=NoticeKind.TOPUP_REQUESTED)
    put(tx, "alert", kind=NoticeKind.ALERT)
    tx.outbox.mark_unreachable(ANNI_CHAT)
    tx.outbox.mark_reachable(ANNI_CHAT)
    (head,) = tx.outbox.next_per_chat(NOW, 10)
    assert head.dedupe_key == "alert"


def test_notices_that_are_not_pending_are_never_due(tx: Transaction) -> None:
    assert tx.outbox.next_due(NOW) is None
    put(tx, "u", state=NoticeState.UNREACHABLE)
    put(tx, "g", state=NoticeState.UNDELIVERABLE)
    put(tx, "d", state=NoticeState.DELIVERED)
    assert tx.outbox.next_due(NOW - SECOND) is None
    assert tx.outbox.next_per_chat(NOW, 10) == []
    assert (tx.outbox.backlog(), tx.outbox.oldest_pending()) == (0, None)
    put(tx, "p")
    put(tx, "q", created_at=NOW - SECOND)
    assert (tx.outbox.backlog(), tx.outbox.oldest_pending()) == (2, NOW - SECOND)


def test_delivering_an_order_notice_marks_its_older_ones_delivered(tx: Transaction) -> None:
    """They would show the same state."""
    older, other, voucher, told, later, elsewhere = (
        put(tx, "older"),
        put(tx, "other", subject_id=2),
        put(tx, "voucher", kind=NoticeKind.OUTCOME),
        put(tx, "told"),
        put(tx, "later"),
        put(tx, "elsewhere", BUDI_CHAT),
    )
    tx.outbox.delivered(told, NOW)
    states = {key: stored(tx, key).state for key in ("older", "told")}
    assert states == dict.fromkeys(("older", "told"), NoticeState.DELIVERED)
    for kept in (other, voucher, later, elsewhere):
        assert stored(tx, kept.dedupe_key) == kept
    assert older.state is NoticeState.PENDING
    tx.outbox.delivered(put(tx, "second voucher", kind=NoticeKind.OUTCOME), NOW)
    assert stored(tx, "later") == later


def test_a_newer_notice_replaces_those_that_wait(tx: Transaction) -> None:
    for key in ("first", "second"):
        tx.outbox.supersede(put(tx, key))
    kept = [
        put(tx, "other", subject_id=2),
        put(tx, "voucher", kind=NoticeKind.OUTCOME),
        put(tx, "elsewhere", BUDI_CHAT),
        put(tx, "held", state=NoticeState.UNREACHABLE),
        put(tx, "given up", state=NoticeState.UNDELIVERABLE),
    ]
    tx.outbox.supersede(newest := put(tx, "newest"))
    states = {key: stored(tx, key).state for key in ("first", "second")}
    assert states == dict.fromkeys(("first", "second"), NoticeState.DELIVERED)
    for notice in (*kept, newest):
        assert stored(tx, notice.dedupe_key) == notice


def test_a_notice_that_was_given_up_delays_its_chat_no_longer(tx: Transaction) -> None:
    refused, newer = put(tx, "refused"), put(tx, "newer")
    tx.outbox.retry(id_of(refused), NOW + 20 * SECOND)
    tx.outbox.set_state(id_of(refused), NoticeState.UNDELIVERABLE)
    assert tx.outbox.next_per_chat(NOW, 10) == [newer]
    assert tx.outbox.next_due(NOW) is None


@pytest.mark.parametrize("is_in_flight", [False, True])
def test_a_newer_notice_waits_as_long_as_the_refused_one_that_it_replaces(
    tx: Transaction, is_in_flight: bool
) -> None:
    """Telegram demands the wait of the whole chat."""
    refused, until = put(tx, "refused"), NOW + 20 * SECOND
    if not is_in_flight:
        tx.outbox.retry(id_of(refused), until)
    for key in ("newer", "newest"):
        tx.outbox.supersede(put(tx, key))
    if is_in_flight:
        tx.outbox.retry(id_of(refused), until)
    assert tx.outbox.next_per_chat(NOW, 10) == []
    assert tx.outbox.next_due(NOW) == until
    assert [one.dedupe_key for one in tx.outbox.next_per_chat(until, 10)] == ["newest"]


CHATS = (ANNI_CHAT, BUDI_CHAT, TelegramId(5_000))


def expected(notices: Sequence[Notice]) -> tuple[list[Notice], datetime | None]:
    """Return what `next_per_chat` and `next_due` return at `NOW`, from all notices."""
    heads, later = [], []
    for chat_id in CHATS:
        pending = [
            one for one in notices if one.chat_id == chat_id and one.state is NoticeState.PENDING
        ]
        due_at = max((one.next_at for one in pending if one.next_at is not None), default=NOW)
        if due_at > NOW:
            later.append(due_at)
        elif pending:
            heads.append(min(pending, key=lambda one: (-one.urgency, id_of(one))))
    heads.sort(key=lambda one: (-one.urgency, id_of(one)))
    return heads, min(later, default=None)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["add", "replace", "end", "retry", "block", "unblock", "stale", "delete"]
            ),
            st.sampled_from(CHATS),
            st.sampled_from(list(NoticeKind)),
            st.integers(0, 9),
        ),
        max_size=30,
    )
)
def test_the_next_notices_are_those_of_the_whole_table(
    acts: list[tuple[str, TelegramId, NoticeKind, int]],
) -> None:
    """They are kept beside it by triggers."""
    with empty_shop() as tx:
        keys: list[str] = []
        numbers = count()
        for act, chat_id, kind, number in acts:
            pending = [one for key in keys if (one := stored(tx, key)).state is NoticeState.PENDING]
            if act == "add":
                keys.append(f"n{next(numbers)}")
                put(tx, keys[-1], chat_id, kind=kind)
            elif act == "replace":
                keys.append(f"n{next(numbers)}")
                tx.outbox.supersede(put(tx, keys[-1], chat_id, kind=kind))
            elif act == "block":
                tx.outbox.mark_unreachable(chat_id)
            elif act == "unblock":
                tx.outbox.mark_reachable(chat_id)
            elif act == "end" and pending:
                tx.outbox.delivered(pending[number % len(pending)], NOW)
            elif act == "delete" and pending:
                one = pending[number % len(pending)]
                keys.remove(one.dedupe_key)
                delete = "delete from outbox where notice_id = ?"
                tx.outbox._connection.execute(delete, (one.notice_id,))  # type: ignore[attr-defined]
            elif act == "stale" and pending:
                tx.outbox.set_state(id_of(pending[number % len(pending)]), NoticeState.STALE)
            elif act == "retry" and pending:
                one = pending[number % len(pending)]
                tx.outbox.retry(id_of(one), NOW + (number - 5) * SECOND)
            notices = [stored(tx, key) for key in keys]
            heads, due_at = expected(notices)
            assert tx.outbox.next_per_chat(NOW, 10) == heads
            assert tx.outbox.next_due(NOW) == due_at


@pytest.mark.parametrize("state", list(NoticeState))
def test_the_state_of_a_notice_is_set_by_its_id(tx: Transaction, state: NoticeState) -> None:
    first, second = put(tx, "first"), put(tx, "second")
    tx.outbox.set_state(id_of(first), state)
    assert stored(tx, "first").state is state
    assert stored(tx, "second") == second


def test_the_notices_of_a_blocked_chat_are_held_until_released(tx: Transaction) -> None:
    first, second = put(tx, "first"), put(tx, "second")
    tx.outbox.retry(id_of(first), NOW + 99 * SECOND)
    given_up = put(tx, "given up", state=NoticeState.UNDELIVERABLE)
    budis = put(tx, "b", BUDI_CHAT)
    tx.outbox.mark_unreachable(ANNI_CHAT)
    assert tx.outbox.next_per_chat(NOW, 10) == [budis]
    assert tx.outbox.mark_reachable(BUDI_CHAT) == 0
    assert tx.outbox.mark_reachable(ANNI_CHAT) == 2
    assert tx.outbox.mark_reachable(ANNI_CHAT) == 0
    assert tx.outbox.next_per_chat(NOW, 10) == [replace(first, attempts=1), budis]
    assert stored(tx, "second") == second
    assert stored(tx, "given up") == given_up


def kept(tx: Transaction, *keys: str) -> list[str]:
    """Return which of these notices exist."""
    return [key for key in keys if tx.outbox.get(key) is not None]


@pytest.mark.parametrize("state", list(NoticeState))
def test_finished_notices_are_deleted_and_waiting_ones_stay(
    tx: Transaction, state: NoticeState
) -> None:
    wallet: Any = {"kind": NoticeKind.WALLET, "state": state, "subject_id": None}
    put(tx, "old", **wallet)
    put(tx, "new", **wallet, created_at=NOW + SECOND)
    waits = state in (NoticeState.PENDING, NoticeState.UNREACHABLE)
    assert tx.outbox.forget(NOW + SECOND, 9) == (0 if waits else 1)
    assert kept(tx, "old", "new") == (["old", "new"] if waits else ["new"])
    assert tx.outbox.forget(NOW + SECOND, 9) == 0


def test_notices_are_deleted_oldest_delivery_first_within_a_limit(tx: Transaction) -> None:
    keys = [f"n{number}" for number in range(4)]
    for number, key in enumerate(keys):
        at = NOW - number * SECOND
        notice = put(tx, key, kind=NoticeKind.WALLET, subject_id=None, created_at=at)
        tx.outbox.delivered(notice, NOW if number == 2 else NOW - number * SECOND)
    assert tx.outbox.forget(NOW, 1) == 1
    assert kept(tx, *keys) == ["n0", "n1", "n2"]
    assert tx.outbox.forget(NOW, 9) == 1
    assert kept(tx, *keys) == ["n0", "n2"]


@pytest.mark.parametrize(
    "kind",
    [
        NoticeKind.OUTCOME, NoticeKind.PARKED, NoticeKind.PARKED_NEWS,
        NoticeKind.HELP, NoticeKind.ALERT,
    ],
)  # fmt: skip
def test_the_notices_of_an_order_are_kept_until_long_after_its_end(
    tx: Transaction, kind: NoticeKind
) -> None:
    """The admins' messages on a parked order are edited when it ends."""
    order = buy(tx)
    changes: Any = {"kind": kind, "subject_id": order.order_id, "state": NoticeState.DELIVERED}
    put(tx, "told", **changes, created_at=NOW - 99 * SECOND)
    assert tx.outbox.forget(NOW, 9) == 0
    end(tx, order, OrderState.FAILED)
    assert tx.outbox.forget(NOW, 9) == 0
    assert tx.outbox.forget(NOW + SECOND, 9) == 1
    assert kept(tx, "told") == []


@pytest.mark.parametrize("kind", [NoticeKind.ORDER, NoticeKind.ORDER_PARKED])
@pytest.mark.parametrize("state", list(NoticeState))
def test_the_updates_of_an_order_are_kept_until_it_is_over(
    tx: Transaction, kind: NoticeKind, state: NoticeState
) -> None:
    order = buy(tx)
    put(tx, "a", kind=kind, subject_id=order.order_id, created_at=NOW - SECOND, state=state)
    assert tx.outbox.forget_updates(NOW + SECOND, 9) == 0
    end(tx, order, OrderState.FAILED)
    assert tx.outbox.forget(NOW + SECOND, 9) == 0
    assert tx.outbox.forget_updates(NOW, 9) == 0
    waits = state in (NoticeState.PENDING, NoticeState.UNREACHABLE)
    assert tx.outbox.forget_updates(NOW + SECOND, 9) == (0 if waits else 1)
    assert kept(tx, "a") == (["a"] if waits else [])


@pytest.mark.parametrize("close", ["decide", "cancel", "mark_expired"])
def test_the_notices_of_a_top_up_are_kept_while_it_is_open(tx: Transaction, close: str) -> None:
    request = TopUp(TopUpId(0), ANNI, Rupiah(5_000), TopUpState.PENDING, "key", NOW)
    topup = tx.topups.add(request)
    about: Any = {"subject_id": topup.topup_id, "state": NoticeState.DELIVERED}
    put(tx, "asked", kind=NoticeKind.TOPUP_REQUESTED, **about)
    put(tx, "picture", kind=NoticeKind.TOPUP_PROOF, **about)
    assert tx.outbox.forget(NOW + SECOND, 9) == 0
    assert kept(tx, "asked", "picture") == ["asked", "picture"]
    if close == "decide":
        tx.topups.decide(topup.topup_id, TopUpState.REJECTED, BOSS, NOW)
    else:
        getattr(tx.topups, close)(topup.topup_id, NOW)
    assert tx.outbox.forget(NOW + SECOND, 9) == 2


def test_an_alert_of_a_late_success_is_never_deleted(tx: Transaction) -> None:
    """Its dedupe key prevents a second alert if the row is found again after a year."""
    late = put(tx, "alert:late_success:K1:r1:9001", kind=NoticeKind.ALERT, subject_id=None)
    other = put(tx, "alert:rows_differ:1:9001", kind=NoticeKind.ALERT, subject_id=None)
    for notice in (late, other):
        tx.outbox.delivered(notice, NOW)
    assert tx.outbox.forget(NOW + SECOND, 9) == 1
    assert kept(tx, late.dedupe_key, other.dedupe_key) == [late.dedupe_key]
