"""Alert rules, dashboard and page use the metrics that there are, and Prometheus accepts them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bot.web.exposition import exposition
from tests.monitoring.monitoring_files import (
    ALERTS,
    FOLDER,
    PAGE,
    ROOT,
    alert_expressions,
    dashboard,
    documented,
    expressions,
    names_in,
)
from tests.pages import anchors_of
from tests.skipping import skip_for
from tests.web.sample_metrics import full_snapshot

FAMILIES = list(text_string_to_metric_families(exposition(full_snapshot()).decode()))
SAMPLES = {sample.name for family in FAMILIES for sample in family.samples}


def promtool(*arguments: str, folder: Path = FOLDER) -> None:
    """Run Prometheus' own checker in a folder; the test fails if it finds a mistake."""
    path = shutil.which("promtool")
    if path is None:
        skip_for("promtool is not installed (Debian: apt install prometheus)")
    done = subprocess.run(  # noqa: S603 - Debian's, with arguments from here
        [path, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_metric_is_in_the_table_with_its_labels() -> None:
    """Labels never name a customer: each new one has to be written down here first."""
    shown = {}
    for family in FAMILIES:
        if family.name.startswith("konter"):
            suffix = "_total" if family.type == "counter" else ""
            name = "konter_info" if family.name == "konter" else family.name + suffix
            labels = {label for sample in family.samples for label in sample.labels}
            shown[name] = labels - {"le"}
    assert documented() == shown


def test_rules_dashboard_and_page_name_no_other_metrics() -> None:
    """A metric that was renamed would silence its alert."""
    known = SAMPLES | set(documented()) | {"process_"}
    assert names_in(ALERTS.read_text("utf-8")) <= known
    assert set().union(*map(names_in, alert_expressions())) <= SAMPLES
    tests = (FOLDER / "alerts_test.yml").read_text("utf-8")
    assert names_in(tests) <= SAMPLES
    assert names_in(" ".join(expressions())) <= SAMPLES
    assert names_in(PAGE.read_text("utf-8")) <= known


def test_every_alert_is_tried_and_leads_to_a_section_of_the_docs() -> None:
    alerts = ALERTS.read_text("utf-8")
    names = re.findall(r"- alert: (\w+)", alerts)
    tests = (FOLDER / "alerts_test.yml").read_text("utf-8")
    fired = re.findall(r'\{labels: \'\{alertname="(\w+)"\}\', value: 1\}', tests)
    assert set(fired) == set(names)
    runbooks = re.findall(r"runbook: (docs/[\w.-]+)#([\w-]+)", alerts)
    assert len(runbooks) == len(names) == alerts.count("action:") == alerts.count("summary:")
    missing = [f"{page}#{to}" for page, to in runbooks if to not in anchors_of(ROOT / page)]
    assert missing == []


def test_prometheus_accepts_the_rules_and_they_fire_as_described() -> None:
    promtool("check", "rules", "alerts.yml")
    promtool("test", "rules", "alerts_test.yml")
    promtool("check", "config", "--syntax-only", "prometheus.yml")


def test_prometheus_can_read_the_expressions_of_the_dashboard(tmp_path: Path) -> None:
    rules = [
        {"record": f"konter_dashboard:{number}", "expr": expression}
        for number, expression in enumerate(expressions())
    ]
    assert len(rules) > 40
    # Every JSON text is YAML.
    groups = {"groups": [{"name": "dashboard", "rules": rules}]}
    (tmp_path / "dashboard.yml").write_text(json.dumps(groups), "utf-8")
    promtool("check", "rules", "dashboard.yml", folder=tmp_path)


def test_the_panels_of_the_dashboard_are_whole() -> None:
    """Grafana hides one of two panels with the same id, and asks nobody without a datasource."""
    board = dashboard()
    ids = Counter(panel["id"] for panel in board["panels"])
    assert [one for one, count in ids.items() if count > 1] == []
    assert [one["name"] for one in board["templating"]["list"]] == ["datasource", "instance"]
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        if panel["type"] != "row":
            assert panel["targets"], panel["title"]
            sources = [panel["datasource"], *(one["datasource"] for one in panel["targets"])]
            assert {source["uid"] for source in sources} == {"${datasource}"}
    places = [
        (place["x"] + across, place["y"] + down)
        for panel in board["panels"]
        for place in [panel["gridPos"]]
        for across in range(place["w"])
        for down in range(place["h"])
    ]
    assert len(places) == len(set(places)), "panels overlap"
    assert re.fullmatch(r"[a-z0-9-]+", board["uid"])
