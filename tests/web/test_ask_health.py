"""The health check of the container image, asked of a real server."""

import asyncio

import pytest
from aiohttp import web

from bot.web.ask_health import ask


@pytest.mark.parametrize(("status", "exit_code"), [(200, 0), (401, 0), (404, 1), (503, 1)])
async def test_only_an_answer_of_the_bot_is_health(
    status: int, exit_code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status)

    app = web.Application()
    app.router.add_get("/healthz", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = int(runner.addresses[0][1])
    assert await asyncio.to_thread(ask, port) == exit_code
    assert f"answered {status}" in capsys.readouterr().out
    await runner.cleanup()
    assert await asyncio.to_thread(ask, port) == 1
    assert "no answer" in capsys.readouterr().out
