"""Processes that may do less than a server needs."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest
from broken import Group, Within

from wordlight.doctor import Setup, State
from wordlight.doctor._limits import check_limits

CHECK = "next(_limits.check_limits(Setup('mini', Path('/nowhere'), placement=Placement.CPU)))"


def test_a_process_without_limits_is_told_in_one_line(setup: Setup) -> None:
    (found,) = check_limits(setup)

    assert found.state is State.OK


@pytest.mark.parametrize(
    ("limit", "code", "state", "seen"),
    [
        ("ulimit -n 64", "OPEN_FILES_FEW", State.ERROR, "may open 64 files (ulimit -Hn)"),
        (
            "ulimit -v 6000000",
            "ADDRESS_SPACE_SMALL",
            State.ERROR,
            "6.1 GB (ulimit -v), a model needs 6.6 GB to start",
        ),
        (
            "ulimit -v 7000000",
            "ADDRESS_SPACE_SMALL",
            State.WARNING,
            "a model needs 7.5 GB for a long text",
        ),
        ("ulimit -d 2000000", "DATA_SEGMENT_SMALL", State.ERROR, "limited to 2.0 GB (ulimit -d)"),
        ("ulimit -d 2300000", "DATA_SEGMENT_SMALL", State.WARNING, "limited to 2.4 GB"),
        ("ulimit -f 2000", "FILE_SIZE_SMALL", State.ERROR, "may grow to 1.0 MB (ulimit -f)"),
        ("ulimit -f 200000", "FILE_SIZE_SMALL", State.WARNING, "a server needs 350.1 MB"),
        ("ulimit -s 200", "STACK_SMALL", State.ERROR, "limited to 204.8 kB (ulimit -s)"),
        ("ulimit -t 3600", "COMPUTING_TIME_LIMITED", State.WARNING, "compute for 3600 s"),
    ],
)
def test_a_limit_is_named_with_its_number(
    within: Within, limit: str, code: str, state: State, seen: str
) -> None:
    found = within(limit, CHECK)

    assert (found.code, found.state) == (code, state)
    assert seen in found.seen


def test_a_soft_limit_of_open_files_is_no_fault(within: Within) -> None:
    assert within("ulimit -S -n 64", CHECK).state is State.OK


def test_a_control_group_with_few_processes(within: Within, group: Group) -> None:
    inside = group("pids", **{"pids.max": 100})

    found = within(inside.enter, CHECK)

    assert (found.code, found.state) == ("PROCESSES_FEW", State.ERROR)
    assert f"{inside.folder}/pids.max (100) allows 9" in found.seen
    assert "docker run --pids-limit" in found.remedy


def test_a_user_with_few_processes(within: Within) -> None:
    found = within("ulimit -p 200", CHECK, as_nobody=True)

    assert (found.code, found.state) == ("PROCESSES_FEW", State.ERROR)
    assert "ulimit -u (200) allows 19" in found.seen


def test_the_soft_limit_of_open_files_is_raised_as_far_as_the_hard_one_allows() -> None:
    code = (
        "import resource as r; from wordlight.doctor import raise_open_files as go;"
        "r.setrlimit(r.RLIMIT_NOFILE, (64, {hard})); go(); print(r.getrlimit(r.RLIMIT_NOFILE)[0])"
    )

    raised = [
        subprocess.run(
            [sys.executable, "-c", code.format(hard=hard)],
            capture_output=True, text=True, timeout=60, check=True,
        ).stdout.strip()
        for hard in (1024, 10_000)
    ]  # fmt: skip

    assert raised == ["1024", "4096"]


def test_a_soft_limit_that_is_high_enough_stays() -> None:
    from wordlight.doctor import raise_open_files

    before = resource.getrlimit(resource.RLIMIT_NOFILE)

    raise_open_files(16)

    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before
