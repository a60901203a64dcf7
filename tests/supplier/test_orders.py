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
from bot.domain.supplier_profile import PanelProfile
from bot.supplier.client import OsimesaSupplier
from tests.supplier.golden_files import recorded_reply
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

API_KEY = "s3cret-api-key"
SIGN = "06465197b2b929b0b4b2f736753471df"
VOUCHER = "voucher_code"
SUCCESS = recorded_reply("order")
REFUSED = recorded_reply("order_refused")
THROTTLED = recorded_reply("order_refused_with_echo")
PAGE = b"<html><h1>502 Bad Gateway</h1></html>"


def supplier_at(url: str, profile: PanelProfile, **changes: object) -> OsimesaSupplier:
    settings: dict[str, object] = {
        "url": url,
        "profile_url": "",
        "user_id": "4711",
        "api_key": API_KEY,
        "profile": profile,
        "calls_per_minute": 6000,
    }
    return OsimesaSupplier(**settings | changes)  # type: ignore[arg-type]


async def order(supplier: OsimesaSupplier, within_seconds: float = 5.0) -> object:
    async with supplier:
        return await supplier.place_order(
            "SM10", "081234567890", first_byte_within_seconds=within_seconds
        )


async def test_an_order_is_one_form_on_one_connection(profile: PanelProfile) -> None:
    async with RawPanel(answer(SUCCESS)) as panel:
        reply = await order(supplier_at(panel.url, profile))
    assert getattr(reply, "ref_id", None) == "some1d"
    assert panel.forms == [
        {"key": API_KEY, "sign": SIGN, "type": "order", "service": "SM10",
         "data_no": "081234567890"}
    ]  # fmt: skip
    head = panel.received.partition(b"\r\n\r\n")[0].lower()
    assert b"content-type: application/x-www-form-urlencoded" in head
    assert b"connection: close" in head


async def test_every_order_has_a_fresh_connection(profile: PanelProfile) -> None:
    """A kept connection may be dead, and a dead one leaves the outcome unknown."""
    async with (
        RawPanel(answer(SUCCESS)) as panel,
        supplier_at(panel.url, profile) as supplier,
    ):
        for _ in range(3):
            await supplier.place_order("SM10", "0812", first_byte_within_seconds=5.0)
    assert (panel.requests, panel.connections) == (3, 3)


@pytest.mark.parametrize("status", [200, 201, 206, 299, 400, 401, 404, 409, 429, 499])
async def test_the_body_decides_in_a_2xx_and_a_4xx(profile: PanelProfile, status: int) -> None:
    """Panels answer 200 to refusals, and 4xx to orders that they took."""
    async with RawPanel(answer(SUCCESS, status), answer(REFUSED, status)) as panel:
        await order(supplier_at(panel.url, profile))
        with pytest.raises(SupplierRefusedError) as caught:
            await order(supplier_at(panel.url, profile))
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


@pytest.mark.parametrize("act", AFTER_THE_SEND.values(), ids=AFTER_THE_SEND)
async def test_a_fault_after_the_send_leaves_the_outcome_unknown(
    profile: PanelProfile, act: Act
) -> None:
    async with RawPanel(act) as panel:
        with pytest.raises(SupplierOutcomeUnknownError):
            await order(supplier_at(panel.url, profile, timeout_seconds=0.5))
        assert (panel.requests, panel.connections) == (1, 1)


async def test_a_reset_before_the_request_is_read_is_not_repeated(profile: PanelProfile) -> None:
    """Whether a byte was sent by then is a race; there must be no second request."""
    async with RawPanel(reset, at_once=True) as panel:
        with pytest.raises((SupplierOutcomeUnknownError, SupplierUnavailableError)):
            await order(supplier_at(panel.url, profile))
        await panel.quiet()
    assert (panel.requests, panel.connections) == (0, 1)


async def test_a_refused_connection_is_surely_not_sent(profile: PanelProfile) -> None:
    async with RawPanel(never_answer) as panel:
        url = panel.url
    with pytest.raises(SupplierUnavailableError, match=r"^ClientConnectorError$"):
        await order(supplier_at(url, profile))


async def test_an_unknown_name_is_surely_not_sent(profile: PanelProfile) -> None:
    with pytest.raises(SupplierUnavailableError, match="DNS"):
        await order(supplier_at("http://panel.invalid/api/prepaid", profile))


async def test_an_invalid_address_is_surely_not_sent(profile: PanelProfile) -> None:
    with pytest.raises(SupplierUnavailableError):
        await order(supplier_at("http:///api/prepaid", profile))


async def test_a_failed_tls_handshake_is_surely_not_sent(profile: PanelProfile) -> None:
    async with RawPanel(no_http, at_once=True) as panel:
        with pytest.raises(SupplierUnavailableError):
            await order(supplier_at(panel.https_url, profile))
        await panel.quiet()
    assert b"POST" not in panel.received
    assert panel.connections == 1


async def test_an_endless_tls_handshake_is_surely_not_sent(profile: PanelProfile) -> None:
    async with RawPanel(never_answer, at_once=True) as panel:
        with pytest.raises(SupplierUnavailableError, match="ConnectionTimeoutError"):
            await order(supplier_at(panel.https_url, profile), within_seconds=0.2)


async def test_a_total_timeout_during_the_handshake_is_surely_not_sent(
    profile: PanelProfile,
) -> None:
    async with RawPanel(never_answer, at_once=True) as panel:
        with pytest.raises(SupplierUnavailableError, match="TimeoutError"):
            await order(supplier_at(panel.https_url, profile, timeout_seconds=0.2))


async def test_a_first_byte_that_is_too_late_is_not_sent(profile: PanelProfile) -> None:
    """The event loop stalled after connecting: the clock is read right before the write."""
    stalling = count(start=0, step=10)
    async with RawPanel(answer(SUCCESS)) as panel:
        with pytest.raises(SupplierUnavailableError, match="too late"):
            await order(
                supplier_at(panel.url, profile, monotonic=lambda: float(next(stalling))),
                within_seconds=5.0,
            )
        await panel.quiet()
    assert (panel.connections, panel.received) == (1, b"")


async def test_a_first_byte_in_time_may_be_answered_late(profile: PanelProfile) -> None:
    times = iter([0.0, 0.0, 4.0, 50.0])
    async with RawPanel(answer(SUCCESS)) as panel:
        await order(supplier_at(panel.url, profile, monotonic=lambda: next(times)))
    assert list(times) == []


async def test_a_cancelled_call_is_not_repeated(profile: PanelProfile) -> None:
    """A shutdown cancels the call; the next start looks for the order."""
    async with RawPanel(never_answer) as panel:
        call = asyncio.ensure_future(order(supplier_at(panel.url, profile)))
        await panel.asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert (panel.requests, panel.connections) == (1, 1)


async def test_the_environments_proxy_is_not_used(
    profile: PanelProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with RawPanel(answer(SUCCESS)) as panel, RawPanel(answer(SUCCESS)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        await order(supplier_at(panel.url, profile))
    assert (panel.requests, proxy.connections) == (1, 0)


async def test_a_throttle_refusal_widens_the_gap_and_a_success_narrows_it(
    profile: PanelProfile,
) -> None:
    acts = [answer(body) for body in (THROTTLED, REFUSED, SUCCESS)]
    gaps: list[float] = []
    async with (
        RawPanel(*acts) as panel,
        supplier_at(panel.url, profile, order_gap_seconds=6.0) as supplier,
    ):
        for _ in acts:
            with suppress(SupplierRefusedError):
                await supplier.place_order("SM10", "0812", first_byte_within_seconds=5.0)
            gaps.append(supplier.order_gap_seconds)
    assert gaps == [9.0, 9.0, pytest.approx(8.1)]


async def test_a_closed_supplier_may_be_closed_again(profile: PanelProfile) -> None:
    supplier = supplier_at("http://127.0.0.1:9/", profile)
    await supplier.close()
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
async def test_no_error_or_log_shows_a_secret(
    profile: PanelProfile, act: Act, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = ""
    with capture_logs() as entries:
        async with RawPanel(act) as panel:
            supplier = supplier_at(panel.url, profile, timeout_seconds=0.5)
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


async def test_a_call_is_logged_with_its_duration_and_outcome(profile: PanelProfile) -> None:
    with capture_logs() as entries:
        async with RawPanel(answer(SUCCESS), answer(THROTTLED), close) as panel:
            await order(supplier_at(panel.url, profile))
            for _ in range(2):
                with pytest.raises(SupplierError):
                    await order(supplier_at(panel.url, profile))
    assert [entry.pop("seconds") >= 0 for entry in entries] == [True] * 3
    assert entries == [
        {"event": "supplier_call", "log_level": "info", "call": "order", "outcome": outcome}
        for outcome in (
            "ok",
            "refused: throttle",
            "SupplierOutcomeUnknownError: ServerDisconnectedError",
        )
    ]
