"""The shipped manifest describes every language's aligner as an entry of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torchaudio

from aligners.cases import FRENCH, full
from wordlight.alignment.networks import bundle_in
from wordlight.errors import SetupError
from wordlight.manifest import load_manifest
from wordlight.weights import refuse_unpinned
from wordlight.weights._web import refuse_plain_http


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
    monkeypatch.setenv("WORDLIGHT_MANIFESTS", str(tmp_path))

    with pytest.raises(SetupError, match=f"names weights '{FRENCH}' without describing them"):
        load_manifest("mine")


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
