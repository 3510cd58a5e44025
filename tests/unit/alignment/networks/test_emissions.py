"""A real, if untrained, wav2vec2 model: batches and seams change nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from alignment.counted import Counted
from numpy.typing import NDArray

pytest.importorskip("torch")
pytest.importorskip("whisperx")

from wordlight.alignment import quiet_libraries
from wordlight.alignment.networks import Aligner
from wordlight.errors import WeightsBroken, WeightsMissing

KERNELS, STRIDES = (10, 3, 3, 3, 3, 2, 2), (5, 2, 2, 2, 2, 2, 2)


@pytest.fixture(scope="module")
def aligner(tiny_aligner_folder: Path) -> Aligner:
    quiet_libraries()
    return Aligner.load("en", tiny_aligner_folder, "cpu")


def noise(seconds: float, seed: int = 0) -> NDArray[np.float32]:
    samples = np.random.default_rng(seed).normal(0, 0.1, round(seconds * 16_000))
    return samples.astype(np.float32)


def test_a_clip_alone_and_among_others_has_the_same_emissions(aligner: Aligner) -> None:
    clips = [noise(seconds, seed) for seed, seconds in enumerate((3.0, 2.7, 2.61, 0.5, 3.0, 0.025))]

    together = aligner.emit(clips)
    alone = [aligner.emit([clip])[0] for clip in clips]

    for ours, own, clip in zip(together, alone, clips, strict=True):
        assert ours.shape == own.shape == (aligner.grid.n_frames(len(clip)), 30)
        assert np.abs(ours - own).max() < 1e-4
        assert np.exp(own).sum(axis=1) == pytest.approx(1.0, abs=1e-4)


def test_seams_line_up_with_the_whole_clip(
    aligner: Aligner, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = noise(65.3)

    windowed = aligner.emit([clip])[0]
    monkeypatch.setattr("wordlight.alignment._frames.WINDOW_S", 70.0)
    whole = aligner.emit([clip])[0]

    assert windowed.shape == whole.shape
    # Attention hears another stretch, so not equal; a frame off would be far from equal.
    away = np.abs(windowed - whole).mean()
    shifted = np.abs(windowed[1:] - whole[:-1]).mean()
    assert away < 0.2 * shifted


def test_a_batch_of_windows_is_a_piece_and_no_piece_is_longer_than_a_window(
    aligner: Aligner, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths: list[int] = []
    work = Counted()
    forward = aligner._forward

    def listen(stretches: list[NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        lengths.append(sum(map(len, stretches)))
        return forward(stretches)

    clips = [noise(130.0), *(noise(3.0, seed) for seed in range(12))]
    monkeypatch.setattr(aligner, "_forward", listen)
    in_pieces = aligner.emit(clips, work)
    whole = [aligner.emit([clip])[0] for clip in clips]

    assert work.n_pieces == 5 + 2
    assert max(lengths) <= 30 * 16_000
    for one, other in zip(whole, in_pieces, strict=True):
        assert np.abs(one - other).max() < 1e-5


def test_a_folder_that_is_not_there_is_named_without_its_path(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="aligner for de") as caught:
        Aligner.load("de", tmp_path / "nothing", "cpu")
    with pytest.raises(WeightsMissing):
        Aligner.load("de", tmp_path, "cpu")

    assert str(tmp_path) not in str(caught.value)


def truncate(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:-4_000])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.safetensors", None),
        ("model.safetensors", b""),
        ("config.json", b"{"),
        ("config.json", b"[]"),
        ("config.json", b'{"model_type": "bert"}'),
        ("vocab.json", b"no JSON"),
        ("preprocessor_config.json", b"\xff"),
        ("calibration.json", b"{"),
        ("calibration.json", b"[1, 2]"),
        ("calibration.json", b'{"other": 1.0}'),
        ("calibration.json", b'{"own": "much"}'),
        ("calibration.json", b'{"own": NaN}'),
        ("calibration.json", b"\xff\xfe"),
    ],
)
def test_a_broken_file_is_called_broken_and_the_log_says_why(
    name: str,
    content: bytes | None,
    tiny_aligner_folder: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    folder = tmp_path / "aligner"
    shutil.copytree(tiny_aligner_folder, folder)
    if content is None:
        truncate(folder, name)
    else:
        (folder / name).write_bytes(content)

    with pytest.raises(WeightsBroken, match="aligner for de") as caught:
        Aligner.load("de", folder, "cpu")

    assert caught.value.code == "WEIGHTS_BROKEN"
    assert str(tmp_path) not in str(caught.value)
    assert "the aligner for de cannot be loaded" in caplog.text
    assert "Traceback" in caplog.text


@pytest.mark.parametrize("name", ["model.safetensors", "vocab.json", "preprocessor_config.json"])
def test_a_folder_that_is_not_whole_is_called_missing(
    name: str, tiny_aligner_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "aligner"
    shutil.copytree(tiny_aligner_folder, folder)
    (folder / name).unlink()

    with pytest.raises(WeightsMissing, match="aligner for de"):
        Aligner.load("de", folder, "cpu")


def test_a_torchaudio_model_hears_only_equal_lengths_together(aligner: Aligner) -> None:
    models = pytest.importorskip("torchaudio.models")
    layers = [(8, kernel, stride) for kernel, stride in zip(KERNELS, STRIDES, strict=True)]
    model = models.wav2vec2_model(
        "group_norm", layers, False, 16, 0.0, 16, 4, 1, 2, 0.0, 32, 0.0, 0.0, False, 0.0, 5
    )
    bundle = Aligner(model, {"-": 0, "|": 1, "a": 2, "b": 3, "c": 4}, "torchaudio", "cpu")
    clips = [noise(1.0, 1), noise(0.9, 2), noise(1.0, 3)]

    together = bundle.emit(clips)

    assert bundle._batches([100, 99, 100]) == [[0, 2], [1]]
    assert aligner._batches([100, 99, 100]) == [[0, 2, 1]]
    for ours, clip in zip(together, clips, strict=True):
        assert ours.shape == (bundle.grid.n_frames(len(clip)), 5)
        assert np.abs(ours - bundle.emit([clip])[0]).max() < 1e-4


def test_torchaudios_normalising_wrapper_hears_one_clip_at_a_time() -> None:
    class Wrapper:
        normalize_waveform = True

        def eval(self) -> Wrapper:
            return self

    wrapped = Aligner(Wrapper(), {"-": 0, "a": 1}, "torchaudio", "cpu")

    assert wrapped._batches([100, 100]) == [[0], [1]]
