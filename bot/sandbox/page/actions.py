"""What can be done on the page: as a customer, at the supplier, to Telegram, and to the bot."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, get_args

from bot.domain.errors import StoreError
from bot.sandbox.clock import ClockError
from bot.sandbox.environment import House
from bot.sandbox.page.log import of_sandbox
from bot.sandbox.page.view import NEXT_ORDER, View
from bot.sandbox.supplier.server import Fault
from bot.sandbox.telegram.server import ADMIN, BUDI, RATNA, SARAH, SITI, YUSUF, FaultKind
from bot.sandbox.telegram.wire import RefusalError

Json = dict[str, Any]
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
LONGEST_NAME = 255
MOST_RUPIAH = 1_000_000_000
RETRY_AFTER_SECONDS = 5
PHONES = {
    BUDI.user_id: "6281234567890",
    SARAH.user_id: "6285712345678",
    RATNA.user_id: "6281298765432",
    SITI.user_id: "6289512345678",
    YUSUF.user_id: "85291234567",
    ADMIN.user_id: "6281987654321",
}
"""The numbers in people's contacts; their last digits ask for nothing special.

One is of Hong Kong: its first digits look like those of an Indonesian number.
"""
STICKERS = ("👍", "😂", "🙏")
VOICE_SECONDS = 7
PLACE = (-7.2575, 112.7521)
"""Surabaya, in degrees."""
PHONE = re.compile(r"[0-9+() .-]{3,32}", re.ASCII)
TIME_OF_DAY = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", re.ASCII)
ORDER_ENDS = {
    "success": ("success", ""),
    "error": ("error", "Transaksi gagal di operator"),
    "partial": ("partial", "Sebagian terkirim"),
}


class ActError(Exception):
    """What was asked for cannot be done; the message is for the person at the page."""


class Acts:
    """The acts by name; each takes what the page sent and returns what the page needs to know."""

    def __init__(self, house: House, view: View) -> None:
        """Act on `house`; what is done behind the counter is noted in the log."""
        self._house = house
        self._view = view
        self._acts: dict[str, Callable[[Json], Json | Awaitable[Json]]] = {
            "say": self._say,
            "press": self._press,
            "share_contact": self._share_contact,
            "send": self._send,
            "block": self._block,
            "finish_order": self._finish_order,
            "fail_next_order": self._fail_next_order,
            "forget_next_orders": self._forget_next_orders,
            "set_deposit": self._set_deposit,
            "set_supplier": self._set_supplier,
            "fail_telegram": self._fail_telegram,
            "forget_telegram": self._forget_telegram,
            "set_telegram": self._set_telegram,
            "bot": self._bot,
            "move_clock": self._move_clock,
            "begin_anew": self._begin_anew,
        }

    async def do(self, name: str, wanted: Json) -> Json:
        """Do an act; raises ActError, also for one that is not known or not well asked for."""
        act = self._acts.get(name)
        if act is None:
            raise ActError(f"There is no {name!r} to do.")
        try:
            done = act(wanted)
            return done if isinstance(done, dict) else await done
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ActError(f"This cannot be done: {error}") from error
        except (StoreError, OSError) as error:
            raise ActError(f"This cannot be done now: {error}") from error

    def _noted(self, text: str) -> Json:
        self._view.note(of_sandbox(text, self._house.clock.time()))
        return {}

    # --- in a chat ---

    def _say(self, wanted: Json) -> Json:
        text = str(wanted["text"]).strip()
        if not text or len(text) > LONGEST_TEXT:
            raise ActError(f"A message has 1 to {LONGEST_TEXT} signs.")
        self._house.telegram.send_text(int(wanted["chat"]), text)
        return {}

    def send_file(self, wanted: Json, content: bytes) -> Json:
        """Send a picture or a file to the bot; raises ActError."""
        caption = str(wanted.get("caption", "")).strip()
        try:
            chat, kind, mime_type = int(wanted["chat"]), wanted["kind"], wanted["mime_type"]
            name = str(wanted["name"])[:LONGEST_NAME]
            check_file(content, caption)
            if kind == "photo":
                self._house.telegram.send_photo(chat, content, mime_type, caption)
            else:
                self._house.telegram.send_document(chat, name, mime_type, content, caption)
        except (KeyError, ValueError, RefusalError) as error:
            raise ActError(f"This cannot be sent: {error}") from error
        return {}

    def _press(self, wanted: Json) -> Json:
        chat, message = int(wanted["chat"]), int(wanted["message"])
        return {"query": self._house.telegram.press(chat, message, data=str(wanted["data"]))}

    def _share_contact(self, wanted: Json) -> Json:
        chat = int(wanted["chat"])
        self._house.telegram.share_contact(chat, chat, PHONES[chat])
        return {}

    def _send(self, wanted: Json) -> Json:
        """Send what is neither text nor a file: a sticker, a voice message, a contact, a place."""
        chat, telegram = int(wanted["chat"]), self._house.telegram
        match wanted["what"]:
            case "sticker":
                telegram.send_sticker(chat, STICKERS[STICKERS.index(str(wanted["emoji"]))])
            case "voice":
                telegram.send_voice(chat, VOICE_SECONDS)
            case "location":
                telegram.send_location(chat, *PLACE)
            case "contact":
                phone, name = str(wanted["phone"]).strip(), str(wanted["name"]).strip()
                if not PHONE.fullmatch(phone):
                    raise ActError("A phone number has 3 to 32 digits, spaces and signs.")
                telegram.share_contact(chat, None, phone, name[:LONGEST_NAME] or "?")
            case what:
                raise KeyError(what)
        return {}

    def _block(self, wanted: Json) -> Json:
        chat = int(wanted["chat"])
        name = self._house.telegram.state.people[chat].first_name
        if flag(wanted, "on"):
            self._house.telegram.block(chat)
            return self._noted(f"{name} blocks the bot")
        self._house.telegram.unblock(chat)
        return self._noted(f"{name} unblocks the bot")

    # --- at the supplier ---

    def _finish_order(self, wanted: Json) -> Json:
        ref_id, word = str(wanted["ref_id"]), str(wanted["status"])
        status, note = ORDER_ENDS[word]
        self._house.supplier.finish(ref_id, status, note=note)
        return self._noted(f"the supplier gives {ref_id} the status {status}")

    def _fail_next_order(self, wanted: Json) -> Json:
        fault = Fault[str(wanted["fault"])]
        self._house.supplier.fail_next_order(fault)
        self._house.supplier.on_change()
        return self._noted(f"for the next order: {NEXT_ORDER[fault].lower()}")

    def _forget_next_orders(self, _wanted: Json) -> Json:
        self._house.supplier.troubles.next_orders.clear()
        self._house.supplier.on_change()
        return self._noted("nothing is wrong with the next order")

    def _set_deposit(self, wanted: Json) -> Json:
        amount = int(wanted["amount"])
        if not 0 <= amount <= MOST_RUPIAH:
            raise ActError("The deposit is 0 to 1,000,000,000 rupiah.")
        self._house.supplier.deposit = amount
        self._house.supplier.on_change()
        return self._noted(f"the deposit at the supplier is {amount:,} rupiah")

    async def _set_supplier(self, wanted: Json) -> Json:
        is_on, what = flag(wanted, "on"), str(wanted["what"])
        troubles = self._house.supplier.troubles
        if what == "down":
            await self._house.let_supplier_listen(is_listening=not is_on)
        elif what == "hangs_up":
            await self._house.let_supplier_listen(is_listening=True)
            troubles.is_down = is_on
        elif what == "status_down":
            troubles.status_down = is_on
        elif what == "all_in_stock":
            troubles.all_in_stock = is_on
        else:
            raise KeyError(what)
        self._house.supplier.on_change()
        return self._noted(f"the supplier: {what.replace('_', ' ')} is {'on' if is_on else 'off'}")

    # --- to Telegram ---

    def _fail_telegram(self, wanted: Json) -> Json:
        kind: FaultKind = wanted["kind"]
        if kind not in get_args(FaultKind):
            raise KeyError(kind)
        self._house.telegram.fail_next(None, kind, retry_after=RETRY_AFTER_SECONDS)
        self._view.touch([("telegram",)])
        return self._noted(f"the next call to Telegram: {kind}")

    def _forget_telegram(self, _wanted: Json) -> Json:
        self._house.telegram.clear_faults()
        self._house.telegram.release()
        self._view.touch([("telegram",)])
        return self._noted("nothing is wrong with the next call to Telegram")

    def _set_telegram(self, wanted: Json) -> Json:
        self._house.telegram.down = flag(wanted, "down")
        self._view.touch([("telegram",)])
        return self._noted("Telegram goes down" if wanted["down"] else "Telegram comes back")

    # --- to the bot ---

    def _bot(self, wanted: Json) -> Json:
        bot = self._house.bot
        what = {
            "start": bot.start,
            "stop": bot.stop,
            "restart": bot.restart,
            "kill": bot.kill,
        }
        word = str(wanted["what"])
        what[word]()
        return self._noted(f"{word} the bot")

    def _move_clock(self, wanted: Json) -> Json:
        """Let time pass: `seconds` of it, or until it is `to` ("23:30") in Jakarta."""
        clock = self._house.clock
        if "to" in wanted:
            found = TIME_OF_DAY.fullmatch(str(wanted["to"]).strip())
            if found is None:
                raise ActError("A time of day is 00:00 to 23:59.")
            by = clock.until(int(found[1]), int(found[2]))
        else:
            by = timedelta(seconds=number(wanted, "seconds"))
        try:
            self._house.move_clock(by)
        except ClockError as error:
            raise ActError(str(error)) from error
        return self._noted(f"the clock goes forward: it is {clock.local():%a %H:%M} WIB")

    async def _begin_anew(self, _wanted: Json) -> Json:
        before = list(self._view.keys())
        await self._house.begin_anew()
        self._view.touch(before)
        return self._noted("everything is as at the start")


def check_file(content: bytes, caption: str) -> None:
    """Check what somebody sends; raises ActError."""
    if not content:
        raise ActError("This file is empty.")
    if len(caption) > LONGEST_CAPTION:
        raise ActError(f"A caption has at most {LONGEST_CAPTION} signs.")


def flag(wanted: Json, name: str) -> bool:
    """Return a yes or no; raises TypeError for anything else."""
    value = wanted[name]
    if not isinstance(value, bool):
        raise TypeError(f"{name} is yes or no")
    return value


def number(wanted: Json, name: str) -> int:
    """Return a whole number; raises TypeError for anything else."""
    value = wanted[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is a whole number")
    return value
