"""How changes reach a browser, even a slow one."""

import asyncio
import json
from collections import Counter
from pathlib import Path

from bot.sandbox.page.live import EVENTS_KEPT, Key, LiveUpdates, Subscriber
from bot.sandbox.page.log import ENTRIES_KEPT, Entry, PageLog
from bot.sandbox.telegram.server import BUDI
from tests.sandbox.page.page_client import a_page

HANDSHAKE = (
    "GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n\r\n"
)


def entry(title: str) -> Entry:
    """Return a log entry that differs from others by its title."""
    return Entry(0, 1.0, "bot", title, "", "", is_problem=False)


async def test_an_unchanged_item_is_not_sent_again() -> None:
    items: dict[Key, object] = {("bot",): 1, ("log", 1): "a"}
    subscriber = Subscriber(items.get, list(items))
    assert json.loads(await subscriber.frame())["items"] == {"bot": 1, "log/1": "a"}
    subscriber.mark_changed(("bot",))
    items["log", 1] = "b"
    subscriber.mark_changed(("log", 1))
    assert json.loads(await subscriber.frame())["items"] == {"log/1": "b"}


async def test_a_removed_item_is_sent_once_as_removed() -> None:
    items: dict[Key, object] = {("bot",): 1, ("log", 1): 1}
    subscriber = Subscriber(items.get, [("bot",)])
    await subscriber.frame()
    items.clear()
    for key in (("bot",), ("log", 1)):
        subscriber.mark_changed(key)
    assert json.loads(await subscriber.frame())["items"] == {"bot": None}


async def test_changes_do_not_pile_up_for_a_browser_that_does_not_read() -> None:
    """A thousand changes of one item are sent as one; of passing events only the last are kept."""
    looks: Counter[Key] = Counter()

    def show(key: Key) -> object:
        looks[key] += 1
        return looks[key]

    live, subscriber = LiveUpdates(), Subscriber(show, [])
    live.join(subscriber)
    for number in range(1000):
        live.mark_changed(("supplier",))
        live.send_event({"number": number})
    frame = json.loads(await subscriber.frame())
    assert looks == {("supplier",): 1}
    assert [event["number"] for event in frame["events"]] == list(range(1000 - EVENTS_KEPT, 1000))


async def test_a_disconnected_browser_is_removed() -> None:
    live, subscriber = LiveUpdates(), Subscriber(lambda _key: 1, [])
    live.join(subscriber)
    live.leave(subscriber)
    live.mark_changed(("bot",))
    live.send_event({})
    framing = asyncio.ensure_future(subscriber.frame())
    await asyncio.wait([framing], timeout=0)
    assert not framing.done()
    framing.cancel()


async def test_a_browser_that_does_not_read_does_not_stop_the_bot(tmp_path: Path) -> None:
    async with a_page(tmp_path) as browser:
        port = int(browser.address.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(HANDSHAKE.format(port=port).encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 101")
        for _ in range(60):
            browser.environment.telegram.send_text(BUDI.user_id, "x" * 4000)
            await browser.act("set_supplier", what="status_down", on=True)
        await browser.act("say", chat=BUDI.user_id, text="halo")
        await browser.until(
            lambda: any(m["text"] == "Kamu menulis: 4 huruf." for m in browser.messages())
        )
        writer.close()
        await writer.wait_closed()


def test_equal_log_entries_in_a_row_are_merged() -> None:
    """A bot that repeats a call must not push everything else out of the log."""
    log = PageLog()
    assert log.add(entry("a")) == [1]
    assert log.add(entry("a")) == [1]
    assert log.add(entry("b")) == [2]
    assert log.entries[1].times == 2


def test_the_log_is_limited() -> None:
    log = PageLog()
    for number in range(ENTRIES_KEPT):
        log.add(entry(str(number)))
    assert log.add(entry("last")) == [ENTRIES_KEPT + 1, 1]
    assert log.shown(1) is None
