"""Keeps libraries from printing, from reporting to their makers, and from breaking others."""

from __future__ import annotations

import logging
import os
import sys
import warnings

from wordlight.telemetry import forbid_telemetry

_LOGGERS = (
    "whisperx",
    "pyannote",
    "speechbrain",
    "faster_whisper",
    "transformers",
    # lightning sets the level of its root logger on import, so the chatty child is listed itself.
    "pytorch_lightning.utilities.migration.utils",
    "lightning.pytorch.utilities.migration.utils",
)


def quiet_libraries() -> None:
    """Makes whisperx, pyannote and lightning log errors only, and print nothing.

    whisperx adds a handler that writes to stdout unless its logger already has one. pyannote brings
    onnxruntime, which reports to Microsoft. Call this before either is imported.
    """
    forbid_telemetry(os.environ)
    whisperx_logger = logging.getLogger("whisperx")
    if not whisperx_logger.handlers:
        whisperx_logger.addHandler(logging.NullHandler())
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    for module in ("pyannote", "speechbrain", "torchaudio", "lightning", "whisperx"):
        warnings.filterwarnings("ignore", module=rf"{module}\b.*")


def forget_lazy_modules() -> None:
    """Removes those modules of speechbrain from ``sys.modules`` that are not loaded yet.

    Such a module imports optional packages (k2, spacy, flair) as soon as its attributes are read,
    and fails. Code that walks ``sys.modules``, as hypothesis does, then fails too. Nothing of ours
    needs these modules.
    """
    for name, module in list(sys.modules.items()):
        is_lazy = type(module).__name__ in ("LazyModule", "DeprecatedModuleRedirect")
        if is_lazy and name.startswith("speechbrain.") and module.lazy_module is None:
            del sys.modules[name]
