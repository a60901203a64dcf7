"""Render the sections of the page's state, and mark those that change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from bot.sandbox.bot_process import LogLine
from bot.sandbox.clock import WIB
from bot.sandbox.environment import SandboxEnvironment
from bot.sandbox.page.changes import Changes, Event
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
VERSIONS_PER_SECOND = 1_000
"""More changes than happen in a second, so that versions of two runs differ."""
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
    """Renders the sections of the page's state, and marks those that change.

    The sections are sandbox, clock, telegram, supplier, orders, bot, people, log and, for each
    person, chat/700000001.
    """

    def __init__(self, environment: SandboxEnvironment, console: Callable[[str], None]) -> None:
        """Subscribe to all changes; the bot's warnings and errors go to `console` too."""
        self.changes = Changes(first=environment.start_id * VERSIONS_PER_SECOND)
        self._environment = environment
        self._log = PageLog()
        self._console = console
        self._unread: dict[int, int] = {}
        """The newest update of each chat that the bot has not fetched yet."""
        self._sections: dict[str, Callable[[], Json | list[Json]]] = {
            "sandbox": self._shown_sandbox,
            "clock": self._shown_clock,
            "telegram": self._shown_telegram,
            "supplier": self._shown_supplier,
            "orders": self._shown_orders,
            "bot": self._shown_bot,
            "people": self._shown_people,
            "log": self._shown_log,
        }
        for person in environment.telegram.users:
            user_id = person.user_id
            self._sections[f"chat/{user_id}"] = partial(self._shown_chat, user_id)
        environment.telegram.state.listeners.append(self._telegram_changed)
        environment.telegram.on_call = self._telegram_called
        environment.telegram.updates.on_poll = self._bot_polled
        environment.supplier.on_change = lambda: self.changes.mark("supplier", "orders")
        environment.supplier.on_call = lambda call: self.note(supplier_entry(call))
        environment.on_clock_change = lambda: self.changes.mark("clock", "supplier")
        environment.bot.on_change = lambda: self.changes.mark("bot")
        environment.bot.on_line = self._bot_wrote

    def state(self, since: int) -> Json:
        """Return the sections that changed after a version, and the version that this is."""
        changed = {
            name: shown()
            for name, shown in self._sections.items()
            if self.changes.has_changed(name, since)
        }
        events = self.changes.events(since)
        return {"version": self.changes.version, "sections": changed, "events": events}

    # --- changes ---

    def note(self, entry: Entry | None) -> None:
        """Add an entry to the log."""
        if entry is not None:
            self._log.add(entry)
            self.changes.mark("log")

    def mark_all_changed(self) -> None:
        """Mark all sections as changed."""
        self.changes.mark(*self._sections)

    def _bot_wrote(self, line: LogLine) -> None:
        self.note(bot_entry(line, self._environment.clock.time()))
        if line.is_problem:
            self._console(f"bot: {line.level}: {line.text}")

    def _telegram_called(self, call: ApiCall) -> None:
        self.note(telegram_entry(call))
        self.changes.mark("telegram")

    def _bot_polled(self) -> None:
        self._environment.bot.record_poll()
        below = self._environment.telegram.updates.confirmed_below
        for chat_id, newest in list(self._unread.items()):
            self.changes.mark(f"chat/{chat_id}")
            if newest < below:
                del self._unread[chat_id]

    def _telegram_changed(self, change: Change) -> None:
        if change.kind in {"message", "edit", "delete"} and change.chat_id is not None:
            message = self._environment.telegram.state.message(
                change.chat_id, change.message_id or 0
            )
            if message is not None and message.update_id is not None:
                self._unread[change.chat_id] = message.update_id
            self.changes.mark(f"chat/{change.chat_id}", "telegram")
        elif change.kind in {"person", "commands", "profile"}:
            self.changes.mark("people", "telegram")
        elif change.kind == "action":
            self.changes.send_event(
                {"kind": "action", "chat": change.chat_id, "action": change.detail}
            )
        elif change.kind == "answer":
            self.changes.send_event(answer_event(change.detail))

    # --- rendering ---

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

    def _shown_orders(self) -> list[Json]:
        return [shown_order(one) for one in self._environment.supplier.orders[-ORDERS_SHOWN:]]

    def _shown_bot(self) -> Json:
        bot = self._environment.bot
        return {
            "state": bot.state.value,
            "pid": bot.pid,
            "restarts": max(0, bot.starts - 1),
            "exit_code": bot.exit_code,
            "started_at": bot.started_at,
        }

    def _shown_people(self) -> list[Json]:
        return [self._shown_person(one) for one in self._environment.telegram.users]

    def _shown_person(self, person: Person) -> Json:
        return shown_person(person) | {
            "commands": self._environment.telegram.commands_for(person.user_id),
            "description": self._description(person),
        }

    def _description(self, person: Person) -> str:
        profile = self._environment.telegram.profile
        for language in (person.language_code, ""):
            if text := profile.get(("description", language)):
                return str(text)
        return ""

    def _shown_chat(self, chat_id: int) -> list[Json]:
        below = self._environment.telegram.updates.confirmed_below
        return [
            shown_message(message, is_read=message.is_from_bot or (message.update_id or 0) < below)
            for message in self._environment.telegram.messages(chat_id)[-MESSAGES_SHOWN:]
        ]

    def _shown_log(self) -> list[Json]:
        return [asdict(entry) for entry in self._log.entries]


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


def shown_message(message: ChatMessage, *, is_read: bool) -> Json:
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
        "is_read": is_read,
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
