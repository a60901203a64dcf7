"""The command line: python -m bot run, sandbox, doctor, audit, backup, restore, and more."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click
from pydantic import SecretStr

from bot.config import (
    ENV_FILE,
    Settings,
    SettingsError,
    load_database_settings,
    load_settings,
)
from bot.config.database_url import SQLITE, checked_url
from bot.config.invocation import as_typed
from bot.system import version

if TYPE_CHECKING:
    from bot.commands.set_up import Part

USAGE_ERROR = 2


def _utf_8(_context: click.Context, _parameter: click.Parameter, path: Path | None) -> Path | None:
    """Reject a path that is not UTF-8: the database and the console could not write it."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise click.BadParameter("the name is not UTF-8: choose another.") from None
    return path


def _database(_context: click.Context, parameter: click.Parameter, text: str) -> str:
    """Return the address of a database; the path of a file is one too."""
    url = text if "://" in text else f"{SQLITE}{text}"
    try:
        return checked_url(SecretStr(url)).get_secret_value()
    except ValueError as error:
        raise click.BadParameter(f"{parameter.metavar} {error}.") from None


def _print_version(context: click.Context, _parameter: click.Parameter, is_asked: bool) -> None:
    if is_asked:
        click.echo(f"Konter {version()}")
        context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def konter() -> None:
    """Konter sells pulsa, data packs and vouchers in Telegram."""


@konter.command()
def run() -> None:
    """Run the bot with the settings of .env until SIGTERM or Ctrl-C."""
    settings = _settings()
    from bot.serving import serve_until_signalled  # noqa: PLC0415 - the other commands start faster

    sys.exit(_finish(serve_until_signalled(settings)))


@konter.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    default=8090,
    show_default=True,
    help="The page's port on 127.0.0.1.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    callback=_utf_8,
    default=None,
    help="Where the database is kept between runs; a temporary folder if not given. Chats are in "
    "memory.",
)
@click.option(
    "--first-start", is_flag=True, help="Begin with a new shop, which its owner sets up in chat."
)
def sandbox(port: int, data: Path | None, first_start: bool) -> None:
    """Try the whole bot in a browser, without Telegram or a supplier."""
    from bot.sandbox.run import run_sandbox  # noqa: PLC0415 - only this command needs it

    sys.exit(_finish(run_sandbox(port=port, data=data, first_start=first_start)))


@konter.command("set-up")
@click.option(
    "--language", type=click.Choice(("id", "en")), default=None, help="Do not ask for the language."
)
@click.option(
    "--only",
    type=click.Choice(("token", "panel", "shop", "payment", "markup", "owner")),
    multiple=True,
    help="Ask only this part, such as owner for another owner. May be given several times.",
)
def set_up(language: Literal["id", "en"] | None, only: tuple[Part, ...]) -> None:
    """Ask for the settings of .env one by one, check each at once, and find the owner in chat."""
    from bot.commands.set_up import PARTS, Dialogue, run_set_up  # noqa: PLC0415 - only this command
    from bot.commands.set_up_texts import INTERRUPTED, WHICH_LANGUAGE  # noqa: PLC0415
    from bot.logs import configure_logging  # noqa: PLC0415 - the other commands start faster

    configure_logging("CRITICAL", "console")
    try:
        if language is None:
            language = "en" if _typed(f"{WHICH_LANGUAGE} ").lower().startswith("e") else "id"
        dialogue = Dialogue(language, click.echo, _typed)
        parts = tuple(part for part in PARTS if part in only) or PARTS
        example = Path(__file__).parent.parent / ".env.example"
        code = run_set_up(dialogue, ENV_FILE, example, _owner_secret, parts)
    except (KeyboardInterrupt, click.Abort):
        click.echo(INTERRUPTED.in_language(language or "id"))
        sys.exit(130)
    sys.exit(code)


def _owner_secret() -> str:
    """Return the payload of a new link that finds the owner in chat (`bot.domain.start_link`)."""
    return f"o{secrets.token_hex(8)}"


def _typed(prompt: str) -> str:
    """Show a prompt and return the line that is typed; raises `click.Abort` at the end of input."""
    return str(click.prompt(prompt, default="", show_default=False, prompt_suffix=""))


@konter.command()
def doctor() -> None:
    """Check settings, Telegram, database and supplier, and say what to do; never orders."""
    settings = _settings()
    from bot.commands.doctor import run_checks  # noqa: PLC0415 - only this command needs it

    sys.exit(_finish(run_checks(settings, click.echo)))


@konter.command()
def audit() -> None:
    """Check in the database that no rupiah was made or lost; changes nothing."""
    settings = _settings(load_database_settings)
    _log_warnings()
    from bot.commands.maintenance import audit_books  # noqa: PLC0415 - only this command needs it

    sys.exit(_finish(audit_books(settings, datetime.now(UTC), click.echo)))


@konter.command("remove-staff")
@click.argument("who")
def remove_staff(who: str) -> None:
    """Take all rights from the employee WHO, a Telegram id or @username; the bot may run."""
    settings = _settings(load_database_settings)
    _log_warnings()
    from bot.commands.staff import remove_staff as remove  # noqa: PLC0415 - only this command

    sys.exit(_finish(remove(settings, who, datetime.now(UTC), click.echo)))


@konter.command()
def accept_server() -> None:
    """Start again on another PostgreSQL server, if nothing is missing in its data.

    docs/operations.md says when ("When a standby takes over"). The bot must not run.
    """
    settings = _settings(load_database_settings)
    _log_warnings()
    from bot.commands.maintenance import accept_other_server  # noqa: PLC0415 - only this command

    sys.exit(accept_other_server(settings, click.echo))


@konter.command()
@click.argument("path", required=False, type=click.Path(path_type=Path), callback=_utf_8)
def backup(path: Path | None) -> None:
    """Copy the database, also while the bot runs.

    PATH is a new file or an existing folder; without it the copy is added to the daily backups.
    """
    settings = _settings(load_database_settings)
    _log_warnings()
    from bot.commands.maintenance import back_up_now  # noqa: PLC0415 - only this command needs it

    sys.exit(back_up_now(settings, path, datetime.now(UTC), click.echo))


@konter.command("try-backup")
@click.argument(
    "path",
    required=False,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    callback=_utf_8,
)
@click.option("--for-bot", is_flag=True, hidden=True)
def try_restore(path: Path | None, *, for_bot: bool) -> None:
    """Try whether the backup PATH, or the newest one, can be restored; changes nothing.

    A copy of it is made beside it, changed to this version, audited and deleted again. The bot may
    run. The exit code is 0 if the backup can be restored.
    """
    _log_warnings()
    now = datetime.now(UTC)
    if for_bot and path is not None:
        from bot.commands.backup_trial import try_for_bot  # noqa: PLC0415 - it needs little memory

        sys.exit(try_for_bot(path, now, click.echo))
    settings = _settings(load_database_settings) if path is None else None
    from bot.commands.maintenance import try_backup  # noqa: PLC0415 - only this command needs it

    sys.exit(try_backup(settings, path, now, click.echo))


@konter.command()
@click.argument(
    "path", type=click.Path(path_type=Path, exists=True, dir_okay=False), callback=_utf_8
)
def restore(path: Path) -> None:
    """Replace the database by the backup PATH; the current one is kept under another name.

    The bot must not run. After the next start it sells nothing until an admin sends /resume.
    """
    settings = _settings()
    _log_warnings()
    from bot.commands.maintenance import restore_backup  # noqa: PLC0415 - only this command needs it

    sys.exit(restore_backup(settings, path, datetime.now(UTC), click.echo))


@konter.command()
def hold() -> None:
    """Before an update: copy the database, and hold the next start until it proves healthy.

    The bot must not run. deploy/update.sh does this; docs/update.md explains it.
    """
    settings = _settings(load_database_settings)
    _log_warnings()
    from bot.commands.updates import hold_next_start  # noqa: PLC0415 - only this command

    sys.exit(hold_next_start(settings, datetime.now(UTC), click.echo))


@konter.command()
def undo_update() -> None:
    """After an update that did not start: put the database back as it was.

    To be run in the version from before the update; the bot must not run. Exits with 3, and changes
    nothing, if the new version was released: then only a restore goes back.
    """
    settings = _settings(load_database_settings)
    _log_warnings()
    from bot.commands.updates import undo_update as undo  # noqa: PLC0415 - only this command

    sys.exit(undo(settings, datetime.now(UTC), click.echo))


@konter.command()
@click.argument("archive", type=click.Path(path_type=Path), callback=_utf_8)
def move_out(archive: Path) -> None:
    """Put the whole shop into the new file ARCHIVE (.tar.gz), to go on on another machine.

    The bot must not run, and does not start here again until cancel-move.
    """
    settings = _settings(load_database_settings)
    _log_warnings()
    from bot.commands.moves import move_out as move  # noqa: PLC0415 - only this command needs it

    sys.exit(move(settings, archive, datetime.now(UTC), click.echo))


@konter.command()
@click.argument(
    "archive", type=click.Path(path_type=Path, exists=True, dir_okay=False), callback=_utf_8
)
def move_in(archive: Path) -> None:
    """Put the shop of ARCHIVE, made by move-out on another machine, in place here."""
    _log_warnings()
    from bot.commands.moves import move_in as move  # noqa: PLC0415 - only this command needs it

    sys.exit(move(archive, datetime.now(UTC), click.echo))


@konter.command()
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
def cancel_move(*, is_sure: bool) -> None:
    """Let a shop that moved away start here again."""
    settings = _settings(load_database_settings)
    _log_warnings()
    question = (
        "Did the shop never start on the other machine? Two bots on two copies would sell with the "
        "same money twice. Start here again?"
    )
    if not is_sure and not click.confirm(question):
        sys.exit(1)
    from bot.commands.moves import cancel_move as cancel  # noqa: PLC0415 - only this command

    sys.exit(cancel(settings, click.echo))


@konter.command("copy-database")
@click.argument("source", metavar="FROM", callback=_database)
@click.argument("target", metavar="TO", callback=_database)
def copy_database(source: str, target: str) -> None:
    """Copy a whole shop from one database into a new one, and compare the two.

    FROM and TO are written as DATABASE_URL is: sqlite:/// and a file, or postgresql://…; the path
    of a file will do. TO must be empty. FROM is not changed.
    """
    _log_warnings()
    from bot.commands.copy_database import copy_whole  # noqa: PLC0415 - only this command needs it

    sys.exit(copy_whole(source, target, datetime.now(UTC), click.echo))


def _settings(load: Callable[[], Settings] = load_settings) -> Settings:
    """Return the settings, or print everything missing or wrong and exit with code 2."""
    try:
        return load()
    except SettingsError as error:
        click.echo(
            "Konter cannot start: look at its settings, in .env or the environment.", err=True
        )
        for problem in error.problems:
            click.echo(f"  - {problem}", err=True)
        click.echo(
            "To try Konter without any settings: make sandbox (python -m bot sandbox).", err=True
        )
        sys.exit(USAGE_ERROR)


def _log_warnings() -> None:
    """Log only warnings, to the console: the command itself prints sentences."""
    from bot.logs import configure_logging  # noqa: PLC0415 - the other commands start faster

    configure_logging("WARNING", "console")


def _finish(work: Coroutine[Any, Any, int]) -> int:
    """Run a command and return its exit code; 130 without a traceback after Ctrl-C."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    konter(prog_name=as_typed())
