"""Windows and batches cover every frame of a clip exactly once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wordlight.alignment import FrameGrid
from wordlight.alignment._frames import batch_windows, plan_windows, stretches, widen

GRID = FrameGrid()


@given(st.integers(400, 16_000 * 200))
def test_windows_cover_a_clip_without_gap_or_overlap(n_samples: int) -> None:
    windows = plan_windows(n_samples, GRID)

    assert windows[0].start_frame == 0
    assert windows[-1].stop_frame == GRID.n_frames(n_samples)
    assert windows[-1].stop_sample == n_samples
    for window, following in pairwise(windows):
        assert window.stop_frame == following.start_frame
    for window in windows:
        assert window.start_sample % GRID.hop_samples == 0
        assert window.n_samples <= 30 * 16_000
        first = window.start_sample // GRID.hop_samples
        assert first <= window.start_frame < window.stop_frame
        assert window.stop_frame - first <= GRID.n_frames(window.n_samples)


@given(st.integers(16_000 * 31, 16_000 * 200))
def test_a_seam_has_two_seconds_of_context_on_both_sides(n_samples: int) -> None:
    windows = plan_windows(n_samples, GRID)

    for window, following in pairwise(windows):
        seam = following.start_frame * GRID.hop_samples
        assert seam - following.start_sample == 32_000
        assert window.stop_sample - seam == 32_000


@given(
    st.lists(st.integers(1, 1000), max_size=30),
    st.integers(500, 5000),
    st.sampled_from([0.5, 0.85, 1.0]),
)
def test_batches_hold_every_window_once_within_budget_and_fill(
    lengths: list[int], budget: int, fill: float
) -> None:
    batches = batch_windows(lengths, budget, fill)

    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[i] for i in batch)
        assert len(batch) == 1 or len(batch) * longest <= budget
        assert min(lengths[i] for i in batch) >= fill * longest


@given(st.lists(st.floats(0.0, 60.0), min_size=2, max_size=20, unique=True))
def test_widened_stretches_hold_their_stretches_and_never_overlap(edges: list[float]) -> None:
    edges = sorted(edges)[: len(edges) // 2 * 2]
    bounds = list(zip(edges[::2], edges[1::2], strict=True))

    widened = widen(bounds, 60 * 16_000)

    for (start_s, end_s), (first, last) in zip(bounds, widened, strict=True):
        assert 0 <= first <= start_s * 16_000 + 1
        assert end_s * 16_000 - 1 <= last <= 60 * 16_000
        assert last - first <= (end_s - start_s + 0.4) * 16_000 + 1
    for before, after in pairwise(widened):
        assert before[1] <= after[0] + 1


def test_stretches_of_flags_are_found_in_order() -> None:
    flags = np.array([True, False, True, True, False])

    assert stretches(flags) == [(0, 1), (2, 4)]
    assert stretches(~flags) == [(1, 2), (4, 5)]
    assert stretches(flags[:0]) == []
