"""An aligner is loaded from its checkpoint alone, and a bad checkpoint is refused."""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
import torchaudio
from s3_cases import QUICK

from aligners.cases import FRENCH, FRENCH_FILE, call, forbid_sockets
from wordlight.alignment.networks import Aligner
from wordlight.errors import WeightsBroken, WeightsMissing
from wordlight.manifest import Manifest
from wordlight.weights import bring


def test_a_torchaudio_checkpoint_hears_what_its_bundle_hears(
    trilingual: Manifest, small_french: bytes, tmp_path: Path
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
