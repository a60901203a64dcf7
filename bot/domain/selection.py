"""What the shop sells: the owner's choice among the supplier's products."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.catalogue import Catalogue
from bot.domain.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Selection:
    """The owner's choice; without one everything is sold."""

    def shown_to(self, viewer: Viewer, catalogue: Catalogue) -> Catalogue:  # noqa: ARG002
        """Return the part of a catalogue that somebody is shown, in the owner's order."""
        return catalogue
