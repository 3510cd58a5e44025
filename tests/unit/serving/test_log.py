"""What tritonserver 2.51 writes while it starts is understood, however it arrives."""

from __future__ import annotations

from pathlib import Path

import pytest
from processor_time import least_s

from wordlight.serving._log import LINES_SHOWN, LONGEST_SHOWN, MOST_WORDS, ServerLog

START = """\
W1129 14:21:40.695510 26009 pinned_memory_manager.cc:273] "Unable to allocate pinned system memory, pinned memory pool will not be available: CUDA driver version is insufficient for CUDA runtime version"
I1129 14:21:40.699642 26009 cuda_memory_manager.cc:117] "CUDA memory pool disabled"
E1129 14:21:40.699766 26009 server.cc:241] "CudaDriverHelper has not been initialized."
I1129 14:21:40.714434 26009 model_lifecycle.cc:472] "loading: f5_tts:1"
I1129 14:21:40.720712 26009 python_be.cc:1811] "Using Python execution env /work/main/.venv"
I1129 14:21:40.721032 26009 python_be.cc:2249] "TRITONBACKEND_ModelInstanceInitialize: f5_tts_0_0 (CPU device 0)"
I1129 14:21:40.722193 26009 model_lifecycle.cc:472] "loading: publish:1"
I1129 14:21:40.727651 26009 python_be.cc:2249] "TRITONBACKEND_ModelInstanceInitialize: publish_0_0 (CPU device 0)"
2026-11-29 14:21:43,485 INFO wordlight.publishing._engine: WORDLIGHT_PUBLISH_BUCKETS is empty: nothing will be published
I1129 14:21:43.490065 26009 model_lifecycle.cc:839] "successfully loaded 'publish'"
2026-11-29 14:22:21,159 INFO wordlight.speech._engine: speech loaded on cpu in 5.6 s
"""  # noqa: E501
END = """\
I1129 14:22:24.850513 26009 model_lifecycle.cc:839] "successfully loaded 'f5_tts'"
W1129 14:22:34.444798 26009 pinned_memory_manager.cc:170] "failed to allocate pinned system memory: no pinned memory pool, falling back to non-pinned system memory"
E1129 14:22:34.869944 26009 ensemble_scheduler.cc:1468] "unable to create stream for narrate: CUDA driver version is insufficient for CUDA runtime version"
I1129 14:22:34.870697 26009 server.cc:604]\x20
+------------------+------+
| Repository Agent | Path |
+------------------+------+
+------------------+------+

Error: Failed to initialize NVML
W1129 14:22:34.872135 26009 metrics.cc:798] "DCGM unable to start: DCGM initialization error"
I1129 14:22:34.874214 26009 grpc_server.cc:2558] "Started GRPCInferenceService at 127.0.0.1:48467"
I1129 14:22:34.917057 26009 http_server.cc:362] "Started Metrics Service at 127.0.0.1:36817"
Signal (15) received.
I1129 14:22:35.306878 26009 server.cc:305] "Waiting for in-flight requests to complete."
"""  # noqa: E501
RAISED = r"""E1129 14:33:33.051189 7815 model_lifecycle.cc:642] "failed to load 'voices' version 1: Internal: RuntimeError: wörd \"quoted\" {brace}\nsecond line\n\nAt:\n  /tmp/wordlight-0-0/models/voices/1/model.py(4): initialize\n"
I1129 14:33:33.051215 7815 model_lifecycle.cc:777] "failed to load 'voices'"
"""  # noqa: E501
KILLED = """\
E1129 14:38:49.264038 13615 backend_model.cc:692] "ERROR: Failed to create instance: Stub process 'voices_0_0' is not healthy."
E1129 14:38:49.264155 13615 model_lifecycle.cc:642] "failed to load 'voices' version 1: Internal: Stub process 'voices_0_0' is not healthy."
"""  # noqa: E501
LINKER = (
    "/tmp/wordlight-0-0/backends/python/triton_python_backend_stub: error while loading shared "
    "libraries: libpython3.11.so.1.0: cannot open shared object file: No such file or directory"
)
TAKEN = (
    'E1129 14:38:54.900416 13820 main.cc:257] "failed to start HTTP service: Unavailable - Socket '
    "'127.0.0.1:46607' already in use \""
)


@pytest.fixture
def log(tmp_path: Path) -> ServerLog:
    (tmp_path / "log").touch()
    return ServerLog(tmp_path / "log")


def write(log: ServerLog, text: str | bytes) -> ServerLog:
    """The log, after a server has written that and it was read."""
    with log.path.open("ab") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    log.read()
    return log


def test_which_models_have_begun_and_which_are_loaded(log: ServerLog) -> None:
    write(log, START)

    assert log.begun == {"f5_tts", "publish"}
    assert log.loaded == {"publish"}
    assert write(log, END).loaded == {"f5_tts", "publish"}
    assert not log.failed


def test_an_ordinary_start_has_no_words_of_anyone_else(log: ServerLog) -> None:
    assert write(log, START + END).words == []


@pytest.mark.parametrize(
    ("line", "begun"),
    [("f5_tts_0_1 (GPU device 0)", "f5_tts"), ("whisperx_1_0 (GPU device 3)", "whisperx"),
     ("narrate_publish_0_0 (CPU device 0)", "narrate_publish")],
)  # fmt: skip
def test_each_instance_on_each_device_is_its_models(log: ServerLog, line: str, begun: str) -> None:
    write(log, f'I0101 1 1 python_be.cc:1] "TRITONBACKEND_ModelInstanceInitialize: {line}"\n')

    assert log.begun == {begun}


def test_a_failure_has_pythons_words_with_their_quotes_and_lines(log: ServerLog) -> None:
    assert write(log, RAISED).failed == {
        "voices": 'Internal: RuntimeError: wörd "quoted" {brace}\nsecond line\n\nAt:\n'
        "  /tmp/wordlight-0-0/models/voices/1/model.py(4): initialize\n"
    }


def test_a_failure_in_words_that_are_no_json_is_taken_as_it_is(log: ServerLog) -> None:
    line = r"""E1 1 1 a.cc:1] "failed to load 'voices' version 1: C:\x"""
    assert write(log, f'{line}"\n').failed == {"voices": r"C:\x"}


def test_a_killed_process_is_told_of_in_tritons_words(log: ServerLog) -> None:
    assert write(log, KILLED).failed == {
        "voices": "Internal: Stub process 'voices_0_0' is not healthy."
    }


def test_what_the_linker_said_is_among_the_words(log: ServerLog) -> None:
    assert write(log, f"{START}{LINKER}\n{LINKER}\n").words == [LINKER, LINKER]


def test_a_port_that_cannot_be_had_is_the_first_of_the_words(log: ServerLog) -> None:
    write(log, f"{START}a library warns\n{TAKEN}\n")

    assert log.words == [TAKEN, "a library warns"]
    assert log.cannot_listen


@pytest.mark.parametrize("n_bytes", [1, 7, 100, 1000])
def test_lines_that_arrive_in_pieces_are_read_as_wholes(log: ServerLog, n_bytes: int) -> None:
    whole = (START + RAISED + f"{LINKER} wörd עבודה\n").encode()

    for begin in range(0, len(whole), n_bytes):
        write(log, whole[begin : begin + n_bytes])

    assert log.begun == {"f5_tts", "publish"}
    assert "wörd" in log.failed["voices"]
    assert log.words == [f"{LINKER} wörd עבודה"]


def test_a_line_without_its_end_counts_when_no_more_can_come(log: ServerLog) -> None:
    assert write(log, LINKER).words == []

    log.finish()
    assert log.words == [LINKER]


def test_bytes_that_are_no_text_do_no_harm(log: ServerLog) -> None:
    write(log, b"\xff\xfe\x00 what is this\n" + START.encode())

    assert log.begun == {"f5_tts", "publish"}
    assert log.words[0].endswith("what is this")


def test_a_later_server_in_the_same_file_is_read_by_itself(log: ServerLog) -> None:
    write(log, START + RAISED + "E0101 of the former\n")

    later = write(ServerLog.after(log.path), "hello\nE0101 of the later\n")

    assert (later.begun, later.failed, later.words) == (set(), {}, ["hello"])
    assert later.tail() == "  E0101 of the later"


def test_a_log_that_is_not_there_yet_is_read_from_its_beginning(tmp_path: Path) -> None:
    log = ServerLog.after(tmp_path / "log")

    assert write(log, "hello\n").words == ["hello"]


def test_the_tail_is_what_went_wrong_and_not_what_every_machine_without_a_gpu_says(
    log: ServerLog,
) -> None:
    write(log, START + KILLED + END)

    assert log.tail().splitlines() == [f"  {line}" for line in KILLED.splitlines()]


def test_where_nothing_went_wrong_the_tail_is_the_last_lines(log: ServerLog) -> None:
    write(log, "".join(f"line {number}\n" for number in range(100)))

    assert log.tail().splitlines() == [f"  line {number}" for number in range(88, 100)]


def test_the_tail_of_a_long_log_is_short_and_comes_at_once(log: ServerLog) -> None:
    line = f"error {'x' * 2000}\n"
    with log.path.open("w") as file:
        for _ in range(50_000):  # 100 MB
            file.write(line)

    assert least_s(lambda _: log.tail()) < 0.5  # 0.01 s where it was measured
    shown = log.tail().splitlines()
    assert len(shown) == LINES_SHOWN
    assert max(map(len, shown)) <= LONGEST_SHOWN + 2


def test_a_library_that_warns_without_end_fills_no_memory(log: ServerLog) -> None:
    write(log, "".join(f"warning {number}\n" for number in range(5 * MOST_WORDS)))

    assert len(log.words) == MOST_WORDS
    assert log.words[0] == "warning 0"
    assert log.words[-1] == f"warning {5 * MOST_WORDS - 1}"
