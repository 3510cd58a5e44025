"""Messages of the shell, the linker, the kernel and Python become one cause and one remedy."""

from __future__ import annotations

import resource
import signal
from collections.abc import Callable

import pytest

from wordlight.adapter import says_why
from wordlight.errors import Cause, Refused, VolumeFull, WeightsMissing
from wordlight.serving import _verdict
from wordlight.serving._verdict import ended, explained, failed

NOT_HEALTHY = "Internal: Stub process 'voices_0_0' is not healthy."
SAID = {
    "the linker misses a library": (
        "/s/stub: error while loading shared libraries: libpython3.11.so.1.0: cannot open shared "
        "object file: No such file or directory",
        "libpython3.11.so.1.0 is missing",
        "apt-get install libpython3.11",
    ),
    "the linker finds a broken library": (
        "/s/stub: error while loading shared libraries: /x/libpython3.11.so.1.0: file too short",
        "/x/libpython3.11.so.1.0 is missing or cannot be loaded",
        "LD_LIBRARY_PATH",
    ),
    "the linker has no room": (
        "/s/stub: libc.so.6: failed to map segment from shared object",
        "memory cannot be allocated",
        "more memory",
    ),
    "Triton cannot listen": (
        'E1129 14:38:54 1 main.cc:257] "failed to start HTTP service: Unavailable - Socket '
        "'127.0.0.1:8000' already in use \"",
        "its port for HTTP is in use",
        "--http-port",
    ),
    "there is no bash": (
        "Failed to run python backend stub. Errno = 2: No such file or directory",
        "there is no bash",
        "install bash",
    ),
    "noexec": (
        "bash: /tmp/s/triton_python_backend_stub: Permission denied",
        "/tmp/s/triton_python_backend_stub may not be executed",
        "set TMPDIR",
    ),
    "a script is gone": (
        "bash: line 1: /s/environment/bin/activate: No such file or directory",
        "/s/environment/bin/activate is not there",
        "state folder",
    ),
    "a .pth file that is not ASCII": (
        "Fatal Python error: init_import_site: Failed to import the site module",
        ".pth",
        "install the packages anew",
    ),
    "the GPU is full": (
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a "
        "total capacity of 15.00 GiB",
        "the GPU's memory is full",
        "nvidia-smi",
    ),
    "no more threads": (
        "RuntimeError: can't start new thread",
        "no more processes or threads may be started",
        "ulimit -u",
    ),
    "no more processes": (
        "bash: fork: retry: Resource temporarily unavailable",
        "no more processes or threads may be started",
        "pids.max",
    ),
    "memory ran out in C++": (
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "memory cannot be allocated",
        "--instances",
    ),
    "memory ran out in Python": ("MemoryError", "memory cannot be allocated", "more memory"),
    "too many files": (
        "OSError: [Errno 24] Too many open files: '/w/model'",
        "too many files are open",
        "ulimit -n",
    ),
    "no shared memory": (
        "Unable to initialize shared memory key 'wordlight-x' to requested size (1048576 bytes). "
        "If you are running Triton inside docker, use '--shm-size' flag",
        "shared memory (/dev/shm) is full or closed",
        "docker run --shm-size",
    ),
    "a full disk": (
        "OSError: [Errno 28] No space left on device: '/v/cache/numba/x.nbc'",
        "a disk is full (/v/cache/numba/x.nbc)",
        "make room",
    ),
    "a full disk without a name": (
        "numba: No space left on device",
        "a disk is full (its name is not said)",
        "make room",
    ),
    "a read-only disk": (
        "OSError: [Errno 30] Read-only file system: '/v/cache'",
        "a file system takes no files (/v/cache)",
        "mount it writable",
    ),
    "a missing package": (
        "ModuleNotFoundError: No module named 'vocos'",
        "the package vocos is missing in its environment",
        "install the packages anew",
    ),
    "a missing library of a package": (
        "ImportError: libcudart.so.12: cannot open shared object file: No such file or directory",
        "libcudart.so.12: cannot open shared object file",
        "install the packages anew",
    ),
    "a package of another version": (
        "ImportError: cannot import name 'x' from 'torch' (/e/torch/__init__.py)",
        "cannot import name 'x' from 'torch'",
        "install the packages anew",
    ),
    "a Python without its library": (
        "Fatal Python error: init_fs_encoding: failed to get the Python codec",
        "its Python cannot start: init_fs_encoding",
        "install the packages anew",
    ),
}  # fmt: skip
VERBS = {"allow", "add", "choose", "do", "end", "give", "install", "lift", "make", "mount", "read",
         "see", "set", "stop", "take"}  # fmt: skip
said = pytest.mark.parametrize(("words", "cause", "remedy"), SAID.values(), ids=SAID.keys())


def begins_with_a_verb(remedy: str) -> bool:
    return remedy.split()[0].rstrip(",:") in VERBS


def assert_is(verdict: Cause | None, cause: str, remedy: str) -> None:
    assert verdict is not None
    assert cause in verdict.why
    assert remedy in verdict.todo
    assert begins_with_a_verb(verdict.todo), verdict.todo
    assert "\n" not in verdict.why


@said
def test_words_on_standard_error_are_understood(words: str, cause: str, remedy: str) -> None:
    noise = ["a library says hello", "see https://example.org"]

    assert_is(explained([*noise, words, *noise]), cause, remedy)


@said
def test_the_same_words_in_tritons_reason_are_understood(
    words: str, cause: str, remedy: str
) -> None:
    reason = f"Internal: {words}\n\nAt:\n  /s/models/voices/1/model.py(4): initialize\n"

    assert_is(failed(reason, None, []), cause, remedy)


@said
def test_the_same_words_explain_a_process_that_ended(words: str, cause: str, remedy: str) -> None:
    assert_is(failed(NOT_HEALTHY, 127 << 8, [words]), cause, remedy)
    assert_is(ended(1, [words]), cause, remedy)


def test_words_that_nobody_knows_explain_nothing() -> None:
    assert explained(["hello", "", "Permission granted"]) is None
    assert explained([]) is None


def test_the_earliest_words_that_are_understood_count() -> None:
    first, second = "ModuleNotFoundError: No module named 'a'", "MemoryError"

    assert_is(explained([first, second]), "the package a is missing", "install")


@pytest.mark.parametrize(
    ("number", "cause", "remedy"),
    [
        (signal.SIGKILL, "killed (SIGKILL), as the kernel does when memory runs out", "memory"),
        (signal.SIGBUS, "SIGBUS, as happens when shared memory or a disk is full", "/dev/shm"),
        (signal.SIGILL, "this CPU lacks an instruction", "AVX2"),
        (signal.SIGXFSZ, "a file grew beyond the limit", "ulimit -f"),
        (signal.SIGXCPU, "its processor time is limited", "ulimit -t"),
        (signal.SIGSYS, "a system call is forbidden here", "seccomp"),
    ],
    ids=lambda value: value.name if isinstance(value, signal.Signals) else "",
)
def test_a_signal_of_the_kernels_says_more_than_words_that_may_be_anothers(
    number: signal.Signals, cause: str, remedy: str
) -> None:
    warning = "ImportError: an optional part is missing"

    assert_is(failed(NOT_HEALTHY, number, [warning]), cause, remedy)
    assert_is(failed("", number, []), cause, remedy)
    assert_is(ended(-number, [warning]), cause, remedy)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, 40])
def test_another_signal_is_named_with_what_was_said_before(number: int) -> None:
    name = {11: "SIGSEGV", 6: "SIGABRT", 40: "signal 40"}[number]

    assert failed(NOT_HEALTHY, number, ["assertion x > 0 failed"]).why == (
        f"it was ended by {name}; it said: assertion x > 0 failed"
    )
    assert ended(-number, []).why == f"it was ended by {name}"


def test_pythons_words_go_before_the_signal_that_ended_the_process_then() -> None:
    reason = "Internal: ValueError: no such voice\n\nAt:\n  /s/model.py(4)\n"

    assert failed(reason, signal.SIGKILL, []).why == "ValueError: no such voice"


def test_an_unknown_error_of_pythons_is_quoted_in_one_line_without_its_traceback() -> None:
    reason = "Internal: my.Error: first\n  second line\n\nAt:\n  /s/model.py(4): initialize\n"

    verdict = failed(reason, 0, ["MemoryError of another model"])

    assert verdict.why == "my.Error: first second line"
    assert begins_with_a_verb(verdict.todo)


def test_tritons_own_words_are_quoted_where_there_are_no_others() -> None:
    assert failed("Invalid argument: it has no such backend", None, []).why == (
        "Invalid argument: it has no such backend"
    )


@pytest.mark.parametrize(
    ("status", "words", "cause"),
    [
        (3 << 8, ["hello", "I give up "], "its process ended with status 3; it said: I give up"),
        (3 << 8, [], "its process ended with status 3"),
        (None, [], "its process ended"),
    ],
)
def test_an_end_that_nobody_explains_has_its_status_and_the_last_words(
    status: int | None, words: list[str], cause: str
) -> None:
    verdict = failed(NOT_HEALTHY, status, words)

    assert verdict.why == cause
    assert begins_with_a_verb(verdict.todo)


def test_long_words_are_cut() -> None:
    assert len(failed("RuntimeError: " + "x" * 5000, None, []).why) == _verdict.LONGEST_CAUSE


def test_an_error_of_ours_keeps_its_code_its_cause_and_its_remedy() -> None:
    error = WeightsMissing("f5_tts", "/v/f5_tts", "run wordlight volume bring")
    reason = f"Internal: Refused: {error.wire}\n\nAt:\n  /s/model.py(4): initialize\n"

    verdict = failed(reason, None, [])

    assert verdict == Cause(f"WEIGHTS_MISSING {error}", "run wordlight volume bring")


def test_a_model_refuses_with_all_that_its_error_says() -> None:
    error = WeightsMissing("f5_tts", "/v/f5_tts", "run wordlight volume bring")

    @says_why
    def initialize(model: object, args: dict[str, str]) -> None:
        raise error

    with pytest.raises(Refused) as refused:
        initialize(object(), {})

    assert str(refused.value) == error.wire
    assert refused.value.__cause__ is error


def test_an_error_of_ours_without_a_remedy_gets_its_classs() -> None:
    verdict = failed("Internal: Refused: VOLUME_FULL: /v is full", None, [])

    assert verdict.why == f"{VolumeFull.code} /v is full"
    assert verdict.todo == VolumeFull.advice


@pytest.mark.parametrize(
    ("kind", "flag"), [(resource.RLIMIT_AS, "ulimit -v"), (resource.RLIMIT_DATA, "ulimit -d")]
)
def test_a_limit_of_this_process_is_named_where_it_may_be_the_cause(
    monkeypatch: pytest.MonkeyPatch, kind: int, flag: str
) -> None:
    limited(monkeypatch, lambda asked: 8 * 10**9 if asked == kind else resource.RLIM_INFINITY)

    assert f"limited to 8.0 GB ({flag})" in failed("MemoryError: ", None, []).why
    assert flag in failed("", signal.SIGSEGV, []).why


def test_few_files_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, lambda asked: 64 if asked == resource.RLIMIT_NOFILE else -1)

    assert "64 files may be open (ulimit -n)" in ended(1, ["Too many open files"]).why


def limited(monkeypatch: pytest.MonkeyPatch, soft: Callable[[int], int]) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (soft(kind), resource.RLIM_INFINITY))
