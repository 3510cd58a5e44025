"""What the front door tells Prometheus, of itself and of the supervisor."""

from __future__ import annotations

import threading
import time

import pytest
from front_server import Front, request
from prometheus_client.parser import text_string_to_metric_families

from wordlight.condition import Breakdown, Condition, Phase, Tally
from wordlight.front._supervisor_meters import PROCESSES

Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]


def numbers(door: Front) -> Numbers:
    """All samples at the metrics address, by name and labels."""
    families = list(text_string_to_metric_families(door.client.get(f"{door.url}/metrics").text))
    assert len({family.name for family in families}) == len(families)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(door: Front, name: str, **labels: str) -> float | None:
    return numbers(door).get((name, frozenset(labels.items())))


@pytest.fixture(autouse=True)
def triton(door: Front) -> None:
    door.upstream.body = b"# TYPE nv_inference_count counter\nnv_inference_count 3\n"


@pytest.mark.parametrize("phase", Phase)
def test_the_phase_is_one_of_all_phases(door: Front, phase: Phase) -> None:
    door.say(Condition(phase, since=1_700_000_000.5))

    found = {one.value: value(door, "wordlight_phase", phase=one.value) for one in Phase}

    assert found == {one.value: float(one is phase) for one in Phase}
    assert value(door, "wordlight_phase_start_time_seconds") == 1_700_000_000.5


def test_every_way_to_break_is_there_before_it_happens(door: Front) -> None:
    found = [labels for name, labels in numbers(door) if name == "wordlight_restarts_total"]

    assert len(found) == len(PROCESSES) * len(Breakdown)


def test_what_the_supervisor_counted_is_shown_while_triton_is_down(door: Front) -> None:
    tally = Tally(1_600_000_000.0, 2.5).with_restart("f5_tts", Breakdown.ENDED)
    Condition(Phase.SICK).write(door.condition, tally.with_restart("f5_tts", Breakdown.ENDED))
    door.upstream.status = 500

    seen = numbers(door)

    assert value(door, "wordlight_restarts_total", process="f5_tts", how="ended") == 2
    assert value(door, "wordlight_restarts_total", process="f5_tts", how="stopped") == 0
    assert value(door, "wordlight_supervisor_start_time_seconds") == 1_600_000_000.0
    assert value(door, "wordlight_load_seconds") == 2.5
    assert not [name for name, _ in seen if name.startswith("nv_")]


def test_a_lost_file_takes_nothing_back(door: Front) -> None:
    tally = Tally().with_restart("front", Breakdown.ENDED)
    Condition(Phase.SERVING).write(door.condition, tally)
    numbers(door)

    door.condition.unlink()

    assert value(door, "wordlight_restarts_total", process="front", how="ended") == 1
    assert value(door, "wordlight_phase", phase="sick") == 1


def test_who_reads_the_metrics_is_not_in_flight(door: Front) -> None:
    assert value(door, "wordlight_front_in_flight") == 0

    door.upstream.holds = True
    asking = threading.Thread(target=door.infer, args=(request(),))
    asking.start()
    until_s = time.monotonic() + 10
    while not door.upstream.asked("infer"):
        assert time.monotonic() < until_s
    assert b"\nwordlight_front_in_flight 1.0\n" in door.hall.meters.text()
    door.upstream.release.set()
    asking.join()

    assert value(door, "wordlight_front_in_flight") == 0


def test_callers_make_no_new_series(door: Front) -> None:
    before = {labels for name, labels in numbers(door) if "model" in dict(labels)}

    for number in range(20):
        door.infer(request(id=f"id-{number}"), model=f"mine-{number}")
        door.client.get(f"{door.url}/place/{number}", headers={"x-request-id": f"x-{number}"})

    after = numbers(door)
    labels = {value for _, of_it in after for _, value in of_it}
    assert {dict(of_it)["model"] for _, of_it in after if "model" in dict(of_it)} <= {
        "", "voices", *(dict(of_it)["model"] for of_it in before),
    }  # fmt: skip
    assert not {one for one in labels if one.startswith(("mine", "id-", "x-"))}
    assert value(door, "wordlight_front_refusals_total", code="MODEL_MISSING") is not None
