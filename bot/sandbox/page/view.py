"""What the page shows of each thing in the house."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.sandbox.bot_process import LogLine
from bot.sandbox.clock import WIB
from bot.sandbox.environment import House
from bot.sandbox.page.live import Event, Key, Live
from bot.sandbox.page.log import Entry, PageLog, of_bot, of_panel, of_telegram
from bot.sandbox.supplier.faults import scenario_table
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
"""What can be asked for the next order call, as people read it."""


class View:
    """Looks at the house, and tells `live` when a look shows something else."""

    def __init__(
        self, house: House, live: Live, log: PageLog, console: Callable[[str], None]
    ) -> None:
        """Watch everything in the house from now on; the bot's troubles go to `console` too."""
        self._house = house
        self._live = live
        self._log = log
        self._console = console
        self._unread: dict[int, set[int]] = {}
        self._shown: dict[str, Callable[..., Json | None]] = {
            "house": self._shown_house,
            "clock": self._shown_clock,
            "telegram": self._shown_telegram,
            "supplier": self._shown_supplier,
            "bot": self._shown_bot,
            "person": self._shown_person,
            "message": self._shown_message,
            "order": self._shown_order,
            "log": log.shown,
        }
        house.telegram.state.watchers.append(self._telegram_changed)
        house.telegram.on_call = self._telegram_called
        house.telegram.updates.on_poll = self._bot_polled
        house.supplier.on_change = self._supplier_changed
        house.supplier.on_call = lambda call: self.note(of_panel(call))
        house.on_clock = lambda: live.touch(("clock",), ("supplier",))
        house.bot.on_change = lambda: live.touch(("bot",))
        house.bot.on_line = self._bot_wrote

    # --- what changes ---

    def note(self, entry: Entry | None) -> None:
        """Add an entry to the log."""
        if entry is not None:
            self._live.touch(*(("log", number) for number in self._log.add(entry)))

    def _bot_wrote(self, line: LogLine) -> None:
        self.note(of_bot(line, self._house.clock.time()))
        if line.is_trouble:
            self._console(f"bot: {line.level}: {line.text}")

    def _telegram_called(self, call: ApiCall) -> None:
        self.note(of_telegram(call))
        self._live.touch(("telegram",))

    def _bot_polled(self) -> None:
        self._house.bot.greeted()
        below = self._house.telegram.updates.confirmed_below
        for chat_id, unread in self._unread.items():
            read = {one for one in unread if self._is_read(chat_id, one, below)}
            unread.difference_update(read)
            self._live.touch(*(("message", chat_id, one) for one in read))

    def _is_read(self, chat_id: int, message_id: int, below: int) -> bool:
        message = self._house.telegram.state.message(chat_id, message_id)
        return message is None or (message.update_id or 0) < below

    def _telegram_changed(self, change: Change) -> None:
        if change.kind in {"message", "edit", "delete"} and change.chat_id is not None:
            message_id = change.message_id or 0
            message = self._house.telegram.state.message(change.chat_id, message_id)
            if change.kind == "message" and message is not None and not message.is_from_bot:
                self._unread.setdefault(change.chat_id, set()).add(message_id)
            self._live.touch(("message", change.chat_id, message_id), ("telegram",))
        elif change.kind == "person":
            self._live.touch(("person", change.chat_id or 0))
        elif change.kind in {"commands", "profile"}:
            people = self._house.telegram.users
            self._live.touch(("telegram",), *(("person", one.user_id) for one in people))
        elif change.kind == "action":
            self._live.tell({"kind": "action", "chat": change.chat_id, "action": change.detail})
        elif change.kind == "answer":
            self._live.tell(answer_event(change.detail))

    def _supplier_changed(self) -> None:
        orders = self._house.supplier.orders[-ORDERS_SHOWN:]
        self._live.touch(("supplier",), *(("order", one.ref_id) for one in orders))

    def touch(self, keys: Iterable[Key]) -> None:
        """Tell that these things, and all there are now, may have changed or be gone."""
        self._live.touch(*keys, *self.keys())

    # --- looking ---

    def keys(self) -> Iterator[Key]:
        """Return the key of everything there is, in the order in which a page needs it."""
        yield from (("house",), ("clock",), ("telegram",), ("supplier",), ("bot",))
        for person in self._house.telegram.users:
            yield ("person", person.user_id)
            for message in self._house.telegram.messages(person.user_id)[-MESSAGES_SHOWN:]:
                yield ("message", person.user_id, message.message_id)
        for order in self._house.supplier.orders[-ORDERS_SHOWN:]:
            yield ("order", order.ref_id)
        for number in self._log.entries:
            yield ("log", number)

    def show(self, key: Key) -> Json | None:
        """Return a thing as the page reads it, or None for one that is gone."""
        kind, *names = key
        return self._shown[str(kind)](*names)

    def _shown_house(self) -> Json:
        return {
            "scenarios": scenario_table(),
            "faults": [fault_choice(fault, text) for fault, text in NEXT_ORDER.items()],
            "folder": str(self._house.folder),
            "start": self._house.start_id,
        }

    def _shown_clock(self) -> Json:
        ahead = self._house.clock.ahead.total_seconds()
        return {"ahead_seconds": ahead, "zone": WIB.key, "zone_name": "WIB"}

    def _shown_telegram(self) -> Json:
        telegram = self._house.telegram
        return {
            "name": telegram.state.bot_user["first_name"],
            "username": telegram.state.bot_user["username"],
            "down": telegram.down,
            "faults": [one.kind for one in telegram.faults],
            "waiting": len(telegram.updates.pending),
        }

    def _shown_supplier(self) -> Json:
        supplier = self._house.supplier
        troubles = supplier.troubles
        return {
            "deposit": supplier.deposit,
            "next": [NEXT_ORDER[fault] for fault in troubles.next_orders],
            "down": not self._house.is_supplier_listening,
            "hangs_up": troubles.is_down,
            "status_down": troubles.status_down,
            "all_in_stock": troubles.all_in_stock,
            "delay_seconds": supplier.delay_seconds,
            "services": len(supplier.catalogue),
            "order_calls": supplier.order_calls,
        }

    def _shown_bot(self) -> Json:
        bot = self._house.bot
        return {
            "state": bot.state.value,
            "pid": bot.pid,
            "restarts": max(0, bot.starts - 1),
            "exit_code": bot.exit_code,
            "started_at": bot.started_at,
        }

    def _shown_person(self, user_id: int) -> Json | None:
        person = self._house.telegram.state.people.get(user_id)
        if person is None:
            return None
        return shown_person(person) | {
            "commands": self._house.telegram.commands_for(user_id),
            "description": self._description(person),
        }

    def _description(self, person: Person) -> str:
        profile = self._house.telegram.profile
        for language in (person.language_code, ""):
            if text := profile.get(("description", language)):
                return str(text)
        return ""

    def _shown_message(self, chat_id: int, message_id: int) -> Json | None:
        message = self._house.telegram.state.message(chat_id, message_id)
        if message is None:
            return None
        below = self._house.telegram.updates.confirmed_below
        return shown_message(message) | {
            "is_read": message.is_from_bot or self._is_read(chat_id, message_id, below)
        }

    def _shown_order(self, ref_id: str) -> Json | None:
        try:
            return shown_order(self._house.supplier.order(ref_id))
        except KeyError:
            return None


def fault_choice(fault: Fault, text: str) -> Json:
    """Return what can be chosen for the next order call."""
    is_bought = fault not in {Fault.LOST_BEFORE, Fault.ERROR_BEFORE}
    return {"name": fault.name, "text": text, "is_bought": is_bought}


def shown_person(person: Person) -> Json:
    """Return what the list of chats says of a person."""
    return {
        "id": person.user_id,
        "name": person.first_name,
        "username": person.username or "",
        "language": person.language_code,
        "is_admin": person.user_id == ADMIN.user_id,
        "has_blocked": person.has_blocked,
    }


def shown_message(message: ChatMessage) -> Json:
    """Return a message as the chat shows it: text with entities, never HTML."""
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
    """Return where the page finds a file."""
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
    """Return what somebody sees after pressing a button."""
    return {
        "kind": "answer",
        "chat": answer.user_id,
        "query": answer.query_id,
        "text": answer.text,
        "alert": answer.show_alert,
        "url": answer.url,
    }
