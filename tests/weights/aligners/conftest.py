"""A profile with small real aligners: French from a web server, Dutch from the hub."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torchaudio
from fake_hub import Hub, asked_by_this_process
from proxy import set_proxies
from s3_cases import described
from web_server import WebServer, web_server

from aligners.cases import FRENCH, FRENCH_FILE
from wordlight.alignment import quiet_libraries
from wordlight.manifest import Manifest, WeightEntry, WeightFile, load_manifest

quiet_libraries()
COMMIT = "c" * 40
DUTCH_LABELS = ["<pad>", "<s>", "</s>", "<unk>", "|", "'", *"abcdefghijklmnopqrstuvwxyz"]


@pytest.fixture
def small_french(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> bytes:
    """A checkpoint of the French bundle with random weights, and the bundle made as small."""
    bundle = getattr(torchaudio.pipelines, FRENCH)
    layers = bundle._params["extractor_conv_layer_config"]
    small = {
        "extractor_conv_layer_config": [(8, kernel, stride) for _, kernel, stride in layers],
        "encoder_embed_dim": 16, "encoder_pos_conv_kernel": 16, "encoder_pos_conv_groups": 2,
        "encoder_num_layers": 1, "encoder_num_heads": 2, "encoder_ff_interm_features": 32,
    }  # fmt: skip
    monkeypatch.setattr(bundle, "_params", {**bundle._params, **small})
    torch.manual_seed(1)
    state = torchaudio.models.wav2vec2_model(**bundle._params).state_dict()
    for name in ("aux.weight", "aux.bias"):  # fairseq's <s>, <pad>, </s>, which torchaudio drops
        rows = list(state[name])
        rows[1:1] = [torch.zeros_like(rows[0])] * len(bundle._remove_aux_axis)
        state[name] = torch.stack(rows)
    at = tmp_path / "made.pt"
    torch.save(state, at)
    return at.read_bytes()


@pytest.fixture(scope="module")
def small_dutch(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A repository as jonatasgrosman's are: a pickle, and no tokenizer's configuration."""
    import transformers

    folder = tmp_path_factory.mktemp("dutch")
    config = transformers.Wav2Vec2Config(
        vocab_size=len(DUTCH_LABELS), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, conv_dim=[8] * 7, conv_bias=True, feat_extract_norm="layer",
        do_stable_layer_norm=True, num_conv_pos_embeddings=16, num_conv_pos_embedding_groups=2,
        pad_token_id=0, architectures=["Wav2Vec2ForCTC"],
    )  # fmt: skip
    torch.manual_seed(2)
    model = transformers.Wav2Vec2ForCTC(config)
    config.save_pretrained(folder)
    torch.save(model.state_dict(), folder / "pytorch_model.bin")
    transformers.Wav2Vec2FeatureExtractor(
        do_normalize=True, return_attention_mask=True
    ).save_pretrained(folder)
    vocabulary = {label: i for i, label in enumerate(DUTCH_LABELS)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def web(small_french: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    set_proxies(monkeypatch, {})
    with web_server({FRENCH_FILE: small_french}) as running:
        yield running


@pytest.fixture
def hub(small_dutch: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with asked_by_this_process(Hub({COMMIT: small_dutch}, main=COMMIT), monkeypatch) as running:
        yield running


@pytest.fixture
def trilingual(
    web: WebServer, hub: Hub, small_french: bytes, small_dutch: Mapping[str, bytes]
) -> Manifest:
    """The mini profile's English beside French, pinned, and Dutch, recorded at its first pull."""
    mini = load_manifest("mini")
    french = WeightEntry("aligner_fr", web.url, "", (described(FRENCH_FILE, small_french),))
    dutch = WeightEntry(
        "aligner_nl", "hf://owner/dutch", "main",
        tuple(WeightFile(path, None, None, path.endswith(".bin")) for path in sorted(small_dutch)),
    )  # fmt: skip
    aligners = {**mini.alignment.aligners, "fr": "aligner_fr", "nl": "aligner_nl"}
    weights = {**mini.weights, "aligner_fr": french, "aligner_nl": dutch}
    return replace(mini, weights=weights, alignment=replace(mini.alignment, aligners=aligners))
