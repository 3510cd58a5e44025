"""The control groups of this process, of version 1 or 2: folders of files that hold its limits."""

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
        """The number in a file of the group; None if there is no such file, or no limit in it."""
        with suppress(OSError, ValueError):
            number = int((self.folder / name).read_text())
            return number if number < UNLIMITED else None
        return None

    def counts(self, name: str) -> dict[str, int]:
        """The names and numbers in a file that has one of each per line; empty without the file."""
        with suppress(OSError, ValueError):
            lines = (self.folder / name).read_text().splitlines()
            return {key: int(value) for key, value in map(str.split, lines)}
        return {}


def groups_of(controller: str, process: Path = OF_THIS_PROCESS) -> list[ControlGroup]:
    """The process's own group and those above it, of both versions, if they are visible."""
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
    """A group's place below a mount that shows ``root``; the mount itself if that is unclear.

    In a container, the mount shows the container's own group as its root, while the group's path
    is often that on the host.

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
    r"""The real path behind one in mountinfo, which writes a blank as ``\040``.

    >>> _unescaped(r"/a\040b")
    '/a b'
    """
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), path)
