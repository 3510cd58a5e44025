"""A place in which somebody starts Wordlight, made for real: mounts, limits, variables, a user."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
SOMEBODY = 12_000 + os.getpid() % 50_000
"""A user who owns nothing but what a test gives him, and has no name; each run has its own."""
REFUSED_WITHIN_S = 20.0
ANSWERED_WITHIN_S = 300.0
ENDS_WITHIN_S = 60.0
REQUEST = """
import os
from wordlight_client import Client
with Client(os.environ["WORDLIGHT_URL"]) as client:
    narration = client.narrate("Good morning to you all.", seed=1)
    assert [word.text for word in narration.words] == ["Good", "morning", "to", "you", "all."]
    assert all(word.start_s < word.end_s for word in narration.words)
    print("ANSWERED", flush=True)
"""
_READY = re.compile(r"READY in ([\d.]+) s")
_REFUSAL = re.compile(r"^(?:\x1b\[[\d;]*m)*([A-Z][A-Z_]{3,})(?:\x1b\[[\d;]*m)* ", re.MULTILINE)


@dataclass(slots=True)
class Place:
    """Where and how the command runs.

    ``compiled`` is code that goes into the volume before the start. ``mounts`` is a shell script
    that runs as root in a mount namespace of its own; ``limits`` runs after it, in the shell that
    becomes the command; ``prefix`` stands before the user's own words. ``checkout`` is where
    ``./run`` is called.
    """

    folder: Path
    variables: dict[str, str | bytes] = field(default_factory=dict)
    mounts: str = ""
    limits: str = ""
    checkout: Path = CHECKOUT
    volume: Path | None = None
    compiled: Path | None = None
    user: int = SOMEBODY
    prefix: tuple[str, ...] = ()

    def path(self, name: str) -> Path:
        """A new folder of the user's."""
        made = self.folder / name
        made.mkdir(parents=True)
        for each in (made, *made.parents):
            if each == self.folder:
                break
            os.chown(each, self.user, self.user)
        return made

    def command(self, *words: str) -> list[str]:
        """``words`` in this place, as a command for root."""
        inside = [
            "setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups",
            *self.prefix, *words,
        ]  # fmt: skip
        # Root may go anywhere, and keeps its home: uv's cache lies there.
        way = open_to_all(Path(sys.base_prefix)) if self.user else ""
        script = "\n".join([way, self.mounts, 'cd "$1"; shift', self.limits])
        where = os.fspath(self.checkout)
        return ["unshare", "-m", "sh", "-ec", f'{script}\nexec "$@"', "sh", where, *inside]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one call went."""

    status: int
    said: str
    took_s: float

    @property
    def ready_s(self) -> float | None:
        """The seconds to READY that the server reports, or None if it was never ready."""
        found = _READY.search(self.said)
        return float(found[1]) if found else None

    @property
    def has_answered(self) -> bool:
        """Whether a request came back whole."""
        return "ANSWERED" in self.said and self.status == 0

    def refusal(self, code: str) -> str:
        """The line that says why not: the one with that code, or the last one."""
        lines = [line for line in self.said.splitlines() if line.strip()]
        coded = [line for line in lines if code and line.startswith(code)]
        return (coded or lines or [""])[-1]

    @property
    def codes(self) -> list[str]:
        """The codes of what was refused or warned of."""
        return [code for code in _REFUSAL.findall(self.said) if code != "READY"]


def open_to_all(folder: Path) -> str:
    """A shell script that opens the way to a folder that lies in somebody's closed home."""
    closed = [up for up in folder.parents if not up.stat().st_mode & 0o001]
    if not closed:
        return ""
    there, home = shlex.quote(str(folder)), shlex.quote(str(closed[-1]))
    return (
        f"mount --bind {there} /mnt\nmount -t tmpfs -o mode=755 tmpfs {home}\n"
        f"mkdir -p {there}\nmount --bind /mnt {there}\numount /mnt"
    )


def start(place: Place, *words: str) -> subprocess.Popen[bytes]:
    """The command, begun in that place, with nothing of our own environment but PATH."""
    plain: Mapping[str, str | bytes] = {
        "PATH": f"{Path(sys.base_prefix) / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "COLUMNS": "400",
        **place.variables,
    }
    return subprocess.Popen(
        place.command(*words), env=plain, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def finish(process: subprocess.Popen[bytes], within_s: float, started_s: float) -> Outcome:
    """Waits for the end of this command, and kills whatever is left of it."""
    try:
        said = process.communicate(timeout=within_s)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said = process.communicate(timeout=ENDS_WITHIN_S)[0]
        said += f"\n(killed after {within_s:.0f} s)".encode()
    took_s = time.monotonic() - started_s
    return Outcome(process.returncode, said.decode(errors="replace"), took_s)


def serve_words(place: Place, *options: str) -> list[str]:
    """``./run serve`` with free ports that asks itself one question."""
    volume = place.volume = place.volume or place.path("volume")
    if place.compiled is not None and not (volume / "cache").exists():
        shutil.copytree(place.compiled, volume / "cache")
        subprocess.run(["chown", "-R", str(place.user), f"{volume}/cache"], check=True)
    door = os.environ.get("WORDLIGHT_DOOR", "./run")
    return [
        door, "serve", "--models", "mini", "--volume", os.fspath(volume), "--device", "cpu",
        "--http-port", "0", "--grpc-port", "0", "--metrics-port", "0", *options,
        "--", str(place.checkout / ".venv/bin/python"), "-c", REQUEST,
    ]  # fmt: skip


def try_it(place: Place, *options: str) -> Outcome:
    """Starts a server in this place and sends it one request."""
    words, started_s = serve_words(place, *options), time.monotonic()
    return finish(start(place, *words), ANSWERED_WITHIN_S, started_s)


@contextmanager
def new_place() -> Iterator[Place]:
    """A place of its own, with a home and a folder for temporary files; nothing of it stays."""
    folder = Path(tempfile.mkdtemp(prefix="place-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        place = Place(folder)
        place.variables["HOME"] = os.fspath(place.path("home"))
        place.variables["TMPDIR"] = os.fspath(place.path("tmp"))
        yield place
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        for region in _shared_memory():  # of a server that was killed
            region.unlink(missing_ok=True)


def of_somebody() -> list[str]:
    """The processes and the shared memory that the user has left."""
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if process.stat().st_uid == SOMEBODY:
                left.append((process / "cmdline").read_text().replace("\0", " ")[:200])
        except OSError:
            continue
    return [*left, *map(str, _shared_memory())]


def _shared_memory() -> list[Path]:
    found = []
    for path in Path("/dev/shm").glob("wordlight-*"):
        try:
            if path.stat().st_uid == SOMEBODY:
                found.append(path)
        except OSError:  # going away just now
            continue
    return found
