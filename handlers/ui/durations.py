"""Durations in the reader's language."""

from __future__ import annotations

from datetime import timedelta

from handlers.ui.i18n import Translator

_FORESEEN_HOURS = 90 * 24
"""Longer than that says nothing: it comes from very few sales."""
_HOURS_IN_DAYS = 48
"""From so many hours on, what is left is told in days."""
_FORESEEN_HOURS = 90 * 24
"""A balance that lasts longer than that is told without it: it comes from very few sales."""


def short_age(translator: Translator, passed: timedelta) -> str:
    """Return a duration in its largest unit, from days to minutes, for a button."""
    _ = translator.gettext
    minutes = max(0, int(passed.total_seconds() // 60))
    if minutes >= 24 * 60:
        return _("{days} d").format(days=translator.number(minutes // (24 * 60)))
    if minutes >= 60:
        return _("{hours} h").format(hours=minutes // 60)
    return _("{minutes} min").format(minutes=minutes)


def age(translator: Translator, passed: timedelta) -> str:
    """Return a duration in its two largest units, from days to minutes."""
    _ = translator.gettext
    minutes = max(0, int(passed.total_seconds() // 60))
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _("{days} d {hours} h").format(days=translator.number(days), hours=hours)
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    if minutes:
        return _("{minutes} min").format(minutes=minutes)
    return _("less than a minute")


def lasting(translator: Translator, hours: int | None) -> str:
    """Return for how long a balance lasts: "±9 jam"; empty if that is unknown or far away."""
    if hours is None or hours > _FORESEEN_HOURS:
        return ""
    if hours < _HOURS_IN_DAYS:
        return translator.ngettext("±{count} hour", "±{count} hours", hours).format(
            count=translator.number(hours)
        )
    days = hours // 24
    return translator.ngettext("±{count} day", "±{count} days", days).format(
        count=translator.number(days)
    )
