"""Texts about the machine that the bot runs on: alerts, and the lines of /status."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.domain.machine import Room
from bot.domain.notice import Alert
from bot.services.machine_alerts import MachineReport
from bot.services.machine_health import TimeSource
from bot.services.notices.standing import IS_OVER
from handlers.ui.durations import age
from handlers.ui.html import bold, code, cut, escaped, lines, paragraphs, warning
from handlers.ui.i18n import Translator

Data = Mapping[str, str | int]
Text = Callable[[Translator, Data], str]

COMMAND_LINE = "command_line"
"""The name in the data of a text: what is typed before the name of a command."""
SET_CLOCK, READ_LOG = "sudo timedatectl set-ntp true", "journalctl -u konter -e"
CAUSE_SHOWN, HOST_SHOWN = 50, 40
"""So many characters in /status, which may be long already."""
ABSENCE_SHOWN_FOR = timedelta(days=7)
_MEGABYTE = 1_000_000
_GIGABYTE = 1_000 * _MEGABYTE


def machine_alert_text(translator: Translator, alert: Alert, data: Data, command_line: str) -> str:
    """Return what is wrong with the machine and what to do about it, or that it is over."""
    if IS_OVER in data:
        return f"✅ {_ENDS[alert](translator, data)}"
    return warning(_TEXTS[alert](translator, {**data, COMMAND_LINE: command_line}))


def size(translator: Translator, count: int) -> str:
    """Return a number of bytes: "850 MB", "12 GB"."""
    _ = translator.gettext
    if count < 10 * _GIGABYTE:
        return _("{count} MB").format(count=translator.number(count // _MEGABYTE))
    return _("{count} GB").format(count=translator.number(count // _GIGABYTE))


# --- alerts ---


def _disk_low(translator: Translator, data: Data) -> str:
    _ = translator.gettext
    room = {name: size(translator, int(data[f"{name}_bytes"])) for name in ("free", "wanted")}
    return paragraphs(
        _(
            "The server's disk is getting full: {free} is free, and the shop needs {wanted} for "
            "backups and updates. When the disk is full, the shop stops selling."
        ).format(**room),
        _(
            "Delete what is not needed on the server any more, or ask your provider for a larger "
            "disk."
        ),
    )


def _disk_ample(translator: Translator, data: Data) -> str:
    _ = translator.gettext
    return _("The server's disk has enough room again: {free} is free.").format(
        free=size(translator, int(data["free_bytes"]))
    )


def _backup_old(translator: Translator, data: Data) -> str:
    _ = translator.gettext
    what = _("There is no backup of the shop.")
    if data["made_at"]:
        what = _("The newest backup is more than two days old. It was made on {time}.").format(
            time=translator.datetime(_instant(data, "made_at"))
        )
    return paragraphs(
        what,
        _("Make one on the server: {command}. If it fails, the cause is shown there.").format(
            command=_command(data, "backup")
        ),
    )


def _backup_fresh(translator: Translator, data: Data) -> str:
    _ = translator.gettext
    return _("There is a new backup again. It was made on {time}.").format(
        time=translator.datetime(_instant(data, "made_at"))
    )


def _not_restorable(translator: Translator, data: Data) -> str:
    _ = translator.gettext
    return paragraphs(
        lines(
            _("The backup of {time} could NOT be restored when the bot tried it in a copy.").format(
                time=translator.datetime(_instant(data, "made_at"))
            ),
            code(str(data["cause"])),
        ),
        _(
            "The shop itself goes on selling. Make a new backup on the server with {backup}, then "
            "try it with {test}. Delete no older backup until one can be restored."
        ).format(backup=_command(data, "backup"), test=_command(data, "try-backup")),
    )


def _restorable(translator: Translator, data: Data) -> str:
    _ = translator.gettext
    return _("The backup of {time} was tested and can be restored.").format(
        time=translator.datetime(_instant(data, "made_at"))
    )


def _clock_off(translator: Translator, data: Data) -> str:
    _ = translator.gettext
    doubt = ""
    if data["source"] == TimeSource.SUPPLIER:
        doubt = _("It was compared with the supplier's clock only, which may be the wrong one.")
    return paragraphs(
        _clock_error(translator, timedelta(seconds=int(data["seconds"]))),
        lines(
            _("Closing hours of products and the search for lost orders go by this clock."),
            _("Switch on its time synchronisation on the server: {command}").format(
                command=code(SET_CLOCK)
            ),
            doubt,
        ),
    )


def _clock_error(translator: Translator, error: timedelta) -> str:
    _ = translator.gettext
    off = _duration(translator, abs(error))
    if error > timedelta(0):
        return _("The server's clock is {off} fast.").format(off=off)
    return _("The server's clock is {off} slow.").format(off=off)


def _clock_right(translator: Translator, _data: Data) -> str:
    return translator.gettext("The server's clock is right again.")


def _certificate_ends(translator: Translator, data: Data) -> str:
    _ = translator.gettext
    host = escaped(cut(str(data["host"]), 100))
    time = translator.datetime(_instant(data, "ends_at"))
    if data["is_expired"]:
        return paragraphs(
            _(
                "The certificate (https) of {host} ended on {time}. Telegram delivers no messages "
                "to the bot any more."
            ).format(host=host, time=time),
            _(
                "Renew it at the web server in front of the bot (Caddy, nginx). Until then the bot "
                "works without WEBHOOK_URL: leave that setting empty and start the bot again."
            ),
        )
    return paragraphs(
        _(
            "The certificate (https) of {host} ends on {time}. From then on Telegram delivers no "
            "messages to the bot."
        ).format(host=host, time=time),
        _(
            "It should have been renewed by itself. The log of the web server in front of the bot "
            "(Caddy, or certbot with nginx) says why it was not."
        ),
    )


def _certificate_renewed(translator: Translator, data: Data) -> str:
    _ = translator.gettext
    return _("The certificate (https) of {host} was renewed. It is valid until {date}.").format(
        host=escaped(cut(str(data["host"]), 100)),
        date=translator.date(_instant(data, "ends_at")),
    )


def _was_away(translator: Translator, data: Data) -> str:
    _ = translator.gettext
    since, until, orders = _instant(data, "since"), _instant(data, "until"), int(data["orders"])
    begin, end = _span(translator, since, until)
    waited = translator.ngettext(
        "{count} order waited meanwhile, and goes on now.",
        "{count} orders waited meanwhile, and go on now.",
        orders,
    ).format(count=translator.number(orders))
    cause = _("It had been stopped: by you, by an update, or because the server restarted.")
    if not data["was_stopped"]:
        cause = _(
            "Nobody stopped it: the server was off or out of memory, or the bot broke down. Look "
            "on the server: {command}"
        ).format(command=code(READ_LOG))
    return paragraphs(
        _("The bot was away from {begin} to {end} ({duration}).").format(
            begin=begin, end=end, duration=age(translator, until - since)
        ),
        lines(
            waited if orders else "",
            _("Messages from that time are being answered now."),
        ),
        cause,
    )


def _span(translator: Translator, since: datetime, until: datetime) -> tuple[str, str]:
    """Return the beginning and the end of a time, the date once if it is the same."""
    is_same_day = translator.date(since) == translator.date(until)
    end = translator.clock(until) if is_same_day else translator.datetime(until)
    return translator.datetime(since), end


def _duration(translator: Translator, passed: timedelta) -> str:
    """Return a duration, in seconds if it is short."""
    seconds = int(passed.total_seconds())
    if seconds >= 120:
        return age(translator, passed)
    return translator.ngettext("{count} second", "{count} seconds", seconds).format(count=seconds)


def _command(data: Data, name: str) -> str:
    return code(f"{data[COMMAND_LINE]} {name}")


def _instant(data: Data, name: str) -> datetime:
    return datetime.fromisoformat(str(data[name]))


_TEXTS: Mapping[Alert, Text] = MappingProxyType(
    {
        Alert.DISK_LOW: _disk_low,
        Alert.BACKUP_OLD: _backup_old,
        Alert.RESTORE_TEST_FAILED: _not_restorable,
        Alert.CLOCK_OFF: _clock_off,
        Alert.CERTIFICATE_ENDS: _certificate_ends,
        Alert.WAS_AWAY: _was_away,
    }
)
_ENDS: Mapping[Alert, Text] = MappingProxyType(
    {
        Alert.DISK_LOW: _disk_ample,
        Alert.BACKUP_OLD: _backup_fresh,
        Alert.RESTORE_TEST_FAILED: _restorable,
        Alert.CLOCK_OFF: _clock_right,
        Alert.CERTIFICATE_ENDS: _certificate_renewed,
    }
)


# --- /status ---


def machine_section(translator: Translator, seen: MachineReport | None, now: datetime) -> str:
    """Return backup and disk, and of the rest what is wrong or was so lately."""
    if seen is None:
        return ""
    found = (
        _backup_line(translator, seen, now),
        _test_line(translator, seen),
        _disk_line(translator, seen.health.room),
        _clock_line(translator, seen),
        _certificate_line(translator, seen, now),
        _absence_line(translator, seen, now),
    )
    shown, title = lines(*found), translator.gettext("Server")
    return lines(f"🖥 {bold(title)}", shown) if shown else ""


def _backup_line(translator: Translator, seen: MachineReport, now: datetime) -> str:
    _ = translator.gettext
    newest = seen.health.newest_backup
    if seen.health.backups_seen_at is None:
        return ""
    if newest is None:
        return _("There is no backup yet.")
    return _("Newest backup: {age} ago").format(age=age(translator, now - newest.made_at))


def _test_line(translator: Translator, seen: MachineReport) -> str:
    _ = translator.gettext
    test, prevented = seen.test, seen.health.test_prevented
    if test is not None and test.failure:
        return warning(
            _("The backup of {date} could NOT be restored: {cause}").format(
                date=translator.date(test.made_at), cause=code(cut(test.failure, CAUSE_SHOWN))
            )
        )
    if prevented:
        return _("The newest backup could not be tested: {cause}").format(
            cause=code(cut(prevented, CAUSE_SHOWN))
        )
    is_gone = seen.health.backups_seen_at is not None and seen.health.newest_backup is None
    if test is None or is_gone:
        return ""
    return _("Backup of {date} tested: can be restored").format(date=translator.date(test.made_at))


def _disk_line(translator: Translator, room: Room | None) -> str:
    _ = translator.gettext
    if room is None:
        return ""
    free = size(translator, room.free_bytes)
    if not room.shortage:
        return _("Free disk space: {free}").format(free=free)
    wanted = size(translator, room.wanted_bytes)
    return warning(
        _("Free disk space: {free}, {wanted} are needed").format(free=free, wanted=wanted)
    )


def _clock_line(translator: Translator, seen: MachineReport) -> str:
    clock = seen.health.clock
    if clock.error is None or not clock.is_off:
        return ""
    return warning(_clock_error(translator, clock.error))


def _certificate_line(translator: Translator, seen: MachineReport, now: datetime) -> str:
    _ = translator.gettext
    certificate = seen.health.certificate
    if certificate is None or not certificate.stage(now):
        return ""
    text = _("The certificate of {host} ends on {time}.")
    if certificate.ends_at <= now:
        text = _("The certificate of {host} ended on {time}.")
    host, time = (
        escaped(cut(certificate.host, HOST_SHOWN)),
        translator.datetime(certificate.ends_at),
    )
    return warning(text.format(host=host, time=time))


def _absence_line(translator: Translator, seen: MachineReport, now: datetime) -> str:
    _ = translator.gettext
    if seen.absence is None or not timedelta(0) <= now - seen.absence[1] < ABSENCE_SHOWN_FOR:
        return ""
    begin, end = _span(translator, *seen.absence)
    return _("Away from {begin} to {end}").format(begin=begin, end=end)
