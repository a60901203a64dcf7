"""The reads (status, services, balance) are retried only when a retry may help."""

import asyncio
import gzip
from collections.abc import Iterator

import pytest
import stamina

from bot.domain.errors import (
    RefusalClass,
    SupplierReadError,
    SupplierRefusedError,
    SupplierReplyTooLargeError,
)
from bot.ports.supplier import ReadShare
from bot.supplier.wire import MAX_SERVICES_BYTES
from tests.supplier.golden_files import recorded_reply
from tests.supplier.panel_calls import (
    API_KEY,
    PAGE,
    REFUSED,
    SIGN,
    STATUS,
    connected,
    supplier_at,
)
from tests.supplier.raw_panel import (
    Act,
    answer,
    close,
    endless,
    half_a_head,
    never_answer,
    no_http,
    reset,
)


@pytest.fixture(autouse=True)
def _no_pauses() -> Iterator[None]:
    """Retry without pauses, and not more often than in production."""
    stamina.set_testing(True, attempts=10, cap=True)
    yield
    stamina.set_testing(False)


async def test_the_date_of_each_answer_is_passed_on() -> None:
    """Our clock is compared with it."""
    date, dates = "Sat, 14 Mar 2026 05:00:00 GMT", list[str]()
    acts = [answer(recorded_reply("status"), Date=date), answer(recorded_reply("status"))]
    async with connected(*acts) as (_, supplier):
        supplier.on_date(dates.append)
        for _ in acts:
            await supplier.recent_rows(ReadShare.POLL)
    assert dates == [date, ""]


async def test_every_read_sends_its_documented_fields() -> None:
    """Some panels answer at the address of the account with text/html."""
    acts = [answer(recorded_reply(name)) for name in ("status", "status", "services")]
    acts.append(answer(recorded_reply("profile"), Content_Type="text/html"))
    async with connected(*acts, has_profile_page=True) as (panel, supplier):
        recent = await supplier.recent_rows(ReadShare.POLL)
        one = await supplier.rows_of("some1d", ReadShare.RECONCILE)
        services = await supplier.services()
        balance = await supplier.balance()
    secrets = {"key": API_KEY, "sign": SIGN}
    assert panel.forms == [
        secrets | {"type": "status", "limit": "15"},
        secrets | {"type": "status", "ref_id": "some1d"},
        secrets | {"type": "service"},
        secrets,
    ]
    assert [row.ref_id for row in recent.rows] == ["some1d"]
    assert recent == one
    assert [listing.code for listing in services.listings] == ["BR10", "TPT755"]
    assert balance == 123456


async def test_without_an_address_the_balance_is_not_fetched() -> None:
    async with connected(close) as (panel, supplier):
        assert await supplier.balance() is None
    assert panel.connections == 0


@pytest.mark.parametrize("status", [404, 405, 410])
async def test_a_panel_without_a_profile_page_reports_no_balance(status: int) -> None:
    async with connected(answer(PAGE, status), has_profile_page=True) as (panel, supplier):
        assert await supplier.balance() is None
    assert panel.requests == 1


async def test_a_broken_profile_page_is_an_error() -> None:
    async with connected(answer(PAGE, 500), has_profile_page=True) as (_, supplier):
        with pytest.raises(SupplierReadError):
            await supplier.balance()


TRANSIENT: dict[str, Act] = {
    "closed": close,
    "reset": reset,
    "never answered": never_answer,
    "half a head": half_a_head,
    "no http": no_http,
    "page with 502": answer(PAGE, 502),
    "empty with 503": answer(b"", 503),
    "truncated": answer(STATUS, declared_length=len(STATUS) + 1),
}
PERMANENT: dict[str, Act] = {
    "endless": endless,
    "gzip bomb": answer(gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"),
    "page": answer(PAGE),
    "page with 403": answer(PAGE, 403),
    "empty": answer(b""),
    "framework error": answer(b'{"message": "Server Error"}', 500),
    "no list": answer(b'{"status": true, "data": null}'),
    "moved": answer(b"", 302, Location="/elsewhere"),
    "moved, with a reply": answer(STATUS, 307, Location="/elsewhere"),
}


@pytest.mark.parametrize("act", TRANSIENT.values(), ids=TRANSIENT)
async def test_a_transient_fault_is_retried(act: Act) -> None:
    seconds = 1.0 if act is never_answer else 30.0
    async with connected(act, act, answer(STATUS), timeout_seconds=seconds) as (panel, supplier):
        status = await supplier.recent_rows(ReadShare.RECONCILE)
    assert [row.ref_id for row in status.rows] == ["some1d"]
    assert panel.requests == 3


async def test_a_fault_that_persists_is_a_read_error_after_three_attempts() -> None:
    async with connected(close) as (panel, supplier):
        with pytest.raises(SupplierReadError):
            await supplier.recent_rows(ReadShare.RECONCILE)
    assert panel.requests == 3


@pytest.mark.parametrize("act", PERMANENT.values(), ids=PERMANENT)
async def test_a_permanent_fault_is_not_retried(act: Act) -> None:
    async with connected(act) as (panel, supplier):
        with pytest.raises(SupplierReadError):
            await supplier.recent_rows(ReadShare.POLL)
        assert panel.requests == 1


@pytest.mark.parametrize("status", [200, 403, 500])
async def test_a_refusal_is_not_retried(status: int) -> None:
    async with connected(answer(REFUSED, status)) as (panel, supplier):
        with pytest.raises(SupplierRefusedError) as caught:
            await supplier.services()
    assert caught.value.refusal is RefusalClass.OWN_DEPOSIT
    assert panel.requests == 1


async def test_an_unknown_host_is_a_read_error() -> None:
    async with supplier_at("http://panel.invalid/") as supplier:
        with pytest.raises(SupplierReadError, match="DNS"):
            await supplier.rows_of("some1d", ReadShare.POLL)


async def test_a_valid_body_counts_whatever_the_status() -> None:
    async with connected(answer(STATUS, 500)) as (panel, supplier):
        assert (await supplier.recent_rows(ReadShare.POLL)).rows
    assert panel.requests == 1


async def test_a_compressed_list_is_decompressed() -> None:
    compressed = answer(gzip.compress(recorded_reply("services")), Content_Encoding="gzip")
    async with connected(compressed) as (panel, supplier):
        assert len((await supplier.services()).listings) == 2
    assert b"Accept-Encoding: gzip, deflate" in panel.received


async def test_a_list_of_20000_services_is_read_without_blocking_the_loop() -> None:
    row = (
        b'{"category": {"type": "pulsa-reguler", "main": "XL", "sub": "Umum"}, "multi": "1",'
        b' "name": "XL 10.000", "note": "-", "code": "C%d", "price": {"list": {"standar": 10500,'
        b' "premium": 10450, "spesial": 10400}, "current": 10500}, "cutoff": {"start": "00:00",'
        b' "end": "00:00"}, "status": "ready", "updated_at": 1711103224}'
    )
    rows = b",".join(row % number for number in range(20_000))
    many = answer(b'{"status": true, "data": [%b]}' % rows)
    async with connected(many) as (_, supplier):
        call = asyncio.ensure_future(supplier.services())
        turns = 0
        while not call.done():
            turns += 1
            await asyncio.wait([call], timeout=0.001)
        assert len(call.result().listings) == 20_000
        assert call.result().skipped == 0
    assert turns > 3


def list_of(size: int) -> bytes:
    """Return a service list of exactly `size` bytes with one valid row."""
    row = '{"code": "A", "name": "n", "category": {"type": "t", "main": "M"}, "price": 5, "note": "'
    head, tail = f'{{"status": true, "data": [{row}'.encode(), b'"}]}'
    return head + b"n" * (size - len(head) - len(tail)) + tail


async def test_a_list_of_the_largest_size_is_read() -> None:
    async with connected(answer(list_of(MAX_SERVICES_BYTES))) as (_, supplier):
        assert len((await supplier.services()).listings) == 1


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
async def test_a_list_above_the_largest_size_is_refused_at_once(compressed: bool) -> None:
    """The decompressed size counts; a retry would fetch as much."""
    body = list_of(MAX_SERVICES_BYTES + 1)
    sent = answer(gzip.compress(body), Content_Encoding="gzip") if compressed else answer(body)
    async with connected(sent) as (panel, supplier):
        with pytest.raises(SupplierReplyTooLargeError, match="above 16,777,216 bytes"):
            await supplier.services()
        assert panel.requests == 1


async def test_a_status_answer_above_its_size_is_refused_at_once() -> None:
    body = b'{"status": true, "data": [%b]}' % (b" " * 1024 * 1024)
    async with connected(answer(body)) as (panel, supplier):
        with pytest.raises(SupplierReplyTooLargeError):
            await supplier.recent_rows(ReadShare.RECONCILE)
        assert panel.requests == 1


async def test_polling_leaves_calls_to_reconciliation() -> None:
    async with connected(answer(STATUS), calls_per_minute=60) as (panel, supplier):
        polls = [asyncio.ensure_future(supplier.recent_rows(ReadShare.POLL)) for _ in range(20)]
        await supplier.rows_of("some1d", ReadShare.RECONCILE)
        assert [form for form in panel.forms if form.get("ref_id") == "some1d"]
        assert not all(poll.done() for poll in polls)
        for poll in polls:
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)


async def test_the_same_service_list_again_is_the_same_object() -> None:
    """So nobody has to compare 20,000 listings to see that nothing changed."""
    first, other = recorded_reply("services"), recorded_reply("services_family")
    async with connected(*map(answer, (first, first, other, first))) as (_, supplier):
        lists = [await supplier.services() for _ in range(4)]
    assert lists[1] is lists[0]
    assert lists[2] != lists[0] == lists[3]
