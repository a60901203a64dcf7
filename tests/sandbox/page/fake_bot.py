"""A small bot that sends all kinds of messages to a chat, and polls like a real one."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import struct
import sys
import zlib
from typing import Any

import aiohttp

Json = dict[str, Any]

WELCOME = (
    "<b>Selamat datang di Konter</b>, Budi!\n"
    "Pulsa, paket data, token PLN dan voucher game, <i>diantar dalam hitungan detik</i>.\n\n"
    "Saldo kamu: <b>Rp500.000</b>\n"
    "ID kamu: <code>700000001</code>\n\n"
    "<blockquote>Telkomsel 10.000 sedang murah: Rp11.300 saja.</blockquote>\n"
    "Mulai dengan /order, lihat <u>riwayat</u> di /history, atau baca "
    '<a href="https://example.com/bantuan">halaman bantuan</a>.'
)
VOUCHER = (
    "<b>Token PLN 20.000 sudah jadi</b>\n"
    "Nomor meter: <code>12345678901</code>\n\n"
    "Token: <tg-spoiler>1234 5678 9012 3456 7890</tg-spoiler>\n"
    "<s>Rp22.000</s> Rp21.200\n\n"
    '<pre><code class="language-json">{"ref_id": "a1b2c3", "status": "success"}</code></pre>\n'
    "Terima kasih sudah belanja."
)


def button(text: str, data: str, style: str = "") -> Json:
    """Return a button with callback data; `style` colours it."""
    return {"text": text, "callback_data": data} | ({"style": style} if style else {})


HOME = {
    "inline_keyboard": [
        [button("Beli", "buy", "primary")],
        [button("Saldo", "toast"), button("Riwayat", "history")],
        [button("Batal", "alert", "danger"), button("Lambat", "slow", "success")],
        [
            {"text": "Salin ID", "copy_text": {"text": "700000001"}},
            {"text": "Bantuan", "url": "https://example.com/"},
        ],
    ]
}
CONTACT = {
    "keyboard": [
        [{"text": "Kirim nomor saya", "request_contact": True}],
        [{"text": "50.000"}, {"text": "100.000"}],
    ],
    "resize_keyboard": True,
    "input_field_placeholder": "Nomor tujuan",
}
COMMANDS = {
    "id": [("order", "Beli pulsa, data, token"), ("history", "Riwayat pesanan")],
    "": [("order", "Buy credit, data, tokens"), ("history", "Your orders")],
}


def picture() -> bytes:
    """Return a small PNG with a gradient."""
    width, height = 320, 180
    rows = b"".join(
        b"\0" + b"".join(bytes((x * 255 // width, y, 180)) for x in range(width))
        for y in range(height)
    )

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


class FakeBot:
    """Answers a few words and buttons."""

    def __init__(self, session: aiohttp.ClientSession, root: str) -> None:
        """Call the Bot API below the address `root`."""
        self._session = session
        self._root = root

    async def call(self, method: str, **params: Any) -> Any:
        """Call a method; return its result, or None when it was refused."""
        async with self._session.post(f"{self._root}/{method}", json=params) as response:
            return (await response.json()).get("result")

    async def upload(self, method: str, field: str, name: str, content: bytes, chat: int) -> None:
        """Upload a file."""
        form = aiohttp.FormData({"chat_id": str(chat), "caption": "<b>Kode QR</b>: tunjukkan"})
        form.add_field("parse_mode", "HTML")
        kind = "image/png" if field == "photo" else "text/csv"
        form.add_field(field, content, filename=name, content_type=kind)
        async with self._session.post(f"{self._root}/{method}", data=form):
            pass

    async def run(self) -> None:
        """Poll for ever; after a failed call, poll again."""
        offset = 0
        for language, commands in COMMANDS.items():
            listed = [{"command": name, "description": text} for name, text in commands]
            await self.call("setMyCommands", commands=listed, language_code=language)
        while True:
            try:
                updates = await self.call("getUpdates", offset=offset, timeout=20) or []
            except (aiohttp.ClientError, ValueError):
                await asyncio.sleep(0.1)
                continue
            for update in updates:
                offset = update["update_id"] + 1
                await self.handle(update)

    async def handle(self, update: Json) -> None:
        """Answer one update."""
        if "message" in update:
            await self.hear(update["message"])
        elif "callback_query" in update:
            await self.pressed(update["callback_query"])

    async def hear(self, message: Json) -> None:
        """Answer a message."""
        chat, text = message["chat"]["id"], message.get("text", "")
        await self.call("sendChatAction", chat_id=chat, action="typing")
        if text == "/photo":
            await self.upload("sendPhoto", "photo", "qr.png", picture(), chat)
        elif text == "/document":
            await self.upload("sendDocument", "document", "laporan.csv", b"a,b\n1,2\n", chat)
        elif text == "/voucher":
            await self.send(chat, VOUCHER)
        elif text == "/contact":
            await self.send(chat, "Nomor mana yang mau diisi?", CONTACT)
        elif "contact" in message:
            number = message["contact"]["phone_number"]
            await self.send(chat, f"Nomor {number} diterima.", {"remove_keyboard": True})
        elif "photo" in message or "document" in message:
            await self.send(chat, f"{'Foto' if 'photo' in message else 'File'} diterima.")
        elif text == "/start":
            await self.send(chat, WELCOME, HOME)
        else:
            await self.send(chat, f"Kamu menulis: {len(text)} huruf.")

    async def send(self, chat: int, html: str, markup: Json | None = None) -> None:
        """Send a message with HTML."""
        await self.call(
            "sendMessage", chat_id=chat, text=html, parse_mode="HTML", reply_markup=markup
        )

    async def pressed(self, query: Json) -> None:
        """Answer a button press; "slow" gets no answer."""
        words = {"toast": "Saldo kamu Rp500.000", "alert": "Pesanan ini sudah dibatalkan."}
        data, message = query["data"], query["message"]
        if data == "buy":
            await self.call(
                "editMessageText",
                chat_id=message["chat"]["id"],
                message_id=message["message_id"],
                text="<b>Mau beli apa?</b>",
                parse_mode="HTML",
                reply_markup={"inline_keyboard": [[button("Kembali", "toast")]]},
            )
        if data != "slow":
            await self.call(
                "answerCallbackQuery",
                callback_query_id=query["id"],
                text=words.get(data, ""),
                show_alert=data == "alert",
            )


async def main() -> None:
    """Run until SIGTERM, with the settings that the ordinary bot would have."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    sys.stdout.write(json.dumps({"level": "warning", "event": "fake bot", "seed": 1}) + "\n")
    sys.stdout.flush()
    token, api = os.environ["TELEGRAM_BOT_TOKEN"], os.environ["TELEGRAM_API_URL"]
    async with aiohttp.ClientSession() as session:
        await FakeBot(session, f"{api}/bot{token}").run()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except asyncio.CancelledError:
        sys.exit(0)
