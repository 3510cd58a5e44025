"""The settings that stop libraries from reporting to their makers."""

from __future__ import annotations

from collections.abc import MutableMapping

NO_TELEMETRY = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
"""onnxruntime 1.31 was seen to contact mobile.events.data.microsoft.com when it is imported; to
call its ``disable_telemetry_events`` is too late. Source: its Privacy.md, "Disabling Telemetry"."""


def forbid_telemetry(variables: MutableMapping[str, str]) -> None:
    """Adds these settings to ``os.environ``, unless the user has set them.

    It must be called before the libraries are imported.
    """
    for name, value in NO_TELEMETRY.items():
        variables.setdefault(name, value)
