"""The settings that Triton gives a stub, read once."""

from __future__ import annotations

import io
import json
import locale
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wordlight.adapter._cancelled import FOLDER, Cancellations
from wordlight.adapter._in_flight import IN_FLIGHT
from wordlight.adapter._traced import TRACES
from wordlight.manifest import Manifest, load_manifest
from wordlight.tracing import TraceSettings

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
    """Begins what every stub does: it speaks UTF-8, logs, traces, and reports its pulse.

    Returns the ``parameters`` of the model's ``config.pbtxt``.
    """
    parameters = {
        key: entry["string_value"]
        for key, entry in json.loads(args["model_config"]).get("parameters", {}).items()
    }
    _speak_utf8()
    _log_to_stderr()
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


def _log_to_stderr() -> None:
    """Writes our loggers' lines to the server's log from INFO on, and libraries' from WARNING."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("wordlight").setLevel(logging.INFO)
