"""The panel's truth: each sale with the order whose call bought it, and its row over time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.money import Rupiah
from bot.domain.supplier_row import SupplierRow


@dataclass
class PanelSale:
    """One sale and its row at the panel. Instants are seconds since the opening, by our clock."""

    account: str
    """The supplier account that paid; rows of one account are not shown to another."""
    order: str
    """The number of the order whose call bought it; the panel of a real shop does not know it."""
    ref_id: str
    service_code: str
    destination: str
    echo: str
    cost: Rupiah
    made_at: float
    created_at: datetime | None
    """By the panel's clock, in whole seconds; or an odd value."""
    shows_at: float
    ends_at: float
    first_word: str
    middle_word: str
    last_word: str
    is_delivered: bool
    """Whether it ends as a success."""
    vanishes_at: float | None = None
    """When the panel withdraws the row: nothing is bought then."""
    hidden: tuple[float, float] = (0.0, 0.0)
    shown_echo: str | None = None
    """The number as the row shows it instead of `echo`, when the panel writes it in an odd form."""

    @property
    def is_real(self) -> bool:
        """Whether the row is never withdrawn."""
        return self.vanishes_at is None

    @property
    def voucher(self) -> str:
        """The voucher code, unique to this sale; empty if nothing is delivered."""
        return f"V-{self.ref_id}" if self.is_delivered else ""

    def is_shown(self, now: float) -> bool:
        """Return whether the status list contains it."""
        if self.vanishes_at is not None and now >= self.vanishes_at:
            return False
        return now >= self.shows_at and not self.hidden[0] <= now < self.hidden[1]

    def changed_at(self, now: float) -> float:
        """Return when its status last changed."""
        middle_at = (self.made_at + self.ends_at) / 2
        return max(at for at in (self.made_at, middle_at, self.ends_at) if at <= now)

    def row(self, now: float) -> SupplierRow:
        """Return the row as the list shows it."""
        is_over = now >= self.ends_at
        is_half_way = now >= (self.made_at + self.ends_at) / 2
        word = self.last_word if is_over else self.middle_word if is_half_way else self.first_word
        is_refunded = is_over and not self.is_delivered
        return SupplierRow(
            ref_id=self.ref_id,
            service_code=self.service_code,
            destination=self.echo if self.shown_echo is None else self.shown_echo,
            cost=Rupiah(0) if is_refunded else self.cost,
            status_word=word,
            voucher=self.voucher if is_over else "",
            note="Sisa saldo Rp 123.456" if is_over else "",
            created_at=self.created_at,
        )
