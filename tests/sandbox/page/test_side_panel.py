"""Actions of the page's side panel change the servers and are shown on the page."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.config import load_settings
from bot.config.wiring import first_settings
from bot.sandbox.environment import SandboxEnvironment, bot_variables
from bot.sandbox.supplier.server import Fault
from bot.sandbox.telegram.server import BUDI
from tests.sandbox.page.page_client import Browser, open_page

pytestmark = pytest.mark.asyncio(loop_scope="module")

NUMBER = "081234567890"


async def call_supplier(browser: Browser, **fields: str) -> dict[str, Any]:
    """Call the supplier as the bot does."""
    settings = browser.environment.settings()
    form = {"key": settings["OSIMESA_API_KEY"], "sign": browser.environment.supplier.sign} | fields
    async with browser.session.post(settings["OSIMESA_URL"], data=form) as response:
        answer: dict[str, Any] = await response.json()
        return answer


async def order(browser: Browser, number: str = NUMBER) -> str:
    """Order something and return its ref_id."""
    answer = await call_supplier(browser, type="order", service="TPT755", data_no=number)
    return str(answer["data"]["ref_id"])


@pytest.mark.parametrize("status", ["success", "error", "partial"])
async def test_an_order_can_be_settled_by_a_button(status: str, browser: Browser) -> None:
    ref_id = await order(browser)
    shown = await browser.until(lambda: browser.order(ref_id))
    assert (shown["destination"], shown["status"], shown["is_final"]) == (
        NUMBER,
        "waiting",
        False,
    )
    await browser.act("finish_order", ref_id=ref_id, status=status)
    await browser.until(lambda: browser.order(ref_id)["is_final"])
    assert browser.order(ref_id)["status"] == status
    spent = 5_000_000 - browser.environment.supplier.deposit
    assert spent == (0 if status == "error" else 74_175)


async def test_the_next_orders_answer_is_lost(browser: Browser) -> None:
    await browser.act("fail_next_order", fault=Fault.LOST_AFTER.name)
    assert await browser.until(lambda: browser.sections["supplier"]["next"])
    with pytest.raises(aiohttp.ClientError):
        await order(browser)
    await browser.until(lambda: browser.sections["orders"])
    assert browser.sections["supplier"]["next"] == []


async def test_planned_faults_can_be_removed(browser: Browser) -> None:
    for fault in Fault:
        await browser.act("fail_next_order", fault=fault.name)
    await browser.until(lambda: len(browser.sections["supplier"]["next"]) == len(Fault))
    await browser.act("clear_order_faults")
    await browser.until(lambda: not browser.sections["supplier"]["next"])
    await browser.act("fail_telegram", kind="500")
    await browser.until(lambda: browser.sections["telegram"]["faults"] == ["500"])
    await browser.act("clear_telegram_faults")
    await browser.until(lambda: not browser.sections["telegram"]["faults"])


async def test_the_supplier_goes_down_and_comes_back(browser: Browser) -> None:
    await order(browser)
    await browser.act("set_supplier", what="down", on=True)
    await browser.until(lambda: browser.sections["supplier"]["down"])
    with pytest.raises(aiohttp.ClientError):
        await order(browser)
    await browser.act("set_supplier", what="down", on=False)
    await order(browser)
    assert browser.environment.supplier.order_calls == 2


async def test_a_supplier_that_hangs_up_has_taken_the_call(browser: Browser) -> None:
    """It looks like a lost answer, but nothing was bought."""
    await browser.act("set_supplier", what="hangs_up", on=True)
    with pytest.raises(aiohttp.ClientError):
        await order(browser)
    assert (browser.environment.supplier.order_calls, browser.environment.supplier.orders) == (
        1,
        [],
    )
    await browser.act("set_supplier", what="hangs_up", on=False)
    await order(browser)


async def test_status_calls_go_down_alone(browser: Browser) -> None:
    await browser.act("set_supplier", what="status_down", on=True)
    ref_id = await order(browser)
    with pytest.raises(aiohttp.ClientError):
        await call_supplier(browser, type="status", ref_id=ref_id)


async def test_the_deposit_is_set(browser: Browser) -> None:
    await browser.act("set_deposit", amount=0)
    await browser.until(lambda: browser.sections["supplier"]["deposit"] == 0)
    answer = await call_supplier(browser, type="order", service="TPT755", data_no=NUMBER)
    assert "Saldo Anda tidak cukup" in answer["message"]


async def test_both_wires_are_logged_without_secrets(browser: Browser) -> None:
    await order(browser)
    await order(browser)
    await browser.say("halo")

    def complete() -> bool:
        twice = [entry for entry in browser.log() if entry["source"] == "supplier"]
        said = [entry for entry in browser.log() if entry["title"] == "sendMessage"]
        return bool(said) and bool(twice) and twice[-1]["times"] == 2

    await browser.until(complete)
    settings = browser.environment.settings()
    secrets = (settings["OSIMESA_API_KEY"], settings["TELEGRAM_BOT_TOKEN"])
    assert not any(secret in str(browser.sections) for secret in secrets)
    assert browser.environment.supplier.sign not in str(browser.sections)
    assert "fake bot seed=1" in [e["detail"] for e in browser.log() if e["source"] == "bot"]


async def test_telegram_faults_can_be_planned(browser: Browser) -> None:
    await browser.act("fail_telegram", kind="429")
    await browser.act("say", chat=BUDI.user_id, text="halo")
    await browser.until(
        lambda: any("429: Too Many Requests" in entry["answer"] for entry in browser.log())
    )


async def test_telegram_goes_down_and_comes_back(browser: Browser) -> None:
    await browser.act("set_telegram", down=True)
    await browser.act("say", chat=BUDI.user_id, text="halo")
    await browser.until(lambda: browser.sections["telegram"]["down"] and browser.messages())
    await browser.act("set_telegram", down=False)
    await browser.until(lambda: browser.messages()[-1]["from_bot"])


async def test_a_person_can_block_the_bot_and_unblocks_it_by_writing(browser: Browser) -> None:
    await browser.act("block", chat=BUDI.user_id, on=True)
    await browser.until(lambda: browser.person(BUDI)["has_blocked"])
    await browser.act("block", chat=BUDI.user_id, on=False)
    await browser.until(lambda: not browser.person(BUDI)["has_blocked"])


@pytest.mark.parametrize("what", ["restart", "kill"])
async def test_the_bot_can_be_restarted(what: str, browser: Browser) -> None:
    old, restarts = browser.sections["bot"]["pid"], browser.sections["bot"]["restarts"]
    await browser.act("bot", what=what)
    await browser.until(
        lambda: (
            browser.sections["bot"]["pid"] not in (None, old)
            and browser.sections["bot"]["state"] == "running"
        )
    )
    assert browser.sections["bot"]["restarts"] == restarts + 1


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("nothing", {}),
        ("say", {}),
        ("say", {"chat": 1, "text": "x"}),
        ("say", {"chat": BUDI.user_id, "text": "x", "more": 1}),
        ("press", {"chat": "x", "message": 1, "data": "x"}),
        ("share_contact", {"chat": 1}),
        ("send_voice", {"chat": 1}),
        ("send_voice", {}),
        ("send_sticker", {"chat": BUDI.user_id, "emoji": "x"}),
        ("send_contact", {"chat": BUDI.user_id, "name": "x", "phone": "call me"}),
        ("send_contact", {"chat": BUDI.user_id, "name": "x", "phone": "٠٨١٢٣٤٥٦"}),
        ("block", {"chat": 1, "on": True}),
        ("block", {"chat": BUDI.user_id, "on": "yes"}),
        ("finish_order", {"ref_id": "none", "status": "success"}),
        ("finish_order", {"ref_id": "none", "status": "unheard-of"}),
        ("fail_next_order", {"fault": "NONE"}),
        ("set_deposit", {"amount": "much"}),
        ("set_deposit", {"amount": -1}),
        ("set_supplier", {"what": "none", "on": True}),
        ("fail_telegram", {"kind": "none"}),
        ("set_telegram", {"down": 1}),
        ("bot", {"what": "feed"}),
    ],
)
async def test_an_impossible_request_is_answered_in_a_sentence(
    name: str, wanted: dict[str, Any], browser: Browser
) -> None:
    assert "\n" not in (await browser.act(name, **wanted))["error"]
    assert browser.environment.telegram.messages(BUDI.user_id) == []


def is_stocked(browser: Browser, *, is_on: bool) -> bool:
    """Return whether the page's switch for stock is in this position."""
    return browser.sections["supplier"]["all_in_stock"] is is_on


async def test_empty_products_can_be_restocked(browser: Browser) -> None:
    catalogue = browser.environment.supplier.catalogue
    empty = next(row for row in catalogue if row.get("status") == "empty")
    wanted = {"type": "order", "service": empty["code"], "data_no": NUMBER}
    for is_on in (True, False):
        await browser.act("set_supplier", what="all_in_stock", on=is_on)
        await browser.until(partial(is_stocked, browser, is_on=is_on))
        listed = (await call_supplier(browser, type="service"))["data"]
        words = [row["status"] for row in listed if row.get("code") == empty["code"]]
        assert words == ["ready" if is_on else "empty"]
        assert (await call_supplier(browser, **wanted))["status"] is is_on


async def test_the_sandbox_has_a_code_to_pay_by(browser: Browser) -> None:
    """A static QRIS in valid form, with a merchant that cannot be paid."""
    settings = load_settings(bot_variables({}, browser.environment.settings()), env_file=None)
    assert "5914Konter Sandbox" in settings.qris_static
    assert "1234567890" in settings.topup_instructions
    assert first_settings(settings).takes_payments


async def test_the_sandbox_can_be_reset(tmp_path: Path) -> None:
    """Chats, orders, faults and time: future orders are deleted, so the clock may go back."""
    async with open_page(tmp_path) as browser:
        await browser.say("/start")
        await order(browser)
        await browser.act("set_deposit", amount=1)
        await browser.act("set_supplier", what="down", on=True)
        await browser.act("move_clock", seconds=90_000)
        await browser.until(lambda: browser.sections["clock"]["ahead_seconds"] == 90_000)
        assert await browser.act("reset") == {}
        await browser.until(lambda: not browser.messages() and not browser.sections["orders"])
        assert browser.sections["clock"]["ahead_seconds"] == 0
        assert SandboxEnvironment(tmp_path).clock.ahead == timedelta(0)
        supplier = browser.sections["supplier"]
        assert (supplier["deposit"], supplier["down"]) == (5_000_000, False)
        assert browser.environment.database.exists()
        assert (await browser.say("/start"))["text"]
