"""Machines and control groups with too little memory."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from broken import Group, Within

from wordlight.contract import Placement
from wordlight.doctor import Setup, State
from wordlight.doctor._cgroups import ControlGroup, groups_of
from wordlight.doctor._memory import Room, check_memory, needed_bytes, rooms_here
from wordlight.doctor._weights import check_manifest
from wordlight.manifest import load_manifest

CHECK = (
    "_memory.check_memory(Setup('mini', Path('/nowhere'), placement=Placement.CPU),"
    " _weights.check_manifest('mini'))"
)


def test_this_machine_has_enough(setup: Setup) -> None:
    found = check_memory(setup, check_manifest("mini"))

    assert found.state is State.OK
    assert found.seen.endswith("free, mini needs 2.8 GB")


def test_a_control_group_in_which_the_warm_up_is_killed(within: Within, group: Group) -> None:
    inside = group("memory", **{"memory.limit_in_bytes": 1_700_000_000})

    found = within(inside.enter, CHECK)

    assert (found.code, found.state) == ("MEMORY_TOO_SMALL", State.ERROR)
    assert f"{inside.folder}/memory.limit_in_bytes (1.7 GB) allows 1.7 GB more" in found.seen
    assert "the models mini need 2.3 GB to start and answer" in found.seen
    assert "docker run --memory 3g" in found.remedy


def test_a_control_group_in_which_a_long_text_is_killed(within: Within, group: Group) -> None:
    inside = group("memory", **{"memory.limit_in_bytes": 2_300_000_000})

    found = within(inside.enter, CHECK)

    assert (found.code, found.state) == ("MEMORY_SMALL", State.WARNING)
    assert "allows 2.3 GB more, the models mini need 2.8 GB for a long text" in found.seen


def test_a_limit_of_a_group_further_up_counts(within: Within, group: Group) -> None:
    outer = group("memory", **{"memory.limit_in_bytes": 1_500_000_000})
    inner = outer.inner("inner", **{"memory.limit_in_bytes": 8_000_000_000})

    found = within(inner.enter, CHECK)

    assert found.code == "MEMORY_TOO_SMALL"
    assert f"{outer.folder}/memory.limit_in_bytes (1.5 GB)" in found.seen


def test_what_others_in_the_group_hold_is_not_free(
    within: Within, group: Group, point: Path
) -> None:
    inside = group("memory", **{"memory.limit_in_bytes": 3_000_000_000})

    found = within(
        f"{inside.enter}; mount -t tmpfs tmpfs {point}; head -c 600M /dev/zero > {point}/held",
        CHECK,
    )

    assert found.code == "MEMORY_SMALL"
    assert "(3.0 GB) allows 2.3 GB more" in found.seen
    assert "docker run --memory 4g" in found.remedy


def test_pages_of_files_are_free(within: Within, group: Group, tmp_path: Path) -> None:
    inside = group("memory", **{"memory.limit_in_bytes": 3_000_000_000})

    found = within(f"{inside.enter}; head -c 800M /dev/zero > {tmp_path}/file", CHECK)

    assert found.state is State.OK
    assert " of 3.0 GB free" in found.seen


def test_a_container_sees_its_own_group_as_the_root(within: Within, group: Group) -> None:
    inside = group("memory", **{"memory.limit_in_bytes": 1_700_000_000})

    found = within(f"{inside.enter}; mount --bind {inside.folder} /sys/fs/cgroup/memory", CHECK)

    assert found.code == "MEMORY_TOO_SMALL"
    assert "/sys/fs/cgroup/memory/memory.limit_in_bytes (1.7 GB)" in found.seen


def test_serve_refuses_in_the_same_words(group: Group, tmp_path: Path) -> None:
    inside = group("memory", **{"memory.limit_in_bytes": 1_700_000_000})
    serve = f"'{sys.executable}' -m wordlight_client serve --device cpu --volume {tmp_path}"

    done = subprocess.run(
        ["sh", "-ec", f"{inside.enter}; exec {serve} --http-port 0 -- true"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert f"MEMORY_TOO_SMALL {inside.folder}/memory.limit_in_bytes (1.7 GB)" in done.stderr
    assert "starting tritonserver" not in done.stderr


def test_version_2_of_control_groups_is_read(tmp_path: Path) -> None:
    process, mount = tmp_path / "self", tmp_path / "with blank"
    own = mount / "pod/container"
    for folder in (process, own):
        folder.mkdir(parents=True)
    escaped = str(mount).replace(" ", r"\040")
    (process / "cgroup").write_text("0::/pod/container\n")
    (process / "mountinfo").write_text(f"25 1 0:22 / {escaped} rw - cgroup2 cgroup2 rw\n")
    (own / "memory.max").write_text("max\n")
    (own / "memory.current").write_text("700\n")
    (own.parent / "memory.max").write_text("5000\n")
    (own.parent / "memory.current").write_text("3000\n")
    (own.parent / "memory.stat").write_text("anon 2000\nactive_file 400\ninactive_file 600\n")

    groups = groups_of("memory", process)

    assert groups == [ControlGroup(own), ControlGroup(own.parent), ControlGroup(mount)]
    assert rooms_here({}, groups) == [
        Room(3000, 5000, f"{own.parent / 'memory.max'} (5.0 kB)"),
    ]  # fmt: skip


def test_the_machine_itself_bounds_what_no_group_does() -> None:
    machine = {"MemAvailable": 2_000, "MemTotal": 4_000}

    assert rooms_here(machine, []) == [Room(2_000, 4_000, "this machine")]


def test_every_instance_needs_memory_of_its_own(setup: Setup) -> None:
    mini = load_manifest("mini")
    one, two = (
        needed_bytes(replace(setup, instances=instances), mini) for instances in ({}, {"f5_tts": 2})
    )

    assert two[0] - one[0] == 1_000_000_000 + 18_646_596 + 14_017_632 + 220 + 1_973_225
    assert two[1] - one[1] == two[0] - one[0] + 330_000_000


def test_what_full_needs_follows_from_its_weights(setup: Setup) -> None:
    start, answer = needed_bytes(replace(setup, placement=Placement.GPU), load_manifest("full"))

    assert (round(start / 1e9, 1), round(answer / 1e9, 1)) == (5.6, 6.1)
