"""The engine refuses weights and settings that do not fit its network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from wordlight.adapter import speech_weights
from wordlight.errors import SetupError
from wordlight.speech import SpeechEngine
from wordlight.weights import load_profile

pytestmark = pytest.mark.usefixtures("denormals")


def test_weights_that_do_not_fit_the_manifest_say_so(tmp_path: Path) -> None:
    weights = speech_weights(load_profile("mini"), tmp_path)
    depth = weights.architecture["depth"] + 1
    deeper = replace(weights, architecture={**weights.architecture, "depth": depth})

    with pytest.raises(SetupError, match=r"model\.safetensors does not fit .* missing \['transfor"):
        SpeechEngine.load(deeper, "cpu", threads=1)


@pytest.mark.parametrize("grid", [(0, 16), (4, 32), (0, 8, 8, 32), (0, 16, 8, 32)])
def test_a_grid_that_does_not_rise_from_0_to_32_is_refused(
    grid: tuple[int, ...], tmp_path: Path
) -> None:
    weights = replace(speech_weights(load_profile("mini"), tmp_path), grid=grid)

    with pytest.raises(SetupError, match=r"speech\.grid is \[.*\]; it must rise from 0 to 32"):
        SpeechEngine.load(weights, "cpu", threads=1)


def test_a_built_in_guidance_below_0_is_refused(tmp_path: Path) -> None:
    weights = replace(speech_weights(load_profile("mini"), tmp_path), built_in_guidance=-1.0)

    with pytest.raises(SetupError, match=r"speech\.built_in_guidance is -1\.0; it must be 0 or"):
        SpeechEngine.load(weights, "cpu", threads=1)
