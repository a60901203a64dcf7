"""The page's actions: as a customer, and on the supplier, Telegram, the bot and the clock."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Literal

from pydantic import ConfigDict, ValidationError, validate_call

from bot.domain.errors import StoreError
from bot.sandbox.clock import ClockError
from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.page.log import sandbox_entry
from bot.sandbox.page.view import NEXT_ORDER, PageView
from bot.sandbox.supplier.server import Fault
from bot.sandbox.telegram.server import (
    ADMIN,
    BUDI,
    RATNA,
    SARAH,
    SITI,
    YUSUF,
    FaultKind,
    Person,
)
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
Sticker = Literal["👍", "😂", "🙏"]
VOICE_SECONDS = 7
PLACE = (-7.2575, 112.7521)
"""Latitude and longitude of Surabaya, in degrees."""
PHONE = re.compile(r"[0-9+() .-]{3,32}", re.ASCII)
TIME_OF_DAY = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", re.ASCII)
FinalStatus = Literal["success", "error", "partial"]
NOTES: dict[FinalStatus, str] = {
    "success": "",
    "error": "Transaksi gagal di operator",
    "partial": "Sebagian terkirim",
}
SupplierSwitch = Literal["down", "hangs_up", "status_down", "all_in_stock"]


class ActionError(Exception):
    """The action cannot be done; the page shows the message."""


class Actions:
    """The actions by name; each takes a JSON object's fields as its parameters, and returns one."""

    def __init__(self, environment: SandboxEnvironment, view: PageView) -> None:
        """Act on `environment`; actions outside the chats are added to the log."""
        self._environment = environment
        self._view = view
        actions: dict[str, Callable[..., Json | Awaitable[Json]]] = {
            "say": self._say,
            "press": self._press,
            "share_contact": self._share_contact,
            "send_sticker": self._send_sticker,
            "send_voice": self._send_voice,
            "send_location": self._send_location,
            "send_contact": self._send_contact,
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
            "move_clock_to": self._move_clock_to,
            "reset": self._reset,
        }
        checked = validate_call(config=ConfigDict(strict=True))
        self._actions = {name: checked(action) for name, action in actions.items()}
        # The parameters of a file come from the address, so numbers are texts.
        self._checked_send_file = validate_call(self._send_file)

    async def do(self, name: str, params: Json) -> Json:
        """Run an action; raises ActionError, also for an unknown name or invalid parameters."""
        action = self._actions.get(name)
        if action is None:
            raise ActionError(f"There is no action {name!r}.")
        try:
            result = action(**params)
            return result if isinstance(result, dict) else await result
        except ValidationError as error:
            raise ActionError(f"This cannot be done: {problems(error)}") from error
        except KeyError as error:
            raise ActionError(f"This cannot be done: {error.args[0]}") from error
        except OverflowError as error:
            raise ActionError("This cannot be done: a number is too large.") from error
        except (StoreError, OSError) as error:
            raise ActionError(f"This cannot be done now: {error}") from error

    def _log(self, text: str) -> Json:
        self._view.note(sandbox_entry(text, self._environment.clock.time()))
        return {}

    # --- in a chat ---

    def _say(self, chat: int, text: str) -> Json:
        text = text.strip()
        if not text or len(text) > MAX_TEXT:
            raise ActionError(f"A message has 1 to {MAX_TEXT} characters.")
        self._environment.telegram.send_text(chat, text)
        return {}

    def send_file(self, params: Json, content: bytes) -> Json:
        """Send a picture or a file to the bot; raises ActionError."""
        try:
            return self._checked_send_file(**params | {"content": content})
        except ValidationError as error:
            raise ActionError(f"This cannot be sent: {problems(error)}") from error
        except KeyError as error:
            raise ActionError(f"This cannot be sent: {error.args[0]}") from error
        except RefusalError as error:
            raise ActionError(f"This cannot be sent: {error}") from error

    def _send_file(
        self,
        content: bytes,
        chat: int,
        kind: Literal["photo", "document"],
        name: str,
        mime_type: str,
        caption: str = "",
    ) -> Json:
        check_file(content, caption.strip())
        telegram = self._environment.telegram
        if kind == "photo":
            telegram.send_photo(chat, content, mime_type, caption.strip())
        else:
            telegram.send_document(chat, name[:MAX_NAME], mime_type, content, caption.strip())
        return {}

    def _press(self, chat: int, message: int, data: str) -> Json:
        return {"query": self._environment.telegram.press(chat, message, data=data)}

    def _share_contact(self, chat: int) -> Json:
        phone = PHONES[self._person(chat).user_id]
        self._environment.telegram.share_contact(chat, chat, phone)
        return {}

    def _send_sticker(self, chat: int, emoji: Sticker) -> Json:
        self._environment.telegram.send_sticker(chat, emoji)
        return {}

    def _send_voice(self, chat: int) -> Json:
        self._environment.telegram.send_voice(chat, VOICE_SECONDS)
        return {}

    def _send_location(self, chat: int) -> Json:
        self._environment.telegram.send_location(chat, *PLACE)
        return {}

    def _send_contact(self, chat: int, phone: str, name: str) -> Json:
        if not PHONE.fullmatch(phone.strip()):
            raise ActionError("A phone number has 3 to 32 digits, spaces and signs.")
        shown_name = name.strip()[:MAX_NAME] or "?"
        self._environment.telegram.share_contact(chat, None, phone.strip(), shown_name)
        return {}

    def _block(self, chat: int, on: bool) -> Json:
        name = self._person(chat).first_name
        if on:
            self._environment.telegram.block(chat)
            return self._log(f"{name} blocks the bot")
        self._environment.telegram.unblock(chat)
        return self._log(f"{name} unblocks the bot")

    def _person(self, chat: int) -> Person:
        person = self._environment.telegram.state.people.get(chat)
        if person is None:
            raise ActionError(f"There is no person {chat}.")
        return person

    # --- at the supplier ---

    def _finish_order(self, ref_id: str, status: FinalStatus) -> Json:
        self._environment.supplier.finish(ref_id, status, note=NOTES[status])
        return self._log(f"the supplier gives {ref_id} the status {status}")

    def _fail_next_order(self, fault: str) -> Json:
        if fault not in Fault.__members__:
            raise ActionError(f"There is no fault {fault!r}.")
        chosen = Fault[fault]
        self._environment.supplier.fail_next_order(chosen)
        self._environment.supplier.on_change()
        return self._log(f"for the next order: {NEXT_ORDER[chosen].lower()}")

    def _clear_order_faults(self) -> Json:
        self._environment.supplier.fault_settings.next_orders.clear()
        self._environment.supplier.on_change()
        return self._log("nothing is wrong with the next order")

    def _set_deposit(self, amount: int) -> Json:
        if not 0 <= amount <= MAX_RUPIAH:
            raise ActionError("The deposit is 0 to 1,000,000,000 rupiah.")
        self._environment.supplier.deposit = amount
        self._environment.supplier.on_change()
        return self._log(f"the deposit at the supplier is {amount:,} rupiah")

    async def _set_supplier(self, what: SupplierSwitch, on: bool) -> Json:
        fault_settings = self._environment.supplier.fault_settings
        if what == "down":
            await self._environment.set_supplier_listening(is_listening=not on)
        elif what == "hangs_up":
            await self._environment.set_supplier_listening(is_listening=True)
            fault_settings.is_down = on
        elif what == "status_down":
            fault_settings.status_down = on
        else:
            fault_settings.all_in_stock = on
        self._environment.supplier.on_change()
        return self._log(f"the supplier: {what.replace('_', ' ')} is {'on' if on else 'off'}")

    # --- to Telegram ---

    def _fail_telegram(self, kind: FaultKind) -> Json:
        self._environment.telegram.fail_next(None, kind, retry_after=RETRY_AFTER_SECONDS)
        return self._log_at_telegram(f"the next call to Telegram: {kind}")

    def _clear_telegram_faults(self) -> Json:
        self._environment.telegram.clear_faults()
        self._environment.telegram.release_hanging()
        return self._log_at_telegram("nothing is wrong with the next call to Telegram")

    def _set_telegram(self, down: bool) -> Json:
        self._environment.telegram.down = down
        return self._log_at_telegram("Telegram goes down" if down else "Telegram comes back")

    def _log_at_telegram(self, text: str) -> Json:
        self._view.changes.mark("telegram")
        return self._log(text)

    # --- to the bot ---

    def _bot(self, what: Literal["start", "stop", "restart", "kill"]) -> Json:
        bot = self._environment.bot
        {"start": bot.start, "stop": bot.stop, "restart": bot.restart, "kill": bot.kill}[what]()
        return self._log(f"{what} the bot")

    def _move_clock(self, seconds: int) -> Json:
        return self._move_clock_by(timedelta(seconds=seconds))

    def _move_clock_to(self, time: str) -> Json:
        """Move the clock to the next such time of day in Jakarta ("23:30")."""
        found = TIME_OF_DAY.fullmatch(time.strip())
        if found is None:
            raise ActionError("A time of day is 00:00 to 23:59.")
        return self._move_clock_by(self._environment.clock.until(int(found[1]), int(found[2])))

    def _move_clock_by(self, by: timedelta) -> Json:
        try:
            self._environment.move_clock(by)
        except ClockError as error:
            raise ActionError(str(error)) from error
        return self._log(
            f"the clock goes forward: it is {self._environment.clock.local():%a %H:%M} WIB"
        )

    async def _reset(self) -> Json:
        await self._environment.reset()
        self._view.mark_all_changed()
        return self._log("everything is as at the start")


def check_file(content: bytes, caption: str) -> None:
    """Check a file and its caption; raises ActionError."""
    if not content:
        raise ActionError("This file is empty.")
    if len(caption) > MAX_CAPTION:
        raise ActionError(f"A caption has at most {MAX_CAPTION} characters.")


def problems(error: ValidationError) -> str:
    """Return the problems of an action's parameters on one line."""
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
