"""One tritonserver: it is started, watched until it is ready, and stopped without leftovers."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import TracebackType

from wordlight.contract import MODELS, Deployment, EnsembleSpec, ModelSpec
from wordlight.errors import Cause, ModelLeftOut, ModelsFailed, ServerFailed
from wordlight.manifest import FOLDER_VARIABLE, manifest_folder
from wordlight.proxies import reached_at
from wordlight.serving import _verdict
from wordlight.serving._children import bound_to_us
from wordlight.serving._health import is_healthy, why_not_ready
from wordlight.serving._links import Links
from wordlight.serving._log import ServerLog
from wordlight.serving._ports import Ports
from wordlight.serving._regions import Regions
from wordlight.serving._repository import link_code, write_repository
from wordlight.serving._self_test import self_test
from wordlight.serving._signals import StopSignals, undisturbed
from wordlight.serving._start import Patience, Start
from wordlight.serving._state import StateFolder, candidates
from wordlight.serving._tritonserver import PYTHON, TritonServer
from wordlight.serving._unpacked import remove_unpacked, unpacked

logger = logging.getLogger(__name__)

EXIT_TIMEOUT_S = 40.0


@dataclass(slots=True)
class Server:
    """A tritonserver on this machine, as a context manager.

    The server's own files lie in a folder that is removed when it stops. ``cache`` stays: it is a
    folder on the volume for code that is compiled once and used at every start. ``models`` are
    served; the self-test needs ``subtitles``. ``patience`` limits how long the start may take.
    ``left_out`` holds the optional models that did not load, and why.
    """

    triton: TritonServer
    deployment: Deployment
    ports: Ports = field(default_factory=Ports)
    address: str = "127.0.0.1"
    threads: int = 1
    patience: Patience = field(default_factory=Patience)
    cache: Path | None = None
    keep_log: Path | None = None
    models: Sequence[ModelSpec | EnsembleSpec] = MODELS
    left_out: dict[str, ModelLeftOut] = field(default_factory=dict, init=False)
    _state: StateFolder | None = field(default=None, init=False)
    _regions: Regions | None = field(default=None, init=False)
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _unpacked: set[Path] = field(default_factory=set, init=False)

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
        try:
            with undisturbed():
                self._state = StateFolder.make(folders)
                self._regions = Regions.make()
            self.triton.lay_out_backend(self._state.path / "backends")
            self._start_what_loads(on_progress)
            self_test(self.url)
        except BaseException as error:
            with undisturbed():
                self._end_now()
                self.stop()
            if isinstance(error, OSError):  # a disk became full, or was lost, since it was checked
                raise _trouble(error) from error
            raise

    def wait(self, stop: StopSignals) -> int:
        """Waits until the server ends by itself; returns its exit status.

        Raises:
            KeyboardInterrupt: An end was asked for.
        """
        return stop.outlast(self._running)

    def why_it_ended(self, status: int) -> Cause:
        """The cause, after the server has ended by itself with that status."""
        log = ServerLog(self.log_path)
        with suppress(OSError):  # somebody removed the server's files
            log.finish()
        return _verdict.ended(status, log.words)

    def abandon(self) -> None:
        """Ends the server at once; requests in flight are lost. Call ``stop`` afterwards."""
        with undisturbed():
            self._end_now()

    def stop(self) -> None:
        """Ends the server after its requests in flight; removes stubs, files and shared memory."""
        with undisturbed():
            self._end_gently()
            if self._regions is not None:
                self._regions.remove()
                self._regions = None
            if self._state is not None:
                self._save_log()
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
        host = reached_at(self.address)
        return f"[{host}]:{self.ports.grpc}" if ":" in host else f"{host}:{self.ports.grpc}"

    @property
    def log_path(self) -> Path:
        """The path of the server's log while it runs."""
        return self._folder / "tritonserver.log"

    @property
    def _folder(self) -> Path:
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
            self._lay_out_models(served)
            try:
                with self.ports.kept(self.address) as self.ports:
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
                return

    def _lay_out_models(self, served: Sequence[ModelSpec | EnsembleSpec]) -> None:
        """Writes the model repository, in which every path is plain."""
        models, links = self._folder / "models", Links(self._folder / "links")
        shutil.rmtree(models, ignore_errors=True)
        parameters = dict(self.deployment.parameters)
        if "VOLUME" in parameters:
            parameters["VOLUME"] = str(links.plain(Path(parameters["VOLUME"])))
        parameters["STATE"] = str(self._folder)
        environment = links.environment(Path(self.deployment.environment), PYTHON)
        plain = replace(self.deployment, environment=str(environment), parameters=parameters)
        write_repository(models, plain, served)
        link_code(models, served)

    def _variables(self) -> Mapping[str, str]:
        """The environment of the server and its stubs, in which every folder's path is plain."""
        links, cache = Links(self._folder / "links"), self.cache or self._folder
        environment = links.environment(Path(self.deployment.environment), PYTHON)
        # In a list of folders, a colon would end a folder's path.
        triton = replace(self.triton, libraries=links.plain(self.triton.libraries))
        variables = dict(triton.environment(self.threads, cache, environment))
        if "PROFILE" in self.deployment.parameters:
            manifests = manifest_folder(self.deployment.parameters["PROFILE"]).parent
            variables[FOLDER_VARIABLE] = str(manifests)
        temporary = self._folder / "tmp"  # so that nothing stays if a process is killed
        temporary.mkdir(exist_ok=True)
        variables["TMPDIR"] = str(temporary)
        if not variables.get("HOME"):  # some libraries cannot be imported without it
            home = self._folder / "home"
            home.mkdir(exist_ok=True)
            variables["HOME"] = str(home)
        return links.variables(variables)

    def _launch(self) -> None:
        assert self._regions is not None
        assert self._state is not None
        command = self.triton.command(
            self._folder / "models",
            self._folder / "backends",
            self.ports,
            self.address,
            self._regions.prefix,
        )
        self._unpacked = unpacked()
        # A restart without some model appends to the log, which holds the reason.
        with undisturbed(), self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                bound_to_us(command),
                env=dict(self._variables()),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours to pass on, once
                pass_fds=(self._state.lock, self._regions.lock),  # locked as long as it lives
            )

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

    def _save_log(self) -> None:
        if self.keep_log is not None and self.log_path.is_file():
            try:
                shutil.copyfile(self.log_path, self.keep_log)
            except OSError as error:
                logger.warning("the log could not be kept at %s: %s", self.keep_log, error.strerror)

    def _end_now(self) -> None:
        """Kills the server: asked to end, one with a dead stub would first wait 30 s."""
        if self._process is not None:
            had_ended = self._process.poll() is not None
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
            if not had_ended:
                remove_unpacked(self._unpacked)

    def _end_gently(self) -> None:
        """Ends the server when its requests have completed, then any stub that is left."""
        process = self._process
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(EXIT_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                logger.warning("tritonserver did not end within %.0f s; killing it", EXIT_TIMEOUT_S)
        self._end_now()


def _trouble(error: OSError) -> ServerFailed:
    where = f"{error.filename}: " if error.filename else ""
    return ServerFailed(
        f"what the server needs could not be written: {where}{error.strerror or error}",
        "make room there, or set TMPDIR to another folder",
    )
