"""Problems with tritonserver: its program and libraries, its ports, its start and its end."""

from __future__ import annotations

from collections.abc import Mapping

from wordlight.errors._root import Severity
from wordlight.errors._setup import SetupError

__all__ = [
    "AddressUnusable",
    "BashMissing",
    "GlibcOld",
    "LibraryMissing",
    "ModelNotReady",
    "NoStateFolder",
    "PortTaken",
    "PortTwice",
    "PreloadMissing",
    "ServerMissing",
    "ServerNotReady",
    "StateUnwritable",
    "TmpClosed",
    "TmpdirUnusable",
]


class ServerMissing(SetupError):
    """tritonserver, or a part of it, is not on this machine."""

    code = "SERVER_MISSING"
    says = "there is no tritonserver: {why}"
    meaning = "No installation of Triton was found, or a part of it is gone."
    advice = "{todo}"

    why: str
    todo: str = "install it with `pip install wordlight[server]`"


class GlibcOld(SetupError):
    """The system is older than the one for which the server was built."""

    code = "GLIBC_OLD"
    says = "glibc here is {here}; {binary} needs {needed}"
    meaning = "The server was built for a newer Linux than this one. No package can change that."
    advice = "take a newer system (Ubuntu 24.04, Debian 12), or Wordlight's image"

    here: str
    binary: object
    needed: str


class LibraryMissing(SetupError):
    """The dynamic linker does not find a shared library."""

    code = "LIBRARY_MISSING"
    says = "{binary} needs {libraries}, which the dynamic linker does not find"
    meaning = (
        "A shared library that the server or its Python stub is linked with is not installed, or "
        "not on LD_LIBRARY_PATH. Without libpython Triton waits for its stub for ever."
    )
    advice = (
        "install it (libpython: apt-get install libpython{python}), or add its folder to "
        "LD_LIBRARY_PATH"
    )

    binary: object
    libraries: str
    python: str


class BashMissing(SetupError):
    """There is no bash, through which Triton starts its models."""

    code = "BASH_MISSING"
    says = "there is no bash on PATH ({path})"
    meaning = "Triton up to 25.07 starts its models through bash, and waits for ever without it."
    advice = "install bash (apt-get install bash, apk add bash), or add its folder to PATH"

    path: str


class PreloadMissing(SetupError):
    """LD_PRELOAD names a library that cannot be loaded."""

    code = "PRELOAD_MISSING"
    severity = Severity.WARNING
    says = "LD_PRELOAD names {libraries}, which cannot be loaded"
    meaning = (
        "The dynamic linker says so before every program and goes on. Wordlight preloads no "
        "allocator of its own (jemalloc) where LD_PRELOAD is set."
    )
    advice = "correct LD_PRELOAD, or unset it"

    libraries: str


class PortTaken(SetupError):
    """Another process listens on the port."""

    code = "PORT_TAKEN"
    says = "port {port} for {purpose} is in use{by}"
    meaning = "Another program listens there: often a server that was started before."
    advice = "stop what listens there or choose another with --{flag}-port"

    port: int
    purpose: str
    holder: str = ""

    @property
    def by(self) -> str:
        """The program that listens on the port, if it is known."""
        return f" by {self.holder}" if self.holder else ""

    @property
    def flag(self) -> str:
        """The port's purpose in lower case, as in the name of its flag."""
        return self.purpose.lower()


class PortTwice(SetupError):
    """The same port is given for two purposes."""

    code = "PORT_TWICE"
    says = "port {port} is given for {other} and for {purpose}"
    meaning = "HTTP, gRPC, metrics and ping need a port each."
    advice = "choose another with --{flag}-port"

    port: int
    other: str
    purpose: str

    @property
    def flag(self) -> str:
        """The port's purpose in lower case, as in the name of its flag."""
        return self.purpose.lower()


class AddressUnusable(SetupError):
    """It is not possible to listen on this address or port."""

    code = "ADDRESS_UNUSABLE"
    says = "the server cannot listen on {address}:{port} for {purpose} ({reason})"
    meaning = (
        "The address does not belong to this machine, or the port is below 1024 and the user is "
        "not root."
    )
    advice = "take 127.0.0.1 or 0.0.0.0 with --address, and a port above 1023 with --{flag}-port"

    address: str
    port: int
    purpose: str
    reason: object

    @property
    def flag(self) -> str:
        """The port's purpose in lower case, as in the name of its flag."""
        return self.purpose.lower()


class ModelNotReady(SetupError):
    """A running server does not serve a model."""

    code = "MODEL_NOT_READY"
    says = "model {model} is not ready: {reason}"
    meaning = "The server runs, but this model did not load or has stopped; requests for it fail."
    advice = (
        "mend what the reason names and start the server again; `serve --log FILE` keeps its log"
    )

    model: str
    reason: str


class ServerNotReady(SetupError):
    """The server is running but not ready."""

    code = "SERVER_NOT_READY"
    says = "the server at {url} does not serve: {why}"
    meaning = "The server's models are still loading, or it broke, or it is about to end."
    advice = "wait a minute and look again; if it stays so, start it again with `serve --log FILE`"

    url: str
    why: str


class NoStateFolder(SetupError):
    """No folder here can hold the state of a running server."""

    code = "NO_STATE_FOLDER"
    says = "no folder can hold the server's state ({seen})"
    meaning = (
        "A running server keeps its rendered models, the stub's program and its log in a folder "
        "that can be written and executed from. These were tried: TMPDIR, /tmp, /var/tmp, "
        "XDG_RUNTIME_DIR, ~/.cache, the volume, /dev/shm."
    )
    advice = "set TMPDIR to a folder that can be written and executed from, with a plain ASCII path"

    reasons: Mapping[str, str]

    @property
    def seen(self) -> str:
        """For each folder, the reason why it cannot be used."""
        return ", ".join(f"{folder}: {reason}" for folder, reason in self.reasons.items())


class StateUnwritable(SetupError):
    """The server's state folder does not exist, or no longer exists."""

    code = "STATE_UNWRITABLE"
    says = "the server's state folder cannot be written: {reason}"
    meaning = (
        "A server without its state folder cannot tell its models which requests were cancelled."
    )
    advice = "start it with `wordlight serve`, which makes one, and do not remove it while it runs"

    reason: object


class TmpdirUnusable(SetupError):
    """The server cannot use the folder in TMPDIR, and ignores it."""

    code = "TMPDIR_UNUSABLE"
    severity = Severity.WARNING
    says = "TMPDIR is {folder}, which the server cannot use: {reason}"
    meaning = (
        "The server uses the next folder that it can; programs that it starts may still try to "
        "write temporary files into TMPDIR, and fail."
    )
    advice = "correct TMPDIR, or unset it"

    folder: str
    reason: str


class TmpClosed(SetupError):
    """No folder can be made in /tmp."""

    code = "TMP_CLOSED"
    says = "no folder can be made in {folder}: {reason}"
    meaning = (
        "Triton's Python backend makes a folder there at its start (/tmp/python_env_XXXXXX), "
        "whatever TMPDIR says, and loads no model without it."
    )
    advice = (
        "make it writable (chmod 1777 {folder}) and make room in it; in a container: docker run "
        "--tmpfs {folder}, Kubernetes: an emptyDir"
    )

    folder: object
    reason: object
