"""State of the embedded supplier: its orders, the calls it received, its fault settings."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.supplier.faults import Fault

Json = dict[str, Any]


@dataclass(slots=True)
class PanelOrder:
    """One order at the panel; times are in seconds since the epoch."""

    ref_id: str
    service: str
    destination: str
    price: int
    created_at: float
    product: Json
    status: str = "waiting"
    voucher: str = ""
    note: str = ""
    updated_at: float = 0.0
    finishes_at: float | None = None
    finish_as: str = "success"
    shows_at: float = 0.0
    is_deleted: bool = False


@dataclass(frozen=True, slots=True)
class PanelCall:
    """One call that reached the panel, with its secrets masked."""

    at: float
    kind: str
    fields: dict[str, str]
    answer: str


@dataclass(slots=True)
class FaultSettings:
    """Faults that are active now; all can be changed while the server runs."""

    next_orders: deque[Fault] = field(default_factory=deque)
    """Faults of the next order calls, one each."""
    next_reads: deque[Fault] = field(default_factory=deque)
    """Faults of the next status, service and profile calls, one each."""
    is_down: bool = False
    """Whether every connection is closed without an answer, and nothing is bought."""
    refused_address: str = ""
    """The caller's address, which is not on the panel's list: every call is refused."""
    status_down: bool = False
    ignores_ref_id: bool = False
    is_reversed: bool = False
    clock_skew_seconds: float = 0.0
    order_gap_seconds: float = 0.0
    """A second order within this time is refused ("Transaksi dibatasi"); 0: never."""
    slow_seconds: float = 5.0
    all_in_stock: bool = False
    """Whether products whose row says "empty" are ready too."""
    hidden_seconds: float = 0.0
    """How long the status list omits a new row."""
