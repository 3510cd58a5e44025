"""Shared memory that is too small or not there; containers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from broken import Within

from wordlight.contract import Placement
from wordlight.doctor import Setup, State
from wordlight.doctor._machine import (
    check_shared_memory,
    check_system,
    is_container,
    longest_request_bytes,
)

CHECK = "_machine.check_shared_memory(Setup('mini', Path('/nowhere'), placement=Placement.CPU))"


def test_dockers_64_mb_are_enough_to_start_but_not_for_the_longest_recording(
    within: Within,
) -> None:
    found = within("mount -t tmpfs -o size=64m shm /dev/shm", CHECK)

    assert (found.code, found.state) == ("SHM_SMALL", State.WARNING)
    assert "67.1 MB free; the longest request that is allowed needs 354.5 MB" in found.seen
    assert "--shm-size 1g" in found.remedy


def test_shared_memory_that_a_killed_server_filled_keeps_another_from_starting(
    within: Within,
) -> None:
    found = within("mount -t tmpfs -o size=2m shm /dev/shm", CHECK)

    assert (found.code, found.state) == ("SHM_TOO_SMALL", State.ERROR)
    assert "2.1 MB free; 8 model processes take 8.4 MB" in found.seen
    assert "delete /dev/shm/wordlight-*" in found.remedy


def test_shared_memory_that_is_read_only_cannot_be_used(within: Within) -> None:
    found = within("mount -t tmpfs -o ro shm /dev/shm", CHECK)

    assert (found.code, found.state) == ("SHM_MISSING", State.ERROR)
    assert "--shm-size" in found.remedy


def test_shared_memory_that_is_not_there_says_how_to_mount_it(setup: Setup, tmp_path: Path) -> None:
    found = check_shared_memory(setup, tmp_path / "shm")

    assert found.code == "SHM_MISSING"
    assert "No such file" in found.seen


def test_every_instance_on_every_gpu_counts(setup: Setup) -> None:
    many = replace(
        setup, placement=Placement.GPU, gpus=(0, 1), instances={"f5_tts": 3, "subtitles": 2}
    )

    assert setup.n_stubs == 8  # all but the ensembles
    assert many.n_stubs == 2 * (3 + 1) + 2 + 5


def test_the_longest_request_is_half_an_hour_at_48_khz() -> None:
    audio = 1_800 * 48_000 * 4

    assert audio <= longest_request_bytes() < audio + 1e6  # and where its chunks are


@pytest.mark.parametrize(
    ("variables", "files", "told"),
    [
        ({}, (), "bare machine"),
        ({}, (".dockerenv",), "container (docker)"),
        ({}, ("run/.containerenv",), "container (podman)"),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, (".dockerenv",), "container (Kubernetes)"),
        ({"RUNPOD_POD_ID": "x"}, (".dockerenv",), "container (RunPod)"),
    ],
)
def test_a_container_is_known_by_its_marks(
    tmp_path: Path, variables: dict[str, str], files: tuple[str, ...], told: str
) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    assert check_system(variables, tmp_path).seen.startswith(told)
    assert is_container(variables, tmp_path) == (told != "bare machine")
