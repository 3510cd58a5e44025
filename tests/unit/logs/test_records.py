"""What a process logs, prints and lets fall becomes lines, with the ids of its requests."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextvars import copy_context

import pytest

from wordlight import logs
from wordlight.logs import NOBODY, Line, Lines, Requests, facts, requests_now, working_for

PRINTS = """\
import sys, threading, warnings
from wordlight import logs
from wordlight.logs import LogFormat, Requests, working_for

logs.begin("voices_0_0", logs.to_stderr(LogFormat.JSON))
logs.take_prints()
with working_for(Requests(("a1",), ("zebrafinch",))):
    print("a library says zebrafinch and", "more")
    print("50 %\\r100 %", file=sys.stderr)
    warnings.warn("old zebrafinch")
    def fall():
        raise ValueError("zebrafinch")
    thread = threading.Thread(target=__import__("contextvars").copy_context().run, args=[fall])
    thread.start()
    thread.join()
    print("no line end", end="")
sys.stdout.flush()
assert sys.stderr.fileno() == 2
"""


@pytest.fixture
def lines() -> list[Line]:
    return []


@pytest.fixture
def logger(lines: list[Line]) -> Iterator[logging.Logger]:
    logger, handler = logging.getLogger("wordlight.test"), Lines("voices_0_0", lines.append)
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield logger
    logger.removeHandler(handler)


def test_a_record_has_level_source_logger_and_facts(
    logger: logging.Logger, lines: list[Line]
) -> None:
    logger.warning("%d left", 3, extra=facts(model="voices", code="", status=None))

    (line,) = lines
    assert (line.level, line.source, line.logger) == ("warning", "voices_0_0", "wordlight.test")
    assert (line.message, line.facts) == ("3 left", {"model": "voices"})


def test_a_line_names_the_request_it_is_for_and_all_of_a_batch(
    logger: logging.Logger, lines: list[Line]
) -> None:
    one, other = Requests(("a1",)), Requests(("b2",))

    logger.info("before")
    with working_for(Requests.of([one, other, Requests()])):
        logger.info("both")
        with working_for(one):
            logger.info("one")
        logger.info("both again")
    logger.info("after")

    assert [line.facts for line in lines] == [
        {}, {"request_ids": ("a1", "b2")}, {"request_id": "a1"}, {"request_ids": ("a1", "b2")}, {},
    ]  # fmt: skip


def test_threads_at_work_for_different_requests_do_not_mix_their_ids(
    logger: logging.Logger, lines: list[Line]
) -> None:
    meet = threading.Barrier(8)

    def work(number: int) -> None:
        with working_for(Requests((f"id-{number}",))):
            for _ in range(20):
                meet.wait()
                logger.info("%d", number)

    threads = [threading.Thread(target=work, args=[n]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(lines) == 160
    assert all(line.facts == {"request_id": f"id-{line.message}"} for line in lines)


def test_a_copied_context_brings_the_ids_along(logger: logging.Logger) -> None:
    with working_for(Requests(("a1",))):
        context = copy_context()

    assert context.run(requests_now).ids == ("a1",)
    assert requests_now().ids == ()


def test_words_of_a_caller_are_taken_out_of_others_lines_and_traces(lines: list[Line]) -> None:
    library, handler = logging.getLogger("library"), Lines("voices_0_0", lines.append)
    library.addHandler(handler)
    try:
        with working_for(Requests(("a1",), (["Zebrafinch"],))):
            try:
                raise ValueError("no zebrafinch of 3")
            except ValueError:
                library.exception("failed to align zebrafinch ('in quotes')")
        with working_for(Requests(("a1",), are_known=False)):
            try:
                raise ValueError("no zebrafinch of 3")
            except ValueError:
                library.exception("failed")
        with working_for(NOBODY):
            library.error("'weights' are missing")
    finally:
        library.removeHandler(handler)

    assert [line.message for line in lines] == [
        "failed to align … ('…')", "failed", "'weights' are missing",
    ]  # fmt: skip
    assert lines[0].trace.endswith("ValueError: no … of 3")
    assert lines[1].trace.endswith("ValueError: …")


def test_a_record_that_cannot_be_written_costs_its_words_only(lines: list[Line]) -> None:
    record = logging.makeLogRecord({"msg": "%d apples", "args": ("secret",), "name": "wordlight"})

    Lines("voices_0_0", lines.append).emit(record)

    assert [line.message for line in lines] == ["a line could not be written: TypeError"]


def test_what_a_library_prints_and_a_thread_lets_fall_becomes_lines() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRINTS], capture_output=True, text=True, check=True
    )

    assert done.stdout == ""
    lines = [Line.read(line) for line in done.stderr.splitlines()]
    told = [(line.level, line.message, line.facts) for line in lines if line]
    assert len(told) == len(lines)
    assert ("info", "a library says … and more", {"request_id": "a1"}) in told
    assert [one[1] for one in told if "%" in one[1]] == ["50 %", "100 %"]
    assert any(level == "error" and "thread" in message for level, message, _ in told)
    assert any("old …" in message for _, message, _ in told)
    assert "zebrafinch" not in done.stderr


def test_beginning_beside_other_handlers_leaves_them(lines: list[Line]) -> None:
    before, level = logging.getLogger().handlers[:], logging.getLogger("wordlight").level
    try:
        logs.begin("voices_0_0", lines.append, is_alone=False)
        assert logging.getLogger().handlers == before
    finally:
        logging.getLogger("wordlight").setLevel(level)
