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
    # lightning sets its own root's level when imported, so the chatty leaf is named itself.
    "pytorch_lightning.utilities.migration.utils",
    "lightning.pytorch.utilities.migration.utils",
)


def quiet_libraries() -> None:
    """Sends whisperx, pyannote and lightning to the log, errors only.

    whisperx adds a handler that writes to stdout unless its logger already has one; pyannote brings
    onnxruntime, which reports to Microsoft. To be called before either is imported.
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
    """Takes speechbrain's not yet loaded modules out of ``sys.modules``.

    They import optional packages (k2, spacy, flair) when anyone looks at them, and fail, so that
    whatever walks ``sys.modules`` fails too: hypothesis does. Nothing of ours needs them.
    """
    for name, module in list(sys.modules.items()):
        is_lazy = type(module).__name__ in ("LazyModule", "DeprecatedModuleRedirect")
        if is_lazy and name.startswith("speechbrain.") and module.lazy_module is None:
            del sys.modules[name]
