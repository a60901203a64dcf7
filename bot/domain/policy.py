"""The shop's policy: everything that its owner decides in chat, read as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.prices import Prices
from bot.domain.selection import Selection
from bot.domain.shop_settings import Overrides


@dataclass(frozen=True, slots=True)
class Policy:
    """What the owner has decided, at one version of it."""

    overrides: Overrides = field(default_factory=Overrides)
    prices: Prices = field(default_factory=Prices)
    selection: Selection = field(default_factory=Selection)
