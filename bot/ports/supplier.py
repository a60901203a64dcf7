"""The port to the supplier's API (docs/supplier-api.md), and the values of its replies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from bot.domain.catalogue import Listing
from bot.domain.money import Rupiah
from bot.domain.supplier_row import SupplierRow


class ReadShare(Enum):
    """The purpose of a read; each has a share of the rate limit, so that polling leaves room.

    See docs/supplier-api.md, "3.10 Limits".
    """

    POLL = "poll"
    RECONCILE = "reconcile"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class StatusList:
    """The reply of a status call: the readable rows, and the number of unreadable ones."""

    rows: tuple[SupplierRow, ...]
    skipped: int


@dataclass(frozen=True, slots=True)
class ServiceList:
    """The service list: the usable rows, and the number of rows skipped as junk."""

    listings: tuple[Listing, ...]
    skipped: int


class Supplier(Protocol):
    """One account at the panel that all goods are bought from."""

    @property
    def order_gap_seconds(self) -> float:
        """The shortest pause between two order calls; it grows with throttle refusals."""
        ...

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> SupplierRow:
        """Make exactly one order call on a new connection, without retries or redirects.

        The call has no idempotency key (docs/supplier-api.md, "2.6 No idempotency"). Returns the
        row in a well-formed success, which has no `created_at` ("3.4 Order reply").
        Raises `SupplierUnavailableError` if surely no byte of the request was sent (failed name
        lookup, refused connection, failed TLS handshake, or no connection within
        `first_byte_within_seconds`), `SupplierRefusedError` on a well-formed refusal in a 2xx or
        4xx answer, and `SupplierOutcomeUnknownError` on everything else.
        """
        ...

    async def recent_rows(self, share: ReadShare) -> StatusList:
        """Return the newest rows of the account, at most 15.

        Raises `SupplierReadError` or `SupplierRefusedError`.
        """
        ...

    async def rows_of(self, ref_id: str, share: ReadShare) -> StatusList:
        """Return the rows that the panel shows for one ref_id.

        The caller must check the rows: a panel may ignore `ref_id` and answer with other orders.
        Raises `SupplierReadError` or `SupplierRefusedError`.
        """
        ...

    async def services(self) -> ServiceList:
        """Return the whole service list.

        Raises `SupplierReadError` (`SupplierReplyTooLargeError` for a list above the limits) or
        `SupplierRefusedError`.
        """
        ...

    async def balance(self) -> Rupiah | None:
        """Return the account's balance in rupiah; None if the panel does not report one.

        Raises `SupplierReadError` or `SupplierRefusedError`.
        """
        ...
