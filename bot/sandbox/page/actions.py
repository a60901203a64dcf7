"""The page's actions: as a customer, and on the supplier, Telegram, the bot and the clock."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, get_args

from bot.domain.errors import StoreError
from bot.sandbox.clock import ClockError
from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.page.log import sandbox_entry
from bot.sandbox.page.view import NEXT_ORDER, PageView
from bot.sandbox.supplier.server import Fault
from bot.sandbox.telegram.server import ADMIN, BUDI, RATNA, SARAH, SITI, YUSUF, FaultKind
from bot.sandbox.telegram.wire import RefusalError

Json = dict[str, Any]
MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_NAME = 255
MAX_RUPIAH = 1_000_000_000
RETRY_AFTER_SECONDS = 5
PHONES = {
    BUDI.user_id: "6281234567890",
    SARAH.user_id: "6285712345678",
    RATNA.user_id: "6281298765432",
    SITI.user_id: "6289512345678",
    YUSUF.user_id: "85291234567",
    ADMIN.user_id: "6281987654321",
}
"""The phone numbers of the people; their last four digits trigger no scenario.

Yusuf's is of Hong Kong: its first digits look like those of an Indonesian number.
"""
STICKERS = ("👍", "😂", "🙏")
VOICE_SECONDS = 7
PLACE = (-7.2575, 112.7521)
"""Latitude and longitude of Surabaya, in degrees."""
PHONE = re.compile(r"[0-9+() .-]{3,32}", re.ASCII)
TIME_OF_DAY = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", re.ASCII)
FINAL_STATUSES = {
    "success": ("success", ""),
    "error": ("error", "Transaksi gagal di operator"),
    "partial": ("partial", "Sebagian terkirim"),
}


class ActionError(Exception):
    """The action cannot be done; the page shows the message."""


class Actions:
    """The actions by name; each takes and returns a JSON object."""

    def __init__(self, environment: SandboxEnvironment, view: PageView) -> None:
        """Act on `environment`; actions outside the chats are added to the log."""
        self._environment = environment
        self._view = view
        self._actions: dict[str, Callable[[Json], Json | Awaitable[Json]]] = {
            "say": self._say,
            "press": self._press,
            "share_contact": self._share_contact,
            "send": self._send,
            "block": self._block,
            "finish_order": self._finish_order,
            "fail_next_order": self._fail_next_order,
            "clear_order_faults": self._clear_order_faults,
            "set_deposit": self._set_deposit,
            "set_supplier": self._set_supplier,
            "fail_telegram": self._fail_telegram,
            "clear_telegram_faults": self._clear_telegram_faults,
            "set_telegram": self._set_telegram,
            "bot": self._bot,
            "move_clock": self._move_clock,
            "reset": self._reset,
        }

    async def do(self, name: str, params: Json) -> Json:
        """Run an action; raises ActionError, also for an unknown name or invalid parameters."""
        action = self._actions.get(name)
        if action is None:
            raise ActionError(f"There is no action {name!r}.")
        try:
            result = action(params)
            return result if isinstance(result, dict) else await result
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ActionError(f"This cannot be done: {error}") from error
        except (StoreError, OSError) as error:
            raise ActionError(f"This cannot be done now: {error}") from error

    def _log(self, text: str) -> Json:
        self._view.note(sandbox_entry(text, self._environment.clock.time()))
        return {}

    # --- in a chat ---

    def _say(self, params: Json) -> Json:
        text = str(params["text"]).strip()
        if not text or len(text) > MAX_TEXT:
            raise ActionError(f"A message has 1 to {MAX_TEXT} characters.")
        self._environment.telegram.send_text(int(params["chat"]), text)
        return {}

    def send_file(self, params: Json, content: bytes) -> Json:
        """Send a picture or a file to the bot; raises ActionError."""
        caption = str(params.get("caption", "")).strip()
        try:
            chat, kind, mime_type = int(params["chat"]), params["kind"], params["mime_type"]
            name = str(params["name"])[:MAX_NAME]
            check_file(content, caption)
            if kind == "photo":
                self._environment.telegram.send_photo(chat, content, mime_type, caption)
            else:
                self._environment.telegram.send_document(chat, name, mime_type, content, caption)
        except (KeyError, ValueError, RefusalError) as error:
            raise ActionError(f"This cannot be sent: {error}") from error
        return {}

    def _press(self, params: Json) -> Json:
        chat, message = int(params["chat"]), int(params["message"])
        return {"query": self._environment.telegram.press(chat, message, data=str(params["data"]))}

    def _share_contact(self, params: Json) -> Json:
        chat = int(params["chat"])
        self._environment.telegram.share_contact(chat, chat, PHONES[chat])
        return {}

    def _send(self, params: Json) -> Json:
        """Send a sticker, a voice message, a contact or a location."""
        chat, telegram = int(params["chat"]), self._environment.telegram
        match params["what"]:
            case "sticker":
                telegram.send_sticker(chat, STICKERS[STICKERS.index(str(params["emoji"]))])
            case "voice":
                telegram.send_voice(chat, VOICE_SECONDS)
            case "location":
                telegram.send_location(chat, *PLACE)
            case "contact":
                phone, name = str(params["phone"]).strip(), str(params["name"]).strip()
                if not PHONE.fullmatch(phone):
                    raise ActionError("A phone number has 3 to 32 digits, spaces and signs.")
                telegram.share_contact(chat, None, phone, name[:MAX_NAME] or "?")
            case what:
                raise KeyError(what)
        return {}

    def _block(self, params: Json) -> Json:
        chat = int(params["chat"])
        name = self._environment.telegram.state.people[chat].first_name
        if flag(params, "on"):
            self._environment.telegram.block(chat)
            return self._log(f"{name} blocks the bot")
        self._environment.telegram.unblock(chat)
        return self._log(f"{name} unblocks the bot")

    # --- at the supplier ---

    def _finish_order(self, params: Json) -> Json:
        ref_id, word = str(params["ref_id"]), str(params["status"])
        status, note = FINAL_STATUSES[word]
        self._environment.supplier.finish(ref_id, status, note=note)
        return self._log(f"the supplier gives {ref_id} the status {status}")

    def _fail_next_order(self, params: Json) -> Json:
        fault = Fault[str(params["fault"])]
        self._environment.supplier.fail_next_order(fault)
        self._environment.supplier.on_change()
        return self._log(f"for the next order: {NEXT_ORDER[fault].lower()}")

    def _clear_order_faults(self, _params: Json) -> Json:
        self._environment.supplier.fault_settings.next_orders.clear()
        self._environment.supplier.on_change()
        return self._log("nothing is wrong with the next order")

    def _set_deposit(self, params: Json) -> Json:
        amount = int(params["amount"])
        if not 0 <= amount <= MAX_RUPIAH:
            raise ActionError("The deposit is 0 to 1,000,000,000 rupiah.")
        self._environment.supplier.deposit = amount
        self._environment.supplier.on_change()
        return self._log(f"the deposit at the supplier is {amount:,} rupiah")

    async def _set_supplier(self, params: Json) -> Json:
        is_on, what = flag(params, "on"), str(params["what"])
        fault_settings = self._environment.supplier.fault_settings
        if what == "down":
            await self._environment.set_supplier_listening(is_listening=not is_on)
        elif what == "hangs_up":
            await self._environment.set_supplier_listening(is_listening=True)
            fault_settings.is_down = is_on
        elif what == "status_down":
            fault_settings.status_down = is_on
        elif what == "all_in_stock":
            fault_settings.all_in_stock = is_on
        else:
            raise KeyError(what)
        self._environment.supplier.on_change()
        return self._log(f"the supplier: {what.replace('_', ' ')} is {'on' if is_on else 'off'}")

    # --- to Telegram ---

    def _fail_telegram(self, params: Json) -> Json:
        kind: FaultKind = params["kind"]
        if kind not in get_args(FaultKind):
            raise KeyError(kind)
        self._environment.telegram.fail_next(None, kind, retry_after=RETRY_AFTER_SECONDS)
        self._view.mark_all_changed([("telegram",)])
        return self._log(f"the next call to Telegram: {kind}")

    def _clear_telegram_faults(self, _params: Json) -> Json:
        self._environment.telegram.clear_faults()
        self._environment.telegram.release_hanging()
        self._view.mark_all_changed([("telegram",)])
        return self._log("nothing is wrong with the next call to Telegram")

    def _set_telegram(self, params: Json) -> Json:
        self._environment.telegram.down = flag(params, "down")
        self._view.mark_all_changed([("telegram",)])
        return self._log("Telegram goes down" if params["down"] else "Telegram comes back")

    # --- to the bot ---

    def _bot(self, params: Json) -> Json:
        bot = self._environment.bot
        what = {
            "start": bot.start,
            "stop": bot.stop,
            "restart": bot.restart,
            "kill": bot.kill,
        }
        word = str(params["what"])
        what[word]()
        return self._log(f"{word} the bot")

    def _move_clock(self, params: Json) -> Json:
        """Move the clock by `seconds`, or to the next time `to` ("23:30") in Jakarta."""
        clock = self._environment.clock
        if "to" in params:
            found = TIME_OF_DAY.fullmatch(str(params["to"]).strip())
            if found is None:
                raise ActionError("A time of day is 00:00 to 23:59.")
            by = clock.until(int(found[1]), int(found[2]))
        else:
            by = timedelta(seconds=number(params, "seconds"))
        try:
            self._environment.move_clock(by)
        except ClockError as error:
            raise ActionError(str(error)) from error
        return self._log(f"the clock goes forward: it is {clock.local():%a %H:%M} WIB")

    async def _reset(self, _params: Json) -> Json:
        old_keys = list(self._view.keys())
        await self._environment.reset()
        self._view.mark_all_changed(old_keys)
        return self._log("everything is as at the start")


def check_file(content: bytes, caption: str) -> None:
    """Check a file and its caption; raises ActionError."""
    if not content:
        raise ActionError("This file is empty.")
    if len(caption) > MAX_CAPTION:
        raise ActionError(f"A caption has at most {MAX_CAPTION} characters.")


def flag(params: Json, name: str) -> bool:
    """Return a boolean parameter; raises TypeError for any other value."""
    value = params[name]
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be true or false")
    return value


def number(params: Json, name: str) -> int:
    """Return an integer parameter; raises TypeError for any other value."""
    value = params[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number")
    return value
