"""The grid of frames that a wav2vec2 model lays over a clip, and the windows that it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
"""The sample rate that Whisper and every aligner need."""
WINDOW_S = 30.0
"""Longest stretch that goes through a model at once: attention grows with the square of it."""
CONTEXT_S = 2.0
"""How far a window reaches beyond each seam; the frames there are taken from its neighbour."""
_MARGIN_S = 0.2
"""Margin on each side of a stretch of speech, because voice activity cuts off soft onsets."""


@dataclass(frozen=True, slots=True)
class FrameGrid:
    """Frame ``i`` sees samples ``[i·hop, i·hop + field)``; only whole fields make a frame.

    The defaults are wav2vec2's: strides 5·2·2·2·2·2·2 and the kernels' common receptive field.
    """

    hop_samples: int = 320
    field_samples: int = 400

    def n_frames(self, n_samples: int) -> int:
        """How many frames the model makes of that many samples."""
        return max(0, (n_samples - self.field_samples) // self.hop_samples + 1)

    def edges_s(self, frames: NDArray[np.int64]) -> NDArray[np.float64]:
        """Seconds at which frames begin: the first sample that each of them sees.

        For wav2vec2 that is ``20 ms · i``; the middle of the field is 12.5 ms later. A model
        trained on onsets, as ours is, peaks in the frame that begins nearest to the onset. CTC
        alone fixes no such place. whisperX takes another time, the clip's length spread over the
        frames; the difference is less than a frame.

        >>> FrameGrid().edges_s(np.array([0, 50])).tolist()
        [0.0, 1.0]
        """
        edges: NDArray[np.float64] = frames * (self.hop_samples / SAMPLE_RATE_HZ)
        return edges


def stretches(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The stretches of set flags among (n,) flags, in order: first index, and index past the last.

    >>> stretches(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a clip, and which of the clip's frames are taken from it."""

    start_sample: int
    stop_sample: int
    start_frame: int
    stop_frame: int

    @property
    def n_samples(self) -> int:
        """Length of the stretch."""
        return self.stop_sample - self.start_sample


def plan_windows(n_samples: int, grid: FrameGrid) -> list[Window]:
    """Windows that start on the grid. The frames taken from them make up the clip, end to end.

    >>> [(w.start_frame, w.stop_frame) for w in plan_windows(16_000 * 40, FrameGrid())]
    [(0, 1400), (1400, 1999)]
    """
    hop = grid.hop_samples
    length = round(WINDOW_S * SAMPLE_RATE_HZ / hop)
    context = round(CONTEXT_S * SAMPLE_RATE_HZ / hop)
    windows: list[Window] = []
    start = 0
    while True:
        first = start + context if start else 0
        if (start + length) * hop >= n_samples:
            windows.append(Window(start * hop, n_samples, first, grid.n_frames(n_samples)))
            return windows
        next_start = start + length - 2 * context
        windows.append(Window(start * hop, (start + length) * hop, first, next_start + context))
        start = next_start


def batch_windows(lengths: list[int], budget_samples: int, least_fill: float) -> list[list[int]]:
    """Indices of windows to run together, longest first.

    Each window costs as much as the longest one of its batch; a batch costs at most
    ``budget_samples`` in all. No window is shorter than ``least_fill`` times the longest one of its
    batch. With 1.0, only windows of equal length share a batch.

    >>> batch_windows([10, 100, 100, 95], budget_samples=1_000, least_fill=0.8)
    [[1, 2, 3], [0]]
    """
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        longest = lengths[batches[-1][0]] if batches else 0
        fits = batches and (len(batches[-1]) + 1) * longest <= budget_samples
        if fits and lengths[index] >= least_fill * longest:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches


def widen(bounds: Sequence[tuple[float, float]], n_samples: int) -> list[tuple[int, int]]:
    """Start and end samples of stretches with a margin, at most to the middle of each gap.

    Args:
        bounds: The start and end of each stretch of a clip, in seconds, in order.
        n_samples: The clip's length, at 16 kHz.

    >>> widen([(1.0, 2.0), (2.2, 2.9)], 48_000)
    [(12800, 33600), (33600, 48000)]
    """
    edges = [0.0, *(edge for bound in bounds for edge in bound), n_samples / SAMPLE_RATE_HZ]
    widened = []
    for k, (start_s, end_s) in enumerate(bounds):
        gap_before_s, gap_after_s = start_s - edges[2 * k], edges[2 * k + 3] - end_s
        first_s = start_s - min(_MARGIN_S, gap_before_s / (2 if k else 1))
        last_s = end_s + min(_MARGIN_S, gap_after_s / (2 if k + 1 < len(bounds) else 1))
        widened.append((max(0, int(first_s * SAMPLE_RATE_HZ)), int(last_s * SAMPLE_RATE_HZ)))
    return [(first, min(last, n_samples)) for first, last in widened]
