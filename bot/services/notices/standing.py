"""Alerts about something that lasts: told again while it stands, and once when it is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.notice import Alert
from bot.domain.shop_rules import ShopRules
from bot.ports.store import Transaction
from bot.services.notices import enqueue

DAILY = timedelta(days=1)
IS_OVER = "is_over"
"""In the data of a notice: the alert has ended."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether an alert stands; `data` is for its text."""

    alert: Alert
    stands: bool
    level: int = 0
    """How bad it is. A level above the one that was told is told at once."""
    again_after: timedelta | None = DAILY
    """How long until the same level is told again; None: never."""
    data: Mapping[str, str | int] = field(default_factory=dict)


def has_news(tx: Transaction, finding: Finding, now: datetime) -> bool:
    """Whether `tell` would change anything."""
    known = tx.conditions.get(_name(finding.alert))
    if known is None or not finding.stands:
        return finding.stands is not (known is not None)
    if finding.level > int(known.detail):
        return True
    again_after = finding.again_after
    return again_after is not None and not known.was_notified_within(again_after, now)


def tell(tx: Transaction, rules: ShopRules, finding: Finding, now: datetime) -> None:
    """Tell the admins of a finding that is new, worse, or due again, or that is over."""
    if not has_news(tx, finding, now):
        return
    name, data = _name(finding.alert), finding.data
    if finding.stands:
        tx.conditions.raise_(name, str(finding.level), now)
        tx.conditions.notified(name, now)
    else:
        tx.conditions.clear(name)
        data = {**data, IS_OVER: 1}
    key = f"{int(now.timestamp())}:{int(finding.stands)}"
    enqueue.report(tx, rules, finding.alert, "", now, key=key, data=data)


def forget(tx: Transaction, alert: Alert) -> None:
    """End an alert and tell nobody."""
    tx.conditions.clear(_name(alert))


def _name(alert: Alert) -> str:
    return f"alert:{alert}"
