"""The repository of top-ups."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.money import Rupiah
from bot.domain.order import CustomerId
from bot.domain.topup import TopUp, TopUpId, TopUpMessage, TopUpState


class TopUps(Protocol):
    """Requests to pay money in."""

    def add(self, topup: TopUp) -> TopUp:
        """Store a request and return it with its id; `DuplicateError` if its key was used."""
        ...

    def get(self, topup_id: TopUpId) -> TopUp | None:
        """Return a request."""
        ...

    def by_key(self, request_key: str) -> TopUp | None:
        """Return the request with this key."""
        ...

    def decide(
        self,
        topup_id: TopUpId,
        state: TopUpState,
        actor_id: int,
        at: datetime,
        credited: Rupiah | None = None,
        reason: str = "",
    ) -> TopUp | None:
        """Decide a pending request and return it; None when it was decided before."""
        ...

    def pending_of(self, customer_id: CustomerId) -> list[TopUp]:
        """Return a customer's open requests, newest first, those past their time too."""
        ...

    def credited_as(self, amount: int, since: datetime) -> list[TopUp]:
        """Return the requests of anybody approved since then for this amount, newest first.

        For it stands for: it was to be paid, or it was credited.
        """
        ...

    def pending_with(self, total: int) -> list[TopUp]:
        """Return the undecided requests of anybody for exactly this total, newest first."""
        ...

    def asked_since(self, customer_id: CustomerId, since: datetime) -> list[TopUp]:
        """Return what a customer asked for after this instant, decided or not, oldest first."""
        ...

    def reserved(self, least: int, most: int, since: datetime) -> frozenset[int]:
        """Return the totals in this range, both ends included, that nobody else may be given.

        Those are the reserved ones of undecided requests, and those of all requests that could be
        paid until `since` or later, decided or not.
        """
        ...

    def last_given(self, least: int, most: int) -> dict[int, datetime]:
        """Return when each total in this range was last given to somebody."""
        ...

    def release(self, before: datetime) -> None:
        """Let go of the totals of open requests that expired before then."""
        ...

    def attach(self, topup_id: TopUpId, proof: str) -> None:
        """Keep Telegram's id of a transfer's picture with an open request."""
        ...

    def pending(self, limit: int) -> list[TopUp]:
        """Return the open requests, oldest first."""
        ...

    def waiting(self, now: datetime) -> list[TopUp]:
        """Return the undecided requests that an admin is to look at, oldest first.

        Those that can still be paid, and those with a picture of a transfer, whatever else became
        of them.
        """
        ...

    def newest_of(self, customer_id: CustomerId) -> TopUp | None:
        """Return a customer's newest request, decided or not."""
        ...

    def cancel(
        self, topup_id: TopUpId, at: datetime, replaced_by: TopUpId | None = None
    ) -> TopUp | None:
        """Note that an undecided request was let go; None when it was before, or is decided."""
        ...

    def replaced_by(self, topup_id: TopUpId) -> list[TopUp]:
        """Return the requests whose place this one took, newest first."""
        ...

    def shown(self, topup_id: TopUpId, message_id: int) -> None:
        """Keep which message shows the customer how to pay an undecided request."""
        ...

    def note_message(self, topup_id: TopUpId, message: TopUpMessage) -> None:
        """Keep that a message shows a request, beside those that the outbox sent."""
        ...

    def messages(self, topup_id: TopUpId) -> list[TopUpMessage]:
        """Return those messages, by chat, the newest of a chat first."""
        ...

    def running_out(self, until: datetime, limit: int) -> list[TopUp]:
        """Return requests whose time is over by `until` and not noted to be, oldest end first."""
        ...

    def next_end(self) -> datetime | None:
        """Return when the first request runs out that is not noted to have."""
        ...

    def note_expired(self, topup_id: TopUpId, at: datetime) -> None:
        """Note that the time of an undecided request is over."""
        ...
