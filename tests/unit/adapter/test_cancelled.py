"""A cancellation in one process is known in all, for the requests that it names."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from wordlight.adapter import CancelCall, CancelEngine, Cancellations
from wordlight.adapter._cancelled import AFTERWARDS_S, KEPT_S, NEVER, CancelAnswer
from wordlight.contract import CANCEL
from wordlight.errors import SetupError, TooLong

ODD_IDS = [
    "../../etc/passwd",
    "/",
    ".",
    "a\x00b",
    "a\nb",
    "zażółć 你好 🎉",
    " ",
    "x" * 100_000,
    "%2e",
]


@pytest.fixture
def told(tmp_path: Path) -> Cancellations:
    return Cancellations(tmp_path / "cancelled")


def files(told: Cancellations) -> list[Path]:
    assert told.folder is not None
    return list(told.folder.iterdir())


def test_an_id_that_is_told_is_known_to_another_process(told: Cancellations) -> None:
    told.announce("one")

    assert Cancellations(told.folder).holds("one", time.time())


def test_nothing_is_held_before_anything_is_told(told: Cancellations) -> None:
    assert not told.holds("one", time.time())


def test_another_id_is_not_held(told: Cancellations) -> None:
    told.announce("one")

    assert not told.holds("One", time.time())
    assert not told.holds("", time.time())


@pytest.mark.parametrize("odd", ODD_IDS)
def test_an_id_is_no_name_of_a_file(told: Cancellations, tmp_path: Path, odd: str) -> None:
    told.announce(odd)

    assert told.holds(odd, time.time())
    assert len(files(told)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["cancelled"]


@pytest.mark.parametrize(
    ("came_after_s", "is_held"),
    [(-3_000.0, True), (0.0, True), (AFTERWARDS_S - 1, True), (AFTERWARDS_S + 1, False)],
)
def test_a_request_is_ended_if_it_came_before_the_end_was_told_or_soon_after(
    told: Cancellations, came_after_s: float, is_held: bool
) -> None:
    told.announce("one")
    told_s = files(told)[0].stat().st_mtime

    assert told.holds("one", told_s + came_after_s) is is_held


def test_an_id_that_is_used_again_can_be_cancelled_again(told: Cancellations) -> None:
    told.announce("one")
    os.utime(files(told)[0], (time.time() - 100, time.time() - 100))
    came_s = time.time() - 50
    assert not told.holds("one", came_s)

    told.announce("one")

    assert told.holds("one", came_s)
    assert len(files(told)) == 1


def test_what_was_told_long_ago_is_swept_and_what_was_told_lately_is_not(
    told: Cancellations,
) -> None:
    told.announce("old")
    os.utime(files(told)[0], (0, time.time() - KEPT_S - 1))
    told.announce("new")
    assert len(files(told)) == 2  # it looks now and then, not each time
    later = Cancellations(told.folder)
    later.announce("newer")

    assert len(files(told)) == 2
    assert told.holds("new", time.time())


def test_a_server_without_a_state_folder_holds_nothing_and_says_so() -> None:
    assert not NEVER.holds("one", time.time())
    with pytest.raises(SetupError, match="state folder cannot be written: it has none"):
        NEVER.announce("one")


def test_a_state_folder_that_cannot_be_written_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SetupError, match="state folder cannot be written"):
        Cancellations(tmp_path / "file").announce("one")


def test_each_id_of_a_batch_is_told(told: Cancellations) -> None:
    answers = CancelEngine(told).run([CancelCall("one"), CancelCall("two")])

    assert answers == [CancelAnswer(), CancelAnswer()]
    assert told.holds("one", time.time())
    assert told.holds("two", time.time())


def test_the_empty_id_which_all_have_who_give_none_cancels_nobody(told: Cancellations) -> None:
    (refused,) = CancelEngine(told).run([CancelCall("")])

    assert str(refused) == "ID is empty"

    assert not told.holds("", time.time())


def test_an_id_that_cannot_be_told_is_answered_with_the_reason() -> None:
    (answer,) = CancelEngine(NEVER).run([CancelCall("one")])

    assert isinstance(answer, SetupError)


def test_an_id_that_is_too_long_is_refused_by_name() -> None:
    tensor = CANCEL.input("ID")

    with pytest.raises(TooLong, match="ID"):
        tensor.decode(tensor.encode("x" * 257))
