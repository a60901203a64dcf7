"""The order call: made once on every path; a fault is judged by whether a byte was sent."""

import asyncio
import gzip
import logging
import traceback
from contextlib import suppress
from itertools import count

import pytest
from structlog.testing import capture_logs

from bot.domain.errors import (
    RefusalClass,
    SupplierError,
    SupplierOutcomeUnknownError,
    SupplierRefusedError,
    SupplierUnavailableError,
)
from tests.supplier.panel_calls import (
    API_KEY,
    PAGE,
    REFUSED,
    SIGN,
    SUCCESS,
    THROTTLED,
    connected,
    order,
    supplier_at,
)
from tests.supplier.raw_panel import (
    Act,
    RawPanel,
    answer,
    close,
    endless,
    half_a_head,
    never_answer,
    no_http,
    reset,
)

VOUCHER = "voucher_code"


async def test_every_order_is_one_form_on_a_fresh_connection() -> None:
    """A kept connection may be dead, and a dead one leaves the outcome unknown."""
    async with connected(answer(SUCCESS)) as (panel, supplier):
        for _ in range(3):
            assert (await order(supplier)).ref_id == "some1d"
    form = {"type": "order", "service": "SM10", "data_no": "081234567890"}
    assert panel.forms == [{"key": API_KEY, "sign": SIGN} | form] * 3
    assert panel.connections == 3
    head = panel.received.partition(b"\r\n\r\n")[0].lower()
    assert b"content-type: application/x-www-form-urlencoded" in head
    assert b"connection: close" in head


@pytest.mark.parametrize("status", [200, 201, 206, 299, 400, 401, 404, 409, 429, 499])
async def test_the_body_decides_in_a_2xx_and_a_4xx(status: int) -> None:
    """Panels answer 200 to refusals, and 4xx to orders that they took."""
    async with connected(answer(SUCCESS, status), answer(REFUSED, status)) as (_, supplier):
        await order(supplier)
        with pytest.raises(SupplierRefusedError) as caught:
            await order(supplier)
    assert caught.value.refusal is RefusalClass.OWN_DEPOSIT


AFTER_THE_SEND: dict[str, Act] = {
    "closed": close,
    "reset": reset,
    "never answered": never_answer,
    "half a head": half_a_head,
    "no http": no_http,
    "endless": endless,
    "empty": answer(b""),
    "no content": answer(b"", 204),
    "page": answer(PAGE),
    "page with 500": answer(PAGE, 500),
    "page with 502": answer(PAGE, 502),
    "page with 403": answer(PAGE, 403),
    "framework error": answer(b'{"message": "Server Error"}', 500),
    "truncated": answer(SUCCESS[:-40]),
    "whole but announced longer": answer(SUCCESS, declared_length=len(SUCCESS) + 1),
    "moved": answer(b"", 301, Location="/elsewhere"),
    "see other": answer(b"", 303, Location="/elsewhere"),
    "moved with its method": answer(b"", 307, Location="/elsewhere"),
    "moved for good with its method": answer(b"", 308, Location="/elsewhere"),
    "moved, with a reply": answer(SUCCESS, 307, Location="/elsewhere"),
    "moved, with a refusal": answer(REFUSED, 302, Location="/elsewhere"),
    "giant": answer(b'{"x": "' + b"x" * 2_000_000 + b'"}'),
    "gzip bomb": answer(gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"),
    "not gzip": answer(SUCCESS, Content_Encoding="gzip"),
    "unknown encoding": answer(SUCCESS, Content_Encoding="br"),
}


def timeout_for(act: Act) -> float:
    """Return a timeout in seconds that ends the call only if the panel does not answer at all."""
    return 1.0 if act is never_answer else 30.0


@pytest.mark.parametrize("act", AFTER_THE_SEND.values(), ids=AFTER_THE_SEND)
async def test_a_fault_after_the_send_leaves_the_outcome_unknown(act: Act) -> None:
    async with connected(act, timeout_seconds=timeout_for(act)) as (panel, supplier):
        with pytest.raises(SupplierOutcomeUnknownError):
            await order(supplier)
        assert (panel.requests, panel.connections) == (1, 1)


async def test_a_reset_before_the_request_is_read_is_not_repeated() -> None:
    """Whether a byte was sent by then is a race; there must be no second request."""
    async with connected(reset, at_once=True) as (panel, supplier):
        with pytest.raises((SupplierOutcomeUnknownError, SupplierUnavailableError)):
            await order(supplier)
        await panel.quiet()
    assert (panel.requests, panel.connections) == (0, 1)


async def test_a_refused_connection_is_surely_not_sent() -> None:
    async with connected(never_answer) as (panel, supplier):
        await panel.__aexit__(None, None, None)
        with pytest.raises(SupplierUnavailableError, match=r"^ClientConnectorError$"):
            await order(supplier)


@pytest.mark.parametrize(
    ("url", "error"), [("http://panel.invalid/api/prepaid", "DNS"), ("http:///api/prepaid", None)]
)
async def test_an_unknown_or_invalid_address_is_surely_not_sent(
    url: str, error: str | None
) -> None:
    async with supplier_at(url) as supplier:
        with pytest.raises(SupplierUnavailableError, match=error):
            await order(supplier)


@pytest.mark.parametrize(
    ("act", "within_seconds", "timeout_seconds", "error"),
    [
        (no_http, 30.0, 30.0, None),
        (never_answer, 0.5, 30.0, "ConnectionTimeoutError"),
        (never_answer, 30.0, 0.5, "TimeoutError"),
    ],
    ids=["failed", "endless", "total timeout"],
)
async def test_a_fault_in_the_tls_handshake_is_surely_not_sent(
    act: Act, within_seconds: float, timeout_seconds: float, error: str | None
) -> None:
    async with (
        RawPanel(act, at_once=True) as panel,
        supplier_at(panel.https_url, timeout_seconds=timeout_seconds) as supplier,
    ):
        with pytest.raises(SupplierUnavailableError, match=error):
            await order(supplier, within_seconds)
    assert b"POST" not in panel.received
    assert panel.connections == 1


async def test_a_first_byte_that_is_too_late_is_not_sent() -> None:
    """The event loop stalled after connecting: the clock is read right before the write."""
    stalling = count(start=0.0, step=10.0)
    async with connected(answer(SUCCESS), monotonic=lambda: next(stalling)) as (panel, supplier):
        with pytest.raises(SupplierUnavailableError, match="too late"):
            await order(supplier)
        await panel.quiet()
    assert (panel.connections, panel.received) == (1, b"")


async def test_a_first_byte_in_time_may_be_answered_late() -> None:
    times = iter([0.0, 0.0, 0.0, 4.0, 50.0, 50.0])
    async with connected(answer(SUCCESS), monotonic=lambda: next(times)) as (_, supplier):
        await order(supplier)
    assert list(times) == []


async def test_a_cancelled_call_is_not_repeated() -> None:
    """A shutdown cancels the call; the next start looks for the order."""
    async with connected(never_answer) as (panel, supplier):
        call = asyncio.ensure_future(order(supplier))
        await panel.asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert (panel.requests, panel.connections) == (1, 1)


async def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with RawPanel(answer(SUCCESS)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        async with connected(answer(SUCCESS)) as (panel, supplier):
            await order(supplier)
    assert (panel.requests, proxy.connections) == (1, 0)


async def test_a_throttle_refusal_widens_the_gap_and_a_success_narrows_it() -> None:
    acts = [answer(body) for body in (THROTTLED, REFUSED, SUCCESS)]
    gaps: list[float] = []
    async with connected(*acts, order_gap_seconds=6.0) as (_, supplier):
        for _ in acts:
            with suppress(SupplierRefusedError):
                await order(supplier)
            gaps.append(supplier.order_gap_seconds)
    assert gaps == [9.0, 9.0, pytest.approx(8.1)]


async def test_a_closed_supplier_may_be_closed_again() -> None:
    async with supplier_at("http://127.0.0.1:9/") as supplier:
        await supplier.close()


# --- secrets ----------------------------------------------------------------------------


ECHOING_ALL = (
    b'{"status": false, "data": {"key": "%b", "sign": "%b"}, "message": "%b / %b: wrong number"}'
    % (API_KEY.encode(), SIGN.encode(), API_KEY.encode(), SIGN.encode())
)
LEAKY: dict[str, Act] = AFTER_THE_SEND | {
    "success": answer(SUCCESS),
    "refusal that quotes the request": answer(ECHOING_ALL),
    "unclear with voucher": answer(SUCCESS.replace(b"true", b"1")),
    "quoting page": answer(f"<pre>key={API_KEY}&sign={SIGN}</pre>".encode(), 500),
}


@pytest.mark.parametrize("act", LEAKY.values(), ids=LEAKY)
async def test_no_error_or_log_shows_a_secret(act: Act, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown = ""
    with capture_logs() as entries:
        async with connected(act, timeout_seconds=timeout_for(act)) as (_, supplier):
            shown += repr(supplier) + str(vars(supplier))
            try:
                await order(supplier)
            except SupplierError as error:
                detailed = traceback.TracebackException.from_exception(error, capture_locals=True)
                shown += "".join(detailed.format()) + repr(error)
    shown += repr(entries) + caplog.text
    assert "supplier_call" in shown
    for secret in (API_KEY, SIGN, VOUCHER):
        assert secret not in shown


async def test_a_call_is_logged_with_its_duration_and_outcome() -> None:
    with capture_logs() as entries:
        async with connected(answer(SUCCESS), answer(THROTTLED), close) as (_, supplier):
            await order(supplier)
            for _ in range(2):
                with pytest.raises(SupplierError):
                    await order(supplier)
    assert [entry.pop("seconds") >= 0 for entry in entries] == [True] * 3
    assert entries == [
        {"event": "supplier_call", "log_level": "info", "call": "order", "outcome": outcome}
        for outcome in (
            "ok",
            "refused: throttle",
            "SupplierOutcomeUnknownError: ServerDisconnectedError",
        )
    ]
