"""One tritonserver: it is started, watched until it is ready, and stopped without leftovers."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType

from wordlight.adapter import CANCELLED, ENDING
from wordlight.contract import MODELS, Deployment, EnsembleSpec, ModelSpec
from wordlight.errors import ModelLeftOut, ModelsFailed, ServerFailed
from wordlight.logs import Line
from wordlight.pulses import FOLDER as PULSES
from wordlight.serving._canary import Canary
from wordlight.serving._children import Guard, bound_to_us
from wordlight.serving._draining import DRAIN_WITHIN_S, drain
from wordlight.serving._health import is_healthy, why_not_ready
from wordlight.serving._layout import lay_out_models, unwritten, variables_for
from wordlight.serving._log import ServerLog
from wordlight.serving._ports import Ports, host_and_port
from wordlight.serving._raw_log import RawLog
from wordlight.serving._regions import Regions
from wordlight.serving._self_test import self_test
from wordlight.serving._signals import undisturbed
from wordlight.serving._start import Patience, Start
from wordlight.serving._state import StateFolder, candidates
from wordlight.serving._tritonserver import TritonServer
from wordlight.serving._trouble import Trouble
from wordlight.serving._unpacked import note_unpacked, remove_unpacked
from wordlight.serving._watch import Watch

EXIT_TIMEOUT_S = 40.0
DRAINED_EXIT_S = 0.5
"""How long a server gets to end by itself when the models have answered everything. An answer that
a slow caller has not read by then is cut."""


@dataclass(slots=True)
class Server:
    """A tritonserver on this machine, as a context manager.

    The server's own files lie in a folder that is removed when it stops. ``cache`` stays: it is a
    folder on the volume for code that is compiled once and used at every start. ``models`` are
    served; the self-test needs ``subtitles``. ``patience`` limits how long the start may take.
    ``before_launch`` is called before tritonserver is started, when the ports are known.
    ``on_line`` takes each line of the log of the server and all that writes to its raw log.
    ``left_out`` holds the optional models that did not load, and why. ``management_key`` is new for
    each server: Triton asks for it before it changes shared memory, logging or traces. ``options``
    are added to Triton's command line. ``guard``
    kills what is left of the server if this process is killed; it ends with ``stop``.
    """

    triton: TritonServer
    deployment: Deployment
    ports: Ports = field(default_factory=Ports)
    address: str = "127.0.0.1"
    threads: int = 1
    patience: Patience = field(default_factory=Patience)
    cache: Path | None = None
    on_line: Callable[[Line], object] = lambda _: None
    models: Sequence[ModelSpec | EnsembleSpec] = MODELS
    before_launch: Callable[[Server], object] = lambda _: None
    options: Sequence[str] = ()
    left_out: dict[str, ModelLeftOut] = field(default_factory=dict, init=False)
    management_key: str = field(default_factory=partial(secrets.token_hex, 16), init=False)
    guard: Guard = field(default_factory=Guard, init=False)
    _state: StateFolder | None = field(default=None, init=False)
    _raw_log: RawLog | None = field(default=None, init=False)
    _regions: Regions | None = field(default=None, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _unpacked: set[Path] = field(default_factory=set, init=False)
    _served: Sequence[ModelSpec | EnsembleSpec] = field(default=(), init=False)
    _is_drained: bool = field(default=False, init=False)
    _watch: Watch | None = field(default=None, init=False)
    """Looks at the processes from when the server is ready."""

    def start(self, on_progress: Callable[[str], None] = lambda _: None) -> None:
        """Starts the server; returns when its models are ready and the self-test has passed.

        An optional model that does not load is left out, and the rest is started again.

        Raises:
            WrongPython, NumpyMismatch, PortTaken, NoStateFolder, ModelsFailed, ServerFailed,
            SelfTestFailed: The server cannot serve. Nothing is left running.
        """
        self.triton.check_python()
        self.triton.check_numpy(Path(self.deployment.environment))
        volume = self.deployment.parameters.get("VOLUME")
        folders = candidates(os.environ, Path(volume) if volume else None)
        self.left_out.clear()
        self._is_drained = False
        try:
            with undisturbed():
                self._state = StateFolder.make(folders)
                self._regions = Regions.make()
            self.triton.lay_out_backend(self._state.path / "backends")
            self._raw_log = RawLog.begun(self.log_path, self.on_line)
            self._start_what_loads(on_progress)
            self_test(self.url)
        except BaseException as error:
            with undisturbed():
                self._end_now()
                self.stop()
            if isinstance(error, OSError):  # a disk became full, or was lost, since it was checked
                raise unwritten(error) from error
            raise

    def start_again(self, on_progress: Callable[[str], None] = lambda _: None) -> None:
        """Starts the server anew after ``abandon``, at the same ports.

        Raises:
            SetupError: It cannot serve. ``start_again`` may be called once more.
        """
        self.left_out.clear()
        try:
            for left in (ENDING, CANCELLED, PULSES, "tmp"):
                path = self.folder / left
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(True)
            self._start_what_loads(on_progress)
            self_test(self.url)
        except BaseException as error:
            self.abandon()
            if isinstance(error, OSError):
                raise unwritten(error) from error
            raise

    def look(self, elapsed_s: float) -> Trouble | None:
        """What is wrong with the server, ``elapsed_s`` after the last look; None if nothing is."""
        assert self._watch is not None
        return self._watch.look(elapsed_s)

    def canary(self, every_s: float) -> Canary:
        """A canary for this server's models, which has not begun yet."""
        assert self._watch is not None
        models = [spec for spec in self._served if isinstance(spec, ModelSpec)]
        return Canary(self.url, models, self._watch.in_flight_by_model, every_s)

    def abandon(self) -> None:
        """Ends the server at once; requests in flight are lost. Call ``stop`` afterwards."""
        with undisturbed():
            self._end_now()

    def drain(self, within_s: float, hurries: Callable[[], bool] = lambda: False) -> None:
        """Takes no new work, and waits until nothing is in flight. Call ``stop`` afterwards.

        A server that is sick, or has not become empty ``within_s``, is ended at once.
        """
        if self._process is None or self._watch is None or self._is_drained:
            return
        with suppress(OSError):  # somebody removed the server's folder
            self._is_drained = drain(self._watch, self.folder, within_s, hurries)
        if not self._is_drained:
            self.abandon()

    def stop(self) -> None:
        """Ends the server after its requests in flight; removes stubs, files and shared memory."""
        with undisturbed():
            try:
                self.drain(DRAIN_WITHIN_S)
                self._end_gently(DRAINED_EXIT_S if self._watch is not None else EXIT_TIMEOUT_S)
            finally:
                self._end_now()
                self.guard.end()
                if self._raw_log is not None:
                    self._raw_log.end()
                    self._raw_log = None
                if self._regions is not None:
                    self._regions.remove()
                    self._regions = None
                if self._state is not None:
                    self._state.remove()
                    self._state = None

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The address at which gRPC answers on this machine."""
        return host_and_port(self.address, self.ports.grpc)

    @property
    def log_path(self) -> Path:
        """The path of the raw log, to which the server and its stubs write while it runs."""
        return self.folder / "tritonserver.log"

    @property
    def folder(self) -> Path:
        """The folder of the server's own files while it runs."""
        assert self._state is not None
        return self._state.path

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def _start_what_loads(self, on_progress: Callable[[str], None]) -> None:
        """Starts the server with all models, and again without optional ones that fail."""
        while True:
            served = [spec for spec in self.models if not spec.uses(self.left_out)]
            lay_out_models(self.folder, self.deployment, served)
            try:
                with self.ports.kept(self.address) as self.ports:
                    self.before_launch(self)
                    log = ServerLog.after(self.log_path)
                    self._launch()
                    self._wait(served, log, on_progress)
            except ModelsFailed as error:
                needed = {spec.name for spec in served if spec.is_needed}
                if needed & error.causes.keys():
                    raise
                self.left_out |= {
                    model: ModelLeftOut(model, *cause) for model, cause in error.causes.items()
                }
                on_progress(f"starting again without {', '.join(error.causes)}")
                self._end_now()
            else:
                self._served = served
                self._watch = Watch(self._running, log, self.folder / PULSES)
                return

    def _launch(self) -> None:
        assert self._regions is not None
        assert self._state is not None
        self._regions.clear()  # of an earlier try
        command = self.triton.command(
            self.folder / "models",
            self.folder / "backends",
            self.ports,
            self.address,
            self._regions.prefix,
            self.management_key,
        )
        self._unpacked = note_unpacked(self.folder)
        # A restart without some model appends to the log, which holds the reason.
        with undisturbed(), self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                bound_to_us([*command, *self.options]),
                env=variables_for(
                    self.triton, self.deployment, self.folder, self.cache, self.threads
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours to pass on, once
                pass_fds=(self._state.lock, self._regions.lock),  # locked as long as it lives
            )
            self.guard.watch(self._process.pid)

    def _wait(
        self,
        served: Sequence[ModelSpec | EnsembleSpec],
        log: ServerLog,
        on_progress: Callable[[str], None],
    ) -> None:
        names = [spec.name for spec in served if isinstance(spec, ModelSpec)]
        is_live = partial(is_healthy, self.address, self.ports.http, "live")
        Start(self._running, log, names, is_live, self.patience).wait(on_progress)
        if not is_healthy(self.address, self.ports.http, "ready"):
            raise ServerFailed(why_not_ready(self.address, self.ports.http), log=log.tail())

    def _end_now(self) -> None:
        """Kills the server: asked to end, one with a dead stub would first wait 30 s."""
        if self._process is not None:
            had_ended = self._process.poll() is not None
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            was_killed = self._process.wait() < 0
            self.guard.release(self._process.pid)
            self._process = self._watch = None
            if not had_ended or was_killed:
                remove_unpacked(self._unpacked)

    def _end_gently(self, within_s: float) -> None:
        """Lets the server end by itself, then ends it and any stub that is left."""
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(within_s)
        self._end_now()
