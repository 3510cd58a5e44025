"""What is sent: texts cut from the script, and tensors in perf_analyzer's JSON."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
from load.cells import FULL, MODELS, QUICK, Plan
from load.inputs import SPECS, Inputs, Utterance, encoded, passages, request
from wordlight_client import Clip, Word

SCRIPT = Path(__file__).parents[4] / "docs/examples/script.txt"
SAID = Utterance(
    "Größe, “zwei”.",
    "emma",
    Clip(np.array([0.0, 0.5, -0.25], np.float32), 24_000),
    (Word("Größe,", 0.0, 0.4, 0.9), Word("“zwei”.", 0.5, 0.9, 0.8)),
)


@pytest.mark.parametrize("plan", [QUICK, FULL])
def test_texts_are_about_as_long_as_asked_and_end_as_sentences(plan: Plan) -> None:
    texts = passages(SCRIPT.read_text(encoding="utf-8").strip(), plan.words)

    lengths = [len(text.split()) for text in texts]
    assert all(abs(n - asked) <= 2 for n, asked in zip(lengths, plan.words, strict=True))
    assert all(text.endswith(".") and not text.endswith("..") for text in texts)


@pytest.mark.parametrize("model", MODELS)
def test_every_required_input_is_sent_in_the_contracts_type(model: str) -> None:
    sent = encoded(SPECS[model], request(model, SAID))

    inputs = {tensor.name: tensor for tensor in SPECS[model].inputs}
    assert {name for name, tensor in inputs.items() if not tensor.is_optional} <= sent.keys()
    for name, value in sent.items():
        (n,) = value["shape"]
        if isinstance(value["content"], list):
            assert len(value["content"]) == n
        else:
            raw = base64.b64decode(value["content"]["b64"])
            assert len(raw) == n * np.dtype(inputs[name].dtype.numpy).itemsize


def test_audio_arrives_bit_by_bit() -> None:
    sent = encoded(SPECS["caption"], request("caption", SAID))

    audio = np.frombuffer(base64.b64decode(sent["AUDIO"]["content"]["b64"]), np.float32)
    assert audio.tolist() == [0.0, 0.5, -0.25]


def test_whisperx_is_told_the_text_and_caption_has_to_hear_it() -> None:
    assert "transcript" in request("whisperx", SAID)
    assert "transcript" not in request("caption", SAID)


def test_the_file_holds_one_entry_a_request_with_letters_as_they_are() -> None:
    sent = encoded(SPECS["subtitles"], request("subtitles", SAID))

    written = Inputs((sent, sent), 0.0, 1.0).json()

    assert json.loads(written) == {"data": [sent, sent]}
    assert "“zwei”." in written
