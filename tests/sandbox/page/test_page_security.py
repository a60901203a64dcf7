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
    for body in ("{", "[]"):
        async with browser.session.post(address, data=body, headers=json_type) as response:
            assert response.status == 400
    assert browser.environment.telegram.messages(BUDI.user_id) == []


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
