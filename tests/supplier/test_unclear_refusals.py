"""Refusals that prove nothing: an open wording, an order named in them, and every 5xx."""

import json

import pytest

from bot.domain.errors import (
    RefusalClass,
    SupplierOutcomeUnknownError,
    SupplierReadError,
    SupplierRefusedError,
)
from bot.ports.supplier import ReadShare
from bot.supplier.protocol import parse_order
from tests.supplier.panel_calls import (
    API_KEY,
    PAGE,
    PROFILE,
    REFUSED,
    SIGN,
    STATUS,
    SUCCESS,
    THROTTLED,
    connected,
    order,
)
from tests.supplier.raw_panel import Act, answer

PROMISE = "Sistem dalam pemeliharaan, transaksi Anda akan diproses setelah selesai"


def refusal(message: str, data: object = None) -> bytes:
    """Return a refusal as the panel writes it."""
    return json.dumps({"status": False, "data": data, "message": message}).encode()


async def unknown_outcome(act: Act) -> SupplierOutcomeUnknownError:
    """Return the error of an order whose outcome this act leaves unknown."""
    async with connected(act) as (_, supplier):
        with pytest.raises(SupplierOutcomeUnknownError) as caught:
            await order(supplier)
    return caught.value


@pytest.mark.parametrize("status", [500, 502, 503, 504, 520, 599])
@pytest.mark.parametrize(
    "body",
    [
        refusal("Service Unavailable"),
        refusal("Nomor salah"),
        refusal("Transaksi tidak ditemukan"),
        REFUSED,
        THROTTLED,
        PAGE,
        b"",
    ],
)
async def test_a_5xx_refuses_nothing(status: int, body: bytes) -> None:
    async with connected(answer(body, status), order_gap_seconds=6.0) as (panel, supplier):
        with pytest.raises(SupplierOutcomeUnknownError, match=str(status)):
            await order(supplier)
        assert (panel.requests, supplier.order_gap_seconds) == (1, 6.0)


async def test_the_message_of_a_5xx_is_kept_for_the_admins() -> None:
    error = await unknown_outcome(answer(refusal("Service Unavailable"), 503))
    assert error.message == "Service Unavailable"
    assert "Service" not in str(error)


@pytest.mark.parametrize("status", [500, 503, 307])
async def test_the_reference_in_a_5xx_or_redirect_is_kept(status: int) -> None:
    """Such an answer is no success, but the order that it names can be looked up."""
    refused = refusal("Gagal", {"ref_id": "some2d", "status": "error"})
    for body, ref_id in ((SUCCESS, "some1d"), (refused, "some2d"), (PAGE, None)):
        assert (await unknown_outcome(answer(body, status))).ref_id == ref_id


@pytest.mark.parametrize("status", [200, 400, 429])
async def test_no_answer_phrases_leave_the_outcome_unknown_in_any_status(status: int) -> None:
    body = refusal(f"{PROMISE} ({API_KEY}, {SIGN})")
    assert (await unknown_outcome(answer(body, status))).message == f"{PROMISE} (***, ***)"


def test_no_answer_phrases_are_found_in_a_long_message_which_is_kept_cut() -> None:
    with pytest.raises(SupplierOutcomeUnknownError) as caught:
        parse_order(refusal("Nomor\n salah. " + "x" * 600 + " akan diproses"), PROFILE)
    assert caught.value.message.startswith("Nomor salah. xx")
    assert len(caught.value.message) == 500


@pytest.mark.parametrize(
    "data",
    [
        {"status": "waiting"},
        {"status": "Sukses"},
        {"status": "partial"},
        [{"status": "process"}],
        {"ref_id": 7, "status": "error"},
        [{"ref_id": "a"}, {"ref_id": "b"}],
    ],
)
def test_a_refusal_that_names_an_order_leaves_the_outcome_unknown(data: object) -> None:
    with pytest.raises(SupplierOutcomeUnknownError) as caught:
        parse_order(refusal("Nomor salah", data), PROFILE)
    assert caught.value.message == "Nomor salah"


@pytest.mark.parametrize(
    "data", [None, [], {}, {"status": "error"}, {"status": False}, {"type": "order"}, ["x"], "x"]
)
def test_a_refusal_that_names_no_order_is_definite(data: object) -> None:
    with pytest.raises(SupplierRefusedError) as caught:
        parse_order(refusal("Nomor salah", data), PROFILE)
    assert caught.value.refusal is RefusalClass.DESTINATION


# --- the status call --------------------------------------------------------------------


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize("message", ["Transaksi tidak ditemukan", "Nomor salah", "Maaf"])
async def test_a_5xx_denies_no_order(status: int, message: str) -> None:
    async with connected(answer(refusal(message), status)) as (_, supplier):
        with pytest.raises(SupplierReadError, match=str(status)):
            await supplier.rows_of("some1d", ReadShare.POLL)


async def test_the_rows_of_a_5xx_count_but_its_list_is_incomplete() -> None:
    """Rows that are shown exist; rows that are not shown may exist too."""
    empty = b'{"status": true, "data": []}'
    async with connected(answer(STATUS, 500), answer(empty, 500), answer(empty)) as (_, supplier):
        lists = [await supplier.recent_rows(ReadShare.RECONCILE) for _ in range(3)]
    assert [(len(one.rows), one.skipped) for one in lists] == [(1, 1), (0, 1), (0, 0)]


async def test_a_status_refusal_in_a_2xx_or_4xx_denies_the_order() -> None:
    for status in (200, 404):
        async with connected(answer(refusal("Transaksi tidak ditemukan"), status)) as (_, supplier):
            with pytest.raises(SupplierRefusedError) as caught:
                await supplier.rows_of("some1d", ReadShare.POLL)
        assert PROFILE.says_no_such_order(caught.value.message)
