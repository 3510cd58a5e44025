"""One running tritonserver: started, watched until it is ready, stopped, nothing left behind."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from wordlight.contract import MODELS, Deployment, EnsembleSpec, ModelSpec
from wordlight.errors import PortTaken, ServerFailed
from wordlight.serving._repository import link_code, write_repository
from wordlight.serving._self_test import self_test
from wordlight.serving._signals import StopSignals
from wordlight.serving._tritonserver import Ports, TritonServer

logger = logging.getLogger(__name__)

POLL_S = 0.1
EXIT_TIMEOUT_S = 40.0
SHARED_MEMORY = Path("/dev/shm")
LOG_LINES_SHOWN = 12
STUB_CANNOT_START = "triton_python_backend_stub: error while loading shared libraries"
"""The dynamic linker's words; Triton itself would wait for such a stub for ever."""


@dataclass(slots=True)
class Server:
    """A tritonserver on this machine, as a context manager.

    ``state`` is a folder of its own for the rendered repository and the log; it goes with the
    server. ``cache`` outlives it: code compiled once for every start, on the volume.
    ``models`` are served; the self-test needs ``subtitles``. ``ready_within_s`` bounds the start,
    warm-up and self-test included.
    """

    triton: TritonServer
    deployment: Deployment
    ports: Ports = field(default_factory=Ports)
    address: str = "127.0.0.1"
    threads: int = 1
    ready_within_s: float = 600.0
    cache: Path | None = None
    keep_log: Path | None = None
    models: Sequence[ModelSpec | EnsembleSpec] = MODELS
    _state: Path | None = None
    _process: subprocess.Popen[bytes] | None = None

    def start(self, on_progress: Callable[[str], None] = lambda _: None) -> None:
        """Starts the server and returns when every model is ready and the self-test has passed.

        Raises:
            WrongPython, NumpyMismatch, PortTaken, ServerFailed, SelfTestFailed: Why it cannot
                serve. Nothing runs on after that.
        """
        self.triton.check_python()
        self.triton.check_numpy(Path(self.deployment.environment))
        self._check_ports()
        self._state = Path(tempfile.mkdtemp(prefix="wordlight-"))
        try:
            write_repository(self._state / "models", self.deployment, self.models)
            link_code(self._state / "models", self.models)
            self.triton.lay_out_backend(self._state / "backends")
            self._launch()
            self._wait(on_progress)
            self_test(f"{self.address}:{self.ports.grpc}")
        except BaseException:
            self.stop()
            raise

    def wait(self, stop: StopSignals) -> int:
        """Blocks until the server ends by itself; its exit status.

        Raises:
            KeyboardInterrupt: An end was asked for.
        """
        return stop.outlast(self._running)

    def stop(self) -> None:
        """Ends the server: in-flight requests complete, then stubs, files and shared memory go."""
        if self._process is not None:
            self._end_process(self._process)
            self._process = None
        if self._state is not None:
            for leftover in SHARED_MEMORY.glob(f"{self._region_prefix}*"):
                leftover.unlink(missing_ok=True)
            if self.keep_log is not None and self._log.is_file():
                shutil.copyfile(self._log, self.keep_log)
            shutil.rmtree(self._state, ignore_errors=True)
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
        """Where gRPC listens."""
        return f"{self.address}:{self.ports.grpc}"

    @property
    def log_path(self) -> Path:
        """The server's log while it runs."""
        return self._log

    @property
    def _log(self) -> Path:
        assert self._state is not None
        return self._state / "tritonserver.log"

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    @property
    def _region_prefix(self) -> str:
        assert self._state is not None
        return f"{self._state.name}-"

    def _check_ports(self) -> None:
        for purpose, port in (
            ("HTTP", self.ports.http),
            ("gRPC", self.ports.grpc),
            ("metrics", self.ports.metrics),
        ):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((self.address, port))
                except OSError:
                    raise PortTaken(port, purpose) from None

    def _launch(self) -> None:
        assert self._state is not None
        command = self.triton.command(
            self._state / "models",
            self._state / "backends",
            self.ports,
            self.address,
            self._region_prefix,
        )
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                env=dict(
                    self.triton.environment(
                        self.threads,
                        self.cache or self._state,
                        Path(self.deployment.environment),
                    )
                ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is ours to pass on, once
            )

    def _wait(self, on_progress: Callable[[str], None]) -> None:
        started_s = time.monotonic()
        while time.monotonic() - started_s < self.ready_within_s:
            if self._running.poll() is not None:
                raise ServerFailed(
                    f"tritonserver ended with status {self._running.returncode} "
                    f"while starting; its log ends:\n{self._log_tail()}"
                )
            if self._get("v2/health/live") is not None:
                if self._get("v2/health/ready") is not None:
                    return
                raise ServerFailed(self._why_not_ready())
            if STUB_CANNOT_START in (log := self._log.read_text(errors="replace")):
                raise ServerFailed(f"a model's process cannot start:\n{self._log_tail()}")
            on_progress(log.splitlines()[-1] if log else "")
            time.sleep(POLL_S)
        raise ServerFailed(
            f"tritonserver was not ready within {self.ready_within_s:g} s; "
            f"its log ends:\n{self._log_tail()}"
        )

    def _get(self, path: str, post: bool = False) -> bytes | None:
        url = f"http://{self.address}:{self.ports.http}/{path}"
        request = urllib.request.Request(
            url, method="POST" if post else "GET", data=b"" if post else None
        )
        try:
            with urllib.request.urlopen(request, timeout=5.0) as response:
                body: bytes = response.read()
                return body
        except (urllib.error.URLError, OSError):
            return None

    def _why_not_ready(self) -> str:
        """Which models did not load, and why; the log's last words where Triton knows no reason."""
        index = json.loads(self._get("v2/repository/index", post=True) or b"[]")
        reasons = {
            model["name"]: model.get("reason", "").partition("\n\nAt:")[0]
            for model in index
            if model.get("state") != "READY"
        }
        failed = [f"  {name}: {reason}" for name, reason in reasons.items() if reason]
        waiting = [name for name, reason in reasons.items() if not reason]
        if not failed:
            return f"{', '.join(waiting)} did not load; the log ends:\n{self._log_tail()}"
        return "\n".join(["these models did not load:", *failed])

    def _log_tail(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        telling = [line for line in lines if line[:1] == "E" or "rror" in line] or lines
        return "\n".join(f"  {line[:400]}" for line in telling[-LOG_LINES_SHOWN:])

    def _end_process(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(EXIT_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                logger.warning("tritonserver did not end within %.0f s; killing it", EXIT_TIMEOUT_S)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # whatever stub is left of its session
        process.wait()
