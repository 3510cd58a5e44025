"""``wordlight serve`` of the mini profile or of two models, and what its processes hold.

Callers get the front door, as people do.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from live_server import READY_WITHIN_S, share_compiled
from traces import assert_nothing_is_left
from two_models import ANY_PORTS, SERVE_TWO_MODELS
from wordlight_client import Client

from wordlight.pulses import FOLDER as PULSES
from wordlight.pulses import read_pulses
from wordlight.serving._regions import SHARED_MEMORY
from wordlight.serving._stubs import PROC, Process

SERVE_ALL = "import sys; from wordlight.commands.serve import serve; serve(sys.argv[1:])"


@dataclass(frozen=True)
class Held:
    """What one process holds."""

    name: str
    resident_bytes: int
    descriptors: int
    threads: int


@dataclass(frozen=True)
class Served:
    """A running ``wordlight serve``, its addresses (``host:port``), its state and its output."""

    process: subprocess.Popen[bytes]
    http: str
    grpc: str
    state: Path
    output: Path

    @property
    def said(self) -> str:
        return self.output.read_text()

    def client(self, protocol: str) -> Client:
        """A client over ``grpc`` or, through the front door, ``http``."""
        return Client(self.grpc if protocol == "grpc" else f"http://{self.http}")

    def processes(self) -> dict[int, str]:
        """The number of every process of the server, and what it is."""
        return {self.process.pid: "serve"} | processes_under(self.process.pid)

    def in_flight(self) -> dict[str, int]:
        """How many requests each model has in work, as its process reports; models with none left
        out."""
        folder = self.state / f"wordlight-{os.geteuid()}-0" / PULSES
        names = self.processes()
        pulses = read_pulses(folder).items()
        return {names[pid]: one.in_flight for pid, one in pulses if pid in names and one.in_flight}

    def regions(self) -> dict[str, int]:
        """The server's files in shared memory by name, and their bytes."""
        (triton,) = (pid for pid, name in self.processes().items() if name == "tritonserver")
        command = (PROC / str(triton) / "cmdline").read_text()
        prefix = re.search(r"shm-region-prefix-name=([^\0]+)", command)
        assert prefix
        return {path.name: path.stat().st_size for path in SHARED_MEMORY.glob(f"{prefix[1]}*")}

    def held(self) -> dict[int, Held]:
        """What every process holds."""
        return {pid: held_by(pid, name) for pid, name in self.processes().items()}


def processes_under(root: int) -> dict[int, str]:
    """The number of every process that descends from this one, and what it is."""
    parents = {
        int(folder.name): one.parent
        for folder in PROC.glob("[0-9]*")
        if (one := Process.look(int(folder.name))) is not None and not one.has_ended
    }
    found = dict[int, str]()
    while more := {pid for pid, parent in parents.items() if parent in {root, *found}} - {*found}:
        found |= {pid: name_of(pid) for pid in more}
    return found


def name_of(pid: int) -> str:
    """What a process of the server is: the model of a stub, or the program."""
    try:
        command = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return "ended"
    if model := re.search(r"/models/(\w+)/1/model\.py", command):
        return model[1]
    if "wordlight.front" in command:
        return "front"
    words = command.rstrip("\0").split("\0")
    program = next((word for word in reversed(words) if word.endswith(".py")), words[0])
    return Path(program).stem


def held_by(pid: int, name: str) -> Held:
    """What a process holds now."""
    folder = PROC / str(pid)
    resident = re.search(r"VmRSS:\s+(\d+) kB", (folder / "status").read_text())
    assert resident
    descriptors, threads = (len(list((folder / each).iterdir())) for each in ("fd", "task"))
    return Held(name, int(resident[1]) * 1024, descriptors, threads)


def held_under(root: int) -> dict[int, Held]:
    """What every process holds that descends from this one."""
    return {pid: held_by(pid, name) for pid, name in processes_under(root).items()}


@contextmanager
def served(volume: Path, state: Path, *options: str, is_small: bool = False) -> Iterator[Served]:
    """The server, whose state is kept in a folder of its own; nothing may be left in it afterwards.

    One that is small has two models, and loads at once.
    """
    one = begin(volume, state, *options, is_small=is_small)
    try:
        yield one
    finally:
        one.process.terminate()
        status = one.process.wait(120)
    assert status == 0, one.said
    assert_nothing_is_left(state)


def begin(volume: Path, state: Path, *options: str, is_small: bool = False) -> Served:
    """A server that is ready."""
    share_compiled(volume)
    output = state.with_name(f"{state.name}.said")
    program = SERVE_TWO_MODELS if is_small else SERVE_ALL
    command = [sys.executable, "-c", program, "--models", "mini", "--volume", str(volume)]
    with output.open("wb") as out:
        process = subprocess.Popen(
            [*command, *ANY_PORTS, *options],
            stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            env={**os.environ, "TMPDIR": str(state)},
        )  # fmt: skip
    deadline_s = time.monotonic() + READY_WITHIN_S
    while not (found := re.search(r"HTTP http://(\S+) +gRPC (\S+)", output.read_text())):
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline_s, output.read_text()
        time.sleep(0.05)
    return Served(process, found[1], found[2], state, output)
