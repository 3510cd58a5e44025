"""perf_analyzer 2.49.0: the command that calls it, and output that it really wrote."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import astuple
from pathlib import Path

import pytest
from load.cells import Cell, Closed, Load, Open, Protocol
from load.perf import (
    Addresses,
    Unreadable,
    command,
    measure,
    parse_csv,
    parse_errors,
    parse_export,
    reason,
)

CSV = (
    "Concurrency,Inferences/Second,Client Send,Network+Server Send/Recv,Server Queue,"
    "Server Compute Input,Server Compute Infer,Server Compute Output,Client Recv,p50 latency,"
    "p90 latency,p95 latency,p99 latency,Avg latency,request/response,response wait\n"
    "4,19.9615,229,1690,818,86,7073,256,1,9672,12278,12314,12394,10156,230,9878\n"
)
REFUSED = """\
Request concurrency: 4
Failed to maintain requested inference load. Worker thread(s) failed to generate concurrent requests.
Thread [0] had error: WORD_TIME_INVALID: STARTS/ENDS give word 1 ('morning.') the time 0.5 to 0.1 s

Thread [2] had error: [request id: <id_unknown>] Exceeds maximum queue size

Thread [3] had error: in ensemble 'narrate', EMPTY_TEXT: TEXT holds no letter or digit to speak
"""  # noqa: E501
AT = Addresses("localhost:8000", "localhost:8001")
BUSY = """#!{python}
import sys, time
print("Request concurrency: 1", flush=True)
{then}
"""


def words(load: Load, protocol: Protocol = "grpc", rate: float = 0.0) -> str:
    cell = Cell("narrate", protocol, load)
    called = command(Path("pa"), cell, AT, Path("in.json"), 12, rate, Path("out"))
    return " ".join(called)


def test_the_closed_loop_has_callers_who_wait() -> None:
    called = words(Closed(4))

    assert called.startswith("pa -m narrate -i grpc -u localhost:8001 ")
    assert "--request-count 12 --sync --concurrency-range 4:4:1" in called


def test_the_open_loop_sends_at_random_times_and_does_not_wait() -> None:
    called = words(Open(2.0), "http", rate=1.5)

    assert "-u localhost:8000" in called
    assert "--async --request-rate-range 1.5:1.5:1 --request-distribution poisson" in called


def test_latencies_are_read_by_name_in_seconds() -> None:
    wanted = (0.010156, 0.009672, 0.012278, 0.012314, 0.012394)
    assert astuple(parse_csv(CSV)) == pytest.approx(wanted)


@pytest.mark.parametrize("text", ["", "Concurrency,p50 latency\n4,9672\n", CSV.split("\n")[0]])
def test_a_file_of_another_form_is_no_measurement(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_csv(text)


def test_throughput_is_from_the_first_request_to_the_last_answer(tmp_path: Path) -> None:
    trap = 'He wrote "timestamp":7, and "response_timestamps":[9] too.'
    requests = [
        {
            "timestamp": sent,
            "request_inputs": {"TEXT": trap, "AUDIO": [0.5] * 1_000},
            "response_timestamps": [answered],
            "response_outputs": [{"SPOKEN_TEXT": trap}],
        }
        for sent, answered in [(2_000_000_000, 2_500_000_000), (1_000_000_000, 5_000_000_000)]
    ]
    path = tmp_path / "perf.json"
    content = {"experiments": [{"experiment": {"mode": "concurrency"}, "requests": requests}]}
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")

    assert parse_export(path) == (2, pytest.approx(4.0))


@pytest.mark.parametrize("content", [None, "", '{"experiments":[]}'])
def test_an_export_without_requests_is_no_measurement(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "perf.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    with pytest.raises(Unreadable):
        parse_export(path)


def test_refusals_are_counted_by_our_codes_and_foreign_ones_together() -> None:
    assert parse_errors(REFUSED) == {"WORD_TIME_INVALID": 1, "OTHER": 1, "EMPTY_TEXT": 1}


def program(folder: Path, then: str) -> Path:
    path = folder / "perf_analyzer"
    path.write_text(BUSY.format(python=sys.executable, then=then), encoding="utf-8")
    path.chmod(0o755)
    return path


def test_one_that_fails_for_another_reason_is_quoted(tmp_path: Path) -> None:
    says = program(tmp_path, "print('error: failed to get model metadata'); sys.exit(99)")

    measured = measure([str(says), "-u", "localhost:1"], tmp_path, within_s=30.0)

    assert measured.latency is None
    assert measured.note == "error: failed to get model metadata"


def test_what_it_says_before_its_help_is_the_reason() -> None:
    said = "Error: request-count must not be less than it\nUsage: perf_analyzer [options]\n\t-m x\n"

    assert reason(said) == "Error: request-count must not be less than it"


def test_one_that_does_not_end_is_killed_when_its_time_is_up(tmp_path: Path) -> None:
    hangs = program(tmp_path, "time.sleep(60)")
    started_s = time.monotonic()

    measured = measure([str(hangs), "-u", "localhost:1"], tmp_path, within_s=1.0)

    assert time.monotonic() - started_s < 10.0
    assert measured.note == "stopped after 1 s"
