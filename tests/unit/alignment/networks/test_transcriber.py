"""Voice activity and Whisper find in pieces what they find in the whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soxr
from alignment.counted import Counted
from numpy.typing import NDArray

pytest.importorskip("torch")
pytest.importorskip("whisperx")

import torch

from wordlight.alignment import quiet_libraries
from wordlight.alignment._pieces import AT_ONCE
from wordlight.alignment.networks import Transcriber
from wordlight.alignment.networks._voice_activity import batches_of_windows
from wordlight.audio import read_audio

RATE_HZ = 16_000
RECORDINGS = Path(__file__).parents[3] / "data" / "recordings"


@pytest.fixture(scope="module")
def transcriber(whisper_folder: Path) -> Transcriber:
    quiet_libraries()
    return Transcriber.load(whisper_folder, "cpu", threads=1)


@pytest.fixture(scope="module")
def speech(spoken_sentence: tuple[NDArray[np.float32], int]) -> NDArray[np.float32]:
    """45 s: the sentence again and again, pauses between."""
    sentence = soxr.resample(*spoken_sentence, RATE_HZ)
    heard = np.concatenate([sentence, np.zeros(2 * RATE_HZ, sentence.dtype)])
    return np.resize(heard, 45 * RATE_HZ).astype(np.float32)


@pytest.mark.parametrize("seconds", [0.1, 4.99, 5.0, 5.5, 20.5, 21.0, 44.9])
def test_voice_activity_in_pieces_is_that_of_the_whole(
    transcriber: Transcriber, speech: NDArray[np.float32], seconds: float
) -> None:
    clip = speech[: round(seconds * RATE_HZ)]
    activity = transcriber._pipeline.vad_model

    waveform = torch.from_numpy(clip)[None]
    whole = activity._probability({"waveform": waveform, "sample_rate": RATE_HZ})
    in_pieces = activity.probabilities(clip, AT_ONCE)

    assert in_pieces.data.shape == whole.data.shape
    assert np.abs(in_pieces.data - whole.data).max() < 1e-5
    assert in_pieces.sliding_window.start == whole.sliding_window.start
    assert in_pieces.sliding_window.step == whole.sliding_window.step


def test_every_window_is_in_one_batch() -> None:
    for n_samples in range(1, 200):
        batches = batches_of_windows(n_samples, window=50, step=10, n_at_once=4)
        starts = [start for first, last in batches for start in range(first, last - 50 + 1, 10)]
        assert starts == list(range(0, len(starts) * 10, 10))
        assert n_samples <= starts[-1] + 50 < max(n_samples, 50) + 10
        assert all(last - first <= 80 for first, last in batches)


def test_hearing_goes_piece_by_piece(transcriber: Transcriber, speech: NDArray[np.float32]) -> None:
    work = Counted()

    [heard] = transcriber.transcribe([speech], [None], work)

    # 81 windows of voice activity, the language, and the stretches between pauses, four at once
    assert work.n_pieces == 3 + 1 + 2
    assert len(heard.stretches) == 7
    assert all(stretch.end_s - stretch.start_s < 6 for stretch in heard.stretches)
    assert "mother nature" in heard.stretches[0].text.lower()
    assert heard.language == "en"


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("pauses", "Good morning.", "Really the end."),  # up to 2 s of silence between sentences
        ("items", "title.", "Bye."),  # short items, 0.7 s apart: "by." was all that was heard
    ],
)
def test_what_stands_between_pauses_is_heard(
    transcriber: Transcriber, name: str, first: str, last: str
) -> None:
    clip = read_audio(RECORDINGS / f"{name}.flac")
    samples = soxr.resample(clip.samples, clip.rate_hz, RATE_HZ).astype(np.float32)

    [heard] = transcriber.transcribe([samples], ["en"])

    text = " ".join(stretch.text for stretch in heard.stretches).lower()
    assert text.startswith(first.lower())
    assert text.endswith(last.lower())
    assert len(text.split()) > 20


def test_no_stretch_goes_on_over_a_long_pause(transcriber: Transcriber) -> None:
    clip = read_audio(RECORDINGS / "pauses.flac")
    samples = soxr.resample(clip.samples, clip.rate_hz, RATE_HZ).astype(np.float32)

    [heard] = transcriber.transcribe([samples], ["en"])

    assert [(s.start_s < 1.5, s.end_s < 2.0) for s in heard.stretches] == [
        (True, True),
        (False, False),
    ]
