"""The schedule of lookups of an ambiguous order: five within a minute, then one a minute."""

from __future__ import annotations

from datetime import timedelta

FIRST_LOOKUPS = tuple(timedelta(seconds=s) for s in (3, 10, 20, 40, 60))
"""The times of the first lookups, after the order became ambiguous."""
LOOKUP_INTERVAL = timedelta(seconds=60)


def next_lookup_delay(lookups: int, since_ambiguous: timedelta) -> timedelta:
    """Return the pause before the next lookup.

    Lookups are made 3, 10, 20, 40 and 60 s after the order became ambiguous, then every 60 s.
    `lookups` is how many were made; `since_ambiguous` is the time that has passed.
    """
    for moment in FIRST_LOOKUPS[lookups:]:
        if moment > since_ambiguous:
            return max(moment - since_ambiguous, timedelta(seconds=1))
    return LOOKUP_INTERVAL
