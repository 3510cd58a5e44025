"""A start that fails names the models that failed, and why."""

from __future__ import annotations

import re

import pytest
from fake_triton import QUICK, Begin

from wordlight.errors import ModelsFailed
from wordlight.serving import _start
from wordlight.serving._start import Patience, Start

pytestmark = pytest.mark.usefixtures("quick")


def failure_of(start: Start) -> dict[str, str]:
    """Each failed model's sentence."""
    with pytest.raises(ModelsFailed) as caught:
        start.wait()
    assert str(caught.value).startswith("model")
    return {model: f"{cause.why}; {cause.todo}" for model, cause in caught.value.causes.items()}


def test_a_stub_whose_library_is_missing_is_explained_by_the_linker(begin: Begin) -> None:
    start = begin("load('f5_tts', LINKER)")

    assert failure_of(start)["f5_tts"].startswith(
        "the shared library libpython3.11.so.1.0 is missing or cannot be loaded; install it"
    )


def test_stubs_that_died_before_they_were_seen_are_found_out_by_their_number(begin: Begin) -> None:
    start = begin(
        "load('f5_tts', LINKER); load('voices', LINKER); load('whisperx', SLEEPS)",
        models="f5_tts voices whisperx",
    )

    assert failure_of(start).keys() == {"f5_tts", "voices"}


def test_as_long_as_one_process_may_still_come_nobody_is_blamed(begin: Begin) -> None:
    """One of two has died unseen; which one is clear when the other has its process."""
    start = begin(
        "begun('f5_tts'); begun('voices'); stub('voices', 'exit 3'); sleep(0.7); "
        "stub('f5_tts', SLEEPS)"
    )

    assert failure_of(start).keys() == {"voices"}


def test_a_killed_stub_is_named_with_the_signal(begin: Begin) -> None:
    start = begin("load('f5_tts', 'sleep 0.3; kill -KILL $$')")

    assert failure_of(start)["f5_tts"].startswith("it was killed (SIGKILL)")


def test_a_stub_that_ends_by_itself_is_named_with_its_status_and_last_words(begin: Begin) -> None:
    start = begin("load('f5_tts', 'sleep 0.3; echo I give up; exit 3')")

    assert failure_of(start)["f5_tts"].startswith(
        "its process ended with status 3; it said: I give up; read the whole log"
    )


def test_pythons_words_are_waited_for_and_go_before_the_status(begin: Begin) -> None:
    start = begin(
        "load('f5_tts', 'exit 1'); sleep(0.2); "
        r"failed('f5_tts', r'ValueError: no \"x\"\n\nAt:\n  model.py(4): initialize\n')"
    )

    assert failure_of(start)["f5_tts"].startswith('ValueError: no "x"; read the whole log')


def test_a_model_that_triton_says_has_failed_fails_at_once(begin: Begin) -> None:
    start = begin("load('f5_tts', SLEEPS); failed('f5_tts', 'ValueError: no'); loaded('voices')")

    assert failure_of(start).keys() == {"f5_tts"}


def test_one_dead_process_of_two_is_the_models_death(begin: Begin) -> None:
    start = begin("load('f5_tts', SLEEPS); stub('f5_tts', 'sleep 0.3; exit 3')")

    assert "status 3" in failure_of(start)["f5_tts"]


def test_a_death_after_the_last_words_is_not_taken_for_readiness(
    begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_start, "REASON_WITHIN_S", 30.0)
    start = begin("load('f5_tts', 'sleep 0.3; exit 3'); sleep(0.4); live()")

    assert "status 3" in failure_of(start)["f5_tts"]


def test_a_stopped_stub_is_told_of_as_stopped(begin: Begin) -> None:
    start = begin("load('f5_tts', 'kill -STOP $$')", QUICK)

    assert re.search(r"nothing for \d s: it was stopped \(SIGSTOP\)", failure_of(start)["f5_tts"])


def test_a_stub_that_sleeps_for_ever_is_given_up(begin: Begin) -> None:
    start = begin("load('f5_tts', SLEEPS); load('voices', SLEEPS); loaded('voices')", QUICK)

    reasons = failure_of(start)

    assert reasons.keys() == {"f5_tts"}
    assert re.match(r"its process has done nothing for \d s; read the whole", reasons["f5_tts"])


def test_a_stub_that_sleeps_after_words_that_are_understood_has_them_as_its_cause(
    begin: Begin,
) -> None:
    start = begin("load('f5_tts', f'echo MemoryError; {SLEEPS}')", QUICK)

    assert re.search(r"nothing for \d s: memory cannot be allocated", failure_of(start)["f5_tts"])


def test_a_stub_that_triton_never_started_is_given_up(begin: Begin) -> None:
    start = begin("begun('f5_tts')", QUICK)

    assert re.match("Triton has not started its process within", failure_of(start)["f5_tts"])


def test_a_stub_that_works_without_end_is_given_up_as_well(begin: Begin) -> None:
    start = begin("load('f5_tts', WORKS)", Patience(load_s=0.8, still_s=30.0))

    assert failure_of(start)["f5_tts"].startswith(
        "it was not ready 0.8 s after it began to load; see what slows this machine down"
    )


def test_models_that_fail_together_for_one_reason_share_a_sentence(begin: Begin) -> None:
    dies = "'sleep 0.2; kill -9 $$'"
    start = begin(f"load('f5_tts', {dies}); load('voices', {dies})")

    with pytest.raises(ModelsFailed, match=r"^models f5_tts, voices cannot start: it was killed"):
        start.wait()
