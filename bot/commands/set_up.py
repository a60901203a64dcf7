"""The command `set-up`: asks for what a shop needs to sell, checks it at once, and saves it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import segno

from bot.commands import set_up_texts as texts
from bot.commands.set_up_owner import (
    OtherPollerError,
    Person,
    QueueFullError,
    TelegramSilentError,
    WebhookActiveError,
    bot_of,
    find_person,
    remove_webhook,
)
from bot.commands.set_up_panel import PanelReading, own_address, read_panel
from bot.commands.set_up_texts import Language, Text
from bot.config import Settings, SettingsError, load_settings
from bot.config.env_file import EnvFileError, read_env_file
from bot.config.env_writing import write_settings
from bot.config.loading import PLACEHOLDERS
from bot.domain.money import Rupiah
from bot.domain.pricing import Markup
from bot.domain.typed_text import without_invisible

Part = Literal["token", "panel", "shop", "payment", "markup", "owner"]
PARTS: tuple[Part, ...] = ("token", "panel", "shop", "payment", "markup", "owner")
REMOVE = "-"
YES = frozenset({"", "y", "ya", "yes"})
NO = frozenset({"n", "no", "t", "tidak", "g", "gak", "nggak", "bukan"})
UNUSABLE = 2


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The terminal: `read` shows a prompt and returns the line that was typed."""

    language: Language
    write: Callable[[str], None]
    read: Callable[[str], str]

    def say(self, text: Text, **facts: object) -> None:
        """Write a text."""
        self.write(text.in_language(self.language, **facts))

    def ask(self, text: Text, saved: str = "", shown: str | None = None) -> str:
        """Return what was typed, or `saved` for an empty line; `shown` stands for it."""
        prompt = text.in_language(self.language)
        shown = saved if shown is None else shown
        typed = self.read(f"{prompt} [{shown}]: " if shown else f"{prompt}: ")
        return without_invisible(typed).strip() or saved

    def confirm(self, text: Text, **facts: object) -> bool:
        """Return whether the answer was yes, which Enter is too."""
        while True:
            typed = self.read(f"{text.in_language(self.language, **facts)} ").strip().lower()
            if typed in YES | NO:
                return typed in YES


def run_set_up(
    dialogue: Dialogue,
    path: Path,
    example: Path,
    new_secret: Callable[[], str],
    parts: Sequence[Part] = PARTS,
) -> int:
    """Ask for the settings in `path`, which begins as a copy of `example`; return the exit code.

    `new_secret` returns the random text of a link that finds the owner.
    """
    try:
        if tuple(parts) == PARTS:
            dialogue.say(texts.WELCOME)
        questions = _Questions(dialogue, path, example, new_secret)
        for part in parts:
            getattr(questions, part)()
        load_settings(env_file=path)
    except EnvFileError as error:
        dialogue.say(texts.NOT_SAVED, problem=error)
        return UNUSABLE
    except SettingsError as error:
        for problem in error.problems:
            dialogue.say(texts.MISSING, problem=problem.rstrip("."))
        return UNUSABLE
    dialogue.say(texts.FINISHED, path=os.path.realpath(path))
    return 0


class _Questions:
    """The questions, a method for each part; each answer is saved before the next question."""

    def __init__(
        self, dialogue: Dialogue, path: Path, example: Path, new_secret: Callable[[], str]
    ) -> None:
        self._dialogue = dialogue
        self._path = path
        self._example = example
        self._new_secret = new_secret
        self._reading: PanelReading | None = None

    # --- the parts ---

    def token(self) -> None:
        """Ask for the bot's token, and call getMe with it."""
        self._dialogue.say(texts.TOKEN_HELP)
        while True:
            self._ask("telegram_bot_token", texts.TOKEN, texts.TOKEN_WRONG, is_secret=True)
            try:
                bot = bot_of(self._telegram_root())
            except TelegramSilentError:
                self._dialogue.say(texts.TELEGRAM_SILENT)
                continue
            if bot is not None:
                self._dialogue.say(texts.BOT_IS, name=bot[0], username=bot[1])
                return
            self._dialogue.say(texts.TOKEN_REFUSED)

    def panel(self) -> None:
        """Ask for the panel's account, and read its list with it."""
        settings = self._loaded("osimesa_url", "osimesa_profile_url")
        address = own_address(settings.osimesa_url)
        shown = address or texts.ADDRESS_UNKNOWN.in_language(self._dialogue.language)
        self._dialogue.say(texts.PANEL_HELP, address=shown)
        while True:
            self._ask("osimesa_user_id", texts.USER_ID, texts.PLAIN_WRONG)
            self._ask("osimesa_api_key", texts.API_KEY, texts.PLAIN_WRONG, is_secret=True)
            self._dialogue.say(texts.PANEL_ASKED)
            reading = read_panel(self._loaded(*_PANEL_SETTINGS))
            if isinstance(reading, PanelReading):
                self._say_reading(reading)
                return
            seen = reading.address or shown
            self._dialogue.say(reading.text, address=seen, message=reading.message)
            if not reading.is_final and not self._dialogue.confirm(texts.CHECK_LATER):
                return

    def shop(self) -> None:
        """Ask for the shop's name."""
        self._dialogue.say(texts.SHOP_HELP)
        self._ask("shop_name", texts.SHOP_NAME, texts.PLAIN_WRONG, default="Konter")

    def payment(self) -> None:
        """Ask how customers pay money in; both answers may be left out."""
        self._dialogue.say(texts.PAYMENT_HELP)
        self._ask("qris_static", texts.QRIS, texts.QRIS_WRONG, is_optional=True)
        self._ask("topup_instructions", texts.ACCOUNT, texts.ACCOUNT_WRONG, is_optional=True)

    def markup(self) -> None:
        """Ask for the profit, and show a price."""
        self._dialogue.say(texts.MARKUP_HELP)
        self._ask("markup_flat", texts.MARKUP, texts.MARKUP_WRONG, default="1000")
        listings = [] if self._reading is None else self._reading.services.listings
        sample = next((one for one in listings if one.is_ready), None)
        if sample is not None:
            settings = self._loaded("markup_flat", "markup_percent", "price_round_to")
            markup = Markup(
                Rupiah(settings.markup_flat), settings.markup_percent, settings.price_round_to
            )
            cost, price = _money(sample.cost), _money(markup.price_of(sample.cost))
            self._dialogue.say(texts.PRICE_SAMPLE, name=sample.name, cost=cost, price=price)

    def owner(self) -> None:
        """Find the owner in chat, or take an id that is typed."""
        self._dialogue.say(texts.OWNER_HELP)
        while True:
            if ids := self._saved("admin_ids"):
                self._dialogue.say(texts.OWNERS_ARE, ids=ids)
            typed = self._dialogue.ask(texts.OWNER)
            if typed == REMOVE:
                if not ids:
                    self._dialogue.say(texts.OWNER_SKIPPED)
                return
            person = self._found_person() if not typed else Person(0, typed, "")
            if person is None:
                continue
            new = typed or str(person.user_id)
            if self._save("admin_ids", ",".join(filter(None, (ids, new))), texts.OWNER_WRONG):
                self._dialogue.say(texts.OWNER_ADDED, who=person)
                return

    # --- finding the owner ---

    def _found_person(self) -> Person | None:
        """Return who pressed a link and said yes in the terminal; None if it cannot be found."""
        root = "" if not self._saved("telegram_bot_token") else self._telegram_root()
        try:
            bot = bot_of(root) if root else None
        except TelegramSilentError:
            self._dialogue.say(texts.TELEGRAM_SILENT)
            return None
        if bot is None:
            self._dialogue.say(texts.NEEDS_TOKEN)
            return None
        while True:
            secret = self._new_secret()
            self._show_link(f"https://t.me/{bot[1]}?start={secret}")
            person = self._waited_for(root, secret)
            if person is None or self._dialogue.confirm(texts.IS_IT_YOU, who=person):
                return person
            self._dialogue.say(texts.OTHER_PERSON)

    def _waited_for(self, root: str, secret: str) -> Person | None:
        try:
            return find_person(root, secret)
        except WebhookActiveError:
            if self._dialogue.confirm(texts.WEBHOOK_ACTIVE):
                remove_webhook(root)
        except OtherPollerError:
            self._dialogue.say(texts.OTHER_POLLER)
        except QueueFullError:
            self._dialogue.say(texts.QUEUE_FULL)
        except TelegramSilentError:
            self._dialogue.say(texts.TELEGRAM_SILENT)
        return None

    def _show_link(self, link: str) -> None:
        self._dialogue.say(texts.OWNER_LINK, link=link)
        picture = io.StringIO()
        segno.make(link, error="l").terminal(picture, border=2, compact=True)
        self._dialogue.write(picture.getvalue())
        self._dialogue.say(texts.WAITING)

    # --- asking and saving ---

    def _ask(
        self,
        name: str,
        text: Text,
        wrong: Text,
        *,
        default: str = "",
        is_secret: bool = False,
        is_optional: bool = False,
    ) -> None:
        """Ask until the answer is right and saved; what is saved already is the default."""
        while True:
            saved = self._saved(name)
            shown = _masked(saved) if is_secret else saved or default
            value = self._dialogue.ask(text, saved or default, shown)
            if is_optional and value == REMOVE:
                value = ""
            if not value and not is_optional:
                self._dialogue.say(texts.REQUIRED)
            elif self._save(name, value, wrong):
                return

    def _save(self, name: str, value: str, wrong: Text) -> bool:
        """Save a value if the settings accept it; otherwise say what is wrong with it."""
        try:
            load_settings({**PLACEHOLDERS, name: value}, None, (*PLACEHOLDERS, name))
        except SettingsError as error:
            # The settings speak English; in Indonesian a question has one sentence of its own.
            problem = wrong.id if self._dialogue.language == "id" else error.problems[0]
            self._dialogue.say(texts.NOT_ACCEPTED, problem=problem)
            return False
        if value == self._saved(name):
            return True
        try:
            write_settings(self._path, {name.upper(): value}, self._example)
        except EnvFileError as error:
            if not self._path.exists():
                raise
            self._dialogue.say(texts.NOT_SAVED, problem=error)
            return False
        return True

    def _saved(self, name: str) -> str:
        return (read_env_file(self._path).values.get(name) or "").strip()

    def _loaded(self, *names: str) -> Settings:
        """Load only these settings; raises `SettingsError`."""
        unused = {name: value for name, value in PLACEHOLDERS.items() if name not in names}
        environment: Mapping[str, str] = {**os.environ, **unused}
        return load_settings(environment, self._path, (*unused, *names))

    def _telegram_root(self) -> str:
        settings = self._loaded("telegram_bot_token", "telegram_api_url")
        token = settings.telegram_bot_token.get_secret_value()
        return f"{settings.telegram_api_url}/bot{token}"

    def _say_reading(self, reading: PanelReading) -> None:
        self._reading = reading
        listings = reading.services.listings
        ready = sum(listing.is_ready for listing in listings)
        self._dialogue.say(texts.PANEL_ACCEPTS, products=len(listings), ready=ready)
        if reading.deposit is not None:
            self._dialogue.say(texts.DEPOSIT_IS, amount=_money(reading.deposit))


_PANEL_SETTINGS = (
    "osimesa_user_id",
    "osimesa_api_key",
    "osimesa_url",
    "osimesa_profile_url",
    "supplier_profile",
)


def _masked(secret: str) -> str:
    """Return a secret's beginning and end, so that its owner knows which it is."""
    if not secret:
        return ""
    return f"{secret[:4]}…{secret[-3:]}" if len(secret) > 16 else "…"


def _money(amount: int) -> str:
    return f"Rp{amount:,}".replace(",", ".")
