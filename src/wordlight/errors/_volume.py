"""Problems with the volume: its place, its permissions, its leases, its speed."""

from __future__ import annotations

import os

from wordlight.errors._root import Severity
from wordlight.errors._setup import SetupError

__all__ = [
    "CacheClosed",
    "LeaseHeld",
    "LeaseLost",
    "LogUnwritable",
    "VolumeFails",
    "VolumeFull",
    "VolumeNearlyFull",
    "VolumeNotMounted",
    "VolumeReadOnly",
    "VolumeSlow",
    "VolumeUnreadable",
    "VolumeWithoutLinks",
]


MAKE_ROOM = (
    "make room (`wordlight volume prune` removes what no manifest names), or enlarge the volume"
)


class VolumeNotMounted(SetupError):
    """The volume is in the container's own layer, not on a mount."""

    code = "VOLUME_NOT_MOUNTED"
    severity = Severity.WARNING
    says = "{path} lies in the container's own layer, not on a mounted volume"
    meaning = "Fetched files are lost with the container, and are fetched again at the next start."
    advice = (
        "mount one: docker run -v weights:{path}; RunPod: attach a network volume and set "
        "WORDLIGHT_VOLUME to where it is mounted"
    )

    path: object


class VolumeReadOnly(SetupError):
    """The volume is not writable."""

    code = "VOLUME_READ_ONLY"
    says = "{folder} cannot be written by user {user}: {reason}"
    meaning = "Runtimes, weights, voices and compiled code are kept on the volume."
    advice = (
        "mount it writable and give it to that user: chown {user} {folder}; or choose another "
        "folder with --volume"
    )

    folder: object
    reason: str

    @property
    def user(self) -> int:
        """The number of the user who runs this process."""
        return os.geteuid()


class VolumeUnreadable(SetupError):
    """This process may not read the volume."""

    code = "VOLUME_UNREADABLE"
    says = "{folder} cannot be read by user {user}: {reason}"
    meaning = "The user that serves has no permission to read the folder or one above it."
    advice = "open it: chown {user} {folder}; or run as its owner (docker run --user)"

    folder: object
    reason: str

    @property
    def user(self) -> int:
        """The number of the user who runs this process."""
        return os.geteuid()


class VolumeFull(SetupError):
    """There is too little room on the volume; a download is kept and can be continued."""

    code = "VOLUME_FULL"
    says = "volume {volume} {how}"
    meaning = "Nothing more can be written: the disk, its inodes or the quota is used up."
    advice = f"{MAKE_ROOM}; then try again: what has been fetched is kept"

    volume: object
    needed_bytes: int
    free_bytes: int
    reason: str = ""

    @property
    def how(self) -> str:
        """The system's message, or the free and the needed room."""
        if self.reason:
            return f"is full: {self.reason}, {self.free_bytes:,} bytes free"
        free, needed = f"{self.free_bytes / 1e6:,.1f} MB", f"{self.needed_bytes / 1e6:,.1f} MB"
        return f"has {free} free and {needed} are needed"


class VolumeNearlyFull(SetupError):
    """The volume has room for the present weights, and little more."""

    code = "VOLUME_NEARLY_FULL"
    severity = Severity.WARNING
    says = "{path} has {free} free"
    meaning = "The next voice, or code compiled at the next start, may not fit."
    advice = MAKE_ROOM

    path: object
    free: str


class VolumeFails(SetupError):
    """The file system answers with an error."""

    code = "VOLUME_FAILS"
    says = "{path} does not work: {reason}"
    meaning = (
        "The file system answers with an input or output error: a network volume lost its server, "
        "a disk is broken, or there is a file in place of a folder."
    )
    advice = "mount it anew, or choose another folder with --volume"

    path: object
    reason: object


class VolumeWithoutLinks(SetupError):
    """The file system does not support symbolic links."""

    code = "VOLUME_WITHOUT_LINKS"
    says = "volume {path} takes no symbolic links: {reason}"
    meaning = "Weights are kept once, by their hash, and linked to where the models look for them."
    advice = "take a volume of another file system (ext4, xfs, NFS)"

    path: object
    reason: object


class VolumeSlow(SetupError):
    """The volume is slow, so loading takes long."""

    code = "VOLUME_SLOW"
    severity = Severity.WARNING
    says = "{path} writes {written}/s and reads {read}/s"
    meaning = "Loading weights will take long: at 30 MB/s, 3 GB take 100 s."
    advice = "take a volume in the data centre of the machine, or a local disk"

    path: object
    written: str
    read: str


class CacheClosed(SetupError):
    """The folder of compiled code belongs to another user."""

    code = "CACHE_CLOSED"
    severity = Severity.WARNING
    says = "{path} cannot be written by user {user}: {reason}"
    meaning = (
        "The code that is compiled at the first start is kept in this folder, which often belongs "
        "to another server's user. Without it every start compiles again, which takes seconds."
    )
    advice = "give it to that user: chown -R {user} {path}; or delete it"

    path: object
    user: int
    reason: object


class LogUnwritable(SetupError):
    """The log cannot be written to the requested file."""

    code = "LOG_UNWRITABLE"
    says = "the log cannot be kept at {path}: {reason}"
    meaning = "The server writes its log into its own folder and copies it there when it ends."
    advice = "name another file with --log, in a folder that can be written and has room"

    path: object
    reason: object


class LeaseHeld(SetupError):
    """Another worker is writing this part of the volume."""

    code = "LEASE_HELD"
    says = "{lease} on this volume is in the hands of {holder}, last heard {silent_s:.0f} s ago"
    meaning = "Only one worker at a time writes a set of weights, or a runtime, onto a volume."
    advice = "wait for it, or end that process: its hold lapses by itself"

    lease: str
    holder: str
    silent_s: float


class LeaseLost(SetupError):
    """Another worker took over the lease while this one was suspended."""

    code = "LEASE_LOST"
    says = "this process stood still for so long that another took {lease} over"
    meaning = "A worker that does not renew its lease in time loses it to another."
    advice = "run it again: what the other has done is kept"

    lease: str
