"""Draws the table of order transitions as the Mermaid diagram of docs/architecture.md.

`python -m tests.domain.diagram` prints it; put it between the markers of that page.
"""

from __future__ import annotations

import sys

from bot.domain.order import FINAL_STATES, TRANSITIONS, OrderState

BEGIN = "<!-- order states -->"
END = "<!-- /order states -->"


def draw() -> str:
    """Return the fenced diagram: one arrow for each pair of states, named by its events."""
    arrows: dict[tuple[OrderState, OrderState], list[str]] = {}
    for (state, event), target in TRANSITIONS.items():
        arrows.setdefault((state, target), []).append(event.value)
    lines = ["```mermaid", "stateDiagram-v2", f"  [*] --> {OrderState.QUEUED}"]
    lines += [
        f"  {state} --> {target}: {', '.join(events)}" for (state, target), events in arrows.items()
    ]
    lines += [f"  {state} --> [*]" for state in OrderState if state in FINAL_STATES]
    return "\n".join([*lines, "```"])


def drawn_in(page: str) -> str:
    """Return the text between the markers of a page."""
    return page.partition(BEGIN)[2].partition(END)[0].strip()


if __name__ == "__main__":
    sys.stdout.write(f"{draw()}\n")
