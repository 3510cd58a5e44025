"""Folders in which a server cannot keep its state."""

from __future__ import annotations

from pathlib import Path

from broken import Within

from wordlight.doctor import State
from wordlight.doctor._state import check_state, check_tmp

CHECKOUT = Path(__file__).parents[2]
FIRST = "next(_state.check_state(os.environ, Path('/nowhere')))"
SECOND = "list(_state.check_state(os.environ, Path('/nowhere')))[1]"


def test_the_folder_that_would_be_taken_is_told(tmp_path: Path) -> None:
    state, tmp = check_state({"TMPDIR": str(tmp_path)}, tmp_path)

    assert (state.state, state.seen) == (State.OK, f"in {tmp_path}")
    assert tmp.state is State.OK
    assert not list(tmp_path.iterdir())


def test_a_path_with_blanks_is_passed_over_without_a_warning(tmp_path: Path) -> None:
    odd = tmp_path / "my files"
    odd.mkdir()

    state, tmp = check_state({"TMPDIR": str(odd)}, tmp_path)

    assert state.seen.startswith(f"in /tmp; not {odd}: its path has other characters")
    assert (state.state, tmp.name) == (State.OK, "/tmp")


def again(folder: Path | str, how: str) -> str:
    """Mounts a folder onto itself with that option; the checkout may lie in /tmp too."""
    return f"mount --bind '{folder}' '{folder}'; mount -o remount,bind,{how} '{folder}'"


def test_where_nothing_may_be_executed_the_next_folder_is_taken(within: Within) -> None:
    found = within(f"unset TMPDIR; {again('/tmp', 'noexec')}; {again(CHECKOUT, 'exec')}", FIRST)

    assert found.state is State.OK
    assert found.seen == "in /var/tmp; not /tmp: nothing may be executed there (noexec)"


def test_a_tmpdir_that_is_full_is_a_warning(within: Within, point: Path) -> None:
    found = within(
        f"mount -t tmpfs -o size=1m tmpfs {point}; export TMPDIR={point}; "
        f"head -c 1M /dev/zero > {point}/full",
        SECOND,
    )

    assert (found.code, found.state) == ("TMPDIR_UNUSABLE", State.WARNING)
    assert f"TMPDIR is {point}, which the server cannot use: " in found.seen


def test_without_any_folder_a_server_cannot_start(within: Within, point: Path) -> None:
    mounts = "".join(
        f"{again(folder, how)};"
        for folder, how in {"/var/tmp": "noexec", "/dev/shm": "ro", "/tmp": "ro"}.items()
    )

    found = within(f"unset TMPDIR XDG_RUNTIME_DIR HOME XDG_CACHE_HOME; {mounts}", FIRST)

    assert (found.code, found.state) == ("NO_STATE_FOLDER", State.ERROR)
    assert "/tmp: it cannot be written (Read-only file system)" in found.seen
    assert "/var/tmp: nothing may be executed there (noexec)" in found.seen
    assert found.remedy.startswith("set TMPDIR")


def test_triton_needs_tmp_whatever_tmpdir_says(within: Within, point: Path) -> None:
    found = within(
        f"export TMPDIR={point}; mount -t tmpfs tmpfs {point}; mkdir {point}/shut; "
        f"mount -t tmpfs -o ro tmpfs {point}/shut",
        f"_state.check_tmp(Path('{point}/shut'))",
    )

    assert (found.code, found.state) == ("TMP_CLOSED", State.ERROR)
    assert f"no folder can be made in {point}/shut: Read-only file system" in found.seen


def test_a_tmp_that_is_not_there(tmp_path: Path) -> None:
    assert check_tmp(tmp_path / "gone").code == "TMP_CLOSED"
