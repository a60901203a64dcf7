"""Deposits: money paid in by amounts that tell whose it is, decided once by an admin."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.customer import (
    CONVERSATION,
    Dialog,
    Step,
    TopUp,
    TopUpId,
    TopUpState,
)
from bot.domain.deposit import GRACE, Proof, is_open, runs_out_at
from bot.domain.errors import (
    AlreadyDecidedError,
    AmountsTakenError,
    NotFoundError,
    NotPermittedError,
    OtherTopUpError,
    TooManyDepositsError,
)
from bot.domain.ledger import BANK, Phase, Purpose, Transfer, wallet_of
from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.rules import ShopRules
from bot.ports import AdminAct, Clock, Store, Transaction
from bot.services import tell
from bot.services.prove import Proved, others_of, prove, proved_by
from bot.services.quote import WISH

CODES = 999
"""Codes are 1 to this many rupiah."""
OPEN_AT_MOST = 3
"""How many deposits of one customer may be open, and not past their time."""
RESERVED_AT_MOST = 20
"""How many amounts one customer may keep from the others, those let go and run out included."""
EXPIRED_AT_ONCE = 100
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an admin decides: `credited` where another amount arrived than was asked for."""

    approve: bool
    credited: Rupiah | None = None
    reason: str = ""


def open_deposit(
    tx: Transaction,
    rules: ShopRules,
    customer_id: CustomerId,
    amount: Rupiah,
    request_key: str,
    now: datetime,
) -> TopUp:
    """Store a request; with codes, one whose total no other open request has.

    Raises `DuplicateError` when its key was used, `TooManyDepositsError`, `AmountsTakenError`.
    """
    if rules.deposit_expires is None:
        return tx.topups.add(
            TopUp(TopUpId(0), customer_id, amount, TopUpState.PENDING, request_key, now)
        )
    tx.topups.release(now - GRACE)
    pending = tx.topups.pending_of(customer_id)
    count_open = sum(is_open(one, now) for one in pending)
    count_reserved = sum(one.is_reserved for one in pending)
    is_too_many = count_open >= OPEN_AT_MOST or count_reserved >= RESERVED_AT_MOST
    if is_too_many and tx.topups.by_key(request_key) is None:
        raise TooManyDepositsError
    return tx.topups.add(
        TopUp(
            topup_id=TopUpId(0),
            customer_id=customer_id,
            amount=amount,
            state=TopUpState.PENDING,
            request_key=request_key,
            created_at=now,
            code=_free_code(tx, amount, request_key),
            expires_at=now + rules.deposit_expires,
            is_reserved=True,
        )
    )


def _free_code(tx: Transaction, amount: Rupiah, request_key: str) -> int:
    taken = tx.topups.reserved(amount + 1, amount + CODES)
    first = zlib.crc32(request_key.encode()) % CODES
    for step in range(CODES):
        code = (first + step) % CODES + 1
        if amount + code not in taken:
            return code
    raise AmountsTakenError


def decide(
    tx: Transaction, actor_id: int, topup_id: TopUpId, verdict: Verdict, now: datetime
) -> TopUp:
    """Decide a request, once; raises `NotFoundError`, `AlreadyDecidedError`, `OtherTopUpError`.

    What arrives past its time is credited like any other.
    """
    known = tx.topups.get(topup_id)
    if known is None:
        raise NotFoundError
    for other in others_of(tx, known, now):
        if verdict.credited == other.total != known.total:
            raise OtherTopUpError(other.topup_id)
    state = TopUpState.APPROVED if verdict.approve else TopUpState.REJECTED
    credited = (verdict.credited or known.total) if verdict.approve else None
    topup = tx.topups.decide(topup_id, state, actor_id, now, credited, verdict.reason)
    if topup is None:
        raise AlreadyDecidedError(known.state)
    if credited is None:
        tell.tell_topup_rejected(tx, topup, now)
    else:
        _credit(tx, topup, credited, actor_id, now)
    detail = f"{known.total} {credited or ''} {verdict.reason}".strip()
    tx.admin_acts.add(AdminAct(actor_id, f"topup_{state}", f"topup:{topup_id}", detail, now))
    return topup


def _credit(tx: Transaction, topup: TopUp, credited: Rupiah, actor_id: int, now: datetime) -> None:
    transfer = tx.ledger.record(
        Transfer(
            phase=Phase.SINGLE,
            purpose=Purpose.TOPUP,
            debit_account=BANK,
            credit_account=wallet_of(topup.customer_id),
            amount=credited,
            idempotency_key=f"topup:{topup.topup_id}",
            created_at=now,
            actor_id=actor_id,
        )
    )
    wish = tx.facts.get(f"{WISH}{topup.customer_id}") or ""
    tell.tell_wallet(tx, topup.customer_id, transfer, wish)


class Deposits:
    """What customers send after paying, and what admins answer with more than a button."""

    def __init__(self, store: Store, rules: ShopRules, clock: Clock) -> None:
        """Work on the store at every call."""
        self._store = store
        self._rules = rules
        self._clock = clock

    async def open_of(self, customer_id: CustomerId) -> Sequence[TopUp]:
        """Return what a customer may still pay, newest first."""
        now = self._clock.now()
        pending = await self._store.read(lambda tx: tx.topups.pending_of(customer_id))
        return [topup for topup in pending if is_open(topup, now)]

    async def one(self, customer_id: CustomerId, topup_id: TopUpId) -> TopUp:
        """Return a customer's own request; raises `NotFoundError`."""
        return await self._store.read(_own, customer_id, topup_id)

    async def cancel(self, customer_id: CustomerId, topup_id: TopUpId) -> TopUp:
        """Let a customer's own request go, and return it as it is now; raises `NotFoundError`.

        One that is decided stays as it is, and so does one that an admin has the picture of. What
        asked the admins to decide says so.
        """
        now = self._clock.now()

        def cancel(tx: Transaction) -> TopUp:
            known = _own(tx, customer_id, topup_id)
            cancelled = None if known.proof else tx.topups.cancel(topup_id, now)
            if cancelled is not None:
                tell.tell_admins_of_cancelling(tx, cancelled, now)
            return cancelled or known

        return await self._store.write(cancel)

    async def expire(self) -> float | None:
        """Tell the customers whose time has run out; return the seconds until the next one's has.

        None: nobody's does. Whoever has sent a picture waits for an admin, and is not told.
        """
        now = self._clock.now()
        end = await self._store.read(lambda tx: tx.topups.next_end())
        if end is None or end > now:
            return None if end is None else (end - now).total_seconds()
        await self._store.write(_expire, now)
        return 0

    async def takes_proof(self, customer_id: CustomerId) -> bool:
        """Tell whether a customer has a request that the picture of a transfer can belong to."""
        now = self._clock.now()
        return await self._store.read(proved_by, customer_id, now) is not None

    async def prove(
        self, customer_id: CustomerId, proof: Proof, request_key: str, *, is_unasked: bool = True
    ) -> Proved | None:
        """Show the admins the picture of a transfer, as `prove` does; None: it is no transfer's."""
        now = self._clock.now()
        return await self._store.write(
            prove, self._rules, customer_id, proof, request_key, now, is_unasked=is_unasked
        )

    async def ask(
        self, actor_id: int, topup_id: TopUpId, *, for_amount: bool, message_id: int | None
    ) -> TopUp:
        """Wait for the amount that arrived, or for the reason of a rejection.

        Raises `NotPermittedError`, `NotFoundError`, `AlreadyDecidedError`.
        """
        self._require_admin(actor_id)
        now, admin = self._clock.now(), CustomerId(actor_id)

        def ask(tx: Transaction) -> TopUp:
            topup = _pending(tx, topup_id)
            data: dict[str, str | int] = {"topup_id": topup_id, "for_amount": int(for_amount)}
            tx.dialogs.put(
                Dialog(admin, CONVERSATION, Step.DECISION, now, message_id=message_id, data=data)
            )
            return topup

        return await self._store.write(ask)

    async def answer(self, actor_id: int, topup_id: TopUpId, verdict: Verdict) -> TopUp:
        """Decide with what was typed, and wait for nothing more.

        Raises `NotPermittedError`, `NotFoundError`, `AlreadyDecidedError`, `OtherTopUpError`.
        """
        self._require_admin(actor_id)
        now = self._clock.now()

        def answer(tx: Transaction) -> TopUp:
            tx.dialogs.drop(CustomerId(actor_id))
            return decide(tx, actor_id, topup_id, verdict, now)

        return await self._store.write(answer)

    def _require_admin(self, actor_id: int) -> None:
        if not self._rules.is_admin(actor_id):
            raise NotPermittedError


def _expire(tx: Transaction, now: datetime) -> None:
    for topup in tx.topups.running_out(now, EXPIRED_AT_ONCE):
        tx.topups.note_expired(topup.topup_id, now)
        if not topup.proof and now < runs_out_at(topup) + GRACE:
            tell.tell_topup_expired(tx, topup, now)


def _own(tx: Transaction, customer_id: CustomerId, topup_id: TopUpId) -> TopUp:
    topup = tx.topups.get(topup_id)
    if topup is None or topup.customer_id != customer_id:
        raise NotFoundError
    return topup


def _pending(tx: Transaction, topup_id: TopUpId) -> TopUp:
    topup = tx.topups.get(topup_id)
    if topup is None:
        raise NotFoundError
    if topup.state is not TopUpState.PENDING:
        raise AlreadyDecidedError(topup.state)
    return topup
