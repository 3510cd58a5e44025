"""Health as the supervisor says it."""

from __future__ import annotations

from pathlib import Path

import pytest
from front_server import Front, front, request

from wordlight.front import Condition, ConditionFile, Phase

PATHS = ("/ping", "/v2/health/ready", "/v2/health/live", "/health")


@pytest.mark.parametrize(
    ("condition", "statuses"),
    [
        (Condition(Phase.STARTING), (204, 503, 200, 503)),
        (Condition(Phase.STARTING, has_served=True), (503, 503, 503, 503)),
        (Condition(Phase.SERVING), (200, 200, 200, 200)),
        (Condition(Phase.SICK), (503, 503, 503, 503)),
        (Condition(Phase.DRAINING, has_served=True), (503, 503, 503, 503)),
        (Condition(Phase.STOPPED), (503, 503, 503, 503)),
    ],
)
def test_each_condition_has_its_statuses(
    tmp_path: Path, condition: Condition, statuses: tuple[int, ...]
) -> None:
    found = (condition.ping, condition.ready, condition.live, condition.ready)

    assert found == statuses


def test_health_says_the_reason(door: Front) -> None:
    door.say(Condition(Phase.SICK, code="STUB_GONE", sentence="a stub ended", remedy="wait"))

    answers = [door.client.get(door.url + path) for path in PATHS]

    assert [answer.status_code for answer in answers] == [503] * 4
    assert {answer.json()["sentence"] for answer in answers} == {"a stub ended"}


def test_once_it_has_served_it_is_never_starting_again(door: Front) -> None:
    door.client.get(f"{door.url}/ping")
    door.say(Condition(Phase.STARTING))

    assert door.client.get(f"{door.url}/ping").status_code == 503


def test_a_first_start_is_told_from_a_sick_server(tmp_path: Path) -> None:
    with front(tmp_path) as one:
        one.say(Condition(Phase.STARTING, doing="loading f5_tts"))
        ping, ready, live, _ = [one.client.get(one.url + path) for path in PATHS]
        one.condition.unlink()
        lost = one.client.get(f"{one.url}/ping")

    assert (ping.status_code, ping.content) == (204, b"")
    assert (ready.status_code, ready.json()["doing"]) == (503, "loading f5_tts")
    assert live.status_code == 200
    assert lost.status_code == 503


def test_before_it_ping_has_no_body(tmp_path: Path) -> None:
    file = tmp_path / "condition"
    Condition(Phase.STARTING, doing="loading f5_tts").write(file)

    assert ConditionFile(file).now().ping == 204


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"phase": "happy"}', "\x00", "{" * 9])
def test_a_file_that_says_nothing_is_a_sick_server(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "condition"
    if text is not None:
        file.write_text(text)

    now = ConditionFile(file).now()

    assert now.phase is Phase.SICK
    assert now.ping == 503
    assert now.sentence
    assert now.remedy


def test_a_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    file = tmp_path / "condition"
    conditions = ConditionFile(file)
    phases = []
    for phase in (Phase.STARTING, Phase.SERVING, Phase.SICK, Phase.SERVING):
        Condition(phase).write(file)
        phases.append(conditions.now().phase)
    file.unlink()

    assert phases == [Phase.STARTING, Phase.SERVING, Phase.SICK, Phase.SERVING]
    assert conditions.now().phase is Phase.SICK


def test_unknown_members_of_a_newer_supervisor_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "condition"
    file.write_text('{"phase": "serving", "stubs": 9}')

    assert ConditionFile(file).now().phase is Phase.SERVING


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (Condition(Phase.STARTING, doing="loading f5_tts"), "NOT_SERVING"),
        (Condition(Phase.SICK, sentence="a stub ended", remedy="wait"), "NOT_SERVING"),
        (Condition(Phase.DRAINING), "SERVER_ENDING"),
        (Condition(Phase.STOPPED), "NOT_SERVING"),
    ],
)
def test_no_work_is_let_in_unless_it_serves(door: Front, condition: Condition, code: str) -> None:
    door.say(condition)

    answer = door.infer(request())

    assert answer.status_code == 503
    assert answer.json()["error"].startswith(f"{code}: ")
    assert "retry-after" in answer.headers
    assert door.upstream.came == []


def test_metrics_are_tritons_and_ours(door: Front) -> None:
    door.upstream.body = b"nv_inference_count 3"
    door.infer(request())

    text = door.client.get(f"{door.url}/metrics").text

    assert text.startswith("nv_inference_count 3\n# HELP wordlight_phase 1 for the server's phase")
    assert 'wordlight_front_requests_total{model="voices",status="200"}' in text
