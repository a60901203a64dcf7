"""What the pretended supplier keeps: its orders, the calls it had, and what is wrong with it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.supplier.faults import Fault

Json = dict[str, Any]


@dataclass(slots=True)
class PanelOrder:
    """One order as the panel has it: the truth that every run is compared with."""

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
class Troubles:
    """What is wrong with the panel now; all of it can be changed while it runs."""

    next_orders: deque[Fault] = field(default_factory=deque)
    """Faults of the next order calls, one each."""
    next_reads: deque[Fault] = field(default_factory=deque)
    """Faults of the next status, service and profile calls, one each."""
    is_down: bool = False
    """Every connection is closed without an answer, and nothing is bought."""
    status_down: bool = False
    ignores_ref_id: bool = False
    is_reversed: bool = False
    clock_skew_seconds: float = 0.0
    order_gap_seconds: float = 0.0
    """A second order within this is refused ("Transaksi dibatasi"); 0: never."""
    slow_seconds: float = 5.0
    all_in_stock: bool = False
    """Every product is ready, also those that are empty otherwise."""
    hidden_seconds: float = 0.0
    """How long a new row stays out of the status list."""
