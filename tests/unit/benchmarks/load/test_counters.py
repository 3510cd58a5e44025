"""The server's metrics: which of them are counters of requests, and what they rose by."""

from __future__ import annotations

import pytest
from load.counters import NoMetrics, counters, failures, moved, n_pending, read

BEFORE = """\
# HELP nv_inference_count Number of inferences performed
# TYPE nv_inference_count counter
nv_inference_count{model="narrate",version="1"} 4
nv_inference_count{model="voices",version="1"} 1
# TYPE nv_inference_request_failure counter
nv_inference_request_failure{model="narrate",reason="REJECTED",version="1"} 0
# TYPE nv_inference_pending_request_count gauge
nv_inference_pending_request_count{model="narrate",version="1"} 3
nv_inference_pending_request_count{model="f5_tts",version="1"} 2
# TYPE nv_cpu_utilization gauge
nv_cpu_utilization 0.5
"""
AFTER = """\
# TYPE nv_inference_count counter
nv_inference_count{model="narrate",version="1"} 10
nv_inference_count{model="voices",version="1"} 1
# TYPE nv_inference_request_failure counter
nv_inference_request_failure{model="narrate",reason="REJECTED",version="1"} 2
# TYPE nv_cpu_utilization gauge
nv_cpu_utilization 0.9
# TYPE wordlight_audio_seconds counter
wordlight_audio_seconds{model="f5_tts",voice="a } b"} 61.5
# TYPE wordlight_waiting gauge
wordlight_waiting 3
# TYPE wordlight_piece_seconds histogram
wordlight_piece_seconds_bucket{le="+Inf"} 7
wordlight_piece_seconds_sum 1.5e-01
wordlight_piece_seconds_count 7
"""


def test_what_rose_is_told_with_its_labels_our_own_counters_included() -> None:
    assert moved(counters(BEFORE), counters(AFTER)) == {
        'nv_inference_count{model="narrate",version="1"}': 6.0,
        'nv_inference_request_failure{model="narrate",reason="REJECTED",version="1"}': 2.0,
        'wordlight_audio_seconds{model="f5_tts",voice="a } b"}': 61.5,
        'wordlight_piece_seconds_bucket{le="+Inf"}': 7.0,
        "wordlight_piece_seconds_count": 7.0,
        "wordlight_piece_seconds_sum": 0.15,
    }


def test_refusals_are_told_by_tritons_reason() -> None:
    differences = moved(counters(BEFORE), counters(AFTER))

    assert failures(differences, "narrate") == {"REJECTED": 2}
    assert failures(differences, "caption") == {}


def test_what_waits_is_counted_over_all_models() -> None:
    assert n_pending(BEFORE) == 5


def test_a_server_without_metrics_is_named() -> None:
    with pytest.raises(NoMetrics, match=r"http://127\.0\.0\.1:1/metrics does not answer"):
        read("http://127.0.0.1:1/metrics")
