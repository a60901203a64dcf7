"""The simulated panel: takes order calls, holds the truth, and shows it with the planned faults."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from bot.domain.catalogue import Listing
from bot.domain.errors import (
    RefusalClass,
    SupplierError,
    SupplierOutcomeUnknownError,
    SupplierRefusedError,
)
from bot.domain.lookup import LIST_LENGTH
from bot.domain.money import Rupiah
from bot.domain.supplier_row import SupplierRow
from bot.ports.supplier import ServiceList, StatusList
from bot.supplier.profile import load_profile
from bot.supplier.protocol import parse_order
from tests.faults.simulation.fault_schedule import ORDER_FAULTS, Fault, FaultSchedule, ListOrder
from tests.faults.simulation.panel_sales import PanelSale
from tests.faults.simulation.run_log import RunLog
from tests.faults.simulation.virtual_time import OPENING

GAP_SECONDS = 6.0
GAP_TOLERANCE_SECONDS = 0.1
"""The panel wants less than the gap: it measures between arrivals, and network delays differ."""
WORDS_WAITING = ("waiting", "Pending", "process", "PROSES")
WORDS_DONE = ("success", "Sukses", "BERHASIL")
WORDS_FAILED = ("gagal", "Error", "refunded", "CANCEL")
ODD_WORDS = ("antrian", "on hold", "", "done?")
REFUSALS = (
    "Stok habis",
    "Produk tidak stabil",
    "Nominal tidak valid",
    "SKU non-aktif",
    "Nomor salah",
    "Nomor Tujuan Diblokir",
    "Nomor tujuan luar cluster",
    "Prefix tidak sesuai dengan operator",
    "Tidak support transaksi multi",
    "Saldo Anda tidak cukup",
)
"""Each belongs to a known class of refusals, so the order was not taken."""
LATER_PROCESSING = (
    "Sistem dalam pemeliharaan, transaksi Anda akan diproses setelah selesai",
    "Service busy, your order will be processed in a few minutes",
    "Koneksi ke biller terputus, layanan gangguan",
    "No response from biller, service not available",
    "Tidak ada respon dari operator",
    "Timeout, produk gangguan",
)
"""Messages after which the goods may still be bought, though some contain words of a refusal."""
ODD_INSTANTS = (
    None,
    datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
    datetime(2286, 11, 20, 17, 46, 39, tzinfo=UTC),
    datetime(5138, 11, 16, 9, 46, 39, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
)
"""Odd values of `created_at`: none, 1, 9999999999 and 99999999999 seconds, the last instant."""
PRICE_FACTOR = 9
"""The factor by which a product may cost more than listed."""
_LATER_PROCESSING_FAULTS = frozenset({Fault.PROMISED_BOUGHT, Fault.PROMISED_NOT_BOUGHT})
_MAY_BE_TAKEN_FOR_REFUSED = frozenset({Fault.OTHER_BOUGHT, Fault.SLOW_WAY})
"""After one of these the reply may be an unknown refusal, which is believed after 120 seconds."""
_ANSWERED = frozenset({None, Fault.SLOW_ANSWER, Fault.OTHER_PRICE, Fault.FAR_DEARER})
NO_SUCH_ROW = "Transaksi tidak ditemukan"
PROFILE = load_profile()


def refusal(message: str) -> SupplierError:
    """Return the error that the bot's own reader raises for a refusal with this message."""
    body = json.dumps({"status": False, "message": message}).encode()
    try:
        parse_order(body, PROFILE)
    except SupplierError as error:
        return error
    raise AssertionError("a refusal was read as a success")


UNKNOWN_REFUSAL = refusal("Something went wrong, please contact the admin.")


@dataclass
class OrderCall:
    """One request whose bytes have left the bot."""

    account: str
    order: str
    service_code: str
    destination: str
    fault: Fault | None


@dataclass(frozen=True)
class Answer:
    """The answer to an order call, and the seconds that it takes."""

    seconds: float
    content: SupplierRow | SupplierError


class Panel:
    """What the supplier sold, what it answers and what it lists, given the faults.

    One per run: it keeps running while the shop's process is dead. The clients bring it calls and
    carry its answers back, each at its time.
    """

    def __init__(
        self,
        time: Callable[[], float],
        log: RunLog,
        fault_schedule: FaultSchedule,
        rng: Random,
        gap_seconds: float = GAP_SECONDS,
    ) -> None:
        """Throttle order calls that come sooner than `gap_seconds` after the last one."""
        self.gap_seconds = gap_seconds
        self.time = time
        self.log = log
        self.fault_schedule = fault_schedule
        self.listings: tuple[Listing, ...] = ()
        self.dearest: defaultdict[str, Rupiah] = defaultdict(lambda: Rupiah(0))
        """The highest cost of each product in any list so far."""
        self.purchases: list[PanelSale] = []
        self.by_ref: dict[str, PanelSale] = {}
        self.by_order: defaultdict[str, list[PanelSale]] = defaultdict(list)
        self.promised: set[str] = set()
        """Numbers of orders that were answered with words of later processing, bought or not."""
        self.zone_seconds = 0.0
        """Offset of the clock that dates the rows, in addition to the scheduled skew."""
        self.order_calls: list[float] = []
        """When each order call left the shop, in seconds since the opening."""
        self.reads: list[float] = []
        self._rng = rng
        self.last_order_at = -GAP_SECONDS
        """When the last order call came that was not throttled."""

    def chance(self, fault: Fault) -> bool:
        """Decide by its rate whether a fault happens now, and count it."""
        happens = self._rng.random() < self.fault_schedule.rates.get(fault, 0.0)
        if happens:
            self.log.fault(fault)
        return happens

    def draw_order_fault(self) -> Fault | None:
        """Choose the fault of an order call; mostly None."""
        is_burst = self.fault_schedule.is_active(Fault.BURST, self.time())
        if is_burst and self._rng.random() < self.fault_schedule.burst_rate:
            return self._rng.choice([Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.TOO_SLOW])
        draw = self._rng.random()
        for fault in ORDER_FAULTS:
            draw -= self.fault_schedule.rates.get(fault, 0.0)
            if draw < 0:
                return fault
        return None

    # --- orders ---

    def answer(self, call: OrderCall) -> Answer:
        """Take a request that has arrived, and sell the goods or not."""
        now = self.time()
        if now - self.last_order_at < self.gap_seconds - GAP_TOLERANCE_SECONDS:
            self.log.counts["throttled"] += 1
            return Answer(0.1, refusal("Transaksi dibatasi, coba lagi dalam 6 detik"))
        self.last_order_at = now
        if call.fault in _LATER_PROCESSING_FAULTS:
            self.promised.add(call.order)
        if call.fault is Fault.REFUSED:
            return Answer(self._rng.uniform(0.2, 3), refusal(self._rng.choice(REFUSALS)))
        if call.fault is Fault.PROMISED_NOT_BOUGHT:
            return Answer(self._rng.uniform(0.2, 50), refusal(self._rng.choice(LATER_PROCESSING)))
        if call.fault is Fault.OTHER_NOT_BOUGHT:
            return Answer(self._rng.uniform(0.2, 50), UNKNOWN_REFUSAL)
        return self._sell(call)

    def _sell(self, call: OrderCall) -> Answer:
        purchase = self._make_purchase(call)
        self.purchases.append(purchase)
        self.by_ref[purchase.ref_id] = purchase
        self.by_order[call.order].append(purchase)
        self.log.note(f"sold {purchase.ref_id} for {call.order}")
        if len(self.by_order[call.order]) > 1:
            self.log.counts["doubles"] += 1
        wait = self._rng.uniform(0.3, 3)
        if call.fault is Fault.SLOW_ANSWER:
            wait = self._rng.uniform(5, 55)
        elif call.fault is Fault.TOO_SLOW:
            wait = self._rng.uniform(61, 90)
        elif call.fault in (Fault.OTHER_BOUGHT, Fault.PROMISED_BOUGHT):
            is_promise = call.fault is Fault.PROMISED_BOUGHT
            said = refusal(self._rng.choice(LATER_PROCESSING)) if is_promise else UNKNOWN_REFUSAL
            return Answer(self._rng.uniform(0.5, 50), said)
        elif call.fault in (Fault.LOST_AFTER, Fault.SLOW_WAY):
            lost = SupplierOutcomeUnknownError("connection reset")
            has_reply = call.fault is Fault.SLOW_WAY and self._rng.random() < 0.5
            return Answer(self._rng.uniform(0.1, 5), UNKNOWN_REFUSAL if has_reply else lost)
        return Answer(wait, self._reply(call, purchase))

    def _reply(self, call: OrderCall, purchase: PanelSale) -> SupplierRow:
        row = purchase.row(self.time())
        reply = SupplierRow(
            ref_id=purchase.ref_id,
            service_code=purchase.service_code,
            destination=purchase.echo,
            cost=purchase.cost,
            status_word=row.status_word,
            voucher=row.voucher,
            note=row.note,
        )
        if call.fault is Fault.FOREIGN_ECHO:
            return replace(reply, destination="081999999999")
        others = [one for one in self.purchases[-6:-1] if one.account == call.account]
        if call.fault is Fault.DUPLICATE_REF and others:
            return replace(reply, ref_id=self._rng.choice(others).ref_id)
        return reply

    def _make_purchase(self, call: OrderCall) -> PanelSale:
        now, rng = self.time(), self._rng
        listing = next(item for item in self.listings if item.code == call.service_code)
        cost = listing.cost + (rng.choice([-50, 75]) if call.fault is Fault.OTHER_PRICE else 0)
        if call.fault is Fault.FAR_DEARER:
            cost = listing.cost * PRICE_FACTOR
        duration = rng.choices(
            [rng.uniform(0, 5), rng.uniform(5, 90), rng.uniform(90, 1_500)], [3, 5, 1]
        )
        purchase = PanelSale(
            account=call.account,
            order=call.order,
            ref_id=f"r{len(self.purchases) + 1}",
            service_code=call.service_code,
            destination=call.destination,
            echo=self._echo(call.destination),
            cost=Rupiah(cost),
            made_at=now,
            created_at=self._panel_time(now),
            shows_at=now,
            ends_at=now + duration[0],
            first_word=rng.choice(WORDS_WAITING),
            middle_word=rng.choice(WORDS_WAITING),
            last_word=rng.choice(WORDS_DONE),
            is_delivered=True,
        )
        self._apply_row_faults(purchase, call.fault)
        return purchase

    def _apply_row_faults(self, purchase: PanelSale, fault: Fault | None) -> None:
        """Apply the faults of a row's life."""
        made_at, rng = purchase.made_at, self._rng
        if self.chance(Fault.SHOWN_LATE):
            purchase.shows_at = made_at + rng.uniform(1, self.fault_schedule.late_seconds)
        if self.chance(Fault.ODD_WORD):
            purchase.middle_word = rng.choice(ODD_WORDS)
        if self.chance(Fault.PARTIAL):
            purchase.middle_word, purchase.ends_at = "Partial", made_at + rng.uniform(600, 7_200)
        if self.chance(Fault.FAILS):
            purchase.is_delivered, purchase.last_word = False, rng.choice(WORDS_FAILED)
        if self.chance(Fault.VANISHES):
            purchase.is_delivered, purchase.last_word = False, rng.choice(WORDS_FAILED)
            purchase.vanishes_at = purchase.ends_at = made_at + rng.uniform(1, 120)
        elif self.chance(Fault.FLICKERS):
            purchase.hidden = self._hidden(made_at, fault)
        if self.chance(Fault.ODD_ECHO):
            purchase.shown_echo = self._odd_echo(purchase.destination)
        if self.chance(Fault.ODD_TIME):
            purchase.created_at = rng.choice(ODD_INSTANTS)

    def _hidden(self, made_at: float, fault: Fault | None) -> tuple[float, float]:
        """Return the period in which a row is hidden.

        It starts at the purchase and is short, or starts later and is long: the shop does not
        promise to find a row that nobody has seen for two minutes.
        """
        is_known = fault in _ANSWERED
        if not is_known and (fault in _MAY_BE_TAKEN_FOR_REFUSED or self._rng.random() < 0.5):
            return made_at, made_at + self._rng.uniform(10, self.fault_schedule.late_seconds)
        begins = made_at + self._rng.uniform(0 if is_known else 60, 300)
        return begins, begins + self._rng.uniform(30, 300)

    def _odd_echo(self, destination: str) -> str:
        """Return an odd form of a number: masked, cut off, empty, or with spaces or dashes."""
        head, tail = destination[:4], destination[-4:]
        return self._rng.choice(
            [
                f"{head}{'*' * (len(destination) - 8)}{tail}",
                f"{head}xxxx",
                "",
                "-",
                f"+62 {destination[1:4]} {destination[4:]}",
                " ".join(destination),
                f"{head}-{destination[4:8]}-{destination[8:]}",
            ]
        )

    def _echo(self, destination: str) -> str:
        """Return a destination in one of the forms in which panels repeat it."""
        if self._rng.random() < 0.1:
            return f"2.{destination}"
        if self._rng.random() < 0.1 and destination.startswith("08"):
            return f"62{destination[1:]}"
        return destination

    def _panel_time(self, now: float) -> datetime:
        instant = OPENING + timedelta(
            seconds=now + self.fault_schedule.skew_at(now) + self.zone_seconds
        )
        return instant.replace(microsecond=0)

    # --- reads ---

    def list_rows(self, account: str) -> StatusList:
        """Return an account's 15 newest rows as shown now, in this panel's order."""
        now = self.fault_schedule.list_as_of(self.time())
        order = self.fault_schedule.list_order
        shown = [
            purchase
            for purchase in self.purchases[-400:]
            if purchase.account == account and purchase.is_shown(now)
        ]
        if order is ListOrder.CHANGED_FIRST:
            shown.sort(key=lambda purchase: purchase.changed_at(now))
        shown = shown[-LIST_LENGTH:]
        if order is ListOrder.SHUFFLED:
            self._rng.shuffle(shown)
        elif order is not ListOrder.OLDEST_FIRST:
            shown.reverse()
        rows = tuple(purchase.row(now) for purchase in shown)
        if rows and self.chance(Fault.ROW_UNREADABLE):
            omitted = self._rng.randrange(len(rows))
            return StatusList(rows[:omitted] + rows[omitted + 1 :], 1)
        return StatusList(rows, 0)

    def rows_of(self, account: str, ref_id: str) -> StatusList:
        """Return the row of a ref_id; a panel that ignores the ref_id returns its list."""
        if self.fault_schedule.is_active(Fault.IGNORES_REF, self.time()):
            self.log.counts["reads without ref_id"] += 1
            return self.list_rows(account)
        purchase = self.by_ref.get(ref_id)
        now = self.time()
        if purchase is None or purchase.account != account or not purchase.is_shown(now):
            return self._no_row()
        return StatusList((purchase.row(now),), 0)

    def _no_row(self) -> StatusList:
        """Report that there is no such row: a refusal or an empty list, as panels do."""
        if self._rng.random() < 0.5:
            raise SupplierRefusedError(RefusalClass.OTHER, NO_SUCH_ROW)
        return StatusList((), 0)

    def services(self) -> ServiceList:
        """Return the service list; prices and stock may have changed."""
        if self.chance(Fault.LIST_CHANGES):
            index = self._rng.randrange(len(self.listings))
            old = self.listings[index]
            cost = Rupiah(max(1_000, old.cost + self._rng.choice([-200, 100, 400, 1_300])))
            new = replace(old, cost=cost, is_ready=self._rng.random() < 0.8)
            self.listings = (*self.listings[:index], new, *self.listings[index + 1 :])
        for listing in self.listings:
            self.dearest[listing.code] = max(self.dearest[listing.code], listing.cost)
        return ServiceList(self.listings, 0)

    # --- the end ---

    def calm_down(self) -> None:
        """End all faults, and let pending purchases end within 300 seconds."""
        now = self.time()
        self.fault_schedule = self.fault_schedule.calmed(now)
        self.listings = tuple(replace(listing, is_ready=True) for listing in self.listings)
        for purchase in self.purchases:
            purchase.ends_at = min(purchase.ends_at, now + 300)
            purchase.hidden = (0.0, 0.0)
