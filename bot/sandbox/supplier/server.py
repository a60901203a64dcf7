"""The embedded supplier: the panel's wire format on loopback, with every fault on demand."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence

from aiohttp import web

from bot.sandbox.supplier.faults import (
    FAULTS_BEFORE,
    REFUSALS,
    UNCLEAR_REFUSALS,
    Fault,
    Outcome,
    outcome_of,
    refusal_of,
    voucher_for,
)
from bot.sandbox.supplier.state import FaultSettings, Json, PanelCall, PanelOrder

__all__ = ["EmbeddedSupplier", "Fault", "FaultSettings", "Json", "PanelCall", "PanelOrder"]

LIST_LENGTH = 15
CALLS_KEPT = 200
FAILED_WORDS = {"error", "failed", "gagal"}


class EmbeddedSupplier:
    """The panel: order, status, service and profile calls; orders are kept in memory."""

    def __init__(
        self,
        user_id: str,
        api_key: str,
        catalogue: Sequence[Json],
        *,
        clock: Callable[[], float] = time.time,
        deposit: int = 5_000_000,
        delay_seconds: float = 4.0,
    ) -> None:
        """Sell `catalogue` (rows of the service list) to one account.

        `clock` returns seconds since the epoch. An ordinary order succeeds after `delay_seconds`.
        """
        self.orders: list[PanelOrder] = []
        self.calls: deque[PanelCall] = deque(maxlen=CALLS_KEPT)
        self.order_calls = 0
        self.fault_settings = FaultSettings()
        self.catalogue = list(catalogue)
        self.deposit = self._first_deposit = deposit
        self.delay_seconds = delay_seconds
        self.reports_balance = True
        self.on_change: Callable[[], None] = lambda: None
        self.on_call: Callable[[PanelCall], None] = lambda _call: None
        self._key = api_key
        self.sign = hashlib.md5(f"{user_id}{api_key}".encode(), usedforsecurity=False).hexdigest()
        self._clock = clock
        self._last_order_at = 0.0
        self.app = web.Application()
        self.app.router.add_post("/api/prepaid", self._prepaid)
        self.app.router.add_post("/api/profile", self._profile)

    # --- control ---

    def fail_next_order(self, *faults: Fault) -> None:
        """Queue a fault for each of the next order calls."""
        self.fault_settings.next_orders.extend(faults)

    def finish(
        self, ref_id: str, status: str = "success", *, voucher: str | None = None, note: str = ""
    ) -> PanelOrder:
        """Set an order's status word now; raises KeyError.

        On success a voucher is generated unless `voucher` is given; on failure the price returns
        to the deposit.
        """
        order = self.order(ref_id)
        is_refund = status in FAILED_WORDS and order.status not in FAILED_WORDS
        order.status, order.finishes_at, order.note = status, None, note
        order.updated_at = self._clock()
        if status == "success":
            order.voucher = voucher_for(order.product) if voucher is None else voucher
        elif is_refund:
            self.deposit += order.price
        self.on_change()
        return order

    def order(self, ref_id: str) -> PanelOrder:
        """Return the order of a ref_id; raises KeyError."""
        for order in self.orders:
            if order.ref_id == ref_id:
                return order
        raise KeyError(f"there is no order {ref_id}")

    def insert_order(
        self, service: Json, destination: str, outcome: Outcome | None = None
    ) -> PanelOrder:
        """Add an order for a row of the service list, and take its price from the deposit."""
        outcome = outcome or Outcome()
        created_at = self._clock() + self.fault_settings.clock_skew_seconds
        price = int(service.get("price", {}).get("current", 10_000)) + outcome.extra_cost
        order = PanelOrder(
            ref_id=secrets.token_hex(5),
            service=service["code"],
            destination=destination,
            price=price,
            created_at=created_at,
            updated_at=created_at,
            product={
                "code": service["code"],
                "type": service.get("category", {}).get("type", ""),
                "service": service.get("name", ""),
            },
            status=outcome.first_word,
            shows_at=self._clock()
            + max(self.fault_settings.hidden_seconds, outcome.hidden_seconds),
        )
        self.orders.append(order)
        self.deposit -= price
        if outcome.at_once:
            self.finish(order.ref_id, outcome.finish_as)
        elif outcome.finishes:
            order.finishes_at = self._clock() + self.delay_seconds
            order.finish_as = outcome.finish_as
        if outcome.vanishes:
            order.is_deleted = True
        self.on_change()
        return order

    def reset(self) -> None:
        """Delete all orders and faults, and restore the initial deposit."""
        self.orders.clear()
        self.fault_settings = FaultSettings()
        self.deposit = self._first_deposit
        self.order_calls = 0
        self._last_order_at = 0.0
        self.on_change()

    # --- the wire ---

    async def _prepaid(self, request: web.Request) -> web.StreamResponse:
        form = {key: str(value) for key, value in (await request.post()).items()}
        kind = form.get("type", "")
        if kind == "order":
            self.order_calls += 1
        if self.fault_settings.is_down:
            return await self._answer_with_fault(request, kind, form, Fault.LOST_BEFORE, None)
        refusal = self._refused_credentials(form)
        if refusal is not None:
            return self._refuse(kind, form, refusal)
        if kind == "order":
            return await self._order(request, form)
        fault = self._read_fault(kind)
        if fault is not None:
            return await self._answer_with_fault(request, kind, form, fault, None)
        if kind == "status":
            return self._answer(kind, form, self._status_rows(form))
        if kind == "service":
            return self._answer(kind, form, self._services())
        return self._refuse(kind, form, "Permintaan tidak valid")

    async def _profile(self, request: web.Request) -> web.StreamResponse:
        form = {key: str(value) for key, value in (await request.post()).items()}
        if self.fault_settings.is_down:
            return await self._answer_with_fault(request, "profile", form, Fault.LOST_BEFORE, None)
        refusal = self._refused_credentials(form)
        if refusal is not None:
            return self._refuse("profile", form, refusal)
        data: Json = {"full_name": "Konter Sandbox", "username": "konter"}
        if self.reports_balance:
            data["balance"] = self.deposit
        return self._answer("profile", form, data)

    def _refused_credentials(self, form: dict[str, str]) -> str | None:
        if form.get("key") != self._key:
            return "API Key not registered"
        if form.get("sign") != self.sign:
            return "API Signature not valid"
        if address := self.fault_settings.refused_address:
            return f"IP {address} is not permitted"
        return None

    def _read_fault(self, kind: str) -> Fault | None:
        if self.fault_settings.next_reads:
            return self.fault_settings.next_reads.popleft()
        return Fault.LOST_BEFORE if kind == "status" and self.fault_settings.status_down else None

    def _services(self) -> list[Json]:
        if self.fault_settings.all_in_stock:
            return [row | {"status": "ready"} for row in self.catalogue]
        return self.catalogue

    def _status_rows(self, form: dict[str, str]) -> list[Json]:
        self.finish_due_orders()
        now = self._clock()
        shown = [o for o in self.orders if not o.is_deleted and o.shows_at <= now]
        rows = sorted(shown, key=lambda order: order.created_at, reverse=True)
        ref_id = form.get("ref_id", "")
        if ref_id and not self.fault_settings.ignores_ref_id:
            rows = [order for order in rows if order.ref_id == ref_id]
        limit = int(form.get("limit") or LIST_LENGTH)
        rows = rows[: max(1, min(limit, LIST_LENGTH))]
        if self.fault_settings.is_reversed:
            rows.reverse()
        return [
            self._row(order)
            | {"created_at": int(order.created_at), "updated_at": int(order.updated_at)}
            for order in rows
        ]

    def _row(self, order: PanelOrder) -> Json:
        return {
            "data": [order.destination],
            "note": order.note,
            "price": order.price,
            "ref_id": order.ref_id,
            "status": order.status,
            "product": order.product,
            "voucher": order.voucher,
        }

    def finish_due_orders(self) -> None:
        """Finish the orders that are due; every status call does it too."""
        now = self._clock()
        for order in self.orders:
            if order.finishes_at is not None and order.finishes_at <= now:
                self.finish(order.ref_id, order.finish_as)

    # --- an order call ---

    async def _order(self, request: web.Request, form: dict[str, str]) -> web.StreamResponse:
        outcome = outcome_of(form.get("data_no", ""))
        fault = outcome.fault
        if self.fault_settings.next_orders:
            fault = self.fault_settings.next_orders.popleft()
        refusal = self._refused_order(form)
        if refusal is not None:
            return self._refuse("order", form, refusal)
        if fault is not None and fault in FAULTS_BEFORE:
            return await self._answer_with_fault(request, "order", form, fault, None)
        service = self._service(form["service"])
        assert service is not None  # noqa: S101 - checked by _refused_order
        order = self.insert_order(service, form["data_no"], outcome)
        reply = self._row(order)
        if fault is Fault.FOREIGN_ECHO:
            reply |= {"data": ["081200009999"]}
        elif fault is Fault.DUPLICATE_REF and len(self.orders) > 1:
            reply |= {"ref_id": self.orders[-2].ref_id}
        elif fault is not None:
            return await self._answer_with_fault(request, "order", form, fault, reply)
        return self._answer("order", form, reply)

    def _refused_order(self, form: dict[str, str]) -> str | None:
        now, gap = self._clock(), self.fault_settings.order_gap_seconds
        service = self._service(form.get("service", ""))
        destination = form.get("data_no", "")
        if service is None or not self._is_ready(service):
            return REFUSALS["product"]
        if refusal_of(destination) is not None:
            return refusal_of(destination)
        if not destination:
            return REFUSALS["destination"]
        if gap and now - self._last_order_at < gap:
            return REFUSALS["throttle"]
        if int(service["price"]["current"]) > self.deposit:
            return REFUSALS["own_deposit"]
        self._last_order_at = now
        return None

    def _is_ready(self, service: Json) -> bool:
        return self.fault_settings.all_in_stock or service["status"] == "ready"

    def _service(self, code: str) -> Json | None:
        return next((row for row in self.catalogue if row.get("code") == code), None)

    # --- answers ---

    def _answer(self, kind: str, form: dict[str, str], data: object) -> web.Response:
        self._record_call(kind, form, "success")
        message = "Success."
        if kind == "order":
            message = (
                "Thank you for purchasing the product, please wait for the transaction "
                "to be processed."
            )
        return web.json_response({"code": 200, "data": data, "status": True, "message": message})

    def _refuse(
        self, kind: str, form: dict[str, str], message: str, http_status: int = 200
    ) -> web.Response:
        """Refuse in the panel's format: status false, no data, and HTTP 200 unless given."""
        self._record_call(kind, form, message)
        body = {"code": http_status, "data": None, "status": False, "message": message}
        return web.json_response(body, status=http_status)

    async def _answer_with_fault(
        self,
        request: web.Request,
        kind: str,
        form: dict[str, str],
        fault: Fault,
        reply: Json | None,
    ) -> web.StreamResponse:
        """Answer with a fault; one without an answer of its own closes the connection."""
        self._record_call(kind, form, f"({fault})")
        if fault is Fault.SLOW:
            await asyncio.sleep(self.fault_settings.slow_seconds)
            return self._answer(kind, form, reply)
        if fault in (Fault.ERROR_BEFORE, Fault.ERROR_AFTER):
            return web.Response(status=500, text="Internal Server Error")
        if fault is Fault.HTML:
            page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
            return web.Response(status=502, text=page, content_type="text/html")
        if fault is Fault.TRUNCATED:
            whole = json.dumps({"code": 200, "data": reply, "status": True, "message": ""})
            return web.Response(text=whole[: len(whole) // 2], content_type="application/json")
        if fault is Fault.EMPTY:
            return web.Response()
        if fault is Fault.REDIRECT:
            return web.Response(status=307, headers={"Location": str(request.url)})
        if fault in UNCLEAR_REFUSALS:
            return self._refuse(kind, form, *UNCLEAR_REFUSALS[fault])
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _record_call(self, kind: str, form: dict[str, str], answer: str) -> None:
        hidden = {"key", "sign"}
        fields = {name: "***" if name in hidden else value for name, value in form.items()}
        call = PanelCall(self._clock(), kind, fields, answer)
        self.calls.append(call)
        self.on_call(call)
        self.on_change()
