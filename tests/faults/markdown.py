"""Markdown tables with aligned columns, readable in a terminal too."""

from __future__ import annotations

from collections.abc import Sequence


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with a header row and aligned columns."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    lines = [
        " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in (header, *rows)
    ]
    separator = "|".join("-" * (width + 2) for width in widths)
    return "\n".join([f"| {lines[0]} |", f"|{separator}|", *(f"| {line} |" for line in lines[1:])])


def grouped(value: float | str) -> str:
    """Format a number with thousands separators; a text is returned unchanged."""
    return value if isinstance(value, str) else f"{value:,}"
