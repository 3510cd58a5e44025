"""A server's condition, as health checks are told."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from wordlight.condition import Breakdown, Phase, Tally
from wordlight.errors import ServerFailed
from wordlight.serving import Board
from wordlight.serving._board import FILE


@pytest.mark.parametrize(
    ("phases", "status"),
    [
        ([], 204),
        ([Phase.STARTING], 204),
        ([Phase.SERVING], 200),
        ([Phase.SICK], 503),
        ([Phase.SERVING, Phase.SICK], 503),
        ([Phase.SERVING, Phase.SICK, Phase.SERVING], 200),
        ([Phase.SERVING, Phase.STARTING], 503),
        ([Phase.SERVING, Phase.DRAINING], 503),
        ([Phase.SERVING, Phase.STOPPED], 503),
    ],
)
def test_once_it_has_served_it_is_never_starting_again(phases: list[Phase], status: int) -> None:
    board = Board()
    for phase in phases:
        board.post(phase)

    assert board.condition.ping == status


def test_the_reason_is_there_while_it_is_sick_and_gone_afterwards() -> None:
    board = Board()
    board.post(Phase.SICK, problem=ServerFailed("f5_tts ended", "give it more memory"))
    board.progress("loading")
    sick = asdict(board.condition)
    board.post(Phase.SERVING)

    assert sick["code"] == "SERVER_FAILED"
    assert sick["sentence"] == "f5_tts ended"
    assert sick["remedy"] == "give it more memory"
    assert sick["doing"] == "loading"
    assert board.condition.code == board.condition.sentence == board.condition.doing == ""


def test_the_file_holds_the_latest_condition_and_is_never_half_written(tmp_path: Path) -> None:
    board = Board()
    board.keep_in(tmp_path)
    for _ in range(100):
        board.post(Phase.SERVING)
        assert json.loads((tmp_path / FILE).read_text())["phase"] == "serving"
    board.post(Phase.DRAINING)

    assert json.loads((tmp_path / FILE).read_text())["phase"] == "draining"
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_what_is_counted_is_in_the_file_and_stays_in_a_new_folder(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    board = Board()
    board.keep_in(first)
    board.count_restart("f5_tts", Breakdown.STOPPED)
    board.loaded(12.5)
    assert Tally.parse((first / FILE).read_text()) == board.tally

    board.keep_in(second)
    board.count_restart("f5_tts", Breakdown.STOPPED)

    tally = Tally.parse((second / FILE).read_text())
    assert tally.restarts == {"f5_tts": {"stopped": 2}}
    assert tally.load_s == 12.5
    assert tally.started == board.tally.started
