"""The page answers only this machine's own browser, opened on the page itself."""

import re
from pathlib import Path

import pytest

from bot.sandbox.page import server as page_module
from bot.sandbox.telegram.server import BUDI
from tests.sandbox.page.page_client import Browser

in_module = pytest.mark.asyncio(loop_scope="module")
FILES = sorted(page_module.FOLDER.iterdir())


async def status(browser: Browser, method: str, path: str, **headers: str) -> int:
    """Return the HTTP status of a call with these headers."""
    async with browser.session.request(
        method, f"{browser.address}{path}", headers=headers, json={}
    ) as response:
        return response.status


@in_module
async def test_a_foreign_host_name_is_refused(browser: Browser) -> None:
    """A host name that an attacker points at this machine (DNS rebinding)."""
    port = browser.address.rpartition(":")[2]
    for path in ("/", "/page/app.js", "/state?since=-1", "/files/file1"):
        assert await status(browser, "GET", path, Host=f"evil.example:{port}") == 403
    assert await status(browser, "GET", "/", Host=f"localhost:{port}") == 200


@in_module
async def test_a_foreign_page_cannot_act(browser: Browser) -> None:
    evil = "https://evil.example"
    assert await status(browser, "POST", "/actions/bot", Origin=evil) == 403
    assert await status(browser, "POST", "/actions/bot", Origin="null") == 403
    assert await status(browser, "POST", "/actions/bot", Origin=browser.address) == 400
    assert await status(browser, "GET", "/state?since=-1", Origin=evil) == 403


@in_module
async def test_a_request_that_is_not_json_is_refused(browser: Browser) -> None:
    """Any page may send a form to any address; broken JSON is refused too."""
    address = f"{browser.address}/actions/say"
    async with browser.session.post(address, data={"chat": BUDI.user_id}) as response:
        assert response.status == 415
    json_type = {"Content-Type": "application/json"}
    for body in ("{", "[]", "[" * 50_000, '{"a":' * 10_000, "\xff".encode("latin-1"), '{"a": NaN}'):
        async with browser.session.post(address, data=body, headers=json_type) as response:
            assert response.status == 400
            assert (await response.json())["error"] == "An action is a JSON object."
    assert browser.environment.telegram.messages(BUDI.user_id) == []


@in_module
async def test_half_an_emoji_is_refused(browser: Browser) -> None:
    """No answer of the page could hold it, so it would end the page for everybody."""
    body = f'{{"chat": {BUDI.user_id}, "text": "\\ud83d"}}'
    headers = {"Content-Type": "application/json; charset=unknown"}
    address = f"{browser.address}/actions/say"
    async with browser.session.post(address, data=body, headers=headers) as response:
        assert response.status == 400
    assert await status(browser, "GET", "/state?since=-1") == 200


@in_module
@pytest.mark.parametrize(
    ("act_name", "params", "error"),
    [
        ("say", {"chat": str(BUDI.user_id), "text": "x"}, "chat: Input should be a valid integer"),
        ("say", {"chat": 1, "text": "x"}, "there is no user 1"),
        ("say", {"chat": BUDI.user_id}, "text: Missing required argument"),
        (
            "say",
            {"chat": BUDI.user_id, "text": "x", "more": 1},
            "more: Unexpected keyword argument",
        ),
        ("press", {"chat": BUDI.user_id, "message": 10**30, "data": "x"}, "there is no message"),
        ("share_contact", {"chat": 1}, "There is no person 1."),
        ("block", {"chat": 1, "on": True}, "There is no person 1."),
        ("block", {"chat": BUDI.user_id, "on": 1}, "on: Input should be a valid boolean"),
        ("finish_order", {"ref_id": "7", "status": "success"}, "there is no order 7"),
        ("fail_next_order", {"fault": "NONE"}, "There is no fault 'NONE'."),
        ("set_deposit", {"amount": 10**30}, "The deposit is 0 to 1,000,000,000 rupiah."),
        ("move_clock", {"seconds": 10**30}, "a number is too large"),
        ("bot", {"what": ["start"]}, "what: Input should be"),
    ],
)
async def test_wrong_parameters_are_refused_in_a_sentence(
    act_name: str, params: dict[str, object], error: str, browser: Browser
) -> None:
    answer = await browser.act(act_name, **params)
    assert error in answer["error"]


@in_module
async def test_every_file_is_served_under_the_policy(browser: Browser) -> None:
    contents = {path.name: path.read_bytes() for path in FILES}
    for name, content in contents.items():
        async with browser.session.get(f"{browser.address}/page/{name}") as response:
            assert response.status == 200
            policy = response.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
            assert "unsafe" not in policy
            assert await response.read() == content


@in_module
async def test_nothing_outside_the_page_is_served(browser: Browser) -> None:
    for path in ("/page/..%2Fpage.py", "/page/page.py", "/page/nothing.js", "/files/none"):
        assert await status(browser, "GET", path) == 404


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_page_names_no_foreign_address(path: Path) -> None:
    """The page must work without a network, and must not be visible to other hosts."""
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_page_writes_no_html_from_text(path: Path) -> None:
    """Names, notes and vouchers may hold markup, so they become text nodes."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text)
    if path.suffix == ".html":
        assert not re.search(r"\son\w+=|style=|<style|<script>", text)
