"""A real Prometheus before a real server: every metric that we look at is there, and is true."""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml
from front_process import FrontDoor, front_door
from live_server import Live
from prometheus_client.parser import text_string_to_metric_families
from prometheus_process import MONITORING, Prometheus, prometheus
from prometheus_programs import programs
from wordlight_client import Client

from wordlight.contract import MODELS, ModelSpec
from wordlight.errors import UnknownVoice

SCRIPT = "Good morning to you all. It is a fine day, so we shall walk along the river. Then home."
NAME = re.compile(r"\b(?:wordlight|nv)_\w+|\bup\b(?=\{)")
ONLY_WITH_GPU = {"nv_gpu_memory_used_bytes", "nv_gpu_memory_total_bytes"}
STEPS = ("checks", "f5_tts", "whisperx", "subtitles")
PROCESSES = [spec.name for spec in MODELS if isinstance(spec, ModelSpec)]


def queries() -> list[str]:
    """Every expression of the dashboard."""
    board = json.loads((MONITORING / "wordlight-dashboard.json").read_text())
    found = [one["expr"] for one in board["annotations"]["list"]]
    for panel in board["panels"]:
        found += [target["expr"] for target in panel.get("targets", ())]
    return [one.replace("$job", "wordlight").replace("$instance", ".*") for one in found]


def alerts() -> list[str]:
    """Every expression of the rules."""
    (group,) = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"]
    return [rule["expr"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def door(live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontDoor]:
    with front_door(live, tmp_path_factory.mktemp("front")) as one:
        yield one


@pytest.fixture(scope="module")
def before(door: FrontDoor) -> Callable[..., float]:
    """The sum of a meter's values with some labels before any request of this file: other tests
    have asked this server too."""
    text = metrics(door)

    def value(name: str, **labels: str) -> float:
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    return value


@pytest.fixture(scope="module")
def seen(
    door: FrontDoor, before: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Prometheus]:
    """A Prometheus that has seen a stream, a narration and some refusals come and go."""
    with prometheus(door.address, tmp_path_factory.mktemp("prometheus")) as one:
        one.wait_for('up{job="wordlight"} == 1')
        with Client(door.url) as client:
            with client.narrate_stream(SCRIPT, seed=7) as stream:
                list(stream)
            client.narrate(SCRIPT, seed=7)
            for _ in range(2):
                with pytest.raises(UnknownVoice):
                    client.narrate(SCRIPT, voice="nobody")
                time.sleep(1.5)
        one.wait_for('sum(wordlight_model_requests_total{model="f5_tts", status="ok"}) > 0')
        time.sleep(3.0)
        yield one


def metrics(door: FrontDoor) -> str:
    return door.http.get(f"{door.url}/metrics").text


def samples(door: FrontDoor) -> dict[str, float]:
    """The sum of each sample's series."""
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(metrics(door)):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


def test_every_metric_that_is_looked_at_is_exported(seen: Prometheus) -> None:
    named = {name for one in (*queries(), *alerts()) for name in NAME.findall(one)}

    assert named - seen.names() == ONLY_WITH_GPU


@pytest.mark.parametrize("expression", queries())
def test_every_panel_has_something_to_show(seen: Prometheus, expression: str) -> None:
    found = seen.query(expression)

    is_quiet = "gpu" in expression or expression.endswith("> 0")
    assert bool(found) is not is_quiet, expression


def test_every_rule_is_evaluated_and_a_healthy_server_raises_no_alert(seen: Prometheus) -> None:
    seen.wait_for("ALERTS or vector(1)")

    rules = seen.rules()

    assert len(rules) == len(alerts())
    assert {rule["health"] for rule in rules} == {"ok"}, rules
    assert {rule["name"]: rule["state"] for rule in rules if rule["state"] == "firing"} == {}


def test_no_family_comes_twice(door: FrontDoor, seen: Prometheus) -> None:
    text = metrics(door)

    names = re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)
    assert len(names) == len(set(names))
    assert len(list(text_string_to_metric_families(text))) == len(names)


def test_promtool_has_nothing_to_say_about_ours(door: FrontDoor, seen: Prometheus) -> None:
    done = subprocess.run(
        [programs().promtool, "check", "metrics"],
        input=metrics(door), capture_output=True, text=True, check=False,
    )  # fmt: skip

    told = (done.stdout + done.stderr).splitlines()
    assert told  # it has much to say about Triton's
    assert [line for line in told if not line.startswith("nv_")] == []


def test_the_page_about_monitoring_has_every_metric_of_ours(
    door: FrontDoor, seen: Prometheus
) -> None:
    pages = "".join(
        (MONITORING.parent / "docs" / page).read_text(encoding="utf-8")
        for page in ("monitoring.md", "scheduling.md")
    )
    names = re.findall(r"^# TYPE (wordlight_\S+)", metrics(door), re.MULTILINE)

    assert [name for name in names if f"`{name}" not in pages] == []


def test_the_numbers_are_true(door: FrontDoor, seen: Prometheus) -> None:
    before = samples(door)
    with Client(door.url) as client:
        clip_s = client.narrate(SCRIPT, seed=8).clip.duration_s
    time.sleep(1.5)
    after = samples(door)

    grown = {name: value - before.get(name, 0.0) for name, value in after.items()}
    assert grown["wordlight_speech_audio_seconds_total"] == pytest.approx(clip_s, rel=0.3)
    assert grown["wordlight_alignment_audio_seconds_total"] == pytest.approx(clip_s, abs=0.05)
    assert grown["wordlight_alignment_pieces_total"] > 0
    assert 0 < grown["wordlight_alignment_work_seconds_total"] < 60
    assert grown["wordlight_front_request_seconds_count"] == 1
    assert grown["wordlight_model_requests_total"] == len(
        ("checks", "f5_tts", "whisperx", "subtitles")
    )
    assert after["wordlight_model_in_flight"] == after["wordlight_alignment_in_work_seconds"] == 0


def test_a_refusal_has_its_code_at_the_front_and_at_its_model(
    before: Callable[..., float], seen: Prometheus
) -> None:
    at_model: Any = seen.value(
        'sum(wordlight_model_refusals_total{model="checks", code="UNKNOWN_VOICE"})'
    )
    earlier = before("wordlight_model_refusals_total", model="checks", code="UNKNOWN_VOICE")

    assert at_model - earlier == 2
    assert seen.value('wordlight_front_refusals_total{code="UNKNOWN_VOICE"}') == 2


def test_a_stream_s_first_audio_is_timed_at_the_model_and_at_the_front(
    before: Callable[..., float], seen: Prometheus
) -> None:
    front = seen.value('wordlight_front_first_part_seconds_sum{model="narrate_stream"}')
    model: Any = seen.value("sum(wordlight_stream_first_part_seconds_sum)")

    assert front is not None
    assert 0 < model - before("wordlight_stream_first_part_seconds_sum") < front < 60


def test_a_caller_who_leaves_is_counted_as_cancelled(door: FrontDoor, seen: Prometheus) -> None:
    cancelled = 'sum(wordlight_model_requests_total{status="cancelled"})'
    before: Any = seen.value(cancelled)
    with Client(door.url) as client, client.narrate_stream(SCRIPT * 20, seed=7) as stream:
        next(iter(stream))

    seen.wait_for(f"{cancelled} > {before}")


def test_every_process_says_its_memory(seen: Prometheus) -> None:
    found = seen.query("wordlight_model_resident_memory_bytes > 10e6")

    assert {one["metric"]["model"] for one in found} >= {"f5_tts", "whisperx", "subtitles"}
    assert {one["metric"]["model"] for one in found} <= set(PROCESSES)
    assert all(one["metric"]["model_instance"] for one in found)
