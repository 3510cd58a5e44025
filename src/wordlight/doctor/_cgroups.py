"""The control groups that this process is in, of version 1 or 2: folders that hold its limits."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

OF_THIS_PROCESS = Path("/proc/self")
UNLIMITED = 2**60
"""Version 1 writes "no limit" as a number near 2**63."""
_OCTAL = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """One group of processes that share limits."""

    folder: Path

    def number(self, name: str) -> int | None:
        """What a file of the group says; None where there is no such file, or no limit in it."""
        with suppress(OSError, ValueError):
            number = int((self.folder / name).read_text())
            return number if number < UNLIMITED else None
        return None

    def counts(self, name: str) -> dict[str, int]:
        """A file with a name and a number in each line; empty where there is none."""
        with suppress(OSError, ValueError):
            lines = (self.folder / name).read_text().splitlines()
            return {key: int(value) for key, value in map(str.split, lines)}
        return {}


def groups_of(controller: str, process: Path = OF_THIS_PROCESS) -> list[ControlGroup]:
    """The process's own group and those above it, of both versions, as far as they can be seen."""
    try:
        memberships = (process / "cgroup").read_text().splitlines()
        mounts = (process / "mountinfo").read_text().splitlines()
    except OSError:
        return []
    paths: dict[str, str] = {}
    for line in memberships:
        _, controllers, path = line.split(":", 2)
        paths |= dict.fromkeys(controllers.split(","), path)  # version 2 names no controller
    groups = []
    for line in mounts:
        before, _, after = line.partition(" - ")
        root, point = map(_unescaped, before.split(" ")[3:5])
        kind, _, options = after.split(" ", 2)
        if kind == "cgroup2" or (kind == "cgroup" and controller in options.split(",")):
            own = paths.get("" if kind == "cgroup2" else controller, "/")
            groups += _upwards(Path(point), _relative(own, root))
    return groups


def _relative(path: str, root: str) -> str:
    """A group's place below a mount that shows ``root``; the mount itself where that is unclear.

    A container sees its own group as the root of the mount, and often its path on the host.

    >>> _relative("/docker/1a/inner", "/docker/1a"), _relative("/docker/1a", "/")
    ('inner', 'docker/1a')
    >>> _relative("/", "/../..")
    ''
    """
    root = root.rstrip("/")
    inside = path.removeprefix(root) if f"{path}/".startswith(f"{root}/") else ""
    return "" if ".." in inside.split("/") else inside.strip("/")


def _upwards(mount: Path, relative: str) -> list[ControlGroup]:
    folder = mount / relative
    return [ControlGroup(folder)] + [
        ControlGroup(above) for above in folder.parents if above.is_relative_to(mount)
    ]


def _unescaped(path: str) -> str:
    r"""A path of mountinfo as it is: ``\040`` there is a blank.

    >>> _unescaped(r"/a\040b")
    '/a b'
    """
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), path)
