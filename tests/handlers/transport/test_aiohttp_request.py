"""Calls to the Bot API on aiohttp: bodies, files, failures, and the token, which no text shows."""

from __future__ import annotations

import asyncio
import io
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut

from handlers.transport.aiohttp_request import AiohttpRequest
from handlers.transport.bot import ShopBot, build_bot, trusted
from handlers.transport.call_statistics import TelegramCalls
from handlers.transport.pace import Precedence
from handlers.transport.rate_limiter import delivering
from tests.handlers.builders import ANNI_CHAT
from tests.telegram_server import TOKEN, BotApiForTests

Respond = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def bot(telegram: BotApiForTests) -> AsyncIterator[ShopBot]:
    bot = build_bot(TOKEN, telegram.root)
    yield bot
    await bot.shutdown()


@asynccontextmanager
async def bot_at(respond: Respond) -> AsyncIterator[ShopBot]:
    """A bot whose Bot API is a bare socket."""
    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    bot = build_bot(TOKEN, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        yield bot
    finally:
        await bot.shutdown()
        server.close()


def shown(error: BaseException) -> str:
    """Return everything that a log could show of an error."""
    parts: list[str] = []
    one: BaseException | None = error
    while one is not None:
        parts += [str(one), repr(one)]
        one = one.__cause__ if one.__suppress_context__ else one.__cause__ or one.__context__
    return "\n".join(parts)


async def test_parameters_are_one_json_body(telegram: BotApiForTests, bot: ShopBot) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Beli 😀", callback_data="x")]])
    sent = await bot.send_message(ANNI_CHAT, "<b>hai</b>", reply_markup=keyboard)
    assert sent.text == "hai"
    (call,) = telegram.calls_of("sendMessage")
    assert call.params["chat_id"] == ANNI_CHAT
    assert call.params["reply_markup"] == keyboard.to_dict()
    assert call.params["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize("kind", [bytes, io.BytesIO])
async def test_files_are_sent_and_read(
    telegram: BotApiForTests, bot: ShopBot, kind: Callable[[bytes], bytes | io.BytesIO]
) -> None:
    content = b"%PDF" + bytes(range(256)) * 4_000
    sent = await bot.send_document(ANNI_CHAT, kind(content), caption="<i>é</i>", filename="é.pdf")
    assert sent.caption_html == "<i>é</i>"
    assert sent.document is not None
    assert sent.document.file_size == len(content)
    file = await bot.get_file(sent.document.file_id)
    assert await file.download_as_bytearray() == content
    # The session goes on with JSON.
    assert (await bot.send_message(ANNI_CHAT, "hai")).text == "hai"


async def test_the_date_of_each_answer_is_passed_on(telegram: BotApiForTests) -> None:
    """Our clock is compared with it."""
    calls, dates = TelegramCalls(), list[str]()
    calls.on_date = dates.append
    bot = build_bot(TOKEN, telegram.root, calls=calls)
    await bot.send_message(ANNI_CHAT, "hai")
    telegram.refuse("sendMessage", 400, "Bad Request: chat not found")
    with pytest.raises(BadRequest):
        await bot.send_message(ANNI_CHAT, "hai")
    await bot.shutdown()
    assert len([parsedate_to_datetime(date) for date in dates]) == 2


async def test_half_an_emoji_in_a_text_is_a_failed_call(bot: ShopBot) -> None:
    with pytest.raises(NetworkError):
        await bot.send_message(ANNI_CHAT, "\ud83d")


async def test_refusals_are_the_librarys_errors(telegram: BotApiForTests, bot: ShopBot) -> None:
    telegram.refuse("sendMessage", 400, "Bad Request: chat not found")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(ANNI_CHAT, "hai")


async def test_a_hanging_call_times_out(telegram: BotApiForTests, bot: ShopBot) -> None:
    telegram.fail_next("sendMessage", "hang")
    with pytest.raises(TimedOut) as caught, delivering(Precedence.NOTICE):
        await bot.send_message(ANNI_CHAT, "hai", read_timeout=0.05)
    assert TOKEN not in shown(caught.value)


async def test_a_request_that_cannot_leave_times_out() -> None:
    """The client has no limit for writing; the server here reads nothing."""
    release = asyncio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        await release.wait()
        writer.transport.abort()

    async with bot_at(hold) as bot:
        request = bot._request[1]
        with pytest.raises(TimedOut), delivering(Precedence.NOTICE):
            await bot.send_document(
                ANNI_CHAT,
                bytes(32_000_000),
                read_timeout=0.02,
                write_timeout=0.02,
                pool_timeout=0.5,
            )
        assert isinstance(request, AiohttpRequest)
        release.set()


async def test_a_lost_answer_is_a_network_error(telegram: BotApiForTests, bot: ShopBot) -> None:
    telegram.fail_next("sendMessage", "lost")
    with pytest.raises(NetworkError) as caught, delivering(Precedence.NOTICE):
        await bot.send_message(ANNI_CHAT, "hai")
    assert TOKEN not in shown(caught.value)


async def test_a_refused_connection_is_a_network_error() -> None:
    bot = build_bot(TOKEN, "http://127.0.0.1:1")
    with pytest.raises(NetworkError, match="ClientConnectorError") as caught:
        await bot.get_me()
    assert not isinstance(caught.value, TimedOut)
    assert TOKEN not in shown(caught.value)
    await bot.shutdown()


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"",
    ],
)
async def test_an_answer_that_is_none_shows_no_token(answer: bytes) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with bot_at(respond) as bot:
        with pytest.raises(TelegramError) as caught, delivering(Precedence.NOTICE):
            await bot.send_message(ANNI_CHAT, "hai")
        assert TOKEN not in shown(caught.value)


async def test_an_address_that_is_none_shows_no_token() -> None:
    bot = build_bot(TOKEN, "telegram")
    with pytest.raises(NetworkError) as caught:
        await bot.get_me()
    assert TOKEN not in shown(caught.value)
    await bot.shutdown()


async def test_failed_calls_are_counted_by_their_code(telegram: BotApiForTests) -> None:
    calls = TelegramCalls()
    bot = build_bot(TOKEN, telegram.root, calls=calls)
    await bot.get_me()
    telegram.refuse("getMe", 403, "Forbidden: bot was blocked by the user")
    with pytest.raises(TelegramError):
        await bot.get_me()
    with pytest.raises(TimedOut):
        await bot.get_me(read_timeout=1e-9)
    telegram.down = True
    with pytest.raises(NetworkError):
        await bot.get_me()
    await bot.shutdown()
    assert calls.made == 4
    assert +calls.failed == {"403": 1, "timeout": 1, "network": 1}


async def test_redirects_are_not_followed() -> None:
    """Another server would get the token in the path."""

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with bot_at(respond) as bot:
        with pytest.raises(NetworkError, match="302"):
            await bot.get_me()


async def test_proxies_of_the_environment_are_not_used(
    bot: ShopBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert (await bot.get_me()).is_bot


async def test_connections_are_kept_and_limited() -> None:
    """Fewer connections than calls: the others wait for one."""
    peers: set[object] = set()
    at_once = most = 0
    both_used = asyncio.Event()

    async def respond(request: web.Request) -> web.Response:
        nonlocal at_once, most
        assert request.transport is not None
        peers.add(request.transport.get_extra_info("peername"))
        at_once += 1
        most = max(most, at_once)
        if at_once == 2:
            both_used.set()
        await both_used.wait()
        await asyncio.sleep(0.01)
        at_once -= 1
        return web.json_response({"ok": True, "result": True})

    app = web.Application()
    app.router.add_post("/{path:.*}", respond)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    request = AiohttpRequest(2, certificates=True)
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/bot{TOKEN}/x"
    await asyncio.gather(*(request.post(url) for _ in range(6)))
    await request.shutdown()
    await runner.cleanup()
    assert len(peers) == most == 2


async def test_a_call_without_a_free_connection_times_out(
    telegram: BotApiForTests, bot: ShopBot
) -> None:
    request = AiohttpRequest(1, certificates=True)
    telegram.fail_next("sendMessage", "hang")
    url = f"{telegram.root}/bot{TOKEN}"
    hanging = asyncio.create_task(request.post(f"{url}/sendMessage"))
    while not telegram.hang_count:
        await telegram.state.change_signal.wait()
    with pytest.raises(TimedOut, match="ConnectionTimeoutError"):
        await request.post(f"{url}/getMe", pool_timeout=0.05)
    telegram.release_hanging()
    with pytest.raises(NetworkError):
        await hanging
    await request.shutdown()


async def test_it_can_be_closed_twice_and_opened_again(
    telegram: BotApiForTests, bot: ShopBot
) -> None:
    request = AiohttpRequest(1, certificates=True)
    url = f"{telegram.root}/bot{TOKEN}/getMe"
    await request.shutdown()
    await request.initialize()
    await request.initialize()
    assert await request.post(url)
    await request.shutdown()
    await request.shutdown()
    with pytest.raises(NetworkError, match="closed"):
        await request.post(url)
    await request.initialize()
    assert await request.post(url)
    await request.shutdown()


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_the_systems_certificates_are_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """They are in memory already, for the supplier; others take 20 ms and 4 MB."""
    certificate = tmp_path / "3513523f.0"
    certificate.touch()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate if kind == "file" else tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path if kind == "folder" else tmp_path / "none"))
    assert trusted.__wrapped__() is True


@pytest.mark.parametrize("has_folder", [True, False])
def test_where_the_system_has_no_certificates_certifis_are_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_folder: bool
) -> None:
    (tmp_path / "own.pem").touch()  # OpenSSL does not look at a name that is no hash.
    monkeypatch.setenv("SSL_CERT_FILE", "")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path) if has_folder else "")
    context = trusted.__wrapped__()
    assert isinstance(context, ssl.SSLContext)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


async def test_all_connections_trust_the_same_certificates() -> None:
    bots = [build_bot(TOKEN, "http://127.0.0.1:1") for _ in range(2)]
    for one in bots:
        for request in one._request:
            assert isinstance(request, AiohttpRequest)
            assert request._certificates is trusted()


async def test_of_a_sent_text_only_what_handlers_read_is_parsed(bot: ShopBot) -> None:
    """Telegram returns the whole message, keyboard included; objects of it take long to make."""
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Beli", callback_data="x")]])
    sent = await bot.send_message(ANNI_CHAT, "<b>hai</b>", reply_markup=keyboard)
    assert (sent.message_id, sent.chat.id, sent.text) == (1, ANNI_CHAT, "hai")
    assert sent.reply_markup is None
    assert sent.from_user is None
    edited = await bot.edit_message_text("ho", chat_id=ANNI_CHAT, message_id=sent.message_id)
    assert edited is True


async def test_a_text_is_sent_as_the_library_sends_it(
    telegram: BotApiForTests, bot: ShopBot
) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Beli", callback_data="x")]])
    await bot.send_message(ANNI_CHAT, "<b>hai</b>", reply_markup=keyboard)
    assert await bot.send_text(ANNI_CHAT, "<b>hai</b>", keyboard) == 2
    await bot.send_message(ANNI_CHAT, "ho")
    await bot.send_text(ANNI_CHAT, "ho")
    with_buttons, shorter_way, plain, shorter_plain = [
        call.params for call in telegram.calls_of("sendMessage")
    ]
    assert (shorter_way, shorter_plain) == (with_buttons, plain)
    assert plain["parse_mode"] == "HTML"


async def test_a_refused_text_is_an_error(bot: ShopBot) -> None:
    with pytest.raises(BadRequest):
        await bot.send_text(ANNI_CHAT, "<b>hai")
