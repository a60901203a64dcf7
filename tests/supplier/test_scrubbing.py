"""API key and sign echoed by the panel: neither is stored nor shown."""

from urllib.parse import quote

import msgspec
import pytest

from bot.domain.errors import SupplierOutcomeUnknownError
from bot.ports.supplier import ReadShare
from tests.supplier.panel_calls import API_KEY, SIGN, connected, order
from tests.supplier.raw_panel import answer

ECHO = f"SN 123 key={API_KEY} sign={SIGN.upper()} url={quote(API_KEY).replace('-', '%2D')}"
CLEAN = "SN 123 key=*** sign=*** url=***"


def row(ref_id: str = "r1", **fields: object) -> dict[str, object]:
    """Return a row whose texts quote the secrets."""
    return {
        "data": ["081234567890"],
        "note": ECHO,
        "voucher": f"{API_KEY}/{SIGN}",
        "price": 10000,
        "ref_id": ref_id,
        "status": f"waiting {SIGN}",
        "product": {"code": "SM10", "type": "x", "service": "y"},
        "created_at": 1774527037,
        **fields,
    }


def body(data: object) -> bytes:
    """Return the body of a successful reply."""
    return msgspec.json.encode({"code": 200, "status": True, "message": "ok", "data": data})


async def test_an_order_reply_is_read_without_secrets() -> None:
    async with connected(answer(body(row()))) as (_, supplier):
        reply = await order(supplier)
    assert reply.note == CLEAN
    assert reply.voucher == "***/***"
    assert reply.status_word == "waiting ***"
    assert (reply.ref_id, reply.service_code, reply.destination) == ("r1", "SM10", "081234567890")


@pytest.mark.parametrize("secret", [API_KEY, API_KEY.upper(), SIGN])
async def test_a_reference_that_is_a_secret_names_no_order(secret: str) -> None:
    async with connected(answer(body(row(secret)))) as (_, supplier):
        with pytest.raises(SupplierOutcomeUnknownError) as raised:
            await order(supplier)
    assert raised.value.ref_id is None
    rows = body([row(secret), row("r2", note="SN 5", voucher="", status="sukses")])
    async with connected(answer(rows)) as (_, supplier):
        status = await supplier.recent_rows(ReadShare.POLL)
    assert [(one.ref_id, one.note) for one in status.rows] == [("r2", "SN 5")]
    assert status.skipped == 1


@pytest.mark.parametrize("http_status", [200, 500])
async def test_a_refusal_whose_reference_is_a_secret_keeps_no_reference(http_status: int) -> None:
    refused = {"status": False, "message": f"Gagal {API_KEY}", "data": row(API_KEY)}
    reply = answer(msgspec.json.encode(refused), http_status)
    async with connected(reply) as (_, supplier):
        with pytest.raises(SupplierOutcomeUnknownError) as raised:
            await order(supplier)
    assert (raised.value.ref_id, raised.value.message) == (None, "Gagal ***")


async def test_the_rows_of_a_status_answer_are_read_without_secrets() -> None:
    for http_status in (200, 500):
        reply = answer(body([row()]), http_status)
        async with connected(reply) as (_, supplier):
            status = await supplier.recent_rows(ReadShare.POLL)
        assert [(one.note, one.voucher) for one in status.rows] == [(CLEAN, "***/***")]


async def test_a_service_list_is_read_without_secrets() -> None:
    service = {
        "category": {"type": "pulsa-reguler", "main": "TRI", "sub": "Tri"},
        "multi": "1",
        "name": f"Tri 5.000 {SIGN}",
        "note": ECHO,
        "code": "T5",
        "price": {"current": 5500},
        "cutoff": {"start": "", "end": ""},
        "status": "ready",
    }
    other = service | {"code": "T10", "name": "Tri 10.000", "note": "-"}
    reply = answer(body([service, other]))
    async with connected(reply) as (_, supplier):
        services = await supplier.services()
    shown = [(one.code, one.name, one.note) for one in services.listings]
    assert shown == [("T5", "Tri 5.000 ***", CLEAN), ("T10", "Tri 10.000", "")]
