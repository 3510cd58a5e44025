"""Turns mels into waves while the sampler goes on or, on a CPU, between two of its steps."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wordlight.speech._outcome import outcome

if TYPE_CHECKING:
    from torch import Tensor

    from wordlight.speech.networks import Vocoder


@dataclass(frozen=True, slots=True)
class Vocoded:
    """The result for a mel: its owner, the (n_samples,) wave or an error, and the seconds taken."""

    owner: Any
    wave: NDArray[np.float32] | Exception
    took_s: float


class Vocoding(Protocol):
    """Where the vocoder runs."""

    def start(self, owner: Any, mel: Tensor) -> None:
        """Takes on a mel, (n_frames, n_mels)."""

    def finished(self) -> list[Vocoded]:
        """The results since the last call."""

    def close(self) -> None:
        """Returns once nothing runs any more."""


class Between:
    """Runs the vocoder in the sampler's own thread.

    A CPU has no cores to spare: two pools of threads that wait for each other would take longer
    than both in turn.
    """

    def __init__(self, vocoder: Vocoder) -> None:
        self._vocoder = vocoder
        self._done: list[Vocoded] = []

    def start(self, owner: Any, mel: Tensor) -> None:
        """Runs the vocoder on the mel, and returns when it is done."""
        self._done.append(_vocoded(self._vocoder, owner, mel))

    def finished(self) -> list[Vocoded]:
        """The results of all mels since the last call."""
        done, self._done = self._done, []
        return done

    def close(self) -> None:
        """Does nothing, because nothing runs."""


class Beside:
    """Runs the vocoder in a thread of its own and, on a GPU, in a stream of its own.

    Args:
        vocoder: Makes the waves.
        wake: Called when a wave is done.
    """

    def __init__(self, vocoder: Vocoder, wake: Callable[[], None]) -> None:
        self._vocoder, self._wake = vocoder, wake
        self._done: SimpleQueue[Vocoded] = SimpleQueue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vocoder")
        self._stream: Any = None

    def start(self, owner: Any, mel: Tensor) -> None:
        """Queues the mel and returns at once."""
        ready = None
        if mel.is_cuda:
            import torch

            ready = torch.cuda.current_stream(mel.device).record_event()
        self._thread.submit(self._run, owner, mel, ready)

    def finished(self) -> list[Vocoded]:
        """The results that came since the last call."""
        done = []
        while True:
            try:
                done.append(self._done.get_nowait())
            except Empty:
                return done

    def close(self) -> None:
        """Waits for the mel in work, and drops those that wait."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _run(self, owner: Any, mel: Tensor, ready: Any) -> None:
        vocoded = outcome(partial(self._vocoded, owner, mel, ready))
        self._done.put(Vocoded(owner, vocoded, 0.0) if isinstance(vocoded, Exception) else vocoded)
        self._wake()

    def _vocoded(self, owner: Any, mel: Tensor, ready: Any) -> Vocoded:
        with self._in_stream(mel, ready):
            return _vocoded(self._vocoder, owner, mel)

    def _in_stream(self, mel: Tensor, ready: Any) -> Any:
        """The vocoder's CUDA stream, after the mel is available in it."""
        if ready is None:
            return nullcontext()
        import torch

        if self._stream is None:
            self._stream = torch.cuda.Stream(mel.device)
        self._stream.wait_event(ready)
        mel.record_stream(self._stream)
        return torch.cuda.stream(self._stream)


def _vocoded(vocoder: Vocoder, owner: Any, mel: Tensor) -> Vocoded:
    began_s = time.perf_counter()
    wave: NDArray[np.float32] | Exception = outcome(lambda: vocoder(mel).numpy())
    return Vocoded(owner, wave, time.perf_counter() - began_s)
