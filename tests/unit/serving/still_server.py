"""A server without processes, whose troubles a test decides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from wordlight.contract import Deployment, Placement
from wordlight.errors import SetupError
from wordlight.serving import Server, TritonServer
from wordlight.serving._canary import Canary
from wordlight.serving._trouble import Trouble

NOWHERE = Path("/nowhere")


class StillServer(Server):
    """Its looks find ``troubles``, one after another; its new starts fail with ``failures``."""

    def __init__(
        self, troubles: Iterable[Trouble | None] = (), failures: Iterable[SetupError | None] = ()
    ) -> None:
        super().__init__(
            TritonServer(NOWHERE, NOWHERE, NOWHERE, NOWHERE, ""), Deployment(Placement.CPU)
        )
        self.troubles, self.failures = iter(troubles), iter(failures)
        self.done: list[str] = []

    def look(self, elapsed_s: float) -> Trouble | None:
        return next(self.troubles, None)

    def canary(self, every_s: float) -> Canary:
        canary = Canary("localhost:1", [], dict, every_s)
        canary.end()
        return canary

    def start_again(self, on_progress: Callable[[str], None] = lambda _: None) -> None:
        self.done.append("start")
        on_progress("loading: f5_tts")
        if failure := next(self.failures, None):
            raise failure

    def abandon(self) -> None:
        self.done.append("end")

    def drain(self, within_s: float, hurries: Callable[[], bool] = lambda: False) -> None:
        self.done.append(f"drain {within_s:g} {hurries()}")
