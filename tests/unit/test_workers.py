"""Files that share an expensive fixture run on one worker, and a lone test has no neighbour."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import workers
from workers import Room, group_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def rooms() -> Iterator[tuple[Room, Room]]:
    """The same room as two workers see it."""
    run = uuid4().hex
    ours, theirs = Room(run), Room(run)
    yield ours, theirs
    for room in (ours, theirs):
        room.close()


def entering(room: Room, *, alone: bool) -> threading.Event:
    """Set as soon as it is in."""
    inside = threading.Event()

    def enter() -> None:
        room.enter(alone=alone)
        inside.set()

    threading.Thread(target=enter, daemon=True).start()
    return inside


@pytest.mark.parametrize(
    ("test", "group"),
    [
        ("tests/live/test_demo.py::test_it", "tests/live"),
        ("tests/unit/test_words.py::test_it[a/b::c]", "tests/unit/test_words.py"),
        ("tests/lively/test_it.py::test_it", "tests/lively/test_it.py"),
    ],
)
def test_a_test_belongs_to_its_file_or_to_a_folder_that_shares(test: str, group: str) -> None:
    assert group_of(test) == group


def test_the_folders_that_share_are_there() -> None:
    assert [folder for folder in workers.TOGETHER if not (ROOT / folder).is_dir()] == []


def test_two_are_in_the_room_at_once(rooms: tuple[Room, Room]) -> None:
    ours, theirs = rooms
    ours.enter(alone=False)

    assert entering(theirs, alone=False).wait(30)

    theirs.leave()
    ours.leave()


@pytest.mark.parametrize(("first_is_alone", "second_is_alone"), [(True, False), (False, True)])
def test_who_is_alone_waits_for_others_and_they_for_it(
    rooms: tuple[Room, Room], first_is_alone: bool, second_is_alone: bool
) -> None:
    ours, theirs = rooms
    ours.enter(alone=first_is_alone)

    inside = entering(theirs, alone=second_is_alone)

    assert not inside.wait(0.1)
    ours.leave()
    assert inside.wait(30)
    theirs.leave()
