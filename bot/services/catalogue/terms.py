"""What an offer says apart from the time: its price, its kind of destination, its note."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from bot.domain.catalogue import Product
from bot.domain.destination import DestinationKind, GameForm
from bot.domain.money import Rupiah
from bot.domain.policy import Policy
from bot.domain.shop_rules import ShopRules
from bot.domain.viewer import Viewer
from bot.ports.store import Transaction

KEPT_TERMS = 8_192
"""How many notes and brands are kept each; a list has fewer different ones."""


class ProfileTerms:
    """What the supplier's profile says of types, brands and notes: products share most of it."""

    def __init__(self, rules: ShopRules) -> None:
        profile = rules.profile
        self.rules = rules
        self.kind_of = lru_cache(KEPT_TERMS)(profile.kind_of)
        self.game_form_of = lru_cache(KEPT_TERMS)(profile.game_form_of)
        self.description_of = lru_cache(KEPT_TERMS)(
            lambda note: profile.public_note(note).strip(" -")
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a sale to somebody, by the policy of one version."""

    rules: ShopRules
    policy: Policy
    viewer: Viewer
    kept: ProfileTerms | None = None
    """Results that are kept in memory, if any."""

    def price_of(self, product: Product) -> Rupiah:
        """Return the price in rupiah, at least the cost."""
        return self.policy.prices.price_of(product, self.viewer.level_id, self.rules.markup)

    def kind_of(self, type_: str, main: str) -> DestinationKind:
        """Return what the products of a type and brand are sent to."""
        return (self.kept or self.rules.profile).kind_of(type_, main)

    def game_form_of(self, main: str) -> GameForm:
        """Return the form of a game's account ids."""
        return (self.kept or self.rules.profile).game_form_of(main)

    def description_of(self, note: str) -> str:
        """Return the supplier's note without its private parts."""
        if self.kept is not None:
            return self.kept.description_of(note)
        return self.rules.profile.public_note(note).strip(" -")


def terms_now(tx: Transaction, rules: ShopRules, viewer: Viewer) -> Terms:
    """Return the terms of a sale to somebody in this transaction."""
    return Terms(rules, tx.policy.current(), viewer)
