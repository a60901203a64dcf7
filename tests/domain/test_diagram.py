"""The diagram in docs/architecture.md matches the table of order transitions."""

from pathlib import Path

from bot.domain.order import TRANSITIONS
from tests.domain.diagram import draw, drawn_in

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"


def test_the_page_shows_the_current_diagram() -> None:
    """If this fails, put the output of `python -m tests.domain.diagram` into the page."""
    assert drawn_in(PAGE.read_text(encoding="utf-8")) == draw()


def test_every_transition_is_drawn() -> None:
    arrows = [line for line in draw().splitlines() if " --> " in line and "[*]" not in line]
    events = [event for arrow in arrows for event in arrow.partition(": ")[2].split(", ")]
    assert len(events) == len(TRANSITIONS)
