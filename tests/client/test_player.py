"""Parts are played one after another by any player on this machine, until they are interrupted."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from wordlight_client.commands._player import Player, find_player

from wordlight.audio import Clip, read_wav
from wordlight.errors import NoPlayer


def clip(n: int) -> Clip:
    return Clip(np.full(4_800, n / 10, np.float32), 24_000)


def player(folder: Path, name: str, does: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (["play", "aplay", "ffplay"], "ffplay"),
        (["play", "aplay", "paplay"], "paplay"),
        (["play", "aplay"], "aplay"),
        (["play", "afplay"], "afplay"),
        (["play"], "play"),
    ],
)
def test_the_first_program_that_is_there_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: list[str], found: str
) -> None:
    for name in there:
        player(tmp_path, name, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert Path(find_player()[0]).name == found


def test_where_nothing_plays_the_programs_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(NoPlayer, match="install one of ffplay, paplay, aplay, afplay, play"):
        find_player()


def test_clips_are_played_in_turn_and_heard_to_the_end(tmp_path: Path) -> None:
    program = player(
        tmp_path, "play", f'n=$(ls {tmp_path}/heard* 2>/dev/null | wc -l)\n'
        f'cp "$1" {tmp_path}/heard$n.wav; sleep 0.2',
    )  # fmt: skip

    with Player([str(program)]) as playing:
        for n in range(3):
            playing.add(clip(n))
        playing.finish()

    heard = [read_wav(tmp_path / f"heard{n}.wav").samples[0] for n in range(3)]
    assert heard == pytest.approx([0.0, 0.1, 0.2], abs=1e-4)
    assert playing.complaint == ""


def test_an_interruption_ends_the_sound(tmp_path: Path) -> None:
    program = player(tmp_path, "play", "exec sleep 60")
    began_s = time.monotonic()

    def interrupt() -> None:
        with Player([str(program)]) as playing:
            playing.add(clip(1))
            playing.add(clip(2))
            time.sleep(0.3)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()

    assert time.monotonic() - began_s < 5


def test_a_program_that_fails_is_named_once_and_no_more_is_played(tmp_path: Path) -> None:
    program = player(tmp_path, "aplay", f"echo x >> {tmp_path}/calls; exit 3")

    with Player([str(program)]) as playing:
        playing.add(clip(1))
        playing.add(clip(2))
        playing.finish()

    assert playing.complaint == "nothing more was played by aplay: it ended with status 3"
    assert (tmp_path / "calls").read_text() == "x\n"


def test_a_program_that_does_not_start_is_named_too(tmp_path: Path) -> None:
    with Player([str(tmp_path / "gone")]) as playing:
        playing.add(clip(1))
        playing.finish()

    assert playing.complaint == "nothing more was played: No such file or directory"


def test_a_program_that_ends_well_and_has_played_nothing_is_named(tmp_path: Path) -> None:
    program = player(tmp_path, "ffplay", "echo x >&2; echo audio open failed >&2")

    with Player([str(program)]) as playing:
        playing.add(clip(1))
        playing.finish()

    assert playing.complaint == "nothing more was played by ffplay: audio open failed"
