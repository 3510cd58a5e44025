"""Every language's aligner is an entry of the manifest; nothing fetches one during a request."""

from __future__ import annotations

import json
import os
import pickle
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torchaudio
from fake_hub import Hub, asked_by_this_process
from numpy.typing import NDArray
from proxy import set_proxies
from s3_cases import QUICK, described
from web_server import WebServer, web_server

from wordlight.adapter import alignment_weights
from wordlight.alignment import AlignmentAnswer, AlignmentCall, AlignmentEngine, quiet_libraries
from wordlight.alignment.networks import Aligner, Heard, bundle_in
from wordlight.errors import SetupError, WeightsBroken, WeightsCorrupt, WeightsMissing
from wordlight.weights import (
    BlobStore,
    Profile,
    WeightEntry,
    WeightFile,
    bring,
    load_profile,
    refuse_unpinned,
)
from wordlight.weights._web import refuse_plain_http

quiet_libraries()
FRENCH = "VOXPOPULI_ASR_BASE_10K_FR"
FRENCH_FILE = "wav2vec2_voxpopuli_base_10k_asr_fr.pt"
COMMIT = "c" * 40
DUTCH_LABELS = ["<pad>", "<s>", "</s>", "<unk>", "|", "'", *"abcdefghijklmnopqrstuvwxyz"]


class Deaf:
    """A listener for calls that bring their transcript."""

    is_multilingual = True

    def check_language(self, language: str | None) -> None:
        pass

    def hear(
        self, clips: Sequence[NDArray[np.float32]], languages: Sequence[str | None]
    ) -> list[Heard]:
        raise AssertionError("every call has a transcript")


# What the shipped manifest says


def full() -> Profile:
    return load_profile("full")


def test_the_full_profile_has_whisperxs_own_choice_for_each_language() -> None:
    from whisperx.alignment import DEFAULT_ALIGN_MODELS_HF, DEFAULT_ALIGN_MODELS_TORCH

    profile = full()

    for language, name in profile.alignment.aligners.items():
        entry = profile.weights[name]
        if language in DEFAULT_ALIGN_MODELS_TORCH:
            [file] = entry.files
            bundle = getattr(torchaudio.pipelines, DEFAULT_ALIGN_MODELS_TORCH[language])
            assert entry.source == "https://download.pytorch.org/torchaudio/models"
            assert file.path == bundle._path, language
        else:
            assert entry.source == f"hf://{DEFAULT_ALIGN_MODELS_HF[language]}"


def test_every_shipped_aligner_is_pinned_or_says_that_its_first_pull_is_recorded() -> None:
    profile = full()

    for language, name in profile.alignment.aligners.items():
        entry = profile.weights[name]
        refuse_unpinned(entry)
        refuse_plain_http(entry)
        paths = {file.path for file in entry.files}
        if entry.source.startswith("https://"):
            assert all(file.sha256 and file.n_bytes for file in entry.files), language
            continue
        assert paths & {"pytorch_model.bin", "model.safetensors"}, language
        assert paths >= {"config.json", "preprocessor_config.json", "vocab.json"}, language
        assert re.fullmatch(r"[0-9a-f]{40}", entry.revision) or language == "nl"
        unpinned = {file.path for file in entry.files if file.may_be_recorded}
        assert (unpinned == {"pytorch_model.bin"}) == (language in ("pl", "nl"))


def test_the_checkpoints_sizes_fit_the_bundles_they_name() -> None:
    """A row of the last layer is 768 weights; the rest of all five networks is the same."""
    profile, sizes = full(), {}
    for language in ("fr", "de", "es", "it"):
        [file] = profile.aligner(language).files
        bundle = getattr(torchaudio.pipelines, f"VOXPOPULI_ASR_BASE_10K_{language.upper()}")
        n_rows = bundle._params["aux_num_out"] + len(bundle._remove_aux_axis)
        assert file.n_bytes is not None
        sizes[language] = file.n_bytes - n_rows * 768 * 4

    assert len(set(sizes.values())) == 1


def test_a_manifest_that_names_an_aligner_without_describing_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = (full().folder / "manifest.toml").read_text(encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/manifest.toml").write_text(
        manifest.replace('fr = "aligner_fr"', f'fr = "{FRENCH}"'), encoding="utf-8"
    )
    monkeypatch.setenv("WORDLIGHT_MODELS", str(tmp_path))

    with pytest.raises(SetupError, match=f"names weights '{FRENCH}' without describing them"):
        load_profile("mine")


# A profile with small real aligners: French from torchaudio's server, Dutch from the hub


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
) -> Profile:
    """The mini profile's English beside French, pinned, and Dutch, recorded at its first pull."""
    mini = load_profile("mini")
    french = WeightEntry("aligner_fr", web.url, "", (described(FRENCH_FILE, small_french),))
    dutch = WeightEntry(
        "aligner_nl", "hf://owner/dutch", "main",
        tuple(WeightFile(path, None, None, path.endswith(".bin")) for path in sorted(small_dutch)),
    )  # fmt: skip
    aligners = {**mini.alignment.aligners, "fr": "aligner_fr", "nl": "aligner_nl"}
    weights = {**mini.weights, "aligner_fr": french, "aligner_nl": dutch}
    return replace(mini, weights=weights, alignment=replace(mini.alignment, aligners=aligners))


def forbid_sockets(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """From now on no name is looked up and nothing is connected to; the answer is who tried."""
    tried: list[object] = []

    def refuse(*arguments: object, **_: object) -> Any:
        tried.append(arguments)
        raise OSError("no network during a request")

    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    return tried


def engine(profile: Profile, volume: Path) -> AlignmentEngine:
    return AlignmentEngine(Deaf(), alignment_weights(profile, volume), "cpu")  # type: ignore[arg-type]


def call(language: str, text: str) -> AlignmentCall:
    noise = np.random.default_rng(0).normal(0.0, 0.05, 48_000).astype(np.float32)
    return AlignmentCall(noise, 16_000, text, language)


def test_a_pull_brings_the_profiles_own_aligner_and_no_other(
    trilingual: Profile, web: WebServer, hub: Hub, tmp_path: Path
) -> None:
    assert bring(trilingual, tmp_path) == []

    assert (web.asked, hub.asked) == ([], [])
    assert not (tmp_path / "models").exists()


def test_a_pull_brings_the_languages_that_it_is_asked_for(
    trilingual: Profile, hub: Hub, tmp_path: Path
) -> None:
    moved = bring(trilingual, tmp_path, QUICK, languages=["fr"])

    assert [figures.name for figures in moved] == ["aligner_fr"]
    assert (tmp_path / "models/aligner_fr/main" / FRENCH_FILE).is_file()
    assert hub.asked == []


def test_a_language_that_was_asked_for_and_cannot_be_had_is_an_error(
    trilingual: Profile, web: WebServer, tmp_path: Path
) -> None:
    web.files.clear()

    with pytest.raises(WeightsMissing, match="'aligner_fr'"):
        bring(trilingual, tmp_path, QUICK, languages=["fr"])


def test_a_language_that_the_profile_does_not_know_is_named(
    trilingual: Profile, tmp_path: Path
) -> None:
    with pytest.raises(SetupError, match=r"no aligner for 'xx'; there are: en, fr, nl"):
        bring(trilingual, tmp_path, languages=["xx"])


def test_a_pulled_aligner_is_looked_after_at_every_start(
    trilingual: Profile, web: WebServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bring(trilingual, tmp_path, QUICK, languages=["fr"])
    blob = (tmp_path / "models/aligner_fr/main" / FRENCH_FILE).resolve()
    blob.write_bytes(b"\0" * blob.stat().st_size)

    assert [figures.name for figures in bring(trilingual, tmp_path, QUICK)] == ["aligner_fr"]

    blob.write_bytes(b"\0" * blob.stat().st_size)
    web.files.clear()
    with caplog.at_level("INFO"):
        bring(trilingual, tmp_path, QUICK)
        left = alignment_weights(trilingual, tmp_path).aligners
    assert "no aligner for fr: weights 'aligner_fr'" in caplog.text
    assert sorted(left) == ["en", "nl"]


def test_a_request_in_a_language_that_was_not_pulled_is_refused_at_once_without_any_network(
    trilingual: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = engine(trilingual, tmp_path)
    tried = forbid_sockets(monkeypatch)

    outcomes = ready.run([call("fr", "bonjour tout le monde"), call("nl", "goede morgen")])

    assert [type(outcome) for outcome in outcomes] == [WeightsMissing, WeightsMissing]
    assert "aligner for fr" in str(outcomes[0])
    assert "`wordlight volume pull --language fr`" in outcomes[0].remedy
    assert str(tmp_path) not in str(outcomes[0])
    assert tried == []


@pytest.mark.parametrize(
    ("language", "text"), [("fr", "bonjour tout le monde"), ("nl", "goede morgen allemaal")]
)
def test_a_request_loads_another_languages_aligner_without_any_network(
    trilingual: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, text: str
) -> None:
    bring(trilingual, tmp_path, QUICK, languages=[language])
    ready = engine(trilingual, tmp_path)
    tried = forbid_sockets(monkeypatch)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))

    [outcome] = ready.run([call(language, text)])

    assert isinstance(outcome, AlignmentAnswer), outcome
    assert outcome.words == text.split()
    assert outcome.spoken_language == language
    assert tried == []
    assert not (tmp_path / "torch").exists()


def test_a_running_server_takes_an_aligner_that_is_pulled_meanwhile(
    trilingual: Profile, tmp_path: Path
) -> None:
    ready = engine(trilingual, tmp_path)
    [before] = ready.run([call("fr", "bonjour")])

    bring(trilingual, tmp_path, QUICK, languages=["fr"])
    [after] = ready.run([call("fr", "bonjour")])

    assert isinstance(before, WeightsMissing)
    assert isinstance(after, AlignmentAnswer)


def test_a_torchaudio_checkpoint_hears_what_its_bundle_hears(
    trilingual: Profile, small_french: bytes, tmp_path: Path
) -> None:
    bring(trilingual, tmp_path, QUICK, languages=["fr"])
    bundle = getattr(torchaudio.pipelines, FRENCH)
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / FRENCH_FILE).write_bytes(small_french)
    upstream = bundle.get_model(dl_kwargs={"model_dir": str(tmp_path / "beside")}).eval()
    audio = call("fr", "bonjour").audio

    aligner = Aligner.load("fr", tmp_path / "models/aligner_fr/main", "cpu")
    [ours] = aligner.emit([audio])

    with torch.inference_mode():
        logits = upstream(torch.from_numpy(audio)[None])[0][0]
    assert np.abs(ours - torch.log_softmax(logits, -1).numpy()).max() < 1e-5
    assert ours.shape[1] == len(bundle.get_labels()) == 43
    assert {"é", "à", "ç"} <= set(aligner.alphabet.letters)


def test_every_files_name_tells_its_bundle(tmp_path: Path) -> None:
    names = {}
    for language in ("en", "fr", "de", "es", "it"):
        [file] = full().aligner(language).files
        (tmp_path / language).mkdir()
        (tmp_path / language / file.path).touch()
        names[language] = bundle_in(tmp_path / language)

    from whisperx.alignment import DEFAULT_ALIGN_MODELS_TORCH

    assert names == {
        language: getattr(torchaudio.pipelines, name)
        for language, name in DEFAULT_ALIGN_MODELS_TORCH.items()
    }


def test_a_link_that_leads_nowhere_is_not_fetched_by_torch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FRENCH_FILE).symlink_to(tmp_path / "gone")
    tried = forbid_sockets(monkeypatch)

    with pytest.raises(WeightsMissing, match="pull --language fr"):
        Aligner.load("fr", tmp_path, "cpu")

    assert tried == []


class _Harm:
    """A pickle that runs a command when it is loaded as pickles are."""

    def __init__(self, flag: Path) -> None:
        self.flag = flag

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (f"touch {self.flag}",)


@pytest.mark.parametrize("name", [FRENCH_FILE, "pytorch_model.bin"])
def test_a_checkpoint_that_would_run_code_runs_none(
    name: str, small_dutch: Mapping[str, bytes], tmp_path: Path
) -> None:
    folder, flag = tmp_path / "aligner", tmp_path / "harmed"
    folder.mkdir()
    if name == "pytorch_model.bin":
        for path, data in small_dutch.items():
            (folder / path).write_bytes(data)
    torch.save({"aux.weight": _Harm(flag), "aux.bias": torch.zeros(3)}, folder / name)

    with pytest.raises(WeightsBroken):
        Aligner.load("fr", folder, "cpu")

    assert not flag.exists()
    pickle.loads(pickle.dumps(_Harm(flag)))
    assert flag.exists()  # it would have


@pytest.mark.parametrize("data", [b"", b"no checkpoint", b"PK\x03\x04 half a zip"])
def test_what_is_no_checkpoint_is_named_without_its_path(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FRENCH_FILE).write_bytes(data)

    with pytest.raises(WeightsBroken, match="aligner for fr") as caught:
        Aligner.load("fr", tmp_path, "cpu")

    assert str(tmp_path) not in str(caught.value)


def test_a_pinned_aligner_with_other_bytes_is_refused(
    trilingual: Profile, web: WebServer, small_french: bytes, tmp_path: Path
) -> None:
    web.files[FRENCH_FILE] = small_french[::-1]

    with pytest.raises(WeightsCorrupt, match="the manifest says"):
        bring(trilingual, tmp_path, QUICK, languages=["fr"])

    assert not BlobStore(tmp_path).holds(trilingual.weights["aligner_fr"])
