"""Render the items of the page, and mark the items that change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.sandbox.bot_process import LogLine
from bot.sandbox.clock import WIB
from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.page.live import Event, Key, LiveUpdates
from bot.sandbox.page.log import Entry, PageLog, bot_entry, supplier_entry, telegram_entry
from bot.sandbox.supplier.faults import FAULTS_BEFORE, scenario_table
from bot.sandbox.supplier.server import Fault, PanelOrder
from bot.sandbox.telegram.server import (
    ADMIN,
    ApiCall,
    CallbackAnswer,
    Change,
    ChatMessage,
    Person,
    StoredFile,
)

Json = dict[str, Any]
ORDERS_SHOWN = 60
MESSAGES_SHOWN = 500
FINAL_WORDS = {"success", "error", "partial"}

NEXT_ORDER: dict[Fault, str] = {
    Fault.LOST_AFTER: "Lose the next answer",
    Fault.SLOW: "Slow answer",
    Fault.HTML: "HTML page",
    Fault.ERROR_AFTER: "Error 500",
    Fault.TRUNCATED: "Half an answer",
    Fault.EMPTY: "Empty answer",
    Fault.REDIRECT: "Redirect",
    Fault.SOMETHING_WRONG: "Unknown refusal",
    Fault.PROMISED_AFTER: "Promise for later",
    Fault.REFUSED_503_AFTER: "Refusal in a 503",
    Fault.FOREIGN_ECHO: "Foreign number",
    Fault.DUPLICATE_REF: "Another order's ref_id",
    Fault.LOST_BEFORE: "Lose the call",
    Fault.ERROR_BEFORE: "Error 500 at once",
    Fault.PROMISED_BEFORE: "Promise, not kept",
    Fault.REFUSED_503_BEFORE: "503 at once",
}
"""The faults for the next order call, with their labels on the page."""


class PageView:
    """Renders the environment's items, and marks changed ones in `live`."""

    def __init__(
        self,
        environment: SandboxEnvironment,
        live: LiveUpdates,
        log: PageLog,
        console: Callable[[str], None],
    ) -> None:
        """Subscribe to all changes; the bot's warnings and errors go to `console` too."""
        self._environment = environment
        self._live = live
        self._log = log
        self._console = console
        self._unread: dict[int, set[int]] = {}
        self._shown: dict[str, Callable[..., Json | None]] = {
            "sandbox": self._shown_sandbox,
            "clock": self._shown_clock,
            "telegram": self._shown_telegram,
            "supplier": self._shown_supplier,
            "bot": self._shown_bot,
            "person": self._shown_person,
            "message": self._shown_message,
            "order": self._shown_order,
            "log": log.shown,
        }
        environment.telegram.state.listeners.append(self._telegram_changed)
        environment.telegram.on_call = self._telegram_called
        environment.telegram.updates.on_poll = self._bot_polled
        environment.supplier.on_change = self._supplier_changed
        environment.supplier.on_call = lambda call: self.note(supplier_entry(call))
        environment.on_clock_change = lambda: live.mark_changed(("clock",), ("supplier",))
        environment.bot.on_change = lambda: live.mark_changed(("bot",))
        environment.bot.on_line = self._bot_wrote

    # --- changes ---

    def note(self, entry: Entry | None) -> None:
        """Add an entry to the log."""
        if entry is not None:
            self._live.mark_changed(*(("log", number) for number in self._log.add(entry)))

    def _bot_wrote(self, line: LogLine) -> None:
        self.note(bot_entry(line, self._environment.clock.time()))
        if line.is_problem:
            self._console(f"bot: {line.level}: {line.text}")

    def _telegram_called(self, call: ApiCall) -> None:
        self.note(telegram_entry(call))
        self._live.mark_changed(("telegram",))

    def _bot_polled(self) -> None:
        self._environment.bot.record_poll()
        below = self._environment.telegram.updates.confirmed_below
        for chat_id, unread in self._unread.items():
            read = {one for one in unread if self._is_read(chat_id, one, below)}
            unread.difference_update(read)
            self._live.mark_changed(*(("message", chat_id, one) for one in read))

    def _is_read(self, chat_id: int, message_id: int, below: int) -> bool:
        message = self._environment.telegram.state.message(chat_id, message_id)
        return message is None or (message.update_id or 0) < below

    def _telegram_changed(self, change: Change) -> None:
        if change.kind in {"message", "edit", "delete"} and change.chat_id is not None:
            message_id = change.message_id or 0
            message = self._environment.telegram.state.message(change.chat_id, message_id)
            if change.kind == "message" and message is not None and not message.is_from_bot:
                self._unread.setdefault(change.chat_id, set()).add(message_id)
            self._live.mark_changed(("message", change.chat_id, message_id), ("telegram",))
        elif change.kind == "person":
            self._live.mark_changed(("person", change.chat_id or 0))
        elif change.kind in {"commands", "profile"}:
            people = self._environment.telegram.users
            self._live.mark_changed(("telegram",), *(("person", one.user_id) for one in people))
        elif change.kind == "action":
            self._live.send_event(
                {"kind": "action", "chat": change.chat_id, "action": change.detail}
            )
        elif change.kind == "answer":
            self._live.send_event(answer_event(change.detail))

    def _supplier_changed(self) -> None:
        orders = self._environment.supplier.orders[-ORDERS_SHOWN:]
        self._live.mark_changed(("supplier",), *(("order", one.ref_id) for one in orders))

    def mark_all_changed(self, keys: Iterable[Key]) -> None:
        """Mark these items and all that exist now as changed."""
        self._live.mark_changed(*keys, *self.keys())

    # --- rendering ---

    def keys(self) -> Iterator[Key]:
        """Return the keys of all items, in the order in which a new page needs them."""
        yield from (("sandbox",), ("clock",), ("telegram",), ("supplier",), ("bot",))
        for person in self._environment.telegram.users:
            yield ("person", person.user_id)
            for message in self._environment.telegram.messages(person.user_id)[-MESSAGES_SHOWN:]:
                yield ("message", person.user_id, message.message_id)
        for order in self._environment.supplier.orders[-ORDERS_SHOWN:]:
            yield ("order", order.ref_id)
        for number in self._log.entries:
            yield ("log", number)

    def show(self, key: Key) -> Json | None:
        """Return an item as JSON, or None for a deleted one."""
        kind, *names = key
        return self._shown[str(kind)](*names)

    def _shown_sandbox(self) -> Json:
        return {
            "scenarios": scenario_table(),
            "faults": [fault_choice(fault, text) for fault, text in NEXT_ORDER.items()],
            "folder": str(self._environment.folder),
            "start": self._environment.start_id,
        }

    def _shown_clock(self) -> Json:
        ahead = self._environment.clock.ahead.total_seconds()
        return {"ahead_seconds": ahead, "zone": WIB.key, "zone_name": "WIB"}

    def _shown_telegram(self) -> Json:
        telegram = self._environment.telegram
        return {
            "name": telegram.state.bot_user["first_name"],
            "username": telegram.state.bot_user["username"],
            "down": telegram.down,
            "faults": [one.kind for one in telegram.faults],
            "waiting": len(telegram.updates.pending),
        }

    def _shown_supplier(self) -> Json:
        supplier = self._environment.supplier
        fault_settings = supplier.fault_settings
        return {
            "deposit": supplier.deposit,
            "next": [NEXT_ORDER[fault] for fault in fault_settings.next_orders],
            "down": not self._environment.is_supplier_listening,
            "hangs_up": fault_settings.is_down,
            "status_down": fault_settings.status_down,
            "all_in_stock": fault_settings.all_in_stock,
            "delay_seconds": supplier.delay_seconds,
            "services": len(supplier.catalogue),
            "order_calls": supplier.order_calls,
        }

    def _shown_bot(self) -> Json:
        bot = self._environment.bot
        return {
            "state": bot.state.value,
            "pid": bot.pid,
            "restarts": max(0, bot.starts - 1),
            "exit_code": bot.exit_code,
            "started_at": bot.started_at,
        }

    def _shown_person(self, user_id: int) -> Json | None:
        person = self._environment.telegram.state.people.get(user_id)
        if person is None:
            return None
        return shown_person(person) | {
            "commands": self._environment.telegram.commands_for(user_id),
            "description": self._description(person),
        }

    def _description(self, person: Person) -> str:
        profile = self._environment.telegram.profile
        for language in (person.language_code, ""):
            if text := profile.get(("description", language)):
                return str(text)
        return ""

    def _shown_message(self, chat_id: int, message_id: int) -> Json | None:
        message = self._environment.telegram.state.message(chat_id, message_id)
        if message is None:
            return None
        below = self._environment.telegram.updates.confirmed_below
        return shown_message(message) | {
            "is_read": message.is_from_bot or self._is_read(chat_id, message_id, below)
        }

    def _shown_order(self, ref_id: str) -> Json | None:
        try:
            return shown_order(self._environment.supplier.order(ref_id))
        except KeyError:
            return None


def fault_choice(fault: Fault, text: str) -> Json:
    """Return a fault that can be chosen for the next order call, and whether the order is made."""
    return {"name": fault.name, "text": text, "is_bought": fault not in FAULTS_BEFORE}


def shown_person(person: Person) -> Json:
    """Return a person for the list of chats."""
    return {
        "id": person.user_id,
        "name": person.first_name,
        "username": person.username or "",
        "language": person.language_code,
        "is_admin": person.user_id == ADMIN.user_id,
        "has_blocked": person.has_blocked,
    }


def shown_message(message: ChatMessage) -> Json:
    """Return a message as text with entities, never as HTML."""
    return {
        "id": message.message_id,
        "date": message.date,
        "from_bot": message.is_from_bot,
        "text": message.text,
        "entities": message.entities,
        "markup": message.reply_markup,
        "photo": shown_file(message.photo),
        "document": shown_file(message.document),
        "contact": message.contact,
        "sticker": (message.sticker or {}).get("emoji"),
        "voice_seconds": (message.voice or {}).get("duration"),
        "location": message.location,
        "is_edited": message.edited_at is not None,
        "reply_to": message.reply_to,
    }


def shown_file(stored: StoredFile | None) -> Json | None:
    """Return a file's address and properties."""
    if stored is None:
        return None
    return {
        "url": f"/files/{stored.file_id}",
        "name": stored.name,
        "size": len(stored.content),
        "width": stored.width,
        "height": stored.height,
    }


def shown_order(order: PanelOrder) -> Json:
    """Return a row of the supplier's orders."""
    return {
        "ref_id": order.ref_id,
        "at": order.created_at,
        "product": order.product.get("service", ""),
        "code": order.service,
        "destination": order.destination,
        "price": order.price,
        "status": order.status,
        "voucher": order.voucher,
        "is_final": order.status in FINAL_WORDS,
        "is_deleted": order.is_deleted,
    }


def answer_event(answer: CallbackAnswer) -> Event:
    """Return the event for the bot's answer to a pressed button."""
    return {
        "kind": "answer",
        "chat": answer.user_id,
        "query": answer.query_id,
        "text": answer.text,
        "alert": answer.show_alert,
        "url": answer.url,
    }
