"""Set-up: every answer is checked and kept at once, and the owner is found in chat."""

import asyncio
import os
import pty
import re
import stat
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import stamina

from bot.commands.set_up import PARTS, Dialogue, Part, run_set_up
from bot.commands.set_up_owner import shown
from bot.config import load_settings
from bot.config.env_file import EnvFileError, read_env_file
from bot.config.env_writing import write_settings
from bot.sandbox.telegram.server import ADMIN, BUDI, SITI
from handlers.transport.update_receiver import ALLOWED_UPDATES
from tests.sandbox.shop_environment import (
    API_KEY,
    ROOT,
    TOKEN,
    USER_ID,
    ShopEnvironment,
    open_environment,
)

EXAMPLE = ROOT / ".env.example"
PLACES = ("TELEGRAM_API_URL", "OSIMESA_URL", "OSIMESA_PROFILE_URL")


@pytest.fixture
async def environment(tmp_path: Path) -> AsyncIterator[ShopEnvironment]:
    """The embedded servers, without a running bot."""
    async with open_environment(tmp_path) as environment:
        yield environment


@pytest.fixture
def path(environment: ShopEnvironment, tmp_path: Path) -> Path:
    """A file that leads to the embedded servers."""
    path = tmp_path / ".env"
    path.write_text("".join(f"{name}={environment.env[name]}\n" for name in PLACES))
    return path


def add(path: Path, *lines: str) -> None:
    """Add lines to a file."""
    path.write_text(content(path) + "".join(f"{line}\n" for line in lines))


def content(path: Path) -> str:
    return path.read_text()


@dataclass
class Terminal:
    """A person who gives these answers; a callable is called with what was shown so far."""

    answers: Sequence[str | Callable[[str], str]]
    text: str = ""
    prompts: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        self.text += f"{text}\n"

    def read(self, prompt: str) -> str:
        self.prompts.append(prompt)
        self.text += prompt
        answer = self.answers[len(self.prompts) - 1]
        answer = answer if isinstance(answer, str) else answer(self.text)
        self.text += f"{answer}\n"
        return answer


async def set_up(
    path: Path, *answers: str | Callable[[str], str], only: Sequence[Part] = PARTS
) -> tuple[int, Terminal]:
    """Answer the questions in English; return the exit code and what was said."""
    terminal = Terminal(answers)
    secrets = iter(f"secret{number}" for number in range(9))
    dialogue = Dialogue("en", terminal.write, terminal.read)
    with stamina.set_testing(True, attempts=1):
        code = await asyncio.to_thread(
            run_set_up, dialogue, path, EXAMPLE, lambda: next(secrets), only
        )
    assert len(terminal.prompts) == len(answers), terminal.text
    return code, terminal


class Typist:
    """A person at a real terminal, in which `python -m bot set-up` runs."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self._folder, self._env = folder, env
        self._screen = ""
        self._more = asyncio.Event()

    async def start(self) -> None:
        self._ours, theirs = pty.openpty()
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "set-up"),
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), **self._env},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        asyncio.get_running_loop().add_reader(self._ours, self._read)

    def _read(self) -> None:
        try:
            piece = os.read(self._ours, 65_536)
        except OSError:  # The other end is closed.
            piece = b""
        if not piece:
            asyncio.get_running_loop().remove_reader(self._ours)
        self._screen += piece.decode(errors="replace")
        self._more.set()

    async def sees(self, pattern: str) -> re.Match[str]:
        """Wait for a text, and forget everything up to it."""
        async with asyncio.timeout(30):
            while (found := re.search(pattern, self._screen)) is None:
                self._more.clear()
                await self._more.wait()
        self._screen = self._screen[found.end() :]
        return found

    async def types(self, after: str, line: str) -> None:
        await self.sees(after)
        os.write(self._ours, f"{line}\n".encode())


async def test_a_shop_is_set_up_at_a_terminal_and_greets_its_owner(
    environment: ShopEnvironment, tmp_path: Path
) -> None:
    """The file is reached by a link, and no update is taken from the bot."""
    (tmp_path / "etc").mkdir()
    (tmp_path / ".env").symlink_to("etc/konter.env")
    telegram = environment.telegram
    earlier = telegram.send_text(BUDI.user_id, "/start")
    typist = Typist(tmp_path, {name: environment.env[name] for name in PLACES})
    await typist.start()
    await typist.types("press Enter. ", "")
    await typist.types("Tempel token", TOKEN)
    await typist.types("User ID: ", USER_ID)
    await typist.types("API Key: ", API_KEY)
    await typist.sees("4 produk, 4 siap dijual")
    await typist.types(r"Nama toko \[Konter\]: ", "Toko 'Bu \\ Sari' $5 #1")
    await typist.types("Teks QRIS: ", "")
    await typist.types("a.n. Siti: ", "BCA 123 a.n. Sari")
    await typist.types(r"\[1000\]: ", "1500")
    await typist.types("Enter, id, atau -: ", "")
    link = await typist.sees(r"https://\S+")
    telegram.send_text(BUDI.user_id, "/start guessed")
    telegram.open_link(BUDI.user_id, link[0])
    await typist.types(re.escape("Kamu Budi (@budi_sandbox)? [Y/n] "), "n")
    link = await typist.sees(r"https://\S+")
    telegram.open_link(ADMIN.user_id, link[0])
    await typist.types(re.escape("Kamu Pak Admin (@pak_admin_sandbox)? [Y/n] "), "")
    await typist.sees("etc/konter.env")
    assert await typist.process.wait() == 0

    file = tmp_path / "etc/konter.env"
    assert (tmp_path / ".env").is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert "# The bot's token, from @BotFather (required)." in file.read_text()
    places = {name: environment.env[name] for name in PLACES}
    settings = load_settings(places, env_file=file)
    assert settings.shop_name == "Toko 'Bu \\ Sari' $5 #1"
    assert (settings.markup_flat, settings.admin_ids) == (1500, (ADMIN.user_id,))
    assert telegram.updates.pending[0]["update_id"] == earlier
    assert telegram.updates.confirmed_below <= earlier

    kept = read_env_file(file).values
    changes = {name.upper(): value for name, value in kept.items() if value is not None}
    await environment.enter(load_settings(environment.env | changes, env_file=None))
    await environment.admin.sees("Kamu pemilik toko ini")


async def test_wrong_answers_are_explained_and_asked_again(
    environment: ShopEnvironment, path: Path
) -> None:
    add(path, "# my own words", "UNKNOWN=stays")
    code, terminal = await set_up(
        path,
        *("", "a token", "4242:another", TOKEN),
        *(USER_ID, "wrong", "", API_KEY),
        *("\u200b Konter ${HOME} ", "Konter Sari"),
        *("000201", "", "BCA 1"),
        *("1.500", "1500"),
        *("seven", str(ADMIN.user_id)),
    )
    assert code == 0, terminal.text
    for said in (
        "This is needed",
        "just as @BotFather wrote it",
        "Telegram does not know this token",
        "The panel's words: API Key not registered",
        "SHOP_NAME would not be read as it was written",
        "QRIS_STATIC is cut off",
        "MARKUP_FLAT must be a whole number",
        "Telkomsel 10.000 costs you Rp10.200 and is sold for Rp11.700",
        "ADMIN_IDS must be Telegram user ids",
    ):
        assert said in terminal.text, terminal.text
    text = content(path)
    assert "# my own words\nUNKNOWN=stays\n" in text
    assert text.count("SHOP_NAME") == 1
    assert API_KEY not in terminal.text.partition("wrong")[2].replace(f"{API_KEY}\n", "")


async def test_set_up_goes_on_where_it_ended(environment: ShopEnvironment, path: Path) -> None:
    """Enter keeps each answer, secrets are masked, and an owner is added to those there."""
    add(path, f"TELEGRAM_BOT_TOKEN={TOKEN}", f"export OSIMESA_USER_ID={USER_ID}")
    add(path, f"OSIMESA_API_KEY={API_KEY}", "ADMIN_IDS=7", "QRIS_STATIC=")
    before = content(path)
    code, terminal = await set_up(path, *[""] * 6, "", "-")
    assert code == 0
    assert terminal.prompts[0].endswith("[4242…ken]: ")
    assert TOKEN not in terminal.text
    assert content(path) == before + "SHOP_NAME=Konter\nMARKUP_FLAT=1000\n"
    code, terminal = await set_up(path, str(ADMIN.user_id), only=["owner"])
    assert code == 0
    assert read_env_file(path).values["admin_ids"] == f"7,{ADMIN.user_id}"


async def test_the_address_that_the_panel_must_allow_is_named(
    environment: ShopEnvironment, path: Path
) -> None:
    environment.supplier.fault_settings.refused_address = "203.0.113.9"
    add(path, f"TELEGRAM_BOT_TOKEN={TOKEN}")

    def allow(text: str) -> str:
        assert "add this address to the list of\n   allowed IP addresses: 203.0.113.9" in text
        environment.supplier.fault_settings.refused_address = ""
        return ""

    code, terminal = await set_up(path, USER_ID, API_KEY, allow, "", only=["panel"])
    assert code == 0, terminal.text
    await environment.stop_serving("supplier")
    code, terminal = await set_up(path, "", "", "n", only=["panel"])
    assert code == 0
    assert "The panel gives no proper answer" in terminal.text


async def test_who_cannot_be_found_in_chat_is_told_why(
    environment: ShopEnvironment, path: Path
) -> None:
    """A webhook is taken off only after a question; its updates stay."""
    telegram = environment.telegram
    code, terminal = await set_up(path, "", "-", only=["owner"])
    assert code == 2
    assert "First give the bot's token" in terminal.text
    await asyncio.to_thread(
        write_settings,
        path,
        {"TELEGRAM_BOT_TOKEN": TOKEN, "OSIMESA_USER_ID": "U", "OSIMESA_API_KEY": "k"},
        EXAMPLE,
    )
    nowhere = f"http://127.0.0.1:{environment.hold_port()}/hook"
    await telegram.updates.set_webhook(
        {"url": nowhere, "secret_token": "", "allowed_updates": None}
    )
    telegram.send_text(BUDI.user_id, "hello")
    loop = asyncio.get_running_loop()

    def press_start(user_id: int) -> Callable[[str], str]:
        def press(_text: str) -> str:
            loop.call_soon_threadsafe(telegram.open_link, user_id, LINK.format("secret1"))
            return ""

        return press

    telegram.fail_next("getMe", "lost")
    code, terminal = await set_up(path, "", "", "", press_start(SITI.user_id), "", only=["owner"])
    assert code == 0, terminal.text
    assert "Telegram does not answer" in terminal.text
    assert "This bot's messages now go to a webhook" in terminal.text
    assert "Are you Siti 🌸? [Y/n]" in terminal.text
    assert telegram.updates.webhook is None
    assert [one["message"]["text"] for one in telegram.updates.pending] == [
        "hello",
        "/start secret1",
    ]


async def test_a_running_bot_keeps_its_updates(environment: ShopEnvironment, path: Path) -> None:
    """Two programs cannot ask for updates at once; the one that runs is to be stopped first."""
    updates = environment.telegram.updates
    add(path, f"TELEGRAM_BOT_TOKEN={TOKEN}", "OSIMESA_USER_ID=U", "OSIMESA_API_KEY=k")
    now = {"offset": 0, "limit": 100, "timeout": 0, "allowed_updates": None}
    others: list[asyncio.Task[object]] = []

    def poll_too() -> None:
        updates.on_poll = lambda: None
        others.append(asyncio.create_task(updates.poll(now, lambda: False)))

    updates.on_poll = poll_too
    code, terminal = await set_up(path, "", "-", only=["owner"])
    assert code == 0
    assert "Another program receives this bot's messages" in terminal.text
    assert updates.allowed == list(ALLOWED_UPDATES)
    await asyncio.gather(*others)


LINK = "https://t.me/konter_sandbox_bot?start={}"


def test_a_name_cannot_change_the_terminal() -> None:
    assert shown("Budi\x1b[2J\u202e\n ") == "Budi[2J"
    assert len(shown("x" * 500)) == 64


def test_a_setting_takes_the_place_of_its_own_line(tmp_path: Path) -> None:
    path = tmp_path / "konter.env"
    path.write_bytes(b"\xef\xbb\xbf# Mine.\r\n\r\nshop_name = 'A\r\nB'\r\nTERMS='1\r\n2'\r\nX=1")
    path.chmod(0o640)
    write_settings(path, {"SHOP_NAME": "C D", "TERMS": "", "ADMIN_IDS": "1,2"}, EXAMPLE)
    assert path.read_bytes() == (
        b"# Mine.\r\n\r\nSHOP_NAME='C D'\r\nTERMS=\r\nX=1\r\nADMIN_IDS=1,2\r\n"
    )
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o644)
    write_settings(path, {"X": "2"}, EXAMPLE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(EnvFileError, match="TERMS would not be read"):
        write_settings(path, {"TERMS": "${SHOP_NAME}"}, EXAMPLE)
    with pytest.raises(EnvFileError, match="cannot be written"):
        write_settings(tmp_path / "nowhere/.env", {"X": "1"}, EXAMPLE)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
