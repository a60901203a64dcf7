"""What the page reads: only the sections that changed, as soon as they change."""

import asyncio

import pytest

from bot.sandbox.page.changes import EVENTS_KEPT, EVERYTHING, Changes
from bot.sandbox.page.log import ENTRIES_KEPT, Entry, PageLog
from bot.sandbox.page.server import MAX_WAIT_SECONDS
from bot.sandbox.telegram.server import BUDI
from tests.sandbox.page.page_client import Browser

FIRST = 1_000
in_module = pytest.mark.asyncio(loop_scope="module")


def entry(title: str) -> Entry:
    """Return a log entry that differs from others by its title."""
    return Entry(0, 1.0, "bot", title, "", "", is_problem=False)


@in_module
async def test_only_what_changed_is_read(browser: Browser) -> None:
    await browser.act("set_supplier", what="status_down", on=True)
    state = await browser.read()
    assert state["sections"]["supplier"]["status_down"]
    assert state["sections"].keys().isdisjoint({"sandbox", "people", f"chat/{BUDI.user_id}"})


@in_module
async def test_a_read_waits_for_a_change(browser: Browser) -> None:
    await browser.say("halo")
    reading = asyncio.create_task(browser.until(lambda: len(browser.messages()) == 3))
    await asyncio.sleep(0)
    browser.environment.telegram.send_text(BUDI.user_id, "halo lagi")
    await reading


@in_module
@pytest.mark.parametrize("query", ["", "?since=x", "?since=1&wait=x"])
async def test_an_invalid_read_is_refused(query: str, browser: Browser) -> None:
    async with browser.session.get(f"{browser.address}/state{query}") as response:
        assert response.status == 400


def test_a_change_belongs_to_every_older_version() -> None:
    changes = Changes(FIRST)
    changes.mark("bot", "log")
    before = changes.version
    changes.mark("log")
    assert [changes.has_changed(name, before) for name in ("bot", "log")] == [False, True]
    assert [changes.has_changed(name, EVERYTHING) for name in ("bot", "clock")] == [True, True]


@pytest.mark.parametrize("version", [EVERYTHING, FIRST - 1, FIRST + 2])
def test_a_page_of_another_run_reads_everything_anew(version: int) -> None:
    """A hidden tab reads once a minute, and may miss that the sandbox was started again."""
    changes = Changes(FIRST)
    changes.send_event({"number": 1})
    assert changes.has_changed("clock", version)
    assert changes.events(version) == []
    assert not changes.has_changed("clock", FIRST)


def test_events_do_not_pile_up_and_are_not_repeated_for_a_new_page() -> None:
    changes = Changes(FIRST)
    for number in range(EVENTS_KEPT + 2):
        changes.send_event({"number": number})
    assert [one["number"] for one in changes.events(FIRST)] == list(range(2, EVENTS_KEPT + 2))
    assert changes.events(changes.version) == changes.events(EVERYTHING) == []


async def test_waiting_ends_with_the_page() -> None:
    """The sandbox must not wait for open pages when it ends."""
    changes = Changes(FIRST)
    waiting = asyncio.create_task(changes.wait(changes.version, MAX_WAIT_SECONDS))
    await asyncio.sleep(0)
    changes.close()
    async with asyncio.timeout(30):
        await waiting


def test_equal_log_entries_in_a_row_are_merged() -> None:
    """A bot that repeats a call must not push everything else out of the log."""
    log = PageLog()
    for title in ("a", "a", "b"):
        log.add(entry(title))
    assert [(one.title, one.times) for one in log.entries] == [("a", 2), ("b", 1)]


def test_the_log_is_limited() -> None:
    log = PageLog()
    for number in range(ENTRIES_KEPT + 1):
        log.add(entry(str(number)))
    assert [log.entries[0].title, len(log.entries)] == ["1", ENTRIES_KEPT]
