"""The supplier's panel for load: a list of any size, and orders that succeed at once."""

from __future__ import annotations

import json
import time
from collections import deque
from typing import Any
from urllib.parse import parse_qs

from bot.sandbox.supplier.catalogue import full_catalogue
from tests.bench.http_server import Connection, LoadServer

Json = dict[str, Any]

SMALL, LARGE = 1_400, 20_000
"""The sizes of the service list: a usual one, and the largest that Konter reads."""
_NEWEST = 15


def services(count: int) -> list[Json]:
    """Return the sandbox's list, repeated up to `count` rows.

    Every copy has its own codes. Its data and phone packs are new products of another zone; its
    other rows are further sources of the same products.
    """
    rows = full_catalogue()
    more = [_copy(row, n) for n in range(1, -(-count // len(rows))) for row in rows]
    return (rows + more)[:count]


def _copy(row: Json, number: int) -> Json:
    copy = row | {"code": f"{row.get('code', '')}-{number}"}
    category = row.get("category")
    if category and category["type"] in {"paket-internet", "paket-telepon"}:
        copy["category"] = category | {"sub": f"{category['sub']} Zona {number}"}
        copy["name"] = f"{row['name']} Zona {number}"
    return copy


def voucher_of(destination: str) -> str:
    """Return the serial number that an order for a destination gets."""
    return f"77{destination}"


class LoadPanel:
    """Answers every call at once and in the panel's format (docs/supplier-api.md)."""

    def __init__(self) -> None:
        self.server = LoadServer(self._handle)
        self.orders = 0
        self._rows: deque[Json] = deque(maxlen=_NEWEST)
        self._prices: dict[str, tuple[int, Json]] = {}
        self._services = b""

    def sell(self, rows: list[Json]) -> bytes:
        """Take a service list; returns it as it is answered."""
        self._prices = {
            row["code"]: (int(row["price"]["current"]), row)
            for row in rows
            if row.get("code") and "price" in row
        }
        self._services = _success(rows)
        return self._services

    def _handle(self, path: bytes, body: bytes, connection: Connection) -> None:
        if path.endswith(b"/profile"):
            connection.reply(_success({"full_name": "Bench", "balance": 1_000_000_000}))
            return
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        kind = form.get("type")
        if kind == "service":
            connection.reply(self._services)
        elif kind == "order":
            connection.reply(_success(self._order(form)))
        else:
            connection.reply(_success(self._status(form)))

    def _order(self, form: dict[str, str]) -> Json:
        self.orders += 1
        price, service = self._prices[form["service"]]
        destination, now = form["data_no"], int(time.time())
        row = {
            "data": [destination],
            "note": "",
            "price": price,
            "ref_id": f"{self.orders:010x}",
            "status": "success",
            "product": {
                "code": service["code"],
                "type": service["category"]["type"],
                "service": service["name"],
            },
            "voucher": voucher_of(destination),
        }
        self._rows.appendleft(row | {"created_at": now, "updated_at": now})
        return row

    def _status(self, form: dict[str, str]) -> list[Json]:
        ref_id = form.get("ref_id")
        return [row for row in self._rows if not ref_id or row["ref_id"] == ref_id]


def _success(data: object) -> bytes:
    reply = {"code": 200, "data": data, "status": True, "message": "Success."}
    return json.dumps(reply).encode()
