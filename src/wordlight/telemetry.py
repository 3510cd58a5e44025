"""Libraries that report to their makers, and the settings that stop them."""

from __future__ import annotations

from collections.abc import MutableMapping

NO_TELEMETRY = {"ORT_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
"""onnxruntime 1.31 was seen to ask mobile.events.data.microsoft.com once it is imported; its
``disable_telemetry_events`` comes too late. Source: its Privacy.md, "Disabling Telemetry"."""


def forbid_telemetry(variables: MutableMapping[str, str]) -> None:
    """Sets them in ``os.environ``, where the user has not; before the libraries are imported."""
    for name, value in NO_TELEMETRY.items():
        variables.setdefault(name, value)
