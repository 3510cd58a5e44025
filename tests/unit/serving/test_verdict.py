"""A signal, a status or an error becomes one cause and one remedy."""

from __future__ import annotations

import resource
import signal
from collections.abc import Callable

import pytest
from verdicts import NOT_HEALTHY, assert_is, begins_with_a_verb

from wordlight.adapter import says_why
from wordlight.errors import Cause, Refusal, VolumeFull, WeightsMissing
from wordlight.serving import _verdict
from wordlight.serving._verdict import ended, failed


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
    reason = f"Internal: Refusal: {error.wire}\n\nAt:\n  /s/model.py(4): initialize\n"

    verdict = failed(reason, None, [])

    assert verdict == Cause(f"WEIGHTS_MISSING {error}", "run wordlight volume bring")


def test_a_model_refuses_with_all_that_its_error_says() -> None:
    error = WeightsMissing("f5_tts", "/v/f5_tts", "run wordlight volume bring")

    @says_why
    def initialize(model: object, args: dict[str, str]) -> None:
        raise error

    with pytest.raises(Refusal) as refused:
        initialize(object(), {})

    assert str(refused.value) == error.wire
    assert refused.value.__cause__ is error


def test_an_error_of_ours_without_a_remedy_gets_its_classs() -> None:
    verdict = failed("Internal: Refusal: VOLUME_FULL: /v is full", None, [])

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
