"""The port to the supplier's three calls, and the values of its replies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from bot.domain.catalogue import Listing
from bot.domain.money import Rupiah
from bot.domain.row_matching import SupplierRow


class ReadShare(Enum):
    """On whose share of the reads a call counts, so that polling cannot starve the others."""

    POLL = "poll"
    RECONCILE = "reconcile"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class OrderReply:
    """A well-formed success of the order call; `ref_id` is not empty."""

    ref_id: str
    service_code: str
    destination: str
    """The supplier's echo, as it came."""
    cost: Rupiah | None
    status_word: str
    voucher: str
    note: str


@dataclass(frozen=True, slots=True)
class StatusList:
    """The supplier's answer to a status call: the sound rows, and how many could not be read."""

    rows: tuple[SupplierRow, ...]
    skipped: int


@dataclass(frozen=True, slots=True)
class ServiceList:
    """The supplier's service list: the sound rows, and how many were skipped as junk."""

    listings: tuple[Listing, ...]
    skipped: int


class Supplier(Protocol):
    """The panel that everything is bought from."""

    @property
    def order_gap_seconds(self) -> float:
        """The least pause between two order calls; grows with throttle refusals."""
        ...

    async def place_order(
        self, service_code: str, destination: str, *, first_byte_within_seconds: float
    ) -> OrderReply:
        """Make exactly one order call, on a fresh connection, never repeated or redirected.

        Raises `SupplierUnavailableError` when surely no byte of the request left (DNS, refused,
        TLS, or no connection within `first_byte_within_seconds`), `SupplierRefusedError` on a
        well-formed refusal in a 2xx or 4xx answer, `SupplierOutcomeUnknownError` on everything
        else.
        """
        ...

    async def recent_rows(self, share: ReadShare) -> StatusList:
        """Return the newest rows of the account, 15 at most.

        Raises `SupplierReadError` or `SupplierRefusedError`.
        """
        ...

    async def rows_of(self, ref_id: str, share: ReadShare) -> StatusList:
        """Return what the panel answers for one ref_id: check it, a panel may ignore the filter.

        Raises `SupplierReadError` or `SupplierRefusedError`.
        """
        ...

    async def services(self) -> ServiceList:
        """Return the whole service list; raises `SupplierReadError` or `SupplierRefusedError`."""
        ...

    async def balance(self) -> Rupiah | None:
        """Return the account's balance, or None when the panel does not report one.

        Raises `SupplierReadError` or `SupplierRefusedError`.
        """
        ...
