"""Failures during the start of a server, or while it serves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from wordlight.errors._root import Severity
from wordlight.errors._setup import SetupError

__all__ = [
    "Cause",
    "ModelLeftOut",
    "ModelsFailed",
    "Refusal",
    "SelfTestFailed",
    "ServerFailed",
    "TracesUnusable",
]


class Cause(NamedTuple):
    """The reason why something does not start, and the remedy."""

    why: str
    todo: str


class ServerFailed(SetupError):
    """tritonserver ended, or did not become ready in time. ``log`` is the end of its log."""

    code = "SERVER_FAILED"
    says = "{why}{ending}"
    meaning = "tritonserver, or something that it needs, failed; the first reason is given."
    advice = "{todo}"

    why: str
    todo: str = "run `wordlight doctor --deep`; `serve --log FILE` keeps the whole log"
    log: str = ""

    @property
    def ending(self) -> str:
        """The end of the log, if it is known."""
        return f". Its log ends:\n{self.log}" if self.log else ""


class ModelsFailed(SetupError):
    """One or more models cannot start. ``causes`` has the cause for each model."""

    code = "MODELS_FAILED"
    says = "{sentences}"
    meaning = "A model's process did not start, or ended while it loaded."
    advice = "{todos}"

    causes: Mapping[str, Cause]

    @property
    def sentences(self) -> str:
        """One line for each cause, with the models that it affects."""
        together: dict[str, list[str]] = {}
        for model, cause in self.causes.items():
            together.setdefault(cause.why, []).append(model)
        return "\n".join(
            f"model{'s' if len(models) > 1 else ''} {', '.join(models)} cannot start: {why}"
            for why, models in together.items()
        )

    @property
    def todos(self) -> str:
        """The remedy for each cause."""
        return "; ".join(dict.fromkeys(cause.todo for cause in self.causes.values()))


class ModelLeftOut(SetupError):
    """An optional model did not load; the others are served."""

    code = "MODEL_LEFT_OUT"
    severity = Severity.WARNING
    says = "model {model} is not served: {why}"
    meaning = "The other models are served; requests for this one are refused."
    advice = "{todo}"

    model: str
    why: str
    todo: str


class SelfTestFailed(SetupError):
    """A known tensor was changed on its way through the server."""

    code = "SELF_TEST_FAILED"
    says = "{what}"
    meaning = "The server answers with wrong results, so its answers cannot be trusted."
    advice = "run `wordlight doctor`: numpy and the stub's Python must fit the server"

    what: str


class Refusal(Exception):
    """The exception that a model's ``initialize`` raises. ``str()`` is the text on the wire.

    Triton shows the exception's type and its text, so the reader sees the remedy too.
    """


class TracesUnusable(SetupError):
    """Traces are wanted, and what makes them is not installed."""

    code = "TRACES_UNUSABLE"
    says = "traces cannot be made: the package {package} is missing"
    meaning = "`serve --otlp-endpoint` needs OpenTelemetry's packages, which are optional."
    advice = "pip install 'wordlight[traces]', or serve without --otlp-endpoint"

    package: str
