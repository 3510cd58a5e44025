"""Chunks of a script with directions: cut where something is asked, and carried whole."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wordlight.reading import read_script
from wordlight.speech import chunk, lead_s, loudness
from wordlight.speech._chunks import Chunk
from wordlight.speech._loudness import MARGIN_S
from wordlight.speech._seams import SILENT_MARGIN_S, asked_s, piece

RATE_HZ = 24_000
PARTS = [
    "So it is. ", "And then, after a while, we left ", "the house. ", "[pause:0.3s]", "[pause:2s] ",
    "[voice:emma]", "[voice:ben as Ben]", "[voice:]", "[rate:0.8]", "[rate:57.1%]", "[rate:1]",
    "[New York](say:noo yawk) ", "[Yahoo! Mail](/jəˈhuː meɪl/) ", "It costs $5 million. ", "\n\n",
    "[laughs] ", "— ", "... ",
]  # fmt: skip
SCRIPTS = st.lists(st.sampled_from(PARTS), max_size=25).map(lambda parts: "".join(parts) + "End.")


def chunks_of(script: str, limit_s: float = 4.0) -> list[Chunk]:
    return [*chunk(read_script(script, "en"), lambda text: len(text) / 15, limit_s)]


@given(SCRIPTS)
def test_chunks_cover_all_words_in_order_and_none_goes_on_over_what_is_asked(script: str) -> None:
    words = read_script(script, "en").words

    chunks = chunks_of(script)

    edges = [0]
    for one in chunks:
        assert one.first == edges[-1]
        edges.append(one.first + one.n_words)
    assert edges[-1] == len(words)
    for first, stop in pairwise(edges):
        said = [word for word in words[first:stop] if word.said]
        assert len({(word.voice, word.rate) for word in said}) == 1
        assert all(word.pause_s is None for word in said[:-1])
        assert stop == len(words) or words[stop - 1].group != words[stop].group


@given(SCRIPTS)
def test_a_chunk_s_text_carries_its_voice_and_rate(script: str) -> None:
    for one in chunks_of(script):
        again = Chunk.of_piece(one.directed)
        assert (again.text, again.voice, again.rate) == (one.text, one.voice, one.rate)
        assert again.is_levelled == one.is_levelled


def test_voices_that_take_turns_are_levelled_and_one_alone_is_not() -> None:
    assert not any(one.is_levelled for one in chunks_of("So it is. [rate:0.9]And so on."))
    assert all(one.is_levelled for one in chunks_of("So it is. [voice:emma]And so on."))


@pytest.mark.parametrize("amplitude", [0.02, 0.1, 0.6])
def test_a_levelled_piece_has_the_level_that_is_asked_for(amplitude: float) -> None:
    seconds = np.arange(RATE_HZ) / RATE_HZ
    wave = (amplitude * np.sin(2 * np.pi * 220 * seconds)).astype(np.float32)
    wave[RATE_HZ // 3 : RATE_HZ // 2] = 0.0

    levelled = piece(wave, 0.5, RATE_HZ, level=0.05)

    assert 20 * np.log10(loudness(levelled, RATE_HZ) / 0.05) == pytest.approx(0.0, abs=0.2)


def test_hum_is_not_raised_to_the_level_of_speech() -> None:
    seconds = np.arange(RATE_HZ) / RATE_HZ
    hum = (1e-4 * np.sin(2 * np.pi * 220 * seconds)).astype(np.float32)

    assert np.abs(piece(hum, 0.5, RATE_HZ, level=0.05)).max() < 0.01


def test_a_lead_that_is_asked_for_has_one_margin_and_a_pause_two() -> None:
    assert SILENT_MARGIN_S < MARGIN_S
    assert lead_s(1.0) == pytest.approx(1.0 - SILENT_MARGIN_S)
    assert asked_s(1.0) == pytest.approx(1.0 - 2 * SILENT_MARGIN_S)
    assert asked_s(0.0) == 0.0
