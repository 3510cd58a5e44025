"""The figures of `wordlight top` are those of Prometheus, between the first look and the last."""

from __future__ import annotations

import pytest

from wordlight.commands._figures import Figures, ModelFigures, Span, figures
from wordlight.commands._look import Look, Samples
from wordlight.commands.top import Watcher
from wordlight.condition import Condition, Phase
from wordlight.errors import ServerUnreachable, WordlightError

URL = "http://localhost:8000"
SERVING = Condition(Phase.SERVING, since=1_700_000_000.0, has_served=True)
HISTOGRAM = """\
# TYPE wordlight_front_first_part_seconds histogram
wordlight_front_first_part_seconds_bucket{le="0.5",model="narrate_stream"} FIRST
wordlight_front_first_part_seconds_bucket{le="1.0",model="narrate_stream"} SECOND
wordlight_front_first_part_seconds_bucket{le="+Inf",model="narrate_stream"} THIRD
"""


def samples(text: str, **values: float) -> Samples:
    for name, value in values.items():
        text = text.replace(name, str(value))
    return Samples.parse(text)


def counted(**values: float) -> Samples:
    """The counter of answers at the front door, by status."""
    lines = [
        f'wordlight_front_requests_total{{model="narrate",status="{status[1:]}"}} {value}'
        for status, value in values.items()
    ]
    return Samples.parse("# TYPE wordlight_front_requests_total counter\n" + "\n".join(lines))


def told(first: Samples, last: Samples, span_s: float = 10.0) -> Figures:
    return figures([Look(100.0, SERVING, first), Look(100.0 + span_s, SERVING, last)])


def test_rates_are_those_between_the_looks() -> None:
    found = told(counted(_200=100, _429=5), counted(_200=150, _429=9, _500=1, _499=2))

    assert found.span_s == 10
    assert found.requests_per_s == pytest.approx((50 + 4 + 1 + 2) / 10)
    assert (found.models["narrate"].refused, found.models["narrate"].failed) == (4, 1)


def test_a_counter_that_began_anew_counts_from_zero() -> None:
    assert told(counted(_200=100), counted(_200=20)).requests_per_s == 2


def test_percentiles_are_those_of_prometheus() -> None:
    before = samples(HISTOGRAM, FIRST=10, SECOND=10, THIRD=10)
    after = samples(HISTOGRAM, FIRST=14, SECOND=20, THIRD=20)

    found = told(before, after).first_audio

    assert found.p50_s == pytest.approx(0.5 + 0.5 * (5 - 4) / 6)
    assert found.p95_s == pytest.approx(0.5 + 0.5 * (9.5 - 4) / 6)


def test_what_lies_above_all_buckets_is_at_least_their_last_edge() -> None:
    before = samples(HISTOGRAM, FIRST=0, SECOND=0, THIRD=0)

    assert told(before, samples(HISTOGRAM, FIRST=0, SECOND=0, THIRD=4)).first_audio.p50_s == 1.0


def test_without_a_request_there_is_no_percentile() -> None:
    same = samples(HISTOGRAM, FIRST=3, SECOND=3, THIRD=3)

    assert told(same, same).first_audio == Span()


def test_a_single_look_has_no_rates_but_percentiles_since_the_start() -> None:
    look = Look(100.0, SERVING, samples(HISTOGRAM, FIRST=4, SECOND=4, THIRD=4))

    found = figures([look])

    assert (found.span_s, found.requests_per_s) == (0, 0)
    assert found.first_audio.p50_s == 0.25


def test_a_model_s_row_counts_all_its_instances() -> None:
    text = (
        "# TYPE wordlight_model_requests counter\n# TYPE nv_inference_queue_duration_us counter\n"
    )
    text += 'nv_inference_queue_duration_us{model="f5_tts"} QUEUE\n'
    text += (
        "# TYPE wordlight_speech_queue_seconds counter\nwordlight_speech_queue_seconds_total 3\n"
    )
    for instance in ("f5_tts_0_0", "f5_tts_0_1"):
        labels = f'model="f5_tts",model_instance="{instance}"'
        text += f'wordlight_model_requests_total{{{labels},status="ok"}} OK\n'
        text += f'wordlight_model_requests_total{{{labels},status="internal"}} BAD\n'
        text += f'wordlight_model_requests_total{{{labels},status="cancelled"}} BAD\n'
        text += f'wordlight_model_requests_total{{{labels},status="invalid_arg"}} OK\n'
        text += f"wordlight_model_in_flight{{{labels}}} 2\n"
        text += f"wordlight_model_resident_memory_bytes{{{labels}}} 1000\n"

    before = samples(text.replace("_total 3", "_total 0"), OK=0, BAD=0, QUEUE=0)
    found = told(before, samples(text, OK=4, BAD=1, QUEUE=17e6))

    assert found.models["f5_tts"] == ModelFigures(
        requests_per_s=2.0, queue_s=1.0, in_flight=4, refused=8, failed=2, memory_bytes=2000.0,
    )  # fmt: skip


def lost(at_s: float) -> Look:
    problem: WordlightError = ServerUnreachable("it")
    return Look(at_s, problem=problem)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_after_a_gap_rates_are_those_since_the_server_answers_again() -> None:
    clock = Clock()
    watcher = Watcher(URL, clock)
    for clock.now_s in (0.0, 1.0):
        watcher.add(Look(clock.now_s, SERVING))
    assert watcher.figures()

    clock.now_s = 2.0
    watcher.add(lost(2.0))
    assert watcher.figures() is None
    assert watcher.lost_s == 1.0

    for clock.now_s in (9.0, 10.0):
        watcher.add(Look(clock.now_s, SERVING))
    found = watcher.figures()
    assert found is not None
    assert found.span_s == 1.0
    assert watcher.lost_s == 0.0


def test_a_server_that_hangs_is_told_before_the_look_fails() -> None:
    clock = Clock()
    watcher = Watcher(URL, clock)
    watcher.add(Look(0.0, SERVING))

    clock.now_s = 2.0
    assert watcher.lost_s == 0.0
    clock.now_s = 4.0
    assert watcher.lost_s == 4.0


def test_it_remembers_a_minute() -> None:
    watcher = Watcher(URL)
    for k in range(200):
        watcher.add(Look(float(k), SERVING))

    found = watcher.figures()

    assert found is not None
    assert found.span_s == 60.0
