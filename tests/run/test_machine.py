"""A machine that lacks something, a checkout in an odd place: it works, or says why not."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from .answers import no_way_out
from .clones import Clone, make_clone

TOOLS = ("sh", "bash", "env", "readlink")


def path_with(folder: Path, tools: Sequence[str], pythons: Mapping[str, str]) -> str:
    """A PATH on which only these are."""
    folder.mkdir()
    for name, program in [*((tool, f"/bin/{tool}") for tool in tools), *pythons.items()]:
        (folder / name).symlink_to(program)
    return str(folder)


def test_without_bash_and_python_both_are_named(clone: Clone, tmp_path: Path) -> None:
    path = path_with(tmp_path / "bin", ["sh", "env"], {})

    outcome = clone.run("demo", variables={"PATH": path})

    assert outcome.is_refused("bash", "Python 3.11 or 3.12", "apt-get install")


def test_without_bash_it_says_who_needs_it(clone: Clone, tmp_path: Path) -> None:
    path = path_with(tmp_path / "bin", ["sh", "env"], {"python3": sys.executable})

    outcome = clone.run("demo", variables={"PATH": path})

    assert outcome.is_refused("lacks bash (Triton starts its models through it)")


def test_python_2_counts_for_nothing(clone: Clone, tmp_path: Path) -> None:
    path = path_with(tmp_path / "bin", TOOLS, {})
    old = tmp_path / "bin/python3"
    old.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'raise SystemExit(1)'\n")
    old.chmod(0o755)

    outcome = clone.run("setup", variables={"PATH": path})

    assert outcome.is_refused("lacks Python 3.11 or 3.12")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (b"new\nline", ["new\\nline", "a newline", "move the checkout"]),
        (b"tab\tbed", ["a tab"]),
        (b"latin \xe9 \xff", ["\\xe9", "not UTF-8", "move the checkout"]),
    ],
)
def test_a_path_that_no_environment_bears_is_refused(
    name: bytes, words: list[str], tmp_path: Path
) -> None:
    clone = make_clone(tmp_path / os.fsdecode(name))

    outcome = clone.run("demo")

    assert outcome.is_refused(*words)
    assert not clone.environment.exists()


@pytest.mark.parametrize("name", ['it\'s "$HOME" `x`:*? ü עברית '])
def test_a_path_that_looks_bad_works(name: str, tmp_path: Path) -> None:
    clone = make_clone(tmp_path / name)

    outcome = clone.run("wordlight", "--version")

    assert outcome.status == 0, outcome.said
    assert outcome.out.startswith("wordlight")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["l" * 250, "co:lon", "-dash", "\x1b[31mred", "it's", "do$HOME"])
def test_each_of_these_paths_works(name: str, tmp_path: Path) -> None:
    clone = make_clone(tmp_path / name)

    outcome = clone.run("wordlight", "--version")

    assert outcome.status == 0, outcome.said
    shutil.rmtree(clone.folder)


SMALL_DISK = """
mount -t tmpfs -o size=300m none "$1"
cp -a . "$1/"
cd "$1"
shift
exec "$@"
"""


@pytest.mark.slow
def test_too_small_a_disk_is_refused_with_what_it_has(
    clone: Clone, tmp_path: Path, root: None
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()

    outcome = clone.run("setup", before=["unshare", "-m", "sh", "-ec", SMALL_DISK, "sh", str(disk)])

    assert outcome.is_refused("the environment needs", f"{disk} has 0.2 GiB free", "make room")


@pytest.mark.slow
def test_a_cache_on_too_small_a_disk_is_refused(clone: Clone, tmp_path: Path, root: None) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f'mount -t tmpfs -o size=300m none {disk}; exec "$@"'

    outcome = clone.run(
        "setup", before=["unshare", "-m", "sh", "-ec", mount, "sh"],
        variables={"UV_CACHE_DIR": str(disk / "cache")},
    )  # fmt: skip

    assert outcome.is_refused(f"uv's cache {disk}/cache needs 8.", "UV_CACHE_DIR")


READ_ONLY = 'mount --bind . . && mount -o remount,ro,bind "$PWD" && cd "$PWD" && exec "$@"'
AS_READ_ONLY = ["unshare", "-m", "sh", "-ec", READ_ONLY, "sh"]


@pytest.mark.slow
def test_a_read_only_checkout_is_refused_until_it_is_set_up(
    clone: Clone, ready: Clone, root: None
) -> None:
    refused = clone.run("wordlight", "--version", before=AS_READ_ONLY)
    works = ready.run("wordlight", "--version", before=AS_READ_ONLY)
    demo = ready.run("demo", before=AS_READ_ONLY)

    assert refused.is_refused("has to be installed", "cannot be written")
    assert works.status == 0, works.said
    assert demo.is_refused("out/demo", "Read-only file system", "choose another with -o")


def test_a_checkout_that_was_moved_goes_on_without_a_network(ready: Clone) -> None:
    elsewhere = Clone(ready.folder.rename(ready.folder.with_name("moved away")))
    try:
        moved = elsewhere.run("wordlight", "--version", variables=no_way_out())
        link = elsewhere.folder.with_name("link")
        link.symlink_to(elsewhere.folder)
        linked = Clone(link).run("wordlight", "--version")
    finally:
        elsewhere.folder.rename(ready.folder)

    assert moved.status == 0, moved.said
    assert (linked.status, linked.said) == (0, "")


THEIRS: list[dict[str, str | None]] = [
    {"PYTHONHOME": "/nowhere", "PYTHONPATH": "{evil}", "PYTHONOPTIMIZE": "2"},
    {"BASH_ENV": "{evil}/shell", "ENV": "{evil}/shell", "CDPATH": "/", "PYTHONINSPECT": "1"},
    {
        "UV_PROJECT_ENVIRONMENT": "/nowhere", "UV_PYTHON": "3.13", "UV_NO_DEV": "1",
        "UV_NO_BINARY": "1", "UV_WORKING_DIR": "/", "VIRTUAL_ENV": "/nowhere",
    },
    {"LD_LIBRARY_PATH": "{evil}", "LC_ALL": "C", "PYTHONWARNINGS": "error"},
    {"HOME": None}, {"HOME": "/nowhere"}, {"TMPDIR": "/nowhere"},
]  # fmt: skip
ALL_OF_THEM = {name: value for some in THEIRS for name, value in some.items()}


@pytest.mark.parametrize(
    "variables",
    [ALL_OF_THEM, *(pytest.param(some, marks=pytest.mark.slow) for some in THEIRS)],
    ids=lambda variables: " ".join(variables),
)
def test_what_others_have_set_does_no_harm(
    variables: dict[str, str | None], ready: Clone, tmp_path: Path
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not the real json')")
    (tmp_path / "click.py").write_text("raise SystemExit('not the real click')")
    (tmp_path / "shell").write_text("echo not yours; exit 3")
    (ready.environment / "wordlight-set-up.json").unlink()
    theirs = {name: value and value.format(evil=tmp_path) for name, value in variables.items()}

    outcome = ready.run("wordlight", "--version", variables=theirs)

    assert (outcome.status, outcome.said) == (0, ""), outcome.said
    assert outcome.out.startswith("wordlight")
