"""Which cells there are, in which order, and how many requests each may send."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from load.cells import (
    FULL,
    MODELS,
    PROTOCOLS,
    QUICK,
    Closed,
    Load,
    Open,
    fewest_requests,
    n_requests,
)

LOADS: list[Load] = [Closed(1), Closed(4), Closed(8), Open(0.5), Open(2.0)]


def test_a_full_run_has_every_model_under_every_load_over_both_protocols() -> None:
    cells = FULL.cells(MODELS, PROTOCOLS)

    assert len(set(cells)) == len(cells) == 5 * 2 * (4 + 3)


def test_the_closed_loop_comes_first_and_every_model_has_one_load_before_the_next() -> None:
    cells = QUICK.cells(["narrate", "subtitles"], ["grpc"])

    assert [(cell.model, str(cell.load)) for cell in cells] == [
        ("subtitles", "1 at once"),
        ("narrate", "1 at once"),
        ("subtitles", "4 at once"),
        ("narrate", "4 at once"),
        ("subtitles", "1 x capacity"),
        ("narrate", "1 x capacity"),
    ]


def test_a_cell_has_its_share_of_the_time() -> None:
    assert n_requests(QUICK, Closed(1), 3, 10.0, left_s=30.0, n_left=10) == 30


def test_a_cell_takes_no_more_than_its_own_time_where_there_is_plenty() -> None:
    assert n_requests(FULL, Closed(1), 3, 2.0, left_s=1_000.0, n_left=1) == 60


def test_a_quick_model_is_sent_a_bounded_number() -> None:
    assert n_requests(QUICK, Closed(4), 3, 1e6, left_s=100.0, n_left=1) == 198


def test_a_slow_model_is_sent_the_fewest_and_left_out_where_even_they_do_not_fit() -> None:
    assert n_requests(FULL, Closed(8), 3, 0.1, left_s=100.0, n_left=70) == 9
    assert n_requests(FULL, Closed(8), 3, 0.1, left_s=80.0, n_left=70) == 0


def test_the_open_loop_lasts_at_least_a_second() -> None:
    assert n_requests(QUICK, Open(1.0), 3, 231.0, left_s=100.0, n_left=1) == 231
    assert n_requests(FULL, Open(2.0), 3, 800.0, left_s=1_000.0, n_left=1) == 1_602


@given(st.sampled_from(LOADS), st.floats(0.01, 1e4), st.floats(0.0, 2_000.0), st.integers(1, 70))
def test_every_input_is_sent_equally_often(
    load: Load, rate: float, left_s: float, n_left: int
) -> None:
    n = n_requests(FULL, load, 3, rate, left_s, n_left)

    assert n % 3 == 0
    assert n <= max(FULL.most_requests, fewest_requests(load, 3, rate))
