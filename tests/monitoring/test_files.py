"""The files for Prometheus and Grafana are sound, and promtool itself says so."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_programs import programs

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "monitoring"
PAGE = (ROOT / "docs/monitoring.md").read_text(encoding="utf-8")
(GROUP,) = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]
BOARD = json.loads((FOLDER / "wordlight-dashboard.json").read_text(encoding="utf-8"))
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]
WIDTH = 24


@pytest.mark.parametrize(
    "words",
    [
        ("check", "config", "prometheus.yml"), ("check", "rules", "alerts.yml"),
        ("test", "rules", "alerts.test.yml"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_promtool_accepts(words: tuple[str, ...]) -> None:
    done = subprocess.run(
        [programs().promtool, *words], cwd=FOLDER, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAILED" not in done.stdout


@pytest.mark.parametrize("rule", GROUP["rules"], ids=lambda rule: rule["alert"])
def test_an_alert_says_how_bad_it_is_and_what_to_do(rule: dict[str, Any]) -> None:
    page, _, anchor = rule["annotations"]["runbook"].partition("#")

    assert re.fullmatch(r"[1-9]\d*m", rule["for"])
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert "{{ $labels.instance }}" in rule["annotations"]["summary"]
    assert (ROOT / page).is_file()
    assert anchor == rule["alert"].lower()
    assert f"### {rule['alert']}\n" in PAGE


@pytest.mark.parametrize("rule", GROUP["rules"], ids=lambda rule: rule["alert"])
def test_an_alert_is_tested_both_ways(rule: dict[str, Any]) -> None:
    tests = yaml.safe_load((FOLDER / "alerts.test.yml").read_text(encoding="utf-8"))["tests"]
    cases = [case for test in tests for case in test.get("alert_rule_test", ())]
    found = [bool(case["exp_alerts"]) for case in cases if case["alertname"] == rule["alert"]]

    assert set(found) == {True, False}


def test_the_page_explains_no_alert_that_is_not_there() -> None:
    assert re.findall(r"^### (Wordlight\w+)$", PAGE, re.MULTILINE) == [
        rule["alert"] for rule in GROUP["rules"]
    ]


def test_panels_have_ids_of_their_own_and_do_not_overlap() -> None:
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])
    for one, other in combinations((panel["gridPos"] for panel in BOARD["panels"]), 2):
        is_beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        is_above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert is_beside or is_above, (one, other)
    assert all(one["gridPos"]["x"] + one["gridPos"]["w"] <= WIDTH for one in BOARD["panels"])


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_looks_at_the_chosen_server_and_has_a_unit(panel: dict[str, Any]) -> None:
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["targets"]
    for target in panel["targets"]:
        selectors = re.findall(r"\b(?:wordlight|nv)_\w+|\bup\b(?=\{)", target["expr"])
        assert target["expr"].count('{job="$job", instance=~"$instance"') == len(selectors)
        assert target["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_the_dashboard_asks_for_nothing_but_a_prometheus() -> None:
    kinds = {panel["type"] for panel in BOARD["panels"]}

    assert kinds == {"row", "stat", "timeseries"}  # Grafana has them without a plugin
    assert [one["name"] for one in BOARD["templating"]["list"]] == ["datasource", "job", "instance"]
