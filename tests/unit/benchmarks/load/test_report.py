"""The rows as Markdown, CSV and a picture, compared whole where that is short."""

from __future__ import annotations

import csv
from xml.etree import ElementTree

from load import chart, report
from load.cells import Cell, Closed, Open
from load.machine import Machine
from load.perf import Latency, Measured
from load.rows import NO_TIME, Row

MACHINE = Machine("Xeon", ("AVX2", "AVX-512"), 2, 2, 23.6, 1.5)
ORIGIN = report.Origin(
    MACHINE, "2026-11-29", "./run bench --quick", "triton 2.51.0", "2.49.0",
    "Texts of 5 and 9 words, by turns.", 2.0, 61.4,
)  # fmt: skip
SPOKEN = Row(
    Cell("narrate", "grpc", Closed(4)),
    6,
    0.0,
    Measured(6, 12.0, Latency(3.0, 2.5, 5.0, 5.25, 5.5), {}),
    audio_s=4.0,
    moved={
        'nv_inference_count{model="f5_tts",version="1"}': 6.0,
        'nv_inference_exec_count{model="f5_tts",version="1"}': 2.0,
        'wordlight_audio_seconds{model="f5_tts"}': 24.0,
    },
    others=0.26,
)
REFUSED = Row(
    Cell("narrate", "grpc", Open(2.0)),
    6,
    1.0,
    Measured(0, 0.0, None, {"SERVER_BUSY": 2}),
    moved={'nv_inference_request_failure{model="narrate",reason="REJECTED"}': 3.0},
)
LEFT_OUT = Row(Cell("narrate", "http", Closed(1)), 0, 0.0, Measured(0, 0.0, None, {}, NO_TIME))
SET = Row(
    Cell("subtitles", "http", Closed(1)),
    300,
    0.0,
    Measured(300, 1.5, Latency(0.005, 0.0049, 0.006, 0.007, 0.0123), {}),
)
ROWS = [SPOKEN, LEFT_OUT, REFUSED, SET]


def test_the_report_is_what_it_was() -> None:
    assert report.markdown(ROWS, ORIGIN) == (
        "# Load, 2026-11-29\n"
        "\n"
        "Xeon, AVX2, AVX-512 (no AMX); 2 cores, 2 threads, 24 GiB; load average 1.50 before the "
        "first request, 2.00 after the last.\n"
        "\n"
        "triton 2.51.0, perf_analyzer 2.49.0, `./run bench --quick`, 61 s in all. Texts of 5 and 9 "
        "words, by turns.\n"
        "\n"
        "Latencies are seconds, of the answered requests, as perf_analyzer has them. How to read "
        "this: docs/benchmarks.md.\n"
        "\n"
        "| model | over | load | answered | requests/s | audio s/s | mean | p50 | p90 | p95 | p99 "
        "| others' cores | refusals, errors |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
        "| subtitles | http | 1 at once | 300 | 200 | – | 0.005 | 0.005 | 0.006 | 0.007 | 0.012 "
        "| – | none |\n"
        "| narrate | http | 1 at once | – | – | – | – | – | – | – | – "
        "| – | left out: the run's time is up |\n"
        "| narrate | grpc | 4 at once | 6 | 0.500 | 2.00 | 3.00 | 2.50 | 5.00 | 5.25 | 5.50 "
        "| 0.3 | none |\n"
        "| narrate | grpc | 2 x capacity (1.00/s) | – | – | – | – | – | – | – | – "
        "| – | SERVER_BUSY 2; REJECTED 3; perf_analyzer stopped at the first |\n"
        "\n"
        "What the server counted meanwhile, by its metrics:\n"
        "\n"
        "| model | over | load | requests in executions | wordlight_* |\n"
        "|---|---|---|---|---|\n"
        '| narrate | grpc | 4 at once | f5_tts 6 in 2 | wordlight_audio_seconds{model="f5_tts"} 24 '
        "|\n"
        "| narrate | grpc | 2 x capacity | – | – |\n"
    )


def test_programs_get_every_figure_by_name() -> None:
    rows = list(csv.DictReader(report.rows_csv(ROWS).splitlines()))

    assert [row["note"] for row in rows] == ["", NO_TIME, "", ""]
    assert rows[2] == {
        "model": "narrate",
        "protocol": "grpc",
        "loop": "closed",
        "load": "4",
        "rate_asked": "",
        "n_sent": "6",
        "n_answered": "6",
        "took_s": "12.000000",
        "requests_per_s": "0.5",
        "audio_s_per_s": "2",
        "mean_s": "3.000000",
        "p50_s": "2.500000",
        "p90_s": "5.000000",
        "p95_s": "5.250000",
        "p99_s": "5.500000",
        "others_cores": "0.260",
        "failures": "",
        "note": "",
    }
    assert rows[3]["failures"] == "SERVER_BUSY=2 REJECTED=3"
    assert rows[3]["p50_s"] == ""


def test_every_counter_that_rose_has_a_line() -> None:
    lines = list(csv.DictReader(report.counters_csv(ROWS).splitlines()))

    assert [(line["load"], line["counter"], line["difference"]) for line in lines][2:] == [
        ("4 at once", 'wordlight_audio_seconds{model="f5_tts"}', "24"),
        ("2 x capacity", 'nv_inference_request_failure{model="narrate",reason="REJECTED"}', "3"),
    ]


def test_one_line_says_how_a_cell_went() -> None:
    assert report.line(SPOKEN) == (
        "narrate over grpc, 4 at once: 6 requests, 0.500/s, 2.00 s of audio/s, p50 2.50 s, "
        "p95 5.25 s"
    )
    assert report.line(LEFT_OUT) == f"narrate over http, 1 at once: {NO_TIME}"


def test_the_picture_has_a_panel_a_model_and_a_mark_a_measured_row() -> None:
    picture = chart.svg(ROWS)

    root = ElementTree.fromstring(picture)
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"subtitles", "narrate"} <= set(texts)
    legend = len(chart.COLOURS)
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 2 + legend


def test_a_picture_of_nothing_is_a_picture() -> None:
    ElementTree.fromstring(chart.svg([LEFT_OUT]))
