"""The settings that Triton gives a stub, read once."""

from __future__ import annotations

import io
import json
import locale
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wordlight import logs
from wordlight.adapter._cancelled import FOLDER, Cancellations
from wordlight.adapter._counts import COUNTS
from wordlight.adapter._in_flight import IN_FLIGHT
from wordlight.adapter._traced import TRACES
from wordlight.logs import LogFormat
from wordlight.manifest import Manifest, load_manifest
from wordlight.tracing import TraceSettings

FORMAT_VARIABLE = "WORDLIGHT_LOG_FORMAT"
ONLY_IN_STUBS = "c_python_backend_utils"
"""A module that only Triton's stub has."""
UTF8_LOCALES = ("C.UTF-8", "C.utf8", "en_US.UTF-8")
"""The first has been part of glibc since 2.35, and of Debian for longer."""


@dataclass(frozen=True, slots=True)
class StubSettings:
    """The settings of one model instance: its manifest, its volume and its device.

    Reading them begins what every stub does (`begin_stub`).
    ``cancellations``: the requests that nobody waits for any more.
    """

    manifest: Manifest
    volume: Path
    device: str
    threads: int
    cancellations: Cancellations

    @classmethod
    def from_triton(cls, args: Mapping[str, str]) -> StubSettings:
        """The settings in the ``parameters`` of the model's ``config.pbtxt``.

        Raises:
            SetupError: The manifest cannot be read.
        """
        parameters = begin_stub(args)
        # Links stay as they are: they may stand for a path that this Python cannot spell.
        volume = Path(os.path.normpath(Path(args["model_repository"]) / parameters["VOLUME"]))
        state = parameters.get("STATE")
        on_gpu = args["model_instance_kind"] == "GPU"
        return cls(
            manifest=load_manifest(parameters["PROFILE"]),
            volume=volume,
            device=f"cuda:{args['model_instance_device_id']}" if on_gpu else "cpu",
            threads=int(parameters.get("THREADS", "0")),
            cancellations=Cancellations(Path(state) / FOLDER if state else None),
        )


def begin_stub(args: Mapping[str, str]) -> dict[str, str]:
    """Begins what every stub does: it speaks UTF-8, logs, reports its pulse, counts and traces.

    Returns the ``parameters`` of the model's ``config.pbtxt``.
    """
    parameters = {
        key: entry["string_value"]
        for key, entry in json.loads(args["model_config"]).get("parameters", {}).items()
    }
    _speak_utf8()
    _begin_log(args["model_instance_name"], is_served="STATE" in parameters)
    COUNTS.belongs_to(args["model_instance_name"])
    if state := parameters.get("STATE"):
        IN_FLIGHT.begin(Path(state))
    if traces := parameters.get("TRACES"):
        TRACES.begin(TraceSettings.from_json(traces))
    return parameters


def _speak_utf8() -> None:
    """Makes this process read and write files and streams as UTF-8, whatever the locale.

    The stub's Python ignores its environment's variables and locale, and assumes ASCII.
    """
    for name in UTF8_LOCALES:
        with suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, name)
            break
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _begin_log(instance: str, *, is_served: bool) -> None:
    """Writes our loggers' lines to standard error from INFO on, and libraries' from WARNING.

    Under `wordlight serve`, which makes one log of all processes' lines, they are JSON, and in a
    stub what libraries print becomes lines too.
    """
    is_stub = ONLY_IN_STUBS in sys.modules
    chosen = os.environ.get(FORMAT_VARIABLE, "")
    is_json = is_served or chosen == LogFormat.JSON
    write = logs.to_stderr(LogFormat.JSON if is_json else LogFormat.TEXT)
    logs.begin(instance, write, is_alone=is_stub)
    if is_stub and is_served:
        logs.take_prints()
