"""The arithmetic of the bench, and its Bot API; `make bench` itself is no test."""

from __future__ import annotations

import json

import aiohttp
import pytest

from tests.bench.bot_api import LoadBotApi, Tally, fields_of
from tests.bench.results import Row, at_least, at_most, percentile, put_between_markers
from tests.bench.traffic import FIRST_CHAT, Screen, Traffic

SCREEN = Screen("Catalogue", [[{"text": "Pulsa", "callback_data": "1:c:1:0:0"}]], "1:c:1:0:0")
CHAT = FIRST_CHAT
MULTIPART = (
    b'--x\r\nContent-Disposition: form-data; name="chat_id"\r\n\r\n7\r\n'
    b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nBayar & beli\r\n--x--\r\n'
)


def test_an_answer_before_that_of_an_earlier_update_is_an_inversion() -> None:
    traffic, tally = Traffic([], 1), Tally()
    updates = [traffic.press(CHAT, SCREEN), traffic.text(CHAT, "/help")]
    for planned in updates:
        tally.expect(planned)
    tally.answered(CHAT, 0, 1.0)
    assert (tally.inversions, tally.unanswered) == (1, 1)
    tally.answered(CHAT, updates[0].message_id, 2.0)
    assert (tally.inversions, tally.unanswered, tally.last_answer_at) == (1, 0, 2.0)


def test_answers_in_order_are_no_inversions() -> None:
    traffic, tally = Traffic([], 1), Tally()
    updates = [traffic.press(CHAT + n % 2, SCREEN) for n in range(4)]
    for planned in updates:
        tally.expect(planned)
    for planned in (updates[1], updates[0], updates[2], updates[3]):
        tally.answered(planned.chat_id, planned.message_id, 1.0)
    assert (tally.inversions, tally.unanswered) == (0, 0)


def test_a_second_edit_and_a_message_nobody_waits_for_change_nothing() -> None:
    traffic, tally = Traffic([], 1), Tally()
    press = traffic.press(CHAT, SCREEN)
    tally.expect(press)
    tally.answered(CHAT, press.message_id, 1.0)
    tally.answered(CHAT, press.message_id, 2.0)
    tally.answered(CHAT + 1, 0, 3.0)
    assert (tally.unanswered, press.answered_at) == (0, 1.0)


async def test_updates_come_by_the_hundred_and_again_until_they_are_confirmed() -> None:
    api = LoadBotApi()
    await api.server.start()
    api.give(api.prepare(Traffic([], 1).text(CHAT, "/help") for _ in range(150)))
    async with aiohttp.ClientSession() as session:

        async def poll(offset: int) -> list[int]:
            data = {"offset": offset, "timeout": 10}
            async with session.post(f"{api.server.root}/bot1:x/getUpdates", data=data) as reply:
                return [one["update_id"] for one in (await reply.json())["result"]]

        first = await poll(0)
        again = await poll(0)
        rest = await poll(first[-1] + 1)
    await api.server.stop()
    assert (len(first), again, len(rest)) == (100, first, 50)
    assert first + rest == list(range(first[0], first[0] + 150))


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"chat_id": 7, "text": "Bayar & beli"}).encode(),
        b"chat_id=7&text=Bayar+%26+beli",
        MULTIPART,
    ],
    ids=["json", "form", "multipart"],
)
def test_parameters_are_read_in_every_form(body: bytes) -> None:
    fields = fields_of(body)
    assert (int(fields["chat_id"]), fields["text"]) == (7, "Bayar & beli")


def test_a_ratio_is_the_median_of_the_rounds() -> None:
    row = Row("/help", "/s", at_least(1.3))
    for ours, theirs in ((100, 100), (300, 200), (900, 300)):
        row.add(ours, theirs)
    assert (row.ratio, row.verdict) == (1.5, "yes")


def test_more_processor_time_is_a_lower_rate_and_a_longer_time() -> None:
    rate = Row("/help", "/s", our_cpu=[2.0], their_cpu=[1.0])
    time = Row("start", "ms", our_cpu=[2.0], their_cpu=[1.0])
    assert (rate.cpu_ratio, time.cpu_ratio) == (0.5, 2.0)


@pytest.mark.parametrize(("ratio", "verdict"), [(1.504, "yes"), (1.51, "no")])
def test_a_bound_is_judged_as_the_ratio_is_printed(ratio: float, verdict: str) -> None:
    assert Row("start", "ms", at_most(1.5), ours=[ratio], theirs=[1.0]).verdict == verdict


def test_a_percentile_is_one_of_the_figures() -> None:
    assert percentile(range(1, 201), 0.99) == 198
    assert percentile([5.0], 0.99) == 5.0


def test_only_the_table_of_the_page_is_replaced() -> None:
    page = "before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n"
    written = put_between_markers(page, "new")
    assert written == "before\n<!-- figures -->\nnew\n<!-- /figures -->\nafter\n"
    with pytest.raises(ValueError, match="lacks"):
        put_between_markers("no markers", "new")
