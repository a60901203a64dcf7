"""The files in deploy/monitoring, and the names that they and docs/monitoring.md use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "monitoring"
ALERTS = FOLDER / "alerts.yml"
PAGE = ROOT / "docs" / "monitoring.md"

_NAME = re.compile(r"\b(?:konter|process)_[a-z_]+\b")
_ROW = re.compile(r"^\| `(konter_[a-z_]+)` \|([^|]*)\|", re.MULTILINE)
_WHOLE = re.MULTILINE | re.DOTALL
_VARIABLES = {"$instance": ".*", "$__rate_interval": "5m"}
"""The variables of Grafana in the expressions, with values for Prometheus."""


def dashboard() -> dict[str, Any]:
    """Return the dashboard as Grafana reads it."""
    loaded: dict[str, Any] = json.loads((FOLDER / "grafana-dashboard.json").read_text("utf-8"))
    return loaded


def expressions() -> Iterator[str]:
    """Yield the expressions of the dashboard, as Grafana would send them."""
    board = dashboard()
    written = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    written += [note["expr"] for note in board["annotations"]["list"]]
    for expression in written:
        for variable, value in _VARIABLES.items():
            expression = expression.replace(variable, value)  # noqa: PLW2901
        yield expression


def alert_expressions() -> list[str]:
    """Return the expressions of the alert rules; each ends where its other fields begin."""
    return re.findall(r"^ +expr: (.*?)^ +(?:for|labels):", ALERTS.read_text("utf-8"), _WHOLE)


def names_in(text: str) -> set[str]:
    """Return the names of metrics in a text."""
    return set(_NAME.findall(text))


def documented() -> dict[str, set[str]]:
    """Return the metrics in the table of the page, with their labels."""
    table = PAGE.read_text("utf-8").partition("<!-- metrics -->")[2]
    table = table.partition("<!-- /metrics -->")[0]
    return {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in _ROW.findall(table)}
